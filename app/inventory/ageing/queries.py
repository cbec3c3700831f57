"""What is asked of the counts of stock before the newest: how stock stood at each of them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.inventory.standing.queries import ON_HAND_NOW
from app.programme.inventory import TRAILING_DAYS
from app.store.database import Reader, Row
from app.tables.queries import book_price_on, covering_days, standards_said, standing_on


async def history_of(db: Reader, keys: Sequence[tuple[UUID, UUID, UUID, UUID]], day: date) -> list[Row]:
    """Every count up to a day that covers a product of a distributor, by the ordinal of its key (vendor, distributor,
    product, agreement) and day: what was on hand, what the 13 weeks to it had sold, what was agreed on that day, and the
    price of that day."""
    of = "i.vendor_id = k.vendor_id AND i.distributor_id = k.distributor_id AND i.product_id = k.product_id"
    counts = standing_on(
        "inventory_count", "i.warehouse, i.status, i.counted_on, i.quantity", f"{of} AND i.counted_on <= $5", "$5"
    )
    price = book_price_on("k.vendor_id", "k.product_id", "g.currency", "c.counted_on")
    said = standards_said("k.vendor_id", "k.agreement_id", "c.counted_on")
    return await db.rows(
        "SELECT k.ordinal, c.counted_on, c.on_hand, q.introduced_on, d.sold AS demanded, t.basis, t.least, t.most,"
        f" {price} AS price"
        " FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) WITH ORDINALITY"
        " AS k (vendor_id, distributor_id, product_id, agreement_id, ordinal)"
        " JOIN product q ON q.vendor_id = k.vendor_id AND q.id = k.product_id"
        " JOIN agreement g ON g.vendor_id = k.vendor_id AND g.id = k.agreement_id"
        f" CROSS JOIN LATERAL {covering_days(counts, apart={'on_hand': ON_HAND_NOW})} c"
        " CROSS JOIN LATERAL (SELECT coalesce(sum(f.units), 0)::bigint AS sold FROM sell_through_day f"
        " WHERE f.vendor_id = k.vendor_id AND f.distributor_id = k.distributor_id AND f.product_id = k.product_id"
        f" AND f.day > c.counted_on - {TRAILING_DAYS} AND f.day <= c.counted_on) d"
        f" LEFT JOIN LATERAL (SELECT s.basis, s.least, s.most FROM {said} s WHERE s.product_id = k.product_id"
        " OR (s.product_id IS NULL AND coalesce(s.family = q.family, true))"
        " ORDER BY s.product_id IS NULL, s.family IS NULL LIMIT 1) t ON true"
        " ORDER BY k.ordinal, c.counted_on",
        *(list(column) for column in zip(*keys, strict=True)),
        day,
    )
