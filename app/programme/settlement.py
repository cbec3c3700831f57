"""How payments and accruals follow one another: to date, after a correction, and at the end of a month.

What is due for the period to date, less what was settled, is to be settled now. When a correction changes what an earlier
calculation said, the difference is posted, never the whole again. Month by month, what was accrued at the beginning, plus
what accrued, less what was applied, plus or less what was adjusted, is what is accrued at the end. All of it is in minor
units of one currency.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from app.programme.figures import Calculation
from app.programme.money_terms import StepKind


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The difference between two calculations of one thing: what is to be posted, in minor units (negative: taken back), and
    what each kind of step has of it, exactly; together these are the amount. Steps that changed nothing are left out."""

    amount: int
    by_step: tuple[tuple[StepKind, Fraction], ...]


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """A month of an incentive's accrual, in minor units."""

    opening: int
    accrued: int
    applied: int
    adjusted: int

    @property
    def closing(self) -> int:
        """What is accrued at the end of the month."""
        return self.opening + self.accrued - self.applied + self.adjusted


def settlement_to_date(due: int, settled: int) -> int:
    """What is to be settled now, in minor units; negative where more was settled than is due."""
    return due - settled


def adjustment(old: Calculation | None, new: Calculation) -> Adjustment:
    """What has to be posted when a calculation takes the place of another, or is the first (None).

    Raises ValueError for calculations in two currencies.
    """
    if old is not None and old.currency != new.currency:
        raise ValueError(f"A calculation in {old.currency} is not replaced by one in {new.currency}.")
    before, after = old.by_step() if old else {}, new.by_step()
    nothing = Fraction(0)
    changed = ((kind, after.get(kind, nothing) - before.get(kind, nothing)) for kind in StepKind)
    return Adjustment(
        amount=new.payment - (old.payment if old else 0),
        by_step=tuple((kind, difference) for kind, difference in changed if difference),
    )


def month_end(opening: int, accrued: int, applied: int, adjusted: int) -> MonthEnd:
    """The month of an accrual: `applied` was credited against it, `adjusted` is what corrections changed, with its sign.

    Source: domain.md, "Month-end".
    """
    return MonthEnd(opening, accrued, applied, adjusted)


def rolled_up(months: Iterable[MonthEnd]) -> MonthEnd:
    """Months that follow one another, as one span.

    Raises ValueError where a month does not open as the one before it closed, or there is none.
    """
    told = list(months)
    if not told:
        raise ValueError("A span has a month at least.")
    for before, after in pairwise(told):
        if after.opening != before.closing:
            raise ValueError(f"A month opens at {after.opening}, and the one before it closed at {before.closing}.")
    return MonthEnd(
        told[0].opening,
        sum(each.accrued for each in told),
        sum(each.applied for each in told),
        sum(each.adjusted for each in told),
    )
