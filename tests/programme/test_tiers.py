"""The tiers of an agreement and of a programme, as tables of numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.spans import Span
from app.programme.terms import EnrollmentStatus, ThresholdRule, VolumePeriod
from app.programme.tiers import (
    Tier,
    ascend,
    benefit_granted,
    meets,
    standing,
    trailing_year,
    volume_period,
)

REACHED, EXCEEDED = ThresholdRule.REACHED, ThresholdRule.EXCEEDED
MILLION = 10**6
TIERS = (Tier(1, "Member", 0), Tier(2, "Silver", 100_000 * MILLION), Tier(3, "Gold", 250_000 * MILLION))
amounts = st.integers(-(10**18), 10**18)


@pytest.mark.parametrize(
    ("volume", "rule", "attained", "following", "missing"),
    [
        (-1, REACHED, None, "Member", 1),
        (0, REACHED, "Member", "Silver", 100_000 * MILLION),
        (99_999_999_999, REACHED, "Member", "Silver", 1),
        (100_000 * MILLION, REACHED, "Silver", "Gold", 150_000 * MILLION),
        (250_000 * MILLION, REACHED, "Gold", None, None),
        (10**18, REACHED, "Gold", None, None),
        (0, EXCEEDED, None, "Member", 0),
        (100_000 * MILLION, EXCEEDED, "Member", "Silver", 0),
        (100_000 * MILLION + 1, EXCEEDED, "Silver", "Gold", 150_000 * MILLION - 1),
        (250_000 * MILLION, EXCEEDED, "Silver", "Gold", 0),
        (250_000 * MILLION + 1, EXCEEDED, "Gold", None, None),
    ],
)
def test_a_volume_attains_the_highest_tier_whose_threshold_it_meets(
    volume: int, rule: ThresholdRule, attained: str | None, following: str | None, missing: int | None
) -> None:
    found = standing(TIERS, volume, rule)
    assert (found.attained and found.attained.name) == attained
    assert (found.next and found.next.name) == following
    assert found.missing == missing


def test_a_printed_0_to_14_15_and_more_is_exceeded_14() -> None:
    assert not meets(14, 14, EXCEEDED)
    assert meets(15, 14, EXCEEDED)


def test_an_agreement_without_tiers_attains_none_and_misses_none() -> None:
    found = standing((), 5 * MILLION, REACHED)
    assert (found.attained, found.next, found.missing, found.shortfall) == (None, None, None, None)


@pytest.mark.parametrize(("volume", "shortfall"), [(-5, 105), (0, 100), (99, 1), (100, 0), (101, 0)])
def test_a_commitment_falls_short_by_what_is_missing_and_never_by_less_than_nothing(
    volume: int, shortfall: int
) -> None:
    assert standing(TIERS, volume, REACHED, commitment=100).shortfall == shortfall


@pytest.mark.parametrize("thresholds", [(0, 0), (5, 4), (0, 10, 10)])
def test_tiers_that_do_not_ascend_are_refused(thresholds: tuple[int, ...]) -> None:
    assert not ascend(thresholds)
    with pytest.raises(ValueError, match="ascend"):
        standing([Tier(rank, "x", threshold) for rank, threshold in enumerate(thresholds, 1)], 1, REACHED)


@given(
    st.lists(st.integers(0, 10**18), unique=True, max_size=20).map(sorted),
    amounts,
    st.sampled_from(list(ThresholdRule)),
)
def test_exactly_what_is_missing_reaches_the_next_tier(thresholds: list[int], volume: int, rule: ThresholdRule) -> None:
    tiers = [Tier(rank, str(rank), threshold) for rank, threshold in enumerate(thresholds, 1)]
    found = standing(tiers, volume, rule)
    if found.next is None or found.missing is None:
        assert not tiers or found.attained == tiers[-1]
        return
    assert found.missing >= 0
    enough = volume + found.missing + (rule is EXCEEDED)
    assert standing(tiers, enough, rule).attained == found.next
    assert standing(tiers, enough - 1, rule).attained == found.attained


@given(st.lists(st.integers(0, 10**18), unique=True, max_size=20).map(sorted), amounts, st.integers(0, 10**18))
def test_more_volume_never_attains_a_lower_tier(thresholds: list[int], volume: int, more: int) -> None:
    tiers = [Tier(rank, str(rank), threshold) for rank, threshold in enumerate(thresholds, 1)]
    for rule in ThresholdRule:
        before, after = standing(tiers, volume, rule).attained, standing(tiers, volume + more, rule).attained
        assert (before.rank if before else 0) <= (after.rank if after else 0)


YEARS = Span(date(2024, 2, 15), date(2027, 2, 15))


@pytest.mark.parametrize(
    ("kind", "today", "start", "end"),
    [
        (VolumePeriod.QUARTER, date(2025, 1, 1), date(2025, 1, 1), date(2025, 4, 1)),
        (VolumePeriod.QUARTER, date(2025, 12, 31), date(2025, 10, 1), date(2026, 1, 1)),
        (VolumePeriod.YEAR, date(2025, 12, 31), date(2025, 1, 1), date(2026, 1, 1)),
        (VolumePeriod.QUARTER, date(2024, 3, 1), date(2024, 2, 15), date(2024, 4, 1)),
        (VolumePeriod.YEAR, date(2027, 2, 14), date(2027, 1, 1), date(2027, 2, 15)),
        (VolumePeriod.QUARTER, date(2020, 1, 1), date(2024, 2, 15), date(2024, 4, 1)),
        (VolumePeriod.YEAR, date(2030, 1, 1), date(2027, 1, 1), date(2027, 2, 15)),
    ],
)
def test_a_volume_period_is_the_calendars_cut_to_the_agreement(
    kind: VolumePeriod, today: date, start: date, end: date
) -> None:
    assert volume_period(kind, today, YEARS) == Span(start, end)


def test_a_volume_period_reaches_to_the_end_of_the_calendar() -> None:
    found = volume_period(VolumePeriod.YEAR, date.max, Span(date(2020, 1, 1), date.max))
    assert found == Span(date(9999, 1, 1), date.max)


def test_an_agreement_in_effect_on_no_day_has_no_volume_period() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        volume_period(VolumePeriod.YEAR, date(2025, 1, 1), Span(date(2025, 1, 1), date(2025, 1, 1)))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(list(VolumePeriod)))
def test_today_lies_in_its_volume_period_and_the_day_after_it_in_the_next(today: date, kind: VolumePeriod) -> None:
    always = Span(date(1990, 1, 1), date(2200, 1, 1))
    found = volume_period(kind, today, always)
    assert found.start <= today < found.end
    assert volume_period(kind, found.end, always).start == found.end


def test_the_trailing_year_is_this_month_and_the_eleven_before() -> None:
    assert trailing_year(date(2026, 2, 28)) == Span(date(2025, 3, 1), date(2026, 3, 1))
    assert trailing_year(date(2025, 12, 31)) == Span(date(2025, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("status", "rank", "from_rank", "granted"),
    [
        (EnrollmentStatus.ACTIVE, None, 0, True),
        (EnrollmentStatus.ACTIVE, None, 1, False),
        (EnrollmentStatus.ACTIVE, 2, 2, True),
        (EnrollmentStatus.ACTIVE, 3, 2, True),
        (EnrollmentStatus.ACTIVE, 1, 2, False),
        (EnrollmentStatus.APPROVED, 3, 1, False),
        (EnrollmentStatus.SUSPENDED, 3, 0, False),
        (EnrollmentStatus.ENDED, 3, 1, False),
    ],
)
def test_a_benefit_is_granted_from_its_tier_on_while_the_enrolment_is_active(
    status: EnrollmentStatus, rank: int | None, from_rank: int, granted: bool
) -> None:
    assert benefit_granted(status, rank, from_rank) is granted
