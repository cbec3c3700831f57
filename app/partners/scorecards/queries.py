"""What is asked of the database about scorecards: what they weigh by, and of which agreements there are any."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from app.execution.connections import Order
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.partners.queries import identity
from app.store.database import Reader, Row, Session

ORDER = Order(identity("a"))
AGREEMENTS = List(
    "agreement a WHERE a.vendor_id = k.vendor_id AND a.effective_start < $4 AND a.effective_end > $3",
    "a.vendor_id, a.id, a.distributor_id",
)
"The agreements of a network `k` that were in effect on a day from $3 on and before $4."


async def in_effect(db: Reader, vendor_id: UUID, day: date) -> list[Row]:
    """The agreements of a network that were in effect on a day."""
    return await db.rows(
        "SELECT id, distributor_id FROM agreement WHERE vendor_id = $1 AND effective_start <= $2 AND effective_end > $2"
        " ORDER BY id",
        vendor_id,
        day,
    )


async def affiliates(db: Reader, vendor_id: UUID) -> set[tuple[UUID, UUID]]:
    """Each distributor of a network with each of its affiliates: those of a group that both have accepted and not left."""
    rows = await db.rows(
        "SELECT m.distributor_id, o.distributor_id AS other FROM affiliation_member m JOIN affiliation_member o"
        " ON o.vendor_id = m.vendor_id AND o.affiliation_id = m.affiliation_id AND o.distributor_id <> m.distributor_id"
        " WHERE m.vendor_id = $1 AND m.accepted_at IS NOT NULL AND o.accepted_at IS NOT NULL"
        " AND m.left_at IS NULL AND o.left_at IS NULL",
        vendor_id,
    )
    return {(row["distributor_id"], row["other"]) for row in rows}


async def versions(db: Reader, agreements: Sequence[Key], day: date) -> list[Row]:
    """What counts on a day, by the ordinal of the agreement, where anything was set."""
    return await db.rows(
        f"SELECT k.ordinal, w.* FROM {KEYS} CROSS JOIN LATERAL (SELECT s.version, s.effective_from, s.weights, s.days"
        " FROM scorecard_weights s WHERE s.vendor_id = k.vendor_id AND s.agreement_id = k.id AND s.effective_from <= $3"
        " ORDER BY s.effective_from DESC, s.version DESC LIMIT 1) w",
        *keys_apart(agreements),
        day,
    )


async def agreement(session: Session, key: Key, day: date) -> Row | None:
    """An agreement, the number of its newest version, and what counts by it from a day on."""
    return await session.row(
        "SELECT a.distributor_id, a.status, coalesce((SELECT max(s.version) FROM scorecard_weights s"
        " WHERE s.vendor_id = a.vendor_id AND s.agreement_id = a.id), 0) AS version, w.weights, w.days FROM agreement a"
        " LEFT JOIN LATERAL (SELECT s.weights, s.days FROM scorecard_weights s WHERE s.vendor_id = a.vendor_id"
        " AND s.agreement_id = a.id AND s.effective_from <= $3 ORDER BY s.effective_from DESC, s.version DESC LIMIT 1) w"
        " ON true WHERE a.vendor_id = $1 AND a.id = $2",
        key.vendor_id,
        key.id,
        day,
    )


async def set_weights(
    session: Session,
    key: Key,
    distributor_id: UUID,
    version: int,
    effective_from: date,
    said: tuple[Mapping[str, int], Mapping[str, int]],
    at: datetime,
    by: str,
) -> bool:
    """Write a version, its weights and days; False where somebody was first."""
    written = await session.execute(
        "INSERT INTO scorecard_weights (vendor_id, agreement_id, distributor_id, version, effective_from, weights, days,"
        " set_at, set_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        key.vendor_id,
        key.id,
        distributor_id,
        version,
        effective_from,
        dict(said[0]),
        dict(said[1]),
        at,
        by,
    )
    return written == 1
