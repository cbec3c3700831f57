"""What a vendor may pay in advance on a pay period, and how many people have to agree to it.

An advance is money on account of what has accrued and is not paid yet: never more than that, unless the terms of the
agreement name another share of it. A share above the whole lets the vendor pay ahead of the sales; none at all forbids
advances. Above the vendor's threshold a second person approves it, as with every other payment, before it counts as paid.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.programme.claim_amounts import share_text
from app.programme.money import MICRO, spoken


class AdvanceStatus(StrEnum):
    """Where an advance stands."""

    WAITING = "WAITING"
    "It is above the threshold: a second person of the vendor's finance has to approve it."
    PAID = "PAID"
    "It is in the ledger, and the calculation of its pay period takes it off."
    REJECTED = "REJECTED"
    "The second person refused it."
    NOT_PAID = "NOT_PAID"
    "It was approved, but by then no more was left that may be paid in advance, or its pay period was settled."


@dataclass(frozen=True, slots=True)
class AdvanceRoom:
    """What stands behind advances on a pay period, in minor units: what has accrued, what statements of it have settled
    already, and what was paid in advance or waits for a second person. `share` is that of the agreement's terms (10⁻⁶)."""

    accrued: int
    settled: int
    advanced: int
    share: int = MICRO

    @property
    def most(self) -> int:
        """What may be paid in advance in all, rounded down; nothing where what accrued is below zero."""
        return max(0, self.accrued * self.share // MICRO - self.settled)

    @property
    def left(self) -> int:
        """What may still be."""
        return max(0, self.most - self.advanced)

    def refusal(self, amount: int, currency: str) -> str | None:
        """Why so many minor units may not be paid in advance; None where they may."""
        if amount <= self.left:
            return None
        of = "" if self.share == MICRO else f"{share_text(self.share)} of "
        return (
            f"At most {of}what has accrued and is not settled is paid in advance: {spoken(self.most, currency)}, of which"
            f" {spoken(self.advanced, currency)} is taken. {spoken(self.left, currency)} is left."
        )
