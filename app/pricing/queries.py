"""What is asked of the database about products and wholesale prices, and how they are written.

A distributor reads a price from its announcement. So that nothing announces the next price before its time, the day on
which a price ends is told only once that day has come or the price that follows may be read.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.execution.connections import Window
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take

PRODUCT = "p.vendor_id, p.id, p.sku, p.gtin, p.name, p.family, p.base_unit, p.introduced_on"
_VENDORS = "unnest($1::uuid[]) WITH ORDINALITY AS k (vendor_id, ordinal)"
_MATCHING = """
 FROM product p
 WHERE p.vendor_id = k.vendor_id AND p.vendor_id = ANY ($1::uuid[])
   AND ($2::text IS NULL OR starts_with(lower(p.sku), lower($2)) OR starts_with(lower(p.name), lower($2)))
   AND ($3::text IS NULL OR p.family = $3)"""


async def products(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The products that these keys name, each with its key's ordinal from 1."""
    return await db.rows(
        f"SELECT k.ordinal, {PRODUCT} FROM {KEYS} JOIN product p ON p.vendor_id = k.vendor_id AND p.id = k.id"
        " WHERE p.vendor_id = ANY ($1::uuid[])",
        *keys_apart(keys),
    )


async def products_of_vendors(
    db: Reader, vendor_ids: Sequence[UUID], search: str | None, family: str | None, window: Window
) -> list[Row]:
    """The page of each vendor's products whose SKU or name begins with `search`, and of one family."""
    arguments: list[object] = [list(vendor_ids), search, family]
    page = window.sql(arguments)
    return await db.rows(
        f"SELECT k.ordinal, x.* FROM {_VENDORS} CROSS JOIN LATERAL (SELECT {PRODUCT}{_MATCHING}{page}) x", *arguments
    )


async def product_counts(
    db: Reader, vendor_ids: Sequence[UUID], search: str | None, family: str | None
) -> dict[int, int]:
    """How many such products each vendor has, by ordinal."""
    rows = await db.rows(
        f"SELECT k.ordinal, x.total FROM {_VENDORS} CROSS JOIN LATERAL (SELECT count(*) AS total{_MATCHING}) x",
        list(vendor_ids),
        search,
        family,
    )
    return {row["ordinal"]: row["total"] for row in rows}


async def prices_of_products(
    db: Reader, keys: Sequence[Key], currency: str | None, today: date, window: Window
) -> list[Row]:
    """The page of each product's prices; a price that ends later than today ends where a readable one follows."""
    arguments: list[object] = [*keys_apart(keys), currency, today]
    page = window.sql(arguments)
    return await db.rows(
        f"""
SELECT k.ordinal, x.* FROM {KEYS} CROSS JOIN LATERAL (
    SELECT b.currency, b.effective_from, b.price, b.announced_at, CASE
        WHEN b.effective_until <= $4 THEN b.effective_until
        WHEN EXISTS (
            SELECT FROM book_price n WHERE n.vendor_id = b.vendor_id AND n.product_id = b.product_id
                AND n.currency = b.currency AND n.effective_from >= b.effective_until
        ) THEN b.effective_until END AS effective_until
    FROM book_price b
    WHERE b.vendor_id = k.vendor_id AND b.vendor_id = ANY ($1::uuid[]) AND b.product_id = k.id
        AND ($3::text IS NULL OR b.currency = $3){page}
) x""",
        *arguments,
    )


async def price_counts(db: Reader, keys: Sequence[Key], currency: str | None) -> dict[int, int]:
    """How many prices each product has that the asker may read, by ordinal."""
    rows = await db.rows(
        f"SELECT k.ordinal, count(*) AS total FROM {KEYS}"
        " JOIN book_price b ON b.vendor_id = k.vendor_id AND b.product_id = k.id"
        " WHERE b.vendor_id = ANY ($1::uuid[]) AND ($3::text IS NULL OR b.currency = $3) GROUP BY k.ordinal",
        *keys_apart(keys),
        currency,
    )
    return {row["ordinal"]: row["total"] for row in rows}


