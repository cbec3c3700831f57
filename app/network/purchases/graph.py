"""What a reseller bought, as it sees it itself: the cube over its own purchases. No sell-in, no cost, nobody else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection
from app.execution.described import entered, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, DateRangeInput, Money, exact, quantity
from app.network import cube
from app.network.asking import (
    ConvertTo,
    HasKey,
    Page,
    Ranked,
    currency_of,
    pages,
    scopes_of,
    span_of,
    totals,
    with_calendar,
)
from app.network.comparison import Against, Era, compared_span, period_start
from app.network.cube import Cube, Filters, Whose
from app.network.filters import ids_of, limited, words
from app.network.proof.standing import Standing
from app.network.rows import COMPARED, key_in
from app.programme.sales import PurchaseDimension, PurchaseOrder, Valuation, average_price
from app.store.database import Row

MEASURES: dict[str, frozenset[str]] = {
    "units": frozenset({"units"}),
    "amount": frozenset({"resale_amount"}),
    "returnsUnits": frozenset({"returned_units"}),
    "averagePrice": frozenset({"priced_units", "priced_amount"}),
    "invoices": frozenset({"invoices"}),
    "soldOutUnits": frozenset({"out_units", "reporters"}),
    "originals": frozenset({"resale_amount"}),
}
"What each field is made of."
ORDERS = {
    PurchaseOrder.DIMENSIONS: Ranked(None, frozenset()),
    PurchaseOrder.AMOUNT: Ranked("resale_amount", frozenset({"resale_amount"})),
    PurchaseOrder.UNITS: Ranked("units", frozenset({"units"})),
    PurchaseOrder.RETURNS_UNITS: Ranked("returned_units", frozenset({"returned_units"})),
    PurchaseOrder.AVERAGE_PRICE: Ranked("priced_amount", frozenset({"priced_amount", "priced_units"})),
    PurchaseOrder.INVOICES: Ranked("invoices", frozenset({"invoices"})),
}
PurchasesBy = Annotated[
    list[PurchaseDimension], strawberry.argument(description="By what to group; nothing gives one row a currency.")
]


@entered
class PurchaseFilter:
    """Only purchases that match all of these. Ids that are not visible to you match nothing, and so does an empty list."""

    distributor_ids: list[strawberry.ID] | None = None
    "From one of these distributors; at most 250."
    product_ids: list[strawberry.ID] | None = None
    "One of these products; at most 250."
    product_families: list[str] | None = None
    "Products of one of these families, as they are written; at most 250."

    def within(self, vendor_ids: frozenset[UUID]) -> Filters:
        """The filter as keys of these networks. Raises BAD_USER_INPUT where a list is too long."""
        return Filters(
            distributors=ids_of("Distributor", limited(self.distributor_ids, "distributorIds"), vendor_ids),
            products=ids_of("Product", limited(self.product_ids, "productIds"), vendor_ids),
            families=words(self.product_families, "productFamilies"),
        )


@visible("purchases:read")
class PurchaseFigures:
    """The measures of purchases, all in one currency."""

    currency: CurrencyCode
    """
    Amounts are in this currency; rows of several currencies stay apart unless `convertTo` is given, at the vendor's rate on
    the day of each purchase.
    """
    units: Decimal
    "Base units bought, net of returns."
    amount: Money
    "What was paid for them, as the distributors reported it, without tax and freight. Lines without a price add nothing."
    returns_units: Decimal
    "Base units given back, as a positive number. Units are net of them."
    average_price: Money | None
    """
    What was paid for a base unit on average: the amounts of all lines with a price in this currency ÷ the units of the same
    lines, both net of returns, rounded to six decimals. Null where no such units remain.
    """
    invoices: int
    "How many invoices they stand on, each number of a distributor once; credit notes are not counted. Not additive."
    sold_out_units: Decimal | None
    """
    Base units sold to end customers, net of returns, as you reported it; in the currency in which you sell, XXX where you
    name none. Null where you reported none, and where purchases stand by distributors, of which sell-out has none.
    """
    originals: list[Money]
    "Where `convertTo` is given: the amounts as they were, one for each currency. Else empty."


@visible("purchases:read")
class PurchaseTotals(PurchaseFigures):
    """The measures of a span of days."""

    period: DateRange
    "The days that they are about."


@visible("purchases:read")
class PurchaseSum(PurchaseFigures):
    """The measures of all rows together, those of one currency."""

    period: DateRange
    "The days that they are about."
    previous: PurchaseTotals | None
    "The same in the span before: as many months or days, ending where the period begins."
    same_span_last_year: PurchaseTotals | None
    "The same days a year earlier."

    @classmethod
    def of(cls, row: Row, asked: Cube) -> "PurchaseSum":
        period = DateRange(start=asked.span.start, end=asked.span.end)
        return cls(period=period, **_figures(row), **_compared(row, asked, cube.eras(asked)))


@visible("purchases:read")
class PurchaseRow(PurchaseFigures):
    """What a reseller bought, and what it reported to have sold. Keys not grouped by are null."""

    standing: strawberry.Private[Standing]
    distributor_key: strawberry.Private[Key | None]
    product_key: strawberry.Private[Key | None]
    period_start: date | None
    "The first day of the smallest period that it is grouped by; the period asked for may begin or end within it."
    product_family: str | None
    "The family of the products, where grouped by PRODUCT_FAMILY."
    previous: PurchaseTotals | None
    """
    The same group in the span before: as many months or days, ending where the period begins. Where grouped by periods, the
    same days so many whole periods earlier that the whole span lies before its beginning. Zero where nothing was.
    """
    same_span_last_year: PurchaseTotals | None
    "The same group a year earlier; of a week that 52 weeks before. Zero where nothing was."

    @classmethod
    def of(cls, row: Row, asked: Cube, of_eras: Sequence[Era]) -> "PurchaseRow":
        """The row of a cube; `of_eras` are the spans that it holds measures of."""
        return cls(
            standing=Standing(asked, row),
            distributor_key=key_in(row, "distributor_id"),
            product_key=key_in(row, "product_id"),
            period_start=period_start(asked.by, row),
            product_family=row.get("product_family"),
            **_figures(row),
            **_compared(row, asked, of_eras),
        )


def _figures(row: Row, suffix: str = "") -> dict[str, Any]:
    """The measures of a row; those that were not asked for stand at nothing and nobody reads them."""
    currency = CurrencyCode(row["currency"])

    def of(name: str) -> int:
        return int(row.get(name + suffix, 0) or 0)

    price = average_price(of("priced_amount"), of("priced_units"))
    amounts = row.get(f"resale_amount{suffix}_original") or ()
    originals = zip(row.get("currencies") or (), amounts, strict=False)
    return {
        "currency": currency,
        "units": quantity(of("units")),
        "amount": Money(amount=exact(of("resale_amount"), 6), currency=currency),
        "returns_units": quantity(of("returned_units")),
        "average_price": None if price is None else Money(amount=exact(price, 6), currency=currency),
        "invoices": of("invoices"),
        "sold_out_units": quantity(of("out_units")) if of("reporters") else None,
        "originals": [Money(amount=exact(int(own), 6), currency=name) for name, own in originals if own],
    }


def _compared(row: Row, asked: Cube, of_eras: Sequence[Era]) -> dict[str, Any]:
    found = {era.suffix: _earlier(row, asked, era) for era in of_eras if era.suffix}
    return {
        "previous": found.get(Against.BEFORE.value),
        "same_span_last_year": found.get(Against.LAST_YEAR.value),
    }


def _earlier(row: Row, asked: Cube, era: Era) -> PurchaseTotals:
    span = compared_span(asked.span, asked.by, era, row)
    return PurchaseTotals(period=DateRange(start=span.start, end=span.end), **_figures(row, era.suffix))


@visible("purchases:read", name="PurchaseConnection")
class PurchaseConnection(Connection[PurchaseRow]):
    """A page of purchases."""

    totals: list[PurchaseSum]
    "The sums over all rows, whatever the page: one for each currency."


async def purchases_of_reseller(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    period: DateRangeInput,
    by: PurchasesBy,
    filter: PurchaseFilter | None = None,
    order_by: PurchaseOrder | None = None,
    convert_to: ConvertTo = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[PurchaseConnection]:
    """What the reseller bought from its distributors: group by any dimensions, select the measures you want."""
    scopes = tuple(scopes_of(request.actor, parents))
    vendor_ids = frozenset(scope.vendor_id for scope in scopes)
    asked = Cube(
        level=request.actor.level,
        whose=Whose.RESELLER,
        scopes=scopes,
        span=span_of(period),
        by=cube.dimensions(by),
        measures=frozenset(),
        filters=filter.within(vendor_ids) if filter is not None else Filters(),
        valuation=Valuation.REPORTED_RESALE,
        convert_to=currency_of(convert_to),
    )
    asked, ranked = await with_calendar(request, asked), ORDERS[order_by or PurchaseOrder.DIMENSIONS]
    rows = _measuring(asked, selection.under("edges", "node"), ranked)
    spans, page = cube.eras(rows), Page(first, after, last, before)
    found = await pages(
        request, rows, len(parents), selection, ranked, page, lambda row: PurchaseRow.of(row, rows, spans)
    )
    below = selection.under("totals")
    sums: list[list[PurchaseSum]] = [[] for _ in found]
    if below is not None:
        whole = _measuring(asked, below, ORDERS[PurchaseOrder.DIMENSIONS])
        sums = await totals(request, whole, len(parents), PurchaseSum.of)
    return [
        PurchaseConnection(edges=each.edges, page_info=each.page_info, total_count=each.total_count, totals=own)
        for each, own in zip(found, sums, strict=True)
    ]


def _measuring(asked: Cube, selection: Selection | None, ranked: Ranked) -> Cube:
    """The cube with the measures that are selected."""
    if selection is None:
        return replace(asked, measures=ranked.measures)
    parts = [selection, *(selection.under(name) for name in COMPARED)]
    names = {name for part in parts if part is not None for name in part.names}
    measures = ranked.measures.union(*(MEASURES[name] for name in names if name in MEASURES))
    against = frozenset(each for name, each in COMPARED.items() if name in names)
    return replace(asked, measures=measures, against=against)
