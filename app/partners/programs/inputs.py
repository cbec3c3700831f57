"""What a vendor enters to set up a programme."""

from decimal import Decimal

from app.execution.described import entered
from app.execution.scalars import CurrencyCode
from app.partners.terms import Audience, Opening, PartnerType, Requirement


@entered
class TierRequirementInput:
    """One thing that a tier asks for."""

    kind: Requirement
    "What is asked for."
    needed: Decimal
    "How much: an amount for PURCHASES, a share for GROWTH (0.1 is 10 %), else a count."
    currency: CurrencyCode | None = None
    "The currency of the amount; for PURCHASES, and only there."


@entered
class ProgramTierInput:
    """A tier of a programme."""

    name: str
    "Its name, such as Gold."
    requirements: list[TierRequirementInput]
    "What it asks for; at most one of each kind."


@entered
class BenefitInput:
    """Something that a programme gives its partners."""

    name: str
    "Its name."
    description: str
    "What it is, for the partner who may use it."
    from_rank: int
    "From which tier on it is granted: 1 is the lowest tier, 0 is every active enrolment."
    where_to_use: str | None = None
    "Where the partner uses it: an address, a portal, a contact."
    opens: Opening | None = None
    "What it opens in Tailrace itself; null where it opens nothing here. What no benefit opens, no partner may use."


@entered
class CreateProgramInput:
    """A programme with its tiers, requirements and benefits, all at once."""

    name: str
    "Its name; no two programmes of a vendor share one."
    description: str
    "What it is about, for the partners that it is for."
    audience: Audience
    "Whom it is for."
    partner_types: list[PartnerType]
    "Which kinds of resellers are eligible; empty where all are. Empty for a programme for distributors."
    countries: list[str]
    "In which countries partners are eligible, ISO 3166 (two letters); empty where in all."
    tiers: list[ProgramTierInput]
    "Its tiers, the lowest first; up to 20."
    benefits: list[BenefitInput]
    "What it gives; up to 100."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same programme, for good."
