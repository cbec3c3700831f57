"""What people do about statements: they have them calculated, decide about them, contest them, confirm gates.

Each act writes down what was asked for, and has it carried out right after commit as the worker does; if the server dies in
between, the worker does it. Whoever calculates or decides is known by the id of the person or the integration, which no
two can share.
"""

from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.access.hands import in_the_same_hands
from app.accruals.actions import rule_of
from app.accruals.queries import calendar
from app.execution.checks import Checks, refused
from app.execution.errors import ErrorCode, Fault, UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.incentives.statements import queries
from app.incentives.statements.calculating.actions import calculate_soon, due
from app.incentives.statements.calculating.queries import terms
from app.incentives.statements.deciding.actions import carry_out, standing_of
from app.incentives.statements.inputs import (
    CalculateStatementsInput,
    ConfirmGateInput,
    DecideStatementInput,
    SetApprovalThresholdInput,
)
from app.programme.money import places_of
from app.programme.money_terms import GateKind, StatementStatus
from app.programme.spans import Span
from app.programme.statements import NEEDS_A_REASON, OF_THE_VENDOR, NotMoved, StatementDecisionKind, decided
from app.programme.terms import Level
from app.store.database import Row
from app.store.identity import new_id
from app.store.jobs import Job, enqueue
from app.store.turns import Turn, take

AT_ONCE = 50
"So many pay periods are calculated before an act answers; more of them, the worker calculates."
OF_ITS_OWN = frozenset({StatementDecisionKind.APPROVE, StatementDecisionKind.REJECT})
"What the vendor decides with itself: the distributor learns of it by the statement's state, not by each of its approvals."
DONE = frozenset({StatementStatus.APPROVED, StatementStatus.CREDITED})
_SAME_HANDS = (
    "Whoever calculated, approved or confirmed a gate of it may have done so with you: an integration stands for whoever"
    " knows its secret. Somebody else of the vendor's finance has to."
)


def one_of_them(actor: Actor) -> str:
    """Which person or integration it is, by id."""
    return str(actor.user_id or actor.client_id)


async def calculate_statements(request: Request[Actor], given: CalculateStatementsInput) -> Key:
    """Have the pay periods calculated that end in some days, all of which are over. The key of the run."""
    vendor_id = _own_network(request.actor)
    async with acting(request, "calculateStatements") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return Key(vendor_id, UUID(done))
        check, key = Checks(), Key(vendor_id, new_id())
        days = Span(given.period.checked().start, given.period.end)
        incentive = await _named(act, check, "Incentive", "incentive", given.incentive_id, "incentiveId")
        agreement = await _named(act, check, "DistributionAgreement", "agreement", given.agreement_id, "agreementId")
        check.settle()
        periods = await _periods(act, check, vendor_id, incentive, agreement, days)
        check.settle()
        by, now = one_of_them(act.actor), datetime.now(UTC)
        await queries.insert_run(act.session, key, incentive, agreement, days.start, days.end, by, act.actor.name, now)
        await enqueue(act.session, Job.CALCULATE_STATEMENTS, vendor_id=vendor_id, run_id=key.id)
        told = {"period": [str(days.start), str(days.end)], "payPeriods": periods}
        await act.record(global_id("StatementRun", key), vendor_id=vendor_id, after=told)
        await act.remember(given.idempotency_key, given, str(key.id))
    if periods <= AT_ONCE:
        await calculate_soon(request.database, vendor_id, key.id)
    return key


async def _periods(
    act: Act, check: Checks, vendor_id: UUID, incentive: UUID | None, agreement: UUID | None, days: Span
) -> int:
    """How many pay periods end in some days; a problem where these are not over, or none does."""
    today = datetime.now(UTC).date()
    if days.end > today:
        wrong = f"The days up to {days.end} are not over: a pay period is calculated once its last day is."
        check.add(UserErrorCode.NOT_OVER, wrong, "period", "end")
        return 0
    months = await calendar(act.session, vendor_id)
    offered = await terms(act.session, vendor_id, incentive, days.start, days.end)
    named = [term for term in offered if agreement in {None, term["agreement_id"]}]
    found = sum(len(due(term, months, days)) for term in named)
    if not found:
        wrong = "No pay period of an incentive that came into force ends in these days."
        check.add(UserErrorCode.INVALID, wrong, "period")
    return found


