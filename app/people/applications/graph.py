"""How a vendor sees applications, and the links by which firms apply. Nobody else sees any."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection
from app.execution.identifiers import NO_NETWORK, Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.people.applications import queries
from app.people.applications.actions import address
from app.programme.terms import Level, PartnerType, PartyKind
from app.store.database import Row
from app.tables.applications import ApplicationStatus

values(PartnerType)
values(ApplicationStatus)


@visible("enrollment:manage")
class ApplicationLink(Node):
    """Where firms apply for a programme of yours, for you to publish."""

    url: str
    "The address. It is no secret, and nobody can guess it."
    program_name: str
    "For which programme."
    created_by: str
    "Who made it."
    created_at: datetime
    "When it was made."
    ended_at: datetime | None
    "When you ended it; null while firms may apply."


@visible("enrollment:manage")
class Application(Node):
    """A firm that wants to take part in a programme of yours, as it says of itself."""

    reseller_key: strawberry.Private[Key | None]
    distributor_key: strawberry.Private[Key | None]
    program_name: str
    "For which programme."
    name: str
    "The firm's name."
    country: str
    "Its country, ISO 3166 (two letters)."
    partner_type: PartnerType | None
    "What kind of firm it is; null for a distributor."
    email: str
    "Where it is answered."
    status: ApplicationStatus
    "Where it stands."
    submitted_at: datetime
    "When it was entered."
    reason: str | None
    "Why you decided as you did, as the firm read it; null where you gave no reason."
    decided_by: str | None
    "Who decided; null while nobody has."
    decided_at: datetime | None
    "When it was decided; null while it was not."


def _network(request: Request[Actor], parents: Sequence[Any]) -> list[Key]:
    own = request.actor.vendor_id or NO_NETWORK
    return [Key(own, own)] * len(parents)


async def links_of_viewer(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[ApplicationLink]]":
    """The links by which firms apply to you, the newest first, ended ones among them."""
    window = Window.of(queries.NEWEST_LINK, first=first, after=after, last=last, before=before)
    shown = partial(_link, request)
    return await pages(request, _network(request, parents), queries.LINKS, window, selection, shown)


async def applications_of_viewer(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    pending: bool | None = None,
) -> "list[Connection[Application]]":
    """The firms that apply to you, the newest first; only those that you have not decided, or only the others, by
    `pending`."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=pending)
    network = _network(request, parents)
    return await pages(request, network, queries.APPLICATIONS, window, selection, _application, [pending])


async def links_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[ApplicationLink | None]:
    """The vendor's own links, in the order of their keys."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(keys)
    rows = await queries.links(await request.reader(), keys)
    found = {Key(row["vendor_id"], row["id"]): row for row in rows}
    return [_link(request, found[key]) if key in found else None for key in keys]


async def applications_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Application | None]:
    """Applications to the vendor, in the order of their keys."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(keys)
    rows = await queries.applications(await request.reader(), keys)
    found = {Key(row["vendor_id"], row["id"]): row for row in rows}
    return [_application(found[key]) if key in found else None for key in keys]


def _link(request: Request[Actor], row: Row) -> ApplicationLink:
    return ApplicationLink(
        id=strawberry.ID(global_id("ApplicationLink", Key(row["vendor_id"], row["id"]))),
        url=address(request, row["token"]),
        program_name=row["program_name"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        ended_at=row["ended_at"],
    )


def _application(row: Row) -> Application:
    party = Key(row["vendor_id"], row["party_id"]) if row["party_id"] is not None else None
    return Application(
        id=strawberry.ID(global_id("Application", Key(row["vendor_id"], row["id"]))),
        reseller_key=party if row["kind"] == PartyKind.RESELLER else None,
        distributor_key=party if row["kind"] == PartyKind.DISTRIBUTOR else None,
        program_name=row["program_name"],
        name=row["name"],
        country=row["country"],
        partner_type=PartnerType(row["partner_type"]) if row["partner_type"] is not None else None,
        email=row["email"],
        status=ApplicationStatus(row["status"]),
        submitted_at=row["submitted_at"],
        reason=row["reason"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
    )
