"""Signing in by an organisation's own OpenID provider, and what a provider cannot make this server believe."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID, uuid4

import pytest
from joserfc.jwk import ECKey

from app.access.oauth.federation.registration import FederationRefused, end_provider, register_provider
from app.access.oauth.settings import TokenSettings
from app.access.roles import Role
from app.access.users import remove
from app.outbound import Outbound
from tests.access.oauth_kit import BACK, PORTAL, PUBLIC, Browser, Site, answered
from tests.access.provider_kit import CLIENT, ISSUER, Provider

if TYPE_CHECKING:
    from typing import Any

    import httpx

    from app.access.clients import NewClient
    from app.store.database import Database
    from tests.access.oauth_kit import Operating

SETTINGS = TokenSettings("http://127.0.0.1:8000", "https://api.example/graphql")


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
async def site(database: Database, operator_session: Operating, provider: Provider) -> AsyncIterator[Site]:
    yield Site(database, operator_session, SETTINGS, Outbound(provider.transport()), {"firm": "our secret there"})


@pytest.fixture
async def firm(site: Site) -> UUID:
    return await site.organization("Firm")


@pytest.fixture
async def client(site: Site, firm: UUID) -> NewClient:
    return await site.client(firm)


@pytest.fixture
async def registered(site: Site, firm: UUID) -> UUID:
    async with site.operating() as session:
        return await register_provider(session, firm, "Firm login", ISSUER, CLIENT, "firm")


async def sent(browser: Browser, client: NewClient, registered: UUID, **changes: str) -> str:
    """Where the browser is sent to at the provider."""
    answer = await browser.ask(client, provider=str(registered), **changes)
    assert answer.status_code == 302, answer.text
    assert answer.headers["cache-control"] == "no-store"
    location: str = answer.headers["location"]
    return location


async def came_back(browser: Browser, provider: Provider, client: NewClient, registered: UUID) -> httpx.Response:
    return await browser.http.get(provider.approve(await sent(browser, client, registered)))


async def test_a_member_signs_in_by_its_own_provider(
    site: Site, provider: Provider, firm: UUID, client: NewClient, registered: UUID
) -> None:
    user_id, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN), password=None)
    provider.person = {"email": email.upper(), "email_verified": True}
    async with site.browser() as browser:
        page = await browser.ask(client)
        assert "Sign in with Firm login" in page.text
        assert f"provider={registered}" in page.text
        back = await came_back(browser, provider, client, registered)
        assert back.headers["location"].startswith(f"{SETTINGS.issuer}/oauth/authorize?")
        assert "tailrace_provider" not in browser.http.cookies
        done = answered(await browser.http.get(back.headers["location"]))
    actor = await site.actor((await site.exchange(client, done["code"])).json())
    assert (actor.user_id, actor.organization_id) == (user_id, firm)
    ((authorization, form),) = provider.token_requests
    assert base64.b64decode((authorization or "").removeprefix("Basic ")) == f"{CLIENT}:our secret there".encode()
    assert "client_secret" not in form
    assert len(form["code_verifier"]) >= 43


async def test_who_signed_in_before_is_known_by_the_subject_whatever_the_address_becomes(
    site: Site, provider: Provider, firm: UUID, client: NewClient, registered: UUID
) -> None:
    user_id, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    _, other = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    provider.person = {"email": email, "email_verified": True}
    for person in (provider.person, {"email": other, "email_verified": True}, {}):
        provider.person = person
        async with site.browser() as browser:
            back = await came_back(browser, provider, client, registered)
            done = answered(await browser.http.get(back.headers["location"]))
        actor = await site.actor((await site.exchange(client, done["code"])).json())
        assert actor.user_id == user_id


@pytest.mark.parametrize(
    "person",
    [
        {},
        {"email": "EMAIL"},
        {"email": "EMAIL", "email_verified": False},
        {"email": "EMAIL", "email_verified": "true"},
        {"email": "STRANGER", "email_verified": True},
        {"email": "nobody@firm.example", "email_verified": True},
        {"email": 7, "email_verified": True},
        {"email": "nul\0@firm.example", "email_verified": True},
        {"sub": "nul\0", "email": "EMAIL", "email_verified": True},
    ],
)
async def test_a_provider_names_nobody_but_its_own_people_with_a_verified_address(
    site: Site, provider: Provider, firm: UUID, client: NewClient, registered: UUID, person: dict[str, Any]
) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    _, stranger = await site.person((await site.organization(), Role.VENDOR_FINANCE))
    names = {"EMAIL": email, "STRANGER": stranger}
    provider.person = {"sub": uuid4().hex} | {key: names.get(str(value), value) for key, value in person.items()}
    async with site.browser() as browser:
        page = await came_back(browser, provider, client, registered)
        assert page.status_code == 403
        assert "no account for you here" in page.text
        assert "tailrace_session" not in browser.http.cookies


async def test_what_a_provider_opened_is_good_for_its_organisation_only(
    site: Site, provider: Provider, firm: UUID, registered: UUID
) -> None:
    """A firm's provider can name its own people; whatever else they are, it cannot act for."""
    other = await site.organization("Other")
    portal, others = await site.client(other, PORTAL), await site.client(other, PUBLIC)
    _, email = await site.person((firm, Role.DISTRIBUTOR_VIEWER), (other, Role.DISTRIBUTOR_ADMIN))
    provider.person = {"sub": uuid4().hex, "email": email, "email_verified": True}
    async with site.browser() as browser:
        back = await came_back(browser, provider, portal, registered)
        done = answered(await browser.http.get(back.headers["location"]))
        actor = await site.actor((await site.exchange(portal, done["code"])).json())
        assert actor.organization_id == firm
        page = await browser.ask(others)
        assert (page.status_code, "no role" in page.text) == (403, True)


