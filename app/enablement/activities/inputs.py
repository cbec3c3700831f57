"""What is entered about the enablement of resellers."""

from datetime import date

import strawberry

from app.execution.described import entered, values
from app.programme.certifications import EnablementKind

values(EnablementKind)


@entered
class RecordEnablementActivityInput:
    """What a distributor did for a reseller that it is authorised for."""

    authorization_id: strawberry.ID
    "Under which authorisation."
    kind: EnablementKind
    "What kind of thing."
    title: str
    "What it was, up to 200 characters."
    held_on: date
    "On which day; no day to come."
    participants: int
    "How many people of the reseller took part, 1 to 100,000."
    note: str | None = None
    "What is worth knowing about it, up to 2,000 characters."
    idempotency_key: str
    "Your own key for this act: the same key and input record it once, for good."
