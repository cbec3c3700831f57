"""Firms invited to be parties of a network: who may invite, who accepts, what nobody learns, and how a firm leaves."""

import asyncio
from typing import Any

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.access.oauth_kit import PASSWORD
from tests.api.conftest import Api
from tests.api.partners_kit import party_gid
from tests.api.people_kit import (
    Person,
    browser,
    contents,
    done,
    forget,
    fresh,
    link_to,
    mail_to,
    nodes,
    once,
    person,
    refused,
    signed_in,
)

ORGANIZATION = "{ viewer { organizationName roles reseller { name } partnerLinks(first: 5) { totalCount } } }"
NODE = "query($id: ID!) { node(id: $id) { id } }"


async def unlinked(api: Api, name: str, kind: str = "RESELLER", *, disclosed: bool = True) -> str:
    """A party of Acme that is nobody's yet; a reseller may buy from Dist One, or if it is not disclosed from Dist Two."""
    vendor_id = api.world.vendors["Acme"]
    party = await api.world.party("Acme", name, kind, disclosed)
    await api.world.connection.execute(
        "DELETE FROM party_link WHERE vendor_id = $1 AND party_id = $2", vendor_id, party
    )
    await api.world.connection.execute("DELETE FROM organization WHERE id = $1", api.world.organizations.pop(name))
    if kind == "RESELLER":
        await api.world.authorize("Acme", "Dist One" if disclosed else "Dist Two", name, f"N-{name}")
    return party_gid(api, kind.capitalize(), "Acme", name)


async def vendor(api: Api) -> Person:
    return await person(api, "Acme", Role.VENDOR_PROGRAM_MANAGER, name="Vera")


async def distributor(api: Api, name: str = "Dist One") -> Person:
    return await person(api, name, Role.DISTRIBUTOR_ADMIN, name="Dora")


async def invited(by: Person, reseller: str, email: str) -> dict[str, Any]:
    payload = await done(
        by.caller, "distributor/invite_reseller.graphql", resellerId=reseller, email=email, idempotencyKey=once()
    )
    found: dict[str, Any] = payload["invitation"]
    return found


async def test_a_reseller_without_an_account_accepts_and_sees_itself(api: Api) -> None:
    reseller, dora, address = await unlinked(api, "Newline"), await distributor(api), fresh()
    given = {"resellerId": reseller, "email": address, "idempotencyKey": once()}
    invitation = (await done(dora.caller, "distributor/invite_reseller.graphql", **given))["invitation"]
    assert (await done(dora.caller, "distributor/invite_reseller.graphql", **given))["invitation"] == invitation
    assert (invitation["partyName"], invitation["isOpen"]) == ("Newline", True)
    assert "Dist One" in await mail_to(api, address) and "network of Acme" in await mail_to(api, address)
    async with browser(api) as page:
        form = await page.open(await link_to(api, address))
        assert 'value="Newline"' in form.text and 'value="DE"' in form.text
        firm = {"firm_name": "Newline <GmbH>", "country": "xx"}
        wrong = await page.submit(form, "register", name="Nora", password=PASSWORD, **firm)
        assert (wrong.status_code, "Newline &lt;GmbH&gt;" in wrong.text) == (400, True)
        welcome = await page.submit(form, "register", name="Nora", password=PASSWORD, **{**firm, "country": "at"})
        assert "network of Acme" in welcome.text
    nora = await signed_in(api, address, PASSWORD)
    shown = (await nora.ask(ORGANIZATION))["viewer"]
    assert shown == {
        "organizationName": "Newline <GmbH>",
        "roles": ["RESELLER_ADMIN"],
        "reseller": {"name": "Newline <GmbH>"},
        "partnerLinks": {"totalCount": 1},
    }
    (link,) = nodes(await nora.ask("reseller/partner_links.graphql", first=5), "partnerLinks")
    assert (link["vendorName"], link["partyName"], link["reseller"]["name"]) == ("Acme", "Newline", "Newline")
    (sent,) = [
        each
        for each in nodes(
            await dora.caller.ask("distributor/partner_invitations.graphql", first=50), "partnerInvitations"
        )
        if each["email"] == address
    ]
    assert sent["acceptedAt"] is not None and sent["reseller"]["id"] == reseller
    event = await api.world.connection.fetchrow("SELECT * FROM audit_event WHERE act = 'acceptPartnerInvitation'")
    assert (event["actor"], event["subject"], event["vendor_id"]) == ("Nora", link["id"], api.world.vendors["Acme"])


