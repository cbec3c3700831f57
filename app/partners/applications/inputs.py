"""What a reseller enters to apply to a programme, and to withdraw."""

import strawberry

from app.execution.described import entered


@entered
class ApplyToProgramInput:
    """A programme that a reseller wants to take part in."""

    program_id: strawberry.ID
    "Which programme for resellers."
    reseller_id: strawberry.ID | None = None
    "As which reseller; only where you are several in the vendor's network."
    note: str | None = None
    "What the vendor should know, up to 2,000 characters."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same application, for good."


@entered
class WithdrawApplicationInput:
    """An application that nobody has decided about yet."""

    enrollment_id: strawberry.ID
    "Which enrolment; it is APPLIED."
    reason: str | None = None
    "Why, up to 2,000 characters. The vendor reads it."
