"""A vendor's exchange rates, as everybody in its network reads them and as the vendor sets them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.connections import Connection, Order, SortKey, Window, counts
from app.execution.described import entered, visible
from app.execution.edges import Selection
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, exact
from app.network.asking import HasKey
from app.network.rates import actions, queries
from app.network.rates.actions import PLACES, NewRate
from app.store.database import Row

BY_DAY = Order(
    (
        SortKey("x.base", "base", str, "text"),
        SortKey("x.quote", "quote", str, "text"),
        SortKey("x.effective_from", "effective_from", date, "date"),
    )
)


@visible("network:read")
class ExchangeRate:
    """What one currency is worth in another one, from a day on until the next rate of the same two begins."""

    base: CurrencyCode
    "The currency of which one unit is converted."
    quote: CurrencyCode
    "The currency in which it is worth the rate."
    effective_from: date
    "The first day on which it holds."
    rate: Decimal
    "How many units of `quote` one unit of `base` is worth, with at most nine decimals."

    @classmethod
    def of(cls, row: Row) -> "ExchangeRate":
        return cls(
            base=row["base"],
            quote=row["quote"],
            effective_from=row["effective_from"],
            rate=exact(row["rate"], PLACES),
        )


async def rates_of_vendors(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    base: Annotated[CurrencyCode | None, strawberry.argument(description="Only from this currency.")] = None,
    quote: Annotated[CurrencyCode | None, strawberry.argument(description="Only into this currency.")] = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[ExchangeRate]]:
    """The vendor's exchange rates, by currencies and day. Figures are converted at these."""
    window = Window.of(BY_DAY, first=first, after=after, last=last, before=before, of=(base, quote))
    db, vendor_ids = await request.reader(), [parent.key.vendor_id for parent in parents]
    rows = await queries.rates_of_vendors(db, vendor_ids, base, quote, window)
    totals = await queries.rate_counts(db, vendor_ids, base, quote) if counts(selection) else None
    return window.pages(rows, len(parents), ExchangeRate.of, selection, totals)


@entered
class ExchangeRateInput:
    """What one currency is worth in another one, from a day on."""

    base: CurrencyCode
    "The currency of which one unit is converted."
    quote: CurrencyCode
    "The currency in which it is worth the rate. The way back is a rate of its own."
    effective_from: date
    "The first day on which it holds; a rate that holds from the same day is replaced."
    rate: Decimal
    "How many units of `quote` one unit of `base` is worth: above zero, with at most nine decimals."


@entered
class SetExchangeRatesInput:
    """Exchange rates, all of them or none."""

    rates: list[ExchangeRateInput]
    "1 to 250 rates."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same answer, for good."


@visible("network:read")
class SetExchangeRatesPayload:
    """The rates that were set, or why none was."""

    rates: list[ExchangeRate] | None
    "The rates, in the order given; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class RatesMutation:
    """What a vendor does to its exchange rates."""

    @mutation(Permission.PRICE_MANAGE)
    async def set_exchange_rates(self, info: strawberry.Info, input: SetExchangeRatesInput) -> SetExchangeRatesPayload:
        """Set exchange rates. Figures that are asked for in one currency follow them at once; facts stay as they are."""
        request: Request[Actor] = info.context
        given = [NewRate(each.base, each.quote, each.effective_from, each.rate) for each in input.rates]
        key = await actions.set_exchange_rates(request, given, input.idempotency_key)
        rows = await queries.rates_set(await request.reader(), key.vendor_id, [each.key for each in given])
        return SetExchangeRatesPayload(rates=[ExchangeRate.of(row) for row in rows], user_errors=[])
