"""What is asked of the database about the deal that a special price is granted for."""

from collections.abc import Sequence
from uuid import UUID

from app.execution.identifiers import Key
from app.store.database import Row, Session


async def deal(session: Session, key: Key) -> Row | None:
    """What of a deal a special price has to fit, as far as its vendor may read it."""
    return await session.row(
        "SELECT d.id, d.status, d.reseller_id, d.disclosed_distributor_id, c.name_hash, ARRAY(SELECT p.family FROM"
        " deal_product p WHERE p.vendor_id = d.vendor_id AND p.deal_id = d.id AND p.content = d.content) AS families"
        " FROM deal d JOIN deal_customer c ON c.vendor_id = d.vendor_id AND c.id = d.customer_id"
        " WHERE d.vendor_id = $1 AND d.id = $2",
        key.vendor_id,
        key.id,
    )


async def families(session: Session, vendor_id: UUID, product_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The family of each of these products."""
    rows = await session.rows(
        "SELECT id, family FROM product WHERE vendor_id = $1 AND id = ANY ($2::uuid[])", vendor_id, list(product_ids)
    )
    return {row["id"]: row["family"] for row in rows}
