"""What goods that come back take back of an earlier payment, at the rate at which their sale was paid."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.figures import Carried, Exclusion, GateEvidence, ReturnedSale
from app.programme.incentives import Gate, Proration, Rule
from app.programme.money import MICRO
from app.programme.money_terms import GateEffect, GateKind, Prorates, ReturnsRule, StepKind
from app.programme.rebates import earned
from app.programme.returns import NOTHING, Worth, taken_back
from tests.programme.rulebook import MARGINAL, RETROACTIVE, micros, positive, rules, sales

OF = "the period from 2026-01-01 to 2026-03-31"
PAID = Worth(550_000, micros(300_000))
"Of domain.md: 300,000 came to 5,500."
AT_RATE = replace(MARGINAL, returns=ReturnsRule.ORIGINAL_RATE)


@pytest.mark.parametrize(
    ("before", "now", "measure", "beyond"),
    [
        (0, 30_000, 30_000, 0),
        (0, 300_000, 300_000, 0),
        (0, 300_001, 300_000, 1),
        (290_000, 30_000, 10_000, 20_000),
        (300_000, 5, 0, 5),
        (400_000, 5, 0, 5),
        (30_000, -30_000, -30_000, 0),
        (300_001, -2, -1, -1),
        (0, -5, 0, -5),
    ],
)
def test_no_more_is_taken_back_than_the_period_had_paid_on(before: int, now: int, measure: int, beyond: int) -> None:
    found = taken_back(OF, PAID, micros(before), micros(now) if now > 0 else -micros(-now))
    signed = [value * MICRO for value in (measure, beyond)]
    assert found == ReturnedSale(signed[0], 550_000, micros(300_000), OF, signed[1])


def test_where_nothing_came_back_nothing_is_said() -> None:
    assert taken_back(OF, PAID, 5, 0) is None


def test_a_period_that_paid_on_nothing_takes_nothing_back() -> None:
    assert taken_back(OF, NOTHING, 0, 5) == ReturnedSale(0, 0, 0, OF, 5)
    found = earned(AT_RATE, sales(300_000, returned=(ReturnedSale(0, 0, 0, OF, micros(5)),)))
    assert found.payment == 550_000
    assert [each.text for each in found.steps if each.kind is StepKind.RETURNS] == [
        f"EUR 5.00 of {OF} came back beyond what it paid on: nothing is taken back for that."
    ]


def test_thirty_thousand_of_three_hundred_thousand_take_back_a_tenth() -> None:
    back = taken_back(OF, PAID, 0, micros(30_000))
    assert back is not None
    found = earned(AT_RATE, sales(300_000, returned=(back,)))
    assert found.payment == 550_000 - 55_000
    (step,) = [each for each in found.steps if each.kind is StepKind.RETURNS]
    assert step.text == f"EUR 30,000.00 of {OF} came back; EUR 5,500.00 was paid on EUR 300,000.00."


def test_a_return_that_was_wrong_gives_back_what_it_took() -> None:
    back = taken_back(OF, PAID, micros(30_000), -micros(30_000))
    assert back is not None
    found = earned(AT_RATE, sales(300_000, returned=(back,)))
    assert found.payment == 550_000 + 55_000
    assert "did not come back after all" in found.steps[1].text


GATE = Gate(GateKind.PROVEN, "a plan was signed", MICRO, GateEffect.REDUCE, 500_000)


@pytest.mark.parametrize(
    ("rule", "volume", "came_to"),
    [
        (MARGINAL, 300_000, 550_000),
        (RETROACTIVE, 300_000, 900_000),
        (replace(MARGINAL, cap=100_000), 300_000, 100_000),
        (replace(MARGINAL, gates=(GATE,)), 300_000, 275_000),
        (replace(MARGINAL, gates=(GATE,), cap=100_000), 300_000, 100_000),
        (replace(MARGINAL, minimum_guarantee=700_000), 300_000, 550_000),
        (replace(MARGINAL, minimum_guarantee=700_000), 0, 0),
        (replace(MARGINAL, minimum_guarantee=700_000, gates=(GATE,)), 300_000, 275_000),
        (replace(MARGINAL, proration=Proration(Prorates.PAYMENT, 500_000)), 300_000, 275_000),
        (replace(MARGINAL, bands=MARGINAL.bands[1:]), 1, 0),
    ],
)
def test_a_period_came_to_what_its_rates_paid_after_gates_and_within_the_cap(
    rule: Rule, volume: int, came_to: int
) -> None:
    evidence = [GateEvidence(gate.name, 0) for gate in rule.gates]
    found = earned(rule, sales(volume), evidence)
    assert (found.came_to, found.paid_on) == (came_to, micros(volume))


def test_what_a_period_came_to_is_before_anything_is_taken_back() -> None:
    back = ReturnedSale(micros(30_000), 550_000, micros(300_000), OF)
    rule = replace(AT_RATE, advances=True)
    found = earned(rule, sales(300_000, returned=(back,), advances=1, carried=Carried(money=-5)))
    assert (found.payment, found.came_to) == (550_000 - 55_006, 550_000)


def test_what_is_excluded_and_what_was_left_to_take_back_is_not_paid_on() -> None:
    figures = sales(300_000, exclusions=(Exclusion("special", micros(50_000)),))
    assert earned(MARGINAL, figures).paid_on == micros(250_000)
    carried = sales(300_000, carried=Carried(-micros(100_000), -micros(100_000)))
    assert earned(MARGINAL, carried).paid_on == micros(200_000)
    nothing = sales(10, carried=Carried(-micros(100_000), -micros(100_000)))
    assert earned(MARGINAL, nothing).paid_on == 0


pieces = st.lists(st.integers(-(10**24), 10**24), max_size=8)


@settings(max_examples=500)
@given(rules(rising=False), positive, pieces)
def test_over_all_later_periods_no_more_is_taken_back_than_was_paid(rule: Rule, volume: int, back: list[int]) -> None:
    rule = replace(rule, returns=ReturnsRule.ORIGINAL_RATE)
    figures = replace(sales(0), currency=rule.currency)
    paid = earned(rule, replace(figures, qualifying=volume, paying=volume))
    worth, so_far, taken = Worth(paid.came_to, paid.paid_on), 0, 0
    for now in back:
        found = taken_back(OF, worth, so_far, now)
        so_far += now
        if found is not None:
            taken += found.measure
            assert found.measure + found.beyond == now
            assert abs(found.measure) <= abs(now) and found.measure * now >= 0
            exact = earned(rule, replace(figures, returned=(found,))).exact
            assert exact * worth.paid_on == -worth.came_to * found.measure
        assert 0 <= taken <= volume
    assert taken == min(max(so_far, 0), volume)


@settings(max_examples=300)
@given(rules(rising=False), positive, st.integers(1, 10**24), st.integers(0, 10**24))
def test_it_does_not_matter_in_how_many_periods_goods_come_back(rule: Rule, volume: int, one: int, other: int) -> None:
    paid = earned(rule, replace(sales(0), currency=rule.currency, qualifying=volume, paying=volume))
    worth = Worth(paid.came_to, paid.paid_on)
    together, first, second = (taken_back(OF, worth, *each) for each in ((0, one + other), (0, one), (one, other)))
    assert together is not None and first is not None
    assert together.measure == first.measure + (second.measure if second else 0)
