"""Proof of origin over HTTP: from a row of the cube to its lines, from a line to its report, row or segment, and bytes."""

from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from app.execution.identifiers import Key, global_id, key_of
from tests.api.conftest import Api, Caller
from tests.api.test_corrections import HEADER as COLUMNS
from tests.api.test_corrections import Desk, close, kit, outcomes, row
from tests.api.test_formats import EDIFACT
from tests.reports.test_x12 import interchange
from tests.reports.workbooks import rows, sheet, workbook

SUBMIT, SELL_IN = "distributor/submit_sell_through.graphql", "vendor/submit_sell_in.graphql"
YEAR = {"start": "2026-01-01", "end": "2027-01-01"}
ITEM = (
    "PTD*SS",
    "N1*ST*ONE*92*A-1",
    "QTY*32*7*EA",
    "LIN*1*VP*DRIVE-1",
    "UIT*EA*120",
    "REF*DI*P-X12",
    "DTM*003*20260105",
)
IN_HEADER = "document_number,document_line,sold_on,product_code,quantity,unit_price,currency"


@pytest.fixture(autouse=True, scope="module")
async def all_formats(api: Api) -> AsyncIterator[None]:
    """The agreement of Acme and Dist One takes reports in every format."""
    await api.world.connection.execute(
        "UPDATE agreement SET formats = '{INLINE,CSV,XLSX,X12,EDIFACT}' WHERE id = $1",
        api.world.agreements["Acme", "Dist One"],
    )
    yield


@pytest.fixture
async def desk(api: Api) -> Desk:
    return Desk(api, await api.distributor())


async def lines_of(caller: Caller, edge: str = "lines") -> list[dict[str, Any]]:
    """The lines under the rows of the year, as the distributor sees them."""
    data = await caller.ask("distributor/sales_lines.graphql", period=YEAR)
    return lines_under(data["viewer"]["distributor"]["sales"], edge)


def lines_under(sales: dict[str, Any], edge: str) -> list[dict[str, Any]]:
    return [each["node"] for found in sales["edges"] for each in found["node"][edge]["edges"]]


async def bytes_of(api: Api, line: dict[str, Any]) -> bytes:
    """What was handed in, as the report of the line gives it back."""
    found = await api.http.get(line["submission"]["rawUrl"])
    assert found.status_code == 200
    return found.content


def reports_of_every_format() -> dict[str, tuple[bytes | None, str]]:
    """A report in each format, the bytes that are uploaded for it, and where in it its line stands."""
    day = date(2026, 1, 5)
    said = ["P-XLSX", 1, day, "DRIVE-1", "A-1", 3, 120, "EUR"]
    names = [
        "document_number",
        "document_line",
        "sold_on",
        "product_code",
        "reseller_account",
        "quantity",
        "unit_price",
    ]
    return {
        "P-CSV": (f"{COLUMNS}\n\n{row('P-CSV')}\n".encode(), "line 3"),
        "P-XLSX": (workbook(sheet(rows([*names, "currency"], said))), "row 2"),
        "P-X12": (interchange(*ITEM), "ST 0001, segment 7"),
        "P-EDI": (EDIFACT.replace("IV:E-1", "IV:P-EDI").encode(), "UNH 1, segment 6"),
        "P-INLINE": (None, "lines[0]"),
    }


INLINE = {"documentNumber": "P-INLINE", "soldOn": "2026-01-05", "productCode": "DRIVE-1", "resellerAccount": "A-1"}


async def test_a_line_of_every_format_says_where_it_stood_and_gives_the_bytes_back(desk: Desk) -> None:
    reports = reports_of_every_format()
    for data, _ in reports.values():
        line = {**INLINE, "quantity": "1", "unitPrice": "120"}
        source = {"lines": [line]} if data is None else {"uploadId": await desk.caller.upload(data, "report.bin")}
        january = {"start": "2026-01-01", "end": "2026-02-01"}
        given = {"agreementId": desk.agreement, "period": january, "source": source, "idempotencyKey": uuid4().hex}
        payload = await desk.caller.act(SUBMIT, **given)
        assert payload["userErrors"] == []
        await desk.api.count()
    found = {each["documentNumber"]: each for each in await lines_of(desk.caller) if each["documentNumber"] in reports}
    assert {name: each["source"] for name, each in found.items()} == {name: said for name, (_, said) in reports.items()}
    assert {each["row"] for each in found.values()} == {1}
    for name, (data, _) in reports.items():
        raw = await bytes_of(desk.api, found[name])
        assert raw == data if data is not None else b"P-INLINE" in raw


