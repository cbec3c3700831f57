"""The roll-forward of stock, as the annex of an agreement would put it in a table."""

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.inventory import (
    BESIDE_INVOICES,
    ON_HAND,
    RollForward,
    demand_days,
    expected_on_hand,
    is_beyond,
    variance,
    weekly_demand,
    weeks_of_supply,
)
from app.programme.money import rounded
from app.programme.terms import StockMovementKind as Kind
from app.programme.terms import StockStatus

LARGE = st.integers(-(10**18), 10**18)
MOVEMENTS = st.lists(st.tuples(st.sampled_from(list(Kind)), LARGE), max_size=8)


@pytest.mark.parametrize(
    ("counted", "sell_in", "sell_through", "movements", "expected"),
    [
        (100, 0, 0, [], 100),
        (100, 50, 30, [], 120),
        (100, 50, -5, [], 155),
        (100, 0, 0, [(Kind.RETURN_TO_VENDOR, -10), (Kind.SCRAPPED, -2)], 88),
        (100, 0, 0, [(Kind.TRANSFER, -20), (Kind.TRANSFER, 5), (Kind.ADJUSTMENT, 1)], 86),
        (100, 50, 30, [(Kind.RECEIPT, 50), (Kind.DELIVERY, -30)], 120),
        (10, 0, 25, [], -15),
        (0, 0, 0, [], 0),
    ],
    ids=[
        "nothing happened",
        "bought and sold",
        "more came back than was sold",
        "sent back and scrapped",
        "moved and put right",
        "receipts and deliveries are the invoices once more",
        "more sold than there was",
        "nothing there",
    ],
)
def test_what_is_expected(
    counted: int, sell_in: int, sell_through: int, movements: list[tuple[Kind, int]], expected: int
) -> None:
    assert expected_on_hand(counted, sell_in, sell_through, movements) == expected


@pytest.mark.parametrize(
    ("reported", "expected", "tolerance", "beyond"),
    [
        (98, 100, Fraction(2, 100), False),
        (97, 100, Fraction(2, 100), True),
        (103, 100, Fraction(2, 100), True),
        (100, 100, Fraction(0), False),
        (1, 0, Fraction(1, 2), True),
        (0, 0, Fraction(0), False),
        (-2, -100, Fraction(98, 100), False),
    ],
)
def test_a_variance_is_beyond_its_tolerance_only_above_it(
    reported: int, expected: int, tolerance: Fraction, beyond: bool
) -> None:
    assert is_beyond(variance(reported, expected), expected, tolerance) is beyond


def test_a_negative_tolerance_is_none() -> None:
    with pytest.raises(ValueError, match="from 0 upwards"):
        is_beyond(1, 1, Fraction(-1, 100))


@given(LARGE, LARGE, LARGE, MOVEMENTS, st.randoms(use_true_random=False))
def test_the_order_of_movements_and_the_split_of_days_make_no_difference(
    counted: int, sell_in: int, sell_through: int, movements: list[tuple[Kind, int]], chance: random.Random
) -> None:
    whole = expected_on_hand(counted, sell_in, sell_through, movements)
    shuffled = list(movements)
    chance.shuffle(shuffled)
    half = len(shuffled) // 2
    midway = expected_on_hand(counted, sell_in, 0, shuffled[:half])
    assert expected_on_hand(midway, 0, sell_through, shuffled[half:]) == whole


@given(LARGE, st.sampled_from(sorted(BESIDE_INVOICES)), LARGE)
def test_what_goes_out_and_comes_back_cancels(counted: int, kind: Kind, quantity: int) -> None:
    assert expected_on_hand(counted, 0, 0, [(kind, quantity), (kind, -quantity)]) == counted


def test_only_what_can_be_sold_is_on_hand() -> None:
    assert {StockStatus.GOOD, StockStatus.RESERVED} == ON_HAND


@pytest.mark.parametrize(
    ("on_hand", "sold", "days", "weeks"),
    [
        (40_000, 260_000, 91, Fraction(2)),
        (9_000, 3_000, 14, Fraction(6)),
        (10, 1, 7, Fraction(10)),
        (1, 3, 1, Fraction(1, 21)),
        (0, 260, 91, Fraction(0)),
        (-5, 260, 91, Fraction(0)),
        (100, 0, 91, None),
        (100, -4, 91, None),
        (0, 0, 91, None),
    ],
    ids=[
        "thirteen weeks",
        "a product of two weeks",
        "a product of one week",
        "a product of one day",
        "nothing left",
        "less than nothing left",
        "nothing sold",
        "more came back than was sold",
        "nothing at all",
    ],
)
def test_weeks_of_supply(on_hand: int, sold: int, days: int, weeks: Fraction | None) -> None:
    assert weeks_of_supply(on_hand, sold, days) == weeks


@pytest.mark.parametrize(
    ("introduced", "days"),
    [
        (date(2020, 1, 1), 91),
        (date(2026, 4, 2), 91),
        (date(2026, 4, 3), 90),
        (date(2026, 6, 18), 14),
        (date(2026, 7, 1), 1),
        (date(2027, 1, 1), 1),
    ],
)
def test_a_younger_product_divides_by_its_age(introduced: date, days: int) -> None:
    assert demand_days(date(2026, 7, 1), introduced) == days


def test_demand_over_no_day_is_none() -> None:
    with pytest.raises(ValueError, match="over a day at least"):
        weekly_demand(1, 0)


@given(st.integers(1, 10**18), st.integers(1, 10**18), st.integers(1, 91), st.integers(2, 1000))
def test_weeks_do_not_depend_on_the_unit(on_hand: int, sold: int, days: int, times: int) -> None:
    assert weeks_of_supply(on_hand, sold, days) == weeks_of_supply(on_hand * times, sold * times, days)


@given(LARGE, LARGE, LARGE, LARGE, LARGE)
def test_a_roll_forward_can_be_cut_at_any_day(opening: int, received: int, sold: int, moved: int, part: int) -> None:
    whole = RollForward(opening, received, sold, moved)
    midway = RollForward(opening, part, part // 3, part // 7)
    assert RollForward(midway.expected, received - part, sold - part // 3, moved - part // 7).expected == whole.expected


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-400, 4000))
def test_demand_is_measured_over_a_day_to_thirteen_weeks(counted_on: date, age: int) -> None:
    assert 1 <= demand_days(counted_on, counted_on - timedelta(days=age)) <= 91


@pytest.mark.parametrize(
    ("value", "places", "nearest"),
    [
        (Fraction(2345, 1000), 2, 235),
        (Fraction(-2345, 1000), 2, -235),
        (Fraction(2344, 1000), 2, 234),
        (Fraction(1, 3), 2, 33),
        (Fraction(1, 2), 0, 1),
        (Fraction(-1, 2), 0, -1),
        (Fraction(0), 2, 0),
    ],
)
def test_what_is_shown_is_rounded_half_away_from_zero(value: Fraction, places: int, nearest: int) -> None:
    assert rounded(value, places) == nearest
