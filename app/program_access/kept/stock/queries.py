"""What is asked of the database about stock beside its standard. All run as `worker`."""

from datetime import date
from uuid import UUID

from app.programme.inventory import ON_HAND, TRAILING_DAYS
from app.store.database import Reader, Row
from app.tables.queries import book_price_on, covering_days, standards_said, standing_on


async def inventory_standard(db: Reader, vendor_id: UUID, agreement_id: UUID, day: date) -> list[Row]:
    """How much stock there should be by what is agreed for a day: a line for all products, and one for each that differs or
    whose family does; nothing where nothing is agreed."""
    return await db.rows(
        "SELECT s.product_id::text, s.family, s.basis, s.least, s.most"
        f" FROM {standards_said('$1', '$2', '$3::date')} s",
        vendor_id,
        agreement_id,
        day,
    )


_COUNTS = standing_on(
    "inventory_count",
    "i.product_id, i.warehouse, i.status, i.counted_on, i.quantity",
    "i.vendor_id = $1 AND i.agreement_id = $2 AND i.counted_on <= $4",
    "$4::date",
)
_ON_HAND = {"on_hand": f"s.status IN ({', '.join(repr(each.value) for each in sorted(ON_HAND))})"}


async def counted_stock(db: Reader, vendor_id: UUID, agreement_id: UUID, distributor_id: UUID, day: date) -> list[Row]:
    """Each product's newest count up to a day that covers all warehouses, as `stock` shows it: when, what could be sold,
    what the 13 weeks to it had sold net, and the book price of the day in the agreement's currency."""
    newest = covering_days(_COUNTS, apart=_ON_HAND, per=("product_id",))
    return await db.rows(
        "SELECT n.counted_on, n.on_hand, q.id::text AS product_id, q.family, q.introduced_on,"
        f" {book_price_on('$1', 'q.id', 'g.currency', '$4::date')} AS price,"
        " (SELECT coalesce(sum(f.units), 0)::bigint FROM sell_through_day f"
        " WHERE f.vendor_id = $1 AND f.distributor_id = $3 AND f.product_id = n.product_id"
        f" AND f.day > n.counted_on - {TRAILING_DAYS} AND f.day <= n.counted_on) AS demanded"
        f" FROM (SELECT DISTINCT ON (d.product_id) d.product_id, d.counted_on, d.on_hand FROM {newest} d"
        " ORDER BY d.product_id, d.counted_on DESC) n JOIN product q ON q.vendor_id = $1 AND q.id = n.product_id"
        " JOIN agreement g ON g.vendor_id = $1 AND g.id = $2",
        vendor_id,
        agreement_id,
        distributor_id,
        day,
    )