async def _named(act: Act, check: Checks, type_name: str, what: str, id: str | None, path: str) -> UUID | None:
    if id is None:
        return None
    key = check.key(type_name, what, id, path)
    table = "incentive" if type_name == "Incentive" else "agreement"
    if key is None:
        return None
    if key.vendor_id != act.actor.vendor_id or not await queries.exists(act.session, table, key):
        check.not_found(what, path)
    return key.id


async def decide_statement(request: Request[Actor], given: DecideStatementInput) -> Key:
    """Approve, reject or credit a statement, or uphold it against a dispute."""
    check = Checks()
    if given.decision not in OF_THE_VENDOR:
        wrong = "To contest a statement, or to contest it no longer, is for the distributor."
        check.add(UserErrorCode.NOT_ALLOWED, wrong, "decision")
    number = check.optional_name(given.credit_number, "creditNumber")
    if given.decision is StatementDecisionKind.CREDIT and number is None:
        check.add(UserErrorCode.REQUIRED, "Name the number of the credit memo.", "creditNumber")
    number = number if given.decision is StatementDecisionKind.CREDIT else None
    return await _decide(
        request, "decideStatement", check, given.statement_id, given.revision, given.decision, given.reason, number
    )


async def dispute(
    request: Request[Actor], statement_id: str, revision: int, kind: StatementDecisionKind, reason: str | None
) -> Key:
    """Contest a statement as its distributor, or contest it no longer."""
    name = "disputeStatement" if kind is StatementDecisionKind.DISPUTE else "withdrawStatementDispute"
    return await _decide(request, name, Checks(), statement_id, revision, kind, reason, None)


async def _decide(
    request: Request[Actor],
    name: str,
    check: Checks,
    statement_id: str,
    revision: int,
    kind: StatementDecisionKind,
    reason: str | None,
    number: str | None,
) -> Key:
    async with acting(request, name) as act:
        why = check.optional_prose(reason, "reason")
        if why is None and kind in NEEDS_A_REASON:
            check.add(UserErrorCode.REQUIRED, "Say why.", "reason")
        key, found = await statement_for_act(act, check, statement_id)
        check.settle()
        await _refuse_unless(act, key, found, revision, kind)
        if kind is StatementDecisionKind.APPROVE:
            await _refuse_same_hands(act, key, found, revision)
        decision_id, level = new_id(), act.actor.level
        row = (decision_id, found["agreement_id"], found["distributor_id"], revision, kind.value, why, number)
        by = (one_of_them(act.actor), act.actor.name, level.value, datetime.now(UTC))
        if not await queries.insert_decision(act.session, key, (*row, *by)):
            raise refused(UserErrorCode.NOT_ALLOWED, "You have approved this calculation already.", "decision")
        await enqueue(act.session, Job.DECIDE_STATEMENT, vendor_id=key.vendor_id, decision_id=decision_id)
        told = {"decision": kind, "revision": revision, "reason": why}
        between = Concerns(vendor=True, distributor_id=None if kind in OF_ITS_OWN else found["distributor_id"])
        await act.record(global_id("Statement", key), vendor_id=key.vendor_id, after=told, concerns=between)
    await carry_out(request.database, key.vendor_id, decision_id)
    await request.look_again()
    told_why = await queries.refused(await request.reader(), key.vendor_id, decision_id)
    if told_why is not None:
        raise refused(UserErrorCode.STALE, told_why, "statementId")
    return key