async def test_an_administrator_links_the_party_to_the_own_firm_and_leaves_again(api: Api) -> None:
    reseller, vera = await unlinked(api, "Second"), await vendor(api)
    rita = await person(api, "Reseller Two", Role.RESELLER_ADMIN, name="Rita")
    await done(
        vera.caller, "vendor/invite_reseller.graphql", resellerId=reseller, email=rita.email, idempotencyKey=once()
    )
    token = (await link_to(api, rita.email)).rpartition("/")[2]
    before = nodes(await rita.caller.ask("reseller/partner_links.graphql", first=9), "partnerLinks")
    accepted = await done(rita.caller, "reseller/accept_partner_invitation.graphql", token=token)
    assert (accepted["vendorName"], accepted["partyName"]) == ("Acme", "Second")
    forget(api)
    links = nodes(await rita.caller.ask("reseller/partner_links.graphql", first=9), "partnerLinks")
    assert {each["id"] for each in links} - {each["id"] for each in before} == {accepted["linkId"]}
    assert (await rita.caller.ask(NODE, id=reseller))["node"] == {"id": reseller}
    assert await refused(api, rita.caller, "reseller/accept_partner_invitation.graphql", token=token) == [
        (["input", "token"], "TOO_LATE")
    ]
    assert await refused(api, rita.caller, "reseller/leave_network.graphql", linkId=accepted["linkId"], reason=" ") == [
        (["input", "reason"], "REQUIRED")
    ]
    left = await done(
        rita.caller, "reseller/leave_network.graphql", linkId=accepted["linkId"], reason="Sold that branch."
    )
    assert left["leftAt"] is not None
    forget(api)
    assert nodes(await rita.caller.ask("reseller/partner_links.graphql", first=9), "partnerLinks") == before
    assert (await rita.caller.ask(NODE, id=reseller))["node"] is None
    assert await refused(
        api, rita.caller, "reseller/leave_network.graphql", linkId=accepted["linkId"], reason="Again."
    ) == [(["input", "linkId"], "NOT_FOUND")]
    row = await api.world.connection.fetchrow("SELECT * FROM party_link WHERE ended_because IS NOT NULL")
    assert (row["ended_because"], row["linked_until"] is not None) == ("Sold that branch.", True)


async def test_a_distributor_is_invited_by_the_vendor_alone_and_accepts(api: Api) -> None:
    party, vera, dora = await unlinked(api, "Dist Three", "DISTRIBUTOR"), await vendor(api), await distributor(api)
    given = {"distributorId": party, "email": dora.email, "idempotencyKey": once()}
    assert await refused(api, dora.caller, "vendor/invite_distributor.graphql", **given) == [
        (["input", "distributorId"], "NOT_FOUND")
    ]
    invitation = (await done(vera.caller, "vendor/invite_distributor.graphql", **given))["invitation"]
    shown = nodes(
        await vera.caller.ask("vendor/partner_invitations.graphql", first=50, pending=True), "partnerInvitations"
    )
    assert [each["distributor"]["name"] for each in shown if each["id"] == invitation["id"]] == ["Dist Three"]
    token = (await link_to(api, dora.email)).rpartition("/")[2]
    accepted = await done(dora.caller, "distributor/accept_partner_invitation.graphql", token=token)
    forget(api)
    links = nodes(await dora.caller.ask("distributor/partner_links.graphql", first=9), "partnerLinks")
    assert accepted["linkId"] in {each["id"] for each in links}
    await done(dora.caller, "distributor/leave_network.graphql", linkId=accepted["linkId"], reason="A mistake.")
    forget(api)


