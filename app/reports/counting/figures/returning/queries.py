"""The statements by which lines come back whose place is empty again. All run as `worker`, within one vendor's network.

A line that a correction took the place of has ended. Where the correction is taken back, the line is written anew as it
was, known from that moment on, and counts where it did; where that day is closed by now, or its reversal counts already, it
counts in the open period. The line that had ended keeps its interval of knowledge and goes by its own report from then on,
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
    await session.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS earlier (submission_id uuid, row_number bigint, ended bigint, ended_by uuid)"
        " ON COMMIT DROP"
    )
    return await session.execute(
        f"""
INSERT INTO earlier
WITH RECURSIVE chain AS (
    SELECT l.corrects_submission_id AS submission_id, l.corrects_row AS row_number, l.recorded AS ended,
        l.submission_id AS ended_by
    FROM ending e JOIN {lines.table} l ON l.vendor_id = $1 AND l.submission_id = e.submission_id
        AND l.row_number = e.row_number AND l.{LIVE} AND l.component <= 1
    WHERE l.corrects_submission_id IS NOT NULL
    UNION
    SELECT b.corrects_submission_id, b.corrects_row, b.recorded, b.submission_id FROM chain c {before}
    WHERE b.corrects_submission_id IS NOT NULL AND {undone}
)
SELECT c.submission_id, c.row_number, c.ended, c.ended_by FROM chain c {before} WHERE NOT {undone}""",
        vendor_id,
    )


def _bringing(kind: SubmissionKind) -> str:
    lines = LINES[kind]
    kept = [name for name in columns(kind) if name not in ("counts_on", "recorded")]
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
    SELECT {", ".join(f"l.{name}" for name in kept)}, greatest(l.counts_on, $3::date), $2 FROM ended l
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
