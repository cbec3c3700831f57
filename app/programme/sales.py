"""How a channel's sales are looked at: by what they are grouped, how they are valued, and the measures made of others.

Sell-in is what the vendor invoiced to its distributors, sell-through what they invoiced to resellers. Sell-through is
valued at BOOK, which compares with sell-in, at what resellers paid, or at what distributors paid. Amounts are int of
10⁻⁶ currency units, quantities int of 10⁻³ base units.
"""

from enum import StrEnum

from app.programme.money import divided


class SalesDimension(StrEnum):
    """By what sales are grouped."""

    DAY = "DAY"
    "The day in whose figures the sale counts."
    WEEK = "WEEK"
    "The week, from Monday (ISO 8601)."
    MONTH = "MONTH"
    "The calendar month of the sale."
    QUARTER = "QUARTER"
    "The calendar quarter."
    YEAR = "YEAR"
    "The calendar year."
    FISCAL_MONTH = "FISCAL_MONTH"
    "The month of the vendor's fiscal calendar; the calendar month where it has none."
    FISCAL_QUARTER = "FISCAL_QUARTER"
    "The quarter of the vendor's fiscal calendar."
    FISCAL_YEAR = "FISCAL_YEAR"
    "The year of the vendor's fiscal calendar."
    DISTRIBUTOR = "DISTRIBUTOR"
    "The distributor that bought and sold."
    RESELLER = "RESELLER"
    "The reseller sold to. Sell-in has none. One that an agreement does not disclose has a row and no name."
    PARTNER_TYPE = "PARTNER_TYPE"
    "What kind of firm the reseller is. Sell-in has none; null for resellers that are not disclosed."
    COUNTRY = "COUNTRY"
    "The country of the reseller's seat. Sell-in has none; null for resellers that are not disclosed."
    REGION = "REGION"
    "The vendor's sales region of the reseller. Sell-in has none; null where there is none or it is not disclosed."
    SEGMENT = "SEGMENT"
    """
    The vendor's own segment to which the reseller belongs today, for the vendor alone. A reseller may be in several: each
    sale stands in the row of every segment of its reseller, so that rows overlap; `totals` count it once. Sales to resellers
    in none, or that are not disclosed, stand in the row without one. Sell-in has none.
    """
    PRODUCT = "PRODUCT"
    "The product."
    PRODUCT_FAMILY = "PRODUCT_FAMILY"
    "The product's family."


class PurchaseDimension(StrEnum):
    """By what a reseller's purchases are grouped."""

    DAY = "DAY"
    "The day in whose figures the purchase counts."
    WEEK = "WEEK"
    "The week, from Monday (ISO 8601)."
    MONTH = "MONTH"
    "The calendar month of the purchase."
    QUARTER = "QUARTER"
    "The calendar quarter."
    YEAR = "YEAR"
    "The calendar year."
    FISCAL_MONTH = "FISCAL_MONTH"
    "The month of the vendor's fiscal calendar; the calendar month where it has none."
    FISCAL_QUARTER = "FISCAL_QUARTER"
    "The quarter of the vendor's fiscal calendar."
    FISCAL_YEAR = "FISCAL_YEAR"
    "The year of the vendor's fiscal calendar."
    DISTRIBUTOR = "DISTRIBUTOR"
    "The distributor that sold."
    PRODUCT = "PRODUCT"
    "The product."
    PRODUCT_FAMILY = "PRODUCT_FAMILY"
    "The product's family."


class SalesOrder(StrEnum):
    """In which order rows of sales stand. Where they are ordered by a measure, the largest stands first."""

    DIMENSIONS = "DIMENSIONS"
    "By what they are grouped by, in the order named, each ascending (products by SKU, parties by name), then currency."
    SELL_THROUGH_AMOUNT = "SELL_THROUGH_AMOUNT"
    "The largest sell-through amount first, whatever its currency."
    SELL_THROUGH_UNITS = "SELL_THROUGH_UNITS"
    "The most units sold through first."
    SELL_IN_AMOUNT = "SELL_IN_AMOUNT"
    "The largest sell-in amount first, whatever its currency."
    SELL_IN_UNITS = "SELL_IN_UNITS"
    "The most units of sell-in first."
    RESALE_AMOUNT = "RESALE_AMOUNT"
    "The largest resale amount first, whatever its currency."
    RETURNS_UNITS = "RETURNS_UNITS"
    "The most units that came back first."
    AVERAGE_SELLING_PRICE = "AVERAGE_SELLING_PRICE"
    "The highest average price first; rows without one last."
    ACTIVE_RESELLERS = "ACTIVE_RESELLERS"
    "The most active resellers first."
    INVOICES = "INVOICES"
    "The most invoices first."
    SELL_THROUGH_RATE = "SELL_THROUGH_RATE"
    "The highest sell-through rate first; rows without one last."


