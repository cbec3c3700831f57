"""What a vendor enters to enrol a reseller and to decide about an enrolment."""

import strawberry

from app.execution.described import entered
from app.partners.terms import EnrollmentStatus


@entered
class EnrollmentFilter:
    """Which enrolments."""

    status: EnrollmentStatus | None = None
    "Only those with this status."
    program_id: strawberry.ID | None = None
    "Only those in this programme."


@entered
class EnrollResellerInput:
    """A reseller, and the programme that it enters."""

    program_id: strawberry.ID
    "Which programme for resellers."
    reseller_id: strawberry.ID
    "Which reseller."
    status: EnrollmentStatus = EnrollmentStatus.ACTIVE
    "ACTIVE, or APPROVED where its benefits are to begin later."
    tier_rank: int | None = None
    "The rank of its tier; leave it out where it begins in none."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same enrolment, for good."


@entered
class DecideEnrollmentInput:
    """What becomes of an enrolment. What is left out stays as it is."""

    enrollment_id: strawberry.ID
    "Which enrolment."
    expected_version: int
    "The version that you decided upon. If somebody else changed the enrolment since, nothing happens."
    status: EnrollmentStatus | None = None
    "The new status."
    tier_rank: int | None = None
    "The rank of the new tier."
    reason: str
    "Why, up to 2,000 characters. The reseller reads it in the enrolment's history."
