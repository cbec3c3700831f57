"""Signing a person in for a client: codes, PKCE, and what becomes of a code that somebody else brings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.access.actor import Reason, Unauthenticated
from app.access.clients import Authentication, revoke_client
from app.access.oauth.settings import TokenSettings
from app.access.roles import GRANTS, Permission, Role
from app.access.scopes import Scope
from app.access.users import end_sessions, remove
from app.outbound import Outbound
from app.programme.terms import Level
from tests.access.oauth_kit import BACK, CONFIDENTIAL, PORTAL, PUBLIC, Site, answered, challenge, refused

if TYPE_CHECKING:
    from app.store.database import Database
    from tests.access.oauth_kit import Operating

ISSUER = "http://127.0.0.1:8000"


@pytest.fixture
async def site(database: Database, operator_session: Operating) -> AsyncIterator[Site]:
    yield Site(database, operator_session, TokenSettings(ISSUER, "https://api.example/graphql"), Outbound())


async def test_a_person_signs_in_and_the_client_acts_for_it_within_its_scopes(site: Site) -> None:
    firm = await site.organization("Nordlicht")
    user_id, email = await site.person((firm, Role.DISTRIBUTOR_OPERATOR), (firm, Role.VENDOR_FINANCE))
    client = await site.client(firm)
    async with site.browser() as browser:
        page = await browser.ask(client)
        passed = await browser.sign_in(page, email)
        back = await browser.http.get(passed.headers["location"])
    said = answered(back)
    assert back.headers["location"].startswith(f"{BACK}?")
    assert (said["state"], said["iss"]) == ("s t&ate=1", ISSUER)
    assert (back.headers["cache-control"], back.headers["referrer-policy"]) == ("no-store", "no-referrer")
    answer = await site.exchange(client, said["code"])
    tokens = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)
    assert tokens["scope"] == "resellers:read sell-through:write"
    actor = await site.actor(tokens)
    assert (actor.user_id, actor.client_id, actor.name) == (user_id, None, "Ada")
    assert (actor.organization_id, actor.organization_name, actor.level) == (firm, "Nordlicht", Level.DISTRIBUTOR)
    assert actor.roles == {Role.DISTRIBUTOR_OPERATOR}
    assert actor.scopes == {Scope.RESELLERS_READ, Scope.SELL_THROUGH_WRITE}
    assert Permission.SELL_THROUGH_SUBMIT in actor.permissions
    assert Permission.ANALYTICS_READ not in actor.permissions
    assert Permission.PRICE_MANAGE not in actor.permissions


async def test_a_portal_acts_with_all_that_the_person_may_unless_it_asks_for_less(site: Site) -> None:
    firm, portal = await site.organization(), await site.client(await site.organization("Portal"), PORTAL)
    _, email = await site.person((firm, Role.RESELLER_ADMIN))
    whole = await site.actor(await site.tokens(portal, email))
    assert (whole.scopes, whole.permissions) == (None, GRANTS[Role.RESELLER_ADMIN])
    assert (whole.organization_id, whole.level) == (firm, Level.RESELLER)
    less = await site.actor(await site.tokens(portal, email, scope="purchases:read"))
    assert less.scopes == {Scope.PURCHASES_READ}
    assert Permission.CREDIT_TERMS_READ not in less.permissions


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain", "code_challenge": "v" * 43}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "!" * 43}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": 'co"de'}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "analytics:read"}, "invalid_scope"),
        ({"scope": 'nonsense "ü'}, "invalid_scope"),
    ],
)
async def test_what_is_wrong_with_a_request_is_said_to_the_registered_address(
    site: Site, changes: dict[str, str | None], error: str
) -> None:
    for registered in (PUBLIC, CONFIDENTIAL):
        client = await site.client(await site.organization(), registered)
        async with site.browser() as browser:
            page = await browser.ask(client, **changes)
        said = answered(page)
        assert page.headers["location"].startswith(f"{BACK}?")
        assert (said["error"], said["state"], said["iss"]) == (error, "s t&ate=1", ISSUER)
        assert "code" not in said
        assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "address",
    [
        None,
        "https://portal.example/signed-in/",
        "https://portal.example/signed-in?x=1",
        "https://PORTAL.example/signed-in",
        "https://portal.example/signed-in/../else",
        "https://portal.example.evil.example/signed-in",
        "https://portal.example@evil.example/signed-in",
        "http://portal.example/signed-in",
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "https://portal.example/signed-in\x00",
        'https://portal.example/"ü',
        "https://portal.example/" + "x" * 2000,
    ],
)
async def test_an_address_that_is_not_registered_gets_no_redirect_at_all(site: Site, address: str | None) -> None:
    client = await site.client(await site.organization())
    async with site.browser() as browser:
        for asked in (client, replace(client, id=await site.organization())):
            page = await browser.ask(asked, redirect_uri=address)
            assert (page.status_code, "location" in page.headers) == (400, False)
            assert "evil.example" not in page.text
            assert page.headers["content-security-policy"].startswith("default-src 'none'")


async def test_an_unknown_client_is_told_what_one_without_that_address_is_told(site: Site) -> None:
    client = await site.client(await site.organization())
    async with site.browser() as browser:
        wrong = await browser.ask(client, redirect_uri="https://evil.example/")
        async with site.operating() as session:
            await revoke_client(session, client.id)
        pages = [wrong, await browser.ask(client), await browser.ask(replace(client, id="x"))]  # type: ignore[arg-type]
        assert len({(page.status_code, page.text) for page in pages}) == 1


async def test_a_parameter_that_comes_twice_is_refused(site: Site) -> None:
    client = await site.client(await site.organization())
    async with site.browser() as browser:
        for twice in ("&client_id=1", "&redirect_uri=https://evil.example", "&state=2", "&code_challenge=1"):
            page = await browser.http.get(site.authorize(client) + twice)
            assert (page.status_code, "location" in page.headers) == (400, False)
        long = await browser.http.get(site.authorize(client, state="x" * 5000))
        assert long.status_code == 400


async def test_a_code_is_good_once_and_bringing_it_again_ends_what_came_of_it(site: Site) -> None:
    firm = await site.organization()
    _, email = await site.person((firm, Role.DISTRIBUTOR_OPERATOR))
    client = await site.client(firm)
    async with site.browser() as browser:
        code = await browser.code(client, email)
    tokens = (await site.exchange(client, code)).json()
    await site.actor(tokens)
    assert refused(await site.exchange(client, code)) == (400, "invalid_grant")
    assert refused(await site.refresh(client, tokens["refresh_token"])) == (400, "invalid_grant")
    site.elapsed = 15.1
    with pytest.raises(Unauthenticated) as ended:
        await site.actor(tokens)
    assert ended.value.reason is Reason.REVOKED


async def test_a_code_brought_twice_at_once_gives_no_tokens_that_live(site: Site) -> None:
    firm = await site.organization()
    _, email = await site.person((firm, Role.DISTRIBUTOR_OPERATOR))
    client = await site.client(firm)
    async with site.browser() as browser:
        code = await browser.code(client, email)
    answers = await asyncio.gather(*(site.exchange(client, code) for _ in range(5)))
    given = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(given) == 1
    assert refused(await site.refresh(client, given[0]["refresh_token"])) == (400, "invalid_grant")


async def test_a_stolen_code_is_of_no_use_to_anybody_else(site: Site) -> None:
    firm = await site.organization()
    _, email = await site.person((firm, Role.DISTRIBUTOR_OPERATOR))
    client, other = await site.client(firm, CONFIDENTIAL), await site.client(firm, CONFIDENTIAL)
    public = await site.client(firm)
    async with site.browser() as browser:
        code = await browser.code(client, email)
    for thief in (other, public):
        assert refused(await site.exchange(thief, code)) == (400, "invalid_grant")
    for changes in (
        {"code_verifier": "w" * 43},
        {"code_verifier": "v" * 42 + "w"},
        {"code_verifier": challenge("v" * 43)},
        {"redirect_uri": "https://portal.example/signed-in/"},
    ):
        assert refused(await site.exchange(client, code, **changes)) == (400, "invalid_grant")
    assert refused(await site.exchange(client, code, code_verifier="")) == (400, "invalid_request")
    assert refused(await site.exchange(client, code, code_verifier="short")) == (400, "invalid_request")
    assert refused(await site.exchange(client, code, redirect_uri="")) == (400, "invalid_grant")
    assert refused(await site.exchange(client, "unknown")) == (400, "invalid_grant")
    nameless = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": "v" * 43}
    assert refused(await site.post("/oauth/token", nameless)) == (401, "invalid_client")
    without_secret = await site.post("/oauth/token", {**nameless, "client_id": str(client.id)})
    assert refused(without_secret) == (401, "invalid_client")
    assert (await site.exchange(client, code)).status_code == 200


async def test_a_code_of_another_persons_browser_fits_no_other_verifier(site: Site) -> None:
    """Code injection: the attacker's own code, brought into the session of somebody who began with another verifier."""
    firm = await site.organization()
    _, attacker = await site.person((firm, Role.DISTRIBUTOR_VIEWER))
    client = await site.client(firm)
    async with site.browser() as browser:
        injected = await browser.code(client, attacker, "a" * 43)
    assert refused(await site.exchange(client, injected, "b" * 43)) == (400, "invalid_grant")


