"""Tiers and benefits of a programme, changed by their vendor: who takes part keeps its tier until it is reviewed."""

import asyncio
from typing import Any

import pytest

from tests.api.conftest import Api
from tests.api.funds_kit import Desk
from tests.api.partners_kit import done, nothing_written, refused
from tests.api.test_tier_reviews import PREVIEW, REVIEW, TERMS, a_program, bought, enrolled, standing

UPDATE = "vendor/update_program.graphql"
BENEFITS = "query($id: ID!) { node(id: $id) { ... on Enrollment { benefits { benefit { name } granted rule } } } }"
GOLD = {"kind": "PURCHASES", "needed": "3000", "currency": "EUR"}


@pytest.fixture(autouse=True)
async def nothing_bought(api: Api) -> None:
    await api.world.connection.execute("DELETE FROM sell_through_reseller_month")


async def test_tiers_are_changed_and_added_above_and_nobody_moves_before_a_review(api: Api) -> None:
    vendor, program = await api.vendor(), await a_program(api, reviews={**TERMS, "graceDays": 0})
    enrollment = await enrolled(api, program, 3)
    await bought(api, 2_500)
    made = await done(
        vendor,
        UPDATE,
        programId=program,
        expectedVersion=1,
        tiers=[{"rank": 3, "requirements": [GOLD]}, {"rank": 2, "name": " Argent "}],
        addTiers=[{"name": "Platinum", "requirements": [{**GOLD, "needed": "9000"}]}],
    )
    assert made["version"] == 2
    assert [(each["rank"], each["name"], each["requirements"]) for each in made["tiers"]] == [
        (1, "Member", []),
        (2, "Argent", [{"kind": "PURCHASES", "needed": "1000", "currency": "EUR"}]),
        (3, "Gold", [GOLD]),
        (4, "Platinum", [{**GOLD, "needed": "9000"}]),
    ]
    held = await standing(await api.reseller(), enrollment)
    assert (held["tier"], held["version"]) == ({"name": "Gold"}, 1)
    preview = (await vendor.ask(PREVIEW, programId=program))["node"]["tierReviewPreview"]
    (change,) = preview["changes"]
    assert (change["move"], change["before"]["name"], change["after"]["name"]) == ("DEMOTED", "Gold", "Argent")
    assert (await standing(vendor, enrollment))["tier"] == {"name": "Gold"}
    await vendor.act(REVIEW, programId=program)
    assert (await standing(vendor, enrollment))["tier"] == {"name": "Argent"}


async def test_a_benefit_that_has_ended_grants_nothing_and_opens_nothing(api: Api) -> None:
    desk = Desk(api)
    vendor, program = await api.vendor(), await a_program(api)
    await api.world.connection.execute("UPDATE enrollment SET status = 'ENDED'")
    enrollment, reseller = await enrolled(api, program, 1), await api.reseller()
    money = {"name": "Money", "description": "For events.", "fromRank": 1, "opens": "MARKET_DEVELOPMENT_FUNDS"}
    made = await done(vendor, UPDATE, programId=program, expectedVersion=1, addBenefits=[money], endBenefits=["Portal"])
    assert made["benefits"] == [money]
    told = (await reseller.ask(BENEFITS, id=enrollment))["node"]["benefits"]
    assert [(each["benefit"]["name"], each["granted"]) for each in told] == [("Money", True)]
    fund = await desk.fund(resellerId=desk.reseller_id())
    asked = "reseller/request_funds.graphql"
    assert (await reseller.act(asked, **desk.asked(fund)))["userErrors"] == []
    again = {**money, "fromRank": 2}
    made = await done(vendor, UPDATE, programId=program, expectedVersion=2, addBenefits=[again], endBenefits=["Money"])
    assert made["benefits"] == [again], "a name is free again once its benefit has ended"
    assert await desk.refused(reseller, asked, **desk.asked(fund)) == {("fundId", "NOT_ELIGIBLE")}
    rows = await api.world.connection.fetch("SELECT name FROM benefit WHERE ended_at IS NOT NULL ORDER BY name")
    assert {"Money", "Portal"} <= {row["name"] for row in rows}, "what ended stays written down"


@pytest.mark.parametrize(
    ("given", "reasons"),
    [
        ({"tiers": [{"rank": 4, "name": "X"}]}, [("tiers.0.rank", "INVALID")]),
        ({"tiers": [{"rank": 1}]}, [("tiers.0", "REQUIRED")]),
        ({"tiers": [{"rank": 1, "name": "A"}, {"rank": 1, "name": "B"}]}, [("tiers", "INVALID")]),
        ({"tiers": [{"rank": 1, "name": "gold"}]}, [("tiers", "INVALID")]),
        ({"addTiers": [{"name": "gold", "requirements": []}]}, [("addTiers", "INVALID")]),
        (
            {"tiers": [{"rank": 1, "requirements": [{"kind": "DEALS_WON", "needed": "0"}]}]},
            [("tiers.0.requirements.0.needed", "INVALID")],
        ),
        ({"addTiers": [{"name": f"T{n}", "requirements": []} for n in range(18)]}, [("addTiers", "INVALID")]),
        ({"endBenefits": ["Nothing"]}, [("endBenefits.0", "NOT_FOUND")]),
        (
            {"addBenefits": [{"name": "portal", "description": "x", "fromRank": 4}]},
            [("addBenefits.0.fromRank", "INVALID"), ("addBenefits.0.name", "TAKEN")],
        ),
        ({"tiers": [], "addTiers": [], "addBenefits": [], "endBenefits": []}, [("", "REQUIRED")]),
    ],
)
async def test_parts_that_cannot_be_are_refused_with_all_reasons(
    api: Api, given: dict[str, Any], reasons: list[tuple[str, str]]
) -> None:
    program = await a_program(api)
    found = await refused(api, await api.vendor(), UPDATE, programId=program, expectedVersion=1, **given)
    assert [(".".join((field or [])[1:]), code) for field, code in found] == reasons


async def test_of_two_changes_of_the_tiers_of_one_version_one_counts_and_strangers_change_none(api: Api) -> None:
    program, vendor = await a_program(api), await api.vendor()
    given = {"programId": program, "expectedVersion": 1, "addTiers": [{"name": "Platinum", "requirements": []}]}
    payloads = await asyncio.gather(*(vendor.act(UPDATE, **given) for _ in range(5)))
    told = sorted(sorted(error["code"] for error in each["userErrors"]) for each in payloads)
    assert told == [[], *[["INVALID", "STALE"]] * 4], (
        "whoever came later decided upon another version, without this tier"
    )
    rows = await api.world.connection.fetch("SELECT rank FROM program_tier WHERE name = 'Platinum'")
    assert len({row["rank"] for row in rows}) == 1
    stranger = await api.vendor("Borealis")
    assert await refused(api, stranger, UPDATE, **given) == [(["input", "programId"], "NOT_FOUND")]
    async with nothing_written(api):
        for caller in (await api.distributor(), await api.reseller()):
            answer = await caller.raw(UPDATE, input=given)
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
