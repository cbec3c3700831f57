"""The words of SPIFFs: whom one pays, where a claim stands, and what becomes of what is paid together."""

from enum import StrEnum


class SpiffAudience(StrEnum):
    """Whose people a SPIFF pays."""

    RESELLER = "RESELLER"
    "Representatives of resellers, for what their firm bought."
    DISTRIBUTOR = "DISTRIBUTOR"
    "Inside sales of distributors, for what their firm sold."


class SpiffClaimStatus(StrEnum):
    """Where a claim on a SPIFF stands."""

    CLAIMED = "CLAIMED"
    "It waits: for a person of the vendor, where the SPIFF asks for one."
    APPROVED = "APPROVED"
    "It is owed, as far as units were approved."
    DENIED = "DENIED"
    "Nothing of it is paid."
    PAID = "PAID"
    "It was paid."


class SpiffVerdict(StrEnum):
    """What a person of the vendor says about a claim that waits."""

    APPROVE = "APPROVE"
    "Pay it, as far as the SPIFF does."
    DENY = "DENY"
    "Pay nothing of it."


class PayoutStatus(StrEnum):
    """Where a payout stands."""

    GATHERING = "GATHERING"
    "What is approved is being gathered."
    OPEN = "OPEN"
    "It is to be paid by somebody else than who made it."
    EMPTY = "EMPTY"
    "Nothing was left to pay: somebody else had gathered it."
    PAID = "PAID"
    "It was paid."
