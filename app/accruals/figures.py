"""The figures of an incentive's pay periods, as its rule reads them: from what was measured to what a partner has earned.

Periods of one term follow one another: what one leaves to take back, the next begins with. Where affiliates add their
volumes up, all of their agreements are measured together and each is paid on its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from app.accruals.measures import queries as measures
from app.accruals.measures.grouped.queries import by_band, grouped
from app.accruals.measures.queries import Asking, Slot, Volume
from app.accruals.measures.returned.queries import came_back
from app.programme.affiliates import adds_up
from app.programme.figures import Calculation, Carried, DaysInEffect, Exclusion, Figures, GateEvidence, Group
from app.programme.fiscal import FiscalCalendar
from app.programme.incentives import Rule, Scope
from app.programme.money_terms import Aggregate, ReturnsRule, SpeciallyPriced, TieringPer
from app.programme.pay_periods import in_effect, is_whole_months, pay_periods
from app.programme.rebates import earned
from app.programme.returns import NOTHING, Worth, taken_back
from app.programme.spans import Span
from app.store.database import Reader

SPECIAL = "sold under a special price, counts for the band alone"


@dataclass(frozen=True, slots=True)
class Offer:
    """A rule as it holds under one agreement; where affiliates add up, the day on which the first of them left."""

    agreement_id: UUID
    distributor_id: UUID
    effective: Span
    affiliates_left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A pay period of an offer: whole, and the days of it on which the offer is in effect."""

    offer: Offer
    whole: Span
    span: Span

    @property
    def adds_up(self) -> bool:
        """Whether affiliates still add up in it."""
        return adds_up(self.whole.start, self.offer.affiliates_left_on)

    @property
    def days(self) -> DaysInEffect:
        return DaysInEffect((self.span.end - self.span.start).days, (self.whole.end - self.whole.start).days)


@dataclass(frozen=True, slots=True)
class Back:
    """What came back in a period of the sales of an earlier one, in the paying measure, and what had come back of them in
    the periods between."""

    of: Span
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured in a period, with nothing carried into it; how many lines that were, how many without a value; what
    came back of earlier periods, where that is reversed at their rate."""

    figures: Figures
    lines: int
    unvalued: int
    back: tuple[Back, ...] = ()


def periods_of(rule: Rule, calendar: FiscalCalendar, offer: Offer, days: Span) -> list[Period]:
    """The pay periods of an offer in which some of these days lie, in order."""
    asked = in_effect(days, offer.effective)
    if asked is None:
        return []
    found = ((whole, in_effect(whole, offer.effective)) for whole in pay_periods(rule.pay_period, calendar, asked))
    return [Period(offer, whole, span) for whole, span in found if span is not None]


def slots_of(calendar: FiscalCalendar, periods: Sequence[Period], others: Mapping[UUID, Sequence[Span]]) -> list[Slot]:
    """Where each period is measured. `others` are the days of other agreements of an agreement's distributor."""
    return [
        Slot(
            period.offer.agreement_id,
            period.offer.distributor_id,
            period.span,
            alone and is_whole_months(calendar, period.span),
            alone,
            period.offer.effective.start,
        )
        for period, alone in zip(periods, _alone(periods, others), strict=True)
    ]


def _alone(periods: Sequence[Period], others: Mapping[UUID, Sequence[Span]]) -> list[bool]:
    """Whether the distributor has no other agreement in each period."""
    return [
        all(in_effect(period.span, other) is None for other in others.get(period.offer.agreement_id, ()))
        for period in periods
    ]


async def figures_of(
    db: Reader,
    asking: Asking,
    rule: Rule,
    periods: Sequence[Period],
    slots: Sequence[Slot],
    above: Sequence[Scope] = (),
) -> list[Found]:
    """What a rule measures in these periods, each with its slot. Where affiliates add up, the periods of all of them have
    to be given."""
    qualifying = await measures.measured(db, asking, rule, rule.qualifying, slots, above)
    paying = qualifying
    if rule.paying != rule.qualifying:
        paying = await measures.measured(db, asking, rule, rule.paying, slots, above)
    groups = await _groups(db, asking, rule, slots, above)
    totals = _added(rule, periods, qualifying)
    return [
        Found(_figures(rule, totals[place], paid, groups.get(place, ())), paid.lines, paid.unvalued)
        for place, paid in enumerate(paying)
    ]


