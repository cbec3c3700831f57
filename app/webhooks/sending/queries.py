"""What is due to be sent, and what became of it. All of it is asked and written as the role `webhooks`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.programme.webhook_events import WebhookEnd
from app.store.database import Row, Session


async def take(
    session: Session, now: datetime, until: datetime, busy: Sequence[UUID], of_each: int, most: int
) -> list[Row]:
    """Take what is due, at most so much of each organisation and altogether, and of those that are busy nothing: until a
    moment nobody else takes it. With each where it goes and by which secrets it is signed."""
    return await session.rows(
        "WITH due AS (SELECT d.organization_id, d.id"
        " FROM (SELECT DISTINCT w.organization_id FROM webhook w WHERE w.disabled_at IS NULL) o"
        " CROSS JOIN LATERAL (SELECT p.organization_id, p.id, p.next_try_at FROM webhook_delivery p"
        " JOIN webhook w ON w.organization_id = p.organization_id AND w.id = p.webhook_id AND w.disabled_at IS NULL"
        " WHERE p.organization_id = o.organization_id AND p.status = 'PENDING' AND p.next_try_at <= $1"
        " ORDER BY p.next_try_at LIMIT $4) d"
        " WHERE o.organization_id <> ALL ($3::uuid[]) ORDER BY d.next_try_at LIMIT $5),"
        " free AS (SELECT d.organization_id, d.id FROM webhook_delivery d JOIN due USING (organization_id, id)"
        " WHERE d.status = 'PENDING' AND d.next_try_at <= $1 FOR UPDATE OF d SKIP LOCKED)"
        " UPDATE webhook_delivery d SET next_try_at = $2, attempts = d.attempts + 1, tried_at = $1"
        " FROM free JOIN webhook w ON w.organization_id = free.organization_id"
        " WHERE d.organization_id = free.organization_id AND d.id = free.id AND w.id = d.webhook_id"
        " RETURNING d.organization_id, d.id, d.webhook_id, d.level, d.vendor_id, d.party_id, d.event, d.subject, d.kind,"
        " d.happened_at, d.attempts, w.url, w.secret,"
        " CASE WHEN w.previous_until > $1 THEN w.previous_secret END AS previous_secret",
        now,
        until,
        list(busy),
        of_each,
        most,
    )


async def _held(session: Session, taken: Row) -> str | None:
    """Hold the webhook of a delivery to the end of the transaction, before the delivery itself, as who disables it does; why
    it is disabled by now."""
    because: str | None = await session.value(
        "SELECT disabled_because FROM webhook WHERE organization_id = $1 AND id = $2 FOR UPDATE",
        taken["organization_id"],
        taken["webhook_id"],
    )
    return because


async def delivered(session: Session, taken: Row, code: int, now: datetime) -> None:
    """Write down that a delivery was taken, and that its webhook fails no longer."""
    await _held(session, taken)
    await session.execute(
        "UPDATE webhook_delivery SET status = 'DELIVERED', delivered_at = $3, next_try_at = NULL, response_code = $4,"
        " error = NULL WHERE organization_id = $1 AND id = $2",
        taken["organization_id"],
        taken["id"],
        now,
        code,
    )
    await session.execute(
        "UPDATE webhook SET failing_since = NULL WHERE organization_id = $1 AND id = $2 AND failing_since IS NOT NULL",
        taken["organization_id"],
        taken["webhook_id"],
    )


async def failed(
    session: Session, taken: Row, code: int | None, error: str, next_try: datetime | None, now: datetime
) -> datetime | None:
    """Write down that a delivery failed; None as `next_try` gives it up, and so does a webhook that another delivery has
    disabled meanwhile. Since when its webhook has failed without a success; None where it is gone or disabled."""
    if await _held(session, taken) not in {None, WebhookEnd.OWNER.value}:
        next_try = None
    await session.execute(
        "UPDATE webhook_delivery SET status = CASE WHEN $3::timestamptz IS NULL THEN 'FAILED' ELSE 'PENDING' END,"
        " next_try_at = $3, response_code = $4, error = $5 WHERE organization_id = $1 AND id = $2",
        taken["organization_id"],
        taken["id"],
        next_try,
        code,
        error,
    )
    since: datetime | None = await session.value(
        "UPDATE webhook SET failing_since = coalesce(failing_since, $3) WHERE organization_id = $1 AND id = $2"
        " AND disabled_at IS NULL RETURNING failing_since",
        taken["organization_id"],
        taken["webhook_id"],
        now,
    )
    return since


async def disable(session: Session, taken: Row, because: str, now: datetime) -> None:
    """Send nothing to a webhook any longer, and give up what is still to be sent."""
    await session.execute(
        "UPDATE webhook SET disabled_at = $3, disabled_because = $4 WHERE organization_id = $1 AND id = $2",
        taken["organization_id"],
        taken["webhook_id"],
        now,
        because,
    )
    await session.execute(
        "UPDATE webhook_delivery SET status = 'FAILED', next_try_at = NULL, error = 'The webhook was disabled.'"
        " WHERE organization_id = $1 AND webhook_id = $2 AND status = 'PENDING'",
        taken["organization_id"],
        taken["webhook_id"],
    )


async def forget(session: Session, before: datetime) -> int:
    """Delete what was sent or given up of events that happened before a moment."""
    return await session.execute("DELETE FROM webhook_delivery WHERE status <> 'PENDING' AND happened_at < $1", before)
