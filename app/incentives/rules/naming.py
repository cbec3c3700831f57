"""Whether what a rule names is there: the products, families and segments of the vendor whose rule it is."""

from uuid import UUID

from app.access.actor import Actor
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.incentives import queries
from app.incentives.rules.inputs import Entered
from app.segments.asking import may_divide
from app.store.database import Reader


async def check_named(db: Reader, check: Checks, actor: Actor, vendor_id: UUID, read: Entered) -> None:
    """Add a problem for everything that the rule names and the vendor does not have. Raises FORBIDDEN for whoever names a
    segment and may read none."""
    products = await queries.known_products(db, vendor_id, [*read.products])
    for id, path in read.products.items():
        if id not in products:
            check.not_found("product", *path)
    families = await queries.known_families(db, vendor_id, [*read.families])
    for family, path in read.families.items():
        if family not in families:
            check.add(UserErrorCode.NOT_FOUND, f"You have no product of the family {family[:50]!r}.", *path)
    if read.segments:
        may_divide(actor)
        segments = await queries.known_segments(db, vendor_id, [*read.segments])
        for id, path in read.segments.items():
            if id not in segments:
                check.not_found("segment", *path)
