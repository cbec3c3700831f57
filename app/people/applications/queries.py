"""What is asked of the database about applications: a vendor's own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session

NEWEST_LINK = Order(
    (SortKey("l.created_at", "created_at", datetime, "timestamptz"), SortKey("l.id", "id", UUID, "uuid")),
    descending=True,
)
NEWEST = Order(
    (SortKey("a.submitted_at", "submitted_at", datetime, "timestamptz"), SortKey("a.id", "id", UUID, "uuid")),
    descending=True,
)
_LINK = "l.vendor_id, l.id, l.program_name, l.token, l.created_by, l.created_at, l.ended_at"
_APPLICATION = (
    "a.vendor_id, a.id, a.kind, a.program_name, a.name, a.country, a.partner_type, a.email, a.status, a.submitted_at,"
    " a.reason, a.party_id, a.decided_by, a.decided_at"
)
LINKS = List("application_link l WHERE l.vendor_id = k.id", _LINK)
APPLICATIONS = List(
    "application a WHERE a.vendor_id = k.id AND ($3::boolean IS NULL OR (a.status = 'SUBMITTED') = $3)", _APPLICATION
)


async def links(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Links by their ids, in no order."""
    return await db.rows(
        f"SELECT {_LINK} FROM {KEYS} JOIN application_link l ON l.vendor_id = k.vendor_id AND l.id = k.id",
        *keys_apart(keys),
    )


async def applications(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Applications by their ids, in no order."""
    return await db.rows(
        f"SELECT {_APPLICATION} FROM {KEYS} JOIN application a ON a.vendor_id = k.vendor_id AND a.id = k.id",
        *keys_apart(keys),
    )


async def program(session: Session, key: Key) -> Row | None:
    """A programme of the vendor's own, with the vendor's name."""
    return await session.row(
        "SELECT p.name, p.audience, v.name AS vendor_name FROM program p JOIN vendor v ON v.id = p.vendor_id"
        " WHERE p.vendor_id = $1 AND p.id = $2",
        key.vendor_id,
        key.id,
    )


async def link_for_act(session: Session, key: Key) -> Row | None:
    """A link, held to the end of the transaction."""
    return await session.row(
        f"SELECT {_LINK} FROM application_link l WHERE l.vendor_id = $1 AND l.id = $2 FOR UPDATE", key.vendor_id, key.id
    )


async def application_for_act(session: Session, key: Key) -> Row | None:
    """An application, held to the end of the transaction: of two decisions one is made."""
    return await session.row(
        f"SELECT {_APPLICATION} FROM application a WHERE a.vendor_id = $1 AND a.id = $2 FOR UPDATE",
        key.vendor_id,
        key.id,
    )
