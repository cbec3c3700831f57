"""How both sides keep an agreement, as one score each: the weighted mean of what can be measured, with the weights visible.

The distributor is scored on reports in time, data quality (accepted ÷ (received − duplicates)), stock in band, active
resellers ÷ those agreed, enabled resellers ÷ the agreed minimum, and the attainment of the business plan. The vendor is
scored on credits on time, claims decided in so many days, and prices announced so many days before they change. Each
component counts 0 to 1: twice of what was agreed is no more than all of it, and less than nothing is nothing. What cannot
be measured, or was not agreed, drops out, and the others share its weight in proportion, visibly: the shares always sum to
one. A gate of an incentive reads the same figure, before it is capped.

A distributor is compared with its peers only where there are at least five of them, each counted once, so that none weighs
more than a fifth; it reads their median and in which quarter it stands, and neither how many they are nor who. Its
affiliates are no peers: it may know their scores. It is told of calendar quarters that are over and of no other days, for
from the medians of periods that overlap a single peer's score could be reckoned.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from app.programme.spans import Span, months_long

MICRO = 1_000_000
LEAST_PEERS = 5
MOST_WEIGHT = 1_000


class Side(StrEnum):
    """Whose duties are scored."""

    DISTRIBUTOR = "DISTRIBUTOR"
    "What the distributor owes the vendor."
    VENDOR = "VENDOR"
    "What the vendor owes the distributor."


class ComponentKind(StrEnum):
    """What a scorecard weighs."""

    REPORTING_IN_TIME = "REPORTING_IN_TIME"
    "Of the distributor: the share of the reports due that came in time."
    DATA_QUALITY = "DATA_QUALITY"
    "Of the distributor: the share of the rows received, duplicates left out, that were accepted."
    STOCK_IN_BAND = "STOCK_IN_BAND"
    "Of the distributor: the share of products whose stock is as agreed."
    ACTIVE_RESELLERS = "ACTIVE_RESELLERS"
    "Of the distributor: active resellers ÷ those agreed."
    ENABLEMENT = "ENABLEMENT"
    "Of the distributor: the share of active resellers with all required certifications ÷ the agreed minimum."
    PLAN_ATTAINMENT = "PLAN_ATTAINMENT"
    "Of the distributor: actuals ÷ targets of the business plan that both agreed."
    CREDITS_ON_TIME = "CREDITS_ON_TIME"
    "Of the vendor: the share of what it owed that it credited within the agreed days."
    CLAIMS_DECIDED = "CLAIMS_DECIDED"
    "Of the vendor: the share of claims that it decided within the agreed days."
    PRICE_NOTICE = "PRICE_NOTICE"
    "Of the vendor: the share of price changes that it announced the agreed days before."

    @property
    def side(self) -> Side:
        """Whose duty it is."""
        return Side.VENDOR if self in _OF_VENDOR else Side.DISTRIBUTOR


_OF_VENDOR = frozenset({ComponentKind.CREDITS_ON_TIME, ComponentKind.CLAIMS_DECIDED, ComponentKind.PRICE_NOTICE})
DEFAULT_WEIGHTS: Mapping[ComponentKind, int] = {
    ComponentKind.REPORTING_IN_TIME: 25,
    ComponentKind.DATA_QUALITY: 20,
    ComponentKind.STOCK_IN_BAND: 15,
    ComponentKind.ACTIVE_RESELLERS: 15,
    ComponentKind.ENABLEMENT: 10,
    ComponentKind.PLAN_ATTAINMENT: 15,
    ComponentKind.CREDITS_ON_TIME: 40,
    ComponentKind.CLAIMS_DECIDED: 40,
    ComponentKind.PRICE_NOTICE: 20,
}
"What components weigh where an agreement says nothing else."
DEFAULT_DAYS: Mapping[ComponentKind, int] = dict.fromkeys(sorted(_OF_VENDOR), 30)
"Within how many days the vendor credits and decides, and before how many it announces, where nothing else is agreed."


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found about a component: a figure in 10⁻⁶ (1,000,000 is a share of 1, or one reseller), None where it cannot
    be measured; a sentence of how; and of how many (`whole`) how many (`part`) are as they should be, where it is a share.
    """

    value: int | None
    text: str
    part: int | None = None
    whole: int | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """A component as it is scored: what it weighs, what was found, and what was agreed (10⁻⁶; None: the whole)."""

    kind: ComponentKind
    weight: int
    measured: Measured
    needed: int | None = None

    @property
    def score(self) -> Fraction | None:
        """0 to 1; None where it cannot be measured, or weighs nothing."""
        if self.measured.value is None or self.weight == 0:
            return None
        return capped(self.measured.value, MICRO if self.needed is None else self.needed)


@dataclass(frozen=True, slots=True)
class Scored:
    """One side's components, each with its share of the score (0 where it drops out), and the score; None where nothing
    could be measured."""

    components: tuple[Component, ...]
    shares: tuple[Fraction, ...]
    score: Fraction | None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The median of peers, and in which quarter (1 is the best) a score stands among them and itself."""

    median: Fraction
    quarter: int


def capped(achieved: int, needed: int) -> Fraction:
    """What was achieved ÷ what was needed, from 0 to 1; where nothing was needed, 1."""
    if needed <= 0:
        return Fraction(1)
    return min(Fraction(1), max(Fraction(0), Fraction(achieved, needed)))


def scored(components: Iterable[Component]) -> Scored:
    """The weighted mean of the components that can be measured."""
    every = tuple(components)
    whole = sum(each.weight for each in every if each.score is not None)
    shares = tuple(Fraction(each.weight, whole) if each.score is not None else Fraction(0) for each in every)
    if whole == 0:
        return Scored(every, shares, None)
    mean = sum(
        (share * each.score for share, each in zip(shares, every, strict=True) if each.score is not None), Fraction()
    )
    return Scored(every, shares, mean)


def problems(weights: Mapping[ComponentKind, int]) -> list[str]:
    """What is wrong with the weights of a scorecard: each side needs one that is not 0."""
    return [
        f"Nothing of the {side.value.lower()}'s weighs anything: give one of its components a weight above 0."
        for side in Side
        if not any(weight for kind, weight in weights.items() if kind.side is side)
    ]


def median(scores: Sequence[Fraction]) -> Fraction:
    """The middle one, or the mean of the two in the middle. Raises ValueError where there are none."""
    if not scores:
        raise ValueError("Nothing has no middle.")
    ordered, half = sorted(scores), len(scores) // 2
    return ordered[half] if len(scores) % 2 else (ordered[half - 1] + ordered[half]) / 2


def is_compared(span: Span, today: date) -> bool:
    """Whether distributors are compared over these days: one calendar quarter that is over."""
    first = span.start.day == 1 and span.start.month % 3 == 1
    return first and months_long(span) == 3 and span.end <= today


def benchmark(own: Fraction | None, peers: Sequence[Fraction]) -> Benchmark | None:
    """How a score compares with its peers'; None where there are fewer than five, or nothing to compare."""
    if own is None or len(peers) < LEAST_PEERS:
        return None
    better = sum(peer > own for peer in peers)
    return Benchmark(median(peers), 1 + better * 4 // (len(peers) + 1))
