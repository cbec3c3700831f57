"""Names are erased for good by whoever holds them: they are gone from the whole database, and every figure stays."""

import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.erasure.actions import carry_out
from app.execution.identifiers import Key, global_id, key_of
from app.network.verify import differences
from app.programme.terms import Level
from app.store.database import acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Again
from app.tables.erasures import same_customer
from tests.api.conftest import Api
from tests.api.deals_kit import Counter
from tests.api.enablement_kit import certified
from tests.api.erasure_kit import (
    ERASE,
    HEADER,
    LISTED,
    PERIOD,
    PREVIEW,
    admin,
    erased,
    everywhere,
    handed_in,
    owner,
    previewed,
)
from tests.api.partners_kit import once
from tests.api.sell_out_kit import Shop, sold
from tests.api.test_formats import COLUMNS, EDIFACT
from tests.reports.workbooks import rows, sheet, workbook
from tests.world import NOW

NAME = 'Zylinderhut & "Söhne" KG'
FIGURES = (
    "sell_through_month",
    "sell_through_day",
    "sell_out_month",
    "sell_through_reseller_month",
    "submission_effect",
)
SUBMISSION = "query($id: ID!) { node(id: $id) { ... on Submission { sha256 redactedAt rawUrl reportUrl } } }"


@pytest.fixture(autouse=True, scope="module")
async def all_formats(api: Api) -> AsyncIterator[None]:
    await api.world.connection.execute(
        "UPDATE agreement SET formats = '{INLINE,CSV,XLSX,X12,EDIFACT}' WHERE id = $1",
        api.world.agreements["Acme", "Dist One"],
    )
    yield


def line(number: str, product: str = "DRIVE-1", quantity: object = "3", customer: str = NAME) -> list[object]:
    return [number, "1", "2026-01-05", product, "A-1", quantity, "120", "EUR", customer]


def csv(*lines: list[object]) -> str:
    quoted = [",".join('"' + str(each).replace('"', '""') + '"' for each in own) for own in lines]
    return "\n".join([HEADER, *quoted]) + "\n"


async def figures(api: Api) -> list[Any]:
    found = [await api.world.connection.fetch(f"SELECT t::text FROM {table} t ORDER BY 1") for table in FIGURES]
    lines = await api.world.connection.fetch(
        "SELECT submission_id, row_number, component, recorded, quantity, amount, content_hash, disclosed_amount,"
        " superseded FROM sell_through_line ORDER BY 1, 2, 3, 4"
    )
    return [*found, lines]


async def reported(api: Api, name: str, mark: str) -> list[str]:
    """The name in a report of every format, in rows of every outcome, and in a preview."""
    book = workbook(
        sheet(
            rows(
                COLUMNS, [f"{mark}X", 1, date(2026, 1, 5), "DRIVE-1", "A-1", 3, 120, "EUR", name], ["?", 1, None, name]
            )
        )
    )
    edifact = (
        EDIFACT.replace("=cmd()", name.replace(" ", ":", 1)).replace(":E-1", f":{mark}E").replace(":E-2", f":{mark}F")
    )
    given = [
        {
            "documentNumber": f"{mark}I",
            "documentLine": "1",
            "soldOn": "2026-01-05",
            "productCode": "DRIVE-1",
            "resellerAccount": "A-1",
            "quantity": "2",
            "unitPrice": "120",
            "currency": "EUR",
            "endCustomer": name.upper(),
        }
    ]
    text = csv(
        line(f"{mark}1", customer=name),
        line(f"{mark}2", "WHAT", customer=name),
        line(f"{mark}3", quantity=0, customer=name),
    )
    found = [
        await handed_in(api, text.encode()),
        await handed_in(api, text.encode()),
        await handed_in(api, csv(line(f"{mark}4", customer=name)).encode("utf-16")),
        await handed_in(api, csv(line(f"{mark}5", customer=name)).encode("cp1252")),
        await handed_in(api, book),
        await handed_in(api, edifact.encode("latin-1")),
        await handed_in(api, given),
    ]
    await handed_in(
        api, csv(line(f"{mark}6", customer=name)).encode(), document="distributor/preview_sell_through.graphql"
    )
    return found


