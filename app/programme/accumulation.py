"""Whether stock piles up: whether a distributor buys ahead of what it sells, seen before the stock is above its maximum.

Looked at are the last three months, each of thirty days, the newest ending with the day that is asked about. Stock
accumulates where more came in than was sold through in the newest of them and in one more at least, and where all three
together brought in over fifteen per cent more than they sold. One delivery ahead of a season is no accumulation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.programme.spans import Span

MONTHS, MONTH_DAYS = 3, 30
TOLERATED_PERCENT = 15
"By how many per cent sell-in may be ahead of sell-through."
LEAST_MONTHS_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Month:
    """What came in and what was sold through, both net of returns, in 10⁻³ base units."""

    sell_in: int
    sell_through: int

    @property
    def ahead(self) -> int:
        """How much more came in than was sold; below zero, stock went down."""
        return self.sell_in - self.sell_through


def months_to(day: date) -> list[Span]:
    """The months that end with a day, the oldest first."""
    ends = [day + timedelta(days=1 - MONTH_DAYS * number) for number in range(MONTHS)]
    return [Span(end - timedelta(days=MONTH_DAYS), end) for end in reversed(ends)]


def accumulates(months: Sequence[Month]) -> bool:
    """Whether these months, the oldest first, say that stock piles up."""
    if not months or months[-1].ahead <= 0:
        return False
    came, went = sum(each.sell_in for each in months), sum(each.sell_through for each in months)
    is_far_ahead = came * 100 > max(0, went) * (100 + TOLERATED_PERCENT)
    return is_far_ahead and sum(each.ahead > 0 for each in months) >= LEAST_MONTHS_AHEAD
