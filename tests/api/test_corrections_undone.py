"""An alias that is undone after its rows corrected others: the lines that they had taken the place of stand again, and all
is as if it had never been confirmed."""

from datetime import date
from typing import Any

import pytest

from tests.api.conftest import Api
from tests.api.held_kit import FIGURES, HEADER, Desk, in_order, product, standing

SERIALS = f"{HEADER},serial_numbers"
MARCH = {"start": "2025-03-01", "end": "2025-04-01"}


@pytest.fixture
async def desk(api: Api) -> Desk:
    return await Desk.of(api)


async def all_that_stands(api: Api, desk: Desk, *reports: str) -> dict[str, Any]:
    """The figures, the lines that count and those that stand, what each serial number adds up to, and what became of the
    rows of reports."""
    db = api.world.connection
    said = "document_number, document_line, product_id, quantity, amount, counts_on"
    asked = {
        "standing": f"SELECT {said}, corrected_by FROM sell_through_line WHERE replaced IS NULL AND component >= 0",
        "counting": f"SELECT {said} FROM sell_through_line WHERE superseded IS NULL",
        "serials": "SELECT serial, product_id, sum(direction) FROM serial_movement GROUP BY 1, 2 HAVING sum(direction) <> 0",
        "counts": "SELECT id, rows_accepted, rows_held, rows_superseded, corrected_lines FROM submission",
    }
    found: dict[str, Any] = {
        name: sorted(str(tuple(row)) for row in await db.fetch(text)) for name, text in asked.items()
    }
    for report in reports:
        followed = await desk.followed(report)
        rows = [edge["node"] for edge in followed["rows"]["edges"]]
        found[report] = [(row["row"], row["outcome"], row["quantity"]) for row in rows]
        found[f"{report} issues"] = await desk.open_issues(report)
    return found | await standing(api, *FIGURES)


async def test_a_line_that_a_released_row_had_corrected_stands_again(api: Api, desk: Desk) -> None:
    first = await desk.report(
        "CU-1,1,2026-01-05,DRIVE-1,A-1,5,100,EUR,DE,S1|S2",
        "CU-1,2,2026-01-06,DRIVE-2,A-2,3,250,EUR,DE,",
        header=SERIALS,
    )
    corrects = ("CU-1,1,2026-01-07,CU-CODE,A-2,2,90,EUR,DE,S1", "CU-1,2,2026-01-06,DRIVE-2,A-2,4,250,EUR,DE,")
    second = await desk.report(*corrects, header=SERIALS, mode="CORRECT")
    assert await desk.outcomes(second) == ["HELD", "ACCEPTED"]
    never = await all_that_stands(api, desk, first, second)
    alias = await desk.confirm("CU-CODE", productId=product(api, "SWITCH-1"))
    confirmed = await all_that_stands(api, desk, first, second)
    assert await desk.outcomes(second) == ["ACCEPTED", "ACCEPTED"] and confirmed["counting"] != never["counting"]
    assert "2, 0, 0, 2" in next(each for each in confirmed["counts"] if each not in never["counts"])
    undone = await desk.undo(alias["id"])
    assert undone["returnedRows"] == 1
    assert await all_that_stands(api, desk, first, second) == never
    await in_order(api)
    await desk.confirm("CU-CODE", productId=product(api, "SWITCH-1"))
    assert await all_that_stands(api, desk, first, second) == confirmed, "and it may be confirmed again"
    await in_order(api)


async def test_a_line_that_a_row_had_corrected_at_once_stands_again(api: Api, desk: Desk) -> None:
    first = await desk.report("CO-1,1,2026-01-05,DRIVE-1,A-1,5,100,EUR,DE")
    known = await desk.confirm("CO-CODE", productId=product(api, "SWITCH-1"))
    before = await all_that_stands(api, desk, first)
    second = await desk.report("CO-1,1,2026-01-07,CO-CODE,A-2,2,90,EUR,DE", mode="CORRECT")
    assert await desk.outcomes(second) == ["ACCEPTED"]
    await desk.undo(known["id"])
    after = await all_that_stands(api, desk, first)
    assert await desk.outcomes(second) == ["HELD"] and (await desk.followed(second))["counts"]["held"] == 1
    assert {name: after[name] for name in after if name != "counts"} == {n: before[n] for n in before if n != "counts"}
    await in_order(api)


