"""The rows of the cube and of a reseller's purchases, and the filter that both sides of the channel ask them with."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from app.execution.connections import Connection
from app.execution.described import entered, values, visible
from app.execution.errors import bad_input
from app.execution.identifiers import Key, key_of
from app.execution.scalars import CurrencyCode, DateRange, Money, exact, quantity
from app.network.cube import Cube, Filters, previous_span
from app.programme.sales import (
    PurchaseDimension,
    SalesDimension,
    SalesOrder,
    Valuation,
    average_price,
    sell_through_rate,
)
from app.programme.terms import PartnerType
from app.programme.wording import can_be_kept
from app.store.database import Row

for enumeration in (SalesDimension, PurchaseDimension, SalesOrder, Valuation, PartnerType):
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

    def within(self, vendor_ids: frozenset[UUID]) -> Filters:
        """The filter as keys of these networks. Raises BAD_USER_INPUT where a list is too long."""
        families = _limited(self.product_families, "productFamilies")
        return Filters(
            distributors=_ids("Distributor", _limited(self.distributor_ids, "distributorIds"), vendor_ids),
            resellers=_ids("Reseller", _limited(self.reseller_ids, "resellerIds"), vendor_ids),
            products=_ids("Product", _limited(self.product_ids, "productIds"), vendor_ids),
            families=None if families is None else tuple(sorted({each for each in families if can_be_kept(each)})),
        )


def _limited(given: Sequence[N] | None, name: str) -> Sequence[N] | None:
    if given is not None and len(given) > LONGEST_FILTER:
        raise bad_input(f"`{name}` takes at most {LONGEST_FILTER} values; here are {len(given)}.")
    return given


def _ids(type_name: str, given: Iterable[str] | None, vendor_ids: frozenset[UUID]) -> tuple[UUID, ...] | None:
    if given is None:
        return None
    found = (key_of(type_name, each) for each in given)
    return tuple(sorted({key.id for key in found if key is not None and key.vendor_id in vendor_ids}))


@visible("analytics:read")
class SalesFigures:
    """The measures of sales, all in one currency."""

    sell_in_units: Decimal
    "Base units that the vendor invoiced to distributors, net of credit notes. Sell-in has no reseller or partner type."
    sell_in_amount: Money
    "What the vendor invoiced for them. Sell-in stands in the currency of its invoices."
    sell_through_units: Decimal
    """
    Base units that distributors invoiced to resellers, net of returns. They stand in the currency of the price book or,
    where no book price was in force on the day of the sale, in that of the reported line.
    """
    sell_through_amount: Money
    "The units sold through at BOOK: the book price on the day of the sale. Units without a book price add nothing."
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
    "Base units that came back from resellers, as a positive number. Sell-through units are net of them."
    active_resellers: int
    """
    How many resellers bought more than they returned, within this row. Not additive over rows. A reseller whose identity
    an agreement does not disclose counts once for each distributor.
    """
    sell_through_rate: Decimal | None
    """
    Units sold through for each unit received in the same days (basis RECEIPTS): sell-through units ÷ sell-in units,
    rounded to six decimals. Null where sell-in is not above zero.
    """


MEASURES: dict[str, frozenset[str]] = {
    "sellInUnits": frozenset({"in_units"}),
    "sellInAmount": frozenset({"in_amount"}),
    "sellThroughUnits": frozenset({"units"}),
    "sellThroughAmount": frozenset({"book_amount"}),
    "resaleAmount": frozenset({"resale_amount"}),
    "averageSellingPrice": frozenset({"priced_units", "priced_amount"}),
    "returnsUnits": frozenset({"returned_units"}),
    "activeResellers": frozenset({"active_resellers"}),
    "sellThroughRate": frozenset({"units", "in_units"}),
}
"What each field is made of."


def _figures(row: Row, suffix: str = "") -> dict[str, Any]:
    """The measures of a row; those that were not asked for stand at nothing and nobody reads them."""
    currency = CurrencyCode(row["currency"])

    def of(name: str) -> int:
        return int(row.get(name + suffix, 0))

    def amount(micros: int) -> Money:
        return Money(amount=exact(micros, 6), currency=currency)

    price = average_price(of("priced_amount"), of("priced_units"))
    rate = sell_through_rate(of("units"), of("in_units"))
    return {
        "sell_in_units": quantity(of("in_units")),
        "sell_in_amount": amount(of("in_amount")),
        "sell_through_units": quantity(of("units")),
        "sell_through_amount": amount(of("book_amount")),
        "resale_amount": amount(of("resale_amount")),
        "average_selling_price": None if price is None else amount(price),
        "returns_units": quantity(of("returned_units")),
        "active_resellers": of("active_resellers"),
        "sell_through_rate": None if rate is None else exact(rate, 6),
    }


@visible("analytics:read")
class SalesTotals(SalesFigures):
    """The measures of a span of days."""

    period: DateRange
    "The days that they are about."


@visible("analytics:read")
class SalesRow(SalesFigures):
    """A row of the cube. Keys not grouped by are null; measures are computed only when selected.

    A row stands for each group in which something was sold in or through in the period, whatever is selected. Sell-in,
    sell-through and resale amounts each stand in the row of their own currency.
    """

    distributor_key: strawberry.Private[Key | None]
    reseller_key: strawberry.Private[Key | None]
    product_key: strawberry.Private[Key | None]
    currency: CurrencyCode
    "Amounts are in this currency; rows of several currencies stay apart."
    valuation: Valuation
    "At which price `sellThroughAmount` is valued."
    period_start: date | None
    "The first day of the month, where grouped by MONTH; the period may begin or end within that month."
    partner_type: PartnerType | None
    "What kind of firm the resellers are, where grouped by PARTNER_TYPE; null where they are not disclosed."
    product_family: str | None
    "The family of the products, where grouped by PRODUCT_FAMILY."
    previous: SalesTotals | None
    """
    The same group in the span before, for growth: as many months or days, ending where the period begins. Where grouped by
    MONTH, the same days so many months earlier that the whole period lies before its beginning. Zero where nothing was.
    """

    @classmethod
    def of(cls, row: Row, asked: Cube) -> "SalesRow":
        kind = row.get("partner_type")
        return cls(
            distributor_key=_key(row, "distributor_id"),
            reseller_key=_key(row, "reseller_id"),
            product_key=_key(row, "product_id"),
            currency=CurrencyCode(row["currency"]),
            valuation=Valuation.BOOK,
            period_start=row.get("month"),
            partner_type=PartnerType(kind) if kind else None,
            product_family=row.get("product_family"),
            previous=_previous(row, asked) if asked.with_before else None,
            **_figures(row),
        )


def _key(row: Row, name: str) -> Key | None:
    found = row.get(name)
    return None if found is None else Key(row["vendor_id"], found)


def _previous(row: Row, asked: Cube) -> SalesTotals:
    span = previous_span(asked, row.get("month"))
    return SalesTotals(period=DateRange(start=span.start, end=span.end), **_figures(row, "_before"))


@visible("analytics:read", name="SalesConnection")
class SalesConnection(Connection[SalesRow]):
    """A page of the cube."""


@visible("purchases:read")
class PurchaseRow:
    """What a reseller bought. Keys not grouped by are null."""

    distributor_key: strawberry.Private[Key | None]
    product_key: strawberry.Private[Key | None]
    currency: CurrencyCode
    "The amount is in this currency; rows of several currencies stay apart."
    period_start: date | None
    "The first day of the month, where grouped by MONTH; the period may begin or end within that month."
    product_family: str | None
    "The family of the products, where grouped by PRODUCT_FAMILY."
    units: Decimal
    "Base units bought, net of returns."
    amount: Money
    "What was paid for them, as the distributors reported it, without tax and freight. Lines without a price add nothing."
    returns_units: Decimal
    "Base units given back, as a positive number. Units are net of them."

    @classmethod
    def of(cls, row: Row) -> "PurchaseRow":
        currency = CurrencyCode(row["currency"])
        return cls(
            distributor_key=_key(row, "distributor_id"),
            product_key=_key(row, "product_id"),
            currency=currency,
            period_start=row.get("month"),
            product_family=row.get("product_family"),
            units=quantity(int(row["units"])),
            amount=Money(amount=exact(int(row["resale_amount"]), 6), currency=currency),
            returns_units=quantity(int(row["returned_units"])),
        )


@visible("purchases:read", name="PurchaseConnection")
class PurchaseConnection(Connection[PurchaseRow]):
    """A page of purchases."""
