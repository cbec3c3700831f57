"""What is asked of stock over all warehouses of a distributor: what was counted, and what came and went since.

Sales name no warehouse, so stock is rolled forward product by product, and only from days whose counts cover it: every
warehouse in which some lay, by its last count, was counted that day. A state that a count does not name stands as it was
last counted there, as it does in `inventory`. Quantities are 10⁻³ base units. Row-level security cuts every answer.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.programme.inventory import ON_HAND, TRAILING_DAYS
from app.programme.terms import StockStatus
from app.store.database import Reader, Row
from app.tables.queries import BESIDE, book_price_on, covering_days, standard_of, standing_on

PRODUCT_ORDER = Order((SortKey("q.sku", "sku", str, "text"),))
APART = {
    "in_transit": StockStatus.IN_TRANSIT,
    "returned": StockStatus.RETURNED,
    "defective": StockStatus.DEFECTIVE,
    "blocked": StockStatus.BLOCKED,
}
"The states that are told apart from what is on hand, by the name of their column."
_STATES = {
    "on_hand": f"s.status IN ({', '.join(repr(each.value) for each in sorted(ON_HAND))})",
    **{name: f"s.status = '{status}'" for name, status in APART.items()},
}


def flows(vendor: str, distributor: str, product: str, after: str, until: str, on: str = "'infinity'::date") -> str:
    """What came and went of a product in the days after one and up to another, as SQL: day, received, sold, moved; of stock
    that moved, what counts in the figures of a day."""

    def days(name: str) -> str:
        return f"f.{name} > {after} AND f.{name} <= {until}"

    of = f"f.vendor_id = {vendor} AND f.distributor_id = {distributor} AND f.product_id = {product}"
    of_stock = f"{of} AND {days('moved_on')} AND f.movement IN ({BESIDE})".replace("f.", "i.")
    moved = standing_on("stock_movement", "i.moved_on, 0, 0, i.quantity", of_stock, on)
    return f"""(
        SELECT f.day, f.units AS received, 0::bigint AS sold, 0::bigint AS moved FROM sell_in_day f
        WHERE {of} AND {days("day")}
        UNION ALL SELECT f.day, 0, f.units, 0 FROM sell_through_day f WHERE {of} AND {days("day")}
        UNION ALL {moved}
    )"""


_AGREEMENTS = (
    "unnest($1::uuid[], $2::uuid[], $3::date[]) WITH ORDINALITY AS p (vendor_id, id, day, ordinal)"
    " JOIN agreement a ON a.vendor_id = p.vendor_id AND a.id = p.id"
)
_OF_PRODUCT = "i.vendor_id = p.vendor_id AND i.agreement_id = p.id AND i.product_id = q.id AND i.counted_on <= p.day"
_COUNTED_PRODUCTS = f"""product q WHERE q.vendor_id = p.vendor_id
    AND EXISTS ({standing_on("inventory_count", "1", _OF_PRODUCT, "p.day")})
    AND ($4::uuid[] IS NULL OR q.id = ANY ($4)) AND ($5::text[] IS NULL OR q.family = ANY ($5))"""
_COUNTS = standing_on("inventory_count", "i.warehouse, i.status, i.counted_on, i.quantity", _OF_PRODUCT, "p.day")
_NEWEST = ", ".join(f"max(n.{name}) FILTER (WHERE n.nth = 1) AS {name}" for name in ("counted_on", "units", *_STATES))
_FLOWS = ("received", "sold", "moved")
_OF_THE_COUNT = ", ".join(
    f"coalesce(sum(x.{name}) FILTER (WHERE x.day > n.before_on AND x.day <= n.counted_on), 0)::bigint AS {name}_before"
    for name in _FLOWS
)
_SINCE = ", ".join(
    f"coalesce(sum(x.{name}) FILTER (WHERE x.day > n.counted_on), 0)::bigint AS {name}" for name in _FLOWS
)
_DEMAND = (
    f"coalesce(sum(x.sold) FILTER (WHERE x.day > n.counted_on - {TRAILING_DAYS} AND x.day <= n.counted_on), 0)::bigint"
)


async def stock_of(
    db: Reader,
    agreements: Sequence[Key],
    days: Sequence[date],
    window: Window,
    products: list[UUID] | None,
    families: list[str] | None,
) -> list[Row]:
    """A page of each agreement's counted products at the end of a day: the newest count that covers all of a product and
    the one before it, with what came and went between them and since, and what was sold in the 13 weeks to the newest."""
    arguments: list[object] = _asked(agreements, days, products, families)
    earliest = f"least(coalesce(n.before_on, n.counted_on), n.counted_on - {TRAILING_DAYS})"
    return await db.rows(
        f"""
SELECT p.ordinal, p.day AS until, q.vendor_id, q.product_id, q.sku, q.introduced_on, n.*, x.*, t.*,
    {book_price_on("p.vendor_id", "q.product_id", "a.currency", "p.day")} AS price
FROM {_AGREEMENTS}
CROSS JOIN LATERAL (
    SELECT q.vendor_id, q.id AS product_id, q.id, q.sku, q.family, q.introduced_on
    FROM {_COUNTED_PRODUCTS}{window.sql(arguments)}
) q
CROSS JOIN LATERAL (
    SELECT {_NEWEST}, max(n.counted_on) FILTER (WHERE n.nth = 2) AS before_on,
        max(n.units) FILTER (WHERE n.nth = 2) AS before_units
    FROM (SELECT d.*, row_number() OVER (ORDER BY d.counted_on DESC) AS nth FROM {covering_days(_COUNTS, apart=_STATES)} d) n
    WHERE n.nth <= 2
) n
CROSS JOIN LATERAL (
    SELECT {_OF_THE_COUNT}, {_SINCE}, {_DEMAND} AS demanded
    FROM {flows("p.vendor_id", "a.distributor_id", "q.product_id", earliest, "p.day", "p.day")} x
) x
LEFT JOIN LATERAL {standard_of("p.vendor_id", "p.id", "p.day", "q.product_id", "q.family")} t ON true
ORDER BY p.ordinal, q.sku{" DESC" if window.backward else ""}""",
        *arguments,
    )


async def count_stock_of(
    db: Reader,
    agreements: Sequence[Key],
    days: Sequence[date],
    products: list[UUID] | None,
    families: list[str] | None,
) -> dict[int, int]:
    """How many products were counted under each agreement by the end of a day, by the agreement's ordinal from 1."""
    rows = await db.rows(
        f"SELECT p.ordinal, count(*) AS total FROM {_AGREEMENTS}"
        f" CROSS JOIN LATERAL (SELECT FROM {_COUNTED_PRODUCTS}) q GROUP BY p.ordinal",
        *_asked(agreements, days, products, families),
    )
    return {row["ordinal"]: row["total"] for row in rows}


def _asked(
    agreements: Sequence[Key], days: Sequence[date], products: list[UUID] | None, families: list[str] | None
) -> list[object]:
    return [[key.vendor_id for key in agreements], [key.id for key in agreements], list(days), products, families]
