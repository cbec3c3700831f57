"""What a vendor enters to suspend an enrolment, and to reinstate it."""

from datetime import date

import strawberry

from app.execution.described import entered


@entered
class SuspendEnrollmentInput:
    """An enrolment whose benefits are to pause."""

    enrollment_id: strawberry.ID
    "Which enrolment; it is APPROVED or ACTIVE."
    expected_version: int
    "The version that you decided upon. If somebody else changed the enrolment since, nothing happens."
    reason: str
    "Why, up to 2,000 characters. The reseller reads it."
    effective_on: date | None = None
    "From which day on, today or later; left out, from now on."


@entered
class ReinstateEnrollmentInput:
    """A suspended enrolment whose benefits are to begin again, or one whose suspension on a day to come is called off."""

    enrollment_id: strawberry.ID
    "Which enrolment; it is SUSPENDED, or is to be."
    expected_version: int
    "The version that you decided upon. If somebody else changed the enrolment since, nothing happens."
    reason: str
    "Why, up to 2,000 characters. The reseller reads it."
    effective_on: date | None = None
    "From which day on, today or later; left out, from now on."
