"""Bad input over HTTP: every file and every id that is wrong has a coded answer that helps; the submission and its bytes are
there, what is wrong counts nowhere, and nothing that was handed in is lost.
"""

import csv
import io
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.execution.identifiers import Key, global_id
from app.network.verify import differences
from app.store.database import acting_as_worker
from app.store.identity import new_id
from tests.api.conftest import Api, Caller
from tests.reports.test_fuzz import after_accidents, workbook_of
from tests.reports.workbooks import HEADER, SALE, archive, rows, sheet, workbook

SAMPLES = Path(__file__).parents[1] / "samples"
SUBMIT, FOLLOW = "distributor/submit_sell_through.graphql", "distributor/follow_submission.graphql"
COLUMNS = (
    "document_number,document_line,sold_on,product_code,reseller_account,quantity,unit_price,currency,end_customer"
)
GIVEN_BACK = "query($id: ID!) { node(id: $id) { ... on Submission { filename rawUrl reportUrl } } }"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
MEGABYTES = 10_000_000


@pytest.fixture(autouse=True, scope="module")
async def all_formats(api: Api) -> AsyncIterator[None]:
    """The agreement of Acme and Dist One takes reports in every format."""
    await api.world.connection.execute(
        "UPDATE agreement SET formats = '{INLINE,CSV,XLSX,X12,EDIFACT}' WHERE id = $1",
        api.world.agreements["Acme", "Dist One"],
    )
    yield


def line(document: str, **changed: str) -> str:
    usual = {
        "day": "2026-01-05",
        "code": "DRIVE-1",
        "account": "A-1",
        "quantity": "1",
        "price": "120",
        "currency": "EUR",
    }
    said = {**usual, "customer": "Shop", **changed}
    return ",".join([document, "1", *said.values()])


def table(*lines: str, header: str = COLUMNS) -> bytes:
    return "\n".join([header, *lines, ""]).encode()


def once() -> str:
    return uuid4().hex[:10]


async def submitted(api: Api, caller: Caller, data: bytes, **changed: Any) -> dict[str, Any]:
    source = {} if "source" in changed else {"source": {"uploadId": await caller.upload(data, "report.bin")}}
    given = {
        "agreementId": api.world.agreement_gid("Acme", "Dist One"),
        "period": {"start": "2026-01-01", "end": "2026-02-01"},
        "idempotencyKey": uuid4().hex,
    }
    return await caller.act(SUBMIT, **{**given, **source, **changed})


async def followed(api: Api, caller: Caller, data: bytes) -> dict[str, Any]:
    """How a report stands once it is counted. Its bytes are those that were sent, whatever became of them."""
    payload = await submitted(api, caller, data)
    assert payload["userErrors"] == []
    await api.count()
    found: dict[str, Any] = (await caller.ask(FOLLOW, id=payload["submission"]["id"], first=100))["node"]
    counts = found["counts"]
    outcomes = sum(number for name, number in counts.items() if name not in {"received", "progress"})
    assert counts["received"] == outcomes, "no row vanishes"
    links = (await caller.ask(GIVEN_BACK, id=found["id"]))["node"]
    raw = await api.http.get(links["rawUrl"])
    assert raw.content == data, "what was received is there, byte for byte"
    return found


async def figures(api: Api) -> list[Any]:
    """Everything that counts, in sum."""
    return [
        await api.world.connection.fetch(
            f"SELECT currency, sum(units)::text, sum(lines)::text FROM {table} GROUP BY currency ORDER BY currency"
        )
        for table in ("sell_through_month", "sell_through_day")
    ]


