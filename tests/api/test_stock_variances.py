"""Counts of stock that are further off than tolerated from what was expected: who is told, of what, and when."""

from typing import Any

from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api, Caller
from tests.api.stock_kit import counted
from tests.api.stock_reports import bought, product, sold
from tests.api.test_warnings import told


async def variance(caller: Caller, report: str, level: str = "distributor") -> dict[str, Any] | None:
    return (await told(caller, report, level)).get("STOCK_VARIANCE")


async def test_both_sides_are_told_of_counts_that_are_more_than_two_per_cent_off(api: Api) -> None:
    first, *_ = [await product(api, sku) for sku in ("SV-1", "SV-2", "SV-3")]
    opened = await counted(api, "VA,SV-1,2026-03-01,100,,,,,,", "VA,SV-2,2026-03-01,100,,,,,,")
    await bought(api, "VB-1,1,2026-03-05,SV-1,50")
    await sold(api, "VS-1,1,2026-03-06,SV-1,30")
    closed = await counted(
        api,
        "VA,SV-1,2026-03-31,110,,,,,,",
        "VA,SV-1,2026-03-31,7,,RETURNED,,,,",
        "VA,SV-2,2026-03-31,98,,,,,,",
        "VA,SV-3,2026-03-31,5,,,,,,",
    )
    distributor, vendor = await api.distributor(), await api.vendor()
    for caller, level in ((distributor, "distributor"), (vendor, "vendor")):
        assert await variance(caller, opened["id"], level) is None
        alert = await variance(caller, closed["id"], level)
        assert alert is not None and (alert["rows"], alert["evidence"]) == (2, [first])
        assert alert["message"].startswith("2 rows of the report of ") and "2 %" in alert["message"]
    assert await told(await api.distributor("Dist Two"), closed["id"], "distributor") == {}


async def test_a_movement_explains_a_count_and_a_preview_tells_nobody(api: Api) -> None:
    await product(api, "SV-4")
    await counted(api, "VC,SV-4,2026-03-01,100,,,,,,", "VC,SV-4,2026-03-09,-10,,,SCRAPPED,VC-1,1,")
    caller = await api.distributor()
    fine = await counted(api, "VC,SV-4,2026-03-31,90,,,,,,")
    assert await variance(caller, fine["id"]) is None
    tried = await counted(api, "VC,SV-4,2026-04-30,50,,,,,,", document="distributor/preview_inventory.graphql")
    assert await variance(caller, tried["id"]) is None


async def test_a_count_that_was_held_is_set_against_expectation_when_it_counts(api: Api) -> None:
    await product(api, "SV-5")
    caller = await api.distributor()
    await counted(api, "VD,SV-5,2026-03-01,100,,,,,,")
    held = await counted(api, "VD,SV-CODE,2026-03-31,60,,,,,,")
    assert await variance(caller, held["id"]) is None
    sku = await api.world.connection.fetchval("SELECT id FROM product WHERE sku = 'SV-5'")
    payload = await caller.act(
        "distributor/confirm_alias.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        code="SV-CODE",
        meaning={"productId": global_id("Product", Key(api.world.vendors["Acme"], sku))},
    )
    assert payload["userErrors"] == []
    await api.count()
    alert = await variance(caller, held["id"])
    assert alert is not None and alert["rows"] == 1


async def test_a_day_on_which_not_every_warehouse_was_counted_is_set_against_nothing(api: Api) -> None:
    await product(api, "SV-6")
    await counted(api, "VE,SV-6,2026-03-01,100,,,,,,", "VF,SV-6,2026-03-01,100,,,,,,")
    one = await counted(api, "VE,SV-6,2026-03-31,50,,,,,,")
    assert await variance(await api.distributor(), one["id"]) is None
    both = await counted(api, "VF,SV-6,2026-03-31,100,,,,,,")
    alert = await variance(await api.distributor(), both["id"])
    assert alert is not None and alert["rows"] == 1
