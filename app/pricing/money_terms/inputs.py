"""What a vendor enters about price protection, stock rotation, the inventory standard and advances."""

from datetime import date
from decimal import Decimal

import strawberry

from app.execution.described import entered


@entered
class PriceProtectionTermsInput:
    """What is agreed for price changes."""

    look_back_days: int | None = None
    "How many days before the new price a purchase may lie; any purchase unless given."
    in_transit: bool = False
    "Whether goods in transit count as held."
    minimum_drop: Decimal = Decimal(0)
    "By what part of the old price, from 0 to 1, it must drop at least."
    writes_up: bool = False
    "Whether a rise is charged for stock on hand."


@entered
class StockRotationTermsInput:
    """What is agreed for sending stock back."""

    share: Decimal
    "Which part, above 0 up to 1, of the previous quarter's net purchases may go back in a quarter."
    offsetting_share: Decimal | None = None
    "What part of the credit, such as 1, an offsetting order covers at least; none is asked for unless given."
    excluded_product_ids: list[strawberry.ID] = strawberry.field(default_factory=list)
    "Products that do not go back, at most 500."
    excluded_families: list[str] = strawberry.field(default_factory=list)
    "Families of products that do not go back, at most 100."


@entered
class InventoryStandardInput:
    """How many weeks the stock of each product should last, at the mean pace of the 13 weeks before."""

    min_weeks: Decimal
    "At least so many, from 0 to 520 in steps of 0.01; with them it is within."
    max_weeks: Decimal
    "At most so many, no fewer than `minWeeks`, up to 520; with them it is within."


@entered
class SetAgreementMoneyTermsInput:
    """What an agreement says of price protection, stock and advances from a day on; what is left out is not agreed."""

    agreement_id: strawberry.ID
    "The agreement."
    effective_from: date
    """From which day, within those of the agreement. What was agreed before holds until then; so the day comes after that of
    what is agreed already, and is today (UTC) or later."""
    price_protection: PriceProtectionTermsInput | None = None
    "For price changes from that day on."
    stock_rotation: StockRotationTermsInput | None = None
    "For requests from that day on."
    inventory_standard: InventoryStandardInput | None = None
    """From that day on, until `setInventoryStandard` says otherwise; `stock` and the gates of kind STOCK_IN_BAND read it."""
    advance_share: Decimal | None = None
    """
    Which part of what has accrued in a pay period may be paid in advance, from 0 for nothing up to 10; the whole, 1, unless
    given.
    """
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same answer, for good."
