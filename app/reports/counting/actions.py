"""Counting: a report's rows are placed and become figures in one transaction, or not at all.

Reports of one agreement count in the order in which they were received; another distributor's are not held up. A killed
worker leaves the report as it was, and whoever picks the job up begins it again. A confirmed alias releases held rows by
the same statements under the same lock.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from app.alerts.actions import raise_for_warnings
from app.programme.terms import AliasKind, SubmissionKind, SubmissionMode
from app.reports.calendar import due_on, received_on
from app.reports.counting import queries
from app.reports.counting.figures import queries as figures
from app.reports.counting.figures.effects import queries as effects
from app.reports.counting.figures.oddities import queries as oddities
from app.reports.counting.placing import queries as placing
from app.reports.counting.reading import Reading, opened, stage
from app.reports.formats.frame import STOCK_FIELDS
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport
from app.reports.lines.queries import line_place
from app.reports.stock import actions as stock
from app.store.changes import Topic, publish
from app.store.database import Database, Row, Session, acting_as_worker
from app.store.outage import outage

log = structlog.get_logger()
Said = Row | Mapping[str, Any]
"What is known of a submission and its agreement."
ATTEMPTS = 3
STAGED = 0.5
DISCLOSED_ALWAYS = frozenset(
    {
        "document_kind",
        "document_number",
        "document_line",
        "return_of",
        "sold_on",
        "invoiced_on",
        "product_code",
        "quantity",
        "unit",
        "currency",
        "sale_type",
        "ship_to_country",
        "special_price_number",
        "serial_numbers",
    }
)


@dataclass(frozen=True, slots=True)
class Busy:
    """Another report of the same distributor is being counted; come back in so many seconds."""

    seconds: float = 0.2


def progress_of(vendor_id: UUID, submission_id: UUID) -> Topic:
    """What is published whenever a report stands otherwise than before."""
    return Topic("submission", vendor_id, submission_id)


async def count_reports(database: Database, vendor_id: UUID, agreement_id: UUID) -> Busy | None:
    """Count every waiting report of an agreement, oldest first."""
    while True:
        waiting = await _begin_next(database, vendor_id, agreement_id)
        if not isinstance(waiting, Row):
            return waiting
        counted = await _count_or_fail(database, vendor_id, agreement_id, waiting)
        if counted is not None:
            return counted


async def _begin_next(database: Database, vendor_id: UUID, agreement_id: UUID) -> Row | Busy | None:
    async with database.writing(acting_as_worker(vendor_id)) as session:
        waiting = await queries.next_waiting(session, vendor_id, agreement_id)
        if waiting is None:
            return None
        if not await queries.take_turn(session, waiting["distributor_id"]):
            return Busy()
        if not await queries.begin(session, vendor_id, waiting["id"], datetime.now(UTC)):
            return Busy()
        await publish(session, progress_of(vendor_id, waiting["id"]))
        return waiting


async def _count_or_fail(database: Database, vendor_id: UUID, agreement_id: UUID, waiting: Row) -> Busy | None:
    """Count one report. What cannot be read fails with its reason; a fault of ours is tried again, then says so."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            reading = await opened(database, vendor_id, waiting)
            return await _count(database, vendor_id, agreement_id, waiting["id"], reading)
        except UnreadableReport as reason:
            own = waiting["kind"] == SubmissionKind.SELL_IN
            disclosed = reason.message if own else reason.disclosed
            await _fail(database, vendor_id, waiting["id"], reason.code, reason.message, disclosed)
            return None
        except Exception as fault:
            if outage(fault) is not None:
                raise
            log.exception("counting failed", submission=str(waiting["id"]), attempt=attempt)
            if attempt < ATTEMPTS:
                await asyncio.sleep(0.1 * attempt)
    message = (
        "The report could not be counted because of a fault of the server; nothing of it counts. Submit it again with a "
        "new idempotency key, and tell us the submission's id if it fails again."
    )
    await _fail(database, vendor_id, waiting["id"], FailureCode.SERVER_FAULT, message, message)
    return None


async def _fail(
    database: Database, vendor_id: UUID, submission_id: UUID, code: FailureCode, message: str, disclosed: str
) -> None:
    async with database.writing(acting_as_worker(vendor_id)) as session:
        await queries.fail(session, vendor_id, submission_id, code.value, message, disclosed, datetime.now(UTC))
        await publish(session, progress_of(vendor_id, submission_id))


