"""What a competitor, a clerk, somebody who was let go, or a stranger with a link tries, to get in or to learn of others."""

import asyncio
import tracemalloc
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any
from uuid import uuid4

import pytest

from app.access.oauth.sign_in.people import mailable
from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.files.contents import CSV, media_type
from app.mail.sending import letter
from app.outbound import is_public
from app.store.database import acting_as_worker
from app.store.turns import Turn, take
from tests.access.oauth_kit import PASSWORD, hidden
from tests.api.conftest import URL, Api, api, world
from tests.api.deals_kit import RIVALS, Counter
from tests.api.funds_kit import PDF, Desk, told
from tests.api.people_kit import admin, browser, done, fresh, invited, link_to, once, person, refused
from tests.api.test_partner_links import distributor, unlinked, vendor
from tests.api.test_partner_links import invited as invited_to_be

__all__ = ["api", "world"]

ENCODED = "=?utf-8?q?=0d=0aBcc:_eve=40evil.example=0d=0a=0d=0aSend_your_password_to_Eve?="
"What a mail's header would decode to a line of its own, and a text."


def test_the_name_of_a_firm_adds_no_header_and_no_text_to_a_mail() -> None:
    plain = letter("Tailrace <t@vendor.example>", "ada@firm.example", "Invitation to Dist", "Welcome.\n")
    for name in (
        ENCODED,
        f"Dist {ENCODED}",
        f"{ENCODED} {ENCODED}",
        f"={ENCODED}?",
        "=?utf-8?b?DQpCY2M6IGFAYi5jYw==?=",
    ):
        made = letter("Tailrace <t@vendor.example>", "ada@firm.example", f"Invitation to {name}", "Welcome.\n")
        read = message_from_bytes(made.as_bytes(), policy=policy.default)
        assert read.keys() == plain.keys() and read.get_content() == "Welcome.\n", name
        assert read["Bcc"] is None and "\n" not in read["Subject"]


@pytest.mark.parametrize(
    "local", ["=?utf-8?q?eve=40evil.example=2c?=", "=?utf-8?q?=0d=0abcc:e=40e.ee?=", "=?utf-8?q??="]
)
async def test_an_address_that_a_mails_header_reads_as_another_is_none(api: Api, local: str) -> None:
    assert mailable(f"{local}@firm.example") is None
    with pytest.raises(ValueError, match="encoded"):
        letter("t@vendor.example", f"{local}@firm.example", "Invitation", "Welcome.\n")
    ada = await admin(api)
    given = {"email": f"{local}@firm.example", "roles": ["DISTRIBUTOR_VIEWER"], "idempotencyKey": once()}
    answer = await refused(api, ada.caller, "distributor/invite_user.graphql", **given)
    assert answer == [(["input", "email"], "INVALID")]


