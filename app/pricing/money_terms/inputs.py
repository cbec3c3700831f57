"""What a vendor enters about price protection and stock rotation."""

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


@entered
class SetAgreementMoneyTermsInput:
    """What an agreement says of price protection and stock rotation from a day on; what is left out is not agreed."""

    agreement_id: strawberry.ID
    "The agreement."
    effective_from: date
    """From which day, within those of the agreement. What was agreed before holds until then; so the day comes after that of
    what is agreed already, and is today (UTC) or later."""
    price_protection: PriceProtectionTermsInput | None = None
    "For price changes from that day on."
    stock_rotation: StockRotationTermsInput | None = None
    "For requests from that day on."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same answer, for good."
