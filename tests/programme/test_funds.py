"""Funds: what a period accrues, what is available, what a claim pays; as tables, and whatever happens in whatever order."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.fund_terms import FundBasis, FundEntryKind, FundPeriod
from app.programme.funds import (
    Accrual,
    Balance,
    Basis,
    accrual_of,
    accrual_said,
    accrued,
    approves_itself,
    last_day_to_claim,
    measured_in,
    most_asked,
    moved,
    period_of,
    periods_until,
    problem_with,
    recalculated,
    reimbursed,
)
from app.programme.spans import Span

K, MONTH, QUARTER = FundEntryKind, FundPeriod.MONTH, FundPeriod.QUARTER
M = 10**6
START = date(2026, 1, 1)


def share(of: int, since: date = START, *, previous: bool = False) -> Accrual:
    return Accrual(since, FundBasis.PURCHASES, previous, share=of)


def per_unit(micros: int) -> Accrual:
    return Accrual(START, FundBasis.SELL_THROUGH, False, per_unit=micros)


@pytest.mark.parametrize(
    ("terms", "basis", "currency", "cents"),
    [
        (share(20_000), Basis(61_000 * M, 0), "EUR", 122_000),
        (share(20_000), Basis(24_750_000, 7_000), "EUR", 50),  # 0.495 is 0.50
        (share(20_000), Basis(24_749_999, 7_000), "EUR", 49),
        (share(20_000), Basis(-100 * M, 0), "EUR", 0),
        (share(0), Basis(100 * M, 0), "EUR", 0),
        (share(20_000), Basis(1_000 * M, 0), "JPY", 20),
        (share(20_000), Basis(1_000 * M, 0), "KWD", 20_000),
        (per_unit(1_500_000), Basis(0, 2_500), "EUR", 375),
        (per_unit(1_500_000), Basis(9 * M, -2_500), "EUR", 0),
    ],
)
def test_a_period_accrues_its_rate_rounded_once_and_never_below_zero(
    terms: Accrual, basis: Basis, currency: str, cents: int
) -> None:
    assert accrued(terms, basis, currency) == cents


def test_what_accrues_says_how_it_was_reckoned() -> None:
    days = Span(date(2026, 1, 1), date(2026, 2, 1))
    said = "2 % of purchases of EUR 61,000.00 from 2026-01-01 until 2026-02-01."
    assert accrual_said(share(20_000), Basis(61_000 * M, 0), days, "EUR") == said
    said = "EUR 1.50 for each of 2.5 units of sell-through from 2026-01-01 until 2026-02-01."
    assert accrual_said(per_unit(1_500_000), Basis(0, 2_500), days, "EUR") == said


@pytest.mark.parametrize(
    ("kind", "day", "start", "end"),
    [
        (MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
        (MONTH, date(2026, 2, 1), date(2026, 2, 1), date(2026, 3, 1)),
        (QUARTER, date(2026, 3, 31), date(2026, 1, 1), date(2026, 4, 1)),
        (QUARTER, date(2026, 11, 1), date(2026, 10, 1), date(2027, 1, 1)),
        (QUARTER, date(2026, 6, 15), date(2026, 4, 1), date(2026, 7, 1)),
    ],
)
def test_periods_are_calendar_months_or_quarters(kind: FundPeriod, day: date, start: date, end: date) -> None:
    assert period_of(kind, day) == Span(start, end)


def test_a_fund_accrues_in_the_periods_that_begin_while_it_lasts_and_have_begun() -> None:
    lasts = Span(date(2026, 1, 15), date(2026, 5, 1))
    starts = [span.start.month for span in periods_until(MONTH, lasts, date(2027, 1, 1))]
    assert starts == [2, 3, 4]
    assert [span.start.month for span in periods_until(MONTH, lasts, date(2026, 3, 1))] == [2, 3]
    assert periods_until(MONTH, lasts, date(2026, 1, 31)) == []
    assert [s.start.month for s in periods_until(QUARTER, Span(START, date.max), date(2026, 8, 8))] == [1, 4, 7]


def test_a_period_accrues_by_the_latest_terms_that_hold_on_its_first_day() -> None:
    first, later = share(10_000), share(30_000, date(2026, 3, 1))
    march, february = period_of(MONTH, date(2026, 3, 5)), period_of(MONTH, date(2026, 2, 5))
    assert accrual_of([later, first], march) is later
    assert accrual_of([later, first], february) is first
    assert accrual_of([later], february) is None
    within = share(50_000, date(2026, 2, 15))
    assert accrual_of([first, within], february) is first


def test_a_period_accrues_on_its_own_days_or_on_those_of_the_one_before() -> None:
    quarter = period_of(QUARTER, date(2026, 2, 1))
    assert measured_in(QUARTER, share(1), quarter) == quarter
    assert measured_in(QUARTER, share(1, previous=True), quarter) == Span(date(2025, 10, 1), date(2026, 1, 1))


def test_an_accrual_taken_back_after_it_was_promised_is_a_shortfall_that_what_comes_next_fills_first() -> None:
    held = moved(moved(Balance(), K.ACCRUE, 1_000), K.RESERVE, 900)
    held = moved(held, K.CLAW_BACK, 600)
    assert (held.available, held.shortfall) == (0, 500)
    assert problem_with(held, K.RESERVE, 1) is not None
    held = moved(held, K.PAY, 900)
    assert (held.available, held.shortfall, held.paid, held.reserved) == (0, 500, 900, 0)
    held = moved(held, K.ACCRUE, 400)
    assert (held.available, held.shortfall) == (0, 100)
    held = moved(held, K.ACCRUE, 250)
    assert (held.available, held.shortfall) == (150, 0)


@pytest.mark.parametrize(
    ("kind", "amount", "possible"),
    [
        (K.RESERVE, 700, True),
        (K.RESERVE, 701, False),
        (K.RELEASE, 300, True),
        (K.RELEASE, 301, False),
        (K.PAY, 300, True),
        (K.PAY, 301, False),
        (K.EXPIRE, 700, True),
        (K.EXPIRE, 701, False),
        (K.CLAW_BACK, 1_000, True),
        (K.CLAW_BACK, 1_001, False),
        (K.GRANT, 10**12, True),
        (K.ACCRUE, 0, False),
        (K.GRANT, -1, False),
    ],
)
def test_nothing_moves_that_is_not_there(kind: FundEntryKind, amount: int, possible: bool) -> None:
    held = Balance(accrued=1_000, reserved=300)
    assert (problem_with(held, kind, amount) is None) is possible
    if not possible:
        with pytest.raises(ValueError, match=r"above zero|more than"):
            moved(held, kind, amount)


@pytest.mark.parametrize(
    ("cost", "of", "left", "pays"),
    [
        (10_000, 500_000, 10_000, 5_000),
        (10_000, 500_000, 4_000, 4_000),
        (10_000, 1_000_000, 10_000, 10_000),
        (333, 500_000, 1_000, 167),  # 1.665 is 1.67
        (10_000, 500_000, 0, 0),
    ],
)
def test_a_claim_pays_the_share_of_its_cost_but_no_more_than_is_left(cost: int, of: int, left: int, pays: int) -> None:
    assert reimbursed(cost, of, left) == pays
    assert most_asked(cost, of) == reimbursed(cost, of, 10**9)


@pytest.mark.parametrize(
    ("asked", "up_to", "in_month", "before", "available", "expected"),
    [
        (500, 500, None, 0, 1_000, True),
        (501, 500, None, 0, 1_000, False),
        (1, None, None, 0, 1_000, False),
        (1_000, 2_000, None, 0, 1_000, True),
        (1_001, 2_000, None, 0, 1_000, False),
        (250, 500, None, 250, 1_000, True),
        (251, 500, None, 250, 1_000, False),
        (1, 500, None, 500, 1_000, False),
        (500, 500, 1_200, 500, 1_000, True),
        (500, 500, 1_200, 1_000, 1_000, False),
        (200, 500, 1_200, 1_000, 1_000, True),
        (501, 500, 1_200, 0, 1_000, False),
    ],
)
def test_a_request_approves_itself_within_both_limits_and_what_is_available(
    asked: int, up_to: int | None, in_month: int | None, before: int, available: int, expected: bool
) -> None:
    assert approves_itself(asked, up_to, in_month, before, Balance(granted=available)) is expected


@given(st.lists(st.integers(1, 700), max_size=30), st.integers(1, 500), st.integers(0, 1_000))
def test_whoever_asks_in_parts_gets_no_more_at_once_in_a_month(parts: list[int], up_to: int, more: int) -> None:
    held, got, in_month = Balance(granted=10**6), 0, up_to + more
    for asked in parts:
        got += asked if approves_itself(asked, up_to, in_month, got, held) else 0
    assert got <= in_month
    assert sum(each for each in parts if approves_itself(each, up_to, None, up_to, held)) == 0


def test_the_difference_of_an_accrual_is_posted_and_nothing_where_there_is_none() -> None:
    assert recalculated(100, 150) == (K.ACCRUE, 50)
    assert recalculated(150, 100) == (K.CLAW_BACK, 50)
    assert recalculated(100, 100) is None


def test_costs_are_claimed_within_some_days_from_the_day_after_the_activity() -> None:
    assert last_day_to_claim(date(2026, 2, 1), 1) == date(2026, 2, 1)
    assert last_day_to_claim(date(2026, 2, 1), 28) == date(2026, 2, 28)


EVENTS = st.lists(st.tuples(st.sampled_from(list(K)), st.integers(-5, 1_000)), max_size=40)


@given(EVENTS)
def test_whatever_happens_nothing_falls_below_zero_and_the_sums_are_exact(
    events: list[tuple[FundEntryKind, int]],
) -> None:
    held, done = Balance(), dict.fromkeys(K, 0)
    for kind, amount in events:
        before = held
        if problem_with(held, kind, amount) is None:
            held = moved(held, kind, amount)
            done[kind] += amount
            if kind in {K.RESERVE, K.EXPIRE}:
                assert before.shortfall == held.shortfall == 0
        assert min(held.accrued, held.granted, held.reserved, held.paid, held.expired) >= 0
        assert held.available >= 0 and held.shortfall >= 0 and not (held.available and held.shortfall)
    assert held.accrued == done[K.ACCRUE] - done[K.CLAW_BACK]
    assert held.reserved == done[K.RESERVE] - done[K.RELEASE] - done[K.PAY]
    assert held.paid == done[K.PAY] and held.granted == done[K.GRANT]
    assert held.available - held.shortfall == held.accrued + held.granted - held.reserved - held.paid - held.expired


@given(st.lists(st.tuples(st.sampled_from([K.ACCRUE, K.GRANT]), st.integers(1, 99)), min_size=1, max_size=5))
def test_the_order_in_which_money_comes_in_changes_nothing(coming: list[tuple[FundEntryKind, int]]) -> None:
    ends = set()
    for order in permutations(coming):
        held = Balance(accrued=10, reserved=60)
        for kind, amount in order:
            held = moved(held, kind, amount)
        ends.add((held.accrued, held.granted, held.available, held.shortfall))
    assert len(ends) == 1


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_an_accrual_reckoned_again_and_again_ends_where_reckoning_it_once_does(figures: list[int]) -> None:
    held, stands = Balance(), 0
    for figure in figures:
        if change := recalculated(stands, figure):
            held = moved(held, *change)
        stands = figure
    assert held == Balance(accrued=figures[-1])


@given(
    st.integers(1, 10**6),
    st.integers(1, 10**6),
    st.lists(st.integers(1, 10**6), max_size=8),
)
def test_claims_together_never_pay_more_than_the_request(approved: int, of: int, costs: list[int]) -> None:
    left = approved
    for cost in costs:
        pays = reimbursed(cost, of, left)
        assert 0 <= pays <= cost
        left -= pays
    assert left >= 0
