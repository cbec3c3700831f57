"""What a rule may not say: every combination that cannot be computed, or that means two things at once, with the reason.

A rule is refused when it is written, all reasons at once, each with its place. A resale price is observed and read by no
rule: a measure at the reported resale price would attain a band by it, or pay the more the dearer a distributor sells.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.programme.currencies import CURRENCIES
from app.programme.incentives import Gate, Growth, Measure, Rule, Scope
from app.programme.money import MICRO
from app.programme.money_terms import (
    Aggregate,
    Basis,
    GateEffect,
    GateKind,
    IncentiveKind,
    MeasureUnit,
    Prorates,
    ReturnsRule,
    SpeciallyPriced,
    Structure,
    TieringPer,
)
from app.programme.sale_types import COUNTED
from app.programme.sales import Valuation
from app.programme.terms import PartnerType, SaleType
from app.programme.tiers import ascend

SHARES = frozenset({GateKind.REPORTING_IN_TIME, GateKind.DATA_QUALITY, GateKind.STOCK_IN_BAND, GateKind.CERTIFIED})
"The gates that look at a share, which is 1 at most."
COUNTS = frozenset({GateKind.ACTIVE_RESELLERS, GateKind.VOLUME_TIER})
"The gates that look at a whole number."
SCOPES = ("products", "families", "partner_types", "countries", "sale_types")
OF_RESELLERS = ("partner_types", "countries", "excluded_partner_types", "excluded_countries", "segments")
LARGEST = 10**18
"No amount, quantity, rate or threshold is beyond this."


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where in the rule."""

    path: str
    message: str


@lru_cache(maxsize=1024)
def problems(rule: Rule) -> tuple[Problem, ...]:
    """Everything for which the rule is refused, in the order of the rule; empty for one that can be computed."""
    return tuple(Problem(path, message) for check in CHECKS for path, message in check(rule))


Found = Iterator[tuple[str, str]]


def _currency(rule: Rule) -> Found:
    if rule.currency not in CURRENCIES:
        yield "currency", f"{rule.currency!r} is no currency of ISO 4217 in which a payment can be made."


def _measures(rule: Rule) -> Found:
    for path, measure in (("qualifying", rule.qualifying), ("paying", rule.paying)):
        for below, message in (*_valuation(measure), *_scope(measure)):
            yield f"{path}.{below}", message
    if rule.paying.minimum not in {0, rule.qualifying.minimum}:
        yield "paying.minimum", "A minimum stands on the qualifying measure; what pays has none."
    if not 0 <= rule.qualifying.minimum <= LARGEST:
        yield "qualifying.minimum", "A minimum is 0 or more."


def _valuation(measure: Measure) -> Found:
    is_valued = measure.unit is MeasureUnit.AMOUNT and measure.basis is not Basis.SELL_IN
    if measure.valuation is Valuation.REPORTED_RESALE:
        yield (
            "valuation",
            "A resale price is observed and read by no rule: value sell-through at BOOK or PURCHASE_COST.",
        )
    elif not is_valued and measure.valuation is not None:
        told = "Units have no price" if measure.unit is MeasureUnit.UNITS else "Sell-in stands at its invoiced price"
        yield "valuation", f"{told}: leave the valuation out."
    elif is_valued and measure.valuation is None:
        yield (
            "valuation",
            "An amount of sell-through or sell-out needs a valuation: BOOK, or PURCHASE_COST of sell-through.",
        )
    elif measure.basis is Basis.SELL_OUT and measure.valuation is Valuation.PURCHASE_COST:
        yield "valuation", "What a reseller paid is a resale price, which no rule reads: value sell-out at BOOK."


def _scope(measure: Measure) -> Found:
    scope = measure.scope
    for name in SCOPES:
        both = getattr(scope, name) & getattr(scope, f"excluded_{name}")
        if both:
            yield f"scope.{name}", f"{', '.join(sorted(both))} cannot be in and out at once."
    if measure.basis is Basis.SELL_IN:
        for name in OF_RESELLERS:
            if getattr(scope, name):
                yield f"scope.{name}", "Sell-in has no reseller: only sell-through and sell-out are told apart by that."
    yield from _codes(scope)


def _codes(scope: Scope) -> Found:
    for name in ("partner_types", "excluded_partner_types"):
        for each in sorted(getattr(scope, name) - {kind.value for kind in PartnerType}):
            yield f"scope.{name}", f"{each!r} is no partner type."
    for each in sorted(scope.sale_types - {kind.value for kind in COUNTED}):
        yield "scope.sale_types", f"{each!r} never counts as sold: name {', '.join(sorted(COUNTED))} or none."
    for each in sorted(scope.excluded_sale_types - {kind.value for kind in SaleType}):
        yield "scope.excluded_sale_types", f"{each!r} is no sale type."


