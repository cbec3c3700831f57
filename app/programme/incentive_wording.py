"""How a rule and its figures read in English: one paragraph that a channel manager can sign.

Every number that the rule has stands in the paragraph, exactly, so that two rules that read alike pay alike.
"""

from collections.abc import Iterable
from dataclasses import fields
from fractions import Fraction
from itertools import zip_longest

from app.programme.incentives import Band, Gate, Growth, Measure, Proration, Rule, Scope
from app.programme.money import MICRO, MILLI, decimal, minor, spoken
from app.programme.money_terms import (
    Aggregate,
    Basis,
    GateEffect,
    MeasureUnit,
    Prorates,
    ReturnsRule,
    SpeciallyPriced,
    Structure,
    TieringPer,
)
from app.programme.sales import Valuation
from app.programme.terms import ThresholdRule

BASES = {Basis.SELL_IN: "sell-in", Basis.SELL_THROUGH: "sell-through", Basis.SELL_OUT: "sell-out"}
VALUED = {
    Valuation.BOOK: "at book price",
    Valuation.REPORTED_RESALE: "at the reported resale price",
    Valuation.PURCHASE_COST: "at purchase cost",
}
HOW = {
    Structure.MARGINAL: "each band's rate pays on what lies inside the band",
    Structure.RETROACTIVE: "the rate of the highest band attained pays on all of it",
    Structure.FIXED: "the sum of the highest target attained is paid once",
    Structure.PER_UNIT: "each band's rate pays per unit, on the share of the units that the band has of the volume",
}
SHARED = "each band's rate pays on the share of the paying measure that the band has of the volume"
"How MARGINAL pays where the measure that pays is another than the one that attains the bands."
PRORATED = {
    Prorates.MEASURE: "What is measured is prorated",
    Prorates.THRESHOLD: "The thresholds and the minimum are prorated",
    Prorates.TARGET: "The target or baseline and the minimum are prorated",
    Prorates.PAYMENT: "The payment is prorated",
}
SPECIAL = {
    SpeciallyPriced.FULL: "Specially priced lines count in full.",
    SpeciallyPriced.NET_OF_DEBIT: "Specially priced lines count less what was debited.",
    SpeciallyPriced.TIER_ONLY: "Specially priced lines count for the band, and nothing is paid on them.",
    SpeciallyPriced.EXCLUDED: "Specially priced lines count for nothing.",
}
RETURNED = {
    ReturnsRule.OWN_PERIOD: "Returns count in the period in which they happen.",
    ReturnsRule.ORIGINAL_RATE: "Returns of an earlier period's sales take back what was paid on these.",
}


def described(rule: Rule) -> str:
    """The rule in one English paragraph, with everything that it says."""
    return " ".join(each for each in _sentences(rule) if each)


def measured(value: int | Fraction, unit: MeasureUnit, currency: str) -> str:
    """A measure with its unit: "EUR 300,000.00", or "1,200 units"."""
    if unit is MeasureUnit.AMOUNT:
        return spoken(minor(value, currency), currency)
    return f"{decimal(Fraction(value) / MILLI)} units"


def rate_text(rate: int, structure: Structure, currency: str) -> str:
    """A band's rate: "2.5 %", "EUR 1.50 per unit", or "EUR 1,000.00"."""
    if structure is Structure.FIXED:
        return spoken(rate, currency)
    if structure is Structure.PER_UNIT:
        return f"{spoken(minor(rate, currency), currency)} per unit"
    return percent(rate)


def percent(share: int | Fraction) -> str:
    """A share of 10⁻⁶ in percent: "2.5 %"."""
    return f"{decimal(Fraction(share) * 100 / MICRO)} %"


def how_it_pays(rule: Rule) -> str:
    """How the rates pay, as a clause."""
    is_own = rule.pays_what_qualifies and rule.aggregate is Aggregate.PARTNER
    return SHARED if rule.structure is Structure.MARGINAL and not is_own else HOW[rule.structure]


def _sentences(rule: Rule) -> Iterable[str]:
    yield _opening(rule)
    yield _bands(rule)
    yield _growth(rule, rule.growth) if rule.growth else ""
    yield _minimum(rule)
    yield _proration(rule.proration) if rule.proration else ""
    yield SPECIAL[rule.specially_priced]
    yield RETURNED[rule.returns]
    yield from (_gate(each) for each in rule.gates)
    yield _limits(rule)
    yield "Advances are taken off." if rule.advances else ""
    yield _stacking(rule)
    yield "A negative volume pays nothing" + (" and carries forward." if rule.carries_forward else ".")
    yield "The payment is rounded once, half away from zero."


