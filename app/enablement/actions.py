"""What vendors, distributors and resellers do about certifications, and what a vendor's programmes require.

A vendor records for the resellers that it knows, a distributor for those that it is authorised for: both stand for what they
record. A reseller records its own with a document that proves it, and the vendor verifies it. Each side revokes what it
recorded; the vendor whatever it sees.
"""

from datetime import UTC, date, datetime

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.enablement import queries
from app.enablement.documents.queries import document_to_rest_on
from app.enablement.inputs import (
    RecordCertificationInput,
    RequireCertificationsInput,
    RequiredCertificationInput,
    RevokeCertificationInput,
    VerifyCertificationInput,
)
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id, read_global_id
from app.execution.request import Request
from app.programme.certifications import CertificationStatus, known_as, status_on_recording
from app.programme.documents import STANDS, DocumentStatus
from app.programme.terms import Audience, AuthorizationStatus, Level
from app.store.database import Row
from app.store.identity import new_id

C, S = UserErrorCode, CertificationStatus
MOST_REQUIRED = 50
MOST_HOLDERS = 1_000
_STANDS = {
    S.RECORDED: "it waits for the vendor",
    S.VERIFIED: "it is verified",
    S.REVOKED: "it was revoked or refused",
}


async def record_certification(request: Request[Actor], given: RecordCertificationInput) -> Key:
    """Say that somebody of a reseller, or the firm, is certified."""
    async with acting(request, "recordCertification") as act:
        if done := await act.done_before(given.idempotency_key, given):
            read = read_global_id(done)
            assert read is not None
            return read.key
        check, level, now = Checks(), act.actor.level, datetime.now(UTC)
        reseller_key, whose = await _whose(act, check, given.reseller_id)
        name = check.name(given.name, "name")
        holder = check.optional_name(given.holder, "holder")
        _check_days(check, given.issued_on, given.valid_until, now.date())
        document = await _document(act, check, given, whose)
        check.settle()
        assert reseller_key is not None and whose is not None
        key, status = Key(reseller_key.vendor_id, new_id()), status_on_recording(level)
        names = (name, known_as(name), holder, known_as(holder or ""))
        days = (given.issued_on, given.valid_until)
        await queries.insert(act.session, key.vendor_id, whose, (key.id, *names, *days, document, level, status, now))
        await act.remember(given.idempotency_key, given, global_id("Certification", key))
        after = {"reseller": given.reseller_id, "name": name, "validUntil": given.valid_until, "status": status}
        whom = Concerns(vendor=whose["disclosed"], reseller_id=whose["reseller_id"])
        await act.record(global_id("Certification", key), vendor_id=key.vendor_id, after=after, concerns=whom)
        return key


async def _whose(act: Act, check: Checks, id: str) -> tuple[Key | None, Row | None]:
    key = check.key("Reseller", "reseller", id, "resellerId")
    found = await queries.reseller(act.session, act.actor.level, key) if key is not None else None
    if key is not None and found is None:
        check.not_found("reseller", "resellerId")
    elif found is not None and found["status"] != AuthorizationStatus.ACTIVE:
        check.add(C.NOT_ACTIVE, "You record for resellers that are authorised; this one is not now.", "resellerId")
    return key, found


def _check_days(check: Checks, issued_on: date, valid_until: date | None, today: date) -> None:
    if issued_on > today:
        check.add(C.INVALID, f"It is held since a day that is not yet; today is {today}.", "issuedOn")
    if valid_until is not None and valid_until < max(issued_on, today):
        check.add(
            C.INVALID, f"Its last day is today, {today}, or later: one that has expired is not recorded.", "validUntil"
        )


async def _document(act: Act, check: Checks, given: RecordCertificationInput, whose: Row | None) -> object:
    """The id of the document that proves it."""
    level = act.actor.level
    if given.document_id is None:
        if level is Level.RESELLER:
            check.add(C.REQUIRED, "Name the document that proves it; the vendor looks at it.", "documentId")
        return None
    key = check.key("ComplianceDocument", "document", given.document_id, "documentId")
    found = await document_to_rest_on(act.session, key) if key is not None else None
    if key is None:
        return None
    if found is None or whose is None or found["reseller_id"] != whose["reseller_id"]:
        check.not_found("document", "documentId")
        return None
    if DocumentStatus(found["status"]) not in STANDS:
        check.add(C.NOT_ACTIVE, f"This document was {found['status'].lower()}: it proves nothing.", "documentId")
    return key.id


