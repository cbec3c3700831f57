"""What partners and vendors do about documents: a partner hands its own in and takes them back, the vendor decides."""

from datetime import UTC, datetime

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.enablement.documents import queries
from app.enablement.documents.inputs import AddDocumentInput, VerifyDocumentInput, WithdrawDocumentInput
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id, read_global_id
from app.execution.request import Request
from app.files.taking import file_of
from app.programme.documents import DocumentDecision, DocumentStatus, Screening
from app.programme.terms import Level
from app.store.database import Row
from app.store.identity import new_id

C, S = UserErrorCode, DocumentStatus


async def add_document(request: Request[Actor], given: AddDocumentInput) -> Key:
    """Hand in a document about the own firm."""
    check, now = Checks(), datetime.now(UTC)
    file = await file_of(request, check, given.upload_id, "uploadId")
    async with acting(request, "addDocument") as act:
        if done := await act.done_before(given.idempotency_key, given):
            read = read_global_id(done)
            assert read is not None
            return read.key
        of, owner = await _owner(act, check, given)
        title = check.name(given.title, "title")
        if given.valid_until is not None and given.valid_until < now.date():
            check.add(
                C.INVALID, f"Its last day is over; today is {now.date()}. Hand in one that is valid.", "validUntil"
            )
        check.settle()
        assert of is not None and owner is not None and file is not None
        key = Key(of.vendor_id, new_id())
        kept = (file.organization_id, file.file_id, file.filename, file.media_type, file.byte_size, file.sha256)
        await queries.insert(
            act.session, key.vendor_id, owner, (key.id, given.kind, title, given.valid_until, *kept, now)
        )
        id = global_id("ComplianceDocument", key)
        await act.remember(given.idempotency_key, given, id)
        after = {"kind": given.kind, "title": title, "validUntil": given.valid_until, "sha256": file.sha256}
        await act.record(id, vendor_id=key.vendor_id, after=after, concerns=Concerns(vendor=True))
        return key


async def _owner(act: Act, check: Checks, given: AddDocumentInput) -> tuple[Key | None, Row | None]:
    """Whose the document is: the asking distributor's under an agreement, or the asking reseller's."""
    level = act.actor.level
    if level is Level.VENDOR:
        wrong = "Documents are handed in by the partner that they are about; a vendor decides about them."
        raise refused(C.NOT_ALLOWED, wrong)
    own, other = (
        ("agreement_id", given.reseller_id) if level is Level.DISTRIBUTOR else ("reseller_id", given.agreement_id)
    )
    id, path = (given.agreement_id, "agreementId") if own == "agreement_id" else (given.reseller_id, "resellerId")
    if id is None or other is not None:
        check.add(C.REQUIRED, "A distributor names its agreement, a reseller itself; nothing else.", path)
        return None, None
    if level is Level.DISTRIBUTOR:
        key = check.key("DistributionAgreement", "agreement", id, path)
        found = await queries.agreement_of(act.session, key) if key is not None else None
    else:
        key = check.key("Reseller", "reseller", id, path)
        found = await queries.reseller_of(act.session, key) if key is not None else None
    if key is not None and found is None:
        check.not_found("agreement" if level is Level.DISTRIBUTOR else "reseller", path)
    return key, found


async def verify_document(request: Request[Actor], given: VerifyDocumentInput) -> Key:
    """As the vendor: verify a document, or reject it. What was decided before may be decided anew."""
    async with acting(request, "verifyDocument") as act:
        check = Checks()
        reason = check.optional_prose(given.reason, "reason")
        rejects = given.decision is DocumentDecision.REJECT
        if rejects and reason is None:
            check.add(C.REQUIRED, "Say why it is rejected; the partner reads it.", "reason")
        if not rejects and reason is not None:
            check.add(C.INVALID, "A reason goes with a rejection.", "reason")
        if not rejects and given.screening is Screening.MATCH:
            check.add(C.INVALID, "A document of a partner that a screening matched is not verified.", "screening")
        key, found = await _found(act, check, given.document_id)
        if found["status"] == S.WITHDRAWN:
            check.add(C.TOO_LATE, "It was taken back by the partner.", "documentId")
        check.settle()
        status, screening = S.REJECTED if rejects else S.VERIFIED, given.screening
        at, by = datetime.now(UTC), act.actor.name
        if not await queries.decide(act.session, key, status, screening, reason, at, by):
            raise refused(C.TOO_LATE, "The partner took it back meanwhile.", "documentId")
        before, after = {"status": found["status"]}, {"status": status, "screening": screening, "reason": reason}
        whom = Concerns(distributor_id=found["distributor_id"], reseller_id=found["reseller_id"])
        id = global_id("ComplianceDocument", key)
        await act.record(id, vendor_id=key.vendor_id, before=before, after=after, concerns=whom)
        return key


async def withdraw_document(request: Request[Actor], given: WithdrawDocumentInput) -> Key:
    """As the partner: take a document back. What rests on it is open again."""
    async with acting(request, "withdrawDocument") as act:
        check = Checks()
        if act.actor.level is Level.VENDOR:
            raise refused(C.NOT_ALLOWED, "The partner takes its documents back; a vendor rejects them.", "documentId")
        key, found = await _found(act, check, given.document_id)
        check.settle()
        if not await queries.withdraw(act.session, key):
            raise refused(C.TOO_LATE, "It was taken back before.", "documentId")
        before, after = {"status": found["status"]}, {"status": S.WITHDRAWN}
        id = global_id("ComplianceDocument", key)
        whom = Concerns(vendor=True)
        await act.record(id, vendor_id=key.vendor_id, before=before, after=after, concerns=whom)
        return key


async def _found(act: Act, check: Checks, id: str) -> tuple[Key, Row]:
    """A document that the asker sees. Refused, with what is wrong beside, where there is none."""
    key = check.key("ComplianceDocument", "document", id, "documentId")
    found = await queries.document_to_rest_on(act.session, key) if key is not None else None
    if key is not None and found is None:
        check.not_found("document", "documentId")
    if key is None or found is None:
        check.settle()
        raise AssertionError("a missing document is a problem")
    return key, found
