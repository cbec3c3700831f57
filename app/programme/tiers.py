"""Which tier a volume attains, what is missing to the next, and over which days the volume is measured.

Tiers ascend by threshold. A threshold is REACHED by V >= t, or EXCEEDED only by V > t: a printed "0-14, 15+" is EXCEEDED 14.
Below the first threshold no tier is attained, so a negative volume attains none whose threshold is zero or more. A volume
period is the calendar quarter or year of a day, as far as the agreement is in effect. A reseller's benefit belongs to a tier
and all above it, and is granted while the enrolment is active.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from app.programme.spans import Span, month_of, months_earlier
from app.programme.terms import EnrollmentStatus, ThresholdRule, VolumePeriod


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier of an agreement: its rank from 1, its name, and its threshold in 10⁻⁶ currency units."""

    rank: int
    name: str
    threshold: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a volume stands. `missing` is what lies between it and the next threshold, `shortfall` between it and the
    commitment; both in 10⁻⁶ currency units, never negative, None where there is no next tier or no commitment.

    Under EXCEEDED the next tier takes more than `missing`, if only by the smallest amount.
    """

    attained: Tier | None
    next: Tier | None
    missing: int | None
    shortfall: int | None


def meets(volume: int | Fraction, threshold: int | Fraction, rule: ThresholdRule) -> bool:
    """Whether the volume meets the threshold: at it (REACHED), or only above it (EXCEEDED)."""
    return volume > threshold if rule is ThresholdRule.EXCEEDED else volume >= threshold


def standing(tiers: Sequence[Tier], volume: int, rule: ThresholdRule, commitment: int | None = None) -> Standing:
    """Where a net volume in 10⁻⁶ currency units stands among tiers.

    Raises ValueError where the tiers' thresholds do not ascend.
    """
    if not ascend([tier.threshold for tier in tiers]):
        raise ValueError("The thresholds of tiers ascend, each above the one before.")
    attained = [tier for tier in tiers if meets(volume, tier.threshold, rule)]
    following = tiers[len(attained)] if len(attained) < len(tiers) else None
    return Standing(
        attained=attained[-1] if attained else None,
        next=following,
        missing=None if following is None else following.threshold - volume,
        shortfall=None if commitment is None else max(0, commitment - volume),
    )


def ascend(thresholds: Sequence[int]) -> bool:
    """Whether each threshold lies above the one before, so that the bands between them are contiguous."""
    return all(lower < upper for lower, upper in pairwise(thresholds))


def volume_period(kind: VolumePeriod, today: date, effective: Span) -> Span:
    """The calendar quarter or year in which the volume is measured today, cut to the days of the agreement.

    Before an agreement takes effect it is its first period, after its end its last one. Raises ValueError where the
    agreement is in effect on no day.
    """
    if not effective.start < effective.end:
        raise ValueError("An agreement ends after it starts.")
    whole = whole_volume_period(kind, min(max(today, effective.start), effective.end - timedelta(days=1)))
    return Span(max(whole.start, effective.start), min(whole.end, effective.end))


def whole_volume_period(kind: VolumePeriod, day: date) -> Span:
    """The calendar quarter or year of a day, whatever days of it an agreement is in effect on."""
    months = 3 if kind is VolumePeriod.QUARTER else 12
    start = months_earlier(month_of(day), (day.month - 1) % months)
    return Span(start, _months_later(start, months))


def trailing_year(today: date) -> Span:
    """The twelve calendar months that end with the present one: over these a requirement of purchases is measured."""
    return Span(months_earlier(month_of(today), 11), _months_later(month_of(today), 1))


def benefit_granted(status: EnrollmentStatus, rank: int | None, from_rank: int) -> bool:
    """Whether an enrolment with this status, in the tier of this rank (None: in no tier), has a benefit.

    A benefit from rank 0 on belongs to every active enrolment, in a tier or not.
    """
    return status is EnrollmentStatus.ACTIVE and (rank or 0) >= from_rank


def _months_later(first: date, months: int) -> date:
    """The first day of a month, so many months after that of another; the last day there is where the calendar ends."""
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1) if place // 12 <= date.max.year else date.max
