"""Carrying a decision about held rows out: by the same path as a report, under the same lock, once.

A vendor's decision reaches rows of a distributor's report only where its agreement holds them; a distributor's never
reaches the vendor's own reports.
"""

from datetime import UTC, datetime
from uuid import UUID

import structlog

from app.programme.terms import HeldDecisionKind, Level
from app.reports.counting.actions import Busy, progress_of, release_staged
from app.reports.counting.figures.queries import LINES
from app.reports.counting.placing.queries import agreement_terms
from app.reports.counting.queries import take_turn
from app.reports.held.actions import OF_THE_AGREEMENT
from app.reports.held.deciding import queries
from app.reports.held.queries import reach
from app.reports.stock import actions as stock
from app.store.changes import publish
from app.store.database import Database, Row, Session, acting_as_worker

log = structlog.get_logger()


async def carry_out(database: Database, vendor_id: UUID, decision_id: UUID) -> Busy | None:
    """Release or dismiss the rows that a decision is about and that still wait for its hold."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        said = await queries.decision(session, vendor_id, decision_id)
        agreement = await agreement_terms(session, vendor_id, said["agreement_id"]) if said is not None else None
        if said is None or agreement is None:
            return None
        if not await take_turn(session, agreement["distributor_id"]):
            return Busy()
        reached = reach(Level(said["decided_as"]), said["hold"] in OF_THE_AGREEMENT)
        chosen = await queries.choose_rows(session, vendor_id, said, reached)
        if said["decision"] == HeldDecisionKind.RELEASE:
            released, dismissed = await _release(session, vendor_id, agreement, said), 0
        else:
            released, dismissed = 0, chosen
            told = f"{said['decided_by']}: {said['reason']}"
            changed = await queries.dismiss(session, vendor_id, told, datetime.now(UTC))
            await publish(session, *(progress_of(vendor_id, each) for each in changed))
        held = await queries.still_held(session, vendor_id)
        await queries.carried_out(session, vendor_id, decision_id, released, dismissed, held, datetime.now(UTC))
    log.info("held rows decided", decision=str(decision_id), released=released, dismissed=dismissed, still_held=held)
    return None


async def _release(session: Session, vendor_id: UUID, agreement: Row, said: Row) -> int:
    await queries.waive(session, vendor_id, said["hold"])
    released = 0
    for kind in LINES:
        if await queries.stage_chosen(session, kind, vendor_id):
            released += (await release_staged(session, kind, vendor_id, agreement, f"decision {said['id']}")).rows
    of_stock, changed = await stock.release_chosen(session, vendor_id, agreement, f"decision {said['id']}")
    await publish(session, *(progress_of(vendor_id, each) for each in changed))
    return released + of_stock
