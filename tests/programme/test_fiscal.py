"""Fiscal calendars, beside those that retailers and manufacturers have published."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.fiscal import (
    WEEKS,
    FiscalCalendar,
    FiscalPattern,
    FiscalRule,
    FiscalYearEnd,
    FiscalYearName,
    Weekday,
    months_of_year,
    months_of_years,
    year_start,
)
from app.programme.spans import Span, month_after, months_to_clear

RETAIL = FiscalRule(FiscalPattern.WEEKS_4_5_4, 1, FiscalYearName.FIRST_MONTH)
"The National Retail Federation's: ends on the Saturday nearest to 31 January."
LAST_OF_SEPTEMBER = FiscalRule(
    FiscalPattern.WEEKS_5_4_4, 9, FiscalYearName.LAST_MONTH, Weekday.SATURDAY, FiscalYearEnd.LAST
)
"A manufacturer's whose years end on the last Saturday of September."


@pytest.mark.parametrize(
    ("year", "first", "weeks"),
    [
        (2006, date(2006, 1, 29), 53),
        (2012, date(2012, 1, 29), 53),
        (2017, date(2017, 1, 29), 53),
        (2018, date(2018, 2, 4), 52),
        (2019, date(2019, 2, 3), 52),
        (2020, date(2020, 2, 2), 52),
        (2021, date(2021, 1, 31), 52),
        (2022, date(2022, 1, 30), 52),
        (2023, date(2023, 1, 29), 53),
        (2024, date(2024, 2, 4), 52),
        (2025, date(2025, 2, 2), 52),
        (2026, date(2026, 2, 1), 52),
    ],
)
def test_the_retail_years_begin_and_have_53_weeks_as_published(year: int, first: date, weeks: int) -> None:
    assert year_start(RETAIL, year) == first
    assert (year_start(RETAIL, year + 1) - first).days == weeks * 7


def test_the_months_of_the_retail_year_2023_are_those_published_with_its_53rd_week_in_january() -> None:
    months = months_of_year(RETAIL, 2023)
    assert [month.start for month in months] == [
        date(2023, 1, 29),
        date(2023, 2, 26),
        date(2023, 4, 2),
        date(2023, 4, 30),
        date(2023, 5, 28),
        date(2023, 7, 2),
        date(2023, 7, 30),
        date(2023, 8, 27),
        date(2023, 10, 1),
        date(2023, 10, 29),
        date(2023, 11, 26),
        date(2023, 12, 31),
    ]
    assert months[-1].end == date(2024, 2, 4)
    assert [month.weeks for month in months] == [4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 5]
    assert [month.quarter for month in months] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]


@pytest.mark.parametrize(
    ("year", "last", "weeks"),
    [
        (2012, date(2012, 9, 29), 53),
        (2017, date(2017, 9, 30), 53),
        (2021, date(2021, 9, 25), 52),
        (2022, date(2022, 9, 24), 52),
        (2023, date(2023, 9, 30), 53),
        (2024, date(2024, 9, 28), 52),
    ],
)
def test_years_that_end_on_the_last_saturday_of_september_end_as_published(year: int, last: date, weeks: int) -> None:
    months = months_of_year(LAST_OF_SEPTEMBER, year)
    assert months[-1].end == last + timedelta(days=1)
    assert (months[-1].end - months[0].start).days == weeks * 7


def test_a_year_of_calendar_months_begins_after_its_closing_month() -> None:
    rule = FiscalRule(FiscalPattern.CALENDAR_MONTHS, 3, FiscalYearName.LAST_MONTH)
    months = months_of_year(rule, 2026)
    assert (months[0].start, months[-1].end) == (date(2025, 4, 1), date(2026, 4, 1))
    assert all(month.end == month_after(month.start) for month in months)
    by_first = FiscalRule(FiscalPattern.CALENDAR_MONTHS, 12, FiscalYearName.FIRST_MONTH)
    assert year_start(by_first, 2026) == date(2026, 1, 1)


rules = st.builds(
    FiscalRule,
    pattern=st.sampled_from(FiscalPattern),
    closing_month=st.integers(1, 12),
    year_name=st.sampled_from(FiscalYearName),
    weekday=st.sampled_from(Weekday),
    year_end=st.sampled_from(FiscalYearEnd),
)


@settings(deadline=None)
@given(rules, st.integers(1991, 2090))
def test_months_touch_one_another_and_leave_no_day_out(rule: FiscalRule, year: int) -> None:
    months = months_of_years(rule, year, year + 5)
    assert all(one.end == other.start for one, other in pairwise(months))
    assert len({(month.year, month.month) for month in months}) == len(months) == 72
    for each in range(year, year + 6):
        own = [month for month in months if month.year == each]
        closing = own[-1].end - timedelta(days=1)
        if rule.pattern is FiscalPattern.CALENDAR_MONTHS:
            assert closing.month == rule.closing_month
        else:
            assert closing.strftime("%A").upper() == rule.weekday
            assert (own[-1].end - own[0].start).days in {364, 371}
            assert [month.weeks for month in own][:-1] == list(WEEKS[rule.pattern] * 4)[:-1]


days = st.dates(date(2019, 1, 1), date(2031, 1, 1))
calendars = st.one_of(
    st.just(FiscalCalendar()), rules.map(lambda rule: FiscalCalendar(months_of_years(rule, 2021, 2028)))
)


@settings(deadline=None)
@given(calendars, days)
def test_every_day_lies_in_one_month_also_where_no_fiscal_month_covers_it(calendar: FiscalCalendar, day: date) -> None:
    month = calendar.at(day)
    assert month.start <= day < month.end
    assert calendar.at(month.start) == calendar.at(month.end - timedelta(days=1)) == month
    quarter, year = calendar.quarter(month), calendar.year(month)
    assert year.start <= quarter.start <= month.start < month.end <= quarter.end <= year.end
    assert calendar.quarter(calendar.at(quarter.start)) == quarter and calendar.year(calendar.at(year.start)) == year


@settings(deadline=None)
@given(calendars, days, days, st.integers(1, 30))
def test_the_days_of_a_span_moved_back_are_those_that_move_forward_into_it(
    calendar: FiscalCalendar, one: date, other: date, months: int
) -> None:
    start, end = min(one, other), min(max(one, other), min(one, other) + timedelta(days=80))
    span = Span(calendar.earlier(start, months), calendar.earlier(end, months))
    day = span.start - timedelta(days=20)
    while day < span.end + timedelta(days=20):
        assert (span.start <= day < span.end) is (start <= calendar.later(day, months) < end)
        day += timedelta(days=1)


@settings(deadline=None)
@given(calendars, days, days)
def test_whole_months_of_a_span_begin_and_end_with_months(calendar: FiscalCalendar, one: date, other: date) -> None:
    span = Span(min(one, other), max(one, other))
    inner = calendar.whole_months(span)
    if inner is None:
        assert (span.end - span.start).days < 90
    else:
        assert span.start <= inner.start < inner.end <= span.end
        assert calendar.at(inner.start).start == inner.start and calendar.at(inner.end).start == inner.end


@settings(deadline=None)
@given(days, st.integers(1, 400))
def test_without_fiscal_months_a_span_clears_itself_by_as_many_months_as_in_the_calendar(
    day: date, length: int
) -> None:
    span = Span(day.replace(day=1), day.replace(day=1) + timedelta(days=length))
    assert FiscalCalendar().months_to_clear(span) == max(1, months_to_clear(span))
