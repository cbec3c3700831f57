"""What is asked and written of daily digests."""

from datetime import date, datetime

from app.access.actor import Actor
from app.alerts.queries import own_and_open
from app.store.database import Reader, Row, Session


async def subscription(db: Reader, actor: Actor) -> Row | None:
    """What the asking person subscribed to."""
    return await db.row(
        "SELECT s.time_zone, s.hour, s.last_day FROM digest_subscription s"
        " WHERE s.organization_id = $1 AND s.user_id = $2 AND s.level = $3",
        actor.organization_id,
        actor.user_id,
        actor.level.value,
    )


async def subscribe(
    session: Session, actor: Actor, time_zone: str, hour: int, last_day: date | None, at: datetime
) -> None:
    """Write down when the acting person wants a digest; `last_day` is one for which none is sent any more."""
    await session.execute(
        "INSERT INTO digest_subscription (organization_id, user_id, level, time_zone, hour, last_day, set_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organization_id, user_id, level)"
        " DO UPDATE SET time_zone = excluded.time_zone, hour = excluded.hour, last_day = excluded.last_day,"
        " set_at = excluded.set_at",
        actor.organization_id,
        actor.user_id,
        actor.level.value,
        time_zone,
        hour,
        last_day,
        at,
    )


async def unsubscribe(session: Session, actor: Actor) -> None:
    """Send the acting person no digest any more."""
    await session.execute(
        "DELETE FROM digest_subscription WHERE organization_id = $1 AND user_id = $2 AND level = $3",
        actor.organization_id,
        actor.user_id,
        actor.level.value,
    )


async def subscriptions(db: Reader) -> list[Row]:
    """Everybody who wants a digest, with the roles that he has now: none where he is no member any more."""
    return await db.rows(
        "SELECT s.organization_id, s.user_id, s.level, s.time_zone, s.hour, s.last_day, o.name AS organization,"
        " u.name, u.email, ARRAY(SELECT m.role FROM membership m WHERE m.organization_id = s.organization_id"
        " AND m.user_id = s.user_id AND starts_with(m.role, s.level || '_')) AS roles"
        " FROM digest_subscription s JOIN organization o ON o.id = s.organization_id"
        " JOIN user_account u ON u.id = s.user_id ORDER BY s.organization_id, s.user_id, s.level"
    )


async def mark(session: Session, of: Row, day: date) -> bool:
    """Write down that the digest of a day is done; False where it was before."""
    return bool(
        await session.execute(
            "UPDATE digest_subscription SET last_day = $4 WHERE organization_id = $1 AND user_id = $2 AND level = $3"
            " AND (last_day IS NULL OR last_day < $4)",
            of["organization_id"],
            of["user_id"],
            of["level"],
            day,
        )
    )


async def open_alerts(db: Reader, actor: Actor, most: int) -> list[Row]:
    """What is open of what a person is told and may read, what is due first, and how many there are in all."""
    which, arguments = own_and_open(actor)
    return await db.rows(
        "SELECT a.kind, a.period_start, a.period_end, a.due_on, a.rows, a.assignee_id, count(*) OVER () AS total"
        f" FROM alert a WHERE {which} ORDER BY a.due_on NULLS LAST, a.raised_at, a.id LIMIT ${len(arguments) + 1}",
        *arguments,
        most,
    )
