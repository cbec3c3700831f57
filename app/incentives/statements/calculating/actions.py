"""Calculating: what the terms owe for pay periods that are over, with everything by which it can be recomputed.

Each term is calculated in the turn of its distributor, so that no report counts in between: the lines behind a statement
are those known at the moment of calculation. The ledger gets the difference between what had accrued and what is owed.
A statement that is neither approved nor credited is calculated anew, as a new revision, if anything is otherwise than it
says; after that, a new statement in sequence owes the difference. Run again, nothing is done twice.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

import structlog

from app.accruals.actions import keep, network_of, offer_of, rule_of, scopes_above
from app.accruals.figures import Found, Period, calculated, figures_of, periods_of, slots_of
from app.accruals.measures.queries import Asking, Slot
from app.accruals.queries import calendar, carried_before, one_at_a_time
from app.accruals.shares import queries as shares
from app.incentives.statements.advancing.queries import paid_in_advance
from app.incentives.statements.calculating import queries
from app.incentives.statements.calculating.gates.commitment import under_commitment
from app.incentives.statements.calculating.gates.evidence import Subject, evidence_of
from app.incentives.statements.calculating.writing import Reckoned, write
from app.programme.figures import Carried
from app.programme.fiscal import FiscalCalendar
from app.programme.incentives import Scope
from app.programme.money_terms import Aggregate
from app.programme.spans import Span
from app.store.database import Database, Row, Session, acting_as_worker

log = structlog.get_logger()
PATIENCE = 20
"How often an act asks again for the turn of a distributor, a tenth of a second apart, before it leaves it to the worker."


@dataclass(frozen=True, slots=True)
class Run:
    """What is to be calculated, and for whom."""

    vendor_id: UUID
    id: UUID
    days: Span
    agreement_id: UUID | None
    by: str
    by_name: str

    def takes(self, term: Row) -> bool:
        return self.agreement_id is None or term["agreement_id"] == self.agreement_id


async def calculate(database: Database, vendor_id: UUID, run_id: UUID) -> bool:
    """Carry a run out; False where a report of one of the distributors is being counted, and the rest has to wait."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        row = await queries.run(session, vendor_id, run_id)
        if row is None:
            return True
        days = Span(row["period_start"], row["period_end"])
        run = Run(vendor_id, run_id, days, row["agreement_id"], row["asked_by"], row["asked_by_name"])
        terms = await queries.terms(session, vendor_id, row["incentive_id"], days.start, days.end)
        months = await calendar(session, vendor_id)
    for together in due_together(terms, months, run):
        async with database.writing(acting_as_worker(vendor_id)) as session:
            if not await queries.take_turn(session, [term["distributor_id"] for term in together]):
                return False
            still = await _still_due(session, run, together)
            if still:
                await _calculated(session, run, still)
    async with database.writing(acting_as_worker(vendor_id)) as session:
        await queries.finish(session, vendor_id, run_id, datetime.now(UTC))
    log.info("statements calculated", run=str(run_id))
    return True


async def _still_due(session: Session, run: Run, together: Sequence[Row]) -> list[Row]:
    """These terms as they are now that nobody reckons them: one may have ended earlier since they were listed. None where
    no period of theirs is due any more."""
    named, days = {term["id"] for term in together}, run.days
    rows = await queries.terms(session, run.vendor_id, together[0]["incentive_id"], days.start, days.end)
    terms, months = [term for term in rows if term["id"] in named], await calendar(session, run.vendor_id)
    return [term for group in due_together(terms, months, run) for term in group]


async def calculate_soon(database: Database, vendor_id: UUID, run_id: UUID) -> None:
    """Carry a run out if no report is being counted for long; otherwise the worker does."""
    for _ in range(PATIENCE):
        if await calculate(database, vendor_id, run_id):
            return
        await asyncio.sleep(0.1)


def due(term: Row, calendar: FiscalCalendar, days: Span) -> list[Period]:
    """The pay periods of a term that end within some days: after the first of them begins, and no later than they do."""
    found = periods_of(rule_of(term["rule"]), calendar, offer_of(term), days)
    return [period for period in found if days.start < period.span.end <= days.end]


