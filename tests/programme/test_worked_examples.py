"""Worked examples against the engine, and where they part; and to whom an incentive can be offered."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from app.programme.figures import DaysInEffect, Group
from app.programme.incentive_audience import unfit_for_distributors
from app.programme.incentives import Band, Gate, Measure, Proration, Rule
from app.programme.money_terms import (
    Basis,
    GateEffect,
    GateKind,
    IncentiveKind,
    MeasureUnit,
    PayPeriod,
    Prorates,
    StepKind,
    Structure,
    TieringPer,
)
from app.programme.sales import Valuation
from app.programme.worked_examples import Example, worked

BOOK = Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK)
REBATE = Rule(
    kind=IncentiveKind.VOLUME_REBATE,
    currency="EUR",
    qualifying=BOOK,
    paying=BOOK,
    structure=Structure.MARGINAL,
    bands=(Band(0, 10_000), Band(100_000 * 10**6, 20_000), Band(250_000 * 10**6, 30_000)),
    pay_period=PayPeriod.QUARTER,
)
GATED = replace(REBATE, gates=(Gate(GateKind.DATA_QUALITY, "Clean", 950_000, GateEffect.REDUCE, 500_000),), cap=100_000)
VOLUME = Example(qualifying=300_000 * 10**6, paying=300_000 * 10**6)


def test_an_example_and_the_engine_agree_on_5_500() -> None:
    outcome = worked(REBATE, VOLUME, 550_000)
    assert outcome.differs_at is None and outcome.calculation.payment == 550_000


@pytest.mark.parametrize(
    ("expected", "gates", "step"),
    [
        (900_000, {}, StepKind.RATE),
        (550_000, {}, StepKind.GATE),
        (275_000, {"Clean": 900_000}, StepKind.CAP),
        (550_000, {"Clean": 950_000}, StepKind.CAP),
        (100_000, {}, None),
        (100_001, {}, StepKind.RATE),
    ],
)
def test_the_step_is_the_one_after_the_last_that_left_what_was_expected(
    expected: int, gates: Mapping[str, int], step: StepKind | None
) -> None:
    found = worked(GATED, replace(VOLUME, gates=gates), expected).differs_at
    assert (found.kind if found else None) is step


def test_what_rounding_alone_changed_is_where_an_example_parts() -> None:
    """3.333333 at 1 % are 3.333333 cents: who expects 4 is told of the rate, as nobody has an amount between cents."""
    outcome = worked(REBATE, Example(qualifying=3_333_333, paying=3_333_333), 4)
    assert outcome.calculation.payment == 3 and outcome.differs_at is not None
    assert outcome.differs_at.kind is StepKind.RATE


def test_invoices_and_days_are_figures_too() -> None:
    by_invoice = replace(REBATE, tiering_per=TieringPer.INVOICE, proration=Proration(Prorates.PAYMENT))
    groups = (Group(300_000 * 10**6, 300_000 * 10**6), Group(3_000 * 10**6, 3_000 * 10**6, times=3))
    outcome = worked(by_invoice, Example(groups=groups, days=DaysInEffect(30, 90)), 184_333)
    assert outcome.differs_at is None


def test_figures_that_do_not_belong_to_the_rule_are_refused() -> None:
    with pytest.raises(ValueError, match="no advances"):
        worked(REBATE, replace(VOLUME, advances=1), 0)
    with pytest.raises(ValueError, match="gate of the rule"):
        worked(REBATE, replace(VOLUME, gates={"Unknown": 1}), 0)


@pytest.mark.parametrize("kind", list(IncentiveKind))
def test_what_pays_representatives_agents_or_funds_fits_no_distributor(kind: IncentiveKind) -> None:
    unfit = {IncentiveKind.SPIFF, IncentiveKind.COMMISSION, IncentiveKind.MDF_ACCRUAL}
    found = [each.path for each in unfit_for_distributors(replace(REBATE, kind=kind))]
    assert found == (["kind"] if kind in unfit else [])


def test_sell_out_pays_resellers() -> None:
    sell_out = replace(BOOK, basis=Basis.SELL_OUT)
    found = [each.path for each in unfit_for_distributors(replace(REBATE, qualifying=sell_out))]
    assert found == ["qualifying.basis"]