async def alarmed(api: Api, name: str) -> None:
    """An alert that names it, and an act that did."""
    world = api.world
    of = {"vendor_id": world.vendors["Acme"], "id": new_id()}
    told = {"evidence": ["kept", f"sold to {name}"], "facts": [name], "raised_at": NOW}
    party = world.parties["Acme", "Dist One"]
    of_agreement = {"agreement_id": world.agreements["Acme", "Dist One"], "distributor_id": party}
    await world.add("alert", **of, audience="VENDOR", kind="PRICE_UNUSUAL", subject=once(), **of_agreement, **told)
    await world.add(
        "audit_event",
        organization_id=world.organizations["Dist One"],
        id=new_id(),
        level="DISTRIBUTOR",
        actor="Ada",
        act="test",
        subject="x",
        after=json.dumps({"told": ["kept", name], "deep": {"name": f"to {name}"}}),
        request_id="x",
        happened_at=NOW,
    )


async def test_a_distributor_erases_an_end_customer_from_everything_that_it_reported(api: Api) -> None:
    other = f"Bleibtreu {once()[:6]}"
    submissions = await reported(api, NAME, "A")
    kept = await handed_in(api, csv(line("AK", customer=other)).encode())
    await alarmed(api, NAME)
    assert set(await everywhere(api, NAME)) >= {"sell_through_line", "report_row", "report_chunk.content"}
    before, caller = await figures(api), await admin(api, "distributor")
    of = {"ownerId": owner(api), "subject": "END_CUSTOMER", "name": f"  {NAME.lower()} "}
    seen = await previewed(caller, "distributor", **of)
    assert (seen["lines"], seen["reports"], seen["records"]) == (6, 8, 0) and seen["rows"] >= 6
    assert await figures(api) == before and await everywhere(api, NAME), "a preview changes nothing"
    done = await erased(caller, "distributor", **of)
    assert (done["status"], done["lines"], done["reports"], done["unfound"]) == ("DONE", 6, 8, 0)
    assert await everywhere(api, NAME) == []
    assert await figures(api) == before
    assert await everywhere(api, other) != [], "who was not meant stays"
    kept_words = await api.world.connection.fetchrow(
        "SELECT (SELECT after->'told'->>0 FROM audit_event WHERE act = 'test') AS trail,"
        " (SELECT evidence[1] FROM alert WHERE 'kept' = ANY (evidence)) AS alert"
    )
    assert tuple(kept_words or ()) == ("kept", "kept")
    vendor_id = api.world.vendors["Acme"]
    async with api.database.reading(acting_as_worker(vendor_id)) as session:
        assert await differences(session, vendor_id) == []
    for id in submissions:
        said = (await caller.ask(SUBMISSION, id=id))["node"]
        assert said["redactedAt"] is not None
        raw, told = await api.http.get(said["rawUrl"]), await api.http.get(said["reportUrl"])
        assert (raw.status_code, told.status_code) == (200, 200), "its rows are still told, from its bytes as they are"
        assert b"DRIVE-1" in raw.content or raw.content[:2] in {b"PK", b"\xff\xfe"}
    assert (await caller.ask(SUBMISSION, id=kept))["node"]["redactedAt"] is None
    again = await previewed(caller, "distributor", **of)
    assert [again[each] for each in ("lines", "rows", "reports", "records")] == [0, 0, 0, 0]


async def test_a_document_sent_again_after_the_erasure_is_still_a_duplicate(api: Api) -> None:
    name = f"Quastenflosser {once()[:6]}"
    text = csv(line("D1", customer=name), line("D2", customer="Somebody else")).encode()
    await handed_in(api, text)
    await erased(await admin(api, "distributor"), "distributor", ownerId=owner(api), subject="END_CUSTOMER", name=name)
    before = await figures(api)
    again = key_of("Submission", await handed_in(api, text))
    assert again is not None
    outcomes = await api.world.connection.fetch("SELECT outcome FROM report_row WHERE submission_id = $1", again.id)
    assert [row["outcome"] for row in outcomes] == ["DUPLICATE", "DUPLICATE"]
    assert (await figures(api))[:4] == before[:4]


