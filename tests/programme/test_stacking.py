"""Each unit of a line is paid for once in its stacking group; how a special price counts."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.money_terms import SpeciallyPriced
from app.programme.stacking import Entrant, StackedLine, Treated, Use, shared_out, treated

TEN = StackedLine("invoice 1 line 1", 10_000, 100_000_000)
BACK = StackedLine("credit 1 line 1", -10_000, -100_000_000)


@pytest.mark.parametrize(
    ("line", "takes", "shares"),
    [
        (TEN, [10_000], [("A", 10_000, 100_000_000)]),
        (TEN, [10_000, 10_000], [("A", 10_000, 100_000_000)]),
        (TEN, [4_000, 10_000], [("A", 4_000, 40_000_000), ("B", 6_000, 60_000_000)]),
        (TEN, [4_000, 3_000], [("A", 4_000, 40_000_000), ("B", 3_000, 30_000_000), (None, 3_000, 30_000_000)]),
        (TEN, [99_000], [("A", 10_000, 100_000_000)]),
        (TEN, [0, 1_000], [("B", 1_000, 10_000_000), (None, 9_000, 90_000_000)]),
        (TEN, [-1_000], [(None, 10_000, 100_000_000)]),
        (BACK, [-4_000, -10_000], [("A", -4_000, -40_000_000), ("B", -6_000, -60_000_000)]),
        (BACK, [4_000], [(None, -10_000, -100_000_000)]),
        (TEN, [], [(None, 10_000, 100_000_000)]),
        (StackedLine("x", 3_000, 100), [1_000, 1_000, 1_000], [("A", 1_000, 34), ("B", 1_000, 33), ("C", 1_000, 33)]),
        (StackedLine("x", 0, 7), [1_000], [(None, 0, 7)]),
    ],
)
def test_incentives_take_units_in_the_order_of_their_group(
    line: StackedLine, takes: list[int], shares: list[tuple[str | None, int, int]]
) -> None:
    entrants = [Entrant(name, {line.line: units}) for name, units in zip("ABC", takes, strict=False)]
    assert shared_out([line], entrants) == [Use(line.line, *each) for each in shares]


def test_a_line_that_an_incentive_does_not_name_is_left_to_the_next() -> None:
    uses = shared_out([TEN, BACK], [Entrant("A", {TEN.line: 10_000}), Entrant("B", {BACK.line: -10_000})])
    assert [(each.line, each.incentive) for each in uses] == [(TEN.line, "A"), (BACK.line, "B")]


@pytest.mark.parametrize(("lines", "entrants"), [([TEN, TEN], []), ([TEN], [Entrant("A", {}), Entrant("A", {})])])
def test_a_line_or_incentive_that_is_there_twice_is_refused(lines: list[StackedLine], entrants: list[Entrant]) -> None:
    with pytest.raises(ValueError, match="one place"):
        shared_out(lines, entrants)


signed = st.integers(-(10**18), 10**18)
of_lines = st.lists(st.tuples(signed, signed), max_size=5)
taken = st.lists(st.dictionaries(st.integers(0, 5), signed), max_size=4)


@settings(max_examples=500)
@given(of_lines, taken, st.randoms(use_true_random=False))
def test_each_unit_is_used_once_whatever_the_order_of_lines(
    pairs: list[tuple[int, int]], takes: list[dict[int, int]], order: random.Random
) -> None:
    lines = [StackedLine(str(place), *pair) for place, pair in enumerate(pairs)]
    entrants = [Entrant(str(n), {str(line): units for line, units in each.items()}) for n, each in enumerate(takes)]
    uses = shared_out(lines, entrants)
    for line in lines:
        own = [each for each in uses if each.line == line.line]
        assert sum(each.units for each in own) == line.units
        assert sum(each.amount for each in own) == line.amount
        assert all(each.units * line.units >= 0 for each in own)
    for use in uses:
        if use.incentive is not None:
            assert abs(use.units) <= abs(entrants[int(use.incentive)].takes[use.line])
    shuffled = sorted(lines, key=lambda _: order.random())
    assert set(shared_out(shuffled, entrants)) == set(uses)


@given(signed, signed, st.lists(signed, max_size=4))
def test_a_return_is_shared_out_as_its_sale_was_reversed(units: int, amount: int, takes: list[int]) -> None:
    sold, back = StackedLine("x", units, amount), StackedLine("x", -units, -amount)
    there = shared_out([sold], [Entrant(str(n), {"x": each}) for n, each in enumerate(takes)])
    home = shared_out([back], [Entrant(str(n), {"x": -each}) for n, each in enumerate(takes)])
    assert [(u.incentive, -u.units, -u.amount) for u in there] == [(u.incentive, u.units, u.amount) for u in home]


@pytest.mark.parametrize(
    ("how", "counts"),
    [
        (SpeciallyPriced.FULL, Treated(100, 90, 0)),
        (SpeciallyPriced.NET_OF_DEBIT, Treated(80, 70, 0)),
        (SpeciallyPriced.TIER_ONLY, Treated(100, 90, 90)),
        (SpeciallyPriced.EXCLUDED, Treated(0, 90, 90)),
    ],
)
def test_a_specially_priced_line_counts_as_agreed(how: SpeciallyPriced, counts: Treated) -> None:
    assert treated(how, 100, 90, 20) == counts
    assert treated(how, -100, -90, -20) == Treated(-counts.qualifying, -counts.paying, -counts.excluded)
