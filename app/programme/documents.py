"""Documents about a partner: what they are, what was decided about them, and until when they count."""

from datetime import date
from enum import StrEnum


class PartnerDocumentKind(StrEnum):
    """What a document is about."""

    DUE_DILIGENCE = "DUE_DILIGENCE"
    "Answers and proofs about the firm, its owners and its conduct."
    REGISTRATION = "REGISTRATION"
    "An extract from a register of firms."
    TAX = "TAX"
    "A confirmation of its tax or VAT number, or an exemption."
    INSURANCE = "INSURANCE"
    "A proof of insurance."
    TERMS = "TERMS"
    "Signed terms."
    CERTIFICATE = "CERTIFICATE"
    "A certificate of somebody's training."
    OTHER = "OTHER"
    "Anything else."


class DocumentStatus(StrEnum):
    """What was decided about a document."""

    SUBMITTED = "SUBMITTED"
    "It was handed in, and waits for the vendor."
    VERIFIED = "VERIFIED"
    "The vendor verified it."
    REJECTED = "REJECTED"
    "The vendor rejected it, saying why."
    WITHDRAWN = "WITHDRAWN"
    "The partner took it back."


class DocumentDecision(StrEnum):
    """What a vendor decides about a document."""

    VERIFY = "VERIFY"
    "It is what it should be."
    REJECT = "REJECT"
    "It is not; the partner reads why."


class Screening(StrEnum):
    """What the screening of a partner by its document found."""

    NOT_SCREENED = "NOT_SCREENED"
    "Nobody screened it."
    CLEAR = "CLEAR"
    "Nothing was found."
    MATCH = "MATCH"
    "Somebody on a list was found."


STANDS = frozenset({DocumentStatus.SUBMITTED, DocumentStatus.VERIFIED})
"What a document is that something may rest on."


def is_expired(valid_until: date | None, today: date) -> bool:
    """Whether a document's last day is over."""
    return valid_until is not None and today > valid_until
