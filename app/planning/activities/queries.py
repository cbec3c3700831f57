"""What is asked and written about the activities of business plans."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session

_COLUMNS: Final = ", ".join(
    f"t.{name}"
    for name in (
        "vendor_id",
        "id",
        "plan_id",
        "review_id",
        "side",
        "person",
        "title",
        "agreed_due_on",
        "due_on",
        "status",
        "done_on",
        "note",
        "version",
    )
)
EARLIEST: Final = Order((SortKey("t.due_on", "due_on", date, "date"), SortKey("t.id", "id", UUID, "uuid")))
_CURRENT: Final = (
    "plan_activity t JOIN business_plan p ON p.vendor_id = t.vendor_id AND p.id = t.plan_id"
    " AND (t.plan_version = p.agreed OR t.review_id IS NOT NULL)"
)
"What is to be done by what is agreed now, or followed from a review."
OF_PLAN: Final = List(f"{_CURRENT} WHERE t.vendor_id = k.vendor_id AND t.plan_id = k.id", _COLUMNS)


async def activities(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The activities with these ids, by the ordinals of the ids."""
    return await db.rows(
        f"SELECT k.ordinal, {_COLUMNS} FROM {KEYS} JOIN ({_CURRENT}) ON t.vendor_id = k.vendor_id AND t.id = k.id",
        *keys_apart(keys),
    )


async def follow_ups(db: Reader, reviews: Sequence[Key]) -> list[Row]:
    """What followed from each review, by its ordinal, the earliest due first."""
    return await db.rows(
        f"SELECT k.ordinal, {_COLUMNS} FROM {KEYS} JOIN plan_review r ON r.vendor_id = k.vendor_id AND r.id = k.id"
        " JOIN plan_activity t ON t.vendor_id = r.vendor_id AND t.plan_id = r.plan_id AND t.review_id = r.id"
        " ORDER BY k.ordinal, t.due_on, t.id",
        *keys_apart(reviews),
    )


async def activity(session: Session, key: Key) -> Row | None:
    """An activity that is still in force, and how its plan stands."""
    return await session.row(
        f"SELECT {_COLUMNS}, p.status AS plan_status, p.distributor_id FROM {_CURRENT}"
        " WHERE t.vendor_id = $1 AND t.id = $2",
        key.vendor_id,
        key.id,
    )


async def of_version(session: Session, plan: Row, number: int) -> list[Row]:
    """The activities that an agreed version of a plan brought."""
    return await session.rows(
        f"SELECT {_COLUMNS} FROM plan_activity t WHERE t.vendor_id = $1 AND t.plan_id = $2 AND t.plan_version = $3",
        plan["vendor_id"],
        plan["id"],
        number,
    )


async def insert(
    session: Session, plan: Row, origin: tuple[UUID | None, int | None], rows: Sequence[Sequence[object]], at: datetime
) -> None:
    """Write activities down, of a review or of a version: id, side, person, title, day agreed, day, status, day done,
    note."""
    await session.execute_many(
        "INSERT INTO plan_activity (vendor_id, plan_id, agreement_id, distributor_id, review_id, plan_version, planned_at,"
        " version, id, side, person, title, agreed_due_on, due_on, status, done_on, note)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        [
            (plan["vendor_id"], plan["id"], plan["agreement_id"], plan["distributor_id"], *origin, at, *each)
            for each in rows
        ],
    )


async def update(
    session: Session, activity: Row, status: str, due_on: date, done_on: date | None, note: str | None
) -> bool:
    """Say how an activity stands; False where somebody was first."""
    written = await session.execute(
        "UPDATE plan_activity SET status = $4, due_on = $5, done_on = $6, note = $7, version = version + 1"
        " WHERE vendor_id = $1 AND id = $2 AND version = $3",
        activity["vendor_id"],
        activity["id"],
        activity["version"],
        status,
        due_on,
        done_on,
        note,
    )
    return written == 1
