"""The order of operations: proration, exclusions, gates, minimum, cap, advances; each step with its evidence."""

from dataclasses import replace
from fractions import Fraction

import pytest

from app.programme.figures import (
    Calculation,
    Carried,
    DaysInEffect,
    Exclusion,
    Figures,
    GateEvidence,
    Group,
    ReturnedSale,
)
from app.programme.incentives import Gate, Proration, Rule
from app.programme.money_terms import GateEffect, GateKind, Prorates, ReturnsRule, StepKind, TieringPer
from app.programme.rebates import earned
from tests.programme.rulebook import FIXED, GROWTH, MARGINAL, MILLION, RETROACTIVE, micros, sales

HALF = DaysInEffect(46, 92)
IN_TIME = Gate(GateKind.REPORTING_IN_TIME, "reports in time", 950_000, GateEffect.REDUCE, 500_000)
PROVEN = Gate(GateKind.PROVEN, "a plan was signed", MILLION, GateEffect.VOID)


def found(gate: Gate, measured: int | None) -> GateEvidence:
    return GateEvidence(gate.name, measured, "19 of 20 reports")


def kinds(calculation: Calculation) -> list[StepKind]:
    return [each.kind for each in calculation.steps]


def amounts(calculation: Calculation) -> list[int]:
    return [int(each.after) for each in calculation.steps]


def test_3000_earned_with_a_gate_of_a_half_and_a_cap_of_1000_pays_1000() -> None:
    rule = replace(RETROACTIVE, gates=(IN_TIME,), cap=100_000)
    calculation = earned(rule, sales(150_000), [found(IN_TIME, 949_999)])
    assert kinds(calculation) == [StepKind.RATE, StepKind.GATE, StepKind.CAP, StepKind.ROUNDING]
    assert amounts(calculation) == [300_000, 150_000, 100_000, 100_000]
    assert calculation.payment == 100_000


@pytest.mark.parametrize(
    ("measured", "payment"), [(950_001, 300_000), (950_000, 300_000), (949_999, 150_000), (0, 150_000), (None, 150_000)]
)
def test_a_gate_is_met_at_what_it_needs_and_missed_without_a_figure(measured: int | None, payment: int) -> None:
    rule = replace(RETROACTIVE, gates=(IN_TIME,))
    calculation = earned(rule, sales(150_000), [found(IN_TIME, measured)])
    assert calculation.payment == payment
    assert calculation.steps[1].evidence == found(IN_TIME, measured)


def test_a_gate_without_evidence_is_missed_and_says_so() -> None:
    calculation = earned(replace(RETROACTIVE, gates=(IN_TIME,)), sales(150_000))
    assert calculation.payment == 150_000
    assert calculation.steps[1].text == "Nothing shows reports in time, which needs 0.95: missed, 50 % is paid."


def test_gates_reduce_one_after_the_other() -> None:
    second = replace(IN_TIME, name="stock in band", pays=250_000)
    calculation = earned(replace(RETROACTIVE, gates=(IN_TIME, second)), sales(150_000))
    assert amounts(calculation) == [300_000, 150_000, 37_500, 37_500]


@pytest.mark.parametrize(
    ("gate", "measured", "payment"),
    [(PROVEN, 0, 0), (PROVEN, MILLION, 300_000), (IN_TIME, 0, 200_000), (IN_TIME, MILLION, 300_000)],
)
def test_the_guaranteed_minimum_survives_a_reduction_and_is_voided_with_the_payment(
    gate: Gate, measured: int, payment: int
) -> None:
    rule = replace(RETROACTIVE, gates=(gate,), minimum_guarantee=200_000)
    assert earned(rule, sales(150_000), [found(gate, measured)]).payment == payment


def test_a_void_gate_voids_the_minimum_also_where_a_later_gate_is_met() -> None:
    rule = replace(RETROACTIVE, gates=(PROVEN, IN_TIME), minimum_guarantee=200_000)
    assert earned(rule, sales(150_000), [found(IN_TIME, MILLION)]).payment == 0


