"""A volume agreement's projection, commitment and price, as tables of numbers."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.claim_terms import ShortfallConsequence
from app.programme.spans import Span
from app.programme.terms import ThresholdRule
from app.programme.tiers import Tier, standing
from app.programme.volume import (
    Commitment,
    TierInForce,
    billed_again,
    carried_tier,
    commitment_standing,
    discount_of,
    earns_rebate,
    price_in_force,
    projection,
    renewed_tier,
    tier_on,
    tiers_in_force,
)

many = settings(max_examples=400, deadline=None)

M = 10**6
REACHED, EXCEEDED = ThresholdRule
NONE, VOID, DROP, FEE = ShortfallConsequence
QUARTER = Span(date(2026, 1, 1), date(2026, 4, 1))
MEMBER, SILVER, GOLD = Tier(1, "Member", 0), Tier(2, "Silver", 100 * M), Tier(3, "Gold", 250 * M)
TIERS = (MEMBER, SILVER, GOLD)
OVER = QUARTER.end


def day(number: int) -> date:
    """The day of the quarter, its first being 1."""
    return QUARTER.start + timedelta(days=number - 1)


@pytest.mark.parametrize(
    ("volume", "today", "expected"),
    [
        (100, day(1), 9_000),
        (100, day(45), 200),
        (100, day(90), 100),
        (100, day(91), 100),
        (100, day(500), 100),
        (100, day(0), None),
        (1, day(60), 2),
        (-1, day(60), -2),
        (1, day(61), 1),
        (0, day(7), 0),
        (-10, day(9), -100),
        (10**18, day(45), 2 * 10**18),
    ],
)
def test_at_todays_pace_a_period_ends_at_its_days_for_those_that_passed(
    volume: int, today: date, expected: int | None
) -> None:
    assert projection(volume, QUARTER, today) == expected


def test_a_period_without_a_day_has_no_pace() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        projection(1, Span(day(1), day(1)), day(1))


@pytest.mark.parametrize(
    ("commitment", "actual", "today", "shortfall", "follows", "fee"),
    [
        (Commitment(100 * M, VOID), 60 * M, day(90), 40 * M, NONE, 0),
        (Commitment(100 * M, VOID), 60 * M, OVER, 40 * M, VOID, 0),
        (Commitment(100 * M, VOID), 100 * M, OVER, 0, NONE, 0),
        (Commitment(100 * M, VOID), 100 * M - 1, OVER, 1, VOID, 0),
        (Commitment(100 * M, DROP), -5 * M, OVER, 105 * M, DROP, 0),
        (Commitment(100 * M, FEE, 50_000), 60 * M, day(5), 40 * M, NONE, 200),
        (Commitment(100 * M, FEE, 50_000), 60 * M, OVER, 40 * M, FEE, 200),
        (Commitment(100 * M, FEE, 50_000), 200 * M, OVER, 0, NONE, 0),
        (Commitment(10_000, FEE, 500_000), 0, OVER, 10_000, FEE, 1),
        (Commitment(9_998, FEE, 500_000), 0, OVER, 9_998, FEE, 0),
        (Commitment(100 * M), 0, OVER, 100 * M, NONE, 0),
    ],
)
def test_a_missed_commitment_has_its_consequence_once_the_period_is_over(
    commitment: Commitment, actual: int, today: date, shortfall: int, follows: ShortfallConsequence, fee: int
) -> None:
    found = commitment_standing(commitment, actual, QUARTER, today, "EUR")
    assert (found.actual, found.shortfall, found.follows, found.fee) == (actual, shortfall, follows, fee)
    assert found.projected == projection(actual, QUARTER, today)


@pytest.mark.parametrize(
    "commitment", [Commitment(-1), Commitment(1, FEE), Commitment(1, VOID, 5), Commitment(1, FEE, -5)]
)
def test_a_commitment_that_cannot_be_computed_is_refused(commitment: Commitment) -> None:
    with pytest.raises(ValueError, match="exactly where a fee is agreed"):
        commitment_standing(commitment, 0, QUARTER, day(1), "EUR")


@pytest.mark.parametrize(
    ("bought", "carried", "expected"),
    [
        ([], None, [(1, MEMBER)]),
        ([], SILVER, [(1, SILVER)]),
        ([(10, 100 * M)], None, [(1, MEMBER), (11, SILVER)]),
        ([(10, 100 * M - 1)], None, [(1, MEMBER)]),
        ([(10, 60 * M), (20, 40 * M)], None, [(1, MEMBER), (21, SILVER)]),
        ([(20, 40 * M), (10, 60 * M)], None, [(1, MEMBER), (21, SILVER)]),
        ([(10, 60 * M), (10, 40 * M)], None, [(1, MEMBER), (11, SILVER)]),
        ([(10, 300 * M)], None, [(1, MEMBER), (11, GOLD)]),
        ([(10, 300 * M)], SILVER, [(1, SILVER), (11, GOLD)]),
        ([(10, 100 * M)], GOLD, [(1, GOLD)]),
        ([(10, 100 * M), (15, -1)], None, [(1, MEMBER), (11, SILVER), (16, MEMBER)]),
        ([(10, 260 * M), (15, -200 * M)], SILVER, [(1, SILVER), (11, GOLD), (16, SILVER)]),
        ([(90, 100 * M)], None, [(1, MEMBER)]),
        ([(89, 100 * M)], None, [(1, MEMBER), (90, SILVER)]),
        ([(0, 100 * M), (91, 100 * M)], None, [(1, MEMBER)]),
        ([(5, -1)], None, [(1, MEMBER), (6, None)]),
    ],
)
def test_the_tier_attained_sets_the_price_from_the_next_day_on(
    bought: list[tuple[int, int]], carried: Tier | None, expected: list[tuple[int, Tier | None]]
) -> None:
    found = tiers_in_force(TIERS, REACHED, QUARTER, [(day(number), amount) for number, amount in bought], carried)
    assert found == tuple(TierInForce(day(number), tier) for number, tier in expected)


def test_a_threshold_that_has_to_be_exceeded_is_not_met_by_its_amount() -> None:
    at, above = (tiers_in_force(TIERS, EXCEEDED, QUARTER, [(day(1), 100 * M + more)]) for more in (0, 1))
    assert (at[-1].tier, above[-1].tier) == (MEMBER, SILVER)


def test_an_order_of_the_day_on_which_the_threshold_was_reached_has_the_price_of_before() -> None:
    found = tiers_in_force(TIERS, REACHED, QUARTER, [(day(10), 100 * M)])
    assert [tier_on(found, day(number)) for number in (1, 10, 11, 90)] == [MEMBER, MEMBER, SILVER, SILVER]
    with pytest.raises(ValueError, match="No tier is known"):
        tier_on(found, day(0))


MISSED = commitment_standing(Commitment(10**9 * M, DROP), 0, QUARTER, OVER, "EUR")


@pytest.mark.parametrize(
    ("volume", "carried", "dropped"),
    [
        (0, MEMBER, None),
        (100 * M, SILVER, MEMBER),
        (250 * M, GOLD, SILVER),
        (250 * M - 1, SILVER, MEMBER),
        (-1, None, None),
    ],
)
def test_the_tier_at_the_end_carries_over_and_a_missed_commitment_drops_it_by_one(
    volume: int, carried: Tier | None, dropped: Tier | None
) -> None:
    assert carried_tier(TIERS, REACHED, volume) == carried
    assert carried_tier(TIERS, REACHED, volume, MISSED) == dropped
    threatened = replace(MISSED, due=False)
    assert carried_tier(TIERS, REACHED, volume, threatened) == carried
    assert carried_tier(TIERS, REACHED, volume, replace(MISSED, commitment=Commitment(1, VOID))) == carried


DISCOUNTS = {1: 0, 2: 50_000, 3: 125_000}


@pytest.mark.parametrize(
    ("book", "tier", "price"),
    [
        (20 * M, None, 20 * M),
        (20 * M, MEMBER, 20 * M),
        (20 * M, SILVER, 19 * M),
        (20 * M, GOLD, 17_500_000),
        (10, SILVER, 10),
        (30, SILVER, 29),
        (4, GOLD, 4),
        (10**18, GOLD, 875 * 10**15),
    ],
)
def test_a_tiers_discount_comes_off_the_book_price(book: int, tier: Tier | None, price: int) -> None:
    assert price_in_force(book, DISCOUNTS, tier) == price


def test_a_tier_without_a_discount_of_its_own_has_that_of_the_one_below() -> None:
    assert discount_of({2: 50_000}, GOLD) == 50_000
    assert discount_of({2: 50_000}, MEMBER) == 0
    for share in (-1, M + 1):
        with pytest.raises(ValueError, match="from 0 to the whole"):
            discount_of({1: share}, None)


def test_what_was_ordered_before_is_billed_again_only_where_agreed() -> None:
    orders: list[tuple[int, Tier | None]] = [(60 * M, MEMBER), (40 * M, SILVER), (10 * M, None), (5 * M, GOLD)]
    assert billed_again(orders, DISCOUNTS, SILVER, "EUR", agreed=False) == 0
    assert billed_again(orders, DISCOUNTS, SILVER, "EUR", agreed=True) == 350
    assert billed_again(orders, DISCOUNTS, MEMBER, "EUR", agreed=True) == 0
    assert billed_again([(100_000, MEMBER)] * 3, DISCOUNTS, SILVER, "EUR", agreed=True) == 2


@pytest.mark.parametrize(
    ("attained", "from_rank", "earns"),
    [(None, 0, True), (None, 1, False), (MEMBER, 2, False), (SILVER, 2, True), (GOLD, 2, True)],
)
def test_a_rebate_is_earned_from_its_tier_on_unless_a_missed_commitment_voids_it(
    attained: Tier | None, from_rank: int, earns: bool
) -> None:
    void = commitment_standing(Commitment(1, VOID), 0, QUARTER, OVER, "EUR")
    threatened = commitment_standing(Commitment(1, VOID), 0, QUARTER, day(90), "EUR")
    assert earns_rebate(attained, from_rank) is earns
    assert earns_rebate(attained, from_rank, threatened) is earns
    assert earns_rebate(attained, from_rank, MISSED) is earns
    assert not earns_rebate(attained, from_rank, void)


bought_by_day = st.lists(st.tuples(st.integers(1, 90).map(day), st.integers(-(10**18), 10**18) | st.just(100 * M)))


@many
@given(bought_by_day, st.none() | st.sampled_from(TIERS), st.sampled_from([REACHED, EXCEEDED]))
def test_the_price_of_a_day_follows_what_was_bought_before_it(
    bought: list[tuple[date, int]], carried: Tier | None, rule: ThresholdRule
) -> None:
    found = tiers_in_force(TIERS, rule, QUARTER, bought, carried)
    for on in (day(number) for number in range(1, 91)):
        attained = standing(TIERS, sum(amount for when, amount in bought if when < on), rule).attained
        ranks = [tier.rank for tier in (attained, carried) if tier]
        now = tier_on(found, on)
        assert (now.rank if now else 0) == max(ranks, default=0)
    assert found == tiers_in_force(TIERS, rule, QUARTER, bought[::-1], carried)


@many
@given(st.integers(-(10**18), 10**18) | st.sampled_from([1, -1, 10**18]), st.integers(1, 90))
def test_a_projection_of_the_negative_is_the_negative(volume: int, number: int) -> None:
    forward, back = projection(volume, QUARTER, day(number)), projection(-volume, QUARTER, day(number))
    assert forward is not None and back == -forward
    assert abs(forward * number - volume * 90) * 2 <= number


WHOLE, HALF_OF_IT = Span(date(2026, 1, 1), date(2026, 4, 1)), Span(date(2026, 2, 15), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("amount", "period", "expected"),
    [
        (90 * M, WHOLE, 90 * M),
        (90 * M, HALF_OF_IT, 45 * M),
        (90 * M, Span(date(2026, 3, 31), date(2026, 4, 1)), M),
        (1, HALF_OF_IT, 1),
        (1, Span(date(2026, 1, 1), date(2026, 2, 14)), 0),
        (10**18, Span(date(2026, 1, 1), date(2026, 1, 31)), 333_333_333_333_333_333),
    ],
)
def test_a_commitment_is_prorated_by_the_days_of_the_agreement_in_the_period(
    amount: int, period: Span, expected: int
) -> None:
    found = Commitment(amount, FEE, 50_000).prorated(period, WHOLE)
    assert found == Commitment(expected, FEE, 50_000)


@pytest.mark.parametrize(
    "period", [Span(date(2025, 12, 31), date(2026, 4, 1)), Span(day(1), day(1)), Span(day(1), day(366))]
)
def test_days_that_are_none_of_the_period_prorate_nothing(period: Span) -> None:
    with pytest.raises(ValueError, match="some of those of the whole period"):
        Commitment(1).prorated(period, WHOLE)


def test_a_prorated_commitment_says_by_which_days() -> None:
    assert Commitment(90_000 * M).told(WHOLE, WHOLE, "EUR") == "EUR 90,000.00 is committed for the period."
    assert Commitment(90_000 * M).told(HALF_OF_IT, WHOLE, "EUR") == (
        "EUR 90,000.00 is committed for a whole period; the agreement is in effect on 45 of the 90 days from 2026-01-01"
        " until 2026-04-01, so EUR 45,000.00 for these, by days."
    )


@pytest.mark.parametrize(("rank", "expected"), [(None, None), (1, 1), (2, 2), (3, 2), (9, 5)])
def test_a_renewing_agreement_begins_with_its_tier_of_that_rank_or_the_one_below(
    rank: int | None, expected: int | None
) -> None:
    own = [Tier(1, "Basic", 0), Tier(2, "Plus", 10), Tier(5, "Top", 50)]
    found = renewed_tier(own, None if rank is None else Tier(rank, "Of the other", 77))
    assert (None if found is None else found.rank) == expected
