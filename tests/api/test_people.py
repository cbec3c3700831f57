"""An organisation's own people, as its administrators and everybody else reach them."""

import asyncio
from typing import Any

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.api.conftest import Api
from tests.api.people_kit import (
    ADMINISTRATORS,
    Person,
    accepted,
    admin,
    browser,
    contents,
    done,
    forget,
    fresh,
    invited,
    later,
    link_to,
    mail_to,
    nodes,
    once,
    person,
    refused,
)

SCREENS = {
    "vendor": {
        "users": "vendor/users.graphql",
        "invitations": "vendor/invitations.graphql",
        "invite": "vendor/invite_user.graphql",
        "resend": "vendor/resend_invitation.graphql",
        "withdraw": "vendor/withdraw_invitation.graphql",
        "set": "vendor/set_user_roles.graphql",
        "remove": "vendor/remove_user.graphql",
    },
    "distributor": {
        "users": "distributor/users.graphql",
        "invitations": "distributor/invitations.graphql",
        "invite": "distributor/invite_user.graphql",
        "resend": "distributor/resend_invitation.graphql",
        "withdraw": "distributor/withdraw_invitation.graphql",
        "set": "distributor/set_user_roles.graphql",
        "remove": "distributor/remove_user.graphql",
    },
    "reseller": {
        "users": "reseller/users.graphql",
        "invitations": "reseller/invitations.graphql",
        "invite": "reseller/invite_user.graphql",
        "resend": "reseller/resend_invitation.graphql",
        "withdraw": "reseller/withdraw_invitation.graphql",
        "set": "reseller/set_user_roles.graphql",
        "remove": "reseller/remove_user.graphql",
    },
}
NODE = "query($id: ID!) { node(id: $id) { id } }"


@pytest.mark.parametrize("level", ["vendor", "distributor", "reseller"])
async def test_an_administrator_invites_changes_and_lets_go_on_every_level(api: Api, level: str) -> None:
    ada, screens = await admin(api, level), SCREENS[level]
    _, administrator, other = ADMINISTRATORS[level]
    address, key = fresh(), once()
    given: dict[str, Any] = {"email": f" {address.upper()}", "roles": [other], "idempotencyKey": key}
    invitation = (await done(ada.caller, screens["invite"], **given))["invitation"]
    assert (invitation["email"], invitation["roles"], invitation["isOpen"]) == (address, [other], True)
    assert (await done(ada.caller, screens["invite"], **given))["invitation"] == invitation
    assert address in str(nodes(await ada.caller.ask(screens["invitations"], first=50, pending=True), "invitations"))

    newcomer = await accepted(api, address)
    shown = await newcomer.ask("{ viewer { roles organizationName user { name } } }")
    assert shown["viewer"] == {
        "roles": [other],
        "organizationName": ADMINISTRATORS[level][0],
        "user": {"name": "Newcomer"},
    }
    assert address not in str(
        nodes(await ada.caller.ask(screens["invitations"], first=50, pending=True), "invitations")
    )
    there = await ada.caller.ask(screens["users"], first=200)
    (user,) = [each for each in nodes(there, "users") if each["email"] == address]
    assert user["lastSignedInAt"] is not None and there["viewer"]["users"]["totalCount"] == len(nodes(there, "users"))

    wanted = {"userId": user["id"], "roles": [administrator, other], "currentRoles": [other]}
    assert set((await done(ada.caller, screens["set"], **wanted))["user"]["roles"]) == {administrator, other}
    gone = await done(ada.caller, screens["remove"], userId=user["id"], reason="Moved on.")
    assert gone["removedUserId"] == user["id"]
    assert (await ada.caller.ask(NODE, id=user["id"]))["node"] is None

    second = (await done(ada.caller, screens["invite"], email=fresh(), roles=[other], idempotencyKey=once()))[
        "invitation"
    ]
    assert await refused(api, ada.caller, screens["resend"], invitationId=second["id"]) == [
        (["input", "invitationId"], "NOT_OVER")
    ]
    before = await link_to(api, second["email"])
    await api.world.connection.execute(
        "UPDATE invitation SET sent_at = sent_at - interval '2 minutes', expires_at = now() WHERE email = $1",
        second["email"],
    )
    again = (await done(ada.caller, screens["resend"], invitationId=second["id"]))["invitation"]
    assert again["isOpen"] and await link_to(api, second["email"]) != before
    async with browser(api) as page:
        assert (await page.open(before)).status_code == 404
        assert (await page.open(await link_to(api, second["email"]))).status_code == 200
        ended = (await done(ada.caller, screens["withdraw"], invitationId=second["id"]))["invitation"]
        assert ended["withdrawnAt"] is not None and not ended["isOpen"]
        assert "withdrawn" in (await page.open(await link_to(api, second["email"]))).text
    assert await refused(api, ada.caller, screens["withdraw"], invitationId=second["id"]) == [
        (["input", "invitationId"], "TOO_LATE")
    ]


