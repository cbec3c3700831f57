"""What a unit costs after everything that lowers its cost, as tables of numbers."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.claim_terms import ReductionKind, SpecialPriceKind
from app.programme.net_cost import NetCost, Reduction, allocation, net_cost
from app.programme.ship_and_debit import AuthorisedPrice, CostPart, debit

many = settings(max_examples=400, deadline=None)

M = 10**6
TO, BY, SHARE, MARGIN = SpecialPriceKind
PROTECTION, SPECIAL, ROTATION = ReductionKind
JAN, FEB, MAR = (date(2026, month, 1) for month in (1, 2, 3))
PROTECTED = Reduction("pp", PROTECTION, JAN, AuthorisedPrice(BY, 3 * M))
TO_16 = Reduction("sp", SPECIAL, FEB, AuthorisedPrice(TO, 16 * M))

TENTH_OFF = Reduction("sp", SPECIAL, FEB, AuthorisedPrice(SHARE, 100_000))
A_TENTH_KEPT = Reduction("sp", SPECIAL, FEB, AuthorisedPrice(MARGIN, 100_000, 9 * M), 18 * M)


def reduction(kind: ReductionKind, on: date, how: SpecialPriceKind, value: int) -> Reduction:
    return Reduction(f"{kind} {on}", kind, on, AuthorisedPrice(how, value * M))


def per_unit(cost: NetCost) -> list[Fraction]:
    return [each.per_unit for each in cost.reduced]


def test_bought_at_20_protected_by_3_and_authorised_at_16_the_debit_is_1_not_4() -> None:
    found = net_cost(20 * M, [TO_16, PROTECTED])
    assert found.taken_by("pp") == 3 * M and found.taken_by("sp") == 1 * M and found.left == 16 * M
    assert found.before("sp") == 17 * M
    assert found.explained() == "20.00 paid, less 3.00 price protection, less 1.00 special price: 16.00."
    cost = CostPart(100_000, found.before("sp"))
    assert debit(TO_16.price, [cost], "EUR").amount == 10_000


@pytest.mark.parametrize(
    ("reductions", "taken", "left"),
    [
        ([], [], 20 * M),
        ([TO_16], [4 * M], 16 * M),
        ([reduction(PROTECTION, MAR, BY, 3), TO_16], [4 * M, 3 * M], 13 * M),
        ([reduction(PROTECTION, MAR, TO, 17), TO_16], [4 * M, 0], 16 * M),
        ([reduction(PROTECTION, FEB, BY, 5), TO_16], [5 * M, 0], 15 * M),
        ([PROTECTED, TENTH_OFF], [3 * M, 17 * M // 10], 153 * M // 10),
        ([PROTECTED, TO_16, reduction(ROTATION, MAR, TO, 0)], [3 * M, 1 * M, 16 * M], 0),
        ([PROTECTED, TO_16, reduction(SPECIAL, MAR, BY, 99)], [3 * M, 1 * M, 16 * M], 0),
        ([PROTECTED, A_TENTH_KEPT], [3 * M, 8 * M // 10], 162 * M // 10),
    ],
)
def test_each_reduction_is_computed_on_what_the_one_before_left(
    reductions: list[Reduction], taken: list[int], left: int
) -> None:
    found = net_cost(20 * M, reductions)
    assert per_unit(found) == [Fraction(each) for each in taken] and found.left == left


def test_on_one_day_protection_comes_before_the_special_price_and_rotation_last() -> None:
    kinds = [ROTATION, SPECIAL, PROTECTION]
    found = net_cost(20 * M, [Reduction(kind, kind, JAN, AuthorisedPrice(BY, 1)) for kind in kinds])
    assert [each.reduction.kind for each in found.reduced] == list(reversed(kinds))


def test_what_cannot_be_computed_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        net_cost(-1, [])
    with pytest.raises(ValueError, match="id of its own"):
        net_cost(1, [TO_16, TO_16])
    with pytest.raises(KeyError):
        net_cost(1, [TO_16]).before("other")


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [(1_000, [3 * M, 1 * M]), (500, [1_500_000, 500_000]), (-2_000, [-6 * M, -2 * M]), (0, [0, 0])],
)
def test_the_allocation_says_how_much_each_took_of_a_quantity(quantity: int, expected: list[int]) -> None:
    assert allocation(net_cost(20 * M, [PROTECTED, TO_16]), quantity) == expected


def test_an_allocation_that_does_not_divide_goes_by_largest_remainder() -> None:
    shares = [Reduction(str(n), SPECIAL, JAN, AuthorisedPrice(BY, 1)) for n in range(3)]
    assert allocation(net_cost(10, shares), 1_667) == [2, 2, 1]
    assert allocation(net_cost(0, shares), 1_667) == [0, 0, 0]
    assert allocation(net_cost(5, []), 1_000) == []


prices = st.integers(0, 10**18) | st.sampled_from([0, 1, 5_000, 15_000, 16 * M + 5_000, 10**18])
rules = st.one_of(
    st.builds(AuthorisedPrice, st.sampled_from([TO, BY]), prices, st.none() | prices),
    st.builds(AuthorisedPrice, st.just(SHARE), st.integers(0, M), st.none() | prices),
)


@many
@given(
    prices,
    st.lists(st.tuples(st.sampled_from(list(ReductionKind)), st.sampled_from([JAN, FEB, MAR]), rules), max_size=6),
    st.integers(-(10**12), 10**12),
)
def test_no_part_of_a_cost_is_taken_twice_and_what_is_taken_adds_up(
    paid: int, given_: list[tuple[ReductionKind, date, AuthorisedPrice]], quantity: int
) -> None:
    reductions = [Reduction(str(n), *each) for n, each in enumerate(given_)]
    found = net_cost(paid, reductions)
    assert found.left >= 0 and all(each.per_unit >= 0 for each in found.reduced)
    assert found.left + sum(per_unit(found)) == paid
    assert net_cost(paid, reductions[::-1]) == found
    shares = allocation(found, quantity)
    assert abs(sum(shares) - Fraction(quantity, 1_000) * (paid - found.left)) <= Fraction(1, 2)
    assert allocation(found, -quantity) == [-share for share in shares]
