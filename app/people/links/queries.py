"""What is asked of the database about partners invited, and about which partner one's own firm is."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session

NEWEST = Order(
    (
        SortKey("i.created_at", "created_at", datetime, "timestamptz"),
        SortKey("i.vendor_id", "vendor_id", UUID, "uuid"),
        SortKey("i.id", "id", UUID, "uuid"),
    ),
    descending=True,
)
BY_VENDOR = Order(
    (
        SortKey("v.name", "vendor_name", str, "text"),
        SortKey("l.vendor_id", "vendor_id", UUID, "uuid"),
        SortKey("l.party_id", "party_id", UUID, "uuid"),
    )
)
_INVITATION = (
    "i.vendor_id, i.id, i.party_id, i.kind, i.party_name, i.email, i.invited_by_name, i.created_at, i.sent_at,"
    " i.expires_at, i.accepted_at, i.withdrawn_at, i.vendor_name, i.distributor_id, i.confirmation,"
    " i.confirmation_reason"
)
_OPEN = "i.accepted_at IS NULL AND i.withdrawn_at IS NULL"
INVITATIONS = List(
    f"partner_invitation i WHERE i.vendor_id = ANY ($3::uuid[]) AND ($4::boolean IS NULL OR ({_OPEN}) = $4)",
    _INVITATION,
)
_LINK = "l.vendor_id, l.party_id, l.linked_from, v.name AS vendor_name, p.name AS party_name, p.kind"
_LINKED = (
    "party_link l JOIN vendor v ON v.id = l.vendor_id JOIN party p ON p.vendor_id = l.vendor_id AND p.id = l.party_id"
)
LINKS = List(f"{_LINKED} WHERE l.organization_id = k.id AND l.linked_until IS NULL", _LINK)


async def partner_invitations(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Invitations by their ids, in no order."""
    return await db.rows(
        f"SELECT {_INVITATION} FROM {KEYS} JOIN partner_invitation i ON i.vendor_id = k.vendor_id AND i.id = k.id",
        *keys_apart(keys),
    )


async def links(db: Reader, keys: Sequence[Key], organization_id: UUID) -> list[Row]:
    """The live links of one's own firm, by vendor and party, in no order."""
    return await db.rows(
        f"SELECT {_LINK} FROM {KEYS} JOIN {_LINKED} ON l.vendor_id = k.vendor_id AND l.party_id = k.id"
        " WHERE l.organization_id = $3 AND l.linked_until IS NULL",
        *keys_apart(keys),
        organization_id,
    )


async def own_party(session: Session, key: Key, kind: str) -> Row | None:
    """A party of the vendor's own network: name and country."""
    return await session.row(
        "SELECT p.name, p.country, NULL::uuid AS distributor_id, true AS disclosed FROM party p"
        " WHERE p.vendor_id = $1 AND p.id = $2 AND p.kind = $3 AND p.merged_into IS NULL",
        key.vendor_id,
        key.id,
        kind,
    )


async def authorized_reseller(session: Session, key: Key) -> Row | None:
    """A reseller that may buy from the asking distributor, or may again: name and country as the distributor knows it, and
    whether an agreement under which it may discloses it to the vendor."""
    return await session.row(
        "SELECT r.reseller_name AS name, r.reseller_country AS country, r.distributor_id,"
        " bool_or(r.disclosed_reseller_id = r.reseller_id) OVER () AS disclosed FROM reseller_authorization r"
        " WHERE r.vendor_id = $1 AND r.reseller_id = $2 AND r.status <> 'ENDED' ORDER BY r.id LIMIT 1",
        key.vendor_id,
        key.id,
    )


async def vendor_name(session: Session, vendor_id: UUID) -> str:
    """The name of a vendor in whose network the asker takes part."""
    found: str = await session.value("SELECT name FROM vendor WHERE id = $1", vendor_id)
    return found


async def open_invitation_of(session: Session, key: Key, distributor_id: UUID | None) -> UUID | None:
    """The inviter's own open invitation for a party."""
    found: UUID | None = await session.value(
        f"SELECT i.id FROM partner_invitation i WHERE i.vendor_id = $1 AND i.party_id = $2"
        f" AND i.distributor_id IS NOT DISTINCT FROM $3 AND {_OPEN}",
        key.vendor_id,
        key.id,
        distributor_id,
    )
    return found


async def invited_since(session: Session, vendor_ids: Sequence[UUID], since: datetime) -> int:
    """How many partners the asker invited since a moment."""
    found: int = await session.value(
        "SELECT count(*) FROM partner_invitation WHERE vendor_id = ANY ($1::uuid[]) AND created_at > $2",
        vendor_ids,
        since,
    )
    return found


async def invitation_for_act(session: Session, key: Key, *, of_vendor: bool) -> Row | None:
    """An invitation of the asker's, held to the end of the transaction: the vendor's own, or a distributor's."""
    return await session.row(
        f"SELECT {_INVITATION} FROM partner_invitation i WHERE i.vendor_id = $1 AND i.id = $2"
        " AND (i.distributor_id IS NULL) = $3 FOR UPDATE",
        key.vendor_id,
        key.id,
        of_vendor,
    )


async def invitation_of_a_distributor(session: Session, key: Key) -> Row | None:
    """A distributor's invitation that the vendor has, or had, to confirm."""
    return await session.row(
        f"SELECT {_INVITATION} FROM partner_invitation i WHERE i.vendor_id = $1 AND i.id = $2"
        " AND i.distributor_id IS NOT NULL",
        key.vendor_id,
        key.id,
    )


async def link_for_act(session: Session, key: Key, organization_id: UUID) -> Row | None:
    """The live link of one's own firm to a party, with the names of both."""
    rows = await links(session, [key], organization_id)
    return rows[0] if rows else None
