"""The statements that place lines on another record of the same reseller. All run as `worker`, within one vendor's network.

A line ends as a corrected one does and begins anew, the same but for whose it is: with its own interval of knowledge, and in
a closed period as an adjustment in the open one. The report that said it is the report of both.
"""

from datetime import date
from uuid import UUID

from app.programme.sale_types import COUNTED
from app.programme.terms import SubmissionKind
from app.reports.counting.figures.queries import adding, columns
from app.store.database import Row, Session
from app.tables.facts import LIVE

_KIND = SubmissionKind.SELL_THROUGH
_COUNTED = ", ".join(f"'{sale_type}'" for sale_type in sorted(COUNTED))
_KEPT = [
    name for name in columns(_KIND) if name not in ("counts_on", "recorded", "reseller_id", "disclosed_reseller_id")
]


async def begin_moving(session: Session) -> None:
    """Make room for the names of lines that are placed anew: the table `moving`."""
    await session.execute("DROP TABLE IF EXISTS moving")
    await session.execute("CREATE TEMPORARY TABLE moving (submission_id uuid, row_number bigint) ON COMMIT DROP")


async def name_lines_of(session: Session, vendor_id: UUID, agreement_id: UUID, reseller_id: UUID, since: date) -> int:
    """Name the rows of an agreement whose lines stand on a record openly and were sold on a day or later; how many."""
    rows = await session.execute(
        "INSERT INTO moving SELECT DISTINCT l.submission_id, l.row_number FROM sell_through_line l"
        f" WHERE l.vendor_id = $1 AND l.reseller_id = $3 AND l.agreement_id = $2 AND l.{LIVE}"
        " AND l.disclosed_reseller_id = l.reseller_id AND l.sold_on >= $4",
        vendor_id,
        agreement_id,
        reseller_id,
        since,
    )
    await _know_size(session)
    return rows


async def name_lines_moved(
    session: Session, vendor_id: UUID, agreement_id: UUID, merge: Row, knowledge: int | None, since: date
) -> int:
    """Name the rows of an agreement whose lines a merge placed anew, or that were placed since by an account or a code that
    it moved; how many."""
    rows = await session.execute(
        "INSERT INTO moving SELECT DISTINCT l.submission_id, l.row_number FROM sell_through_line l"
        f" WHERE l.vendor_id = $1 AND l.reseller_id = $3 AND l.agreement_id = $2 AND l.{LIVE} AND l.sold_on >= $4"
        " AND (l.recorded = $5 OR EXISTS (SELECT FROM party_merge_change c WHERE c.vendor_id = $1 AND c.merge_id = $6"
        " AND c.row_kind = CASE WHEN l.account_alias_id IS NULL THEN 'ACCOUNT' ELSE 'ALIAS' END"
        " AND c.row_key = CASE WHEN l.account_alias_id IS NULL THEN $2::uuid::text || '/' || l.reseller_account"
        " ELSE l.account_alias_id::text END))",
        vendor_id,
        agreement_id,
        merge["into_id"],
        since,
        knowledge,
        merge["id"],
    )
    await _know_size(session)
    return rows


async def _know_size(session: Session) -> None:
    await session.execute("CREATE INDEX ON moving (submission_id, row_number)")
    await session.execute("ANALYZE moving")


async def end_moving(session: Session) -> None:
    """Name the lines of `moving` as those that cease to count, each ended by its own report."""
    await session.execute("INSERT INTO ending SELECT submission_id, row_number, submission_id FROM moving")


_MOVING = f"""
WITH begun AS (
    INSERT INTO sell_through_line ({", ".join(_KEPT)}, reseller_id, disclosed_reseller_id, counts_on, recorded)
    SELECT {", ".join(f"l.{name}" for name in _KEPT)}, $4, $4, greatest(l.counts_on, $3::date), $2
    FROM moving n JOIN sell_through_line l ON l.vendor_id = $1 AND l.submission_id = n.submission_id
        AND l.row_number = n.row_number AND l.replaced = $2 AND l.component >= 0
    RETURNING *
){adding(_KIND, "begun", "l.submission_id")}"""


async def begin_lines(
    session: Session, vendor_id: UUID, knowledge: int, closed_before: date | None, reseller_id: UUID
) -> None:
    """Let the lines of `moving`, which this change of the facts has ended, begin anew on another record."""
    await session.execute(_MOVING, vendor_id, knowledge, closed_before, reseller_id)


async def moved_reports(session: Session) -> list[UUID]:
    """The reports of which lines were placed anew."""
    rows = await session.rows("SELECT DISTINCT submission_id FROM moving")
    return [row["submission_id"] for row in rows]


async def moved_figures(session: Session, vendor_id: UUID, knowledge: int) -> list[Row]:
    """What the lines that were placed anew came to, by the month in which they count and their currencies, as far as the
    vendor is told: quantities in 10⁻³ base units, amounts in 10⁻⁶."""
    return await session.rows(
        "SELECT date_trunc('month', l.counts_on)::date AS month, l.currency, coalesce(l.book_currency, '') AS book_currency,"
        " sum(l.quantity)::bigint AS units, count(*) AS lines, sum(coalesce(l.disclosed_amount, 0))::bigint AS amount,"
        " sum(coalesce(l.book_amount, 0))::bigint AS book_amount"
        " FROM moving n JOIN sell_through_line l ON l.vendor_id = $1 AND l.submission_id = n.submission_id"
        " AND l.row_number = n.row_number AND l.recorded = $2 AND l.component >= 0"
        f" WHERE l.sale_type IN ({_COUNTED}) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        vendor_id,
        knowledge,
    )


async def moved_products(session: Session, vendor_id: UUID, knowledge: int) -> list[UUID]:
    """The products of the lines that were placed anew."""
    rows = await session.rows(
        "SELECT DISTINCT l.product_id FROM moving n JOIN sell_through_line l ON l.vendor_id = $1"
        " AND l.submission_id = n.submission_id AND l.row_number = n.row_number AND l.recorded = $2 ORDER BY 1",
        vendor_id,
        knowledge,
    )
    return [row["product_id"] for row in rows]
