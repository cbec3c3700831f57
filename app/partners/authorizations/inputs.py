"""What a distributor or a vendor enters to authorise a reseller and to change an authorisation."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import strawberry

from app.execution.described import entered, entered_one_of, values
from app.execution.scalars import CurrencyCode, DateRangeInput
from app.partners.terms import AuthorizationStatus, PartnerType


@values
class AuthorizationOrder(StrEnum):
    """In which order authorisations come."""

    NAME_ASC = "NAME_ASC"
    "By the reseller's name."
    NAME_DESC = "NAME_DESC"
    "By the reseller's name, backwards."
    EFFECTIVE_START_DESC = "EFFECTIVE_START_DESC"
    "Those that took effect last come first."


@entered
class AuthorizationFilter:
    """Which authorisations."""

    status: AuthorizationStatus | None = None
    "Only those with this status."
    search: str | None = None
    "Part of the reseller's name, in small or capital letters."
    segment_id: strawberry.ID | None = None
    "Only those of resellers that belong to this segment of your own today; for the vendor alone."


@entered
class NewResellerInput:
    """A reseller that is not in the network yet, or not known to the distributor."""

    name: str
    "Its name, up to 200 characters."
    country: str
    "The country of its seat, ISO 3166 (two letters)."
    region: str | None = None
    "Its region, where that is said."
    partner_type: PartnerType
    "What kind of firm it is."
    tax_number: str | None = None
    "Its tax or VAT number."


@entered_one_of
class ResellerToAuthorizeInput:
    """Which reseller: exactly one of the two."""

    reseller_id: strawberry.ID | None = strawberry.UNSET
    """One that you know: for a distributor one that it is authorised for under another of its agreements with the vendor,
    for the vendor any of its network."""
    new: NewResellerInput | None = strawberry.UNSET
    "One that you do not know yet."


@entered
class CreditTermsInput:
    """The credit that a distributor gives a reseller."""

    limit: Decimal
    "The most that may be outstanding, with no more decimals than the currency has."
    currency: CurrencyCode
    "The currency of the limit, ISO 4217."
    payment_days: int
    "Within how many days invoices are paid; 0 to 365."


@entered
class AuthorizeResellerInput:
    """A reseller, and the agreement under which it may buy from the distributor."""

    agreement_id: strawberry.ID
    "Under which agreement."
    reseller: ResellerToAuthorizeInput
    "Which reseller."
    accounts: list[str]
    "Its account numbers at the distributor, by which its sales are reported; up to 50, none used by another reseller."
    effective: DateRangeInput | None = None
    "The days on which it may buy; left out, from today to the agreement's end."
    credit_terms: CreditTermsInput | None = None
    "The credit that the distributor gives; not for a vendor to say."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same authorisation, for good."


@entered
class UpdateResellerInput:
    """What changes for an authorised reseller. What is left out stays as it is."""

    authorization_id: strawberry.ID
    "Which authorisation."
    expected_version: int
    "The version that you changed. If somebody else changed the authorisation since, nothing happens."
    add_accounts: list[str] | None = None
    "More account numbers. A number stays with its reseller, because sales were reported under it."
    credit_terms: CreditTermsInput | None = None
    "New credit terms, in place of the present ones; not for a vendor to say."


@entered
class SuspendResellerInput:
    """An authorisation under which nothing may be bought, from now or from a day on."""

    authorization_id: strawberry.ID
    "Which authorisation."
    reason: str
    "Why, up to 2,000 characters. Distributor and reseller read it, and the vendor where it knows the reseller."
    effective_on: date | None = None
    "From which day on, today or later; left out, from now on."


@entered
class ReinstateResellerInput:
    """A suspended authorisation that holds again, or one whose suspension on a day to come is called off."""

    authorization_id: strawberry.ID
    "Which authorisation."
    reason: str
    """Why, up to 2,000 characters, for your own record; distributor and reseller read it while it lies ahead, and the vendor
    where it knows the reseller."""
    effective_on: date | None = None
    "From which day on, today or later; left out, from now on."
