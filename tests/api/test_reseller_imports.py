"""Resellers onboarded by list: what becomes of each row, of a file and of rows sent, once and again."""

import asyncio
import io
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import xlsxwriter

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api, Caller
from tests.api.partners_kit import contents, nodes, nothing_written, once

IMPORT, PREVIEW = "distributor/import_resellers.graphql", "distributor/preview_resellers.graphql"
HEADER = (
    "Name,Country,Region,Partner Type,tax_number,accounts,effective_start,effective_end,credit limit,credit currency,"
    "payment days,remark"
)


def given(api: Api, **changed: Any) -> dict[str, Any]:
    return {"agreementId": api.world.agreement_gid("Acme", "Dist One"), "idempotencyKey": once(), **changed}


def a_row(name: str, account: str, **changed: Any) -> dict[str, Any]:
    return {"name": name, "country": "DE", "partnerType": "VAR", "accounts": [account], **changed}


async def imported(caller: Caller, **variables: Any) -> dict[str, Any]:
    """The outcome of an import, with its rows by their numbers."""
    payload = await caller.act(IMPORT, **variables)
    assert payload["userErrors"] == []
    found: dict[str, Any] = payload["result"]
    return {**found, "rows": {row["row"]: row for row in nodes(found["rows"])}}


def counts(found: dict[str, Any]) -> tuple[int, int, int]:
    return found["accepted"], found["rejected"], found["duplicates"]


def a_file(tag: str) -> bytes:
    return "\n".join(
        [
            HEADER,
            f"Nord {tag} GmbH,de,North,value,DE123,N1-{tag};N2-{tag},,,,,,",
            f"Nord {tag} GmbH,de,North,Solution integrator,DE123,N1-{tag};N2-{tag},2026-01-01,2028-01-01,25000.50,,30,x",
            f"NORD {tag}  GmbH,DE,,VAR,,N1-{tag},,,,,,",
            f"Süd {tag},AT,,msp,,N2-{tag}|S-{tag},,,,,,",
            f"West {tag},XX,,VAR,,A-1,01.02.2026,,25.000,EUR,,",
            "",
            f"Ost {tag},AT,,VAR,,,,,,,,",
        ]
    ).encode()


async def test_a_file_takes_effect_row_by_row_and_says_what_would_make_the_others_right(api: Api) -> None:
    tag, caller = uuid4().hex[:6], await api.distributor()
    upload = await caller.upload(a_file(tag), "resellers.csv")
    asked = given(api, source={"uploadId": upload})
    async with nothing_written(api):
        preview = (await caller.act(PREVIEW, **{k: v for k, v in asked.items() if k != "idempotencyKey"}))["preview"]
    found = await imported(caller, **asked)
    assert counts(found) == counts(preview) == (2, 3, 1)
    rows = found["rows"]
    outcomes = {row: rows[row]["outcome"] for row in sorted(rows)}
    assert outcomes == {2: "REJECTED", 3: "ACCEPTED", 4: "DUPLICATE", 5: "REJECTED", 6: "REJECTED", 8: "ACCEPTED"}
    assert [(i["field"], i["code"]) for i in rows[2]["issues"]] == [("partnerType", "INVALID")]
    assert "SOLUTION_INTEGRATOR" in rows[2]["issues"][0]["message"]
    assert [(i["field"], i["code"]) for i in rows[5]["issues"]] == [("accounts", "TAKEN")]
    assert "row 3" in rows[5]["issues"][0]["message"]
    assert {(i["field"], i["code"]) for i in rows[6]["issues"]} == {
        ("country", "INVALID"),
        ("effectiveStart", "INVALID"),
        ("creditLimit", "INVALID"),
        ("paymentDays", "REQUIRED"),
    }
    made = rows[3]["authorization"]
    assert (made["status"], made["accounts"]) == ("ACTIVE", [f"N1-{tag}", f"N2-{tag}"])
    assert made["reseller"]["name"] == f"Nord {tag} GmbH"
    data = await caller.ask("distributor/reseller_credit.graphql", authorizationId=made["id"])
    terms = data["node"]["creditTerms"]
    assert (terms["limit"], terms["paymentDays"]) == ({"amount": "25000.5", "currency": "EUR"}, 30)
    again = await imported(caller, **given(api, source={"uploadId": upload}))
    assert counts(again) == (0, 3, 3)


