"""What is entered about SPIFFs, and by what they and the claims on them are found."""

from datetime import date
from decimal import Decimal

import strawberry

from app.execution.described import entered, values
from app.execution.scalars import CurrencyCode, DateRangeInput
from app.programme.spiff_terms import PayoutStatus, SpiffAudience, SpiffClaimStatus, SpiffVerdict
from app.programme.spiffs import SpiffDenial
from app.programme.terms import PartnerType

for each in (PayoutStatus, SpiffAudience, SpiffClaimStatus, SpiffDenial, SpiffVerdict):
    values(each)


@entered
class SpiffFilter:
    """Which SPIFFs."""

    on: date | None = None
    "Only those that pay for sales of this day."


@entered
class SpiffClaimFilter:
    """Which claims on SPIFFs."""

    status: SpiffClaimStatus | None = None
    "Only those that stand so."


@entered
class CreateSpiffInput:
    """An amount per unit that a vendor pays to named people of its partners."""

    name: str
    "What it is called, up to 200 characters."
    description: str | None = None
    "What it is for, up to 2,000 characters. Those whom it is for read it."
    audience: SpiffAudience
    "Whose people it pays."
    currency: CurrencyCode
    "The currency in which it pays."
    per_unit: Decimal
    "What it pays for a base unit: above zero, with at most six decimals."
    sales: DateRangeInput
    "The days on which what it pays for is sold: [start, end)."
    product_ids: list[strawberry.ID] | None = None
    "For these products, and those of the families; for all unless some are named. At most 50."
    families: list[str] | None = None
    "For the products of these families. At most 50."
    partner_types: list[PartnerType] | None = None
    "For resellers of these types; for all unless some are named. Distributors have none."
    countries: list[str] | None = None
    "For partners in these countries, ISO 3166; for all unless some are named."
    distributor_ids: list[strawberry.ID] | None = None
    "For what these distributors sold; for all unless some are named. At most 50. Partners do not read this."
    agreement_ids: list[strawberry.ID] | None = None
    """
    For what was sold under these distribution agreements; under all unless some are named. At most 50; their
    distributors are among those named, if any are. Partners do not read this.
    """
    days_to_claim: int | None = None
    "Within how many days of the sale it is to be claimed: 0 to 730; always unless given."
    cap_per_month: Decimal | None = None
    "The most that it pays to one person for the sales of one calendar month."
    budget: Decimal | None = None
    "The most that it pays in all. Partners do not read it."
    reviewed: bool = False
    "Whether a person of yours looks at every claim that it would pay."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same SPIFF, for good."


@entered
class EndSpiffInput:
    """A SPIFF that ends earlier."""

    spiff_id: strawberry.ID
    "The SPIFF."
    expected_version: int
    "Its version as you know it; STALE where it changed since."
    ends_on: date
    "The first day whose sales it no longer pays for: today or later, and before it would have ended."


@entered
class AddSpiffRepInput:
    """A representative of your firm, whom SPIFFs can pay."""

    vendor_id: strawberry.ID
    "In whose network."
    name: str
    "The name, up to 200 characters. The vendor reads it when it pays, and not before."
    payout_reference: str
    "How the person is paid, such as the number of a payment card; up to 200 characters. Read as the name is."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same representative, for good."


@entered
class EndSpiffRepInput:
    """A representative who claims no more."""

    rep_id: strawberry.ID
    "The representative."
    erase: bool = False
    "Whether the name and the payout reference are erased as well. What is not gathered yet is then paid to nobody."


@entered
class ClaimSpiffInput:
    """Units of one line of your firm for which a representative is to be paid."""

    spiff_id: strawberry.ID
    "The SPIFF."
    rep_id: strawberry.ID
    "Who sold them. Sales people claim for themselves."
    distributor_id: strawberry.ID | None = None
    "The distributor on whose invoice they stand. Left out, serial numbers find the line."
    document_number: str | None = None
    "The number of the invoice."
    document_line: str | None = None
    "Its line."
    product_id: strawberry.ID | None = None
    "Which product of the line, where it is a kit."
    quantity: Decimal | None = None
    "How many base units; instead of it, serial numbers."
    serial_numbers: list[str] | None = None
    "The serial numbers of the units, all of one line: 1 to 250."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same claim, for good."


@entered
class DecideSpiffClaimInput:
    """A vendor's decision about a claim that waits for a person."""

    claim_id: strawberry.ID
    "The claim."
    verdict: SpiffVerdict
    "Whether it is paid."
    reason: str | None = None
    "Why, for the partner to read; needed where it is denied. Up to 2,000 characters."


@entered
class CreatePayoutInput:
    """What is approved in one currency and not gathered yet, to be paid together."""

    currency: CurrencyCode
    "The currency."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same payout, for good."


@entered
class PayPayoutInput:
    """A payout that was paid."""

    payout_id: strawberry.ID
    "The payout. Whoever made it does not pay it."
    payment_reference: str
    "By which payment, up to 200 characters."