async def test_everything_wrong_with_an_invitation_is_said_at_once(api: Api) -> None:
    ada = await admin(api)
    wrong: dict[str, Any] = {"email": "a@b,c@d.example", "roles": ["RESELLER_ADMIN", "DISTRIBUTOR_FINANCE"]}
    assert await refused(api, ada.caller, "distributor/invite_user.graphql", **wrong, idempotencyKey=once()) == [
        (["input", "email"], "INVALID"),
        (["input", "roles"], "INVALID"),
        (["input", "roles"], "NOT_ALLOWED"),
    ]
    _, address = await invited(api, ada, Role.DISTRIBUTOR_VIEWER)
    for taken in (address, ada.email):
        assert await refused(
            api,
            ada.caller,
            "distributor/invite_user.graphql",
            email=taken,
            roles=["DISTRIBUTOR_VIEWER"],
            idempotencyKey=once(),
        ) == [(["input", "email"], "TAKEN")]
    assert await refused(
        api, ada.caller, "distributor/invite_user.graphql", email=fresh(), roles=[], idempotencyKey=once()
    ) == [(["input", "roles"], "REQUIRED")]


async def test_a_role_that_approves_money_is_given_only_by_who_holds_it(api: Api) -> None:
    ada = await admin(api)
    money = await person(api, "Dist One", Role.DISTRIBUTOR_ADMIN, Role.DISTRIBUTOR_FINANCE)
    ben = await person(api, "Dist One", Role.DISTRIBUTOR_OPERATOR)
    wanted = {
        "userId": ben.gid,
        "roles": ["DISTRIBUTOR_OPERATOR", "DISTRIBUTOR_FINANCE"],
        "currentRoles": ["DISTRIBUTOR_OPERATOR"],
    }
    assert await refused(api, ada.caller, "distributor/set_user_roles.graphql", **wanted) == [
        (["input", "roles"], "NOT_ALLOWED")
    ]
    await done(money.caller, "distributor/set_user_roles.graphql", **wanted)
    back = {**wanted, "roles": ["DISTRIBUTOR_OPERATOR"], "currentRoles": wanted["roles"]}
    await done(ada.caller, "distributor/set_user_roles.graphql", **back)


async def test_nobody_changes_his_own_roles_and_what_was_seen_must_still_be_so(api: Api) -> None:
    ada = await admin(api)
    ben = await person(api, "Dist One", Role.DISTRIBUTOR_OPERATOR)
    own = {
        "userId": ada.gid,
        "roles": ["DISTRIBUTOR_ADMIN", "DISTRIBUTOR_VIEWER"],
        "currentRoles": ["DISTRIBUTOR_ADMIN"],
    }
    assert await refused(api, ada.caller, "distributor/set_user_roles.graphql", **own) == [
        (["input", "userId"], "NOT_ALLOWED")
    ]
    assert (["input", "userId"], "NOT_ALLOWED") in await refused(
        api, ada.caller, "distributor/remove_user.graphql", userId=ada.gid
    )
    stale = {"userId": ben.gid, "roles": ["DISTRIBUTOR_VIEWER"], "currentRoles": ["DISTRIBUTOR_VIEWER"]}
    assert await refused(api, ada.caller, "distributor/set_user_roles.graphql", **stale) == [
        (["input", "currentRoles"], "STALE")
    ]


