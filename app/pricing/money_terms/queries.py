"""What is asked of the database about what agreements say of price protection, stock and advances."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take

NEWEST = Order((SortKey("t.effective_from", "effective_from", date, "date"),), descending=True)
_COLUMNS = (
    "t.vendor_id, t.effective_from, t.protects, t.look_back_days, t.in_transit, t.minimum_drop, t.writes_up,"
    " t.rotation_share, t.offsetting_share, t.rotation_excludes, t.advance_share,"
    " t.stock_min_weeks, t.stock_max_weeks, t.set_at"
)


async def terms(db: Reader, agreements: Sequence[Key], window: Window) -> list[Row]:
    """A page of what each agreement says, with its ordinal."""
    arguments: list[object] = [[key.vendor_id for key in agreements], [key.id for key in agreements]]
    return await db.rows(
        f"SELECT k.ordinal, x.* FROM {KEYS} CROSS JOIN LATERAL (SELECT {_COLUMNS} FROM agreement_money_terms t"
        f" WHERE t.vendor_id = k.vendor_id AND t.agreement_id = k.id{window.sql(arguments)}) x",
        *arguments,
    )


async def how_many(db: Reader, agreements: Sequence[Key]) -> dict[int, int]:
    """How often each agreement's terms were set, by its ordinal."""
    rows = await db.rows(
        "SELECT k.ordinal, (SELECT count(*) FROM agreement_money_terms t WHERE t.vendor_id = k.vendor_id"
        f" AND t.agreement_id = k.id) AS total FROM {KEYS}",
        [key.vendor_id for key in agreements],
        [key.id for key in agreements],
    )
    return {row["ordinal"]: row["total"] for row in rows}


async def terms_on(db: Reader, agreement: Key, first_day: date) -> Row | None:
    """What an agreement says from a day on."""
    return await db.row(
        f"SELECT {_COLUMNS} FROM agreement_money_terms t WHERE t.vendor_id = $1 AND t.agreement_id = $2"
        " AND t.effective_from = $3",
        agreement.vendor_id,
        agreement.id,
        first_day,
    )


async def agreement(session: Session, key: Key) -> Row | None:
    """An agreement that the asker sees, and from which day the latest terms hold."""
    return await session.row(
        "SELECT a.distributor_id, a.effective_start, a.effective_end, (SELECT max(t.effective_from)"
        " FROM agreement_money_terms t WHERE t.vendor_id = a.vendor_id AND t.agreement_id = a.id) AS latest"
        " FROM agreement a WHERE a.vendor_id = $1 AND a.id = $2",
        key.vendor_id,
        key.id,
    )


async def one_at_a_time(session: Session, agreement: Key) -> None:
    """The terms of an agreement change one act at a time."""
    await take(session, Turn.MONEY_TERMS, agreement.id)


async def insert(session: Session, key: Key, values: dict[str, object]) -> None:
    """Add what an agreement says from a day on."""
    holders = ", ".join(f"${place}" for place in range(3, len(values) + 3))
    await session.execute(
        f"INSERT INTO agreement_money_terms (vendor_id, agreement_id, {', '.join(values)}) VALUES ($1, $2, {holders})",
        key.vendor_id,
        key.id,
        *values.values(),
    )


async def known_products(session: Session, vendor_id: UUID, ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these ids are products of the vendor."""
    rows = await session.rows(
        "SELECT id FROM product WHERE vendor_id = $1 AND id = ANY ($2::uuid[])", vendor_id, list(ids)
    )
    return frozenset(row["id"] for row in rows)


async def known_families(session: Session, vendor_id: UUID, names: Sequence[str]) -> frozenset[str]:
    """Which of these are families of the vendor's products."""
    rows = await session.rows(
        "SELECT DISTINCT family FROM product WHERE vendor_id = $1 AND family = ANY ($2::text[])", vendor_id, list(names)
    )
    return frozenset(row["family"] for row in rows)
