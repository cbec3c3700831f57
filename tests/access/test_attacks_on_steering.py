"""What a competitor, or somebody of a partner's own house, tries with exports, merges and erasures: to learn of others, to
cover up what it did, or to have others' servers carry the cost."""

import csv
import io
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.alerts.raising import NewAlert, raise_alerts
from app.programme.alert_kinds import AlertKind
from app.programme.terms import Level
from app.store.database import acting_as_worker
from tests.api.conftest import Api, api, world
from tests.api.erasure_kit import ERASE, HEADER, PREVIEW, admin, erased, handed_in, owner, unpacked
from tests.api.exports_kit import LINES, exported, started
from tests.api.people_kit import done, once, person

__all__ = ["api", "world"]


async def sold_to(api: Api, *customers: str) -> str:
    rows = [f"{uuid4().hex[:10]},1,2026-01-05,DRIVE-1,A-1,3,120,EUR,{each}" for each in customers]
    return await handed_in(api, "\n".join([HEADER, *rows]).encode())


async def test_no_administrator_erases_what_it_did_from_the_own_trail(api: Api) -> None:
    """It would have had a money role of its own, of which no trail tells."""
    eve, ben = await admin(api, "distributor"), await person(api, "Dist One", Role.DISTRIBUTOR_VIEWER)
    roles = ["DISTRIBUTOR_VIEWER", "DISTRIBUTOR_OPERATOR"]
    await done(eve, "distributor/set_user_roles.graphql", userId=ben.gid, roles=roles, currentRoles=roles[:1])

    async def trail() -> str:
        data = await eve.ask("distributor/audit.graphql", first=250)
        told = [e["node"]["changes"] for e in data["viewer"]["audit"]["edges"] if e["node"]["act"] == "setUserRoles"]
        return str(told)

    before = await trail()
    assert "DISTRIBUTOR_OPERATOR" in before
    await sold_to(api, "DISTRIBUTOR_OPERATOR")
    of = {"ownerId": owner(api), "subject": "END_CUSTOMER", "name": "DISTRIBUTOR_OPERATOR"}
    await erased(eve, "distributor", **of)
    assert await trail() == before


async def test_no_distributor_erases_what_the_vendor_is_warned_of(api: Api) -> None:
    """It would have taken the amount, or the name, out of a warning to the vendor."""
    world = api.world
    fact = "Debit memo 4711 of 2026-01-02: 81,234.50 EUR"
    alert = NewAlert(
        world.vendors["Acme"],
        Level.VENDOR,
        AlertKind.DEDUCTION_UNMATCHED,
        owner(api),
        distributor_id=world.parties["Acme", "Dist One"],
        agreement_id=world.agreements["Acme", "Dist One"],
        facts=(fact,),
    )
    async with api.database.writing(acting_as_worker(world.vendors["Acme"])) as session:
        await raise_alerts(session, [alert])
    await sold_to(api, "81234.50 EUR", '"81,234.50 EUR"', "4711")
    for name in ("81,234.50 EUR", "4711"):
        of = {"ownerId": owner(api), "subject": "END_CUSTOMER", "name": name}
        await erased(await admin(api, "distributor"), "distributor", **of)
    told = await world.connection.fetchval("SELECT facts FROM alert WHERE kind = 'DEDUCTION_UNMATCHED'")
    assert told == [fact]


async def test_no_hash_of_an_erased_name_leaves_with_a_file(api: Api) -> None:
    """Guessed names, hashed likewise, would have told whose the hash is."""
    name = f"Moorhuhn {once()[:6]}"
    await sold_to(api, name)
    await erased(await admin(api, "distributor"), "distributor", ownerId=owner(api), subject="END_CUSTOMER", name=name)
    given: dict[str, Any] = {"variables": {"id": api.world.agreement_gid("Acme", "Dist One")}}
    for format in ("CSV", "JSONL", "XLSX"):
        for caller, level in ((await api.vendor(), "vendor"), (await api.distributor(), "distributor")):
            data = await exported(api, caller, LINES, format, level, **given)
            assert not any(b"erased:" in each or name.encode() in each for each in unpacked(data)), (format, level)
    data = await exported(api, await api.vendor(), LINES.replace("documentLine ", ""), "CSV", **given)
    assert b"erased:" not in data, "nor where the rows are told page by page"


async def test_no_cell_of_a_csv_becomes_a_formula_whichever_sign_parts_cells(api: Api) -> None:
    """An end customer's name would have run on the vendor's machine, where lists are parted by semicolons or tabs."""
    names = ["=1+1", "Shop;=1+1", 'Shop;"=1+1;"', "+Shop", "@Shop", "Shop; -1+1", "\uff1d1+1"]
    await sold_to(api, *('"' + each.replace('"', '""') + '"' for each in names))
    given: dict[str, Any] = {"variables": {"id": api.world.agreement_gid("Acme", "Dist One")}}
    for document in (LINES, LINES.replace("documentLine ", "")):
        text = (await exported(api, await api.vendor(), document, **given)).decode()
        for sign in ",;\t":
            for row in csv.reader(io.StringIO(text), delimiter=sign):
                for cell in row:
                    kept = cell.strip().lstrip('"')
                    assert not kept.startswith(("=", "+", "@", "\uff1d")), (sign, cell)


