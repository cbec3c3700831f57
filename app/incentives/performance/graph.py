"""How incentives perform, as the vendor sees it: cost, adoption, and sales against a named baseline. Nobody else sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.accruals.actions import network_of, rule_of
from app.accruals.figures import Offer, Period, slots_of
from app.accruals.measures.queries import Asking, measured
from app.execution.connections import Connection, Edge, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key
from app.execution.listings.queries import pages
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, DateRangeInput, Money, exact
from app.incentives.accrued.graph import MeasuredVolume, volume
from app.incentives.performance import queries
from app.incentives.queries import NEWEST_INCENTIVES
from app.incentives.rules.graph import paid
from app.programme.incentive_performance import (
    Baseline,
    adoption,
    baseline_span,
    cost_per_incremental,
    is_comparable,
)
from app.programme.incentives import Measure, Rule
from app.programme.money import places_of
from app.programme.money_terms import MeasureUnit
from app.programme.pay_periods import in_effect
from app.programme.spans import Span
from app.programme.terms import Level, PartnerType
from app.store.database import Reader, Row

values(Baseline)
SCALES = {MeasureUnit.AMOUNT: 10**6, MeasureUnit.UNITS: 10**3}


@visible("incentive:read")
class IncentiveCost:
    """What an incentive costs, and who earns by it, for the pay periods that begin in the days asked for."""

    accrued: Money
    "What it has earned its partners so far, all gates taken as met."
    approved: Money
    "What statements that were approved owe."
    paid: Money
    "What of that was credited."
    eligible: int
    "Under how many agreements it was in force."
    earners: int
    "Under how many of these it has earned something."
    adoption: Decimal | None
    "Earners ÷ eligible, from 0 to 1; null where it was in force under none."


@visible("incentive:read")
class IncentiveVolumeByType:
    """What an incentive pays on, to resellers of one kind."""

    partner_type: PartnerType
    "What kind of firm the resellers are, as far as agreements disclose them."
    volume: MeasuredVolume
    "Of the days asked for."
    baseline: MeasuredVolume
    "Of the days of the baseline."
    incremental: MeasuredVolume
    "What lies above the baseline; below zero where less was sold."


@visible("incentive:read")
class IncentiveComparison:
    """
    What an incentive pays on, held against a baseline. Only partners are compared whose agreement held on all days of both
    spans; `partners` says how many. A baseline proves no cause.
    """

    against: Baseline
    "Which baseline it is."
    period: DateRange
    "The days of the baseline."
    partners: int
    "How many partners are compared."
    volume: MeasuredVolume
    "What the rule pays on, of the days asked for."
    baseline: MeasuredVolume
    "The same of the days of the baseline."
    incremental: MeasuredVolume
    "What lies above the baseline; below zero where less was sold."
    cost: Money
    "What the incentive has accrued to the partners that are compared."
    cost_per_incremental: Decimal | None
    """
    Cost ÷ incremental: currency units for one more currency unit sold or, where the rule measures units, for one more base
    unit. Null where nothing is incremental.
    """
    by_partner_type: list[IncentiveVolumeByType]
    "The same by kind of reseller, where the rule names kinds of resellers; else empty."


@dataclass(frozen=True, slots=True)
class Performed:
    """An incentive as it was in force in the days asked for: under which agreements, the latest version first."""

    vendor_id: UUID
    span: Span
    against: Baseline
    offers: tuple[Row, ...]

    @property
    def latest(self) -> Row:
        """Where its latest version was in force."""
        return max(self.offers, key=lambda each: (each["version"], each["agreement_id"].bytes))

    @property
    def rule(self) -> Rule:
        """The rule of its latest version."""
        return rule_of(self.latest["rule"])


async def _comparisons(
    request: Request[Actor], parents: "Sequence[IncentivePerformance]", selection: Selection
) -> "list[IncentiveComparison]":
    """What it pays on, held against the baseline, by the rule of its latest version."""
    db = await request.reader()
    return [await _compared(db, parent.performed, selection.wants("byPartnerType")) for parent in parents]


@visible("incentive:read")
class IncentivePerformance:
    """How an incentive performs in some days."""

    incentive_key: strawberry.Private[Key]
    performed: strawberry.Private[Performed]
    currency: CurrencyCode
    "In which currency it pays, by its latest version."
    cost: IncentiveCost
    "What it costs, and who earns by it."
    comparison = edge(_comparisons)


async def incentives_of_network(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    period: DateRangeInput,
    against: Annotated[
        Baseline, strawberry.argument(description="Against what the sales are held.")
    ] = Baseline.SAME_SPAN_LAST_YEAR,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[IncentivePerformance] | None]:
    """
    How the incentives perform that were in force on some of these days, the newest first: ask for whole pay periods. Null
    for who is not the vendor.
    """
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    checked = period.checked()
    span = Span(checked.start, checked.end)
    of = (span, against)
    window = Window.of(NEWEST_INCENTIVES, first=first, after=after, last=last, before=before, of=of)
    keys = [parent.key for parent in parents]
    given = (span.start, span.end)
    found = await pages(request, keys, queries.IN_FORCE, window, selection, dict, given)
    db = await request.reader()
    return [await _performing(db, page, span, against) for page in found]


async def _performing(
    db: Reader, page: Connection[dict[str, Any]], span: Span, against: Baseline
) -> Connection[IncentivePerformance]:
    """The page with what each of its incentives costs."""
    named: dict[UUID, list[UUID]] = {}
    for each in page.edges:
        named.setdefault(each.node["vendor_id"], []).append(each.node["id"])
    offers: dict[UUID, list[Row]] = {}
    for vendor_id, ids in named.items():
        for row in await queries.offers(db, vendor_id, ids, span):
            offers.setdefault(row["incentive_id"], []).append(row)
    edges = []
    for each in page.edges:
        key = Key(each.node["vendor_id"], each.node["id"])
        performed = Performed(key.vendor_id, span, against, tuple(offers[key.id]))
        edges.append(Edge(node=_performance(key, performed), cursor=each.cursor))
    return Connection(edges=edges, page_info=page.page_info, total_count=page.total_count)


def _performance(key: Key, performed: Performed) -> IncentivePerformance:
    currency = performed.latest["currency"]
    own = [each for each in performed.offers if each["currency"] == currency]
    earners = sum(each["accrued"] > 0 for each in performed.offers)
    share = adoption(earners, len(performed.offers))
    return IncentivePerformance(
        incentive_key=key,
        performed=performed,
        currency=CurrencyCode(currency),
        cost=IncentiveCost(
            accrued=paid(sum(each["accrued"] for each in own), currency),
            approved=paid(sum(each["approved"] for each in own), currency),
            paid=paid(sum(each["paid"] for each in own), currency),
            eligible=len(performed.offers),
            earners=earners,
            adoption=None if share is None else exact(share, 6),
        ),
    )


async def _compared(db: Reader, performed: Performed, by_type: bool) -> IncentiveComparison:
    rule, span = performed.rule, performed.span
    earlier = baseline_span(span, performed.against)
    partners = [
        each
        for each in performed.offers
        if each["currency"] == rule.currency
        and is_comparable(Span(each["effective_start"], each["effective_end"]), span, earlier)
    ]
    now, then = await _sold(db, performed, rule.paying, partners, span, earlier)
    cost = sum(each["accrued"] for each in partners)
    unit = rule.paying.unit
    per = cost_per_incremental(Fraction(cost, 10 ** places_of(rule.currency)), Fraction(now - then, SCALES[unit]))
    types = []
    for kind in sorted(rule.paying.scope.partner_types) if by_type else ():
        of_kind = replace(rule.paying, scope=replace(rule.paying.scope, partner_types=frozenset({kind})))
        own = await _sold(db, performed, of_kind, partners, span, earlier)
        types.append(IncentiveVolumeByType(partner_type=PartnerType(kind), **_volumes(rule, *own)))
    return IncentiveComparison(
        against=performed.against,
        period=DateRange(start=earlier.start, end=earlier.end),
        partners=len(partners),
        **_volumes(rule, now, then),
        cost=paid(cost, rule.currency),
        cost_per_incremental=None if per is None else exact(per, 6),
        by_partner_type=types,
    )


def _volumes(rule: Rule, now: int, then: int) -> dict[str, Any]:
    named = {"volume": now, "baseline": then, "incremental": now - then}
    return {name: volume(rule.paying.unit, value, rule.currency) for name, value in named.items()}


async def _sold(
    db: Reader, performed: Performed, measure: Measure, partners: Sequence[Row], span: Span, earlier: Span
) -> tuple[int, int]:
    """What a measure of the rule comes to under these agreements, in the span and in the baseline."""
    network = await network_of(db, performed.vendor_id, [each["agreement_id"] for each in partners])
    periods = []
    for days in (span, earlier):
        for each in partners:
            effective = Span(each["effective_start"], each["effective_end"])
            own = in_effect(days, effective)
            assert own is not None, "only agreements are compared that held in both spans"
            periods.append(Period(Offer(each["agreement_id"], each["distributor_id"], effective), days, own))
    slots = slots_of(network.calendar, periods, network.others)
    asking = Asking(performed.vendor_id, Level.VENDOR)
    totals = [each.total for each in await measured(db, asking, performed.rule, measure, slots)]
    return sum(totals[: len(partners)]), sum(totals[len(partners) :])