async def test_components_of_a_kit_and_reversals_say_where_their_row_stood(desk: Desk) -> None:
    await kit(desk)
    said = {"sold_on": "2026-09-03", "product_code": "KIT-1"}
    september = {"start": "2026-09-01", "end": "2026-10-01"}
    report = await desk.send(row("P-OTHER"), row("P-KIT", quantity="3", **said), period=september)
    assert outcomes(report)[1] == "ACCEPTED"
    await close(desk, "2026-10-01")
    try:
        fixed = await desk.send(row("P-KIT", quantity="2", **said), mode="CORRECT", period=september)
    finally:
        await close(desk, None)
    lines = [each for each in await lines_of(desk.caller) if each["documentNumber"] == "P-KIT"]
    told = {
        (each["component"], each["quantity"]): (each["submission"]["id"], each["source"], each["row"]) for each in lines
    }
    first, second = (report["id"], "line 3", 2), (fixed["id"], "line 2", 1)
    assert told == {
        **dict.fromkeys(((1, "6"), (2, "3"), (1, "-6"), (2, "-3")), first),
        **dict.fromkeys(((1, "4"), (2, "2")), second),
    }
    assert len({each["id"] for each in lines}) == 6
    assert all(each["kit"]["sku"] == "KIT-1" for each in lines)


async def test_sell_in_is_proved_by_lines_of_its_own_to_vendor_and_distributor_alike(desk: Desk) -> None:
    vendor = await desk.api.vendor()

    async def invoice(quantity: int, mode: str = "APPEND") -> None:
        text = f"{IN_HEADER}\nP-IN,1,2026-01-03,DRIVE-1,{quantity},80,EUR\n"
        upload = await vendor.upload(text.encode())
        given = {"agreementId": desk.agreement, "period": YEAR, "uploadId": upload, "idempotencyKey": uuid4().hex}
        payload = await vendor.act(SELL_IN, **given, mode=mode)
        assert payload["userErrors"] == []
        await desk.api.count()

    await invoice(50)
    await invoice(40, mode="CORRECT")
    mine = {"distributorIds": [party(desk, "Distributor", "Dist One")]}
    given = {"period": YEAR, "filter": mine, "of": "UNITS"}
    sales = (await vendor.ask("vendor/sales_lines.graphql", **given))["viewer"]["vendor"]["network"]["sales"]
    (seen,) = [each for each in lines_under(sales, "sellInLines") if each["documentNumber"] == "P-IN"]
    assert (seen["quantity"], seen["amount"]["amount"], seen["source"]) == ("40", "3200", "line 2")
    assert seen["corrects"]["quantity"] == "50" and seen["correctedBy"] is None
    assert b"P-IN,1,2026-01-03,DRIVE-1,40" in await bytes_of(desk.api, seen)
    (own,) = [x for x in await lines_of(desk.caller, "sellInLines") if x["documentNumber"] == "P-IN"]
    assert own["id"] == seen["id"]
    asked = "query($id: ID!) { node(id: $id) { ... on SellInLine { documentNumber quantity } } }"
    assert (await desk.caller.ask(asked, id=own["id"]))["node"] == {"documentNumber": "P-IN", "quantity": "40"}
    replaced = (await vendor.ask(asked, id=seen["corrects"]["id"]))["node"]
    assert replaced == {"documentNumber": "P-IN", "quantity": "50"}
    rival = await desk.api.distributor("Dist Two")
    assert (await rival.ask(asked, id=own["id"]))["node"] is None


def party(desk: Desk, kind: str, name: str) -> str:
    world = desk.api.world
    return global_id(kind, Key(world.vendors["Acme"], world.parties["Acme", name]))


