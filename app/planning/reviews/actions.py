"""What the sides do about reviews: one records it, the other acknowledges it, and nothing of it changes afterwards.

A review is written down by its side; right afterwards the worker writes beside it how the targets stood on its day, as it is
known then. That is done once, and stays, whatever is reported later.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.planning import queries as plans
from app.planning.actions import other_side, side_of
from app.planning.activities import queries as activities
from app.planning.entering import activities as entered
from app.planning.inputs import AcknowledgePlanReviewInput, RecordPlanReviewInput
from app.planning.reviews import queries
from app.planning.telling import kept
from app.program_access.planned.attainment import Plan, figures
from app.programme.plans import PlanStatus
from app.store.database import Database, Row, acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

C = UserErrorCode


async def record_plan_review(request: Request[Actor], given: RecordPlanReviewInput) -> Key:
    """Record a review that was held about an agreed plan, with what followed from it."""
    async with acting(request, "recordPlanReview") as act:
        check = Checks()
        key = check.key("BusinessPlan", "business plan", given.plan_id, "planId")
        if key is not None and (done := await act.done_before(given.idempotency_key, given)):
            review = Key(key.vendor_id, UUID(done))
        else:
            review = await _record(act, check, key, given)
    await freeze(request.database, review.vendor_id, review.id)
    await request.look_again()
    return review


async def _record(act: Act, check: Checks, key: Key | None, given: RecordPlanReviewInput) -> Key:
    side, now = side_of(act.actor), datetime.now(UTC)
    if key is not None:
        await plans.take_turn(act.session, key.id)
    plan = await plans.plan(act.session, key) if key is not None else None
    if key is not None and plan is None:
        check.not_found("business plan", "planId")
    attendees, decisions = check.prose(given.attendees, "attendees"), check.prose(given.decisions, "decisions")
    follow_ups = entered(check, given.follow_ups, "followUps", since=given.held_on)
    check.settle()
    assert plan is not None
    _check_day(check, plan, given, now)
    check.settle()
    review = Key(plan["vendor_id"], new_id())
    await queries.insert(act.session, review, plan, side.value, given.held_on, attendees, decisions, now)
    rows = [
        (new_id(), each.side.value, each.person, each.title, each.due_on, each.due_on, "OPEN", None, None)
        for each in follow_ups
    ]
    await activities.insert(act.session, plan, (review.id, None), rows, now)
    await act.remember(given.idempotency_key, given, str(review.id))
    await enqueue(act.session, Job.FREEZE_PLAN_REVIEW, vendor_id=review.vendor_id, review_id=review.id)
    await act.record(
        global_id("PlanReview", review),
        vendor_id=review.vendor_id,
        after={"heldOn": given.held_on, "followUps": len(rows)},
        concerns=other_side(act.actor, plan["distributor_id"]),
    )
    return review


def _check_day(check: Checks, plan: Row, given: RecordPlanReviewInput, now: datetime) -> None:
    if plan["status"] != PlanStatus.AGREED:
        check.add(C.NOT_ACTIVE, "Only a plan that both agreed to, and nobody has closed, is reviewed.", "planId")
    elif not plan["period_start"] <= given.held_on <= now.date():
        wrong = f"A review is held from {plan['period_start']} on, and recorded once it was; today is {now.date()}."
        check.add(C.INVALID, wrong, "heldOn")


async def freeze(database: Database, vendor_id: UUID, review_id: UUID) -> None:
    """Write down how the targets of a review stood on its day, as it is known now. Done again, nothing is done."""
    key = Key(vendor_id, review_id)
    async with database.writing(acting_as_worker(vendor_id)) as session:
        row = await queries.review(session, key)
        if row is None or row["figures"] is not None:
            return
        until = row["held_on"] + timedelta(days=1)
        (found,) = await figures(session, vendor_id, [Plan.of(row)], [until])
        told = [_written(kept(each, row["currency"])) for each in found]
        await queries.freeze(session, key, told, datetime.now(UTC))


def _written(told: dict[str, Any]) -> dict[str, Any]:
    """With its numbers as texts: a forecast may be larger than what JSON holds exactly."""
    return {name: str(value) if isinstance(value, int) else value for name, value in told.items()}


async def acknowledge_plan_review(request: Request[Actor], given: AcknowledgePlanReviewInput) -> Key:
    """Countersign a review that the other side recorded."""
    side = side_of(request.actor)
    async with acting(request, "acknowledgePlanReview") as act:
        check = Checks()
        key = check.key("PlanReview", "review", given.review_id, "reviewId")
        row = await queries.review(act.session, key) if key is not None else None
        if key is not None and row is None:
            check.not_found("review", "reviewId")
        check.settle()
        assert key is not None and row is not None
        _check_acknowledged(check, row, side.value)
        check.settle()
        if not await queries.acknowledge(act.session, key, datetime.now(UTC)):
            check.add(C.TOO_LATE, "It was acknowledged just now.", "reviewId")
        check.settle()
        await act.record(
            global_id("PlanReview", key),
            vendor_id=key.vendor_id,
            after={"acknowledged": True},
            concerns=other_side(act.actor, row["distributor_id"]),
        )
    return key


def _check_acknowledged(check: Checks, row: Row, side: str) -> None:
    if row["side"] == side:
        check.add(C.NOT_ALLOWED, "Your own side recorded it: the other side acknowledges it.", "reviewId")
    elif row["acknowledged_at"] is not None:
        check.add(C.TOO_LATE, f"It was acknowledged on {row['acknowledged_at'].date()}.", "reviewId")
    elif row["figures"] is None:
        check.add(C.STALE, "Its figures are still being written down. Look at it again in a moment.", "reviewId")