@pytest.mark.parametrize(
    ("level", "resend", "withdraw"),
    [
        ("vendor", "vendor/resend_partner_invitation.graphql", "vendor/withdraw_partner_invitation.graphql"),
        (
            "distributor",
            "distributor/resend_partner_invitation.graphql",
            "distributor/withdraw_partner_invitation.graphql",
        ),
    ],
)
async def test_an_invitation_of_a_partner_is_sent_again_and_taken_back(
    api: Api, level: str, resend: str, withdraw: str
) -> None:
    reseller = await unlinked(api, f"Again {level}")
    by, address = await (vendor(api) if level == "vendor" else distributor(api)), fresh()
    invitation, first = await invited(by, reseller, address), await link_to(api, address)
    again = {"resellerId": reseller, "email": fresh(), "idempotencyKey": once()}
    assert await refused(api, by.caller, "distributor/invite_reseller.graphql", **again) == [
        (["input", "resellerId"], "TAKEN")
    ]
    assert await refused(api, by.caller, resend, invitationId=invitation["id"]) == [
        (["input", "invitationId"], "NOT_OVER")
    ]
    await api.world.connection.execute("UPDATE partner_invitation SET sent_at = sent_at - interval '2 minutes'")
    await done(by.caller, resend, invitationId=invitation["id"])
    second = await link_to(api, address)
    await done(by.caller, withdraw, invitationId=invitation["id"])
    async with browser(api) as page:
        assert [(await page.open(each)).status_code for each in (first, second)] == [404, 410]
    assert await refused(api, by.caller, withdraw, invitationId=invitation["id"]) == [
        (["input", "invitationId"], "TOO_LATE")
    ]


async def test_two_who_accept_one_invitation_at_once_and_two_invitations_of_one_party_have_one_effect(api: Api) -> None:
    reseller, vera, dora = await unlinked(api, "Wanted"), await vendor(api), await distributor(api)
    party = api.world.parties["Acme", "Wanted"]
    by_vendor, by_distributor = fresh(), await person(api, "Reseller One", Role.RESELLER_ADMIN)
    await invited(vera, reseller, by_vendor)
    await invited(dora, reseller, by_distributor.email)
    link, token = await link_to(api, by_vendor), (await link_to(api, by_distributor.email)).rpartition("/")[2]
    async with browser(api) as one, browser(api, "203.0.113.8") as other:
        forms = [await each.open(link) for each in (one, other)]
        given = {"name": "Wanda", "password": PASSWORD, "firm_name": "Wanted", "country": "DE"}
        *pages, accepted = await asyncio.gather(
            one.submit(forms[0], "register", **given),
            other.submit(forms[1], "register", **given),
            by_distributor.caller.act("reseller/accept_partner_invitation.graphql", token=token),
        )
    welcomed = [page.status_code for page in pages].count(200) + (accepted["userErrors"] == [])
    assert welcomed == 1
    links = await api.world.connection.fetch("SELECT * FROM party_link WHERE party_id = $1", party)
    assert len(links) == 1
    assert await api.world.connection.fetchval("SELECT count(*) FROM user_account WHERE email = $1", by_vendor) <= 1
    firms = await api.world.connection.fetchval("SELECT count(*) FROM organization WHERE name = 'Wanted'")
    assert firms == [page.status_code for page in pages].count(200)


async def test_a_linked_party_is_refused_to_who_accepts_and_told_to_nobody_who_invites(api: Api) -> None:
    """Reseller One is linked: a distributor that invites it reads what it would read of any other."""
    dora, rival = await distributor(api), await person(api, "Reseller Two", Role.RESELLER_ADMIN)
    reseller = party_gid(api, "Reseller", "Acme", "Reseller One")
    known, nobody = (
        await invited(dora, reseller, rival.email),
        await invited(dora, await unlinked(api, "Plain"), fresh()),
    )
    same = ("isOpen", "acceptedAt", "withdrawnAt", "invitedBy")
    assert [known[name] for name in same] == [nobody[name] for name in same]
    for by, code in ((dora, "NOT_ALLOWED"), (await vendor(api), "TAKEN")):
        if code == "TAKEN":
            await invited(by, reseller, rival.email)
        token = (await link_to(api, rival.email)).rpartition("/")[2]
        assert await refused(api, rival.caller, "reseller/accept_partner_invitation.graphql", token=token) == [
            (["input", "token"], code)
        ]


