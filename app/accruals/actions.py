"""Accruing: with every report that counts, what each incentive has earned in the periods that the report touches.

The figure is a function of the lines that count, kept beside them in the same transaction, with all gates taken as met. It
is not added to: the periods are measured anew, from sums that are kept anyway, so that accrued and recomputed are the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import groupby
from uuid import UUID

import msgspec

from app.accruals import queries
from app.accruals.figures import (
    Found,
    Offer,
    Period,
    all_met,
    calculated,
    figures_of,
    periods_of,
    returned_to,
    slots_of,
)
from app.accruals.measures.queries import Asking
from app.accruals.measures.stacked import UsedScope
from app.ledger.actions import Owner, Posting, post
from app.programme.claim_terms import LedgerAct
from app.programme.figures import Carried
from app.programme.fiscal import FiscalCalendar
from app.programme.incentive_data import rule_from
from app.programme.incentives import Rule, Scope
from app.programme.money_kinds import MoneyKind
from app.programme.money_terms import Aggregate, ReturnsRule
from app.programme.returns import Worth
from app.programme.spans import Span
from app.store.database import Reader, Row, Session
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

Kept = tuple[int, ...]
"What is kept of an accrual, in the order of `queries.KEPT`."
Stored = Mapping[UUID, Mapping[date, tuple[date, Kept]]]
"What is kept of terms: by the first day of each period its end, and what it came to."


@dataclass(frozen=True, slots=True)
class Network:
    """What of a vendor's network reckoning needs beside rules and lines."""

    calendar: FiscalCalendar
    others: Mapping[UUID, Sequence[Span]]


EARNED = queries.KEPT.index("earned_minor")
CAME_TO = queries.KEPT.index("came_to_minor")


@dataclass(frozen=True, slots=True)
class Change:
    """An accrual that is otherwise than it was kept: term and period, what it is now, and what was kept before. It is
    `gone` where the term has no such period any more: it ended earlier, or the vendor's calendar has changed."""

    term: Row
    span: Span
    kept: Kept
    before: Kept
    gone: bool = False

    @property
    def earned_before(self) -> int:
        return self.before[EARNED]

    @property
    def key(self) -> tuple[object, ...]:
        term = self.term
        of = (term["id"], term["incentive_id"], term["agreement_id"], term["distributor_id"])
        return (*of, self.span.start, self.span.end, term["currency"])


async def accrue(
    session: Session, vendor_id: UUID, agreement_id: UUID, submission_ids: Sequence[UUID], cause: str
) -> list[Change]:
    """Bring the accruals up to date that these reports of an agreement have touched; what was changed. The cause is that of
    the knowledge."""
    changed = await queries.days_changed(session, vendor_id, submission_ids)
    if changed is None or changed["first"] is None:
        return []
    if await queries.has_claims(session, vendor_id, agreement_id):
        await enqueue(session, Job.TAKE_DEBITS_BACK, vendor_id=vendor_id, agreement_id=agreement_id)
    if await queries.has_spiff_claims(session, vendor_id, agreement_id):
        await enqueue(session, Job.TAKE_SPIFFS_BACK, vendor_id=vendor_id, agreement_id=agreement_id)
    first = changed["first"]
    if await queries.reverses_returns(session, vendor_id, agreement_id):
        first = min(first, await queries.first_sold(session, vendor_id, submission_ids) or first)
    days = Span(first, changed["last"])
    terms = await queries.terms_touched(session, vendor_id, agreement_id, days)
    return await keep(session, vendor_id, terms, days, cause) if terms else []


async def keep(session: Session, vendor_id: UUID, terms: Sequence[Row], days: Span, cause: str) -> list[Change]:
    """Reckon the periods of these terms in which some of the days lie, and those after them, to which they may leave
    something; write what is otherwise than it was kept, and post the difference."""
    network = await network_of(session, vendor_id, [term["agreement_id"] for term in terms])
    shared = [term["incentive_id"] for term in terms if rule_of(term["rule"]).aggregate is Aggregate.AFFILIATES]
    await queries.one_at_a_time(session, shared)
    stored = await stored_of(session, vendor_id, terms)
    above = await scopes_above(session, vendor_id, terms)
    changes: list[Change] = []
    for together in reckoned_together(terms):
        changes += await _reckoned(session, vendor_id, together, days, network, stored, above)
    if changes:
        gone, there = [each for each in changes if each.gone], [each for each in changes if not each.gone]
        await queries.forget_accruals(session, vendor_id, [(each.term["id"], each.span.start) for each in gone])
        await queries.keep_accruals(session, vendor_id, [(*each.key, *each.kept) for each in there])
        await queries.begin_statements(session, vendor_id, [(new_id(), *each.key) for each in there])
        await post(session, [_posting(vendor_id, each, cause) for each in changes])
    return changes


