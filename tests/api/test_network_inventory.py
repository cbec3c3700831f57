"""The stock of a network over HTTP: who finds what, what is agreed of it, and what both sides are told to look at."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.inventory.watching.actions import ask_to_watch, watch_stock
from app.programme.terms import Level
from tests.api.conftest import Api, Caller
from tests.api.stock_kit import counted
from tests.api.stock_reports import bought, product, sold, stock

NETWORK, OWN = "vendor/network_inventory.graphql", "distributor/own_inventory.graphql"
SET = "vendor/set_inventory_standard.graphql"
AGREED = {"vendor": "vendor/inventory_standard.graphql", "distributor": "distributor/inventory_standard.graphql"}
DAY = "2026-10-31"


async def network(caller: Caller, **asked: Any) -> list[dict[str, Any]]:
    found = (await caller.ask(NETWORK, **asked))["viewer"]["vendor"]["network"]["inventory"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def own(caller: Caller, **asked: Any) -> list[dict[str, Any]]:
    found = (await caller.ask(OWN, **asked))["viewer"]["distributor"]["inventory"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


def band(basis: str, least: str, most: str) -> dict[str, str]:
    return {"basis": basis, "minimum": least, "maximum": most}


def standard(api: Api, day: str = "2026-01-01", **given: Any) -> dict[str, Any]:
    agreement = api.world.agreement_gid("Acme", "Dist One")
    return {"agreementId": agreement, "effectiveFrom": day, "overrides": [], "idempotencyKey": uuid4().hex} | given


def codes(payload: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each["code"], tuple(each["field"][1:])) for each in payload["userErrors"]]


async def watched(api: Api) -> None:
    for vendor_id in api.world.vendors.values():
        while not await watch_stock(api.database, vendor_id, datetime.now(UTC)):
            pass


async def standards(api: Api) -> int:
    found: int = await api.world.connection.fetchval("SELECT count(*) FROM inventory_standard")
    return found


async def test_the_vendor_sees_what_lies_where_and_how_it_stands_and_the_distributor_its_own(api: Api) -> None:
    low, full = await product(api, "NI-LOW"), await product(api, "NI-FULL")
    await counted(
        api,
        "N,NI-LOW,2026-09-30,30,,,,,,",
        "N,NI-LOW,2026-10-31,5,,,,,,",
        "N,NI-LOW,2026-10-31,2,,RESERVED,,,,",
        "N,NI-LOW,2026-10-31,3,,DEFECTIVE,,,,",
        "N,NI-FULL,2026-10-31,400,,,,,,",
    )
    await bought(api, "NI-1,1,2026-10-10,NI-LOW,40", "NI-1,2,2026-08-20,NI-FULL,300")
    await sold(api, "NS-1,1,2026-10-20,NI-LOW,52", "NS-1,2,2026-10-20,NI-FULL,13")
    vendor, dist = await api.vendor(role=Role.VENDOR_ANALYST), await api.distributor(role=Role.DISTRIBUTOR_VIEWER)
    asked = {"onDate": DAY, "filter": {"productIds": [low, full]}}
    found = {row["product"]["sku"]: row for row in await network(vendor, **asked)}
    one = found["NI-LOW"]
    assert (one["distributor"]["name"], one["onHand"], one["allocated"], one["defective"]) == (
        "Dist One",
        "7",
        "2",
        "3",
    )
    assert (one["counted"], one["variance"], one["beyondTolerance"]) == ("10", "-8", 1), "30 + 40 − 52 were expected"
    assert (one["sellIn"], one["sellThrough"], one["weeklyDemand"], one["weeksOfSupply"]) == ("40", "52", "4", "1.75")
    assert (one["value"]["amount"], one["state"], one["findings"]) == ("700", "NO_STANDARD", ["VARIANCE"])
    assert found["NI-FULL"]["excess"] == "387" and found["NI-FULL"]["findings"] == ["EXCESS"]
    (position,) = await stock(api, low, onDate=DAY)
    assert position["counted"]["onHand"] == one["onHand"] and position["sinceCount"]["expected"] == one["expected"]
    assert position["supply"]["weeks"] == one["weeksOfSupply"]
    (together,) = await own(dist, by=[], **asked)
    assert (together["positions"], together["onHand"]) == (2, "407")
    assert together["states"] == [{"state": "NO_STANDARD", "positions": 2}]
    assert [row["onHand"] for row in await own(dist, **asked)] == ["400", "7"]


async def test_what_is_agreed_is_read_by_stock_inventory_and_both_sides(api: Api) -> None:
    first, other = await product(api, "NA-1"), await product(api, "NA-2")
    await api.world.connection.execute("UPDATE product SET family = 'Odd' WHERE sku = 'NA-2'")
    await counted(api, "N,NA-1,2026-06-30,60,,,,,,", "N,NA-1,2026-10-31,10,,,,,,", "N,NA-2,2026-10-31,10,,,,,,")
    await sold(api, "NT-1,1,2026-10-20,NA-1,130", "NT-1,2,2026-06-01,NA-1,130", "NT-1,3,2026-10-20,NA-2,130")
    vendor, dist = await api.vendor(), await api.distributor()
    odd = {"productFamily": "Odd", "band": band("UNITS", "10", "20")}
    free = {"productId": await product(api, "NA-3")}
    payload = await vendor.act(SET, **standard(api, band=band("WEEKS", "2", "8"), overrides=[odd, free]))
    assert payload["userErrors"] == []
    lines = [
        {"product": None, "productFamily": None, "basis": "WEEKS", "minimum": "2", "maximum": "8"},
        {"product": None, "productFamily": "Odd", "basis": "UNITS", "minimum": "10", "maximum": "20"},
        {
            "product": {"id": free["productId"], "sku": "NA-3"},
            "productFamily": None,
            "basis": None,
            "minimum": None,
            "maximum": None,
        },
    ]
    assert payload["standard"] == {"effectiveFrom": "2026-01-01", "lines": lines}
    agreement = api.world.agreement_gid("Acme", "Dist One")
    for side, caller in (("vendor", vendor), ("distributor", dist)):
        read = (await caller.ask(AGREED[side], agreement=agreement))["node"]["inventoryStandard"]
        assert read == payload["standard"]
        early = await caller.ask(AGREED[side], agreement=agreement, onDate="2025-12-31")
        assert early["node"]["inventoryStandard"] is None
    found = await network(vendor, onDate=DAY, filter={"productIds": [first, other]})
    assert [(row["state"], row["stateSince"]) for row in found] == [
        ("BELOW_MIN", "2026-10-31"),
        ("WITHIN", "2026-10-31"),
    ]
    for id, state in ((first, "BELOW_MIN"), (other, "WITHIN")):
        (position,) = await stock(api, id, onDate=DAY)
        assert position["supply"]["state"] == state
    (before,) = await network(vendor, onDate="2026-07-15", filter={"productIds": [first]})
    assert (before["state"], before["stateSince"]) == ("WITHIN", "2026-06-30")
    below = await network(vendor, onDate=DAY, filter={"productIds": [first, other], "states": ["BELOW_MIN"]})
    assert [row["product"]["sku"] for row in below] == ["NA-1"]


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"band": band("WEEKS", "9", "8")}, [("INVALID", ("band", "maximum"))]),
        ({"band": band("WEEKS", "0", "520.01")}, [("INVALID", ("band", "maximum"))]),
        ({"band": band("UNITS", "-1", "5")}, [("INVALID", ("band", "minimum"))]),
        ({"band": band("UNITS", "0.0001", "5")}, [("INVALID", ("band", "minimum"))]),
        ({"overrides": [{}]}, [("INVALID", ("overrides", "0"))]),
        ({"overrides": [{"productFamily": "None such"}]}, [("NOT_FOUND", ("overrides", "0", "productFamily"))]),
        ({"overrides": [{"productFamily": "Drives"}] * 2}, [("INVALID", ("overrides", "1"))]),
        ({"day": "2023-01-01"}, [("OUTSIDE_AGREEMENT", ("effectiveFrom",))]),
        (
            {"day": "2031-01-01", "overrides": [{}], "band": band("VALUE", "2", "1")},
            [
                ("INVALID", ("band", "maximum")),
                ("INVALID", ("overrides", "0")),
                ("OUTSIDE_AGREEMENT", ("effectiveFrom",)),
            ],
        ),
    ],
)
async def test_what_cannot_be_asked_is_refused_and_nothing_changes(
    api: Api, given: dict[str, Any], problems: list[Any]
) -> None:
    before = await standards(api)
    payload = await (await api.vendor()).act(SET, **standard(api, **({"day": "2028-06-01"} | given)))
    assert codes(payload) == problems and payload["standard"] is None
    assert await standards(api) == before


async def test_another_standard_begins_later_and_the_same_key_sets_it_once(api: Api) -> None:
    vendor = await api.vendor()
    today = datetime.now(UTC).date()
    await vendor.act(SET, **standard(api, band=band("WEEKS", "2", "8")))
    for day, code in (("2026-01-01", "OVERLAP"), ("2026-01-02", "TOO_LATE")):
        assert [code for code, _ in codes(await vendor.act(SET, **standard(api, day)))] == [code]
    given = standard(api, str(today.replace(year=today.year + 1)), band=band("UNITS", "1", "2"))
    before = await standards(api)
    assert [codes(await vendor.act(SET, **given)) for _ in range(2)] == [[], []]
    assert await standards(api) == before + 1


async def test_rivals_and_roles_without_the_permission_neither_set_nor_read_it(api: Api) -> None:
    given, before = standard(api, "2029-01-01", band=band("WEEKS", "1", "2")), await standards(api)
    vendors_own = [await api.vendor(role=Role.VENDOR_ANALYST), await api.vendor(role=Role.VENDOR_FINANCE)]
    strangers = [await api.vendor("Borealis"), await api.distributor("Dist Two"), await api.reseller()]
    for caller in (*vendors_own, *strangers, await api.distributor()):
        answer = await caller.raw(SET, input=given)
        assert answer.get("errors") or [code for code, _ in codes(answer["data"]["setInventoryStandard"])] == [
            "NOT_FOUND"
        ]
    for caller in strangers:
        for document in AGREED.values():
            answer = await caller.raw(document, agreement=given["agreementId"])
            assert (answer.get("data") or {}).get("node") is None
    assert await standards(api) == before


async def test_no_rival_finds_the_stock_of_another(api: Api) -> None:
    drive = await product(api, "NR-1")
    await counted(api, "N,NR-1,2026-10-31,5,,,,,,")
    one = global_id("Distributor", Key(api.world.vendors["Acme"], api.world.parties["Acme", "Dist One"]))
    everything = {"onDate": DAY, "filter": {"productIds": [drive]}}
    assert len(await network(await api.vendor(), **everything)) == 1
    assert await network(await api.vendor("Borealis"), **everything) == []
    rival = await api.distributor("Dist Two")
    for asked in (everything, {"onDate": DAY, "filter": {"distributorIds": [one]}}):
        assert await own(rival, **asked) == []
        assert await own(rival, by=[], **asked) == []
    through_node = (
        "query($id: ID!) { node(id: $id) { ... on Distributor { inventory(by: [], first: 5) { totalCount } } } }"
    )
    answer = await rival.raw(through_node, id=one)
    node = (answer.get("data") or {}).get("node")
    assert node is None or node["inventory"]["totalCount"] == 0
    for caller in (await api.reseller(), await api.reseller("Reseller Two")):
        assert (await caller.raw(through_node, id=one))["errors"]
        assert (await caller.ask(OWN, **everything))["viewer"]["distributor"] is None


async def test_a_day_to_come_and_a_moment_to_come_are_refused(api: Api) -> None:
    vendor, dist = await api.vendor(), await api.distributor()
    for caller, document, asked in (
        (vendor, NETWORK, {"onDate": "2099-01-01"}),
        (vendor, NETWORK, {"asOf": "2099-01-01T00:00:00Z"}),
        (dist, OWN, {"asOf": datetime.now(UTC).isoformat()}),
        (dist, OWN, {"filter": {"productIds": ["x"] * 251}}),
    ):
        answer = await caller.raw(document, **asked)
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_both_sides_are_told_of_stock_that_ran_out_lies_in_excess_or_piles_up(api: Api) -> None:
    today = datetime.now(UTC).date()
    for sku in ("NW-OUT", "NW-MUCH"):
        await product(api, sku)
    await counted(api, "N,NW-OUT,2026-10-01,0,,,,,,", "N,NW-OUT,2026-10-31,0,,,,,,", "N,NW-MUCH,2026-10-31,900,,,,,,")
    await bought(api, *(f"NB-1,{n},2026-{month}-28,NW-MUCH,50" for n, month in enumerate(("09", "10"))))
    await sold(api, "NU-1,1,2026-10-20,NW-OUT,5")
    alerts = (
        "SELECT kind, audience, facts, settled_at IS NULL AS open FROM alert WHERE kind LIKE 'STOCK_%' AND kind <>"
        " 'STOCK_VARIANCE' ORDER BY kind, audience"
    )
    await watched(api)
    told = {(row["kind"], row["audience"]): row for row in await api.world.connection.fetch(alerts)}
    for kind in ("STOCK_OUT", "STOCK_EXCESS"):
        assert {audience for each, audience in told if each == kind} == {"VENDOR", "DISTRIBUTOR"}
    weeks = (today - date(2026, 10, 1)).days // 7
    assert f"NW-OUT: none since the count of 2026-10-01, {weeks} weeks" in told["STOCK_OUT", "DISTRIBUTOR"]["facts"]
    assert "NW-MUCH" in told["STOCK_EXCESS", "VENDOR"]["facts"]
    assert await ask_to_watch(api.database, datetime.now(UTC)) == 0, "nothing has become known"
    await watched(api)
    assert len(await api.world.connection.fetch(alerts)) == len(told), "the same is told once"
    seen = await (await api.distributor()).ask("distributor/alerts.graphql", first=50)
    kinds = {edge["node"]["kind"] for edge in seen["viewer"]["alerts"]["edges"]}
    assert {"STOCK_OUT", "STOCK_EXCESS"} <= kinds
    rival = await (await api.as_(Level.DISTRIBUTOR, "Dist Two", Role.DISTRIBUTOR_ADMIN)).ask(
        "distributor/alerts.graphql", first=50
    )
    assert not {e["node"]["kind"] for e in rival["viewer"]["alerts"]["edges"]} & {"STOCK_OUT", "STOCK_EXCESS"}
    await counted(api, "N,NW-OUT,2026-11-01,7,,,,,,", period={"start": "2026-01-01", "end": "2026-12-01"})
    assert await ask_to_watch(api.database, datetime.now(UTC)) == 1, "it is asked for where something has become known"
    await watched(api)
    told = {(row["kind"], row["audience"]): row for row in await api.world.connection.fetch(alerts)}
    assert told["STOCK_OUT", "VENDOR"]["open"] is False
