"""Refresh tokens: each is used once, by the client it was given to, and a used one that comes again ends everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.access.actor import Unauthenticated
from app.access.oauth.settings import TokenSettings
from app.access.roles import Role
from app.access.scopes import Scope
from app.outbound import Outbound
from app.store.database import AUTHENTICATING
from tests.access.oauth_kit import CONFIDENTIAL, PORTAL, Site, refused

if TYPE_CHECKING:
    from uuid import UUID

    from app.access.clients import NewClient
    from app.store.database import Database
    from tests.access.oauth_kit import Operating


@pytest.fixture
async def site(database: Database, operator_session: Operating) -> AsyncIterator[Site]:
    yield Site(database, operator_session, TokenSettings("http://127.0.0.1:8000", "https://api.example"), Outbound())


@pytest.fixture
async def firm(site: Site) -> UUID:
    return await site.organization()


@pytest.fixture
async def client(site: Site, firm: UUID) -> NewClient:
    return await site.client(firm, CONFIDENTIAL)


@pytest.fixture
async def email(site: Site, firm: UUID) -> str:
    return (await site.person((firm, Role.DISTRIBUTOR_OPERATOR)))[1]


async def test_every_refresh_brings_the_next_token_and_keeps_the_grant(
    site: Site, client: NewClient, email: str
) -> None:
    tokens = await site.tokens(client, email)
    before = await site.actor(tokens)
    seen = {tokens["refresh_token"]}
    for _ in range(3):
        answer = await site.refresh(client, tokens["refresh_token"])
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        tokens = answer.json()
        assert tokens["refresh_token"] not in seen
        seen.add(tokens["refresh_token"])
        actor = await site.actor(tokens)
        assert (actor.grant_id, actor.user_id, actor.scopes) == (before.grant_id, before.user_id, before.scopes)


async def test_a_used_token_that_comes_again_ends_the_whole_family(site: Site, client: NewClient, email: str) -> None:
    first = await site.tokens(client, email)
    second = (await site.refresh(client, first["refresh_token"])).json()
    third = (await site.refresh(client, second["refresh_token"])).json()
    bystander = await site.tokens(client, email)
    assert refused(await site.refresh(client, first["refresh_token"])) == (400, "invalid_grant")
    for gone in (second, third):
        assert refused(await site.refresh(client, gone["refresh_token"])) == (400, "invalid_grant")
    site.elapsed = 15.1
    for gone in (first, second, third):
        with pytest.raises(Unauthenticated):
            await site.actor(gone)
    assert (await site.refresh(client, bystander["refresh_token"])).status_code == 200


async def test_a_token_used_twice_at_once_is_used_once_and_the_family_ends(
    site: Site, client: NewClient, email: str
) -> None:
    tokens = await site.tokens(client, email)
    answers = await asyncio.gather(*(site.refresh(client, tokens["refresh_token"]) for _ in range(5)))
    given = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(given) == 1
    assert refused(await site.refresh(client, given[0]["refresh_token"])) == (400, "invalid_grant")


async def test_another_client_cannot_use_a_token_nor_end_it(
    site: Site, firm: UUID, client: NewClient, email: str
) -> None:
    tokens = await site.tokens(client, email)
    for thief in (await site.client(firm, CONFIDENTIAL), await site.client(firm)):
        assert refused(await site.refresh(thief, tokens["refresh_token"])) == (400, "invalid_grant")
    nameless = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert refused(await site.post("/oauth/token", nameless)) == (401, "invalid_client")
    by_name_alone = await site.post("/oauth/token", {**nameless, "client_id": str(client.id)})
    assert refused(by_name_alone) == (401, "invalid_client")
    assert (await site.refresh(client, tokens["refresh_token"])).status_code == 200


async def test_a_refresh_may_ask_for_less_and_never_for_more(site: Site, client: NewClient, email: str) -> None:
    tokens = await site.tokens(client, email, scope="resellers:read sell-through:write")
    answer = await site.refresh(client, tokens["refresh_token"], scope="resellers:read")
    less = answer.json()
    assert less["scope"] == "resellers:read"
    assert (await site.actor(less)).scopes == {Scope.RESELLERS_READ}
    for more in ("resellers:read analytics:read", "nonsense", 'quo"te'):
        beyond = await site.refresh(client, less["refresh_token"], scope=more)
        assert refused(beyond) == (400, "invalid_scope")
    whole = (await site.refresh(client, less["refresh_token"])).json()
    assert whole["scope"] == "resellers:read sell-through:write"


async def test_a_portals_whole_grant_is_not_widened_by_its_narrow_one(site: Site, firm: UUID, email: str) -> None:
    portal = await site.client(firm, PORTAL)
    narrow = await site.tokens(portal, email, scope="resellers:read")
    assert refused(await site.refresh(portal, narrow["refresh_token"], scope="prices:read")) == (400, "invalid_scope")
    again = (await site.refresh(portal, narrow["refresh_token"])).json()
    assert (await site.actor(again)).scopes == {Scope.RESELLERS_READ}
    whole = await site.tokens(portal, email)
    assert "scope" not in whole
    assert (await site.actor(whole)).scopes is None
    assert refused(await site.refresh(portal, whole["refresh_token"], scope="nonsense")) == (400, "invalid_scope")


@pytest.mark.parametrize("ended", ["refresh_lifetime", "grant_lifetime"])
async def test_a_token_that_waited_too_long_is_refused(site: Site, client: NewClient, email: str, ended: str) -> None:
    tokens = await site.tokens(client, email)
    table = "refresh_token" if ended == "refresh_lifetime" else "oauth_grant"
    async with site.operating() as session:
        await session.execute("SET LOCAL ROLE NONE")
        await session.execute(f"UPDATE {table} SET expires_at = now() - interval '1 second'")
    assert refused(await site.refresh(client, tokens["refresh_token"])) == (400, "invalid_grant")


async def test_no_code_token_or_cookie_can_be_read_in_the_database(site: Site, client: NewClient, email: str) -> None:
    async with site.browser() as browser:
        code = await browser.code(client, email)
        cookies = dict(browser.http.cookies)
    tokens = (await site.exchange(client, code)).json()
    kept = []
    async with site.database.reading(AUTHENTICATING) as db:
        for table in ("authorization_code", "refresh_token", "sign_in_session", "oauth_grant", "oauth_client"):
            kept += [str(dict(row)) for row in await db.rows(f"SELECT * FROM {table}")]
    for secret in (code, tokens["refresh_token"], tokens["access_token"], client.secret, cookies["tailrace_session"]):
        assert secret not in "".join(kept)


async def test_what_ended_long_ago_is_forgotten(site: Site, client: NewClient, email: str) -> None:
    await site.tokens(client, email)
    async with site.operating() as session:
        await session.execute("SET LOCAL ROLE NONE")
        await session.execute("UPDATE oauth_grant SET expires_at = now() - interval '2 days'")
        await session.execute("UPDATE sign_in_session SET expires_at = now() - interval '2 days'")
    for _ in range(2):
        await site.tokens(client, email)
    async with site.operating() as session:
        await session.execute("SET LOCAL ROLE NONE")
        left = [await session.value(f"SELECT count(*) FROM {table}") for table in ("oauth_grant", "sign_in_session")]
    assert left == [2, 2]


async def test_tokens_live_minutes(site: Site, client: NewClient, email: str) -> None:
    site.settings = replace(site.settings, lifetime=timedelta(minutes=5))
    site.__post_init__()
    tokens = await site.tokens(client, email)
    assert tokens["expires_in"] == 300
    site.elapsed = 306
    with pytest.raises(Unauthenticated, match="expired"):
        await site.actor(tokens)
