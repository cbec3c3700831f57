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

from app.accruals.actions import Change, accrue
from app.accruals.effects.queries import keep_effects
from app.alerts.actions import raise_for_pairs, raise_for_warnings
from app.claim_effects.actions import keep_claim_effects, standing
from app.programme.line_places import line_place
from app.programme.terms import AliasKind, SubmissionKind, SubmissionMode
from app.programme.webhook_events import WebhookEvent
from app.reports.calendar import due_on, received_on
from app.reports.counting import queries
from app.reports.counting.disclosure import disclosed_fields, undisclosed_fields
from app.reports.counting.figures import queries as figures
from app.reports.counting.figures.effects import queries as effects
from app.reports.counting.figures.invoiced.queries import invoiced_otherwise
from app.reports.counting.figures.oddities import queries as oddities
from app.reports.counting.figures.returning import queries as returning
from app.reports.counting.placing import queries as placing
from app.reports.counting.reading import Reading, opened, stage
from app.reports.counting.telling import tell_webhooks
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport
from app.reports.stock import actions as stock
from app.store.changes import Topic, publish
from app.store.database import Database, Row, Session, acting_as_worker
from app.store.outage import outage

log = structlog.get_logger()
Said = Row | Mapping[str, Any]
"What is known of a submission and its agreement."
ATTEMPTS = 3
STAGED = 0.5


@dataclass(frozen=True, slots=True)
class Busy:
    """Another report of the same distributor is being counted; come back in so many seconds."""

    seconds: float = 0.2


def progress_of(vendor_id: UUID, submission_id: UUID) -> Topic:
    """What is published whenever a report stands otherwise than before."""
    return Topic("submission", vendor_id, submission_id)


async def count_reports(database: Database, vendor_id: UUID, owner_id: UUID) -> Busy | None:
    """Count every waiting report of an owner, oldest first: an agreement's or, of sell-out, a reseller's."""
    while True:
        waiting = await _begin_next(database, vendor_id, owner_id)
        if not isinstance(waiting, Row):
            return waiting
        counted = await _count_or_fail(database, vendor_id, owner_id, waiting)
        if counted is not None:
            return counted
        async with database.writing(acting_as_worker(vendor_id)) as session:
            await queries.tell_planner(session)


async def _begin_next(database: Database, vendor_id: UUID, owner_id: UUID) -> Row | Busy | None:
    async with database.writing(acting_as_worker(vendor_id)) as session:
        waiting = await queries.next_waiting(session, vendor_id, owner_id)
        if waiting is None:
            return None
        if not await queries.take_turn(session, waiting["owner_id"]):
            return Busy()
        if not await queries.begin(session, vendor_id, waiting["id"], datetime.now(UTC)):
            return Busy()
        await publish(session, progress_of(vendor_id, waiting["id"]))
        return waiting


