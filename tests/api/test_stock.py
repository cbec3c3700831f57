"""Stock over all warehouses over HTTP: what was counted, what should be there by purchases, sales and movements, and how
long it lasts."""

from typing import Any

import pytest

from tests.api.conftest import Api
from tests.api.stock_kit import counted
from tests.api.stock_reports import bought, product, sold, stock

STOCK = "distributor/stock.graphql"


def figures(told: dict[str, Any] | None) -> tuple[Any, ...] | None:
    """Opened on, opening, received, sold through, moved, until, expected, reported, variance, beyond tolerance."""
    return tuple(told.values()) if told is not None else None


async def test_stock_is_rolled_forward_from_count_to_count_and_to_the_day(api: Api) -> None:
    drive = await product(api, "ROLL-1")
    await counted(api, "N,ROLL-1,2026-03-31,100,,,,,,", "S,ROLL-1,2026-03-31,20,,DEFECTIVE,,,,")
    await bought(api, "RI-1,1,2026-03-31,ROLL-1,999", "RI-1,2,2026-04-01,ROLL-1,50", "RI-2,1,2026-05-02,ROLL-1,7")
    await sold(
        api,
        "RS-1,1,2026-03-31,ROLL-1,999",
        "RS-1,2,2026-04-15,ROLL-1,40",
        "RS-1,3,2026-04-30,ROLL-1,-4",
        "RS-1,4,2026-05-01,ROLL-1,11.5",
    )
    await counted(
        api,
        "N,ROLL-1,2026-04-10,-3,,,SCRAPPED,RM-1,1,",
        "N,ROLL-1,2026-04-10,50,,,RECEIPT,RM-1,2,",
        "N,ROLL-1,2026-04-11,-2,,,ADJUSTMENT,RM-1,3,",
        "S,ROLL-1,2026-04-11,2,,DEFECTIVE,ADJUSTMENT,RM-1,4,",
        "N,ROLL-1,2026-05-03,6,,,TRANSFER,RM-1,5,",
        "N,ROLL-1,2026-04-30,99,,,,,,",
        "N,ROLL-1,2026-04-30,5,,RESERVED,,,,",
        "S,ROLL-1,2026-04-30,22,,DEFECTIVE,,,,",
        "S,ROLL-1,2026-04-30,1,,IN_TRANSIT,,,,",
    )
    (found,) = await stock(api, drive, onDate="2026-05-02")
    assert found["counted"] == {
        "countedOn": "2026-04-30",
        "units": "127",
        "onHand": "104",
        "inTransit": "1",
        "returned": "0",
        "defective": "22",
        "blocked": "0",
    }
    assert figures(found["reconciliation"]) == (
        "2026-03-31",
        "120",
        "50",
        "36",
        "-3",
        "2026-04-30",
        "131",
        "127",
        "-4",
        True,
    )
    assert figures(found["sinceCount"]) == (
        *("2026-04-30", "127", "7", "11.5", "0", "2026-05-02", "122.5"),
        *(None, None, None),
    )
    (tolerated,) = await stock(api, drive, onDate="2026-05-03", tolerance="0.04")
    assert tolerated["reconciliation"]["beyondTolerance"] is False
    assert (tolerated["sinceCount"]["moved"], tolerated["sinceCount"]["expected"]) == ("6", "128.5")
    (first,) = await stock(api, drive, onDate="2026-04-29")
    assert (first["counted"]["countedOn"], first["reconciliation"]) == ("2026-03-31", None)
    assert first["sinceCount"]["expected"] == "127"
    assert await stock(api, drive, onDate="2026-03-30") == []


async def test_a_day_covers_a_product_where_every_warehouse_that_had_some_was_counted(api: Api) -> None:
    drive = await product(api, "COVER-1")
    await counted(
        api,
        "A,COVER-1,2026-02-01,10,,,,,,",
        "B,COVER-1,2026-02-01,5,,,,,,",
        "A,COVER-1,2026-02-08,9,,,,,,",
        "A,COVER-1,2026-02-15,8,,,,,,",
        "B,COVER-1,2026-02-15,0,,,,,,",
        "A,COVER-1,2026-02-22,7,,,,,,",
        "C,COVER-1,2026-02-23,1,,,,,,",
    )
    days = {}
    for day in ("2026-02-07", "2026-02-14", "2026-02-20", "2026-02-22", "2026-03-01"):
        (found,) = await stock(api, drive, onDate=day)
        days[day] = (found["counted"]["countedOn"], found["counted"]["units"])
    assert days == {
        "2026-02-07": ("2026-02-01", "15"),
        "2026-02-14": ("2026-02-01", "15"),
        "2026-02-20": ("2026-02-15", "8"),
        "2026-02-22": ("2026-02-22", "7"),
        "2026-03-01": ("2026-02-22", "7"),
    }


async def test_counts_of_warehouses_on_different_days_are_no_count_of_the_whole(api: Api) -> None:
    drive = await product(api, "APART-1")
    await counted(api, "A,APART-1,2026-02-01,1,,,,,,", "B,APART-1,2026-02-02,5,,,,,,")
    (found,) = await stock(api, drive)
    assert (found["counted"]["countedOn"], found["counted"]["units"]) == ("2026-02-01", "1")
    await counted(api, "A,APART-1,2026-02-01,0,,,,,,", mode="CORRECT")
    (found,) = await stock(api, drive)
    assert (found["counted"]["countedOn"], found["counted"]["units"]) == ("2026-02-02", "5")


