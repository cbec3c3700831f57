"""What a vendor does to pause an enrolment and to take it up again, at once or on a day to come.

What is set for a day to come stands with the enrolment, for the vendor and the reseller to read; the clock carries it out as
the day begins (UTC). Any other change of status drops it.
"""

from datetime import UTC, date, datetime
from uuid import UUID

import structlog

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.partners.authorizations.suspending.actions import carry_out_suspensions
from app.partners.enrollments.actions import locked, tell_distributors
from app.partners.enrollments.queries import enrollment_for_act
from app.partners.enrollments.writing.actions import Change, align, become, line_up, note
from app.partners.organizations.actions import own_network
from app.partners.suspensions import queries
from app.partners.suspensions.inputs import ReinstateEnrollmentInput, SuspendEnrollmentInput
from app.programme.eligibility import DecidedBy
from app.programme.terms import EnrollmentStatus
from app.store.database import AUTHENTICATING, Database, Row, acting_as_worker

log = structlog.get_logger(__name__)
C, S = UserErrorCode, EnrollmentStatus


async def suspend_enrollment(request: Request[Actor], given: SuspendEnrollmentInput) -> Key:
    """Pause an enrolment's benefits, from now or from a day on, with a reason that the reseller reads."""
    vendor_id = own_network(request)
    async with acting(request, "suspendEnrollment") as act:
        check, key, found = await _found(act, given)
        if found is not None and found["status"] not in {S.APPROVED, S.ACTIVE}:
            wrong = f"An enrolment that is APPROVED or ACTIVE can be suspended; this one is {found['status']}."
            check.add(C.NOT_ACTIVE, wrong, "enrollmentId")
        await _decide(act, check, vendor_id, key, found, given, S.SUSPENDED)
        assert key is not None
        return key


async def reinstate_enrollment(request: Request[Actor], given: ReinstateEnrollmentInput) -> Key:
    """Take a suspended enrolment up again, from now or from a day on; or call off a suspension that lies ahead."""
    vendor_id = own_network(request)
    async with acting(request, "reinstateEnrollment") as act:
        check, key, found = await _found(act, given)
        ahead = found is not None and found["status"] != S.SUSPENDED and found["planned_status"] == S.SUSPENDED
        if found is not None and found["status"] != S.SUSPENDED and not ahead:
            wrong = f"An enrolment that is SUSPENDED, or is to be, can be reinstated; this one is {found['status']}."
            check.add(C.NOT_ACTIVE, wrong, "enrollmentId")
        if ahead and given.effective_on is not None:
            wrong = "A suspension that lies ahead is called off at once; leave the day out."
            check.add(C.INVALID, wrong, "effectiveOn")
        if ahead and found is not None and key is not None:
            await _call_off(act, check, vendor_id, key, found, given)
        else:
            await _decide(act, check, vendor_id, key, found, given, S.ACTIVE)
        assert key is not None
        return key


async def carry_out_planned(database: Database, now: datetime) -> int:
    """As the worker: what is set for today, in all networks. How many enrolments and authorisations changed. What goes wrong
    in one network is logged, and keeps no other waiting."""
    async with database.reading(AUTHENTICATING) as session:
        networks = await queries.vendors(session)
    done = 0
    for vendor_id in networks:
        try:
            done += await _carry_out(database, vendor_id, now.date())
            done += await carry_out_suspensions(database, vendor_id, now.date())
        except Exception:
            log.exception("what was planned was not done", vendor=str(vendor_id))
    return done


async def _carry_out(database: Database, vendor_id: UUID, today: date) -> int:
    async with database.reading(acting_as_worker(vendor_id)) as session:
        due = await queries.fallen_due(session, vendor_id, today)
    for row in due:
        key, reseller_id = Key(vendor_id, row["id"]), row["reseller_id"]
        async with database.writing(acting_as_worker(vendor_id)) as session:
            await line_up(session, vendor_id, reseller_id)
            found = await enrollment_for_act(session, key)
            if found is None or found["planned_on"] is None or found["planned_on"] > today:
                continue
            planned = Change(S(found["planned_status"]), found["tier_id"], found["planned_reason"], DecidedBy.RULE)
            await become(session, key, reseller_id, planned)
            await align(session, vendor_id, reseller_id)
    return len(due)


async def _found(
    act: Act, given: SuspendEnrollmentInput | ReinstateEnrollmentInput
) -> tuple[Checks, Key | None, Row | None]:
    check = Checks()
    check.prose(given.reason, "reason")
    key = check.key("Enrollment", "enrolment", given.enrollment_id, "enrollmentId")
    found = await locked(act, check, key) if key is not None else None
    if found is not None:
        check.version(found["version"], given.expected_version)
    if given.effective_on is not None and given.effective_on < _today():
        check.add(C.INVALID, "This begins today or later, not in the past.", "effectiveOn")
    return check, key, found


async def _decide(
    act: Act,
    check: Checks,
    vendor_id: UUID,
    key: Key | None,
    found: Row | None,
    given: SuspendEnrollmentInput | ReinstateEnrollmentInput,
    status: EnrollmentStatus,
) -> None:
    """The status from now on, or from a day on."""
    check.settle()
    assert key is not None and found is not None
    reason, on = given.reason.strip(), given.effective_on
    if on is None or on <= _today():
        await become(act.session, key, found["reseller_id"], Change(status, found["tier_id"], reason))
        await tell_distributors(act, vendor_id, found["reseller_id"])
    else:
        await _plan(act, key, status, on, reason)
    before = {"status": found["status"]}
    after = {"status": status, "effectiveOn": on, "reason": reason}
    await act.record(global_id("Enrollment", key), vendor_id=vendor_id, before=before, after=after)


async def _call_off(
    act: Act, check: Checks, vendor_id: UUID, key: Key, found: Row, given: ReinstateEnrollmentInput
) -> None:
    check.settle()
    reason = given.reason.strip()
    await _plan(act, key, None, None, None)
    await note(act.session, key, found["reseller_id"], Change(S(found["status"]), found["tier_id"], reason))
    before = {"status": found["planned_status"], "effectiveOn": found["planned_on"]}
    await act.record(global_id("Enrollment", key), vendor_id=vendor_id, before=before, after={"reason": reason})


async def _plan(act: Act, key: Key, status: EnrollmentStatus | None, on: date | None, reason: str | None) -> None:
    await act.session.execute(
        "UPDATE enrollment SET planned_status = $3, planned_on = $4, planned_reason = $5, version = version + 1"
        " WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        status,
        on,
        reason,
    )


def _today() -> date:
    return datetime.now(UTC).date()
