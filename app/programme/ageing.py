"""How long something has been open: a claim that nobody decided, a deduction that nothing matches.

The age is in whole days: what was filed today is 0 days old. Ages are told in four buckets, to 30, 60 and 90 days, and over.
An agreement may say that a claim which nobody decides within so many days is deemed approved, or denied: the last day to
decide is the day of filing plus those days, and the day after it the claim is deemed decided.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from app.programme.claim_terms import AgeBucket, DeemedDecision

_UP_TO = ((30, AgeBucket.DAYS_0_30), (60, AgeBucket.DAYS_31_60), (90, AgeBucket.DAYS_61_90))


def age_bucket(days: int) -> AgeBucket:
    """The bucket of an age in days. What is dated ahead counts as new."""
    return next((bucket for most, bucket in _UP_TO if days <= most), AgeBucket.OVER_90)


def aged(items: Iterable[tuple[date, int]], today: date) -> dict[AgeBucket, int]:
    """The amounts (in any one unit) that are open since the days given, summed by age; every bucket is there."""
    sums = dict.fromkeys(AgeBucket, 0)
    for since, amount in items:
        sums[age_bucket((today - since).days)] += amount
    return sums


def deemed_on(filed_on: date, days: int) -> date:
    """The day on which a claim is deemed decided: the day after the last one on which it could be decided.

    Raises ValueError for a negative number of days.
    """
    if days < 0:
        raise ValueError(f"A claim is decided within a number of days from 0 upwards, not {days}.")
    return _days_after(filed_on, days + 1)


def deemed(filed_on: date, today: date, days: int | None, decision: DeemedDecision) -> DeemedDecision:
    """What an undecided claim is deemed today; NONE while it may still be decided, or where the agreement deems nothing."""
    if days is None or today < deemed_on(filed_on, days):
        return DeemedDecision.NONE
    return decision


def last_day(since: date, days: int) -> date:
    """The last of so many days after a day; the last day there is where the calendar ends."""
    return _days_after(since, days)


def _days_after(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))
