"""Carrying a decision about a statement out, once: one at a time for each statement, by the rules of who may move it."""

from datetime import UTC, datetime
from uuid import UUID

from app.execution.identifiers import Key, global_id
from app.incentives.statements.calculating.writing import posting
from app.incentives.statements.deciding import queries
from app.ledger.actions import post
from app.programme.claim_terms import LedgerAct
from app.programme.money_terms import StatementStatus
from app.programme.statements import Moved, NotMoved, StatementDecisionKind, StatementStanding, decided
from app.programme.webhook_events import WebhookEvent
from app.store.database import Database, Row, Session, acting_as_worker
from app.webhooks.telling import Event, tell

_POSTED = {
    StatementDecisionKind.APPROVE: (LedgerAct.RESERVE,),
    StatementDecisionKind.CREDIT: (LedgerAct.POST, LedgerAct.CREDIT),
}


async def carry_out(database: Database, vendor_id: UUID, decision_id: UUID) -> None:
    """Carry a decision out, or refuse it with the reason. Done again, nothing is done."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        statement = await queries.statement_of(session, vendor_id, decision_id)
        said = await queries.decision(session, vendor_id, decision_id)
        if statement is None or said is None:
            return
        moved = await _moved(session, vendor_id, statement, said)
        if isinstance(moved, NotMoved):
            await queries.settle(session, vendor_id, decision_id, None, moved.reason)
            return
        now = datetime.now(UTC)
        await _move(session, vendor_id, statement, said, moved, now)
        await queries.settle(session, vendor_id, decision_id, now, None)


async def _moved(session: Session, vendor_id: UUID, statement: Row, said: Row) -> Moved | NotMoved:
    if said["revision"] != statement["revision"]:
        return NotMoved("The statement was calculated anew meanwhile: read it again, then decide.")
    if said["decision"] == StatementDecisionKind.APPROVE:
        before = await queries.prepared(session, vendor_id, statement["id"], said["decided_by"])
        if before["advanced"]:
            return NotMoved("An advance was paid since it was calculated: have it calculated again, then approve it.")
        if before["waiting"]:
            return NotMoved("An advance on its pay period waits for a second person: have that decided first.")
        if before["confirmed"]:
            return NotMoved("Whoever confirmed a gate of a statement does not approve it: somebody else has to.")
    approved = await queries.approved_by(session, vendor_id, statement["id"], statement["revision"])
    return decided(standing_of(statement, approved), StatementDecisionKind(said["decision"]), said["decided_by"])


def standing_of(statement: Row, approved_by: frozenset[str]) -> StatementStanding:
    """Where a statement stands."""
    disputed_from = statement["disputed_from"]
    return StatementStanding(
        StatementStatus(statement["status"]),
        None if disputed_from is None else StatementStatus(disputed_from),
        statement["calculated_by"],
        approved_by,
        statement["approvals_needed"] or 1,
    )


async def _move(session: Session, vendor_id: UUID, statement: Row, said: Row, moved: Moved, now: datetime) -> None:
    decision = StatementDecisionKind(said["decision"])
    takes_effect = decision is StatementDecisionKind.APPROVE and moved.status is StatementStatus.APPROVED
    is_credit = decision is StatementDecisionKind.CREDIT
    await queries.move(
        session,
        vendor_id,
        statement["id"],
        moved.status,
        moved.disputed_from,
        now if takes_effect else None,
        now if is_credit else None,
        said["credit_number"] if is_credit else None,
    )
    if takes_effect or is_credit:
        event = WebhookEvent.STATEMENT_CREDITED if is_credit else WebhookEvent.STATEMENT_APPROVED
        subject = global_id("Statement", Key(vendor_id, statement["id"]))
        await tell(session, [Event(vendor_id, event, subject, True, statement["distributor_id"])])
        amount = statement["payable_minor"]
        acts = _POSTED[decision]
        await post(session, [posting(vendor_id, statement, statement["id"], act, amount, now) for act in acts])
