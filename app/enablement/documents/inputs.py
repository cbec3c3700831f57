"""What is entered about documents."""

from datetime import date

import strawberry

from app.execution.described import entered, values
from app.programme.documents import DocumentDecision, DocumentStatus, PartnerDocumentKind, Screening

for each in (DocumentDecision, PartnerDocumentKind, DocumentStatus, Screening):
    values(each)


@entered
class DocumentFilter:
    """Which documents."""

    status: DocumentStatus | None = None
    "Only those of which this was decided."
    kind: PartnerDocumentKind | None = None
    "Only those of this kind."


@entered
class AddDocumentInput:
    """A document about your own firm: under an agreement for a distributor, in a network for a reseller."""

    agreement_id: strawberry.ID | None = None
    "For a distributor: its agreement."
    reseller_id: strawberry.ID | None = None
    "For a reseller: itself, as the vendor's network has it."
    kind: PartnerDocumentKind
    "What it is about."
    title: str
    "Its title, up to 200 characters."
    valid_until: date | None = None
    "Its last day; leave it out where it does not expire."
    upload_id: strawberry.ID
    "The upload that has its bytes: PDF, PNG, JPEG, CSV or XLSX."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same document, for good."


@entered
class VerifyDocumentInput:
    """What the vendor decides about a document."""

    document_id: strawberry.ID
    "Which document."
    decision: DocumentDecision
    "Whether it is what it should be."
    screening: Screening | None = None
    "What a screening of the partner found; leave it out where it stays as it is. The partner never reads it."
    reason: str | None = None
    "Why it is rejected; the partner reads it."


@entered
class WithdrawDocumentInput:
    """Which document is taken back."""

    document_id: strawberry.ID
    "Which document."
