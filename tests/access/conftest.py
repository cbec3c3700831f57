"""What the tests of access share: a token endpoint and a resource server in one process, over a real database."""

import base64
import json
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette

from app.access.actor import Actors, Unauthenticated
from app.access.clients import NewClient, create_client
from app.access.oauth.keys import SigningKeys
from app.access.oauth.routes import routes
from app.access.oauth.settings import TokenSettings
from app.access.roles import Role
from app.access.scopes import Scope
from app.programme.terms import Level
from app.store.database import Database, Session

Operating = Callable[[], AbstractAsyncContextManager[Session]]
NOW = datetime.now(UTC)


@dataclass
class World:
    """One authorization server and one resource server, as one process holds them, with clocks that can be moved."""

    http: httpx.AsyncClient
    operating: Operating
    database: Database
    keys: SigningKeys
    settings: TokenSettings
    elapsed: float = 0.0

    def __post_init__(self) -> None:
        self.actors = Actors(self.database, self.settings, self.keys, wall=self.wall, monotonic=self.monotonic)

    def wall(self) -> float:
        return time.time() + self.elapsed

    def monotonic(self) -> float:
        return time.monotonic() + self.elapsed

    async def organization(self, name: str = "Firm") -> UUID:
        organization_id = uuid4()
        await self.written(
            "INSERT INTO organization (id, name, country, created_at) VALUES ($1, $2, 'DE', $3)",
            organization_id,
            name,
            NOW,
        )
        return organization_id

    async def vendor(self, organization_id: UUID) -> UUID:
        vendor_id = uuid4()
        await self.written(
            "INSERT INTO vendor (id, organization_id, name, country) VALUES ($1, $2, 'V', 'DE')",
            vendor_id,
            organization_id,
        )
        return vendor_id

    async def party(self, vendor_id: UUID, organization_id: UUID, kind: Level, until: datetime | None = None) -> UUID:
        party_id = uuid4()
        await self.written(
            "INSERT INTO party (vendor_id, id, kind, name, partner_type, country, disclosed, created_at)"
            " VALUES ($1, $2, $3, 'P', $4, 'DE', true, $5)",
            vendor_id,
            party_id,
            kind.value,
            "VAR" if kind is Level.RESELLER else None,
            NOW,
        )
        await self.written(
            "INSERT INTO party_link (vendor_id, party_id, organization_id, linked_from, linked_until)"
            " VALUES ($1, $2, $3, $4, $5)",
            vendor_id,
            party_id,
            organization_id,
            NOW - timedelta(days=9),
            until,
        )
        return party_id

    async def written(self, statement: str, *arguments: object) -> None:
        async with self.operating() as session:
            await session.execute(statement, *arguments)

    async def client(
        self,
        organization_id: UUID | None = None,
        role: Role = Role.DISTRIBUTOR_OPERATOR,
        scopes: Collection[Scope] = (Scope.RESELLERS_READ, Scope.SELL_THROUGH_WRITE),
    ) -> NewClient:
        owner = organization_id or await self.organization()
        async with self.operating() as session:
            return await create_client(session, owner, role.level, "An integration", [role], scopes)

    async def ask(self, client: NewClient, **form: str) -> httpx.Response:
        return await self.http.post(
            "/oauth/token",
            data={"grant_type": "client_credentials", **form},
            auth=(str(client.id), client.secret),
        )

    async def token(self, client: NewClient, **form: str) -> str:
        answer = await self.ask(client, **form)
        assert answer.status_code == 200, answer.text
        return f"Bearer {answer.json()['access_token']}"

    async def refusal(self, header: str | None) -> Unauthenticated:
        with pytest.raises(Unauthenticated) as refused:
            await self.actors.of(header)
        return refused.value

    async def forged(self, client: NewClient, *, key: ECKey | None = None, **changes: Any) -> str:
        """A token like ours with some claims or header fields (typ, kid) changed; None leaves one out."""
        signing = await self.keys.current()
        now = int(time.time())
        header: dict[str, Any] = {"alg": "ES256", "typ": "at+jwt", "kid": signing.kid}
        claims: dict[str, Any] = {
            "iss": self.settings.issuer,
            "sub": str(client.id),
            "aud": self.settings.audience,
            "exp": now + 900,
            "iat": now,
            "jti": "j",
            "client_id": str(client.id),
            "scope": "resellers:read",
        }
        for part in (header, claims):
            part.update({name: changes[name] for name in list(part) if name in changes})
        header.update(changes.get("extra_header", {}))
        stated = {name: value for name, value in claims.items() if value is not None}
        made = {name: value for name, value in header.items() if value is not None}
        return f"Bearer {jwt.encode(made, stated, key or signing, default_type=None)}"

    @staticmethod
    def parts_of(header: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The token's header and claims, unchecked."""
        head, body, _ = header.removeprefix("Bearer ").split(".")
        decoded = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (head, body)]
        return decoded[0], decoded[1]


@pytest.fixture
async def world(database: Database, operator_session: Operating) -> AsyncIterator[World]:
    settings = TokenSettings("http://127.0.0.1:8000", "https://api.tailrace.example/graphql")
    keys = SigningKeys(database, settings.lifetime)
    app = Starlette(routes=routes(database, settings, keys))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://proxied.example") as http:
        yield World(http, operator_session, database, keys, settings)
