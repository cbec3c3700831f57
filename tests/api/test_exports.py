"""Any list as a file: the same rows as the graph answers, in four formats, for each level what it may see."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from app.exports.columns import Column
from app.exports.writing import CsvWriting, Workbook
from tests.api.conftest import Api, Caller
from tests.api.exports_kit import CANCEL, LINES, LIST, asked, done, exported, file, some_lines, started, state

HURTS = ("=cmd()", 'Shop "A", Berlin', "+49 30", "", "zwei\nZeilen", "a;@b", "Müller", "-")
CUBE = """{ viewer { vendor { network {
  sales(period: {start: "2026-01-01", end: "2026-02-01"}, by: [MONTH, DISTRIBUTOR, PRODUCT]) {
    edges { node { periodStart distributor { name } product { sku } currency sellThroughUnits
      sellThroughAmount { amount } } } } } } } }"""


@pytest.fixture(scope="module", autouse=True)
async def lines(api: Api) -> None:
    await some_lines(api, 60, "E", HURTS)


async def graph_rows(caller: Caller, api: Api) -> list[dict[str, Any]]:
    """The same lines as the graph answers them, a page after another."""
    paged = LINES.replace("query Lines($id: ID!)", "query Lines($id: ID!, $after: String)").replace(
        "lines {", "lines(first: 25, after: $after) { pageInfo { hasNextPage endCursor } "
    )
    found, after, more = [], None, True
    while more:
        data = await caller.ask(paged, id=api.world.agreement_gid("Acme", "Dist One"), after=after)
        page = data["node"]["lines"]
        found += [each["node"] for each in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


def given(api: Api) -> dict[str, Any]:
    return {"variables": {"id": api.world.agreement_gid("Acme", "Dist One")}}


async def test_lines_of_json_are_what_the_graph_answers(api: Api) -> None:
    vendor = await api.vendor()
    data = await exported(api, vendor, LINES, "JSONL", **given(api))
    assert [json.loads(each) for each in data.splitlines()] == await graph_rows(vendor, api)


async def test_a_csv_has_a_column_for_each_leaf_and_runs_nothing(api: Api) -> None:
    vendor = await api.vendor()
    data = await exported(api, vendor, LINES, **given(api))
    assert data.count(b"\r\n") == 61 and not data.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(data.decode(), newline=""))
    assert header[:7] == [
        "id",
        "documentNumber",
        "documentLine",
        "soldOn",
        "quantity",
        "amount.amount",
        "amount.currency",
    ]
    expected = await graph_rows(vendor, api)
    assert len(rows) == len(expected) == 60
    at = header.index("endCustomer")
    assert {row[at] for row in rows} >= {"'=cmd()", 'Shop "A", Berlin', "'+49 30", "a;'@b", "Müller", "'-"}
    for row, node in zip(rows, expected, strict=True):
        named = dict(zip(header, row, strict=True))
        assert named["documentNumber"] == node["documentNumber"] and named["product.sku"] == node["product"]["sku"]
        assert Decimal(named["amount.amount"]) == Decimal(node["amount"]["amount"])
        assert named["reversal"] == "false" and named["row"] == str(node["row"]) and named["serialNumbers"] == ""


async def test_a_csv_begins_with_the_mark_where_it_is_asked_for(api: Api) -> None:
    data = await exported(api, await api.vendor(), LINES, byteOrderMark=True, **given(api))
    assert data.startswith(b"\xef\xbb\xbfid,")


async def test_parquet_has_exact_decimals_and_days(api: Api) -> None:
    vendor = await api.vendor()
    frame = pl.read_parquet(io.BytesIO(await exported(api, vendor, LINES, "PARQUET", **given(api))))
    assert frame.schema["amount.amount"] == pl.Decimal(38, 2) and frame.schema["quantity"] == pl.Decimal(38, 0)
    assert frame.schema["soldOn"] == pl.Date and frame.schema["row"] == pl.Int64
    assert frame.schema["reversal"] == pl.Boolean and frame.schema["serialNumbers"] == pl.List(pl.String)
    expected = await graph_rows(vendor, api)
    assert frame["id"].to_list() == [each["id"] for each in expected]
    assert frame["amount.amount"].to_list() == [Decimal(each["amount"]["amount"]) for each in expected]
    assert frame["soldOn"].to_list() == [date.fromisoformat(each["soldOn"]) for each in expected]
    assert frame["endCustomer"].to_list() == [each["endCustomer"] for each in expected]


async def test_a_workbook_marks_formulas_as_texts_and_has_numbers(api: Api) -> None:
    vendor = await api.vendor()
    data = await exported(api, vendor, LINES, "XLSX", **given(api))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet, styles = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/styles.xml").decode()
    assert sheet.count("<row ") == 61 and "<f>" not in sheet
    assert "<v>241.1</v>" in sheet and 'quotePrefix="1"' in styles and "=cmd()" in sheet


async def test_what_a_sheet_has_no_room_for_goes_on_in_the_next() -> None:
    book = Workbook(most_rows=2)
    book.begin([Column(("a",), "Int"), Column(("b", "c"), "String")])
    book.rows([{"a": n, "b": None if n == 1 else {"c": "x"}} for n in range(5)])
    data = b"".join(book.end())
    book.close()
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        sheets = [each for each in found.namelist() if each.startswith("xl/worksheets/sheet")]
        rows = [found.read(each).decode().count("<row ") for each in sorted(sheets)]
    assert rows == [3, 3, 2], "each with its header"


def test_null_and_an_empty_text_are_not_the_same_in_a_csv() -> None:
    writing = CsvWriting()
    writing.begin([Column(("a",), "String"), Column(("b",), "Int")])
    assert writing.rows([{"a": None, "b": 1}, {"a": "", "b": None}, {"a": "-5", "b": -5}]) == b',1\r\n"",\r\n-5,-5\r\n'


async def test_the_cube_is_exported_as_the_graph_answers_it(api: Api) -> None:
    analyst = await api.vendor()
    data = await exported(api, analyst, CUBE, "JSONL")
    sales = (await analyst.ask(CUBE.replace("PRODUCT])", "PRODUCT], first: 250)")))["viewer"]["vendor"]["network"]
    assert [json.loads(each) for each in data.splitlines()] == [each["node"] for each in sales["sales"]["edges"]]
    assert len(data.splitlines()) == 1


async def test_each_level_gets_what_it_may_see(api: Api) -> None:
    distributor, reseller = await api.distributor(), await api.reseller()
    data = await exported(api, distributor, LINES, "JSONL", "distributor", **given(api))
    assert len(data.splitlines()) == 60
    own = """{ viewer { reseller { purchases(period: {start: "2026-01-01", end: "2026-02-01"}, by: [MONTH, DISTRIBUTOR]) {
        edges { node { distributor { name } units amount { amount currency } } } } } } }"""
    (row,) = (await exported(api, reseller, own, "JSONL", "reseller")).splitlines()
    assert json.loads(row)["distributor"]["name"] == "Dist One"


async def test_an_export_is_followed_listed_and_checked_by_its_hash(api: Api) -> None:
    vendor = await api.vendor()
    id = await asked(vendor, LINES, **given(api))
    waiting = await state(vendor, id)
    assert (waiting["status"], waiting["rows"], waiting["progress"], waiting["downloadUrl"]) == (
        "QUEUED",
        0,
        None,
        None,
    )
    await done(api, id)
    found = await state(vendor, id)
    assert (found["status"], found["rows"], found["progress"]) == ("DONE", 60, 1.0)
    assert found["sha256"] == hashlib.sha256(await file(api, vendor, id)).hexdigest()
    listed = (await vendor.ask("vendor/exports.graphql", first=1))["viewer"]["exports"]
    assert listed["edges"][0]["node"]["id"] == id and listed["edges"][0]["node"]["list"] == "node.lines"
    assert listed["totalCount"] >= 1


@pytest.mark.parametrize("level", ["vendor", "distributor", "reseller"])
async def test_every_level_asks_lists_and_cancels(api: Api, level: str) -> None:
    caller = await {"vendor": api.vendor, "distributor": api.distributor, "reseller": api.reseller}[level]()
    id = await asked(caller, "{ viewer { alerts { edges { node { kind raisedAt } } } } }", "PARQUET", level)
    listed = (await caller.ask(LIST[level], first=1))["viewer"]["exports"]["edges"]
    assert [each["node"]["id"] for each in listed] == [id]
    cancelled = (await caller.act(CANCEL[level], exportId=id))["export"]
    assert cancelled["status"] == "CANCELLED" and cancelled["endedAt"] is not None
    again = await asked(caller, "{ viewer { alerts { edges { node { kind raisedAt } } } } }", "PARQUET", level)
    await done(api, again)
    assert pl.read_parquet(io.BytesIO(await file(api, caller, again, level))).columns == ["kind", "raisedAt"]


async def test_the_same_key_is_one_export(api: Api) -> None:
    vendor = await api.vendor()
    first, again = [await asked(vendor, LINES, idempotencyKey="once", **given(api)) for _ in range(2)]
    assert first == again
    other = await started(vendor, LINES, "JSONL", idempotencyKey="once", **given(api))
    assert [each["code"] for each in other["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]


async def test_fragments_aliases_and_directives_are_followed(api: Api) -> None:
    vendor = await api.vendor()
    document = """query A($id: ID!, $no: Boolean!) { here: node(id: $id) { ...On ... on Program @skip(if: true) { name } } }
      query B { viewer { roles } }
      fragment On on DistributionAgreement { all: lines(last: 3) { totalCount ...Rows pageInfo { endCursor } } }
      fragment Rows on SellThroughLineConnection { edges { node { n: documentNumber ...More id @include(if: $no) } } }
      fragment More on SellThroughLine { what: product { sku } __typename }"""
    id = api.world.agreement_gid("Acme", "Dist One")
    data = await exported(api, vendor, document, operationName="A", variables={"id": id, "no": False, "unknown": 1})
    header, first, *rest = data.decode().splitlines()
    assert header == "n,what.sku,__typename" and first.endswith(",DRIVE-1,SellThroughLine") and len(rest) == 59
