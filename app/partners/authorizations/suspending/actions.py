"""What distributors and vendors do to suspend an authorised reseller and to reinstate it, at once or on a day to come.

What is set for a day to come stands with the authorisation for all to read who read it; the clock carries it out as the day
begins (UTC).
"""

from datetime import UTC, date, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key
from app.execution.request import Request
from app.partners.authorizations.actions import found_for_act, gid, side
from app.partners.authorizations.inputs import ReinstateResellerInput, SuspendResellerInput
from app.partners.authorizations.suspending import queries
from app.programme.suspensions import Standing, after_plan, calls_off, not_reinstated, not_suspended
from app.programme.terms import AuthorizationStatus, Level
from app.store.database import Database, Row, Session, acting_as_worker

C, S = UserErrorCode, AuthorizationStatus


async def suspend_reseller(request: Request[Actor], given: SuspendResellerInput) -> Key:
    """Let a reseller buy no more, from now or from a day on. A vendor's suspension takes the place of a distributor's."""
    level = side(request.actor)
    async with acting(request, "suspendReseller") as act:
        check = Checks()
        reason = check.prose(given.reason, "reason")
        later = _later(check, given.effective_on)
        key, found = await found_for_act(act, check, given.authorization_id)
        standing = queries.standing(found)
        if (wrong := not_suspended(standing, level, later)) is not None:
            check.add(C.NOT_ACTIVE if standing.status is not S.ACTIVE else C.NOT_ALLOWED, wrong, "authorizationId")
        check.settle()
        await _decide(act, key, found, S.SUSPENDED, given.effective_on if later else None, reason, level)
        return key


async def reinstate_reseller(request: Request[Actor], given: ReinstateResellerInput) -> Key:
    """Let a suspended reseller buy again, from now or from a day on; or call off a suspension that lies ahead. Only the
    level that suspended it does."""
    level = side(request.actor)
    async with acting(request, "reinstateReseller") as act:
        check = Checks()
        reason = check.prose(given.reason, "reason")
        later = _later(check, given.effective_on)
        key, found = await found_for_act(act, check, given.authorization_id)
        standing = queries.standing(found)
        if (wrong := not_reinstated(standing, level, later)) is not None:
            path = "effectiveOn" if calls_off(standing, level) else "authorizationId"
            check.add(C.INVALID, wrong, path)
        check.settle()
        if calls_off(standing, level):
            await queries.set_plan(act.session, key, None, None, None, None)
            before = {"status": standing.planned, "effectiveOn": standing.planned_on}
            await act.record(
                gid(key), vendor_id=key.vendor_id, before=before, after={"reason": reason}, concerns=_whom(found)
            )
        else:
            await _decide(act, key, found, S.ACTIVE, given.effective_on if later else None, reason, level)
        return key


def _later(check: Checks, on: date | None) -> bool:
    """Whether a day to come is meant; one that is over is a problem."""
    if on is not None and on < _today():
        check.add(C.INVALID, "This begins today or later, not in the past.", "effectiveOn")
    return on is not None and on > _today()


async def _decide(
    act: Act, key: Key, found: Row, status: AuthorizationStatus, on: date | None, reason: str, level: Level
) -> None:
    """The status from now on, or from a day on."""
    standing = queries.standing(found)
    if on is not None:
        await queries.set_plan(act.session, key, status, on, level, reason)
    else:
        by = (level, reason) if status is S.SUSPENDED else (None, None)
        await queries.set_status(act.session, key, status, *by, drop_plan=not standing.overruled_by(level))
    after = {"status": status, "effectiveOn": on, "reason": reason}
    before = {"status": standing.status}
    await act.record(gid(key), vendor_id=key.vendor_id, before=before, after=after, concerns=_whom(found))


def _whom(found: Row) -> Concerns:
    return Concerns(distributor_id=found["distributor_id"], reseller_id=found["reseller_id"])


async def carry_out_suspensions(database: Database, vendor_id: UUID, today: date) -> int:
    """As the worker: what is set for today, or was before, in one network. How many authorisations changed."""
    changed = 0
    async with database.writing(acting_as_worker(vendor_id)) as session:
        for row in await queries.fallen_due(session, vendor_id, today):
            changed += await _become(session, Key(vendor_id, row["id"]), row, queries.standing(row))
    return changed


async def _become(session: Session, key: Key, row: Row, standing: Standing) -> bool:
    status, by = after_plan(standing)
    if (status, by) == (standing.status, standing.suspended_by):
        await queries.set_plan(session, key, None, None, None, None)
        return False
    reason = row["planned_reason"] if status is S.SUSPENDED else None
    await queries.set_status(session, key, status, by, reason, drop_plan=True)
    return True


def _today() -> date:
    return datetime.now(UTC).date()
