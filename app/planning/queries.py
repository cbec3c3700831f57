"""What is asked and written about business plans and their versions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take

_COLUMNS: Final = ", ".join(
    f"p.{name}"
    for name in (
        "vendor_id",
        "id",
        "agreement_id",
        "distributor_id",
        "length",
        "period_start",
        "period_end",
        "currency",
        "status",
        "version",
        "agreed",
        "pending",
        "proposed_at",
        "ended_at",
    )
)
LATEST: Final = Order(
    (SortKey("p.period_start", "period_start", date, "date"), SortKey("p.id", "id", UUID, "uuid")), descending=True
)
OF_AGREEMENT: Final = List("business_plan p WHERE p.vendor_id = k.vendor_id AND p.agreement_id = k.id", _COLUMNS)
_VERSION: Final = (
    "v.vendor_id, v.id, v.plan_id, v.number, v.side, v.status, v.content, v.written_at, v.answered_at, v.reason,"
    " b.content AS content_before, p.currency, p.period_start, p.period_end"
)
_VERSIONS: Final = (
    "business_plan_version v JOIN business_plan p ON p.vendor_id = v.vendor_id AND p.id = v.plan_id"
    " LEFT JOIN business_plan_version b ON b.vendor_id = v.vendor_id AND b.plan_id = v.plan_id AND b.number = v.number - 1"
)
NEWEST_VERSION: Final = Order((SortKey("v.number", "number", int, "integer"),), descending=True)
OF_PLAN: Final = List(f"{_VERSIONS} WHERE v.vendor_id = k.vendor_id AND v.plan_id = k.id", _VERSION)


async def plans(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The plans with these ids that the asker may read, by the ordinals of the ids."""
    return await db.rows(
        f"SELECT k.ordinal, {_COLUMNS} FROM {KEYS} JOIN business_plan p ON p.vendor_id = k.vendor_id AND p.id = k.id",
        *keys_apart(keys),
    )


async def versions(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The versions with these ids, by the ordinals of the ids."""
    return await db.rows(
        f"SELECT k.ordinal, {_VERSION} FROM {KEYS} JOIN ({_VERSIONS}) ON v.vendor_id = k.vendor_id AND v.id = k.id",
        *keys_apart(keys),
    )


async def numbered(db: Reader, plan_keys: Sequence[Key], numbers: Sequence[int]) -> list[Row]:
    """The version of this number of each plan, by the ordinals of the plans."""
    return await db.rows(
        f"SELECT k.ordinal, {_VERSION} FROM unnest($1::uuid[], $2::uuid[], $3::int[]) WITH ORDINALITY"
        f" AS k(vendor_id, id, number, ordinal) JOIN ({_VERSIONS})"
        " ON v.vendor_id = k.vendor_id AND v.plan_id = k.id AND v.number = k.number",
        *keys_apart(plan_keys),
        list(numbers),
    )


async def agreement(session: Session, key: Key) -> Row | None:
    """An agreement, as far as a plan needs it."""
    return await session.row(
        "SELECT a.distributor_id, a.status, a.effective_start, a.effective_end FROM agreement a"
        " WHERE a.vendor_id = $1 AND a.id = $2",
        key.vendor_id,
        key.id,
    )


async def unknown_families(session: Session, vendor_id: UUID, names: Sequence[str]) -> set[str]:
    """Of which of these families there is no product."""
    rows = await session.rows(
        "SELECT n.name FROM unnest($2::text[]) n(name)"
        " WHERE NOT EXISTS (SELECT FROM product p WHERE p.vendor_id = $1 AND p.family = n.name)",
        vendor_id,
        list(names),
    )
    return {row["name"] for row in rows}


async def take_turn(session: Session, plan_id: UUID) -> None:
    """Hold a plan to the end of the transaction: acts on it wait for one another."""
    await take(session, Turn.PLAN, plan_id)


async def plan(session: Session, key: Key) -> Row | None:
    """A plan, its agreement's status, and what the version says that waits or, where none does, is in force, and whose."""
    return await session.row(
        f"SELECT {_COLUMNS}, p.written, a.status AS agreement_status, v.side, v.content"
        " FROM business_plan p JOIN agreement a ON a.vendor_id = p.vendor_id AND a.id = p.agreement_id"
        " LEFT JOIN business_plan_version v ON v.vendor_id = p.vendor_id AND v.plan_id = p.id"
        " AND v.number = coalesce(p.pending, p.agreed)"
        " WHERE p.vendor_id = $1 AND p.id = $2",
        key.vendor_id,
        key.id,
    )


async def insert_plan(session: Session, key: Key, values: Mapping[str, object]) -> bool:
    """Write a plan down with its first version still to come; False where there is one for the same days."""
    names = (
        "agreement_id",
        "distributor_id",
        "length",
        "period_start",
        "period_end",
        "currency",
        "status",
        "proposed_at",
    )
    written = await session.execute(
        f"INSERT INTO business_plan (vendor_id, id, {', '.join(names)}, version, written, pending)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, 1, 1) ON CONFLICT DO NOTHING",
        key.vendor_id,
        key.id,
        *(values[name] for name in names),
    )
    return written == 1


async def insert_version(
    session: Session, key: Key, of: Row | Mapping[str, object], number: int, side: str, content: object, at: datetime
) -> UUID:
    """Write a version of a plan down that waits for the other side; its id."""
    found: UUID = await session.value(
        "INSERT INTO business_plan_version (vendor_id, id, plan_id, agreement_id, distributor_id, number, side, status,"
        " content, written_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'PROPOSED', $8, $9) RETURNING id",
        key.vendor_id,
        key.id,
        of["id"],
        of["agreement_id"],
        of["distributor_id"],
        number,
        side,
        content,
        at,
    )
    return found


async def answer(
    session: Session, plan: Row, number: int, status: str, at: datetime, reason: str | None = None
) -> None:
    """Say what became of a version."""
    await session.execute(
        "UPDATE business_plan_version SET status = $4, answered_at = coalesce(answered_at, $5),"
        " reason = coalesce($6, reason) WHERE vendor_id = $1 AND plan_id = $2 AND number = $3",
        plan["vendor_id"],
        plan["id"],
        number,
        status,
        at,
        reason,
    )


async def set_plan(session: Session, plan: Row, values: Mapping[str, object]) -> bool:
    """Say how a plan stands now; False where somebody was first."""
    names = ("status", "written", "agreed", "pending", "ended_at")
    now = {name: values.get(name, plan[name]) for name in names}
    written = await session.execute(
        "UPDATE business_plan SET version = version + 1, "
        + ", ".join(f"{name} = ${place}" for place, name in enumerate(names, 4))
        + " WHERE vendor_id = $1 AND id = $2 AND version = $3",
        plan["vendor_id"],
        plan["id"],
        plan["version"],
        *now.values(),
    )
    return written == 1