async def _count_or_fail(database: Database, vendor_id: UUID, owner_id: UUID, waiting: Row) -> Busy | None:
    """Count one report. What cannot be read fails with its reason; a fault of ours is tried again, then says so."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            reading = await opened(database, vendor_id, waiting)
            return await _count(database, vendor_id, owner_id, waiting["id"], reading)
        except UnreadableReport as reason:
            own = waiting["kind"] == SubmissionKind.SELL_IN
            await _fail(database, vendor_id, waiting["id"], reason, reason.message if own else reason.disclosed)
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
    await _fail(database, vendor_id, waiting["id"], UnreadableReport(FailureCode.SERVER_FAULT, message), message)
    return None


async def _fail(
    database: Database, vendor_id: UUID, submission_id: UUID, reason: UnreadableReport, disclosed: str
) -> None:
    told, at = reason.acknowledgement, datetime.now(UTC)
    async with database.writing(acting_as_worker(vendor_id)) as session:
        await queries.fail(session, vendor_id, submission_id, reason.code.value, reason.message, disclosed, told, at)
        await tell_webhooks(session, vendor_id, submission_id, WebhookEvent.SUBMISSION_FAILED)
        await publish(session, progress_of(vendor_id, submission_id))


async def _count(
    database: Database, vendor_id: UUID, owner_id: UUID, submission_id: UUID, reading: Reading
) -> Busy | None:
    async with database.writing(acting_as_worker(vendor_id)) as session:
        waiting = await queries.next_waiting(session, vendor_id, owner_id)
        if waiting is None or waiting["id"] != submission_id:
            return None
        if not await queries.take_turn(session, waiting["owner_id"]):
            return Busy()
        if waiting["kind"] == SubmissionKind.SELL_OUT:
            await queries.keep_calendar(session, vendor_id)
        # Only now: a period may have been closed while the turn was another's.
        agreement = await placing.agreement_terms(session, vendor_id, owner_id)
        if agreement is None:
            return None
        kind = SubmissionKind(waiting["kind"])
        previewed_by: str | None = waiting["previewed_by"]
        named = await stage(
            session,
            reading,
            vendor_id,
            submission_id,
            kind,
            disclosed=disclosed_fields(agreement, kind),
            further=_lateness(waiting),
            tell=partial(_tell, database, vendor_id, submission_id),
        )
        undisclosed = undisclosed_fields(agreement, kind)
        await placing.keep_read_issues(session, vendor_id, submission_id, agreement, undisclosed, previewed_by)
        corrected, found = await _count_staged(session, kind, vendor_id, agreement, waiting, named)
        await queries.finish(
            session,
            vendor_id,
            submission_id,
            found.rows,
            reading.detected,
            reading.acknowledgement,
            corrected,
            datetime.now(UTC),
        )
        if kind is not SubmissionKind.SELL_OUT:
            await raise_for_warnings(session, vendor_id, [submission_id], datetime.now(UTC), line_place)
        if kind is SubmissionKind.SELL_THROUGH and previewed_by is None and found.serials:
            await _tell_of_pairs(session, vendor_id, agreement)
        await tell_webhooks(session, vendor_id, submission_id, WebhookEvent.SUBMISSION_PROCESSED)
        await publish(session, progress_of(vendor_id, submission_id))
    log.info("report counted", submission=str(submission_id), kind=kind.value, preview=bool(previewed_by), **found.rows)
    return None


async def _tell(database: Database, vendor_id: UUID, submission_id: UUID, staged: float) -> None:
    """Say how far a report is, while its own transaction is still open: with all of its rows staged, at STAGED of 1."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        await queries.tell_progress(session, vendor_id, submission_id, STAGED * staged)
        await publish(session, progress_of(vendor_id, submission_id))


async def _count_staged(
    session: Session,
    kind: SubmissionKind,
    vendor_id: UUID,
    agreement: Row,
    submission: Row,
    named: placing.Named | None,
) -> tuple[int, queries.Outcomes]:
    """Place the staged rows of a report, let them count (or see what would be different), and keep those that do not; how
    many rows of earlier reports it corrects, and what became of its own."""
    previewed_by: str | None = submission["previewed_by"]
    if kind is SubmissionKind.INVENTORY:
        corrected, changed = await stock.count_staged(session, vendor_id, agreement, submission, previewed_by)
        await publish(session, *(progress_of(vendor_id, each) for each in changed))
        return corrected, await queries.stock_outcomes(session)
    await placing.place(session, kind, vendor_id, agreement, named)
    found = await queries.outcomes(session)
    write = _write if previewed_by is None else _try_out
    written = await write(session, kind, vendor_id, agreement, submission, found)
    await keep_effects(session, vendor_id, submission["id"], agreement["id"], previewed_by, written.accrued)
    for code, rows in written.warned.items():
        await placing.warn(session, code.value, rows)
    if previewed_by is not None or not found.all_count:
        disclosed = disclosed_fields(agreement, kind)
        await queries.keep_other_rows(session, kind, vendor_id, agreement, disclosed, previewed_by)
    if found.warned or any(written.warned.values()) or not found.all_count:
        undisclosed = undisclosed_fields(agreement, kind)
        await placing.write_placing_issues(session, vendor_id, agreement, undisclosed, previewed_by)
    return written.ended, found


