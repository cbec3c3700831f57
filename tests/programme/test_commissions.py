"""What an agent earns on lines that are attributed to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.commissions import Commission, Owed, earned, owed

ONE = 1_000_000


@pytest.mark.parametrize(
    ("lines", "rate", "carried", "found"),
    [
        ([100 * ONE, 50 * ONE], 50_000, 0, Commission(7_50, 150 * ONE, (5_00, 2_50), 0)),
        ([100 * ONE, -40 * ONE], 50_000, 0, Commission(3_00, 60 * ONE, (5_00, -2_00), 0)),
        ([10 * ONE, -40 * ONE], 50_000, 0, Commission(0, -30 * ONE, (0, 0), -30 * ONE)),
        ([-1], 50_000, 0, Commission(0, -1, (0,), -1)),
        ([100 * ONE], 50_000, -30 * ONE, Commission(3_50, 70 * ONE, (3_50,), 0)),
        ([100_000], 50_000, 0, Commission(1, 100_000, (1,), 0)),
        ([99_999], 50_000, 0, Commission(0, 99_999, (0,), 0)),
        ([], 50_000, 0, Commission(0, 0, (), 0)),
    ],
)
def test_a_period_earns_its_rate_rounded_once(lines: list[int], rate: int, carried: int, found: Commission) -> None:
    assert earned(lines, rate, "EUR", carried) == found


@pytest.mark.parametrize(("rate", "carried"), [(-1, 0), (ONE + 1, 0), (1, 1)])
def test_what_cannot_be_is_refused(rate: int, carried: int) -> None:
    with pytest.raises(ValueError, match=r"rate|carried"):
        earned([ONE], rate, "EUR", carried)


@given(st.lists(st.integers(-(10**18), 10**18), max_size=12), st.integers(0, ONE))
def test_the_shares_add_up_to_the_payment(lines: list[int], rate: int) -> None:
    found = earned(lines, rate, "EUR")
    assert sum(found.shares) == found.amount >= 0
    assert (found.carried < 0) <= (found.amount == 0)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=12), st.integers(0, ONE), st.randoms())
def test_the_order_of_lines_earns_the_same(lines: list[int], rate: int, chance: object) -> None:
    mixed = list(lines)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert earned(mixed, rate, "EUR").amount == earned(lines, rate, "EUR").amount


@pytest.mark.parametrize(
    ("lines", "carried", "cap", "found"),
    [
        ([100 * ONE, 50 * ONE], 0, 6_00, Commission(6_00, 150 * ONE, (4_00, 2_00), 0)),
        ([100 * ONE, 50 * ONE], 0, 7_50, Commission(7_50, 150 * ONE, (5_00, 2_50), 0)),
        ([100 * ONE, 50 * ONE], -50 * ONE, 6_00, Commission(5_00, 100 * ONE, (3_33, 1_67), 0)),
        ([100 * ONE, 50 * ONE], 0, 0, Commission(0, 150 * ONE, (0, 0), 0)),
    ],
)
def test_a_cap_is_the_most_that_a_period_earns(lines: list[int], carried: int, cap: int, found: Commission) -> None:
    assert earned(lines, 50_000, "EUR", carried, cap) == found


def test_a_cap_is_not_below_zero() -> None:
    with pytest.raises(ValueError, match="cap"):
        earned([ONE], 1, "EUR", 0, -1)


@pytest.mark.parametrize(
    ("earns", "differences", "found"),
    [
        (3_00, [], Owed(3_00, 0)),
        (3_00, [2_00, -1_00], Owed(4_00, 1_00)),
        (3_00, [-9_00], Owed(0, -9_00)),
        (0, [], Owed(0, 0)),
    ],
)
def test_what_earlier_periods_earn_by_now_is_made_good(earns: int, differences: list[int], found: Owed) -> None:
    assert owed(earns, differences) == found


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=12))
def test_all_periods_together_pay_what_they_earn_by_now_or_more(periods: list[tuple[int, int]]) -> None:
    """Each period earned something when it was paid, and earns something else at the end; then a last one is paid."""
    paid: list[int] = []
    for place, (then, _) in enumerate(periods):
        paid.append(owed(then, [periods[k][0] - paid[k] for k in range(place)]).amount)
    last = owed(0, [now - was for (_, now), was in zip(periods, paid, strict=True)]).amount
    assert sum(paid) + last == max(sum(paid), sum(now for _, now in periods))
