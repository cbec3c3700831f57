"""The statements by which lines come back whose place is empty again. All run as `worker`, within one vendor's network.

A line that a correction took the place of has ended. Where the correction is taken back, the line is written anew as it
was, known from that moment on, and counts where it did; where that day is closed by now, or its reversal counts already, it
counts in the open period. Whose it is may have changed: where the vendor merged records, it stands on the one for which its
account or code stands now. The line that had ended keeps its interval of knowledge and goes by its own report from then on,
so that one line stands for its row. The change belongs to the report that had corrected it. What stood there under a code
whose meaning has been undone does not come back: what that one had corrected does.
"""

from datetime import date
from uuid import UUID

from app.programme.terms import SubmissionKind
from app.reports.counting.figures.queries import LINES, adding, columns
from app.store.database import Session
from app.tables.facts import LIVE


async def name_earlier(session: Session, kind: SubmissionKind, vendor_id: UUID) -> int:
    """Name what the lines of `ending` had taken the place of, in the table `earlier`, before they end; how many rows."""
    lines = LINES[kind]
    aliases = [f"b.{name}" for name in ("product_alias_id", "account_alias_id") if name in columns(kind)]
    undone = (
        f"EXISTS (SELECT FROM alias a WHERE a.vendor_id = $1 AND a.id IN ({', '.join(aliases)})"
        " AND a.undone_at IS NOT NULL)"
    )
    before = (
        f"JOIN {lines.table} b ON b.vendor_id = $1 AND b.submission_id = c.submission_id AND b.row_number = c.row_number"
        " AND b.replaced = c.ended AND b.component BETWEEN 0 AND 1"
    )

    def stepped(line: str) -> str:
        """When a line's row last stepped into the place of what it corrects: it may have been placed anew since."""
        return (
            f"(SELECT max(d.replaced) FROM {lines.table} d WHERE d.vendor_id = $1"
            f" AND d.submission_id = {line}.corrects_submission_id AND d.row_number = {line}.corrects_row"
            f" AND d.component >= 0 AND d.replaced IN (SELECT f.recorded FROM {lines.table} f WHERE f.vendor_id = $1"
            f" AND f.submission_id = {line}.submission_id AND f.row_number = {line}.row_number AND f.component >= 0))"
        )

    await session.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS earlier (submission_id uuid, row_number bigint, ended bigint, ended_by uuid)"
        " ON COMMIT DROP"
    )
    return await session.execute(
        f"""
INSERT INTO earlier
WITH RECURSIVE chain AS (
    SELECT l.corrects_submission_id AS submission_id, l.corrects_row AS row_number, {stepped("l")} AS ended,
        l.submission_id AS ended_by
    FROM ending e JOIN {lines.table} l ON l.vendor_id = $1 AND l.submission_id = e.submission_id
        AND l.row_number = e.row_number AND l.{LIVE} AND l.component <= 1
    WHERE l.corrects_submission_id IS NOT NULL
    UNION
    SELECT b.corrects_submission_id, b.corrects_row, {stepped("b")}, b.submission_id FROM chain c {before}
    WHERE b.corrects_submission_id IS NOT NULL AND {undone}
)
SELECT c.submission_id, c.row_number, c.ended, c.ended_by FROM chain c {before} WHERE NOT {undone}""",
        vendor_id,
    )


_HOLDERS = """
    LEFT JOIN LATERAL (
        SELECT r.reseller_id, r.disclosed_reseller_id FROM reseller_authorization r
        WHERE r.vendor_id = $1 AND r.id = CASE WHEN l.account_alias_id IS NULL
            THEN (SELECT ac.authorization_id FROM account ac WHERE ac.vendor_id = $1 AND ac.agreement_id = l.agreement_id
                AND ac.number = l.reseller_account)
            ELSE (SELECT a.authorization_id FROM alias a WHERE a.vendor_id = $1 AND a.id = l.account_alias_id) END
            AND NOT EXISTS (SELECT FROM party_merge m WHERE m.vendor_id = $1 AND m.into_id = r.reseller_id
                AND m.from_id = l.reseller_id AND m.state IN ('APPLIED', 'UNDOING') AND l.sold_on < m.effective_from)
    ) w ON true"""
"For whom the account or code of a line `l` stands now; what was sold before a merge took effect stays where it was."


def _bringing(kind: SubmissionKind) -> str:
    lines = LINES[kind]
    kept = [name for name in columns(kind) if name not in ("counts_on", "recorded")]
    whose = {name: f"coalesce(w.{name}, l.{name})" for name in lines.buyer}
    accounts = _HOLDERS if lines.buyer else ""
    ended_by = (
        "(SELECT e.ended_by FROM earlier e WHERE e.submission_id = l.submission_id AND e.row_number = l.row_number)"
    )
    return f"""
WITH ended AS (
    UPDATE {lines.table} l SET corrected_by = l.submission_id FROM earlier e
    WHERE l.vendor_id = $1 AND l.submission_id = e.submission_id AND l.row_number = e.row_number AND l.replaced = e.ended
        AND l.component >= 0
    RETURNING l.*
), back AS (
    INSERT INTO {lines.table} ({", ".join(kept)}, counts_on, recorded)
    SELECT {", ".join(whose.get(name, f"l.{name}") for name in kept)}, greatest(l.counts_on, $3::date), $2
    FROM ended l{accounts}
    RETURNING *
){adding(kind, "back", ended_by)}"""


async def bring_back(
    session: Session, kind: SubmissionKind, vendor_id: UUID, knowledge: int, closed_before: date | None
) -> None:
    """Let the lines of the rows named in `earlier` count again, and forget those names. The reports that had corrected them
    correct so many lines less."""
    await session.execute(_bringing(kind), vendor_id, knowledge, closed_before)
    await session.execute(
        "UPDATE submission s SET corrected_lines = greatest(s.corrected_lines - n.rows, 0)"
        " FROM (SELECT ended_by, count(*) AS rows FROM earlier GROUP BY 1) n WHERE s.vendor_id = $1 AND s.id = n.ended_by",
        vendor_id,
    )
    await session.execute("DROP TABLE earlier")


async def count_corrected(session: Session, vendor_id: UUID) -> None:
    """The reports of rows that were released correct the lines named in `ending`, beside those that they did at first."""
    await session.execute(
        "UPDATE submission s SET corrected_lines = s.corrected_lines + n.rows"
        " FROM (SELECT ended_by, count(*) AS rows FROM ending GROUP BY 1) n WHERE s.vendor_id = $1 AND s.id = n.ended_by",
        vendor_id,
    )
