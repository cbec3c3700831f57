"""The rule of forecasts: what is tried, on which months, and which method is taken."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.network.forecasts.smoothing import outlook
from app.programme.forecasts import (
    Error,
    ForecastMethod,
    bounded,
    chosen,
    errors,
    methods_for,
    month_after,
    reason,
    seasonal_naive,
    since_the_first,
    tried_on,
)

NAIVE, SMOOTH, SEASONAL = ForecastMethod
MONTHS = st.lists(st.integers(0, 5_000).map(float), min_size=15, max_size=36)


@pytest.mark.parametrize(
    ("known", "tried", "methods"),
    [
        (0, 0, []),
        (14, 0, []),
        (15, 3, [NAIVE, SMOOTH]),
        (24, 12, [NAIVE, SMOOTH]),
        (29, 12, [NAIVE, SMOOTH]),
        (30, 6, [NAIVE, SMOOTH, SEASONAL]),
        (36, 12, [NAIVE, SMOOTH, SEASONAL]),
    ],
)
def test_so_many_months_are_tried_by_so_many_methods(known: int, tried: int, methods: list[ForecastMethod]) -> None:
    assert (tried_on(known), methods_for(known)) == (tried, methods)


def test_a_month_is_as_it_was_a_year_earlier() -> None:
    known = [float(each) for each in range(24)]
    assert seasonal_naive(known, 12) == known[12:]
    assert seasonal_naive(known[:15], 2) == [3.0, 4.0]


def test_errors_are_reckoned_by_hand() -> None:
    history = [10.0, 20.0] * 6 + [12.0, 20.0, 10.0]
    (found,) = errors(history, 2, {NAIVE: seasonal_naive})
    # From month 13: misses 2 and 0; from 14: 0 and 0; from 15: 0. The months before change by ten each time.
    assert (found.starts, found.forecasts, found.miss) == (3, 5, 0.4)
    assert found.scaled == pytest.approx(0.04)
    assert found.share == pytest.approx(2 / (12 + 20 + 20 + 10 + 10))


def test_nothing_is_known_of_the_months_that_it_is_tried_on() -> None:
    seen: list[list[float]] = []

    def spy(known: object, months: int) -> list[float]:
        assert isinstance(known, list)
        seen.append(known)
        return [0.0] * months

    history = [float(each) for each in range(20)]
    errors(history, 3, {SMOOTH: spy})
    assert seen == [history[:end] for end in range(12, 20)]


def test_a_method_that_fails_takes_no_part_and_of_equal_ones_the_simpler_is_taken() -> None:
    history = [5.0] * 15
    found = errors(history, 1, {NAIVE: seasonal_naive, SMOOTH: lambda known, months: None})
    assert [each.method for each in found] == [NAIVE]
    assert found[0].scaled is None, "nothing changed from month to month"
    same = [Error(NAIVE, 1, None, None, 3, 3), Error(SMOOTH, 1, None, None, 3, 3)]
    assert chosen(same) is same[0]
    assert chosen([]) is None


def test_too_short_a_history_is_told_and_nothing_is_invented() -> None:
    found = outlook([3.0] * 14, 3)
    assert (found.method, found.months, found.errors) == (None, [], [])
    assert reason(found.errors, 14, sold=True).startswith("14 months are known since the first sale; 15 are the least")
    assert reason([], 1, sold=True).startswith("1 month is known")
    assert "Nothing was sold" in reason([], 0, sold=False)


def test_a_season_is_found_where_there_is_one() -> None:
    seasons = [100, 90, 80, 120, 140, 160, 200, 180, 120, 110, 150, 260]
    history = [each + 3.0 * place for place, each in enumerate(seasons * 3)]
    found = outlook(history, 12)
    assert found.method is SEASONAL
    for place, month in enumerate(found.months):
        assert month.low is not None and month.high is not None and month.low <= month.value <= month.high
        assert month.value == pytest.approx(seasons[place] + 3 * (36 + place), rel=0.15)


def test_a_series_without_season_goes_by_its_level() -> None:
    chance = random.Random(3)
    history = [50.0 + chance.randint(0, 10) for _ in range(24)]
    found = outlook(history, 2)
    assert found.method is SMOOTH and all(45 < month.value < 65 for month in found.months)
    assert all(month.low is not None for month in found.months)


@settings(deadline=None, max_examples=25)
@given(MONTHS, st.integers(1, 12))
def test_every_history_has_an_answer_the_same_each_time_and_never_below_zero(history: list[float], months: int) -> None:
    found = outlook(history, months)
    assert found == outlook(history, months)
    assert len(found.months) == months and found.errors
    assert found.method is min(found.errors, key=lambda each: each.miss).method
    assert all(month.value >= 0 and (month.low is None or month.low >= 0) for month in found.months)


def test_months_are_counted_over_the_years_and_what_lies_before_the_first_sale_is_left_out() -> None:
    assert month_after(date(2026, 11, 23), 2) == date(2027, 1, 1)
    assert month_after(date(2026, 1, 31), -1) == date(2025, 12, 1)
    assert list(since_the_first([0, 0, 4, 0])) == [4, 0]
    assert bounded([1, 2], -3) == 0 and bounded([-1, 2], -3) == -3
