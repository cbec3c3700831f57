"""The roll-forward of stock, as the annex of an agreement would put it in a table."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.inventory import BESIDE_INVOICES, expected_on_hand, is_beyond, variance
from app.programme.terms import StockMovementKind as Kind

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