@dataclass(frozen=True, slots=True)
class Written:
    """What counting a report did: how many rows of earlier reports count no more, what it brought to light of its own
    rows, and which accruals it changed."""

    ended: int
    warned: Mapping[IssueCode, Sequence[Row]]
    accrued: Sequence[Change]


async def _write(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, submission: Row, found: queries.Outcomes
) -> Written:
    """Let the placed rows of a report count, and what they correct or restate count no more."""
    knowledge = await queries.new_knowledge(session, vendor_id, agreement["id"], f"submission {submission['id']}")
    ended = 0
    if submission["mode"] != SubmissionMode.APPEND:
        ended = await _end_earlier(session, kind, vendor_id, agreement, submission, knowledge)
    await figures.count_placed(
        session, kind, vendor_id, agreement, knowledge, report=submission["id"], serials=found.serials
    )
    if submission["mode"] != SubmissionMode.APPEND:
        changed = await queries.supersede_held(session, kind, vendor_id, agreement, submission, datetime.now(UTC))
        await publish(session, *(progress_of(vendor_id, each) for each in changed))
    warned = await brought_to_light(session, kind, vendor_id, agreement, serials=found.serials)
    accrued = await _accrue(session, kind, vendor_id, agreement, [submission["id"]], f"submission {submission['id']}")
    if submission["previewed_by"] is None:
        await queries.knowledge_is_known(session, vendor_id, knowledge)
    return Written(ended, warned, accrued)


async def _accrue(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, submissions: Sequence[UUID], cause: str
) -> Sequence[Change]:
    """What the lines of these reports change of what incentives have earned. What resellers sell on earns a distributor
    nothing."""
    if kind is SubmissionKind.SELL_OUT:
        return ()
    return await accrue(session, vendor_id, agreement["id"], submissions, cause)


async def brought_to_light(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, *, serials: bool = True
) -> dict[IssueCode, Sequence[Row]]:
    """What is to be looked at in the accepted rows of `placed`, now that they count. Of rows without `serials`
    nothing is asked that is known by them."""
    if kind is SubmissionKind.SELL_IN:
        return {IssueCode.PRICE_NOT_IN_FORCE: await invoiced_otherwise(session, vendor_id, agreement)}
    if kind is not SubmissionKind.SELL_THROUGH:
        return {}
    distributor = agreement["distributor_id"]
    found: dict[IssueCode, Sequence[Row]] = {}
    if serials:
        found[IssueCode.SERIAL_SOLD_TWICE] = await oddities.sold_twice(session, vendor_id, distributor)
        found[IssueCode.SERIAL_OUTSIDE_TERRITORY] = await oddities.out_of_territory(session, vendor_id, distributor)
    found[IssueCode.MORE_SOLD_THAN_STOCK] = await oddities.oversold(session, vendor_id, distributor)
    return found


async def _tell_of_pairs(session: Session, vendor_id: UUID, agreement: Row) -> None:
    """Tell the vendor of units that the rows of `placed` sell and another distributor has sold as well.

    It is looked for under the vendor's lock, so that of two reports which count at the same time the later finds it.
    """
    distributor = agreement["distributor_id"]
    submissions = await oddities.may_be_anothers(session, vendor_id, distributor)
    if submissions:
        pairs = await oddities.sold_by_another(session, vendor_id, distributor, submissions)
        await raise_for_pairs(session, vendor_id, pairs, datetime.now(UTC), line_place)


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


