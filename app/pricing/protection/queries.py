"""What is asked of the database about price changes: which took effect, and what lay in stock when they did."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.programme.inventory import ON_HAND
from app.programme.terms import StockStatus
from app.store.database import Reader, Row, Session
from app.tables.queries import BESIDE, covering_days

_STATES = {
    "on_hand": f"s.status IN ({', '.join(repr(each.value) for each in sorted(ON_HAND))})",
    "in_transit": f"s.status = '{StockStatus.IN_TRANSIT.value}'",
}
_TERMS = (
    "(SELECT t.protects, t.look_back_days, t.in_transit, t.minimum_drop, t.writes_up FROM agreement_money_terms t"
    " WHERE t.vendor_id = a.vendor_id AND t.agreement_id = a.id"
    " AND t.effective_from <= b.effective_from ORDER BY t.effective_from DESC LIMIT 1)"
)
CHANGES = (
    "SELECT a.vendor_id, a.id AS agreement_id, a.distributor_id, a.currency, b.product_id, b.effective_from AS effective_on,"
    " p.price AS price_before, b.price AS price_after, t.look_back_days, t.in_transit, t.minimum_drop, t.writes_up"
    " FROM book_price b JOIN book_price p ON p.vendor_id = b.vendor_id AND p.product_id = b.product_id"
    " AND p.currency = b.currency AND p.effective_until = b.effective_from"
    " JOIN agreement a ON a.vendor_id = b.vendor_id AND a.currency = b.currency"
    " AND a.effective_start <= b.effective_from AND a.effective_end > b.effective_from"
    f" CROSS JOIN LATERAL {_TERMS} t WHERE b.vendor_id = $1 AND t.protects"
)


async def change(db: Reader, vendor_id: UUID, agreement_id: UUID, product_id: UUID, on: date) -> Row | None:
    """How the price of a product changed on a day, with what the agreement says of it; None where nothing is agreed."""
    return await db.row(
        f"{CHANGES} AND a.id = $2 AND b.product_id = $3 AND b.effective_from = $4",
        vendor_id,
        agreement_id,
        product_id,
        on,
    )


async def changes(db: Reader, vendor_id: UUID, agreement_id: UUID, products: Sequence[UUID], on: date) -> list[Row]:
    """Of these products those whose price changed on a day, with what the agreement says of it."""
    return await db.rows(
        f"{CHANGES} AND a.id = $2 AND b.product_id = ANY ($3::uuid[]) AND b.effective_from = $4 ORDER BY b.product_id",
        vendor_id,
        agreement_id,
        list(products),
        on,
    )


async def undecided(
    db: Reader, vendor_id: UUID, agreement_id: UUID, products: Sequence[UUID], since: date, until: date, most: int
) -> list[Row]:
    """The price changes of these products up to a day that nobody has decided about: those with a credit (`credit_id`) that
    may still change, and since a day those without one; one more than `most` at most."""
    return await db.rows(
        f"SELECT x.*, c.id AS credit_id FROM ({CHANGES} AND a.id = $2 AND b.product_id = ANY ($3::uuid[])"
        " AND b.effective_from <= $5) x LEFT JOIN stock_credit c ON c.vendor_id = x.vendor_id"
        " AND c.agreement_id = x.agreement_id AND c.product_id = x.product_id AND c.effective_on = x.effective_on"
        " WHERE c.status IN ('OPEN', 'NOTHING_DUE') OR (c.id IS NULL AND x.effective_on >= $4)"
        f" ORDER BY x.effective_on, x.product_id LIMIT {most + 1}",
        vendor_id,
        agreement_id,
        list(products),
        since,
        until,
    )


async def not_looked_at(
    db: Reader, vendor_id: UUID, first: date, until: date, again_before: datetime, most: int
) -> list[Row]:
    """The price changes of some days about which nothing is proposed yet, of what the distributor ever bought; and those of
    which no count told when they were last looked at, before a moment."""
    return await db.rows(
        f"WITH changed AS MATERIALIZED ({CHANGES} AND b.effective_from BETWEEN $2 AND $3), bought AS MATERIALIZED ("
        "SELECT DISTINCT d.distributor_id, d.product_id FROM sell_in_day d WHERE d.vendor_id = $1"
        " AND d.product_id IN (SELECT product_id FROM changed))"
        " SELECT x.* FROM changed x JOIN bought d ON d.distributor_id = x.distributor_id AND d.product_id = x.product_id"
        " LEFT JOIN stock_credit c ON c.vendor_id = x.vendor_id AND c.agreement_id = x.agreement_id"
        " AND c.product_id = x.product_id AND c.effective_on = x.effective_on"
        " WHERE c.id IS NULL OR (c.outcome = 'NOT_COUNTED' AND c.looked_at < $4)"
        " ORDER BY x.agreement_id, x.effective_on, x.product_id LIMIT $5",
        vendor_id,
        first,
        until,
        again_before,
        most,
    )


async def nearest_count(db: Reader, vendor_id: UUID, agreement_id: UUID, product_id: UUID, before: date) -> Row | None:
    """The count of all of a product's stock nearest to the end of a day: of two as near the earlier one."""
    counts = (
        "SELECT i.warehouse, i.status, i.counted_on, i.quantity FROM inventory_count i WHERE i.vendor_id = $1"
        " AND i.agreement_id = $2 AND i.product_id = $3 AND i.superseded IS NULL"
    )
    return await db.row(
        f"SELECT n.counted_on, n.on_hand, n.in_transit FROM {covering_days(counts, apart=_STATES)} n"
        " ORDER BY abs(n.counted_on - $4::date), n.counted_on LIMIT 1",
        vendor_id,
        agreement_id,
        product_id,
        before,
    )


