"""What a reseller does about programmes: it applies, and withdraws.

What it asks for is written down as the reseller and carried out as the worker right after: an application makes the reseller
known to the vendor, reaches what its distributors know, and may be approved by the programme's rule.
"""

from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.partners.applications import queries
from app.partners.applications.inputs import ApplyToProgramInput, WithdrawApplicationInput
from app.partners.enrollments.writing.actions import Change, align, become, begin, line_up
from app.partners.programs.queries import program_for_act
from app.programme.eligibility import ApplicationAct, DecidedBy, Firm, approved_by_rule, not_eligible
from app.programme.terms import EnrollmentStatus, Level, ProgramStatus
from app.store.database import Database, Row, Session, acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

C, S = UserErrorCode, EnrollmentStatus


async def apply_to_program(request: Request[Actor], given: ApplyToProgramInput) -> Key:
    """Apply to a programme that the reseller is eligible for. The vendor decides, or the programme's rule at once."""
    async with acting(request, "applyToProgram") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            vendor_id, _, id = done.partition("/")
            return Key(UUID(vendor_id), UUID(id))
        check = Checks()
        note = check.optional_prose(given.note, "note")
        program, terms = await _program(act, check, given.program_id)
        reseller = await _applicant(act, check, program, given) if program is not None else None
        enrolled = await _may_apply(act, check, program, terms, reseller)
        check.settle()
        assert program is not None and terms is not None and reseller is not None
        key = Key(program.vendor_id, enrolled or new_id())
        asked = await _ask(act, key, program.id, reseller["id"], ApplicationAct.APPLY, note)
        await act.record(global_id("Enrollment", key), vendor_id=key.vendor_id, after={"program": terms["name"]})
        await act.remember(given.idempotency_key, given, f"{key.vendor_id}/{key.id}")
    await carry_out_application(request.database, asked.vendor_id, asked.id)
    await request.look_again()
    return key


async def withdraw_application(request: Request[Actor], given: WithdrawApplicationInput) -> Key:
    """Withdraw an application that nobody has decided about yet."""
    async with acting(request, "withdrawApplication") as act:
        check = Checks()
        reason = check.optional_prose(given.reason, "reason")
        key = check.key("Enrollment", "enrolment", given.enrollment_id, "enrollmentId")
        found = None
        if key is not None and act.actor.level is Level.RESELLER:
            found = await queries.enrollment_of(act.session, key)
        if key is not None and found is None:
            check.not_found("enrolment", "enrollmentId")
        elif key is not None and found is not None:
            await line_up(act.session, key.vendor_id, found["reseller_id"])
            found = await queries.enrollment_of(act.session, key)
            if found is None or found["status"] != S.APPLIED:
                check.add(C.TOO_LATE, "This application was decided about already.", "enrollmentId")
            elif await queries.is_waiting(act.session, Key(key.vendor_id, found["program_id"]), found["reseller_id"]):
                check.add(C.BUSY, "This application is just being carried out. Ask again in a moment.", "enrollmentId")
        check.settle()
        assert key is not None and found is not None
        asked = await _ask(act, key, found["program_id"], found["reseller_id"], ApplicationAct.WITHDRAW, reason)
        await act.record(given.enrollment_id, vendor_id=key.vendor_id, after={"withdrawn": True})
    await carry_out_application(request.database, asked.vendor_id, asked.id)
    await request.look_again()
    return key


async def carry_out_application(database: Database, vendor_id: UUID, application_id: UUID) -> None:
    """As the worker: do what a reseller asked for. What was done, or what the vendor has overtaken, is left as it is."""
    key = Key(vendor_id, application_id)
    async with database.writing(acting_as_worker(vendor_id)) as session:
        asked = await queries.application(session, key)
        if asked is None:
            return
        await line_up(session, vendor_id, asked["reseller_id"])
        asked = await queries.application(session, key)
        if asked is None or asked["carried_out_at"] is not None:
            return
        if asked["act"] == ApplicationAct.APPLY:
            await _apply(session, vendor_id, asked)
        else:
            await _withdraw(session, vendor_id, asked)
        await align(session, vendor_id, asked["reseller_id"])
        await session.execute(
            "UPDATE program_application SET carried_out_at = $3 WHERE vendor_id = $1 AND id = $2",
            vendor_id,
            application_id,
            datetime.now(UTC),
        )


async def _program(act: Act, check: Checks, id: str) -> tuple[Key | None, Row | None]:
    key = check.key("Program", "programme", id, "programId")
    found = await program_for_act(act.session, key) if key is not None else None
    if key is not None and found is None:
        check.not_found("programme", "programId")
    if found is not None and found["status"] != ProgramStatus.ACTIVE:
        check.add(C.NOT_ACTIVE, f"{found['name']} takes no partners any more.", "programId")
    return (key, found) if found is not None else (None, None)


