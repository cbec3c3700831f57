"""What resellers enter to contest a line, and what distributors answer."""

import strawberry

from app.execution.described import entered, values
from app.programme.contests import ContestAnswer, ContestStatus
from app.programme.terms import DocumentKind

values(DocumentKind)

values(ContestStatus)
values(ContestAnswer)


@entered
class ContestLineInput:
    """A line of an invoice or credit note that was booked to you, and that you say is not yours, or is wrong."""

    distributor_id: strawberry.ID
    "Who reported it."
    document_kind: DocumentKind
    "Invoice or credit note."
    document_number: str
    "The document's number."
    document_line: str
    "The line on the document, as `PurchaseLine.documentLine` gives it."
    reason: str
    """What is wrong with it, up to 2,000 characters. The distributor reads it, and the vendor where the agreement discloses
    to it who buys."""
    idempotency_key: str
    "Your own key for this act: the same key and input give the same contested line, for good."


@entered
class WithdrawContestInput:
    """An objection that you take back."""

    contested_line_id: strawberry.ID
    "Which; nobody has answered it."


@entered
class AnswerContestInput:
    """What you say about a line that a reseller contests."""

    contested_line_id: strawberry.ID
    "Which."
    expected_version: int
    "The version that you decided upon. If somebody else changed it since, nothing happens."
    answer: ContestAnswer
    "Whether the line is right. Figures change only with the report that corrects it."
    reason: str | None = None
    "Why, up to 2,000 characters; the reseller reads it. To uphold a line, it is needed."


@entered
class ContestedLineFilter:
    """Which contested lines."""

    statuses: list[ContestStatus] | None = None
    "Only those that stand so."
