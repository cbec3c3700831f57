"""What lies at a distributor beyond what it needs, and what piles up, by the numbers of an annex."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.accumulation import Month, accumulates, months_to
from app.programme.excess import erosion, excess, most_needed, value
from app.programme.spans import Span
from app.programme.stock_standards import CountedStock, Standard
from app.programme.terms import StandardBasis

ON = date(2026, 3, 31)
UNITS, VALUE = StandardBasis.UNITS, StandardBasis.VALUE


def stock(on_hand: int, sold: int = 130_000, price: int | None = 2_000_000) -> CountedStock:
    """13 weeks sold so many: ten a week unless said otherwise, at 2 each."""
    return CountedStock(ON, on_hand, sold, 91, price)


@pytest.mark.parametrize(
    ("counted", "standard", "most", "beyond"),
    [
        (stock(100_000), Standard(200, 800), 80_000, 20_000),
        (stock(80_000), Standard(200, 800), 80_000, 0),
        (stock(10_000), Standard(200, 800), 80_000, 0),
        (stock(200_000), None, 130_000, 70_000),
        (stock(200_000, sold=0), None, 0, 200_000),
        (stock(200_000, sold=-7), Standard(200, 800), 0, 200_000),
        (stock(-5, sold=0), None, 0, 0),
        (stock(60_000), Standard(0, 50_000, UNITS), 50_000, 10_000),
        (stock(60_000), Standard(0, 100_000_000, VALUE), 50_000, 10_000),
        (stock(60_000, price=None), Standard(0, 1, VALUE), None, 0),
        (stock(60_000, price=0), Standard(0, 1, VALUE), None, 0),
        (stock(60_000, sold=1), Standard(0, 650), 1, 59_999),
    ],
)
def test_excess_is_what_lies_beyond_the_maximum_or_thirteen_weeks_of_demand(
    counted: CountedStock, standard: Standard | None, most: int | None, beyond: int
) -> None:
    assert (most_needed(counted, standard), excess(counted, standard)) == (most, beyond)


@pytest.mark.parametrize(
    ("units", "price", "announced", "at_risk"),
    [
        (20_000, 2_000_000, 1_500_000, 10_000_000),
        (20_000, 2_000_000, 2_000_000, 0),
        (20_000, 2_000_000, 2_500_000, 0),
        (20_000, 2_000_000, None, 0),
        (20_000, None, 1_500_000, 0),
        (1, 1_001, 1_000, 0),
        (500, 1_001, 1_000, 1),
    ],
)
def test_at_risk_is_what_the_excess_loses_by_the_price_announced(
    units: int, price: int | None, announced: int | None, at_risk: int
) -> None:
    assert erosion(units, price, announced) == at_risk


COUNTED = st.builds(
    CountedStock,
    st.just(ON),
    st.integers(-(10**6), 10**12),
    st.integers(-(10**6), 10**12),
    st.integers(1, 91),
    st.none() | st.integers(0, 10**12),
)
STANDARD = st.none() | st.builds(
    lambda least, more, basis: Standard(least, least + more, basis),
    st.integers(0, 10**6),
    st.integers(0, 10**12),
    st.sampled_from(StandardBasis),
)


@given(COUNTED, STANDARD, st.none() | st.integers(0, 10**12))
def test_excess_is_never_more_than_what_lies_there_nor_the_risk_more_than_it_is_worth(
    counted: CountedStock, standard: Standard | None, announced: int | None
) -> None:
    beyond = excess(counted, standard)
    assert 0 <= beyond <= max(0, counted.on_hand)
    assert 0 <= erosion(beyond, counted.price, announced) <= value(beyond, counted.price)


@pytest.mark.parametrize(
    ("months", "found"),
    [
        ([(100, 80), (100, 80), (100, 80)], True),
        ([(0, 0), (50, 10), (60, 20)], True),
        ([(100, 80), (100, 80), (80, 80)], False),
        ([(50, 80), (50, 80), (300, 80)], False),
        ([(115, 100), (115, 100), (115, 100)], False),
        ([(115, 100), (115, 100), (116, 100)], True),
        ([(10, 0), (0, 0), (10, 0)], True),
        ([(0, 0), (0, 0), (10, 0)], False),
        ([(5, 0), (0, -9), (0, -9)], True),
        ([], False),
    ],
)
def test_stock_piles_up_where_more_comes_in_than_goes_out_month_after_month(
    months: list[tuple[int, int]], found: bool
) -> None:
    assert accumulates([Month(*each) for each in months]) is found


@given(st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), min_size=3, max_size=3), st.integers(0, 500))
def test_who_sells_more_piles_up_no_sooner(months: list[tuple[int, int]], more: int) -> None:
    before = accumulates([Month(*each) for each in months])
    after = accumulates([Month(came, went + more) for came, went in months])
    assert before or not after


def test_the_months_end_with_the_day_and_leave_no_day_out() -> None:
    spans = months_to(ON)
    assert spans[-1] == Span(date(2026, 3, 2), date(2026, 4, 1))
    assert [(each.end - each.start).days for each in spans] == [30] * 3
    assert all(one.end == other.start for one, other in pairwise(spans))
    assert spans[-1].end - timedelta(days=1) == ON