async def verify_certification(request: Request[Actor], given: VerifyCertificationInput) -> Key:
    """As the vendor: what a reseller recorded is so, and counts from now on."""
    async with acting(request, "verifyCertification") as act:
        check = Checks()
        key, found = await _found(act, check, given.certification_id)
        if found["status"] != S.RECORDED:
            wrong = f"What a reseller recorded is verified once; {_STANDS[S(found['status'])]}."
            raise refused(C.TOO_LATE, wrong, "certificationId")
        await _decide(act, key, found, S.VERIFIED, None)
        return key


async def revoke_certification(request: Request[Actor], given: RevokeCertificationInput) -> Key:
    """Say that a certification counts no longer, or refuse what a reseller recorded."""
    async with acting(request, "revokeCertification") as act:
        check = Checks()
        reason = check.prose(given.reason, "reason")
        key, found = await _found(act, check, given.certification_id)
        if act.actor.level is Level.RESELLER and found["recorded_by"] != Level.RESELLER:
            who = str(found["recorded_by"]).lower()
            check.add(C.NOT_ALLOWED, f"The {who} recorded it; it alone, or the vendor, revokes it.", "certificationId")
        if found["status"] == S.REVOKED:
            check.add(C.TOO_LATE, f"It cannot be revoked: {_STANDS[S.REVOKED]}.", "certificationId")
        check.settle()
        await _decide(act, key, found, S.REVOKED, reason)
        return key


async def _found(act: Act, check: Checks, id: str) -> tuple[Key, Row]:
    """A certification that the asker sees. Refused where there is none."""
    key = check.key("Certification", "certification", id, "certificationId")
    rows = await queries.certifications(act.session, [key]) if key is not None else []
    if key is not None and not rows:
        check.not_found("certification", "certificationId")
    if key is None or not rows:
        check.settle()
        raise AssertionError("a missing certification is a problem")
    return key, rows[0]


async def _decide(act: Act, key: Key, found: Row, status: CertificationStatus, reason: str | None) -> None:
    if not await queries.decide(act.session, key, [found["status"]], status, reason, datetime.now(UTC)):
        raise refused(C.TOO_LATE, "Somebody decided about it meanwhile. Read it again.", "certificationId")
    before, after = {"status": found["status"]}, {"status": status, "reason": reason}
    by_distributor = found["recorded_by"] == Level.DISTRIBUTOR
    whom = Concerns(vendor=not by_distributor, reseller_id=found["reseller_id"])
    await act.record(
        global_id("Certification", key), vendor_id=key.vendor_id, before=before, after=after, concerns=whom
    )


async def require_certifications(request: Request[Actor], given: RequireCertificationsInput) -> Key:
    """As the vendor: say which certifications partners of a programme need."""
    async with acting(request, "requireCertifications") as act:
        check = Checks()
        key = check.key("Program", "programme", given.program_id, "programId")
        found = await queries.program_to_change(act.session, key) if key is not None else None
        if key is not None and found is None:
            check.not_found("programme", "programId")
        if found is not None:
            check.version(found["version"], given.expected_version)
            if found["audience"] != Audience.RESELLER:
                check.add(C.INVALID, "Certifications are required of resellers; this is for distributors.", "programId")
        rows = _required(check, given.certifications, [0, *found["ranks"]] if found is not None else None)
        check.settle()
        assert key is not None
        await queries.replace_required(act.session, key, rows)
        await queries.next_version(act.session, key)
        after = {"certifications": [{"name": name, "needed": n, "fromRank": rank} for name, _, n, rank in rows]}
        await act.record(global_id("Program", key), vendor_id=key.vendor_id, after=after)
        return key


def _required(
    check: Checks, given: list[RequiredCertificationInput], ranks: list[int] | None
) -> list[tuple[str, str, int, int]]:
    """Name, its key, how many, and from which rank on; each name once for a rank."""
    check.at_most(MOST_REQUIRED, given, "certifications")
    rows = []
    for place, each in enumerate(given[:MOST_REQUIRED]):
        at = ("certifications", str(place))
        name = check.name(each.name, *at, "name")
        check.number(each.needed, 1, MOST_HOLDERS, *at, "needed")
        if ranks is not None and each.from_rank not in ranks:
            known = ", ".join(map(str, ranks))
            check.add(C.INVALID, f"The programme has no tier {each.from_rank}; say one of: {known}.", *at, "fromRank")
        rows.append((name, known_as(name), each.needed, each.from_rank))
    check.different([f"{name} {rank}" for _, name, _, rank in rows], "certifications")
    return rows
