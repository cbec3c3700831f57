"""How much stock may go back, as tables of numbers."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.claim_terms import RotationLimit
from app.programme.rotation import Allowance, OfferedLine, RotationTerms, allowance, rotated

many = settings(max_examples=400, deadline=None)

M = 10**6
FIVE = RotationTerms(50_000)
HALF_ORDERED = RotationTerms(50_000, 500_000)
OVER, ORDER, NOT = RotationLimit


@pytest.mark.parametrize(
    ("share", "sell_in", "used", "granted", "left"),
    [
        (50_000, 100_000 * M, 0, 5_000 * M, 5_000 * M),
        (50_000, 100_000 * M, 1_200 * M, 5_000 * M, 3_800 * M),
        (50_000, 100_000 * M, 5_000 * M, 5_000 * M, 0),
        (50_000, 100_000 * M, 6_000 * M, 5_000 * M, 0),
        (50_000, -100_000 * M, 0, 0, 0),
        (500_000, 1, 0, 1, 1),
        (499_999, 1, 0, 0, 0),
        (M, 10**18, 0, 10**18, 10**18),
        (0, 10**18, 0, 0, 0),
    ],
)
def test_an_allowance_is_a_share_of_last_quarters_net_sell_in_less_what_was_used(
    share: int, sell_in: int, used: int, granted: int, left: int
) -> None:
    found = allowance(RotationTerms(share), sell_in, used)
    assert (found.granted, found.used, found.left) == (granted, used, left)


@pytest.mark.parametrize(("share", "used"), [(-1, 0), (M + 1, 0), (1, -1)])
def test_an_allowance_that_cannot_be_is_refused(share: int, used: int) -> None:
    with pytest.raises(ValueError, match="share is from 0"):
        allowance(RotationTerms(share), 1, used)


TEN_AT_20 = OfferedLine("P", 10_000, 20 * M)


@pytest.mark.parametrize(
    ("terms", "left", "order", "lines", "expected"),
    [
        (FIVE, 200 * M, 0, [TEN_AT_20], [(10_000, 20_000, None)]),
        (FIVE, 200 * M - 1, 0, [TEN_AT_20], [(9_000, 18_000, OVER)]),
        (FIVE, 0, 0, [TEN_AT_20], [(0, 0, OVER)]),
        (FIVE, 250 * M, 0, [TEN_AT_20, TEN_AT_20], [(10_000, 20_000, None), (2_000, 4_000, OVER)]),
        (FIVE, 250 * M, 0, [OfferedLine("Q", 1_000, 5 * M, False), TEN_AT_20], [(0, 0, NOT), (10_000, 20_000, None)]),
        (FIVE, 10 * M, 0, [OfferedLine("P", 500, 20 * M)], [(500, 1_000, None)]),
        (FIVE, 9 * M, 0, [OfferedLine("P", 500, 20 * M)], [(0, 0, OVER)]),
        (FIVE, 0, 0, [OfferedLine("P", 9_000, 0)], [(9_000, 0, None)]),
        (FIVE, M, 0, [OfferedLine("P", 1_000, 5_000)], [(1_000, 1, None)]),
        (FIVE, M, 0, [OfferedLine("P", 1_000, 4_999)], [(1_000, 0, None)]),
        (HALF_ORDERED, 500 * M, 100 * M, [TEN_AT_20], [(10_000, 20_000, None)]),
        (HALF_ORDERED, 500 * M, 50 * M, [TEN_AT_20], [(5_000, 10_000, ORDER)]),
        (HALF_ORDERED, 500 * M, 0, [TEN_AT_20], [(0, 0, ORDER)]),
        (HALF_ORDERED, 60 * M, 50 * M, [TEN_AT_20], [(3_000, 6_000, OVER)]),
        (HALF_ORDERED, 500 * M, 110 * M, [TEN_AT_20, TEN_AT_20], [(10_000, 20_000, None), (1_000, 2_000, ORDER)]),
        (HALF_ORDERED, 500 * M, -5, [TEN_AT_20], [(0, 0, ORDER)]),
    ],
)
def test_lines_are_taken_back_in_order_as_far_as_allowance_and_order_go(
    terms: RotationTerms,
    left: int,
    order: int,
    lines: list[OfferedLine],
    expected: list[tuple[int, int, RotationLimit | None]],
) -> None:
    found = rotated(terms, Allowance(left, 0), lines, "EUR", order)
    assert [(each.taken, each.credit, each.limit) for each in found] == expected


def test_a_line_taken_in_part_says_why() -> None:
    (found,) = rotated(FIVE, Allowance(50 * M, 0), [TEN_AT_20], "EUR")
    assert found.explanation == (
        "2 of 10 taken back at a net cost of 20.00: EUR 40.00."
        " 8 not taken: the allowance of 5 % of the previous quarter's net sell-in covers no more."
    )


@pytest.mark.parametrize("line", [OfferedLine("P", 0, 1), OfferedLine("P", -1, 1), OfferedLine("P", 1, -1)])
def test_nothing_and_less_is_not_offered(line: OfferedLine) -> None:
    with pytest.raises(ValueError, match="above zero"):
        rotated(FIVE, Allowance(1, 0), [line], "EUR")


def test_an_order_covers_a_share_above_zero() -> None:
    with pytest.raises(ValueError, match="above zero"):
        rotated(RotationTerms(1, 0), Allowance(1, 0), [], "EUR")


lines = st.lists(st.builds(OfferedLine, st.just("P"), st.integers(1, 10**9), st.integers(0, 10**12)), max_size=8)


@many
@given(lines, st.integers(0, 10**18), st.integers(0, 10**18), st.none() | st.integers(1, 2 * M))
def test_no_more_goes_back_than_the_allowance_and_the_order_cover(
    offered: list[OfferedLine], left: int, order: int, share: int | None
) -> None:
    found = rotated(RotationTerms(1, share), Allowance(left, 0), offered, "EUR", order)
    whole = sum((each.exact for each in found), Fraction(0))
    assert whole <= left
    assert share is None or whole * share <= order * M
    for each in found:
        assert 0 <= each.taken <= each.line.quantity
        assert (each.limit is None) == (each.taken == each.line.quantity)


def test_excluded_products_and_families_do_not_go_back() -> None:
    says = RotationTerms(50_000, None, frozenset({"P"}), frozenset({"Cables"}))
    assert not says.takes_back("P", "Drives") and not says.takes_back("Q", "Cables")
    assert says.takes_back("Q", "Drives") and FIVE.takes_back("P", "Cables")