async def _count(
    database: Database, vendor_id: UUID, agreement_id: UUID, submission_id: UUID, reading: Reading
) -> Busy | None:
    async with database.writing(acting_as_worker(vendor_id)) as session:
        waiting = await queries.next_waiting(session, vendor_id, agreement_id)
        if waiting is None or waiting["id"] != submission_id:
            return None
        if not await queries.take_turn(session, waiting["distributor_id"]):
            return Busy()
        # Only now: a period may have been closed while the turn was another's.
        agreement = await placing.agreement_terms(session, vendor_id, agreement_id)
        if agreement is None:
            return None
        kind = SubmissionKind(waiting["kind"])
        previewed_by: str | None = waiting["previewed_by"]
        await stage(
            session,
            reading,
            vendor_id,
            submission_id,
            kind,
            disclosed=disclosed_fields(agreement, kind),
            further=_lateness(waiting),
            tell=partial(_tell, database, vendor_id, submission_id),
        )
        await placing.keep_read_issues(session, vendor_id, submission_id, agreement, previewed_by)
        corrected = await _count_staged(session, kind, vendor_id, agreement, waiting)
        found = await queries.outcomes(session)
        await queries.finish(
            session,
            vendor_id,
            submission_id,
            found,
            reading.detected,
            reading.acknowledgement,
            corrected,
            datetime.now(UTC),
        )
        await raise_for_warnings(session, vendor_id, submission_id, datetime.now(UTC), line_place)
        await publish(session, progress_of(vendor_id, submission_id))
    log.info("report counted", submission=str(submission_id), kind=kind.value, preview=bool(previewed_by), **found)
    return None


async def _tell(database: Database, vendor_id: UUID, submission_id: UUID, staged: float) -> None:
    """Say how far a report is, while its own transaction is still open: with all of its rows staged, at STAGED of 1."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        await queries.tell_progress(session, vendor_id, submission_id, STAGED * staged)
        await publish(session, progress_of(vendor_id, submission_id))


async def _count_staged(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, submission: Row
) -> int:
    """Place the staged rows of a report, let them count (or see what would be different), and keep those that do not; how
    many rows of earlier reports it corrects."""
    previewed_by: str | None = submission["previewed_by"]
    if kind is SubmissionKind.INVENTORY:
        corrected, changed = await stock.count_staged(session, vendor_id, agreement, submission, previewed_by)
        await publish(session, *(progress_of(vendor_id, each) for each in changed))
        return corrected
    await placing.place(session, kind, vendor_id, agreement)
    write = _write if previewed_by is None else _try_out
    written = await write(session, kind, vendor_id, agreement, submission)
    for code, rows in written.warned.items():
        await placing.warn(session, code.value, rows)
    disclosed = disclosed_fields(agreement, kind)
    await queries.keep_other_rows(session, kind, vendor_id, agreement, disclosed, previewed_by)
    await placing.write_placing_issues(session, vendor_id, agreement, previewed_by)
    return written.ended


@dataclass(frozen=True, slots=True)
class Written:
    """What counting a report did: how many rows of earlier reports count no more, and what it brought to light of its
    own rows."""

    ended: int
    warned: Mapping[IssueCode, Sequence[Row]]


async def _write(session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, submission: Row) -> Written:
    """Let the placed rows of a report count, and what they correct or restate count no more."""
    knowledge = await queries.new_knowledge(session, vendor_id, agreement["id"], f"submission {submission['id']}")
    ended = 0
    if submission["mode"] != SubmissionMode.APPEND:
        ended = await _end_earlier(session, kind, vendor_id, agreement, submission, knowledge)
    await figures.count_placed(session, kind, vendor_id, agreement, knowledge)
    if submission["mode"] != SubmissionMode.APPEND:
        changed = await queries.supersede_held(session, kind, vendor_id, agreement, submission, datetime.now(UTC))
        await publish(session, *(progress_of(vendor_id, each) for each in changed))
    warned: dict[IssueCode, Sequence[Row]] = {}
    if kind is SubmissionKind.SELL_THROUGH:
        warned[IssueCode.SERIAL_SOLD_TWICE] = await oddities.sold_twice(session, vendor_id, agreement["distributor_id"])
        warned[IssueCode.MORE_SOLD_THAN_STOCK] = await oddities.oversold(
            session, vendor_id, agreement["distributor_id"]
        )
    await queries.knowledge_is_known(session, vendor_id, knowledge)
    return Written(ended, warned)


async def _end_earlier(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, submission: Row, knowledge: int
) -> int:
    """Let the lines count no more that a report corrects or restates; how many rows of earlier reports that were."""
    await figures.begin_ending(session)
    await figures.end_corrected(session)
    if submission["mode"] == SubmissionMode.REPLACE_PERIOD:
        start, end = submission["period_start"], submission["period_end"]
        await figures.end_unmentioned(session, kind, vendor_id, agreement, submission["id"], start, end)
    return await figures.end_lines(session, kind, vendor_id, knowledge, agreement["closed_before"])


async def _try_out(session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, submission: Row) -> Written:
    """Count the placed rows of a preview, see what that changes, and take it back: nothing but the difference stays."""
    await queries.begin_trial(session)
    written = await _write(session, kind, vendor_id, agreement, submission)
    found = await effects.effects_of(session, vendor_id, submission["id"])
    await queries.end_trial(session)
    await effects.keep_effects(session, vendor_id, submission["id"], agreement, submission["previewed_by"], found)
    return written


async def release_held(database: Database, vendor_id: UUID, alias_id: UUID) -> Busy | None:
    """Let the held rows count that waited for a code which an alias now explains; past ones too."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        alias = await queries.alias(session, vendor_id, alias_id)
        if alias is None:
            return None
        agreement = await placing.agreement_terms(session, vendor_id, alias["agreement_id"])
        if agreement is None:
            return None
        if not await queries.take_turn(session, agreement["distributor_id"]):
            return Busy()
        column = "product_code" if alias["kind"] == AliasKind.PRODUCT else "reseller_account"
        total = 0
        for kind in figures.LINES:
            if not await placing.stage_held(session, kind, vendor_id, agreement["id"], column, alias["code"]):
                continue
            total += await release_staged(session, kind, vendor_id, agreement, f"alias {alias_id}")
        if column == "product_code":
            released, changed = await stock.release_code(
                session, vendor_id, agreement, f"alias {alias_id}", alias["code"]
            )
            await publish(session, *(progress_of(vendor_id, each) for each in changed))
            total += released
        await queries.alias_released(session, vendor_id, alias_id, total)
    log.info("held rows released", alias=str(alias_id), rows=total)
    return None