def _figures(rule: Rule, qualifying: int, paid: Volume, groups: Sequence[Group]) -> Figures:
    tier_only = rule.specially_priced is SpeciallyPriced.TIER_ONLY and paid.special
    if rule.tiering_per is not TieringPer.PERIOD:
        qualifying = sum(each.qualifying for each in groups)
    return Figures(
        currency=rule.currency,
        qualifying=qualifying,
        paying=paid.total,
        exclusions=(Exclusion(SPECIAL, paid.special),) if tier_only else (),
        groups=tuple(groups),
    )


def _added(rule: Rule, periods: Sequence[Period], volumes: Sequence[Volume]) -> list[int]:
    """The volume that attains a band: the partner's own, or that of all affiliates in the same period, as long as none has
    left."""
    if rule.aggregate is Aggregate.PARTNER:
        return [volume.total for volume in volumes]
    sums: dict[Span, int] = {}
    for period, volume in zip(periods, volumes, strict=True):
        sums[period.whole] = sums.get(period.whole, 0) + volume.total
    return [
        sums[period.whole] if period.adds_up else volume.total for period, volume in zip(periods, volumes, strict=True)
    ]


async def _groups(
    db: Reader, asking: Asking, rule: Rule, slots: Sequence[Slot], above: Sequence[Scope]
) -> dict[int, list[Group]]:
    """The invoices or lines of each slot, where each attains a band by itself; alike ones added up where that is exact."""
    if rule.tiering_per is TieringPer.PERIOD:
        return {}
    found: dict[int, list[Group]] = {}
    tier_only = rule.specially_priced is SpeciallyPriced.TIER_ONLY
    if rule.paying == rule.qualifying:
        for row in await by_band(db, asking, rule, slots, above):
            value, special = int(row["value"]), int(row["special"]) if tier_only else 0
            found.setdefault(row["place"], []).append(Group(value, value, special, row["times"]))
        return found
    both: dict[tuple[int, str], list[int]] = {}
    for place, measure in enumerate((rule.qualifying, rule.paying)):
        for row in await grouped(db, asking, rule, measure, slots, above):
            values = both.setdefault((row["place"], row["key"]), [0, 0, 0])
            values[place] = int(row["value"])
            if place == 1 and tier_only:
                values[2] = int(row["special"])
    for (slot, _), values in sorted(both.items()):
        found.setdefault(slot, []).append(Group(*values))
    return found


async def returned_to(
    db: Reader,
    asking: Asking,
    rule: Rule,
    calendar: FiscalCalendar,
    periods: Sequence[Period],
    above: Sequence[Scope] = (),
) -> dict[Period, tuple[Back, ...]]:
    """What came back in these periods of the sales of earlier ones, with all that had come back before; nothing where the
    rule counts returns in their own period."""
    if rule.returns is not ReturnsRule.ORIGINAL_RATE or not periods:
        return {}
    last = {period.offer: period.span.end for period in sorted(periods, key=lambda each: each.span.end)}
    every = [
        period
        for offer, end in last.items()
        for period in periods_of(rule, calendar, offer, Span(offer.effective.start, end))
    ]
    sums: dict[Offer, dict[Span, int]] = {}
    found: dict[Period, dict[Span, Back]] = {}
    for row in await came_back(db, asking, rule, slots_of(calendar, every, {}), above):
        period = every[row["place"]]
        (origin,) = periods_of(rule, calendar, period.offer, Span(row["origin"], row["origin"] + timedelta(days=1)))
        before, of_period = sums.setdefault(period.offer, {}), found.setdefault(period, {})
        so_far, now = before.get(origin.span, 0), int(row["measure"])
        first = of_period.get(origin.span, Back(origin.span, so_far, 0))
        of_period[origin.span], before[origin.span] = replace(first, now=first.now + now), so_far + now
    return {period: tuple(backs.values()) for period, backs in found.items()}


def all_met(rule: Rule) -> list[GateEvidence]:
    """Every gate as if it were just met: what an accrual counts on until the period is calculated."""
    return [GateEvidence(gate.name, gate.needed) for gate in rule.gates]


def calculated(
    rule: Rule,
    period: Period,
    found: Found,
    carried: Carried,
    evidence: Sequence[GateEvidence],
    worth: Mapping[date, Worth] | None = None,
) -> Calculation:
    """What a period has earned, with what the one before it left, and less what came back of earlier ones: by the first day
    of each, what it came to."""
    backs = [
        taken_back(_named(back.of), (worth or {}).get(back.of.start, NOTHING), back.before, back.now)
        for back in found.back
    ]
    returned = tuple(back for back in backs if back is not None)
    return earned(rule, replace(found.figures, carried=carried, returned=returned), evidence, period.days)


def _named(days: Span) -> str:
    return f"the period from {days.start} to {days.end - timedelta(days=1)}"