@pytest.mark.parametrize(
    "broken",
    [
        {"changes": {"nonce": "another"}},
        {"changes": {"nonce": None}},
        {"changes": {"aud": "another-client"}},
        {"changes": {"aud": "another-client", "azp": CLIENT}},
        {"changes": {"aud": None}},
        {"changes": {"aud": [CLIENT, "another"], "azp": "another"}},
        {"changes": {"iss": "https://another.example"}},
        {"changes": {"iss": None}},
        {"changes": {"exp": 1}},
        {"changes": {"exp": None}},
        {"changes": {"sub": None}},
        {"sign_with": ECKey.generate_key("P-256")},
        {"signed": "none"},
        {"signed": "e30.e30.e30"},
        {"signed": "nonsense"},
    ],
)
async def test_an_identity_that_does_not_hold_is_refused(
    site: Site, provider: Provider, firm: UUID, client: NewClient, registered: UUID, broken: dict[str, Any]
) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    provider.person = {"email": email, "email_verified": True}
    for name, value in broken.items():
        setattr(provider, name, value)
    async with site.browser() as browser:
        location = await sent(browser, client, registered)
        if provider.signed == "none":
            nonce = parse_qs(urlsplit(location).query)["nonce"][0]
            claims = {"iss": ISSUER, "aud": CLIENT, "sub": "s", "exp": 9_999_999_999, "iat": 1, "nonce": nonce}
            parts = ({"alg": "none"}, claims | provider.person)
            encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
            provider.signed = f"{'.'.join(encoded)}."
        page = await browser.http.get(provider.approve(location))
        assert (page.status_code, "did not work" in page.text) == (400, True)
        assert "tailrace_session" not in browser.http.cookies
        assert f"{SETTINGS.issuer}/oauth/authorize?" in page.text


async def test_an_answer_is_for_the_browser_that_asked_and_for_what_it_asked(
    site: Site, provider: Provider, firm: UUID, client: NewClient, registered: UUID
) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    provider.person = {"email": email, "email_verified": True}
    async with site.operating() as session:
        second = await register_provider(session, firm, "Second", ISSUER, CLIENT)
    async with site.browser() as victim, site.browser() as attacker:
        own = provider.approve(await sent(attacker, client, registered))
        assert (await victim.http.get(own)).status_code == 400
        await sent(victim, client, registered)
        assert (await victim.http.get(own)).status_code == 400
        location = provider.approve(await sent(victim, client, registered))
        code = parse_qs(urlsplit(location).query)["code"][0]
        wrong = f"{location.partition('?')[0]}?{urlencode({'code': code, 'state': 'guessed'})}"
        assert (await victim.http.get(wrong)).status_code == 400
        location = provider.approve(await sent(victim, client, registered))
        assert (await victim.http.get(location.replace(str(registered), str(second)))).status_code == 400
        denied = provider.approve(await sent(victim, client, registered)).replace("code=", "error=access_denied&x=")
        assert (await victim.http.get(denied)).status_code == 400
        assert "tailrace_session" not in victim.http.cookies


async def test_a_mixed_up_answer_of_another_issuer_is_refused(
    site: Site, provider: Provider, firm: UUID, client: NewClient, registered: UUID
) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    provider.person = {"email": email, "email_verified": True}
    provider.described = {"authorization_response_iss_parameter_supported": True}
    async with site.browser() as browser:
        for more, status in (("", 400), ("&iss=https%3A%2F%2Fevil.example", 400), (f"&iss={ISSUER}", 303)):
            location = provider.approve(await sent(browser, client, registered))
            assert (await browser.http.get(location + more)).status_code == status


