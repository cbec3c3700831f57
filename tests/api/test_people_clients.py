"""An organisation's integrations, as its own administrators manage them."""

from typing import Any

import pytest

from app.access.clients import create_client
from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.access.oauth_kit import PORTAL
from tests.api.conftest import Api, Caller
from tests.api.people_kit import Person, contents, done, later, nodes, once, person, refused

SCREENS = {
    "vendor": {
        "clients": "vendor/clients.graphql",
        "create": "vendor/create_client.graphql",
        "rotate": "vendor/rotate_client_secret.graphql",
        "move": "vendor/set_client_addresses.graphql",
        "revoke": "vendor/revoke_client.graphql",
    },
    "distributor": {
        "clients": "distributor/clients.graphql",
        "create": "distributor/create_client.graphql",
        "rotate": "distributor/rotate_client_secret.graphql",
        "move": "distributor/set_client_addresses.graphql",
        "revoke": "distributor/revoke_client.graphql",
    },
    "reseller": {
        "clients": "reseller/clients.graphql",
        "create": "reseller/create_client.graphql",
        "rotate": "reseller/rotate_client_secret.graphql",
        "move": "reseller/set_client_addresses.graphql",
        "revoke": "reseller/revoke_client.graphql",
    },
}
FIRMS = {
    "vendor": ("Acme", Role.VENDOR_PROGRAM_MANAGER, "programs:read"),
    "distributor": ("Dist One", Role.DISTRIBUTOR_ADMIN, "resellers:read"),
    "reseller": ("Reseller One", Role.RESELLER_ADMIN, "purchases:read"),
}
NODE = "query($id: ID!) { node(id: $id) { id } }"


async def token(api: Api, client_id: str, secret: str) -> Any:
    return await api.http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=(client_id, secret))


async def admin(api: Api, level: str = "distributor", *more: Role) -> Person:
    organization, role, _ = FIRMS[level]
    return await person(api, organization, role, *more)


@pytest.mark.parametrize("level", ["vendor", "distributor", "reseller"])
async def test_an_administrator_makes_rotates_moves_and_ends_an_integration(api: Api, level: str) -> None:
    ada, screens = await admin(api, level), SCREENS[level]
    _, role, scope = FIRMS[level]
    given = {
        "name": "Our ERP",
        "roles": [role],
        "scopes": [scope],
        "redirectUris": ["https://erp.example/back"],
        "origins": ["https://erp.example"],
        "idempotencyKey": once(),
    }
    made = await done(ada.caller, screens["create"], **given)
    client, secret = made["client"], made["secret"]
    assert (client["roles"], client["scopes"], client["hasSecret"], client["lastUsedAt"]) == (
        [role],
        [scope],
        True,
        None,
    )
    repeated = await done(ada.caller, screens["create"], **given)
    assert (repeated["client"]["id"], repeated["secret"]) == (client["id"], None)

    answer = await token(api, client["clientId"], secret)
    assert answer.status_code == 200
    machine = Caller(api.http, answer.json()["access_token"])
    assert (await machine.ask("{ viewer { client { name } } }"))["viewer"]["client"]["name"] == "Our ERP"
    shown = nodes(await ada.caller.ask(screens["clients"], first=50), "clients")
    (used,) = [each for each in shown if each["id"] == client["id"]]
    assert used["lastUsedAt"] is not None

    renewed = await done(ada.caller, screens["rotate"], clientId=client["id"])
    assert renewed["client"]["rotatedAt"] is not None
    assert [(await token(api, client["clientId"], each)).status_code for each in (secret, renewed["secret"])] == [
        401,
        200,
    ]
    again = nodes(await ada.caller.ask(screens["clients"], first=50), "clients")
    assert used["lastUsedAt"] in {each["lastUsedAt"] for each in again}, "written down once a minute at most"

    moved = await done(
        ada.caller, screens["move"], clientId=client["id"], redirectUris=["https://new.example/back"], origins=[]
    )
    assert (moved["client"]["redirectUris"], moved["client"]["origins"]) == (["https://new.example/back"], [])
    assert await refused(
        api, ada.caller, screens["move"], clientId=client["id"], redirectUris=["http://evil.example"], origins=["*"]
    ) == [(["input", "redirectUris"], "INVALID"), (["input", "redirectUris"], "INVALID")]

    ended = await done(ada.caller, screens["revoke"], clientId=client["id"])
    assert ended["client"]["revokedAt"] is not None
    later(api, 15.1)
    assert (await machine.raw("{ viewer { roles } }"))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    for act in ("rotate", "revoke"):
        assert await refused(api, ada.caller, screens[act], clientId=client["id"]) == [
            (["input", "clientId"], "TOO_LATE")
        ]
    kept = await api.world.connection.fetchval("SELECT string_agg(t::text, '') FROM audit_event t")
    assert secret not in kept and renewed["secret"] not in kept
    remembered = await api.world.connection.fetchval("SELECT string_agg(t::text, '') FROM remembered_result t")
    assert secret not in remembered


