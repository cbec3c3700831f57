"""What a vendor enters to enrol a reseller and to decide about enrolments."""

from datetime import date

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
    segment_id: strawberry.ID | None = None
    "Only those of resellers that belong to this segment of your own today; for the vendor alone."


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
    tier_pinned_until: date | None = None
    """The last day on which reviews leave the tier alone. A tier that is named without such a day is not pinned: the next
    review may change it."""
    reason: str
    "Why, up to 2,000 characters. The reseller reads it in the enrolment's history."


@entered
class EnrollmentDecisionInput:
    """What becomes of one of several enrolments. What is left out stays as it is."""

    enrollment_id: strawberry.ID
    "Which enrolment."
    expected_version: int
    "The version that you decided upon. If somebody else changed the enrolment since, nothing happens to it."
    status: EnrollmentStatus | None = None
    "The new status."
    tier_rank: int | None = None
    "The rank of the new tier."


@entered
class DecideEnrollmentsInput:
    """What becomes of several enrolments, each by itself: what cannot be done to one is done to the others."""

    decisions: list[EnrollmentDecisionInput]
    "What becomes of each, 1 to 250."
    reason: str
    "Why, up to 2,000 characters. Each reseller reads it in its enrolment's history."
