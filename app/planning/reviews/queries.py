"""What is asked and written about reviews of business plans."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session

_COLUMNS: Final = (
    "r.vendor_id, r.id, r.plan_id, r.agreement_id, r.distributor_id, r.held_on, r.side, r.plan_version, r.attendees,"
    " r.decisions, r.recorded_at, r.figures, r.known_at, r.acknowledged_at, p.currency, p.period_start, p.period_end,"
    " v.content"
)
_REVIEWS: Final = (
    "plan_review r JOIN business_plan p ON p.vendor_id = r.vendor_id AND p.id = r.plan_id JOIN business_plan_version v"
    " ON v.vendor_id = r.vendor_id AND v.plan_id = r.plan_id AND v.number = r.plan_version"
)
LATEST: Final = Order(
    (SortKey("r.held_on", "held_on", date, "date"), SortKey("r.id", "id", UUID, "uuid")), descending=True
)
OF_PLAN: Final = List(f"{_REVIEWS} WHERE r.vendor_id = k.vendor_id AND r.plan_id = k.id", _COLUMNS)


async def reviews(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The reviews with these ids, by the ordinals of the ids."""
    return await db.rows(
        f"SELECT k.ordinal, {_COLUMNS} FROM {KEYS} JOIN ({_REVIEWS}) ON r.vendor_id = k.vendor_id AND r.id = k.id",
        *keys_apart(keys),
    )


async def review(session: Session, key: Key) -> Row | None:
    """A review."""
    return await session.row(
        f"SELECT {_COLUMNS} FROM {_REVIEWS} WHERE r.vendor_id = $1 AND r.id = $2", key.vendor_id, key.id
    )


async def insert(
    session: Session, key: Key, plan: Row, side: str, held_on: date, attendees: str, decisions: str, at: datetime
) -> None:
    """Write a review down, its figures still to come."""
    await session.execute(
        "INSERT INTO plan_review (vendor_id, id, plan_id, agreement_id, distributor_id, held_on, side, plan_version,"
        " attendees, decisions, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        key.vendor_id,
        key.id,
        plan["id"],
        plan["agreement_id"],
        plan["distributor_id"],
        held_on,
        side,
        plan["agreed"],
        attendees,
        decisions,
        at,
    )


async def freeze(session: Session, key: Key, figures: object, at: datetime) -> None:
    """Write the figures of a review down, once. Runs as `worker`."""
    await session.execute(
        "UPDATE plan_review SET figures = $3, known_at = $4 WHERE vendor_id = $1 AND id = $2 AND figures IS NULL",
        key.vendor_id,
        key.id,
        figures,
        at,
    )


async def acknowledge(session: Session, key: Key, at: datetime) -> bool:
    """Countersign a review; False where somebody was first."""
    written = await session.execute(
        "UPDATE plan_review SET acknowledged_at = $3 WHERE vendor_id = $1 AND id = $2 AND acknowledged_at IS NULL",
        key.vendor_id,
        key.id,
        at,
    )
    return written == 1
