"""What a vendor enters about the development of resellers, and by what they are found."""

from decimal import Decimal

import strawberry

from app.execution.described import entered, values
from app.programme.development import ResellerState

values(ResellerState)


@entered
class SetResellerObligationInput:
    """What a distributor agrees to do for the development of resellers, in place of what was agreed before."""

    agreement_id: strawberry.ID
    "Under which agreement."
    expected_version: int
    "The version that you decided upon; 0 where nothing was agreed yet. If somebody else changed it since, nothing happens."
    active: int | None = None
    "How many resellers are to be active; left out, nothing is agreed about it."
    new: int | None = None
    "How many are to be new in twelve months; left out, nothing is agreed about it."
    certified_share: Decimal | None = None
    """Which share of the active ones is to hold all certifications that are required of them, from 0 to 1 with at most six
    decimals; left out, nothing is agreed about it."""


@entered
class DevelopmentFilter:
    """Which resellers."""

    states: list[ResellerState] | None = None
    "Only those that stand so."
