"""Reports as workbooks and as EDIFACT, handed in over HTTP: what becomes of their rows, and what is given back."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from httpx import Response

from tests.api.conftest import Api, Caller
from tests.api.partners_kit import done, once
from tests.api.test_partners_acts import AGREEMENT, a_distributor, an_agreement
from tests.reports.test_outcomes import cells_of
from tests.reports.workbooks import HEADER, Raw, formula, rows, sheet, workbook

SAMPLES = Path(__file__).parents[1] / "samples"
SUBMIT = "distributor/submit_sell_through.graphql"
SUBMIT_SELL_IN = "vendor/submit_sell_in.graphql"
FOLLOW = "distributor/follow_submission.graphql"
GIVEN_BACK = "query($id: ID!) { node(id: $id) { ... on Submission { format rawUrl reportUrl detected } } }"
COLUMNS = (*HEADER, "currency", "end_customer")
EDIFACT = """UNA:+.? '
UNB+UNOC:3+DISTONE:14+ACME:14+260105:0900+77'
UNH+1+SLSRPT:D:96A:UN'
BGM+73E+POS-1+9'
CUX+2:EUR:9'
LOC+162+BERLIN'
LIN+1++4006381333931:EN'
PIA+1+DRIVE-1:SA'
RFF+IV:E-1:1'
DTM+3:20260105:102'
PRI+AAA:120.00::NTP:1:PCE'
QTY+153:3:PCE'
NAD+BY+A-1::92++RESELLER ONE+++++DE'
NAD+UD+++=cmd()'
LIN+2'
PIA+1+WHAT:SA'
RFF+IV:E-1:2'
DTM+3:20260105:102'
QTY+153:1:PCE'
NAD+BY+A-1::92'
LIN+3'
PIA+1+DRIVE-1:SA'
RFF+IV:E-2:1'
DTM+3:20260105:102'
QTY+153:0:PCE'
NAD+BY+A-1::92'
UNT+25+1'
UNZ+1+77'
"""


@pytest.fixture(autouse=True, scope="module")
async def all_formats(api: Api) -> AsyncIterator[None]:
    """The agreement of Acme and Dist One takes reports in every format."""
    await api.world.connection.execute(
        "UPDATE agreement SET formats = '{INLINE,CSV,XLSX,X12,EDIFACT}' WHERE id = $1",
        api.world.agreements["Acme", "Dist One"],
    )
    yield


async def submitted(api: Api, caller: Caller, data: bytes, document: str = SUBMIT, **changed: Any) -> dict[str, Any]:
    upload = await caller.upload(data, "report.bin")
    source = {"source": {"uploadId": upload}} if document == SUBMIT else {"uploadId": upload}
    return await caller.act(
        document,
        **{
            "agreementId": api.world.agreement_gid("Acme", "Dist One"),
            "period": {"start": "2026-01-01", "end": "2026-02-01"},
            "idempotencyKey": uuid4().hex,
            **source,
            **changed,
        },
    )


async def followed(api: Api, caller: Caller, payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The submission's id, and how it stands once it is counted."""
    assert payload["userErrors"] == []
    await api.count()
    found: dict[str, Any] = (await caller.ask(FOLLOW, id=payload["submission"]["id"]))["node"]
    return payload["submission"]["id"], found


def outcomes(found: dict[str, Any]) -> list[tuple[str, list[str]]]:
    told = [edge["node"] for edge in found["rows"]["edges"]]
    return [(row["outcome"], [issue["code"] for issue in row["issues"]]) for row in told]


async def given_back(api: Api, caller: Caller, submission: str) -> tuple[dict[str, Any], bytes, list[str]]:
    """What is said of a submission, its raw bytes, and the lines of its row report."""
    said, raw, report = await downloaded(api, caller, submission)
    assert report.headers["content-type"].startswith("text/csv")
    return said, raw, report.content.decode("utf-8-sig").splitlines()


async def downloaded(api: Api, caller: Caller, submission: str) -> tuple[dict[str, Any], bytes, Response]:
    """What is said of a submission, its raw bytes, and its row report."""
    said: dict[str, Any] = (await caller.ask(GIVEN_BACK, id=submission))["node"]
    raw, report = await api.http.get(said["rawUrl"]), await api.http.get(said["reportUrl"])
    assert (raw.status_code, report.status_code) == (200, 200)
    return said, raw.content, report


