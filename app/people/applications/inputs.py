"""What is entered about applications."""

import strawberry

from app.execution.described import entered


@entered
class CreateApplicationLinkInput:
    """A programme that firms may apply for."""

    program_id: strawberry.ID
    "Which programme."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same link, for good."


@entered
class EndApplicationLinkInput:
    """A link by which nobody applies any more."""

    link_id: strawberry.ID
    "Which link."


@entered
class DecideApplicationInput:
    """What you say to an application."""

    application_id: strawberry.ID
    "Which application."
    approve: bool
    "Yes: the firm is recorded in your network and invited by mail. No: it is told so by mail, with the reason."
    reason: str | None = None
    "Why; needed where you refuse. The firm reads it."
