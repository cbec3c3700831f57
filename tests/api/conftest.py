"""The application as partners reach it: over HTTP, with real tokens, on a small world of its own."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from app.access.clients import create_client
from app.access.roles import Role
from app.access.scopes import Scope
from app.main import application
from app.programme.terms import Level
from app.reports.aliases.undoing.actions import take_back
from app.reports.counting.actions import Busy, count_reports, release_held
from app.reports.held.deciding.actions import carry_out
from app.settings import PROJECT, Settings
from app.store.connect import Urls
from app.store.database import Database, Session
from tests.world import World, build

URL = "http://127.0.0.1:8000"


class Operating(Protocol):
    def __call__(self) -> AbstractAsyncContextManager[Session]: ...


@dataclass
class Caller:
    """A signed-in integration."""

    http: httpx.AsyncClient
    token: str

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The `data`; fails on any error."""
        answer = await self.raw(document, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def raw(self, document: str, **variables: Any) -> dict[str, Any]:
        """The whole answer. A document that ends in .graphql is read from graphql/operations."""
        text = (
            (PROJECT / "graphql" / "operations" / document).read_text() if document.endswith(".graphql") else document
        )
        response = await self.http.post(
            "/graphql",
            json={"query": text, "variables": variables},
            headers={"Authorization": f"Bearer {self.token}"},
        )
        answer: dict[str, Any] = response.json()
        return answer

    async def act(self, document: str, **given: Any) -> dict[str, Any]:
        """The payload of the document's one mutation, whose input is `given`."""
        data = await self.ask(document, input=given)
        (payload,) = data.values()
        assert isinstance(payload, dict)
        return payload

    async def upload(self, data: bytes, name: str = "report.csv") -> str:
        """A completed upload's id."""
        payload = await self.act(
            "mutation($input: CreateUploadInput!) { createUpload(input: $input)"
            " { upload { id url headers } userErrors { code message } } }",
            filename=name,
            idempotencyKey=uuid4().hex,
        )
        place = payload["upload"]
        answer = await self.http.put(place["url"], content=data, headers=place["headers"])
        assert answer.status_code == 200, answer.text
        found: str = place["id"]
        return found


@dataclass
class Api:
    """The running application, its world, and callers of every level."""

    app: Starlette
    http: httpx.AsyncClient
    world: World
    database: Database
    operating: Operating
    callers: dict[tuple[str, str, frozenset[Role], frozenset[Scope] | None], Caller] = field(default_factory=dict)

    async def as_(self, level: Level, name: str, *roles: Role, scopes: frozenset[Scope] | None = None) -> Caller:
        """A caller for an organisation of the world, with these roles and all scopes unless some are named."""
        key = (level.value, name, frozenset(roles), scopes)
        if key not in self.callers:
            async with self.operating() as session:
                made = await create_client(
                    session,
                    self.world.organizations[name],
                    level,
                    f"{name} {uuid4().hex[:6]}",
                    roles,
                    scopes if scopes is not None else usable_scopes(roles),
                )
            answer = await self.http.post(
                "/oauth/token", data={"grant_type": "client_credentials"}, auth=(str(made.id), made.secret)
            )
            assert answer.status_code == 200, answer.text
            self.callers[key] = Caller(self.http, answer.json()["access_token"])
        return self.callers[key]

    async def vendor(self, name: str = "Acme", role: Role = Role.VENDOR_PROGRAM_MANAGER) -> Caller:
        return await self.as_(Level.VENDOR, name, role)

    async def distributor(self, name: str = "Dist One", role: Role = Role.DISTRIBUTOR_ADMIN) -> Caller:
        return await self.as_(Level.DISTRIBUTOR, name, role)

    async def reseller(self, name: str = "Reseller One", role: Role = Role.RESELLER_ADMIN) -> Caller:
        return await self.as_(Level.RESELLER, name, role)

    async def count(self, vendor: str = "Acme", distributor: str = "Dist One") -> None:
        """Do what the worker does for an agreement: count what waits, release what an alias explains, take back what an
        undone one placed, carry out what was decided about held rows."""
        vendor_id, agreement_id = self.world.vendors[vendor], self.world.agreements[vendor, distributor]
        assert not isinstance(await count_reports(self.database, vendor_id, agreement_id), Busy)
        for alias in await self.world.connection.fetch("SELECT id FROM alias WHERE released_rows IS NULL"):
            assert not isinstance(await release_held(self.database, vendor_id, alias["id"]), Busy)
        for alias in await self.world.connection.fetch("SELECT id FROM alias WHERE undone_at IS NOT NULL"):
            assert not isinstance(await take_back(self.database, vendor_id, alias["id"]), Busy)
        for decision in await self.world.connection.fetch("SELECT id FROM held_decision WHERE carried_out_at IS NULL"):
            assert not isinstance(await carry_out(self.database, vendor_id, decision["id"]), Busy)


def usable_scopes(roles: tuple[Role, ...]) -> frozenset[Scope]:
    from app.access.clients import PURPOSE
    from app.access.scopes import permissions_of

    held = permissions_of(frozenset(roles), None)
    return frozenset(scope for scope in Scope if PURPOSE[scope] in held)


@pytest.fixture(scope="module")
async def world(urls: Urls) -> AsyncIterator[World]:
    built = await build(urls.owner)
    yield built
    await built.connection.close()


@pytest.fixture(scope="module")
async def api(urls: Urls, world: World, database: Database, operator_session: Operating) -> AsyncIterator[Api]:
    settings = Settings(home=Path("/nowhere"), token_lifetime=timedelta(hours=1))
    app = application(settings, urls.app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as http,
    ):
        yield Api(app, http, world, database, operator_session)
