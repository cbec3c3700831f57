"""Undoing an alias: the lines that it placed count no more, and their rows are held again, in one transaction.

It follows the path of a report, under the same lock. Rows that were held before have kept what they said; what counted at
once is read again from the stored report, as it was read then. A row that is known without the alias by now (its product or
account has been added since) counts again at once. A line that such a row had corrected stands again. In a closed period the
line goes on counting, and its reversal counts in the open one.
"""

from collections.abc import Mapping
from uuid import UUID

import structlog

from app.accruals.actions import accrue
from app.programme.terms import SubmissionKind
from app.reports.aliases.undoing import queries
from app.reports.counting.actions import Busy, progress_of, say_again
from app.reports.counting.disclosure import disclosed_fields
from app.reports.counting.figures import queries as figures
from app.reports.counting.figures.returning import queries as returning
from app.reports.counting.placing import queries as placing
from app.reports.counting.queries import knowledge_is_known, new_knowledge, placed_submissions, take_turn
from app.reports.counting.reading import rows_again, staged_rows
from app.reports.formats import ReportFrame
from app.reports.stock import actions as stock
from app.store.changes import publish
from app.store.database import Database, Row, Session, acting_as_worker

log = structlog.get_logger()
Unread = dict[SubmissionKind, dict[UUID, set[int]]]


async def take_back(database: Database, vendor_id: UUID, alias_id: UUID) -> Busy | None:
    """Hold again every row that an undone alias placed. Begun again after a kill, it finds what is left to do."""
    async with database.reading(acting_as_worker(vendor_id)) as session:
        found = await _undone(session, vendor_id, alias_id)
        if found is None:
            return None
        read = await _unread(session, vendor_id, *found)
        reports = await queries.reports(session, vendor_id, [id for each in read.values() for id in each])
    frames = {
        report["id"]: await rows_again(database, vendor_id, report, read[SubmissionKind(report["kind"])][report["id"]])
        for report in reports
    }
    async with database.writing(acting_as_worker(vendor_id)) as session:
        found = await _undone(session, vendor_id, alias_id)
        if found is None:
            return None
        agreement, alias = found
        if not await take_turn(session, agreement["distributor_id"]):
            return Busy()
        unread = await _unread(session, vendor_id, agreement, alias)
        if any(rows - read[kind].get(id, set()) for kind, each in unread.items() for id, rows in each.items()):
            return Busy()
        # Only now: a period may have been closed while the turn was another's.
        agreement = await placing.agreement_terms(session, vendor_id, agreement["id"]) or agreement
        returned = 0
        for kind in figures.UNDER_AGREEMENTS:
            returned += await _hold_again(session, kind, vendor_id, agreement, alias, _frames(unread[kind], frames))
        returned += await _hold_stock_again(session, vendor_id, agreement, alias)
        await queries.alias_returned(session, vendor_id, alias_id, returned)
    log.info("alias undone", alias=str(alias_id), rows=returned)
    return None


async def _undone(session: Session, vendor_id: UUID, alias_id: UUID) -> tuple[Row, Row] | None:
    alias = await queries.undone_alias(session, vendor_id, alias_id)
    agreement = await placing.agreement_terms(session, vendor_id, alias["agreement_id"]) if alias is not None else None
    return (agreement, alias) if agreement is not None and alias is not None else None


async def _unread(session: Session, vendor_id: UUID, agreement: Row, alias: Row) -> Unread:
    return {
        kind: await queries.unread_rows(session, kind, vendor_id, agreement, alias["id"])
        for kind in figures.UNDER_AGREEMENTS
    }


def _frames(unread: Mapping[UUID, set[int]], frames: Mapping[UUID, ReportFrame]) -> dict[UUID, ReportFrame]:
    """What was read of each report, without rows that have ceased to count since."""
    found = {}
    for id, numbers in unread.items():
        rows = frames[id].rows
        kept = rows.filter(rows.get_column("row").is_in(sorted(numbers)))
        if kept.height != len(numbers):
            raise RuntimeError(f"report {id} does not say its rows {sorted(numbers)[:5]} again")
        found[id] = ReportFrame(kept, frames[id].issues)
    return found


async def _hold_again(
    session: Session,
    kind: SubmissionKind,
    vendor_id: UUID,
    agreement: Row,
    alias: Row,
    frames: Mapping[UUID, ReportFrame],
) -> int:
    """End the lines of one kind that the alias placed, and place their rows anew; how many of them count no more."""
    await figures.begin_ending(session)
    if await queries.name_rows(session, kind, vendor_id, agreement, alias["id"]):
        await queries.know_size(session, "ending")
        await queries.stage_returning(session, vendor_id)
        for id, frame in frames.items():
            await session.copy_csv("staging_row", placing.STAGED_COLUMNS, staged_rows(frame, vendor_id, id))
        knowledge = await new_knowledge(session, vendor_id, agreement["id"], f"alias {alias['id']} undone")
        corrected = await returning.name_earlier(session, kind, vendor_id)
        await figures.end_lines(session, kind, vendor_id, knowledge, agreement["closed_before"])
        if corrected:
            await returning.bring_back(session, kind, vendor_id, knowledge, agreement["closed_before"])
        await placing.place(session, kind, vendor_id, agreement)
        await queries.know_size(session, "placed")
        await _correct_again(session, kind, vendor_id, knowledge, agreement)
        await figures.count_placed(session, kind, vendor_id, agreement, knowledge)
        cause = f"alias {alias['id']} undone"
        await accrue(session, vendor_id, agreement["id"], await placed_submissions(session), cause)
        await knowledge_is_known(session, vendor_id, knowledge)
        return await _settle(session, kind, vendor_id, agreement)
    await figures.end_lines(session, kind, vendor_id, 0, None)
    return 0


async def _correct_again(
    session: Session, kind: SubmissionKind, vendor_id: UUID, knowledge: int, agreement: Row
) -> None:
    """A row that is known without the alias by now steps again into the place of the line that it corrects."""
    await figures.begin_ending(session)
    await figures.end_corrected(session)
    await returning.count_corrected(session, vendor_id)
    await figures.end_lines(session, kind, vendor_id, knowledge, agreement["closed_before"])


async def _hold_stock_again(session: Session, vendor_id: UUID, agreement: Row, alias: Row) -> int:
    """End the counts and movements that the alias placed, and place their rows anew; how many of them count no more."""
    await stock.take_back(session, vendor_id, agreement, alias["id"])
    changed = await queries.count_again(session, vendor_id)
    await publish(session, *(progress_of(vendor_id, row["id"]) for row in changed))
    await stock.forget_placed(session)
    return sum(row["gone"] for row in changed)


async def _settle(session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row) -> int:
    await queries.hold_again(session, kind, vendor_id, agreement, disclosed_fields(agreement, kind))
    await say_again(session, kind, vendor_id, agreement)
    changed = await queries.count_again(session, vendor_id)
    await publish(session, *(progress_of(vendor_id, row["id"]) for row in changed))
    await placing.clear_staging(session)
    return sum(row["gone"] for row in changed)
