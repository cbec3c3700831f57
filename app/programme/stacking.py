"""Which incentive is paid for which units, where several would be paid for the same ones; and how a special price counts.

Inside a stacking group each unit of each line is paid for once. The group names its incentives in order: the first takes of
a line what it would pay for, the next of what is left, and so on. A line's amount goes with its units. What selects a band
is not shared out: a unit counts for the band of every incentive that measures it. Returns are shared out like the sales that
they take back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.programme.money import allocate
from app.programme.money_terms import SpeciallyPriced


@dataclass(frozen=True, slots=True)
class StackedLine:
    """A line: 10⁻³ units and 10⁻⁶ currency units, both negative for a return."""

    line: str
    units: int
    amount: int


@dataclass(frozen=True, slots=True)
class Entrant:
    """An incentive of the group and how many units of which lines it would pay for (10⁻³, negative of a return)."""

    incentive: str
    takes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Use:
    """What of a line an incentive is paid for; None for what none of them takes."""

    line: str
    incentive: str | None
    units: int
    amount: int


@dataclass(frozen=True, slots=True)
class Treated:
    """What a line has of the measures of a rule: `excluded` is the part of `paying` on which nothing is paid."""

    qualifying: int
    paying: int
    excluded: int


def shared_out(lines: Sequence[StackedLine], in_order: Sequence[Entrant]) -> list[Use]:
    """Who is paid for what of each line, in the order of lines and then of incentives, what is left last; uses of nothing
    are left out. The uses of a line add up to its units and to its amount (largest remainder, in 10⁻⁶).

    Raises ValueError for an incentive or a line that is there twice.
    """
    names, keys = [each.incentive for each in in_order], [each.line for each in lines]
    if len(set(names)) < len(names) or len(set(keys)) < len(keys):
        raise ValueError("Each incentive has one place in the order of its group, and each line is shared out once.")
    return [use for line in lines for use in _of_line(line, in_order)]


def _of_line(line: StackedLine, in_order: Sequence[Entrant]) -> list[Use]:
    sign = -1 if line.units < 0 else 1
    left, taken = abs(line.units), list[int]()
    for entrant in in_order:
        wanted = max(0, sign * entrant.takes.get(line.line, 0))
        taken.append(min(wanted, left))
        left -= taken[-1]
    units = [*taken, left]
    amounts = allocate(line.amount, units) if line.units else [*taken, line.amount]
    names = [*(each.incentive for each in in_order), None]
    uses = (Use(line.line, *each) for each in zip(names, (sign * part for part in units), amounts, strict=True))
    return [use for use in uses if use.units or use.amount]


def treated(how: SpeciallyPriced, qualifying: int, paying: int, debit: int) -> Treated:
    """What a specially priced line has of the measures, given what it would have without the special price.

    `debit` is what was debited for it, in the unit of the measures (10⁻⁶ currency units); it matters where the line counts
    net of it, and is negative for a return. What is not paid stands in `paying` and in `excluded`, so that it can be shown.
    """
    if how is SpeciallyPriced.NET_OF_DEBIT:
        return Treated(qualifying - debit, paying - debit, 0)
    if how is SpeciallyPriced.TIER_ONLY:
        return Treated(qualifying, paying, paying)
    if how is SpeciallyPriced.EXCLUDED:
        return Treated(0, paying, paying)
    return Treated(qualifying, paying, 0)
