"""Settlement to date, adjustments and the month-end, as tables. Minor units."""

from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.figures import Figures
from app.programme.money_terms import StepKind
from app.programme.rebates import earned
from app.programme.settlement import MonthEnd, adjustment, month_end, rolled_up, settlement_to_date
from tests.programme.rulebook import MARGINAL, sales

large = st.integers(-(10**18), 10**18)
CAPPED = replace(MARGINAL, cap=500_000)


@pytest.mark.parametrize(
    ("due", "settled", "now"), [(1_000, 0, 1_000), (1_000, 600, 400), (1_000, 1_000, 0), (900, 1_000, -100), (0, 0, 0)]
)
def test_what_is_due_to_date_less_what_was_settled_is_settled_now(due: int, settled: int, now: int) -> None:
    assert settlement_to_date(due, settled) == now


@given(st.lists(large, min_size=1, max_size=12))
def test_settled_at_every_date_it_comes_to_what_is_due_in_the_end(dues: list[int]) -> None:
    settled = 0
    for due in dues:
        settled += settlement_to_date(due, settled)
    assert settled == dues[-1]


def test_a_correction_posts_the_difference_and_says_which_steps_have_it() -> None:
    old, new = earned(CAPPED, sales(200_000)), earned(CAPPED, sales(300_000))
    difference = adjustment(old, new)
    assert difference.amount == 500_000 - 300_000
    assert dict(difference.by_step) == {StepKind.RATE: 250_000, StepKind.CAP: -50_000}


def test_a_first_calculation_is_posted_whole_and_an_equal_one_not_at_all() -> None:
    first = earned(CAPPED, sales(200_000))
    assert adjustment(None, first).amount == first.payment == 300_000
    assert adjustment(first, earned(CAPPED, sales(200_000))).by_step == ()
    assert adjustment(first, first).amount == 0


def test_calculations_in_two_currencies_are_not_compared() -> None:
    with pytest.raises(ValueError, match="USD"):
        adjustment(earned(MARGINAL, sales(1)), earned(replace(MARGINAL, currency="USD"), Figures("USD", 1, 1)))


@pytest.mark.parametrize(
    ("opening", "accrued", "applied", "adjusted", "closing"),
    [(0, 1_000, 0, 0, 1_000), (1_000, 500, 1_200, 0, 300), (300, 0, 0, -50, 250), (0, 100, 300, 20, -180)],
)
def test_a_month_closes_at_what_it_opened_with_and_what_changed(
    opening: int, accrued: int, applied: int, adjusted: int, closing: int
) -> None:
    assert month_end(opening, accrued, applied, adjusted).closing == closing


@given(large, st.lists(st.tuples(large, large, large), min_size=1, max_size=12))
def test_months_roll_up_into_one_span(opening: int, changes: list[tuple[int, int, int]]) -> None:
    openings = accumulate(changes, lambda before, each: before + each[0] - each[1] + each[2], initial=opening)
    months = [month_end(first, *each) for first, each in zip(openings, changes, strict=False)]
    span = rolled_up(months)
    assert (span.opening, span.closing) == (opening, months[-1].closing)
    assert span.accrued == sum(each.accrued for each in months)


@pytest.mark.parametrize("months", [[], [MonthEnd(0, 1, 0, 0), MonthEnd(2, 0, 0, 0)]])
def test_months_that_do_not_follow_one_another_are_refused(months: list[MonthEnd]) -> None:
    with pytest.raises(ValueError, match="month"):
        rolled_up(months)
