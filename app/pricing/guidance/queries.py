"""What is asked and written about recommended prices and floors of advertised prices.

Row-level security cuts what is not announced yet. Each ends where the next one that the asker may read begins.
"""

from collections.abc import Sequence
from uuid import UUID

from app.execution.connections import Window
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.store.database import Reader, Row, Session

_RECOMMENDED = """
 FROM recommended_price g
 WHERE g.vendor_id = k.vendor_id AND g.vendor_id = ANY ($1::uuid[]) AND g.product_id = k.id
   AND ($3::text IS NULL OR g.currency = $3)"""
_FLOORS = """
 FROM advertised_price_floor g
 WHERE g.vendor_id = k.vendor_id AND g.vendor_id = ANY ($1::uuid[]) AND g.product_id = k.id
   AND ($3::text IS NULL OR g.country = $3)"""


def _until(table: str, scope: str) -> str:
    return (
        f"(SELECT min(n.effective_from) FROM {table} n WHERE n.vendor_id = g.vendor_id AND n.product_id = g.product_id"
        f" AND n.{scope} = g.{scope} AND n.effective_from > g.effective_from) AS effective_until"
    )


async def recommended_prices(db: Reader, keys: Sequence[Key], currency: str | None, window: Window) -> list[Row]:
    """The page of each product's recommended prices."""
    arguments: list[object] = [*keys_apart(keys), currency]
    page = window.sql(arguments)
    columns = f"g.currency, g.effective_from, g.price, g.announced_at, {_until('recommended_price', 'currency')}"
    return await db.rows(
        f"SELECT k.ordinal, x.* FROM {KEYS} CROSS JOIN LATERAL (SELECT {columns}{_RECOMMENDED}{page}) x", *arguments
    )


async def recommended_price_counts(db: Reader, keys: Sequence[Key], currency: str | None) -> dict[int, int]:
    """How many recommended prices each product has that the asker may read, by ordinal."""
    rows = await db.rows(
        f"SELECT k.ordinal, x.total FROM {KEYS} CROSS JOIN LATERAL (SELECT count(*) AS total{_RECOMMENDED}) x",
        *keys_apart(keys),
        currency,
    )
    return {row["ordinal"]: row["total"] for row in rows}


async def floors(db: Reader, keys: Sequence[Key], country: str | None, window: Window) -> list[Row]:
    """The page of each product's floors of advertised prices."""
    arguments: list[object] = [*keys_apart(keys), country]
    page = window.sql(arguments)
    columns = (
        "g.country, g.currency, g.effective_from, g.price, g.binding, g.announced_at,"
        f" {_until('advertised_price_floor', 'country')}"
    )
    return await db.rows(
        f"SELECT k.ordinal, x.* FROM {KEYS} CROSS JOIN LATERAL (SELECT {columns}{_FLOORS}{page}) x", *arguments
    )


async def floor_counts(db: Reader, keys: Sequence[Key], country: str | None) -> dict[int, int]:
    """How many floors each product has that the asker may read, by ordinal."""
    rows = await db.rows(
        f"SELECT k.ordinal, x.total FROM {KEYS} CROSS JOIN LATERAL (SELECT count(*) AS total{_FLOORS}) x",
        *keys_apart(keys),
        country,
    )
    return {row["ordinal"]: row["total"] for row in rows}


async def recommended_of(session: Session, vendor_id: UUID, ids: Sequence[UUID]) -> list[Row]:
    """Every recommended price of these products."""
    return await session.rows(
        "SELECT product_id, currency AS place, effective_from, price FROM recommended_price"
        " WHERE vendor_id = $1 AND product_id = ANY ($2::uuid[])",
        vendor_id,
        ids,
    )


async def floors_of(session: Session, vendor_id: UUID, ids: Sequence[UUID]) -> list[Row]:
    """Every floor of these products."""
    return await session.rows(
        "SELECT product_id, country AS place, effective_from, price, currency, binding FROM advertised_price_floor"
        " WHERE vendor_id = $1 AND product_id = ANY ($2::uuid[])",
        vendor_id,
        ids,
    )


async def insert_recommended(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Write recommended prices: (product_id, currency, effective_from, price in 10⁻⁶, announced_at) each."""
    await session.execute_many(
        "INSERT INTO recommended_price (vendor_id, product_id, currency, effective_from, price, announced_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        [(vendor_id, *row) for row in rows],
    )


async def insert_floors(session: Session, vendor_id: UUID, rows: Sequence[Sequence[object]]) -> None:
    """Write floors: (product_id, country, effective_from, currency, price in 10⁻⁶, binding, announced_at) each."""
    await session.execute_many(
        "INSERT INTO advertised_price_floor"
        " (vendor_id, product_id, country, effective_from, currency, price, binding, announced_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [(vendor_id, *row) for row in rows],
    )
