"""The statements by which counts and movements come back whose place is empty again. All run as `worker`.

What a correction took the place of has ended. Where the correction is taken back, the fact is written anew as it was, known
from that moment on; the one that had ended keeps its interval of knowledge and goes by its own report from then on, so that
one fact stands for its row. What stood there under a code whose meaning has been undone does not come back: what that one
had corrected does. A count that a report left out which restates its period does not come back either: the report names it
no more, now that nobody knows what it names.
"""

from uuid import UUID

from app.store.database import Row, Session

_COLUMNS = (
    "vendor_id, submission_id, row_number, agreement_id, distributor_id, warehouse, product_id, status, lot, quantity,"
    " product_code, reported_quantity, unit, source, product_alias_id, reference, content_hash"
)
_FACTS = {
    "inventory_count": (
        f"{_COLUMNS}, counted_on",
        "{0}.warehouse = {1}.warehouse AND {0}.product_id = {1}.product_id AND {0}.status = {1}.status"
        " AND {0}.counted_on = {1}.counted_on AND ({0}.lot = {1}.lot OR ({0}.lot = '') <> ({1}.lot = ''))",
        "CORRECT",
    ),
    "stock_movement": (
        f"{_COLUMNS}, moved_on, movement, reference_line",
        "{0}.reference = {1}.reference AND {0}.reference_line = {1}.reference_line",
        "CORRECT REPLACE_PERIOD",
    ),
}
"""Each table with what a fact of it says, whether two of its facts have one place, and the modes of the reports in which a
row that is held again leaves the place empty."""


async def name_earlier(session: Session, vendor_id: UUID, agreement: Row, alias_id: UUID) -> None:
    """Name the facts that those which an alias placed had taken the place of, before these end."""
    for table, (_, same, modes) in _FACTS.items():
        undone = (
            "EXISTS (SELECT FROM alias a WHERE a.vendor_id = $1 AND a.id = b.product_alias_id"
            " AND a.undone_at IS NOT NULL)"
        )
        before = (
            "JOIN submission s ON s.vendor_id = $1 AND s.id = g.submission_id"
            f" AND s.mode = ANY (string_to_array('{modes}', ' '))"
            f" JOIN {table} b ON b.vendor_id = $1 AND b.distributor_id = $3 AND b.corrected_by = g.submission_id"
            f" AND b.superseded = g.recorded AND {same.format('b', 'g')}"
        )
        await session.execute(
            f"""
CREATE TEMPORARY TABLE earlier_{table} ON COMMIT DROP AS
WITH RECURSIVE gone AS (
    SELECT f.* FROM {table} f
    WHERE f.vendor_id = $1 AND f.agreement_id = $2 AND f.product_alias_id = $4 AND f.superseded IS NULL
    UNION
    SELECT b.* FROM gone g {before} WHERE {undone}
)
SELECT b.*, g.submission_id AS ended_by FROM gone g {before} WHERE NOT {undone}""",
            vendor_id,
            agreement["id"],
            agreement["distributor_id"],
            alias_id,
        )


async def bring_back(session: Session, vendor_id: UUID, agreement: Row, knowledge: int) -> None:
    """Let the facts that were named count again whose place is empty, and forget the names. The reports that had corrected
    them correct so many less."""
    for table, (said, same, _) in _FACTS.items():
        day = "counted_on" if table == "inventory_count" else "moved_on"
        await session.execute(
            f"""
WITH back AS (
    SELECT DISTINCT ON (e.submission_id, e.row_number, e.recorded) e.submission_id, e.row_number, e.recorded, e.ended_by
    FROM earlier_{table} e
    WHERE NOT EXISTS (SELECT FROM earlier_{table} o WHERE o.recorded > e.recorded AND {same.format("o", "e")})
        AND NOT EXISTS (SELECT FROM {table} o WHERE o.vendor_id = $1 AND o.distributor_id = $2 AND o.superseded IS NULL
            AND {same.format("o", "e")})
), ended AS (
    UPDATE {table} f SET corrected_by = f.submission_id FROM back b
    WHERE f.vendor_id = $1 AND f.submission_id = b.submission_id AND f.row_number = b.row_number AND f.recorded = b.recorded
    RETURNING f.*
), counted AS (
    INSERT INTO {table} ({said}, recorded, counts_on)
    SELECT {said}, $3, nullif(greatest({day}, counts_on, $4::date), {day}) FROM ended
)
UPDATE submission s SET corrected_lines = greatest(s.corrected_lines - n.facts, 0)
FROM (SELECT ended_by, count(*) AS facts FROM back GROUP BY 1) n WHERE s.vendor_id = $1 AND s.id = n.ended_by""",
            vendor_id,
            agreement["distributor_id"],
            knowledge,
            agreement["closed_before"],
        )
        await session.execute(f"DROP TABLE earlier_{table}")


async def count_corrected(session: Session, vendor_id: UUID, ended: dict[UUID, int]) -> None:
    """The reports of rows that were released correct so many facts, beside those that they did at first."""
    await session.execute(
        "UPDATE submission s SET corrected_lines = s.corrected_lines + n.facts"
        " FROM unnest($2::uuid[], $3::bigint[]) AS n (id, facts) WHERE s.vendor_id = $1 AND s.id = n.id",
        vendor_id,
        list(ended),
        list(ended.values()),
    )
