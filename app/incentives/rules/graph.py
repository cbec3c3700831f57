"""How the rule of an incentive is shown: all that it says, in the numbers in which people write them.

Shares are shown as 0.02, amounts in units of the currency, quantities in base units. The same rule stands beside it as a
paragraph (`summary`), and every number of the one is in the other.
"""

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Order, SortKey, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, Money, exact
from app.programme.incentives import Band, Gate, Growth, Measure, Proration, Rule, Scope
from app.programme.money import places_of
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
    Structure,
    TieringPer,
)
from app.programme.sales import Valuation
from app.programme.terms import PartnerType, SaleType, ThresholdRule

for _each in (
    Aggregate,
    Basis,
    GateEffect,
    GateKind,
    IncentiveKind,
    MeasureUnit,
    PartnerType,
    PayPeriod,
    Prorates,
    ReturnsRule,
    SaleType,
    SpeciallyPriced,
    Structure,
    ThresholdRule,
    TieringPer,
    Valuation,
):
    values(_each)

SCALES = {MeasureUnit.AMOUNT: 6, MeasureUnit.UNITS: 3}
"With how many decimals a measure is kept."
_BY_ID = Order((SortKey("id", "id", UUID, "uuid"),))


def paid(minor: int, currency: str) -> Money:
    """Money from minor units of its currency."""
    return Money(amount=exact(minor, places_of(currency)), currency=CurrencyCode(currency))


@visible("incentive:read")
class IncentiveScope:
    """Which lines count. An empty list takes all; what is excluded is out, whatever takes it in."""

    vendor_id: strawberry.Private[UUID]
    agreement_id: strawberry.Private[UUID | None]
    scope: strawberry.Private[Scope]
    families: list[str]
    "Only products of these families."
    partner_types: list[PartnerType]
    "Only sales to resellers of these kinds."
    countries: list[str]
    "Only what was shipped to these countries, ISO 3166."
    sale_types: list[SaleType]
    "Only lines of these types."
    excluded_families: list[str]
    "No products of these families."
    excluded_partner_types: list[PartnerType]
    "No sales to resellers of these kinds."
    excluded_countries: list[str]
    "Nothing that was shipped to these countries, ISO 3166."
    excluded_sale_types: list[SaleType]
    "No lines of these types."


@visible("incentive:read")
class IncentiveMeasure:
    """Which sales are added up, and in what."""

    basis: Basis
    "Which sales."
    unit: MeasureUnit
    "In what."
    valuation: Valuation | None
    "At which price, for sell-through in money; null for everything else."
    scope: IncentiveScope
    "Which lines of these sales."
    minimum: Decimal
    "Below this, in units of the currency or of products, the rates pay nothing; 0 where there is none."


@visible("incentive:read")
class IncentiveBand:
    """From where on a rate pays; a band reaches to where the next one begins."""

    threshold: Decimal
    "The volume at which it begins, in units of the currency or of products; for growth a share over the baseline."
    rate: Decimal
    "A share such as 0.02, an amount of the currency for each unit (PER_UNIT), or a sum of the currency (FIXED)."


@visible("incentive:read")
class IncentiveGate:
    """What must also be so for the payment."""

    kind: GateKind
    "What it looks at."
    name: str
    "Its name, by which its evidence is found."
    needed: Decimal
    "At what it is met: 0.95 of a share, 12 of a count, 1 of what is confirmed."
    effect: GateEffect
    "What missing it does."
    pays: Decimal
    "The share of the payment that a missed gate leaves."


@visible("incentive:read")
class IncentiveProration:
    """What is prorated where an incentive is in effect for a part of a period."""

    prorates: Prorates
    "What is prorated."
    share: Decimal | None
    "To which share; null where it goes by the days in effect."


@visible("incentive:read")
class IncentiveGrowth:
    """The growth that is measured."""

    baseline: Decimal
    "Over what, in units of the currency or of products: frozen."
    on_increase: bool
    "Whether the increase alone is paid, or all of the volume."
    floor: Decimal | None
    "What stands for a baseline below it."


@visible("incentive:read")
class IncentiveRule:
    """The rule that pays, all of it."""

    kind: IncentiveKind
    "What it pays for."
    currency: CurrencyCode
    "In which currency it measures and pays."
    qualifying: IncentiveMeasure
    "What attains a band."
    paying: IncentiveMeasure
    "On what a band's rate pays."
    structure: Structure
    "How the rates pay."
    bands: list[IncentiveBand]
    "The bands, the lowest first."
    pay_period: PayPeriod
    "How often it is measured and paid."
    threshold_rule: ThresholdRule
    "When a threshold counts as met."
    tiering_per: TieringPer
    "Of what the volume attains a band."
    aggregate: Aggregate
    "Whose volume attains a band."
    growth: IncentiveGrowth | None
    "The growth that is measured; null where volume is."
    proration: IncentiveProration | None
    "What is prorated; null where nothing is."
    gates: list[IncentiveGate]
    "What must also be so, in the order in which it is looked at."
    minimum_guarantee: Money | None
    "What each period pays at least."
    cap: Money | None
    "What each period pays at most."
    advances: bool
    "Whether what was paid in advance is taken off."
    returns: ReturnsRule
    "How returns take back what their sales had earned."
    specially_priced: SpeciallyPriced
    "How lines count that were sold under a special price."
    stacking_group: str | None
    "Inside a group each line pays for one incentive alone, that which was activated first."
    carries_forward: bool
    "Whether a negative volume carries into the next period."