def _bands(rule: Rule) -> Found:
    thresholds = [each.threshold for each in rule.bands]
    if not rule.bands:
        yield "bands", "A rule has a band at least."
    if not ascend(thresholds):
        yield (
            "bands",
            "Bands ascend, each threshold above the one before, so that they are contiguous and none overlaps.",
        )
    least = -MICRO + 1 if rule.growth and rule.structure in {Structure.RETROACTIVE, Structure.FIXED} else 0
    if rule.growth and rule.growth.on_increase:
        least = 0
    if rule.structure is Structure.FIXED and rule.growth is None:
        least = 1
    for place, each in enumerate(rule.bands):
        if not least <= each.threshold <= LARGEST:
            yield f"bands[{place}].threshold", _least_threshold(rule, least)
        yield from _rate(rule, place, each.rate)


def _least_threshold(rule: Rule, least: int) -> str:
    if least == 1:
        return "A sum is paid at a target above 0."
    return "A threshold is 0 or more." if least == 0 else "Growth is more than -100 %."


def _rate(rule: Rule, place: int, rate: int) -> Found:
    if not 0 <= rate <= LARGEST:
        yield f"bands[{place}].rate", "A rate is 0 or more."
    elif rule.structure in {Structure.MARGINAL, Structure.RETROACTIVE} and rate > MICRO:
        yield (
            f"bands[{place}].rate",
            "A share is 1 at most; an amount per unit needs the structure PER_UNIT, a sum FIXED.",
        )


def _structure(rule: Rule) -> Found:
    if rule.structure is Structure.PER_UNIT and rule.paying.unit is not MeasureUnit.UNITS:
        yield "paying.unit", "A rate per unit pays on units: let the paying measure be UNITS."
    if rule.structure in {Structure.MARGINAL, Structure.RETROACTIVE} and rule.paying.unit is not MeasureUnit.AMOUNT:
        yield "paying.unit", "A share pays on an amount: let the paying measure be AMOUNT, or pay PER_UNIT or FIXED."
    if rule.structure is Structure.FIXED and not rule.pays_what_qualifies:
        yield "paying", "A fixed sum is paid on no measure: let the paying measure be the qualifying one."


def _tiering(rule: Rule) -> Found:
    if rule.tiering_per is TieringPer.PERIOD:
        return
    each = rule.tiering_per.value.lower()
    if rule.aggregate is Aggregate.AFFILIATES:
        yield "tiering_per", f"One {each} is one partner's: affiliates are added up over the PERIOD."
    if rule.structure is Structure.FIXED:
        yield (
            "tiering_per",
            f"A return could take back no sum that an earlier {each} earned: targets are of the PERIOD.",
        )
    if rule.growth is not None:
        yield "tiering_per", f"One {each} does not grow: growth is measured over the PERIOD."
    if rule.qualifying.basis is not rule.paying.basis:
        yield "tiering_per", f"Sell-in and sell-through share no {each}: both measures need one basis."


def _growth(rule: Rule) -> Found:
    growth = rule.growth
    if growth is None:
        if rule.kind is IncentiveKind.GROWTH_REBATE:
            yield "growth", "Growth is measured against a baseline: name it."
        return
    if rule.kind not in {IncentiveKind.GROWTH_REBATE, IncentiveKind.TARGET_BONUS}:
        yield "growth", f"A {rule.kind} is not about growth: it is a GROWTH_REBATE or a TARGET_BONUS that is."
    yield from _baseline(growth)
    if rule.structure in {Structure.MARGINAL, Structure.PER_UNIT} and not growth.on_increase:
        yield (
            "growth.on_increase",
            "Bands of growth lie above the baseline: paid band by band, only the increase is paid.",
        )
    if rule.structure is Structure.FIXED and growth.on_increase:
        yield "growth.on_increase", "A fixed sum is paid neither on the volume nor on its increase: say false."


def _baseline(growth: Growth) -> Found:
    if not -LARGEST <= growth.baseline <= LARGEST:
        yield "growth.baseline", "A baseline is an amount or a quantity within range."
    if growth.floor is not None and not 0 < growth.floor <= LARGEST:
        yield "growth.floor", "A floor is above 0: it stands in for a baseline that is not."


