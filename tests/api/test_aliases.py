"""What unknown codes are like, and what confirming, trying out and undoing their meaning does to rows and figures."""

from datetime import date
from typing import Any

import pytest

from app.execution.identifiers import Key, global_id
from app.store.identity import new_id
from tests.api.conftest import Api
from tests.api.held_kit import FIGURES, WRITTEN, Desk, in_order, product, reseller, standing, units
from tests.world import NOW

ISSUES = """query($id: ID!) { node(id: $id) { ... on Submission { issues(first: 50) { edges { node {
    code value suggestion { score reason product { sku } reseller { name } } } } } } } }"""


@pytest.fixture
async def desk(api: Api) -> Desk:
    return await Desk.of(api)


async def suggested(caller: Any, submission: str) -> dict[str, Any]:
    data = await caller.ask(ISSUES, id=submission)
    found = [edge["node"] for edge in data["node"]["issues"]["edges"]]
    return {each["value"] or each["code"]: each["suggestion"] for each in found if each["code"].startswith("UNKNOWN")}


async def test_an_unknown_code_is_suggested_what_it_is_like(api: Api, desk: Desk) -> None:
    submission = await desk.report(
        "A-100,1,2026-01-05,drive.1,A-1,1,100,EUR,DE",
        "A-100,2,2026-01-05,SWICTH-1,A_2,1,100,EUR,DE",
        "A-100,3,2026-01-05,ZZZZZZ,RESELLER TWO,1,100,EUR,DE",
    )
    found = await suggested(desk.caller, submission)
    assert found["drive.1"]["reason"] == "differs from SKU DRIVE-1 only in punctuation"
    assert found["drive.1"]["product"] == {"sku": "DRIVE-1"} and found["drive.1"]["score"] > 0.95
    assert found["SWICTH-1"]["product"] == {"sku": "SWITCH-1"} and 0.5 <= found["SWICTH-1"]["score"] < 0.9
    assert found["ZZZZZZ"] is None
    assert found["A_2"]["reseller"] == {"name": "Reseller Two"}
    assert found["RESELLER TWO"]["reason"] == "differs from the name Reseller Two only in capital letters"


async def test_a_vendor_is_suggested_products_and_never_whose_an_account_is(api: Api, desk: Desk) -> None:
    submission = await desk.report("A-110,1,2026-01-05,DRIVE_2,A.1,1,100,EUR,DE")
    found = await suggested(await api.vendor(), submission)
    assert found["DRIVE_2"]["product"] == {"sku": "DRIVE-2"}
    assert found["A.1"] is None


async def test_a_distributor_is_never_suggested_resellers_of_another(api: Api, desk: Desk) -> None:
    submission = await desk.report(
        "A-120,1,2026-01-05,DRIVE-1,T-2,1,100,EUR,DE", "A-120,2,2026-01-05,DRIVE-1,Hidden Reseller,1,100,EUR,DE"
    )
    found = await suggested(desk.caller, submission)
    assert found["T-2"] is None
    assert found["Hidden Reseller"] is None or found["Hidden Reseller"]["reseller"]["name"] != "Hidden Reseller"


async def test_a_code_that_the_same_distributor_confirmed_elsewhere_is_suggested(api: Api, desk: Desk) -> None:
    world = api.world
    first, rival = world.agreements["Acme", "Dist One"], world.agreements["Acme", "Dist Two"]
    later = await world.agreement("Acme", "Dist One", effective_start=date(2030, 1, 1), effective_end=date(2031, 1, 1))
    world.agreements["Acme", "Dist One"] = first
    for agreement, distributor, code in ((later, "Dist One", "QX-77"), (rival, "Dist Two", "QX-88")):
        await world.add(
            "alias",
            vendor_id=world.vendors["Acme"],
            id=new_id(),
            agreement_id=agreement,
            distributor_id=world.parties["Acme", distributor],
            kind="PRODUCT",
            code=code,
            product_id=world.products["Acme", "SWITCH-1"],
            confirmed_by="them",
            confirmed_at=NOW,
        )
    submission = await desk.report(
        "A-130,1,2026-01-05,QX77,A-1,1,100,EUR,DE", "A-130,2,2026-01-05,QX88,A-1,1,100,EUR,DE"
    )
    found = await suggested(desk.caller, submission)
    assert found["QX77"]["product"] == {"sku": "SWITCH-1"} and "another agreement" in found["QX77"]["reason"]
    assert found["QX88"] is None, "what a rival's codes mean is its own affair"
    of_vendor = await suggested(await api.vendor(), submission)
    assert of_vendor["QX88"] is None


