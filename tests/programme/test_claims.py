"""What a claim's units had cost, what may be done about a claim when, and what finance may let pass."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.claim_costs import Bought, Credit, costs_left
from app.programme.claim_terms import ClaimAct, ClaimStatus, DenialReason, SpecialPriceKind
from app.programme.claims import WAIVABLE, let_pass, not_now, not_waived
from app.programme.ship_and_debit import Authorisation, AuthorisedPrice, CostPart, debit
from app.programme.spans import Span

BOUGHT, DROP, SOLD = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
UNIT = 1_000
EURO = 1_000_000


def test_bought_at_20_protected_by_3_and_authorised_at_16_the_debit_is_1() -> None:
    parts, told = costs_left([Bought(10 * UNIT, 20 * EURO, (Credit(DROP, 3 * EURO),))], SOLD)
    assert parts == (CostPart(10 * UNIT, 17 * EURO),)
    assert told == ("20.00 paid, less 3.00 price protection: 17.00.",)
    assert debit(AuthorisedPrice(SpecialPriceKind.DOWN_TO, 16 * EURO), parts, "EUR").amount == 1_000


@pytest.mark.parametrize(("units", "protected"), [(0, 0), (1, 1), (9, 9), (10, 10), (11, 10), (None, 10)])
def test_the_first_units_are_those_that_a_credit_was_for(units: int | None, protected: int) -> None:
    credit = Credit(DROP, 3 * EURO, None if units is None else units * UNIT)
    parts, _ = costs_left([Bought(10 * UNIT, 20 * EURO, (credit,))], SOLD)
    expected = [(17, protected), (20, 10 - protected)]
    assert [(part.cost, part.quantity) for part in parts] == [
        (cost * EURO, number * UNIT) for cost, number in expected if number
    ]


def test_a_credit_counts_from_its_day_on_and_a_charge_makes_units_dearer() -> None:
    bought = [Bought(UNIT, 20 * EURO, (Credit(DROP, 3 * EURO),))]
    before, on = costs_left(bought, date(2026, 1, 31)), costs_left(bought, DROP)
    assert (before[0][0].cost, on[0][0].cost) == (20 * EURO, 17 * EURO)
    parts, told = costs_left([Bought(UNIT, 20 * EURO, (Credit(DROP, -2 * EURO),))], SOLD)
    assert (parts[0].cost, told) == (22 * EURO, ("20.00 paid, plus 2.00 price protection: 22.00.",))


def test_two_credits_lower_the_cost_in_turn_where_both_reach_and_never_below_zero() -> None:
    credits = (Credit(DROP, 3 * EURO, 6 * UNIT), Credit(date(2026, 2, 10), 18 * EURO, 2 * UNIT))
    parts, _ = costs_left([Bought(8 * UNIT, 20 * EURO, credits)], SOLD)
    assert [(part.quantity // UNIT, part.cost) for part in parts] == [(2, 0), (4, 17 * EURO), (2, 20 * EURO)]


QUANTITIES = st.integers(1, 10**9)
CREDITS = st.builds(Credit, st.just(DROP), st.integers(0, 10**18), st.none() | st.integers(0, 2 * 10**9))


@given(
    st.lists(
        st.builds(Bought, QUANTITIES, st.integers(0, 10**18), st.lists(CREDITS, max_size=4).map(tuple)), max_size=5
    )
)
def test_units_are_neither_lost_nor_made_and_no_cost_is_below_zero_or_above_what_was_paid(
    bought: list[Bought],
) -> None:
    parts, _ = costs_left(bought, SOLD)
    assert sum(part.quantity for part in parts) == sum(part.quantity for part in bought)
    assert all(part.quantity > 0 and part.cost >= 0 for part in parts)
    assert sum(part.quantity * part.cost for part in parts) <= sum(part.quantity * part.price for part in bought)


ALLOWED = {
    ClaimAct.DECIDE: {ClaimStatus.FILED, ClaimStatus.DECIDED, ClaimStatus.DISPUTED},
    ClaimAct.CREDIT: {ClaimStatus.DECIDED},
    ClaimAct.DISPUTE: {ClaimStatus.DECIDED},
    ClaimAct.WITHDRAW: {ClaimStatus.FILED, ClaimStatus.DECIDED, ClaimStatus.DISPUTED},
}


@pytest.mark.parametrize("act", ClaimAct)
@pytest.mark.parametrize("status", ClaimStatus)
def test_what_can_be_done_about_a_claim_goes_by_where_it_stands(act: ClaimAct, status: ClaimStatus) -> None:
    assert (not_now(status, act) is None) == (status in ALLOWED[act])


def test_finance_lets_days_customer_and_deadline_pass_and_nothing_else() -> None:
    assert set(not_waived(DenialReason)) == set(DenialReason) - WAIVABLE
    price = AuthorisedPrice(SpecialPriceKind.DOWN_TO, 16 * EURO)
    window = Span(BOUGHT, DROP)
    strict = Authorisation("SP", price, "EUR", window, frozenset({"p"}), frozenset({"c"}), 5, DROP)
    passed = let_pass(strict)
    assert (passed.customers, passed.days_to_file, passed.ended_on) == (frozenset(), None, None)
    assert passed.window.start < BOUGHT
    assert passed.window.end > SOLD
    assert (passed.products, passed.price, passed.currency) == (strict.products, price, "EUR")