async def test_a_code_waits_a_minute(site: Site) -> None:
    site.settings = replace(site.settings, code_lifetime=timedelta(seconds=-1))
    site.__post_init__()
    firm = await site.organization()
    _, email = await site.person((firm, Role.DISTRIBUTOR_OPERATOR))
    client = await site.client(firm)
    async with site.browser() as browser:
        code = await browser.code(client, email)
    assert refused(await site.exchange(client, code)) == (400, "invalid_grant")


async def test_a_client_gets_tokens_only_by_what_it_registered(site: Site) -> None:
    firm = await site.organization()
    portal = await site.client(firm, CONFIDENTIAL)
    asked = await site.asking(portal, {"grant_type": "client_credentials"})
    assert refused(asked) == (400, "unauthorized_client")
    once = await site.client(firm, replace(PUBLIC, grant_types=PUBLIC.grant_types - {"refresh_token"}))
    _, email = await site.person((firm, Role.DISTRIBUTOR_OPERATOR))
    assert "refresh_token" not in await site.tokens(once, email)
    assert refused(await site.refresh(once, "x")) == (400, "unauthorized_client")
    own = await site.client(firm, replace(CONFIDENTIAL, authentication=Authentication.SECRET))
    assert refused(await site.post("/oauth/token", {"grant_type": "refresh_token", "client_id": str(own.id)})) == (
        401,
        "invalid_client",
    )


