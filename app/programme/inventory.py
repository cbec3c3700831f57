"""What a distributor's stock of a product should be, from the last count and what was reported since.

Expected is what was counted, plus what the vendor invoiced to the distributor, less what the distributor invoiced to
resellers net of what they gave back, and what else moved: goods sent back to the vendor or scrapped, transfers and
adjustments. Receipts and deliveries that a distributor reports are the other side of those invoices and are not added to
them. The variance is what was counted anew less what was expected.

The roll-forward takes a product in every state together: goods change their state without any document, and what the
vendor has invoiced is the distributor's while it is on its way. On hand is narrower: what can be sold, good or promised.
Weeks of supply say how long that lasts at the pace at which it was sold of late.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.programme.terms import StockMovementKind, StockStatus

BESIDE_INVOICES = frozenset(
    {
        StockMovementKind.TRANSFER,
        StockMovementKind.ADJUSTMENT,
        StockMovementKind.RETURN_TO_VENDOR,
        StockMovementKind.SCRAPPED,
    }
)
"""The movements that no invoice tells of."""
ON_HAND = frozenset({StockStatus.GOOD, StockStatus.RESERVED})
"""The states of goods that can be sold. Defective, blocked, returned and in transit are told apart."""
TOLERATED = Decimal("0.02")
"""Which share of what was expected a variance may be, unless somebody asks for another."""
TRAILING_DAYS = 13 * 7
"""Over how many days demand is measured."""


@dataclass(frozen=True, slots=True)
class RollForward:
    """From a count to the end of a later day. Quantities are in one unit, 10⁻³ base units as a rule.

    `received` is sell-in and `sold` is sell-through, both net of returns, of the days after the count; `moved` is what
    movements beside invoices brought, less what they took.
    """

    opening: int
    received: int
    sold: int
    moved: int

    @property
    def expected(self) -> int:
        """What should be there in the end. It may be negative, where more was sold than there was."""
        return self.opening + self.received - self.sold + self.moved


def expected_on_hand(
    counted: int, sell_in: int, sell_through: int, movements: Iterable[tuple[StockMovementKind, int]]
) -> int:
    """What should lie there, in the unit of what is given: it may be negative, where more was sold than there was.

    `counted` is the last count; `sell_in` and `sell_through` are net of returns, of the days after it to the day that is
    asked about; `movements` are those of the same days, out of the warehouse negative. Source: domain.md, "Inventory
    roll-forward".
    """
    moved = sum(quantity for kind, quantity in movements if kind in BESIDE_INVOICES)
    return RollForward(counted, sell_in, sell_through, moved).expected


def variance(reported: int, expected: int) -> int:
    """How much more was counted than expected; negative where goods are missing."""
    return reported - expected


def is_beyond(variance: int, expected: int, tolerance: Fraction) -> bool:
    """Whether a variance is larger than the tolerated share of what was expected, to either side. At the tolerance it is
    not; where nothing was expected, anything is.

    Raises ValueError for a negative tolerance.
    """
    if tolerance < 0:
        raise ValueError(f"A tolerance is a share of what is expected, from 0 upwards, not {tolerance}.")
    return abs(variance) > tolerance * abs(expected)


def demand_days(counted_on: date, introduced_on: date) -> int:
    """Over how many days demand is measured that ends with a day: 13 weeks, or the age of a younger product, its first day
    included; a product that is still to be introduced counts as new that day."""
    age = (counted_on - introduced_on).days + 1
    return min(TRAILING_DAYS, max(1, age))


def weekly_demand(sold: int, days: int) -> Fraction:
    """What a mean week sold, in the unit of `sold`: net sell-through over so many days, at least one."""
    if days < 1:
        raise ValueError(f"Demand is measured over a day at least, not over {days}.")
    return Fraction(sold * 7, days)


def weeks_of_supply(on_hand: int, sold: int, days: int) -> Fraction | None:
    """How many weeks what is on hand lasts; None where there is no demand, that is where nothing was sold net of returns.

    `sold` is net sell-through over the last `days`, in the unit of `on_hand`. Source: domain.md, "Weeks of supply".
    """
    demand = weekly_demand(sold, days)
    return max(0, on_hand) / demand if demand > 0 else None
