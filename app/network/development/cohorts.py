"""Resellers by the quarter of their first purchase, and what became of them."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from app.access.actor import Actor
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.errors import bad_input
from app.execution.request import Request
from app.execution.scalars import DateRangeInput, Money, money, quantity
from app.network.development import queries
from app.network.development.asked import IsNetwork, asked_now, last_day
from app.programme.spans import Span, month_after, month_of, months_earlier
from app.store.database import Row

MOST_QUARTERS = 20


@visible("analytics:read")
class CohortQuarter:
    """What a cohort bought in a quarter."""

    quarter: date
    "Its first day."
    buying: int
    "How many of them bought more than they returned."
    units: Decimal
    "Base units that they bought, net of returns."
    amounts: list[Money]
    "For how much at book prices, one for each currency."


@visible("analytics:read")
class ResellerCohort:
    """The resellers whose first purchase fell in a quarter."""

    quarter: date
    "Its first day."
    resellers: int
    "How many."
    active: int
    "How many of them are active on the last day asked about."
    quarters: list[CohortQuarter]
    "What they bought in each quarter from that one on in which they bought or returned anything, in order."


async def cohorts_of_network(
    request: Request[Actor], parents: Sequence[IsNetwork], selection: Selection, period: DateRangeInput
) -> list[list[ResellerCohort]]:
    """Resellers by the quarter of their first purchase, for quarters that begin in the period, with what became of them up
    to its last day. For a distributor their first purchase of it; for a vendor, of anybody it may know of."""
    day, span = last_day(period), Span(_quarter(period.start), period.end)
    if (period.end.year - span.start.year) * 4 + (period.end.month - span.start.month) // 3 > MOST_QUARTERS:
        raise bad_input(f"Cohorts are told for at most {MOST_QUARTERS} quarters at once.")
    found = []
    for parent in parents:
        asked_now(parent)
        db, level, vendor_id = await request.reader(), request.actor.level, parent.key.vendor_id
        rows = await queries.cohorts(db, level, vendor_id, span, day)
        among = await queries.distributors_of(db, vendor_id)
        active = await queries.active_of_cohorts(db, level, vendor_id, span, day, among)
        found.append(_cohorts(rows, {row["quarter"]: row["active"] for row in active}))
    return found


def _cohorts(rows: Iterable[Row], active: dict[date, int]) -> list[ResellerCohort]:
    found: dict[date, ResellerCohort] = {}
    for row in rows:
        first = row["first_quarter"]
        cohort = found.setdefault(
            first,
            ResellerCohort(quarter=first, resellers=row["resellers"], active=active.get(first, 0), quarters=[]),
        )
        if row["currency"] is None:
            cohort.quarters.append(
                CohortQuarter(quarter=row["quarter"], buying=row["buying"], units=quantity(row["units"]), amounts=[])
            )
        elif (amount := money(row["amount"], row["currency"])) is not None:
            cohort.quarters[-1].amounts.append(amount)
    return list(found.values())


def _quarter(day: date) -> date:
    """The first day of the first quarter that begins on a day or later."""
    start = months_earlier(month_of(day), (day.month - 1) % 3)
    return start if start == day else month_after(month_after(month_after(start)))
