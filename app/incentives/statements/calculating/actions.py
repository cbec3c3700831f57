"""Calculating: what the terms owe for pay periods that are over, with everything by which it can be recomputed.

Each term is calculated in the turn of its distributor, so that no report counts in between: the lines behind a statement
are those known at the moment of calculation. The ledger gets the difference between what had accrued and what is owed.
A statement that is neither approved nor credited is calculated anew, as a new revision, if anything is otherwise than it
says; after that, a new statement in sequence owes the difference. Run again, nothing is done twice.

Where a period now leaves something else to later ones (what they take back, or what returns of its sales take back), those
of them that were calculated are calculated anew in the same transaction, one after the other, as long as this goes on.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import structlog

from app.accruals.actions import keep, network_of, offer_of, rule_of, scopes_above
from app.accruals.figures import Found, Period, calculated, figures_of, periods_of, returned_to, slots_of
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
from app.programme.money_terms import Aggregate, ReturnsRule, SpeciallyPriced
from app.programme.returns import Worth
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


@dataclass(slots=True)
class Done:
    """What a run has done with terms that are measured together: how many statements say something new, why periods were
    not calculated, and which periods leave something else to later ones than they did."""

    written: int = 0
    failed: list[str] = field(default_factory=list)
    left_otherwise: set[Period] = field(default_factory=set)


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
    """Calculate the periods of terms that are measured together, then those after them that stand on what they left; and
    tell the run."""
    if rule_of(terms[0]["rule"]).aggregate is Aggregate.AFFILIATES:
        await one_at_a_time(session, [terms[0]["incentive_id"]])
    months, done = await calendar(session, run.vendor_id), Done()
    asked = [(term, period) for term in terms if run.takes(term) for period in due(term, months, run.days)]
    await _written(session, run, terms, asked, done)
    unchanged = len(asked) - done.written - len(done.failed)
    for term in terms:
        own = [period for each, period in asked if each is term]
        if own:
            await _followed(session, run, terms, term, own, done)
    await queries.tell(session, run.vendor_id, run.id, done.written, unchanged, " ".join(done.failed) or None)


async def _followed(
    session: Session, run: Run, terms: Sequence[Row], term: Row, own: Sequence[Period], done: Done
) -> None:
    """Calculate anew what was calculated of a term for later periods, as long as what it stands on is otherwise: what the
    period before it left to take back; and where returns reverse at the rate of the sale, what any period came to."""
    rule = rule_of(term["rule"])
    at_rate = rule.returns is ReturnsRule.ORIGINAL_RATE and not done.left_otherwise.isdisjoint(own)
    calendar_of, before = await calendar(session, run.vendor_id), own[-1]
    for start in await queries.calculated_after(session, run.vendor_id, term["id"], before.span.end):
        found = periods_of(rule, calendar_of, offer_of(term), Span(start, start + timedelta(days=1)))
        if [period.span.start for period in found] != [start]:
            continue
        last = await queries.before(session, run.vendor_id, term["id"], start)
        if not (at_rate or (last == before.span.start and before in done.left_otherwise)):
            return
        await _written(session, run, terms, [(term, found[0])], done)
        before = found[0]


async def _written(
    session: Session, run: Run, terms: Sequence[Row], asked: Sequence[tuple[Row, Period]], done: Done
) -> None:
    """Calculate these periods, in order, and write what is new."""
    rule, vendor_id = rule_of(terms[0]["rule"]), run.vendor_id
    at = await queries.moment(session)
    network = await network_of(session, vendor_id, [term["agreement_id"] for term in terms])
    above = (await scopes_above(session, vendor_id, terms)).get(terms[0]["id"], [])
    wholes = {period.whole for _, period in asked}
    reach = Span(min(each.start for each in wholes), max(each.end for each in wholes))
    of_terms = (periods_of(rule, network.calendar, offer_of(term), reach) for term in terms)
    periods = [period for own in of_terms for period in own if period.whole in wholes]
    slots = slots_of(network.calendar, periods, network.others)
    found = await figures_of(session, Asking(vendor_id), rule, periods, slots, above)
    backs = await returned_to(session, Asking(vendor_id), rule, network.calendar, [each for _, each in asked], above)
    measured = {period: (slot, each) for period, slot, each in zip(periods, slots, found, strict=True)}
    rates = await shares.rates_into(session, vendor_id, rule.currency)
    for term, period in asked:
        days = period.span
        other = await queries.overlapping(session, vendor_id, term["id"], days.start, days.end)
        if other is not None:
            done.failed.append(_twice(days, Span(other["period_start"], other["period_end"])))
            continue
        slot, figures = measured[period][0], replace(measured[period][1], back=backs.get(period, ()))
        left = await _left(session, vendor_id, term["id"], days)
        accrued = await _accrued(session, vendor_id, term, terms, period, figures)
        reckoned = await _reckoned(session, run, term, period, slot, figures, accrued, above, rates, at)
        done.written += await write(session, vendor_id, term, period, reckoned)
        if left != await _left(session, vendor_id, term["id"], days):
            done.left_otherwise.add(period)


async def _left(session: Session, vendor_id: UUID, term_id: UUID, days: Span) -> object:
    """What a period leaves to later ones: what they take back, and what it came to."""
    worth = await queries.came_to(session, vendor_id, term_id, days.end)
    return await _carried_into(session, vendor_id, term_id, days.end), worth.get(days.start)


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
    came_to = await queries.came_to(session, vendor_id, term["id"], period.span.start)
    worth = {start: Worth(*each) for start, each in came_to.items()}
    calculation = calculated(judged, period, found, carried, evidence, worth)
    then = None if rule.specially_priced is SpeciallyPriced.FULL else at  # nothing counts now, but claims go on
    behind = shares.Behind(Asking(vendor_id, as_of=then), rule, slot, above, rates)
    whole = found.figures.paying - sum(each.paying for each in found.figures.exclusions)
    cut = await shares.cut_of(session, behind, calculation.payment, whole)
    brought = [carried.qualifying, carried.paying, carried.money]
    kept = shares.kept(cut, above, rates)
    return Reckoned(found, calculation, brought, accrued, kept, behind, run.by, run.by_name, at)


async def _accrued(
    session: Session, vendor_id: UUID, term: Row, together: Sequence[Row], period: Period, found: Found
) -> int:
    """What had accrued. It is brought up to date first where it is not what was measured now, because the term has ended
    earlier or rates have changed and nobody has reckoned that yet: what does so later finds nothing to post."""
    kept = await queries.accrued(session, vendor_id, term["id"], period.span.start)
    now = (period.span.end, found.figures.qualifying, found.figures.paying, found.lines, found.unvalued)
    if kept is None or tuple(kept.values())[1:] != now or found.back:
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