async def test_a_reseller_proves_its_purchases_and_reaches_no_report(desk: Desk) -> None:
    await desk.send(row("P-BOUGHT", quantity="2"), row("P-OTHERS", reseller_account="A-2"))
    reseller = await desk.api.reseller()
    data = await reseller.ask("reseller/purchase_lines.graphql", period=YEAR)
    rows = [each["node"] for each in data["viewer"]["reseller"]["purchases"]["edges"]]
    found = [each["node"] for own in rows for each in own["lines"]["edges"]]
    assert [each["amount"]["amount"] for each in found if each["documentNumber"] == "P-BOUGHT"] == ["240"]
    assert "P-OTHERS" not in {each["documentNumber"] for each in found}
    for own in rows:
        assert Decimal(own["units"]) == sum(Decimal(each["node"]["quantity"]) for each in own["lines"]["edges"])
    (line,) = [each for each in await desk.lines() if each["documentNumber"] == "P-BOUGHT"]
    refused = await reseller.raw("query($id: ID!) { node(id: $id) { id } }", id=line["id"])
    assert refused.get("data", {}).get("node") is None


async def test_a_row_that_was_held_again_and_released_in_an_open_period_is_another_line(desk: Desk) -> None:
    """In the closed period the first line and its reversal stand; each has an id of its own, and all are found by it."""
    months = {"start": "2026-03-01", "end": "2026-04-01"}
    await desk.send(row("P-AGAIN", quantity="5", sold_on="2026-03-05"), period=months)
    vendor, connection = desk.api.world.vendors["Acme"], desk.api.world.connection
    (line,) = [each for each in await desk.lines() if each["documentNumber"] == "P-AGAIN"]
    key = key_of("SellThroughLine", line["id"])
    assert key is not None
    await connection.execute(
        "UPDATE sell_through_line SET replaced = recorded WHERE vendor_id = $1 AND submission_id = $2", vendor, key.id
    )
    for component, sign, later in ((-1, -1, 1), (0, 1, 2)):
        held = await connection.fetchrow(
            "SELECT * FROM sell_through_line WHERE vendor_id = $1 AND submission_id = $2 AND component = 0"
            " ORDER BY recorded LIMIT 1",
            vendor,
            key.id,
        )
        moved = {"component": component, "quantity": held["quantity"] * sign, "recorded": held["recorded"] + later}
        after = {"counts_on": date(2026, 4, 1), "replaced": moved["recorded"] if component < 0 else None}
        await desk.api.world.add("sell_through_line", **(dict(held) | moved | after))
    found = [each for each in await desk.lines() if each["documentNumber"] == "P-AGAIN"]
    assert sorted(each["quantity"] for each in found) == ["-5", "5", "5"]
    assert len({each["id"] for each in found}) == 3 and line["id"] in {each["id"] for each in found}
    asked = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on SellThroughLine { id quantity countsOn } } }"
    again = (await desk.caller.ask(asked, ids=[each["id"] for each in found]))["nodes"]
    assert again == [{name: each[name] for name in ("id", "quantity", "countsOn")} for each in found]