async def test_an_agreement_may_take_workbooks_and_edifact(api: Api) -> None:
    given = an_agreement(api, await a_distributor(api, "Workbook Distribution"))
    given["reporting"]["formats"] = ["EDIFACT", "XLSX"]
    made = await done(await api.vendor(), AGREEMENT, **given)
    assert made["reporting"]["formats"] == ["XLSX", "EDIFACT"]


async def test_a_workbook_is_counted_row_by_row_and_given_back(api: Api) -> None:
    caller = await api.distributor()
    day = date(2026, 1, 5)
    data = workbook(
        sheet(
            rows(
                COLUMNS,
                ["X-1", 1, day, "DRIVE-1", "A-1", 3, 0.1 + 0.2, "EUR", "=cmd()"],
                ["X-1", 2, day, "WHAT", "A-1", 1, 120, "EUR", "Shop"],
                [],
                ["X-2", 1, day, "DRIVE-1", "A-1", formula("B9*2"), 120, "EUR", None],
                ["X-2", 2, day, "DRIVE-1", "A-1", Raw('<c r="{at}" t="e"><v>#REF!</v></c>'), 120, "EUR", None],
            )
        )
    )
    submission, found = await followed(api, caller, await submitted(api, caller, data))
    assert found["status"] == "PROCESSED"
    assert outcomes(found) == [
        ("ACCEPTED", ["PRICE_UNUSUAL"]),
        ("HELD", ["UNKNOWN_PRODUCT"]),
        ("REJECTED", ["FORMULA_WITHOUT_RESULT", "MISSING_VALUE"]),
        ("REJECTED", ["FORMULA_WITHOUT_RESULT", "MALFORMED_NUMBER"]),
    ]
    line = await api.world.connection.fetchrow("SELECT * FROM sell_through_line WHERE document_number = 'X-1'")
    assert line is not None
    assert (line["quantity"], line["unit_price"], line["sold_on"]) == (3_000, 300_000, day)
    said, raw, report = await downloaded(api, caller, submission)
    assert (said["format"], said["detected"]["sheet"], raw) == ("XLSX", 1, data)
    assert report.headers["content-type"].endswith("spreadsheetml.sheet")
    assert report.headers["content-disposition"].endswith("report-outcomes.xlsx")
    table = cells_of(report.content, 30)
    assert len(table) == 5
    assert table[1][:3] == ["1", "row 2", "ACCEPTED"] and "=cmd()" in table[1], "it is a text"
    assert table[3][:3] == ["3", "row 5", "REJECTED"] and "a formula and no result" in (table[3][3] or "")


async def test_an_edifact_report_is_counted_row_by_row_and_given_back(api: Api) -> None:
    caller = await api.distributor()
    submission, found = await followed(api, caller, await submitted(api, caller, EDIFACT.encode()))
    assert outcomes(found) == [
        ("ACCEPTED", []),
        ("HELD", ["PRICE_MISSING", "UNKNOWN_PRODUCT"]),
        ("REJECTED", ["QUANTITY_ZERO", "PRICE_MISSING"]),
    ]
    line = await api.world.connection.fetchrow("SELECT * FROM sell_through_line WHERE document_number = 'E-1'")
    assert line is not None
    assert (line["quantity"], line["unit_price"], line["amount"]) == (3_000, 120_000_000, 360_000_000)
    said, raw, report = await given_back(api, caller, submission)
    assert (said["format"], said["detected"]["messages"], raw) == ("EDIFACT", {"SLSRPT": 1}, EDIFACT.encode())
    assert report[1].startswith('1,"UNH 1, segment 6",ACCEPTED,') and "'=cmd()" in report[1]
    assert report[0].endswith(",segments") and "QTY+153:3:PCE'" in "\n".join(report)


async def test_the_same_line_counts_once_however_it_is_written(api: Api) -> None:
    caller = await api.distributor()
    csv = b"document_number,document_line,sold_on,product_code,reseller_account,quantity\nT-1,1,2026-01-05,DRIVE-1,A-1,2\n"
    book = workbook(sheet(rows(HEADER[:6], ["T-1", 1, date(2026, 1, 5), "DRIVE-1", "A-1", 2])))
    edifact = EDIFACT[: EDIFACT.index("LIN+1")] + (
        "LIN+1'PIA+1+DRIVE-1:SA'RFF+IV:T-1:1'DTM+3:20260105:102'QTY+153:2'NAD+BY+A-1'UNT+10+1'UNZ+1+77'"
    )
    told = []
    for data in (book, csv, edifact.encode()):
        _, found = await followed(api, caller, await submitted(api, caller, data))
        told += [outcome for outcome, _ in outcomes(found)]
    assert told == ["ACCEPTED", "DUPLICATE", "DUPLICATE"]