@pytest.mark.parametrize(
    "address",
    [
        *("fec0::1", "3fff::1", "5f00::1", "192.88.99.1", "192.0.0.8", "::ffff:169.254.169.254", "::ffff:0:7f00:1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "::7f00:1", "fe80::1%eth0", "fec0::1%eth0", "0.0.0.0", "127.1", ""),
    ],
)
def test_no_notation_of_an_address_within_is_public(address: str) -> None:
    assert not is_public(address)


def test_a_file_of_nothing_but_lines_costs_no_memory() -> None:
    content = b"ab\n" * 2_000_000
    tracemalloc.start()
    try:
        assert media_type(content) is None
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert media_type(b"\xef\xbb\xbfa;b\r1;2\r") == CSV


async def test_who_registers_again_and_again_learns_of_no_rival(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    counter = await Counter.open(api)
    await counter.terms(checksOneIn=5)
    lots = iter([0, *[1] * 99])
    monkeypatch.setattr("app.deals.deciding.clock.secrets.randbelow", lambda _: next(lots))
    customer, caller = f"Kraftwerk {uuid4().hex[:8]}", await counter.reseller()

    async def approved_now(deal: dict[str, Any]) -> bool:
        await counter.clock()
        seen = await counter.seen(deal)
        assert seen is not None
        return bool(seen["status"] == "APPROVED")

    async def withdraw(deal: dict[str, Any], version: int) -> None:
        given = {"dealId": deal["id"], "expectedVersion": version}
        assert (await caller.act("reseller/withdraw_deal.graphql", **given))["userErrors"] == []

    first = await counter.registered(customer)
    assert not await approved_now(first), "the lot fell on it"
    for version, more in enumerate(({"expectedAmount": "901.00"}, {"endCustomer": f"{customer} GmbH"}), 1):
        given = {"dealId": first["id"], "expectedVersion": version, "deal": counter.content(customer, **more)}
        assert (await caller.act("reseller/update_deal.graphql", **given))["userErrors"] == []
    assert not await approved_now(first), "changed, it is what it was"
    await withdraw(first, 3)
    await counter.clock()
    again = await counter.registered(customer)
    assert not await approved_now(again), "taken back and registered anew, it is what it was"
    await counter.registered(f"Werk {uuid4().hex[:8]}", RIVALS[1])
    assert await approved_now(await counter.registered(f"{uuid4().hex[:8]} AG")), "another customer has its own lot"


async def test_a_deal_whose_amount_was_put_right_is_approved_as_any_other(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = await Counter.open(api)
    await counter.terms(checksOneIn=5)
    monkeypatch.setattr("app.deals.deciding.clock.secrets.randbelow", lambda _: 1)
    caller, customer = await counter.reseller(), f"Werft {uuid4().hex[:8]}"
    deal = await counter.registered(customer, expectedAmount="1000.01")
    await counter.clock()
    assert (await counter.for_vendor(deal))["waitsFor"] == "ABOVE_LIMIT"
    given = {"dealId": deal["id"], "expectedVersion": 1, "deal": counter.content(customer)}
    assert (await caller.act("reseller/update_deal.graphql", **given))["userErrors"] == []
    await counter.clock()
    assert (await counter.for_vendor(deal))["status"] == "APPROVED"


async def test_who_was_let_go_makes_no_integration_that_outlives_him(api: Api) -> None:
    ada, ben = await admin(api), await admin(api)
    own = {"name": "Own", "roles": ["DISTRIBUTOR_ADMIN"], "scopes": ["resellers:read"], "idempotencyKey": once()}
    made = (await done(ben.caller, "distributor/create_client.graphql", **own))["client"]
    signs_in = {**own, "name": "App", "redirectUris": ["https://app.example/back"], "idempotencyKey": once()}
    app = (await done(ben.caller, "distributor/create_client.graphql", **signs_in))["client"]
    await done(ada.caller, "distributor/remove_user.graphql", userId=ben.gid)
    moved = {"clientId": app["id"], "redirectUris": ["https://evil.example/back"], "origins": []}
    for document, given in (
        ("distributor/create_client.graphql", {**own, "idempotencyKey": once()}),
        ("distributor/rotate_client_secret.graphql", {"clientId": made["id"]}),
        ("distributor/set_client_addresses.graphql", moved),
        ("distributor/revoke_client.graphql", {"clientId": made["id"]}),
    ):
        assert await refused(api, ben.caller, document, **given) == [(["input"], "NOT_ALLOWED")], document


async def test_who_lost_a_money_role_gives_it_to_no_integration(api: Api) -> None:
    ada, eve = await admin(api), await person(api, "Dist One", Role.DISTRIBUTOR_ADMIN, Role.DISTRIBUTOR_FINANCE)
    given = {"name": "M", "roles": ["DISTRIBUTOR_FINANCE"], "scopes": ["claims:write"], "idempotencyKey": once()}
    made = (await done(eve.caller, "distributor/create_client.graphql", **given))["client"]
    less = {"roles": ["DISTRIBUTOR_ADMIN"], "currentRoles": ["DISTRIBUTOR_ADMIN", "DISTRIBUTOR_FINANCE"]}
    await done(ada.caller, "distributor/set_user_roles.graphql", userId=eve.gid, **less)
    again = {**given, "idempotencyKey": once()}
    answer = await refused(api, eve.caller, "distributor/create_client.graphql", **again)
    assert answer == [(["input", "roles"], "NOT_ALLOWED")]
    answer = await refused(api, eve.caller, "distributor/rotate_client_secret.graphql", clientId=made["id"])
    assert answer == [(["input", "clientId"], "NOT_ALLOWED")]


async def test_nobodys_mailbox_is_flooded_by_sending_an_invitation_again(api: Api) -> None:
    ada, sent = await admin(api), 1
    invitation, address = await invited(api, ada, Role.DISTRIBUTOR_VIEWER)
    for _ in range(24 * 60):
        await api.world.connection.execute(
            "UPDATE invitation SET created_at = created_at - $2::interval, sent_at = sent_at - $2::interval"
            " WHERE email = $1",
            address,
            timedelta(minutes=max(1, 2 ** (sent - 1))),
        )
        if sent > 11:
            break
        payload = await ada.caller.act("distributor/resend_invitation.graphql", invitationId=invitation)
        assert payload["userErrors"] == []
        at_once = await ada.caller.act("distributor/resend_invitation.graphql", invitationId=invitation)
        assert [each["code"] for each in at_once["userErrors"]] == ["NOT_OVER"]
        sent += 1
    mails = await api.world.connection.fetchval("SELECT count(*) FROM mail_message WHERE recipient = $1", address)
    assert mails == sent == 12, "in more than a day"


async def test_one_invoice_claimed_on_two_funds_at_once_is_paid_once(api: Api) -> None:
    desk = Desk(api)
    partner = await desk.partner()
    for _ in range(4):
        funds = [await desk.fund(name=f"F {uuid4().hex[:6]}") for _ in range(4)]
        requests = [await desk.approved(fund) for fund in funds]
        invoice = PDF + uuid4().bytes
        uploads = [await partner.upload(invoice, "invoice.pdf") for _ in funds]
        payloads = await asyncio.gather(
            *(
                desk.claim_of(request, "50", uploadIds=[upload])
                for request, upload in zip(requests, uploads, strict=True)
            )
        )
        assert sorted(told(payload) != set() for payload in payloads) == [False, True, True, True]
        assert set().union(*map(told, payloads)) == {("uploadIds.0", "TAKEN")}


async def test_a_stranger_who_names_a_fund_neither_waits_for_it_nor_holds_it(api: Api) -> None:
    desk = Desk(api)
    fund = await desk.fund(name=f"F {uuid4().hex[:6]}")
    stranger = await api.distributor("Dist Two")
    vendor_id = api.world.vendors["Acme"]
    id = await api.world.connection.fetchval("SELECT id FROM fund WHERE name = $1", fund["name"])
    async with api.database.writing(acting_as_worker(vendor_id)) as session:
        await take(session, Turn.FUND, id)
        async with asyncio.timeout(5):
            payload = await stranger.act("distributor/request_funds.graphql", **desk.asked(fund, "10"))
    assert told(payload) == {("fundId", "NOT_FOUND")}


async def test_an_invitation_is_taken_up_by_nobody_elses_session(api: Api) -> None:
    ada, eve = await admin(api), await person(api, "Reseller Two", Role.RESELLER_ADMIN, name="Eve")
    await invited(api, ada, Role.DISTRIBUTOR_VIEWER, email=eve.email)
    _, address = await invited(api, ada, Role.DISTRIBUTOR_OPERATOR)
    own, stolen = await link_to(api, eve.email), await link_to(api, address)
    async with browser(api) as page:
        assert (await page.submit(await page.open(own), "sign-in", password=PASSWORD)).status_code == 303
        accepting = await page.open(own)
        _, known = hidden(accepting, "accept")
        shown = await page.open(stolen)
        assert 'value="register"' in shown.text and 'value="accept"' not in shown.text
        for act in ("accept", "link", "found", "sign-in"):
            answer = await page.http.post(
                stolen, data={**known, "act": act, "password": PASSWORD}, headers={"Origin": URL}
            )
            assert "Welcome" not in answer.text
        foreign = await page.http.post(own, data=known, headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403
    roles = await api.world.connection.fetch("SELECT role FROM membership WHERE user_id = $1", eve.id)
    assert [row["role"] for row in roles] == ["RESELLER_ADMIN"]
    assert not await api.world.connection.fetchval("SELECT count(*) FROM user_account WHERE email = $1", address)


async def test_no_distributor_becomes_a_shared_reseller_by_a_mailbox_of_its_own(api: Api) -> None:
    reseller, number = await unlinked(api, "Shared"), uuid4().hex[:8]
    await api.world.authorize("Acme", "Dist Two", "Shared", number)
    dora, vera = await distributor(api), await vendor(api)
    rita = await person(api, "Reseller Two", Role.RESELLER_ADMIN, name="Rita")
    own_mailbox = fresh()
    sent = await invited_to_be(dora, reseller, own_mailbox)
    async with browser(api) as page:
        shown = await page.open(await link_to(api, own_mailbox))
        assert (shown.status_code, "<form" in shown.text, "Dist Two" in shown.text) == (410, False, False)
        action, told_before = str(shown.url), await api.world.connection.fetchval("SELECT count(*) FROM organization")
        assert (await page.http.post(action, data={"act": "register"}, headers={"Origin": URL})).status_code == 410
    await done(dora.caller, "distributor/withdraw_partner_invitation.graphql", invitationId=sent["id"])
    await invited_to_be(dora, reseller, rita.email)
    token = (await link_to(api, rita.email)).rpartition("/")[2]
    assert await refused(api, rita.caller, "reseller/accept_partner_invitation.graphql", token=token) == [
        (["input", "token"], "NOT_ALLOWED")
    ]
    assert await api.world.connection.fetchval("SELECT count(*) FROM organization") == told_before
    await invited_to_be(vera, reseller, rita.email)
    token = (await link_to(api, rita.email)).rpartition("/")[2]
    await done(rita.caller, "reseller/accept_partner_invitation.graphql", token=token)


async def test_a_stranger_breaks_no_page_by_what_no_link_is(api: Api) -> None:
    async with browser(api) as page:
        for link in ("%00", "%ff", "%ed%a0%80", "..%00", "a" * 101):
            for pages in ("/invitations/", "/apply/"):
                assert (await page.open(pages + link)).status_code == 404
                assert (await page.http.post(pages + link, data={"act": "accept"})).status_code == 404


async def test_nobody_has_anothers_server_flooded_by_tests_of_a_webhook(api: Api) -> None:
    ada = await admin(api)
    given = {"url": "https://victim.example/x", "events": ["ALERT_RAISED"], "idempotencyKey": once()}
    webhook = (await done(ada.caller, "distributor/create_webhook.graphql", **given))["webhook"]["id"]
    answers = await asyncio.gather(
        *(ada.caller.act("distributor/send_test_event.graphql", webhookId=webhook) for _ in range(30))
    )
    codes = [error["code"] for answer in answers for error in answer["userErrors"]]
    assert codes == ["NOT_OVER"] * 20
    assert await api.world.connection.fetchval("SELECT count(*) FROM webhook_delivery") == 10
    await done(ada.caller, "distributor/delete_webhook.graphql", webhookId=webhook)


async def test_no_stranger_fills_up_what_a_vendors_link_takes(api: Api) -> None:
    vera, world = await vendor(api), api.world
    program = global_id("Program", Key(world.vendors["Acme"], world.programs["Acme", "RESELLER"]))
    given = {"programId": program, "idempotencyKey": once()}
    link = (await done(vera.caller, "vendor/create_application_link.graphql", **given))["link"]["url"]
    fields = {"firm_name": "Bot", "country": "DE", "partner_type": "VAR"}

    async def applied(address: str) -> int:
        async with browser(api, address) as page:
            form = await page.open(link.removeprefix(URL))
            return (await page.submit(form, "apply", email=fresh(), **fields)).status_code

    answers = [await applied("198.51.100.66") for _ in range(15)]
    assert answers == [200] * 10 + [429] * 5
    assert await applied("198.51.100.67") == 200
    assert await world.connection.fetchval("SELECT count(*) FROM application WHERE name = 'Bot'") == 11