def rule_shown(vendor_id: UUID, rule: Rule, agreement_id: UUID | None = None) -> IncentiveRule:
    """A rule as it is shown; of a term, under its agreement."""
    return IncentiveRule(
        kind=rule.kind,
        currency=CurrencyCode(rule.currency),
        qualifying=_measure(vendor_id, rule.qualifying, agreement_id),
        paying=_measure(vendor_id, rule.paying, agreement_id),
        structure=rule.structure,
        bands=[_band(rule, each) for each in rule.bands],
        pay_period=rule.pay_period,
        threshold_rule=rule.threshold_rule,
        tiering_per=rule.tiering_per,
        aggregate=rule.aggregate,
        growth=_growth(rule.growth, SCALES[rule.qualifying.unit]) if rule.growth else None,
        proration=_proration(rule.proration) if rule.proration else None,
        gates=[_gate(each) for each in rule.gates],
        minimum_guarantee=_optional(rule.minimum_guarantee, rule.currency),
        cap=_optional(rule.cap, rule.currency),
        advances=rule.advances,
        returns=rule.returns,
        specially_priced=rule.specially_priced,
        stacking_group=rule.stacking_group,
        carries_forward=rule.carries_forward,
    )


def _measure(vendor_id: UUID, measure: Measure, agreement_id: UUID | None) -> IncentiveMeasure:
    return IncentiveMeasure(
        basis=measure.basis,
        unit=measure.unit,
        valuation=measure.valuation,
        scope=_scope(vendor_id, measure.scope, agreement_id),
        minimum=exact(measure.minimum, SCALES[measure.unit]),
    )


def _scope(vendor_id: UUID, scope: Scope, agreement_id: UUID | None) -> IncentiveScope:
    return IncentiveScope(
        vendor_id=vendor_id,
        agreement_id=agreement_id,
        scope=scope,
        families=sorted(scope.families),
        partner_types=[PartnerType(each) for each in sorted(scope.partner_types)],
        countries=sorted(scope.countries),
        sale_types=[SaleType(each) for each in sorted(scope.sale_types)],
        excluded_families=sorted(scope.excluded_families),
        excluded_partner_types=[PartnerType(each) for each in sorted(scope.excluded_partner_types)],
        excluded_countries=sorted(scope.excluded_countries),
        excluded_sale_types=[SaleType(each) for each in sorted(scope.excluded_sale_types)],
    )


def threshold_scale(rule: Rule) -> int:
    """With how many decimals a threshold is kept: as what attains it, or as a share where growth does."""
    return 6 if rule.growth else SCALES[rule.qualifying.unit]


def rate_scale(structure: Structure, currency: str) -> int:
    """With how many decimals a rate is kept."""
    return places_of(currency) if structure is Structure.FIXED else 6


def _band(rule: Rule, band: Band) -> IncentiveBand:
    return IncentiveBand(
        threshold=exact(band.threshold, threshold_scale(rule)),
        rate=exact(band.rate, rate_scale(rule.structure, rule.currency)),
    )


def _gate(gate: Gate) -> IncentiveGate:
    return IncentiveGate(
        kind=gate.kind,
        name=gate.name,
        needed=exact(gate.needed, 6),
        effect=gate.effect,
        pays=exact(gate.pays, 6),
    )


def _growth(growth: Growth, scale: int) -> IncentiveGrowth:
    floor = None if growth.floor is None else exact(growth.floor, scale)
    return IncentiveGrowth(baseline=exact(growth.baseline, scale), on_increase=growth.on_increase, floor=floor)


def _proration(proration: Proration) -> IncentiveProration:
    share = None if proration.share is None else exact(proration.share, 6)
    return IncentiveProration(prorates=proration.prorates, share=share)


def _optional(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else paid(minor, currency)


Loader = Callable[[Request[Actor], Sequence[Key]], Awaitable[Sequence[Any]]]


def products_of_scopes(loader: Loader, page: object, *, excluded: bool) -> Any:
    """The edge from a scope to the products that it names, which another feature loads."""

    async def products(
        request: Request[Actor],
        parents: Sequence[IncentiveScope],
        selection: Selection,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> list[Any]:
        window = Window.of(_BY_ID, first=first, after=after, last=last, before=before, of=excluded)
        named = [_named(parent, window, excluded) for parent in parents]
        keys = list(dict.fromkeys(key for own, _ in named for key in own))
        found = dict(zip(keys, await loader(request, keys), strict=True)) if keys else {}
        return [
            window.connection(
                [{"id": key.id, "node": found[key]} for key in own if found[key] is not None],
                lambda row: row["node"],
                total,
                selection,
            )
            for own, total in named
        ]

    products.__doc__ = "The products that are out." if excluded else "Only these products; none where all count."
    products.__annotations__["return"] = list[page]  # type: ignore[valid-type]
    return edge(products)


def _named(parent: IncentiveScope, window: Window, excluded: bool) -> tuple[list[Key], int]:
    """The products of a page, one more where more follow, in the order in which the page is read; and how many there are."""
    ids = sorted(UUID(each) for each in (parent.scope.excluded_products if excluded else parent.scope.products))
    total = len(ids)
    if window.position is not None:
        at = window.position[0]
        ids = [each for each in ids if (each < at if window.backward else each > at)]  # type: ignore[operator]
    if window.backward:
        ids.reverse()
    return [Key(parent.vendor_id, each) for each in ids[: window.size + 1]], total
