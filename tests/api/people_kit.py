"""What the tests of an organisation's own people share: persons who sign in, their browsers, the mail they get, and a clock
by which a server believes what it knows of them."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx

from app.access.clients import NewClient, create_client
from app.access.roles import Role
from app.access.users import create_user, grant
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.access.oauth_kit import BACK, PASSWORD, PORTAL, QUICK, answered, challenge, hidden
from tests.api.conftest import URL, Api, Caller

TABLES = (
    *("organization", "user_account", "membership", "invitation", "partner_invitation", "party_link", "oauth_client"),
    *("mail_message", "remembered_result", "audit_event", "jobs.pgqueuer", "application", "application_link", "party"),
)

ADMINISTRATORS = {
    "vendor": ("Acme", Role.VENDOR_PROGRAM_MANAGER, Role.VENDOR_ANALYST),
    "distributor": ("Dist One", Role.DISTRIBUTOR_ADMIN, Role.DISTRIBUTOR_VIEWER),
    "reseller": ("Reseller One", Role.RESELLER_ADMIN, Role.RESELLER_SALES),
}
"A firm of each level, its administrator's role, and another."


@dataclass
class Person:
    """Somebody with an account, as the graph and the pages know it."""

    id: UUID
    email: str
    caller: Caller
    organization_id: UUID

    @property
    def gid(self) -> str:
        return global_id("OrganizationUser", Key(self.organization_id, self.id))


@dataclass
class Page:
    """A browser at the pages for people: keeps cookies, follows nothing by itself."""

    http: httpx.AsyncClient

    async def open(self, link: str) -> httpx.Response:
        return await self.http.get(link)

    async def submit(self, page: httpx.Response, act: str, **fields: str) -> httpx.Response:
        action, known = hidden(page, act)
        return await self.http.post(action, data=known | fields, headers={"Origin": URL})


@asynccontextmanager
async def browser(api: Api, address: str = "203.0.113.7") -> AsyncIterator[Page]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api.app, client=(address, 5000)), base_url=URL) as http:
        yield Page(http)


async def portal(api: Api) -> NewClient:
    """A portal through which everybody signs in with all that he may."""
    async with api.operating() as session:
        own = await session.value("SELECT id FROM organization ORDER BY id LIMIT 1")
        return await create_client(session, own, Level.VENDOR, f"Portal {uuid4().hex[:6]}", (), (), PORTAL)


async def person(api: Api, organization: str, *roles: Role, name: str = "Ada") -> Person:
    """Somebody with these roles of one level in an organisation of the world, signed in."""
    organization_id = api.world.organizations[organization]
    email = f"{secrets.token_hex(6)}@{organization.lower().replace(' ', '-')}.example"
    async with api.operating() as session:
        user_id = await create_user(session, email, name, None)
        await session.execute("UPDATE user_account SET password_hash = $2 WHERE id = $1", user_id, QUICK.hash(PASSWORD))
        for role in roles:
            await grant(session, organization_id, user_id, role)
    caller = await signed_in(api, email, PASSWORD)
    return Person(user_id, email, caller, organization_id)


async def signed_in(api: Api, email: str, password: str, **choice: str) -> Caller:
    """A caller with the token that a portal gets for whoever signs in."""
    client, verifier = await portal(api), "v" * 43
    asked = {
        "response_type": "code",
        "client_id": str(client.id),
        "redirect_uri": BACK,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    async with browser(api) as page:
        form = await page.open(f"/oauth/authorize?{urlencode(asked)}")
        passed = await page.submit(form, "sign-in", email=email, password=password)
        assert passed.status_code == 303, passed.text
        back = await page.open(passed.headers["location"])
        if choice:
            back = await page.submit(back, "choose", **choice)
    given = {
        "grant_type": "authorization_code",
        "code": answered(back)["code"],
        "redirect_uri": BACK,
        "code_verifier": verifier,
        "client_id": str(client.id),
    }
    answer = await api.http.post("/oauth/token", data=given)
    assert answer.status_code == 200, answer.text
    return Caller(api.http, answer.json()["access_token"])


async def mail_to(api: Api, email: str) -> str:
    """What the newest mail to an address says, that has not been sent."""
    found: str = await api.world.connection.fetchval(
        "SELECT content FROM mail_message WHERE recipient = $1 AND content IS NOT NULL ORDER BY id DESC LIMIT 1", email
    )
    return found


async def link_to(api: Api, email: str) -> str:
    """The path of the link in the newest mail to an address."""
    found = re.search(rf"{URL}(/invitations/\S+)", await mail_to(api, email))
    assert found is not None
    return found[1]


async def contents(api: Api) -> dict[str, list[str]]:
    """Every row of every table that these acts may touch; when a client was last used left out."""
    found = {}
    for table in TABLES:
        rows = await api.world.connection.fetch(
            f"SELECT (to_jsonb(t) - 'last_used_at')::text AS row FROM {table} t ORDER BY 1"
        )
        found[table] = [row["row"] for row in rows]
    return found


async def refused(api: Api, caller: Caller, document: str, **given: Any) -> list[tuple[list[str] | None, str]]:
    """Where and with which codes an act was refused. Nothing was done, nothing was written."""
    before = await contents(api)
    payload = await caller.act(document, **given)
    assert [value for name, value in payload.items() if name != "userErrors" and value is not None] == []
    assert all(error["message"] for error in payload["userErrors"])
    assert await contents(api) == before
    return [(error["field"], error["code"]) for error in payload["userErrors"]]


async def done(caller: Caller, document: str, **given: Any) -> dict[str, Any]:
    """The payload of an act that was done."""
    payload = await caller.act(document, **given)
    assert payload["userErrors"] == []
    return payload


def fresh() -> str:
    """An address that is nobody's."""
    return f"{secrets.token_hex(6)}@new.example"


def once() -> str:
    """A new idempotency key."""
    return uuid4().hex


def nodes(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [edge["node"] for edge in data["viewer"][name]["edges"]]


def later(api: Api, seconds: float) -> None:
    """Let so much time pass for what the server believes of who asks."""
    actors = api.app.state.known_origins.__self__.actors
    before = actors._monotonic
    actors._monotonic = lambda: before() + seconds


def forget(api: Api) -> None:
    """Let the server ask anew of everybody."""
    later(api, 15.1)


async def admin(api: Api, level: str = "distributor") -> Person:
    """An administrator of a firm of this level."""
    organization, role, _ = ADMINISTRATORS[level]
    return await person(api, organization, role, name="Grace")


async def invited(api: Api, by: Person, *roles: Role, email: str = "") -> tuple[str, str]:
    """An invitation and the address that it is for."""
    address = email or fresh()
    payload = await done(
        by.caller, "distributor/invite_user.graphql", email=address, roles=list(roles), idempotencyKey=once()
    )
    return payload["invitation"]["id"], address


async def accepted(api: Api, email: str, name: str = "Newcomer") -> Caller:
    """Whoever has no account takes an invitation up, and signs in."""
    async with browser(api) as page:
        form = await page.open(await link_to(api, email))
        welcome = await page.submit(form, "register", name=name, password=PASSWORD)
        assert (welcome.status_code, "Welcome" in welcome.text) == (200, True), welcome.text
    return await signed_in(api, email, PASSWORD)