async def test_a_preview_says_what_confirming_does_and_changes_nothing(api: Api, desk: Desk) -> None:
    await desk.report(
        "A-200,1,2026-01-05,PRE-1,A-1,3,120,EUR,DE",
        "A-200,2,2026-01-06,PRE-1,A-1,-1,120,EUR,DE",
        "A-201,1,2026-01-07,PRE-1,WHO-1,2,120,EUR,FR",
    )
    await desk.report("A-202,1,2025-12-07,PRE-1,A-2,4,110,EUR,DE", "A-203,1,2025-12-08,PRE-1,A-2,1,,,DE")
    before = await standing(api, *WRITTEN)
    drives = await units(api, "DRIVE-1")
    given = {"agreementId": desk.agreement, "code": "PRE-1", "meaning": {"productId": product(api, "DRIVE-1")}}
    payload = await desk.caller.act("distributor/preview_alias.graphql", **given)
    assert await standing(api, *WRITTEN) == before, "a preview changes nothing"
    effect = payload["effect"]
    assert payload["userErrors"] == []
    assert (effect["releasedRows"], effect["stillHeldRows"], effect["settledOtherwiseRows"]) == (4, 1, 0)
    assert effect["stillHeldFor"] == [
        {"hold": "OUTSIDE_TERRITORY", "rows": 1},
        {"hold": "UNKNOWN_RESELLER_ACCOUNT", "rows": 1},
    ]
    assert [(each["month"], each["units"], each["amount"]["amount"]) for each in effect["months"]] == [
        ("2025-12-01", "5", "440"),
        ("2026-01-01", "2", "240"),
    ]
    assert [(each["units"], each["amount"]["amount"]) for each in effect["totals"]] == [("7", "680")]
    await desk.confirm("PRE-1", productId=product(api, "DRIVE-1"))
    assert await units(api, "DRIVE-1") - drives == 7_000
    await in_order(api)


async def test_a_preview_refuses_what_confirming_refuses(api: Api, desk: Desk) -> None:
    elsewhere = global_id("Product", Key(api.world.vendors["Borealis"], api.world.products["Borealis", "DRIVE-1"]))
    for given, field in (
        ({"agreementId": desk.agreement, "code": " ", "meaning": {"productId": product(api, "DRIVE-1")}}, "code"),
        ({"agreementId": desk.agreement, "code": "X", "meaning": {"productId": elsewhere}}, "meaning"),
        (
            {"agreementId": desk.agreement, "code": "X", "meaning": {"resellerId": reseller(api, "Hidden Reseller")}},
            "meaning",
        ),
        (
            {
                "agreementId": api.world.agreement_gid("Acme", "Dist Two"),
                "code": "X",
                "meaning": {"productId": product(api, "DRIVE-1")},
            },
            "agreementId",
        ),
    ):
        payload = await desk.caller.act("distributor/preview_alias.graphql", **given)
        assert payload["effect"] is None and payload["userErrors"][0]["field"][1] == field


async def test_an_alias_may_be_confirmed_before_any_row_names_its_code(api: Api, desk: Desk) -> None:
    alias = await desk.confirm("EARLY-1", productId=product(api, "DRIVE-2"))
    assert (await desk.aliases(codes=["EARLY-1"]))[alias["id"]]["releasedRows"] == 0
    submission = await desk.report("A-300,1,2026-01-05,EARLY-1,A-1,1,100,EUR,DE")
    assert await desk.outcomes(submission) == ["ACCEPTED"]


