"""Targets laid out over months, where they stand on a day, and what one version says otherwise than another."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.fiscal import FiscalCalendar, FiscalPattern, FiscalRule, FiscalYearName, months_of_years
from app.programme.plans import (
    Change,
    Content,
    PlanLength,
    PlanMeasure,
    Planned,
    PlanPhasing,
    Target,
    attained,
    changes,
    expected,
    laid_out,
    months_within,
    over_months,
    span_of,
    standing,
    wrong_phases,
    year_before,
)
from app.programme.spans import Span
from app.programme.terms import Level

M = PlanMeasure
QUARTER = Span(date(2026, 1, 1), date(2026, 4, 1))
MONTHS = months_within(FiscalCalendar(), QUARTER)
RETAIL = FiscalCalendar(
    months_of_years(FiscalRule(FiscalPattern.WEEKS_4_5_4, 1, FiscalYearName.FIRST_MONTH), 2022, 2026)
)


def target(whole: int, *phases: int, measure: PlanMeasure = M.SELL_THROUGH_UNITS) -> Target:
    return Target(measure, None, whole, phases, PlanPhasing.GIVEN)


@pytest.mark.parametrize(
    ("whole", "last_year", "wanted", "how"),
    [
        (900, [1, 1, 1], [300, 300, 300], PlanPhasing.LAST_YEAR),
        (900, [6, 3, 0], [600, 300, 0], PlanPhasing.LAST_YEAR),
        (100, [1, 1, 1], [34, 33, 33], PlanPhasing.LAST_YEAR),
        (100, [], [34, 33, 33], PlanPhasing.EVEN),
        (100, [0, 0, 0], [34, 33, 33], PlanPhasing.EVEN),
        (100, [5, -1, 5], [34, 33, 33], PlanPhasing.EVEN),
    ],
)
def test_a_target_is_laid_out_by_the_year_before_or_evenly(
    whole: int, last_year: list[int], wanted: list[int], how: PlanPhasing
) -> None:
    assert laid_out(M.SELL_THROUGH_UNITS, whole, 3, last_year) == (wanted, how)


def test_a_number_of_active_resellers_is_asked_for_in_each_month() -> None:
    assert laid_out(M.ACTIVE_RESELLERS, 40, 3, [1, 2, 3]) == ([40, 40, 40], PlanPhasing.EVEN)


@given(
    whole=st.integers(1, 10**15),
    last_year=st.lists(st.integers(-10, 10**12), min_size=12, max_size=12),
    quarters=st.lists(st.integers(0, 10**12), min_size=4, max_size=4),
)
def test_what_is_laid_out_adds_up_to_the_whole(whole: int, last_year: list[int], quarters: list[int]) -> None:
    phases, _ = laid_out(M.SELL_IN_AMOUNT, whole, 12, last_year)
    assert sum(phases) == whole and len(phases) == 12
    months = over_months(M.SELL_IN_AMOUNT, quarters, 12)
    assert [sum(months[at : at + 3]) for at in (0, 3, 6, 9)] == quarters


def test_phases_that_do_not_add_up_say_what_they_add_up_to() -> None:
    assert wrong_phases(M.SELL_THROUGH_UNITS, 900_000, [300_000, 300_000, 300_000], 3) is None
    said = wrong_phases(M.SELL_THROUGH_UNITS, 900_000, [300_000, 300_500, 300_000], 3)
    assert said is not None and "900.5" in said and "900." in said
    assert "There are 2" in (wrong_phases(M.SELL_THROUGH_UNITS, 900_000, [450_000, 450_000], 3) or "")
    assert wrong_phases(M.ACTIVE_RESELLERS, 9, [3, 6, 9], 3) is None
    assert wrong_phases(M.ACTIVE_RESELLERS, 9, [9, 6, 3], 3) is not None


@pytest.mark.parametrize(
    ("until", "asked"),
    [
        (date(2025, 12, 1), 0),
        (date(2026, 1, 1), 0),
        (date(2026, 1, 2), 10),
        (date(2026, 2, 1), 310),
        (date(2026, 2, 15), 590),
        (date(2026, 3, 1), 870),
        (date(2026, 4, 1), 900),
        (date(2027, 4, 1), 900),
    ],
)
def test_expected_is_whole_months_and_the_days_of_the_month_that_runs(until: date, asked: int) -> None:
    assert expected(target(900, 310, 560, 30), MONTHS, until) == asked


def test_pace_missing_and_forecast() -> None:
    found = standing(target(900, 300, 300, 300), MONTHS, date(2026, 2, 1), 360)
    assert (found.actual, found.expected, found.missing) == (360, 300, 540)
    assert (found.attainment, found.pace, found.forecast) == (Fraction(2, 5), Fraction(6, 5), 1080)
    over = standing(target(900, 300, 300, 300), MONTHS, date(2026, 4, 1), 1000)
    assert (over.expected, over.missing, over.forecast, over.pace) == (900, 0, 1000, Fraction(10, 9))
    begun = standing(target(900, 300, 300, 300), MONTHS, date(2026, 1, 1), 0)
    assert (begun.expected, begun.pace, begun.forecast) == (0, None, None)


def test_returns_beyond_sales_are_below_nothing_and_count_as_nothing_of_the_plan() -> None:
    found = standing(target(900, 300, 300, 300), MONTHS, date(2026, 2, 1), -30)
    assert (found.pace, found.forecast, found.missing) == (Fraction(-1, 10), -90, 930)
    assert attained([found]) == 0


def test_active_resellers_are_compared_with_what_their_month_asks_for() -> None:
    active = target(30, 10, 20, 30, measure=M.ACTIVE_RESELLERS)
    found = standing(active, MONTHS, date(2026, 2, 10), 15)
    assert (found.expected, found.pace, found.forecast, found.missing) == (20, Fraction(3, 4), 15, 15)


def test_a_plan_is_kept_as_the_mean_of_its_targets_each_at_most_whole() -> None:
    good = standing(target(900, 300, 300, 300), MONTHS, date(2026, 2, 1), 3000)
    half = standing(target(900, 300, 300, 300), MONTHS, date(2026, 2, 1), 150)
    early = standing(target(900, 0, 0, 900), MONTHS, date(2026, 2, 1), 0)
    assert attained([good, half, early]) == Fraction(3, 4)
    assert attained([early]) is None


@given(st.integers(0, 90), st.integers(1, 10**12), st.integers(0, 10**12))
def test_expected_never_falls_and_ends_with_the_target(day: int, whole: int, season: int) -> None:
    phases, _ = laid_out(M.SELL_IN_UNITS, whole, 3, [season, 1, 2])
    laid = target(whole, *phases)
    until = QUARTER.start + timedelta(days=day)
    assert 0 <= expected(laid, MONTHS, until) <= expected(laid, MONTHS, until + timedelta(days=1)) <= whole
    assert expected(laid, MONTHS, QUARTER.end) == whole


def test_a_retail_year_of_53_weeks_is_laid_out_over_its_own_months() -> None:
    year = span_of(RETAIL, PlanLength.YEAR, date(2024, 1, 20))
    months = months_within(RETAIL, year)
    assert len(months) == 12 and months[0].start == year.start and months[-1].end == year.end
    assert all(one.end == two.start for one, two in pairwise(months))
    before = year_before(RETAIL, year)
    assert before.end == year.start
    quarter = span_of(RETAIL, PlanLength.QUARTER, date(2024, 1, 20))
    assert len(months_within(RETAIL, quarter)) == 3 and quarter.end == year.end


def test_the_year_before_of_a_quarter_is_the_same_quarter() -> None:
    assert year_before(FiscalCalendar(), QUARTER) == Span(date(2025, 1, 1), date(2025, 4, 1))


def test_what_changed_is_told_field_by_field() -> None:
    train = Planned("Train", Level.VENDOR, "Ada", date(2026, 2, 1))
    first = Content(tuple(MONTHS), (target(900_000, 300_000, 300_000, 300_000),), (train,), "Try.")
    again = replace(
        first,
        targets=(target(990_500, 330_000, 330_000, 330_500), target(5, 5, 5, 5, measure=M.ACTIVE_RESELLERS)),
        activities=(replace(train, due_on=date(2026, 3, 1)),),
        notes=None,
    )
    assert changes(None, first) == [] == changes(first, first)
    assert changes(first, again) == [
        Change("SELL_THROUGH_UNITS", "900", "990.5"),
        Change("SELL_THROUGH_UNITS: phases", "300, 300, 300", "330, 330, 330.5"),
        Change("Train (vendor): due", "2026-02-01", "2026-03-01"),
        Change("notes", "Try.", None),
        Change("ACTIVE_RESELLERS", None, "5"),
        Change("ACTIVE_RESELLERS: phases", None, "5, 5, 5"),
    ]
    assert Content.of(first.stored()) == first