def _opening(rule: Rule) -> str:
    period = rule.pay_period.value.lower().replace("_", " ")
    whose = "the group of affiliates'" if rule.aggregate is Aggregate.AFFILIATES else "the partner's"
    kind = rule.kind.value.replace("_", " ").lower() if len(rule.kind.value) > 5 else rule.kind.value
    kind = kind.replace("mdf", "MDF")
    qualifying = f"{whose} net {_measure(rule.qualifying)}"
    paying = "" if rule.pays_what_qualifies else f", and pays on the partner's net {_measure(rule.paying)}"
    measured_by = f"its bands are attained by {qualifying}{paying}"
    return f"This {kind} is measured and paid every {period} in {rule.currency}: {measured_by}."


def _measure(measure: Measure) -> str:
    unit = "units" if measure.unit is MeasureUnit.UNITS else "amount"
    valued = f" {VALUED[measure.valuation]}" if measure.valuation else ""
    return f"{BASES[measure.basis]} {unit}{valued}{_scope(measure.scope)}"


def _scope(scope: Scope) -> str:
    named = [
        (each.name, sorted(getattr(scope, each.name)))
        for each in fields(scope)
        if each.name != "resellers" and getattr(scope, each.name)
    ]
    takes = [f"{_words(name)} {', '.join(values)}" for name, values in named if not name.startswith("excluded_")]
    leaves = [f"{_words(name)} {', '.join(values)}" for name, values in named if name.startswith("excluded_")]
    takes += ["the resellers listed with it"] if scope.resellers else []
    told = [*(["of " + " and ".join(takes)] if takes else []), *(["without " + " or ".join(leaves)] if leaves else [])]
    return f" ({' '.join(told)})" if told else ""


def _words(name: str) -> str:
    return name.removeprefix("excluded_").replace("_", " ")


def _bands(rule: Rule) -> str:
    begins = "above" if rule.threshold_rule is ThresholdRule.EXCEEDED else "from"
    ladder = "; ".join(
        f"{rate_text(lower.rate, rule.structure, rule.currency)} {begins} {_threshold(rule, lower)}{_end(rule, upper)}"
        for lower, upper in zip_longest(rule.bands, rule.bands[1:])
    )
    per = {TieringPer.PERIOD: "over the period", TieringPer.INVOICE: "by each invoice", TieringPer.LINE: "by each line"}
    return f"Attained {per[rule.tiering_per]}, {how_it_pays(rule)}: {ladder}."


def _end(rule: Rule, following: Band | None) -> str:
    return "" if following is None else f" to {_threshold(rule, following)}"


def _threshold(rule: Rule, band: Band) -> str:
    if rule.growth:
        return f"{percent(band.threshold)} growth"
    return measured(band.threshold, rule.qualifying.unit, rule.currency)


def _growth(rule: Rule, growth: Growth) -> str:
    def told(value: int) -> str:
        return measured(value, rule.qualifying.unit, rule.currency)

    on = "Only the increase over the baseline is paid" if growth.on_increase else "All of the volume is paid"
    floor = "" if growth.floor is None else f" A baseline below {told(growth.floor)} counts as that."
    lost = " Without a baseline above 0 nothing is paid." if growth.floor is None else ""
    return f"Growth is measured over a frozen baseline of {told(growth.baseline)}. {on}.{floor}{lost}"


def _minimum(rule: Rule) -> str:
    if not rule.qualifying.minimum:
        return ""
    return f"Below {measured(rule.qualifying.minimum, rule.qualifying.unit, rule.currency)} the rates pay nothing."


def _proration(proration: Proration) -> str:
    by = "by the days in effect" if proration.share is None else f"to {percent(proration.share)}"
    return f"{PRORATED[proration.prorates]} {by}."


def _gate(gate: Gate) -> str:
    looks_at = gate.kind.value.replace("_", " ").lower()
    missed = (
        "nothing is paid or guaranteed" if gate.effect is GateEffect.VOID else f"{percent(gate.pays)} of it is paid"
    )
    return f"Where {gate.name} ({looks_at}) is below {decimal(Fraction(gate.needed, MICRO))}, {missed}."


def _limits(rule: Rule) -> str:
    least = "" if rule.minimum_guarantee is None else f"At least {spoken(rule.minimum_guarantee, rule.currency)}"
    most = "" if rule.cap is None else f"{'at' if least else 'At'} most {spoken(rule.cap, rule.currency)}"
    return " and ".join(each for each in (least, most) if each) + (" is paid." if least or most else "")


def _stacking(rule: Rule) -> str:
    if rule.stacking_group is None:
        return ""
    return f"In the stacking group {rule.stacking_group} each unit is paid for once."
