"""What an incentive says: the rule that pays, as data that both sides can read, keep and compare.

A rule names a *qualifying* measure, which selects the band, and a *paying* measure, on which the band's rate pays. A
measure says which sales it adds up (basis, scope), in what (money or units) and, for sell-through in money, at which
prices. Bands begin at a threshold and reach to the next, so they are contiguous. What a rule can say and cannot be computed
is refused when it is written (incentive_checks.py); how it is computed stands in rebates.py.

Amounts and thresholds in money are int of 10⁻⁶ currency units, quantities int of 10⁻³ units, shares int of 10⁻⁶, payments
int of minor units, all in the one currency of the rule.
"""

from dataclasses import dataclass, field, replace

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
from app.programme.terms import ThresholdRule

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which lines count. An empty set takes all; what is excluded is out, whatever takes it in. Products are ids as text,
    families by name, partner types, countries (ISO 3166 alpha-2) and sale types by their code.

    `segments` are ids of the vendor's own, in a rule as it is drafted: whoever belongs to one today. `resellers` is the name
    of the lists that are frozen of them for each agreement when the rule is proposed: from then on those alone are read, so
    that what is paid can be recomputed, and no segment stands in what a distributor reads.
    """

    products: frozenset[str] = NOTHING
    families: frozenset[str] = NOTHING
    partner_types: frozenset[str] = NOTHING
    countries: frozenset[str] = NOTHING
    sale_types: frozenset[str] = NOTHING
    excluded_products: frozenset[str] = NOTHING
    excluded_families: frozenset[str] = NOTHING
    excluded_partner_types: frozenset[str] = NOTHING
    excluded_countries: frozenset[str] = NOTHING
    excluded_sale_types: frozenset[str] = NOTHING
    segments: frozenset[str] = NOTHING
    resellers: frozenset[str] = NOTHING

    @property
    def of_resellers(self) -> bool:
        """Whether it tells lines apart by who bought."""
        return bool(self.partner_types or self.excluded_partner_types or self.segments or self.resellers)


@dataclass(frozen=True, slots=True)
class Measure:
    """Which sales are added up, and in what. Sell-through in money has a valuation, nothing else has one. Below the
    `minimum` of a qualifying measure (10⁻⁶ currency units or 10⁻³ units, by its unit) the rates pay nothing."""

    basis: Basis
    unit: MeasureUnit
    valuation: Valuation | None = None
    scope: Scope = field(default_factory=Scope)
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class Band:
    """From where on a rate pays. The threshold is an amount of 10⁻⁶ currency units or a quantity of 10⁻³ units, by the unit
    of the qualifying measure; for growth a share over the baseline, of 10⁻⁶.

    The rate is a share of 10⁻⁶ (MARGINAL, RETROACTIVE), 10⁻⁶ currency units per unit (PER_UNIT), or a sum of minor units
    (FIXED).
    """

    threshold: int
    rate: int


@dataclass(frozen=True, slots=True)
class Gate:
    """What must also be so. It is met at `needed`, of 10⁻⁶: 950,000 is a share of 95 %, 12,000,000 a count of twelve,
    1,000,000 a thing confirmed. Where it is missed, VOID leaves nothing, REDUCE the share `pays` of 10⁻⁶."""

    kind: GateKind
    name: str
    needed: int
    effect: GateEffect
    pays: int = 0


@dataclass(frozen=True, slots=True)
class Proration:
    """What is prorated, by a fixed share of 10⁻⁶ or, where none is named, by the days in effect over those of the period."""

    prorates: Prorates
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    """The baseline, frozen, in the unit of the qualifying measure; the increase over it alone is paid, or all of the volume.
    Where the baseline lies below the floor, growth is over the floor; without one, a baseline of 0 or less pays nothing."""

    baseline: int
    on_increase: bool
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """An incentive's rule. `minimum_guarantee` and `cap` are minor units of the currency for each period."""

    kind: IncentiveKind
    currency: str
    qualifying: Measure
    paying: Measure
    structure: Structure
    bands: tuple[Band, ...]
    pay_period: PayPeriod
    threshold_rule: ThresholdRule = ThresholdRule.REACHED
    tiering_per: TieringPer = TieringPer.PERIOD
    aggregate: Aggregate = Aggregate.PARTNER
    growth: Growth | None = None
    proration: Proration | None = None
    gates: tuple[Gate, ...] = ()
    minimum_guarantee: int | None = None
    cap: int | None = None
    advances: bool = False
    returns: ReturnsRule = ReturnsRule.OWN_PERIOD
    specially_priced: SpeciallyPriced = SpeciallyPriced.FULL
    stacking_group: str | None = None
    carries_forward: bool = True

    @property
    def pays_what_qualifies(self) -> bool:
        """Whether the paying measure is the qualifying one; its minimum is no part of what is measured."""
        return replace(self.paying, minimum=0) == replace(self.qualifying, minimum=0)