async def _try_out(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, submission: Row, placed: queries.Outcomes
) -> Written:
    """Count the placed rows of a preview, see what that changes, and take it back: nothing but the difference stays."""
    await queries.begin_trial(session)
    written = await _write(session, kind, vendor_id, agreement, submission, placed)
    found = await effects.effects_of(session, vendor_id, submission["id"])
    products = sorted({row["product_id"] for row in found}) if agreement["id"] is not None else []
    claims = await standing(session, vendor_id, agreement["id"], products)
    await queries.end_trial(session)
    await keep_claim_effects(session, vendor_id, agreement["id"], products, claims, submission)
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
        for kind in figures.UNDER_AGREEMENTS:
            if not await placing.stage_held(session, kind, vendor_id, agreement["id"], column, alias["code"]):
                continue
            total += (await release_staged(session, kind, vendor_id, agreement, f"alias {alias_id}")).rows
        if column == "product_code":
            released, changed = await stock.release_code(
                session, vendor_id, agreement, f"alias {alias_id}", alias["code"]
            )
            await publish(session, *(progress_of(vendor_id, each) for each in changed))
            total += released
        await queries.alias_released(session, vendor_id, alias_id, total)
    log.info("held rows released", alias=str(alias_id), rows=total)
    return None


@dataclass(frozen=True, slots=True)
class Released:
    """How many rows were released, and which accruals that changed."""

    rows: int
    accrued: Sequence[Change]


async def release_staged(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, cause: str, *, trial: bool = False
) -> Released:
    """Place the held rows that are staged anew, and let those count that no longer wait.

    A held row of a correction steps into the place of the line that it corrects only now. When the change became known is
    written last, because the vendor's lock is held from then on; of a `trial`, which is taken back, nothing becomes known,
    and nobody is told anything.
    """
    # Again, in the distributor's turn: a period may have been closed before it was taken.
    agreement = await placing.agreement_terms(session, vendor_id, agreement["id"]) or agreement
    await placing.place(session, kind, vendor_id, agreement)
    knowledge = await queries.new_knowledge(session, vendor_id, agreement["id"], cause)
    await figures.begin_ending(session)
    await figures.end_corrected(session)
    await returning.count_corrected(session, vendor_id)
    await figures.end_lines(session, kind, vendor_id, knowledge, agreement["closed_before"])
    await figures.count_placed(session, kind, vendor_id, agreement, knowledge)
    released = await queries.settle_released(session, vendor_id, datetime.now(UTC))
    changed = await queries.released_submissions(session)
    await publish(session, *(progress_of(vendor_id, each) for each in changed))
    accrued = await _accrue(session, kind, vendor_id, agreement, changed, cause)
    if not trial:
        await say_again(session, kind, vendor_id, agreement)
        await queries.knowledge_is_known(session, vendor_id, knowledge)
        await tell_of(session, kind, vendor_id, agreement, changed)
    await placing.clear_staging(session)
    return Released(released, accrued)


async def say_again(session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row) -> None:
    """Say of the rows of `placed`, which were placed anew, what would be said of them if they came only now."""
    for code, rows in (await brought_to_light(session, kind, vendor_id, agreement)).items():
        await placing.warn(session, code.value, rows)
    await placing.say_again(session, vendor_id, agreement, undisclosed_fields(agreement, kind), datetime.now(UTC))


async def tell_of(
    session: Session, kind: SubmissionKind, vendor_id: UUID, agreement: Row, submissions: Sequence[UUID]
) -> None:
    """Raise the alerts that the rows of `placed` give rise to, which are of these reports, as counting a report does: none
    of sell-out, which nobody is told of."""
    if kind is SubmissionKind.SELL_OUT:
        return
    await raise_for_warnings(session, vendor_id, submissions, datetime.now(UTC), line_place)
    if kind is SubmissionKind.SELL_THROUGH:
        await _tell_of_pairs(session, vendor_id, agreement)


def _lateness(submission: Said) -> list[Issue]:
    """Whether the report is late. Nobody owes a report of sell-out."""
    if submission["kind"] == SubmissionKind.SELL_OUT:
        return []
    due = due_on(submission)
    return [Issue(0, "period", IssueCode.REPORTED_LATE, due.isoformat())] if received_on(submission) > due else []
