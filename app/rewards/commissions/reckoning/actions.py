"""Reckoning a plan of commission as the worker, in the plan's turn: whose lines they are, and what each agent has earned.

All periods of the plan are reckoned anew from the facts. What is approved is left as it is; so is what waits for finance,
unless somebody of the vendor has the plan calculated again. What earlier periods earn by now beside what was paid for them
is made good in the first period that is written. Doing it again changes nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec

from app.accruals.queries import calendar
from app.execution.identifiers import Key, global_id
from app.program_access.queries import access_of
from app.programme.commission_terms import (
    SETTLED,
    Attribution,
    CommissionPeriod,
    CommissionStatus,
    CommissionValuation,
    in_order,
)
from app.programme.commissions import Commission, earned, owed
from app.programme.erasures import compared_hash
from app.programme.money import converted
from app.programme.money_terms import PayPeriod
from app.programme.pay_periods import pay_periods
from app.programme.program_access import Opening
from app.programme.spans import Span
from app.programme.statements import approvals_needed
from app.programme.webhook_events import WebhookEvent
from app.rewards.commissions.reckoning import queries
from app.store.database import AUTHENTICATING, Database, Row, Session, acting_as_worker
from app.store.identity import new_id
from app.store.turns import Turn, take
from app.webhooks.telling import Event, tell

_PERIODS = {CommissionPeriod.MONTH: PayPeriod.MONTH, CommissionPeriod.QUARTER: PayPeriod.QUARTER}


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is an agent's, and its amount in the plan's currency; None where that is not known."""

    row: Row
    of: Attribution
    amount: int | None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A plan being reckoned: its terms, when, for whom (None: for nobody in particular), and its open and past periods."""

    vendor_id: UUID
    plan: Row
    now: datetime
    run: Row | None
    periods: Sequence[Span]
    threshold: int | None

    @property
    def tells_amounts(self) -> bool:
        return bool(self.plan["valuation"] == CommissionValuation.REPORTED_RESALE)


@dataclass(slots=True)
class Books:
    """What of one agent was reckoned so far, in the order of periods: what each earlier one earns by now, less what was paid
    for it."""

    carried: int = 0
    earlier: list[tuple[Span, int]] = field(default_factory=list)

    def differences(self) -> list[tuple[Span, int]]:
        return [(span, amount) for span, amount in self.earlier if amount]


async def calculate_commissions(database: Database, vendor_id: UUID, run_id: UUID) -> None:
    """What somebody of the vendor asked for: the periods that are over are calculated, to be approved by others."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        run = await queries.run(session, vendor_id, run_id)
        if run is None:
            return
        await take(session, Turn.COMMISSION, run["plan_id"])
        if await queries.run(session, vendor_id, run_id) is not None:
            await _reckon(session, vendor_id, run["plan_id"], run)
            await queries.finish(session, vendor_id, run_id, datetime.now(UTC))


async def accrue_commissions(database: Database, vendor_id: UUID, plan_id: UUID) -> None:
    """Bring what has been earned so far up to date."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        await take(session, Turn.COMMISSION, plan_id)
        await _reckon(session, vendor_id, plan_id, None)


async def follow_commissions(database: Database) -> None:
    """What the clock asks for: every plan of every vendor is brought up to date."""
    async with database.reading(AUTHENTICATING) as db:
        vendors = await queries.vendors_with_plans(db)
    for vendor_id in vendors:
        async with database.reading(acting_as_worker(vendor_id)) as db:
            plans = await queries.live_plans(db, vendor_id)
        for plan_id in plans:
            await accrue_commissions(database, vendor_id, plan_id)


async def approve_commissions(database: Database, vendor_id: UUID, plan_id: UUID) -> None:
    """Let what enough people found right be approved. Doing it again changes nothing."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        await take(session, Turn.COMMISSION, plan_id)
        for row in await queries.approve(session, vendor_id, plan_id, datetime.now(UTC)):
            subject = global_id("CommissionStatement", Key(vendor_id, row["id"]))
            told = Event(vendor_id, WebhookEvent.STATEMENT_APPROVED, subject, True, None, row["reseller_id"])
            await tell(session, [told])


