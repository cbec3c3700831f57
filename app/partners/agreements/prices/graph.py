"""Prices by tier, as vendor and distributor see them: what a unit costs on a day, and what was invoiced otherwise.

The price in force is the price in the book less the discount of the tier in force on that day, with six decimals, half away
from zero. What is invoiced already is never billed again. On a day to come it is the price as volume and announcements
stand. No reseller sees one.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Protocol, TypeVar

import strawberry

from app.access.actor import Actor
from app.access.roles import Permission
from app.execution.connections import Connection, Order, SortKey, Window, by_parent, counts
from app.execution.described import visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, key_of
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRangeInput, Money, exact
from app.partners.agreements.prices import queries
from app.partners.agreements.standing.graph import Agreed, VolumeTier, shown_tiers
from app.partners.queries import text_key, uuid_key
from app.programme.money import divided
from app.programme.spans import Span
from app.programme.tiers import Tier
from app.programme.volume import discount_of, price_in_force
from app.store.database import Reader, Row
from app.volume.discounts import asked_volumes, discounts_held, today_in
from app.volume.queries import Asked, agreed
from app.volume.standing import Ladder, Terms, in_force

N = TypeVar("N")
BY_SKU = Order((text_key("p.sku", "sku"),))
BY_INVOICE = Order(
    (
        SortKey("l.sold_on", "sold_on", date, "date"),
        uuid_key("l.submission_id", "submission_id"),
        SortKey("l.row_number", "row_number", int, "bigint"),
    ),
    descending=True,
)
"""A line that counts is alone in its row: what was recorded before it counts no more."""
OnDay = Annotated[
    date | None, strawberry.argument(description="On which day; today, where the agreement's days begin, unless given.")
]
OfAgreement = Annotated[strawberry.ID, strawberry.argument(description="Under which agreement.")]
OverDays = Annotated[
    DateRangeInput | None,
    strawberry.argument(
        description="Invoices of which days, at most ten years; of the present volume period unless given."
    ),
]


class HasKey(Protocol):
    """A product."""

    @property
    def key(self) -> Key: ...


@visible("price:read")
class PriceInForce:
    """What a unit of a product costs a distributor on a day, under its agreement."""

    product_key: strawberry.Private[Key]
    on_day: date
    "The day of the order."
    book_price: Money
    "The price in the book on that day, in the agreement's currency, without tax."
    tier: VolumeTier | None
    "The volume tier in force on that day; null below the first."
    discount: Decimal
    "The share off the price in the book: that of the tier, or of the highest one below it that has one."
    price: Money
    "The price in force: the price in the book less the discount, with six decimals."


@visible("ledger:read")
class PriceDeviation:
    """A line of sell-in that was invoiced at another price than the one in force, by more than a minor unit for the line."""

    line_name: strawberry.Private[Row]
    invoiced: Money
    "What was invoiced for a base unit."
    book_price: Money
    "The price in the book on the day of the invoice."
    discount: Decimal
    "The share off it that was in force on that day."
    price: Money
    "The price in force."
    difference: Money
    "What was invoiced for the line above the price in force; negative where it was less."


class _Standing:
    """The tier in force under an agreement on a day."""

    def __init__(self, terms: Terms, ladder: Ladder, tier: Tier | None, day: date, today: date) -> None:
        self.currency, self.tier, self.day, self.today = CurrencyCode(terms.currency), tier, day, today
        self.shown = shown_tiers(ladder, terms.currency)[tier]
        self.discounts, self.is_in_effect = ladder.discounts, terms.effective.start <= day < terms.effective.end

    def price(self, product: Key, book_price: int) -> PriceInForce:
        found = price_in_force(book_price, self.discounts, self.tier)
        return PriceInForce(
            product_key=product,
            on_day=self.day,
            book_price=_money(book_price, self.currency),
            tier=self.shown,
            discount=exact(discount_of(self.discounts, self.tier), 6),
            price=_money(found, self.currency),
        )


def _money(amount: int, currency: str) -> Money:
    return Money(amount=exact(amount, 6), currency=CurrencyCode(currency))


async def _standings(
    db: Reader, agreements: Sequence[tuple[Key, Key, Terms, str]], on_day: date | None
) -> list[_Standing]:
    """The tier in force under agreements (key, distributor, terms, time zone), one statement for all."""
    todays = [today_in(zone) for *_, zone in agreements]
    days = [on_day or today for today in todays]
    asked = []
    for (key, distributor, terms, _), day in zip(agreements, days, strict=True):
        period = terms.period_of(day)
        before = terms.period_before(period)
        asked.append(Asked(key.vendor_id, key.id, distributor.id, terms.currency, period, before, day))
    rows = await asked_volumes(db, asked)
    found = []
    for (_, _, terms, _), (row, volume), day, today in zip(agreements, rows, days, todays, strict=True):
        ladder = Ladder.of(row)
        found.append(_Standing(terms, ladder, in_force(terms, ladder, volume, day, today), day, today))
    return found


async def price_in_force_of_products(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    agreement_id: OfAgreement,
    on_day: OnDay = None,
) -> list[PriceInForce | None]:
    """What a unit costs a distributor on a day under its agreement, as far as it is announced to you; null where there is no
    such agreement, it is not in effect then, or no price is set in its currency."""
    nothing: list[PriceInForce | None] = [None] * len(parents)
    db, key = await request.reader(), key_of("DistributionAgreement", agreement_id)
    rows = [] if key is None else await agreed(db, [(key.vendor_id, key.id)])
    if key is None or not rows:
        return nothing
    terms, distributor = Terms.of(rows[0]), Key(key.vendor_id, rows[0]["distributor_id"])
    (standing,) = await _standings(db, [(key, distributor, terms, rows[0]["time_zone"])], on_day)
    if not standing.is_in_effect:
        return nothing
    keys = [parent.key for parent in parents]
    own = [each for each in keys if each.vendor_id == key.vendor_id]
    found = await queries.book_prices(db, own, standing.currency, standing.day, standing.today)
    priced = {own[place - 1]: price for place, price in found.items()}
    return [standing.price(each, priced[each]) if each in priced else None for each in keys]


async def prices_of_agreements(
    request: Request[Actor],
    parents: Sequence[Agreed],
    selection: Selection,
    on_day: OnDay = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[PriceInForce]]:
    """What each product costs the distributor on a day, by SKU: those with a price in the agreement's currency, as far as it
    is announced to you. None on a day on which the agreement is not in effect."""
    window = Window.of(BY_SKU, first=first, after=after, last=last, before=before, of=str(on_day))
    db = await request.reader()
    agreements = [(each.key, each.distributor_key, each.terms, each.time_zone) for each in parents]
    found = await _standings(db, agreements, on_day)
    which = (
        [parent.key.vendor_id for parent in parents],
        [each.currency if each.is_in_effect else "" for each in found],
        [each.day for each in found],
        [each.today for each in found],
    )
    pages = by_parent(await queries.price_list(db, *which, window), len(parents))
    totals = await queries.price_list_counts(db, *which) if counts(selection) else None
    return [
        window.connection(page, _priced(standing), None if totals is None else totals.get(place, 0), selection)
        for place, (page, standing) in enumerate(zip(pages, found, strict=True), 1)
    ]


def _priced(standing: _Standing) -> Callable[[Row], PriceInForce]:
    return lambda row: standing.price(Key(row["vendor_id"], row["id"]), row["price"])


async def deviations_of_agreements(
    request: Request[Actor],
    parents: Sequence[Agreed],
    selection: Selection,
    period: OverDays = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[PriceDeviation]]:
    """The lines of sell-in that were invoiced at another price than the one in force, by more than a minor unit per line,
    the latest first. Credit notes and components of kits are passed over. None where no tier has a discount."""
    given = None if period is None else period.checked()
    of = None if given is None else (str(given.start), str(given.end))
    window = Window.of(BY_INVOICE, first=first, after=after, last=last, before=before, of=of)
    asked = [queries.Asked(each.key, each.distributor_key.id, _days(each, given)) for each in parents]
    db = await request.reader()
    keys = [(each.key.vendor_id, each.key.id) for each in asked]
    discounts = await discounts_held(db, keys, {each.key.id: each.days for each in asked})
    rows = await queries.deviations(db, asked, discounts, window)
    totals = await queries.deviation_counts(db, asked, discounts) if counts(selection) else None
    return window.pages(rows, len(parents), _deviation, selection, totals)


def _days(agreement: Agreed, given: DateRangeInput | None) -> Span:
    if given is not None:
        return Span(given.start, given.end)
    return agreement.terms.period_of(today_in(agreement.time_zone))


def _deviation(row: Row) -> PriceDeviation:
    currency = row["currency"]
    in_force = divided(row["quantity"] * row["price"], 1000)
    return PriceDeviation(
        line_name=row,
        invoiced=_money(row["unit_price"], currency),
        book_price=_money(row["book_price"], currency),
        discount=exact(row["share"], 6),
        price=_money(row["price"], currency),
        difference=_money(row["amount"] - in_force, currency),
    )


def line_of_deviations(
    shown: Callable[[Request[Actor], Sequence[Row]], Awaitable[Sequence[N]]], returns: object
) -> Any:
    """The edge from a deviation to its line of sell-in, which reports know: they show the lines that are named here."""

    async def line_of_deviation(
        request: Request[Actor], parents: Sequence[PriceDeviation], selection: Selection
    ) -> list[Any]:
        """The line, and through it the report and row where it stood."""
        return list(await shown(request, [parent.line_name for parent in parents]))

    line_of_deviation.__annotations__["return"] = list[returns]  # type: ignore[valid-type]
    return edge(line_of_deviation, permission=Permission.SUBMISSION_READ)
