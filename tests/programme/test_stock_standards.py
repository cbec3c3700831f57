"""How stock stands to what is agreed, as the annex of an agreement would put it in a table."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.inventory import TRAILING_DAYS
from app.programme.stock_standards import (
    CountedStock,
    InBand,
    Said,
    Standard,
    in_band,
    out_since,
    since,
    standard_of,
    standing,
    state,
)
from app.programme.terms import StandardBasis, SupplyState

ON = date(2026, 3, 31)
UNITS, VALUE, WEEKS = StandardBasis.UNITS, StandardBasis.VALUE, StandardBasis.WEEKS
TWO_TO_EIGHT = Standard(200, 800)
S = SupplyState


def stock(on_hand: int, sold: int = 130, price: int | None = None, days_ago: int = 0) -> CountedStock:
    """13 weeks sold so many: ten a week unless said otherwise."""
    return CountedStock(ON - timedelta(days=days_ago), on_hand, sold, 91, price)


@pytest.mark.parametrize(
    ("counted", "standard", "found"),
    [
        (stock(20), TWO_TO_EIGHT, S.WITHIN),
        (stock(80), TWO_TO_EIGHT, S.WITHIN),
        (stock(19), TWO_TO_EIGHT, S.BELOW_MIN),
        (stock(81), TWO_TO_EIGHT, S.ABOVE_MAX),
        (stock(0), Standard(0, 0), S.WITHIN),
        (stock(50), None, S.NO_STANDARD),
        (stock(50, sold=0), None, S.NO_DEMAND),
        (stock(50, sold=0), TWO_TO_EIGHT, S.NO_DEMAND),
        (stock(50, sold=-5), TWO_TO_EIGHT, S.NO_DEMAND),
        (stock(0, sold=0), TWO_TO_EIGHT, S.EMPTY),
        (stock(0, sold=0), None, S.EMPTY),
        (stock(50, sold=0), Standard(10, 50, UNITS), S.WITHIN),
        (stock(9, sold=0), Standard(10, 50, UNITS), S.BELOW_MIN),
        (stock(0, sold=0), Standard(10, 50, UNITS), S.BELOW_MIN),
        (stock(51), Standard(10, 50, UNITS), S.ABOVE_MAX),
        (stock(1_000, price=2_000_000), Standard(2_000_000, 2_000_000, VALUE), S.WITHIN),
        (stock(1_001, price=2_000_000), Standard(0, 2_000_000, VALUE), S.ABOVE_MAX),
        (stock(1_001), Standard(0, 2_000_000, VALUE), S.NO_STANDARD),
        (stock(20, days_ago=90), TWO_TO_EIGHT, S.WITHIN),
        (stock(20, days_ago=91), TWO_TO_EIGHT, S.STALE),
        (stock(20, days_ago=91), None, S.STALE),
        (stock(0, days_ago=91), TWO_TO_EIGHT, S.EMPTY),
    ],
)
def test_both_ends_of_a_standard_are_within(
    counted: CountedStock, standard: Standard | None, found: SupplyState
) -> None:
    assert state(counted, standard, ON) is found


def test_what_is_said_of_a_product_goes_before_its_family_and_that_before_all() -> None:
    of_all, of_drives, of_one = Standard(1, 2), Standard(3, 4, UNITS), Standard(5, 6, VALUE)
    said = [Said(of_one, product="d1"), Said(of_all), Said(of_drives, family="Drives"), Said(None, product="d2")]
    assert standard_of(said, "d1", "Drives") == of_one
    assert standard_of(said, "d2", "Drives") is None, "nothing is asked of it, whatever its family"
    assert standard_of(said, "d3", "Drives") == of_drives
    assert standard_of(said, "s1", "Switches") == of_all
    assert standard_of(said[:1], "s1", "Switches") is None


@pytest.mark.parametrize(
    ("states", "day"),
    [
        ([], None),
        ([S.WITHIN], 0),
        ([S.ABOVE_MAX, S.WITHIN, S.WITHIN], 1),
        ([S.WITHIN, S.ABOVE_MAX, S.WITHIN], 2),
        ([S.WITHIN, S.WITHIN], 0),
    ],
)
def test_stock_stands_so_since_the_first_count_of_the_last_unbroken_run(states: list[S], day: int | None) -> None:
    days = [ON + timedelta(days=7 * number) for number in range(len(states))]
    assert since(list(zip(days, states, strict=True))) == (None if day is None else days[day])


@pytest.mark.parametrize(
    ("on_hand", "day"),
    [([], None), ([5], None), ([0], 0), ([5, 0, 0], 1), ([0, 5, 0], 2), ([0, 0, 1], None), ([0, 0], 0)],
)
def test_stock_is_out_since_the_first_count_that_found_none_and_none_after(on_hand: list[int], day: int | None) -> None:
    days = [ON + timedelta(days=7 * number) for number in range(len(on_hand))]
    assert out_since(list(zip(days, on_hand, strict=True))) == (None if day is None else days[day])


def test_the_share_within_a_standard_is_of_what_lies_there_or_is_sold() -> None:
    counted = [
        stock(20),
        stock(19),
        stock(81),
        stock(7, sold=0),
        stock(0, sold=0),
        stock(0, sold=1),
        stock(20, days_ago=91),
        stock(20, days_ago=90),
        stock(0, days_ago=91),
    ]
    found = in_band([(each, TWO_TO_EIGHT) for each in counted], ON)
    assert found == InBand(within=2, below=2, above=1, without_demand=1, stale=1, empty=2)
    assert (found.of, found.share) == (7, Fraction(2, 7))
    assert in_band([], ON).share is None
    assert in_band([(stock(20), None)], ON) == InBand(unasked=1)


COUNTED = st.builds(
    CountedStock,
    st.dates(date(2025, 6, 1), ON),
    st.integers(-5, 500),
    st.integers(-50, 500),
    st.integers(1, 91),
    st.none() | st.integers(0, 10**7),
)


@given(st.lists(COUNTED, max_size=20), st.integers(0, 2_000), st.integers(0, 2_000), st.sampled_from(StandardBasis))
def test_every_product_stands_somewhere_and_a_wider_standard_takes_no_fewer_in(
    counted: list[CountedStock], least: int, more: int, basis: StandardBasis
) -> None:
    narrow = Standard(least, least + more, basis)
    found = in_band([(each, narrow) for each in counted], ON)
    assert found.of + found.empty + found.unasked == len(counted)
    wide = Standard(max(0, least - 100), least + more + 100, basis)
    assert in_band([(each, wide) for each in counted], ON).within >= found.within


@given(COUNTED, st.none() | st.builds(lambda a, b: Standard(a, a + b), st.integers(0, 999), st.integers(0, 999)))
def test_a_state_is_that_of_the_count_unless_it_is_old_or_nothing_is_left(
    counted: CountedStock, standard: Standard | None
) -> None:
    found = state(counted, standard, ON)
    if (ON - counted.counted_on).days >= TRAILING_DAYS:
        assert found in {S.STALE, S.EMPTY}
    else:
        assert found in {standing(counted, standard), S.EMPTY}
