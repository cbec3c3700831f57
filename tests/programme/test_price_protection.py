"""What a distributor is credited for stock when a price drops, as tables of numbers."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.claim_terms import CreditOutcome
from app.programme.price_protection import (
    Moved,
    PriceChange,
    ProtectionTerms,
    Purchase,
    drops_enough,
    on_hand_at_effective_date,
    on_hand_when_it_began,
    protected,
)

many = settings(max_examples=400, deadline=None)

M = 10**6
DAY = date(2026, 3, 1)
DROP = PriceChange(DAY, 20 * M, 17 * M, "EUR")
RISE = PriceChange(DAY, 20 * M, 22 * M, "EUR")
TERMS = ProtectionTerms(look_back_days=30)


def before(days: int) -> date:
    return DAY - timedelta(days=days)


BOUGHT = [Purchase(before(10), 100_000, 20 * M)]


@pytest.mark.parametrize(
    ("at_notice", "sold", "received", "expected"),
    [(80, 0, 0, 80), (80, 20, 0, 100), (80, 0, 30, 50), (80, 20, 30, 70), (80, 0, 90, 0), (0, 50, 0, 50)],
)
def test_what_was_sold_since_was_on_hand_and_what_came_since_was_not(
    at_notice: int, sold: int, received: int, expected: int
) -> None:
    assert on_hand_at_effective_date(at_notice, sold, received) == expected


MOVED = [
    Moved(before(2), -7),
    Moved(before(1), 5),
    Moved(DAY, -20),
    Moved(DAY, 30),
    Moved(DAY + timedelta(days=4), -3),
    Moved(DAY + timedelta(days=5), -100),
]


@pytest.mark.parametrize(
    ("counted_on", "counted", "expected"),
    [
        (DAY + timedelta(days=4), 80, 80 + 20 - 30 + 3),
        (DAY, 80, 80 + 20 - 30),
        (before(1), 80, 80),
        (before(2), 80, 85),
        (before(3), 80, 78),
        (before(3), 1, 0),
    ],
)
def test_a_count_before_or_after_the_day_rolls_to_its_beginning(counted_on: date, counted: int, expected: int) -> None:
    assert on_hand_when_it_began(DAY, counted, counted_on, MOVED) == expected


@many
@given(
    st.lists(st.builds(Moved, st.integers(-9, 9).map(lambda n: DAY + timedelta(days=n)), st.integers(-50, 50))),
    st.integers(-9, 9),
    st.integers(-9, 9),
)
def test_it_matters_not_on_which_day_the_stock_was_counted(moved: list[Moved], one: int, other: int) -> None:
    start = 10**6
    counts = []
    for days in (one, other):
        on = DAY + timedelta(days=days)
        counted = start + sum(each.quantity for each in moved if each.on <= on)
        counts.append(on_hand_when_it_began(DAY, counted, on, moved))
    assert counts[0] == counts[1] == start + sum(each.quantity for each in moved if each.on < DAY)


C = CreditOutcome


@pytest.mark.parametrize(
    ("terms", "change", "on_hand", "in_transit", "bought", "outcome", "units", "amount"),
    [
        (TERMS, DROP, 80_000, 0, BOUGHT, C.CREDITED, 80_000, 24_000),
        (TERMS, DROP, 100_000, 0, BOUGHT, C.CREDITED, 100_000, 30_000),
        (TERMS, DROP, 130_000, 0, BOUGHT, C.CREDITED, 100_000, 30_000),
        (TERMS, DROP, 80_000, 20_000, BOUGHT, C.CREDITED, 80_000, 24_000),
        (replace(TERMS, in_transit=True), DROP, 80_000, 15_000, BOUGHT, C.CREDITED, 95_000, 28_500),
        (TERMS, DROP, 0, 20_000, BOUGHT, C.NOTHING_ON_HAND, 0, 0),
        (TERMS, DROP, 80_000, 0, [], C.NOTHING_BOUGHT, 0, 0),
        (TERMS, DROP, 80_000, 0, [Purchase(before(30), 9_000, 20 * M)], C.CREDITED, 9_000, 2_700),
        (TERMS, DROP, 80_000, 0, [Purchase(before(31), 9_000, 20 * M)], C.NOTHING_BOUGHT, 0, 0),
        (ProtectionTerms(), DROP, 80_000, 0, [Purchase(before(900), 9_000, 20 * M)], C.CREDITED, 9_000, 2_700),
        (TERMS, DROP, 80_000, 0, [Purchase(DAY, 9_000, 20 * M)], C.NOTHING_BOUGHT, 0, 0),
        (TERMS, DROP, 80_000, 0, [Purchase(before(1), 90_000, 19 * M)], C.CREDITED, 80_000, 16_000),
        (TERMS, DROP, 80_000, 0, [Purchase(before(1), 90_000, 17 * M)], C.PAID_NO_MORE, 0, 0),
        (TERMS, DROP, 80_000, 0, [Purchase(before(1), 90_000, 16 * M)], C.PAID_NO_MORE, 0, 0),
        (TERMS, DROP, 30_000, 0, [*BOUGHT, Purchase(before(1), 10_000, 18 * M)], C.CREDITED, 30_000, 7_000),
        (TERMS, DROP, 30_000, 0, [*BOUGHT, Purchase(before(1), 10_000, 16 * M)], C.CREDITED, 20_000, 6_000),
        (TERMS, DROP, 200_000, 0, [*BOUGHT, Purchase(before(2), -40_000, 20 * M)], C.CREDITED, 60_000, 18_000),
        (replace(TERMS, minimum_drop=150_000), DROP, 1_000, 0, BOUGHT, C.CREDITED, 1_000, 300),
        (replace(TERMS, minimum_drop=150_001), DROP, 1_000, 0, BOUGHT, C.BELOW_MINIMUM_DROP, 0, 0),
        (TERMS, RISE, 80_000, 0, BOUGHT, C.RISE_NOT_AGREED, 0, 0),
        (replace(TERMS, writes_up=True), RISE, 80_000, 0, BOUGHT, C.CHARGED, 80_000, -16_000),
        (replace(TERMS, writes_up=True), RISE, 1_000, 0, [Purchase(before(1), 9_000, 23 * M)], C.PAID_NO_MORE, 0, 0),
    ],
)
def test_a_drop_credits_the_smaller_of_on_hand_and_bought_at_old_less_new(
    terms: ProtectionTerms,
    change: PriceChange,
    on_hand: int,
    in_transit: int,
    bought: list[Purchase],
    outcome: C,
    units: int,
    amount: int,
) -> None:
    found = protected(terms, change, on_hand, in_transit, bought)
    assert (found.outcome, found.units, found.amount) == (outcome, units, amount)


def test_a_price_that_stays_credits_nothing() -> None:
    same = replace(DROP, after=20 * M)
    dearer = [Purchase(before(1), 9_000, 25 * M)]
    assert protected(TERMS, same, 9_000, 0, dearer).amount == 0
    assert protected(replace(TERMS, writes_up=True), same, 9_000, 0, dearer).amount == 0
    assert not drops_enough(same, 0)


def test_what_went_back_to_the_vendor_goes_off_the_latest_purchase_before_it() -> None:
    bought = [
        Purchase(before(40), 10_000, 20 * M),
        Purchase(before(9), 5_000, 19 * M),
        Purchase(before(5), -6_000, 19 * M),
    ]
    assert protected(TERMS, DROP, 99_000, 0, bought).outcome is C.NOTHING_BOUGHT
    assert protected(ProtectionTerms(), DROP, 99_000, 0, bought).units == 9_000


def test_a_credit_is_rounded_once_for_all_its_parts() -> None:
    bought = [Purchase(before(days), 1_000, 17 * M + 4_000) for days in (1, 2, 3)]
    assert protected(TERMS, DROP, 3_000, 0, bought).amount == 1
    assert protected(TERMS, DROP, 1_000, 0, [Purchase(before(1), 1_000, 17 * M + 5_000)]).amount == 1
    assert protected(TERMS, DROP, 1_000, 0, [Purchase(before(1), 1_000, 17 * M + 4_999)]).amount == 0


def test_a_credit_says_how_it_was_computed() -> None:
    assert protected(TERMS, DROP, 80_000, 0, BOUGHT).steps == (
        "80 held on 2026-03-01, 80 of them bought in the window.",
        "80 × 3.00: bought on 2026-02-19 at 20.00, now 17.00.",
        "Credited EUR 240.00, rounded once.",
    )


def test_stock_that_is_less_than_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="not negative"):
        protected(TERMS, DROP, -1, 0, [])
    with pytest.raises(ValueError, match="not negative"):
        protected(TERMS, DROP, 0, -1, [])


purchases = st.builds(
    Purchase, st.integers(-40, 5).map(lambda n: DAY + timedelta(days=n)), st.integers(1, 10**12), st.integers(0, 10**18)
)


@many
@given(st.lists(purchases, max_size=6), st.integers(0, 10**13), st.integers(0, 10**18), st.integers(0, 10**18))
def test_a_credit_is_never_negative_a_charge_never_positive_and_rows_have_no_order(
    bought: list[Purchase], on_hand: int, old: int, new: int
) -> None:
    terms = ProtectionTerms(30, writes_up=True)
    change = PriceChange(DAY, old, new, "EUR")
    found = protected(terms, change, on_hand, 0, bought)
    assert found.exact >= 0 if new < old else found.exact <= 0
    assert found.units <= min(on_hand, sum(each.quantity for each in bought if before(30) <= each.on < DAY))
    again = protected(terms, change, on_hand, 0, bought[::-1])
    assert (again.exact, again.amount) == (found.exact, found.amount)


@many
@given(st.integers(1, 10**12), st.integers(0, 10**12), st.integers(0, 10**18), st.integers(0, 10**18))
def test_at_one_price_it_is_the_formula(bought: int, on_hand: int, old: int, new: int) -> None:
    found = protected(TERMS, PriceChange(DAY, old, new, "EUR"), on_hand, 0, [Purchase(before(1), bought, old)])
    assert found.exact == Fraction(min(on_hand, bought) * max(0, old - new), 1_000)
