"""What a back-test notices: signs that partners steer their figures, or that a rule invites them to.

*Bunching*: of the partners who end near a threshold, many more end at or just above it than just below. *Loading*: the last
days of a period hold much more than their part of it. *Cliffs*: at a threshold the payment jumps, by a lot compared with
what was sold to get there. Each finding says what it saw, so that a person can judge; none of them proves anything. All
figures are exact.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

from app.programme.claim_amounts import price_text
from app.programme.claim_terms import GamingSign
from app.programme.money import decimal
from app.programme.spans import Span
from app.programme.terms import ThresholdRule
from app.programme.tiers import meets

_Seen = TypeVar("_Seen")


@dataclass(frozen=True, slots=True)
class Payout:
    """What one partner's period came to: its measure (10⁻⁶ currency units or 10⁻³ units) and its payment (minor units)."""

    partner: str
    period: Span
    measure: int
    payment: int


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """From where on something is a finding. `within` is how near a threshold counts, `bunched` which part of those near it
    lies above; `last_days` are the end of a period, and `loaded` how many times their part they hold; `jump` is which part
    of the threshold a payment jumps by. Findings from fewer cases than `fewest` are left out."""

    within: Fraction = Fraction(1, 20)
    bunched: Fraction = Fraction(3, 4)
    fewest: int = 5
    last_days: int = 7
    loaded: Fraction = Fraction(2)
    jump: Fraction = Fraction(1, 200)


@dataclass(frozen=True, slots=True)
class Bunching:
    """How many cases ended within reach of a threshold, above and below, which part lies above, and who they are."""

    threshold: int
    above: tuple[Payout, ...]
    below: tuple[Payout, ...]

    @property
    def share_above(self) -> Fraction | None:
        """Which part of those near the threshold lies above it; None where nobody is near it."""
        near = len(self.above) + len(self.below)
        return Fraction(len(self.above), near) if near else None

    @property
    def paid_above(self) -> int:
        """What those above were paid, in minor units."""
        return sum(each.payment for each in self.above)


@dataclass(frozen=True, slots=True)
class Loading:
    """What a partner's last days of a period hold of all of it, and what they would hold if every day were alike."""

    partner: str
    period: Span
    last: int
    total: int
    share: Fraction
    uniform: Fraction

    @property
    def times(self) -> Fraction:
        """How many times their part the last days hold."""
        return self.share / self.uniform


@dataclass(frozen=True, slots=True)
class Cliff:
    """What is paid just short of a threshold and once it is met, both in the unit of the threshold."""

    threshold: int
    short_of_it: Fraction
    at_it: Fraction

    @property
    def jump(self) -> Fraction:
        """By how much the payment jumps; negative where it falls."""
        return self.at_it - self.short_of_it

    @property
    def share(self) -> Fraction | None:
        """The jump as a part of the threshold; None for a threshold of zero."""
        return self.jump / self.threshold if self.threshold else None


@dataclass(frozen=True, slots=True)
class Finding:
    """A sign, what was seen in a sentence, and what it was seen in."""

    sign: GamingSign
    text: str
    evidence: Bunching | Loading | Cliff


def bunching(
    payouts: Iterable[Payout], thresholds: Iterable[int], within: Fraction, rule: ThresholdRule = ThresholdRule.REACHED
) -> list[Bunching]:
    """Who ended near each threshold: within a share of it, above (the threshold met) or below, both ends included.

    Thresholds of zero or less have nobody below them and are left out. Raises ValueError unless the share is above zero.
    """
    if within <= 0:
        raise ValueError("How near a threshold counts is a share above zero.")
    known = list(payouts)
    found = []
    for threshold in sorted({each for each in thresholds if each > 0}):
        near = [each for each in known if abs(each.measure - threshold) <= within * threshold]
        above = tuple(each for each in near if meets(each.measure, threshold, rule))
        below = tuple(each for each in near if not meets(each.measure, threshold, rule))
        found.append(Bunching(threshold, above, below))
    return found


def loading(partner: str, period: Span, sold: Iterable[tuple[date, int]], last_days: int) -> Loading | None:
    """What the last days of a period hold of all of it, from a measure by day; days outside the period are passed over.

    None where the whole is not above zero. Raises ValueError unless the last days are some of the period's, not all.
    """
    days = (period.end - period.start).days
    if not 0 < last_days < days:
        raise ValueError(f"The last days are between 1 and {days - 1} of {days}, not {last_days}.")
    from_day = period.end - timedelta(days=last_days)
    inside = [(day, amount) for day, amount in sold if period.start <= day < period.end]
    total = sum(amount for _, amount in inside)
    if total <= 0:
        return None
    last = sum(amount for day, amount in inside if day >= from_day)
    return Loading(partner, period, last, total, Fraction(last, total), Fraction(last_days, days))


def cliffs(
    payment: Callable[[int], Fraction], thresholds: Iterable[int], rule: ThresholdRule = ThresholdRule.REACHED
) -> list[Cliff]:
    """What is paid just short of each threshold and once it is met, ascending.

    `payment` says exactly what a measure pays, in the unit of the measure.
    """
    found = []
    for threshold in sorted(set(thresholds)):
        met = threshold if rule is ThresholdRule.REACHED else threshold + 1
        found.append(Cliff(threshold, payment(met - 1), payment(met)))
    return found


def findings(
    bunched: Iterable[Bunching], loaded: Iterable[Loading], steep: Iterable[Cliff], sensitivity: Sensitivity
) -> list[Finding]:
    """What deserves a look, the strongest of each sign first; at the limit counts as a finding."""
    near = [each for each in bunched if len(each.above) + len(each.below) >= sensitivity.fewest]
    crowded = [(each.share_above or Fraction(0), each) for each in near]
    late = [(each.times, each) for each in loaded]
    jumps = [(each.share or Fraction(0), each) for each in steep]
    return [
        *(Finding(GamingSign.BUNCHING, _of_bunching(each), each) for each in _from(crowded, sensitivity.bunched)),
        *(Finding(GamingSign.PERIOD_END_LOADING, _of_loading(each), each) for each in _from(late, sensitivity.loaded)),
        *(Finding(GamingSign.CLIFF, _of_cliff(each), each) for each in _from(jumps, sensitivity.jump)),
    ]


def _from(measured: Sequence[tuple[Fraction, _Seen]], least: Fraction) -> list[_Seen]:
    """What reaches the limit, the largest first; equals stay in the order given."""
    return [each for share, each in sorted(measured, key=lambda pair: -pair[0]) if share >= least]


def _of_bunching(seen: Bunching) -> str:
    near = len(seen.above) + len(seen.below)
    return f"Of {near} periods that ended near the threshold, {len(seen.above)} ended above it."


def _of_loading(seen: Loading) -> str:
    return (
        f"The last days hold {_percent(seen.share)} of the period, {decimal(seen.times, 0, 2)} times their part of"
        f" {_percent(seen.uniform)}."
    )


def _of_cliff(seen: Cliff) -> str:
    told = price_text(seen.jump)
    return f"At the threshold the payment jumps by {told}, {_percent(seen.share or Fraction(0))} of the threshold."


def _percent(share: Fraction) -> str:
    return f"{decimal(share * 100, 0, 2)} %"
