"""Releasing what waited for a unit: as soon as the vendor says how many base units make one, the rows of that product and
unit count, agreement by agreement and, of sell-out, reseller by reseller, by the same path as a report and in the turn of
the distributor or reseller.
"""

from uuid import UUID

import structlog

from app.reports.counting.actions import Busy, progress_of, release_staged
from app.reports.counting.figures.queries import LINES
from app.reports.counting.placing.queries import agreement_terms, owner_of
from app.reports.counting.queries import keep_calendar, take_turn
from app.reports.held.deciding.queries import stage_chosen
from app.reports.held.releasing import queries
from app.reports.stock import actions as stock
from app.store.changes import publish
from app.store.database import Database, Row, Session, acting_as_worker

log = structlog.get_logger()


async def release_units(database: Database, vendor_id: UUID, product_id: UUID) -> Busy | None:
    """Let the held rows count that waited for a unit of a product which the vendor has set; past ones too.

    Where somebody's turn is another's, the others' rows are released all the same, and the job comes back for its.
    """
    async with database.writing(acting_as_worker(vendor_id)) as session:
        owners = await queries.owners_to_look_at(session, vendor_id)
    busy = [await _release(database, vendor_id, each, product_id) for each in owners]
    return next((each for each in busy if each is not None), None)


async def _release(database: Database, vendor_id: UUID, owner_id: UUID, product_id: UUID) -> Busy | None:
    async with database.writing(acting_as_worker(vendor_id)) as session:
        agreement = await agreement_terms(session, vendor_id, owner_id)
        if agreement is None:
            return None
        if not await take_turn(session, owner_of(agreement)):
            return Busy()
        if agreement["reseller_id"] is not None:
            await keep_calendar(session, vendor_id)
        if not await queries.choose_rows(session, vendor_id, owner_id, product_id):
            return None
        released = await _release_chosen(session, vendor_id, agreement, f"units of product {product_id}")
    log.info("held rows released", product=str(product_id), owner=str(owner_id), rows=released)
    return None


async def _release_chosen(session: Session, vendor_id: UUID, agreement: Row, cause: str) -> int:
    released = 0
    for kind in LINES:
        if await stage_chosen(session, kind, vendor_id):
            released += (await release_staged(session, kind, vendor_id, agreement, cause)).rows
    if agreement["reseller_id"] is not None:
        return released
    of_stock, changed = await stock.release_chosen(session, vendor_id, agreement, cause)
    await publish(session, *(progress_of(vendor_id, each) for each in changed))
    return released + of_stock
