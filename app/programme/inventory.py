"""What a distributor's stock of a product should be, from the last count and what was reported since.

Expected is what was counted, plus what the vendor invoiced to the distributor, less what the distributor invoiced to
resellers net of what they gave back, and what else moved: goods sent back to the vendor or scrapped, transfers and
adjustments. Receipts and deliveries that a distributor reports are the other side of those invoices and are not added to
them. The variance is what was counted anew less what was expected.
"""

from collections.abc import Iterable
from fractions import Fraction

from app.programme.terms import StockMovementKind

BESIDE_INVOICES = frozenset(
    {
        StockMovementKind.TRANSFER,
        StockMovementKind.ADJUSTMENT,
        StockMovementKind.RETURN_TO_VENDOR,
        StockMovementKind.SCRAPPED,
    }
)
"""The movements that no invoice tells of."""


def expected_on_hand(
    counted: int, sell_in: int, sell_through: int, movements: Iterable[tuple[StockMovementKind, int]]
) -> int:
    """What should lie there, in the unit of what is given: it may be negative, where more was sold than there was.

    `counted` is the last count; `sell_in` and `sell_through` are net of returns, of the days after it to the day that is
    asked about; `movements` are those of the same days, out of the warehouse negative. Source: domain.md, "Inventory
    roll-forward".
    """
    moved = sum(quantity for kind, quantity in movements if kind in BESIDE_INVOICES)
    return counted + sell_in - sell_through + moved


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
