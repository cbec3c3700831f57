"""What applying asks and writes, as the role `auth`: who applies is nobody yet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.programme.terms import PartyKind
from app.store.database import Reader, Session
from app.store.identity import new_id


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is published now."""

    vendor_id: UUID
    id: UUID
    kind: PartyKind
    program_name: str
    vendor_name: str


async def link(db: Reader, token: str) -> Link | None:
    """The link of a token, unless the vendor ended it."""
    row = await db.row(
        "SELECT vendor_id, id, kind, program_name, vendor_name FROM application_link"
        " WHERE token = $1 AND ended_at IS NULL",
        token,
    )
    if row is None:
        return None
    return Link(row["vendor_id"], row["id"], PartyKind(row["kind"]), row["program_name"], row["vendor_name"])


async def waiting(db: Reader, of: Link) -> int:
    """How many applications by a link wait for a decision."""
    found: int = await db.value(
        "SELECT count(*) FROM application WHERE vendor_id = $1 AND link_id = $2 AND status = 'SUBMITTED'",
        of.vendor_id,
        of.id,
    )
    return found


async def apply(
    db: Session, by: Link, name: str, country: str, partner_type: str | None, email: str, now: datetime
) -> None:
    """Write an application down; nothing where the same address waits for a decision already."""
    await db.execute(
        "INSERT INTO application (vendor_id, id, link_id, kind, program_name, name, country, partner_type, email, status,"
        " submitted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'SUBMITTED', $10) ON CONFLICT DO NOTHING",
        by.vendor_id,
        new_id(),
        by.id,
        by.kind.value,
        by.program_name,
        name,
        country,
        partner_type,
        email,
        now,
    )
