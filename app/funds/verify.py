"""Whether funds hold what their entries say, and keep and paid what their requests say.

Read as the worker (`acting_as_worker(vendor_id)`), in one snapshot.
"""

from dataclasses import dataclass
from uuid import UUID

from app.funds.books import queries
from app.store.database import Reader


@dataclass(frozen=True, slots=True)
class Misheld:
    """Something that a fund holds otherwise than it should, in minor units (its entries are counted)."""

    fund_id: UUID
    name: str
    expected: int
    found: int

    def __str__(self) -> str:
        return f"fund {self.fund_id}: {self.name} {self.found} instead of {self.expected}"


async def unlike_funds(session: Reader, vendor_id: UUID) -> list[Misheld]:
    """Everything that funds of a vendor's network hold otherwise than they should; nothing where all is well."""
    return [
        Misheld(row["id"], row["name"], row["expected"], row["found"])
        for row in await queries.otherwise(session, vendor_id)
    ]
