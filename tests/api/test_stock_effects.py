"""What reports make of stock, over HTTP: tried out, committed and compared."""

from typing import Any

from tests.api.conftest import Api
from tests.api.stock_kit import PREVIEW, counted
from tests.api.stock_reports import bought, effects, product, sold, stock


async def tried_and_counted(api: Api, *lines: str, **changed: Any) -> list[tuple[Any, ...]]:
    """What an inventory report makes of stock, which is what trying it out says before."""
    tried = await effects(api, (await counted(api, *lines, document=PREVIEW, **changed))["id"])
    done = await effects(api, (await counted(api, *lines, **changed))["id"])
    assert tried == done
    return done


async def test_a_preview_of_sales_says_what_committing_makes_of_stock(api: Api) -> None:
    drive = await product(api, "SOLD-1")
    await counted(api, "A,SOLD-1,2026-02-28,100,,,,,,", "A,SOLD-1,2026-04-30,58,,,,,,")
    await bought(api, "SI-1,1,2026-03-05,SOLD-1,20")
    lines = ("SO-1,1,2026-03-02,SOLD-1,40", "SO-1,2,2026-04-02,SOLD-1,25", "SO-1,3,2026-04-03,SOLD-1,-3")
    tried = await effects(api, await sold(api, *lines, document="preview_sell_through"))
    assert tried == [("SOLD-1", "2026-04-30", "2026-02-28", "-62", "120", "58", "58", "-62", "0")]
    (before,) = await stock(api, drive, onDate="2026-04-30")
    assert before["reconciliation"]["variance"] == "-62"
    done = await sold(api, *lines)
    assert await effects(api, done) == tried
    assert await effects(api, done, side="vendor") == tried
    (after,) = await stock(api, drive, onDate="2026-04-30")
    assert (after["reconciliation"]["expected"], after["reconciliation"]["variance"]) == ("58", "0")


async def test_a_preview_of_purchases_adds_to_what_is_expected(api: Api) -> None:
    await product(api, "BOUGHT-1")
    await counted(api, "A,BOUGHT-1,2026-02-28,100,,,,,,")
    lines = ("BI-1,1,2026-03-05,BOUGHT-1,20",)
    tried = await effects(api, await bought(api, *lines, document="preview_sell_in"), side="vendor")
    assert tried == [("BOUGHT-1", "2026-03-31", "2026-02-28", "20", "100", "120", None, None, None)]
    assert await effects(api, await bought(api, *lines)) == tried


async def test_a_correction_changes_stock_by_the_difference_alone(api: Api) -> None:
    await product(api, "CORRECTED-1")
    await counted(api, "A,CORRECTED-1,2026-02-28,100,,,,,,")
    await sold(api, "CO-1,1,2026-03-02,CORRECTED-1,40", "CO-1,2,2026-03-02,CORRECTED-1,5")
    lines = ("CO-1,1,2026-03-02,CORRECTED-1,30", "CO-1,2,2026-03-02,CORRECTED-1,5")
    tried = await effects(api, await sold(api, *lines, document="preview_sell_through", mode="CORRECT"))
    assert tried == [("CORRECTED-1", "2026-03-31", "2026-02-28", "10", "55", "65", None, None, None)]
    assert await effects(api, await sold(api, *lines, mode="CORRECT")) == tried


async def test_stock_that_was_never_counted_before_has_a_change_and_no_expectation(api: Api) -> None:
    await product(api, "NEVER-1")
    await counted(api, "A,NEVER-1,2026-03-15,100,,,,,,")
    done = await sold(api, "NE-1,1,2026-03-20,NEVER-1,40", "NE-1,2,2026-03-20,NEVER-1,2")
    assert await effects(api, done) == [("NEVER-1", "2026-03-31", None, "-42", None, None, None, None, None)]


async def test_a_report_that_changes_no_quantity_makes_nothing_of_stock(api: Api) -> None:
    await product(api, "SAME-1")
    assert await effects(api, await sold(api, "SA-1,1,2026-03-20,SAME-1,4", "SA-1,2,2026-03-20,SAME-1,-4")) == []


async def test_a_count_is_set_against_what_was_expected(api: Api) -> None:
    await product(api, "AGAINST-1")
    first = await tried_and_counted(api, "A,AGAINST-1,2026-02-28,100,,,,,,", "B,AGAINST-1,2026-02-28,5,,DEFECTIVE,,,,")
    assert first == [("AGAINST-1", "2026-02-28", None, "0", None, None, "105", None, None)]
    await sold(api, "AG-1,1,2026-03-02,AGAINST-1,40")
    found = await tried_and_counted(
        api,
        "A,AGAINST-1,2026-03-31,60,,,,,,L1",
        "A,AGAINST-1,2026-03-31,2,,,,,,L2",
        "B,AGAINST-1,2026-03-31,1,,DEFECTIVE,,,,",
        "B,AGAINST-1,2026-03-30,-4,,,SCRAPPED,AG-2,1,",
        "A,AGAINST-1,2026-04-30,60,,,,,,",
    )
    assert found == [
        ("AGAINST-1", "2026-03-31", "2026-02-28", "-4", "65", "61", "63", "-2", "2"),
        ("AGAINST-1", "2026-04-30", "2026-03-31", "0", "63", "63", None, None, None),
    ]