async def test_two_administrators_who_demote_each_other_at_once_leave_one(api: Api) -> None:
    """Whoever comes second governs no more, and so changes nothing, however many others there are."""
    for others in (0, 1):
        ada = await person(api, "Dist Two", Role.DISTRIBUTOR_ADMIN)
        ben = await person(api, "Dist Two", Role.DISTRIBUTOR_ADMIN)
        for _ in range(others):
            await person(api, "Dist Two", Role.DISTRIBUTOR_ADMIN)

        for each in (ada, ben):
            assert nodes(await each.caller.ask("distributor/users.graphql", first=9), "users")

        async def demote(by: Person, whom: Person) -> dict[str, Any]:
            wanted = {"roles": ["DISTRIBUTOR_VIEWER"], "currentRoles": ["DISTRIBUTOR_ADMIN"]}
            return await by.caller.act("distributor/set_user_roles.graphql", userId=whom.gid, **wanted)

        answers = await asyncio.gather(demote(ada, ben), demote(ben, ada))
        assert sorted(len(answer["userErrors"]) > 0 for answer in answers) == [False, True]
        left = await api.world.connection.fetch(
            "SELECT user_id FROM membership WHERE role = 'DISTRIBUTOR_ADMIN' AND user_id = ANY ($1::uuid[])",
            [ada.id, ben.id],
        )
        assert len(left) == 1


async def test_the_last_administrator_stays(api: Api) -> None:
    """Who holds a money role of a vendor hands that on, and takes no administrator away, least of all the last one."""
    last = await person(api, "Borealis", Role.VENDOR_PROGRAM_MANAGER)
    finance = await person(api, "Borealis", Role.VENDOR_FINANCE)
    wanted = {"userId": last.gid, "roles": ["VENDOR_ANALYST"], "currentRoles": ["VENDOR_PROGRAM_MANAGER"]}
    assert await refused(api, finance.caller, "vendor/set_user_roles.graphql", **wanted) == [
        (["input", "roles"], "NOT_ALLOWED"),
        (["input", "userId"], "NOT_ALLOWED"),
    ]
    assert await refused(api, finance.caller, "vendor/remove_user.graphql", userId=last.gid) == [
        (["input", "userId"], "NOT_ALLOWED"),
        (["input", "userId"], "NOT_ALLOWED"),
    ]


