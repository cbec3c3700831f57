"""The demo's incentives: what each vendor pays its distributors for, sized by what they sell.

Every structure occurs: marginal, retroactive, a fixed bonus at a target, an amount per unit, growth over a frozen baseline,
and invoices that attain bands by themselves; with gates, caps, a guaranteed minimum and lines sold under special prices. One
incentive is a draft that only its vendor sees, one is proposed to a distributor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from app.access.roles import Role
from app.demo.history import MONTHS, History, derived_id, midnight
from app.demo.network import KESTREL, Agreement, Vendor
from app.demo.people import Person
from app.demo.sales import Month
from app.programme.incentive_data import rule_as_data
from app.programme.incentive_wording import described
from app.programme.incentives import Band, Gate, Growth, Measure, Rule, Scope
from app.programme.money import minor_units
from app.programme.money_terms import (
    Basis,
    GateEffect,
    GateKind,
    IncentiveKind,
    IncentiveStatus,
    MeasureUnit,
    PayPeriod,
    ReturnsRule,
    SpeciallyPriced,
    Structure,
    TieringPer,
)
from app.programme.sales import Valuation
from app.programme.spans import Span

Record = dict[str, object]
SELL_THROUGH = Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK)
SELL_IN = Measure(Basis.SELL_IN, MeasureUnit.AMOUNT)
REPORTS_IN_TIME = Gate(GateKind.REPORTING_IN_TIME, "Reports in time", 900_000, GateEffect.REDUCE, 500_000)
CLEAN_DATA = Gate(GateKind.DATA_QUALITY, "Clean data", 800_000, GateEffect.VOID)


@dataclass(frozen=True)
class Incentive:
    """An incentive offered under one agreement."""

    vendor_id: UUID
    agreement: Agreement
    name: str
    status: IncentiveStatus
    rule: Rule
    effective: Span

    @property
    def id(self) -> UUID:
        return self._id("incentive")

    @property
    def term_id(self) -> UUID:
        return self._id("incentive term")

    def _id(self, what: str) -> UUID:
        return derived_id(what, str(self.agreement.id), self.name, at=midnight(self.effective.start))


def incentives(vendor: Vendor, history: History, sold: Mapping[UUID, Sequence[Month]]) -> list[Incentive]:
    """What a vendor pays for, under each of its agreements. Under one of them what comes back takes back what its sale was
    paid."""
    effective = in_force(history)
    found = []
    for place, agreement in enumerate(vendor.agreements):
        sizes = Sizes.of(agreement, sold[agreement.id])
        rebate = marginal(sizes)
        if agreement.terms.distributor == KESTREL:
            rebate = replace(rebate, returns=ReturnsRule.ORIGINAL_RATE)
        rules = [("Sell-through rebate", rebate), _SECOND[place % len(_SECOND)](sizes)]
        found += [
            Incentive(vendor.id, agreement, name, IncentiveStatus.ACTIVE, rule, effective) for name, rule in rules
        ]
    first = vendor.agreements[0]
    sizes = Sizes.of(first, sold[first.id])
    for status, (name, rule) in (
        (IncentiveStatus.PROPOSED, ("Growth bonus, next year", growth(sizes)[1])),
        (IncentiveStatus.DRAFT, ("Large invoices, an idea", by_invoice(sizes)[1])),
    ):
        found.append(Incentive(vendor.id, first, name, status, rule, Span(history.end, effective.end)))
    return found


def in_force(history: History) -> Span:
    """From the first calendar quarter of the second year until two years later."""
    start = history.months[MONTHS // 2]
    while start.month % 3 != 1:
        start = (start + timedelta(days=32)).replace(day=1)
    return Span(start, date(start.year + 2, start.month, 1))


@dataclass(frozen=True)
class Sizes:
    """What a distributor buys in a usual quarter, in 10⁻⁶ currency units and whole units, and its largest family."""

    currency: str
    quarter: int
    units: int
    invoice: int
    family: str

    @classmethod
    def of(cls, agreement: Agreement, months: Sequence[Month]) -> "Sizes":
        bought = [line for month in months[:12] for line in month.bought]
        amount = sum(line.quantity * line.unit_price for line in bought) // 4
        units = sum(line.quantity for line in bought) // 4
        family = agreement.products[0].family.name
        quarter = _round(max(amount, 10**9))
        return cls(agreement.terms.currency, quarter, max(units, 100), _round(quarter // 400), family)


def marginal(sizes: Sizes) -> Rule:
    """A share of sell-through that grows from band to band, with a cap; half of it where reports come late."""
    bands = (Band(0, 10_000), Band(_round(sizes.quarter // 2), 20_000), Band(sizes.quarter, 30_000))
    rule = _rule(IncentiveKind.VOLUME_REBATE, sizes, SELL_THROUGH, Structure.MARGINAL, *bands)
    return replace(rule, gates=(REPORTS_IN_TIME,), cap=minor_units(_round(sizes.quarter // 20), sizes.currency))


def retroactive(sizes: Sizes) -> tuple[str, Rule]:
    """The rate of the highest tier of purchases, on all of them; nothing where the data are not clean."""
    bands = (Band(_round(sizes.quarter * part // 10), rate) for part, rate in ((5, 5_000), (8, 10_000), (11, 20_000)))
    rule = _rule(IncentiveKind.VOLUME_REBATE, sizes, SELL_IN, Structure.RETROACTIVE, *bands)
    return "Volume rebate", replace(rule, gates=(CLEAN_DATA,))


def target(sizes: Sizes) -> tuple[str, Rule]:
    """A fixed bonus at a target of purchases."""
    bonus = Band(_round(sizes.quarter * 9 // 10), minor_units(_round(sizes.quarter // 50), sizes.currency))
    return "Target bonus", _rule(IncentiveKind.TARGET_BONUS, sizes, SELL_IN, Structure.FIXED, bonus)


def per_unit(sizes: Sizes) -> tuple[str, Rule]:
    """So much for each unit of one family, with a guaranteed minimum; specially priced units earn nothing."""
    units = Measure(Basis.SELL_THROUGH, MeasureUnit.UNITS, scope=Scope(families=frozenset({sizes.family})))
    bands = (Band(0, 500_000), Band(sizes.units * 500, 800_000))
    rule = _rule(IncentiveKind.LOGISTICS_ALLOWANCE, sizes, units, Structure.PER_UNIT, *bands)
    guarantee = minor_units(_round(sizes.quarter // 2_000), sizes.currency)
    special = SpeciallyPriced.EXCLUDED
    return f"Allowance for {sizes.family}", replace(rule, minimum_guarantee=guarantee, specially_priced=special)


def growth(sizes: Sizes) -> tuple[str, Rule]:
    """A share of what sell-through grew by over a frozen baseline, from five percent of growth on."""
    rule = _rule(IncentiveKind.GROWTH_REBATE, sizes, SELL_THROUGH, Structure.RETROACTIVE, Band(50_000, 40_000))
    return "Growth rebate", replace(rule, growth=Growth(_round(sizes.quarter * 8 // 10), on_increase=True))


def by_invoice(sizes: Sizes) -> tuple[str, Rule]:
    """A share of each large invoice."""
    large = Band(sizes.invoice, 5_000)
    rule = _rule(IncentiveKind.OPERATIONAL, sizes, SELL_THROUGH, Structure.RETROACTIVE, large)
    return "Large invoices", replace(rule, tiering_per=TieringPer.INVOICE)


_SECOND = (retroactive, target, per_unit, growth, by_invoice)


def _rule(kind: IncentiveKind, sizes: Sizes, measure: Measure, structure: Structure, *bands: Band) -> Rule:
    """A rule that is paid by the quarter, for what it also measures."""
    return Rule(kind, sizes.currency, measure, measure, structure, bands, PayPeriod.QUARTER)


def _round(amount: int) -> int:
    """Two digits and zeros."""
    unit = int(10 ** max(0, len(str(amount)) - 2))
    return max(unit, amount // unit * unit)


def records(vendor: Vendor, found: Sequence[Incentive]) -> dict[str, list[Record]]:
    """The rows that the vendor writes of its incentives."""
    return {
        "incentive": [_incentive(vendor, each) for each in found],
        "incentive_version": [_version(vendor, each) for each in found],
        "incentive_term": [_term(each) for each in found if each.status is not IncentiveStatus.DRAFT],
    }


def _incentive(vendor: Vendor, each: Incentive) -> Record:
    return {
        "vendor_id": vendor.id,
        "id": each.id,
        "name": each.name,
        "kind": each.rule.kind.value,
        "status": each.status.value,
        "latest_version": 1,
        "budget_minor": each.rule.cap,
        "created_by": Person(vendor.organization, Role.VENDOR_PROGRAM_MANAGER).name,
        "created_at": midnight(each.effective.start),
    }


def _terms(each: Incentive) -> Record:
    at = midnight(each.effective.start)
    return {
        "vendor_id": each.vendor_id,
        "incentive_id": each.id,
        "version": 1,
        "status": each.status.value,
        "rule": rule_as_data(each.rule),
        "summary": described(each.rule),
        "currency": each.rule.currency,
        "effective_start": each.effective.start,
        "effective_end": each.effective.end,
        "proposed_at": None if each.status is IncentiveStatus.DRAFT else at,
        "activated_at": at if each.status is IncentiveStatus.ACTIVE else None,
    }


def _version(vendor: Vendor, each: Incentive) -> Record:
    by = Person(vendor.organization, Role.VENDOR_PROGRAM_MANAGER).name
    at = midnight(each.effective.start)
    return {**_terms(each), "agreement_ids": [each.agreement.id], "written_by": by, "written_at": at}


def _term(each: Incentive) -> Record:
    agreement = each.agreement
    of = {"id": each.term_id, "agreement_id": agreement.id, "distributor_id": agreement.distributor_id}
    return {**_terms(each), **of, "name": each.name, "kind": each.rule.kind.value}