async def test_the_vendor_reads_no_name_any_more_and_that_it_was_erased(api: Api) -> None:
    name = f"Nebelkraehe {once()[:6]}"
    await handed_in(api, csv(line("V1", customer=name)).encode())
    done = await erased(
        await admin(api, "distributor"), "distributor", ownerId=owner(api), subject="END_CUSTOMER", name=name
    )
    vendor = await admin(api, "vendor")
    lines = (
        "query($id: ID!) { node(id: $id) { ... on DistributionAgreement { lines(first: 250)"
        " { edges { node { documentNumber endCustomer } } } } } }"
    )
    answer = await vendor.ask(lines, id=api.world.agreement_gid("Acme", "Dist One"))
    named = {edge["node"]["documentNumber"]: edge["node"]["endCustomer"] for edge in answer["node"]["lines"]["edges"]}
    assert named["V1"] is None
    notices = await api.world.connection.fetch("SELECT act FROM audit_notice WHERE subject = $1", done["id"])
    assert [row["act"] for row in notices] == ["eraseName"]
    assert (await vendor.ask("query($id: ID!) { node(id: $id) { id } }", id=done["id"]))["node"] is None


async def test_a_reseller_erases_an_end_customer_from_its_sell_out_and_its_deals(api: Api) -> None:
    name = f"Wanderfalke {once()[:6]} GmbH"
    counter = await Counter.open(api)
    caller = await admin(api, "reseller")
    enrollment = await api.world.connection.fetchrow(
        "SELECT vendor_id, id FROM enrollment WHERE reseller_id = $1", api.world.parties["Acme", "Reseller One"]
    )
    assert enrollment is not None
    shop = Shop(api, caller, global_id("Enrollment", Key(enrollment["vendor_id"], enrollment["id"])))
    deal = await counter.registered(name, name=f"Drives for {name}")
    await shop.report(sold("S-1", "2", endCustomer=name), sold("S-2", "1", productCode="WHAT", endCustomer=name))
    of = {"ownerId": owner(api, "Reseller", "Reseller One"), "subject": "END_CUSTOMER", "name": name}
    assert await everywhere(api, name.split()[1])
    done = await erased(caller, "reseller", **of)
    assert (done["status"], done["lines"], done["records"], done["unfound"]) == ("DONE", 1, 1, 0)
    assert await everywhere(api, name.split()[1]) == []
    seen = await counter.for_vendor(deal)
    assert seen["endCustomer"] is None
    rival = await counter.registered(name, by="Reseller Two")
    assert (await counter.for_vendor(rival))["waitsFor"] == (await counter.for_vendor(rival))["waitsFor"]
    conflict = await api.world.connection.fetchval(
        "SELECT count(DISTINCT c.reseller_id) FROM deal_customer c WHERE c.name_hash ="
        " (SELECT name_hash FROM deal_customer WHERE id = (SELECT customer_id FROM deal WHERE id = $1))",
        key_of("DealRegistration", deal["id"]).id,  # type: ignore[union-attr]
    )
    assert conflict == 2, "the two deals are still for one end customer"


async def test_a_vendor_erases_an_end_customer_of_its_special_prices(api: Api) -> None:
    name, vendor = f"Rohrdommel {once()[:6]}", await admin(api, "vendor")
    payload = await vendor.act(
        "vendor/grant_special_price.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        number=f"SP-{once()[:8]}",
        currency="EUR",
        effective={"start": "2026-01-01", "end": "2027-01-01"},
        products=[{"productId": Counter(api).product(), "kind": "DOWN_TO", "value": "80"}],
        endCustomer=name,
        idempotencyKey=once(),
    )
    assert payload["userErrors"] == [], payload
    line_id = key_of("Submission", await handed_in(api, csv(line("P1", customer=name)).encode()))
    assert line_id is not None
    statement = (
        "SELECT count(*) FROM sell_through_line l JOIN special_price p ON p.vendor_id = l.vendor_id"
        " WHERE l.submission_id = $1 AND p.number = $2"
        f" AND {same_customer('l.end_customer', 'p.end_customer', 'l.vendor_id')}"
    )
    number = payload["specialPrice"]["number"]
    assert await api.world.connection.fetchval(statement, line_id.id, number) == 1
    done = await erased(vendor, "vendor", ownerId=owner(api, "Vendor"), subject="END_CUSTOMER", name=name)
    assert (done["records"], done["lines"], done["reports"]) == (1, 0, 0)
    assert "special_price" not in await everywhere(api, name) and "sell_through_line" in await everywhere(api, name)
    assert await api.world.connection.fetchval(statement, line_id.id, number) == 1, "it still fits its lines"
    await erased(await admin(api, "distributor"), "distributor", ownerId=owner(api), subject="END_CUSTOMER", name=name)
    assert await api.world.connection.fetchval(statement, line_id.id, number) == 1
    assert await everywhere(api, name) == []


