"""What resellers enter to register deals, what vendors enter to decide about them, and by what deals are found."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import strawberry

from app.execution.described import entered, values
from app.execution.scalars import CurrencyCode
from app.programme.deals import DealAct, DealOutcome, DealStatus, DealWaits

values(DealStatus)
values(DealAct)
values(DealWaits)
values(DealOutcome)


@values
class DealOrder(StrEnum):
    """In which order deals are listed."""

    NEWEST = "NEWEST"
    "The last registered first."
    EXPECTED_CLOSE = "EXPECTED_CLOSE"
    "The one that is expected to be decided first."


@entered
class DealFilter:
    """Which deals."""

    statuses: list[DealStatus] | None = None
    "Only those that stand so."
    search: str | None = None
    "Only those whose name, or whose end customer's name, contains this."


@entered
class DealProductInput:
    """What a deal is about: one product, or all of a family."""

    product_id: strawberry.ID | None = None
    "A product; or name a family."
    family: str | None = None
    "A family of products; or name a product."
    quantity: Decimal | None = None
    "How many base units are expected, with at most three decimals."


@entered
class DealContentInput:
    """What is registered: for whom, what, and how much it is expected to be."""

    name: str
    "What you call it. Up to 200 characters."
    end_customer: str
    "The end customer's name. The vendor reads it, and the distributor that you name as your supplier."
    end_customer_address: str | None = None
    "A web address or e-mail address of the end customer; nothing but its domain is kept."
    products: list[DealProductInput]
    "1 to 50 products or families."
    expected_amount: Decimal
    "What it is expected to be worth, at what you pay, without tax."
    currency: CurrencyCode
    "The currency of the amount."
    expected_close_on: date
    "When it is expected to be decided: today or later, within three years."
    supplier_id: strawberry.ID | None = None
    "The distributor from which you would buy: one that has authorised you. It reads the deal then."


@entered
class RegisterDealInput:
    """A deal that a reseller wants protected."""

    vendor_id: strawberry.ID
    "The vendor whose products it is about."
    deal: DealContentInput
    "What is registered."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same deal, for good."


@entered
class UpdateDealInput:
    """A deal under review, entered anew."""

    deal_id: strawberry.ID
    "The deal."
    expected_version: int
    "Its version as you know it; STALE where it changed since."
    deal: DealContentInput
    "What is registered instead. With another customer, other products or another amount it is looked at anew, from now on."


@entered
class ExtendDealInput:
    """A protection that is to last longer."""

    deal_id: strawberry.ID
    "The deal."
    expected_version: int
    "Its version as you know it; STALE where it changed since."
    reason: str
    "Why it takes longer. Up to 2,000 characters."


@entered
class CloseDealInput:
    """A deal that was won or lost."""

    deal_id: strawberry.ID
    "The deal."
    expected_version: int
    "Its version as you know it; STALE where it changed since."
    outcome: DealOutcome
    "How it ended."
    won_amount: Decimal | None = None
    "What it was won for, in the deal's currency; needed where it was won."
    won_on: date | None = None
    "The day on which it was won, while it was protected; today unless given."
    reason: str | None = None
    "Why; needed where it was lost. Up to 2,000 characters."


@entered
class WithdrawDealInput:
    """A deal that its reseller takes back."""

    deal_id: strawberry.ID
    "The deal."
    expected_version: int
    "Its version as you know it; STALE where it changed since."
    reason: str | None = None
    "Why. Up to 2,000 characters."


@entered
class DecideDealInput:
    """A vendor's decision about a deal under review."""

    deal_id: strawberry.ID
    "The deal."
    expected_version: int
    "Its version as you know it; STALE where it changed since."
    approve: bool
    "Whether it is protected."
    reason: str | None = None
    "Why, for the reseller to read; needed where it is rejected. Up to 2,000 characters. Name no other partner in it."
    despite: list[strawberry.ID] | None = None
    "The protected deals in conflict with it, in spite of which it is approved; at most 50."


@entered
class SetDealTermsInput:
    """How long deals are protected, and which are approved without a person."""

    expected_version: int
    "The version of the terms as you know them; 0 where there are none yet."
    days_protected: int
    "For how many days from its approval a deal is protected: 1 to 730."
    extensions: int
    "How often a reseller may extend it: up to 12 times."
    extension_days: int
    "By how many days each time: 1 to 730."
    remind_days: int = 14
    "How many days before its protection ends the reseller is reminded: up to 60."
    approves_up_to: Decimal | None = None
    "Up to which expected amount a deal without conflict is approved without a person; none is unless given."
    currency: CurrencyCode | None = None
    "The currency of that amount; a deal in another waits for a person."
    review_hours: int = 24
    """How many hours after it was entered such a deal is approved: up to 720. All wait as long, so that the time tells
    nobody whether a rival had registered."""
    checks_one_in: int = 5
    """One in so many of them is left to a person by lot, so that being left to a person tells nobody so either: up to 100;
    0: none."""