async def stored_of(session: Reader, vendor_id: UUID, terms: Sequence[Row]) -> Stored:
    """What is kept of these terms."""
    stored: dict[UUID, dict[date, tuple[date, Kept]]] = {term["id"]: {} for term in terms}
    for row in await queries.accruals_of(session, vendor_id, [*stored]):
        values = tuple(row[name] for name in queries.KEPT)
        stored[row["term_id"]][row["period_start"]] = row["period_end"], values
    return stored


def reckoned_together(terms: Sequence[Row]) -> list[list[Row]]:
    """A version of an incentive is measured for all of its agreements at once, but where lines may be used by others first:
    which ones, each agreement says."""

    def group(term: Row) -> tuple[object, ...]:
        alone = term["agreement_id"] if rule_of(term["rule"]).stacking_group else None
        return term["incentive_id"], term["version"], alone

    return [[*together] for _, together in groupby(terms, key=group)]


def _posting(vendor_id: UUID, change: Change, cause: str) -> Posting:
    """What was earned more, or less: posted today, whenever it was earned, so that no month changes that is over."""
    term = change.term
    return Posting(
        owner=Owner(vendor_id, term["agreement_id"], term["distributor_id"]),
        kind=MoneyKind.INCENTIVE,
        subject_id=term["incentive_id"],
        currency=term["currency"],
        act=LedgerAct.ACCRUE,
        amount=change.kept[EARNED] - change.earned_before,
        on=datetime.now(UTC).date(),
        cause=cause,
    )


async def network_of(session: Reader, vendor_id: UUID, agreement_ids: Sequence[UUID]) -> Network:
    """The calendar, and the days of other agreements of the same distributors."""
    others: dict[UUID, list[Span]] = {}
    for row in await queries.overlapping_agreements(session, vendor_id, agreement_ids):
        others.setdefault(row["agreement_id"], []).append(Span(row["effective_start"], row["effective_end"]))
    return Network(await queries.calendar(session, vendor_id), others)


async def scopes_above(session: Reader, vendor_id: UUID, terms: Sequence[Row]) -> dict[UUID, list[Scope]]:
    """For each term what goes first in its stacking group under the same agreement: what incentives use, each while it is in
    effect, of which a version was activated before any of its own. A line that one of them uses, it does not use again."""
    if not any(rule_of(term["rule"]).stacking_group for term in terms):
        return {}
    groups: dict[tuple[UUID, str], dict[UUID, list[Row]]] = {}
    for term in await queries.activated_terms(session, vendor_id, [term["agreement_id"] for term in terms]):
        group = rule_of(term["rule"]).stacking_group
        if group is not None:
            incentives = groups.setdefault((term["agreement_id"], group), {})
            incentives.setdefault(term["incentive_id"], []).append(term)
    found: dict[UUID, list[Scope]] = {}
    for incentives in groups.values():
        used: list[Scope] = []
        for own in incentives.values():
            found.update({term["id"]: list(used) for term in own})
            used += [_used(term) for term in own]
    return found


def _used(term: Row) -> UsedScope:
    scope = rule_of(term["rule"]).paying.scope
    values = {each.name: getattr(scope, each.name) for each in fields(Scope)}
    return UsedScope(**values, effective=Span(term["effective_start"], term["effective_end"]))


@lru_cache(maxsize=4096)
def rule_of(data: str) -> Rule:
    """The rule as it is kept."""
    return rule_from(msgspec.json.decode(data))


def offer_of(term: Row) -> Offer:
    """The agreement of a term, and the days of it on which it is in effect."""
    effective = Span(term["effective_start"], term["effective_end"])
    return Offer(term["agreement_id"], term["distributor_id"], effective, term["affiliates_left_on"])


async def _reckoned(
    session: Session,
    vendor_id: UUID,
    terms: Sequence[Row],
    days: Span,
    network: Network,
    stored: Stored,
    above: Mapping[UUID, Sequence[Scope]],
) -> list[Change]:
    """The accruals of one version of an incentive that are otherwise than they are kept."""
    reach = _reach(terms, days, stored)
    of_term, measured = await measured_of(session, Asking(vendor_id), terms, reach, network, above)
    changes: list[Change] = []
    for term in terms:
        carried = await _carried_into(session, vendor_id, term, of_term[term["id"]])
        worth = _worth_before(of_term[term["id"]], stored[term["id"]])
        kept = reckoned(term, of_term[term["id"]], measured, carried, worth)
        changes += _changes(term, kept, stored[term["id"]], reach)
    return changes


