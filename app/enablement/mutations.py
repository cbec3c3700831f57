"""What vendors, distributors and resellers do about certifications, documents and enablement, and what it answers."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.enablement import actions
from app.enablement.activities.actions import record_enablement_activity
from app.enablement.activities.graph import EnablementActivity, activity_by_key
from app.enablement.activities.inputs import RecordEnablementActivityInput
from app.enablement.documents import actions as documents
from app.enablement.documents.graph import ComplianceDocument, documents_by_key
from app.enablement.documents.inputs import AddDocumentInput, VerifyDocumentInput, WithdrawDocumentInput
from app.enablement.graph import Certification, RequiredCertification, certifications_by_key, required_of
from app.enablement.inputs import (
    RecordCertificationInput,
    RequireCertificationsInput,
    RevokeCertificationInput,
    VerifyCertificationInput,
)
from app.execution.described import visible
from app.execution.identifiers import Key
from app.execution.request import Request


@visible("certification:read")
class RecordCertificationPayload:
    """The certification that was recorded, or why none was."""

    certification: Certification | None
    "The certification; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("certification:read")
class CertificationPayload:
    """The certification as it stands, or why nothing was done."""

    certification: Certification | None
    "The certification; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("certification:read")
class RequireCertificationsPayload:
    """What a programme requires now, or why nothing was done."""

    certifications: list[RequiredCertification] | None
    "All certifications that the programme requires; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("document:read")
class DocumentPayload:
    """The document as it stands, or why nothing was done."""

    document: ComplianceDocument | None
    "The document; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@visible("certification:read")
class RecordEnablementActivityPayload:
    """What was recorded, or why nothing was."""

    activity: EnablementActivity | None
    "What was done for the reseller; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class EnablementMutation:
    """What is done about certifications, documents and enablement."""

    @mutation(Permission.CERTIFICATION_RECORD)
    async def record_certification(
        self, info: strawberry.Info, input: RecordCertificationInput
    ) -> RecordCertificationPayload:
        """Record that somebody of a reseller, or the firm, is certified. What a vendor or a distributor records counts at
        once; what a reseller records of itself counts when the vendor has verified it."""
        key = await actions.record_certification(info.context, input)
        (found,) = await certifications_by_key(info.context, [key])
        return RecordCertificationPayload(certification=found, user_errors=[])

    @mutation(Permission.ENROLLMENT_MANAGE)
    async def verify_certification(
        self, info: strawberry.Info, input: VerifyCertificationInput
    ) -> CertificationPayload:
        """Say that a certification which a reseller recorded is so: it counts from now on."""
        return await _certification(info.context, await actions.verify_certification(info.context, input))

    @mutation(Permission.CERTIFICATION_RECORD)
    async def revoke_certification(
        self, info: strawberry.Info, input: RevokeCertificationInput
    ) -> CertificationPayload:
        """Say that a certification counts no longer, or refuse one that a reseller recorded. Each side revokes what it
        recorded itself, the vendor whatever it sees."""
        return await _certification(info.context, await actions.revoke_certification(info.context, input))

    @mutation(Permission.PROGRAM_MANAGE)
    async def require_certifications(
        self, info: strawberry.Info, input: RequireCertificationsInput
    ) -> RequireCertificationsPayload:
        """Say which certifications partners of a programme need, in place of those required before."""
        key = await actions.require_certifications(info.context, input)
        (found,) = await required_of(info.context, [key])
        return RequireCertificationsPayload(certifications=found, user_errors=[])

    @mutation(Permission.DOCUMENT_MANAGE)
    async def add_document(self, info: strawberry.Info, input: AddDocumentInput) -> DocumentPayload:
        """Hand in a document about your own firm. The vendor reads it, and no other partner."""
        return await _document(info.context, await documents.add_document(info.context, input))

    @mutation(Permission.ENROLLMENT_MANAGE)
    async def verify_document(self, info: strawberry.Info, input: VerifyDocumentInput) -> DocumentPayload:
        """Verify a document, or reject it; and say what a screening found, which the partner never reads."""
        return await _document(info.context, await documents.verify_document(info.context, input))

    @mutation(Permission.DOCUMENT_MANAGE)
    async def withdraw_document(self, info: strawberry.Info, input: WithdrawDocumentInput) -> DocumentPayload:
        """Take a document of your own back. An onboarding step that rests on it is open again."""
        return await _document(info.context, await documents.withdraw_document(info.context, input))

    @mutation(Permission.CERTIFICATION_RECORD)
    async def record_enablement_activity(
        self, info: strawberry.Info, input: RecordEnablementActivityInput
    ) -> RecordEnablementActivityPayload:
        """Record, as a distributor, a training, an event or a visit for a reseller."""
        key = await record_enablement_activity(info.context, input)
        return RecordEnablementActivityPayload(activity=await activity_by_key(info.context, key), user_errors=[])


async def _certification(request: Request[Actor], key: Key) -> CertificationPayload:
    (found,) = await certifications_by_key(request, [key])
    return CertificationPayload(certification=found, user_errors=[])


async def _document(request: Request[Actor], key: Key) -> DocumentPayload:
    (found,) = await documents_by_key(request, [key])
    return DocumentPayload(document=found, user_errors=[])
