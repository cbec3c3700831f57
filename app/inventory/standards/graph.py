"""How much stock there should be under an agreement, as both of its sides read it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Protocol

import strawberry

from app.access.actor import Actor
from app.execution.connections import by_parent
from app.execution.described import values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import exact
from app.inventory.standards import queries
from app.programme.terms import StandardBasis
from app.store.database import Row

values(StandardBasis)
PLACES = {StandardBasis.WEEKS: 2, StandardBasis.UNITS: 3, StandardBasis.VALUE: 6}
"The decimal places in which each is kept."


class HasKey(Protocol):
    """An agreement."""

    @property
    def key(self) -> Key: ...


@visible("agreement:read")
class InventoryStandardLine:
    """How much there should be of each product; of all products where neither a family nor a product is named."""

    product_key: strawberry.Private[Key | None]
    product_family: str | None
    "Of the products of which family."
    basis: StandardBasis | None
    "In what it is said; null where nothing is asked."
    minimum: Decimal | None
    "At least so many weeks, base units, or so much value in the agreement's currency; with it is within."
    maximum: Decimal | None
    "At most so much; with it is within."

    @classmethod
    def of(cls, row: Row) -> "InventoryStandardLine":
        """A line of what is said."""
        basis = StandardBasis(row["basis"]) if row["basis"] else None
        places = PLACES[basis] if basis is not None else 0
        return cls(
            product_key=Key(row["vendor_id"], row["product_id"]) if row["product_id"] else None,
            product_family=row["family"],
            basis=basis,
            minimum=None if basis is None else exact(row["least"], places),
            maximum=None if basis is None else exact(row["most"], places),
        )


@visible("agreement:read")
class InventoryStandard:
    """How much stock a distributor should hold of each product. A product's own line goes before that of its family, and
    that before the one of all products."""

    effective_from: date
    "The day from which it holds, until that of the next."
    lines: list[InventoryStandardLine]
    "What is said: of all products first, then of families and of single products; 501 at most."


async def standard_of_agreements(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    on_date: Annotated[
        date | None, strawberry.argument(description="As it holds on which day; today (UTC) unless said.")
    ] = None,
) -> list[InventoryStandard | None]:
    """How much stock there should be, by which `stock`, `inventory`, gates of kind STOCK_IN_BAND and alerts judge it; null
    where nothing was agreed by then."""
    day = on_date or datetime.now(UTC).date()
    keys = [parent.key for parent in parents]
    return await standards_by_key(request, keys, day)


async def standards_by_key(request: Request[Actor], keys: Sequence[Key], day: date) -> list[InventoryStandard | None]:
    """What agreements say of stock on a day, in their order."""
    rows = await queries.standards_on(await request.reader(), keys, [day] * len(keys))
    return [_standard(own) for own in by_parent(rows, len(keys))]


def _standard(rows: Sequence[Any]) -> InventoryStandard | None:
    if not rows:
        return None
    return InventoryStandard(
        effective_from=rows[0]["effective_from"], lines=[InventoryStandardLine.of(r) for r in rows]
    )
