"""What partners enter about claims, and by what claims are found."""

from decimal import Decimal

import strawberry

from app.execution.described import entered, values
from app.execution.scalars import DateRangeInput
from app.programme.claim_terms import AgeBucket, ClaimAct, ClaimStatus, DenialReason, LineDecision, WaitsFor

values(AgeBucket)
values(ClaimAct)
values(ClaimStatus)
values(DenialReason)
values(LineDecision)
values(WaitsFor)


@entered
class DebitClaimFilter:
    """Which claims."""

    status: ClaimStatus | None = None
    "Only those that stand so."
    special_price_id: strawberry.ID | None = None
    "Only claims against this special price."
    age: AgeBucket | None = None
    "Only those filed so long ago."


@entered
class DebitClaimLineInput:
    """A line of a report that is claimed: by its id, or by its invoice and line."""

    line_id: strawberry.ID | None = None
    "The line."
    document_number: str | None = None
    "The invoice's number."
    document_line: str | None = None
    "The line on the invoice. Of a kit, the components that the special price is for."
    quantity: Decimal | None = None
    "How many base units; all that nobody claimed or gave back unless given."


@entered
class SubmitDebitClaimInput:
    """A claim against a special price: lines by name, or all that carry its number or match it in a period."""

    special_price_id: strawberry.ID
    "The special price."
    lines: list[DebitClaimLineInput] | None = None
    "1 to 1,000 lines; or give `period`."
    period: DateRangeInput | None = None
    "The days of the sales whose lines are claimed, at most 5,000 lines; or give `lines`."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same claim, for good."


@entered
class DebitClaimLineDecisionInput:
    """What the vendor's finance decides of a line."""

    position: int
    "The line's place on the claim."
    approve: bool
    "Whether it is approved, as far as its units are good, or denied."


@entered
class DecideDebitClaimInput:
    """What the vendor's finance decides of lines that wait for a person, or were decided otherwise before."""

    claim_id: strawberry.ID
    "The claim."
    lines: list[DebitClaimLineDecisionInput]
    "The lines, each once. Without any, the decision about a claim in dispute stands."
    reason: str
    "Why: both sides read it. Up to 500 characters."


@entered
class CreditDebitClaimInput:
    """A claim for which the credit memo is issued."""

    claim_id: strawberry.ID
    "The claim; also one that takes back."
    credit_number: str
    "The number of the credit memo, up to 200 characters."


@entered
class DisputeDebitClaimInput:
    """A claim whose decision the distributor contests."""

    claim_id: strawberry.ID
    "The claim."
    reason: str
    "Why: both sides read it. Up to 500 characters."


@entered
class WithdrawDebitClaimInput:
    """A claim that the distributor takes back."""

    claim_id: strawberry.ID
    "The claim."