async def test_an_invitation_is_for_its_address_and_its_level(api: Api) -> None:
    reseller, dora = await unlinked(api, "Addressed"), await distributor(api)
    rita = await person(api, "Reseller Two", Role.RESELLER_ADMIN)
    await invited(await vendor(api), reseller, dora.email)
    token = (await link_to(api, dora.email)).rpartition("/")[2]
    for wrong in (token, "nothing", "x" * 5_000):
        assert await refused(api, rita.caller, "reseller/accept_partner_invitation.graphql", token=wrong) == [
            (["input", "token"], "NOT_FOUND")
        ]
    assert await refused(api, dora.caller, "distributor/accept_partner_invitation.graphql", token=token) == [
        (["input", "token"], "NOT_ALLOWED")
    ]
    async with browser(api, "198.51.100.20") as page:
        form = await page.open(f"/invitations/{token}")
        choice = await page.open((await page.submit(form, "sign-in", password=PASSWORD)).headers["location"])
        assert "Dist One" in choice.text
        stranger = str(api.world.organizations["Reseller Two"])
        before = await contents(api)
        assert (await page.submit(choice, "link", firm=stranger)).status_code == 400
        assert await contents(api) == before
        assert (await page.submit(choice, "link", firm=str(dora.organization_id))).status_code == 200
    held = await api.world.connection.fetch("SELECT role FROM membership WHERE user_id = $1 ORDER BY role", dora.id)
    assert [row["role"] for row in held] == ["DISTRIBUTOR_ADMIN", "RESELLER_ADMIN"]
    chosen = f"{dora.organization_id}/RESELLER"
    caller = await signed_in(api, dora.email, PASSWORD, membership=chosen)
    assert (await caller.ask("{ viewer { reseller { name } } }"))["viewer"]["reseller"] is not None


async def test_nobody_invites_for_whom_he_does_not_know(api: Api) -> None:
    hidden = await unlinked(api, "Undisclosed", disclosed=False)
    vera, dora, dina = await vendor(api), await distributor(api), await distributor(api, "Dist Two")
    borea = await person(api, "Borealis", Role.VENDOR_PROGRAM_MANAGER)
    for by in (vera, dora, borea):
        given = {"resellerId": hidden, "email": fresh(), "idempotencyKey": once()}
        assert await refused(api, by.caller, "vendor/invite_reseller.graphql", **given) == [
            (["input", "resellerId"], "NOT_FOUND")
        ]
    invitation = await invited(dina, hidden, fresh())
    rita = await person(api, "Reseller One", Role.RESELLER_ADMIN)
    link = global_id("PartnerLink", Key(api.world.vendors["Acme"], api.world.parties["Acme", "Reseller One"]))
    for rival in (vera, dora, borea):
        shown = await rival.caller.ask("vendor/partner_invitations.graphql", first=100)
        assert invitation["id"] not in {each["id"] for each in nodes(shown, "partnerInvitations")}
        for id in (invitation["id"], link):
            assert (await rival.caller.ask(NODE, id=id))["node"] is None
        for act in ("vendor/resend_partner_invitation.graphql", "vendor/withdraw_partner_invitation.graphql"):
            assert await refused(api, rival.caller, act, invitationId=invitation["id"]) == [
                (["input", "invitationId"], "NOT_FOUND")
            ]
    assert (await rita.caller.ask(NODE, id=link))["node"] == {"id": link}
    ben = await person(api, "Reseller Two", Role.RESELLER_ADMIN)
    assert await refused(api, ben.caller, "reseller/leave_network.graphql", linkId=link, reason="Theirs.") == [
        (["input", "linkId"], "NOT_FOUND")
    ]


async def test_an_integration_invites_partners_and_accepts_for_nobody(api: Api) -> None:
    reseller = await unlinked(api, "By machine")
    machine = await api.as_(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_OPERATOR)
    address = fresh()
    await done(
        machine, "distributor/invite_reseller.graphql", resellerId=reseller, email=address, idempotencyKey=once()
    )
    token = (await link_to(api, address)).rpartition("/")[2]
    admin = await api.as_(Level.RESELLER, "Reseller One", Role.RESELLER_ADMIN)
    before = await contents(api)
    answer = await admin.raw("reseller/accept_partner_invitation.graphql", input={"token": token})
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await contents(api) == before
