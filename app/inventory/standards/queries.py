"""What is asked of the database about how much stock agreements ask for."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take
from app.tables.queries import standards_said


async def standards_on(db: Reader, agreements: Sequence[Key], days: Sequence[date]) -> list[Row]:
    """What each agreement says on its day, line by line: what is of all products first, then families, then products. Each
    line with its agreement's ordinal and with the day from which it holds."""

    def newest(table: str) -> str:
        return (
            f"(SELECT max(v.effective_from) FROM {table} v WHERE v.vendor_id = k.vendor_id AND v.agreement_id = k.id"
            " AND v.effective_from <= d.day)"
        )

    day = "($3::date[])[k.ordinal]"
    return await db.rows(
        f"SELECT k.ordinal, k.vendor_id, s.*, coalesce({newest('inventory_standard')},"
        f" {newest('agreement_money_terms')}) AS effective_from, g.currency"
        f" FROM {KEYS} CROSS JOIN LATERAL (SELECT {day} AS day) d"
        f" JOIN agreement g ON g.vendor_id = k.vendor_id AND g.id = k.id"
        f" CROSS JOIN LATERAL {standards_said('k.vendor_id', 'k.id', 'd.day')} s"
        " LEFT JOIN product q ON q.vendor_id = k.vendor_id AND q.id = s.product_id"
        " ORDER BY k.ordinal, s.product_id IS NOT NULL, s.family NULLS FIRST, q.sku",
        *keys_apart(agreements),
        list(days),
    )


async def agreement(session: Session, key: Key) -> Row | None:
    """An agreement that the asker sees, and from which day its newest standard holds."""
    return await session.row(
        "SELECT a.distributor_id, a.effective_start, a.effective_end, (SELECT max(s.effective_from)"
        " FROM inventory_standard s WHERE s.vendor_id = a.vendor_id AND s.agreement_id = a.id) AS latest"
        " FROM agreement a WHERE a.vendor_id = $1 AND a.id = $2",
        key.vendor_id,
        key.id,
    )


async def one_at_a_time(session: Session, agreement: Key) -> None:
    """The standard of an agreement changes one act at a time."""
    await take(session, Turn.MONEY_TERMS, agreement.id)


async def known(session: Session, vendor_id: UUID, products: Sequence[UUID], families: Sequence[str]) -> Row:
    """Which of these are products of the vendor, and which are families of them."""
    found = await session.row(
        "SELECT (SELECT coalesce(array_agg(id), '{}') FROM product WHERE vendor_id = $1 AND id = ANY ($2::uuid[]))"
        " AS products,"
        " (SELECT coalesce(array_agg(DISTINCT family), '{}') FROM product WHERE vendor_id = $1"
        " AND family = ANY ($3::text[])) AS families",
        vendor_id,
        list(products),
        list(families),
    )
    assert found is not None, "it is one row of two lists"
    return found


async def insert(session: Session, key: Key, distributor_id: UUID, lines: Sequence[tuple[object, ...]]) -> None:
    """Write a version: each line its day, place, product, family, basis, least, most, moment and author."""
    columns = "effective_from, place, product_id, family, basis, least, most, set_at, set_by"
    casts = ("date[]", "int[]", "uuid[]", "text[]", "text[]", "bigint[]", "bigint[]", "timestamptz[]", "text[]")
    given = ", ".join(f"${place}::{cast}" for place, cast in enumerate(casts, 4))
    await session.execute(
        f"INSERT INTO inventory_standard (vendor_id, agreement_id, distributor_id, {columns})"
        f" SELECT $1, $2, $3, * FROM unnest({given})",
        key.vendor_id,
        key.id,
        distributor_id,
        *(list(column) for column in zip(*lines, strict=True)),
    )
