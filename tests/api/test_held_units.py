"""Rows that are held for want of a unit count as soon as the vendor sets it: sales, purchases and stock, past ones too."""

from typing import Any
from uuid import UUID, uuid4

from app.execution.identifiers import Key, global_id
from app.network.verify import differences
from app.programme.terms import Level
from app.reports.counting.actions import Busy
from app.reports.counting.queries import take_turn
from app.reports.held.releasing.actions import release_units
from app.store.database import acting_as_worker
from tests.api.conftest import Api
from tests.api.sell_out_kit import Shop, enrolled, sold
from tests.api.sell_out_kit import outcomes as held
from tests.api.stock_kit import counted, outcomes, stands, stock
from tests.execution.furnished import SELL_IN, SELL_THROUGH

UNITS, HELD_CODES = "vendor/set_product_units.graphql", "distributor/held_codes.graphql"
PERIOD = {"start": "2026-01-01", "end": "2026-10-01"}


def product_key(api: Api, sku: str) -> Key:
    return Key(api.world.vendors["Acme"], api.world.products["Acme", sku])


async def set_unit(api: Api, sku: str, unit: str, factor: str) -> None:
    payload = await (await api.vendor()).act(
        UNITS,
        productId=global_id("Product", product_key(api, sku)),
        units=[{"unit": unit, "factor": factor}],
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []


async def jobs(api: Api, sku: str) -> int:
    """How many jobs wait that release what waited for units of a product."""
    found: int = await api.world.connection.fetchval(
        "SELECT count(*) FROM jobs.pgqueuer WHERE entrypoint = 'release_units' AND convert_from(payload, 'UTF8') LIKE $1",
        f"%{product_key(api, sku).id}%",
    )
    return found


async def release(api: Api, sku: str) -> Busy | None:
    key = product_key(api, sku)
    return await release_units(api.database, key.vendor_id, key.id)


async def reported(api: Api, level: Level, header: str, *rows: str) -> str:
    """The id of a report of sales or purchases with these lines, counted."""
    through = level is Level.DISTRIBUTOR
    caller = await (api.distributor() if through else api.vendor())
    upload = await caller.upload("\n".join([f"{header},unit", *rows]).encode())
    payload = await caller.act(
        "distributor/submit_sell_through.graphql" if through else "vendor/submit_sell_in.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period=PERIOD,
        idempotencyKey=uuid4().hex,
        **({"source": {"uploadId": upload}} if through else {"uploadId": upload}),
    )
    await api.count()
    found: str = payload["submission"]["id"]
    return found


async def counts(api: Api, submission: str) -> dict[str, Any]:
    document = "query($id: ID!) { node(id: $id) { ... on Submission { counts { accepted held received } } } }"
    found: dict[str, Any] = (await (await api.distributor()).ask(document, id=submission))["node"]["counts"]
    return found


async def units_of(api: Api, table: str, sku: str) -> int | None:
    found: int | None = await api.world.connection.fetchval(
        f"SELECT sum(units)::bigint FROM {table} WHERE product_id = $1", product_key(api, sku).id
    )
    return found


async def test_setting_a_unit_releases_sales_purchases_and_stock_that_waited_for_it(api: Api) -> None:
    await api.world.product("Acme", "UNIT-1")
    rows = ("U-1,1,2026-03-01,UNIT-1,A-1,2,1200,EUR,PAL", "U-1,2,2026-03-01,UNIT-1,A-1,3,1200,EUR,BOX")
    through = await reported(api, Level.DISTRIBUTOR, SELL_THROUGH, *rows)
    purchase = await reported(api, Level.VENDOR, SELL_IN, "U-2,1,2026-03-01,UNIT-1,5,800,EUR,PAL")
    stocked = await counted(api, "U,UNIT-1,2026-03-02,1.5,PAL,,,,,", "U,UNIT-1,2026-03-02,-1,PAL,,SCRAPPED,U-3,1,")
    assert [await counts(api, each) for each in (through, purchase)] == [
        {"accepted": 0, "held": 2, "received": 2},
        {"accepted": 0, "held": 1, "received": 1},
    ]
    assert outcomes(stocked) == [("HELD", ["UNKNOWN_UNIT"])] * 2
    await set_unit(api, "UNIT-1", "PAL", "48")
    assert await jobs(api, "UNIT-1") == 1
    assert await release(api, "UNIT-1") is None
    assert [await counts(api, each) for each in (through, purchase)] == [
        {"accepted": 1, "held": 1, "received": 2},
        {"accepted": 1, "held": 0, "received": 1},
    ]
    assert outcomes(await stands(api, stocked["id"])) == [("ACCEPTED", ["UNKNOWN_UNIT"])] * 2
    assert await stock(api, "U") == [("UNIT-1", "GOOD", "72", "2026-03-02")]
    assert (await units_of(api, "sell_through_day", "UNIT-1"), await units_of(api, "sell_in_day", "UNIT-1")) == (
        96_000,
        240_000,
    )
    assert await release(api, "UNIT-1") is None
    assert await units_of(api, "sell_through_day", "UNIT-1") == 96_000
    async with api.database.writing(acting_as_worker(api.world.vendors["Acme"])) as session:
        assert await differences(session, api.world.vendors["Acme"]) == []


async def test_rows_of_the_distributors_own_code_are_released_too_and_others_stay(api: Api) -> None:
    await api.world.product("Acme", "UNIT-2")
    await api.world.product("Acme", "UNIT-3")
    await (await api.distributor()).act(
        "distributor/confirm_alias.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        code="OUR-UNIT-2",
        meaning={"productId": global_id("Product", product_key(api, "UNIT-2"))},
    )
    await api.count()
    found = await counted(api, "V,OUR-UNIT-2,2026-03-02,1,PAL,,,,,", "V,UNIT-3,2026-03-02,1,PAL,,,,,")
    assert outcomes(found) == [("HELD", ["UNKNOWN_UNIT"])] * 2
    await set_unit(api, "UNIT-2", "PAL", "10")
    assert await release(api, "UNIT-2") is None
    assert [outcome for outcome, _ in outcomes(await stands(api, found["id"]))] == ["ACCEPTED", "HELD"]


async def test_while_a_report_of_the_distributor_is_counted_the_release_waits(api: Api) -> None:
    await api.world.product("Acme", "UNIT-4")
    found = await counted(api, "W,UNIT-4,2026-03-02,1,PAL,,,,,")
    await set_unit(api, "UNIT-4", "PAL", "10")
    vendor: UUID = api.world.vendors["Acme"]
    async with api.database.writing(acting_as_worker(vendor)) as session:
        assert await take_turn(session, api.world.parties["Acme", "Dist One"])
        assert isinstance(await release(api, "UNIT-4"), Busy)
    assert outcomes(await stands(api, found["id"])) == [("HELD", ["UNKNOWN_UNIT"])]
    assert await release(api, "UNIT-4") is None
    assert [outcome for outcome, _ in outcomes(await stands(api, found["id"]))] == ["ACCEPTED"]


async def test_a_unit_that_stands_already_asks_for_no_release(api: Api) -> None:
    await api.world.product("Acme", "UNIT-5")
    await set_unit(api, "UNIT-5", "PAL", "10")
    await set_unit(api, "UNIT-5", "PAL", "10")
    assert await jobs(api, "UNIT-5") == 1


async def test_held_stock_stands_in_the_queue_beside_held_sales_and_is_worked_by_its_code(api: Api) -> None:
    """One code, in a report of sales and in one of stock: one entry, and a decision about it reaches both."""
    caller, agreement = await api.distributor(), api.world.agreement_gid("Acme", "Dist One")
    await reported(api, Level.DISTRIBUTOR, SELL_THROUGH, "Q-1,1,2026-03-01,QUEUED-1,A-1,2,1200,EUR,")
    found = await counted(api, "Q,QUEUED-1,2026-03-02,7,,,,,,", "Q,QUEUED-1,2026-03-03,-1,,,SCRAPPED,Q-2,4,")
    data = await caller.ask(HELD_CODES, agreementId=agreement, filter={"codes": ["QUEUED-1"]})
    (entry,) = [edge["node"] for edge in data["node"]["heldCodes"]["edges"]]
    assert (entry["hold"], entry["heldRows"], entry["reports"], entry["units"]) == ("UNKNOWN_PRODUCT", 3, 2, "8")
    told = [edge["node"] for edge in entry["rows"]["edges"]]
    assert [(row["documentNumber"], row["documentLine"], row["soldOn"]) for row in told] == [
        ("Q-1", "1", "2026-03-01"),
        (None, None, "2026-03-02"),
        ("Q-2", "4", "2026-03-03"),
    ]
    payload = await caller.act(
        "distributor/resolve_held_rows.graphql",
        agreementId=agreement,
        decision="DISMISS",
        hold="UNKNOWN_PRODUCT",
        held={"code": "QUEUED-1"},
        reason="Never ours.",
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == []
    await api.count()
    assert [outcome for outcome, _ in outcomes(await stands(api, found["id"]))] == ["REJECTED", "REJECTED"]
    data = await caller.ask(HELD_CODES, agreementId=agreement, filter={"codes": ["QUEUED-1"]})
    assert data["node"]["heldCodes"]["edges"] == []


async def test_sell_out_that_waited_for_a_unit_is_released_too_and_no_other_resellers(api: Api) -> None:
    await api.world.product("Acme", "UNIT-6")
    shops = []
    for name in ("Reseller One", "Reseller Two"):
        shops.append(Shop(api, await api.reseller(name), await enrolled(api, "Acme", name), reseller=name))
    own, other = shops
    waits = await own.report(
        sold("SO-1", "2", productCode="UNIT-6", unit="PAL"), sold("SO-2", "3", productCode="UNIT-6", unit="BOX")
    )
    elsewhere = await other.report(sold("SO-1", "4", productCode="UNIT-6", unit="PAL"))
    assert (held(waits), held(elsewhere)) == (["HELD", "HELD"], ["HELD"])
    await set_unit(api, "UNIT-6", "PAL", "10")
    vendor: UUID = api.world.vendors["Acme"]
    async with api.database.writing(acting_as_worker(vendor)) as session:
        assert await take_turn(session, other.reseller_id)
        assert isinstance(await release(api, "UNIT-6"), Busy)
    assert (held(await own.seen(waits["id"])), held(await other.seen(elsewhere["id"]))) == (
        ["ACCEPTED", "HELD"],
        ["HELD"],
    )
    assert await units_of(api, "sell_out_month", "UNIT-6") == 20_000
    assert await release(api, "UNIT-6") is None and await release(api, "UNIT-6") is None
    assert held(await other.seen(elsewhere["id"])) == ["ACCEPTED"]
    assert await units_of(api, "sell_out_month", "UNIT-6") == 60_000
    async with api.database.writing(acting_as_worker(vendor)) as session:
        assert await differences(session, vendor) == []
