"""What a vendor enters to grant and end special prices, and by what they are found."""

from datetime import date
from decimal import Decimal

import strawberry

from app.execution.described import entered, values
from app.execution.scalars import CurrencyCode, DateRangeInput
from app.programme.claim_terms import CostBasis, DeemedDecision, SpecialPriceKind, SpecialPriceStatus

values(SpecialPriceKind)
values(SpecialPriceStatus)
values(CostBasis)
values(DeemedDecision)


@entered
class SpecialPriceFilter:
    """Which special prices."""

    status: SpecialPriceStatus | None = None
    "Only those that stand so."
    number: str | None = None
    "Only the one with this number."
    effective_on: date | None = None
    "Only those under which a sale of this day may be claimed."


@entered
class SpecialPriceProductInput:
    """What units of a product may cost."""

    product_id: strawberry.ID
    "The product."
    kind: SpecialPriceKind
    "How `value` is meant."
    value: Decimal
    "A price or an amount per base unit, with at most six decimals; a share or a margin as a part of 1, such as 0.15."
    most_per_unit: Decimal | None = None
    "The most that is paid per base unit; a margin guarantee needs it."
    quantity: Decimal | None = None
    "How many base units are authorised, with at most three decimals; without limit unless given."


@entered
class GrantSpecialPriceInput:
    """A special price for one distributor."""

    agreement_id: strawberry.ID
    "The agreement under which it is granted."
    number: str
    "Its number, unique under the agreement: reports of sales carry it. Up to 200 characters."
    currency: CurrencyCode
    "The currency of its prices: the agreement's."
    cost_basis: CostBasis = CostBasis.BOOK_AT_RESALE
    "From which cost a debit is reckoned."
    effective: DateRangeInput
    "The days of the sales that it is for, within those of the agreement."
    products: list[SpecialPriceProductInput]
    "1 to 100 products."
    customer_ids: list[strawberry.ID] | None = None
    "For sales to these resellers only, at most 100; each buys under the agreement. All unless given."
    end_customer: str | None = None
    """For sales to this end customer only, as reports name it, in small or capital letters. A line that does not say who
    bought waits for your finance."""
    deal_id: strawberry.ID | None = None
    """The protected or won deal that it is granted for: it names the deal's reseller among its customers, the deal's end
    customer where it names one, and products of the deal's families."""
    days_to_file: int | None = None
    "By how many days after the sale at the latest it is claimed; without deadline unless given."
    days_to_decide: int | None = None
    "Within how many days you decide what the engine leaves to a person; without deadline unless given."
    deemed: DeemedDecision = DeemedDecision.NONE
    "What becomes of lines that nobody decides in time."
    approves_up_to: Decimal | None = None
    "A line whose debit is larger waits for your finance, in currency units; no line does for that unless given."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same special price, for good."


@entered
class EndSpecialPriceInput:
    """A special price that ends before its time."""

    special_price_id: strawberry.ID
    "The special price."
    expected_version: int
    "Its version as you know it; STALE where somebody ended it since."
    ends_on: date
    "The first day whose sales are no longer paid for: today or later (UTC)."
