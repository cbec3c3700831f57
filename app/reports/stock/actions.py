"""Counting inventory reports: staged rows become counts and movements, or are kept with what stands in their way.

Everything here runs within the transaction that counting opens for a report or for the release of held rows, under the
distributor's turn. It leaves behind the temporary table `placed`, from which counting tells how many rows met which outcome.
"""

from datetime import UTC, datetime
from uuid import UUID

from app.claim_effects.actions import keep_claim_effects, standing
from app.programme.terms import SubmissionMode
from app.reports.counting import queries as counting
from app.reports.formats import ReportFrame
from app.reports.formats.frame import STOCK_FIELDS
from app.reports.stock.keeping import queries as keeping
from app.reports.stock.placing import queries as placing
from app.reports.stock.returning import queries as returning
from app.reports.stock.staging import staged_rows
from app.reports.stock.variances.actions import tell_of_variances
from app.store.database import Row, Session


async def stage(session: Session, report: ReportFrame, submission_id: UUID) -> None:
    """Copy the rows of an inventory report to where they are placed from."""
    await placing.begin_staging(session)
    await session.copy_csv("staged_stock", placing.STAGED_COLUMNS, staged_rows(report, submission_id))


async def count_staged(
    session: Session, vendor_id: UUID, agreement: Row, submission: Row, previewed_by: str | None
) -> tuple[int, list[UUID]]:
    """Let the staged rows of an inventory report count, or only see what would become of them where it is a preview.

    How many facts of earlier reports it ended, and which other reports now stand otherwise.
    """
    await placing.place(session, vendor_id, agreement)
    if previewed_by is not None:
        await counting.begin_trial(session)
    ended, changed = await _write(session, vendor_id, agreement, submission)
    if previewed_by is not None:
        products = await placing.products_touched(session, vendor_id, agreement)
        claims = await standing(session, vendor_id, agreement["id"], products)
        await counting.end_trial(session)
        await keep_claim_effects(session, vendor_id, agreement["id"], products, claims, submission)
        changed = []
    else:
        await tell_of_variances(session, vendor_id, agreement, [submission["id"]], datetime.now(UTC))
    await keeping.keep_other_rows(session, vendor_id, agreement, list(STOCK_FIELDS), previewed_by)
    await keeping.write_placing_issues(session, vendor_id, agreement, previewed_by)
    await placing.end_staging(session)
    return ended, changed


async def _write(session: Session, vendor_id: UUID, agreement: Row, submission: Row) -> tuple[int, list[UUID]]:
    """Write the facts of a report, end those that it corrects or restates, and say when that became known."""
    knowledge = await counting.new_knowledge(session, vendor_id, agreement["id"], f"submission {submission['id']}")
    corrected = await placing.end_corrected(session, vendor_id, agreement, knowledge)
    ended, changed = sum(corrected.values()), list[UUID]()
    if submission["mode"] == SubmissionMode.REPLACE_PERIOD:
        start, end = submission["period_start"], submission["period_end"]
        ended += await placing.end_unmentioned(session, vendor_id, agreement, knowledge, submission["id"], start, end)
    await placing.write_facts(session, vendor_id, agreement, knowledge)
    if submission["mode"] != SubmissionMode.APPEND:
        changed = await keeping.supersede_held(session, vendor_id, agreement, submission, datetime.now(UTC))
    if submission["previewed_by"] is None:
        await counting.knowledge_is_known(session, vendor_id, knowledge)
    return ended, changed


async def release_code(
    session: Session, vendor_id: UUID, agreement: Row, cause: str, product_code: str, *, trial: bool = False
) -> tuple[int, list[UUID]]:
    """Place the held rows anew that have a product code, and let those count that no longer wait. How many that were, and
    which reports now stand otherwise. Of a `trial`, which is taken back, nothing becomes known."""
    await placing.begin_staging(session)
    await placing.stage_held(session, vendor_id, agreement["id"], product_code)
    return await _release_staged(session, vendor_id, agreement, cause, trial=trial)


async def release_chosen(session: Session, vendor_id: UUID, agreement: Row, cause: str) -> tuple[int, list[UUID]]:
    """The same for the held rows that are named in the table `chosen`."""
    await placing.begin_staging(session)
    await placing.stage_chosen(session, vendor_id)
    return await _release_staged(session, vendor_id, agreement, cause)


async def _release_staged(
    session: Session, vendor_id: UUID, agreement: Row, cause: str, *, trial: bool = False
) -> tuple[int, list[UUID]]:
    """A held row of a correction steps into the place of what it corrects only now."""
    await placing.place(session, vendor_id, agreement)
    knowledge = await counting.new_knowledge(session, vendor_id, agreement["id"], cause)
    corrected = await placing.end_corrected(session, vendor_id, agreement, knowledge)
    await returning.count_corrected(session, vendor_id, corrected)
    await placing.write_facts(session, vendor_id, agreement, knowledge)
    if not trial:
        await counting.knowledge_is_known(session, vendor_id, knowledge)
    released = await counting.settle_released(session, vendor_id, datetime.now(UTC))
    changed = await counting.released_submissions(session)
    await tell_of_variances(session, vendor_id, agreement, changed, datetime.now(UTC))
    await forget_placed(session)
    return released, changed


async def take_back(session: Session, vendor_id: UUID, agreement: Row, alias_id: UUID, *, trial: bool = False) -> int:
    """Hold again every row that an undone alias placed; one that is known without it by now counts again at once. What such
    a row had taken the place of counts again. How many facts ended.

    Leaves `placed` behind, from which the counts of the reports follow; `forget_placed` is to be called then.
    """
    await placing.begin_staging(session)
    knowledge = await counting.new_knowledge(session, vendor_id, agreement["id"], f"alias {alias_id} undone")
    await returning.name_earlier(session, vendor_id, agreement, alias_id)
    taken = await placing.take_back(session, vendor_id, agreement, alias_id, knowledge)
    await returning.bring_back(session, vendor_id, agreement, knowledge)
    await placing.place(session, vendor_id, agreement)
    corrected = await placing.end_corrected(session, vendor_id, agreement, knowledge)
    await returning.count_corrected(session, vendor_id, corrected)
    await placing.write_facts(session, vendor_id, agreement, knowledge)
    if not trial:
        await counting.knowledge_is_known(session, vendor_id, knowledge)
    await keeping.keep_other_rows(session, vendor_id, agreement, list(STOCK_FIELDS), None)
    await keeping.write_placing_issues(session, vendor_id, agreement, None)
    return taken


async def forget_placed(session: Session) -> None:
    """Forget what was staged and placed, so that more can be."""
    await placing.end_staging(session)
    await placing.end_placing(session)
