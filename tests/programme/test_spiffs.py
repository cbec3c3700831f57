"""What a SPIFF pays, unit by unit: limits, caps, budgets, deadlines, and what comes back."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.spans import Span
from app.programme.spiffs import (
    SpiffDecision,
    SpiffDenial,
    SpiffLine,
    SpiffTerms,
    amount_of,
    decided,
    period_of,
    serial_units,
    taken_back,
)

D = SpiffDenial
TERMS = SpiffTerms(25_000_000, "EUR", Span(date(2026, 1, 1), date(2026, 4, 1)))
LINE = SpiffLine("SKU-1", date(2026, 2, 10), sold=10_000, returned=0, claimed_before=0)
ON = date(2026, 2, 20)


def test_it_pays_its_amount_for_each_unit() -> None:
    assert decided(TERMS, LINE, 4_000, ON) == SpiffDecision(4_000, 100_00, ())


@pytest.mark.parametrize(
    ("line", "asked", "approved", "denials"),
    [
        (LINE, 10_000, 10_000, ()),
        (LINE, 12_000, 10_000, ((D.OVER_QUANTITY, 2_000),)),
        (replace(LINE, claimed_before=7_000), 10_000, 3_000, ((D.ALREADY_CLAIMED, 7_000),)),
        (replace(LINE, returned=4_000), 10_000, 6_000, ((D.ALREADY_CLAIMED, 4_000),)),
        (replace(LINE, returned=4_000, claimed_before=6_000), 1_000, 0, ((D.ALREADY_CLAIMED, 1_000),)),
        (
            replace(LINE, claimed_before=7_000),
            12_000,
            3_000,
            ((D.OVER_QUANTITY, 2_000), (D.ALREADY_CLAIMED, 7_000)),
        ),
    ],
)
def test_a_unit_is_paid_once(line: SpiffLine, asked: int, approved: int, denials: tuple[object, ...]) -> None:
    found = decided(TERMS, line, asked, ON)
    assert (found.approved, found.denials) == (approved, denials)


@pytest.mark.parametrize(
    ("terms", "line", "on", "reasons"),
    [
        (TERMS, replace(LINE, sold_on=date(2025, 12, 31)), ON, [D.OUTSIDE_WINDOW]),
        (TERMS, replace(LINE, sold_on=date(2026, 1, 1)), ON, []),
        (TERMS, replace(LINE, sold_on=date(2026, 3, 31)), date(2026, 4, 2), []),
        (TERMS, replace(LINE, sold_on=date(2026, 4, 1)), date(2026, 4, 2), [D.OUTSIDE_WINDOW]),
        (replace(TERMS, products=frozenset({"SKU-2"})), LINE, ON, [D.PRODUCT_NOT_COVERED]),
        (replace(TERMS, days_to_claim=10), LINE, date(2026, 2, 20), []),
        (replace(TERMS, days_to_claim=10), LINE, date(2026, 2, 21), [D.PAST_DEADLINE]),
        (TERMS, replace(LINE, is_sale=False, covered=False), ON, [D.PARTNER_NOT_COVERED, D.NOT_A_SALE]),
    ],
)
def test_a_line_that_does_not_fit_has_every_reason_said(
    terms: SpiffTerms, line: SpiffLine, on: date, reasons: list[SpiffDenial]
) -> None:
    found = decided(terms, line, 1_000, on)
    assert [reason for reason, _ in found.denials] == reasons
    assert (found.approved == 0) is bool(reasons)


@pytest.mark.parametrize(
    ("cap", "earned", "approved", "denied"),
    [
        (100_00, 0, 4_000, 6_000),
        (100_00, 75_00, 1_000, 9_000),
        (100_00, 76_00, 0, 10_000),
        (100_00, 100_00, 0, 10_000),
        (250_00, 0, 10_000, 0),
        (249_99, 0, 9_000, 1_000),
    ],
)
def test_the_cap_of_a_person_pays_whole_units_as_far_as_they_fit(
    cap: int, earned: int, approved: int, denied: int
) -> None:
    found = decided(replace(TERMS, cap=cap), LINE, 10_000, ON, earned=earned)
    assert found.approved == approved
    assert sum(units for reason, units in found.denials if reason is D.CAP_REACHED) == denied
    assert found.amount + earned <= max(cap, earned)


def test_the_budget_is_never_overspent() -> None:
    found = decided(TERMS, LINE, 10_000, ON, budget_left=60_00)
    assert (found.approved, found.amount, found.denials) == (2_000, 50_00, ((D.BUDGET_SPENT, 8_000),))


def test_nothing_can_be_asked_for() -> None:
    with pytest.raises(ValueError, match="above 0"):
        decided(TERMS, LINE, 0, ON)


@pytest.mark.parametrize(
    ("line", "units", "amount", "back"),
    [
        (replace(LINE, claimed_before=4_000), 4_000, 100_00, (0, 0)),
        (replace(LINE, claimed_before=4_000, returned=6_000), 4_000, 100_00, (0, 0)),
        (replace(LINE, claimed_before=4_000, returned=7_000), 4_000, 100_00, (1_000, 25_00)),
        (replace(LINE, claimed_before=4_000, returned=10_000), 4_000, 100_00, (4_000, 100_00)),
        (replace(LINE, claimed_before=4_000, is_sale=False), 4_000, 100_00, (4_000, 100_00)),
        (replace(LINE, claimed_before=3_000, returned=8_000), 3_000, 1_00, (1_000, 33)),
        (replace(LINE, claimed_before=10_000, returned=2_000), 4_000, 100_00, (2_000, 50_00)),
    ],
)
def test_units_that_were_not_claimed_come_back_first(
    line: SpiffLine, units: int, amount: int, back: tuple[int, int]
) -> None:
    assert taken_back(line, units, amount) == back


def test_the_period_of_a_cap_is_the_month_of_the_sale() -> None:
    assert period_of(date(2026, 12, 31)) == Span(date(2026, 12, 1), date(2027, 1, 1))


def test_a_serial_number_is_a_unit_of_the_line_that_names_it() -> None:
    assert serial_units(["A", "B", "A", "X"], ["A", "B", "C"]) == 2_000


@given(
    per_unit=st.integers(1, 10**12),
    asked=st.lists(st.integers(1, 30_000), min_size=1, max_size=8),
    cap=st.integers(0, 10**9),
)
def test_however_it_is_claimed_no_unit_and_no_cent_is_paid_twice(per_unit: int, asked: list[int], cap: int) -> None:
    terms = replace(TERMS, per_unit=per_unit, cap=cap)
    claimed = earned = 0
    for units in asked:
        found = decided(terms, replace(LINE, claimed_before=claimed), units, ON, earned=earned)
        assert found.approved + sum(denied for _, denied in found.denials) == units
        assert found.amount == amount_of(terms, found.approved)
        claimed, earned = claimed + found.approved, earned + found.amount
    assert claimed <= LINE.sold and earned <= cap


@given(
    paid=st.integers(1, 10_000),
    amount=st.integers(0, 10**18),
    first=st.integers(0, 10_000),
    more=st.integers(0, 10_000),
)
def test_what_is_taken_back_grows_with_what_comes_back_and_never_beyond_what_was_paid(
    paid: int, amount: int, first: int, more: int
) -> None:
    less = taken_back(replace(LINE, claimed_before=paid, returned=first), paid, amount)
    rest = taken_back(replace(LINE, claimed_before=paid, returned=first + more), paid, amount)
    assert (0, 0) <= less <= rest and rest[0] <= paid and less[1] <= rest[1] <= amount


def test_who_has_earned_more_than_the_cap_earns_nothing_and_gives_nothing_back() -> None:
    found = decided(replace(TERMS, cap=50_00), LINE, 2_000, ON, earned=75_00)
    assert found == SpiffDecision(0, 0, ((D.CAP_REACHED, 2_000),))
