"""A distributor that invites its own mailbox for a reseller that it sells to: it waits for the vendor, who confirms or
refuses. Other distributors, other vendors and resellers neither see it nor decide it.
"""

from datetime import UTC, datetime
from typing import Any

from app.access.roles import Role
from app.alerts.watching.watch import watch_decisions
from tests.access.oauth_kit import PASSWORD
from tests.api.conftest import Api, Caller
from tests.api.people_kit import (
    browser,
    done,
    fresh,
    link_to,
    mail_to,
    nodes,
    once,
    person,
    refused,
)
from tests.api.people_kit import (
    invited as invited_colleague,
)
from tests.api.test_partner_links import distributor, invited, unlinked, vendor

CONFIRM = "vendor/confirm_partner_invitation.graphql"
ACCEPT = "reseller/accept_partner_invitation.graphql"
ALERTS = """query($filter: AlertFilter) { viewer { alerts(first: 50, filter: $filter) {
  edges { node { state message facts subject { __typename id } } } } } }"""


async def shown(caller: Caller, id: str, level: str = "vendor") -> dict[str, Any] | None:
    data = await caller.ask(f"{level}/partner_invitations.graphql", first=200)
    return next((each for each in nodes(data, "partnerInvitations") if each["id"] == id), None)


async def alerts(caller: Caller, id: str) -> list[dict[str, Any]]:
    data = await caller.ask(ALERTS, filter={"kinds": ["INVITATION_TO_CONFIRM"]})
    return [each for each in nodes(data, "alerts") if each["subject"]["id"] == id]


async def token(api: Api, email: str) -> str:
    return (await link_to(api, email)).rpartition("/")[2]


async def links(api: Api, name: str) -> int:
    found: int = await api.world.connection.fetchval(
        "SELECT count(*) FROM party_link WHERE party_id = $1 AND linked_until IS NULL", api.world.parties["Acme", name]
    )
    return found


async def test_an_invitation_to_the_own_firm_is_taken_up_only_once_the_vendor_has_confirmed_it(api: Api) -> None:
    reseller, dora, vera = await unlinked(api, "Own One"), await distributor(api), await vendor(api)
    address = f"nobody.yet@{dora.email.partition('@')[2]}"
    invitation = await invited(dora, reseller, address)
    assert (invitation["confirmation"], invitation["isOpen"]) == ("PENDING_CONFIRMATION", True)
    assert "Acme has to confirm this first" in await mail_to(api, address)
    link = await link_to(api, address)
    async with browser(api) as page:
        answer = await page.open(link)
        assert (answer.status_code, "Acme has to confirm this invitation first" in answer.text) == (410, True)
    await watch_decisions(api.database, datetime.now(UTC))
    (alert,) = await alerts(vera.caller, invitation["id"])
    assert (alert["state"], alert["facts"]) == ("OPEN", [address])
    waiting = await shown(vera.caller, invitation["id"])
    assert waiting is not None and waiting["inviter"]["name"] == "Dist One"
    assert (waiting["reseller"]["id"], waiting["confirmation"]) == (reseller, "PENDING_CONFIRMATION")
    given = {"invitationId": invitation["id"], "confirm": True}
    payload = await done(vera.caller, CONFIRM, **given)
    assert payload["invitation"]["confirmation"] == "CONFIRMED"
    assert payload["invitation"]["expiresAt"] > invitation["expiresAt"]
    assert "has confirmed" in await mail_to(api, address)
    assert await refused(api, vera.caller, CONFIRM, **given) == [(["input", "invitationId"], "TOO_LATE")]
    await watch_decisions(api.database, datetime.now(UTC))
    assert [each["state"] for each in await alerts(vera.caller, invitation["id"])] == ["CLEARED"]
    async with browser(api) as page:
        form = await page.open(link)
        welcome = await page.submit(form, "register", name="Nina", password=PASSWORD, firm_name="Own One", country="DE")
        assert welcome.status_code == 200
    assert await links(api, "Own One") == 1
    told = await api.world.connection.fetchval(
        "SELECT count(*) FROM audit_notice WHERE act = 'confirmPartnerInvitation' AND audience = 'DISTRIBUTOR'"
    )
    assert told == 1


async def test_a_refused_invitation_is_taken_up_by_nobody_and_says_why(api: Api) -> None:
    reseller, dora, vera = await unlinked(api, "Own Two"), await distributor(api), await vendor(api)
    colleague = await person(api, "Dist One", Role.RESELLER_ADMIN, name="Both")
    invitation = await invited(dora, reseller, colleague.email)
    for reason in (None, "  "):
        fault = await refused(api, vera.caller, CONFIRM, invitationId=invitation["id"], confirm=False, reason=reason)
        assert fault[0][0] == ["input", "reason"]
    await done(vera.caller, CONFIRM, invitationId=invitation["id"], confirm=False, reason="We know its owner; ask her.")
    assert await refused(api, colleague.caller, ACCEPT, token=await token(api, colleague.email)) == [
        (["input", "token"], "NOT_ALLOWED")
    ]
    mine = await shown(dora.caller, invitation["id"], "distributor")
    assert mine is not None
    assert (mine["confirmation"], mine["confirmationReason"], mine["isOpen"]) == (
        "REFUSED",
        "We know its owner; ask her.",
        False,
    )
    resend = "distributor/resend_partner_invitation.graphql"
    assert await refused(api, dora.caller, resend, invitationId=invitation["id"]) == [
        (["input", "invitationId"], "TOO_LATE")
    ]
    assert await links(api, "Own Two") == 0


