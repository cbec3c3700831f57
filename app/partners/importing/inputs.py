"""What a distributor enters to onboard many resellers at once."""

import strawberry

from app.execution.described import entered, entered_one_of, values
from app.execution.scalars import DateRangeInput
from app.partners.authorizations.inputs import CreditTermsInput
from app.partners.terms import PartnerType
from app.programme.onboarding_rows import ImportOutcome

values(ImportOutcome)


@entered
class ResellerRowInput:
    """A reseller that is not in the network yet, or not known to you."""

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
    accounts: list[str]
    "Its account numbers with you; up to 50, none used by another reseller."
    effective: DateRangeInput | None = None
    "The days on which it may buy; left out, from today to the agreement's end."
    credit_terms: CreditTermsInput | None = None
    "The credit that you give it."


@entered_one_of
class ResellerSource:
    """Where the resellers are: exactly one."""

    rows: list[ResellerRowInput] | None = strawberry.UNSET
    "The resellers themselves, at most 1,000."
    upload_id: strawberry.ID | None = strawberry.UNSET
    """A completed upload of at most 4 MiB and 1,000 rows: CSV or XLSX whose first row names the columns `name`, `country`,
    `partner_type`, and any of `region`, `tax_number`, `accounts` (separated by semicolons or bars), `effective_start`,
    `effective_end` (the first day no longer in it), `credit_limit`, `credit_currency`, `payment_days`. Days are written
    YYYY-MM-DD, and limits with a point and no separators of thousands."""


@entered
class PreviewResellersInput:
    """Resellers that are to be onboarded, to see what would become of each."""

    agreement_id: strawberry.ID
    "Under which agreement."
    source: ResellerSource
    "Which resellers."


@entered
class ImportResellersInput:
    """Resellers that are to be onboarded: those that are right are authorised, the others are listed with what is wrong."""

    agreement_id: strawberry.ID
    "Under which agreement."
    source: ResellerSource
    "Which resellers."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same outcome, for good."


@entered
class ImportedRowFilter:
    """Which rows."""

    outcomes: list[ImportOutcome] | None = None
    "Only those of which this has become."
