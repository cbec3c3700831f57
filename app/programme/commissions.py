"""What an agent earns: a commission on lines that are attributed to it.

An agent never invoices, so no line is its own; lines are attributed to it. It earns a rate of their net amount, rounded
once for a period, and at most the plan's cap. Returns count in their own period. A negative amount pays nothing and
carries forward into the next period. A line's share of a payment is the payment × its amount ÷ the whole, by largest
remainder.

What was approved stands. What its period earns by now beside it, after a correction or a late report, is owed, or taken
off, in the next period that is not approved; where more is taken off than that earns, the rest waits for later ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.programme.money import MICRO, allocate, minor_units


@dataclass(frozen=True, slots=True)
class Commission:
    """What a period earns (minor units), of which amount (10⁻⁶ currency units, with what was carried into it), what each
    line has of it, and what is carried forward (10⁻⁶, zero or below)."""

    amount: int
    base: int
    shares: tuple[int, ...]
    carried: int


def earned(lines: Sequence[int], rate: int, currency: str, carried: int = 0, cap: int | None = None) -> Commission:
    """The commission on the net amounts of lines (10⁻⁶ currency units) at a rate of 10⁻⁶, at most a cap of minor units.

    Raises ValueError for a rate below 0 or above the whole, for a cap below 0, for a currency that is not listed, and where
    something above 0 is carried.
    """
    if not 0 <= rate <= MICRO:
        raise ValueError("A rate of commission lies between nothing and the whole.")
    if cap is not None and cap < 0:
        raise ValueError("A cap is not below 0.")
    if carried > 0:
        raise ValueError("Only what is below zero is carried forward.")
    base = sum(lines) + carried
    if base <= 0:
        return Commission(0, base, (0,) * len(lines), base)
    whole = minor_units(Fraction(base * rate, MICRO), currency)
    amount = whole if cap is None else min(whole, cap)
    return Commission(amount, base, tuple(allocate(amount, lines)), 0)


@dataclass(frozen=True, slots=True)
class Owed:
    """What a period pays, and of that what it makes good of earlier ones (below zero: takes off); minor units."""

    amount: int
    adjusted: int


def owed(earns: int, differences: Sequence[int]) -> Owed:
    """What is paid for a period that earns so much, where each earlier one earns so much more by now (or, below zero, less)
    than was paid for it. Nothing is asked back: what is left to take off waits. Minor units."""
    adjusted = sum(differences)
    return Owed(max(0, earns + adjusted), adjusted)
