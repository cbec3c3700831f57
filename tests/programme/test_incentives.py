"""What a rule may say, what it may not, and how it is kept and read."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.programme.incentive_checks import problems
from app.programme.incentive_data import rule_as_data, rule_from
from app.programme.incentive_wording import described
from app.programme.incentives import Band, Gate, Growth, Measure, Proration, Rule, Scope
from app.programme.money_terms import (
    Aggregate,
    Basis,
    GateEffect,
    GateKind,
    IncentiveKind,
    MeasureUnit,
    PayPeriod,
    Prorates,
    ReturnsRule,
    SpeciallyPriced,
    TieringPer,
)
from app.programme.sales import Valuation
from app.programme.terms import ThresholdRule
from tests.programme.rulebook import BOOK, FIXED, GROWTH, MARGINAL, MILLION, PER_UNIT, RETROACTIVE, SELL_IN, UNITS

RESALE = replace(BOOK, valuation=Valuation.REPORTED_RESALE)
GATE = Gate(GateKind.REPORTING_IN_TIME, "reports in time", 950_000, GateEffect.REDUCE, 500_000)
SPIFF = replace(PER_UNIT, kind=IncentiveKind.SPIFF, qualifying=UNITS, bands=(Band(0, 5 * MILLION),))
BY_INVOICE = replace(MARGINAL, tiering_per=TieringPer.INVOICE)


def both(measure: Measure, **more: Any) -> Rule:
    return replace(MARGINAL, qualifying=measure, paying=measure, **more)


def scoped(measure: Measure = BOOK, **names: frozenset[str]) -> Rule:
    return replace(MARGINAL, qualifying=replace(measure, scope=Scope(**names)))


def gated(**changes: Any) -> Rule:
    return replace(MARGINAL, gates=(replace(GATE, **changes),))


FINE = [
    *(MARGINAL, RETROACTIVE, PER_UNIT, FIXED, GROWTH, SPIFF, BY_INVOICE, gated(), both(SELL_IN)),
    both(replace(BOOK, valuation=Valuation.PURCHASE_COST)),
    replace(MARGINAL, cap=5, minimum_guarantee=5),
    replace(MARGINAL, aggregate=Aggregate.AFFILIATES),
    replace(MARGINAL, qualifying=replace(BOOK, minimum=1)),
    replace(FIXED, qualifying=replace(BOOK, minimum=1)),
    replace(GROWTH, bands=(Band(-50_000, 1),)),
    replace(MARGINAL, returns=ReturnsRule.ORIGINAL_RATE),
    replace(MARGINAL, specially_priced=SpeciallyPriced.NET_OF_DEBIT),
    replace(BY_INVOICE, proration=Proration(Prorates.PAYMENT)),
    gated(kind=GateKind.MINIMUM_VOLUME, needed=MILLION * MILLION),
]


@pytest.mark.parametrize("rule", FINE)
def test_a_rule_that_can_be_computed_has_no_problems(rule: Rule) -> None:
    assert problems(rule) == ()


@pytest.mark.parametrize(
    ("rule", "path", "said"),
    [
        (replace(MARGINAL, currency="XAU"), "currency", "no currency"),
        (replace(MARGINAL, qualifying=RESALE), "qualifying.valuation", "observed and read by no rule"),
        (replace(MARGINAL, paying=RESALE), "paying.valuation", "observed and read by no rule"),
        (both(replace(SELL_IN, valuation=Valuation.BOOK)), "paying.valuation", "invoiced price"),
        (replace(PER_UNIT, paying=replace(UNITS, valuation=Valuation.BOOK)), "paying.valuation", "Units have no price"),
        (both(replace(BOOK, valuation=None)), "qualifying.valuation", "needs a valuation"),
        (
            both(Measure(Basis.SELL_OUT, MeasureUnit.AMOUNT, Valuation.PURCHASE_COST)),
            "paying.valuation",
            "What a reseller paid is a resale price",
        ),
        (
            scoped(families=frozenset({"A", "B"}), excluded_families=frozenset("B")),
            "qualifying.scope.families",
            "B can",
        ),
        (scoped(SELL_IN, countries=frozenset({"DE"})), "qualifying.scope.countries", "has no reseller"),
        (scoped(partner_types=frozenset({"SHOP"})), "qualifying.scope.partner_types", "no partner type"),
        (scoped(sale_types=frozenset({"SAMPLE"})), "qualifying.scope.sale_types", "never counts"),
        (scoped(excluded_sale_types=frozenset({"GIFT"})), "qualifying.scope.excluded_sale_types", "no sale type"),
        (replace(MARGINAL, paying=replace(BOOK, minimum=1)), "paying.minimum", "on the qualifying measure"),
        (both(replace(BOOK, minimum=-1)), "qualifying.minimum", "0 or more"),
        (replace(MARGINAL, bands=()), "bands", "a band at least"),
        (replace(MARGINAL, bands=(Band(5, 1), Band(5, 2))), "bands", "ascend"),
        (replace(MARGINAL, bands=(Band(5, 1), Band(4, 2))), "bands", "ascend"),
        (replace(MARGINAL, bands=(Band(-1, 1),)), "bands[0].threshold", "0 or more"),
        (replace(MARGINAL, bands=(Band(0, -1),)), "bands[0].rate", "0 or more"),
        (replace(MARGINAL, bands=(Band(0, MILLION + 1),)), "bands[0].rate", "PER_UNIT"),
        (replace(FIXED, bands=(Band(0, 1),)), "bands[0].threshold", "target above 0"),
        (replace(GROWTH, bands=(Band(-MILLION, 1),)), "bands[0].threshold", "more than -100 %"),
        (replace(PER_UNIT, paying=BOOK), "paying.unit", "pays on units"),
        (replace(MARGINAL, paying=UNITS), "paying.unit", "pays on an amount"),
        (replace(FIXED, paying=SELL_IN), "paying", "on no measure"),
        (replace(BY_INVOICE, aggregate=Aggregate.AFFILIATES), "tiering_per", "affiliates"),
        (replace(FIXED, tiering_per=TieringPer.LINE), "tiering_per", "targets"),
        (replace(GROWTH, tiering_per=TieringPer.INVOICE), "tiering_per", "does not grow"),
        (replace(BY_INVOICE, qualifying=SELL_IN), "tiering_per", "one basis"),
        (replace(GROWTH, growth=None), "growth", "baseline"),
        (replace(MARGINAL, growth=GROWTH.growth), "growth", "GROWTH_REBATE"),
        (replace(GROWTH, growth=Growth(1, False, 0)), "growth.floor", "above 0"),
        (replace(GROWTH, growth=Growth(10**19, False)), "growth.baseline", "within range"),
        (replace(GROWTH, structure=MARGINAL.structure), "growth.on_increase", "only the increase"),
        (
            replace(FIXED, growth=Growth(1, on_increase=True), kind=IncentiveKind.GROWTH_REBATE),
            "growth.on_increase",
            "say false",
        ),
        (replace(MARGINAL, proration=Proration(Prorates.PAYMENT, 0)), "proration.share", "above 0"),
        (replace(MARGINAL, proration=Proration(Prorates.PAYMENT, MILLION + 1)), "proration.share", "1 at most"),
        (replace(FIXED, proration=Proration(Prorates.THRESHOLD)), "proration.prorates", "prorate the TARGET"),
        (replace(GROWTH, proration=Proration(Prorates.THRESHOLD)), "proration.prorates", "prorate the TARGET"),
        (replace(MARGINAL, proration=Proration(Prorates.TARGET)), "proration.prorates", "prorate the THRESHOLD"),
        (replace(BY_INVOICE, proration=Proration(Prorates.MEASURE)), "proration.prorates", "prorate the PAYMENT"),
        (gated(name=" "), "gates[0].name", "has a name"),
        (replace(MARGINAL, gates=(GATE, GATE)), "gates[1].name", "Another gate"),
        (gated(needed=0), "gates[0].needed", "always be met"),
        (gated(needed=MILLION + 1), "gates[0].needed", "1 at most"),
        (gated(kind=GateKind.ACTIVE_RESELLERS, needed=1_500_000), "gates[0].needed", "whole number"),
        (gated(kind=GateKind.PROVEN, needed=1), "gates[0].needed", "confirmed or not"),
        (gated(effect=GateEffect.VOID), "gates[0].pays", "leaves nothing"),
        (gated(pays=MILLION), "gates[0].pays", "less than 1"),
        (replace(MARGINAL, cap=-1), "cap", "0 or more"),
        (replace(MARGINAL, minimum_guarantee=-1), "minimum_guarantee", "0 or more"),
        (replace(MARGINAL, minimum_guarantee=2, cap=1), "cap", "below the guaranteed minimum"),
        (replace(FIXED, returns=ReturnsRule.ORIGINAL_RATE), "returns", "OWN_PERIOD"),
        (replace(PER_UNIT, specially_priced=SpeciallyPriced.NET_OF_DEBIT), "specially_priced", "the paying measure"),
        (both(SELL_IN, specially_priced=SpeciallyPriced.EXCLUDED), "specially_priced", "neither measure reads"),
        (replace(FIXED, specially_priced=SpeciallyPriced.TIER_ONLY), "specially_priced", "FULL or EXCLUDED"),
        (both(SELL_IN, kind=IncentiveKind.COMMISSION), "paying.basis", "lines of a reseller"),
        (replace(MARGINAL, kind=IncentiveKind.SPIFF), "structure", "PER_UNIT"),
        (replace(MARGINAL, stacking_group=" "), "stacking_group", "has a name"),
    ],
)
def test_what_cannot_be_computed_is_refused_where_it_stands_with_the_reason(rule: Rule, path: str, said: str) -> None:
    assert any(each.path == path and said in each.message for each in problems(rule)), problems(rule)


def test_all_problems_are_told_at_once() -> None:
    wrong = replace(MARGINAL, currency="XAU", bands=(), cap=-1)
    assert [each.path for each in problems(wrong)] == ["currency", "bands", "cap"]


def test_no_gate_looks_at_a_price() -> None:
    assert not [kind for kind in GateKind if "PRICE" in kind or "RESALE" in kind or "MARGIN" in kind]


every_rule = st.builds(Rule, qualifying=st.from_type(Measure), growth=st.none() | st.from_type(Growth))


@settings(max_examples=300)
@given(every_rule)
def test_a_rule_comes_back_from_its_data_as_it_was(rule: Rule) -> None:
    written = json.dumps(rule_as_data(rule), sort_keys=True)
    assert rule_from(json.loads(written)) == rule
    assert json.dumps(rule_as_data(rule_from(json.loads(written))), sort_keys=True) == written


@given(every_rule)
def test_any_rule_has_problems_or_none_and_can_be_described_where_it_has_none(rule: Rule) -> None:
    assert problems(rule) or described(rule).endswith(".")


def test_what_a_rule_leaves_out_has_its_ordinary_meaning() -> None:
    data = rule_as_data(MARGINAL)
    for name in ("gates", "cap", "threshold_rule", "returns"):
        del data[name]
    assert rule_from(data) == MARGINAL


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rate": 1}, "does not know 'rate'"),
        ({"currency": None}, "currency is a text"),
        ({"cap": 1.0}, "cap is a whole number"),
        ({"cap": True}, "cap is a whole number"),
        ({"advances": 1}, "advances is true or false"),
        ({"structure": "STEEP"}, "structure is one of MARGINAL"),
        ({"structure": []}, "structure is one of MARGINAL"),
        ({"bands": {}}, "bands is a list"),
        ({"bands": [{"threshold": 0}]}, r"bands\[0\] says no 'rate'"),
        ({"paying": []}, "paying is an object"),
        ({"growth": {"baseline": "1", "on_increase": True}}, "growth.baseline is a whole number"),
        (
            {"paying": {"basis": "SELL_IN", "unit": "UNITS", "scope": {"countries": ["DE", "DE"]}}},
            "names something twice",
        ),
    ],
)
def test_data_that_no_rule_has_written_are_refused_with_their_place(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rule_from({**rule_as_data(MARGINAL), **change})


def test_data_are_an_object_with_everything_that_a_rule_needs() -> None:
    with pytest.raises(ValueError, match="A rule is an object"):
        rule_from([])
    with pytest.raises(ValueError, match="says no 'kind' and says no 'currency'"):
        rule_from({})


def test_a_rule_reads_as_a_channel_manager_signs_it() -> None:
    rule = replace(
        RETROACTIVE,
        qualifying=replace(BOOK, minimum=10 * MILLION, scope=Scope(families=frozenset({"Switches"}))),
        threshold_rule=ThresholdRule.EXCEEDED,
        gates=(GATE,),
        proration=Proration(Prorates.PAYMENT),
        minimum_guarantee=100_000,
        cap=2_000_000,
        advances=True,
        stacking_group="Switches",
    )
    assert described(rule) == (
        "This volume rebate is measured and paid every quarter in EUR: its bands are attained by the partner's net"
        " sell-through amount at book price (of families Switches), and pays on the partner's net sell-through amount"
        " at book price. Attained over the period, the rate of the highest band attained pays on all of it: 1 % above"
        " EUR 0.00 to EUR 100,000.00; 2 % above EUR 100,000.00 to EUR 250,000.00; 3 % above EUR 250,000.00. Below EUR"
        " 10.00 the rates pay nothing. The payment is prorated by the days in effect. Specially priced lines count in"
        " full. Returns count in the period in which they happen. Where reports in time (reporting in time) is below"
        " 0.95, 50 % of it is paid. At least EUR 1,000.00 and at most EUR 20,000.00 is paid. Advances are taken off. In"
        " the stacking group Switches each unit is paid for once. A negative volume pays nothing and carries forward."
        " The payment is rounded once, half away from zero."
    )


def test_bands_that_another_measure_attains_say_what_their_share_is_of() -> None:
    assert "share of the paying measure" in described(replace(MARGINAL, aggregate=Aggregate.AFFILIATES))
    assert "share of the paying measure" in described(replace(MARGINAL, qualifying=SELL_IN))
    assert "on what lies inside the band" in described(replace(MARGINAL, qualifying=replace(BOOK, minimum=1)))


@pytest.mark.parametrize(
    "other",
    [
        *(each for each in FINE if each != MARGINAL),
        replace(MARGINAL, pay_period=PayPeriod.HALF_YEAR),
        replace(MARGINAL, currency="JPY"),
        replace(MARGINAL, kind=IncentiveKind.MDF_ACCRUAL),
        replace(MARGINAL, threshold_rule=ThresholdRule.EXCEEDED),
        replace(MARGINAL, bands=(Band(1, 10_000), *MARGINAL.bands[1:])),
        replace(MARGINAL, bands=(Band(0, 10_001), *MARGINAL.bands[1:])),
        replace(MARGINAL, proration=Proration(Prorates.THRESHOLD, 500_001)),
        replace(MARGINAL, carries_forward=False),
        gated(needed=950_001),
        gated(pays=500_001),
        gated(effect=GateEffect.VOID, pays=0),
        scoped(excluded_countries=frozenset({"US"})),
        replace(SPIFF, currency="JPY", bands=(Band(0, 1),)),
        replace(SPIFF, currency="JPY", bands=(Band(1, 1),)),
        replace(GROWTH, growth=Growth(200_000 * MILLION, False, 1)),
    ],
)
def test_two_rules_that_differ_read_differently(other: Rule) -> None:
    assert described(other) not in {described(MARGINAL), described(GROWTH) if other != GROWTH else ""}
    assert "about" not in described(other)
