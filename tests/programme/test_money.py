"""Rounding once, half away from zero, and shares that add up: as tables, and over thousands of cases."""

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.programme.money import (
    allocate,
    converted,
    decimal,
    divided,
    micros,
    minor,
    minor_units,
    places_of,
    rounded,
    spoken,
)

LARGE = 10**18
amounts = st.integers(-LARGE, LARGE)
halves = amounts.map(lambda number: Fraction(2 * number + 1, 2))
exact = st.one_of(halves, st.fractions(), st.builds(Fraction, amounts, st.integers(1, 10**9)))
weights = st.lists(st.one_of(st.integers(0, 3), st.integers(-LARGE, LARGE)), max_size=12)


@pytest.mark.parametrize(
    ("value", "nearest"),
    [("0.5", 1), ("-0.5", -1), ("1.5", 2), ("2.5", 3), ("-2.5", -3), ("0.49", 0), ("-0.49", 0), ("2.51", 3), ("0", 0)],
)
def test_half_goes_away_from_zero(value: str, nearest: int) -> None:
    assert rounded(Fraction(value)) == nearest


def test_rounding_may_keep_decimals() -> None:
    assert rounded(Fraction("2.345"), 2) == 235
    assert rounded(Fraction("-2.345"), 2) == -235


@settings(max_examples=1000)
@given(exact)
@example(Fraction(2 * LARGE + 1, 2))
@example(Fraction(-2 * LARGE - 1, 2))
def test_a_reversal_is_exactly_the_negative_and_nothing_is_off_by_more_than_half(value: Fraction) -> None:
    assert rounded(-value) == -rounded(value)
    assert abs(rounded(value) - value) <= Fraction(1, 2)
    if abs(rounded(value) - value) == Fraction(1, 2):
        assert abs(rounded(value)) > abs(value)


@given(amounts, st.integers(1, LARGE))
def test_a_quotient_is_rounded_as_a_fraction_is(number: int, by: int) -> None:
    assert divided(number, by) == rounded(Fraction(number, by))


@pytest.mark.parametrize("by", [0, -1])
def test_nothing_is_divided_by_what_is_not_above_zero(by: int) -> None:
    with pytest.raises(ValueError, match="above 0"):
        divided(1, by)


@pytest.mark.parametrize(
    ("amount", "currency", "paid"),
    [
        (12_345_000, "EUR", 1235),
        (-12_345_000, "EUR", -1235),
        (12_344_999, "EUR", 1234),
        (500_000, "JPY", 1),
        (499_999, "JPY", 0),
        (1_234_500, "KWD", 1235),
        (1_234_550, "CLF", 12_346),
    ],
)
def test_a_payment_is_in_minor_units_of_its_currency(amount: int, currency: str, paid: int) -> None:
    assert minor_units(amount, currency) == paid


def test_minor_units_are_exact_before_they_are_rounded() -> None:
    assert minor(12_345_000, "EUR") == Fraction("1234.5")
    assert minor(Fraction(1, 3), "JPY") == Fraction(1, 3 * 10**6)


@given(amounts, st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_minor_units_come_back_from_micros(paid: int, currency: str) -> None:
    assert minor_units(micros(paid, currency), currency) == paid


@pytest.mark.parametrize("currency", ["XAU", "eur", ""])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="no currency"):
        places_of(currency)


@pytest.mark.parametrize(
    ("amount", "rate", "other"),
    [(10_000_000, 1_085_000_000, 10_850_000), (1, 500_000_000, 1), (-1, 500_000_000, -1), (1, 499_999_999, 0)],
)
def test_an_amount_converts_at_a_rate_half_away_from_zero(amount: int, rate: int, other: int) -> None:
    assert converted(amount, rate) == other


def test_a_rate_of_exchange_is_above_zero() -> None:
    with pytest.raises(ValueError, match="rate of exchange"):
        converted(1, 0)


@pytest.mark.parametrize(
    ("total", "of", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (1, [1, 2, 1], [0, 1, 0]),
        (1, [1, 1], [1, 0]),
        (10, [3, -1], [15, -5]),
        (10, [2, 0, 1], [7, 0, 3]),
        (100, [], []),
        (100, [0, 0], [0, 0]),
        (100, [1, -1], [0, 0]),
        (100, [-5, 1], [0, 0]),
        (0, [1, 2], [0, 0]),
        (10**18 + 1, [1, 1], [5 * 10**17 + 1, 5 * 10**17]),
    ],
)
def test_a_total_is_shared_out_by_largest_remainder_and_ties_by_position(
    total: int, of: list[int], shares: list[int]
) -> None:
    assert allocate(total, of) == shares


@settings(max_examples=1000)
@given(amounts, weights)
@example(10**18, [1] * 7)
def test_shares_add_up_exactly_and_none_is_off_by_a_whole_unit(total: int, of: list[int]) -> None:
    shares = allocate(total, of)
    assert len(shares) == len(of)
    if sum(of) <= 0:
        assert not any(shares)
        return
    assert sum(shares) == total
    assert all(abs(share - Fraction(total * each, sum(of))) < 1 for share, each in zip(shares, of, strict=True))


@given(amounts, weights)
def test_a_reversed_total_is_shared_out_in_reverse(total: int, of: list[int]) -> None:
    assert allocate(-total, of) == [-share for share in allocate(total, of)]


@given(st.integers(0, LARGE), st.lists(st.integers(0, 1000), min_size=2, max_size=8))
def test_whoever_weighs_more_never_has_less(total: int, of: list[int]) -> None:
    shares = dict(zip(of, allocate(total, of), strict=True))
    ordered = [shares[each] for each in sorted(shares)]
    assert ordered == sorted(ordered)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (550_000, "EUR", "EUR 5,500.00"),
        (-550_000, "EUR", "EUR -5,500.00"),
        (Fraction("0.5"), "EUR", "EUR 0.005"),
        (Fraction(1, 3), "EUR", "about EUR 0.003333"),
        (1_234, "JPY", "JPY 1,234"),
        (1, "KWD", "KWD 0.001"),
        (0, "EUR", "EUR 0.00"),
    ],
)
def test_an_amount_is_told_as_people_read_it(amount: int | Fraction, currency: str, text: str) -> None:
    assert spoken(amount, currency) == text


def test_a_number_is_told_in_decimals() -> None:
    assert decimal(Fraction("2.5")) == "2.5"
    assert decimal(Fraction(-1, 10**9)) == "0"
    assert decimal(Fraction(1_200)) == "1,200"
