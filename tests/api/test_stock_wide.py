"""A list of stock with several quantities in a row, over HTTP: proposed, saved, counted, held again without its alias."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from tests.api.conftest import Api
from tests.api.held_kit import Desk
from tests.api.held_kit import product as product_id
from tests.api.stock_kit import stands, stock
from tests.api.test_profiles import PROPOSE, no_profiles, sample, saved
from tests.api.test_profiles_of_kinds import SUBMIT_STOCK, handed_in

__all__ = ["no_profiles"]
HEADER = "Warehouse,SKU,As of,Qty on hand,Reserved,In transit"


@pytest.fixture(autouse=True)
async def only_new_profiles(no_profiles: None) -> AsyncIterator[None]:
    yield


async def test_each_quantity_of_a_row_counts_as_a_row_of_its_own(api: Api) -> None:
    caller, desk, code = await api.distributor(), await Desk.of(api), f"OWN-{uuid4().hex[:6]}"
    lines = [HEADER, "WIDE,DRIVE-1,2026-03-01,12,3,", "WIDE,DRIVE-2,2026-03-01,5,0,7", "WIDE,SWITCH-1,2026-03-01,,,"]
    text = "\n".join([*lines, f"WIDE,{code},2026-03-01,4,2,1"]).encode()
    proposal = (await caller.act(PROPOSE, **sample(api, await caller.upload(text), kind="INVENTORY")))["proposal"]
    made = await saved(api, caller, kind="INVENTORY", settings=proposal["settings"])
    assert made["live"] is True
    report = await stands(api, await handed_in(api, caller, SUBMIT_STOCK, text))
    counts = report["counts"]
    assert (counts["received"], counts["accepted"], counts["held"], counts["rejected"]) == (9, 5, 3, 1)
    told = [edge["node"] for edge in report["stockRows"]["edges"]]
    assert [(row["row"], row["status"], row["quantity"]) for row in told if row["outcome"] == "ACCEPTED"] == [
        *((1, "GOOD", "12"), (2, "RESERVED", "3"), (3, "GOOD", "5"), (4, "RESERVED", "0"), (5, "IN_TRANSIT", "7")),
    ]
    alias = await desk.confirm(code, productId=product_id(api, "SWITCH-1"))
    lying = await stock(api, "WIDE")
    assert [each for each in lying if each[0] == "SWITCH-1"] == [
        ("SWITCH-1", state, units, "2026-03-01")
        for state, units in sorted({"GOOD": "4", "RESERVED": "2", "IN_TRANSIT": "1"}.items())
    ]
    again = await stands(api, await handed_in(api, caller, SUBMIT_STOCK, text))
    assert (again["counts"]["duplicate"], again["counts"]["rejected"]) == (8, 1), "each by its own key"
    await desk.undo(alias["id"])
    left = await stands(api, report["id"])
    assert (left["counts"]["accepted"], left["counts"]["held"], left["counts"]["rejected"]) == (5, 3, 1)