async def _reckon(session: Session, vendor_id: UUID, plan_id: UUID, run: Row | None) -> None:
    plan, now = await queries.plan(session, vendor_id, plan_id), datetime.now(UTC)
    if plan is None or plan["starts_on"] > now.date():
        return
    known = Span(plan["starts_on"], now.date() + timedelta(days=1))
    kind = _PERIODS[CommissionPeriod(plan["period"])]
    periods = list(pay_periods(kind, await calendar(session, vendor_id), known))
    threshold = await queries.threshold(session, vendor_id, plan["currency"])
    reckoning = Reckoning(vendor_id, plan, now, run, periods, threshold)
    lines = await attributed(session, vendor_id, plan)
    kept = await queries.statements(session, vendor_id, plan_id)
    for agent_id in sorted({line.of.agent_id for line in lines} | {row["reseller_id"] for row in kept}):
        own = [line for line in lines if line.of.agent_id == agent_id]
        standing = {row["starts_on"]: row for row in kept if row["reseller_id"] == agent_id}
        await _reckon_agent(session, reckoning, agent_id, own, standing)


async def attributed(session: Session, vendor_id: UUID, plan: Row) -> list[Line]:
    """The lines of a plan that are somebody's, each once, in the order of their days."""
    window = Span(plan["starts_on"], plan["ends_on"])
    found = await queries.attributions(session, vendor_id, plan["id"], plan["countries"])
    claims = [each for each in (_within(one, window) for one in in_order(found)) if each is not None]
    if not claims:
        return []
    named = await _named(session, vendor_id, claims)
    covered = queries.Covered(plan["product_ids"], plan["families"])
    rows = await queries.lines(session, vendor_id, plan["currency"], covered, claims, named)
    return [Line(row, claims[row["place"]], _amount(plan, row)) for row in rows]


def _within(of: Attribution, window: Span) -> Attribution | None:
    starts, ends = max(of.starts, window.start), min(of.ends, window.end)
    if starts >= ends:
        return None
    return Attribution(
        of.agent_id, starts, ends, of.since, of.deal_id, of.assignment_id, of.customer_hash, of.bought_by_id
    )


async def _named(session: Session, vendor_id: UUID, claims: Sequence[Attribution]) -> list[tuple[int, str]]:
    """Which attribution is for which end customer, as lines spell it."""
    places: dict[str, list[int]] = {}
    for place, each in enumerate(claims):
        if each.customer_hash is not None:
            places.setdefault(each.customer_hash, []).append(place)
    if not places:
        return []
    hashed = [each for each in claims if each.customer_hash is not None]
    first, last = min(each.starts for each in hashed), max(each.ends for each in hashed)
    names = await queries.customers(session, vendor_id, first, last)
    return [(place, name) for name in names for place in places.get(compared_hash(str(vendor_id), name), ())]


def _amount(plan: Row, row: Row) -> int | None:
    """What a line is worth in the plan's currency, at the vendor's rate of the day of the sale."""
    book = plan["valuation"] == CommissionValuation.BOOK
    amount, currency = (
        (row["book_amount"], row["book_currency"]) if book else (row["disclosed_amount"], row["currency"])
    )
    rate = row["book_rate"] if book else row["rate"]
    if amount is None or currency == plan["currency"]:
        return amount if amount is None else int(amount)
    return None if rate is None else converted(amount, rate)


async def _reckon_agent(
    session: Session, reckoning: Reckoning, agent_id: UUID, lines: Sequence[Line], standing: Mapping[date, Row]
) -> None:
    access = await access_of(session, reckoning.vendor_id, agent_id, Opening.COMMISSIONS)
    held = None if access.granted else access.rule
    books, plan = Books(), reckoning.plan
    for span in reckoning.periods:
        own = [line for line in lines if span.start <= line.row["counts_on"] < span.end]
        valued = [line for line in own if line.amount is not None]
        amounts = [line.amount or 0 for line in valued]
        found = earned(amounts, plan["rate"], plan["currency"], books.carried, plan["cap_minor"])
        before, books.carried = standing.get(span.start), found.carried
        if before is not None and _stays(reckoning, before):
            books.earlier.append((span, found.amount - before["amount_minor"]))
            continue
        due = owed(found.amount, [amount for _, amount in books.earlier])
        if own or due.amount or before is not None:
            what = _Period(agent_id, span, found, valued, len(own) - len(valued), books.differences(), held)
            await _write(session, reckoning, what, before)
        books.earlier.append((span, found.amount - due.amount))


