"""What one distributor sells to one reseller: the totals of a span, and whether the reseller is active."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Protocol
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, DateRangeInput, Money, exact, quantity
from app.network import queries
from app.programme.development import ACTIVE_DAYS, is_active
from app.programme.spans import Span
from app.store.database import Row


class Pair(Protocol):
    """A distributor and a reseller in the network that the key names."""

    key: Key
    distributor_id: UUID
    reseller_id: UUID


@visible("reseller:read")
class ResellerTotals:
    """What a distributor sold to a reseller in a span of days. Sell-in has no reseller and no place here."""

    period: DateRange
    "The days."
    units: Decimal
    "Base units, net of returns."
    returns_units: Decimal
    "Base units that came back, as a positive number; `units` is net of them."
    resale_amounts: list[Money]
    "What the reseller paid, as reported, one amount for each currency; empty where it is not disclosed to you."
    book_amounts: list[Money]
    "The units at the price book of the day of the sale, one amount for each currency; never visible to a reseller."


async def sell_through_of_pairs(
    request: Request[Actor], parents: Sequence[Pair], selection: Selection, period: DateRangeInput
) -> list[ResellerTotals]:
    """What the distributor sold to the reseller in these days."""
    checked = period.checked()
    sold = await _sold(request, parents, Span(checked.start, checked.end))
    return [_totals(rows, DateRange(start=checked.start, end=checked.end)) for rows in sold]


async def activity_of_pairs(
    request: Request[Actor],
    parents: Sequence[Pair],
    selection: Selection,
    on_date: Annotated[
        date | None, strawberry.argument(description="As of the end of this day; today unless said.")
    ] = None,
) -> list[bool]:
    """Whether the reseller is active: it bought more than it returned in the ninety days up to this one."""
    end = (on_date or datetime.now(UTC).date()) + timedelta(days=1)
    sold = await _sold(request, parents, Span(end - timedelta(days=ACTIVE_DAYS), end))
    return [is_active(sum(int(row["units"]) for row in rows)) for rows in sold]


async def _sold(request: Request[Actor], parents: Sequence[Pair], span: Span) -> list[list[Row]]:
    """The rows of each pair."""
    pairs = [(parent.key.vendor_id, parent.distributor_id, parent.reseller_id) for parent in parents]
    found: list[list[Row]] = [[] for _ in parents]
    for row in await queries.sold_to(await request.reader(), request.actor.level, pairs, span):
        found[row["ordinal"] - 1].append(row)
    return found


def _totals(rows: Sequence[Row], period: DateRange) -> ResellerTotals:
    """The sums over the rows of one pair, of which there is one for each currency."""
    units = returned = 0
    resale: dict[str, int] = {}
    book: dict[str, int] = {}
    for row in rows:
        _, currency, book_currency, sold, back, resale_amount, book_amount = row
        units += int(sold)
        returned += int(back)
        resale[currency] = resale.get(currency, 0) + int(resale_amount)
        book[book_currency] = book.get(book_currency, 0) + int(book_amount)
    return ResellerTotals(
        period=period,
        units=quantity(units),
        returns_units=quantity(returned),
        resale_amounts=_amounts(resale),
        book_amounts=_amounts(book),
    )


def _amounts(sums: dict[str, int]) -> list[Money]:
    """An amount for each currency, in their order; what has no price or comes to nothing is left out."""
    named = sums.items() if len(sums) < 2 else sorted(sums.items())
    return [Money(amount=exact(total, 6), currency=CurrencyCode(name)) for name, total in named if name and total]
