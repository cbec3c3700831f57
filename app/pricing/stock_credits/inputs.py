"""What both sides enter about credits for stock, and by what these are found."""

from datetime import date
from decimal import Decimal

import strawberry

from app.execution.described import entered, values
from app.programme.claim_terms import ReductionKind
from app.programme.stock_credits import StockCreditAct, StockCreditStatus

values(StockCreditAct)
values(StockCreditStatus)
values(ReductionKind)


@entered
class StockCreditFilter:
    """Which credits for stock."""

    kind: ReductionKind | None = None
    "Only those of price protection, or of stock rotation."
    status: StockCreditStatus | None = None
    "Only those that stand so."


@entered
class ProposePriceProtectionInput:
    """A price change whose worth for the stock on hand is to be reckoned."""

    agreement_id: strawberry.ID
    "The agreement."
    product_ids: list[strawberry.ID]
    "1 to 100 products whose price changed."
    effective_on: date
    "The first day of the new price."


@entered
class StockRotationLineInput:
    """Units of a product that are offered back."""

    product_id: strawberry.ID
    "The product."
    quantity: Decimal
    "How many base units, with at most three decimals."


@entered
class RequestStockRotationInput:
    """Stock that a distributor asks to send back."""

    agreement_id: strawberry.ID
    "The agreement."
    lines: list[StockRotationLineInput]
    "1 to 100 products, each once; what comes first uses the allowance first."
    order_number: str | None = None
    "The number of the offsetting order, where one is agreed."
    order_amount: Decimal | None = None
    "What the offsetting order comes to, in the agreement's currency."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same request, for good."


@entered
class ApprovedLineInput:
    """How much of a line is approved."""

    position: int
    "The line's position."
    quantity: Decimal
    "How many base units, from none to all of the line."


@entered
class DecideStockCreditInput:
    """What the vendor's finance does about a credit for stock."""

    stock_credit_id: strawberry.ID
    "The credit."
    expected_revision: int
    "Its revision as you know it; STALE where it was reckoned anew since."
    act: StockCreditAct
    "Approve, deny, or credit."
    lines: list[ApprovedLineInput] | None = None
    "What is approved where it is only a part: the lines that are not named are denied. All unless given."
    reason: str | None = None
    "Why; required where not all is approved. Up to 2,000 characters."
    credit_number: str | None = None
    "The number of the credit memo, to credit."


@entered
class AnswerStockCreditInput:
    """What the distributor does about a credit for stock."""

    stock_credit_id: strawberry.ID
    "The credit."
    expected_revision: int
    "Its revision as you know it; STALE where it was reckoned anew since."
    act: StockCreditAct
    "Accept, dispute, or withdraw."
    reason: str | None = None
    "Why; required to dispute. Up to 2,000 characters."
