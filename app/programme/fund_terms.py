"""The words of market development and co-op funds: kinds, what accrues, where requests and claims stand."""

from enum import StrEnum


class FundKind(StrEnum):
    """What kind of fund it is."""

    MDF = "MDF"
    "Market development: what the vendor grants for agreed activities."
    CO_OP = "CO_OP"
    "Co-operative: earned by purchases or sales, spent on agreed activities."


class FundBasis(StrEnum):
    """On what a fund accrues."""

    PURCHASES = "PURCHASES"
    """
    What the partner bought: a distributor from the vendor (sell-in), a reseller from distributors, at the prices that their
    agreements disclose to the vendor.
    """
    SELL_THROUGH = "SELL_THROUGH"
    "What a distributor sold to resellers, at the wholesale prices of the day. A reseller's fund has no such basis."


class FundPeriod(StrEnum):
    """Over which calendar period a fund accrues."""

    MONTH = "MONTH"
    "Every calendar month."
    QUARTER = "QUARTER"
    "Every calendar quarter."


class FundEntryKind(StrEnum):
    """What moved in a fund."""

    ACCRUE = "ACCRUE"
    "Earned in a period."
    CLAW_BACK = "CLAW_BACK"
    "An accrual taken back, because what it was earned on is less than was reported."
    GRANT = "GRANT"
    "Given by the vendor."
    RESERVE = "RESERVE"
    "Kept for an approved request."
    RELEASE = "RELEASE"
    "Kept no longer: the request took less."
    PAY = "PAY"
    "Paid for a claim, out of what was kept."
    EXPIRE = "EXPIRE"
    "Not used in time."


class FundRequestStatus(StrEnum):
    """Where a request for funds stands."""

    SUBMITTED = "SUBMITTED"
    "It waits for the vendor."
    APPROVED = "APPROVED"
    "An amount is kept for it; its costs can be claimed."
    REJECTED = "REJECTED"
    "The vendor does not pay for it."
    WITHDRAWN = "WITHDRAWN"
    "The partner took it back before it was decided."
    CLOSED = "CLOSED"
    "Nothing more is claimed; what was left is back in the fund."
    EXPIRED = "EXPIRED"
    "Its time is over; what was left is back in the fund."


class FundClaimStatus(StrEnum):
    """Where a claim against a request stands."""

    SUBMITTED = "SUBMITTED"
    "It waits for the vendor's finance."
    APPROVED = "APPROVED"
    "All of it, or a part, will be paid."
    REJECTED = "REJECTED"
    "Nothing of it is paid."
    PAID = "PAID"
    "It is paid."


class FundDecision(StrEnum):
    """What is decided."""

    APPROVE = "APPROVE"
    "All of it or a part is approved."
    REJECT = "REJECT"
    "Nothing of it is."
