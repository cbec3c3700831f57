"""What of a credit is used: what was invoiced and is not due yet, by the terms, beside the limit.

An invoice is open from its day through as many days as the terms give to pay; what is paid earlier or later is not known
here. Credit notes lower what is open. More may be open than the limit allows: sales are reported, not held back.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is open, and the limit, both in one currency and unit; what is open may be below zero after credit notes."""

    open: int
    limit: int

    @property
    def left(self) -> int:
        """How much more may become open; below zero where the limit is exceeded."""
        return self.limit - self.open

    @property
    def used(self) -> Fraction | None:
        """The share of the limit that is used; more than 1 where it is exceeded, 0 where nothing is open, None where the
        limit is nothing."""
        return Fraction(max(0, self.open), self.limit) if self.limit > 0 else None


def open_since(today: date, payment_days: int) -> date:
    """The last day whose invoices are due already, or were: those of later days are open."""
    return today - timedelta(days=payment_days)