async def test_a_vendor_hands_in_sell_in_as_a_workbook(api: Api) -> None:
    vendor = await api.vendor()
    header = ["Document Number", "Line", "Invoiced On", "Product Code", "Quantity", "Unit Price"]
    data = workbook(sheet(rows(header, ["SX-1", 1, date(2026, 1, 3), "DRIVE-2", 5, 200.25])))
    _, found = await followed(api, vendor, await submitted(api, vendor, data, SUBMIT_SELL_IN))
    assert [outcome for outcome, _ in outcomes(found)] == ["ACCEPTED"]
    amount = await api.world.connection.fetchval("SELECT amount FROM sell_in_line WHERE document_number = 'SX-1'")
    assert amount == 1_001_250_000
    _, refused = await followed(api, vendor, await submitted(api, vendor, EDIFACT.encode(), SUBMIT_SELL_IN))
    assert (refused["status"], refused["failure"]["code"]) == ("FAILED", "WRONG_FORMAT")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "WORKBOOK_PROTECTED"),
        (workbook(sheet(rows(["Total"]))), "HEADER_MISSING"),
        (workbook("<!DOCTYPE x><worksheet/>"), "NOT_WORKBOOK"),
        (EDIFACT.replace("POS-1+9", "POS-1+5").encode(), "NO_SALES_TRANSACTION"),
    ],
)
async def test_what_cannot_be_read_fails_with_its_reason_and_counts_nothing(api: Api, data: bytes, code: str) -> None:
    caller = await api.distributor()
    before = await api.world.connection.fetchval("SELECT count(*) FROM sell_through_line")
    _, found = await followed(api, caller, await submitted(api, caller, data))
    assert (found["status"], found["failure"]["code"], found["counts"]["received"]) == ("FAILED", code, 0)
    assert await api.world.connection.fetchval("SELECT count(*) FROM sell_through_line") == before


@pytest.mark.parametrize(("data", "name"), [(workbook(sheet(rows(HEADER))), "XLSX"), (EDIFACT.encode(), "EDIFACT")])
async def test_a_format_that_is_not_agreed_is_refused(api: Api, data: bytes, name: str) -> None:
    caller = await api.distributor("Dist Two")
    before = await api.world.connection.fetchval("SELECT count(*) FROM submission")
    given = {"agreementId": api.world.agreement_gid("Acme", "Dist Two"), "idempotencyKey": once()}
    payload = await submitted(api, caller, data, **given)
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
        ("FORMAT_NOT_AGREED", ["input", "source", "uploadId"])
    ]
    assert name in payload["userErrors"][0]["message"]
    assert await api.world.connection.fetchval("SELECT count(*) FROM submission") == before


async def test_lines_of_a_request_are_given_back_as_lines_of_json(api: Api) -> None:
    caller = await api.distributor()
    line = {"documentNumber": once(), "soldOn": "2026-01-05", "resellerAccount": "A-1", "quantity": "1"}
    source = {"lines": [{**line, "productCode": "DRIVE-1"}, {**line, "documentLine": "9", "productCode": "=WHAT"}]}
    payload = await caller.act(
        SUBMIT,
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period={"start": "2026-01-01", "end": "2026-02-01"},
        idempotencyKey=once(),
        source=source,
    )
    submission, _ = await followed(api, caller, payload)
    said, _, report = await downloaded(api, caller, submission)
    rows = [msgspec.json.decode(each) for each in report.content.splitlines()]
    assert said["format"] == "INLINE" and report.headers["content-type"].startswith("application/jsonl")
    assert [(row["row"], row["source"], row["outcome"]) for row in rows][1] == (2, "lines[1]", "HELD")
    assert rows[1]["reasons"][-1]["code"] == "UNKNOWN_PRODUCT" and rows[1]["received"]["product_code"] == "'=WHAT"


async def test_an_interchange_without_a_sales_report_fails_and_is_answered_with_a_rejection(api: Api) -> None:
    caller = await api.distributor()
    data = (SAMPLES / "storage-vendor-846.x12").read_bytes()
    submission, found = await followed(api, caller, await submitted(api, caller, data))
    assert (found["status"], found["failure"]["code"]) == ("FAILED", "NO_SALES_TRANSACTION")
    told = await caller.ask(
        "query($id: ID!) { node(id: $id) { ... on Submission { acknowledgement } } }", id=submission
    )
    assert "AK5*R*1~" in told["node"]["acknowledgement"]
