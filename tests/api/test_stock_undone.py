"""An alias that is undone after stock of its code took the place of other stock: what had stood there counts again, and it
is as if the alias had never been confirmed."""

from typing import Any

from app.execution.identifiers import Key, global_id
from tests.api.conftest import Api
from tests.api.stock_kit import counted, outcomes, stands

DAYS = {"start": "2026-03-01", "end": "2026-04-01"}


async def confirm(api: Api, code: str, sku: str) -> str:
    caller = await api.distributor()
    payload = await caller.act(
        "distributor/confirm_alias.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        code=code,
        meaning={"productId": global_id("Product", Key(api.world.vendors["Acme"], api.world.products["Acme", sku]))},
    )
    assert payload["userErrors"] == []
    await api.count()
    found: str = payload["alias"]["id"]
    return found


async def undo(api: Api, alias: str) -> None:
    payload = await (await api.distributor()).act("distributor/undo_alias.graphql", aliasId=alias)
    assert payload["userErrors"] == []
    await api.count()


async def standing(api: Api, warehouse: str, *reports: dict[str, Any]) -> dict[str, Any]:
    """What counts in a warehouse, and what became of these reports' rows."""
    db = api.world.connection
    said = "quantity, status, lot, product_code"
    found: dict[str, Any] = {
        "counts": f"SELECT counted_on, {said} FROM inventory_count WHERE superseded IS NULL AND warehouse = $1",
        "movements": f"SELECT reference, reference_line, moved_on, {said} FROM stock_movement"
        " WHERE superseded IS NULL AND warehouse = $1",
        "corrected": "SELECT s.id, s.corrected_lines FROM submission s WHERE $1::text IS NOT NULL AND s.kind = 'INVENTORY'",
    }
    found = {name: sorted(str(tuple(row)) for row in await db.fetch(text, warehouse)) for name, text in found.items()}
    again = [await stands(api, report["id"]) for report in reports]
    return found | {"rows": [[outcome for outcome, _ in outcomes(each)] for each in again]}


async def test_what_released_stock_had_taken_the_place_of_counts_again(api: Api) -> None:
    first = await counted(
        api,
        "UA,DRIVE-1,2026-03-02,10,,,,,,L1",
        "UA,DRIVE-1,2026-03-02,20,,,,,,L2",
        "UA,DRIVE-1,2026-03-03,-2,,,SCRAPPED,UA-1,1,",
        "UA,DRIVE-2,2026-03-02,30,,,,,,",
    )
    fixed = await counted(
        api,
        "UA,UA-CODE,2026-03-02,25,,,,,,",
        "UA,UA-CODE,2026-03-03,-3,,,SCRAPPED,UA-1,1,",
        "UA,DRIVE-2,2026-03-02,31,,,,,,",
        mode="CORRECT",
    )
    never = await standing(api, "UA", first, fixed)
    assert never["rows"] == [["ACCEPTED"] * 4, ["HELD", "HELD", "ACCEPTED"]] and len(never["counts"]) == 3
    alias = await confirm(api, "UA-CODE", "DRIVE-1")
    confirmed = await standing(api, "UA", first, fixed)
    assert confirmed["rows"][1] == ["ACCEPTED"] * 3 and len(confirmed["counts"]) == 2
    assert any(each.endswith(", 4)") for each in confirmed["corrected"]), (
        "two lots, a movement, and what it did at first"
    )
    await undo(api, alias)
    assert await standing(api, "UA", first, fixed) == never
    await confirm(api, "UA-CODE", "DRIVE-1")
    assert await standing(api, "UA", first, fixed) == confirmed, "and it may be confirmed again"


async def test_what_stock_had_taken_the_place_of_at_once_counts_again(api: Api) -> None:
    alias = await confirm(api, "UB-CODE", "DRIVE-1")
    first = await counted(api, "UB,DRIVE-1,2026-03-02,10,,,,,,")
    before = await standing(api, "UB", first)
    fixed = await counted(api, "UB,UB-CODE,2026-03-02,12,,,,,,", mode="CORRECT")
    assert (await standing(api, "UB"))["counts"] != before["counts"]
    await undo(api, alias)
    after = await standing(api, "UB", first, fixed)
    assert (after["counts"], after["rows"]) == (before["counts"], [["ACCEPTED"], ["HELD"]])


async def test_of_a_chain_of_corrections_under_one_code_what_was_before_it_counts_again(api: Api) -> None:
    alias = await confirm(api, "UC-CODE", "DRIVE-1")
    first = await counted(api, "UC,DRIVE-1,2026-03-02,10,,,,,,")
    before = await standing(api, "UC", first)
    for units in (11, 12):
        await counted(api, f"UC,UC-CODE,2026-03-02,{units},,,,,,", mode="CORRECT")
    await undo(api, alias)
    after = await standing(api, "UC", first)
    assert (after["counts"], after["rows"]) == (before["counts"], before["rows"])


async def test_of_lots_of_which_one_is_known_the_whole_does_not_come_back(api: Api) -> None:
    alias = await confirm(api, "UD-CODE", "DRIVE-1")
    await counted(api, "UD,DRIVE-1,2026-03-02,10,,,,,,")
    await counted(api, "UD,DRIVE-1,2026-03-02,4,,,,,,L1", "UD,UD-CODE,2026-03-02,5,,,,,,L2", mode="CORRECT")
    await undo(api, alias)
    (kept,) = (await standing(api, "UD"))["counts"]
    assert "4000" in kept and "'L1'" in kept


async def test_what_a_restated_period_names_no_more_does_not_come_back_and_movements_do(api: Api) -> None:
    """As it would be had the code never been known: a count is named by its product, a movement by its document."""
    lines = ("UE,{},2026-03-02,{},,,,,,", "UE,{},2026-03-03,-{},,,SCRAPPED,UE-1,1,")
    await counted(api, *(line.format("DRIVE-1", 5) for line in lines), period=DAYS)
    alias = await confirm(api, "UE-CODE", "DRIVE-1")
    await counted(api, *(line.format("UE-CODE", 6) for line in lines), mode="REPLACE_PERIOD", period=DAYS)
    await undo(api, alias)
    found = await standing(api, "UE")
    assert found["counts"] == [] and len(found["movements"]) == 1 and "-5000" in found["movements"][0]


async def test_a_row_that_is_known_without_the_alias_by_now_takes_the_place_again(api: Api) -> None:
    first = await counted(api, "UF,DRIVE-1,2026-03-02,10,,,,,,")
    alias = await confirm(api, "UF-CODE", "DRIVE-1")
    fixed = await counted(api, "UF,UF-CODE,2026-03-02,12,,,,,,", mode="CORRECT")
    before = await standing(api, "UF", first, fixed)
    db, drive = api.world.connection, api.world.products["Acme", "DRIVE-1"]
    sku = await db.fetchval("SELECT sku FROM product WHERE id = $1", drive)
    await db.execute("UPDATE product SET sku = 'UF-CODE' WHERE id = $1", drive)
    try:
        await undo(api, alias)
    finally:
        await db.execute("UPDATE product SET sku = $2 WHERE id = $1", drive, sku)
    assert await standing(api, "UF", first, fixed) == before
