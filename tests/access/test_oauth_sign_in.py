"""The login page: what it shows, what it keeps from whom, and whom it makes wait."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import argon2
import pytest

from app.access.actor import Unauthenticated
from app.access.clients import Serves
from app.access.oauth.settings import TokenSettings
from app.access.oauth.sign_in import attempts, passwords
from app.access.oauth.sign_in.passwords import PasswordCheck
from app.access.oauth.sign_in.people import NOBODY, normal_email
from app.access.roles import Role
from app.access.users import create_user, set_password
from app.outbound import Outbound
from app.programme.terms import Level
from tests.access.oauth_kit import BACK, PASSWORD, PORTAL, PUBLIC, Browser, Site, answered, hidden, refused

if TYPE_CHECKING:
    import httpx

    from app.access.clients import NewClient
    from app.store.database import Database
    from tests.access.oauth_kit import Operating

SETTINGS = TokenSettings("http://127.0.0.1:8000", "https://api.example/graphql")


@pytest.fixture
async def site(database: Database, operator_session: Operating) -> AsyncIterator[Site]:
    yield Site(database, operator_session, SETTINGS, Outbound())


@pytest.fixture
async def firm(site: Site) -> UUID:
    return await site.organization()


@pytest.fixture
async def client(site: Site, firm: UUID) -> NewClient:
    return await site.client(firm)


async def passed(browser: Browser, response: httpx.Response) -> httpx.Response:
    """Where a page's redirect leads."""
    assert response.status_code == 303, response.text
    return await browser.http.get(response.headers["location"])


def told(page: httpx.Response) -> tuple[int, str]:
    """What a page says, without what is of this one showing."""
    return page.status_code, re.sub(r'value="[0-9a-f]{64}"|maxlength="254" value="[^"]*"', "", page.text)


async def test_the_login_page_can_be_framed_scripted_and_kept_by_nobody(site: Site, client: NewClient) -> None:
    async with site.browser() as browser:
        page = await browser.ask(client)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://portal.example" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"
    assert "<script" not in page.text
    assert page.text.count("<h1>Sign in to A portal</h1>") == 1


async def test_what_a_client_sends_is_shown_as_text_only(site: Site, client: NewClient) -> None:
    async with site.browser() as browser:
        page = await browser.ask(client, state='"><script>alert(1)</script>')
        again = await browser.sign_in(page, '"><script>alert(2)</script>@x')
    for shown in (page, again):
        assert "<script" not in shown.text


@pytest.mark.parametrize("https", [False, True])
async def test_the_session_is_a_cookie_that_scripts_and_other_sites_cannot_use(
    site: Site, firm: UUID, client: NewClient, https: bool
) -> None:
    if https:
        site.settings = replace(SETTINGS, issuer="https://sign-in.example")
        site.__post_init__()
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    async with site.browser() as browser:
        page = await browser.ask(client)
        visitor = page.headers["set-cookie"]
        answer = await browser.sign_in(page, email)
    session = next(value for value in answer.headers.get_list("set-cookie") if "session=" in value)
    for cookie in (visitor, session):
        assert cookie.startswith("__Host-") == https
        assert ("Secure" in cookie) == https
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
    async with site.operating() as db:
        kept = await db.rows("SELECT id, user_id FROM sign_in_session")
    assert all(str(row["id"]) not in session for row in kept)


async def test_who_is_signed_in_goes_straight_through(site: Site, firm: UUID, client: NewClient) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    async with site.browser() as browser:
        first = await browser.code(client, email)
        second = answered(await browser.ask(client))["code"]
    assert first != second
    for code in (first, second):
        assert (await site.exchange(client, code)).status_code == 200


