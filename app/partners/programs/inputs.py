"""What a vendor enters to set up a programme, and to change its terms."""

from decimal import Decimal

import strawberry

from app.execution.described import entered
from app.execution.scalars import CurrencyCode
from app.partners.terms import (
    Audience,
    Demotion,
    EnrollmentStatus,
    IncentiveKind,
    Opening,
    PartnerType,
    ProgramStatus,
    Promotion,
    Requirement,
)


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
class TierReviewTermsInput:
    """When the tiers of a programme for resellers are reviewed, and how they change."""

    months: list[int]
    "In which months there is a review, 1 to 12."
    day: int = 1
    "On which day of these months, 1 to 28."
    grace_days: int
    "How many days after a review a tier is kept of which something is not met, 0 to 366."
    promotion: Promotion = Promotion.AT_ONCE
    "When a better tier is given."
    demotion: Demotion = Demotion.TO_ATTAINED
    "How far down an enrolment goes that loses its tier."


@entered
class AutoApprovalInput:
    """Whose applications are approved by rule, as soon as they are made; others wait for a person."""

    partner_types: list[PartnerType]
    "Resellers of these kinds; empty where of all that are eligible."
    countries: list[str]
    "Resellers in these countries, ISO 3166; empty where in all that are eligible."
    status: EnrollmentStatus = EnrollmentStatus.ACTIVE
    "What such an enrolment becomes: ACTIVE, or APPROVED where its benefits are to begin later."


@entered
class ProgramFitInput:
    """A kind of incentive that fits partners of the programme."""

    kind: IncentiveKind
    "Which kind of incentive."
    partner_types: list[PartnerType]
    "Which kinds of resellers it fits; at least one. Empty in a programme for distributors, whom it fits as such."


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
    reviews: TierReviewTermsInput | None = None
    "When its tiers are reviewed; without these terms every tier is decided by hand. For resellers only."
    auto_approval: AutoApprovalInput | None = None
    "Whose applications are approved by rule; without it a person decides about each. For resellers only."
    fits: list[ProgramFitInput] | None = None
    "Which kinds of incentives fit its partners; at most one entry of each kind."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same programme, for good."


@entered
class ChangedTierInput:
    """What a tier is called, or asks for, from now on. Its rank stays."""

    rank: int
    "Which tier, by its rank: 1 is the lowest."
    name: str | None = None
    "Its new name."
    requirements: list[TierRequirementInput] | None = None
    "What it asks for, all of it: these replace what it asked for; at most one of each kind."


@entered
class UpdateProgramInput:
    """Other terms of a programme. What is left out stays as it is. Whoever takes part keeps its tier until the next review,
    which `Program.tierReviewPreview` tells before."""

    program_id: strawberry.ID
    "Which programme."
    expected_version: int
    "The version that you decided upon. If somebody else changed the programme since, nothing happens."
    name: str | None = None
    "Its new name."
    description: str | None = None
    "What it is about."
    status: ProgramStatus | None = None
    "Whether it takes partners from now on; those that take part stay."
    partner_types: list[PartnerType] | None = None
    "Which kinds of resellers are eligible from now on; empty where all are."
    countries: list[str] | None = None
    "In which countries partners are eligible from now on, ISO 3166; empty where in all."
    reviews: TierReviewTermsInput | None = strawberry.UNSET
    "When its tiers are reviewed; null where every tier is decided by hand from now on."
    auto_approval: AutoApprovalInput | None = strawberry.UNSET
    "Whose applications are approved by rule; null where a person decides about each from now on."
    fits: list[ProgramFitInput] | None = None
    "Which kinds of incentives fit its partners, all of them: these replace those that there are."
    tiers: list[ChangedTierInput] | None = None
    "Tiers that are there, and what is different about them."
    add_tiers: list[ProgramTierInput] | None = None
    """Tiers above those that are there, the lowest of them first; up to 20 in all. They are given by hand, or as the
    terms of review say."""
    add_benefits: list[BenefitInput] | None = None
    "What it gives besides, from now on; up to 100 in all."
    end_benefits: list[str] | None = None
    "The names of benefits that it gives no longer: what they open is shut to whom no other benefit opens it."

    @property
    def changes_parts(self) -> bool:
        """Whether tiers or benefits are to be different."""
        return bool(self.tiers or self.add_tiers or self.add_benefits or self.end_benefits)

    @property
    def sets_reviews(self) -> bool:
        return self.reviews is not strawberry.UNSET

    @property
    def sets_auto_approval(self) -> bool:
        return self.auto_approval is not strawberry.UNSET