async def test_whoever_is_of_the_firm_at_another_level_or_was_asked_to_be_is_of_the_firm(api: Api) -> None:
    dora = await distributor(api)
    both = await person(api, "Dist One", Role.RESELLER_SALES)
    await api.world.connection.execute(
        "UPDATE membership SET email = 'carla@elsewhere.example' WHERE user_id = $1", both.id
    )
    _, asked = await invited_colleague(api, dora, Role.DISTRIBUTOR_VIEWER, email="new@asked.example")
    for n, address in enumerate(("carla@elsewhere.example", f"x{asked}", "Carla+1@Elsewhere.example")):
        found = await invited(dora, await unlinked(api, f"Of the firm {n}"), address)
        assert found["confirmation"] == "PENDING_CONFIRMATION", address
    stranger = await invited(dora, await unlinked(api, "A stranger"), fresh())
    assert stranger["confirmation"] is None


async def test_a_public_provider_makes_no_firm(api: Api) -> None:
    dora = await distributor(api)
    await api.world.connection.execute(
        "UPDATE membership SET email = 'dora.dist@gmail.com' WHERE user_id = $1", dora.id
    )
    other = await invited(dora, await unlinked(api, "At a provider"), "owner.of.newline@gmail.com")
    same = await invited(dora, await unlinked(api, "Her own box"), "doradist+r@googlemail.com")
    assert (other["confirmation"], same["confirmation"]) == (None, "PENDING_CONFIRMATION")


async def test_who_joins_the_distributor_after_being_invited_takes_nothing_up(api: Api) -> None:
    dora, rita = await distributor(api), await person(api, "Reseller Two", Role.RESELLER_ADMIN)
    invitation = await invited(dora, await unlinked(api, "Later"), rita.email)
    assert invitation["confirmation"] is None
    await api.world.connection.execute(
        "INSERT INTO membership (organization_id, user_id, role, name, email, granted_at)"
        " SELECT $1, $2, 'DISTRIBUTOR_VIEWER', 'Rita', $3, now()",
        dora.organization_id,
        rita.id,
        rita.email,
    )
    assert await refused(api, rita.caller, ACCEPT, token=await token(api, rita.email)) == [
        (["input", "token"], "NOT_ALLOWED")
    ]
    assert await links(api, "Later") == 0


async def test_the_distributors_own_firm_becomes_no_reseller_by_its_own_invitation(api: Api) -> None:
    """Even where the address tells nothing: the person invited is an admin of the distributor's firm by then."""
    dora = await distributor(api)
    outside = fresh()
    await invited(dora, await unlinked(api, "By its own"), outside)
    both = await person(api, "Dist One", Role.RESELLER_ADMIN)
    await api.world.connection.execute("UPDATE user_account SET email = $2 WHERE id = $1", both.id, outside)
    assert await refused(api, both.caller, ACCEPT, token=await token(api, outside)) == [
        (["input", "token"], "TOO_LATE")
    ]
    assert await links(api, "By its own") == 0


async def test_of_a_reseller_that_is_not_disclosed_the_vendor_learns_nothing_and_the_own_firm_is_refused(
    api: Api,
) -> None:
    hidden, dina = await unlinked(api, "Unseen own", disclosed=False), await distributor(api, "Dist Two")
    given = {"resellerId": hidden, "email": dina.email, "idempotencyKey": once()}
    assert await refused(api, dina.caller, "distributor/invite_reseller.graphql", **given) == [
        (["input", "email"], "NOT_ALLOWED")
    ]
    rows = await api.world.connection.fetch("SELECT * FROM partner_invitation WHERE party_name = 'Unseen own'")
    assert rows == []


async def test_nobody_else_sees_or_decides_what_waits_for_a_vendor(api: Api) -> None:
    reseller, dora = await unlinked(api, "Own Three"), await distributor(api)
    vera = await vendor(api)
    invitation = await invited(dora, reseller, dora.email)
    await watch_decisions(api.database, datetime.now(UTC))
    rival, borea = await distributor(api, "Dist Two"), await person(api, "Borealis", Role.VENDOR_PROGRAM_MANAGER)
    rita = await person(api, "Reseller One", Role.RESELLER_ADMIN)
    for other in (dora, rival, borea):
        given = {"invitationId": invitation["id"], "confirm": True}
        assert await refused(api, other.caller, CONFIRM, **given) == [(["input", "invitationId"], "NOT_FOUND")]
        assert await alerts(other.caller, invitation["id"]) == []
    for other in (rival, borea):
        assert await shown(other.caller, invitation["id"]) is None
    for other in (rita, await person(api, "Acme", Role.VENDOR_ANALYST)):
        answer = await other.caller.raw(CONFIRM, input={"invitationId": invitation["id"], "confirm": True})
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert (await other.caller.ask("query($id: ID!) { node(id: $id) { id } }", id=invitation["id"]))["node"] is None
    for act in ("resend", "withdraw"):
        document = f"vendor/{act}_partner_invitation.graphql"
        assert await refused(api, vera.caller, document, invitationId=invitation["id"]) == [
            (["input", "invitationId"], "NOT_FOUND")
        ]
    ordinary = await invited(dora, await unlinked(api, "Ordinary"), fresh())
    assert await shown(vera.caller, ordinary["id"]) is None, "what needs no confirmation is the distributor's own"
    fault = await refused(api, vera.caller, CONFIRM, invitationId=ordinary["id"], confirm=True)
    assert fault == [(["input", "invitationId"], "NOT_FOUND")]