async def test_what_an_undone_alias_placed_is_held_again_and_counts_as_what_is_confirmed_then(
    api: Api, desk: Desk
) -> None:
    switches = await units(api, "SWITCH-1")
    released = await desk.report("A-400,1,2026-01-05,WRONG-1,A-1,3,120,EUR,DE")
    alias = await desk.confirm("WRONG-1", productId=product(api, "DRIVE-1"))
    at_once = await desk.report(
        "A-401,1,2026-01-06,WRONG-1,A-2,2,120,EUR,DE",
        "A-401,2,2026-01-06,DRIVE-2,A-2,1,250,EUR,DE",
        "A-402,1,2026-01-07,WRONG-1,A-1,5,,,DE",
    )
    assert await desk.outcomes(released) == ["ACCEPTED"] and await desk.outcomes(at_once) == ["ACCEPTED"] * 3
    drives = await units(api, "DRIVE-1")
    undone = await desk.undo(alias["id"])
    assert undone["undoneAt"] is not None and undone["returnedRows"] == 3 and undone["waitingRows"] == 0
    assert drives - await units(api, "DRIVE-1") == 10_000
    assert await desk.outcomes(released) == ["HELD"]
    assert await desk.outcomes(at_once) == ["HELD", "ACCEPTED", "HELD"]
    assert await desk.open_issues(released) == [["UNKNOWN_PRODUCT"]]
    assert await desk.open_issues(at_once) == [["UNKNOWN_PRODUCT"], [], ["PRICE_MISSING", "UNKNOWN_PRODUCT"]]
    (entry,) = await desk.queue(codes=["WRONG-1"])
    assert (entry["heldRows"], entry["units"], entry["reports"]) == (3, "10", 2)
    await in_order(api)
    held = await api.world.connection.fetch(
        "SELECT received, content_hash FROM report_row WHERE product_code = 'WRONG-1'"
    )
    assert all(row["content_hash"] and "WRONG-1" in row["received"] for row in held)
    again = await desk.confirm("WRONG-1", productId=product(api, "SWITCH-1"))
    assert (await desk.aliases(codes=["WRONG-1"]))[again["id"]]["releasedRows"] == 3
    assert await desk.outcomes(released) == ["ACCEPTED"] and await desk.outcomes(at_once) == ["ACCEPTED"] * 3
    assert await desk.open_issues(at_once) == [[], [], ["PRICE_MISSING"]]
    assert await units(api, "SWITCH-1") == switches + 10_000
    await in_order(api)
    await desk.undo(again["id"])
    await in_order(api)
    assert await units(api, "SWITCH-1") == switches, "nothing of it is left in any figure"


async def test_undoing_twice_changes_nothing_more(api: Api, desk: Desk) -> None:
    await desk.report("A-500,1,2026-01-05,TWICE-1,A-1,1,100,EUR,DE")
    alias = await desk.confirm("TWICE-1", productId=product(api, "DRIVE-1"))
    first = await desk.undo(alias["id"])
    before = await standing(api, *FIGURES, "report_row", "alias", "knowledge")
    assert await desk.undo(alias["id"]) == first
    assert await standing(api, *FIGURES, "report_row", "alias", "knowledge") == before


async def test_a_row_that_is_known_without_the_alias_by_now_counts_again_at_once(api: Api, desk: Desk) -> None:
    submission = await desk.report("A-510,1,2026-01-05,DRIVE-1,NEW-ACC,2,100,EUR,DE")
    alias = await desk.confirm("NEW-ACC", resellerId=reseller(api, "Reseller Two"))
    await api.world.authorize_account("Acme", "Dist One", "Reseller One", "NEW-ACC")
    before = await units(api, "DRIVE-1")
    undone = await desk.undo(alias["id"])
    assert await desk.outcomes(submission) == ["ACCEPTED"] and undone["returnedRows"] == 0
    assert await units(api, "DRIVE-1") == before
    lines = await api.world.connection.fetch(
        "SELECT reseller_id, replaced FROM sell_through_line WHERE document_number = 'A-510' ORDER BY recorded"
    )
    assert [(row["reseller_id"], row["replaced"] is None) for row in lines] == [
        (api.world.parties["Acme", "Reseller Two"], False),
        (api.world.parties["Acme", "Reseller One"], True),
    ]
    await in_order(api)