def codes(found: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """The outcome of each row, and why."""
    told = [edge["node"] for edge in found["rows"]["edges"]]
    assert all(issue["message"] for row in told for issue in row["issues"])
    return [(row["outcome"], [issue["code"] for issue in row["issues"]]) for row in told]


BOMB = sheet(rows(HEADER, SALE) + " " * 50_000_000)
UNREADABLE = {
    "an encoding that is none of ours": (table(line("E-1")).decode().encode("cp037"), "HEADER_MISSING"),
    "an archive": (b"\x1f\x8b\x08\x00" + bytes(50), "NOT_TEXT"),
    "a header that breaks off": (table(line("E-1"))[:40], "COLUMN_MISSING"),
    "a column twice": (table(line("E-1"), header=COLUMNS.replace("end_customer", "Quantity")), "COLUMN_REPEATED"),
    "no header": (line("E-1").encode(), "HEADER_MISSING"),
    "only NULs": (bytes(100_000), "EMPTY_FILE"),
    "a zip bomb": (workbook(BOMB), "WORKBOOK_TOO_LARGE"),
    "an XML bomb": (workbook(sheet(rows(HEADER, SALE)).replace("?>", f"?>{ENTITIES}", 1)), "NOT_WORKBOOK"),
    "a file outside": (
        workbook(sheet(""), further={"_rels/.rels": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'}),
        "NOT_WORKBOOK",
    ),
    "an archive that is no workbook": (archive({"word/document.xml": "<document/>"}), "NOT_TEXT"),
    "half a workbook": (workbook(sheet(rows(HEADER, SALE)))[:-300], "NOT_WORKBOOK"),
    "an envelope that breaks off": ((SAMPLES / "storage-vendor-867.x12").read_bytes()[:100], "ENVELOPE_BROKEN"),
}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_a_file_that_cannot_be_read_fails_with_a_reason_and_counts_nothing(api: Api, name: str) -> None:
    data, code = UNREADABLE[name]
    before = await figures(api)
    found = await followed(api, await api.distributor(), data)
    assert found["status"] == "FAILED"
    assert found["failure"]["code"] == code
    assert 20 < len(found["failure"]["message"]) < 2_000
    assert await figures(api) == before


REJECTED = {
    "a day in 1900": (line("{}", day="1900-01-01"), ["DATE_TOO_OLD"]),
    "a day in 2099": (line("{}", day="2099-12-31"), ["DATE_IN_FUTURE"]),
    "a number with an exponent": (line("{}", quantity="1E3"), ["MALFORMED_NUMBER"]),
    "a formula for a number": (line("{}", quantity="=1+1"), ["MALFORMED_NUMBER"]),
    "a number beyond all bounds": (line("{}", quantity="9" * 40), ["VALUE_OUT_OF_RANGE"]),
    "no currency of this world": (line("{}", currency="XXX"), ["UNKNOWN_CURRENCY"]),
    "ten megabytes in a cell": (line("{}", code="x" * MEGABYTES), ["TEXT_TOO_LONG"]),
    "ten megabytes of document": (line("x" * MEGABYTES), ["TEXT_TOO_LONG"]),
    "a quote that is never closed": ('"' + line("{}"), ["MALFORMED_ROW"]),
    "a row that breaks off": (line("{}")[:20], ["MALFORMED_ROW"]),
    "a million values": (line("{}") + ",x" * 1_000_000, ["MALFORMED_ROW"]),
}


@pytest.mark.parametrize("name", REJECTED)
async def test_a_row_that_is_no_fact_is_rejected_alone_with_its_reason(api: Api, name: str) -> None:
    bad, why = REJECTED[name]
    before = int(await api.world.connection.fetchval("SELECT count(*) FROM sell_through_line"))
    good = (line(f"G-{once()}"), line(f"G-{once()}"))
    found = await followed(api, await api.distributor(), table(good[0], bad.replace("{}", f"B-{once()}"), good[1]))
    assert found["status"] == "PROCESSED"
    assert codes(found) == [("ACCEPTED", []), ("REJECTED", why), ("ACCEPTED", [])]
    assert await api.world.connection.fetchval("SELECT count(*) FROM sell_through_line") == before + 2


async def test_a_million_empty_rows_are_no_rows(api: Api) -> None:
    data = table(line(f"N-{once()}")) + b",,,,,,,,\n" * 1_000_000 + line(f"N-{once()}").encode()
    found = await followed(api, await api.distributor(), data)
    assert (found["status"], codes(found)) == ("PROCESSED", [("ACCEPTED", [])] * 2)


@pytest.mark.parametrize("stated", [b"999999999999999999", b"-1", b"many"])
async def test_counts_of_segments_that_lie_lose_no_row(api: Api, stated: bytes) -> None:
    data = (SAMPLES / "storage-vendor-867.x12").read_bytes()
    data = re.sub(rb"SE\*\d+", b"SE*" + stated, data).replace(b"POS-", once().encode())
    found = await followed(api, await api.distributor(), data)
    assert (found["status"], found["counts"]["received"]) == ("PROCESSED", 2)
    told = await api.world.connection.fetch("SELECT DISTINCT code FROM submission_issue WHERE row_number = 0")
    assert "SEGMENT_COUNT_WRONG" in {row["code"] for row in told}


async def test_macros_are_named_and_never_run(api: Api) -> None:
    cells = (f"M-{once()}", "1", "2026-01-05", "DRIVE-1", "A-1", 2, 120)
    data = workbook(sheet(rows(HEADER, cells)), further={"xl/vbaProject.bin": b"macro"})
    found = await followed(api, await api.distributor(), data)
    assert codes(found) == [("ACCEPTED", [])]
    told = await api.world.connection.fetch("SELECT code FROM submission_issue WHERE row_number = 0")
    assert "MACROS_IGNORED" in {row["code"] for row in told}


async def test_every_line_counts_in_the_currency_that_it_names(api: Api) -> None:
    before = {row[0]: int(row[2]) for row in (await figures(api))[0]}
    lines = [line(f"C-{once()}", currency=currency) for currency in ("EUR", "USD", "JPY", "USD")]
    found = await followed(api, await api.distributor(), table(*lines))
    assert codes(found) == [("ACCEPTED", [])] * 4
    after = {row[0]: int(row[2]) for row in (await figures(api))[0]}
    gained = {currency: after[currency] - before.get(currency, 0) for currency in after}
    assert {currency: number for currency, number in gained.items() if number} == {"EUR": 1, "USD": 2, "JPY": 1}
    amounts = await api.world.connection.fetch(
        "SELECT currency, amount FROM sell_through_line WHERE document_number LIKE 'C-%' ORDER BY currency"
    )
    assert [(row["currency"], row["amount"]) for row in amounts] == [
        ("EUR", 120_000_000),
        ("JPY", 120_000_000),
        ("USD", 120_000_000),
        ("USD", 120_000_000),
    ], "no amount is converted where it stands"


RUNS = re.compile(r"(?:^|[;\t\r\n])\s*[=+\-@＝＋－＠]")


async def test_formulas_are_disarmed_in_every_cell_that_is_handed_back(api: Api) -> None:
    caller = await api.distributor()
    evil = ["=cmd()", "+cmd()", "-cmd()", "@cmd()", "a;=cmd()", " =cmd()", "＝cmd()"]
    header = f"{COLUMNS},=HYPERLINK(A1),+note"
    lines = [f"{line(f'=D-{once()}', customer=value)},{value},-5" for value in evil]
    lines.append(f'{line(f"F-{once()}", customer=chr(34) + "x" + chr(10) + "=cmd()" + chr(34))},"\t=cmd()",-1.5')
    lines.append(f"{line(f'F-{once()}', code='=P', account='@A', quantity='=1')},,-2E+03")
    found = await followed(api, caller, table(*lines, header=header))
    assert found["counts"]["received"] == len(lines)
    link = (await caller.ask(GIVEN_BACK, id=found["id"]))["node"]["reportUrl"]
    report = (await api.http.get(link)).content.decode("utf-8-sig")
    cells = list(csv.reader(io.StringIO(report)))
    assert len(cells) == 1 + len(lines)
    numbers = {"-5", "-1.5", "-2E+03"}
    running = [cell for row in cells for cell in row if RUNS.search(cell) and cell not in numbers]
    assert running == []
    assert "'=HYPERLINK(A1)" in cells[0] and "'+note" in cells[0]
    assert [row[-1] for row in cells[1:]] == ["-5"] * len(evil) + ["-1.5", "-2E+03"], "numbers stay numbers"


async def test_ids_and_codes_of_another_tenant_are_as_unknown_as_those_of_nobody(api: Api) -> None:
    caller, other = await api.distributor(), await api.distributor("Dist Two")
    theirs = await submitted(
        api,
        other,
        table(line(f"T-{once()}", account="T-1")),
        agreementId=api.world.agreement_gid("Acme", "Dist Two"),
    )
    foreign_submission = theirs["submission"]["id"]
    nobodys = global_id("Submission", Key(api.world.vendors["Acme"], new_id()))
    for each in (foreign_submission, nobodys):
        assert (await caller.ask(FOLLOW, id=each))["node"] is None
    upload = await other.upload(b"x")
    unknown = global_id("Upload", Key(api.world.organizations["Dist One"], new_id()))
    before = await api.world.connection.fetchval("SELECT count(*) FROM submission")
    told = [
        (await submitted(api, caller, b"", source={"uploadId": each}))["userErrors"]
        for each in (upload, unknown, "no id")
    ]
    assert told[0] == told[1] == told[2]
    assert [error["code"] for error in told[0]] == ["NOT_FOUND"]
    assert await api.world.connection.fetchval("SELECT count(*) FROM submission") == before
    lines = [line(f"T-{once()}", account=account) for account in ("T-1", "T-2", "B-1", "NOBODY")]
    found = await followed(api, caller, table(*lines))
    assert codes(found) == [("HELD", ["UNKNOWN_RESELLER_ACCOUNT"])] * 4


async def test_an_agreement_that_has_ended_takes_no_report_and_keeps_the_upload(api: Api) -> None:
    caller, world = await api.distributor(), api.world
    agreement = world.agreements["Acme", "Dist One"]
    upload, key = await caller.upload(table(line(f"A-{once()}"))), uuid4().hex
    before = await world.connection.fetchval("SELECT count(*) FROM submission")
    await world.connection.execute("UPDATE agreement SET status = 'ENDED' WHERE id = $1", agreement)
    refused = await submitted(api, caller, b"", source={"uploadId": upload}, idempotencyKey=key)
    await world.connection.execute("UPDATE agreement SET status = 'ACTIVE' WHERE id = $1", agreement)
    assert [(error["code"], error["field"]) for error in refused["userErrors"]] == [
        ("NOT_ACTIVE", ["input", "agreementId"])
    ]
    assert "ended" in refused["userErrors"][0]["message"]
    assert await world.connection.fetchval("SELECT count(*) FROM submission") == before
    taken = await submitted(api, caller, b"", source={"uploadId": upload}, idempotencyKey=key)
    assert taken["userErrors"] == []
    await api.count()


async def test_a_report_from_before_its_agreement_began_is_refused_and_a_line_from_before_is_held(api: Api) -> None:
    caller = await api.distributor()
    before = await api.world.connection.fetchval("SELECT count(*) FROM submission")
    early = {"start": "2023-01-01", "end": "2023-02-01"}
    refused = await submitted(api, caller, table(line(f"O-{once()}", day="2023-01-05")), period=early)
    assert [error["code"] for error in refused["userErrors"]] == ["OUTSIDE_AGREEMENT"]
    assert await api.world.connection.fetchval("SELECT count(*) FROM submission") == before
    found = await followed(api, caller, table(line(f"O-{once()}", day="2023-01-05")))
    [(outcome, why)] = codes(found)
    assert outcome == "HELD" and "OUTSIDE_AGREEMENT_DATES" in why


STANDING = """
SELECT s.status, s.failure_code, s.rows_received, s.rows_rejected,
    (SELECT count(*) FROM (
        SELECT row_number FROM report_row WHERE submission_id = s.id
        UNION SELECT row_number FROM sell_through_line WHERE submission_id = s.id) every) AS rows,
    (SELECT count(DISTINCT i.row_number) FROM submission_issue i
        JOIN report_row r ON r.submission_id = i.submission_id AND r.row_number = i.row_number
        WHERE r.outcome = 'REJECTED' AND i.severity = 'ERROR' AND i.submission_id = s.id) AS explained
FROM submission s ORDER BY s.received_order DESC LIMIT $1
"""
"Of the last reports: how they stand, how many rows there are, and of how many that were rejected there is an error."


async def test_no_accident_that_happens_to_a_report_is_a_fault_of_the_server(api: Api) -> None:
    """Mutated samples of every format, all the way to the figures: see `tests/reports/test_fuzz`."""
    caller, connection = await api.distributor(), api.world.connection
    patterns = ("canonical.csv", "damaged.csv", "*867.x12", "*slsrpt.edi", "distributor-sales.xlsx")
    samples = [path.read_bytes() for pattern in patterns for path in sorted(SAMPLES.glob(pattern))]
    sent = []
    for seed in range(60):
        dice = random.Random(f"api {seed}")
        sample = dice.choice(samples)
        data = workbook_of(dice) if sample[:2] == b"PK" else after_accidents(sample, dice)
        payload = await submitted(api, caller, data or b"\n")
        assert payload["userErrors"] == []
        sent.append(payload["submission"]["id"])
    await api.count()
    standing = await connection.fetch(STANDING, len(sent))
    assert {row["status"] for row in standing} == {"PROCESSED", "FAILED"}
    assert all(row["failure_code"] not in {"SERVER_FAULT"} for row in standing)
    for row in standing:
        if row["status"] == "PROCESSED":
            assert row["rows"] == row["rows_received"]
            assert row["explained"] == row["rows_rejected"]
    vendor = api.world.vendors["Acme"]
    async with api.database.reading(acting_as_worker(vendor)) as db:
        assert await differences(db, vendor) == []
