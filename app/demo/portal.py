"""The demo's people at their portals: what they do they do by the operations of graphql/operations, with every check.

Whatever has an idempotency key of its own can be done again, and nothing happens twice.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

from app.access.actor import Actor
from app.access.roles import Role
from app.access.scopes import permissions_of
from app.demo.network import Organization, distributors, linked_resellers, network
from app.demo.people import Person
from app.execution.http import Asked, Endpoint
from app.execution.identifiers import Key, key_of
from app.execution.request import Request
from app.programme.terms import Level
from app.reports.actions import receive_bytes
from app.schema import schema
from app.settings import settings
from app.store.database import Database

LARGEST_FILE: Final = 1_000_000
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class PortalTrouble(Exception):
    """Something that somebody of the demo does was refused; the message says what and why."""


class _NoLinks:
    """Nobody follows links while the demo is made."""

    def upload(self, file_id: UUID) -> str:
        return f"/uploads/{file_id}"

    def page(self, path: str) -> str:
        return path

    async def upload_headers(self, actor: Actor, file_id: UUID, until: datetime) -> dict[str, str]:
        return {}

    async def download(self, actor: Actor, what: str, key: Key) -> str:
        return f"/downloads/{what}"


class Portal:
    """The demo's people over one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._endpoint = Endpoint(schema)

    async def ask(self, person: Person, document: str, **variables: Any) -> dict[str, Any]:
        """What an operation answers. Raises PortalTrouble where anything of it fails."""
        return await self.answer(actor_of(person), document, **variables)

    async def answer(self, actor: Actor, document: str, **variables: Any) -> dict[str, Any]:
        """The same, for whoever asks."""
        text = (settings().trusted_operations / document).read_text()
        asked = Asked(query=text, variables=variables)
        async with Request(actor, self.database, "demo", _NoLinks()) as request:
            result = await self._endpoint.answer(asked, request, introspection=False, reading_only=False)
        if result.errors or result.data is None:
            raise PortalTrouble(f"{document} as {actor.name}: {result.errors}")
        return result.data

    async def act(self, person: Person, document: str, /, done: Collection[str] = (), **given: Any) -> dict[str, Any]:
        """The payload of an operation's one mutation. Raises PortalTrouble where it is refused, unless by a code of `done`:
        these say that it was done before."""
        data = await self.ask(person, document, input=given)
        (payload,) = data.values()
        assert isinstance(payload, dict)
        refused = [error for error in payload["userErrors"] if error["code"] not in done]
        if refused:
            raise PortalTrouble(f"{document} as {person.name}: {refused}")
        return payload

    async def upload(self, person: Person, filename: str, key: str, file_content: bytes | None = None) -> str:
        """A document that somebody has sent, or a file of another content; its upload's id."""
        directory = settings().trusted_operations / person.role.level.lower()
        assert (directory / "create_upload.graphql").exists()
        document = f"{person.role.level.lower()}/create_upload.graphql"
        payload = await self.act(person, document, filename=filename, idempotencyKey=key)
        id: str = payload["upload"]["id"]
        file = key_of("Upload", id)
        assert file is not None

        async def content() -> Any:
            yield _PDF + f"% {filename}\n".encode() if file_content is None else file_content

        await receive_bytes(self.database, actor_of(person), file.id, content(), LARGEST_FILE)
        return id


def person(firm: str, role: Role) -> Person:
    """Somebody of a firm of the demo."""
    return Person(_firms()[firm], role)


@cache
def _firms() -> dict[str, Organization]:
    everyone = [*(vendor.organization for vendor in network()), *distributors(), *linked_resellers()]
    return {firm.name: firm for firm in everyone}


def actor_of(person: Person) -> Actor:
    """Who asks, as if signed in."""
    firm, role = person.firm, person.role
    actor = Actor(
        level=role.level,
        organization_id=firm.id,
        organization_name=firm.name,
        client_id=None,
        user_id=person.id,
        name=person.name,
        roles=frozenset({role}),
        scopes=None,
        permissions=permissions_of(frozenset({role}), None),
        vendor_id=None,
        vendor_ids=frozenset(),
        party_ids=frozenset(),
        expires_at=datetime.now(UTC) + timedelta(hours=1),
    )
    if role.level is Level.VENDOR:
        (own,) = (vendor.id for vendor in network() if vendor.organization.id == firm.id)
        return replace(actor, vendor_id=own, vendor_ids=frozenset({own}))
    parties = list(_parties(person))
    return replace(
        actor,
        vendor_ids=frozenset(vendor for vendor, _ in parties),
        party_ids=frozenset(party for _, party in parties),
    )


def _parties(person: Person) -> list[tuple[UUID, UUID]]:
    """In which networks a firm takes part, and as which party."""
    if person.role.level is Level.DISTRIBUTOR:
        agreements = [agreement for vendor in network() for agreement in vendor.agreements]
        return [(each.vendor_id, each.distributor_id) for each in agreements if each.distributor.id == person.firm.id]
    return [
        (vendor.id, reseller.id)
        for vendor in network()
        for reseller in vendor.resellers
        if reseller.organization_id == person.firm.id
    ]