async def test_in_a_closed_period_an_undone_alias_is_taken_back_in_the_open_one(api: Api, desk: Desk) -> None:
    await desk.report("A-520,1,2025-11-05,SHUT-1,A-1,4,100,EUR,DE")
    alias = await desk.confirm("SHUT-1", productId=product(api, "SWITCH-1"))
    agreement = api.world.agreements["Acme", "Dist One"]
    write = api.world.connection.execute
    await write("UPDATE agreement SET closed_before = '2025-12-01' WHERE id = $1", agreement)
    try:
        undone = await desk.undo(alias["id"])
        assert undone["returnedRows"] == 1
        lines = await api.world.connection.fetch(
            "SELECT counts_on, quantity, superseded FROM sell_through_line WHERE document_number = 'A-520' ORDER BY 1"
        )
        assert [(row["counts_on"], row["quantity"], row["superseded"]) for row in lines] == [
            (date(2025, 11, 5), 4_000, None),
            (date(2025, 12, 1), -4_000, None),
        ]
        await in_order(api)
    finally:
        await write("UPDATE agreement SET closed_before = NULL WHERE id = $1", agreement)


async def test_only_its_distributor_undoes_an_alias(api: Api, desk: Desk) -> None:
    alias = await desk.confirm("MINE-1", productId=product(api, "DRIVE-1"))
    before = await standing(api, "alias", "audit_event")
    rival = await api.distributor("Dist Two")
    payload = await rival.act("distributor/undo_alias.graphql", aliasId=alias["id"])
    assert payload["alias"] is None and payload["userErrors"][0]["code"] == "NOT_FOUND"
    vendor = await (await api.vendor()).raw("distributor/undo_alias.graphql", input={"aliasId": alias["id"]})
    assert vendor["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await standing(api, "alias", "audit_event") == before


async def test_aliases_are_listed_by_code_page_by_page(api: Api, desk: Desk) -> None:
    await desk.confirm("LIST-1", productId=product(api, "DRIVE-1"))
    await desk.confirm("LIST-2", resellerId=reseller(api, "Reseller One"))
    gone = await desk.confirm("LIST-3", productId=product(api, "DRIVE-1"))
    await desk.undo(gone["id"])
    codes = ["LIST-1", "LIST-2", "LIST-3"]
    assert [each["code"] for each in (await desk.aliases(codes=codes)).values()] == codes
    assert [each["code"] for each in (await desk.aliases(codes=codes, live=True)).values()] == codes[:2]
    assert [each["code"] for each in (await desk.aliases(codes=codes, kinds=["ACCOUNT"])).values()] == ["LIST-2"]
    given: dict[str, Any] = {"agreementId": desk.agreement, "filter": {"codes": codes}, "first": 2}
    first = (await desk.caller.ask("distributor/aliases.graphql", **given))["node"]["aliases"]
    assert first["totalCount"] == 3 and first["pageInfo"]["hasNextPage"]
    rest = await desk.caller.ask("distributor/aliases.graphql", **given, after=first["pageInfo"]["endCursor"])
    assert [edge["node"]["code"] for edge in rest["node"]["aliases"]["edges"]] == ["LIST-3"]
    of_vendor = await (await api.vendor()).ask("distributor/aliases.graphql", agreementId=desk.agreement)
    assert {edge["node"]["kind"] for edge in of_vendor["node"]["aliases"]["edges"]} == {"PRODUCT"}


@pytest.mark.parametrize(("sku", "refused"), [("DRIVE-1", []), ("SWITCH-1", ["TAKEN"])])
async def test_a_code_that_is_confirmed_while_it_is_tried_out_is_looked_at_anew(
    api: Api, desk: Desk, monkeypatch: pytest.MonkeyPatch, sku: str, refused: list[str]
) -> None:
    from app.reports.aliases import actions

    code, tried = f"RACE-{sku}", actions.try_alias

    async def overtaken(*given: Any) -> Any:
        monkeypatch.setattr(actions, "try_alias", tried)
        await desk.confirm(code, productId=product(api, sku))
        return await tried(*given)

    await desk.report(f"RC-{sku},1,2026-01-05,{code},A-1,3,120,EUR,DE")
    monkeypatch.setattr(actions, "try_alias", overtaken)
    given = {"agreementId": desk.agreement, "code": code, "meaning": {"productId": product(api, "DRIVE-1")}}
    payload = await desk.caller.act("distributor/preview_alias.graphql", **given)
    assert [error["code"] for error in payload["userErrors"]] == refused
    assert (payload["effect"] and payload["effect"]["releasedRows"]) == (None if refused else 0)
    (alias,) = (await desk.aliases(codes=[code])).values()
    assert alias["releasedRows"] == 1