async def test_a_vendors_finance_hands_its_own_role_on_and_governs_nothing_else(api: Api) -> None:
    vera, fay = await admin(api, "vendor"), await person(api, "Acme", Role.VENDOR_FINANCE, name="Fay")
    ann = await person(api, "Acme", Role.VENDOR_ANALYST)
    both = {"userId": ann.gid, "roles": ["VENDOR_ANALYST", "VENDOR_FINANCE"], "currentRoles": ["VENDOR_ANALYST"]}
    assert await refused(api, vera.caller, "vendor/set_user_roles.graphql", **both) == [
        (["input", "roles"], "NOT_ALLOWED")
    ]
    await done(fay.caller, "vendor/set_user_roles.graphql", **both)
    held = ["VENDOR_ANALYST", "VENDOR_FINANCE"]
    promoted = {"userId": ann.gid, "roles": [*held, "VENDOR_PROGRAM_MANAGER"], "currentRoles": held}
    assert await refused(api, fay.caller, "vendor/set_user_roles.graphql", **promoted) == [
        (["input", "roles"], "NOT_ALLOWED")
    ]
    assert await refused(api, fay.caller, "vendor/remove_user.graphql", userId=ann.gid) == [
        (["input", "userId"], "NOT_ALLOWED")
    ]
    invite = {"email": fresh(), "roles": ["VENDOR_ANALYST"], "idempotencyKey": once()}
    assert await refused(api, fay.caller, "vendor/invite_user.graphql", **invite) == [
        (["input", "roles"], "NOT_ALLOWED")
    ]
    await done(fay.caller, "vendor/invite_user.graphql", **{**invite, "roles": ["VENDOR_FINANCE"]})
    sent, _ = await invited(api, vera, Role.VENDOR_ANALYST)
    for act in ("vendor/resend_invitation.graphql", "vendor/withdraw_invitation.graphql"):
        assert await refused(api, fay.caller, act, invitationId=sent) == [(["input", "invitationId"], "NOT_ALLOWED")]
    for document, given in (
        (
            "vendor/create_client.graphql",
            {"name": "R", "roles": ["VENDOR_FINANCE"], "scopes": [], "idempotencyKey": "1"},
        ),
        ("vendor/create_webhook.graphql", {"url": "https://hooks.example", "events": [], "idempotencyKey": "1"}),
    ):
        before = await contents(api)
        answer = await fay.caller.raw(document, input=given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert await contents(api) == before


async def test_a_role_taken_away_stops_within_fifteen_seconds_while_its_token_lives(api: Api) -> None:
    ada = await admin(api)
    ben = await person(api, "Dist One", Role.DISTRIBUTOR_ADMIN)
    assert nodes(await ben.caller.ask("distributor/users.graphql", first=5), "users")
    wanted = {"userId": ben.gid, "roles": ["DISTRIBUTOR_VIEWER"], "currentRoles": ["DISTRIBUTOR_ADMIN"]}
    await done(ada.caller, "distributor/set_user_roles.graphql", **wanted)
    later(api, 15.1)
    answer = await ben.caller.raw("distributor/users.graphql", first=5)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    await done(ada.caller, "distributor/remove_user.graphql", userId=ben.gid)
    later(api, 15.1)
    answer = await ben.caller.raw("{ viewer { organizationName } }")
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_before_the_server_has_heard_of_it_a_demoted_administrator_still_changes_nothing(api: Api) -> None:
    ada, ben, eve = await admin(api), await admin(api), await person(api, "Dist One", Role.DISTRIBUTOR_OPERATOR)
    assert nodes(await ben.caller.ask("distributor/users.graphql", first=5), "users")
    await done(ada.caller, "distributor/remove_user.graphql", userId=ben.gid)
    wanted = {"userId": eve.gid, "roles": ["DISTRIBUTOR_ADMIN"], "currentRoles": ["DISTRIBUTOR_OPERATOR"]}
    assert await refused(api, ben.caller, "distributor/set_user_roles.graphql", **wanted) == [
        (["input"], "NOT_ALLOWED")
    ]


async def test_an_open_invitation_ends_with_what_its_sender_lost(api: Api) -> None:
    ada = await admin(api)
    money = await person(api, "Dist One", Role.DISTRIBUTOR_ADMIN, Role.DISTRIBUTOR_FINANCE)
    finance, finances = await invited(api, money, Role.DISTRIBUTOR_FINANCE)
    viewer, _ = await invited(api, money, Role.DISTRIBUTOR_VIEWER)
    link = await link_to(api, finances)
    held = ["DISTRIBUTOR_ADMIN", "DISTRIBUTOR_FINANCE"]
    less = {"userId": money.gid, "roles": ["DISTRIBUTOR_ADMIN"], "currentRoles": held}
    await done(ada.caller, "distributor/set_user_roles.graphql", **less)
    shown = {
        each["id"]: each
        for each in nodes(await ada.caller.ask("distributor/invitations.graphql", first=9), "invitations")
    }
    assert (shown[finance]["withdrawnAt"] is None, shown[viewer]["withdrawnAt"] is None) == (False, True)
    async with browser(api) as page:
        assert (await page.open(link)).status_code == 410
    await done(ada.caller, "distributor/remove_user.graphql", userId=money.gid)
    shown = {
        each["id"]: each
        for each in nodes(await ada.caller.ask("distributor/invitations.graphql", first=9), "invitations")
    }
    assert shown[viewer]["withdrawnAt"] is not None


async def test_a_competitor_asks_for_it_and_there_is_nothing(api: Api) -> None:
    ada = await admin(api)
    invitation, _ = await invited(api, ada, Role.DISTRIBUTOR_VIEWER)
    ben = await person(api, "Dist One", Role.DISTRIBUTOR_OPERATOR)
    for rival in (
        await person(api, "Dist Two", Role.DISTRIBUTOR_ADMIN),
        await person(api, "Acme", Role.VENDOR_PROGRAM_MANAGER, Role.VENDOR_FINANCE),
        await person(api, "Reseller One", Role.RESELLER_ADMIN),
    ):
        for id in (invitation, ben.gid, global_id("OrganizationUser", Key(rival.organization_id, ben.id))):
            assert (await rival.caller.ask(NODE, id=id))["node"] is None
        for id in (ben.gid, global_id("OrganizationUser", Key(rival.organization_id, ben.id))):
            given = {"userId": id, "roles": [Role.DISTRIBUTOR_ADMIN], "currentRoles": ["DISTRIBUTOR_OPERATOR"]}
            codes = {code for _, code in await refused(api, rival.caller, "vendor/set_user_roles.graphql", **given)}
            assert codes == {"NOT_FOUND"}
            codes = {code for _, code in await refused(api, rival.caller, "vendor/remove_user.graphql", userId=id)}
            assert codes == {"NOT_FOUND"}
        for act in ("vendor/resend_invitation.graphql", "vendor/withdraw_invitation.graphql"):
            codes = {code for _, code in await refused(api, rival.caller, act, invitationId=invitation)}
            assert codes == {"NOT_FOUND"}
        for name, screen in (("users", "vendor/users.graphql"), ("invitations", "vendor/invitations.graphql")):
            shown = str(nodes(await rival.caller.ask(screen, first=100), name))
            assert ben.email not in shown and invitation not in shown


async def test_who_does_not_govern_reads_and_changes_nothing_and_an_integration_neither(api: Api) -> None:
    ben = await person(api, "Dist One", Role.DISTRIBUTOR_OPERATOR)
    machine = await api.as_(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN)
    for caller in (ben.caller, machine):
        before = await contents(api)
        answer = await caller.raw("distributor/users.graphql", first=5)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        given = {"email": fresh(), "roles": ["DISTRIBUTOR_ADMIN"], "idempotencyKey": once()}
        answer = await caller.raw("distributor/invite_user.graphql", input=given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert await contents(api) == before


async def test_what_was_done_is_written_down_without_any_link(api: Api) -> None:
    forget(api)
    ada = await admin(api)
    _, address = await invited(api, ada, Role.DISTRIBUTOR_VIEWER)
    token = (await link_to(api, address)).rpartition("/")[2]
    assert ada.email not in await mail_to(api, address)
    await accepted(api, address)
    rows = await api.world.connection.fetch(
        "SELECT act, actor, after::text FROM audit_event WHERE after->>'email' = $1 ORDER BY happened_at", address
    )
    assert [(row["act"], row["actor"]) for row in rows] == [("inviteUser", "Grace"), ("acceptInvitation", "Newcomer")]
    for table in ("audit_event", "invitation", "remembered_result", "jobs.pgqueuer"):
        kept = await api.world.connection.fetchval(f"SELECT string_agg(t::text, '') FROM {table} t")
        assert token not in kept
