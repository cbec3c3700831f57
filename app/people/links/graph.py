"""How partners see invitations that they sent, and which partner their own firm is where."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.people.graph import own
from app.people.links import queries
from app.people.terms import InvitationConfirmation
from app.programme.terms import PartyKind
from app.store.database import Row


@visible("partner:invite")
class PartnerInvitation(Node):
    """A firm that you invited to be a party of the network, or that a distributor invites with your confirmation. Whether
    the address has an account is nobody's to know."""

    inviter_key: strawberry.Private[Key | None]
    reseller_key: strawberry.Private[Key | None]
    distributor_key: strawberry.Private[Key | None]
    party_name: str
    "The firm's name, as you know it."
    email: str
    "Whom the invitation is for."
    invited_by: str
    "Who invited."
    created_at: datetime
    "When it was made."
    sent_at: datetime
    "When it was last sent."
    expires_at: datetime
    "Until when it can be accepted."
    accepted_at: datetime | None
    "When it was accepted; null where it was not."
    withdrawn_at: datetime | None
    "When it was taken back; null where it was not."
    is_open: bool
    "Whether it waits to be accepted, or to be confirmed."
    confirmation: InvitationConfirmation | None
    """How it stands with the vendor's confirmation; null where none is needed. It is where a distributor invites an address
    of its own firm."""
    confirmation_reason: str | None
    "Why the vendor confirmed or refused it, if it said so."


@visible("partner:link")
class PartnerLink(Node):
    """That your firm is a party of a vendor's network."""

    reseller_key: strawberry.Private[Key | None]
    distributor_key: strawberry.Private[Key | None]
    vendor_name: str
    "Whose network it is."
    party_name: str
    "As whom the vendor knows your firm."
    since: datetime
    "Since when."


async def partner_invitations_of_viewer(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    pending: bool | None = None,
) -> "list[Connection[PartnerInvitation]]":
    """The firms that you invited, the newest first; only those neither accepted nor withdrawn, or only the others, by
    `pending`. A vendor and a distributor each see their own invitations alone; a vendor also those that it has, or had, to
    confirm."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=pending)
    narrowed = [list(request.actor.vendor_ids), pending]
    return await pages(request, own(request, parents), queries.INVITATIONS, window, selection, _invitation, narrowed)


async def links_of_viewer(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[PartnerLink]]":
    """As which partner your firm acts now, by the vendors' names. What you have just accepted shows within 15 seconds."""
    window = Window.of(queries.BY_VENDOR, first=first, after=after, last=last, before=before)
    return await pages(request, own(request, parents), queries.LINKS, window, selection, _link)


async def partner_invitations_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[PartnerInvitation | None]:
    """The asker's own invitations of partners, in the order of their keys."""
    rows = await queries.partner_invitations(await request.reader(), keys)
    found = {Key(row["vendor_id"], row["id"]): row for row in rows}
    return [_invitation(found[key]) if key in found else None for key in keys]


async def links_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[PartnerLink | None]:
    """The links of the asker's firm, in the order of their keys."""
    rows = await queries.links(await request.reader(), keys, request.actor.organization_id)
    found = {Key(row["vendor_id"], row["party_id"]): row for row in rows}
    return [_link(found[key]) if key in found else None for key in keys]


def _key_as(kind: PartyKind, row: Row) -> Key | None:
    return Key(row["vendor_id"], row["party_id"]) if row["kind"] == kind else None


def _invitation(row: Row) -> PartnerInvitation:
    ended = row["accepted_at"] is not None or row["withdrawn_at"] is not None
    confirmation = None if row["confirmation"] is None else InvitationConfirmation(row["confirmation"])
    ended = ended or confirmation is InvitationConfirmation.REFUSED
    inviter = None if row["distributor_id"] is None else Key(row["vendor_id"], row["distributor_id"])
    return PartnerInvitation(
        id=strawberry.ID(global_id("PartnerInvitation", Key(row["vendor_id"], row["id"]))),
        inviter_key=inviter,
        reseller_key=_key_as(PartyKind.RESELLER, row),
        distributor_key=_key_as(PartyKind.DISTRIBUTOR, row),
        party_name=row["party_name"],
        email=row["email"],
        invited_by=row["invited_by_name"],
        created_at=row["created_at"],
        sent_at=row["sent_at"],
        expires_at=row["expires_at"],
        accepted_at=row["accepted_at"],
        withdrawn_at=row["withdrawn_at"],
        is_open=not ended and row["expires_at"] > datetime.now(UTC),
        confirmation=confirmation,
        confirmation_reason=row["confirmation_reason"],
    )


def _link(row: Row) -> PartnerLink:
    return PartnerLink(
        id=strawberry.ID(global_id("PartnerLink", Key(row["vendor_id"], row["party_id"]))),
        reseller_key=_key_as(PartyKind.RESELLER, row),
        distributor_key=_key_as(PartyKind.DISTRIBUTOR, row),
        vendor_name=row["vendor_name"],
        party_name=row["party_name"],
        since=row["linked_from"],
    )
