"""Why a figure changed from one moment to another: which reports, corrections and decisions became known in between.

Facts are never overwritten: a line counts from what made it known until what ended it. So what a figure came to by what was
known at a moment is the sum of the lines known and not ended by then, and between two moments it changed by what became
known, less what was ended, cause by cause. Each cause is what its own lines came to; nothing is left over, whatever the
order, because a line that both began and ended in between counts once for what brought it and once less for what ended it.

What a line is worth does not change once it counts: the price is that of the day on which it counted. So prices, units and
kits change figures only through the rows that waited for them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

K = TypeVar("K")


class ChangedFigure(StrEnum):
    """Which figure changed."""

    SELL_THROUGH = "SELL_THROUGH"
    "What distributors invoiced to resellers, net of returns, at the valuation asked for."
    SELL_IN = "SELL_IN"
    "What the vendor invoiced to distributors, net of credit notes, as invoiced."
    SELL_OUT = "SELL_OUT"
    "What resellers sold to end customers, net of returns: units alone."


class ChangeCause(StrEnum):
    """What kind of thing changed a figure."""

    REPORT = "REPORT"
    "A report that adds to what was reported before."
    CORRECTION = "CORRECTION"
    "A report that corrects lines or replaces a period."
    HELD_ROWS_DECIDED = "HELD_ROWS_DECIDED"
    "Somebody decided about rows that were held."
    ALIAS_CONFIRMED = "ALIAS_CONFIRMED"
    "Somebody said what a code stands for, and the rows that waited for it count."
    ALIAS_UNDONE = "ALIAS_UNDONE"
    "What a code stands for was taken back, and the rows that counted because of it wait again."
    PARTIES_MERGED = "PARTIES_MERGED"
    "Two resellers turned out to be one, or that was taken back."
    UNITS_SET = "UNITS_SET"
    "The vendor said how many base units make a unit, and the rows that waited for it count."
    RULE = "RULE"
    "A version of an incentive came into force, ended, or gave way to another one."
    STATEMENT = "STATEMENT"
    "A statement was calculated, decided or credited."
    TERMS = "TERMS"
    "Exchange rates, the fiscal calendar or a group of affiliates were set otherwise, and what they touch was reckoned anew."
    OTHER = "OTHER"
    "Something else that was done to the facts."


class ChangedLines(StrEnum):
    """Which of the lines behind a change."""

    ADDED = "ADDED"
    "Those that it made count."
    ENDED = "ENDED"
    "Those that count no more because of it."


_BY_WORD: Mapping[str, ChangeCause] = {
    "submission": ChangeCause.REPORT,
    "decision": ChangeCause.HELD_ROWS_DECIDED,
    "alias": ChangeCause.ALIAS_CONFIRMED,
    "merge": ChangeCause.PARTIES_MERGED,
    "units": ChangeCause.UNITS_SET,
    "incentive": ChangeCause.RULE,
    "statement": ChangeCause.STATEMENT,
    "network": ChangeCause.TERMS,
    "calendar": ChangeCause.TERMS,
    "rates": ChangeCause.TERMS,
    "affiliation": ChangeCause.TERMS,
}
"What the first word of a cause says, as facts and transfers name their causes."
_CORRECTING = frozenset({"CORRECT", "REPLACE_PERIOD"})


def cause_kind(cause: str, mode: str | None = None) -> ChangeCause:
    """What kind of cause facts or transfers name, such as "submission <id>" or "alias <id> undone"; `mode` is that of the
    report, where it is one that may be read."""
    word, _, rest = cause.partition(" ")
    found = _BY_WORD.get(word, ChangeCause.OTHER)
    if found is ChangeCause.REPORT and mode in _CORRECTING:
        return ChangeCause.CORRECTION
    if found is ChangeCause.ALIAS_CONFIRMED and rest.endswith(" undone"):
        return ChangeCause.ALIAS_UNDONE
    return found


@dataclass(frozen=True, slots=True)
class Worth:
    """What lines come to: how many, their units (10⁻³ base units) and amount (10⁻⁶ currency units), and the units among them
    that have no price."""

    lines: int = 0
    units: int = 0
    amount: int = 0
    unvalued: int = 0

    def __add__(self, other: "Worth") -> "Worth":
        return Worth(
            self.lines + other.lines,
            self.units + other.units,
            self.amount + other.amount,
            self.unvalued + other.unvalued,
        )

    def __sub__(self, other: "Worth") -> "Worth":
        return Worth(
            self.lines - other.lines,
            self.units - other.units,
            self.amount - other.amount,
            self.unvalued - other.unvalued,
        )


@dataclass(frozen=True)
class Lived(Generic[K]):
    """Lines that began and ended alike: by which cause in between they began to count (None: they counted before), by which
    they ended (None: they still count afterwards), and what they come to."""

    began: K | None
    ended: K | None
    worth: Worth


@dataclass(frozen=True, slots=True)
class Part:
    """What one cause did: what it made count, and what it ended."""

    added: Worth = Worth()
    ended: Worth = Worth()

    @property
    def difference(self) -> Worth:
        """By how much the figure changed because of it."""
        return self.added - self.ended


@dataclass(frozen=True)
class Attributed(Generic[K]):
    """A figure before and after, and the part of each cause in the difference."""

    before: Worth
    after: Worth
    parts: Mapping[K, Part]

    @property
    def difference(self) -> Worth:
        """By how much it changed: what all parts together come to."""
        return self.after - self.before


def attributed(lived: Iterable[Lived[K]]) -> Attributed[K]:
    """The figure before and after, and by which causes it changed. Lines that one and the same cause began and ended are
    nothing to anybody."""
    before, after, parts = Worth(), Worth(), dict[K, Part]()
    for each in lived:
        if each.began is not None and each.began == each.ended:
            continue
        if each.began is None:
            before = before + each.worth
        else:
            part = parts.get(each.began, Part())
            parts[each.began] = Part(part.added + each.worth, part.ended)
        if each.ended is None:
            after = after + each.worth
        else:
            part = parts.get(each.ended, Part())
            parts[each.ended] = Part(part.added, part.ended + each.worth)
    return Attributed(before, after, parts)
