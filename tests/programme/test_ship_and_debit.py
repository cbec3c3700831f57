"""What a special price pays, as tables of numbers."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.claim_terms import DenialReason, LineDecision, SpecialPriceKind
from app.programme.money import minor_units
from app.programme.ship_and_debit import (
    Authorisation,
    AuthorisedPrice,
    ClaimedLine,
    CostPart,
    PaidLine,
    debit,
    debit_per_unit,
    decide_line,
    part_of,
    price_problems,
    take_back,
)
from app.programme.spans import Span

many = settings(max_examples=400, deadline=None)

M = 10**6
TO, BY, SHARE, MARGIN = SpecialPriceKind
DOWN_TO_16 = AuthorisedPrice(TO, 16 * M)
SPECIAL = Authorisation(
    "SP-1", DOWN_TO_16, "EUR", Span(date(2026, 1, 1), date(2026, 4, 1)), frozenset({"P"}), frozenset({"C"}), 60
)
LINE = ClaimedLine("P", "C", date(2026, 2, 1), 10_000, 10_000, 0, 0, True, "EUR")
AT_20 = (CostPart(10_000, 20 * M),)
FILED = date(2026, 2, 10)
prices = st.integers(0, 10**18) | st.sampled_from([0, 1, 5_000, 15_000, 16 * M + 5_000, 10**18])
quantities = st.integers(1, 10**12) | st.sampled_from([1, 500, 1_000, 10**15])
authorised = st.one_of(
    st.builds(AuthorisedPrice, st.sampled_from([TO, BY]), prices, st.none() | prices),
    st.builds(AuthorisedPrice, st.just(SHARE), st.integers(0, M), st.none() | prices),
    st.builds(AuthorisedPrice, st.just(MARGIN), st.integers(0, M), prices),
)


@pytest.mark.parametrize(
    ("price", "cost", "resale", "expected"),
    [
        (AuthorisedPrice(TO, 16 * M), 20 * M, None, 4 * M),
        (AuthorisedPrice(TO, 16 * M), 17 * M, None, 1 * M),
        (AuthorisedPrice(TO, 16 * M), 16 * M, None, 0),
        (AuthorisedPrice(TO, 16 * M), 16 * M + 1, None, 1),
        (AuthorisedPrice(TO, 16 * M), 15 * M, None, 0),
        (AuthorisedPrice(TO, 0), 15 * M, None, 15 * M),
        (AuthorisedPrice(TO, 16 * M, 3 * M), 20 * M, None, 3 * M),
        (AuthorisedPrice(BY, 3 * M), 20 * M, None, 3 * M),
        (AuthorisedPrice(BY, 30 * M), 20 * M, None, 20 * M),
        (AuthorisedPrice(SHARE, 125_000), 20 * M, None, Fraction(5 * M, 2)),
        (AuthorisedPrice(SHARE, 333_333), 1, None, Fraction(333_333, M)),
        (AuthorisedPrice(SHARE, M), 20 * M, None, 20 * M),
        (AuthorisedPrice(MARGIN, 100_000, 9 * M), 20 * M, 18 * M, Fraction(38 * M, 10)),
        (AuthorisedPrice(MARGIN, 100_000, 3 * M), 20 * M, 18 * M, 3 * M),
        (AuthorisedPrice(MARGIN, 100_000, 9 * M), 20 * M, 30 * M, 0),
        (AuthorisedPrice(MARGIN, 100_000, 99 * M), 20 * M, 0, 20 * M),
    ],
)
def test_a_debit_per_unit_is_what_the_cost_exceeds_the_authorised_price_by(
    price: AuthorisedPrice, cost: int, resale: int | None, expected: int | Fraction
) -> None:
    assert debit_per_unit(price, cost, resale) == expected


def test_a_guaranteed_margin_is_what_the_distributor_keeps() -> None:
    price = AuthorisedPrice(MARGIN, 80_000, 20 * M)
    credit = debit_per_unit(price, 20 * M, 21 * M)
    assert 21 * M - (20 * M - credit) == Fraction(8, 100) * 21 * M


@pytest.mark.parametrize(
    ("price", "says"),
    [
        (AuthorisedPrice(TO, -1), "not negative"),
        (AuthorisedPrice(SHARE, M + 1), "at most the whole"),
        (AuthorisedPrice(MARGIN, M // 10), "the most that it pays"),
        (AuthorisedPrice(TO, 1, -1), "not negative"),
    ],
)
def test_a_price_that_cannot_be_computed_says_why(price: AuthorisedPrice, says: str) -> None:
    assert len(price_problems(price)) == 1 and says in price_problems(price)[0]
    with pytest.raises(ValueError, match=says):
        debit_per_unit(price, 1, 1)


def test_a_guaranteed_margin_without_a_resale_price_cannot_be_computed() -> None:
    with pytest.raises(ValueError, match="needs the resale price"):
        debit_per_unit(AuthorisedPrice(MARGIN, 1, 1), 1)


@pytest.mark.parametrize(
    ("parts", "currency", "amount"),
    [
        ([(1_000, 16 * M + 5_000)], "EUR", 1),
        ([(1_000, 16 * M + 4_999)], "EUR", 0),
        ([(-1_000, 16 * M + 5_000)], "EUR", -1),
        ([(3_000, 16 * M + 5_000)], "EUR", 2),
        ([(1_000, 16 * M + 4_000), (1_000, 16 * M + 4_000)], "EUR", 1),
        ([(500, 17 * M)], "EUR", 50),
        ([(1_000, 16 * M + 500_000)], "JPY", 1),
        ([(1_000, 16 * M + 500)], "KWD", 1),
        ([(2_000, 20 * M), (3_000, 15 * M), (1_000, 17 * M)], "EUR", 900),
    ],
)
def test_a_debit_is_rounded_once_for_all_its_parts_half_away_from_zero(
    parts: list[tuple[int, int]], currency: str, amount: int
) -> None:
    assert debit(DOWN_TO_16, [CostPart(*part) for part in parts], currency).amount == amount


@many
@given(authorised, quantities, prices, prices)
def test_a_return_of_the_same_units_is_exactly_the_negative(
    price: AuthorisedPrice, quantity: int, cost: int, resale: int
) -> None:
    sold = debit(price, [CostPart(quantity, cost)], "EUR", resale)
    back = debit(price, [CostPart(-quantity, cost)], "EUR", resale)
    assert (back.amount, back.per_unit, back.quantity) == (-sold.amount, sold.per_unit, -quantity)
    assert 0 <= sold.per_unit <= cost


@many
@given(authorised, st.lists(st.tuples(quantities, prices), min_size=1, max_size=6), prices)
def test_neither_order_nor_splitting_of_parts_changes_what_is_paid(
    price: AuthorisedPrice, parts: list[tuple[int, int]], resale: int
) -> None:
    whole = debit(price, [CostPart(*part) for part in parts], "EUR", resale)
    split = [CostPart(q, cost) for quantity, cost in reversed(parts) for q in (quantity - quantity // 3, quantity // 3)]
    other = debit(price, split, "EUR", resale)
    assert (whole.amount, whole.per_unit) == (other.amount, other.per_unit)


@many
@given(prices, prices, prices)
def test_a_lower_authorised_price_never_pays_less(cost: int, one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert debit_per_unit(AuthorisedPrice(TO, low), cost) >= debit_per_unit(AuthorisedPrice(TO, high), cost)


D = DenialReason


@pytest.mark.parametrize(
    ("changed", "remaining", "approved", "denials", "amount"),
    [
        ({}, None, 10_000, (), 4_000),
        ({}, 10_000, 10_000, (), 4_000),
        ({}, 9_999, 9_999, ((D.OVER_QUANTITY, 1),), 4_000),
        ({}, 4_000, 4_000, ((D.OVER_QUANTITY, 6_000),), 1_600),
        ({}, 0, 0, ((D.OVER_QUANTITY, 10_000),), 0),
        ({}, -5_000, 0, ((D.OVER_QUANTITY, 10_000),), 0),
        ({"asked": 4_000}, None, 4_000, (), 1_600),
        ({"asked": 12_000}, None, 10_000, ((D.MORE_THAN_SOLD, 2_000),), 4_000),
        ({"returned": 3_000}, None, 7_000, ((D.RETURNED, 3_000),), 2_800),
        ({"paid_before": 8_000}, None, 2_000, ((D.ALREADY_CLAIMED, 8_000),), 800),
        ({"paid_before": 10_000}, None, 0, ((D.ALREADY_CLAIMED, 10_000),), 0),
        (
            {"asked": 12_000, "returned": 1_000, "paid_before": 2_000},
            3_000,
            3_000,
            ((D.MORE_THAN_SOLD, 2_000), (D.RETURNED, 1_000), (D.ALREADY_CLAIMED, 2_000), (D.OVER_QUANTITY, 4_000)),
            1_200,
        ),
    ],
)
def test_units_are_approved_as_far_as_they_are_good_and_each_other_one_has_its_reason(
    changed: dict[str, int], remaining: int | None, approved: int, denials: tuple[tuple[D, int], ...], amount: int
) -> None:
    line = replace(LINE, **changed)  # type: ignore[arg-type]
    found = decide_line(SPECIAL, line, remaining, FILED, AT_20)
    assert (found.approved, found.denials, found.debit.amount) == (approved, denials, amount)
    assert found.approved + found.denied == line.asked
    expected = (
        LineDecision.DENIED if not approved else LineDecision.PARTLY_APPROVED if denials else LineDecision.APPROVED
    )
    assert found.decision is expected


@pytest.mark.parametrize(
    ("sold_on", "filed_on", "reasons"),
    [
        (date(2025, 12, 31), date(2026, 1, 5), (D.OUTSIDE_WINDOW,)),
        (date(2026, 1, 1), date(2026, 1, 5), ()),
        (date(2026, 3, 31), date(2026, 4, 5), ()),
        (date(2026, 4, 1), date(2026, 4, 5), (D.OUTSIDE_WINDOW,)),
        (date(2026, 2, 1), date(2026, 2, 1) + timedelta(days=60), ()),
        (date(2026, 2, 1), date(2026, 2, 1) + timedelta(days=61), (D.FILED_LATE,)),
        (date(2026, 4, 1), date(2026, 9, 1), (D.OUTSIDE_WINDOW, D.FILED_LATE)),
    ],
)
def test_a_claim_is_inside_the_window_and_its_deadline_to_the_day(
    sold_on: date, filed_on: date, reasons: tuple[D, ...]
) -> None:
    assert decide_line(SPECIAL, replace(LINE, sold_on=sold_on), None, filed_on, AT_20).reasons == reasons


def test_a_line_denied_as_a_whole_has_every_reason_with_all_its_units() -> None:
    line = replace(LINE, product="Q", customer="D", currency="USD", counts=False)
    found = decide_line(replace(SPECIAL, ended_on=LINE.sold_on), line, None, FILED, AT_20)
    expected = (D.LINE_NOT_COUNTED, D.EXPIRED, D.WRONG_PRODUCT, D.WRONG_CUSTOMER, D.WRONG_CURRENCY)
    assert found.denials == tuple((reason, 10_000) for reason in expected)
    assert (found.decision, found.approved, found.denied, found.debit.amount) == (LineDecision.DENIED, 0, 10_000, 0)


def test_an_ended_special_price_holds_until_the_day_before_it_ended() -> None:
    ended = replace(SPECIAL, ended_on=LINE.sold_on + timedelta(days=1))
    assert decide_line(ended, LINE, None, FILED, AT_20).reasons == ()


def test_a_special_price_that_names_no_customer_is_for_any() -> None:
    assert decide_line(
        replace(SPECIAL, customers=frozenset()), replace(LINE, customer=None), None, FILED, AT_20
    ).approved


def test_units_whose_cost_nobody_knows_are_denied() -> None:
    assert decide_line(SPECIAL, LINE, None, FILED, ()).denials == ((D.NO_COST, 10_000),)
    partly = decide_line(SPECIAL, LINE, None, FILED, (CostPart(6_000, 20 * M),))
    assert (partly.approved, partly.denials) == (6_000, ((D.NO_COST, 4_000),))


def test_units_that_cost_no_more_than_the_special_price_are_owed_nothing() -> None:
    found = decide_line(SPECIAL, LINE, 4_000, FILED, (CostPart(10_000, 16 * M),))
    assert found.denials == ((D.OVER_QUANTITY, 6_000), (D.NOT_BELOW_COST, 4_000))
    assert (found.approved, found.denied) == (0, 10_000)


def test_a_guaranteed_margin_asks_for_the_resale_price_in_the_same_currency() -> None:
    special = replace(SPECIAL, price=AuthorisedPrice(MARGIN, 100_000, 9 * M))
    assert decide_line(special, LINE, None, FILED, AT_20).reasons == (D.NO_RESALE_PRICE,)
    foreign = replace(LINE, resale=18 * M, resale_currency="USD")
    assert decide_line(special, foreign, None, FILED, AT_20).reasons == (D.WRONG_CURRENCY,)
    known = replace(foreign, resale_currency="EUR")
    assert decide_line(special, known, None, FILED, AT_20).debit.amount == 3_800
    assert decide_line(SPECIAL, foreign, None, FILED, AT_20).debit.amount == 4_000


def test_units_that_were_paid_before_are_passed_over_in_the_layers() -> None:
    layers = (CostPart(4_000, 20 * M), CostPart(6_000, 18 * M))
    first = decide_line(SPECIAL, replace(LINE, asked=5_000), None, FILED, layers)
    rest = decide_line(SPECIAL, replace(LINE, asked=5_000, paid_before=5_000), None, FILED, layers)
    assert (first.debit.amount, rest.debit.amount) == (1_800, 1_000)
    assert part_of(layers, 5_000, 5_000) == (CostPart(5_000, 18 * M),)
    assert part_of(layers, 3_000, 99_000) == (CostPart(1_000, 20 * M), CostPart(6_000, 18 * M))


def test_a_decision_says_how_it_was_computed_and_why_units_were_denied() -> None:
    told = decide_line(SPECIAL, replace(LINE, returned=1_000), 4_000, FILED, AT_20).explanation
    assert told == (
        "4 of 10 approved under SP-1. 4 × 4.00: cost 20.00, authorised down to 16.00 = 16.00."
        " Paid EUR 16.00, rounded once. 1 denied: 1 came back. 5 denied: the special price has no more units left."
    )


@pytest.mark.parametrize("changed", [{"asked": 0}, {"asked": -1}, {"sold": -1}, {"returned": -1}, {"paid_before": -1}])
def test_a_claim_of_nothing_or_with_a_negative_quantity_is_an_error(changed: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        decide_line(SPECIAL, replace(LINE, **changed), None, FILED, AT_20)  # type: ignore[arg-type]


units = st.integers(0, 10**12)


@many
@given(quantities, units, units, units, st.none() | units, units)
def test_no_unit_is_paid_twice_or_without_being_sold_left_and_known(
    asked: int, sold: int, returned: int, paid: int, remaining: int | None, covered: int
) -> None:
    line = replace(LINE, asked=asked, sold=sold, returned=returned, paid_before=paid)
    found = decide_line(SPECIAL, line, remaining, FILED, (CostPart(covered, 20 * M),))
    assert found.approved + sum(quantity for _, quantity in found.denials) == asked
    assert all(quantity > 0 for _, quantity in found.denials)
    if found.approved:
        assert returned + paid + found.approved <= sold
        assert remaining is None or found.approved <= remaining
        assert paid + found.approved <= covered
    assert found.debit.amount == minor_units(Fraction(found.approved * 4 * M, 1_000), "EUR")


@many
@given(st.lists(quantities, min_size=1, max_size=8), units)
def test_claims_one_after_another_never_pay_more_than_was_authorised(asks: list[int], authorised_units: int) -> None:
    left = authorised_units
    for asked in asks:
        found = decide_line(SPECIAL, replace(LINE, asked=asked, sold=asked), left, FILED, (CostPart(asked, 20 * M),))
        left -= found.approved
        assert left >= 0
    assert left == max(0, authorised_units - sum(asks))


@pytest.mark.parametrize(
    ("line", "returned", "amount", "quantity"),
    [
        (PaidLine(10_000, 10_000, 4_000), 10_000, -4_000, -10_000),
        (PaidLine(10_000, 10_000, 4_000), 1_000, -400, -1_000),
        (PaidLine(10_000, 8_000, 3_200), 2_000, 0, 0),
        (PaidLine(10_000, 8_000, 3_200), 3_000, -400, -1_000),
        (PaidLine(10_000, 8_000, 3_200, 2_000), 1_000, -400, -1_000),
        (PaidLine(10_000, 8_000, 3_200, 3_000, 400), 7_000, -2_800, -7_000),
        (PaidLine(10_000, 0, 0), 10_000, 0, 0),
    ],
)
def test_a_return_takes_the_debit_back_and_units_that_were_not_paid_come_back_first(
    line: PaidLine, returned: int, amount: int, quantity: int
) -> None:
    found = take_back(line, returned, Fraction(4 * M), "EUR")
    assert (found.amount, found.quantity) == (amount, quantity)


@pytest.mark.parametrize("returned", [0, -1, 8_001])
def test_no_more_comes_back_than_was_sold(returned: int) -> None:
    with pytest.raises(ValueError, match="Between one unit"):
        take_back(PaidLine(10_000, 10_000, 1, 2_000), returned, Fraction(1), "EUR")


@many
@given(st.lists(quantities, min_size=1, max_size=8), units, st.fractions(0, 10**12) | st.just(Fraction(5_000)))
def test_returns_of_all_units_take_back_exactly_what_was_paid(
    parts: list[int], not_paid: int, per_unit: Fraction
) -> None:
    sold = sum(parts)
    paid = max(0, sold - not_paid)
    line = PaidLine(sold, paid, minor_units(per_unit * paid / 1_000, "EUR"))
    for part in parts:
        back = take_back(line, part, per_unit, "EUR")
        assert back.amount <= 0
        line = replace(line, returned=line.returned + part, taken_back=line.taken_back - back.amount)
    assert line.taken_back == line.amount