async def test_a_form_that_is_not_our_pages_is_refused_and_signs_nobody_in(
    site: Site, firm: UUID, client: NewClient
) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    form = {"act": "sign-in", "email": email, "password": PASSWORD}
    async with site.browser() as browser, site.browser() as other:
        page = await browser.ask(client)
        action, known = hidden(page, "sign-in")
        _, elsewhere = hidden(await other.ask(client), "sign-in")
        attempts_made: list[tuple[dict[str, str], dict[str, str]]] = [
            (form, {}),
            ({**form, "form_token": ""}, {}),
            ({**form, "form_token": "0" * 64}, {}),
            ({**form, "form_token": elsewhere["form_token"]}, {}),
            ({**form, **known}, {"Origin": "https://evil.example"}),
            ({**form, **known}, {"Origin": "null"}),
            ({**form, **known}, {"Sec-Fetch-Site": "cross-site"}),
            ({**form, **known}, {"Sec-Fetch-Site": "same-site"}),
        ]
        for sent, headers in attempts_made:
            answer = await browser.http.post(action, data=sent, headers=headers)
            assert answer.status_code == 403
            assert "session=" not in str(answer.headers.get_list("set-cookie"))
        async with site.browser() as without_cookies:
            assert (await without_cookies.http.post(action, data=form | known)).status_code == 403
        plain = await browser.http.post(action, content=b"{}", headers={"Content-Type": "application/json"})
        assert plain.status_code == 400
        assert (await browser.sign_in(page, email)).status_code == 303


async def test_nobody_learns_whether_an_account_exists(site: Site, firm: UUID, client: NewClient) -> None:
    _, known = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    _, without_password = await site.person((firm, Role.DISTRIBUTOR_ADMIN), password=None)
    async with site.browser() as browser:
        answers = []
        for email in (known, without_password, "nobody@firm.example", "no address", "nul\0@firm.example", ""):
            page = await browser.ask(client)
            answers.append(told(await browser.sign_in(page, email, "a wrong password")))
        assert set(answers) == {answers[0]}
        assert answers[0][0] == 403
        assert told(await browser.sign_in(page, known, ""))[0] == 403
        assert told(await browser.sign_in(page, known, "x" * 5000))[0] == 403


def test_an_unknown_account_costs_the_same_work_as_a_known_one() -> None:
    parameters = argon2.extract_parameters(passwords._NOBODYS_HASH)
    assert parameters == argon2.extract_parameters(passwords.hash_password(PASSWORD))
    assert parameters.type is argon2.Type.ID
    assert parameters.memory_cost >= 19 * 1024


async def test_a_password_is_the_same_however_it_was_typed_and_never_matches_nothing() -> None:
    check, kept = PasswordCheck(), passwords.hash_password("Zoë Ångström 1")
    assert await check.is_right("Zoe\u0308 A\u030angstro\u0308m 1", kept)
    assert not await check.is_right("Zoe Angstrom 1", kept)
    assert not await check.is_right("nobody has this password", None)
    assert not await check.is_right("x", "no hash")


def test_an_email_address_has_one_spelling_and_what_is_none_is_nobodys() -> None:
    assert normal_email(" Ada.L@Firm.Example ") == "ada.l@firm.example"
    for wrong in ("", "ada", "@firm", "ada@", "a b@firm", "ada\0@firm", "a" * 250 + "@firm"):
        assert normal_email(wrong) == NOBODY


@pytest.mark.parametrize("exists", [True, False])
async def test_after_five_wrong_passwords_one_waits_and_not_even_the_right_one_helps(
    site: Site, firm: UUID, client: NewClient, exists: bool, owner_url: str
) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    tried = email if exists else "nobody-at-all@firm.example"
    waits = []
    async with site.browser(f"198.51.100.{int(exists)}") as browser:
        page = await browser.ask(client)
        for _ in range(attempts.ACCOUNT_TRIES):
            assert (await browser.sign_in(page, tried, "a wrong password")).status_code == 403
        for _ in range(3):
            locked = await browser.sign_in(page, tried)
            assert locked.status_code == 429
            waits.append(int(locked.headers["retry-after"]))
            assert "Too many attempts" in locked.text
            await moved(site, -timedelta(seconds=waits[-1]))
            assert (await browser.sign_in(page, tried, "a wrong password")).status_code == 403
        assert 25 <= waits[0] <= 30 < waits[1] <= 60 < waits[2] <= 120
        await moved(site, -timedelta(hours=2))
        assert (await browser.sign_in(page, tried)).status_code == (303 if exists else 403)


