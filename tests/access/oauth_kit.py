"""What the tests of signing in share: one authorization server, browsers that visit it, and people who sign in."""

import base64
import hashlib
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID, uuid4

import argon2
import httpx
from starlette.applications import Starlette

from app.access.actor import Actor, Actors
from app.access.clients import Authentication, GrantType, NewClient, Registration, Serves, create_client
from app.access.oauth.federation.issuers import TrustedIssuers
from app.access.oauth.keys import SigningKeys
from app.access.oauth.routes import routes
from app.access.oauth.settings import TokenSettings
from app.access.roles import Role
from app.access.scopes import Scope
from app.access.users import create_user, grant
from app.outbound import Outbound
from app.programme.terms import Level
from app.store.database import Database, Session

Operating = Callable[[], AbstractAsyncContextManager[Session]]
BACK = "https://portal.example/signed-in"
PASSWORD = "correct horse battery staple"
QUICK = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"Hashes that take no time, for people whose password is not what is tested."
SIGNS_IN = frozenset({GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN})
PUBLIC = Registration(Authentication.NONE, SIGNS_IN, frozenset({BACK}))
CONFIDENTIAL = Registration(Authentication.SECRET, SIGNS_IN, frozenset({BACK}))
PORTAL = Registration(Authentication.NONE, SIGNS_IN, frozenset({BACK}), serves=Serves.EVERYONE, whole_person=True)


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def answered(response: httpx.Response) -> dict[str, str]:
    """What a redirect back to the client says."""
    assert response.status_code == 303, (response.status_code, response.text)
    address = urlsplit(response.headers["location"])
    return {name: values[0] for name, values in parse_qs(address.query).items()}


def hidden(page: httpx.Response, act: str) -> tuple[str, dict[str, str]]:
    """Where the form of that act is sent to, and its hidden fields."""
    for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL):
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        if fields.get("act") == act:
            action = re.search(r'action="([^"]*)"', form)
            assert action is not None
            return unescape(action[1]), {name: unescape(value) for name, value in fields.items()}
    raise AssertionError(f"no form for {act}: {page.text}")


@dataclass
class Browser:
    """A person's browser: keeps cookies, follows nothing by itself."""

    site: "Site"
    http: httpx.AsyncClient

    async def ask(self, client: NewClient, verifier: str = "v" * 43, **changes: str | None) -> httpx.Response:
        """Follow a client's link to sign in; None leaves a parameter out."""
        return await self.http.get(self.site.authorize(client, verifier, **changes))

    async def submit(self, page: httpx.Response, act: str, **fields: str) -> httpx.Response:
        action, known = hidden(page, act)
        return await self.http.post(action, data=known | fields, headers={"Origin": self.site.settings.origin})

    async def sign_in(self, page: httpx.Response, email: str, password: str = PASSWORD) -> httpx.Response:
        return await self.submit(page, "sign-in", email=email, password=password)

    async def code(self, client: NewClient, email: str, verifier: str = "v" * 43, **changes: str | None) -> str:
        """Sign in, and bring a code back."""
        page = await self.ask(client, verifier, **changes)
        if page.status_code == 200:
            passed = await self.sign_in(page, email)
            assert passed.status_code == 303, passed.text
            page = await self.http.get(passed.headers["location"])
        return answered(page)["code"]