async def release_staged(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, cause: str, *, trial: bool = False
) -> int:
    """Place the held rows that are staged anew, and let those count that no longer wait; how many that were.

    A held row of a correction steps into the place of the line that it corrects only now. When the change became known is
    written last, because the vendor's lock is held from then on; of a `trial`, which is taken back, nothing becomes known.
    """
    # Again, in the distributor's turn: a period may have been closed before it was taken.
    agreement = await placing.agreement_terms(session, vendor_id, agreement["id"]) or agreement
    await placing.place(session, kind, vendor_id, agreement)
    knowledge = await queries.new_knowledge(session, vendor_id, agreement["id"], cause)
    await figures.begin_ending(session)
    await figures.end_corrected(session)
    await figures.end_lines(session, kind, vendor_id, knowledge, agreement["closed_before"])
    await figures.count_placed(session, kind, vendor_id, agreement, knowledge)
    released = await queries.settle_released(session, vendor_id, datetime.now(UTC))
    changed = await queries.released_submissions(session)
    await publish(session, *(progress_of(vendor_id, each) for each in changed))
    await placing.clear_staging(session)
    if not trial:
        await queries.knowledge_is_known(session, vendor_id, knowledge)
    return released


def disclosed_fields(agreement: Row, kind: SubmissionKind) -> frozenset[str]:
    """The fields of a row that the vendor may read: its own report whole, else what the agreement discloses."""
    if kind is SubmissionKind.INVENTORY:
        return frozenset(STOCK_FIELDS)
    own = kind is SubmissionKind.SELL_IN
    found = set(DISCLOSED_ALWAYS)
    if own or agreement["discloses_resale_price"]:
        found |= {"unit_price", "amount"}
    if own or agreement["discloses_end_customer"]:
        found.add("end_customer")
    if own or agreement["discloses_reseller"]:
        found.add("reseller_account")
    return frozenset(found)


def _lateness(submission: Said) -> list[Issue]:
    due = due_on(submission)
    return [Issue(0, "period", IssueCode.REPORTED_LATE, due.isoformat())] if received_on(submission) > due else []