async def test_a_certified_person_is_erased_and_still_counts_as_one(api: Api) -> None:
    name, caller = f"Anna Haubentaucher {once()[:6]}", await admin(api, "reseller")
    for certification in ("Storage", "Switching"):
        given = certified(api, holder=name, name=f"{certification} {once()[:4]}")
        recorded = await (await admin(api, "distributor")).act("distributor/record_certification.graphql", **given)
        assert recorded["userErrors"] == []
    of = {"ownerId": owner(api, "Reseller", "Reseller One"), "subject": "CERTIFIED_PERSON", "name": name}
    assert (await previewed(caller, "reseller", **of))["records"] == 2
    done = await erased(caller, "reseller", **of)
    assert (done["records"], done["lines"]) == (2, 0)
    assert await everywhere(api, name) == []
    keys = await api.world.connection.fetch(
        "SELECT DISTINCT holder_key FROM certification WHERE holder LIKE 'erased:%'"
    )
    assert len(keys) == 1


async def test_an_erasure_waits_for_reports_that_are_not_counted_and_goes_on_where_it_was(api: Api) -> None:
    name, caller = f"Steinschmaetzer {once()[:6]}", await admin(api, "distributor")
    await handed_in(api, csv(line("W1", customer=name)).encode())
    waiting = await caller.upload(csv(line("W2", customer=name)).encode(), "waiting.csv")
    payload = await caller.act(
        "distributor/submit_sell_through.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period=PERIOD,
        idempotencyKey=uuid4().hex,
        source={"uploadId": waiting},
    )
    assert payload["userErrors"] == []
    of = {"ownerId": owner(api), "subject": "END_CUSTOMER", "name": name}
    done = await erased(caller, "distributor", **of)
    assert done["status"] == "RUNNING" and done["carriedOutAt"] is None
    key = key_of("Erasure", done["id"])
    assert key is not None
    assert isinstance(await carry_out(api.database, key.vendor_id, key.id), Again)
    await api.count()
    assert await carry_out(api.database, key.vendor_id, key.id) is None
    assert await carry_out(api.database, key.vendor_id, key.id) is None, "done once, it is not done again"
    listed = (await caller.ask(LISTED["distributor"], vendorId=owner(api, "Vendor")))["node"]["erasures"]
    own = next(edge["node"] for edge in listed["edges"] if edge["node"]["id"] == done["id"])
    assert (own["status"], own["lines"], own["reports"]) == ("DONE", 2, 2)
    assert await everywhere(api, name) == []


TABLES = ("erasure", "sell_through_line", "report_row", "report_chunk", "deal_customer", "certification", "audit_event")


async def state(api: Api) -> list[Any]:
    return [await api.world.connection.fetch(f"SELECT t::text FROM {table} t ORDER BY 1") for table in TABLES]


async def test_what_cannot_be_erased_is_said_and_nothing_changes(api: Api) -> None:
    name, caller = f"Wendehals {once()[:6]}", await admin(api, "distributor")
    await handed_in(api, csv(line("R1", customer=name)).encode())
    of = {"ownerId": owner(api), "subject": "END_CUSTOMER", "name": name}
    token = (await previewed(caller, "distributor", **of))["token"]
    before = await state(api)
    whole = {**of, "previewed": token, "reason": "Asked for.", "idempotencyKey": once()}
    for changed, wrong in (
        ({"name": "IT"}, {("name", "INVALID")}),
        ({"reason": f"{name} asked."}, {("reason", "INVALID")}),
        ({"previewed": "0" * 32}, {("previewed", "STALE")}),
        ({"ownerId": owner(api, "Distributor", "Dist Two")}, {("ownerId", "NOT_FOUND")}),
        ({"ownerId": owner(api, "Reseller", "Reseller One")}, {("ownerId", "NOT_FOUND")}),
        ({"ownerId": owner(api, "Vendor")}, {("ownerId", "NOT_FOUND")}),
        ({"ownerId": "nonsense", "reason": " "}, {("ownerId", "NOT_FOUND"), ("reason", "REQUIRED")}),
    ):
        payload = await caller.act(ERASE["distributor"], **{**whole, **changed})
        assert payload["erasure"] is None
        assert {(each["field"][1], each["code"]) for each in payload["userErrors"]} == wrong
    unknown = {**of, "name": "Nobody at all"}
    token = (await previewed(caller, "distributor", **unknown))["token"]
    payload = await caller.act(ERASE["distributor"], **{**whole, **unknown, "previewed": token})
    assert [each["code"] for each in payload["userErrors"]] == ["NOT_FOUND"]
    assert await state(api) == before


