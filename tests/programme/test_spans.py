"""Spans of days: whole months, broken ends, and the span before, as a calendar shows them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.spans import (
    Span,
    broken_edges,
    month_after,
    month_of,
    months_between,
    months_earlier,
    months_long,
    months_to_clear,
    same_days_earlier,
    span_before,
    whole_months,
)

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
spans = st.builds(lambda start, length: Span(start, start + timedelta(days=length)), days, st.integers(1, 900))


def span(start: str, end: str) -> Span:
    return Span(date.fromisoformat(start), date.fromisoformat(end))


def days_of(given: Span) -> set[date]:
    return {given.start + timedelta(days=n) for n in range((given.end - given.start).days)}


@pytest.mark.parametrize(
    ("asked", "before"),
    [
        (span("2026-01-01", "2026-04-01"), span("2025-10-01", "2026-01-01")),
        (span("2026-03-01", "2026-04-01"), span("2026-02-01", "2026-03-01")),
        (span("2026-01-15", "2026-04-15"), span("2025-10-15", "2026-01-15")),
        (span("2026-01-01", "2027-01-01"), span("2025-01-01", "2026-01-01")),
        (span("2026-03-01", "2026-03-11"), span("2026-02-19", "2026-03-01")),
        (span("2026-01-01", "2026-03-20"), span("2025-10-15", "2026-01-01")),
    ],
)
def test_the_span_before_is_as_many_months_or_days_long_and_ends_where_the_span_begins(
    asked: Span, before: Span
) -> None:
    assert span_before(asked) == before


@given(spans)
def test_the_span_before_never_overlaps_and_leaves_no_gap(asked: Span) -> None:
    before = span_before(asked)
    assert before.start < before.end == asked.start
    if months_long(asked) is None:
        assert before.end - before.start == asked.end - asked.start


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        ("2026-05-31", 3, "2026-03-01"),
        ("2026-05-31", 2, "2026-03-31"),
        ("2024-03-29", 1, "2024-02-29"),
        ("2026-01-01", 1, "2025-12-01"),
        ("2026-12-15", 24, "2024-12-15"),
        ("0001-03-01", 3, "0001-01-01"),
    ],
)
def test_the_same_day_of_an_earlier_month_or_the_first_after_a_month_too_short_for_it(
    day: str, months: int, earlier: str
) -> None:
    assert months_earlier(date.fromisoformat(day), months) == date.fromisoformat(earlier)


@pytest.mark.parametrize(
    ("asked", "months", "before"),
    [
        (span("2026-01-01", "2026-04-01"), 3, span("2025-10-01", "2026-01-01")),
        (span("2026-01-01", "2026-03-20"), 3, span("2025-10-01", "2025-12-20")),
        (span("2026-01-15", "2026-02-15"), 1, span("2025-12-15", "2026-01-15")),
        (span("2026-01-10", "2026-01-20"), 1, span("2025-12-10", "2025-12-20")),
        (span("2026-02-10", "2026-03-31"), 2, span("2025-12-10", "2026-01-31")),
    ],
)
def test_months_are_compared_with_the_same_days_of_the_nearest_months_that_lie_before(
    asked: Span, months: int, before: Span
) -> None:
    assert months_to_clear(asked) == months
    assert same_days_earlier(asked, months) == before


@given(spans)
def test_a_span_moved_back_lies_before_it_and_its_months_fall_on_the_months_of_the_span(asked: Span) -> None:
    months = months_to_clear(asked)
    before = same_days_earlier(asked, months)
    assert before.start <= before.end <= asked.start
    assert months == 1 or months_earlier(asked.end, months - 1) > asked.start
    inside = {month_of(day) for day in days_of(asked)}
    assert all(any(months_between(month_of(day), month) == months for month in inside) for day in days_of(before))


@given(spans)
def test_whole_months_and_broken_ends_make_up_the_span_without_overlap(asked: Span) -> None:
    inner = whole_months(asked)
    parts = [*([inner] if inner is not None else []), *broken_edges(asked)]
    assert set[date]().union(*map(days_of, parts)) == days_of(asked)
    assert sum((part.end - part.start).days for part in parts) == (asked.end - asked.start).days
    if inner is not None:
        assert inner.start.day == inner.end.day == 1
        assert all((edge.end - edge.start).days < 31 for edge in broken_edges(asked))


def test_the_calendar_s_last_month_has_an_end_too() -> None:
    assert month_after(date(9999, 12, 31)) == date.max
    assert broken_edges(Span(date(9999, 12, 3), date(9999, 12, 31))) == (Span(date(9999, 12, 3), date(9999, 12, 31)),)
