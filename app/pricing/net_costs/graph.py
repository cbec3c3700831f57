"""What a unit costs a distributor net, as both sides see it: what was paid, what lowered it in turn, and what is left."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Protocol
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import by_parent
from app.execution.described import values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key, key_of
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, Money, exact, quantity
from app.pricing.net_costs import queries
from app.pricing.net_costs.layers import Stock, stock_of
from app.programme.claim_terms import ReductionKind
from app.programme.purchase_layers import Layer

values(ReductionKind)


class HasKey(Protocol):
    """An agreement."""

    @property
    def key(self) -> Key: ...


@visible("claim:read")
class NetCostStep:
    """Something that lowered what a unit costs, or raised it where a rise was charged."""

    credit_key: strawberry.Private[Key]
    kind: ReductionKind
    "What it was."
    effective_on: date
    "From which day."
    before: Money
    "What the unit cost before."
    per_unit: Money
    "By how much that was lowered; below zero where it was raised."
    after: Money
    "What was left."


@visible("claim:read")
class NetCost:
    """What a unit costs a distributor net."""

    purchase_key: strawberry.Private[Key]
    bought_on: date
    "When it was bought."
    quantity: Decimal
    "How many base units of the purchase cost the same."
    paid: Money
    "What was paid for a base unit."
    reductions: list[NetCostStep]
    "What lowered that, in turn: each is reckoned on what the one before it left."
    left: Money
    "What is left."


ProductId = Annotated[strawberry.ID, strawberry.argument(description="The product.")]
OnDay = Annotated[date | None, strawberry.argument(description="As of which day; today (UTC) unless given.")]


async def net_cost_of_agreement(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    product_id: ProductId,
    on_day: OnDay = None,
) -> list[NetCost | None]:
    """What the unit of a product costs that was bought last, up to a day, and did not go back, after the credits of price
    protection that had taken effect; null where none was bought. What a special price lowers stands at the sale."""
    db, day, product = await request.reader(), on_day or datetime.now(UTC).date(), key_of("Product", product_id)
    found: list[NetCost | None] = [None] * len(parents)
    if product is None:
        return found
    keys = [parent.key for parent in parents]
    bought = by_parent(await queries.purchases_until(db, keys, product.id, day), len(keys))
    lowered = by_parent(await queries.decided_until(db, keys, product.id, day), len(keys))
    for place, key in enumerate(keys):
        stock = stock_of([product.id], bought[place], lowered[place])[product.id]
        if stock.layers and key.vendor_id == product.vendor_id:
            found[place] = _net_cost(key.vendor_id, stock, stock.layers[-1], bought[place][0]["currency"])
    return found


def _net_cost(vendor_id: UUID, stock: Stock, layer: Layer, currency: CurrencyCode) -> NetCost:
    steps, left = [], layer.purchase.price
    for each in layer.lowered:
        before, left = left, left - each.per_unit
        steps.append(
            NetCostStep(
                credit_key=Key(vendor_id, UUID(each.cause)),
                kind=each.kind,
                effective_on=each.on,
                before=_money(before, currency),
                per_unit=_money(each.per_unit, currency),
                after=_money(left, currency),
            )
        )
    return NetCost(
        purchase_key=Key(vendor_id, *stock.place(layer.purchase.name)),
        bought_on=layer.purchase.on,
        quantity=quantity(layer.quantity),
        paid=_money(layer.purchase.price, currency),
        reductions=steps,
        left=_money(left, currency),
    )


def _money(micros: int, currency: CurrencyCode) -> Money:
    return Money(amount=exact(micros, 6), currency=currency)