async def test_the_cookie_that_waits_cannot_be_forged_or_kept(
    site: Site, provider: Provider, firm: UUID, client: NewClient, registered: UUID
) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    provider.person = {"email": email, "email_verified": True}
    async with site.browser() as browser:
        location = provider.approve(await sent(browser, client, registered))
        kept = browser.http.cookies["tailrace_provider"]
        head, body, signature = kept.split(".")
        tokens = await site.tokens(client, email)
        for forged in ("", "x", f"{head}.{body}.", f"{head}.{body[:-2]}AA.{signature}", tokens["access_token"]):
            browser.http.cookies.clear()
            browser.http.cookies.set("tailrace_provider", forged)
            assert (await browser.http.get(location)).status_code == 400
        browser.http.cookies.clear()
        browser.http.cookies.set("tailrace_provider", kept)
        assert (await browser.http.get(location)).status_code == 303
        browser.http.cookies.clear()
        browser.http.cookies.set("tailrace_provider", kept)
        assert (await browser.http.get(location)).status_code == 400


async def test_a_provider_that_does_not_answer_leaves_the_password(
    site: Site, provider: Provider, client: NewClient, registered: UUID
) -> None:
    provider.answers = False
    async with site.browser() as browser:
        page = await browser.ask(client, provider=str(registered))
        assert (page.status_code, "does not answer" in page.text) == (502, True)
        assert 'name="password"' in page.text


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": "http://login.firm.example/authorize"},
        {"token_endpoint": "http://169.254.169.254/token"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": ["https://login.firm.example/keys"]},
    ],
)
async def test_a_description_that_names_another_or_an_unsafe_address_is_not_followed(
    site: Site, provider: Provider, client: NewClient, registered: UUID, described: dict[str, Any]
) -> None:
    provider.described = described
    async with site.browser() as browser:
        page = await browser.ask(client, provider=str(registered))
    assert page.status_code == 502
    assert provider.asked == [f"{ISSUER}/.well-known/openid-configuration"]


async def test_another_organisations_provider_and_an_ended_one_sign_nobody_in(
    site: Site, provider: Provider, firm: UUID, client: NewClient, registered: UUID
) -> None:
    others = await site.client(await site.organization())
    async with site.browser() as browser:
        for named in (str(registered), str(uuid4()), "nonsense"):
            page = await browser.ask(others, provider=named)
            assert (page.status_code, "no such way" in page.text) == (400, True)
            assert "Firm login" not in page.text
        long = await browser.ask(client, provider=str(registered), state="x" * 2500)
        assert (long.status_code, "too much" in long.text) == (400, True)
        location = provider.approve(await sent(browser, client, registered))
        async with site.operating() as session:
            await end_provider(session, registered)
            with pytest.raises(FederationRefused):
                await end_provider(session, registered)
        assert (await browser.http.get(location)).status_code == 400
        assert "Firm login" not in (await browser.ask(client)).text


async def test_a_member_who_left_is_not_let_in(
    site: Site, provider: Provider, firm: UUID, client: NewClient, registered: UUID
) -> None:
    user_id, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    provider.person = {"sub": uuid4().hex, "email": email, "email_verified": True}
    async with site.browser() as browser:
        back = await came_back(browser, provider, client, registered)
        async with site.operating() as session:
            await remove(session, firm, user_id)
        page = await browser.http.get(back.headers["location"])
        assert (page.status_code, "no role" in page.text) == (403, True)
        assert BACK not in page.headers.get("location", "")


async def test_a_provider_without_a_secret_is_asked_as_a_public_client(
    site: Site, provider: Provider, firm: UUID, client: NewClient
) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    provider.person = {"sub": uuid4().hex, "email": email, "email_verified": True}
    async with site.operating() as session:
        public = await register_provider(session, firm, "Public", ISSUER, CLIENT)
        lost = await register_provider(session, firm, "Lost", ISSUER, CLIENT, "not kept here")
    async with site.browser() as browser:
        assert (await browser.ask(client, provider=str(lost))).status_code == 502
        assert (await came_back(browser, provider, client, public)).status_code == 303
    ((authorization, form),) = provider.token_requests
    assert (authorization, form["client_id"]) == (None, CLIENT)


async def test_everything_wrong_with_a_provider_is_said_at_once(site: Site) -> None:
    async with site.operating() as session:
        with pytest.raises(FederationRefused) as refused:
            await register_provider(session, uuid4(), " ", "http://login.firm.example", " ", " ")
    assert len(str(refused.value).splitlines()) == 5


async def test_over_https_the_cookie_stays_with_this_host(site: Site, client: NewClient, registered: UUID) -> None:
    site.settings = replace(SETTINGS, issuer="https://sign-in.example")
    site.__post_init__()
    async with site.browser() as browser:
        answer = await browser.ask(client, provider=str(registered))
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-tailrace_provider=")
    for attribute in ("Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert attribute in cookie
