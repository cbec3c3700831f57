"""The statements that take back what an alias placed. All run as `worker`, within one vendor's network.

A line says by which aliases it was placed. Its row goes back to being held: it has a row of its own if it was held before;
if it counted at once, what it said is read again from the stored report.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.programme.terms import SubmissionKind
from app.reports.counting.figures.queries import LINES
from app.reports.counting.placing.queries import PLACED_AS_RECEIVED, RECEIVED, begin_staging
from app.store.database import Row, Session
from app.tables.facts import LIVE

_NAMED = ", ".join(f"s.{name.strip()}" for name in RECEIVED.split(","))


async def undone_alias(session: Session, vendor_id: UUID, alias_id: UUID) -> Row | None:
    """An alias that has been undone, and of which nothing has gone back yet."""
    return await session.row(
        "SELECT id, agreement_id, product_id FROM alias WHERE vendor_id = $1 AND id = $2 AND undone_at IS NOT NULL"
        " AND returned_rows IS NULL",
        vendor_id,
        alias_id,
    )


async def live_alias(session: Session, vendor_id: UUID, alias_id: UUID) -> Row | None:
    """An alias that stands."""
    return await session.row(
        "SELECT id, agreement_id, product_id FROM alias WHERE vendor_id = $1 AND id = $2 AND undone_at IS NULL",
        vendor_id,
        alias_id,
    )


async def try_undone(session: Session, vendor_id: UUID, alias_id: UUID, at: datetime) -> None:
    """Say that an alias is undone, which is to be taken back."""
    await session.execute("UPDATE alias SET undone_at = $3 WHERE vendor_id = $1 AND id = $2", vendor_id, alias_id, at)


def _placed_by(kind: SubmissionKind) -> str:
    aliases = ["product_alias_id", *(["account_alias_id"] if "account_alias_id" in LINES[kind].written else [])]
    return f"({' OR '.join(f'l.{name} = $2' for name in aliases)})"


async def unread_rows(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, alias_id: UUID
) -> dict[UUID, set[int]]:
    """The rows that an alias placed and that counted at once, so that nothing but their report says what they said: the
    rows of each report."""
    rows = await session.rows(
        f"SELECT l.submission_id, array_agg(DISTINCT l.row_number) AS row_numbers FROM {LINES[kind].table} l"
        f" WHERE l.vendor_id = $1 AND {_placed_by(kind)} AND l.distributor_id = $3 AND l.{LIVE}"
        " AND NOT EXISTS (SELECT FROM report_row r WHERE r.vendor_id = l.vendor_id"
        " AND r.submission_id = l.submission_id AND r.row_number = l.row_number) GROUP BY 1",
        vendor_id,
        alias_id,
        agreement["distributor_id"],
    )
    return {row["submission_id"]: set(row["row_numbers"]) for row in rows}


async def reports(session: Session, vendor_id: UUID, submissions: Iterable[UUID]) -> list[Row]:
    """What reading stored reports again needs to know of each."""
    return await session.rows(
        "SELECT s.id, s.kind, s.mode, s.format, s.sha256, s.byte_size, s.organization_id, s.file_id, s.period_start,"
        " s.period_end, s.received_at, s.previewed_by, s.profile_id, s.profile_version, a.distributor_id, a.currency,"
        " a.time_zone, a.mandatory_fields, a.due_days, a.grace_days"
        " FROM submission s JOIN agreement a ON a.vendor_id = s.vendor_id AND a.id = s.agreement_id"
        " WHERE s.vendor_id = $1 AND s.id = ANY ($2::uuid[])",
        vendor_id,
        list(submissions),
    )


async def name_rows(session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, alias_id: UUID) -> int:
    """Name the rows whose lines an alias placed, in the table `ending`, each ended by its own report; how many."""
    return await session.execute(
        f"INSERT INTO ending SELECT DISTINCT l.submission_id, l.row_number, l.submission_id FROM {LINES[kind].table} l"
        f" WHERE l.vendor_id = $1 AND {_placed_by(kind)} AND l.distributor_id = $3 AND l.{LIVE}",
        vendor_id,
        alias_id,
        agreement["distributor_id"],
    )


async def stage_returning(session: Session, vendor_id: UUID) -> int:
    """Stage the rows of `ending` that were held before, as they were received; the others are staged from their reports."""
    await begin_staging(session)
    return await session.execute(
        f"INSERT INTO staging_row (vendor_id, submission_id, row_number, {RECEIVED}, rejected, waived)"
        f" SELECT s.vendor_id, s.submission_id, s.row_number, {_NAMED}, false, s.waived FROM report_row s JOIN ending e"
        " ON e.submission_id = s.submission_id AND e.row_number = s.row_number WHERE s.vendor_id = $1",
        vendor_id,
    )


async def know_size(session: Session, table: str) -> None:
    """Index a temporary table of rows and let the planner know its size: it has never seen it, and takes it for small."""
    if table not in {"ending", "placed"}:
        raise ValueError(table)
    await session.execute(f"CREATE INDEX ON {table} (submission_id, row_number)")
    await session.execute(f"ANALYZE {table}")


async def hold_again(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, disclosed: Iterable[str]
) -> None:
    """Keep the placed rows that no longer count, with what they said and what they wait for."""
    await session.execute(
        f"""
INSERT INTO report_row AS r (vendor_id, submission_id, row_number, agreement_id, distributor_id, kind, outcome, waits_for,
    {RECEIVED}, disclosed_received)
SELECT s.vendor_id, s.submission_id, s.row_number, $2, $3, $5, s.outcome,
    CASE WHEN s.outcome = 'HELD' THEN s.waits_for ELSE '{{}}' END, {_NAMED},
    (SELECT jsonb_object_agg(said.key, said.value)::text FROM jsonb_each(s.received::jsonb) said
        WHERE said.key = ANY ($4::text[]))
FROM {PLACED_AS_RECEIVED} s WHERE s.vendor_id = $1 AND s.outcome <> 'ACCEPTED'
ON CONFLICT (vendor_id, submission_id, row_number)
DO UPDATE SET outcome = excluded.outcome, waits_for = excluded.waits_for, settled_at = NULL
""",
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        list(disclosed),
        kind.value,
    )


async def count_again(session: Session, vendor_id: UUID) -> list[Row]:
    """The counts of the reports follow what became of their placed rows; each report with how many rows count no more."""
    return await session.rows(
        """
UPDATE submission s SET rows_accepted = s.rows_accepted - n.gone, rows_held = s.rows_held + n.held,
    rows_duplicate = s.rows_duplicate + n.duplicate, rows_conflict = s.rows_conflict + n.conflict,
    rows_rejected = s.rows_rejected + n.rejected
FROM (
    SELECT submission_id, count(*) AS gone, count(*) FILTER (WHERE outcome = 'HELD') AS held,
        count(*) FILTER (WHERE outcome = 'DUPLICATE') AS duplicate,
        count(*) FILTER (WHERE outcome = 'CONFLICT') AS conflict, count(*) FILTER (WHERE outcome = 'REJECTED') AS rejected
    FROM placed WHERE outcome <> 'ACCEPTED' GROUP BY 1
) n
WHERE s.vendor_id = $1 AND s.id = n.submission_id RETURNING s.id, n.gone, n.held""",
        vendor_id,
    )


async def alias_returned(session: Session, vendor_id: UUID, alias_id: UUID, rows: int) -> None:
    """Write down how many rows count no more because an alias was undone."""
    await session.execute(
        "UPDATE alias SET returned_rows = $3 WHERE vendor_id = $1 AND id = $2", vendor_id, alias_id, rows
    )
