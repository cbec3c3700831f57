"""When a wholesale price may be set.

The prices of a product in one currency follow one another: each holds from its first day until the next one begins. A new
price is therefore set after all others, and ends the one before it. What was counted keeps its book value, so a price cannot
reach back behind a counted line that an earlier price valued; only a product that had no price yet in the currency may be
given one from any day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum

UNUSUAL_MULTIPLE = 3
"A resale price above so many times the wholesale price of the day, or below that part of it, is worth a look."


@dataclass(frozen=True, slots=True)
class BookPrice:
    """A wholesale price from its first day until, and not including, `end`; None while nothing ends it. In 10⁻⁶."""

    start: date
    end: date | None
    price: int


class Placing(Enum):
    """What setting a price comes to."""

    SET = "it is set, and ends the one before it"
    STANDS = "the same price stands from that day already"
    OVERLAPS = "another price begins on or after that day"
    TOO_LATE = "lines from that day on were counted at an earlier price"


def placing(prices: Sequence[BookPrice], start: date, price: int, last_counted: date | None) -> Placing:
    """What setting a price from `start` comes to, beside the `prices` of the same product and currency, in any order.

    `last_counted` is the last day of a counted line of the product that was valued in the currency.
    """
    if any(other.start == start and other.price == price for other in prices):
        return Placing.STANDS
    if any(other.start >= start for other in prices):
        return Placing.OVERLAPS
    if prices and last_counted is not None and last_counted >= start:
        return Placing.TOO_LATE
    return Placing.SET


def announced_in_time(announced_at: datetime, start: date, now: datetime) -> bool:
    """Whether a price is announced before it begins (0:00 UTC of its first day), or at once."""
    begins = datetime.combine(start, time(), tzinfo=now.tzinfo)
    return announced_at <= max(begins, now)
