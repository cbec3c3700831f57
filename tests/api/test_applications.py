"""Firms that apply for a programme by a link that the vendor publishes, and what the vendor decides."""

import asyncio
from typing import Any

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from tests.access.oauth_kit import PASSWORD
from tests.api.conftest import URL, Api
from tests.api.partners_kit import program_gid
from tests.api.people_kit import (
    Person,
    browser,
    contents,
    done,
    fresh,
    link_to,
    mail_to,
    nodes,
    once,
    person,
    refused,
    signed_in,
)

FIRM = {"firm_name": "Hopeful <Ltd>", "country": "de", "partner_type": "MSP"}
NODE = "query($id: ID!) { node(id: $id) { id } }"


async def vendor(api: Api, name: str = "Acme") -> Person:
    return await person(api, name, Role.VENDOR_PROGRAM_MANAGER, name="Vera")


async def published(api: Api, vera: Person, audience: str = "RESELLER") -> dict[str, str]:
    given = {"programId": program_gid(api, "Acme", audience), "idempotencyKey": once()}
    link: dict[str, str] = (await done(vera.caller, "vendor/create_application_link.graphql", **given))["link"]
    assert (await done(vera.caller, "vendor/create_application_link.graphql", **given))["link"] == link
    return link


async def applied(api: Api, vera: Person, url: str, address: str, **changed: str) -> str:
    """The id of an application that was just entered."""
    async with browser(api) as page:
        form = await page.open(url.removeprefix(URL))
        thanks = await page.submit(form, "apply", **{**FIRM, "email": address, **changed})
        assert (thanks.status_code, "Thank you" in thanks.text) == (200, True)
    shown = nodes(await vera.caller.ask("vendor/applications.graphql", first=50, pending=True), "applications")
    (found,) = [each["id"] for each in shown if each["email"] == address]
    assert isinstance(found, str)
    return found


async def test_a_firm_applies_is_approved_and_accepts(api: Api) -> None:
    vera, address = await vendor(api), fresh()
    link = await published(api, vera)
    assert link["id"] in str(await vera.caller.ask("vendor/application_links.graphql", first=9))
    application = await applied(api, vera, link["url"], address)
    assert await applied(api, vera, link["url"], address) == application, "twice is once"
    approved = (await done(vera.caller, "vendor/decide_application.graphql", applicationId=application, approve=True))[
        "application"
    ]
    assert (approved["status"], approved["name"], approved["country"]) == ("APPROVED", "Hopeful <Ltd>", "DE")
    assert await refused(
        api, vera.caller, "vendor/decide_application.graphql", applicationId=application, approve=False, reason="No."
    ) == [(["input", "applicationId"], "TOO_LATE")]
    shown = nodes(await vera.caller.ask("vendor/applications.graphql", first=50, pending=False), "applications")
    assert [each["reseller"]["name"] for each in shown if each["id"] == application] == ["Hopeful <Ltd>"]
    async with browser(api) as page:
        form = await page.open(await link_to(api, address))
        given = {"name": "Hope", "password": PASSWORD, "firm_name": "Hopeful", "country": "DE"}
        assert (await page.submit(form, "register", **given)).status_code == 200
    hope = await signed_in(api, address, PASSWORD)
    (party,) = nodes(await hope.ask("reseller/partner_links.graphql", first=5), "partnerLinks")
    assert (party["vendorName"], party["partyName"]) == ("Acme", "Hopeful <Ltd>")


async def test_a_firm_that_is_refused_reads_why_and_is_recorded_nowhere(api: Api) -> None:
    vera, address = await vendor(api), fresh()
    application = await applied(api, vera, (await published(api, vera))["url"], address)
    assert await refused(
        api, vera.caller, "vendor/decide_application.graphql", applicationId=application, approve=False
    ) == [(["input", "reason"], "REQUIRED")]
    parties = await api.world.connection.fetchval("SELECT count(*) FROM party")
    given = {"applicationId": application, "approve": False, "reason": "Not in your country yet."}
    found = (await done(vera.caller, "vendor/decide_application.graphql", **given))["application"]
    assert (found["status"], found["reason"]) == ("REFUSED", "Not in your country yet.")
    assert "Not in your country yet." in await mail_to(api, address)
    assert await api.world.connection.fetchval("SELECT count(*) FROM party") == parties


