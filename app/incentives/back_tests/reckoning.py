"""Back-tests: what a rule pays over history, by agreement and pay period.

It is measured and reckoned as accruals are, with the eyes of the vendor that asks: from sums that are kept where they can
answer, from lines otherwise, one statement for each measure of the rule and all periods. Gates are met unless something
else is said of them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from app.accruals.actions import Network, network_of, rule_of
from app.accruals.figures import Found, Offer, Period, calculated, figures_of, periods_of, returned_to, slots_of
from app.accruals.measures.queries import Asking, Slot
from app.accruals.queries import activated_terms
from app.execution.errors import bad_input
from app.incentives.back_tests import queries
from app.programme.figures import Carried, GateEvidence
from app.programme.incentives import Rule, Scope
from app.programme.returns import Worth
from app.programme.spans import Span
from app.store.database import Reader

MOST_PERIODS = 6_000
"Pay periods of agreements that one back-test looks at: 250 agreements for two years of months."


@dataclass(frozen=True, slots=True)
class Partner:
    """An agreement, whose it is, and on which days it is in effect."""

    agreement_id: UUID
    distributor_id: UUID
    name: str
    effective: Span


@dataclass(frozen=True, slots=True)
class Trial:
    """A rule and the history over which it is tried; what gates show, by name, of 10⁻⁶; the budget of a pay period in
    minor units. `incentive_id` is whose rule it is: None for a rule that no incentive has."""

    rule: Rule
    span: Span
    partners: Sequence[Partner]
    shown: Mapping[str, int]
    budget: int | None
    incentive_id: UUID | None


@dataclass(frozen=True, slots=True)
class Paid:
    """What a rule pays a partner for a pay period, and what its statements paid, in minor units."""

    rule: Rule
    partner: Partner
    period: Period
    slot: Slot
    found: Found
    payment: int
    paid: int


async def tried(db: Reader, asking: Asking, trial: Trial) -> list[Paid]:
    """What a rule pays in each pay period under each agreement, by period and the distributor's name.

    Raises BAD_USER_INPUT where these are too many."""
    ids = [partner.agreement_id for partner in trial.partners]
    network = await network_of(db, asking.vendor_id, ids)
    periods = {partner.agreement_id: _periods(trial, partner, network) for partner in trial.partners}
    total = sum(map(len, periods.values()))
    if total > MOST_PERIODS:
        raise bad_input(
            f"These are {total:,} pay periods of agreements; at most {MOST_PERIODS:,} fit: name fewer agreements or days."
        )
    above = await _used_first(db, asking.vendor_id, trial, ids)
    found: list[tuple[Period, Slot, Found]] = []
    for together in _together(trial, ids):
        own = [period for id in together for period in periods[id]]
        slots = slots_of(network.calendar, own, network.others)
        measured = await figures_of(db, asking, trial.rule, own, slots, above.get(together[0], ()))
        backs = await returned_to(db, asking, trial.rule, network.calendar, own, above.get(together[0], ()))
        measured = [replace(each, back=backs.get(period, ())) for period, each in zip(own, measured, strict=True)]
        found += zip(own, slots, measured, strict=True)
    paid = await queries.paid(db, asking.vendor_id, ids, trial.span, trial.rule.currency, trial.incentive_id)
    return await asyncio.to_thread(_reckoned, trial, found, paid)


def _periods(trial: Trial, partner: Partner, network: Network) -> list[Period]:
    offer = Offer(partner.agreement_id, partner.distributor_id, partner.effective)
    start, end = max(trial.span.start, partner.effective.start), min(trial.span.end, partner.effective.end)
    if not start < end:
        return []
    cut = Offer(offer.agreement_id, offer.distributor_id, Span(start, end))
    return periods_of(trial.rule, network.calendar, cut, trial.span)


def _together(trial: Trial, ids: Sequence[UUID]) -> list[list[UUID]]:
    """Which agreements are measured at once: all of them, but where others of a stacking group go first, which may be
    others under each."""
    if not ids:
        return []
    return [[id] for id in ids] if trial.rule.stacking_group is not None else [list(ids)]


async def _used_first(
    db: Reader, vendor_id: UUID, trial: Trial, agreement_ids: Sequence[UUID]
) -> dict[UUID, list[Scope]]:
    """What lines others of the rule's stacking group use first, under each agreement: those activated before the
    incentive, and all of them before a rule that is not in force."""
    found: dict[UUID, dict[UUID, Scope]] = {}
    reached: set[UUID] = set()
    if trial.rule.stacking_group is None:
        return {}
    for term in await activated_terms(db, vendor_id, agreement_ids):
        agreement_id, rule = term["agreement_id"], rule_of(term["rule"])
        if term["incentive_id"] == trial.incentive_id:
            reached.add(agreement_id)
        elif rule.stacking_group == trial.rule.stacking_group and agreement_id not in reached:
            found.setdefault(agreement_id, {}).setdefault(term["incentive_id"], rule.paying.scope)
    return {agreement_id: [*scopes.values()] for agreement_id, scopes in found.items()}


def _reckoned(
    trial: Trial, found: Sequence[tuple[Period, Slot, Found]], paid: Sequence[tuple[UUID, date, int]]
) -> list[Paid]:
    """Every period in turn, with what the one before it under the same agreement left."""
    evidence = [GateEvidence(gate.name, trial.shown.get(gate.name, gate.needed)) for gate in trial.rule.gates]
    partners = {partner.agreement_id: partner for partner in trial.partners}
    settled: dict[UUID, list[tuple[date, int]]] = {}
    for agreement_id, start, amount in paid:
        settled.setdefault(agreement_id, []).append((start, amount))
    left: dict[UUID, Carried] = {}
    worth: dict[UUID, dict[date, Worth]] = {}
    payouts = []
    for period, slot, figures in found:
        id = period.offer.agreement_id
        before = worth.setdefault(id, {})
        calculation = calculated(trial.rule, period, figures, left.get(id, Carried()), evidence, before)
        before[period.span.start] = Worth(calculation.came_to, calculation.paid_on)
        left[id] = calculation.carried
        was = sum(amount for start, amount in settled.get(id, ()) if period.span.start <= start < period.span.end)
        payouts.append(Paid(trial.rule, partners[id], period, slot, figures, calculation.payment, was))
    return sorted(payouts, key=lambda each: (each.period.span.start, each.partner.name, each.partner.agreement_id))
