"""Inventory reports over HTTP: counts and movements by every road, what becomes of their rows, and what lies where."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.identifiers import Key, global_id
from app.network.verify import differences
from app.programme.terms import Level
from app.store.database import acting_as_worker
from tests.api.conftest import Api
from tests.api.stock_kit import (
    HEADER,
    INVENTORY,
    PREVIEW,
    ROWS,
    SUBMIT,
    VENDORS,
    YEAR,
    counted,
    facts,
    outcomes,
    stands,
    stock,
)
from tests.reports.workbooks import rows, sheet, workbook

SAMPLES = Path(__file__).parent.parent / "samples"
X12 = (
    "ISA*00*          *00*          *14*DISTONE        *14*ACME           *260105*0830*U*00401*000000009*0*P*>~"
    "GS*IB*DISTONE*ACME*20260105*0830*4*X*004010~ST*846*0001~BIA*00*DD*R1*20260401~N1*WH*NORTH*92*X-12~"
    "LIN**VP*DRIVE-1~QTY*17*12*EA~QTY*IQ*4*EA~LIN**VP*NOBODYS~QTY*17*1*EA~LIN**VP*DRIVE-2~QTY*17*-1*EA~CTT*3~"
    "SE*12*0001~GE*1*4~IEA*1*000000009~"
)
INVRPT = (
    "UNB+UNOC:3+DISTONE:14+ACME:14+260105:0900+7'UNH+1+INVRPT:D:96A:UN'BGM+35+R1+9'DTM+137:20260402:102'LOC+18+EDI'"
    "LIN+1'PIA+1+DRIVE-1:SA'QTY+145:9:PCE'QTY+145:2:PCE'INV++2'"
    "LIN+2'PIA+1+DRIVE-2:SA'QTY+48:5:PCE'INV+2+1+1'RFF+DQ:EDI-1:1'UNT+15+1'UNZ+1+7'"
)


@pytest.fixture(autouse=True, scope="module")
async def all_formats(api: Api) -> AsyncIterator[None]:
    """The agreement of Acme and Dist One takes reports in every format, and asks sales for more than stock can say."""
    await api.world.connection.execute(
        "UPDATE agreement SET formats = '{INLINE,CSV,XLSX,X12,EDIFACT}', mandatory_fields = '{unit_price}' WHERE id = $1",
        api.world.agreements["Acme", "Dist One"],
    )
    yield


async def test_every_outcome_of_a_row_is_told_with_all_of_its_reasons(api: Api) -> None:
    found = await counted(
        api,
        "A,DRIVE-1,2026-03-01,10,,,,,,",
        "A,DRIVE-1,2026-03-01,10,EA,,,,,",
        "A,DRIVE-1,2026-03-01,10,,,,,,",
        "A,DRIVE-1,2026-03-01,2.5,,Defective,,,,",
        "A,WHOSE,2023-03-01,7,,,,,,",
        ",DRIVE-2,2199-03-01,-7,,rusty,,,,",
        "A,DRIVE-2,2026-03-02,5,,,receipt,R-1,,",
        "A,DRIVE-2,2026-03-02,-1,,,SCRAPPED,R-1,,L7",
        "A,DRIVE-2,2026-03-02,1,,,RETURN_TO_VENDOR,,,",
        "A,DRIVE-2,2026-03-02,0,,,ADJUSTMENT,ADJ-1,1,",
        "A,DRIVE-2,2026-03-02,4,,,TRANSFER,ADJ-1,,",
    )
    assert outcomes(found) == [
        ("ACCEPTED", []),
        ("CONFLICT", ["CONFLICTING_LINE"]),
        ("DUPLICATE", ["DUPLICATE_LINE"]),
        ("ACCEPTED", []),
        ("HELD", ["UNKNOWN_PRODUCT", "OUTSIDE_AGREEMENT_DATES"]),
        ("REJECTED", ["MISSING_VALUE", "DATE_IN_FUTURE", "COUNT_NEGATIVE", "UNKNOWN_STATUS"]),
        ("ACCEPTED", []),
        ("ACCEPTED", []),
        ("REJECTED", ["MISSING_VALUE", "MOVEMENT_NOT_NEGATIVE"]),
        ("REJECTED", ["QUANTITY_ZERO"]),
        ("REJECTED", ["MISSING_LINE_NUMBER"]),
    ]
    scrapped = found["stockRows"]["edges"][7]["node"]
    assert {
        name: scrapped[name] for name in ("counts", "quantity", "movement", "reference", "referenceLine", "lot")
    } == {
        "counts": True,
        "quantity": "-1",
        "movement": "SCRAPPED",
        "reference": "R-1",
        "referenceLine": "2",
        "lot": "L7",
    }
    assert await stock(api, "A") == [
        ("DRIVE-1", "DEFECTIVE", "2.5", "2026-03-01"),
        ("DRIVE-1", "GOOD", "10", "2026-03-01"),
    ]


async def test_a_later_count_of_another_day_leaves_the_earlier_one_standing(api: Api) -> None:
    await counted(api, "B,DRIVE-1,2026-02-01,10,,,,,,", "B,DRIVE-2,2026-02-01,3,,,,,,")
    await counted(api, "B,DRIVE-1,2026-02-08,4,,,,,,")
    assert await stock(api, "B") == [("DRIVE-1", "GOOD", "4", "2026-02-08"), ("DRIVE-2", "GOOD", "3", "2026-02-01")]
    assert await stock(api, "B", onDate="2026-02-07") == [
        ("DRIVE-1", "GOOD", "10", "2026-02-01"),
        ("DRIVE-2", "GOOD", "3", "2026-02-01"),
    ]
    assert await stock(api, "B", onDate="2026-01-31") == []


async def test_lots_are_counted_apart_and_told_together_and_never_beside_the_whole(api: Api) -> None:
    lots = await counted(
        api, "C,DRIVE-1,2026-02-01,1,,,,,,L1", "C,DRIVE-1,2026-02-01,2,,,,,,L2", "C,DRIVE-1,2026-02-01,3,,,,,,"
    )
    assert [outcome for outcome, _ in outcomes(lots)] == ["ACCEPTED", "ACCEPTED", "CONFLICT"]
    assert outcomes(await counted(api, "C,DRIVE-1,2026-02-01,3,,,,,,")) == [("CONFLICT", ["CONFLICTING_LINE"])]
    assert await stock(api, "C") == [("DRIVE-1", "GOOD", "3", "2026-02-01")]
    corrected = await counted(api, "C,DRIVE-1,2026-02-01,5,,,,,,", mode="CORRECT")
    assert (corrected["correctedLines"], await stock(api, "C")) == (2, [("DRIVE-1", "GOOD", "5", "2026-02-01")])


async def test_the_same_report_again_changes_nothing_and_another_content_is_a_conflict(api: Api) -> None:
    lines = ("D,DRIVE-1,2026-02-01,10,,,,,,", "D,DRIVE-1,2026-02-01,4,,,RECEIPT,D-1,1,")
    await counted(api, *lines)
    before = await facts(api)
    assert [outcome for outcome, _ in outcomes(await counted(api, *lines))] == ["DUPLICATE", "DUPLICATE"]
    changed = await counted(api, "D,DRIVE-1,2026-02-01,11,,,,,,", "D,DRIVE-2,2026-02-01,4,,,RECEIPT,D-1,1,")
    assert [outcome for outcome, _ in outcomes(changed)] == ["CONFLICT", "CONFLICT"]
    assert await facts(api) == before


async def test_a_correction_takes_the_place_of_counts_and_movements_and_keeps_what_was_known(api: Api) -> None:
    first = await counted(api, "E,DRIVE-1,2026-02-01,10,,,,,,", "E,DRIVE-1,2026-02-01,4,,,RECEIPT,E-1,1,")
    found = await counted(
        api,
        "E,DRIVE-1,2026-02-01,12,,,,,,",
        "E,DRIVE-1,2026-02-01,5,,,RECEIPT,E-1,1,",
        "E,DRIVE-2,2026-02-01,1,,,,,,",
        mode="CORRECT",
    )
    assert [outcome for outcome, _ in outcomes(found)] == ["ACCEPTED"] * 3
    assert found["correctedLines"] == 2
    assert await stock(api, "E") == [("DRIVE-1", "GOOD", "12", "2026-02-01"), ("DRIVE-2", "GOOD", "1", "2026-02-01")]
    again = await stands(api, first["id"])
    assert [edge["node"]["counts"] for edge in again["stockRows"]["edges"]] == [False, False]
    spans = await api.world.connection.fetch(
        "SELECT r.known_at < s.known_at AS apart, c.corrected_by IS NOT NULL AS named FROM inventory_count c"
        " JOIN knowledge r ON r.id = c.recorded JOIN knowledge s ON s.id = c.superseded WHERE c.warehouse = 'E'"
    )
    assert [tuple(row) for row in spans] == [(True, True)]


async def test_a_restated_period_ends_what_it_does_not_say_again_within_its_days(api: Api) -> None:
    await counted(
        api,
        "F,DRIVE-1,2025-01-10,1,,,,,,",
        "F,DRIVE-2,2025-01-11,2,,,,,,",
        "F,WHAT,2025-01-12,2,,,,,,",
        "F,DRIVE-1,2025-02-01,3,,,,,,",
        period={"start": "2025-01-01", "end": "2025-03-01"},
    )
    january = {"start": "2025-01-01", "end": "2025-02-01"}
    found = await counted(
        api, "F,DRIVE-1,2025-01-10,1,,,,,,", "F,SWITCH-1,2025-01-15,9,,,,,,", mode="REPLACE_PERIOD", period=january
    )
    assert [outcome for outcome, _ in outcomes(found)] == ["DUPLICATE", "ACCEPTED"]
    assert found["correctedLines"] == 1
    assert await stock(api, "F") == [("DRIVE-1", "GOOD", "3", "2025-02-01"), ("SWITCH-1", "GOOD", "9", "2025-01-15")]
    held = await api.world.connection.fetchval("SELECT outcome FROM report_row WHERE product_code = 'WHAT'")
    assert held == "SUPERSEDED"


async def test_a_confirmed_code_releases_held_stock_past_corrections_too_and_undoing_it_holds_it_again(
    api: Api,
) -> None:
    caller = await api.distributor()
    first = await counted(api, "G,OURS-9,2026-02-01,10,,,,,,", "G,OURS-9,2026-02-02,-2,,,SCRAPPED,G-1,1,")
    assert [outcome for outcome, _ in outcomes(first)] == ["HELD", "HELD"]
    fixed = await counted(api, "G,OURS-9,2026-02-01,11,,,,,,", mode="CORRECT")
    again = await stands(api, first["id"])
    assert (outcomes(fixed)[0][0], outcomes(again)[0][0]) == ("HELD", "SUPERSEDED")
    product = global_id("Product", Key(api.world.vendors["Acme"], api.world.products["Acme", "DRIVE-2"]))
    alias = (
        await caller.act(
            "distributor/confirm_alias.graphql",
            agreementId=api.world.agreement_gid("Acme", "Dist One"),
            code="OURS-9",
            meaning={"productId": product},
        )
    )["alias"]
    await api.count()
    assert await stock(api, "G") == [("DRIVE-2", "GOOD", "11", "2026-02-01")]
    assert outcomes(await stands(api, first["id"]))[1] == ("ACCEPTED", ["UNKNOWN_PRODUCT"])
    assert await api.world.connection.fetchval("SELECT released_rows FROM alias WHERE code = 'OURS-9'") == 2
    undone = await caller.act("distributor/undo_alias.graphql", aliasId=alias["id"])
    assert undone["userErrors"] == []
    await api.count()
    assert await stock(api, "G") == []
    assert [outcome for outcome, _ in outcomes(await stands(api, first["id"]))] == ["SUPERSEDED", "HELD"]
    assert [outcome for outcome, _ in outcomes(await stands(api, fixed["id"]))] == ["HELD"]


async def test_units_are_turned_into_base_units_and_unknown_ones_wait(api: Api) -> None:
    await api.world.connection.execute(
        "INSERT INTO product_unit (vendor_id, product_id, unit, factor) VALUES ($1, $2, 'CS', 12000)",
        api.world.vendors["Acme"],
        api.world.products["Acme", "DRIVE-1"],
    )
    found = await counted(api, "H,DRIVE-1,2026-02-01,2.5,cs,,,,,", "H,DRIVE-2,2026-02-01,2,CS,,,,,")
    assert outcomes(found) == [("ACCEPTED", []), ("HELD", ["UNKNOWN_UNIT"])]
    row = found["stockRows"]["edges"][0]["node"]
    assert (row["quantity"], row["unit"]) == ("2.5", "CS")
    assert await stock(api, "H") == [("DRIVE-1", "GOOD", "30", "2026-02-01")]


async def test_a_preview_says_what_would_become_of_every_row_and_changes_nothing(api: Api) -> None:
    await counted(api, "I,DRIVE-1,2026-02-01,10,,,,,,")
    before = await facts(api)
    lines = ("I,DRIVE-1,2026-02-01,12,,,,,,", "I,UNHEARD,2026-02-01,12,,,,,,", "I,DRIVE-1,2026-02-09,0,,,,,,")
    tried = await counted(api, *lines, document=PREVIEW, mode="CORRECT")
    assert await facts(api) == before
    assert await stock(api, "I") == [("DRIVE-1", "GOOD", "10", "2026-02-01")]
    assert tried["correctedLines"] == 1
    assert (await (await api.vendor()).ask(ROWS, id=tried["id"]))["node"] is None
    done = await counted(api, *lines, mode="CORRECT")
    assert (outcomes(done), done["correctedLines"]) == (outcomes(tried), tried["correctedLines"])
    assert await stock(api, "I") == [("DRIVE-1", "GOOD", "0", "2026-02-09")]


async def test_the_same_stock_comes_by_every_road(api: Api) -> None:
    line = {"warehouse": "J", "productCode": "DRIVE-1", "countedOn": "2026-02-01", "quantity": "7"}
    moved = {**line, "movement": "TRANSFER", "reference": "J-1", "quantity": "-7.000"}
    found = await counted(api, source={"lines": [line, moved]})
    assert [outcome for outcome, _ in outcomes(found)] == ["ACCEPTED", "ACCEPTED"]
    header = HEADER.split(",")
    book = workbook(
        sheet(
            rows(
                header,
                ["J", "DRIVE-1", "2026-02-01", 7],
                ["J", "DRIVE-1", "2026-02-01", -7, None, None, "Transfer", "J-1", 1],
            )
        )
    )
    assert [outcome for outcome, _ in outcomes(await counted(api, data=book))] == ["DUPLICATE", "DUPLICATE"]
    x12 = await counted(api, data=X12.encode())
    assert outcomes(x12) == [
        ("ACCEPTED", []),
        ("ACCEPTED", []),
        ("HELD", ["UNKNOWN_PRODUCT"]),
        ("REJECTED", ["COUNT_NEGATIVE"]),
    ]
    assert "AK2*846*0001~\nAK5*A~" in x12["acknowledgement"]
    assert await stock(api, "X-12") == [
        ("DRIVE-1", "GOOD", "12", "2026-04-01"),
        ("DRIVE-1", "IN_TRANSIT", "4", "2026-04-01"),
    ]
    assert [outcome for outcome, _ in outcomes(await counted(api, data=INVRPT.encode()))] == ["ACCEPTED"] * 3
    assert await stock(api, "EDI") == [
        ("DRIVE-1", "DEFECTIVE", "2", "2026-04-02"),
        ("DRIVE-1", "GOOD", "9", "2026-04-02"),
    ]


async def test_sales_in_an_inventory_report_fail_with_their_reason(api: Api) -> None:
    for name, code in (
        ("storage-vendor-867.x12", "NO_INVENTORY_TRANSACTION"),
        ("storage-vendor-slsrpt.edi", "NO_INVENTORY_TRANSACTION"),
        ("canonical.csv", "COLUMN_MISSING"),
    ):
        found = await counted(api, data=(SAMPLES / name).read_bytes())
        assert (found["status"], found["failure"]["code"], found["counts"]["received"]) == ("FAILED", code, 0)


async def test_the_report_is_given_back_with_outcomes_and_to_the_vendor_without_columns_of_the_senders_own(
    api: Api,
) -> None:
    data = f"{HEADER},shelf\nK,DRIVE-1,2026-02-01,1,,,,,,,top\nK,=cmd(),2026-02-01,1,,,,,,,low\n".encode()
    found = await counted(api, data=data)
    links = "query($id: ID!) { node(id: $id) { ... on Submission { rawUrl reportUrl } } }"
    own = (await (await api.distributor()).ask(links, id=found["id"]))["node"]
    seen = (await (await api.vendor()).ask(links, id=found["id"]))["node"]
    assert ((await api.http.get(own["rawUrl"])).content, seen["rawUrl"]) == (data, None)
    mine, theirs = (await api.http.get(own["reportUrl"])).text, (await api.http.get(seen["reportUrl"])).text
    assert "top" in mine and "shelf" in mine and "'=cmd()" in mine
    assert "top" not in theirs and "shelf" not in theirs and "DRIVE-1" in theirs


async def test_a_vendor_sees_its_own_networks_stock_and_another_distributor_or_vendor_none(api: Api) -> None:
    found = await counted(api, "L,DRIVE-1,2026-02-01,1,,,,,,")
    assert await stock(api, "L", await api.vendor(), VENDORS) == [("DRIVE-1", "GOOD", "1", "2026-02-01")]
    assert outcomes(await stands(api, found["id"], await api.vendor())) == [("ACCEPTED", [])]
    agreement = api.world.agreement_gid("Acme", "Dist One")
    for caller in (await api.vendor("Borealis"), await api.distributor("Dist Two")):
        assert (await caller.ask(INVENTORY, agreement=agreement))["node"] is None
        assert (await caller.ask(ROWS, id=found["id"]))["node"] is None


async def test_only_who_may_submit_inventory_does_and_a_refusal_writes_nothing(api: Api) -> None:
    line = {"warehouse": "M", "productCode": "DRIVE-1", "countedOn": "2026-02-01", "quantity": "7"}
    given = {
        "agreementId": api.world.agreement_gid("Acme", "Dist One"),
        "period": YEAR,
        "source": {"lines": [line]},
        "idempotencyKey": uuid4().hex,
    }
    before = await api.world.connection.fetchval("SELECT count(*) FROM submission")
    sales = await api.as_(
        Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN, scopes=frozenset({Scope.SELL_THROUGH_WRITE})
    )
    for caller in (await api.vendor(), await api.distributor(role=Role.DISTRIBUTOR_VIEWER), sales):
        answer = await caller.raw(SUBMIT, input=given)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    other = await (await api.distributor("Dist Two")).act(SUBMIT, **given)
    assert [error["code"] for error in other["userErrors"]] == ["NOT_FOUND"]
    assert await api.world.connection.fetchval("SELECT count(*) FROM submission") == before
    scoped = await api.as_(
        Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN, scopes=frozenset({Scope.INVENTORY_WRITE})
    )
    first, again = await scoped.act(SUBMIT, **given), await scoped.act(SUBMIT, **given)
    assert first["submission"]["id"] == again["submission"]["id"]
    changed = await scoped.act(SUBMIT, **{**given, "mode": "CORRECT"})
    assert [error["code"] for error in changed["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]


async def test_positions_come_in_pages(api: Api) -> None:
    await counted(api, *(f"N-{n},DRIVE-1,2026-02-01,{n},,,,,," for n in range(1, 6)))
    caller, seen, after = await api.distributor(), list[str](), None
    names = [f"N-{n}" for n in range(1, 6)]
    while True:
        given = {"agreement": api.world.agreement_gid("Acme", "Dist One"), "first": 2, "after": after}
        page = (await caller.ask(INVENTORY, **given, filter={"warehouses": names}))["node"]["inventory"]
        seen += [edge["node"]["warehouse"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == names


async def test_a_vendor_lets_stock_pass_that_lies_outside_the_dates_of_the_agreement(api: Api) -> None:
    found = await counted(api, "O,DRIVE-1,2023-12-31,5,,,,,,", "O,DRIVE-1,2023-12-30,-5,,,SCRAPPED,O-1,1,")
    assert [issues for _, issues in outcomes(found)] == [["OUTSIDE_AGREEMENT_DATES"]] * 2
    decided = await (await api.vendor()).act(
        "vendor/waive_held_rows.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        decision="RELEASE",
        hold="OUTSIDE_AGREEMENT_DATES",
        held={"rows": [{"submissionId": found["id"], "row": row} for row in (1, 2)]},
        reason="Opening stock.",
        idempotencyKey=uuid4().hex,
    )
    assert decided["userErrors"] == []
    await api.count()
    assert [outcome for outcome, _ in outcomes(await stands(api, found["id"]))] == ["ACCEPTED", "ACCEPTED"]
    assert await stock(api, "O") == [("DRIVE-1", "GOOD", "5", "2023-12-31")]


async def test_what_was_counted_stands_the_test_of_verify(api: Api) -> None:
    assert await facts(api) > 20
    async with api.database.reading(acting_as_worker(api.world.vendors["Acme"])) as session:
        found = await differences(session, api.world.vendors["Acme"])
    assert found == []
