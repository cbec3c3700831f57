"""The purchases of an agreement as they stand, and the credits that lowered what their units cost."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS
from app.store.database import Reader, Row

_TIMES = (
    "(SELECT count(*) FROM sell_in_line e WHERE e.vendor_id = f.vendor_id AND e.submission_id = f.submission_id"
    " AND e.row_number = f.row_number AND e.component = f.component AND e.recorded < f.recorded)"
)


_PURCHASE = (
    "f.product_id, f.submission_id, f.row_number, f.component, f.sold_on, f.quantity, f.unit_price,"
    " f.document_kind || '/' || f.document_number || '/' || f.document_line || '/' || f.component AS name,"
    f" {_TIMES} AS times"
)
_STANDS = "f.component >= 0 AND f.replaced IS NULL AND f.superseded IS NULL"
_IN_ORDER = "f.sold_on, f.recorded, f.submission_id, f.row_number, f.component"


async def purchases(
    db: Reader,
    vendor_id: UUID,
    agreement_id: UUID,
    distributor_id: UUID,
    currency: str,
    products: Sequence[UUID],
) -> list[Row]:
    """What was bought of these products under an agreement in its currency, and what went back, as it stands."""
    return await db.rows(
        f"SELECT {_PURCHASE} FROM sell_in_line f WHERE f.vendor_id = $1 AND f.distributor_id = $3"
        f" AND f.agreement_id = $2 AND f.currency = $4 AND f.product_id = ANY ($5::uuid[]) AND {_STANDS}"
        f" ORDER BY {_IN_ORDER}",
        vendor_id,
        agreement_id,
        distributor_id,
        currency,
        list(products),
    )


async def decided(
    db: Reader, vendor_id: UUID, agreement_id: UUID, products: Sequence[UUID], but: UUID | None = None
) -> list[Row]:
    """What approved credits lowered, in the order in which they were decided, of all of an agreement's but one."""
    return await db.rows(
        "SELECT l.product_id, l.purchase, l.stock_credit_id, c.kind, c.effective_on, l.approved AS quantity, l.per_unit"
        " FROM stock_credit_line l JOIN stock_credit c ON c.vendor_id = l.vendor_id AND c.id = l.stock_credit_id"
        " WHERE l.vendor_id = $1 AND l.agreement_id = $2 AND l.product_id = ANY ($3::uuid[])"
        " AND c.status IN ('APPROVED', 'CREDITED', 'DISPUTED') AND l.approved > 0 AND c.id IS DISTINCT FROM $4"
        " ORDER BY c.decided_at, c.id, l.position",
        vendor_id,
        agreement_id,
        list(products),
        but,
    )


async def pending(
    db: Reader, vendor_id: UUID, agreement_id: UUID, products: Sequence[UUID], before: date, kind: str, id: UUID
) -> list[Row]:
    """What credits would lower that wait for a decision and come before one of this day, kind and id, in their turn."""
    return await db.rows(
        "SELECT l.product_id, l.purchase, l.stock_credit_id, c.kind, c.effective_on, l.quantity, l.per_unit"
        " FROM stock_credit_line l JOIN stock_credit c ON c.vendor_id = l.vendor_id AND c.id = l.stock_credit_id"
        " WHERE l.vendor_id = $1 AND l.agreement_id = $2 AND l.product_id = ANY ($3::uuid[])"
        " AND c.status IN ('OPEN', 'DISPUTED') AND l.quantity > 0"
        " AND (c.effective_on, c.kind, c.id) < ($4::date, $5::text, $6::uuid)"
        " ORDER BY c.effective_on, c.kind, c.id, l.position",
        vendor_id,
        agreement_id,
        list(products),
        before,
        kind,
        id,
    )


async def purchases_until(db: Reader, agreements: Sequence[Key], product_id: UUID, until: date) -> list[Row]:
    """What was bought of a product under each agreement in its currency up to a day, and what went back."""
    return await db.rows(
        f"SELECT k.ordinal, a.currency, {_PURCHASE} FROM {KEYS} JOIN agreement a ON a.vendor_id = k.vendor_id"
        " AND a.id = k.id JOIN sell_in_line f ON f.vendor_id = a.vendor_id AND f.distributor_id = a.distributor_id"
        " AND f.agreement_id = a.id AND f.currency = a.currency WHERE f.vendor_id = ANY ($1::uuid[])"
        f" AND f.product_id = $3 AND f.sold_on <= $4 AND {_STANDS} ORDER BY k.ordinal, {_IN_ORDER}",
        [key.vendor_id for key in agreements],
        [key.id for key in agreements],
        product_id,
        until,
    )


async def decided_until(db: Reader, agreements: Sequence[Key], product_id: UUID, until: date) -> list[Row]:
    """What approved credits lowered under each agreement that took effect up to a day, as they were decided."""
    return await db.rows(
        "SELECT k.ordinal, l.product_id, l.purchase, l.stock_credit_id, c.kind, c.effective_on, l.approved AS quantity,"
        f" l.per_unit FROM {KEYS} JOIN stock_credit c ON c.vendor_id = k.vendor_id AND c.agreement_id = k.id"
        " JOIN stock_credit_line l ON l.vendor_id = c.vendor_id AND l.stock_credit_id = c.id"
        " WHERE c.vendor_id = ANY ($1::uuid[]) AND l.product_id = $3 AND c.effective_on <= $4"
        " AND c.status IN ('APPROVED', 'CREDITED', 'DISPUTED') AND l.approved > 0"
        " ORDER BY k.ordinal, c.decided_at, c.id, l.position",
        [key.vendor_id for key in agreements],
        [key.id for key in agreements],
        product_id,
        until,
    )
