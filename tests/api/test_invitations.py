"""The pages of an invitation into an organisation: who takes it up, how often, and how long."""

import asyncio
from datetime import timedelta

import pytest

from app.access.roles import Role
from app.access.users import remove
from tests.access.oauth_kit import PASSWORD
from tests.api.conftest import Api
from tests.api.people_kit import accepted, admin, browser, contents, invited, link_to, person


async def test_an_invitation_used_twice_at_once_has_one_effect(api: Api) -> None:
    ada = await admin(api)
    _, address = await invited(api, ada, Role.DISTRIBUTOR_VIEWER)
    link = await link_to(api, address)
    async with browser(api) as one, browser(api, "203.0.113.8") as other:
        forms = [await each.open(link) for each in (one, other)]
        answers = await asyncio.gather(
            *(
                each.submit(form, "register", name=name, password=PASSWORD)
                for each, form, name in zip((one, other), forms, ("One", "Other"), strict=True)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 410]
        assert (await one.open(link)).status_code == 410
    rows = await api.world.connection.fetch("SELECT id FROM user_account WHERE email = $1", address)
    assert len(rows) == 1
    assert await api.world.connection.fetchval("SELECT count(*) FROM membership WHERE user_id = $1", rows[0]["id"]) == 1


async def test_somebody_known_signs_in_with_his_password_and_accepts(api: Api) -> None:
    ada = await admin(api)
    known = await person(api, "Reseller Two", Role.RESELLER_ADMIN)
    _, address = await invited(api, ada, Role.DISTRIBUTOR_VIEWER, email=known.email)
    async with browser(api, "198.51.100.9") as page:
        form = await page.open(await link_to(api, address))
        assert 'autocomplete="new-password"' not in form.text
        wrong = await page.submit(form, "sign-in", password="not the password")
        assert (wrong.status_code, "wrong" in wrong.text) == (403, True)
        passed = await page.submit(form, "sign-in", password=PASSWORD)
        assert passed.status_code == 303
        question = await page.open(passed.headers["location"])
        welcome = await page.submit(question, "accept")
        assert welcome.status_code == 200
        assert (await page.submit(question, "accept")).status_code == 410
    held = await api.world.connection.fetch("SELECT role FROM membership WHERE user_id = $1 ORDER BY role", known.id)
    assert [row["role"] for row in held] == ["DISTRIBUTOR_VIEWER", "RESELLER_ADMIN"]


async def test_an_invitation_waits_a_week_and_its_forms_are_our_own(api: Api) -> None:
    ada = await admin(api)
    _, address = await invited(api, ada, Role.DISTRIBUTOR_VIEWER)
    link = await link_to(api, address)
    async with browser(api) as page:
        form = await page.open(link)
        assert "frame-ancestors 'none'" in form.headers["content-security-policy"]
        before = await contents(api)
        forged = await page.http.post(link, data={"act": "register", "name": "Eve", "password": PASSWORD})
        assert forged.status_code == 403
        short = await page.submit(form, "register", name=" ", password="short")
        assert (short.status_code, "printable" in short.text, "12 to 256" in short.text) == (400, True, True)
        assert (await page.open("/invitations/nothing")).status_code == 404
        assert await contents(api) == before
        await api.world.connection.execute(
            "UPDATE invitation SET expires_at = now() - $2::interval WHERE email = $1", address, timedelta(seconds=1)
        )
        assert "expired" in (await page.open(link)).text
        assert (await page.submit(form, "register", name="Late", password=PASSWORD)).status_code == 410


async def test_an_invitation_whose_sender_an_operator_took_the_role_from_is_dead(api: Api) -> None:
    ada = await admin(api)
    _, address = await invited(api, ada, Role.DISTRIBUTOR_VIEWER)
    async with browser(api) as page:
        form = await page.open(await link_to(api, address))
        async with api.operating() as session:
            await remove(session, ada.organization_id, ada.id)
        before = await contents(api)
        assert (await page.submit(form, "register", name="Late", password=PASSWORD)).status_code == 410
        assert await contents(api) == before


async def test_the_log_holds_no_link_of_an_invitation(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    ada = await admin(api)
    _, address = await invited(api, ada, Role.DISTRIBUTOR_VIEWER)
    link = await link_to(api, address)
    capsys.readouterr()
    await accepted(api, address)
    async with browser(api) as page:
        await page.open(link)
    said = capsys.readouterr()
    assert "/invitations/…" in said.out + said.err
    assert link.rpartition("/")[2] not in said.out + said.err