def _stays(reckoning: Reckoning, statement: Row) -> bool:
    status = CommissionStatus(statement["status"])
    return status in SETTLED or (status is CommissionStatus.CALCULATED and reckoning.run is None)


@dataclass(frozen=True, slots=True)
class _Period:
    """What is written of one agent's period."""

    agent_id: UUID
    span: Span
    found: Commission
    lines: Sequence[Line]
    left_out: int
    differences: Sequence[tuple[Span, int]]
    held: str | None


async def _write(session: Session, reckoning: Reckoning, what: _Period, before: Row | None) -> None:
    due = owed(what.found.amount, [amount for _, amount in what.differences])
    over = what.span.end <= reckoning.now.date()
    run = reckoning.run if over and what.held is None else None
    lines, content = _lines(reckoning, what), _content(what)
    as_before = before is not None and (before["content"], before["held"]) == (content, what.held)
    if run is None and before is not None and as_before and before["status"] == CommissionStatus.ACCRUING:
        return
    base = sum(line.amount or 0 for line in what.lines)
    values: dict[str, object] = {
        "status": (CommissionStatus.ACCRUING if run is None else CommissionStatus.CALCULATED).value,
        "base": base,
        "told_base": base if reckoning.tells_amounts else None,
        "earned_minor": what.found.amount,
        "adjusted_minor": due.adjusted,
        "amount_minor": due.amount,
        "differences": [
            {"start": str(span.start), "end": str(span.end), "amount": amount} for span, amount in what.differences
        ],
        "lines": len(lines),
        "left_out": what.left_out,
        "held": what.held,
        "content": content,
        "revision": 1 if before is None else before["revision"] + 1,
        "calculated_at": reckoning.now,
        "calculated_by": None if run is None else run["asked_by"],
        "calculated_by_id": None if run is None else run["asked_by_id"],
        "approvals_needed": None if run is None else approvals_needed(due.amount, reckoning.threshold),
    }
    id = new_id() if before is None else before["id"]
    if before is None:
        named = {"vendor_id": reckoning.vendor_id, "id": id, "plan_id": reckoning.plan["id"]}
        days = {"starts_on": what.span.start, "ends_on": what.span.end, "currency": reckoning.plan["currency"]}
        await queries.begin(session, {**named, "reseller_id": what.agent_id, **days, **values})
    else:
        await queries.rewrite(session, reckoning.vendor_id, id, values)
    await queries.add_lines(session, (reckoning.vendor_id, id, what.agent_id), lines)


def _lines(reckoning: Reckoning, what: _Period) -> list[dict[str, object]]:
    tells, told = reckoning.tells_amounts, []
    for position, (line, share) in enumerate(zip(what.lines, what.found.shares, strict=True), 1):
        names = ("submission_id", "row_number", "component", "recorded", "product_id", "sold_on", "quantity")
        told.append(
            {
                "position": position,
                **{name: line.row[name] for name in names},
                "amount": line.amount,
                "told_amount": line.amount if tells else None,
                "share_minor": share,
                "told_share_minor": share if tells else None,
                "deal_id": line.of.deal_id,
                "assignment_id": line.of.assignment_id,
            }
        )
    return told


def _content(what: _Period) -> str:
    """What tells one reckoning of a period from another."""
    names = ("submission_id", "row_number", "component", "recorded")
    lines = [
        [*(line.row[name] for name in names), line.amount, line.of.deal_id, line.of.assignment_id]
        for line in what.lines
    ]
    differences = [[span.start, amount] for span, amount in what.differences]
    told = [lines, what.found.amount, what.found.base, what.left_out, differences]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()
