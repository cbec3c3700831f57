"""What is asked of the knowledge of a network: whether everything known at a moment can be seen by now."""

from datetime import datetime
from uuid import UUID

from app.store.database import Reader, Row

SETTLED_AFTER = "30 minutes"
"""A statement of the worker ends within ten minutes, so this long after a moment no change is under way that might yet turn
out to have been known by then."""


async def is_settled(db: Reader, as_of: datetime) -> bool:
    """Whether everything known at a moment can be seen by now, by the clock alone: whatever anybody does meanwhile."""
    found: bool = await db.value(f"SELECT $1::timestamptz <= now() - interval '{SETTLED_AFTER}'", as_of)
    return found


async def moment(db: Reader, vendor_id: UUID, as_of: datetime) -> Row | None:
    """The snapshot's moment, whether the moment asked for lies after it, the last change of the network's facts that the
    snapshot sees, and whether a change under way may yet turn out to have been known earlier than the moment asked for.

    A change becomes known under the vendor's lock, which it holds until it is committed: so changes are known in the order
    in which they are seen. What a snapshot does not see and was known before its moment was under way when it was taken:
    either it still holds the lock, or it has been committed since. Later than SETTLED_AFTER nothing of the kind is left.
    """
    return await db.row(
        f"""
WITH seen AS (SELECT max(known_at) AS last_known FROM knowledge WHERE vendor_id = $1),
taken AS (
    SELECT pg_try_advisory_lock_shared(hashtextextended($3, 2)) AS free
), free AS (
    SELECT CASE WHEN free THEN pg_advisory_unlock_shared(hashtextextended($3, 2)) ELSE false END AS free FROM taken
)
SELECT now() AS taken_at, $2::timestamptz > now() AS ahead, seen.last_known,
    $2::timestamptz > coalesce(seen.last_known, '-infinity') AND $2::timestamptz > now() - interval '{SETTLED_AFTER}'
    AND (NOT free.free OR EXISTS (SELECT FROM pg_snapshot_xip(pg_current_snapshot()) AS x (id)
        WHERE pg_xact_status(x.id) = 'committed')) AS unsettled
FROM seen, free""",
        vendor_id,
        as_of,
        str(vendor_id),
    )