async def test_a_list_sent_again_with_its_key_gives_what_it_gave(api: Api) -> None:
    tag, caller = uuid4().hex[:6], await api.distributor()
    asked = given(api, source={"rows": [a_row(f"One {tag}", f"1-{tag}"), a_row(f"Two {tag}", "A-1")]})
    answers = await asyncio.gather(*(imported(caller, **asked) for _ in range(5)))
    assert all(each == answers[0] for each in answers)
    assert counts(answers[0]) == (1, 1, 0)
    assert "Reseller One" in answers[0]["rows"][2]["issues"][0]["message"]
    async with nothing_written(api):
        other = await caller.act(IMPORT, **{**asked, "source": {"rows": [a_row("Other", "9")]}})
    assert [e["code"] for e in other["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]


async def test_two_lists_that_race_for_one_number_never_both_get_it(api: Api) -> None:
    tag, caller = uuid4().hex[:6], await api.distributor()
    lists = [given(api, source={"rows": [a_row(f"R{n} {tag}", f"race-{tag}")]}) for n in range(6)]
    payloads = await asyncio.gather(*(caller.act(IMPORT, **each) for each in lists))
    took = [p for p in payloads if p["result"] and p["result"]["accepted"]]
    assert len(took) == 1
    codes = {e["code"] for p in payloads for e in p["userErrors"]}
    assert codes <= {"BUSY"}
    held = await api.world.connection.fetchval("SELECT count(*) FROM account WHERE number = $1", f"race-{tag}")
    named = await api.world.connection.fetchval("SELECT count(*) FROM party WHERE name LIKE $1", f"R% {tag}")
    assert (held, named) == (1, 1)


async def test_a_workbook_is_read_as_well(api: Api) -> None:
    tag, caller, file = uuid4().hex[:6], await api.distributor(), io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(
            0, 0, ["name", "COUNTRY", "partner-type", "accounts", "effective_start", "credit_limit", "payment_days"]
        )
        sheet.write_row(1, 0, [f"Book {tag}", "DE", "VAR", 47_110_000 + int(tag, 16) % 9_999])
        sheet.write_datetime(1, 4, datetime(2026, 2, 1, tzinfo=UTC).replace(tzinfo=None), day)
        sheet.write_row(1, 5, [1500.5, 14])
    upload = await caller.upload(file.getvalue(), "resellers.xlsx")
    found = await imported(caller, **given(api, source={"uploadId": upload}))
    assert counts(found) == (1, 0, 0), found["rows"]


async def test_what_is_wrong_with_a_list_as_a_whole_is_told_and_nothing_is_written(api: Api) -> None:
    caller = await api.distributor()
    many = [a_row(f"M{n}", f"m{n}") for n in range(1_001)]
    empty, nameless = await caller.upload(b"name,country\n"), await caller.upload(b"a,b\n1,2\n")
    other = await (await api.distributor("Dist Two")).upload(a_file("z"))
    foreign = api.world.agreement_gid("Acme", "Dist Two")
    tried: list[tuple[dict[str, Any], list[tuple[list[str], str]]]] = [
        ({"source": {"rows": []}}, [(["source", "rows"], "REQUIRED")]),
        ({"source": {"rows": many}}, [(["source", "rows"], "INVALID")]),
        ({"source": {"uploadId": empty}}, [(["source", "uploadId"], "INVALID")]),
        ({"source": {"uploadId": nameless}}, [(["source", "uploadId"], "INVALID")]),
        ({"source": {"uploadId": other}}, [(["source", "uploadId"], "NOT_FOUND")]),
        ({"source": {"uploadId": global_id("Upload", Key(uuid4(), uuid4()))}}, [(["source", "uploadId"], "NOT_FOUND")]),
        ({"source": {"rows": [a_row("X", "x")]}, "agreementId": foreign}, [(["agreementId"], "NOT_FOUND")]),
    ]
    before = await contents(api)
    for changed, expected in tried:
        payload = await caller.act(IMPORT, **given(api, **changed))
        assert [(e["field"][1:], e["code"]) for e in payload["userErrors"]] == expected
        assert payload["result"] is None
    asked = given(api, source={"rows": [a_row("X", "x")]})
    payload = await (await api.vendor()).act(IMPORT, **asked)
    assert [(each["field"][1:], each["code"]) for each in payload["userErrors"]] == [(["agreementId"], "NOT_ALLOWED")]
    for stranger in (await api.distributor(role=Role.DISTRIBUTOR_VIEWER), await api.reseller()):
        answer = await stranger.raw(IMPORT, input=asked)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await contents(api) == before


@pytest.mark.parametrize("distributor", ["Dist One", "Dist Two"])
async def test_the_vendor_sees_what_the_agreement_discloses_of_them(api: Api, distributor: str) -> None:
    tag = uuid4().hex[:6]
    asked = given(api, source={"rows": [a_row(f"Seen {tag}", f"s-{tag}")]})
    asked["agreementId"] = api.world.agreement_gid("Acme", distributor)
    found = await imported(await api.distributor(distributor), **asked)
    id = found["rows"][1]["authorization"]["id"]
    query = "query($id: ID!) { node(id: $id) { ... on ResellerAuthorization { reseller { name } } } }"
    seen = (await (await api.vendor()).ask(query, id=id))["node"]
    assert seen == ({"reseller": {"name": f"Seen {tag}"}} if distributor == "Dist One" else None)


async def test_rows_are_paged_and_filtered(api: Api) -> None:
    tag, caller = uuid4().hex[:6], await api.distributor()
    rows = [a_row(f"P{n} {tag}", f"p{n}-{tag}" if n % 2 else "A-1") for n in range(120)]
    asked = given(api, source={"rows": rows})
    first = (await caller.ask(IMPORT, input=asked, outcomes=["ACCEPTED"]))["importResellers"]["result"]["rows"]
    assert (first["totalCount"], len(first["edges"]), first["pageInfo"]["hasNextPage"]) == (60, 60, False)
    every = (await caller.ask(IMPORT, input=asked))["importResellers"]["result"]["rows"]
    after = every["pageInfo"]["endCursor"]
    rest = (await caller.ask(IMPORT, input=asked, after=after))["importResellers"]["result"]["rows"]
    assert [row["row"] for row in nodes(every) + nodes(rest)] == list(range(1, 121))
