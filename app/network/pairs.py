"""What one distributor sells to one reseller: the totals of a span, and whether the reseller is active."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Protocol
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.described import maker, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, DateRangeInput, Money
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


_MEASURES = {
    "units": "units",
    "returnsUnits": "returned_units",
    "resaleAmounts": "resale_amount",
    "bookAmounts": "book_amount",
}
"What is summed for each field of the totals."


_reseller_totals, _money = maker(ResellerTotals), maker(Money)


async def sell_through_of_pairs(
    request: Request[Actor], parents: Sequence[Pair], selection: Selection, period: DateRangeInput
) -> list[ResellerTotals]:
    """What the distributor sold to the reseller in these days."""
    checked = period.checked()
    days, span = DateRange(start=checked.start, end=checked.end), Span(checked.start, checked.end)
    measures = {_MEASURES[name] for name in selection.names.intersection(_MEASURES)}
    return [_totals(rows, days) for rows in await _sold(request, parents, span, measures)]


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
    sold = await _sold(request, parents, Span(end - timedelta(days=ACTIVE_DAYS), end), {"units"})
    return [is_active(int(1000 * sum(Decimal(row["units"]) for row in rows))) for rows in sold]


async def _sold(
    request: Request[Actor], parents: Sequence[Pair], span: Span, measures: Collection[str]
) -> list[Sequence[Row]]:
    """The rows of each pair."""
    ids = (
        [parent.key.vendor_id for parent in parents],
        [parent.distributor_id for parent in parents],
        [parent.reseller_id for parent in parents],
    )
    named = [[each.bytes for each in column] for column in ids]
    places = queries.Places(*(dict(zip(*each, strict=True)).values() for each in zip(named, ids, strict=True)))
    found: dict[bytes, list[Row]] = {}
    for row in await queries.sold_to(await request.reader(), request.actor.level, places, span, measures):
        found.setdefault(row[0].bytes + row[1].bytes + row[2].bytes, []).append(row)
    return [found.get(pair, ()) for pair in map(b"".join, zip(*named, strict=True))]


def _totals(rows: Sequence[Row], period: DateRange) -> ResellerTotals:
    """The sums over the rows of one pair, of which there is one for each two currencies."""
    if len(rows) != 1:
        return _added(rows, period)
    _, _, _, currency, book_currency, units, returned, resale, book = rows[0]
    return _reseller_totals(
        period=period,
        units=Decimal(units),
        returns_units=Decimal(returned),
        resale_amounts=[_money(amount=Decimal(resale), currency=currency)] if currency and resale != "0" else [],
        book_amounts=[_money(amount=Decimal(book), currency=book_currency)] if book_currency and book != "0" else [],
    )


def _added(rows: Sequence[Row], period: DateRange) -> ResellerTotals:
    """As `_totals`, where there are several rows, or none."""
    resale: dict[str, Decimal] = {}
    book: dict[str, Decimal] = {}
    for row in rows:
        for sums, currency, amount in ((resale, "currency", "resale_amount"), (book, "book_currency", "book_amount")):
            sums[row[currency]] = sums.get(row[currency], Decimal()) + Decimal(row[amount])
    return ResellerTotals(
        period=period,
        units=sum((Decimal(row["units"]) for row in rows), Decimal()).normalize(),
        returns_units=sum((Decimal(row["returned_units"]) for row in rows), Decimal()).normalize(),
        resale_amounts=[money for name in sorted(resale) for money in _amount(name, resale[name].normalize())],
        book_amounts=[money for name in sorted(book) for money in _amount(name, book[name].normalize())],
    )


def _amount(currency: str, amount: Decimal) -> list[Money]:
    """The amount; nothing where there is no price or it comes to nothing."""
    return [Money(amount=amount, currency=CurrencyCode(currency))] if currency and amount else []