async def test_no_cursor_of_lines_tells_how_much_the_whole_service_has_learnt(desk: Desk) -> None:
    """Every change of any network takes a number of the same counter: two of them apart tell how many came between."""
    await desk.send(row("P-CURSOR", "1"), row("P-CURSOR", "2"), row("P-CURSOR", "3"))
    connection = desk.api.world.connection
    at = "SELECT setval(pg_get_serial_sequence('knowledge', 'id'), 7654321)"
    await connection.execute(at)
    await desk.send(row("P-CURSOR", "4"), row("P-CURSOR", "5"))
    cursors = "pageInfo { endCursor } edges { cursor node { id documentNumber } }"
    of_row = (
        "query($period: DateRangeInput!, $n: Int!, $after: String) { viewer { distributor { sales(period: $period, by: [],"
        " first: 9) { edges { node {"
        f" lines(first: $n, after: $after) {{ {cursors} }} sellInLines(first: 9) {{ {cursors} }} }} }} }} }} }} }}"
    )
    of_agreement = (
        "query($id: ID!, $n: Int!, $after: String) { node(id: $id) { ... on DistributionAgreement {"
        f" lines(first: $n, after: $after) {{ {cursors} }} }} }} }}"
    )

    async def under_row(n: int, after: str | None) -> dict[str, Any]:
        (found,) = (await desk.caller.ask(of_row, period=YEAR, n=n, after=after))["viewer"]["distributor"]["sales"][
            "edges"
        ]
        lists.append(found["node"]["sellInLines"])
        return dict(found["node"]["lines"])

    async def under_agreement(n: int, after: str | None) -> dict[str, Any]:
        return dict((await desk.caller.ask(of_agreement, id=desk.agreement, n=n, after=after))["node"]["lines"])

    lists: list[dict[str, Any]] = []
    for asked in (under_row, under_agreement):
        whole = await asked(250, None)
        seen, after = list[str](), None
        while len(seen) < len(whole["edges"]):
            page = await asked(1, after)
            lists.append(page)
            seen += [each["node"]["id"] for each in page["edges"]]
            after = page["pageInfo"]["endCursor"]
        assert seen == [each["node"]["id"] for each in whole["edges"]] and len(seen) == len(set(seen))
        assert [each["node"]["documentNumber"] for each in whole["edges"]].count("P-CURSOR") == 5
    numbers = {each["id"] for each in await connection.fetch("SELECT id FROM knowledge WHERE id > 1000")}
    assert numbers
    for each in lists:
        for text in [each["pageInfo"]["endCursor"], *(edge["cursor"] for edge in each["edges"])]:
            if text is not None:
                _, *values = msgspec.msgpack.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
                assert not numbers & {value for value in values if isinstance(value, int)}


async def test_the_lines_that_were_known_at_a_moment_are_asked_again(desk: Desk) -> None:
    vendor, agreement = await desk.api.vendor(), desk.agreement
    may, said = {"start": "2026-05-01", "end": "2026-06-01"}, {"sold_on": "2026-05-06"}
    await desk.send(row("P-KNOWN", quantity="10", **said), period=may)
    moment = datetime.now(UTC)
    asked = {"agreement": agreement, "first": 50, "filter": {"sold": may}}

    async def known(at: datetime) -> list[tuple[str, str]]:
        data = await vendor.ask("vendor/lines_as_known.graphql", **asked, asOf=at.isoformat())
        lines = [each["node"] for each in data["node"]["lines"]["edges"]]
        assert data["node"]["lines"]["totalCount"] == len(lines)
        return [(each["documentNumber"], each["quantity"]) for each in lines]

    await desk.send(row("P-KNOWN", quantity="7", **said), row("P-LATER", **said), mode="CORRECT", period=may)
    assert await known(moment) == [("P-KNOWN", "10")]
    assert sorted(await known(datetime.now(UTC))) == [("P-KNOWN", "7"), ("P-LATER", "1")]
    assert await known(moment - timedelta(days=400)) == []
    assert await known(moment) == [("P-KNOWN", "10")], "the same moment gives the same again"
    text = "query($a: ID!, $at: DateTime!) { node(id: $a) { ... on DistributionAgreement { lines(first: 1, asOf: $at) {"
    text += " totalCount } } } }"
    for caller, at, words in (
        (desk.caller, moment.isoformat(), "less than 30 minutes back"),
        (vendor, "2199-01-01T00:00:00+00:00", "in the future"),
        (vendor, "2026-01-01T00:00:00", "with its offset"),
    ):
        answer = await caller.raw(text, a=agreement, at=at)
        assert [each["extensions"]["code"] for each in answer["errors"]] == ["BAD_USER_INPUT"]
        assert words in answer["errors"][0]["message"]
    await desk.api.world.connection.execute("UPDATE knowledge SET known_at = known_at - interval '1 hour'")
    then = (moment - timedelta(hours=1)).isoformat()
    own, vendors = [await caller.ask(text, a=agreement, at=then) for caller in (desk.caller, vendor)]
    assert own == vendors and own["node"]["lines"]["totalCount"] > 0
