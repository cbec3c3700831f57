"""Taking tokens back, asking about them, and tokens that are brought to where they are not for."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from joserfc import jwt

from app.access.actor import Reason, Unauthenticated
from app.access.clients import NewClient, Registration, revoke_client
from app.access.links import TicketLinks
from app.access.oauth.keys import rotate_keys
from app.access.oauth.settings import TokenSettings
from app.access.roles import Permission, Role
from app.access.scopes import Scope
from app.access.users import remove
from app.execution.identifiers import Key
from app.outbound import Outbound
from app.programme.terms import Level
from tests.access.oauth_kit import CONFIDENTIAL, PORTAL, PUBLIC, Site, refused

if TYPE_CHECKING:
    from typing import Any
    from uuid import UUID

    from app.store.database import Database
    from tests.access.oauth_kit import Operating

INTEGRATION = Registration()


@pytest.fixture
async def site(database: Database, operator_session: Operating) -> AsyncIterator[Site]:
    yield Site(database, operator_session, TokenSettings("http://127.0.0.1:8000", "https://api.example"), Outbound())


@pytest.fixture
async def firm(site: Site) -> UUID:
    return await site.organization()


@pytest.fixture
async def integration(site: Site, firm: UUID) -> NewClient:
    return await site.client(firm, INTEGRATION, roles=[Role.DISTRIBUTOR_OPERATOR])


async def own_token(site: Site, client: NewClient) -> str:
    token: str = (await site.asking(client, {"grant_type": "client_credentials"})).json()["access_token"]
    return token


async def about(site: Site, client: NewClient, token: str, **more: str) -> dict[str, Any]:
    answer = await site.asking(client, {"token": token, **more}, "/oauth/introspect")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), answer.text
    told: dict[str, Any] = answer.json()
    return told


async def revoked(site: Site, client: NewClient, token: str, **more: str) -> None:
    answer = await site.asking(client, {"token": token, **more}, "/oauth/revoke")
    assert (answer.status_code, answer.json()) == (200, {})
    assert answer.headers["cache-control"] == "no-store"


async def test_a_refresh_token_taken_back_ends_everything_that_came_of_it(site: Site, firm: UUID) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    for registered in (PUBLIC, CONFIDENTIAL):
        client = await site.client(firm, registered)
        tokens = await site.tokens(client, email)
        await site.actor(tokens)
        await revoked(site, client, tokens["refresh_token"], token_type_hint="refresh_token")
        await revoked(site, client, tokens["refresh_token"])
        assert refused(await site.refresh(client, tokens["refresh_token"])) == (400, "invalid_grant")
        site.elapsed += 15.1
        with pytest.raises(Unauthenticated) as ended:
            await site.actor(tokens)
        assert ended.value.reason is Reason.REVOKED


async def test_an_access_token_taken_back_ends_alone(site: Site, firm: UUID, integration: NewClient) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    client = await site.client(firm)
    tokens = await site.tokens(client, email)
    taken, kept = await own_token(site, integration), await own_token(site, integration)
    await site.actors.of(f"Bearer {taken}")
    await revoked(site, integration, taken)
    await revoked(site, integration, taken, token_type_hint="nonsense")
    await revoked(site, client, tokens["access_token"])
    site.elapsed = 15.1
    for token in (taken, tokens["access_token"]):
        with pytest.raises(Unauthenticated) as ended:
            await site.actors.of(f"Bearer {token}")
        assert ended.value.reason is Reason.REVOKED
    assert (await site.actors.of(f"Bearer {kept}")).client_id == integration.id
    assert (await site.refresh(client, tokens["refresh_token"])).status_code == 200


async def test_nobody_takes_back_what_another_was_given(site: Site, firm: UUID, integration: NewClient) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    client, other = await site.client(firm), await site.client(firm, CONFIDENTIAL)
    tokens = await site.tokens(client, email)
    for token in (tokens["refresh_token"], tokens["access_token"], await own_token(site, integration)):
        answer = await site.asking(other, {"token": token}, "/oauth/revoke")
        assert refused(answer) == (400, "invalid_grant")
    await revoked(site, other, "unknown")
    await revoked(site, other, "a.b.c")
    await revoked(site, other, "x" * 9000)
    assert refused(await site.asking(other, {}, "/oauth/revoke")) == (400, "invalid_request")
    assert refused(await site.post("/oauth/revoke", {"token": tokens["refresh_token"]})) == (401, "invalid_client")
    assert (await site.refresh(client, tokens["refresh_token"])).status_code == 200


async def test_a_client_learns_about_its_own_tokens(site: Site, firm: UUID, integration: NewClient) -> None:
    token = await own_token(site, integration)
    told = await about(site, integration, token)
    assert told.pop("exp") > time.time()
    assert told.pop("jti")
    assert told == {
        "active": True,
        "client_id": str(integration.id),
        "sub": str(integration.id),
        "iss": site.settings.issuer,
        "aud": site.settings.audience,
        "token_type": "Bearer",
        "organization": str(firm),
        "level": "DISTRIBUTOR",
        "scope": "resellers:read sell-through:write",
    }
    user_id, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    client = await site.client(firm, CONFIDENTIAL)
    tokens = await site.tokens(client, email)
    for token in (tokens["access_token"], tokens["refresh_token"]):
        told = await about(site, client, token)
        assert (told["active"], told["sub"], told["client_id"]) == (True, str(user_id), str(client.id))


async def test_of_what_does_not_stand_or_is_anothers_one_learns_only_that_it_is_not_active(
    site: Site, firm: UUID, integration: NewClient
) -> None:
    user_id, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    client, other = await site.client(firm, CONFIDENTIAL), await site.client(firm, CONFIDENTIAL)
    tokens = await site.tokens(client, email)
    own = await own_token(site, integration)
    for asker, token in (
        (other, tokens["access_token"]),
        (other, tokens["refresh_token"]),
        (other, own),
        (client, "unknown"),
        (client, "a.b.c"),
        (client, own[:-4] + "AAAA"),
    ):
        assert await about(site, asker, token) == {"active": False}
    fresh = (await site.refresh(client, tokens["refresh_token"])).json()
    assert await about(site, client, tokens["refresh_token"]) == {"active": False}
    async with site.operating() as session:
        await remove(session, firm, user_id)
    for token in (fresh["access_token"], fresh["refresh_token"]):
        assert await about(site, client, token) == {"active": False}
    await revoked(site, integration, own)
    assert await about(site, integration, own) == {"active": False}


async def test_only_a_registered_resource_server_learns_about_anybodys_tokens(
    site: Site, firm: UUID, integration: NewClient
) -> None:
    gateway = await site.client(
        await site.organization(), replace(INTEGRATION, resource_server=True), roles=[Role.DISTRIBUTOR_OPERATOR]
    )
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    portal = await site.client(firm, PORTAL)
    tokens = await site.tokens(portal, email)
    told = await about(site, gateway, tokens["access_token"])
    assert (told["active"], "scope" in told) == (True, False)
    assert (await about(site, gateway, await own_token(site, integration)))["active"]
    public = await site.asking(portal, {"token": tokens["access_token"]}, "/oauth/introspect")
    assert refused(public) == (401, "invalid_client")
    async with site.operating() as session:
        await revoke_client(session, gateway.id)
    answer = await site.asking(gateway, {"token": tokens["access_token"]}, "/oauth/introspect")
    assert refused(answer) == (401, "invalid_client")


async def test_no_kind_of_token_passes_for_another(site: Site, firm: UUID, integration: NewClient) -> None:
    """Token confusion: what one part of this server signed is brought to another part."""
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    client = await site.client(firm, CONFIDENTIAL)
    tokens = await site.tokens(client, email)
    access, refresh = tokens["access_token"], tokens["refresh_token"]
    links = TicketLinks(site.keys, site.actors, site.settings.issuer, timedelta(minutes=5))
    actor = await site.actor(tokens)
    ticket = (await links.download(actor, "raw", Key(firm, firm))).rpartition("=")[2]
    for brought in (refresh, ticket):
        with pytest.raises(Unauthenticated) as broken:
            await site.actors.of(f"Bearer {brought}")
        assert broken.value.reason is Reason.MALFORMED
    assert refused(await site.refresh(client, access)) == (400, "invalid_grant")
    assert refused(await site.exchange(client, refresh)) == (400, "invalid_grant")
    assertion = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": await own_token(site, integration),
    }
    assert refused(await site.post("/oauth/token", assertion)) == (401, "invalid_client")
    with pytest.raises(Unauthenticated):
        await links.check(access, "raw")


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": "client"},
        {"sub": "stranger"},
        {"grant": None},
        {"grant": "stranger"},
        {"grant": "x"},
        {"sub": "client", "grant": None, "client_id": "stranger"},
    ],
)
async def test_a_persons_token_names_the_person_the_client_and_the_grant_that_belong_together(
    site: Site, firm: UUID, changes: dict[str, str | None]
) -> None:
    user_id, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    client = await site.client(firm)
    actor = await site.actor(await site.tokens(client, email))
    key, now = await site.keys.current(), int(time.time())
    named = {"client": str(client.id), "stranger": str(uuid4())}
    claims: dict[str, Any] = {
        "iss": site.settings.issuer,
        "aud": site.settings.audience,
        "sub": str(user_id),
        "client_id": str(client.id),
        "grant": str(actor.grant_id),
        "scope": "",
        "exp": now + 60,
        "iat": now,
        "jti": "j",
    }
    header = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid}
    assert (await site.actors.of(f"Bearer {jwt.encode(header, claims, key)}")).user_id == user_id
    for scope, bound in (("", actor.scopes), ("analytics:read resellers:read", {Scope.RESELLERS_READ})):
        forged = await site.actors.of(f"Bearer {jwt.encode(header, claims | {'scope': scope}, key)}")
        assert forged.scopes == bound
    claims |= {name: named.get(value or "", value) for name, value in changes.items()}
    if claims["client_id"] == named["stranger"]:
        claims["sub"] = claims["client_id"]
    with pytest.raises(Unauthenticated):
        await site.actors.of(f"Bearer {jwt.encode(header, claims, key)}")


async def test_a_persons_link_acts_as_that_person_and_dies_with_the_sign_in(site: Site, firm: UUID) -> None:
    user_id, email = await site.person((firm, Role.DISTRIBUTOR_OPERATOR))
    narrow = await site.actor(await site.tokens(await site.client(firm, PORTAL), email, scope="sell-through:write"))
    whole = await site.actor(await site.tokens(await site.client(firm, PORTAL), email))
    links = TicketLinks(site.keys, site.actors, site.settings.issuer, timedelta(minutes=5))
    until = datetime.now(UTC) + timedelta(minutes=5)
    tickets = []
    for actor in (narrow, whole):
        headers = await links.upload_headers(actor, firm, until)
        tickets.append(headers["Authorization"].removeprefix("Ticket "))
        acting = (await links.check(tickets[-1], "upload")).actor
        assert (acting.user_id, acting.client_id, acting.grant_id) == (user_id, None, actor.grant_id)
        assert (acting.scopes, acting.permissions) == (actor.scopes, actor.permissions)
    assert Permission.UPLOAD_CREATE in narrow.permissions
    assert narrow.scopes == {Scope.SELL_THROUGH_WRITE}
    async with site.operating() as session:
        await remove(session, firm, user_id)
    site.elapsed = 15.1
    for ticket in tickets:
        with pytest.raises(Unauthenticated):
            await links.check(ticket, "upload")


async def test_a_rotated_key_signs_no_more_and_proves_what_it_signed(site: Site, integration: NewClient) -> None:
    before = await own_token(site, integration)
    old = (await site.keys.current()).kid
    async with site.operating() as session:
        new = await rotate_keys(session)
    site.elapsed = 61
    assert (await site.keys.current()).kid == new != old
    await site.actors.of(f"Bearer {before}")
    after = await own_token(site, integration)
    await site.actors.of(f"Bearer {after}")
    async with site.browser() as browser:
        published = (await browser.http.get("/oauth/jwks.json")).json()["keys"]
    assert [key["kid"] for key in published][-2:] == [old, new]
    async with site.operating() as session:
        await session.execute("SET LOCAL ROLE NONE")
        await session.execute("UPDATE signing_key SET retired_at = now() - interval '1 hour' WHERE kid = $1", old)
    site.elapsed = 122
    with pytest.raises(Unauthenticated) as gone:
        await site.actors.of(f"Bearer {before}")
    assert gone.value.reason is Reason.UNKNOWN_SIGNATURE
    assert (await site.actors.of(f"Bearer {after}")).level is Level.DISTRIBUTOR
