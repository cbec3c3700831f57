"""How an organisation sees its own users and whom it has invited. Nobody else sees any of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
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
from app.people import queries
from app.store.database import Row

values(Role)


@visible("user:read")
class OrganizationUser(Node):
    """A person who belongs to your organisation, at the level at which you act."""

    name: str
    "The person's name."
    email: str
    "The e-mail address that the person signs in with."
    roles: list[Role]
    "What the person is in your organisation."
    since: datetime
    "Since when the person has had the oldest of these roles."
    last_signed_in_at: datetime | None
    "When the person last signed in for your organisation; null where not within the last month."


@visible("user:read")
class Invitation(Node):
    """A person invited into your organisation."""

    email: str
    "Whom it is for."
    roles: list[Role]
    "What the person will be."
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
    "When it was taken back, or ended with what its sender lost; null where it was not."
    is_open: bool
    "Whether it can be accepted now."


def own(request: Request[Actor], parents: Sequence[Any]) -> list[Key]:
    """The asker's organisation as the parent of its own lists."""
    return [Key(request.actor.organization_id, request.actor.organization_id)] * len(parents)


async def users_of_viewer(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[OrganizationUser]]":
    """The people of your organisation at your level, by name."""
    window = Window.of(queries.BY_NAME, first=first, after=after, last=last, before=before)
    return await pages(request, own(request, parents), queries.USERS, window, selection, _user)


async def invitations_of_viewer(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    pending: bool | None = None,
) -> "list[Connection[Invitation]]":
    """Whom your organisation has invited, the newest first; only those neither accepted nor withdrawn, or only the
    others, by `pending`."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=pending)
    return await pages(request, own(request, parents), queries.INVITATIONS, window, selection, _invitation, [pending])


async def users_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[OrganizationUser | None]:
    """Users of the asker's organisation, in the order of their keys."""
    found = {_key(row): row for row in await queries.users(await request.reader(), keys)}
    return [_user(found[key]) if key in found else None for key in keys]


async def invitations_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Invitation | None]:
    """Invitations of the asker's organisation, in the order of their keys."""
    found = {_key(row): row for row in await queries.invitations(await request.reader(), keys)}
    return [_invitation(found[key]) if key in found else None for key in keys]


def _key(row: Row) -> Key:
    return Key(row["organization_id"], row["id"])


def roles_of(names: Sequence[str]) -> list[Role]:
    """Those of the stored roles that there are, in the order of the matrix."""
    return [role for role in Role if role.value in names]


def _user(row: Row) -> OrganizationUser:
    return OrganizationUser(
        id=strawberry.ID(global_id("OrganizationUser", _key(row))),
        name=row["name"],
        email=row["email"],
        roles=roles_of(row["roles"]),
        since=row["since"],
        last_signed_in_at=row["last_signed_in_at"],
    )


def _invitation(row: Row) -> Invitation:
    ended = row["accepted_at"] is not None or row["withdrawn_at"] is not None
    return Invitation(
        id=strawberry.ID(global_id("Invitation", _key(row))),
        email=row["email"],
        roles=roles_of(row["roles"]),
        invited_by=row["invited_by_name"],
        created_at=row["created_at"],
        sent_at=row["sent_at"],
        expires_at=row["expires_at"],
        accepted_at=row["accepted_at"],
        withdrawn_at=row["withdrawn_at"],
        is_open=not ended and row["expires_at"] > datetime.now(UTC),
    )
