"""Recording an advance: it was paid already, so the ledger has it at once; the calculation of its period takes it off."""

from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import acting
from app.accruals.actions import rule_of
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.incentives.statements.actions import DONE, one_of_them, statement_for_act
from app.incentives.statements.advancing import queries
from app.incentives.statements.inputs import RecordAdvanceInput
from app.ledger.actions import Owner, Posting, post
from app.programme.claim_terms import LedgerAct
from app.programme.money import places_of
from app.programme.money_kinds import MoneyKind
from app.store.database import Database, acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

PAID = (LedgerAct.RESERVE, LedgerAct.POST, LedgerAct.CREDIT)


async def record_advance(request: Request[Actor], given: RecordAdvanceInput) -> Key:
    """Record what was paid in advance on the pay period of a statement. The key of the statement."""
    async with acting(request, "recordAdvance") as act:
        check = Checks()
        done = await act.done_before(given.idempotency_key, given)
        reference = check.name(given.reference, "reference")
        key, found = await statement_for_act(act, check, given.statement_id)
        if done is not None:
            return key
        rule = rule_of(found["rule"])
        amount = check.scaled(given.amount, places_of(rule.currency), "amount", least=1)
        if not rule.advances:
            check.add(UserErrorCode.INVALID, "The rule of this incentive knows no advances.", "statementId")
        if {found["status"], found["disputed_from"]} & DONE:
            wrong = f"The statement is {found['status']}: what is paid on its period is settled."
            check.add(UserErrorCode.TOO_LATE, wrong, "statementId")
        if given.paid_on > datetime.now(UTC).date():
            check.add(UserErrorCode.INVALID, f"An advance was paid already, not on {given.paid_on}.", "paidOn")
        check.settle()
        advance_id, now = new_id(), datetime.now(UTC)
        row = (advance_id, found["agreement_id"], found["distributor_id"], amount, given.paid_on, reference)
        await queries.insert(act.session, key, (*row, one_of_them(act.actor), act.actor.name, now))
        await enqueue(act.session, Job.POST_ADVANCE, vendor_id=key.vendor_id, advance_id=advance_id)
        told = {"advance": str(given.amount), "paidOn": given.paid_on, "reference": reference}
        await act.record(global_id("Statement", key), vendor_id=key.vendor_id, after=told)
        await act.remember(given.idempotency_key, given, str(advance_id))
    await post_advance(request.database, key.vendor_id, advance_id)
    await request.look_again()
    return key


async def post_advance(database: Database, vendor_id: UUID, advance_id: UUID) -> None:
    """Bring an advance into the ledger: out of what accrues, to the distributor's account. Done again, nothing is done."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        found = await queries.unposted(session, vendor_id, advance_id)
        if found is None:
            return
        now = datetime.now(UTC)
        owner = Owner(vendor_id, found["agreement_id"], found["distributor_id"])
        of = (owner, MoneyKind.INCENTIVE, found["incentive_id"], found["currency"])
        cause = f"advance {advance_id}"
        await post(session, [Posting(*of, act, found["amount_minor"], now.date(), cause) for act in PAID])
        await queries.posted(session, vendor_id, advance_id, now)