async def test_a_corrected_count_takes_the_place_of_what_it_corrects_in_a_preview_too(api: Api) -> None:
    await product(api, "RECOUNT-1")
    await counted(
        api, "A,RECOUNT-1,2026-02-28,100,,,,,,", "A,RECOUNT-1,2026-03-31,90,,,,,,L1", "A,RECOUNT-1,2026-03-31,9,,,,,,L2"
    )
    found = await tried_and_counted(api, "A,RECOUNT-1,2026-03-31,97,,,,,,", mode="CORRECT")
    assert found == [("RECOUNT-1", "2026-03-31", "2026-02-28", "0", "100", "100", "97", "-3", "-3")]


async def test_movements_change_what_is_expected_by_what_they_say_otherwise_than_before(api: Api) -> None:
    await product(api, "MOVED-1")
    await counted(api, "A,MOVED-1,2026-02-28,100,,,,,,")
    first = await tried_and_counted(
        api, "A,MOVED-1,2026-03-02,-10,,,SCRAPPED,MO-1,1,", "A,MOVED-1,2026-03-03,40,,,RECEIPT,MO-1,2,"
    )
    assert first == [("MOVED-1", "2026-03-02", "2026-02-28", "-10", "100", "90", None, None, None)]
    again = await tried_and_counted(api, "A,MOVED-1,2026-03-02,-4,,,SCRAPPED,MO-1,1,", mode="CORRECT")
    assert again == [("MOVED-1", "2026-03-02", "2026-02-28", "6", "90", "96", None, None, None)]


async def test_a_restated_period_leaves_out_of_stock_what_it_does_not_say_again(api: Api) -> None:
    await product(api, "RESTATED-1")
    await counted(
        api,
        "A,RESTATED-1,2025-01-31,100,,,,,,",
        "A,RESTATED-1,2025-02-10,80,,,,,,",
        "A,RESTATED-1,2025-02-11,-5,,,SCRAPPED,RE-1,1,",
        "A,RESTATED-1,2025-02-12,-6,,,SCRAPPED,RE-1,2,",
        period={"start": "2025-01-01", "end": "2025-03-01"},
    )
    found = await tried_and_counted(
        api,
        "A,RESTATED-1,2025-02-20,90,,,,,,",
        "A,RESTATED-1,2025-02-12,-6,,,SCRAPPED,RE-1,2,",
        mode="REPLACE_PERIOD",
        period={"start": "2025-02-01", "end": "2025-03-01"},
    )
    assert found == [("RESTATED-1", "2025-02-20", "2025-01-31", "5", "89", "94", "90", "1", "-4")]


async def test_codes_and_units_of_a_previewed_count_are_understood_as_when_it_counts(api: Api) -> None:
    await product(api, "CASED-1")
    key = api.world.vendors["Acme"], api.world.products["Acme", "CASED-1"]
    await api.world.connection.execute(
        "INSERT INTO product_unit (vendor_id, product_id, unit, factor) VALUES ($1, $2, 'CS', 12000)", *key
    )
    await api.world.connection.execute("UPDATE product SET gtin = '4006381333931' WHERE id = $1", key[1])
    found = await tried_and_counted(
        api, "A,4006381333931,2026-02-01,2.5,CS,,,,,", "A,CASED-1,2026-03-01,30,EA,,,,,", "A,WHOSE-9,2026-03-01,7,,,,,,"
    )
    assert found == [
        ("CASED-1", "2026-02-01", None, "0", None, None, "30", None, None),
        ("CASED-1", "2026-03-01", "2026-02-01", "0", "30", "30", "30", "0", "0"),
    ]


async def test_what_a_report_makes_of_stock_stands_in_pages_by_product_and_day(api: Api) -> None:
    for sku in ("LISTED-B", "LISTED-A"):
        await product(api, sku)
    report = await counted(
        api,
        "A,LISTED-B,2026-02-01,1,,,,,,",
        "A,LISTED-A,2026-02-02,1,,,,,,",
        "A,LISTED-A,2026-02-01,1,,,,,,",
    )
    every = [(sku, day) for sku, day, *_ in await effects(api, report["id"])]
    assert every == [("LISTED-A", "2026-02-01"), ("LISTED-A", "2026-02-02"), ("LISTED-B", "2026-02-01")]
    assert [each[:2] for each in await effects(api, report["id"], first=2)] == every[:2]
    document = (
        "query($id: ID!, $before: String) { node(id: $id) { ... on Submission { stockEffects(last: 2, before: $before)"
        " { pageInfo { startCursor hasPreviousPage } edges { node { day product { sku } } } } } } }"
    )
    caller, before = await api.distributor(), None
    told: list[tuple[str, str]] = []
    while before is not None or not told:
        page = (await caller.ask(document, id=report["id"], before=before))["node"]["stockEffects"]
        told = [(edge["node"]["product"]["sku"], edge["node"]["day"]) for edge in page["edges"]] + told
        before = page["pageInfo"]["startCursor"] if page["pageInfo"]["hasPreviousPage"] else None
    assert told == every


async def test_nobody_but_who_tried_a_report_out_sees_what_it_would_make_of_stock(api: Api) -> None:
    await product(api, "SECRET-1")
    tried = await counted(api, "A,SECRET-1,2026-02-01,1,,,,,,", document=PREVIEW)
    data = await (await api.vendor()).ask("vendor/stock_effects.graphql", id=tried["id"])
    assert data["node"] is None
