"""A statement explains itself: every line with its share, back to the report; and a file from which it is recomputed."""

import csv
import io
import random
import re
import zipfile
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from httpx import Response

from app.programme.incentives import Band, Measure
from app.programme.money import allocate
from app.programme.money_terms import Basis, MeasureUnit, SpeciallyPriced, Structure
from tests.api.conftest import Api, Caller
from tests.api.statements_kit import Office, codes, rebate, sold


@pytest.fixture
async def office(api: Api) -> Office:
    return await Office.open(api)


Parts = dict[str, list[list[str]]]


def parts_of(text: str) -> Parts:
    """The parts of a CSV file: the rows below each header."""
    found: Parts = {}
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    name = ""
    for row in rows:
        if not row:
            name = ""
        elif not name:
            (name,) = row
            found[name] = []
        else:
            found[name].append(row)
    return found


async def downloaded(api: Api, statement: dict[str, Any], what: str) -> Response:
    return await api.http.get(statement[what])


def sheet_of(content: bytes, number: int) -> tuple[list[str], list[dict[str, str]]]:
    """The names of a workbook's sheets, and the rows of one of them by the letters of their columns."""
    book = zipfile.ZipFile(io.BytesIO(content))
    names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    text = book.read(f"xl/worksheets/sheet{number}.xml").decode()
    cell = re.compile(r'<c r="([A-Z]+)\d+"[^>]*>(?:<v>([^<]*)</v>|<is><t[^>]*>([^<]*)</t></is>)</c>')
    rows = re.findall(r"<row [^>]*>(.*?)</row>", text)
    return names, [{name: value or told for name, value, told in cell.findall(each)} for each in rows]


def minor(amount: str) -> int:
    return int(Decimal(amount) * 100)


def recomputed(parts: Parts) -> tuple[int, list[int]]:
    """The payment and its shares in minor units, from the file alone: a marginal rule without steps but the rates."""
    figures = dict(parts["statement"][1:])
    lines = [dict(zip(parts["lines"][0], row, strict=True)) for row in parts["lines"][1:]]
    volume = sum((Fraction(each["measure"]) for each in lines), Fraction(0))
    assert volume == Fraction(figures["paying"]) == Fraction(figures["shared_measure"])
    assert len(lines) == int(figures["lines"])
    earned = Fraction(0)
    for threshold, upto, measure, rate, _, exact in parts["bands"][1:]:
        inside = max(Fraction(0), (min(volume, Fraction(upto)) if upto else volume) - Fraction(threshold))
        assert inside == Fraction(measure) and inside * Fraction(rate) * 100 == Fraction(exact)
        earned += inside * Fraction(rate) * 100
    payment = int(earned + Fraction(1, 2))
    key = sorted(lines, key=lambda each: (each["report"], int(each["row"])))
    return payment, allocate(payment, [int(Fraction(each["measure"]) * 10**6) for each in key])


async def test_the_payment_is_recomputed_from_the_file_alone(office: Office, api: Api) -> None:
    chance = random.Random(7)
    month = await office.month(1)
    skus = ("DRIVE-1", "DRIVE-2", "SWITCH-1")
    await month.sell(*(sold(f"E-{n}", chance.choice([1, 3, 7, 11]), chance.choice(skus)) for n in range(40)))
    await month.sell(
        *(sold(f"ER-{n}", -2, sale_type="RETURN", document_kind="CREDIT_NOTE", return_of=f"E-{n}:1") for n in range(5))
    )
    await month.calculate()
    statement = await month.statement(office.partner)
    assert statement["lineCount"] == statement["lines"]["totalCount"] == 45
    answer = await downloaded(api, statement, "csv")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    parts = parts_of(answer.text)
    payment, allocated = recomputed(parts)
    assert payment == minor(statement["entitled"]["amount"]) == minor(dict(parts["statement"][1:])["entitled"])
    lines = [dict(zip(parts["lines"][0], row, strict=True)) for row in parts["lines"][1:]]
    key = sorted(lines, key=lambda each: (each["report"], int(each["row"])))
    assert [minor(each["share"]) for each in key] == allocated and sum(allocated) == payment
    shown = [each["node"] for each in statement["lines"]["edges"]]
    assert [minor(each["share"]["amount"]) for each in shown] == [minor(each["share"]) for each in lines]
    assert any(minor(each["share"]["amount"]) < 0 for each in shown)
    steps = [dict(zip(parts["steps"][0], row, strict=True)) for row in parts["steps"][1:]]
    assert Fraction(steps[-1]["after_exact_minor_units"]) == payment
    as_vendor = await month.statement()
    assert [each["node"]["share"] for each in as_vendor["lines"]["edges"]] == [each["share"] for each in shown]
    names, cells = sheet_of((await downloaded(api, as_vendor, "workbook")).content, 4)
    assert names == ["statement", "bands", "steps", "lines"] and len(cells) == 46
    assert sum(round(Decimal(row["J"]), 2) for row in cells[1:]) * 100 == payment


