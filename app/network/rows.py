"""The rows of the cube of sales."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import strawberry

from app.execution.connections import Connection
from app.execution.described import values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.scalars import CurrencyCode, DateRange, Money, exact, quantity
from app.network.comparison import Against, Era, compared_span, period_start
from app.network.cube import Cube, eras
from app.network.proof.standing import Standing
from app.programme.sales import (
    PurchaseDimension,
    PurchaseOrder,
    RateBasis,
    RateLack,
    SalesDimension,
    SalesOrder,
    Valuation,
    average_price,
    rate_base,
    sell_through_rate,
)
from app.programme.terms import PartnerType
from app.store.database import Row

for enumeration in (SalesDimension, PurchaseDimension, SalesOrder, PurchaseOrder, Valuation, RateBasis, RateLack):
    values(enumeration)


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
    sell_out_units: Decimal | None
    """
    Base units that resellers sold to end customers, net of returns, as far as they report it: `sellOutReporters` of them do.
    Sell-out has no distributor and no price here; it stands in the currency in which the reseller sells, XXX where it names
    none. Null where nobody reported any, where sales stand by distributors, and for a distributor.
    """
    sell_out_returns_units: Decimal | None
    "Base units that came back from end customers, as a positive number; null where `sellOutUnits` is."
    sell_out_reporters: int | None
    """
    How many resellers reported the sell-out of this row. Not additive over rows. Null where sales stand by distributors, and
    for a distributor.
    """
    originals: list[OriginalAmounts]
    "Where `convertTo` is given: the amounts as they were, one for each currency. Else empty."
    opening_units: Decimal | None
    """
    Base units, in every state, that distributors had at the end of the day before the first of these days: for each product
    of a distributor the last count of stock that covers it, rolled forward by what was invoiced, sold through and moved
    since. What was neither counted nor moved before, where the distributor counts its stock, was not there yet. They stand
    in the currency of the distributor's agreement. Null where `sellThroughRateLacks` may say OF_RESELLERS or NOT_COUNTED.
    """
    rate_basis: RateBasis
    "Of what `sellThroughRate` is a share."
    sell_through_rate: Decimal | None
    """
    Units sold through for each unit that there was by the `rateBasis`: sell-through units ÷ units received in the same days
    (RECEIPTS), opening units (OPENING_STOCK), or both together (AVAILABLE), rounded to six decimals.
    """
    sell_through_rate_lacks: RateLack | None
    "Why there is no sell-through rate; null where there is one."


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
    "sellOutUnits": frozenset({"out_units", "reporters"}),
    "sellOutReturnsUnits": frozenset({"out_returned_units", "reporters"}),
    "sellOutReporters": frozenset({"reporters"}),
    "openingUnits": frozenset({"opening_units", "unopened"}),
}
"What each field is made of."
OF_RATE = {
    RateBasis.RECEIPTS: frozenset({"units", "in_units"}),
    RateBasis.OPENING_STOCK: frozenset({"units", "opening_units", "unopened"}),
    RateBasis.AVAILABLE: frozenset({"units", "in_units", "opening_units", "unopened"}),
}
"What the sell-through rate is made of, by what it is a share of."
OF_STOCK = frozenset({"openingUnits", "sellThroughRate", "sellThroughRateLacks"})
"Fields that are null where sales stand by resellers, of which stock has none."
COMPARED = {"previous": Against.BEFORE, "sameSpanLastYear": Against.LAST_YEAR}
"The fields that hold what a row is compared with."


def measures_of(selection: Selection | None, asked: Cube) -> frozenset[str]:
    """What has to be measured for a row or totals of which this is asked."""
    if selection is None:
        return frozenset()
    parts = [selection, *(selection.under(name) for name in (*COMPARED, "originals"))]
    parts += [part.under("originals") for name in COMPARED if (part := selection.under(name)) is not None]
    names = {name for part in parts if part is not None for name in part.names}
    measures = {**MEASURES, **dict.fromkeys(("sellThroughRate", "sellThroughRateLacks"), OF_RATE[asked.rate_basis])}
    told = names & measures.keys() if asked.has_sell_in else names & measures.keys() - OF_STOCK
    return frozenset[str]().union(*(measures[name] for name in told))


def _figures(row: Row, cube: Cube, suffix: str = "") -> dict[str, Any]:
    """The measures of a row; those that were not asked for stand at nothing and nobody reads them."""
    currency = CurrencyCode(row["currency"])

    def of(name: str) -> int:
        return int(row.get(name + suffix, 0) or 0)

    price = average_price(of("priced_amount"), of("priced_units"))
    opening = of("opening_units") if cube.has_sell_in and not of("unopened") else None
    base = rate_base(cube.rate_basis, of("in_units"), opening) if cube.has_sell_in else None
    rate = sell_through_rate(of("units"), base) if base is not None else None
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
        "sell_out_units": quantity(of("out_units")) if of("reporters") else None,
        "sell_out_returns_units": quantity(of("out_returned_units")) if of("reporters") else None,
        "sell_out_reporters": of("reporters") if cube.has_sell_out else None,
        "originals": _originals(row, suffix),
        "opening_units": None if opening is None else quantity(opening),
        "rate_basis": cube.rate_basis,
        "sell_through_rate": None if rate is None else exact(rate, 6),
        "sell_through_rate_lacks": _lack(cube, base) if rate is None else None,
    }


def _lack(cube: Cube, base: int | None) -> RateLack:
    if not cube.has_sell_in:
        return RateLack.OF_RESELLERS
    return RateLack.NOT_COUNTED if base is None else RateLack.NOTHING_THERE


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

    A row stands for each group in which something was sold in, through or out in the period, whatever is selected. Sell-in,
    sell-through, resale amounts and sell-out each stand in the row of their own currency.
    """

    standing: strawberry.Private[Standing]
    distributor_key: strawberry.Private[Key | None]
    reseller_key: strawberry.Private[Key | None]
    product_key: strawberry.Private[Key | None]
    segment_key: strawberry.Private[Key | None]
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
            segment_key=key_in(row, "segment_id"),
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
