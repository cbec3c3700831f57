"""What is asked of an alias that is tried out. All run as `worker`, within one vendor's network."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.store.database import Session
from app.tables.reports import HELD


class Figures(NamedTuple):
    """Figures of one month: units in 10⁻³ base units, lines, and two amounts in 10⁻⁶ of their currencies."""

    units: int
    lines: int
    amount: int
    book_amount: int


Month = tuple[str, date, str, str]
"A kind of report, the first day of a month, and the currencies of what was invoiced and of the price book ('' for none)."


async def try_out(session: Session, **given: object) -> bool:
    """Write an alias down that is to be taken back; False where its code stands for something by now."""
    names = list(given)
    holders = ", ".join(f"${n}" for n in range(1, len(names) + 1))
    written = await session.execute(
        f"INSERT INTO alias ({', '.join(names)}) VALUES ({holders}) ON CONFLICT DO NOTHING", *given.values()
    )
    return written == 1


async def waiting(session: Session, vendor_id: UUID, agreement_id: UUID, column: str, code: str) -> dict[UUID, int]:
    """How many held rows of each report name a code in this column."""
    rows = await session.rows(
        f"SELECT submission_id, count(*) AS held FROM report_row WHERE vendor_id = $1 AND agreement_id = $2 AND {HELD}"
        f" AND {column} = $3 GROUP BY 1",
        vendor_id,
        agreement_id,
        code,
    )
    return {row["submission_id"]: row["held"] for row in rows}


async def waiting_for(
    session: Session, vendor_id: UUID, agreement_id: UUID, column: str, code: str
) -> list[tuple[str, int]]:
    """What the held rows that name a code wait for, most rows first."""
    rows = await session.rows(
        "SELECT w.hold, count(*) AS held FROM report_row r CROSS JOIN LATERAL unnest(r.waits_for) AS w (hold)"
        f" WHERE vendor_id = $1 AND agreement_id = $2 AND {HELD} AND {column} = $3 GROUP BY 1 ORDER BY 2 DESC, 1",
        vendor_id,
        agreement_id,
        code,
    )
    return [(row["hold"], row["held"]) for row in rows]


async def figures_of(session: Session, vendor_id: UUID, agreement_id: UUID) -> dict[tuple[UUID, Month], Figures]:
    """What the reports of an agreement have changed in the figures of each product and month."""
    rows = await session.rows(
        "SELECT e.product_id, s.kind, e.month, e.currency, e.book_currency, sum(e.units)::bigint AS units,"
        " sum(e.lines)::bigint AS lines, sum(e.resale_amount)::bigint AS amount,"
        " sum(e.book_amount)::bigint AS book_amount"
        " FROM submission_effect e JOIN submission s ON s.vendor_id = e.vendor_id AND s.id = e.submission_id"
        " WHERE e.vendor_id = $1 AND e.agreement_id = $2 AND e.previewed_by IS NULL GROUP BY 1, 2, 3, 4, 5",
        vendor_id,
        agreement_id,
    )
    return {
        (row["product_id"], (row["kind"], row["month"], row["currency"], row["book_currency"])): Figures(
            row["units"], row["lines"], row["amount"], row["book_amount"]
        )
        for row in rows
    }
