"""Paying in advance: recorded by one person, above the threshold approved by another, and only then in the ledger.

What may be paid in advance, the rule in `app.programme.advances` says. It is asked when an advance is recorded, and again
when it is posted, with nobody else paying in advance under the agreement and no statement of the pay period moving.
"""

from datetime import UTC, date, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import acting
from app.access.hands import in_the_same_hands
from app.accruals.actions import rule_of
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.incentives.statements.actions import DONE, one_of_them, statement_for_act
from app.incentives.statements.advancing import queries
from app.incentives.statements.inputs import DecideAdvanceInput, RecordAdvanceInput
from app.ledger.actions import Owner, Posting, post
from app.programme.advances import AdvanceRoom
from app.programme.claim_terms import LedgerAct
from app.programme.money import MICRO, places_of
from app.programme.money_kinds import MoneyKind
from app.programme.statements import approvals_needed
from app.store.database import Database, Row, Session, acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

PAID = (LedgerAct.RESERVE, LedgerAct.POST, LedgerAct.CREDIT)


async def record_advance(request: Request[Actor], given: RecordAdvanceInput) -> Key:
    """Record what is paid in advance on the pay period of a statement. The key of the statement."""
    async with acting(request, "recordAdvance") as act:
        check = Checks()
        done = await act.done_before(given.idempotency_key, given)
        reference = check.name(given.reference, "reference")
        key, found = await statement_for_act(act, check, given.statement_id)
        if done is not None:
            return key
        rule = rule_of(found["rule"])
        amount = check.scaled(given.amount, places_of(rule.currency), "amount", least=1)
        now = datetime.now(UTC)
        if not rule.advances:
            check.add(UserErrorCode.INVALID, "The rule of this incentive knows no advances.", "statementId")
        if {found["status"], found["disputed_from"]} & DONE:
            wrong = f"The statement is {found['status']}: what is paid on its period is settled."
            check.add(UserErrorCode.TOO_LATE, wrong, "statementId")
        if given.paid_on > now.date():
            check.add(UserErrorCode.INVALID, f"An advance was paid already, not on {given.paid_on}.", "paidOn")
        check.settle()
        await queries.one_at_a_time(act.session, found["agreement_id"])
        too_much = (await _room(act.session, key, now.date())).refusal(amount, rule.currency)
        if too_much is not None:
            check.add(UserErrorCode.NOT_ELIGIBLE, too_much, "amount")
        check.settle()
        advance_id = new_id()
        row = (advance_id, found["agreement_id"], found["distributor_id"], amount, given.paid_on, reference)
        await queries.insert(act.session, key, (*row, one_of_them(act.actor), act.actor.name, now))
        await enqueue(act.session, Job.POST_ADVANCE, vendor_id=key.vendor_id, advance_id=advance_id)
        told = {"advance": str(given.amount), "paidOn": given.paid_on, "reference": reference}
        await act.record(global_id("Statement", key), vendor_id=key.vendor_id, after=told)
        await act.remember(given.idempotency_key, given, str(advance_id))
    await post_advance(request.database, key.vendor_id, advance_id)
    await request.look_again()
    return key


async def decide_advance(request: Request[Actor], given: DecideAdvanceInput) -> Key:
    """Approve or reject an advance that somebody else recorded and that waits for a second person. Its key."""
    async with acting(request, "decideAdvance") as act:
        check, now = Checks(), datetime.now(UTC)
        reason = check.optional_prose(given.reason, "reason")
        if reason is None and not given.approve:
            check.add(UserErrorCode.REQUIRED, "Say why.", "reason")
        key = check.key("Advance", "advance", given.advance_id, "advanceId")
        found = None if key is None else await queries.for_act(act.session, key)
        if key is not None and found is None:
            check.not_found("advance", "advanceId")
        if found is not None:
            await queries.one_at_a_time(act.session, found["agreement_id"])
            await _check_decision(act.session, check, key, found, act.actor, given.approve)
        check.settle()
        assert key is not None and found is not None
        by, name = one_of_them(act.actor), act.actor.name
        if not await queries.decide(act.session, key, given.approve, reason, by, name, now):
            raise refused(UserErrorCode.STALE, "Somebody else decided about it meanwhile.", "advanceId")
        await enqueue(act.session, Job.POST_ADVANCE, vendor_id=key.vendor_id, advance_id=key.id)
        told = {"advance": str(key.id), "approved": given.approve, "reason": reason}
        statement = global_id("Statement", Key(key.vendor_id, found["statement_id"]))
        await act.record(statement, vendor_id=key.vendor_id, after=told)
    await post_advance(request.database, key.vendor_id, key.id)
    await request.look_again()
    return key


async def _check_decision(
    session: Session, check: Checks, key: Key | None, found: Row, actor: Actor, approves: bool
) -> None:
    """Whether an advance waits for this person."""
    if found["approved"] is not None or found["posted_at"] is not None or found["refused"] is not None:
        check.add(UserErrorCode.STALE, "It does not wait for anybody any more.", "advanceId")
    elif await in_the_same_hands(session, actor.acting_id, [found["recorded_by"]]):
        wrong = "Whoever records an advance does not decide about it: somebody else of the vendor's finance has to."
        check.add(UserErrorCode.NOT_ALLOWED, wrong, "advanceId")
    elif approves and key is not None:
        of = Key(key.vendor_id, found["statement_id"])
        room = await _room(session, of, datetime.now(UTC).date(), key.id)
        too_much = room.refusal(found["amount_minor"], found["currency"])
        if {found["status"], found["disputed_from"]} & DONE:
            check.add(UserErrorCode.TOO_LATE, "What is paid on its pay period is settled.", "advanceId")
        elif too_much is not None:
            check.add(UserErrorCode.NOT_ELIGIBLE, too_much, "advanceId")


async def _room(session: Session, statement: Key, today: date, but: UUID | None = None) -> AdvanceRoom:
    row = await queries.room(session, statement, today, but)
    share = MICRO if row["share"] is None else row["share"]
    return AdvanceRoom(row["accrued"], row["settled"], row["advanced"], share)


async def post_advance(database: Database, vendor_id: UUID, advance_id: UUID) -> None:
    """Bring an advance into the ledger: out of what accrues, to the distributor's account. One above the threshold waits for
    a second person; one that is too much by now is refused. Done again, nothing is done."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        agreement_id = await queries.agreement_of(session, vendor_id, advance_id)
        if agreement_id is None:
            return
        await queries.one_at_a_time(session, agreement_id)
        found = await queries.unposted(session, vendor_id, advance_id)
        if found is None:
            return
        amount, now = found["amount_minor"], datetime.now(UTC)
        needed = found["approvals_needed"] or approvals_needed(amount, found["above_minor"])
        await queries.needs(session, vendor_id, advance_id, needed)
        if needed > 1 and not found["approved"]:
            return
        room = await _room(session, Key(vendor_id, found["statement_id"]), now.date(), advance_id)
        why = room.refusal(amount, found["currency"])
        if found["status"] in DONE:
            why = "What is paid on its pay period was settled meanwhile."
        if why is None:
            owner = Owner(vendor_id, agreement_id, found["distributor_id"])
            of = (owner, MoneyKind.INCENTIVE, found["incentive_id"], found["currency"])
            cause = f"advance {advance_id}"
            await post(session, [Posting(*of, act, amount, now.date(), cause) for act in PAID])
        await queries.posted(session, vendor_id, advance_id, None if why else now, why)
