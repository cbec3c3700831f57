"""Credits for stock as the vendor and the one distributor see them: what each rests on, and where it stands."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, Money, exact, money, quantity
from app.pricing.stock_credits import queries
from app.pricing.stock_credits.inputs import StockCreditFilter
from app.programme.claim_terms import CreditOutcome, ReductionKind, RotationLimit
from app.programme.money import places_of
from app.programme.stock_credits import StockCreditStatus
from app.programme.terms import Level, StockStatus
from app.store.database import Row

values(CreditOutcome)
values(RotationLimit)
values(StockStatus)


class HasKey(Protocol):
    """An agreement."""

    @property
    def key(self) -> Key: ...


@visible("claim:read")
class StockCreditLine:
    """Units of one purchase that cost the same, and what of that is credited."""

    product_key: strawberry.Private[Key]
    purchase_key: strawberry.Private[Key]
    position: int
    "Its place."
    bought_on: date
    "When they were bought."
    quantity: Decimal
    "How many base units are credited, if all is approved."
    approved: Decimal
    "How many are approved."
    refused: Decimal
    "How many were offered beside them and are not taken back."
    refusal: RotationLimit | None
    "Why these are not."
    paid: Money
    "What was paid for a base unit."
    unit_cost: Money
    "What it had come to cost, after earlier credits."
    per_unit: Money
    "What is credited for it; below zero where a rise is charged."

    @classmethod
    def of(cls, row: Row, currency: CurrencyCode) -> "StockCreditLine":
        vendor = row["vendor_id"]
        paid, cost, per_unit = (
            Money(amount=exact(row[name], 6), currency=currency) for name in ("paid", "unit_cost", "per_unit")
        )
        return cls(
            product_key=Key(vendor, row["product_id"]),
            purchase_key=Key(vendor, row["submission_id"], row["place"]),
            position=row["position"],
            bought_on=row["bought_on"],
            quantity=quantity(row["quantity"]),
            approved=quantity(row["approved"]),
            refused=quantity(row["refused"]),
            refusal=None if row["refusal"] is None else RotationLimit(row["refusal"]),
            paid=paid,
            unit_cost=cost,
            per_unit=per_unit,
        )


@visible("claim:read")
class StockCreditCount:
    """What a warehouse had of the product, by its last count of the state."""

    submission_key: strawberry.Private[Key]
    warehouse: str
    "The warehouse."
    status: StockStatus
    "The state of the goods."
    counted_on: date
    "When that was counted."
    quantity: Decimal
    "How many base units."

    @classmethod
    def of(cls, vendor_id: UUID, told: dict[str, object]) -> "StockCreditCount":
        return cls(
            submission_key=Key(vendor_id, UUID(str(told["submission_id"]))),
            warehouse=str(told["warehouse"]),
            status=StockStatus(str(told["status"])),
            counted_on=date.fromisoformat(str(told["counted_on"])),
            quantity=quantity(int(str(told["quantity"]))),
        )


async def lines_of_credits(
    request: Request[Actor],
    parents: "Sequence[StockCredit]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[StockCreditLine]]:
    """What is credited by purchase, the latest purchase first."""
    window = Window.of(queries.BY_POSITION, first=first, after=after, last=last, before=before)
    currency = {parent.key.id: parent.currency for parent in parents}

    def line(row: Row) -> StockCreditLine:
        return StockCreditLine.of(row, currency[row["stock_credit_id"]])

    return await pages(request, [parent.key for parent in parents], queries.LINES_OF_CREDIT, window, selection, line)


@visible("claim:read")
class StockCredit(Node):
    """What a vendor credits a distributor for stock: because a price dropped, or because it sends some back."""

    key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key]
    distributor_key: strawberry.Private[Key]
    product_key: strawberry.Private[Key | None]
    kind: ReductionKind
    "Price protection or stock rotation."
    status: StockCreditStatus
    "Where it stands."
    revision: int
    "How often it was reckoned; acts on it name this."
    outcome: CreditOutcome | None
    "What the price change comes to, or why to nothing; null for rotation."
    currency: CurrencyCode
    "Its currency."
    effective_on: date
    "The first day of the new price; for rotation the day on which it was asked for."
    price_before: Money | None
    "The wholesale price until then; null for rotation."
    price_after: Money | None
    "The new one; null for rotation."
    counted_on: date | None
    "The day of the count from which what was on hand is reckoned; null for rotation, and where there is none."
    counted: Decimal | None
    "How many base units it found on hand, good or promised."
    in_transit: Decimal | None
    "How many more it found on their way."
    received: Decimal | None
    "What was bought net on the days between the count and the new price."
    sold: Decimal | None
    "What was sold net on them."
    moved: Decimal | None
    "What else came on them, less what else left."
    on_hand: Decimal | None
    "How many were on hand when the day of the new price began."
    counts: list[StockCreditCount]
    "What the count found, by warehouse and state."
    quarter: DateRange | None
    "The quarter of the allowance; null for price protection."
    allowance: Money | None
    "What may go back in the quarter, at net cost."
    used_before: Money | None
    "What other requests used of it."
    order_number: str | None
    "The offsetting order."
    order_amount: Money | None
    "What it comes to."
    units: Decimal
    "How many base units are credited, if all is approved."
    amount: Money
    "What is credited, if all is approved; below zero where a rise is charged."
    approved_units: Decimal | None
    "How many are approved; null until it is decided."
    approved_amount: Money | None
    "What is approved; null until it is decided."
    steps: list[str]
    "How it was reckoned."
    reason: str | None
    "What was said with the last act that said something."
    filed_at: datetime
    "When it was proposed or asked for."
    decided_at: datetime | None
    "When the vendor decided."
    accepted_at: datetime | None
    "When the distributor accepted that."
    credited_at: datetime | None
    "When it was credited."
    credit_number: str | None
    "The number of the credit memo."
    lines = edge(lines_of_credits)

    @classmethod
    def of(cls, row: Row) -> "StockCredit":
        key, currency = Key(row["vendor_id"], row["id"]), CurrencyCode(row["currency"])
        product, start = row["product_id"], row["period_start"]
        outcome = row["outcome"]
        return cls(
            id=strawberry.ID(global_id("StockCredit", key)),
            key=key,
            agreement_key=Key(key.vendor_id, row["agreement_id"]),
            distributor_key=Key(key.vendor_id, row["distributor_id"]),
            product_key=None if product is None else Key(key.vendor_id, product),
            kind=ReductionKind(row["kind"]),
            status=StockCreditStatus(row["status"]),
            revision=row["revision"],
            outcome=None if outcome is None else CreditOutcome(outcome),
            currency=currency,
            effective_on=row["effective_on"],
            price_before=money(row["price_before"], currency),
            price_after=money(row["price_after"], currency),
            counted_on=row["counted_on"],
            counted=_units(row["counted"]),
            in_transit=_units(row["in_transit"]),
            received=_units(row["received"]),
            sold=_units(row["sold"]),
            moved=_units(row["moved"]),
            on_hand=_units(row["on_hand"]),
            counts=[StockCreditCount.of(key.vendor_id, each) for each in row["counts"] or ()],
            quarter=None if start is None else DateRange(start=start, end=row["period_end"]),
            allowance=money(row["allowance"], currency),
            used_before=money(row["used_before"], currency),
            order_number=row["order_number"],
            order_amount=money(row["order_amount"], currency),
            units=quantity(row["units"]),
            amount=_paid(row["amount_minor"], currency),
            approved_units=_units(row["approved_units"]),
            approved_amount=None if row["approved_minor"] is None else _paid(row["approved_minor"], currency),
            steps=list(row["steps"]),
            reason=row["reason"],
            filed_at=row["filed_at"],
            decided_at=row["decided_at"],
            accepted_at=row["accepted_at"],
            credited_at=row["credited_at"],
            credit_number=row["credit_number"],
        )


def _units(milli: int | None) -> Decimal | None:
    return None if milli is None else quantity(milli)


def _paid(minor: int, currency: CurrencyCode) -> Money:
    return Money(amount=exact(minor, places_of(currency)), currency=currency)


async def credits_of_agreement(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: StockCreditFilter | None = None,
) -> list[Connection[StockCredit]]:
    """Credits for stock under this agreement, price protection and rotation, the newest first."""
    given = filter or StockCreditFilter()
    kind = None if given.kind is None else given.kind.value
    which = queries.Which(kind, None if given.status is None else given.status.value)
    of = (which.kind, which.status)
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=of)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.CREDITS_OF_AGREEMENT, window, selection, StockCredit.of, of)


async def stock_credits_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[StockCredit | None]:
    """Credits of the asking vendor, or of the asking distributor."""
    found: list[StockCredit | None] = [None] * len(keys)
    if request.actor.level is Level.RESELLER:
        return found
    for row in await queries.credits(await request.reader(), keys):
        found[row["ordinal"] - 1] = StockCredit.of(row)
    return found