async def counted(db: Reader, vendor_id: UUID, agreement_id: UUID, product_id: UUID, on: date) -> list[Row]:
    """What each warehouse had of a product, by the last count of each state up to a day; nothing of what had none."""
    return await db.rows(
        "SELECT c.warehouse, c.status, c.counted_on, c.submission_id, sum(c.quantity)::bigint AS quantity FROM ("
        "SELECT i.*, max(i.counted_on) OVER (PARTITION BY i.warehouse, i.status) AS latest FROM inventory_count i"
        " WHERE i.vendor_id = $1 AND i.agreement_id = $2 AND i.product_id = $3 AND i.superseded IS NULL"
        " AND i.counted_on <= $4) c WHERE c.counted_on = c.latest AND c.quantity > 0"
        " GROUP BY c.warehouse, c.status, c.counted_on, c.submission_id ORDER BY c.warehouse, c.status, c.submission_id",
        vendor_id,
        agreement_id,
        product_id,
        on,
    )


async def flowed(
    db: Reader, vendor_id: UUID, distributor_id: UUID, product_id: UUID, first: date, last: date
) -> list[Row]:
    """What came and went of a product from one day to another, both included: day, received, sold and moved beside."""
    of = "f.vendor_id = $1 AND f.distributor_id = $2 AND f.product_id = $3 AND f.{0} BETWEEN $4 AND $5"
    return await db.rows(
        "SELECT x.day, sum(x.received)::bigint AS received, sum(x.sold)::bigint AS sold, sum(x.moved)::bigint AS moved"
        f" FROM (SELECT f.day, f.units AS received, 0 AS sold, 0 AS moved FROM sell_in_day f WHERE {of.format('day')}"
        f" UNION ALL SELECT f.day, 0, f.units, 0 FROM sell_through_day f WHERE {of.format('day')}"
        f" UNION ALL SELECT f.moved_on, 0, 0, f.quantity FROM stock_movement f WHERE {of.format('moved_on')}"
        f" AND f.superseded IS NULL AND f.movement IN ({BESIDE})) x GROUP BY x.day ORDER BY x.day",
        vendor_id,
        distributor_id,
        product_id,
        first,
        last,
    )


async def agreement(db: Reader, vendor_id: UUID, id: UUID) -> Row | None:
    """An agreement that the asker sees."""
    return await db.row(
        "SELECT id, distributor_id, currency FROM agreement WHERE vendor_id = $1 AND id = $2", vendor_id, id
    )


async def credit_for(db: Reader, change: Row) -> Row | None:
    """The credit that stands for a price change."""
    return await db.row(
        "SELECT c.* FROM stock_credit c WHERE c.vendor_id = $1 AND c.agreement_id = $2 AND c.product_id = $3"
        " AND c.effective_on = $4",
        change["vendor_id"],
        change["agreement_id"],
        change["product_id"],
        change["effective_on"],
    )


async def vendors(db: Reader) -> list[UUID]:
    """Every network, asked before anybody acts in one."""
    return [row["id"] for row in await db.rows("SELECT id FROM vendor ORDER BY id")]


async def protects(session: Session, vendor_id: UUID) -> bool:
    """Whether any agreement of a network protects prices."""
    found: bool = await session.value(
        "SELECT EXISTS (SELECT FROM agreement_money_terms WHERE vendor_id = $1 AND protects)", vendor_id
    )
    return found
