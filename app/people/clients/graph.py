"""How an organisation sees its own integrations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry

from app.access.actor import Actor
from app.access.roles import Role
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.people.clients import queries
from app.people.graph import own, roles_of
from app.store.database import Row

values(Role)


@visible("client:manage")
class RegisteredClient(Node):
    """An integration of your organisation, at the level at which you act. What proves it is shown to nobody."""

    client_id: str
    "What it calls itself at the token endpoint."
    name: str
    "Its name, for people."
    roles: list[Role]
    "What it is when it acts for itself; empty where it only signs people in."
    scopes: list[str]
    "What it is given at most."
    redirect_uris: list[str]
    "Where people who signed in are sent back to."
    origins: list[str]
    "Origins of web pages that call from a browser."
    has_secret: bool
    "Whether it proves itself by a secret."
    created_at: datetime
    "When it was made."
    rotated_at: datetime | None
    "When it was last given a new secret; null where it has its first."
    last_used_at: datetime | None
    "When it last got a token, to the minute; null where it never did."
    revoked_at: datetime | None
    "When it was ended; null while it lives."


async def clients_of_viewer(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[RegisteredClient]]":
    """The integrations of your organisation at your level, the newest first, revoked ones among them."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before)
    return await pages(request, own(request, parents), queries.CLIENTS, window, selection, _client)


async def clients_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[RegisteredClient | None]:
    """Integrations of the asker's organisation, in the order of their keys."""
    rows = await queries.clients(await request.reader(), keys)
    found = {Key(row["organization_id"], row["id"]): row for row in rows}
    return [_client(found[key]) if key in found else None for key in keys]


def _client(row: Row) -> RegisteredClient:
    return RegisteredClient(
        id=strawberry.ID(global_id("RegisteredClient", Key(row["organization_id"], row["id"]))),
        client_id=str(row["id"]),
        name=row["name"],
        roles=roles_of(row["roles"]),
        scopes=sorted(row["scopes"]),
        redirect_uris=sorted(row["redirect_uris"]),
        origins=sorted(row["origins"]),
        has_secret=row["authentication"] == "client_secret",
        created_at=row["created_at"],
        rotated_at=row["rotated_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )
