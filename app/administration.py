"""The commands that set up who signs in: integrations, users, signing keys, external providers and issuers.

They act as the operator, over the owner's URL; the running server's login cannot do what they do.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from app.access import users
from app.access.clients import (
    NewClient,
    create_client,
    list_clients,
    move_client,
    replace_client_keys,
    revoke_client,
    rotate_client,
)
from app.access.oauth.federation.registration import end_provider, end_trust, register_provider, trust_issuer
from app.access.oauth.keys import rotate_keys
from app.access.oauth.registration import Registration
from app.access.roles import Role
from app.access.scopes import Scope
from app.programme.terms import Level
from app.settings import settings
from app.store import schema
from app.store.connect import Urls, database
from app.store.database import Context, Database, Session
from app.tables.metadata import DatabaseRole
from app.tables.organizations import Authentication, GrantType, Serves

T = TypeVar("T")
out = Console()
clients = typer.Typer(no_args_is_help=True, help="Integrations and portals: OAuth clients of an organisation.")
people = typer.Typer(no_args_is_help=True, help="People who sign in, and their roles.")
keys = typer.Typer(no_args_is_help=True, help="The keys that sign tokens.")
providers = typer.Typer(no_args_is_help=True, help="External OpenID providers that an organisation signs in by.")
issuers = typer.Typer(no_args_is_help=True, help="Issuers whose access tokens an organisation's client may bring.")


@clients.command("create")
def client_create(
    organization: Annotated[UUID, typer.Option(help="The organisation's id.")],
    level: Annotated[Level, typer.Option(case_sensitive=False, help="The level on which it acts.")],
    name: Annotated[str, typer.Option(help="Its name, for people.")],
    role: Annotated[
        list[Role] | None,
        typer.Option(
            help="A role of the level; may be given several times. A client that only signs people in has none."
        ),
    ] = None,
    scope: Annotated[list[Scope] | None, typer.Option(help="A scope; may be given several times.")] = None,
    authentication: Annotated[Authentication, typer.Option(help="How it proves itself.")] = Authentication.SECRET,
    grant: Annotated[
        list[GrantType] | None, typer.Option(help="How it gets tokens; client_credentials unless said.")
    ] = None,
    redirect: Annotated[list[str] | None, typer.Option(help="Where codes are sent, letter by letter.")] = None,
    origin: Annotated[list[str] | None, typer.Option(help="A browser origin that it calls from.")] = None,
    jwks: Annotated[Path | None, typer.Option(help="Its public keys, for private_key_jwt.", exists=True)] = None,
    serves: Annotated[Serves, typer.Option(help="Whose people may sign in through it.")] = Serves.OWN,
    whole_person: Annotated[
        bool, typer.Option(help="A portal: acts with all that whoever signs in may, without scopes of its own.")
    ] = False,
    resource_server: Annotated[bool, typer.Option(help="May ask about any token (introspection).")] = False,
) -> None:
    """Makes a client, and shows its secret this once."""
    registered = Registration(
        authentication=authentication,
        grant_types=frozenset(grant or {GrantType.CLIENT_CREDENTIALS}),
        redirect_uris=frozenset(redirect or ()),
        origins=frozenset(origin or ()),
        jwks=json.loads(jwks.read_text()) if jwks is not None else None,
        serves=serves,
        whole_person=whole_person,
        resource_server=resource_server,
    )
    made: NewClient = operate(
        lambda session: create_client(
            session, organization, level, name, role or (), scope or (), registered=registered
        )
    )
    out.print(f"client_id     {made.id}\nclient_secret {made.secret}", highlight=False)


@clients.command("rotate")
def client_rotate(client_id: UUID) -> None:
    """Gives an integration a new secret, and shows it this once. The old one stops at once."""
    made: NewClient = operate(lambda session: rotate_client(session, client_id))
    out.print(f"client_id     {made.id}\nclient_secret {made.secret}", highlight=False)


@clients.command("move")
def client_move(
    client_id: UUID,
    redirect: Annotated[list[str] | None, typer.Option(help="Where codes are sent, letter by letter.")] = None,
    origin: Annotated[list[str] | None, typer.Option(help="A browser origin that it calls from.")] = None,
) -> None:
    """Gives a client other redirect addresses and origins: those named here, and no others any more."""
    operate(lambda session: move_client(session, client_id, redirect or (), origin or ()))
    out.print("Moved.")


@clients.command("keys")
def client_keys(
    client_id: UUID, jwks: Annotated[Path, typer.Option(help="Its public keys, for private_key_jwt.", exists=True)]
) -> None:
    """Gives a client that signs its assertions other public keys. The old ones stop at once."""
    replaced = json.loads(jwks.read_text())
    operate(lambda session: replace_client_keys(session, client_id, replaced))
    out.print("Replaced.")


@clients.command("revoke")
def client_revoke(client_id: UUID) -> None:
    """Ends an integration, its tokens too, within seconds."""
    at = operate(lambda session: revoke_client(session, client_id))
    out.print(f"Revoked at {at:%Y-%m-%d %H:%M:%S} UTC.")


@clients.command("list")
def client_list(
    organization: Annotated[UUID | None, typer.Option(help="Only of this organisation.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Lists the integrations."""
    found = [
        {
            "client_id": str(each.id),
            "organization_id": str(each.organization_id),
            "organization": each.organization_name,
            "name": each.name,
            "level": each.level.value,
            "scopes": " ".join(sorted(each.scopes)),
            "revoked_at": str(each.revoked_at or ""),
        }
        for each in operate(lambda session: list_clients(session, organization))
    ]
    if as_json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    table = Table("client_id", "organization_id", "organization", "name", "level", "scopes", "revoked_at")
    for row in found:
        table.add_row(*row.values())
    out.print(table)


