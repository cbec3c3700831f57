"""Undoing an alias: the lines that it placed count no more, and their rows are held again, in one transaction.

It follows the path of a report, under the same lock. Rows that were held before have kept what they said; what counted at
once is read again from the stored report, as it was read then. A row that is known without the alias by now (its product or
account has been added since) counts again at once. A line that such a row had corrected stands again. In a closed period the
line goes on counting, and its reversal counts in the open one.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from app.accruals.actions import Change, accrue
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
Finding = Callable[[Session, UUID, UUID], Awaitable[Row | None]]
"How an alias is found: one that was undone, or one that stands and is to be tried out."


async def take_back(database: Database, vendor_id: UUID, alias_id: UUID) -> Busy | None:
    """Hold again every row that an undone alias placed. Begun again after a kill, it finds what is left to do."""
    reread = await read_again(database, vendor_id, alias_id, queries.undone_alias)
    async with database.writing(acting_as_worker(vendor_id)) as session:
        found = await its_turn(session, vendor_id, alias_id, queries.undone_alias, reread)
        if found is None or isinstance(found, Busy):
            return found
        returned = (await hold_all_again(session, vendor_id, found, reread)).rows
        await queries.alias_returned(session, vendor_id, alias_id, returned)
    log.info("alias undone", alias=str(alias_id), rows=returned)
    return None


@dataclass(frozen=True, slots=True)
class Found:
    """An alias whose rows are to be held again: its agreement, itself, and its rows that only their reports tell of."""

    agreement: Row
    alias: Row
    unread: Unread


@dataclass(frozen=True, slots=True)
class Returned:
    """How many rows count no more, how many of them are held, and which accruals that changed."""

    rows: int = 0
    held: int = 0
    accrued: tuple[Change, ...] = ()

    def __add__(self, other: "Returned") -> "Returned":
        return Returned(self.rows + other.rows, self.held + other.held, (*self.accrued, *other.accrued))


@dataclass(frozen=True, slots=True)
class Reread:
    """Which rows were read again from which reports."""

    numbers: Unread
    frames: Mapping[UUID, ReportFrame]


async def read_again(database: Database, vendor_id: UUID, alias_id: UUID, find: Finding) -> Reread:
    """Read again what counted at once because of an alias: nothing else says what these rows said."""
    async with database.reading(acting_as_worker(vendor_id)) as session:
        found = await _known(session, vendor_id, alias_id, find)
        if found is None:
            return Reread({}, {})
        ids = [id for each in found.unread.values() for id in each]
        reports = await queries.reports(session, vendor_id, ids)
    frames = {
        report["id"]: await rows_again(
            database, vendor_id, report, found.unread[SubmissionKind(report["kind"])][report["id"]]
        )
        for report in reports
    }
    return Reread(found.unread, frames)


async def its_turn(
    session: Session, vendor_id: UUID, alias_id: UUID, find: Finding, reread: Reread
) -> Found | Busy | None:
    """The alias in the distributor's turn; Busy where that is another's, or where more counts because of the alias than was
    read again, and None where it is not to be found any more."""
    found = await _known(session, vendor_id, alias_id, find)
    if found is None:
        return None
    if not await take_turn(session, found.agreement["distributor_id"]):
        return Busy()
    # Only now: a period may have been closed while the turn was another's.
    found = await _known(session, vendor_id, alias_id, find)
    if found is None:
        return None
    numbers = {kind: reread.numbers.get(kind, {}) for kind in found.unread}
    if any(rows - numbers[kind].get(id, set()) for kind, each in found.unread.items() for id, rows in each.items()):
        return Busy()
    return found


async def hold_all_again(
    session: Session, vendor_id: UUID, found: Found, reread: Reread, *, trial: bool = False
) -> Returned:
    """Hold every row again that the alias placed, which is undone by now. Of a `trial`, which is taken back, nothing becomes
    known."""
    returned = Returned()
    for kind in figures.UNDER_AGREEMENTS:
        frames = _frames(found.unread[kind], reread.frames)
        returned += await _hold_again(session, kind, vendor_id, found.agreement, found.alias, frames, trial=trial)
    return returned + await _hold_stock_again(session, vendor_id, found.agreement, found.alias, trial=trial)


async def _known(session: Session, vendor_id: UUID, alias_id: UUID, find: Finding) -> Found | None:
    alias = await find(session, vendor_id, alias_id)
    agreement = await placing.agreement_terms(session, vendor_id, alias["agreement_id"]) if alias is not None else None
    if agreement is None or alias is None:
        return None
    return Found(agreement, alias, await _unread(session, vendor_id, agreement, alias))


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
    *,
    trial: bool,
) -> Returned:
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
        accrued = await accrue(session, vendor_id, agreement["id"], await placed_submissions(session), cause)
        if not trial:
            await knowledge_is_known(session, vendor_id, knowledge)
        return await _settle(session, kind, vendor_id, agreement) + Returned(accrued=tuple(accrued))
    await figures.end_lines(session, kind, vendor_id, 0, None)
    return Returned()


async def _correct_again(
    session: Session, kind: SubmissionKind, vendor_id: UUID, knowledge: int, agreement: Row
) -> None:
    """A row that is known without the alias by now steps again into the place of the line that it corrects."""
    await figures.begin_ending(session)
    await figures.end_corrected(session)
    await returning.count_corrected(session, vendor_id)
    await figures.end_lines(session, kind, vendor_id, knowledge, agreement["closed_before"])


async def _hold_stock_again(session: Session, vendor_id: UUID, agreement: Row, alias: Row, *, trial: bool) -> Returned:
    """End the counts and movements that the alias placed, and place their rows anew; how many of them count no more."""
    await stock.take_back(session, vendor_id, agreement, alias["id"], trial=trial)
    changed = await queries.count_again(session, vendor_id)
    await publish(session, *(progress_of(vendor_id, row["id"]) for row in changed))
    await stock.forget_placed(session)
    return _returned(changed)


async def _settle(session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row) -> Returned:
    await queries.hold_again(session, kind, vendor_id, agreement, disclosed_fields(agreement, kind))
    await say_again(session, kind, vendor_id, agreement)
    changed = await queries.count_again(session, vendor_id)
    await publish(session, *(progress_of(vendor_id, row["id"]) for row in changed))
    await placing.clear_staging(session)
    return _returned(changed)


def _returned(changed: Sequence[Row]) -> Returned:
    return Returned(sum(row["gone"] for row in changed), sum(row["held"] for row in changed))