async def _refuse_unless(act: Act, key: Key, found: Row, revision: int, kind: StatementDecisionKind) -> None:
    """Refuse what could not be carried out by what is known now; once it is written down, it is asked again."""
    if found["revision"] != revision:
        wrong = f"The statement is at revision {found['revision']}: read it again, then decide."
        raise refused(UserErrorCode.STALE, wrong, "revision")
    approved: frozenset[str] = frozenset()
    if act.actor.level is Level.VENDOR:
        approved = await queries.approved_by(act.session, key, revision)
    moved = decided(standing_of(found, approved), kind, one_of_them(act.actor))
    if not isinstance(moved, NotMoved):
        return
    if found["status"] == StatementStatus.CALCULATED and kind is StatementDecisionKind.APPROVE:
        raise refused(UserErrorCode.NOT_ALLOWED, moved.reason, "decision")
    over = found["status"] != StatementStatus.ACCRUING
    raise refused(UserErrorCode.STALE if over else UserErrorCode.NOT_OVER, moved.reason, "statementId")


async def _refuse_same_hands(act: Act, key: Key, found: Row, revision: int) -> None:
    """Refuse a person who has prepared or approved it by an integration, and an integration of whoever has."""
    await take(act.session, Turn.APPROVALS, key.id)
    before = [found["calculated_by"], *await queries.prepared_by(act.session, key, revision)]
    if await in_the_same_hands(act.session, act.actor.acting_id, before):
        raise refused(UserErrorCode.NOT_ALLOWED, _SAME_HANDS, "decision")


async def confirm_gate(request: Request[Actor], given: ConfirmGateInput) -> Key:
    """Write down what was found about a gate that only a person can confirm; the next calculation reads it."""
    async with acting(request, "confirmGate") as act:
        check = Checks()
        note = check.prose(given.note, "note")
        key, found = await statement_for_act(act, check, given.statement_id)
        gates = rule_of(found["rule"]).gates if found is not None else ()
        if found is not None and not any(g.name == given.gate and g.kind is GateKind.PROVEN for g in gates):
            wrong = "The rule has no gate of this name that a person confirms."
            check.add(UserErrorCode.INVALID, wrong, "gate")
        if found is not None and found["status"] in DONE:
            wrong = f"The statement is {found['status']}: nothing about its gates changes any more."
            check.add(UserErrorCode.TOO_LATE, wrong, "statementId")
        check.settle()
        place = (new_id(), found["agreement_id"], found["distributor_id"])
        by = (one_of_them(act.actor), act.actor.name, datetime.now(UTC))
        await queries.insert_proof(act.session, key, (*place, given.gate, given.is_met, note, *by))
        told = {"gate": given.gate, "isMet": given.is_met}
        await act.record(global_id("Statement", key), vendor_id=key.vendor_id, after=told)
    return key


async def set_approval_threshold(request: Request[Actor], given: SetApprovalThresholdInput) -> UUID:
    """Set above which payment two people approve; what is calculated from now on needs so many."""
    vendor_id = _own_network(request.actor)
    async with acting(request, "setApprovalThreshold") as act:
        check = Checks()
        currency = check.currency(given.currency, "currency")
        check.settle()
        above = check.scaled(given.above, places_of(currency), "above")
        check.settle()
        now, by = datetime.now(UTC), one_of_them(act.actor)
        await queries.set_threshold(act.session, vendor_id, currency, above, now, by)
        told = {"currency": currency, "above": str(given.above)}
        await act.record(global_id("Vendor", Key(vendor_id, vendor_id)), vendor_id=vendor_id, after=told)
    return vendor_id


async def statement_for_act(act: Act, check: Checks, id: str) -> tuple[Key, Row]:
    """A statement that the actor sees. Where there is none, that is told with all other problems."""
    key = check.key("Statement", "statement", id, "statementId")
    found = None if key is None else await queries.for_act(act.session, act.actor.level, key)
    if key is not None and found is None:
        check.not_found("statement", "statementId")
    if key is None or found is None:
        check.settle()
    assert key is not None and found is not None
    return key, found


def _own_network(actor: Actor) -> UUID:
    if actor.vendor_id is None:
        raise Fault(ErrorCode.FORBIDDEN, "Only a vendor does this, in its own network.")
    return actor.vendor_id
