"""How the rule of an incentive is entered: in the numbers in which people write them, all problems told at once."""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

import strawberry

from app.accruals.limits import not_reckoned
from app.execution.checks import Checks
from app.execution.described import entered
from app.execution.errors import UserErrorCode
from app.execution.scalars import CurrencyCode
from app.incentives.rules.graph import SCALES, rate_scale, threshold_scale
from app.programme.currencies import CURRENCIES
from app.programme.incentive_checks import problems
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

MOST_BANDS = 50
MOST_GATES = 20
MOST_NAMED = 250
"How much a scope may name of each."
BELOW_ZERO = -(10**17)


@entered
class IncentiveScopeInput:
    """Which lines count. What is left out takes all; what is excluded is out, whatever takes it in. Each list names at most
    250."""

    product_ids: list[strawberry.ID] | None = None
    "Only these products."
    families: list[str] | None = None
    "Only products of these families, as they are written."
    partner_types: list[PartnerType] | None = None
    "Only sales to resellers of these kinds."
    countries: list[str] | None = None
    "Only what was shipped to these countries, ISO 3166 (two letters)."
    sale_types: list[SaleType] | None = None
    "Only lines of these types."
    excluded_product_ids: list[strawberry.ID] | None = None
    "No such products."
    excluded_families: list[str] | None = None
    "No products of these families."
    excluded_partner_types: list[PartnerType] | None = None
    "No sales to resellers of these kinds."
    excluded_countries: list[str] | None = None
    "Nothing that was shipped to these countries."
    excluded_sale_types: list[SaleType] | None = None
    "No lines of these types."
    segment_ids: list[strawberry.ID] | None = None
    """
    Only sales to resellers in one of these segments of yours: those of each distributor's own resellers that belong to one
    on the day on which the version is proposed. Each distributor reads which of its resellers these are, and no segment.
    """


@entered
class IncentiveMeasureInput:
    """Which sales are added up, and in what."""

    basis: Basis
    "Which sales."
    unit: MeasureUnit
    "In what."
    valuation: Valuation | None = None
    "At which price, for sell-through in money."
    scope: IncentiveScopeInput | None = None
    "Which lines of these sales; all of them where it is left out."
    minimum: Decimal | None = None
    "Below this, in units of the currency or of products, the rates pay nothing. It stands on what qualifies."


@entered
class IncentiveBandInput:
    """From where on a rate pays."""

    threshold: Decimal
    "The volume at which it begins, in units of the currency or of products; for growth a share over the baseline."
    rate: Decimal
    "A share such as 0.02, an amount of the currency for each unit (PER_UNIT), or a sum of the currency (FIXED)."


@entered
class IncentiveGateInput:
    """What must also be so for the payment."""

    kind: GateKind
    "What it looks at."
    name: str
    "Its name, by which its evidence is found."
    needed: Decimal
    "At what it is met: 0.95 of a share, 12 of a count, 1 of what is confirmed."
    effect: GateEffect
    "What missing it does."
    pays: Decimal | None = None
    "The share of the payment that a missed gate leaves; none where it is left out."


@entered
class IncentiveProrationInput:
    """What is prorated where an incentive is in effect for a part of a period."""

    prorates: Prorates
    "What is prorated."
    share: Decimal | None = None
    "To which share; by the days in effect where it is left out."


@entered
class IncentiveGrowthInput:
    """The growth that is measured."""

    baseline: Decimal
    "Over what, in units of the currency or of products: frozen."
    on_increase: bool
    "Whether the increase alone is paid, or all of the volume."
    floor: Decimal | None = None
    "What stands for a baseline below it."


