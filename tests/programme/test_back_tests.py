"""What a back-test notices, as tables of numbers."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.back_tests import Loading, Payout, Sensitivity, bunching, cliffs, findings, loading
from app.programme.claim_terms import GamingSign
from app.programme.spans import Span
from app.programme.terms import ThresholdRule

many = settings(max_examples=400, deadline=None)

QUARTER = Span(date(2026, 1, 1), date(2026, 4, 1))
TWENTIETH = Fraction(1, 20)
REACHED, EXCEEDED = ThresholdRule


def payouts(*measures: int) -> list[Payout]:
    return [Payout(f"partner {n}", QUARTER, measure, 0) for n, measure in enumerate(measures)]


@pytest.mark.parametrize(
    ("measures", "rule", "above", "below"),
    [
        ([950, 999, 1_000, 1_050], REACHED, [1_000, 1_050], [950, 999]),
        ([949, 1_051, 0, -1_000], REACHED, [], []),
        ([1_000, 1_001], EXCEEDED, [1_001], [1_000]),
        ([1_000, 1_000, 1_000], REACHED, [1_000, 1_000, 1_000], []),
    ],
)
def test_who_ends_within_reach_of_a_threshold_is_above_or_below_it(
    measures: list[int], rule: ThresholdRule, above: list[int], below: list[int]
) -> None:
    (found,) = bunching(payouts(*measures), [1_000], TWENTIETH, rule)
    assert [each.measure for each in found.above] == above
    assert [each.measure for each in found.below] == below
    near = len(above) + len(below)
    assert found.share_above == (Fraction(len(above), near) if near else None)


def test_what_those_above_a_threshold_were_paid_is_told() -> None:
    paid = [Payout("a", QUARTER, 1_000, 70), Payout("b", QUARTER, 990, 9), Payout("c", QUARTER, 1_040, 80)]
    assert bunching(paid, [1_000], TWENTIETH)[0].paid_above == 150


def test_a_threshold_of_nothing_is_left_out_and_nearness_is_above_zero() -> None:
    assert [each.threshold for each in bunching([], [0, 500, 100, 500], TWENTIETH)] == [100, 500]
    with pytest.raises(ValueError, match="above zero"):
        bunching([], [1], Fraction(0))


@pytest.mark.parametrize(
    ("sold", "share"),
    [
        ([(0, 90), (83, 10)], Fraction(1, 10)),
        ([(0, 90), (82, 10)], Fraction(0)),
        ([(89, 10)], Fraction(1)),
        ([(0, 90), (90, 999), (-1, 999), (89, 10)], Fraction(1, 10)),
        ([(n, 1) for n in range(90)], Fraction(7, 90)),
    ],
)
def test_the_last_days_of_a_period_hold_their_share_of_it(sold: list[tuple[int, int]], share: Fraction) -> None:
    found = loading("p", QUARTER, [(QUARTER.start + timedelta(days=n), amount) for n, amount in sold], 7)
    assert found is not None and found.share == share
    assert (found.uniform, found.times) == (Fraction(7, 90), share * 90 / 7)


@pytest.mark.parametrize("sold", [[], [(0, 0)], [(0, -5)], [(0, 5), (89, -5)]])
def test_a_period_in_which_nothing_was_sold_has_no_share(sold: list[tuple[int, int]]) -> None:
    assert loading("p", QUARTER, [(QUARTER.start + timedelta(days=n), amount) for n, amount in sold], 7) is None


@pytest.mark.parametrize("last_days", [0, -1, 90, 91])
def test_the_last_days_are_some_of_the_period_and_not_all(last_days: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 89 of 90"):
        loading("p", QUARTER, [], last_days)


def retroactive(measure: int) -> Fraction:
    """1 % from 0, 2 % on everything from 1,000."""
    return Fraction(measure * (2 if measure >= 1_000 else 1), 100)


def marginal(measure: int) -> Fraction:
    """1 % of what lies below 1,000, 2 % of what lies above."""
    return Fraction(min(measure, 1_000) + 2 * max(0, measure - 1_000), 100)


def test_a_retroactive_rate_makes_a_cliff_and_a_marginal_one_does_not() -> None:
    (steep,) = cliffs(retroactive, [1_000])
    assert (steep.short_of_it, steep.at_it, steep.jump) == (Fraction(999, 100), Fraction(20), Fraction(1_001, 100))
    assert steep.share == Fraction(1_001, 100_000)
    (gentle,) = cliffs(marginal, [1_000])
    assert gentle.jump == Fraction(1, 100)
    found = findings([], [], [steep, gentle], Sensitivity())
    assert [each.evidence for each in found] == [steep]


def test_a_threshold_that_has_to_be_exceeded_jumps_behind_it() -> None:
    (found,) = cliffs(lambda measure: Fraction(measure > 1_000), [1_000], EXCEEDED)
    assert (found.short_of_it, found.at_it) == (Fraction(0), Fraction(1))
    (none,) = cliffs(lambda measure: Fraction(measure > 1_000), [1_000], REACHED)
    assert none.jump == 0
    assert [each.threshold for each in cliffs(marginal, [5, 0, 5])] == [0, 5]
    assert cliffs(marginal, [0])[0].share is None


def test_findings_say_what_they_saw_the_strongest_first() -> None:
    crowded = bunching(payouts(1_000, 1_010, 1_020, 990), [1_000], TWENTIETH)
    late = [Loading("p", QUARTER, last, 100, Fraction(last, 100), Fraction(7, 90)) for last in (15, 16, 40)]
    found = findings(crowded, late, cliffs(retroactive, [1_000]), Sensitivity(fewest=4))
    assert [(each.sign, each.text) for each in found] == [
        (GamingSign.BUNCHING, "Of 4 periods that ended near the threshold, 3 ended above it."),
        (GamingSign.PERIOD_END_LOADING, "The last days hold 40 % of the period, 5.14 times their part of 7.78 %."),
        (GamingSign.PERIOD_END_LOADING, "The last days hold 16 % of the period, 2.06 times their part of 7.78 %."),
        (GamingSign.CLIFF, "At the threshold the payment jumps by 0.00001, 1 % of the threshold."),
    ]
    assert findings(crowded, [], [], Sensitivity(fewest=5)) == []
    assert findings(bunching(payouts(1_000, 1_010, 990, 991), [1_000], TWENTIETH), [], [], Sensitivity(fewest=4)) == []


@many
@given(st.lists(st.integers(0, 10**18) | st.integers(900, 1_100), max_size=30), st.sampled_from([REACHED, EXCEEDED]))
def test_every_case_near_a_threshold_is_counted_once(measures: list[int], rule: ThresholdRule) -> None:
    (found,) = bunching(payouts(*measures), [1_000], TWENTIETH, rule)
    near = [measure for measure in measures if 950 <= measure <= 1_050]
    assert sorted(each.measure for each in (*found.above, *found.below)) == sorted(near)
    assert all(each.measure >= 1_000 + (rule is EXCEEDED) for each in found.above)
