"""Measures that are made of others, as a channel manager would work them out by hand."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.sale_types import COUNTED
from app.programme.sales import RateBasis, average_price, rate_base, sell_through_rate
from app.programme.terms import SaleType

MILLION = 10**6


@pytest.mark.parametrize(
    ("sold_through", "received", "rate"),
    [
        (50_000, 100_000, 500_000),
        (100_000, 100_000, MILLION),
        (1_000, 3_000, 333_333),
        (2_000, 3_000, 666_667),
        (-1_000, 3_000, -333_333),
        (-2_000, 3_000, -666_667),
        (0, 3_000, 0),
        (1_000, 0, None),
        (1_000, -5, None),
    ],
)
def test_the_sell_through_rate_is_units_sold_for_each_received_and_none_without_receipts(
    sold_through: int, received: int, rate: int | None
) -> None:
    assert sell_through_rate(sold_through, received) == rate


@pytest.mark.parametrize(
    ("basis", "opening", "base"),
    [
        (RateBasis.RECEIPTS, 40, 10),
        (RateBasis.RECEIPTS, None, 10),
        (RateBasis.OPENING_STOCK, 40, 40),
        (RateBasis.OPENING_STOCK, None, None),
        (RateBasis.AVAILABLE, 40, 50),
        (RateBasis.AVAILABLE, -40, -30),
        (RateBasis.AVAILABLE, None, None),
    ],
)
def test_units_sold_are_a_share_of_what_came_of_what_lay_there_or_of_both(
    basis: RateBasis, opening: int | None, base: int | None
) -> None:
    assert rate_base(basis, 10, opening) == base


@pytest.mark.parametrize(
    ("amount", "units", "price"),
    [
        (100 * MILLION, 4_000, 25 * MILLION),
        (100 * MILLION, 3_000, 33_333_333),
        (200 * MILLION, 3_000, 66_666_667),
        (1, 2_000, 1),
        (-1, 2_000, -1),
        (5 * MILLION, 0, None),
        (5 * MILLION, -1_000, None),
    ],
)
def test_the_average_price_is_the_amount_for_each_unit_and_none_where_no_units_remain(
    amount: int, units: int, price: int | None
) -> None:
    assert average_price(amount, units) == price


@given(st.integers(-(10**24), 10**24), st.integers(1, 10**18))
def test_an_average_price_is_rounded_half_away_from_zero(amount: int, units: int) -> None:
    exact = Decimal(amount * 1_000) / Decimal(units) if units else Decimal(0)
    if abs(exact) < 10**15:
        assert average_price(amount, units) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert average_price(-amount, units) == -(average_price(amount, units) or 0)


def test_samples_own_use_replacements_and_transfers_do_not_count_as_sell_through() -> None:
    assert set(SaleType) - COUNTED == {
        SaleType.SAMPLE,
        SaleType.INTERNAL_USE,
        SaleType.REPLACEMENT,
        SaleType.TRANSFER,
    }
