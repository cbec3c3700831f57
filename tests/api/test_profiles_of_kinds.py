"""Profiles of inventory and sell-in reports over HTTP: proposed, tried out, saved, and used by what comes in."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.access.scopes import Scope
from app.programme.terms import Level
from tests.api.conftest import Api, Caller
from tests.api.test_profiles import (
    BY_WHICH,
    MAPPING,
    PREVIEW,
    PROFILE,
    PROFILES,
    PROPOSE,
    RETIRE,
    SAMPLES,
    new,
    no_profiles,
    refused,
    sample,
    saved,
    written,
)

__all__ = ["no_profiles"]
STOCK_PREVIEW = "distributor/preview_stock_profile.graphql"
SUBMIT_STOCK, STOCK_ROWS = "distributor/submit_inventory.graphql", "distributor/stock_rows.graphql"
SUBMIT_SELL_IN = "vendor/submit_sell_in.graphql"
OF_VENDOR = {
    "save": "vendor/save_column_mapping.graphql",
    "propose": "vendor/propose_report_profile.graphql",
    "preview": "vendor/preview_report_profile.graphql",
    "list": "vendor/report_profiles.graphql",
    "retire": "vendor/retire_report_profile.graphql",
}
HEADER = "Lagerort;Artikelnr;Bestand;Zustand;Stichtag"
COUNTS = f"{HEADER}\nPRO-1;DRIVE-1;1.200;frei;31.01.26\nPRO-1;DRIVE-2;7,5;defekt;31.01.26\n"
INVOICES = (
    "SI-1|1|05-JAN-2026|DRIVE-1|3|10.5|EUR\nSI-1|2|05-JAN-2026|DRIVE-2|2|2.5|EUR\n"
    "SI-2|1|06-MAY-2026|DRIVE-1|-1|10.5|EUR\n"
)
PERIOD = {"start": "2026-01-01", "end": "2026-11-01"}


@pytest.fixture(autouse=True)
async def only_new_profiles(no_profiles: None) -> AsyncIterator[None]:
    yield


async def handed_in(api: Api, caller: Caller, document: str, data: bytes) -> str:
    upload = await caller.upload(data)
    source = {"uploadId": upload} if document == SUBMIT_SELL_IN else {"source": {"uploadId": upload}}
    agreement = api.world.agreement_gid("Acme", "Dist One")
    payload = await caller.act(document, agreementId=agreement, period=PERIOD, idempotencyKey=uuid4().hex, **source)
    assert payload["userErrors"] == [], payload
    await api.count()
    found: str = payload["submission"]["id"]
    return found


async def test_a_list_of_stock_is_proposed_tried_out_saved_and_counted(api: Api) -> None:
    caller = await api.distributor()
    upload = await caller.upload(COUNTS.encode())
    before = await written(api)
    proposal = (await caller.act(PROPOSE, **sample(api, upload, kind="INVENTORY")))["proposal"]
    fields = {each["header"]: each["field"] for each in proposal["meanings"]}
    assert fields == {
        "Lagerort": "warehouse",
        "Artikelnr": "product_code",
        "Bestand": "quantity",
        "Zustand": "status",
        "Stichtag": "counted_on",
    }
    assert proposal["questions"] == [] and proposal["settings"]["date_format"] == "DD.MM.YY"
    tried = await caller.act(STOCK_PREVIEW, **sample(api, upload, kind="INVENTORY", settings=proposal["settings"]))
    found = tried["preview"]
    assert await written(api) == before, "neither leaves anything behind"
    assert (found["rowsRead"], found["rowsRejected"], found["detected"]["date_format"]) == (2, 0, "DD.MM.YY")
    first, last = found["stockRows"]
    assert (first["warehouse"], first["quantity"], first["status"], first["countedOn"]) == (
        "PRO-1",
        "1200",
        "GOOD",
        "2026-01-31",
    )
    assert (last["status"], last["movement"], last["quantity"]) == ("DEFECTIVE", None, "7.5")
    untold = (await caller.act(STOCK_PREVIEW, **sample(api, upload, kind="INVENTORY")))["preview"]
    assert untold["failure"]["code"] == "HEADER_MISSING" or untold["failure"]["code"] == "COLUMN_MISSING"
    made = await saved(api, caller, kind="INVENTORY", settings=proposal["settings"])
    assert (made["kind"], made["live"]) == ("INVENTORY", True)
    submission = await handed_in(api, caller, SUBMIT_STOCK, COUNTS.replace("PRO-1", "PRO-2").encode())
    counted = (await caller.ask(STOCK_ROWS, id=submission))["node"]
    assert (counted["status"], counted["counts"]["accepted"]) == ("PROCESSED", 2)
    assert (await caller.ask(BY_WHICH, id=submission))["node"]["profile"]["id"] == made["id"]


async def test_qualifiers_of_an_846_mean_what_the_profile_says(api: Api) -> None:
    caller = await api.distributor()
    data = (SAMPLES / "storage-vendor-846.x12").read_bytes()
    proposal = (await caller.act(PROPOSE, **sample(api, await caller.upload(data), kind="INVENTORY")))["proposal"]
    assert {each["header"]: each["field"] for each in proposal["meanings"]}["N1*WH"] == "warehouse"
    settings = {**proposal["settings"], "statuses": {"17": "GOOD", "20": "DEFECTIVE"}, "not_stock": ["63", "IQ"]}
    made = await saved(api, caller, PROFILE, kind="INVENTORY", format="X12", settings=settings)
    preview = await caller.act(STOCK_PREVIEW, **sample(api, await caller.upload(data), kind="INVENTORY"))
    states = {row["status"] for row in preview["preview"]["stockRows"]}
    assert "DEFECTIVE" in states and states <= {"GOOD", "DEFECTIVE"}, "without settings the live profile is tried"
    submission = await handed_in(api, caller, SUBMIT_STOCK, data)
    told = await api.world.connection.fetch(
        "SELECT DISTINCT r.received::jsonb ->> 'status' AS status FROM report_row r"
        " JOIN submission s ON s.id = r.submission_id WHERE s.profile_id IS NOT NULL"
        " AND s.kind = 'INVENTORY' AND s.format = 'X12'"
    )
    assert {row["status"] for row in told} <= {"GOOD", "DEFECTIVE", None}
    assert (await caller.ask(BY_WHICH, id=submission))["node"]["profile"]["id"] == made["id"]


async def test_the_vendor_has_profiles_of_its_own_invoices_even_without_a_header(api: Api) -> None:
    vendor, distributor = await api.vendor(), await api.distributor()
    upload = await vendor.upload(INVOICES.encode())
    proposal = (await vendor.act(OF_VENDOR["propose"], **sample(api, upload, kind="SELL_IN")))["proposal"]
    assert proposal["settings"]["headerless"] and proposal["settings"]["month_language"] == "en"
    assert {"NO_HEADER"} <= {each["code"] for each in proposal["questions"]}
    found = {each["position"]: each["field"] for each in proposal["meanings"]}
    assert found == {
        1: "document_number",
        2: "document_line",
        3: "sold_on",
        4: "product_code",
        5: "quantity",
        6: "unit_price",
        7: "currency",
    }
    settings = proposal["settings"]
    tried = await vendor.act(OF_VENDOR["preview"], **sample(api, upload, kind="SELL_IN", settings=settings))
    assert tried["preview"]["rowsRejected"] == 0
    assert [row["quantity"] for row in tried["preview"]["rows"]] == ["3", "2", "-1"]
    made = await saved(api, vendor, OF_VENDOR["save"], kind="SELL_IN", settings=settings)
    submission = await handed_in(api, vendor, SUBMIT_SELL_IN, INVOICES.encode())
    counted = (await vendor.ask(BY_WHICH, id=submission))["node"]
    assert (counted["status"], counted["profile"]["id"]) == ("PROCESSED", made["id"])
    lines = await api.world.connection.fetchval("SELECT count(*) FROM sell_in_line WHERE document_number LIKE 'SI-%'")
    assert lines == 3
    agreement = api.world.agreement_gid("Acme", "Dist One")
    own = (await vendor.ask(OF_VENDOR["list"], agreement=agreement))["node"]["reportProfiles"]
    assert [edge["node"]["kind"] for edge in own["edges"]] == ["SELL_IN"]
    theirs = (await distributor.ask(PROFILES, agreement=agreement, filter={"history": True}))["node"]["reportProfiles"]
    assert "SELL_IN" not in {edge["node"]["kind"] for edge in theirs["edges"]}
    assert (await distributor.ask("query($id: ID!) { node(id: $id) { id } }", id=made["id"]))["node"] is None
    assert await refused(api, distributor, RETIRE, profileId=made["id"]) == [("profileId", "NOT_FOUND")]
    retired = (await vendor.act(OF_VENDOR["retire"], profileId=made["id"]))["profile"]
    assert retired["retiredAt"]


async def test_a_profile_is_said_by_whoever_may_hand_such_reports_in(api: Api) -> None:
    vendor, distributor = await api.vendor(), await api.distributor()
    for caller, kind in ((distributor, "SELL_IN"), (vendor, "SELL_THROUGH"), (vendor, "INVENTORY")):
        assert await refused(api, caller, MAPPING, **new(api, {}, kind=kind)) == [("kind", "NOT_ALLOWED")]
    own = await distributor.upload(COUNTS.encode())
    assert await refused(api, distributor, PREVIEW, **sample(api, own, kind="SELL_IN")) == [("kind", "NOT_ALLOWED")]
    messages = new(api, {}, kind="SELL_IN", format="X12")
    assert await refused(api, vendor, PROFILE, **messages) == [("format", "INVALID")], "sell-in is a table"
    invoice = sample(api, await vendor.upload((SAMPLES / "storage-vendor-867.x12").read_bytes()), kind="SELL_IN")
    assert await refused(api, vendor, OF_VENDOR["propose"], **invoice) == [("uploadId", "INVALID")]
    wrong = {"columns": [{"header": "A", "field": "reseller_account"}]}
    assert await refused(api, distributor, MAPPING, **new(api, wrong, kind="INVENTORY")) == [
        ("settings.columns.0.field", "INVALID")
    ]


async def test_an_integration_says_what_the_reports_mean_that_it_may_send(api: Api) -> None:
    stock = await api.as_(
        Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN, scopes=frozenset({Scope.INVENTORY_WRITE})
    )
    made = await saved(api, stock, kind="INVENTORY", settings={"date_format": "YYYYMMDD"})
    assert await refused(api, stock, MAPPING, **new(api)) == [("kind", "NOT_ALLOWED")]
    sending = frozenset({Scope.SELL_THROUGH_WRITE})
    sales = await api.as_(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN, scopes=sending)
    assert await refused(api, sales, RETIRE, profileId=made["id"]) == [("profileId", "NOT_ALLOWED")]


async def test_each_kind_and_format_has_its_own_versions(api: Api) -> None:
    caller: Any = await api.distributor()
    stock = await saved(api, caller, kind="INVENTORY", settings={})
    sheets = await saved(api, caller, kind="INVENTORY", format="XLSX", settings={})
    sales = await saved(api, caller)
    assert len({each["id"] for each in (stock, sheets, sales)}) == 3
    assert await refused(api, caller, MAPPING, **new(api, {}, kind="INVENTORY")) == [("expectedVersion", "STALE")]
