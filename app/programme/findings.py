"""Money that nobody has asked for yet: what a vendor and a distributor may find when both look at the same rows.

Each finding says to whom it is owed, how much, on which rows it stands, and until when it can be asked for.
"""

from collections.abc import Mapping
from enum import StrEnum

from app.programme.terms import Level


class FindingKind(StrEnum):
    """What was found."""

    EARNED_NOT_CALCULATED = "EARNED_NOT_CALCULATED"
    "An incentive earned something in a period that is over, and no statement was calculated."
    APPROVED_NOT_CREDITED = "APPROVED_NOT_CREDITED"
    "A statement or a claim was approved, and what it owes was neither credited nor deducted."
    NOT_CLAIMED = "NOT_CLAIMED"
    """
    Lines that carry the number of a special price were sold within its terms and are not claimed, and may still be. The
    amount is what their price in the price book comes to above the special price, before anything else that has lowered
    their cost, for no more units than the special price has left; those that take another cost are not looked at.
    """
    DROP_NOT_CLAIMED = "DROP_NOT_CLAIMED"
    """
    The price of a product dropped while it lay in stock, the agreement protects against that, and no credit is proposed. The
    amount is what the nearest count and what came and went since say was there, no more than was bought in the look-back
    window, at the drop in the price book; what it comes to at the prices that were paid is reckoned once it is proposed.
    """
    PAID_TWICE = "PAID_TWICE"
    "Special prices paid for more units of a line than it sold."
    PAID_THOUGH_RETURNED = "PAID_THOUGH_RETURNED"
    "Special prices paid for units that came back."
    PAID_OUT_OF_TERRITORY = "PAID_OUT_OF_TERRITORY"
    "Special prices paid for units that were shipped to a country outside the agreement's territory."
    OVER_DEDUCTED = "OVER_DEDUCTED"
    "The distributor took more for a statement or a claim than was approved."
    UNMATCHED_DEDUCTION = "UNMATCHED_DEDUCTION"
    "The distributor took money, and no statement or claim is known for it."


OWED_TO: Mapping[FindingKind, Level] = {
    FindingKind.EARNED_NOT_CALCULATED: Level.DISTRIBUTOR,
    FindingKind.APPROVED_NOT_CREDITED: Level.DISTRIBUTOR,
    FindingKind.NOT_CLAIMED: Level.DISTRIBUTOR,
    FindingKind.DROP_NOT_CLAIMED: Level.DISTRIBUTOR,
    FindingKind.PAID_TWICE: Level.VENDOR,
    FindingKind.PAID_THOUGH_RETURNED: Level.VENDOR,
    FindingKind.PAID_OUT_OF_TERRITORY: Level.VENDOR,
    FindingKind.OVER_DEDUCTED: Level.VENDOR,
    FindingKind.UNMATCHED_DEDUCTION: Level.VENDOR,
}
"Whose money it is, and so who is told."
