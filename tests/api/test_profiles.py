"""Profiles over HTTP: proposed from a sample, tried out, saved, used by what is received from then on, and retired."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api, Caller

SAMPLES = Path(__file__).parents[1] / "samples"
MAPPING = "distributor/save_column_mapping.graphql"
PROFILE = "distributor/save_report_profile.graphql"
RETIRE = "distributor/retire_report_profile.graphql"
PROPOSE = "distributor/propose_report_profile.graphql"
PREVIEW = "distributor/preview_report_profile.graphql"
PROFILES = "distributor/report_profiles.graphql"
SUBMIT = "distributor/submit_sell_through.graphql"
FOLLOW = "distributor/follow_submission.graphql"
BY_WHICH = (
    "query($id: ID!) { node(id: $id) { ... on Submission"
    " { status rowsUrl: reportUrl profile { id version name live } } } }"
)
GERMAN = """Verkaufsbericht;;;;;;;

Beleg;Pos;Art;Datum;Artikelnr;KdNr;Menge;VK;Vertreter
R-1;10;RE;05.01.2026;DRIVE-1;A-1;3;1.012,50;Ana
R-1;20;RE;05.01.2026;DRIVE-2;A-1;2;250,00;Ana
G-1;10;GS;06.01.2026;DRIVE-1;A-2;1;1.012,50;Bo
"""
SETTINGS: dict[str, Any] = {
    "columns": [
        {"header": "Beleg", "field": "document_number"},
        {"header": "Pos", "field": "document_line"},
        {"header": "Art", "field": "document_kind"},
        {"header": "Datum", "field": "sold_on"},
        {"header": "Artikelnr", "field": "product_code"},
        {"header": "KdNr", "field": "reseller_account"},
        {"header": "Menge", "field": "quantity"},
        {"header": "VK", "field": "unit_price"},
        {"header": "Vertreter", "field": None},
    ],
    "skip_lines": 2,
    "decimal_mark": "COMMA",
    "meanings": {"document_kind": {"RE": "INVOICE", "GS": "CREDIT_NOTE"}},
    "returns": {"dialect": "MARKED", "header": "Art", "values": ["GS"]},
}


@pytest.fixture(autouse=True)
async def no_profiles(api: Api) -> AsyncIterator[None]:
    """Every test begins without profiles, and the agreement takes reports in every format."""
    write = api.world.connection.execute
    await write("UPDATE agreement SET formats = '{INLINE,CSV,XLSX,X12,EDIFACT}' WHERE id = $1", own(api))
    await write("UPDATE report_profile SET retired_at = now(), retired_by = 'a test' WHERE retired_at IS NULL")
    yield


def own(api: Api) -> Any:
    return api.world.agreements["Acme", "Dist One"]


def new(api: Api, settings: object = None, **changed: Any) -> dict[str, Any]:
    return {
        "agreementId": api.world.agreement_gid("Acme", "Dist One"),
        "kind": "SELL_THROUGH",
        "format": "CSV",
        "name": "ERP export",
        "settings": SETTINGS if settings is None else settings,
        "expectedVersion": 0,
        "idempotencyKey": uuid4().hex,
        **changed,
    }


async def saved(api: Api, caller: Caller, document: str = MAPPING, **changed: Any) -> dict[str, Any]:
    payload = await caller.act(document, **new(api, **changed))
    assert payload["userErrors"] == [], payload["userErrors"]
    found: dict[str, Any] = payload["profile"]
    return found


async def refused(api: Api, caller: Caller, document: str, **given: Any) -> list[tuple[str, str]]:
    """The paths and codes of the problems; nothing was written."""
    before = await written(api)
    payload = await caller.act(document, **given)
    assert await written(api) == before
    assert all(value is None for name, value in payload.items() if name != "userErrors")
    return [(".".join(each["field"][1:]), each["code"]) for each in payload["userErrors"]]


async def written(api: Api) -> list[int]:
    ask: Any = api.world.connection.fetchval
    tables = ("report_profile", "remembered_result", "audit_event", "submission", "sell_through_line")
    return [await ask(f"SELECT count(*) FROM {table}") for table in tables]


async def submitted(api: Api, caller: Caller, data: bytes) -> str:
    payload = await caller.act(
        SUBMIT,
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period={"start": "2026-01-01", "end": "2026-02-01"},
        source={"uploadId": await caller.upload(data)},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    found: str = payload["submission"]["id"]
    return found


async def live(api: Api, caller: Caller, **filter: Any) -> list[tuple[str, int, bool]]:
    agreement = api.world.agreement_gid("Acme", "Dist One")
    found = (await caller.ask(PROFILES, agreement=agreement, filter=filter))["node"]["reportProfiles"]
    nodes = [edge["node"] for edge in found["edges"]]
    assert found["totalCount"] == len(nodes) and all(node["settingsSchema"]["$defs"] for node in nodes)
    return [(node["format"], node["version"], node["live"]) for node in nodes]


def sample(api: Api, upload: str, **further: Any) -> dict[str, Any]:
    return {"agreementId": api.world.agreement_gid("Acme", "Dist One"), "uploadId": upload, **further}


async def test_a_sample_is_proposed_tried_out_saved_and_counted(api: Api) -> None:
    caller = await api.distributor()
    upload = await caller.upload(GERMAN.encode("cp1252"))
    before = await written(api)
    proposal = (await caller.act(PROPOSE, **sample(api, upload)))["proposal"]
    fields = {each["header"]: each["field"] for each in proposal["meanings"]}
    assert fields == {each["header"]: each["field"] for each in SETTINGS["columns"]}
    by_header = {each["header"]: each for each in proposal["meanings"]}
    assert "products of the vendor" in " ".join(by_header["Artikelnr"]["reasons"])
    assert "accounts of resellers" in " ".join(by_header["KdNr"]["reasons"])
    assert by_header["KdNr"]["confidence"] > 0.9 and by_header["Menge"]["samples"] == ["3", "2", "1"]
    assert [each["code"] for each in proposal["questions"]] == ["RETURNS"]
    tried = (await caller.act(PREVIEW, **sample(api, upload, settings=proposal["settings"])))["preview"]
    assert await written(api) == before, "neither leaves anything behind"
    assert (tried["rowsRead"], tried["rowsRejected"], tried["failure"], tried["wholeFile"]) == (3, 0, None, True)
    first, _, last = tried["rows"]
    assert (first["quantity"], first["unitPrice"], first["amount"]["amount"]) == (
        "3",
        {"amount": "1012.5", "currency": "EUR"},
        "3037.5",
    )
    assert (first["source"], first["soldOn"], first["received"]["unit_price"]) == ("line 4", "2026-01-05", "1.012,50")
    assert (last["documentKind"], last["quantity"], last["saleType"]) == ("CREDIT_NOTE", "-1", "RETURN")
    made = await saved(api, caller, settings=proposal["settings"])
    assert (made["version"], made["live"], made["settings"]["skip_lines"]) == (made["version"], True, 2)
    submission = await submitted(api, caller, GERMAN.encode())
    await api.count()
    found = (await caller.ask(FOLLOW, id=submission))["node"]
    assert (found["status"], found["counts"]["accepted"], found["counts"]["rejected"]) == ("PROCESSED", 3, 0)
    quantities = [edge["node"]["quantity"] for edge in found["rows"]["edges"]]
    assert quantities == ["3", "2", "-1"]
    used = (await caller.ask(BY_WHICH, id=submission))["node"]["profile"]
    assert (used["id"], used["version"]) == (made["id"], made["version"])


async def test_a_report_counts_by_the_profile_that_was_live_when_it_was_received(api: Api) -> None:
    caller, text = await api.distributor(), GERMAN.replace("R-1", "T-1").replace("G-1", "T-2")
    first = await saved(api, caller)
    submission = await submitted(api, caller, text.encode())
    other = {"columns": [{"header": "Nummer", "field": "document_number"}]}
    second = await saved(api, caller, settings=other, expectedVersion=first["version"])
    await caller.act(RETIRE, profileId=second["id"])
    await api.count()
    found = (await caller.ask(FOLLOW, id=submission))["node"]
    assert (found["status"], found["counts"]["accepted"]) == ("PROCESSED", 3)
    late = await submitted(api, caller, text.encode())
    await api.count()
    node = (await caller.ask(BY_WHICH, id=late))["node"]
    assert (node["status"], node["profile"]) == ("FAILED", None), "without a profile nobody knows these columns"


async def test_the_vendor_reads_rows_and_never_the_profile(api: Api) -> None:
    distributor, vendor = await api.distributor(), await api.vendor()
    made = await saved(api, distributor)
    submission = await submitted(api, distributor, GERMAN.replace("R-1", "V-1").replace("G-1", "V-2").encode())
    await api.count()
    node = (await vendor.ask(BY_WHICH, id=submission))["node"]
    assert (node["status"], node["profile"]) == ("PROCESSED", None)
    report = await api.http.get(node["rowsUrl"])
    assert report.status_code == 200 and report.text.count("ACCEPTED") == 3, "read again under its profile"
    assert "Beleg" not in report.text and "Ana" not in report.text
    assert (await vendor.ask("query($id: ID!) { node(id: $id) { id } }", id=made["id"]))["node"] is None
    assert await live(api, vendor, history=True) == []
    assert await refused(api, vendor, RETIRE, profileId=made["id"]) == [("profileId", "NOT_FOUND")]
    assert await refused(api, vendor, MAPPING, **new(api)) == [("kind", "NOT_ALLOWED")]
    assert await refused(api, vendor, PROFILE, **new(api, {}, format="X12")) == [("kind", "NOT_ALLOWED")]
    for document in (PREVIEW, PROPOSE):
        both = [("kind", "NOT_ALLOWED"), ("uploadId", "NOT_FOUND")]
        assert await refused(api, vendor, document, **sample(api, "x")) == both
    analyst = await api.vendor(role=Role.VENDOR_ANALYST)
    for document in (MAPPING, PROFILE, RETIRE, PREVIEW, PROPOSE):
        given = new(api) if document in {MAPPING, PROFILE} else {"profileId": made["id"]}
        given = sample(api, "x") if document in {PREVIEW, PROPOSE} else given
        answer = await analyst.raw(document, input=given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN", document


async def test_another_distributor_sees_nothing_of_a_profile(api: Api) -> None:
    made = await saved(api, await api.distributor())
    rival = await api.distributor("Dist Two")
    assert (await rival.ask("query($id: ID!) { node(id: $id) { id } }", id=made["id"]))["node"] is None
    nobody = global_id("ReportProfile", Key(api.world.vendors["Acme"], uuid4(), 1))
    for profile in (made["id"], nobody, "no id", api.world.agreement_gid("Acme", "Dist One")):
        assert await refused(api, rival, RETIRE, profileId=profile) == [("profileId", "NOT_FOUND")]
    assert await refused(api, rival, MAPPING, **new(api)) == [("agreementId", "NOT_FOUND")]
    upload = await rival.upload(GERMAN.encode())
    own_sample = await (await api.distributor()).upload(GERMAN.encode())
    assert await refused(api, rival, PROPOSE, **sample(api, upload)) == [("agreementId", "NOT_FOUND")]
    both = [("agreementId", "NOT_FOUND"), ("uploadId", "NOT_FOUND")]
    assert await refused(api, rival, PREVIEW, **sample(api, own_sample)) == both


async def test_versions_follow_one_another_and_a_stale_writer_is_told(api: Api) -> None:
    caller = await api.distributor()
    first = await saved(api, caller)
    assert await refused(api, caller, MAPPING, **new(api)) == [("expectedVersion", "STALE")]
    second = await saved(api, caller, expectedVersion=first["version"], name="ERP export, new")
    assert second["version"] == first["version"] + 1 and second["id"] != first["id"]
    assert ("CSV", second["version"], True) in await live(api, caller)
    assert ("CSV", first["version"], False) in await live(api, caller, history=True, formats=["CSV"])
    assert ("CSV", first["version"], False) not in await live(api, caller)
    node = (await caller.ask("query($id: ID!) { node(id: $id) { ... on ReportProfile { name live } } }", id=first["id"]))["node"]  # fmt: skip  # noqa: E501
    assert node == {"name": "ERP export", "live": False}, "a version never changes"
    assert await refused(api, caller, RETIRE, profileId=first["id"]) == [("profileId", "STALE")]
    retired = (await caller.act(RETIRE, profileId=second["id"]))["profile"]
    assert retired["retiredAt"] and not retired["live"]
    again = (await caller.act(RETIRE, profileId=second["id"]))["profile"]
    assert again == retired, "retiring twice changes nothing"
    assert await live(api, caller) == []
    third = await saved(api, caller)
    assert third["version"] == second["version"] + 1


async def test_of_two_who_save_at_once_one_is_told_to_read_again(api: Api) -> None:
    caller = await api.distributor()
    answers = await asyncio.gather(*(caller.act(MAPPING, **new(api, name=f"Writer {n}")) for n in range(4)))
    refusals = [answer["userErrors"] for answer in answers if answer["profile"] is None]
    assert len(refusals) == 3 and {each[0]["code"] for each in refusals} == {"STALE"}
    assert len(await live(api, caller)) == 1


async def test_the_same_key_and_input_save_one_version(api: Api) -> None:
    caller, given = await api.distributor(), new(api)
    first = (await caller.act(MAPPING, **given))["profile"]
    assert (await caller.act(MAPPING, **given))["profile"]["id"] == first["id"]
    other = {**given, "name": "Another"}
    assert await refused(api, caller, MAPPING, **other) == [("idempotencyKey", "IDEMPOTENCY_KEY_REUSED")]


async def test_everything_that_is_wrong_with_a_profile_is_told_at_once(api: Api) -> None:
    caller = await api.distributor()
    settings = {"columns": [{"header": "A", "field": "nothing"}], "delimiter": "#"}
    assert await refused(api, caller, MAPPING, **new(api, settings, name=" ", kind="SELL_IN")) == [
        ("kind", "NOT_ALLOWED"),
        ("name", "INVALID"),
        ("settings.columns.0.field", "INVALID"),
        ("settings.delimiter", "INVALID"),
    ]
    assert await refused(api, caller, MAPPING, **new(api, format="X12")) == [("format", "INVALID")]
    assert await refused(api, caller, PROFILE, **new(api, format="CSV")) == [("format", "INVALID")]
    assert await refused(api, caller, MAPPING, **new(api, kind="SELL_OUT")) == [("kind", "INVALID")]
    write = api.world.connection.execute
    await write("UPDATE agreement SET formats = '{CSV}' WHERE id = $1", own(api))
    assert await refused(api, caller, MAPPING, **new(api, format="XLSX", settings={})) == [
        ("format", "FORMAT_NOT_AGREED")
    ]
    await write("UPDATE agreement SET status = 'ENDED' WHERE id = $1", own(api))
    assert await refused(api, caller, MAPPING, **new(api)) == [("agreementId", "NOT_ACTIVE")]
    await write("UPDATE agreement SET status = 'ACTIVE' WHERE id = $1", own(api))


async def test_an_x12_dialect_is_saved_and_read(api: Api) -> None:
    caller = await api.distributor()
    await api.world.authorize_account("Acme", "Dist One", "Reseller One", "CA00009001")
    data = (SAMPLES / "semiconductor-867.x12").read_bytes()
    proposal = (await caller.act(PROPOSE, **sample(api, await caller.upload(data))))["proposal"]
    party = {each["header"]: each for each in proposal["meanings"]}["N1*ST (2)"]
    assert party["field"] == "reseller_account", "the party whose accounts are known is the reseller"
    assert proposal["settings"]["reseller"] == [{"qualifier": "ST", "occurrence": 2}]
    settings = {**proposal["settings"], "prices": ["list_price", "unit_price"]}
    made = await saved(api, caller, PROFILE, format="X12", settings=settings)
    assert made["settings"]["prices"] == ["list_price", "unit_price"]
    preview = (await caller.act(PREVIEW, **sample(api, await caller.upload(data))))["preview"]
    assert [row["unitPrice"]["amount"] for row in preview["rows"]] == ["20", "20"], "without settings the live one"
    assert preview["rows"][0]["resellerAccount"] == "CA00009001"
    submission = await submitted(api, caller, data)
    await api.count()
    stored = await api.world.connection.fetch(
        "SELECT reseller_account FROM report_row WHERE document_number IN ('INV-1234', 'CN-55')"
    )
    assert {row["reseller_account"] for row in stored} == {"CA00009001"}
    assert (await caller.ask(BY_WHICH, id=submission))["node"]["profile"]["id"] == made["id"]


async def test_a_sample_that_cannot_be_read_says_why(api: Api) -> None:
    caller = await api.distributor()
    nonsense = await caller.upload(b"nothing at all\n")
    for document, name in ((PROPOSE, "proposal"), (PREVIEW, "preview")):
        found = (await caller.act(document, **sample(api, nonsense)))[name]
        assert found["failure"]["code"] == "HEADER_MISSING" and found["failure"]["message"]
    picture = await caller.upload(b"%PDF-1.7 ...")
    found = (await caller.act(PREVIEW, **sample(api, picture, settings={})))["preview"]
    assert found["failure"]["code"] == "NOT_TEXT"
    given = {"filename": "late.csv", "idempotencyKey": uuid4().hex}
    place = await caller.act("distributor/create_upload.graphql", **given)
    waiting = sample(api, place["upload"]["id"])
    assert await refused(api, caller, PROPOSE, **waiting) == [("uploadId", "UPLOAD_INCOMPLETE")]
    wrong = sample(api, nonsense, settings={"columns": 1})
    assert await refused(api, caller, PREVIEW, **wrong) == [("settings.columns", "INVALID")]


async def test_of_a_long_file_the_beginning_is_looked_at(api: Api) -> None:
    caller = await api.distributor()
    lines = [f"L-{n};1;RE;05.01.2026;DRIVE-1;A-1;{n % 9 + 1};10,00;{'x' * 200}" for n in range(1, 4000)]
    data = (GERMAN + "\n".join(lines)).encode("utf-16")
    upload = await caller.upload(data)
    proposal = (await caller.act(PROPOSE, **sample(api, upload)))["proposal"]
    assert (proposal["wholeFile"], proposal["rows"]) == (False, 300)
    preview = (await caller.act(PREVIEW, **sample(api, upload, settings=SETTINGS)))["preview"]
    assert (preview["wholeFile"], len(preview["rows"]), preview["rowsRejected"]) == (False, 50, 0)
    large = b"ISA" + b" " * (5 * 1024 * 1024)
    too_large = sample(api, await caller.upload(large))
    assert await refused(api, caller, PROPOSE, **too_large) == [("uploadId", "INVALID")]
