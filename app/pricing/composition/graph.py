"""Units and kits, as partners see them on a product, and what a vendor enters to set them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import entered, visible
from app.execution.edges import Selection, reference
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import quantity
from app.pricing.composition import actions, queries
from app.pricing.graph import OpenDateRange, Product, products_by_key
from app.store.database import Row


@visible("product:read")
class ProductUnit:
    """A unit in which a product may be reported beside its base unit."""

    unit: str
    "Its name as reports write it, such as CS."
    factor: Decimal
    "How many base units make one."

    @classmethod
    def of(cls, row: Row) -> "ProductUnit":
        return cls(unit=row["unit"], factor=quantity(row["factor"]))


@visible("product:read")
class KitComponent:
    """A product that a kit is made of."""

    product_key: strawberry.Private[Key]
    quantity: Decimal
    "How many base units of it make one kit."
    effective: OpenDateRange
    "From when until when the kit is made up so."
    product = reference(
        products_by_key,
        Product | None,
        key=lambda component: component.product_key,
        description="The product.",
    )

    @classmethod
    def of(cls, row: Row) -> "KitComponent":
        return cls(
            product_key=Key(row["vendor_id"], row["product_id"]),
            quantity=quantity(row["quantity"]),
            effective=OpenDateRange(start=row["effective_from"], end=row["effective_until"]),
        )


MadeOnDate = Annotated[date | None, strawberry.argument(description="On which day; today (UTC) unless given.")]


async def units_of_product(
    request: Request[Actor], parents: Sequence[Product], selection: Selection
) -> list[list[ProductUnit]]:
    """The units in which it may be reported beside its base unit, by name; at most 50."""
    found: list[list[ProductUnit]] = [[] for _ in parents]
    for row in await queries.units_of_products(await request.reader(), [parent.key for parent in parents]):
        found[row["ordinal"] - 1].append(ProductUnit.of(row))
    return found


async def components_of_product(
    request: Request[Actor], parents: Sequence[Product], selection: Selection, on_date: MadeOnDate = None
) -> list[list[KitComponent]]:
    """What it is made of on a day, in the order entered; at most 100, none where it is no kit. A sale of a kit counts as
    sales of these."""
    day = on_date or datetime.now(UTC).date()
    found: list[list[KitComponent]] = [[] for _ in parents]
    for row in await queries.components_of_products(await request.reader(), [parent.key for parent in parents], day):
        found[row["ordinal"] - 1].append(KitComponent.of(row))
    return found


@entered
class ProductUnitInput:
    """A unit of a product."""

    unit: str
    "Its name as reports write it, such as CS, other than the base unit's; up to 200 characters."
    factor: Decimal
    "How many base units make one: more than zero, with at most three decimals."


@entered
class SetProductUnitsInput:
    """Units of a product, all of them or none."""

    product_id: strawberry.ID
    "The product."
    units: list[ProductUnitInput]
    "The units that are new or change; the others stay. A product has at most 50."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same answer, for good."


@visible("product:read")
class SetProductUnitsPayload:
    """The product whose units were set, or why they were not."""

    product: Product | None
    "The product; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@entered
class KitComponentInput:
    """A component of a kit."""

    product_id: strawberry.ID
    "A product that is no kit itself."
    quantity: Decimal
    "How many base units of it make one kit: more than zero, with at most three decimals."


@entered
class SetBillOfMaterialInput:
    """What a product is made of from a day on."""

    product_id: strawberry.ID
    "The kit."
    effective_from: date
    "The first day on which it is made up so: after all its lines that were counted. What it was made of before ends there."
    components: list[KitComponentInput]
    "Its components, at most 100, each product once. Empty: from that day on it is no kit any more."
    idempotency_key: str
    "Chosen by you: the same key with the same input gives the same answer, for good."


@visible("product:read")
class SetBillOfMaterialPayload:
    """The kit whose components were set, or why they were not."""

    product: Product | None
    "The kit; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class CompositionMutation:
    """What a vendor says of how its products are packed."""

    @mutation(Permission.PRODUCT_MANAGE)
    async def set_product_units(self, info: strawberry.Info, input: SetProductUnitsInput) -> SetProductUnitsPayload:
        """Say in which units a product may be reported, and how many base units make one. Held rows that waited for one of
        them count at once, in the background. A factor that lines were counted with stays."""
        request: Request[Actor] = info.context
        given = [actions.UnitFactor(each.unit, each.factor) for each in input.units]
        key = await actions.set_product_units(request, input.product_id, given, input.idempotency_key)
        return SetProductUnitsPayload(product=await _one(request, key), user_errors=[])

    @mutation(Permission.PRODUCT_MANAGE)
    async def set_bill_of_material(
        self, info: strawberry.Info, input: SetBillOfMaterialInput
    ) -> SetBillOfMaterialPayload:
        """Say of which products a kit is made from a day on. Lines that were counted stay as they are."""
        request: Request[Actor] = info.context
        given = [actions.Part(each.product_id, each.quantity) for each in input.components]
        key = await actions.set_bill_of_material(
            request, input.product_id, input.effective_from, given, input.idempotency_key
        )
        return SetBillOfMaterialPayload(product=await _one(request, key), user_errors=[])


async def _one(request: Request[Actor], key: Key) -> Product | None:
    [found] = await products_by_key(request, [key])
    return found
