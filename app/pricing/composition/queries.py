"""What is asked of the database about units and kits, and how they are written.

A counted line keeps the quantity that its unit gave, and the components that its kit had. So before either changes, it is
asked which lines that still count were reached by it: lines of the product itself, and of a kit the lines of its parts,
which carry the code that was reported.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.store.database import Reader, Row, Session

_TABLES = ("sell_through_line", "sell_in_line")
_STOCK = ("inventory_count", "stock_movement")
_REPORTED_AS = """l.vendor_id = $1 AND l.superseded IS NULL AND (
        (l.component = 0 AND l.product_id = $2)
        OR (l.component > 0 AND (
            l.product_code IN (SELECT unnest(ARRAY[p.sku, p.gtin]) FROM product p WHERE p.vendor_id = $1 AND p.id = $2)
            OR l.product_alias_id IN (SELECT a.id FROM alias a WHERE a.vendor_id = $1 AND a.product_id = $2)))
    )"""


async def units_of_products(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The units of each product, by name."""
    return await db.rows(
        f"SELECT k.ordinal, u.unit, u.factor FROM {KEYS}"
        " JOIN product_unit u ON u.vendor_id = k.vendor_id AND u.product_id = k.id"
        " WHERE u.vendor_id = ANY ($1::uuid[]) ORDER BY k.ordinal, u.unit",
        *keys_apart(keys),
    )


async def components_of_products(db: Reader, keys: Sequence[Key], day: date) -> list[Row]:
    """What each product is made of on a day, as it was entered; nothing where it is no kit that day."""
    return await db.rows(
        "SELECT k.ordinal, c.vendor_id, c.product_id, c.quantity, c.effective_from, c.effective_until"
        f" FROM {KEYS} JOIN kit_component c ON c.vendor_id = k.vendor_id AND c.kit_id = k.id"
        " WHERE c.vendor_id = ANY ($1::uuid[]) AND c.effective_from <= $3"
        " AND (c.effective_until IS NULL OR c.effective_until > $3) ORDER BY k.ordinal, c.position",
        *keys_apart(keys),
        day,
    )


async def base_unit(session: Session, vendor_id: UUID, product_id: UUID) -> str | None:
    """The base unit of a product; None where the vendor has no such product."""
    found: str | None = await session.value(
        "SELECT p.base_unit FROM product p WHERE p.vendor_id = $1 AND p.id = $2", vendor_id, product_id
    )
    return found


async def units_of(session: Session, vendor_id: UUID, product_id: UUID) -> dict[str, int]:
    """The units of a product, and how many 10⁻³ base units make one."""
    rows = await session.rows(
        "SELECT u.unit, u.factor FROM product_unit u WHERE u.vendor_id = $1 AND u.product_id = $2",
        vendor_id,
        product_id,
    )
    return {row["unit"]: row["factor"] for row in rows}


async def counted_units(session: Session, vendor_id: UUID, product_id: UUID, units: Sequence[str]) -> frozenset[str]:
    """In which of these units sales or stock of a product were reported that still count."""
    reached = [(table, _REPORTED_AS) for table in _TABLES]
    reached += [(table, "l.vendor_id = $1 AND l.superseded IS NULL AND l.product_id = $2") for table in _STOCK]
    found = " OR ".join(f"EXISTS (SELECT FROM {table} l WHERE l.unit = u.unit AND {rows})" for table, rows in reached)
    rows = await session.rows(
        f"SELECT u.unit FROM unnest($3::text[]) AS u (unit) WHERE {found}", vendor_id, product_id, units
    )
    return frozenset(row["unit"] for row in rows)


async def write_units(session: Session, vendor_id: UUID, product_id: UUID, units: dict[str, int]) -> None:
    """Write units with their factors in 10⁻³ base units, over those that stand."""
    await session.execute(
        "INSERT INTO product_unit AS u (vendor_id, product_id, unit, factor)"
        " SELECT $1, $2, n.unit, n.factor FROM unnest($3::text[], $4::bigint[]) AS n (unit, factor)"
        " ON CONFLICT (vendor_id, product_id, unit) DO UPDATE SET factor = excluded.factor",
        vendor_id,
        product_id,
        list(units),
        list(units.values()),
    )


async def bills_of(session: Session, vendor_id: UUID, kit_id: UUID) -> list[Row]:
    """Every component that a kit ever had or will have, by the day from which on and its place."""
    return await session.rows(
        "SELECT c.effective_from, c.effective_until, c.product_id, c.quantity FROM kit_component c"
        " WHERE c.vendor_id = $1 AND c.kit_id = $2 ORDER BY c.effective_from, c.position",
        vendor_id,
        kit_id,
    )


async def kits_since(session: Session, vendor_id: UUID, ids: Sequence[UUID], since: date) -> frozenset[UUID]:
    """Which of these products are kits on some day from `since` on."""
    rows = await session.rows(
        "SELECT DISTINCT c.kit_id FROM kit_component c WHERE c.vendor_id = $1 AND c.kit_id = ANY ($2::uuid[])"
        " AND (c.effective_until IS NULL OR c.effective_until > $3)",
        vendor_id,
        ids,
        since,
    )
    return frozenset(row["kit_id"] for row in rows)


async def kit_with(session: Session, vendor_id: UUID, product_id: UUID, since: date) -> str | None:
    """The SKU of a kit that has this product in it on some day from `since` on."""
    found: str | None = await session.value(
        "SELECT min(p.sku) FROM kit_component c JOIN product p ON p.vendor_id = c.vendor_id AND p.id = c.kit_id"
        " WHERE c.vendor_id = $1 AND c.product_id = $2 AND (c.effective_until IS NULL OR c.effective_until > $3)",
        vendor_id,
        product_id,
        since,
    )
    return found


async def last_sold(session: Session, vendor_id: UUID, product_id: UUID, since: date) -> date | None:
    """The last day from `since` on, on which lines of a product were sold that count.

    A line never counts before the day on which it was sold, so only figures from that day on are looked through.
    """
    each = " UNION ALL ".join(
        f"SELECT max(l.sold_on) AS day FROM {table} l WHERE l.counts_on >= $3 AND l.sold_on >= $3 AND {_REPORTED_AS}"
        for table in _TABLES
    )
    found: date | None = await session.value(f"SELECT max(x.day) FROM ({each}) x", vendor_id, product_id, since)
    return found


async def end_bill(session: Session, vendor_id: UUID, kit_id: UUID, day: date) -> None:
    """End on a day what a kit would be made of beyond it."""
    await session.execute(
        "UPDATE kit_component SET effective_until = $3 WHERE vendor_id = $1 AND kit_id = $2 AND effective_from < $3"
        " AND (effective_until IS NULL OR effective_until > $3)",
        vendor_id,
        kit_id,
        day,
    )


async def insert_bill(
    session: Session, vendor_id: UUID, kit_id: UUID, day: date, components: Sequence[tuple[UUID, int]]
) -> None:
    """Write what a kit is made of from a day on: each product with how many 10⁻³ base units of it, in their order."""
    await session.execute(
        "INSERT INTO kit_component (vendor_id, kit_id, effective_from, position, product_id, quantity)"
        " SELECT $1, $2, $3, n.position, n.product_id, n.quantity"
        " FROM unnest($4::uuid[], $5::bigint[]) WITH ORDINALITY AS n (product_id, quantity, position)",
        vendor_id,
        kit_id,
        day,
        [product_id for product_id, _ in components],
        [quantity for _, quantity in components],
    )