async def test_of_a_chain_of_corrections_under_one_code_the_line_before_it_stands_again(api: Api, desk: Desk) -> None:
    first = await desk.report("CC-1,1,2026-01-05,DRIVE-1,A-1,5,100,EUR,DE")
    before = await all_that_stands(api, desk, first)
    alias = await desk.confirm("CC-CODE", productId=product(api, "SWITCH-1"))
    await desk.report("CC-1,1,2026-01-05,CC-CODE,A-1,6,100,EUR,DE", mode="CORRECT")
    third = await desk.report("CC-1,1,2026-01-05,CC-CODE,A-1,7,100,EUR,DE", mode="CORRECT")
    await desk.undo(alias["id"])
    after = await all_that_stands(api, desk, first)
    assert await desk.outcomes(third) == ["HELD"]
    for name in ("standing", "counting", "sell_through_month", "sell_through_day", first):
        assert after[name] == before[name], name
    await in_order(api)


async def test_a_row_that_is_known_without_the_alias_by_now_goes_on_correcting(api: Api, desk: Desk) -> None:
    first = await desk.report("CK-1,1,2026-01-05,DRIVE-1,A-1,5,100,EUR,DE")
    alias = await desk.confirm("CK-CODE", productId=product(api, "SWITCH-1"))
    second = await desk.report("CK-1,1,2026-01-05,CK-CODE,A-1,2,90,EUR,DE", mode="CORRECT")
    await api.world.product("Acme", "CK-CODE", 70)
    await desk.undo(alias["id"])
    assert await desk.outcomes(first) == await desk.outcomes(second) == ["ACCEPTED"]
    found = await api.world.connection.fetch(
        "SELECT product_id, quantity FROM sell_through_line WHERE replaced IS NULL AND document_number = 'CK-1'"
    )
    assert [tuple(row) for row in found] == [(api.world.products["Acme", "CK-CODE"], 2000)]
    (corrected,) = await api.world.connection.fetch("SELECT corrected_lines FROM submission ORDER BY id DESC LIMIT 1")
    assert corrected["corrected_lines"] == 1
    await in_order(api)


async def test_what_had_been_corrected_in_a_closed_period_comes_back_in_the_open_one(api: Api, desk: Desk) -> None:
    """The line counts in March for good; its reversal and its return cancel one another in the open period."""
    first = await desk.report("CP-1,1,2025-03-05,DRIVE-1,A-1,5,100,EUR,DE", period=MARCH)
    alias = await desk.confirm("CP-CODE", productId=product(api, "SWITCH-1"))
    before = await all_that_stands(api, desk, first)
    close = "UPDATE agreement SET closed_before = $2 WHERE id = $1"
    agreement = api.world.agreements["Acme", "Dist One"]
    await api.world.connection.execute(close, agreement, date(2025, 6, 1))
    try:
        second = await desk.report("CP-1,1,2025-03-05,CP-CODE,A-1,2,90,EUR,DE", mode="CORRECT", period=MARCH)
        await desk.undo(alias["id"])
    finally:
        await api.world.connection.execute(close, agreement, None)
    assert await desk.outcomes(second) == ["HELD"] and await desk.outcomes(first) == ["ACCEPTED"]
    after = await all_that_stands(api, desk, first)
    assert after["sell_through_month"] == before["sell_through_month"]
    (line,) = await api.world.connection.fetch(
        "SELECT counts_on, quantity FROM sell_through_line WHERE replaced IS NULL AND document_number = 'CP-1'"
    )
    assert (line["counts_on"], line["quantity"]) == (date(2025, 6, 1), 5000)
    await in_order(api)
