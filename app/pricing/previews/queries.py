"""What is asked about claims when something is tried out, as `worker` within one vendor's network; and what was found."""

from collections.abc import Sequence
from uuid import UUID

from app.execution.listings.queries import List
from app.store.database import Reader, Row

EFFECTS = List(
    "submission_claim_effect e WHERE e.vendor_id = k.vendor_id AND e.submission_id = k.id",
    "e.vendor_id, e.position, e.kind, e.special_price_id, e.product_id, e.day, e.currency, e.units_before, e.units_after,"
    " e.amount_before, e.amount_after",
)
"What previews would change of claims, as far as the asker may know it."


async def taken_back(db: Reader, vendor_id: UUID, agreement_id: UUID, products: Sequence[UUID]) -> list[Row]:
    """What has been taken back of debits under an agreement, by special price, product and currency: units and minor units
    below zero."""
    return await db.rows(
        "SELECT c.special_price_id, l.product_id, c.currency, sum(l.approved)::bigint AS units,"
        " sum(l.amount_minor)::bigint AS amount_minor FROM debit_claim c JOIN debit_claim_line l"
        " ON l.vendor_id = c.vendor_id AND l.claim_id = c.id WHERE c.vendor_id = $1 AND c.agreement_id = $2"
        " AND c.adjusts_id IS NOT NULL AND l.product_id = ANY ($3::uuid[]) GROUP BY 1, 2, 3",
        vendor_id,
        agreement_id,
        list(products),
    )


async def special_prices_of(db: Reader, vendor_id: UUID, agreement_id: UUID, products: Sequence[UUID]) -> list[UUID]:
    """The special prices under an agreement that are for any of these products."""
    rows = await db.rows(
        "SELECT s.id FROM special_price s WHERE s.vendor_id = $1 AND s.agreement_id = $2 AND EXISTS (SELECT"
        " FROM special_price_product p WHERE p.vendor_id = s.vendor_id AND p.special_price_id = s.id"
        " AND p.product_id = ANY ($3::uuid[])) ORDER BY s.id",
        vendor_id,
        agreement_id,
        list(products),
    )
    return [row["id"] for row in rows]


async def agreement(db: Reader, vendor_id: UUID, agreement_id: UUID) -> Row | None:
    """What of an agreement claims ask for."""
    return await db.row(
        "SELECT id, distributor_id, currency, time_zone FROM agreement WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        agreement_id,
    )
