"""What is entered about certifications."""

from datetime import date

import strawberry

from app.execution.described import entered, values
from app.programme.certifications import CertificationState

values(CertificationState)


@entered
class CertificationFilter:
    """Which certifications."""

    state: CertificationState | None = None
    "Only those that stand so today."


@entered
class RecordCertificationInput:
    """Who of a reseller is certified for what, and until when."""

    reseller_id: strawberry.ID
    "Which reseller."
    name: str
    "The name of the certification, up to 200 characters; capitals make no difference."
    holder: str | None = None
    "Who holds it, by name; leave it out where the firm as such is certified."
    issued_on: date
    "Since when it is held; no day to come."
    valid_until: date | None = None
    "Its last day; leave it out where it does not expire."
    document_id: strawberry.ID | None = None
    "The document that proves it, one of the reseller's. A reseller that records its own certification names one."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same certification, for good."


@entered
class VerifyCertificationInput:
    """That a certification which a reseller recorded is what it says."""

    certification_id: strawberry.ID
    "Which certification."


@entered
class RevokeCertificationInput:
    """That a certification counts no longer, or that one which a reseller recorded is refused."""

    certification_id: strawberry.ID
    "Which certification."
    reason: str
    "Why, up to 2,000 characters; whoever reads the certification reads it."


@entered
class RequiredCertificationInput:
    """How many of a partner hold a certification."""

    name: str
    "The name of the certification, up to 200 characters; capitals make no difference."
    needed: int = 1
    "How many different holders are needed, 1 to 1,000; the firm as such counts as one."
    from_rank: int = 0
    "The rank of the tier from which on it is required; 0 for every partner of the programme."


@entered
class RequireCertificationsInput:
    """All certifications that a programme requires from now on."""

    program_id: strawberry.ID
    "Which programme for resellers."
    expected_version: int
    "The version of the programme that you decided upon."
    certifications: list[RequiredCertificationInput]
    "All of them, at most 50; none where nothing is required any more."