def due_together(terms: Sequence[Row], calendar: FiscalCalendar, run: Run) -> list[list[Row]]:
    """The terms that a run calculates, each by itself, but all affiliates of an incentive together; the others are left."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for term in terms:
        affiliates = rule_of(term["rule"]).aggregate is Aggregate.AFFILIATES
        key = (term["incentive_id"], term["version"], None if affiliates else term["agreement_id"])
        groups.setdefault(key, []).append(term)
    return [
        group for group in groups.values() if any(run.takes(term) and due(term, calendar, run.days) for term in group)
    ]


async def _calculated(session: Session, run: Run, terms: Sequence[Row]) -> None:
    """Calculate the periods of terms that are measured together, and tell the run."""
    rule = rule_of(terms[0]["rule"])
    if rule.aggregate is Aggregate.AFFILIATES:
        await one_at_a_time(session, [terms[0]["incentive_id"]])
    at = await queries.moment(session)
    network = await network_of(session, run.vendor_id, [term["agreement_id"] for term in terms])
    above = (await scopes_above(session, run.vendor_id, terms)).get(terms[0]["id"], [])
    asked = [(term, period) for term in terms if run.takes(term) for period in due(term, network.calendar, run.days)]
    wholes = {period.whole for _, period in asked}
    reach = Span(min(each.start for each in wholes), max(each.end for each in wholes))
    periods = [
        period
        for term in terms
        for period in periods_of(rule, network.calendar, offer_of(term), reach)
        if period.whole in wholes
    ]
    slots = slots_of(network.calendar, periods, network.others)
    found = await figures_of(session, Asking(run.vendor_id), rule, periods, slots, above)
    measured = {period: (slot, each) for period, slot, each in zip(periods, slots, found, strict=True)}
    rates = await shares.rates_into(session, run.vendor_id, rule.currency)
    written, failed = 0, list[str]()
    for term, period in asked:
        days = period.span
        other = await queries.overlapping(session, run.vendor_id, term["id"], days.start, days.end)
        if other is not None:
            failed.append(_twice(days, Span(other["period_start"], other["period_end"])))
            continue
        slot, figures = measured[period]
        accrued = await _accrued(session, run.vendor_id, term, terms, period, figures)
        reckoned = await _reckoned(session, run, term, period, slot, figures, accrued, above, rates, at)
        written += await write(session, run.vendor_id, term, period, reckoned)
    unchanged = len(asked) - written - len(failed)
    await queries.tell(session, run.vendor_id, run.id, written, unchanged, " ".join(failed) or None)


def _twice(days: Span, other: Span) -> str:
    """Why a pay period is not calculated whose days another one has, because the calendar was changed meanwhile."""
    return (
        f"The period from {days.start} to {days.end} shares days with the statement from {other.start} to {other.end}:"
        " no day is paid twice."
    )


async def _reckoned(
    session: Session,
    run: Run,
    term: Row,
    period: Period,
    slot: Slot,
    found: Found,
    accrued: int,
    above: Sequence[Scope],
    rates: Sequence[shares.Rate],
    at: datetime,
) -> Reckoned:
    """A period with its gates as they were found, what the one before left, and where the lines' shares are cut."""
    vendor_id, rule = run.vendor_id, rule_of(term["rule"])
    if rule.advances:
        advances = await paid_in_advance(session, vendor_id, term["id"], period.span.start)
        found = replace(found, figures=replace(found.figures, advances=advances))
    subject = Subject(
        vendor_id,
        term["id"],
        term["agreement_id"],
        term["distributor_id"],
        period.span,
        rule,
        found.figures,
        at,
    )
    judged, void = await under_commitment(session, subject)
    evidence = [*await evidence_of(session, subject), *void]
    carried = await _carried_into(session, vendor_id, term["id"], period.span.start)
    calculation = calculated(judged, period, found, carried, evidence)
    behind = shares.Behind(Asking(vendor_id, as_of=at), rule, slot, above, rates)
    cut = await shares.cut_of(session, behind, calculation.payment)
    return Reckoned(found, calculation, accrued, shares.kept(cut, above, rates), run.by, run.by_name, at)


async def _accrued(
    session: Session, vendor_id: UUID, term: Row, together: Sequence[Row], period: Period, found: Found
) -> int:
    """What had accrued. It is brought up to date first where it is not what was measured now, because the term has ended
    earlier or rates have changed and nobody has reckoned that yet: what does so later finds nothing to post."""
    kept = await queries.accrued(session, vendor_id, term["id"], period.span.start)
    now = (period.span.end, found.figures.qualifying, found.figures.paying, found.lines, found.unvalued)
    if kept is None or tuple(kept.values())[1:] != now:
        await keep(session, vendor_id, together, period.span, f"incentive {term['incentive_id']}")
        kept = await queries.accrued(session, vendor_id, term["id"], period.span.start)
    return 0 if kept is None else int(kept["earned_minor"])


async def _carried_into(session: Session, vendor_id: UUID, term_id: UUID, start: date) -> Carried:
    """What the period before left: by its statement, or where that is not calculated, by its accrual."""
    kept = await queries.carried_into(session, vendor_id, term_id, start)
    if kept is not None:
        return Carried(*kept)
    row = await carried_before(session, vendor_id, term_id, start)
    return Carried(*row.values()) if row is not None else Carried()
