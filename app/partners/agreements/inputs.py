"""What a vendor enters to agree with a distributor, and by what agreements are found."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import strawberry

from app.execution.described import entered, values
from app.execution.scalars import CurrencyCode, DateRangeInput
from app.partners.terms import (
    AgreementStatus,
    Cadence,
    ReportField,
    ShortfallConsequence,
    SubmissionFormat,
    ThresholdRule,
    VolumePeriod,
)


@values
class AgreementOrder(StrEnum):
    """In which order agreements come."""

    EFFECTIVE_START_DESC = "EFFECTIVE_START_DESC"
    "Those that took effect last come first."
    EFFECTIVE_START_ASC = "EFFECTIVE_START_ASC"
    "Those that took effect first come first."
    EFFECTIVE_END_ASC = "EFFECTIVE_END_ASC"
    "Those that end first come first."


@entered
class AgreementFilter:
    """Which agreements."""

    status: AgreementStatus | None = None
    "Only those with this status."
    distributor_id: strawberry.ID | None = None
    "Only those with this distributor."
    effective_on: date | None = None
    "Only those in effect on this day."


@entered
class VolumeTierInput:
    """A volume tier of an agreement."""

    name: str
    "Its name, such as Gold."
    threshold: Decimal
    "From which net sell-in per volume period, in the agreement's currency, the tier is attained."
    discount: Decimal | None = None
    """The share off the price book while the tier is in force, from 0 to 1 with at most six decimals, 0.05 for 5 %; unless
    given that of the tier below. An agreement in which no tier has one sets no prices by tier."""
    rebate_eligible: bool = True
    "Whether a distributor in the tier is eligible for rebates. Once a tier is, all above it are."


@entered
class DisclosureInput:
    """What of the distributor's business the vendor sees. It is agreed once, and cannot be widened afterwards."""

    resale_price: bool
    "Whether the vendor sees what resellers paid."
    end_customer: bool
    "Whether the vendor sees end customers."
    reseller: bool
    "Whether the vendor sees who the resellers are."
    credit_terms: bool
    "Whether the vendor sees the credit terms of resellers."


@entered
class ReportingRequirementInput:
    """What a distributor has to report, how often, and by when."""

    cadence: Cadence
    "How often."
    due_days: int
    "By how many days after a period's end its report is due; 0 to 365."
    grace_days: int
    "How many days later it counts as missing; 0 to 365."
    mandatory_fields: list[ReportField]
    "What every line says, beyond what no report can do without."
    formats: list[SubmissionFormat]
    "In which formats reports are taken; at least one."
    discloses: DisclosureInput
    "What the vendor sees of it."


@entered
class CreateAgreementInput:
    """An agreement between the vendor and one of its distributors. It is in force at once within its dates."""

    distributor_id: strawberry.ID
    "With whom."
    program_id: strawberry.ID
    "Under which programme for distributors."
    effective: DateRangeInput
    "The days on which it is in effect."
    territory: list[str]
    "The countries to which goods under it are shipped, ISO 3166 (two letters); at least one."
    currency: CurrencyCode
    "The currency of its volume tiers and prices, ISO 4217."
    time_zone: str
    "The time zone in which its days begin, such as Europe/Berlin."
    volume_period: VolumePeriod
    "Over which span volume is measured."
    volume_commitment: Decimal | None = None
    "The net sell-in per volume period that the distributor commits to, in the agreement's currency."
    shortfall_consequence: ShortfallConsequence = ShortfallConsequence.NONE
    "What follows if the commitment of a period is missed."
    shortfall_share: Decimal | None = None
    "The share of the shortfall that is owed where a fee follows: above 0, up to 1, with at most six decimals."
    threshold_rule: ThresholdRule = ThresholdRule.REACHED
    "When a volume tier's threshold counts as met."
    volume_tiers: list[VolumeTierInput]
    "The volume tiers, the lowest first; up to 20, each threshold above the one before."
    reporting: ReportingRequirementInput
    "What the distributor reports."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same agreement, for good."