async def test_an_erasure_leaves_the_same_name_at_rivals_and_at_the_vendor(api: Api) -> None:
    """It would have taken from a rival, and from the vendor's special prices, the name that a claim is proved by."""
    name = f"Eisvogel {once()[:6]}"
    await sold_to(api, name)
    dist_two, vendor_id = api.world.parties["Acme", "Dist Two"], api.world.vendors["Acme"]
    await api.world.connection.execute(
        "INSERT INTO audit_event SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(),"
        " 'organization_id', $1::uuid, 'after', jsonb_build_object('endCustomer', $2::text)))).* FROM audit_event e LIMIT 1",
        api.world.organizations["Dist Two"],
        name,
    )
    await erased(await admin(api, "distributor"), "distributor", ownerId=owner(api), subject="END_CUSTOMER", name=name)
    kept = "SELECT count(*) FROM audit_event WHERE organization_id = $1 AND after::text LIKE '%' || $2 || '%'"
    assert await api.world.connection.fetchval(kept, api.world.organizations["Dist Two"], name) == 1
    assert (
        await api.world.connection.fetchval(
            "SELECT count(*) FROM erasure WHERE vendor_id = $1 AND distributor_id = $2", vendor_id, dist_two
        )
        == 0
    )


async def test_a_preview_of_a_rival_or_of_another_name_erases_nothing(api: Api) -> None:
    """A token of an own preview would have had a rival's, or another, name erased."""
    mine, other = f"Rohrdommel {once()[:6]}", f"Wendehals {once()[:6]}"
    await sold_to(api, mine, other)
    of = {"ownerId": owner(api), "subject": "END_CUSTOMER", "name": mine}
    rival, ada = await admin(api, "distributor", "Dist Two"), await admin(api, "distributor")
    seen = (await ada.act(PREVIEW["distributor"], **of))["preview"]
    given = {"previewed": seen["token"], "reason": "Because.", "idempotencyKey": once()}
    for caller, changed, code in (
        (rival, {}, "NOT_FOUND"),
        (rival, {"ownerId": owner(api, "Distributor", "Dist Two")}, "STALE"),
        (ada, {"name": other}, "STALE"),
        (ada, {"ownerId": owner(api, "Distributor", "Dist One", "Borealis")}, "STALE"),
    ):
        payload = await caller.act(ERASE["distributor"], **{**of, **given, **changed})
        assert payload["erasure"] is None and code in {each["code"] for each in payload["userErrors"]}, changed
    rows = await api.world.connection.fetch("SELECT end_customer FROM sell_through_line")
    assert {mine, other} <= {row["end_customer"] for row in rows}


async def test_no_integration_erases_whatever_its_role(api: Api) -> None:
    """A stolen secret would have destroyed names for good."""
    for level, caller in (
        ("vendor", await api.vendor()),
        ("distributor", await api.distributor()),
        ("reseller", await api.reseller()),
    ):
        of = {"ownerId": owner(api), "subject": "END_CUSTOMER", "name": "Anybody"}
        answer = await caller.raw(PREVIEW[level], input=of)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN", level


@pytest.mark.parametrize(
    "document",
    [
        "query A { ...F } fragment F on Query { viewer { ...G } } fragment G on Viewer { ...G }",
        "{ viewer {" + " webhooks { edges { node { url } } }" * 3_000 + " } }",
        "{ viewer { webhooks { edges { node {" + " ".join(f"a{n}: url" for n in range(20_000)) + " } } } } }",
        "{" * 5_000 + "}" * 5_000,
        "{ viewer { webhooks(first: 250) { edges { node { deliveries(first: 250) { edges { node { id } } } } } } } }",
        "query($a: Int) { viewer { webhooks(first: $tailraceFirst, after: $tailraceAfter) { edges { node { url } } } } }",
    ],
    ids=["a circle", "wide", "aliases", "deep", "lists in lists", "our own variables"],
)
async def test_no_document_of_an_export_costs_more_than_a_request(api: Api, document: str) -> None:
    """A worker that all partners share would have been kept busy by one."""
    before = await api.world.connection.fetchval("SELECT count(*) FROM export")
    payload = await started(await api.vendor(), document, "CSV")
    assert payload["export"] is None and payload["userErrors"]
    assert await api.world.connection.fetchval("SELECT count(*) FROM export") == before


async def test_a_viewer_exports_nothing_that_its_role_does_not_list(api: Api) -> None:
    """Statements and clients of the own firm, which a viewer does not read, would have left as a file."""
    viewer = await api.distributor(role=Role.DISTRIBUTOR_VIEWER)
    for below in ("clients { edges { node { name } } }", "webhooks { edges { node { url } } }"):
        payload = await started(viewer, f"{{ viewer {{ {below} }} }}", "CSV", "distributor")
        assert payload["export"] is None and payload["userErrors"], below