class PurchaseOrder(StrEnum):
    """In which order rows of purchases stand. Where they are ordered by a measure, the largest stands first."""

    DIMENSIONS = "DIMENSIONS"
    "By what they are grouped by, in the order named, each ascending (products by SKU, parties by name), then currency."
    AMOUNT = "AMOUNT"
    "The largest amount first, whatever its currency."
    UNITS = "UNITS"
    "The most units first."
    RETURNS_UNITS = "RETURNS_UNITS"
    "The most units given back first."
    AVERAGE_PRICE = "AVERAGE_PRICE"
    "The highest average price first; rows without one last."
    INVOICES = "INVOICES"
    "The most invoices first."


class Valuation(StrEnum):
    """At which price sell-through is valued."""

    BOOK = "BOOK"
    "The distributor's price in the price book on the day of the sale; what compares with sell-in."
    REPORTED_RESALE = "REPORTED_RESALE"
    "What the reseller paid, as reported."
    PURCHASE_COST = "PURCHASE_COST"
    """
    What the distributor last paid: the unit price of its last sell-in of the product on or before the day of the sale, in
    the currency of that invoice.
    """


class RateBasis(StrEnum):
    """Of what units sold through are a share."""

    RECEIPTS = "RECEIPTS"
    "Of the units received in the same days."
    OPENING_STOCK = "OPENING_STOCK"
    "Of what lay in distributors' warehouses before the first of these days."
    AVAILABLE = "AVAILABLE"
    "Of both: what lay there before, and what was received."


class RateLack(StrEnum):
    """Why there is no sell-through rate."""

    OF_RESELLERS = "OF_RESELLERS"
    "Sell-in and stock have no reseller: sales grouped by resellers, or filtered by them, have no rate."
    NOT_COUNTED = "NOT_COUNTED"
    """
    A distributor had a product of which no count was reported by then that the opening stock could be reckoned from. By
    DISTRIBUTOR and PRODUCT it shows whose and which.
    """
    NOTHING_THERE = "NOTHING_THERE"
    "Nothing was there to be sold: what it would be a share of is not above zero."


class LinesOf(StrEnum):
    """Which of its figures the lines of a row add up to."""

    UNITS = "UNITS"
    """
    Its units, returns and invoices, and its sell-through amount: lines that are valued in the currency of the row or, where
    they have no such value, were reported in it.
    """
    RESALE_AMOUNT = "RESALE_AMOUNT"
    "Its resale amount and average price: lines with a resale price that you know, reported in the currency of the row."


PERIODS: tuple[SalesDimension, ...] = (
    SalesDimension.DAY,
    SalesDimension.WEEK,
    SalesDimension.FISCAL_MONTH,
    SalesDimension.MONTH,
    SalesDimension.FISCAL_QUARTER,
    SalesDimension.QUARTER,
    SalesDimension.FISCAL_YEAR,
    SalesDimension.YEAR,
)
"The dimensions that are spans of days, the smallest first."
FISCAL = frozenset({SalesDimension.FISCAL_MONTH, SalesDimension.FISCAL_QUARTER, SalesDimension.FISCAL_YEAR})
"The dimensions that the vendor's fiscal calendar decides."
OF_RESELLERS = frozenset(
    {
        SalesDimension.RESELLER,
        SalesDimension.PARTNER_TYPE,
        SalesDimension.COUNTRY,
        SalesDimension.REGION,
        SalesDimension.SEGMENT,
    }
)
"The dimensions that only sell-through has."
MONTHS_OF = {
    SalesDimension.MONTH: 1,
    SalesDimension.QUARTER: 3,
    SalesDimension.YEAR: 12,
    SalesDimension.FISCAL_MONTH: 1,
    SalesDimension.FISCAL_QUARTER: 3,
    SalesDimension.FISCAL_YEAR: 12,
}
"How many months a period is long."


def rate_base(basis: RateBasis, received: int, opening: int | None) -> int | None:
    """Of what units sold through are a share, in the unit of what is given; None where it needs an opening stock and there
    is none. Source: domain.md, "Sell-through rate"."""
    if basis is RateBasis.RECEIPTS:
        return received
    if opening is None:
        return None
    return opening if basis is RateBasis.OPENING_STOCK else opening + received


def sell_through_rate(sold_through: int, base: int) -> int | None:
    """Units sold through for each unit that they are a share of, in 10⁻⁶, half away from zero.

    Both in 10⁻³ units. None where that is nothing, or less.
    """
    return divided(sold_through * 1_000_000, base) if base > 0 else None


def average_price(amount: int, units: int) -> int | None:
    """What a unit cost on average, in 10⁻⁶ currency units, half away from zero.

    `amount` in 10⁻⁶ currency units, `units` in 10⁻³, both of the same lines. None where no units remain after returns.
    """
    return divided(amount * 1_000, units) if units > 0 else None
