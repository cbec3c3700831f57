"""What is asked of the database about an organisation's users and invitations. Row-level security cuts every answer to the
asker's own organisation and level."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session

BY_NAME = Order((SortKey("p.name", "name", str, "text"), SortKey("p.id", "id", UUID, "uuid")))
NEWEST = Order(
    (SortKey("i.created_at", "created_at", datetime, "timestamptz"), SortKey("i.id", "id", UUID, "uuid")),
    descending=True,
)
_PEOPLE = """(
  SELECT m.organization_id, m.user_id AS id, min(m.name) AS name, min(m.email) AS email,
         array_agg(m.role ORDER BY m.role) AS roles, min(m.granted_at) AS since
  FROM membership m WHERE m.organization_id = {organization} GROUP BY m.organization_id, m.user_id
) p"""
_PERSON = (
    "p.organization_id, p.id, p.name, p.email, p.roles, p.since, (SELECT max(g.created_at) FROM oauth_grant g"
    " WHERE g.organization_id = p.organization_id AND g.user_id = p.id) AS last_signed_in_at"
)
_INVITATION = (
    "i.organization_id, i.id, i.email, i.roles, i.invited_by, i.invited_by_name, i.created_at, i.sent_at, i.expires_at,"
    " i.accepted_at, i.withdrawn_at"
)
_OPEN = "i.accepted_at IS NULL AND i.withdrawn_at IS NULL"
USERS = List(f"{_PEOPLE.format(organization='k.id')} WHERE true", _PERSON)
INVITATIONS = List(
    f"invitation i WHERE i.organization_id = k.id AND ($3::boolean IS NULL OR ({_OPEN}) = $3)", _INVITATION
)


async def users(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Users by their ids, in no order."""
    return await db.rows(
        f"SELECT {_PERSON} FROM {KEYS} CROSS JOIN LATERAL {_PEOPLE.format(organization='k.vendor_id')} WHERE p.id = k.id",
        *keys_apart(keys),
    )


async def invitations(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Invitations by their ids, in no order."""
    return await db.rows(
        f"SELECT {_INVITATION} FROM {KEYS} JOIN invitation i ON i.organization_id = k.vendor_id AND i.id = k.id",
        *keys_apart(keys),
    )


async def seats(session: Session, organization_id: UUID) -> list[Row]:
    """Everybody in the organisation at the asker's level: user_id, name, email, roles."""
    return await session.rows(
        "SELECT user_id, min(name) AS name, min(email) AS email, array_agg(role) AS roles FROM membership"
        " WHERE organization_id = $1 GROUP BY user_id",
        organization_id,
    )


async def invitation_for_act(session: Session, organization_id: UUID, invitation_id: UUID) -> Row | None:
    """An invitation, held to the end of the transaction."""
    return await session.row(
        f"SELECT {_INVITATION} FROM invitation i WHERE i.organization_id = $1 AND i.id = $2 FOR UPDATE",
        organization_id,
        invitation_id,
    )


async def open_invitation_of(session: Session, organization_id: UUID, email: str) -> UUID | None:
    """The invitation of an address that was neither accepted nor withdrawn."""
    found: UUID | None = await session.value(
        f"SELECT i.id FROM invitation i WHERE i.organization_id = $1 AND i.email = $2 AND {_OPEN}",
        organization_id,
        email,
    )
    return found


async def open_invitations_by(session: Session, organization_id: UUID, user_id: UUID) -> list[Row]:
    """The invitations that somebody sent and that were neither accepted nor withdrawn: id and roles."""
    return await session.rows(
        f"SELECT i.id, i.roles FROM invitation i WHERE i.organization_id = $1 AND i.invited_by = $2 AND {_OPEN}",
        organization_id,
        user_id,
    )


async def invited_since(session: Session, organization_id: UUID, since: datetime) -> int:
    """How many invitations were made since a moment."""
    found: int = await session.value(
        "SELECT count(*) FROM invitation WHERE organization_id = $1 AND created_at > $2", organization_id, since
    )
    return found


async def organization_name(session: Session, organization_id: UUID) -> str:
    """The own organisation's name."""
    found: str = await session.value("SELECT name FROM organization WHERE id = $1", organization_id)
    return found