async def test_competitors_and_roles_without_the_right_erase_nothing_and_learn_nothing(api: Api) -> None:
    name = f"Ziegenmelker {once()[:6]}"
    await handed_in(api, csv(line("C1", customer=name)).encode())
    of = {"ownerId": owner(api), "subject": "END_CUSTOMER", "name": name}
    owned = {
        "distributor": (await admin(api, "distributor", "Dist Two"), owner(api, "Distributor", "Dist Two")),
        "reseller": (await admin(api, "reseller"), owner(api, "Reseller", "Reseller One")),
    }
    before = await state(api)
    for level, (caller, own) in owned.items():
        found = await previewed(caller, level, **{**of, "ownerId": own})
        assert [found[each] for each in ("lines", "rows", "reports", "records")] == [0, 0, 0, 0]
        refused = await caller.act(PREVIEW[level], **of)
        assert [each["code"] for each in refused["userErrors"]] == ["NOT_FOUND"] and refused["preview"] is None
    other = await admin(api, "vendor", "Borealis")
    refused = await other.act(PREVIEW["vendor"], **of)
    assert [each["code"] for each in refused["userErrors"]] == ["NOT_FOUND"]
    found = await previewed(await admin(api, "vendor"), "vendor", **{**of, "ownerId": owner(api, "Vendor")})
    assert found["lines"] == 0, "a distributor's reports are its own to erase"
    for level, role in (
        (Level.DISTRIBUTOR, Role.DISTRIBUTOR_OPERATOR),
        (Level.DISTRIBUTOR, Role.DISTRIBUTOR_VIEWER),
        (Level.VENDOR, Role.VENDOR_ANALYST),
        (Level.RESELLER, Role.RESELLER_SALES),
    ):
        whose = {Level.DISTRIBUTOR: "Dist One", Level.VENDOR: "Acme", Level.RESELLER: "Reseller One"}[level]
        caller = await api.as_(level, whose, role)
        for documents in (PREVIEW, ERASE):
            more = {"previewed": "x", "reason": "x", "idempotencyKey": once()} if documents is ERASE else {}
            answer = await caller.raw(documents[level.lower()], input={**of, **more})
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await state(api) == before
    done = await erased(await admin(api, "distributor"), "distributor", **of)
    callers = {**{level: caller for level, (caller, _) in owned.items()}, "vendor": await admin(api, "vendor")}
    for level, caller in callers.items():
        assert (await caller.ask("query($id: ID!) { node(id: $id) { id } }", id=done["id"]))["node"] is None
        listed = await caller.ask(LISTED[level], vendorId=owner(api, "Vendor"))
        edges = listed["node"]["erasures"]["edges"] if listed["node"] else []
        assert done["id"] not in {edge["node"]["id"] for edge in edges}
    assert (await other.ask(LISTED["vendor"], vendorId=owner(api, "Vendor")))["node"] is None


async def test_one_key_erases_once(api: Api) -> None:
    name, caller = f"Blaukehlchen {once()[:6]}", await admin(api, "distributor")
    await handed_in(api, csv(line("K1", customer=name)).encode())
    of = {"ownerId": owner(api), "subject": "END_CUSTOMER", "name": name}
    token = (await previewed(caller, "distributor", **of))["token"]
    given = {**of, "previewed": token, "reason": "Asked for.", "idempotencyKey": once()}
    first = await caller.act(ERASE["distributor"], **given)
    again = await caller.act(ERASE["distributor"], **given)
    assert first["erasure"] is not None and first["erasure"] == again["erasure"]
