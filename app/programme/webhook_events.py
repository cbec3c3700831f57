"""What a webhook can be told of, when a delivery is tried again, and when a webhook is given up."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class WebhookEvent(StrEnum):
    """Something that has happened, of which a webhook can be told. Its value is the `type` of what is sent."""

    ALERT_RAISED = "alert.raised"
    "There is something to act on."
    SUBMISSION_PROCESSED = "submission.processed"
    "A report was read and counts."
    SUBMISSION_FAILED = "submission.failed"
    "A report could not be read."
    STATEMENT_CALCULATED = "statement.calculated"
    "A statement was calculated."
    STATEMENT_APPROVED = "statement.approved"
    "A statement was approved."
    STATEMENT_CREDITED = "statement.credited"
    "A statement was credited."
    CLAIM_DECIDED = "claim.decided"
    "A claim was decided."
    ENROLLMENT_CHANGED = "enrollment.changed"
    "An enrolment was applied for, decided or changed."
    DEAL_DECIDED = "deal.decided"
    "A deal was decided."
    FUND_DECIDED = "fund.decided"
    "Funds that were asked for were decided."
    WEBHOOK_TESTED = "webhook.tested"
    "Somebody sent a test."


class DeliveryStatus(StrEnum):
    """How what is sent to a webhook stands."""

    PENDING = "PENDING"
    "It is tried, now or later again."
    DELIVERED = "DELIVERED"
    "It was taken."
    FAILED = "FAILED"
    "It was given up; it can be sent anew."


class WebhookEnd(StrEnum):
    """Why nothing is sent to a webhook any longer."""

    OWNER = "OWNER"
    "Its organisation disabled it."
    FAILING = "FAILING"
    "Nothing could be delivered for five days."
    GONE = "GONE"
    "It answered that it is gone (410)."


PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"How long after each attempt that failed the next is made; after the last there is none."
PATIENCE: Final = timedelta(days=5)
"How long a webhook may fail, without one success, until nothing is sent to it any longer."
KEPT_FOR: Final = timedelta(days=30)
"How long what was sent, or given up, is kept."


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a delivery is tried again of which so many attempts have failed; None where it is given up."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def end_of(failing_since: datetime, code: int | None, now: datetime) -> WebhookEnd | None:
    """Whether, and why, a webhook that has just failed is given up. `code` is what it answered, None for nothing."""
    if code == 410:
        return WebhookEnd.GONE
    return WebhookEnd.FAILING if now - failing_since >= PATIENCE else None
