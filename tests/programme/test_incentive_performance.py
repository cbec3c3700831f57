"""Cost against incremental sales, adoption, and the days of the baseline."""

from datetime import date
from fractions import Fraction

import pytest

from app.programme.incentive_performance import (
    Baseline,
    adoption,
    baseline_span,
    cost_per_incremental,
    is_comparable,
)
from app.programme.spans import Span

QUARTER = Span(date(2026, 4, 1), date(2026, 7, 1))


def test_a_baseline_is_the_same_days_a_year_earlier_or_the_span_before() -> None:
    assert baseline_span(QUARTER, Baseline.SAME_SPAN_LAST_YEAR) == Span(date(2025, 4, 1), date(2025, 7, 1))
    assert baseline_span(QUARTER, Baseline.PREVIOUS_SPAN) == Span(date(2026, 1, 1), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("start", "end", "yes"),
    [
        (date(2025, 4, 1), date(2026, 7, 1), True),
        (date(2025, 4, 2), date(2026, 7, 1), False),
        (date(2025, 4, 1), date(2026, 6, 30), False),
    ],
)
def test_only_agreements_that_held_in_both_spans_are_compared(start: date, end: date, yes: bool) -> None:
    earlier = baseline_span(QUARTER, Baseline.SAME_SPAN_LAST_YEAR)
    assert is_comparable(Span(start, end), QUARTER, earlier) is yes


@pytest.mark.parametrize(("earners", "eligible", "share"), [(0, 0, None), (0, 3, 0), (1, 3, 333_333), (2, 3, 666_667)])
def test_adoption_is_earners_among_the_eligible(earners: int, eligible: int, share: int | None) -> None:
    assert adoption(earners, eligible) == share


@pytest.mark.parametrize(
    ("cost", "incremental", "per"),
    [(100, 400, 250_000), (100, 0, None), (100, -5, None), (0, 5, 0), (-10, 40, -250_000), (1, 3, 333_333)],
)
def test_cost_is_held_against_what_is_incremental(cost: int, incremental: int, per: int | None) -> None:
    assert cost_per_incremental(Fraction(cost), Fraction(incremental)) == per
