"""By what stock positions are grouped and ordered, and what can be found about one.

A position is a distributor's stock of one product at the end of a day: its newest count that covers all warehouses, and
what came and went since. What was never counted has no position.
"""

from datetime import date, timedelta
from enum import StrEnum

MONTHS_KEPT = 3
"Of how many past months the last day is kept ready."


def kept_days(today: date) -> tuple[date, ...]:
    """Of which days positions are kept ready: today, and the last days of the months before, the latest first."""
    days = [today]
    for _ in range(MONTHS_KEPT):
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return tuple(days)


class InventoryDimension(StrEnum):
    """By what stock positions are grouped. Not by warehouse: sales and purchases name none, so what is expected, sold and in
    excess is known of all of a distributor's warehouses together, and a product may have been counted in one and not in
    another. What was counted in each warehouse, an agreement's `inventory` says."""

    DISTRIBUTOR = "DISTRIBUTOR"
    "The distributor."
    FAMILY = "FAMILY"
    "The family of the product."
    PRODUCT = "PRODUCT"
    "The product."


class InventoryOrder(StrEnum):
    """In which order rows of stock stand."""

    DIMENSIONS = "DIMENSIONS"
    "By what they are grouped by, in the order named: distributors by name, products by SKU."
    ON_HAND_UNITS = "ON_HAND_UNITS"
    "By units on hand, the most first."
    VALUE = "VALUE"
    "By the value on hand, the most first."
    EXCESS_VALUE = "EXCESS_VALUE"
    "By the value of the excess, the most first."
    WEEKS_OF_SUPPLY = "WEEKS_OF_SUPPLY"
    "By weeks of supply, the longest first; what nobody buys lasts longest."


class InventoryFinding(StrEnum):
    """What somebody should look at in a stock position."""

    STOCK_OUT = "STOCK_OUT"
    "Nothing was on hand at the newest count, or nothing can be there any more, and there is demand."
    OVERSOLD = "OVERSOLD"
    "More was sold than can have been there: below zero is expected."
    EXCESS = "EXCESS"
    "More lies there than the standard's maximum or, without a standard, than 13 weeks of demand take."
    ACCUMULATION = "ACCUMULATION"
    """Sell-in runs ahead of sell-through: by more than 15 % over 90 days, and in the last 30 of them and one more 30 at
    least."""
    VARIANCE = "VARIANCE"
    "The newest count is more than 2 % off what was expected by the one before."
