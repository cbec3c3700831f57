"""The rows of the cube of sales, and the filter with which it is asked."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection
from app.execution.described import entered, values, visible
from app.execution.edges import Selection, edge
from app.execution.errors import bad_input
from app.execution.identifiers import Key, key_of
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, Money, exact, quantity
from app.network.comparison import Against, Era, compared_span, period_start
from app.network.cube import Cube, Filters, eras
from app.network.proof.standing import Standing
from app.programme.sales import (
    PurchaseDimension,
    PurchaseOrder,
    RateBasis,
    SalesDimension,
    SalesOrder,
    Valuation,
    average_price,
    sell_through_rate,
)
from app.programme.terms import PartnerType
from app.programme.wording import can_be_kept
from app.store.database import Row

for enumeration in (SalesDimension, PurchaseDimension, SalesOrder, PurchaseOrder, Valuation, RateBasis, PartnerType):
    values(enumeration)

LONGEST_FILTER = 250
N = TypeVar("N")


@entered
class SalesFilter:
    """Only sales that match all of these. Ids that are not visible to you match nothing, and so does an empty list."""

    distributor_ids: list[strawberry.ID] | None = None
    "Of one of these distributors; at most 250."
    reseller_ids: list[strawberry.ID] | None = None
    "To one of these resellers; at most 250. Sell-in has no reseller."
    product_ids: list[strawberry.ID] | None = None
    "One of these products; at most 250."
    product_families: list[str] | None = None
    "Products of one of these families, as they are written; at most 250."
    partner_types: list[PartnerType] | None = None
    "To resellers of one of these kinds, as far as they are disclosed to you. Sell-in has no reseller."
    countries: list[str] | None = None
    "To resellers whose seat is in one of these countries, ISO 3166 (two letters); at most 250. Sell-in has no reseller."
    regions: list[str] | None = None
    "To resellers of one of the vendor's sales regions, as they are written; at most 250. Sell-in has no reseller."

    def within(self, vendor_ids: frozenset[UUID]) -> Filters:
        """The filter as keys of these networks. Raises BAD_USER_INPUT where a list is too long."""
        return Filters(
            distributors=ids_of("Distributor", limited(self.distributor_ids, "distributorIds"), vendor_ids),
            resellers=ids_of("Reseller", limited(self.reseller_ids, "resellerIds"), vendor_ids),
            products=ids_of("Product", limited(self.product_ids, "productIds"), vendor_ids),
            families=words(self.product_families, "productFamilies"),
            partner_types=None
            if self.partner_types is None
            else tuple(sorted({each.value for each in self.partner_types})),
            countries=words(self.countries, "countries"),
            regions=words(self.regions, "regions"),
        )


def words(given: Sequence[str] | None, name: str) -> tuple[str, ...] | None:
    """Texts to filter by, each once; those that nothing can be called are left out. None lets everything pass."""
    found = limited(given, name)
    return None if found is None else tuple(sorted({each for each in found if can_be_kept(each)}))


def limited(given: Sequence[N] | None, name: str) -> Sequence[N] | None:
    """The list itself. Raises BAD_USER_INPUT where it is too long."""
    if given is not None and len(given) > LONGEST_FILTER:
        raise bad_input(f"`{name}` takes at most {LONGEST_FILTER} values; here are {len(given)}.")
    return given


def ids_of(type_name: str, given: Iterable[str] | None, vendor_ids: frozenset[UUID]) -> tuple[UUID, ...] | None:
    """The ids among these that lie in one of these networks, each once. None lets everything pass."""
    if given is None:
        return None
    found = (key_of(type_name, each) for each in given)
    return tuple(sorted({key.id for key in found if key is not None and key.vendor_id in vendor_ids}))


async def rate_of(
    request: Request[Actor],
    parents: "Sequence[SalesFigures]",
    selection: Selection,
    basis: Annotated[
        RateBasis, strawberry.argument(description="Of what it is a share: of the units received in the same days.")
    ] = RateBasis.RECEIPTS,
) -> list[Decimal | None]:
    """
    Units sold through for each unit received in the same days (basis RECEIPTS): sell-through units ÷ sell-in units,
    rounded to six decimals. Null where sell-in is not above zero.
    """
    return [parent.rate for parent in parents]


@visible("analytics:read")
class OriginalAmounts:
    """What amounts were before they were converted: those of one currency."""

    currency: CurrencyCode
    "Their currency."
    sell_in_amount: Money
    "What the vendor invoiced in it."
    sell_through_amount: Money
    "The units sold through at the valuation of the row, where their price is in this currency."
    resale_amount: Money
    "What resellers paid in it."


@visible("analytics:read")
class SalesFigures:
    """The measures of sales, all in one currency."""

    currency: CurrencyCode
    """
    Amounts are in this currency; rows of several currencies stay apart unless `convertTo` is given, at the vendor's rate on
    the day of each sale.
    """
    valuation: Valuation
    "At which price `sellThroughAmount` is valued."
    sell_in_units: Decimal
    "Base units that the vendor invoiced to distributors, net of credit notes. Sell-in has no reseller."
    sell_in_amount: Money
    "What the vendor invoiced for them. Sell-in stands in the currency of its invoices."
    sell_through_units: Decimal
    """
    Base units that distributors invoiced to resellers, net of returns. They stand in the currency of the price at which they
    are valued or, where there is none, in that of the reported line.
    """
    sell_through_amount: Money
    "The units sold through at the `valuation`. Units without such a price add nothing; `unvaluedUnits` says how many."
    unvalued_units: Decimal
    "Of the units sold through those that have no price at the `valuation`, and are in no amount."
    resale_amount: Money
    """
    What resellers paid for the units sold through, as reported (REPORTED_RESALE), in the currency of the reported line.
    Lines without a price add nothing; a vendor sees only what its agreements disclose.
    """
    average_selling_price: Money | None
    """
    What resellers paid for a base unit on average: the resale amounts of all lines with a price in this currency ÷ the
    units of the same lines, both net of returns, rounded to six decimals. Null where no such units remain.
    """
    returns_units: Decimal
    """
    Base units that came back from resellers, as a positive number. Sell-through units are net of them. A credit and its new
    invoice for the same goods are neither a return nor a new sale.
    """
    active_resellers: int
    """
    How many resellers bought more than they returned, within this row. Not additive over rows. A reseller whose identity
    an agreement does not disclose counts once for each distributor.
    """
    invoices: int
    """
    How many invoices of distributors the units stand on, each number of a distributor once; credit notes are not counted.
    Not additive over rows.
    """
    originals: list[OriginalAmounts]
    "Where `convertTo` is given: the amounts as they were, one for each currency. Else empty."
    rate: strawberry.Private[Decimal | None]
    sell_through_rate = edge(rate_of)


MEASURES: dict[str, frozenset[str]] = {
    "sellInUnits": frozenset({"in_units"}),
    "sellInAmount": frozenset({"in_amount"}),
    "sellThroughUnits": frozenset({"units"}),
    "sellThroughAmount": frozenset({"amount"}),
    "unvaluedUnits": frozenset({"unvalued_units"}),
    "resaleAmount": frozenset({"resale_amount"}),
    "averageSellingPrice": frozenset({"priced_units", "priced_amount"}),
    "returnsUnits": frozenset({"returned_units"}),
    "activeResellers": frozenset({"active_resellers"}),
    "invoices": frozenset({"invoices"}),
    "sellThroughRate": frozenset({"units", "in_units"}),
}
"What each field is made of."
COMPARED = {"previous": Against.BEFORE, "sameSpanLastYear": Against.LAST_YEAR}
"The fields that hold what a row is compared with."


def measures_of(selection: Selection | None) -> frozenset[str]:
    """What has to be measured for a row or totals of which this is asked."""
    if selection is None:
        return frozenset()
    parts = [selection, *(selection.under(name) for name in (*COMPARED, "originals"))]
    parts += [part.under("originals") for name in COMPARED if (part := selection.under(name)) is not None]
    names = {name for part in parts if part is not None for name in part.names}
    return frozenset[str]().union(*(MEASURES[name] for name in names if name in MEASURES))


def _figures(row: Row, cube: Cube, suffix: str = "") -> dict[str, Any]:
    """The measures of a row; those that were not asked for stand at nothing and nobody reads them."""
    currency = CurrencyCode(row["currency"])

    def of(name: str) -> int:
        return int(row.get(name + suffix, 0) or 0)

    price = average_price(of("priced_amount"), of("priced_units"))
    rate = sell_through_rate(of("units"), of("in_units"))
    return {
        "currency": currency,
        "valuation": cube.valuation,
        "sell_in_units": quantity(of("in_units")),
        "sell_in_amount": _money(of("in_amount"), currency),
        "sell_through_units": quantity(of("units")),
        "sell_through_amount": _money(of("amount"), currency),
        "unvalued_units": quantity(of("unvalued_units")),
        "resale_amount": _money(of("resale_amount"), currency),
        "average_selling_price": None if price is None else _money(price, currency),
        "returns_units": quantity(of("returned_units")),
        "active_resellers": of("active_resellers"),
        "invoices": of("invoices"),
        "originals": _originals(row, suffix),
        "rate": None if rate is None else exact(rate, 6),
    }


def _money(micros: int, currency: str) -> Money:
    return Money(amount=exact(micros, 6), currency=CurrencyCode(currency))


def _originals(row: Row, suffix: str) -> list[OriginalAmounts]:
    """The amounts of each currency; of those that were not asked for nothing is known, and nobody reads it."""
    found = []
    for place, currency in enumerate(row.get("currencies") or ()):
        held = [row.get(f"{name}{suffix}_original") for name in ("in_amount", "amount", "resale_amount")]
        amounts = [int(each[place]) if each is not None else 0 for each in held]
        if any(amounts):
            bought, sold, resold = (_money(each, currency) for each in amounts)
            found.append(
                OriginalAmounts(
                    currency=currency, sell_in_amount=bought, sell_through_amount=sold, resale_amount=resold
                )
            )
    return found


@visible("analytics:read")
class SalesTotals(SalesFigures):
    """The measures of a span of days."""

    period: DateRange
    "The days that they are about."


@visible("analytics:read")
class SalesSum(SalesFigures):
    """The measures of all rows of a cube together, those of one currency."""

    period: DateRange
    "The days that they are about."
    previous: SalesTotals | None
    "The same in the span before: as many months or days, ending where the period begins."
    same_span_last_year: SalesTotals | None
    "The same days a year earlier."

    @classmethod
    def of(cls, row: Row, asked: Cube) -> "SalesSum":
        period = DateRange(start=asked.span.start, end=asked.span.end)
        return cls(period=period, **_figures(row, asked), **_compared(row, asked, eras(asked)))


@visible("analytics:read")
class SalesRow(SalesFigures):
    """A row of the cube. Keys not grouped by are null; measures are computed only when selected.

    A row stands for each group in which something was sold in or through in the period, whatever is selected. Sell-in,
    sell-through and resale amounts each stand in the row of their own currency.
    """

    standing: strawberry.Private[Standing]
    distributor_key: strawberry.Private[Key | None]
    reseller_key: strawberry.Private[Key | None]
    product_key: strawberry.Private[Key | None]
    period_start: date | None
    """
    The first day of the smallest period that it is grouped by, such as the Monday of the week or the first day of the fiscal
    month; the period asked for may begin or end within it.
    """
    partner_type: PartnerType | None
    "What kind of firm the resellers are, where grouped by PARTNER_TYPE; null where they are not disclosed."
    country: str | None
    "The country of the resellers' seats, where grouped by COUNTRY; null where they are not disclosed."
    region: str | None
    "The vendor's sales region of the resellers, where grouped by REGION; null where there is none or it is not disclosed."
    product_family: str | None
    "The family of the products, where grouped by PRODUCT_FAMILY."
    previous: SalesTotals | None
    """
    The same group in the span before, for growth: as many months or days, ending where the period begins. Where grouped by
    periods, the same days so many whole periods earlier that the whole span lies before its beginning. Zero where nothing
    was.
    """
    same_span_last_year: SalesTotals | None
    """
    The same group a year earlier: the same days twelve months before, of the fiscal calendar where grouped by it; of a week
    those 52 weeks before. Zero where nothing was.
    """

    @classmethod
    def of(cls, row: Row, asked: Cube, of_eras: Sequence[Era]) -> "SalesRow":
        """The row of a cube; `of_eras` are the spans that it holds measures of."""
        kind = row.get("partner_type")
        return cls(
            standing=Standing(asked, row),
            distributor_key=key_in(row, "distributor_id"),
            reseller_key=key_in(row, "reseller_id"),
            product_key=key_in(row, "product_id"),
            period_start=period_start(asked.by, row),
            partner_type=PartnerType(kind) if kind else None,
            country=row.get("country") or None,
            region=row.get("region") or None,
            product_family=row.get("product_family"),
            **_figures(row, asked),
            **_compared(row, asked, of_eras),
        )


def key_in(row: Row, name: str) -> Key | None:
    """The key of what a row is grouped by, under the name of its id; None where it is not."""
    found = row.get(name)
    return None if found is None else Key(row["vendor_id"], found)


def _compared(row: Row, asked: Cube, of_eras: Sequence[Era]) -> dict[str, Any]:
    found = {era.suffix: _earlier(row, asked, era) for era in of_eras if era.suffix}
    return {
        "previous": found.get(Against.BEFORE.value),
        "same_span_last_year": found.get(Against.LAST_YEAR.value),
    }


def _earlier(row: Row, asked: Cube, era: Era) -> SalesTotals:
    span = compared_span(asked.span, asked.by, era, row)
    period = DateRange(start=span.start, end=span.end)
    return SalesTotals(period=period, **_figures(row, asked, era.suffix))


@visible("analytics:read", name="SalesConnection")
class SalesConnection(Connection[SalesRow]):
    """A page of the cube."""

    totals: list[SalesSum]
    "The sums over all rows, whatever the page: one for each currency."
