"""What a vendor does with enrolments: it enrols a reseller, and decides about its status and tier.

What a distributor knows of an enrolment stands in rows of its own, one for each authorisation. The vendor's act keeps in
line those that it may see; a job does the same afterwards for those that it may not.
"""

from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.partners.enrollments import queries
from app.partners.enrollments.inputs import DecideEnrollmentInput, EnrollResellerInput
from app.partners.enrollments.writing.actions import Change, align, become, begin, line_up
from app.partners.organizations.actions import own_network
from app.partners.organizations.queries import party_of_kind
from app.partners.programs.queries import program_for_act, ranks
from app.programme.eligibility import Firm, not_eligible
from app.programme.terms import Audience, EnrollmentStatus, PartyKind, ProgramStatus
from app.store.database import Database, Row, acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

S = EnrollmentStatus
MAY_BECOME: dict[EnrollmentStatus, frozenset[EnrollmentStatus]] = {
    S.APPLIED: frozenset({S.APPROVED, S.ACTIVE, S.ENDED}),
    S.APPROVED: frozenset({S.ACTIVE, S.SUSPENDED, S.ENDED}),
    S.ACTIVE: frozenset({S.SUSPENDED, S.ENDED}),
    S.SUSPENDED: frozenset({S.ACTIVE, S.ENDED}),
    S.ENDED: frozenset({S.APPROVED, S.ACTIVE}),
}
"What may become of an enrolment. One that ended may be taken up again."


async def enroll_reseller(request: Request[Actor], given: EnrollResellerInput) -> Key:
    """Enrol a reseller in a programme that it is eligible for."""
    vendor_id = own_network(request)
    async with acting(request, "enrollReseller") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return Key(vendor_id, UUID(done))
        check = Checks()
        if given.status not in {S.APPROVED, S.ACTIVE}:
            check.add(UserErrorCode.INVALID, "An enrolment begins as APPROVED or ACTIVE.", "status")
        reseller = await _reseller(act, check, given.reseller_id)
        program = await _program(act, check, given.program_id, reseller)
        tier_id = await _tier(act, check, vendor_id, program["id"], given.tier_rank) if program is not None else None
        check.settle()
        assert reseller is not None and program is not None
        key = Key(vendor_id, new_id())
        await line_up(act.session, vendor_id, reseller["id"])
        if not await begin(act.session, key, program["id"], reseller["id"], Change(given.status, tier_id, None)):
            wrong = "This reseller is enrolled in this programme already; decide about that enrolment instead."
            raise refused(UserErrorCode.TAKEN, wrong, "resellerId")
        await tell_distributors(act, vendor_id, reseller["id"])
        after = {"program": program["name"], "status": given.status, "tierRank": given.tier_rank}
        await act.record(
            global_id("Enrollment", key),
            vendor_id=vendor_id,
            after=after,
            concerns=Concerns(reseller_id=reseller["id"]),
        )
        await act.remember(given.idempotency_key, given, str(key.id))
        return key


async def decide_enrollment(request: Request[Actor], given: DecideEnrollmentInput) -> Key:
    """Change an enrolment's status, tier or both, with a reason that its history keeps."""
    vendor_id = own_network(request)
    async with acting(request, "decideEnrollment") as act:
        check = Checks()
        key = await decide_one(act, check, vendor_id, given)
        check.settle()
        assert key is not None, "what is not decided has its problem"
        return key


async def decide_one(act: Act, check: Checks, vendor_id: UUID, given: DecideEnrollmentInput) -> Key | None:
    """Decide about an enrolment, if there is no problem with it; else nothing is written."""
    reason = check.prose(given.reason, "reason")
    key = check.key("Enrollment", "enrolment", given.enrollment_id, "enrollmentId")
    found = await locked(act, check, key) if key is not None else None
    if key is None or found is None:
        return None
    check.version(found["version"], given.expected_version)
    tier_id = await _tier(act, check, vendor_id, found["program_id"], given.tier_rank)
    status, tier_id = _decided(check, given, found, tier_id)
    if check.problems:
        return None
    await become(act.session, key, found["reseller_id"], Change(status, tier_id, reason))
    await _pin(act, key, given)
    await tell_distributors(act, vendor_id, found["reseller_id"])
    before, after = {"status": found["status"]}, {"status": status, "tierRank": given.tier_rank, "reason": reason}
    whom = Concerns(reseller_id=found["reseller_id"])
    await act.record(global_id("Enrollment", key), vendor_id=vendor_id, before=before, after=after, concerns=whom)
    return key


async def align_enrollments(database: Database, vendor_id: UUID, authorization_id: UUID) -> None:
    """As the worker: bring what distributors know of the enrolments of an authorised reseller in line with them, and let the
    vendor read the reseller's record once an agreement discloses it. Doing it again changes nothing."""
    async with database.writing(acting_as_worker(vendor_id)) as session:
        reseller_id = await queries.reseller_of(session, vendor_id, authorization_id)
        if reseller_id is None:
            return
        await line_up(session, vendor_id, reseller_id)
        await align(session, vendor_id, reseller_id)
        await session.execute(
            "UPDATE party SET disclosed = true WHERE vendor_id = $1 AND id = $2 AND NOT disclosed"
            " AND EXISTS (SELECT FROM reseller_authorization a WHERE a.vendor_id = $1 AND a.reseller_id = $2"
            " AND a.disclosed_reseller_id = a.reseller_id)",
            vendor_id,
            reseller_id,
        )


