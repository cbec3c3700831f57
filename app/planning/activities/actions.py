"""What a side does about its own activities: it says what became of them, or puts them off, and the other side reads it."""

from datetime import UTC, datetime

from app.access.actor import Actor
from app.access.acts import acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.planning.actions import other_side, side_of
from app.planning.activities import queries
from app.planning.inputs import UpdatePlanActivityInput
from app.programme.plans import PlanActivityStatus, PlanStatus
from app.store.database import Row

C = UserErrorCode


async def update_plan_activity(request: Request[Actor], given: UpdatePlanActivityInput) -> Key:
    """Say how an activity of the own side stands, by when it will be done, and what is worth knowing about it."""
    side, today = side_of(request.actor), datetime.now(UTC).date()
    async with acting(request, "updatePlanActivity") as act:
        check = Checks()
        key = check.key("PlanActivity", "activity", given.activity_id, "activityId")
        row = await queries.activity(act.session, key) if key is not None else None
        if key is not None and row is None:
            check.not_found("activity", "activityId")
        note = check.optional_prose(given.note, "note")
        check.settle()
        assert key is not None and row is not None
        _check(check, row, side.value, given)
        check.settle()
        status = PlanActivityStatus(row["status"]) if given.status is None else given.status
        due_on = row["due_on"] if given.due_on is None else given.due_on
        done_on = (row["done_on"] or today) if status is PlanActivityStatus.DONE else None
        note = row["note"] if given.note is None else note
        if not await queries.update(act.session, row, status, due_on, done_on, note):
            check.add(C.STALE, "Somebody changed this just now. Look at it again, then decide.", "expectedVersion")
        check.settle()
        await act.record(
            global_id("PlanActivity", key),
            vendor_id=key.vendor_id,
            before={"status": row["status"], "dueOn": row["due_on"]},
            after={"status": status, "dueOn": due_on},
            concerns=other_side(act.actor, row["distributor_id"]),
        )
    return key


def _check(check: Checks, row: Row, side: str, given: UpdatePlanActivityInput) -> None:
    if row["side"] != side:
        check.add(C.NOT_ALLOWED, f"This is the {row['side'].lower()}'s part: it says what became of it.", "activityId")
    if row["plan_status"] != PlanStatus.AGREED:
        check.add(C.TOO_LATE, "Its plan is closed.", "activityId")
    check.version(row["version"], given.expected_version)
    if given.status is None and given.due_on is None and given.note is None:
        check.add(C.REQUIRED, "Say what became of it, by when it will be done, or what is worth knowing about it.")