@dataclass
class Site:
    """One authorization server with its resource server, and clocks that can be moved."""

    database: Database
    operating: Operating
    settings: TokenSettings
    outbound: Outbound
    secrets: Mapping[str, str] = field(default_factory=dict)
    elapsed: float = 0.0

    def __post_init__(self) -> None:
        self.keys = SigningKeys(self.database, self.settings.lifetime, monotonic=self.monotonic)
        self.issuers = TrustedIssuers(
            self.database, self.outbound, self.settings.issuer, wall=self.wall, monotonic=self.monotonic
        )
        self.actors = Actors(
            self.database, self.settings, self.keys, issuers=self.issuers, wall=self.wall, monotonic=self.monotonic
        )
        self.app = Starlette(
            routes=routes(
                self.database, self.settings, self.keys, outbound=self.outbound, secret_named=self.secrets.get
            )
        )

    def wall(self) -> float:
        return time.time() + self.elapsed

    def monotonic(self) -> float:
        return time.monotonic() + self.elapsed

    @asynccontextmanager
    async def browser(self, address: str = "203.0.113.7") -> AsyncIterator[Browser]:
        transport = httpx.ASGITransport(self.app, client=(address, 5000))
        async with httpx.AsyncClient(transport=transport, base_url=self.settings.issuer) as http:
            yield Browser(self, http)

    async def post(self, path: str, form: Mapping[str, str], auth: tuple[str, str] | None = None) -> httpx.Response:
        async with self.browser() as browser:
            return await browser.http.post(path, data=dict(form), auth=auth)  # type: ignore[arg-type]

    async def organization(self, name: str = "Firm") -> UUID:
        organization_id = uuid4()
        async with self.operating() as session:
            await session.execute(
                "INSERT INTO organization (id, name, country, created_at) VALUES ($1, $2, 'DE', now())",
                organization_id,
                name,
            )
        return organization_id

    async def person(
        self, *roles: tuple[UUID, Role], password: str | None = PASSWORD, email: str | None = None
    ) -> tuple[UUID, str]:
        """Somebody with these roles: the id and the e-mail address."""
        named = email or f"{secrets.token_hex(6)}@firm.example"
        async with self.operating() as session:
            user_id = await create_user(session, named, "Ada", None)
            if password is not None:
                kept = QUICK.hash(password)
                await session.execute("UPDATE user_account SET password_hash = $2 WHERE id = $1", user_id, kept)
            for organization_id, role in roles:
                await grant(session, organization_id, user_id, role)
        return user_id, named

    async def client(
        self,
        organization_id: UUID,
        registered: Registration = PUBLIC,
        level: Level = Level.DISTRIBUTOR,
        scopes: Collection[Scope] = (Scope.RESELLERS_READ, Scope.SELL_THROUGH_WRITE),
        roles: Collection[Role] = (),
    ) -> NewClient:
        async with self.operating() as session:
            bound = () if registered.whole_person else scopes
            return await create_client(session, organization_id, level, "A portal", roles, bound, registered)

    def authorize(self, client: NewClient, verifier: str = "v" * 43, **changes: str | None) -> str:
        """The address that a client sends a browser to."""
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": str(client.id),
            "redirect_uri": BACK,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
            "state": "s t&ate=1",
            **changes,
        }
        return f"/oauth/authorize?{urlencode({name: value for name, value in asked.items() if value is not None})}"

    async def exchange(self, client: NewClient, code: str, verifier: str = "v" * 43, **changes: str) -> httpx.Response:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": verifier}
        return await self.asking(client, {**form, **changes})

    async def refresh(self, client: NewClient, token: str, **changes: str) -> httpx.Response:
        return await self.asking(client, {"grant_type": "refresh_token", "refresh_token": token, **changes})

    async def asking(self, client: NewClient, form: Mapping[str, str], path: str = "/oauth/token") -> httpx.Response:
        """As the client itself: with its secret, or with its name alone."""
        if client.secret:
            return await self.post(path, form, (str(client.id), client.secret))
        return await self.post(path, {"client_id": str(client.id), **form})

    async def tokens(self, client: NewClient, email: str, **changes: str | None) -> dict[str, Any]:
        """Sign somebody in, in a browser of its own, and give the client its tokens."""
        async with self.browser() as browser:
            code = await browser.code(client, email, **changes)
        answer = await self.exchange(client, code)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def actor(self, tokens: Mapping[str, Any]) -> Actor:
        return await self.actors.of(f"Bearer {tokens['access_token']}")


def refused(answer: httpx.Response) -> tuple[int, str]:
    """The status and code of an OAuth error, which is never kept and holds no token."""
    assert answer.headers["cache-control"] == "no-store"
    assert "access_token" not in answer.text
    return answer.status_code, answer.json()["error"]
