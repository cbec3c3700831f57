"""Reporting periods: which there are, when their reports are due, and how they stand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.periods import (
    Deadline,
    Receipt,
    ReportingTerms,
    calendar_period,
    deadline,
    deadline_of_report,
    last_closed,
    next_to_close,
    period_of,
    periods,
    record,
    reminder_on,
    standing,
    today_in,
)
from app.programme.spans import Span
from app.programme.terms import Cadence, PeriodState

YEAR = Span(date(2026, 1, 1), date(2027, 1, 1))
MONTHLY = ReportingTerms(Cadence.MONTHLY, YEAR, due_days=10, grace_days=5, time_zone="Europe/Berlin")
JANUARY = Span(date(2026, 1, 1), date(2026, 2, 1))
EASTER = frozenset({date(2026, 4, 3), date(2026, 4, 6)})


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def received(on: date, span: Span = JANUARY, reports: int = 1) -> Receipt:
    return Receipt(span, at(on), reports)


@pytest.mark.parametrize(
    ("cadence", "day", "start", "end"),
    [
        (Cadence.WEEKLY, date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 5)),
        (Cadence.WEEKLY, date(2026, 1, 5), date(2026, 1, 5), date(2026, 1, 12)),
        (Cadence.WEEKLY, date(2026, 1, 11), date(2026, 1, 5), date(2026, 1, 12)),
        (Cadence.MONTHLY, date(2028, 2, 29), date(2028, 2, 1), date(2028, 3, 1)),
        (Cadence.MONTHLY, date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
        (Cadence.QUARTERLY, date(2026, 6, 30), date(2026, 4, 1), date(2026, 7, 1)),
        (Cadence.QUARTERLY, date(2026, 11, 1), date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_a_week_begins_on_monday_a_quarter_in_january_april_july_or_october(
    cadence: Cadence, day: date, start: date, end: date
) -> None:
    assert calendar_period(cadence, day) == Span(start, end)


def test_the_first_and_the_last_period_are_cut_to_the_agreement() -> None:
    terms = replace(MONTHLY, effective=Span(date(2026, 1, 20), date(2026, 3, 10)))
    assert list(periods(terms)) == [
        Span(date(2026, 1, 20), date(2026, 2, 1)),
        Span(date(2026, 2, 1), date(2026, 3, 1)),
        Span(date(2026, 3, 1), date(2026, 3, 10)),
    ]
    assert period_of(terms, date(2020, 1, 1)).start == date(2026, 1, 20), "before the agreement, its first period"
    assert period_of(terms, date(2040, 1, 1)).end == date(2026, 3, 10), "after it, its last one"


def test_only_periods_with_a_day_in_a_span_are_given_where_one_is() -> None:
    found = list(periods(MONTHLY, Span(date(2026, 2, 28), date(2026, 4, 1))))
    assert [each.start for each in found] == [date(2026, 2, 1), date(2026, 3, 1)]
    assert list(periods(MONTHLY, Span(date(2030, 1, 1), date(2031, 1, 1)))) == []


def test_an_agreement_that_is_in_effect_on_no_day_has_no_periods() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        list(periods(replace(MONTHLY, effective=Span(date(2026, 1, 1), date(2026, 1, 1)))))


@pytest.mark.parametrize(
    ("month", "business_days", "due_on", "grace_until"),
    [
        (1, False, date(2026, 2, 11), date(2026, 2, 16)),
        (1, True, date(2026, 2, 11), date(2026, 2, 16)),
        (2, True, date(2026, 3, 11), date(2026, 3, 16)),
        # 11 April 2026 is a Saturday; counted from Monday, grace ends on Saturday the 18th, and so on Monday the 20th.
        (3, False, date(2026, 4, 11), date(2026, 4, 16)),
        (3, True, date(2026, 4, 13), date(2026, 4, 20)),
    ],
)
def test_due_days_move_to_a_business_day_only_where_the_agreement_says_so(
    month: int, business_days: bool, due_on: date, grace_until: date
) -> None:
    terms = replace(MONTHLY, business_days=business_days)
    assert deadline(terms, period_of(terms, date(2026, month, 1))) == Deadline(due_on, grace_until)


def test_a_due_day_on_good_friday_moves_past_easter_monday() -> None:
    terms = replace(MONTHLY, due_days=2, grace_days=0, business_days=True, holidays=EASTER)
    assert deadline(terms, period_of(terms, date(2026, 3, 1))).due_on == date(2026, 4, 7)
    calendar_days = replace(terms, business_days=False)
    assert deadline(calendar_days, period_of(terms, date(2026, 3, 1))).due_on == date(2026, 4, 3)


# January is due on 11 February and in time to the 16th.
@pytest.mark.parametrize(
    ("today", "came", "state", "days_late"),
    [
        (date(2026, 1, 31), None, PeriodState.UPCOMING, 0),
        (date(2026, 1, 31), date(2026, 1, 20), PeriodState.UPCOMING, 0),
        (date(2026, 2, 1), None, PeriodState.DUE, 0),
        (date(2026, 2, 11), None, PeriodState.DUE, 0),
        (date(2026, 2, 16), None, PeriodState.DUE, 0),
        (date(2026, 2, 17), None, PeriodState.MISSING, 1),
        (date(2026, 3, 1), None, PeriodState.MISSING, 13),
        (date(2026, 3, 1), date(2026, 2, 2), PeriodState.SUBMITTED, 0),
        (date(2026, 3, 1), date(2026, 2, 16), PeriodState.SUBMITTED, 0),
        (date(2026, 3, 1), date(2026, 2, 17), PeriodState.LATE, 1),
        (date(2026, 3, 1), date(2026, 2, 28), PeriodState.LATE, 12),
    ],
)
def test_a_period_stands_as_the_day_and_its_first_report_say(
    today: date, came: date | None, state: PeriodState, days_late: int
) -> None:
    found = standing(MONTHLY, JANUARY, [received(came)] if came else [], at(today))
    assert (found.state, found.days_late) == (state, days_late)
    assert found.late == (days_late > 0)
    assert found.received_at == (at(came) if came else None)


def test_a_day_begins_in_the_time_zone_of_the_agreement() -> None:
    last_moment = datetime(2026, 2, 16, 22, 59, tzinfo=UTC)
    assert standing(MONTHLY, JANUARY, [], last_moment).state is PeriodState.DUE
    assert standing(MONTHLY, JANUARY, [], last_moment + timedelta(minutes=1)).state is PeriodState.MISSING
    in_auckland = replace(MONTHLY, time_zone="Pacific/Auckland")
    assert standing(in_auckland, JANUARY, [], last_moment).state is PeriodState.MISSING
    in_time = standing(MONTHLY, JANUARY, [Receipt(JANUARY, last_moment)], at(date(2026, 3, 1)))
    assert in_time.state is PeriodState.SUBMITTED
    assert today_in("Pacific/Auckland", last_moment) == date(2026, 2, 17)


def test_what_a_later_report_of_the_same_days_says_makes_nothing_late() -> None:
    found = standing(MONTHLY, JANUARY, [received(date(2026, 3, 9)), received(date(2026, 2, 3))], at(date(2026, 4, 1)))
    assert (found.state, found.reports) == (PeriodState.SUBMITTED, 2)


def test_a_report_of_a_quarter_is_one_of_each_of_its_months() -> None:
    quarter = Receipt(Span(date(2026, 1, 1), date(2026, 4, 1)), at(date(2026, 4, 2)))
    states = [standing(MONTHLY, each, [quarter], at(date(2026, 5, 1))).state for each in periods(MONTHLY, quarter.span)]
    assert states == [PeriodState.LATE, PeriodState.LATE, PeriodState.SUBMITTED]
    assert deadline_of_report(MONTHLY, quarter.span) == Deadline(date(2026, 4, 11), date(2026, 4, 16))


def test_a_report_of_a_week_is_due_with_the_month_of_its_last_day() -> None:
    assert deadline_of_report(MONTHLY, Span(date(2026, 1, 26), date(2026, 2, 2))).due_on == date(2026, 3, 11)
    assert deadline_of_report(MONTHLY, Span(date(2026, 1, 5), date(2026, 1, 12))).due_on == date(2026, 2, 11)


def test_completeness_counts_each_reported_day_once() -> None:
    weeks = [
        received(date(2026, 2, 2), Span(date(2025, 12, 29), date(2026, 1, 5))),
        received(date(2026, 2, 2), Span(date(2026, 1, 3), date(2026, 1, 6))),
        received(date(2026, 2, 2), Span(date(2026, 1, 30), date(2026, 2, 8))),
        received(date(2026, 2, 2), Span(date(2026, 3, 1), date(2026, 4, 1))),
    ]
    found = standing(MONTHLY, JANUARY, weeks, at(date(2026, 2, 3)))
    assert (found.completeness, found.reports) == (Fraction(7, 31), 3)
    assert standing(MONTHLY, JANUARY, [received(date(2026, 2, 2))], at(date(2026, 2, 3))).completeness == 1


def test_a_closed_period_is_closed_whatever_came() -> None:
    closed = date(2026, 2, 1)
    never = standing(MONTHLY, JANUARY, [], at(date(2026, 6, 1)), closed)
    assert (never.state, never.late, never.days_late) == (PeriodState.CLOSED, True, None)
    late = standing(MONTHLY, JANUARY, [received(date(2026, 2, 20))], at(date(2026, 6, 1)), closed)
    assert (late.state, late.late, late.days_late) == (PeriodState.CLOSED, True, 4)
    february = Span(date(2026, 2, 1), date(2026, 3, 1))
    assert standing(MONTHLY, february, [], at(date(2026, 6, 1)), closed).state is PeriodState.MISSING


def test_periods_close_in_order_and_the_last_closed_one_opens_first() -> None:
    assert next_to_close(MONTHLY, None) == JANUARY and last_closed(MONTHLY, None) is None
    assert next_to_close(MONTHLY, date(2026, 2, 1)) == Span(date(2026, 2, 1), date(2026, 3, 1))
    assert last_closed(MONTHLY, date(2026, 2, 1)) == JANUARY
    assert next_to_close(MONTHLY, YEAR.end) is None
    assert last_closed(MONTHLY, YEAR.end) == Span(date(2026, 12, 1), YEAR.end)


def test_the_record_of_a_distributor_counts_what_was_due() -> None:
    receipts = [
        received(date(2026, 2, 3)),
        received(date(2026, 3, 20), Span(date(2026, 2, 1), date(2026, 2, 15))),
        received(date(2026, 4, 23), Span(date(2026, 3, 1), date(2026, 4, 1))),
    ]
    now = at(date(2026, 6, 2))
    found = record([standing(MONTHLY, each, receipts, now, date(2026, 3, 1)) for each in periods(MONTHLY)])
    # January in time; February 4 and March 7 days late; April (to 16 May) missing; May is still due, June not over.
    assert (found.due, found.in_time, found.late, found.missing) == (4, 1, 2, 1)
    assert found.mean_days_late == Fraction(11, 2)
    assert found.complete == Fraction(2, 4), "half of February is not reported, nor any of April"
    empty = record([])
    assert (empty.due, empty.mean_days_late, empty.complete) == (0, None, None)


def test_a_period_that_was_closed_before_its_report_was_due_owes_none() -> None:
    closed_early = standing(MONTHLY, JANUARY, [], at(date(2026, 2, 2)), date(2026, 2, 1))
    assert record([closed_early]).due == 0
    assert record([replace(closed_early, late=True)]).missing == 1


@pytest.mark.parametrize(
    ("days_before", "first"), [(0, date(2026, 2, 11)), (3, date(2026, 2, 8)), (30, date(2026, 2, 1))]
)
def test_a_reminder_comes_so_many_days_before_and_never_while_the_period_runs(days_before: int, first: date) -> None:
    assert reminder_on(deadline(MONTHLY, JANUARY), JANUARY, days_before) == first


DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))


@st.composite
def terms(draw: st.DrawFn) -> ReportingTerms:
    start = draw(DAYS)
    effective = Span(start, start + timedelta(days=draw(st.integers(1, 800))))
    holidays = draw(st.frozensets(st.dates(effective.start, effective.end), max_size=5))
    return ReportingTerms(
        draw(st.sampled_from(Cadence)),
        effective,
        draw(st.integers(0, 60)),
        draw(st.integers(0, 60)),
        "UTC",
        draw(st.booleans()),
        holidays,
    )


@given(terms())
def test_periods_touch_and_cover_the_days_of_the_agreement(agreed: ReportingTerms) -> None:
    found = list(periods(agreed))
    assert found[0].start == agreed.effective.start and found[-1].end == agreed.effective.end
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(each.start < each.end for each in found)


@given(terms(), st.data())
def test_every_day_lies_in_exactly_one_period(agreed: ReportingTerms, data: st.DataObject) -> None:
    day = data.draw(st.dates(agreed.effective.start, agreed.effective.end - timedelta(days=1)))
    holding = [each for each in periods(agreed) if each.start <= day < each.end]
    assert holding == [period_of(agreed, day)]
    assert list(periods(agreed, Span(day, day + timedelta(days=1)))) == holding


@given(terms())
def test_deadlines_never_come_before_one_of_an_earlier_period(agreed: ReportingTerms) -> None:
    found = [deadline(agreed, each) for each in periods(agreed)]
    assert all(each.due_on <= each.grace_until for each in found)
    assert [each.due_on for each in found] == sorted(each.due_on for each in found)
    if agreed.business_days:
        days = [day for each in found for day in (each.due_on, each.grace_until)]
        assert all(day.weekday() < 5 and day not in agreed.holidays for day in days)


ORDER = [PeriodState.UPCOMING, PeriodState.DUE, PeriodState.MISSING]


@given(terms(), st.lists(st.integers(-30, 900), min_size=2, max_size=6))
def test_with_nothing_received_a_period_only_grows_older(agreed: ReportingTerms, offsets: Sequence[int]) -> None:
    (first, *_) = periods(agreed)
    moments = [at(agreed.effective.start + timedelta(days=each)) for each in sorted(offsets)]
    found = [ORDER.index(standing(agreed, first, [], each).state) for each in moments]
    assert found == sorted(found)


@given(terms(), st.data())
def test_covered_days_do_not_depend_on_how_they_are_cut_or_in_which_order_they_came(
    agreed: ReportingTerms, data: st.DataObject
) -> None:
    first = period_of(agreed, agreed.effective.start)
    edges = data.draw(st.lists(st.dates(first.start, first.end), max_size=8))
    spans = [Span(a, b) for a, b in pairwise(edges) if a < b]
    receipts = [received(first.end, each) for each in spans]
    now = at(first.end + timedelta(days=1))
    days = {day for each in spans for day in range(each.start.toordinal(), each.end.toordinal())}
    for order in (receipts, receipts[::-1], [*receipts, *receipts]):
        assert standing(agreed, first, order, now).completeness == Fraction(len(days), (first.end - first.start).days)
