"""How a channel's sales are looked at: by what they are grouped, how they are valued, and the measures made of others.

Sell-in is what the vendor invoiced to its distributors, sell-through what they invoiced to resellers. Sell-through is
valued at BOOK, which compares with sell-in. Amounts are int of 10⁻⁶ currency units, quantities int of 10⁻³ base units.
"""

from enum import StrEnum


class SalesDimension(StrEnum):
    """By what sales are grouped."""

    MONTH = "MONTH"
    "The calendar month of the sale."
    DISTRIBUTOR = "DISTRIBUTOR"
    "The distributor that bought and sold."
    RESELLER = "RESELLER"
    "The reseller sold to. Sell-in has none. One that an agreement does not disclose has a row and no name."
    PARTNER_TYPE = "PARTNER_TYPE"
    "What kind of firm the reseller is. Sell-in has none; null for resellers that are not disclosed."
    PRODUCT = "PRODUCT"
    "The product."
    PRODUCT_FAMILY = "PRODUCT_FAMILY"
    "The product's family."


class PurchaseDimension(StrEnum):
    """By what a reseller's purchases are grouped."""

    MONTH = "MONTH"
    "The calendar month of the purchase."
    DISTRIBUTOR = "DISTRIBUTOR"
    "The distributor that sold."
    PRODUCT = "PRODUCT"
    "The product."
    PRODUCT_FAMILY = "PRODUCT_FAMILY"
    "The product's family."


class SalesOrder(StrEnum):
    """In which order rows of sales stand."""

    DIMENSIONS = "DIMENSIONS"
    "By what they are grouped by, in the order named, each ascending (products by SKU, parties by name), then currency."
    SELL_THROUGH_AMOUNT = "SELL_THROUGH_AMOUNT"
    "The largest sell-through amount first, whatever its currency."
    SELL_THROUGH_UNITS = "SELL_THROUGH_UNITS"
    "The most units sold through first."


class Valuation(StrEnum):
    """At which price sell-through is valued."""

    BOOK = "BOOK"
    "The distributor's price in the price book on the day of the sale; what compares with sell-in."
    REPORTED_RESALE = "REPORTED_RESALE"
    "What the reseller paid, as reported."


OF_RESELLERS = frozenset({SalesDimension.RESELLER, SalesDimension.PARTNER_TYPE})
"The dimensions that only sell-through has."


def sell_through_rate(sold_through: int, received: int) -> int | None:
    """Units sold through for each unit received, in 10⁻⁶ (basis RECEIPTS), half away from zero.

    Both in 10⁻³ units. None where nothing was received, or more went back than came.
    """
    return _divided(sold_through * 1_000_000, received) if received > 0 else None


def average_price(amount: int, units: int) -> int | None:
    """What a unit cost on average, in 10⁻⁶ currency units, half away from zero.

    `amount` in 10⁻⁶ currency units, `units` in 10⁻³, both of the same lines. None where no units remain after returns.
    """
    return _divided(amount * 1_000, units) if units > 0 else None


def _divided(number: int, by: int) -> int:
    """The quotient, half away from zero; `by` is positive."""
    quotient = (2 * abs(number) + by) // (2 * by)
    return quotient if number >= 0 else -quotient
