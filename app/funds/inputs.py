"""What is entered about funds, and by what they are found."""

from datetime import date
from decimal import Decimal

import strawberry

from app.execution.described import entered, values
from app.execution.scalars import CurrencyCode, DateRangeInput
from app.programme.fund_terms import (
    FundBasis,
    FundClaimStatus,
    FundDecision,
    FundEntryKind,
    FundKind,
    FundPeriod,
    FundRequestStatus,
)

for each in (FundBasis, FundClaimStatus, FundDecision, FundEntryKind, FundKind, FundPeriod, FundRequestStatus):
    values(each)


@entered
class FundRequestFilter:
    """Which requests for funds."""

    status: FundRequestStatus | None = None
    "Only those that stand so."


@entered
class FundClaimFilter:
    """Which claims against funds."""

    status: FundClaimStatus | None = None
    "Only those that stand so."


@entered
class FundAccrualInput:
    """How a fund accrues: a share of money, or an amount for each unit."""

    basis: FundBasis
    "On what it accrues."
    of_previous_period: bool = False
    "Whether a period accrues on what was bought or sold in the one before it."
    share: Decimal | None = None
    "The share of it, such as 0.02 for 2 %; from 0 to 1 with at most six decimals."
    per_unit: Decimal | None = None
    "Or the amount for each base unit, in the fund's currency."


@entered
class CreateFundInput:
    """A fund for one partner: a distributor, under an agreement, or a reseller."""

    agreement_id: strawberry.ID | None = None
    "The distributor's agreement; either this or a reseller."
    reseller_id: strawberry.ID | None = None
    "The reseller."
    kind: FundKind
    "What kind of fund it is."
    name: str
    "Its name, up to 200 characters."
    currency: CurrencyCode
    "Its currency; what is bought in another one accrues nothing to a reseller's fund."
    starts_on: date
    "Its first day."
    expires_on: date | None = None
    "The day from which nothing of it can be used any more; null for never."
    accrues_per: FundPeriod | None = None
    "Over which period it accrues; null where it is granted alone."
    accrual: FundAccrualInput | None = None
    "How it accrues, in periods that begin on its first day or later; goes with `accruesPer`."
    reimbursement_share: Decimal = Decimal(1)
    "Which share of a cost it pays, such as 0.5 for half."
    claim_days: int = 60
    "Within how many days after an activity its costs are claimed; 1 to 730."
    approves_up_to: Decimal | None = None
    "Requests up to this amount are approved at once, as far as money is available; null: none is."
    approves_in_month: Decimal | None = None
    "How much is approved at once in a calendar month (UTC), all requests together; unless given, as much as of one."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same fund, for good."


@entered
class GrantFundsInput:
    """Money that the vendor puts into a fund."""

    fund_id: strawberry.ID
    "The fund."
    amount: Decimal
    "How much, in its currency."
    reason: str
    "What for; the partner reads it. Up to 2,000 characters."
    idempotency_key: str
    "Chosen by you: the same key with the same input grants once, for good."


@entered
class SetFundTermsInput:
    """The terms of a fund as they shall be. Requests that were made keep theirs."""

    fund_id: strawberry.ID
    "The fund."
    expected_version: int
    "Its version as you know it; STALE where somebody changed it since."
    name: str
    "Its name."
    expires_on: date | None
    "The day from which nothing of it can be used any more; null for never."
    reimbursement_share: Decimal
    "Which share of a cost it pays."
    claim_days: int
    "Within how many days after an activity its costs are claimed; 1 to 730."
    approves_up_to: Decimal | None
    "Requests up to this amount are approved at once; null: none is."
    approves_in_month: Decimal | None = None
    "How much is approved at once in a calendar month (UTC), all requests together; unless given, as much as of one."
    accrual: FundAccrualInput | None = None
    "How it accrues in periods that begin on `accrualSince` or later; unless given, as before. A share of 0 ends it."
    accrual_since: date | None = None
    "The first day of a later period; goes with `accrual`."


@entered
class RequestFundsInput:
    """An activity towards whose cost a partner asks for money."""

    fund_id: strawberry.ID
    "The fund."
    activity: str
    "What is to be done, in a line."
    description: str | None = None
    "More about it, up to 2,000 characters."
    period: DateRangeInput
    "On which days; not over yet, and while the fund lasts."
    planned_cost: Decimal
    "What it will cost, in the fund's currency."
    amount: Decimal
    "How much is asked for: no more than the share of the cost that the fund pays."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same request, for good."


@entered
class WithdrawFundRequestInput:
    """A request that is taken back."""

    fund_request_id: strawberry.ID
    "The request."


@entered
class DecideFundsInput:
    """A decision about a request for funds."""

    fund_request_id: strawberry.ID
    "The request."
    decision: FundDecision
    "Approve or reject."
    amount: Decimal | None = None
    "How much is approved, where it is less than what was asked for."
    reason: str | None = None
    "Why; required where not all is approved. The partner reads it. Up to 2,000 characters."


@entered
class CloseFundRequestInput:
    """An approved request of which nothing more is claimed."""

    fund_request_id: strawberry.ID
    "The request."
    reason: str | None = None
    "Why; the partner reads it. Up to 2,000 characters."


@entered
class ClaimFundsInput:
    """What an activity cost, and the proof that it was done."""

    fund_request_id: strawberry.ID
    "The approved request."
    cost: Decimal
    "What it cost, in the fund's currency."
    invoice_number: str | None = None
    "Your invoice's number."
    note: str | None = None
    "What the proofs show, up to 2,000 characters."
    upload_ids: list[strawberry.ID]
    "1 to 10 completed uploads (see createUpload): PDF, PNG, JPEG, CSV or XLSX."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same claim, for good."


@entered
class DecideFundClaimInput:
    """A decision about a claim."""

    fund_claim_id: strawberry.ID
    "The claim."
    decision: FundDecision
    "Approve or reject."
    cost: Decimal | None = None
    "Which part of the cost counts, where it is not all of it."
    reason: str | None = None
    "Why; required where not all of the cost counts. The partner reads it. Up to 2,000 characters."


@entered
class PayFundClaimInput:
    """A claim that was paid."""

    fund_claim_id: strawberry.ID
    "The claim."
    payment_reference: str
    "The number of the payment or of the credit memo; the partner reads it."