@entered
class IncentiveRuleInput:
    """The rule that pays, all of it."""

    kind: IncentiveKind
    "What it pays for."
    currency: CurrencyCode
    "In which currency it measures and pays."
    qualifying: IncentiveMeasureInput
    "What attains a band."
    paying: IncentiveMeasureInput | None = None
    "On what a band's rate pays; on what qualifies where it is left out."
    structure: Structure
    "How the rates pay."
    bands: list[IncentiveBandInput]
    "The bands, the lowest first; at most 50."
    pay_period: PayPeriod
    "How often it is measured and paid."
    threshold_rule: ThresholdRule = ThresholdRule.REACHED
    "When a threshold counts as met."
    tiering_per: TieringPer = TieringPer.PERIOD
    "Of what the volume attains a band."
    aggregate: Aggregate = Aggregate.PARTNER
    "Whose volume attains a band: of all to whom this incentive is offered, where it is AFFILIATES."
    growth: IncentiveGrowthInput | None = None
    "The growth that is measured."
    proration: IncentiveProrationInput | None = None
    "What is prorated."
    gates: list[IncentiveGateInput] | None = None
    "What must also be so, in the order in which it is looked at; at most 20."
    minimum_guarantee: Decimal | None = None
    "What each period pays at least, in units of the currency."
    cap: Decimal | None = None
    "What each period pays at most, in units of the currency."
    advances: bool = False
    "Whether what was paid in advance is taken off."
    returns: ReturnsRule = ReturnsRule.OWN_PERIOD
    "How returns take back what their sales had earned."
    specially_priced: SpeciallyPriced = SpeciallyPriced.FULL
    "How lines count that were sold under a special price."
    stacking_group: str | None = None
    "Inside a group each line pays for one incentive alone, that which was activated first."
    carries_forward: bool = True
    "Whether a negative volume carries into the next period."


@dataclass(frozen=True, slots=True)
class Entered:
    """A rule that was entered, and what of it has to be looked up: the products, families and segments that it names, and
    where."""

    rule: Rule
    products: dict[UUID, tuple[str, ...]]
    families: dict[str, tuple[str, ...]]
    segments: dict[UUID, tuple[str, ...]]


def rule_entered(check: Checks, vendor_id: UUID, given: IncentiveRuleInput, *path: str) -> Entered | None:
    """The rule that was entered, with every problem of it added to the checks; None where no rule could be made of it."""
    if given.currency not in CURRENCIES:
        check.currency(given.currency, *path, "currency")
        return None
    reading = _Reading(check, vendor_id, path, {}, {}, {})
    before = len(check.problems)
    rule = reading.rule(given)
    told = {problem.field for problem in check.problems[before:]}
    for problem in (*problems(rule), *not_reckoned(rule)):
        at = (*path, *_entered_at(problem.path))
        if not any(_within(at, each) or _within(each, at) for each in told):
            check.add(UserErrorCode.INVALID, problem.message, *at)
    return Entered(rule, reading.products, reading.families, reading.segments)


def _within(inner: tuple[str, ...], outer: tuple[str, ...]) -> bool:
    return inner[: len(outer)] == outer


def _entered_at(path: str) -> list[str]:
    """The path of an input field, from that of a rule: "bands[0].rate" and "paying.scope.excluded_products"."""
    named = path.replace("[", ".").replace("]", "").split(".")
    ids = {"products": "product_ids", "excluded_products": "excluded_product_ids", "segments": "segment_ids"}
    return [_camel(ids.get(each, each)) for each in named]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(each.capitalize() for each in rest)


