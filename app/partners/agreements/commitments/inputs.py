"""What the vendor's finance enters to settle a missed volume commitment."""

from datetime import date

import strawberry

from app.execution.described import entered


@entered
class SettleCommitmentInput:
    """What follows from a missed commitment of a volume period that is over."""

    agreement_id: strawberry.ID
    "The agreement."
    period_start: date
    "The first day of the volume period."
    waive: bool = False
    "Whether to forgo what was agreed."
    note: str | None = None
    "What both sides should know about it; up to 2,000 characters."
    idempotency_key: str
    "Your own key for this act: the same key and input have one effect, for good."