async def test_each_line_leads_to_its_row_and_report(office: Office) -> None:
    month = await office.month(2)
    report = await month.sell(sold("L-1", 3), sold("L-2", 4))
    await month.calculate()
    statement = await month.statement()
    lines = [each["node"]["sellThroughLine"] for each in statement["lines"]["edges"]]
    assert [(each["documentNumber"], each["row"]) for each in lines] == [("L-1", 1), ("L-2", 2)]
    assert all(each["submission"]["id"] == report["id"] for each in lines)
    assert all(each["node"]["sellInLine"] is None for each in statement["lines"]["edges"])
    first = await office.read(statement["id"], first=1)
    assert first["lines"]["pageInfo"]["hasNextPage"] and len(first["lines"]["edges"]) == 1
    further = await office.manager.ask(
        "vendor/statement.graphql", id=statement["id"], first=1, after=first["lines"]["pageInfo"]["endCursor"]
    )
    assert further["node"]["lines"]["edges"] == statement["lines"]["edges"][1:]


async def test_lines_and_rates_that_come_later_are_not_in_a_statement_that_was_calculated(
    office: Office, api: Api
) -> None:
    month = await office.month(3)
    await month.sell(sold("K-1", 3), sold("K-2", 4))
    await month.calculate()
    before = await month.statement(office.partner)
    await month.sell(sold("K-1", 30), mode="CORRECT")
    await month.sell(sold("K-3", 5))
    after = await month.statement(office.partner)

    def told(statement: dict[str, Any]) -> list[Any]:
        return [(each["node"]["quantity"], each["node"]["share"]) for each in statement["lines"]["edges"]]

    assert told(after) == told(before) and len(told(after)) == 2
    parts = parts_of((await downloaded(api, after, "csv")).text)
    assert recomputed(parts)[0] == minor(before["entitled"]["amount"]) == 700
    assert after["accrued"]["amount"] == "82" and after["entitled"]["amount"] == "7"


async def test_units_of_sell_in_pay_and_lead_to_lines_of_sell_in(office: Office, api: Api) -> None:
    units = Measure(Basis.SELL_IN, MeasureUnit.UNITS)
    bands = (Band(0, 500_000), Band(5_000, 750_000))
    rule = rebate(qualifying=units, paying=units, structure=Structure.PER_UNIT, bands=bands)
    month = await office.month(4, rule)
    await bought(office, api, month.days, 8)
    await month.calculate()
    statement = await month.statement()
    assert statement["paying"] == {"unit": "UNITS", "amount": None, "units": "8"}
    assert statement["entitled"]["amount"] == "4.75"
    (line,) = [each["node"] for each in statement["lines"]["edges"]]
    assert line["sellInLine"]["documentNumber"] == "V-1" and line["sellThroughLine"] is None
    assert line["share"]["amount"] == "4.75" and line["measure"]["units"] == "8"


async def test_a_specially_priced_line_that_attains_a_band_alone_has_no_share(office: Office, api: Api) -> None:
    month = await office.month(5, rebate(specially_priced=SpeciallyPriced.TIER_ONLY))
    await month.sell(sold("P-1", 10), sold("P-2", 10))
    await api.world.connection.execute(
        "UPDATE sell_through_line SET special_price_number = 'SP-1' WHERE document_number = 'P-2'"
    )
    await month.calculate()
    statement = await month.statement()
    assert statement["entitled"]["amount"] == "15"
    told = [
        (each["node"]["countsForBandAlone"], each["node"]["share"]["amount"]) for each in statement["lines"]["edges"]
    ]
    assert told == [(False, "15"), (True, "0")]


async def test_what_a_spreadsheet_would_run_is_disarmed(office: Office, api: Api) -> None:
    month = await office.month(6)
    await month.sell(sold("=HYPERLINK(1)", 1), sold("@SUM(A1)", 1))
    await month.calculate()
    statement = await month.statement()
    text = (await downloaded(api, statement, "csv")).text
    assert "'=HYPERLINK(1)" in text and "'@SUM(A1)" in text and ",=" not in text and ",@" not in text
    content = (await downloaded(api, statement, "workbook")).content
    _, cells = sheet_of(content, 4)
    assert cells[1]["D"] == "=HYPERLINK(1)", "it is a text"
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet4.xml")


async def test_a_link_is_for_who_asked_and_for_this_file_alone(office: Office, api: Api) -> None:
    month = await office.month(7)
    await month.sell(sold("Q-1", 1))
    (accruing,) = await month.statements()
    assert (await office.read(accruing["id"]))["csv"] is None
    await month.calculate()
    statement = await month.statement()
    elsewhere = statement["csv"].replace("statement-csv", "statement-xlsx")
    assert (await api.http.get(elsewhere)).status_code == 401
    assert (await api.http.get(statement["csv"].replace("statement-csv", "raw"))).status_code == 401
    rival: Caller = await api.distributor("Dist Two")
    assert (await rival.ask("query($id: ID!) { node(id: $id) { id } }", id=statement["id"]))["node"] is None


async def bought(office: Office, api: Api, days: dict[str, str], quantity: int) -> None:
    """The vendor reports what it invoiced to the distributor."""
    header = "document_number,document_line,sold_on,product_code,quantity,unit_price,currency"
    text = f"{header}\nV-1,1,{days['start']},DRIVE-1,{quantity},90,EUR\n"
    payload = await office.manager.act(
        "vendor/submit_sell_in.graphql",
        agreementId=office.desk.agreement,
        period=days,
        uploadId=await office.manager.upload(text.encode()),
        idempotencyKey="V-1",
    )
    assert codes(payload) == []
    await api.count()
