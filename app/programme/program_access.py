"""What a programme opens to a reseller, and the rule that decides.

A programme's benefit may open something: deal registration, market development funds, SPIFFs, commissions. A reseller may
use what is opened by a benefit of any programme in which it has an active enrolment, in the benefit's tier or one above it.
What no benefit of its programmes opens stays shut; what one opens and it does not reach says what is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.programme.terms import EnrollmentStatus
from app.programme.tiers import benefit_granted


class Opening(StrEnum):
    """What a benefit opens, where it opens something that is done here."""

    DEAL_REGISTRATION = "DEAL_REGISTRATION"
    "Registering deals, which are then protected."
    MARKET_DEVELOPMENT_FUNDS = "MARKET_DEVELOPMENT_FUNDS"
    "Asking for market development or co-op funds."
    SPIFFS = "SPIFFS"
    "Claiming SPIFFs for named representatives."
    COMMISSIONS = "COMMISSIONS"
    "Being paid commissions, as an agent."


@dataclass(frozen=True, slots=True)
class Offer:
    """A benefit that opens something, beside the reseller's enrolment in its programme.

    `from_rank` is the first tier that has it (0: every tier, and none), `own_rank` the tier of the enrolment.
    """

    program: str
    benefit: str
    from_rank: int
    from_tier: str | None
    status: EnrollmentStatus
    own_rank: int | None
    own_tier: str | None

    @property
    def granted(self) -> bool:
        return benefit_granted(self.status, self.own_rank, self.from_rank)

    @property
    def rule(self) -> str:
        """The rule that decides, in a sentence."""
        whom = f"to tier {self.from_tier} and above" if self.from_tier else "in every tier and without one"
        where = f"in tier {self.own_tier}" if self.own_tier else "in no tier"
        return (
            f"{self.program} grants “{self.benefit}” {whom} while the enrolment is ACTIVE; this one is {self.status} and"
            f" {where}."
        )


@dataclass(frozen=True, slots=True)
class ProgramAccess:
    """Whether something is open, and the rule that decides, in a sentence."""

    opening: Opening
    granted: bool
    rule: str


def access(opening: Opening, offers: Sequence[Offer]) -> ProgramAccess:
    """Whether any offer opens it. Where none does, the rule of the one that is nearest: active, then the lowest tier."""
    if not offers:
        return ProgramAccess(opening, False, f"No programme in which the reseller is enrolled opens {opening}.")
    best = min(
        offers, key=lambda offer: (not offer.granted, offer.status is not EnrollmentStatus.ACTIVE, offer.from_rank)
    )
    return ProgramAccess(opening, best.granted, best.rule)