@pytest.mark.parametrize(
    ("volume", "payment"), [(10_000, 20_000), (20_000, 20_000), (30_000, 30_000), (90_000, 50_000)]
)
def test_a_payment_lies_between_its_minimum_and_its_cap(volume: int, payment: int) -> None:
    rule = replace(MARGINAL, minimum_guarantee=20_000, cap=50_000)
    assert earned(rule, sales(volume)).payment == payment


def test_advances_come_off_last_and_what_is_left_of_them_carries_forward() -> None:
    rule = replace(MARGINAL, advances=True, cap=200_000)
    assert earned(rule, sales(300_000, advances=150_000)).payment == 50_000
    early = earned(rule, sales(300_000, advances=250_000))
    assert (early.payment, early.carried) == (0, Carried(money=-50_000))
    following = earned(rule, sales(100_000, carried=early.carried))
    assert following.payment == 50_000
    assert kinds(following) == [StepKind.RATE, StepKind.CAP, StepKind.CARRY_FORWARD, StepKind.ROUNDING]


def test_neither_gate_nor_cap_changes_what_is_owed() -> None:
    rule = replace(MARGINAL, gates=(PROVEN,), cap=0, advances=True)
    assert earned(rule, sales(300_000, advances=1_000)).carried.money == -1_000
    by_invoice = replace(MARGINAL, tiering_per=TieringPer.INVOICE, gates=(PROVEN,), bands=MARGINAL.bands[1:])
    groups = tuple(Group(micros(each), micros(each)) for each in (110_000, 90_000, 90_000, -280_000))
    owed = earned(by_invoice, Figures("EUR", micros(10_000), micros(10_000), groups=groups))
    assert (owed.payment, owed.carried.money) == (0, -540_000)


@pytest.mark.parametrize(
    ("rule", "prorates", "volume", "payment"),
    [
        (RETROACTIVE, Prorates.MEASURE, 200_000, 200_000),
        (RETROACTIVE, Prorates.MEASURE, 199_999, 99_999 + 1),
        (RETROACTIVE, Prorates.THRESHOLD, 50_000, 100_000),
        (RETROACTIVE, Prorates.THRESHOLD, "49999.99", 50_000),
        (MARGINAL, Prorates.THRESHOLD, 150_000, 50_000 + 150_000 + 75_000),
        (RETROACTIVE, Prorates.PAYMENT, 150_000, 150_000),
        (FIXED, Prorates.TARGET, 50_000, 50_000),
        (FIXED, Prorates.TARGET, "49999.99", 0),
        (FIXED, Prorates.PAYMENT, 100_000, 25_000),
        (GROWTH, Prorates.TARGET, 110_000, 220_000),
        (GROWTH, Prorates.TARGET, "109999.99", 110_000),
    ],
)
def test_a_proration_names_what_it_prorates(rule: Rule, prorates: Prorates, volume: int | str, payment: int) -> None:
    prorated = replace(rule, proration=Proration(prorates))
    assert earned(prorated, sales(volume), days=HALF).payment == payment


def test_the_step_of_a_proration_shows_what_it_changed() -> None:
    rule = replace(RETROACTIVE, proration=Proration(Prorates.THRESHOLD))
    calculation = earned(rule, sales(50_000), days=HALF)
    step = calculation.steps[1]
    assert [step.kind, step.before, step.after] == [StepKind.PRORATION, 50_000, 100_000]
    assert step.text == "The threshold is prorated to 50 % (1 of 2)."
    assert [each.threshold for each in calculation.bands] == [0, micros(50_000), micros(125_000)]


def test_the_minimum_is_prorated_with_the_thresholds() -> None:
    rule = replace(RETROACTIVE, qualifying=replace(RETROACTIVE.qualifying, minimum=micros(60_000)))
    prorated = replace(rule, proration=Proration(Prorates.THRESHOLD, 500_000))
    assert earned(rule, sales(30_000)).payment == 0
    assert earned(prorated, sales(30_000)).payment == 30_000
    assert earned(prorated, sales("29999.99")).payment == 0