async def _applicant(act: Act, check: Checks, program: Key, given: ApplyToProgramInput) -> Row | None:
    """As which reseller of the programme's network the actor applies."""
    own = await queries.own_parties(act.session, program.vendor_id, sorted(act.actor.party_ids))
    if given.reseller_id is not None:
        key = check.key("Reseller", "reseller", given.reseller_id, "resellerId")
        found = next((row for row in own if key == Key(program.vendor_id, row["id"])), None)
        if key is not None and found is None:
            check.not_found("reseller", "resellerId")
        return found
    if len(own) > 1:
        check.add(C.REQUIRED, "You are several resellers in this network: name the one that applies.", "resellerId")
    elif not own:
        check.not_found("programme", "programId")
    return own[0] if len(own) == 1 else None


async def _may_apply(
    act: Act, check: Checks, program: Key | None, terms: Row | None, reseller: Row | None
) -> UUID | None:
    """The enrolment that is taken up again, if there is one; a problem for each reason why it may not be."""
    if program is None or terms is None or reseller is None:
        return None
    firm = Firm(reseller["name"], reseller["partner_type"], reseller["country"])
    for reason in not_eligible(terms["name"], terms["partner_types"], terms["countries"], firm):
        check.add(C.NOT_ELIGIBLE, reason, "programId")
    await line_up(act.session, program.vendor_id, reseller["id"])
    enrolled = await queries.enrollment_in(act.session, program, reseller["id"])
    if enrolled is not None and enrolled["status"] != S.ENDED:
        told = f"{reseller['name']} is enrolled in {terms['name']} already; the enrolment is {enrolled['status']}."
        check.add(C.TAKEN, told, "programId")
    elif await queries.is_waiting(act.session, program, reseller["id"]):
        check.add(C.TAKEN, f"{reseller['name']} has just applied to {terms['name']}.", "programId")
    return enrolled["id"] if enrolled is not None else None


async def _ask(act: Act, key: Key, program_id: UUID, reseller_id: UUID, what: ApplicationAct, why: str | None) -> Key:
    asked = Key(key.vendor_id, new_id())
    await act.session.execute(
        "INSERT INTO program_application (vendor_id, id, program_id, reseller_id, enrollment_id, act, reason, entered_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        asked.vendor_id,
        asked.id,
        program_id,
        reseller_id,
        key.id,
        what,
        why,
        datetime.now(UTC),
    )
    await enqueue(act.session, Job.CARRY_OUT_APPLICATION, vendor_id=asked.vendor_id, application_id=asked.id)
    return asked


async def _apply(session: Session, vendor_id: UUID, asked: Row) -> None:
    """An application makes the reseller known to the vendor, who has to decide about it, unless the rule does."""
    key, reseller_id = Key(vendor_id, asked["enrollment_id"]), asked["reseller_id"]
    await session.execute(
        "UPDATE party SET disclosed = true WHERE vendor_id = $1 AND id = $2 AND NOT disclosed", vendor_id, reseller_id
    )
    applied = Change(S.APPLIED, None, asked["reason"], DecidedBy.RESELLER)
    if not await begin(session, key, asked["program_id"], reseller_id, applied):
        enrolled = await queries.enrollment_in(session, Key(vendor_id, asked["program_id"]), reseller_id)
        if enrolled is None or enrolled["status"] != S.ENDED:
            return
        key = Key(vendor_id, enrolled["id"])
        await become(session, key, reseller_id, applied)
    await _by_rule(session, key, asked)


async def _by_rule(session: Session, key: Key, asked: Row) -> None:
    """Approve by the programme's rule; whom the vendor has turned away before, it decides about itself."""
    if asked["auto_status"] is None or await queries.ended_by_vendor(session, key):
        return
    firm = Firm(asked["name"], asked["partner_type"], asked["country"])
    rule = approved_by_rule(asked["auto_partner_types"], asked["auto_countries"], firm)
    if rule is not None:
        await become(session, key, asked["reseller_id"], Change(S(asked["auto_status"]), None, rule, DecidedBy.RULE))


async def _withdraw(session: Session, vendor_id: UUID, asked: Row) -> None:
    enrolled = await queries.enrollment_in(session, Key(vendor_id, asked["program_id"]), asked["reseller_id"])
    if enrolled is not None and enrolled["status"] == S.APPLIED:
        withdrawn = Change(S.ENDED, None, asked["reason"] or "Withdrawn by the reseller.", DecidedBy.RESELLER)
        await become(session, Key(vendor_id, enrolled["id"]), asked["reseller_id"], withdrawn)
