"""What is asked of webhooks and of what was sent to them. A level reads its own; the role `webhooks` writes and sends."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.access.actor import Actor
from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session

_WEBHOOK = ", ".join(
    f"w.{name}"
    for name in (
        *("organization_id", "id", "url", "events", "created_at", "version", "rotated_at"),
        *("disabled_at", "disabled_because", "failing_since"),
    )
)
_DELIVERY = ", ".join(
    f"d.{name}"
    for name in (
        *("organization_id", "id", "webhook_id", "event", "subject", "kind", "happened_at", "status", "attempts"),
        *("next_try_at", "tried_at", "delivered_at", "response_code", "error"),
    )
)
BY_ID = Order((SortKey("w.id", "id", UUID, "uuid"),))
NEWEST = Order((SortKey("d.id", "id", UUID, "uuid"),), descending=True)
DELIVERIES = List(
    "webhook_delivery d WHERE d.organization_id = k.vendor_id AND d.webhook_id = k.id"
    " AND ($3::text[] IS NULL OR d.status = ANY ($3))",
    _DELIVERY,
)

TELL = """
    INSERT INTO webhook_delivery (organization_id, id, webhook_id, level, vendor_id, party_id, event, subject, kind,
        happened_at, status, attempts, next_try_at)
    SELECT w.organization_id, uuidv7(), w.id, w.level, e.vendor_id, e.party_id, e.event, e.subject, e.kind,
        e.happened_at, 'PENDING', 0, e.happened_at
    FROM jsonb_to_recordset($1::jsonb) AS e (vendor_id uuid, level text, party_id uuid, event text, subject text,
        kind text, happened_at timestamptz)
    CROSS JOIN LATERAL (
        SELECT v.organization_id FROM vendor v WHERE e.level = 'VENDOR' AND v.id = e.vendor_id
        UNION ALL
        SELECT l.organization_id FROM party_link l
        WHERE l.vendor_id = e.vendor_id AND l.party_id = e.party_id AND l.linked_until IS NULL
    ) o
    JOIN webhook w ON w.organization_id = o.organization_id AND w.level = e.level AND w.disabled_at IS NULL
        AND e.event = ANY (w.events)
"""
"Writes down what is to be sent of events; run as the role `webhooks`."

TEST = """
    INSERT INTO webhook_delivery (organization_id, id, webhook_id, level, event, subject, happened_at, status, attempts,
        next_try_at)
    SELECT w.organization_id, $3, w.id, w.level, 'webhook.tested', $4, $5, 'PENDING', 0, $5
    FROM webhook w WHERE w.organization_id = $1 AND w.id = $2
"""
"Writes down a test for one webhook; run as the role `webhooks`."

REPLAY = """
    UPDATE webhook_delivery SET status = 'PENDING', attempts = 0, next_try_at = $3, delivered_at = NULL, error = NULL,
        response_code = NULL
    WHERE organization_id = $1 AND id = $2
"""
"Has a delivery sent anew; run as the role `webhooks`."

ROTATE = """
    UPDATE webhook SET previous_secret = secret, previous_until = $4, secret = $3, rotated_at = $5
    WHERE organization_id = $1 AND id = $2
"""
"Gives a webhook another secret; run as the role `webhooks`."


async def webhooks_of(db: Reader, actor: Actor, window: Window) -> list[Row]:
    """A page of the asker's webhooks, the oldest first."""
    arguments: list[object] = [actor.organization_id, actor.level.value]
    return await db.rows(
        f"SELECT {_WEBHOOK} FROM webhook w WHERE w.organization_id = $1 AND w.level = $2{window.sql(arguments)}",
        *arguments,
    )


async def count_webhooks(db: Reader, actor: Actor) -> int:
    """How many webhooks the asker has."""
    found: int = await db.value(
        "SELECT count(*) FROM webhook w WHERE w.organization_id = $1 AND w.level = $2",
        actor.organization_id,
        actor.level.value,
    )
    return found


async def webhooks_by_key(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The asker's webhooks of these keys."""
    return await db.rows(
        f"SELECT {_WEBHOOK} FROM {KEYS} JOIN webhook w ON w.organization_id = k.vendor_id AND w.id = k.id",
        *keys_apart(keys),
    )


async def deliveries_by_key(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """The asker's deliveries of these keys."""
    return await db.rows(
        f"SELECT {_DELIVERY} FROM {KEYS} JOIN webhook_delivery d ON d.organization_id = k.vendor_id AND d.id = k.id",
        *keys_apart(keys),
    )


async def insert(
    session: Session, actor: Actor, id: UUID, url: str, events: Sequence[str], secret: str, at: datetime
) -> None:
    """Write a webhook of the actor down."""
    await session.execute(
        "INSERT INTO webhook (organization_id, id, level, url, events, secret, created_at, version)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
        actor.organization_id,
        id,
        actor.level.value,
        url,
        list(events),
        secret,
        at,
    )


async def webhook_to_change(session: Session, key: Key) -> Row | None:
    """A webhook of the asker, held until the transaction ends."""
    return await session.row(
        f"SELECT {_WEBHOOK} FROM webhook w WHERE w.organization_id = $1 AND w.id = $2 FOR UPDATE",
        key.vendor_id,
        key.id,
    )


async def update(
    session: Session, key: Key, url: str, events: Sequence[str], enabled: bool, because: str, at: datetime
) -> None:
    """Change a webhook. Enabled again, it has not failed yet."""
    await session.execute(
        "UPDATE webhook SET url = $3, events = $4, version = version + 1,"
        " disabled_at = CASE WHEN $5 THEN NULL ELSE coalesce(disabled_at, $7) END,"
        " disabled_because = CASE WHEN $5 THEN NULL ELSE coalesce(disabled_because, $6) END,"
        " failing_since = CASE WHEN $5 AND disabled_at IS NULL AND url = $3 THEN failing_since END"
        " WHERE organization_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        url,
        list(events),
        enabled,
        because,
        at,
    )


async def delete(session: Session, key: Key) -> None:
    """Delete a webhook, with all that was sent to it."""
    await session.execute("DELETE FROM webhook WHERE organization_id = $1 AND id = $2", key.vendor_id, key.id)


async def tests_since(session: Session, key: Key, since: datetime) -> int:
    """How many tests a webhook was to be sent since a moment."""
    found: int = await session.value(
        "SELECT count(*) FROM webhook_delivery d WHERE d.organization_id = $1 AND d.webhook_id = $2"
        " AND d.event = 'webhook.tested' AND d.happened_at > $3",
        key.vendor_id,
        key.id,
        since,
    )
    return found


async def delivery_to_replay(session: Session, key: Key) -> Row | None:
    """A delivery of the asker, and whether its webhook is enabled."""
    return await session.row(
        "SELECT d.webhook_id, d.event, d.status, w.disabled_at FROM webhook_delivery d"
        " JOIN webhook w ON w.organization_id = d.organization_id AND w.id = d.webhook_id"
        " WHERE d.organization_id = $1 AND d.id = $2",
        key.vendor_id,
        key.id,
    )