def test_exclusions_are_prorated_with_the_payment() -> None:
    excluded = (Exclusion("a test", micros(50_000)),)
    for prorates, payment in ((Prorates.PAYMENT, 100_000), (Prorates.MEASURE, 50_000)):
        rule = replace(RETROACTIVE, proration=Proration(prorates, 500_000))
        assert earned(rule, sales(150_000, exclusions=excluded)).payment == payment


@pytest.mark.parametrize("days", [None, DaysInEffect(0, 92), DaysInEffect(93, 92), DaysInEffect(-1, 92)])
def test_a_proration_by_days_needs_days(days: DaysInEffect | None) -> None:
    with pytest.raises(ValueError, match="days"):
        earned(replace(MARGINAL, proration=Proration(Prorates.PAYMENT)), sales(1), days=days)


BACK = ReturnedSale(1, 1, 1, "2026 Q1")


@pytest.mark.parametrize(
    ("rule", "figures", "evidence", "said"),
    [
        (replace(MARGINAL, bands=()), sales(1), [], "band at least"),
        (MARGINAL, Figures("USD", 1, 1), [], "convert them"),
        (MARGINAL, Figures("EUR", 1, 1, groups=(Group(1, 1),)), [], "no invoices"),
        (replace(MARGINAL, tiering_per=TieringPer.LINE), sales(1), [], "add up to"),
        (
            replace(MARGINAL, tiering_per=TieringPer.LINE),
            Figures("EUR", 1, 1, groups=(Group(1, 1, times=0),)),
            [],
            "once at least",
        ),
        (MARGINAL, sales(1, returned=(BACK,)), [], "own period"),
        (
            replace(MARGINAL, returns=ReturnsRule.ORIGINAL_RATE),
            sales(1, returned=(replace(BACK, measure=2),)),
            [],
            "came back",
        ),
        (MARGINAL, sales(1, advances=1), [], "no advances"),
        (replace(MARGINAL, advances=True), sales(1, advances=-1), [], "0 or more"),
        (MARGINAL, sales(1, carried=Carried(1)), [], "0 or less"),
        (MARGINAL, sales(1), [found(IN_TIME, 1)], "gate of the rule"),
        (replace(MARGINAL, gates=(IN_TIME,)), sales(1), [found(IN_TIME, 1)] * 2, "once for each"),
    ],
)
def test_what_does_not_belong_to_a_rule_is_refused(
    rule: Rule, figures: Figures, evidence: list[GateEvidence], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        earned(rule, figures, evidence)


def test_the_steps_follow_one_another_and_add_up_to_the_payment() -> None:
    rule = replace(
        RETROACTIVE,
        proration=Proration(Prorates.PAYMENT),
        gates=(IN_TIME, PROVEN),
        minimum_guarantee=10,
        cap=10_001,
        returns=ReturnsRule.ORIGINAL_RATE,
        advances=True,
    )
    figures = sales(
        150_000,
        exclusions=(Exclusion("a test", 1),),
        returned=(ReturnedSale(1, 1, 3, "2026 Q1"),),
        advances=7,
        carried=Carried(money=-3),
    )
    calculation = earned(rule, figures, [found(IN_TIME, 1), found(PROVEN, MILLION)], DaysInEffect(30, 91))
    assert kinds(calculation) == sorted([*StepKind, StepKind.GATE], key=list(StepKind).index)
    ends = [Fraction(0), *(each.after for each in calculation.steps)]
    assert [each.before for each in calculation.steps] == ends[:-1]
    assert calculation.steps[-1].after == calculation.payment == 9_991
    assert calculation.exact == 9_991 - Fraction(1, 3)
    assert sum(calculation.by_step().values()) == calculation.payment
