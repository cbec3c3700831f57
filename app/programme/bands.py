"""What the bands of a rule pay on a volume.

MARGINAL pays each band's rate on what lies inside that band, RETROACTIVE the rate of the highest band attained on all of it,
FIXED the sum of the highest target attained, once, and PER_UNIT each band's rate on the share of the units that the band has
of the volume. One formula serves all of these, also where the measure that pays is another than the one that attains the
band: a band has a share of the qualifying volume, and its rate pays on that share of the paying measure.

For growth the thresholds are shares over the baseline: with a baseline of 200,000 a threshold of 5 % stands at 210,000.
Where each invoice or line attains its own band, goods that came back on a document of their own count at the highest band
that any attained in the period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.programme.figures import BandResult
from app.programme.incentives import Rule
from app.programme.money import MICRO, MILLI, places_of
from app.programme.money_terms import Structure
from app.programme.terms import ThresholdRule
from app.programme.tiers import meets

ZERO = Fraction(0)
BY_PARTS = frozenset({Structure.MARGINAL, Structure.PER_UNIT})
"The structures in which a band pays for what lies inside it."


@dataclass(frozen=True, slots=True)
class Ladder:
    """The bands as they stand for one partner and period. What a rate pays on is above `base`: the baseline where growth
    pays on the increase, else 0. `minor` is what a rate of 1 on a measure of 1 comes to, in minor units."""

    structure: Structure
    threshold_rule: ThresholdRule
    thresholds: tuple[Fraction, ...]
    rates: tuple[int, ...]
    base: Fraction
    minor: Fraction


@dataclass(frozen=True, slots=True)
class Portion:
    """What attains a band by itself (a period, an invoice, a line), or so many alike: what they have of the qualifying and
    of the paying measure, added up."""

    qualifying: Fraction
    paying: Fraction
    times: int = 1


def ladder_of(rule: Rule, baseline: Fraction | None, share: Fraction) -> Ladder:
    """The bands with their thresholds times a share, or over a baseline where the rule is about growth."""
    thresholds = [each.threshold * share for each in rule.bands]
    if baseline is not None:
        thresholds = [baseline * (1 + Fraction(each.threshold, MICRO)) for each in rule.bands]
    on_increase = rule.growth is not None and rule.growth.on_increase
    return Ladder(
        structure=rule.structure,
        threshold_rule=rule.threshold_rule,
        thresholds=tuple(thresholds),
        rates=tuple(each.rate for each in rule.bands),
        base=baseline if baseline is not None and on_increase else ZERO,
        minor=_minor(rule.structure, rule.currency),
    )


def rated(ladder: Ladder, portions: Sequence[Portion]) -> tuple[BandResult, ...]:
    """What each band comes to, over all portions: exact minor units. A portion that is not above 0 is a return: it counts at
    the highest band that any portion attained, and for nothing where none attained one."""
    top = max((attained(ladder, each.qualifying / each.times) for each in portions), default=0)
    totals = [[ZERO, ZERO, ZERO] for _ in ladder.rates]
    for portion in portions:
        for total, found in zip(totals, _paid(ladder, portion, top), strict=True):
            for place, value in enumerate(found):
                total[place] += value
    upper = (*ladder.thresholds[1:], None)
    return tuple(
        BandResult(ladder.thresholds[place], upper[place], rate, place < top, *totals[place])
        for place, rate in enumerate(ladder.rates)
    )


def attained(ladder: Ladder, volume: Fraction) -> int:
    """How many of the thresholds a volume meets. None of them is below 0, so a negative one meets none."""
    return sum(meets(volume, each, ladder.threshold_rule) for each in ladder.thresholds)


def _paid(ladder: Ladder, portion: Portion, top: int) -> list[tuple[Fraction, Fraction, Fraction]]:
    """For each band: what lies in it, what its rate pays on, and what that comes to."""
    inside = _inside(ladder, portion, top)
    if ladder.structure is Structure.FIXED:
        paid = [Fraction(rate * portion.times if part else 0) for part, rate in zip(inside, ladder.rates, strict=True)]
        return [(part, ZERO, each) for part, each in zip(inside, paid, strict=True)]
    shares = [part * portion.paying / portion.qualifying if part else ZERO for part in inside]
    if portion.qualifying < 0:
        shares = [portion.paying if place == top - 1 else ZERO for place in range(len(inside))]
    paid = [on * rate * ladder.minor for on, rate in zip(shares, ladder.rates, strict=True)]
    return list(zip(inside, shares, paid, strict=True))


def _inside(ladder: Ladder, portion: Portion, top: int) -> list[Fraction]:
    """How much of a portion's volume lies in each band, by the structure."""
    volume = portion.qualifying / portion.times
    highest = attained(ladder, volume) - 1
    if volume < 0:
        return _in_one(ladder, top - 1, portion.qualifying)
    if ladder.structure not in BY_PARTS:
        return _in_one(ladder, highest, (volume - ladder.base) * portion.times)
    ends = (*ladder.thresholds[1:], volume)
    parts = [min(end, volume) - start for start, end in zip(ladder.thresholds, ends, strict=True)]
    return [max(ZERO, part) * portion.times for part in parts]


def _in_one(ladder: Ladder, band: int, volume: Fraction) -> list[Fraction]:
    return [volume if place == band else ZERO for place in range(len(ladder.rates))]


def _minor(structure: Structure, currency: str) -> Fraction:
    """What a rate of 1 on a measure of 1 comes to: a share of 10⁻⁶ on 10⁻⁶ currency units, or 10⁻⁶ currency units for each
    of 10⁻³ units; a fixed sum is in minor units already."""
    if structure is Structure.FIXED:
        return Fraction(1)
    return Fraction(10 ** places_of(currency), MICRO * (MILLI if structure is Structure.PER_UNIT else MICRO))
