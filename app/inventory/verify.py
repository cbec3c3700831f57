"""Whether the stock positions that are kept ready are what the facts say.

Read as the worker (`acting_as_worker(vendor_id)`), in one snapshot.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.inventory.keeping import queries
from app.store.database import Reader


@dataclass(frozen=True, slots=True)
class Miskept:
    """A position of which something else is kept than the counts, sales and movements say."""

    distributor_id: UUID
    product_id: UUID
    day: date

    def __str__(self) -> str:
        return f"stock_position: distributor {self.distributor_id}, product {self.product_id}, {self.day}: not as facts say"


async def unlike_positions(db: Reader, vendor_id: UUID) -> list[Miskept]:
    """Every position of a vendor's network that is kept, and read, otherwise than its facts say; none where all is well."""
    found = []
    for place in await queries.kept_places(db, vendor_id):
        products = {row["product_id"] for row in await queries.unlike(db, vendor_id, place)}
        found += [Miskept(place.distributor_id, product, place.day) for product in sorted(products)]
    return found