def _reach(terms: Sequence[Row], days: Span, stored: Stored) -> Span:
    """These days, and all after them of which something is kept. A guaranteed minimum is earned without a line too: it is
    reckoned from where it was last."""
    ends = [[end for end, _ in stored[term["id"]].values()] for term in terms]
    start = days.start
    if rule_of(terms[0]["rule"]).minimum_guarantee:
        start = min(start, *(max(each, default=date.min) for each in ends))
    return Span(start, max(days.end, *(max(each, default=days.end) for each in ends)))


async def measured_of(
    session: Reader,
    asking: Asking,
    terms: Sequence[Row],
    reach: Span,
    network: Network,
    above: Mapping[UUID, Sequence[Scope]],
) -> tuple[dict[UUID, list[Period]], dict[Period, Found]]:
    """The periods of each term of one version that lie in these days, and what was measured in them."""
    rule = rule_of(terms[0]["rule"])
    of_term = {term["id"]: periods_of(rule, network.calendar, offer_of(term), reach) for term in terms}
    periods = [period for term in terms for period in of_term[term["id"]]]
    slots = slots_of(network.calendar, periods, network.others)
    first = above.get(terms[0]["id"], ())
    found = await figures_of(session, asking, rule, periods, slots, first)
    backs = await returned_to(session, asking, rule, network.calendar, periods, first)
    measured = zip(periods, found, strict=True)
    return of_term, {period: replace(each, back=backs.get(period, ())) for period, each in measured}


def reckoned(
    term: Row,
    periods: Sequence[Period],
    measured: Mapping[Period, Found],
    carried: Carried,
    before: Mapping[date, Worth] | None = None,
) -> dict[Span, Kept]:
    """What a term comes to in these periods, one after the other, given what the one before them left, and what those before
    them came to."""
    rule, found, worth = rule_of(term["rule"]), dict[Span, Kept](), dict(before or {})
    for period in periods:
        found[period.span], carried = _kept(rule, period, measured[period], carried, worth)
        worth[period.span.start] = Worth(*found[period.span][CAME_TO:])
    return found


def _worth_before(periods: Sequence[Period], stored: Mapping[date, tuple[date, Kept]]) -> dict[date, Worth]:
    """What is kept of what the periods before these came to."""
    first = periods[0].span.start if periods else date.min
    return {start: Worth(*kept[CAME_TO:]) for start, (_, kept) in stored.items() if start < first}


def _changes(
    term: Row, kept: Mapping[Span, Kept], stored: Mapping[date, tuple[date, Kept]], reach: Span
) -> Iterator[Change]:
    """Where what a term comes to is not what is kept; and what is kept of periods that it does not have."""
    for span, now in kept.items():
        end, before = stored.get(span.start, (span.end, None))
        if (end, now) != (span.end, before) and (before is not None or any(now)):
            yield Change(term, span, now, before or (0,) * len(now))
    first = min((span.start for span in kept), default=reach.start)
    there = {span.start for span in kept}
    for start, (end, before) in stored.items():
        if start not in there and min(first, reach.start) <= start < reach.end:
            yield Change(term, Span(start, end), (0,) * len(before), before, gone=True)


async def _carried_into(session: Session, vendor_id: UUID, term: Row, periods: Sequence[Period]) -> Carried:
    """What the period before these left to take back."""
    if not periods:
        return Carried()
    row = await queries.carried_before(session, vendor_id, term["id"], periods[0].span.start)
    return Carried(*row.values()) if row is not None else Carried()


def _kept(
    rule: Rule, period: Period, found: Found, carried: Carried, worth: Mapping[date, Worth]
) -> tuple[Kept, Carried]:
    """What is kept of a period, in the order of `queries.KEPT`, and what it leaves to the next."""
    calculation = calculated(rule, period, found, carried, all_met(rule), worth)
    left = calculation.carried
    figures = found.figures
    kept = (figures.qualifying, figures.paying, found.lines, found.unvalued, calculation.payment)
    reverses = rule.returns is ReturnsRule.ORIGINAL_RATE
    came_to = (calculation.came_to, calculation.paid_on) if reverses else (0, 0)
    return (*kept, left.qualifying, left.paying, left.money, *came_to), left