async def moved(site: Site, by: timedelta) -> None:
    """Let time pass for what is counted."""
    from app.store.database import AUTHENTICATING

    async with site.database.writing(AUTHENTICATING) as db:
        await db.execute("UPDATE sign_in_attempt SET last_at = last_at + $1, locked_until = locked_until + $1", by)


async def test_a_right_password_forgets_the_wrong_ones_of_that_account(
    site: Site, firm: UUID, client: NewClient
) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    async with site.browser("198.51.100.40") as browser:
        page = await browser.ask(client)
        for _ in range(2):
            for _ in range(attempts.ACCOUNT_TRIES - 1):
                assert (await browser.sign_in(page, email, "a wrong password")).status_code == 403
            answer = await browser.sign_in(page, email)
            assert answer.status_code == 303
            browser.http.cookies.clear()
            page = await browser.ask(client)


async def test_many_guesses_at_once_count_as_many(site: Site, firm: UUID, client: NewClient) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    async with site.browser("198.51.100.41") as browser:
        page = await browser.ask(client)
        answers = await asyncio.gather(*(browser.sign_in(page, email, "a wrong password") for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [403] * 5 + [429] * 7


async def test_an_address_that_guesses_at_many_accounts_waits_as_well(
    site: Site, firm: UUID, client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "ADDRESS_TRIES", 4)
    _, own = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    async with site.browser("2001:db8::1") as browser, site.browser("2001:db8::2") as neighbour:
        page = await browser.ask(client)
        for number in range(2):
            assert (await browser.sign_in(page, f"{number}@firm.example")).status_code == 403
        assert (await browser.sign_in(page, own)).status_code == 303
        browser.http.cookies.clear()
        page = await browser.ask(client)
        for number in range(2, 4):
            assert (await browser.sign_in(page, f"{number}@firm.example")).status_code == 403
        assert (await browser.sign_in(page, own)).status_code == 429
        page = await neighbour.ask(client)
        assert (await neighbour.sign_in(page, own)).status_code == 429
    async with site.browser("2001:db8:0:1::1") as elsewhere:
        assert (await elsewhere.sign_in(await elsewhere.ask(client), own)).status_code == 303


async def test_who_has_several_roles_chooses_what_to_act_as(site: Site, firm: UUID) -> None:
    other, portal = await site.organization("Other <b>Firm</b>"), await site.client(firm, PORTAL)
    _, email = await site.person(
        (firm, Role.DISTRIBUTOR_ADMIN),
        (firm, Role.DISTRIBUTOR_FINANCE),
        (firm, Role.VENDOR_ANALYST),
        (other, Role.RESELLER_SALES),
    )
    async with site.browser() as browser:
        page = await passed(browser, await browser.sign_in(await browser.ask(portal), email))
        assert page.text.count('name="membership"') == 3
        assert "Other &lt;b&gt;Firm" in page.text
        for stranger in ("", "x", f"{await site.organization()}/VENDOR", f"{other}/VENDOR"):
            wrong = await browser.submit(page, "choose", membership=stranger)
            assert wrong.status_code == 200
            assert "Choose one of these" in wrong.text
        back = await browser.submit(page, "choose", membership=f"{other}/RESELLER")
    actor = await site.actor((await site.exchange(portal, answered(back)["code"])).json())
    assert (actor.organization_id, actor.level, actor.roles) == (other, Level.RESELLER, {Role.RESELLER_SALES})


async def test_a_client_of_one_organisation_serves_only_its_people_at_its_level(site: Site, firm: UUID) -> None:
    other = await site.organization()
    client = await site.client(firm, PUBLIC)
    _, stranger = await site.person((other, Role.DISTRIBUTOR_ADMIN), (firm, Role.VENDOR_ANALYST))
    _, own = await site.person((other, Role.DISTRIBUTOR_ADMIN), (firm, Role.DISTRIBUTOR_ADMIN))
    async with site.browser() as browser:
        page = await passed(browser, await browser.sign_in(await browser.ask(client), stranger))
        assert page.status_code == 403
        assert "no role" in page.text
        action, known = hidden(page, "leave")
        forged_form = known | {"act": "choose", "membership": f"{other}/DISTRIBUTOR"}
        forged = await browser.http.post(action, data=forged_form)
        assert forged.status_code == 403
        left = await passed(browser, await browser.submit(page, "leave"))
        assert "Sign in to" in left.text
        back = await passed(browser, await browser.sign_in(left, own))
    actor = await site.actor((await site.exchange(client, answered(back)["code"])).json())
    assert actor.organization_id == firm


async def test_signing_out_ends_the_session_and_what_was_granted_in_it(
    site: Site, firm: UUID, client: NewClient
) -> None:
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    async with site.browser() as browser:
        tokens = (await site.exchange(client, await browser.code(client, email))).json()
        await site.actor(tokens)
        question = await browser.http.get("/oauth/sign-out")
        assert email in question.text
        refused_form = await browser.http.post("/oauth/sign-out", data={"act": "leave"})
        assert refused_form.status_code == 403
        old = dict(browser.http.cookies)
        done = await browser.submit(question, "leave")
        assert done.status_code == 200
        assert "tailrace_session" not in browser.http.cookies
        browser.http.cookies.update(old)
        assert "Sign in to" in (await browser.ask(client)).text
        assert "Nobody is signed in" in (await browser.http.get("/oauth/sign-out")).text
    assert refused(await site.refresh(client, tokens["refresh_token"])) == (400, "invalid_grant")
    site.elapsed = 15.1
    with pytest.raises(Unauthenticated):
        await site.actor(tokens)


async def test_a_session_ends_by_itself_and_a_cookie_of_before_proves_nothing(
    site: Site, firm: UUID, client: NewClient
) -> None:
    site.settings = replace(SETTINGS, session_lifetime=timedelta(seconds=-1))
    site.__post_init__()
    _, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    async with site.browser() as browser:
        browser.http.cookies.set("tailrace_session", "chosen-by-an-attacker")
        page = await browser.ask(client)
        answer = await browser.sign_in(page, email)
        assert "chosen-by-an-attacker" not in str(answer.headers)
        assert "Sign in to" in (await passed(browser, answer)).text


async def test_a_new_password_signs_out_everywhere(site: Site, firm: UUID, client: NewClient) -> None:
    user_id, email = await site.person((firm, Role.DISTRIBUTOR_ADMIN))
    tokens = await site.tokens(client, email)
    async with site.operating() as session:
        await set_password(session, user_id, "another long password")
    assert refused(await site.refresh(client, tokens["refresh_token"])) == (400, "invalid_grant")
    async with site.browser("198.51.100.50") as browser:
        page = await browser.ask(client)
        assert (await browser.sign_in(page, email)).status_code == 403
        assert (await browser.sign_in(page, email, "another long password")).status_code == 303


async def test_a_person_made_by_an_operator_signs_in(site: Site, firm: UUID) -> None:
    portal = await site.client(firm, replace(PORTAL, serves=Serves.EVERYONE))
    async with site.operating() as session:
        user_id = await create_user(session, " Grace@Firm.Example", "Grace", PASSWORD)
        kept = await session.value("SELECT password_hash FROM user_account WHERE id = $1", user_id)
    assert kept.startswith("$argon2id$")
    async with site.browser("198.51.100.60") as browser:
        answer = await browser.sign_in(await browser.ask(portal), "GRACE@firm.example ")
        page = await passed(browser, answer)
    assert (page.status_code, "no role" in page.text) == (403, True)
    assert BACK not in page.headers.get("location", "")