async def test_of_two_decisions_at_once_one_is_made(api: Api) -> None:
    vera, address = await vendor(api), fresh()
    application = await applied(api, vera, (await published(api, vera))["url"], address)
    answers = await asyncio.gather(
        *(
            vera.caller.act(
                "vendor/decide_application.graphql", applicationId=application, approve=approve, reason="So."
            )
            for approve in (True, False)
        )
    )
    assert sorted(len(answer["userErrors"]) for answer in answers) == [0, 1]
    mails = "SELECT count(*) FROM mail_message WHERE recipient = $1"
    assert await api.world.connection.fetchval(mails, address) == 1


async def test_a_distributor_applies_for_a_distributors_programme(api: Api) -> None:
    vera, address = await vendor(api), fresh()
    application = await applied(api, vera, (await published(api, vera, "DISTRIBUTOR"))["url"], address)
    given = {"applicationId": application, "approve": True}
    found = (await done(vera.caller, "vendor/decide_application.graphql", **given))["application"]
    assert (found["status"], found["partnerType"]) == ("APPROVED", None)


async def test_what_is_wrong_with_an_application_is_said_and_an_ended_link_takes_none(api: Api) -> None:
    vera = await vendor(api)
    link = await published(api, vera)
    path = link["url"].removeprefix(URL)
    async with browser(api) as page:
        form = await page.open(path)
        before = await contents(api)
        wrong = {"firm_name": "x" * 300, "country": "xx", "partner_type": "KING", "email": "a@b, c@d.example"}
        told = await page.submit(form, "apply", **wrong)
        assert told.status_code == 400
        assert all(word in told.text for word in ("printable", "ISO 3166", "ada@firm.example", "kind of firm"))
        forged = await page.http.post(path, data={**FIRM, "email": fresh()}, headers={"Origin": "https://evil.example"})
        assert forged.status_code == 403
        assert (await page.open("/apply/nothing")).status_code == 404
        assert await contents(api) == before
        assert await api.world.connection.fetchval("SELECT count(*) FROM application WHERE country = 'xx'") == 0
        ended = (await done(vera.caller, "vendor/end_application_link.graphql", linkId=link["id"]))["link"]
        assert ended["endedAt"] is not None
        assert (await page.submit(form, "apply", **FIRM, email=fresh())).status_code == 404
    assert await refused(api, vera.caller, "vendor/end_application_link.graphql", linkId=link["id"]) == [
        (["input", "linkId"], "TOO_LATE")
    ]


@pytest.mark.parametrize("organization", ["Borealis", "Dist One", "Reseller One"])
async def test_a_competitor_asks_for_applications_and_there_are_none(api: Api, organization: str) -> None:
    vera = await vendor(api)
    link = await published(api, vera)
    application = await applied(api, vera, link["url"], fresh())
    roles = {"Borealis": Role.VENDOR_PROGRAM_MANAGER, "Dist One": Role.DISTRIBUTOR_ADMIN}
    rival = await person(api, organization, roles.get(organization, Role.RESELLER_ADMIN))
    for id in (link["id"], application):
        assert (await rival.caller.ask(NODE, id=id))["node"] is None
    acts: dict[str, dict[str, Any]] = {
        "vendor/create_application_link.graphql": {
            "programId": program_gid(api, "Acme", "RESELLER"),
            "idempotencyKey": once(),
        },
        "vendor/end_application_link.graphql": {"linkId": link["id"]},
        "vendor/decide_application.graphql": {"applicationId": application, "approve": True},
    }
    for act, given in acts.items():
        if organization == "Borealis":
            assert {code for _, code in await refused(api, rival.caller, act, **given)} == {"NOT_FOUND"}
            continue
        before = await contents(api)
        answer = await rival.caller.raw(act, input=given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert await contents(api) == before
    if organization == "Borealis":
        assert nodes(await rival.caller.ask("vendor/applications.graphql", first=9), "applications") == []
        assert nodes(await rival.caller.ask("vendor/application_links.graphql", first=9), "applicationLinks") == []
        stranger = global_id("Application", Key(api.world.vendors["Borealis"], api.world.vendors["Acme"]))
        assert (await rival.caller.ask(NODE, id=stranger))["node"] is None
