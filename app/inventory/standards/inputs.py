"""What a vendor enters about how much stock a distributor should hold."""

from datetime import date
from decimal import Decimal

import strawberry

from app.execution.described import entered, values
from app.programme.terms import StandardBasis

values(StandardBasis)


@entered
class StockBandInput:
    """From how much to how much; with either end it is within."""

    basis: StandardBasis
    "In weeks, in base units, or in value."
    minimum: Decimal
    "At least so much, from 0: weeks in steps of 0.01, units of 0.001, value of 0.000001 in the agreement's currency."
    maximum: Decimal
    "At most so much, no less than the minimum; 520 weeks, or a trillion units or currency units."


@entered
class StockOverrideInput:
    """What is asked of one product, or of a family, instead of what is asked of all. A product goes before its family."""

    product_id: strawberry.ID | None = None
    "The product; or a family, never both."
    product_family: str | None = None
    "The family, as it is written."
    band: StockBandInput | None = None
    "How much of each product; left out, nothing is asked."


@entered
class SetInventoryStandardInput:
    """How much stock there should be of each product under an agreement from a day on."""

    agreement_id: strawberry.ID
    "The agreement."
    effective_from: date
    """From which day, within those of the agreement. What was set before holds until then; so the day comes after that of
    what is set already, and is today (UTC) or later."""
    band: StockBandInput | None = None
    "How much of every product; left out, nothing is asked but what is said of products and families."
    overrides: list[StockOverrideInput] = strawberry.field(default_factory=list)
    "What is asked of others; at most 500, each product and family once."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same answer, for good."