async def _reseller(act: Act, check: Checks, id: str) -> Row | None:
    key = check.key("Reseller", "reseller", id, "resellerId")
    found = await party_of_kind(act.session, key, PartyKind.RESELLER) if key is not None else None
    if key is not None and found is None:
        check.not_found("reseller", "resellerId")
    return found


async def _program(act: Act, check: Checks, id: str, reseller: Row | None) -> Row | None:
    key = check.key("Program", "programme", id, "programId")
    found = await program_for_act(act.session, key) if key is not None else None
    if found is None:
        if key is not None:
            check.not_found("programme", "programId")
    elif found["audience"] != Audience.RESELLER:
        check.add(UserErrorCode.INVALID, f"{found['name']} is a programme for distributors.", "programId")
    elif found["status"] != ProgramStatus.ACTIVE:
        check.add(UserErrorCode.NOT_ACTIVE, f"{found['name']} takes no partners any more.", "programId")
    elif reseller is not None:
        _check_eligible(check, found, reseller)
    return found


def _check_eligible(check: Checks, program: Row, reseller: Row) -> None:
    firm = Firm(reseller["name"], reseller["partner_type"], reseller["country"])
    for reason in not_eligible(program["name"], program["partner_types"], program["countries"], firm):
        check.add(UserErrorCode.NOT_ELIGIBLE, reason, "resellerId")


async def _tier(act: Act, check: Checks, vendor_id: UUID, program_id: UUID, rank: int | None) -> UUID | None:
    """The id of the programme's tier of a rank; None where none is asked for."""
    if rank is None:
        return None
    tiers = await ranks(act.session, Key(vendor_id, program_id))
    found: UUID | None = next((tier["id"] for tier in tiers if tier["rank"] == rank), None)
    if found is None:
        known = ", ".join(f"{tier['rank']} ({tier['name']})" for tier in tiers) or "none"
        check.add(UserErrorCode.INVALID, f"The programme has no tier {rank}; its tiers are: {known}.", "tierRank")
    return found


async def locked(act: Act, check: Checks, key: Key) -> Row | None:
    """The enrolment, once nobody else changes it or passes it on."""
    reseller_id = await queries.enrolled(act.session, key)
    if reseller_id is None:
        check.not_found("enrolment", "enrollmentId")
        return None
    await line_up(act.session, key.vendor_id, reseller_id)
    return await queries.enrollment_for_act(act.session, key)


def _decided(
    check: Checks, given: DecideEnrollmentInput, found: Row, tier_id: UUID | None
) -> tuple[EnrollmentStatus, UUID | None]:
    before = EnrollmentStatus(found["status"])
    status = given.status or before
    tier_after: UUID | None = tier_id or found["tier_id"]
    if status is not before and status not in MAY_BECOME[before]:
        allowed = ", ".join(sorted(MAY_BECOME[before]))
        check.add(UserErrorCode.INVALID, f"An enrolment that is {before} may become: {allowed}.", "status")
    pinned = given.tier_pinned_until
    if pinned is not None and pinned < datetime.now(UTC).date():
        check.add(UserErrorCode.INVALID, "A tier is pinned to the end of today or of a later day.", "tierPinnedUntil")
    unchanged = status is before and tier_after == found["tier_id"] and pinned is None
    if not check.problems and unchanged and (given.tier_rank is None or found["pinned_until"] is None):
        check.add(UserErrorCode.INVALID, "This changes nothing: name another status or another tier.")
    return status, tier_after


async def _pin(act: Act, key: Key, given: DecideEnrollmentInput) -> None:
    """Until when reviews leave the tier: one that is decided anew is pinned as this decision says, or not at all."""
    if given.tier_pinned_until is not None or given.tier_rank is not None:
        await act.session.execute(
            "UPDATE enrollment SET pinned_until = $3 WHERE vendor_id = $1 AND id = $2",
            key.vendor_id,
            key.id,
            given.tier_pinned_until,
        )


async def pass_on(act: Act, vendor_id: UUID, reseller_id: UUID) -> None:
    """Write the distributors' rows that are missing, as far as the vendor sees the authorisations."""
    await act.session.execute(
        """
        INSERT INTO distributor_enrollment (vendor_id, authorization_id, enrollment_id, distributor_id, reseller_id,
                                            agreement_id, program_id, status, tier_id)
        SELECT a.vendor_id, a.id, e.id, a.distributor_id, a.reseller_id, a.agreement_id, e.program_id, e.status, e.tier_id
        FROM reseller_authorization a JOIN enrollment e ON e.vendor_id = a.vendor_id AND e.reseller_id = a.reseller_id
        WHERE a.vendor_id = $1 AND a.reseller_id = $2
        ON CONFLICT DO NOTHING
        """,
        vendor_id,
        reseller_id,
    )


async def tell_distributors(act: Act, vendor_id: UUID, reseller_id: UUID) -> None:
    """At once under every authorisation that the vendor sees, and by a job under those that it does not."""
    await pass_on(act, vendor_id, reseller_id)
    authorization_id = await queries.an_authorization_of(act.session, vendor_id, reseller_id)
    if authorization_id is not None:
        await enqueue(act.session, Job.ALIGN_ENROLLMENTS, vendor_id=vendor_id, authorization_id=authorization_id)