@dataclass(slots=True)
class _Reading:
    """A rule being read."""

    check: Checks
    vendor_id: UUID
    path: tuple[str, ...]
    products: dict[UUID, tuple[str, ...]]
    families: dict[str, tuple[str, ...]]
    segments: dict[UUID, tuple[str, ...]]

    def rule(self, given: IncentiveRuleInput) -> Rule:
        self.check.at_most(MOST_BANDS, given.bands, *self.path, "bands")
        self.check.at_most(MOST_GATES, given.gates or [], *self.path, "gates")
        qualifying = self.measure(given.qualifying, "qualifying")
        rule = Rule(
            kind=given.kind,
            currency=given.currency,
            qualifying=qualifying,
            paying=self.measure(given.paying, "paying") if given.paying else qualifying,
            structure=given.structure,
            bands=(),
            pay_period=given.pay_period,
            threshold_rule=given.threshold_rule,
            tiering_per=given.tiering_per,
            aggregate=given.aggregate,
            growth=self.growth(given.growth, SCALES[qualifying.unit]) if given.growth else None,
            proration=self.proration(given.proration) if given.proration else None,
            gates=tuple(self.gate(each, place) for place, each in enumerate((given.gates or [])[:MOST_GATES])),
            minimum_guarantee=self.money(given.minimum_guarantee, given.currency, "minimumGuarantee"),
            cap=self.money(given.cap, given.currency, "cap"),
            advances=given.advances,
            returns=given.returns,
            specially_priced=given.specially_priced,
            stacking_group=self.check.optional_name(given.stacking_group, *self.path, "stackingGroup"),
            carries_forward=given.carries_forward,
        )
        bands = [self.band(rule, each, place) for place, each in enumerate(given.bands[:MOST_BANDS])]
        return replace(rule, bands=tuple(bands))

    def scaled(self, value: Decimal, places: int, *path: str, least: int = 0) -> int:
        return self.check.scaled(value, places, *self.path, *path, least=least)

    def money(self, value: Decimal | None, currency: str, name: str) -> int | None:
        return None if value is None else self.scaled(value, places_of(currency), name)

    def measure(self, given: IncentiveMeasureInput, name: str) -> Measure:
        minimum = Decimal(0) if given.minimum is None else given.minimum
        return Measure(
            basis=given.basis,
            unit=given.unit,
            valuation=given.valuation,
            scope=self.scope(given.scope, name) if given.scope else Scope(),
            minimum=self.scaled(minimum, SCALES[given.unit], name, "minimum"),
        )

    def scope(self, given: IncentiveScopeInput, name: str) -> Scope:
        at = (name, "scope")
        return Scope(
            products=self.ids(given.product_ids, "Product", self.products, *at, "productIds"),
            families=self.words(given.families, *at, "families"),
            partner_types=frozenset(each.value for each in given.partner_types or ()),
            countries=self.countries(given.countries, *at, "countries"),
            sale_types=frozenset(each.value for each in given.sale_types or ()),
            excluded_products=self.ids(given.excluded_product_ids, "Product", self.products, *at, "excludedProductIds"),
            excluded_families=self.words(given.excluded_families, *at, "excludedFamilies"),
            excluded_partner_types=frozenset(each.value for each in given.excluded_partner_types or ()),
            excluded_countries=self.countries(given.excluded_countries, *at, "excludedCountries"),
            excluded_sale_types=frozenset(each.value for each in given.excluded_sale_types or ()),
            segments=self.ids(given.segment_ids, "Segment", self.segments, *at, "segmentIds"),
        )

    def ids(
        self, given: list[strawberry.ID] | None, kind: str, named: dict[UUID, tuple[str, ...]], *path: str
    ) -> frozenset[str]:
        self.check.at_most(MOST_NAMED, given or [], *self.path, *path)
        found = set()
        for place, each in enumerate((given or [])[:MOST_NAMED]):
            at = (*self.path, *path, str(place))
            key = self.check.key(kind, kind.lower(), each, *at)
            if key is not None and key.vendor_id != self.vendor_id:
                self.check.not_found(kind.lower(), *at)
            elif key is not None:
                named.setdefault(key.id, at)
                found.add(str(key.id))
        return frozenset(found)

    def words(self, given: list[str] | None, *path: str) -> frozenset[str]:
        self.check.at_most(MOST_NAMED, given or [], *self.path, *path)
        found = set()
        for place, each in enumerate((given or [])[:MOST_NAMED]):
            at = (*self.path, *path, str(place))
            before = len(self.check.problems)
            name = self.check.name(each, *at)
            if len(self.check.problems) == before:
                self.families.setdefault(name, at)
                found.add(name)
        return frozenset(found)

    def countries(self, given: list[str] | None, *path: str) -> frozenset[str]:
        return frozenset(self.check.countries(given or [], *self.path, *path))

    def growth(self, given: IncentiveGrowthInput, scale: int) -> Growth:
        return Growth(
            baseline=self.scaled(given.baseline, scale, "growth", "baseline", least=BELOW_ZERO),
            on_increase=given.on_increase,
            floor=None if given.floor is None else self.scaled(given.floor, scale, "growth", "floor"),
        )

    def proration(self, given: IncentiveProrationInput) -> Proration:
        share = None if given.share is None else self.scaled(given.share, 6, "proration", "share")
        return Proration(given.prorates, share)

    def gate(self, given: IncentiveGateInput, place: int) -> Gate:
        at = ("gates", str(place))
        return Gate(
            kind=given.kind,
            name=self.check.name(given.name, *self.path, *at, "name"),
            needed=self.scaled(given.needed, 6, *at, "needed"),
            effect=given.effect,
            pays=0 if given.pays is None else self.scaled(given.pays, 6, *at, "pays"),
        )

    def band(self, rule: Rule, given: IncentiveBandInput, place: int) -> Band:
        at = ("bands", str(place))
        return Band(
            threshold=self.scaled(given.threshold, threshold_scale(rule), *at, "threshold", least=BELOW_ZERO),
            rate=self.scaled(given.rate, rate_scale(rule.structure, rule.currency), *at, "rate"),
        )