@people.command("create")
def user_create(
    email: Annotated[str, typer.Option(help="What the person signs in with.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for.")],
) -> None:
    """Makes a user."""
    out.print(f"user_id {operate(lambda session: users.create_user(session, email, name, password))}", highlight=False)


@people.command("grant")
def user_grant(user_id: UUID, organization: UUID, role: Role) -> None:
    """Gives a user a role in an organisation."""
    new = operate(lambda session: users.grant(session, organization, user_id, role))
    out.print("Granted." if new else "The user has this role already.")


@people.command("remove")
def user_remove(user_id: UUID, organization: UUID, role: Annotated[Role | None, typer.Argument()] = None) -> None:
    """Takes a role, or all of them, from a user in an organisation; its tokens follow within seconds."""
    gone = operate(lambda session: users.remove(session, organization, user_id, role))
    out.print(f"{gone} roles removed.")


@keys.command("rotate")
def key_rotate() -> None:
    """Signs with a new key from now on; tokens signed before stay good until they expire."""
    out.print(f"New tokens are signed by key {operate(rotate_keys)}.", highlight=False)


@providers.command("register")
def provider_register(
    organization: UUID,
    name: Annotated[str, typer.Option(help="Its name on the sign-in page.")],
    issuer: Annotated[str, typer.Option(help="Its https address, as its own metadata say it.")],
    client_id: Annotated[str, typer.Option(help="What this server is called there.")],
    secret_name: Annotated[str | None, typer.Option(help="Its name in TAILRACE_PROVIDER_SECRETS.")] = None,
) -> None:
    """Lets an organisation's people sign in by an external OpenID provider."""
    made = operate(lambda session: register_provider(session, organization, name, issuer, client_id, secret_name))
    out.print(f"provider_id {made}; it sends people back to {settings().url}/oauth/callback/{made}", highlight=False)


@providers.command("end")
def provider_end(provider_id: UUID) -> None:
    """Ends signing in by a provider."""
    operate(lambda session: end_provider(session, provider_id))
    out.print("Ended.")


@issuers.command("trust")
def issuer_trust(
    client_id: UUID,
    issuer: Annotated[str, typer.Option(help="What its tokens say as iss.")],
    audience: Annotated[str, typer.Option(help="What its tokens say as aud.")],
    jwks_uri: Annotated[str, typer.Option(help="Where it publishes its keys, https.")],
    subject: Annotated[str | None, typer.Option(help="Only tokens of this sub.")] = None,
) -> None:
    """Takes an external issuer's access tokens as those of a client."""
    made = operate(
        lambda session: trust_issuer(
            session, client_id, issuer, audience, subject=subject, jwks_uri=jwks_uri, own=settings().url
        )
    )
    out.print(f"issuer_id {made}", highlight=False)


@issuers.command("end")
def issuer_end(issuer_id: UUID) -> None:
    """Ends the trust in an issuer."""
    operate(lambda session: end_trust(session, issuer_id))
    out.print("Ended.")


def operate(act: Callable[[Session], Awaitable[T]]) -> T:
    """Do one act as the operator, in a transaction of its own."""

    async def run(urls: Urls) -> T:
        await schema.require_current(urls.owner)
        opened = await Database.open(urls.owner, connections=1)
        try:
            async with opened.writing(Context(DatabaseRole.OPERATOR)) as session:
                return await act(session)
        finally:
            await opened.close()

    with database(settings()) as urls:
        return asyncio.run(run(urls))
