"""Counts and movements of a closed period: what is said of it later counts in the open one, and says what it corrects;
no figure of the closed days changes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.network.verify import differences
from app.store.database import acting_as_worker
from tests.api.conftest import Api
from tests.api.held_kit import Desk
from tests.api.held_kit import product as product_id
from tests.api.stock_kit import counted, stands
from tests.api.stock_kit import stock as lying
from tests.api.stock_reports import product, sold, stock

YEARS = {"start": "2025-01-01", "end": "2026-11-01"}


@pytest.fixture
async def january(api: Api) -> AsyncIterator[Any]:
    """Closes the agreement's periods up to a day; open again afterwards."""

    async def close(day: str | None = "2026-02-01") -> None:
        await api.world.connection.execute(
            "UPDATE agreement SET closed_before = $2::text::date WHERE id = $1",
            api.world.agreements["Acme", "Dist One"],
            day,
        )

    yield close
    await close(None)
    vendor_id = api.world.vendors["Acme"]
    async with api.database.reading(acting_as_worker(vendor_id)) as session:
        assert await differences(session, vendor_id) == []


def told(report: dict[str, Any], row: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = report["stockRows"]["edges"][row - 1]["node"]
    return found


async def on_hand(api: Api, warehouse: str, on: str | None) -> str:
    ((_, _, units, _),) = await lying(api, warehouse, onDate=on)
    return units


async def test_a_corrected_count_of_a_closed_period_counts_in_the_open_one_and_says_what_it_corrects(
    api: Api, january: Any
) -> None:
    item = await product(api, "SHUT-1")
    first = await counted(api, "K1,SHUT-1,2026-01-31,100,,,,,,")
    await january()
    await sold(api, "KS-1,1,2026-02-05,SHUT-1,10")
    await counted(api, "K1,SHUT-1,2026-02-28,80,,,,,,")
    (before,) = await stock(api, item, onDate="2026-02-28")
    assert before["reconciliation"]["variance"] == "-10"
    (closed,) = await stock(api, item, onDate="2026-01-31")
    report = await counted(api, "K1,SHUT-1,2026-01-31,90,,,,,,", mode="CORRECT")
    row = told(report)
    assert (row["outcome"], row["countsOn"], row["counts"]) == ("ACCEPTED", "2026-02-01", True)
    assert (row["corrects"]["id"], row["correctsRow"], row["correctsQuantity"]) == (first["id"], 1, "100")
    assert report["correctedLines"] == 1
    old = told(await stands(api, first["id"]))
    assert (old["counts"], old["countsOn"], old["countsUntil"]) == (False, "2026-01-31", "2026-02-01")
    assert [await on_hand(api, "K1", on) for on in ("2026-01-31", "2026-02-01", "2026-02-27", None)] == [
        *("100", "90", "90", "80")
    ]
    (after,) = await stock(api, item, onDate="2026-02-28")
    assert after["reconciliation"]["opening"] == "90" and after["reconciliation"]["variance"] == "0"
    assert await stock(api, item, onDate="2026-01-31") == [closed], "no figure of a closed day changes"


async def test_corrected_again_it_changes_in_the_open_period_alone_until_that_is_closed_too(
    api: Api, january: Any
) -> None:
    await product(api, "SHUT-2")
    await counted(api, "K2,SHUT-2,2026-01-31,100,,,,,,")
    await january()
    await counted(api, "K2,SHUT-2,2026-01-31,90,,,,,,", mode="CORRECT")
    again = await counted(api, "K2,SHUT-2,2026-01-31,85,,,,,,", mode="CORRECT")
    assert (told(again)["countsOn"], told(again)["correctsQuantity"]) == ("2026-02-01", "90")
    days = ("2026-01-31", "2026-02-01", "2026-03-01", None)
    assert [await on_hand(api, "K2", on) for on in days] == ["100", "85", "85", "85"]
    await january("2026-03-01")
    await counted(api, "K2,SHUT-2,2026-01-31,70,,,,,,", mode="CORRECT")
    assert [await on_hand(api, "K2", on) for on in days] == ["100", "85", "70", "70"]


async def test_a_count_that_comes_late_and_a_restated_period_leave_the_closed_days_as_they_were(
    api: Api, january: Any
) -> None:
    await product(api, "SHUT-3")
    await product(api, "SHUT-4")
    await counted(api, "K3,SHUT-3,2026-01-31,100,,,,,,")
    await january()
    late = await counted(api, "K4,SHUT-4,2026-01-20,7,,,,,,")
    assert told(late)["countsOn"] == "2026-02-01" and told(late)["corrects"] is None
    assert await lying(api, "K4", onDate="2026-01-31") == []
    assert await on_hand(api, "K4", "2026-02-01") == "7"
    period = {"start": "2026-01-31", "end": "2026-02-01"}
    await counted(api, "K5,SHUT-3,2026-01-31,40,,,,,,", mode="REPLACE_PERIOD", period=period)
    assert await on_hand(api, "K3", "2026-01-31") == "100" and await lying(api, "K3", onDate="2026-02-01") == []
    assert await lying(api, "K5", onDate="2026-01-31") == [] and await on_hand(api, "K5", None) == "40"


async def test_a_corrected_movement_of_a_closed_period_moves_in_the_open_one(api: Api, january: Any) -> None:
    item = await product(api, "SHUT-5")
    await counted(api, "K6,SHUT-5,2025-12-31,100,,,,,,", "K6,SHUT-5,2026-01-10,-5,,,SCRAPPED,KM-1,1,", period=YEARS)
    await january()
    report = await counted(api, "K6,SHUT-5,2026-01-10,-8,,,SCRAPPED,KM-1,1,", mode="CORRECT", period=YEARS)
    assert (told(report)["countsOn"], told(report)["correctsQuantity"]) == ("2026-02-01", "-5")
    (closed,) = await stock(api, item, onDate="2026-01-31")
    (opened,) = await stock(api, item, onDate="2026-02-01")
    assert (closed["sinceCount"]["moved"], closed["sinceCount"]["expected"]) == ("-5", "95")
    assert (opened["sinceCount"]["moved"], opened["sinceCount"]["expected"]) == ("-8", "92")


async def test_what_an_undone_alias_had_counted_stays_in_the_closed_days_and_comes_back_in_the_open_ones(
    api: Api, january: Any
) -> None:
    await product(api, "SHUT-6")
    desk = await Desk.of(api)
    await counted(api, "K7,SHUT-6,2026-01-31,100,,,,,,")
    alias = await desk.confirm("OWN-SHUT-6", productId=product_id(api, "SHUT-6"))
    await january()
    await counted(api, "K7,OWN-SHUT-6,2026-01-31,60,,,,,,", mode="CORRECT")
    days = ("2026-01-31", "2026-02-01")
    assert [await on_hand(api, "K7", on) for on in days] == ["100", "60"]
    await desk.undo(alias["id"])
    assert [await on_hand(api, "K7", on) for on in days] == ["100", "100"]


async def test_in_an_open_period_a_correction_counts_on_its_own_day(api: Api, january: Any) -> None:
    await product(api, "SHUT-7")
    await january()
    first = await counted(api, "K8,SHUT-7,2026-02-10,100,,,,,,")
    report = await counted(api, "K8,SHUT-7,2026-02-10,90,,,,,,", mode="CORRECT")
    assert (told(report)["countsOn"], told(report)["correctsQuantity"]) == ("2026-02-10", "100")
    assert told(await stands(api, first["id"]))["countsUntil"] is None
    assert await on_hand(api, "K8", "2026-02-10") == "90"