def _proration(rule: Rule) -> Found:
    if rule.proration is None:
        return
    share, prorates = rule.proration.share, rule.proration.prorates
    if share is not None and not 0 < share <= MICRO:
        yield "proration.share", "A share is above 0 and 1 at most."
    has_target = rule.structure is Structure.FIXED or rule.growth is not None
    if prorates is Prorates.THRESHOLD and has_target:
        yield "proration.prorates", "A fixed sum has a target and growth a baseline: prorate the TARGET."
    if prorates is Prorates.TARGET and not has_target:
        yield "proration.prorates", "Without a fixed sum or growth there is no target: prorate the THRESHOLD."
    if rule.tiering_per is not TieringPer.PERIOD and prorates is not Prorates.PAYMENT:
        yield "proration.prorates", "An invoice or line is no part of a period: prorate the PAYMENT."


def _gates(rule: Rule) -> Found:
    names = [each.name for each in rule.gates]
    for place, gate in enumerate(rule.gates):
        if not gate.name.strip():
            yield f"gates[{place}].name", "A gate has a name, by which its evidence is found."
        if gate.name in names[:place]:
            yield f"gates[{place}].name", f"Another gate is called {gate.name!r}: evidence could not be told apart."
        for below, message in _gate(gate):
            yield f"gates[{place}].{below}", message


def _gate(gate: Gate) -> Found:
    if not 0 < gate.needed <= LARGEST:
        yield "needed", "A gate needs something above 0; at 0 it would always be met."
    if gate.kind in SHARES and gate.needed > MICRO:
        yield "needed", "A share is 1 at most."
    if gate.kind in COUNTS and gate.needed % MICRO:
        yield "needed", "A count is a whole number."
    if gate.kind is GateKind.PROVEN and gate.needed != MICRO:
        yield "needed", "What a person confirms is confirmed or not: it needs 1."
    if gate.effect is GateEffect.VOID and gate.pays:
        yield "pays", "A gate that voids leaves nothing: say 0, or REDUCE."
    if gate.effect is GateEffect.REDUCE and not 0 <= gate.pays < MICRO:
        yield "pays", "What a missed gate leaves is a share from 0 to less than 1."


def _limits(rule: Rule) -> Found:
    for path, amount in (("minimum_guarantee", rule.minimum_guarantee), ("cap", rule.cap)):
        if amount is not None and not 0 <= amount <= LARGEST:
            yield path, "An amount of minor units, 0 or more."
    if rule.cap is not None and rule.minimum_guarantee is not None and rule.cap < rule.minimum_guarantee:
        yield "cap", "The cap lies below the guaranteed minimum: both cannot be kept."


def _returns(rule: Rule) -> Found:
    if rule.returns is ReturnsRule.ORIGINAL_RATE and rule.structure is Structure.FIXED:
        yield "returns", "A fixed sum has no rate at which a sale could be reversed: returns count in their OWN_PERIOD."


def _special(rule: Rule) -> Found:
    units = [name for name in ("qualifying", "paying") if getattr(rule, name).unit is MeasureUnit.UNITS]
    if rule.specially_priced is SpeciallyPriced.NET_OF_DEBIT and units:
        yield "specially_priced", f"A debit is money and cannot be taken off units (the {units[0]} measure)."
    if rule.specially_priced is not SpeciallyPriced.FULL and Basis.SELL_THROUGH not in _bases(rule):
        yield "specially_priced", "Special prices are those of sell-through, which neither measure reads: say FULL."
    if rule.specially_priced is SpeciallyPriced.TIER_ONLY and rule.structure is Structure.FIXED:
        yield (
            "specially_priced",
            "A fixed sum is paid on no line, so none can count for its target alone: FULL or EXCLUDED.",
        )


def _bases(rule: Rule) -> set[Basis]:
    return {rule.qualifying.basis, rule.paying.basis}


def _kind(rule: Rule) -> Found:
    if rule.kind in {IncentiveKind.SPIFF, IncentiveKind.COMMISSION}:
        for path, measure in (("qualifying", rule.qualifying), ("paying", rule.paying)):
            if measure.basis is Basis.SELL_IN:
                yield f"{path}.basis", f"A {rule.kind} is paid for lines of a reseller, which sell-in has none of."
    if rule.kind is IncentiveKind.SPIFF and rule.structure is not Structure.PER_UNIT:
        yield "structure", "A SPIFF is an amount per unit: PER_UNIT."
    if rule.stacking_group is not None and not rule.stacking_group.strip():
        yield "stacking_group", "A stacking group has a name; without one the incentive stands by itself."


CHECKS: tuple[Callable[[Rule], Found], ...] = (
    _currency,
    _measures,
    _bands,
    _structure,
    _tiering,
    _growth,
    _proration,
    _gates,
    _limits,
    _returns,
    _special,
    _kind,
)