@pytest.mark.parametrize("taken", ["role", "membership", "client", "session"])
async def test_what_is_taken_away_stops_within_fifteen_seconds(site: Site, taken: str) -> None:
    firm = await site.organization()
    user_id, email = await site.person((firm, Role.DISTRIBUTOR_OPERATOR), (firm, Role.DISTRIBUTOR_FINANCE))
    client = await site.client(firm)
    tokens = await site.tokens(client, email)
    assert Permission.SELL_THROUGH_SUBMIT in (await site.actor(tokens)).permissions
    async with site.operating() as session:
        if taken == "role":
            assert await remove(session, firm, user_id, Role.DISTRIBUTOR_OPERATOR) == 1
        elif taken == "membership":
            assert await remove(session, firm, user_id) == 2
        elif taken == "client":
            await revoke_client(session, client.id)
        else:
            assert await end_sessions(session, user_id) == 1
    site.elapsed = 15.1
    if taken == "role":
        actor = await site.actor(tokens)
        assert actor.roles == {Role.DISTRIBUTOR_FINANCE}
        assert Permission.SELL_THROUGH_SUBMIT not in actor.permissions
        return
    with pytest.raises(Unauthenticated) as ended:
        await site.actor(tokens)
    assert ended.value.reason is Reason.REVOKED
    again = await site.refresh(client, tokens["refresh_token"])
    assert refused(again) == ((401, "invalid_client") if taken == "client" else (400, "invalid_grant"))