async def test_everything_wrong_with_an_integration_is_said_at_once(api: Api) -> None:
    ada = await admin(api)
    given = {
        "name": " ",
        "roles": ["DISTRIBUTOR_FINANCE", "RESELLER_ADMIN"],
        "scopes": ["no:such", "purchases:read"],
        "redirectUris": ["javascript:alert(1)"],
        "idempotencyKey": once(),
    }
    found = await refused(api, ada.caller, "distributor/create_client.graphql", **given)
    assert sorted((field[1], code) for field, code in found if field) == [
        ("name", "INVALID"),
        ("redirectUris", "INVALID"),
        ("roles", "INVALID"),
        ("roles", "NOT_ALLOWED"),
        ("scopes", "INVALID"),
        ("scopes", "INVALID"),
    ]
    nothing: dict[str, Any] = {"name": "Nothing", "roles": [], "scopes": ["resellers:read"], "idempotencyKey": once()}
    codes = {code for _, code in await refused(api, ada.caller, "distributor/create_client.graphql", **nothing)}
    assert "REQUIRED" in codes
    public = {**nothing, "roles": ["DISTRIBUTOR_VIEWER"], "keepsSecret": False}
    assert await refused(api, ada.caller, "distributor/create_client.graphql", **public) == [
        (["input", "redirectUris"], "INVALID")
    ]


async def test_the_secret_of_a_money_role_is_for_who_holds_it(api: Api) -> None:
    ada, money = await admin(api), await admin(api, "distributor", Role.DISTRIBUTOR_FINANCE)
    given = {"name": "Payer", "roles": ["DISTRIBUTOR_FINANCE"], "scopes": ["claims:write"], "idempotencyKey": once()}
    client = (await done(money.caller, "distributor/create_client.graphql", **given))["client"]
    assert await refused(api, ada.caller, "distributor/rotate_client_secret.graphql", clientId=client["id"]) == [
        (["input", "clientId"], "NOT_ALLOWED")
    ]
    await done(money.caller, "distributor/rotate_client_secret.graphql", clientId=client["id"])
    await done(ada.caller, "distributor/revoke_client.graphql", clientId=client["id"])


async def test_a_portal_that_serves_everybody_is_an_operators_and_its_owner_can_end_it(api: Api) -> None:
    ada = await admin(api)
    async with api.operating() as session:
        made = await create_client(session, ada.organization_id, Level.DISTRIBUTOR, "Portal", (), (), PORTAL)
    id = global_id("RegisteredClient", Key(ada.organization_id, made.id))
    assert await refused(
        api, ada.caller, "distributor/set_client_addresses.graphql", clientId=id, redirectUris=[], origins=[]
    ) == [(["input", "clientId"], "NOT_ALLOWED")]
    assert (await done(ada.caller, "distributor/revoke_client.graphql", clientId=id))["client"]["revokedAt"] is not None


async def test_a_competitor_asks_for_an_integration_and_there_is_none(api: Api) -> None:
    async with api.operating() as session:
        organization_id = api.world.organizations["Dist One"]
        made = await create_client(
            session, organization_id, Level.DISTRIBUTOR, "Theirs", [Role.DISTRIBUTOR_VIEWER], [Scope.RESELLERS_READ]
        )
    rivals = [
        await person(api, "Dist Two", Role.DISTRIBUTOR_ADMIN),
        await person(api, "Acme", Role.VENDOR_PROGRAM_MANAGER),
        await person(api, "Reseller One", Role.RESELLER_ADMIN),
        await person(api, "Dist One", Role.RESELLER_ADMIN),
    ]
    for rival in rivals:
        for owner in (organization_id, rival.organization_id):
            id = global_id("RegisteredClient", Key(owner, made.id))
            assert (await rival.caller.ask(NODE, id=id))["node"] is None
            for act in ("vendor/rotate_client_secret.graphql", "vendor/revoke_client.graphql"):
                assert await refused(api, rival.caller, act, clientId=id) == [(["input", "clientId"], "NOT_FOUND")]
            moved = {"clientId": id, "redirectUris": [], "origins": []}
            assert await refused(api, rival.caller, "vendor/set_client_addresses.graphql", **moved) == [
                (["input", "clientId"], "NOT_FOUND")
            ]
        shown = nodes(await rival.caller.ask("vendor/clients.graphql", first=250), "clients")
        assert str(made.id) not in {each["clientId"] for each in shown}
    ben = await person(api, "Dist One", Role.DISTRIBUTOR_OPERATOR)
    before = await contents(api)
    answer = await ben.caller.raw("distributor/revoke_client.graphql", input={"clientId": "x"})
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await contents(api) == before


async def test_no_level_reads_what_proves_an_integration(api: Api) -> None:
    """Neither by the graph, which has no such field, nor by any query of its role."""
    rows = await api.world.connection.fetch(
        "SELECT r.rolname, a.attname FROM pg_attribute a, pg_roles r WHERE a.attrelid = 'oauth_client'::regclass"
        " AND a.attname IN ('secret_hash', 'jwks') AND r.rolname IN"
        " ('tailrace_vendor', 'tailrace_distributor', 'tailrace_reseller')"
        " AND has_column_privilege(r.oid, a.attrelid, a.attnum, 'SELECT')"
    )
    assert rows == []