async def test_a_state_that_a_count_does_not_name_stands_as_it_does_in_inventory(api: Api) -> None:
    drive = await product(api, "STATE-1")
    await counted(
        api, "A,STATE-1,2026-02-01,10,,,,,,L1", "A,STATE-1,2026-02-01,2,,,,,,L2", "A,STATE-1,2026-02-01,3,,BLOCKED,,,,"
    )
    await counted(api, "A,STATE-1,2026-02-08,4,,,,,,")
    (found,) = await stock(api, drive)
    assert {name: found["counted"][name] for name in ("countedOn", "units", "onHand", "blocked")} == {
        "countedOn": "2026-02-08",
        "units": "7",
        "onHand": "4",
        "blocked": "3",
    }


async def test_weeks_of_supply_are_what_can_be_sold_by_the_pace_of_thirteen_weeks(api: Api) -> None:
    """91 days to a count on 1 July begin on 2 April."""
    drive, young, idle = await product(api, "WEEKS-1"), await product(api, "WEEKS-2"), await product(api, "WEEKS-3")
    await api.world.connection.execute("UPDATE product SET introduced_on = '2026-06-18' WHERE sku = 'WEEKS-2'")
    day = "2026-07-01"
    await counted(
        api,
        f"A,WEEKS-1,{day},30,,,,,,",
        f"B,WEEKS-1,{day},10,,RESERVED,,,,",
        f"B,WEEKS-1,{day},500,,DEFECTIVE,,,,",
        f"A,WEEKS-2,{day},9,,,,,,",
        f"A,WEEKS-3,{day},9,,,,,,",
    )
    await sold(
        api,
        "WS-1,1,2026-04-01,WEEKS-1,1000",
        "WS-1,2,2026-04-02,WEEKS-1,200",
        "WS-1,3,2026-07-01,WEEKS-1,60",
        "WS-1,4,2026-07-02,WEEKS-1,1000",
        "WS-1,5,2026-06-20,WEEKS-2,3",
        "WS-1,6,2026-06-20,WEEKS-3,3",
        "WS-1,7,2026-06-21,WEEKS-3,-3",
    )
    told = [each["supply"] for each in await stock(api, drive, young, idle, onDate="2026-07-31")]
    assert [tuple(each.values()) for each in told] == [
        ("NO_STANDARD", "2", "20", 91),
        ("NO_STANDARD", "6", "1.5", 14),
        ("NO_DEMAND", None, "0", 91),
    ]


async def test_both_sides_of_an_agreement_read_its_stock_and_nobody_else(api: Api) -> None:
    drive = await product(api, "SIDES-1")
    await counted(api, "A,SIDES-1,2026-02-01,10,,,,,,")
    own = await stock(api, drive)
    assert own == await stock(api, drive, caller=await api.vendor(), side="vendor")
    agreement = api.world.agreement_gid("Acme", "Dist One")
    for caller in (await api.vendor("Borealis"), await api.distributor("Dist Two"), await api.reseller()):
        answer = await caller.raw(STOCK, agreement=agreement)
        assert (answer.get("data") or {}).get("node") is None
    elsewhere = api.world.agreement_gid("Borealis", "Dist One")
    data = await (await api.distributor()).ask(STOCK, agreement=elsewhere, filter={"productIds": [drive]})
    assert data["node"]["stock"]["edges"] == []


@pytest.mark.parametrize("tolerance", ["-0.01", "-1"])
async def test_a_tolerance_below_zero_is_refused(api: Api, tolerance: str) -> None:
    answer = await (await api.distributor()).raw(
        STOCK, agreement=api.world.agreement_gid("Acme", "Dist One"), tolerance=tolerance
    )
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert "from 0 upwards" in answer["errors"][0]["message"]


async def test_products_stand_in_pages_by_sku_forwards_and_backwards(api: Api) -> None:
    await api.world.product("Acme", "PAGE-A", family="Paged")
    await api.world.product("Acme", "PAGE-B", family="Paged")
    await api.world.product("Acme", "PAGE-C", family="Paged")
    await counted(api, *(f"A,PAGE-{each},2026-02-01,1,,,,,," for each in "CBA"))
    ask, agreement = (await api.distributor()).ask, api.world.agreement_gid("Acme", "Dist One")
    page = await ask(STOCK, agreement=agreement, first=2, filter={"families": ["Paged"]})
    found = page["node"]["stock"]
    assert (found["totalCount"], [each["node"]["product"]["sku"] for each in found["edges"]]) == (
        3,
        ["PAGE-A", "PAGE-B"],
    )
    after = found["pageInfo"]["endCursor"]
    rest = (await ask(STOCK, agreement=agreement, first=2, after=after, filter={"families": ["Paged"]}))["node"][
        "stock"
    ]
    assert [each["node"]["product"]["sku"] for each in rest["edges"]] == ["PAGE-C"]
    backwards = await ask(
        'query($id: ID!) { node(id: $id) { ... on DistributionAgreement { stock(last: 2, filter: {families: ["Paged"]})'
        " { pageInfo { hasPreviousPage } edges { node { product { sku } } } } } } }",
        id=agreement,
    )
    told = backwards["node"]["stock"]
    assert [each["node"]["product"]["sku"] for each in told["edges"]] == ["PAGE-B", "PAGE-C"]
    assert told["pageInfo"]["hasPreviousPage"] is True