async def prices_on(db: Reader, keys: Sequence[Key], currency: str, day: date, today: date) -> dict[int, int]:
    """The price of each product on a day, as far as it is announced to the asker, in 10⁻⁶, by ordinal."""
    rows = await db.rows(
        f"""
SELECT k.ordinal, x.price FROM {KEYS} CROSS JOIN LATERAL (
    SELECT b.price FROM book_price b
    WHERE b.vendor_id = k.vendor_id AND b.vendor_id = ANY ($1::uuid[]) AND b.product_id = k.id AND b.currency = $3
        AND b.effective_from <= $4
        AND (b.effective_until IS NULL OR b.effective_until > $4 OR b.effective_until > $5)
    ORDER BY b.effective_from DESC LIMIT 1
) x""",
        *keys_apart(keys),
        currency,
        day,
        today,
    )
    return {row["ordinal"]: row["price"] for row in rows}


async def take_catalogue(session: Session, vendor_id: UUID) -> None:
    """Hold the vendor's products and prices to the end of the transaction: they change one act at a time."""
    await take(session, Turn.CATALOGUE, vendor_id)


async def await_counting(session: Session, vendor_id: UUID) -> None:
    """Hold what rows are counted by, units, kits and book prices, to the end of the transaction: reports whose rows are
    placed already count first and are seen from here on, the others count by what the transaction changes."""
    await take(session, Turn.COUNTED_BY, vendor_id)


async def taken(session: Session, vendor_id: UUID, skus: Sequence[str], gtins: Sequence[str]) -> list[Row]:
    """The products that have one of these SKUs or GTINs."""
    return await session.rows(
        "SELECT p.sku, p.gtin FROM product p"
        " WHERE p.vendor_id = $1 AND (p.sku = ANY ($2::text[]) OR p.gtin = ANY ($3::text[]))",
        vendor_id,
        list(skus),
        list(gtins),
    )


async def insert_products(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]], at: datetime) -> None:
    """Write products: (id, sku, gtin, name, family, base_unit, introduced_on) each."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    await session.execute(
        "INSERT INTO product (vendor_id, id, sku, gtin, name, family, base_unit, introduced_on, created_at)"
        " SELECT $1, n.id, n.sku, n.gtin, n.name, n.family, n.base_unit, n.introduced_on, $2"
        " FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::date[])"
        " AS n (id, sku, gtin, name, family, base_unit, introduced_on)",
        vendor_id,
        at,
        *columns,
    )


async def known_products(session: Session, vendor_id: UUID, ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these products the vendor has."""
    rows = await session.rows("SELECT id FROM product WHERE vendor_id = $1 AND id = ANY ($2::uuid[])", vendor_id, ids)
    return frozenset(row["id"] for row in rows)


async def prices_of(session: Session, vendor_id: UUID, ids: Sequence[UUID]) -> list[Row]:
    """Every price of these products."""
    return await session.rows(
        "SELECT product_id, currency, effective_from, effective_until, price FROM book_price"
        " WHERE vendor_id = $1 AND product_id = ANY ($2::uuid[]) ORDER BY product_id, currency, effective_from",
        vendor_id,
        ids,
    )


async def last_counted(session: Session, vendor_id: UUID, ids: Sequence[UUID], since: date) -> list[Row]:
    """The last day, from `since` on, on which a product was sold through and valued in a currency."""
    return await session.rows(
        "SELECT product_id, book_currency AS currency, max(day) AS day FROM sell_through_day"
        " WHERE vendor_id = $1 AND day >= $2 AND product_id = ANY ($3::uuid[]) AND book_currency <> '' AND lines > 0"
        " GROUP BY product_id, book_currency",
        vendor_id,
        since,
        ids,
    )


async def end_prices(session: Session, vendor_id: UUID, rows: Sequence[tuple[UUID, str, date]]) -> None:
    """End the price of each product and currency that is in force before a day and would last longer, on that day."""
    await session.execute_many(
        "UPDATE book_price SET effective_until = $4 WHERE vendor_id = $1 AND product_id = $2 AND currency = $3"
        " AND effective_from < $4 AND (effective_until IS NULL OR effective_until > $4)",
        [(vendor_id, *row) for row in rows],
    )


async def insert_prices(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Write prices: (product_id, currency, effective_from, effective_until, price in 10⁻⁶, announced_at) each."""
    await session.execute_many(
        "INSERT INTO book_price"
        " (vendor_id, product_id, currency, effective_from, effective_until, price, announced_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [(vendor_id, *row) for row in rows],
    )
