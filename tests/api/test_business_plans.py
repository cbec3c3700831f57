"""How a vendor and a distributor come to a plan, and what is refused."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app.access.roles import Role
from app.programme.terms import Level
from tests.api.conftest import Api
from tests.api.partners_kit import done, nodes, once
from tests.api.plans_kit import (
    TODAY,
    YEAR,
    act_of,
    agreed,
    asked,
    at,
    emptied,
    entered,
    op,
    planned_activities,
    propose,
    refused,
    revise,
    units,
)


@pytest.fixture(autouse=True)
async def no_plans(api: Api) -> None:
    await emptied(api)


# ------------------------------------------------------------------------------------------- coming to an agreement


async def test_a_plan_is_proposed_countered_and_agreed_and_each_change_is_told(api: Api) -> None:
    vendor, distributor = await api.vendor(), await api.distributor()
    plan = await propose(api, vendor, "vendor", activities=[act_of("VENDOR")])
    assert (plan["status"], plan["version"], plan["inForce"], plan["pending"]["number"]) == ("PROPOSED", 1, None, 1)
    assert plan["period"] == {"start": str(YEAR), "end": str(YEAR.replace(year=YEAR.year + 1))}
    plan = await revise(distributor, "distributor", plan, units("1500"), activities=[act_of("VENDOR")])
    assert (plan["status"], plan["version"], plan["pending"]["number"]) == ("COUNTERED", 2, 2)
    plan = await done(vendor, op("vendor", "agree_business_plan"), **at(plan))
    assert (plan["status"], plan["inForce"]["number"], plan["pending"]) == ("AGREED", 2, None)
    for caller, side in ((vendor, "vendor"), (distributor, "distributor")):
        data = await asked(caller, side, "business_plan_versions", plan, first=10)
        second, first = nodes(data["versions"])
        assert data["versions"]["totalCount"] == 2
        assert (first["writtenBy"], first["status"], first["changes"]) == ("VENDOR", "COUNTERED", [])
        assert (second["writtenBy"], second["status"]) == ("DISTRIBUTOR", "AGREED")
        assert second["changes"][0] == {"what": "SELL_THROUGH_UNITS", "before": "1200", "after": "1500"}
        whole = await asked(caller, side, "business_plan", plan)
        assert sum(float(phase["target"]) for phase in whole["inForce"]["targets"][0]["phases"]) == 1500
        assert [each["title"] for each in nodes(whole["activities"])] == ["Train resellers"]
        under = await caller.ask(
            op(side, "business_plans"), agreementId=api.world.agreement_gid("Acme", "Dist One"), first=5
        )
        assert [each["id"] for each in nodes(under["node"]["businessPlans"])] == [plan["id"]]


async def test_whoever_wrote_a_version_cannot_agree_to_it_or_refuse_it(api: Api) -> None:
    vendor, distributor = await api.vendor(), await api.distributor()
    plan = await propose(api, distributor, "distributor")
    own = [("planId", "NOT_ALLOWED")]
    assert await refused(api, distributor, op("distributor", "agree_business_plan"), **at(plan)) == own
    ending = {"ending": "REJECT", "reason": "No."}
    assert await refused(api, distributor, op("distributor", "end_business_plan"), **at(plan), **ending) == own
    assert await refused(api, vendor, op("vendor", "end_business_plan"), **at(plan), ending="WITHDRAW") == own
    needs_why = await refused(api, vendor, op("vendor", "end_business_plan"), **at(plan), ending="REJECT")
    assert needs_why == [("reason", "REQUIRED")]


async def test_the_database_lets_nobody_agree_to_his_own_version_or_change_the_others_activity(api: Api) -> None:
    """Even where the code above forgot to ask."""
    plan = await agreed(api, activities=[act_of("VENDOR"), act_of("DISTRIBUTOR")])
    await revise(await api.distributor(), "distributor", plan)
    actor = api.world.actor(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN)
    for statement in (
        "UPDATE business_plan_version SET status = 'AGREED', answered_at = now() WHERE side = 'DISTRIBUTOR'",
        "INSERT INTO business_plan_version (vendor_id, id, plan_id, agreement_id, distributor_id, number, side, status,"
        " content, written_at) SELECT vendor_id, gen_random_uuid(), plan_id, agreement_id, distributor_id, 99, 'VENDOR',"
        " 'PROPOSED', content, now() FROM business_plan_version LIMIT 1",
    ):
        with pytest.raises(Exception, match="row-level security"):
            async with api.database.writing(actor.context()) as session:
                await session.execute(statement)
    async with api.database.writing(actor.context()) as session:
        assert await session.execute("UPDATE plan_activity SET status = 'DROPPED'") == 1


async def test_an_amendment_leaves_what_was_agreed_in_force_until_both_agree(api: Api) -> None:
    vendor, distributor = await api.vendor(), await api.distributor()
    plan = await agreed(api, units("1200"), activities=[act_of("DISTRIBUTOR"), act_of("VENDOR", "Ship samples")])
    (mine,) = [each for each in await planned_activities(distributor, plan) if each["side"] == "DISTRIBUTOR"]
    change = {"activityId": mine["id"], "expectedVersion": 1, "status": "DONE", "note": "Forty came."}
    await done(distributor, op("distributor", "update_plan_activity"), **change)
    plan = await revise(
        vendor, "vendor", plan, units("2000"), activities=[act_of("DISTRIBUTOR"), act_of("VENDOR", "New")]
    )
    assert (plan["status"], plan["inForce"]["number"], plan["pending"]["number"]) == ("AGREED", 1, 2)
    figures = (await asked(vendor, "vendor", "business_plan", plan))["attainment"]
    assert [each["target"] for each in figures] == ["1200"]
    refusal = await done(
        distributor, op("distributor", "end_business_plan"), **at(plan), ending="REJECT", reason="Too much."
    )
    assert (refusal["status"], refusal["inForce"]["number"], refusal["pending"]) == ("AGREED", 1, None)
    plan = await revise(
        vendor, "vendor", refusal, units("1800"), activities=[act_of("DISTRIBUTOR"), act_of("VENDOR", "New")]
    )
    plan = await done(distributor, op("distributor", "agree_business_plan"), **at(plan))
    assert plan["inForce"]["number"] == 3
    there = {(each["title"], each["status"], each["note"]) for each in await planned_activities(vendor, plan)}
    assert there == {("Train resellers", "DONE", "Forty came."), ("New", "OPEN", None)}
    versions = nodes((await asked(vendor, "vendor", "business_plan_versions", plan, first=5))["versions"])
    assert [(each["number"], each["status"], each["reason"]) for each in versions] == [
        (3, "AGREED", None),
        (2, "REJECTED", "Too much."),
        (1, "SUPERSEDED", None),
    ]
    gone = await refused(api, distributor, op("distributor", "update_plan_activity"), **change | {"expectedVersion": 2})
    assert gone == [("activityId", "NOT_FOUND")]


async def test_what_is_refused_or_taken_back_is_over_and_another_plan_may_follow(api: Api) -> None:
    vendor, distributor = await api.vendor(), await api.distributor()
    plan = await propose(api, vendor, "vendor")
    again = await vendor.act(
        op("vendor", "propose_business_plan"),
        **entered(),
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        length="YEAR",
        periodStart=str(YEAR),
        currency="EUR",
        idempotencyKey=once(),
    )
    assert [(each["field"], each["code"]) for each in again["userErrors"]] == [(["input", "periodStart"], "TAKEN")]
    plan = await done(vendor, op("vendor", "end_business_plan"), **at(plan), ending="WITHDRAW")
    assert plan["status"] == "WITHDRAWN" and plan["endedAt"]
    over = [("planId", "TOO_LATE")]
    assert await refused(api, distributor, op("distributor", "agree_business_plan"), **at(plan)) == over
    assert await refused(api, vendor, op("vendor", "revise_business_plan"), **at(plan), **entered()) == over
    other = await propose(api, distributor, "distributor")
    ending = {"ending": "REJECT", "reason": "Less."}
    other = await done(vendor, op("vendor", "end_business_plan"), **at(other), **ending)
    assert other["status"] == "REJECTED" and other["id"] != plan["id"]


async def test_a_replaced_own_version_is_superseded_and_nothing_was_countered(api: Api) -> None:
    vendor = await api.vendor()
    plan = await revise(vendor, "vendor", await propose(api, vendor, "vendor"), units("7"))
    versions = nodes((await asked(vendor, "vendor", "business_plan_versions", plan, first=5))["versions"])
    assert (plan["status"], [each["status"] for each in versions]) == ("PROPOSED", ["PROPOSED", "SUPERSEDED"])


async def test_of_a_counter_and_a_consent_that_race_one_is_done_and_the_other_told(api: Api) -> None:
    vendor, distributor = await api.vendor(), await api.distributor()
    for _ in range(3):
        await emptied(api)
        plan = await propose(api, vendor, "vendor")
        answers = await asyncio.gather(
            vendor.act(op("vendor", "revise_business_plan"), **at(plan), **entered(units("9"))),
            distributor.act(op("distributor", "agree_business_plan"), **at(plan)),
            distributor.act(op("distributor", "revise_business_plan"), **at(plan), **entered(units("8"))),
        )
        told = [[error["code"] for error in each["userErrors"]] for each in answers]
        assert sorted(told) == [[], ["STALE"], ["STALE"]]
        standing = await api.world.connection.fetchrow("SELECT version, written FROM business_plan")
        assert standing["version"] == 2


async def test_the_same_key_proposes_once(api: Api) -> None:
    vendor, key = await api.vendor(), once()
    one = await propose(api, vendor, "vendor", idempotencyKey=key)
    two = await propose(api, vendor, "vendor", idempotencyKey=key)
    assert one["id"] == two["id"]
    assert await api.world.connection.fetchval("SELECT count(*) FROM business_plan_version") == 1


async def test_a_plan_is_closed_once_its_days_are_over_and_nothing_of_it_changes_then(api: Api) -> None:
    vendor, distributor = await api.vendor(), await api.distributor()
    plan = await agreed(api, activities=[act_of("VENDOR")])
    soon = await refused(api, vendor, op("vendor", "end_business_plan"), **at(plan), ending="CLOSE")
    assert soon == [("ending", "NOT_OVER")]
    await api.world.connection.execute("UPDATE business_plan SET period_end = $1", TODAY)
    plan = await done(distributor, op("distributor", "end_business_plan"), **at(plan), ending="CLOSE")
    assert plan["status"] == "CLOSED"
    assert await refused(api, vendor, op("vendor", "revise_business_plan"), **at(plan), **entered()) == [
        ("planId", "TOO_LATE")
    ]
    (activity,) = await planned_activities(vendor, plan)
    given = {"activityId": activity["id"], "expectedVersion": 1, "status": "DONE"}
    assert await refused(api, vendor, op("vendor", "update_plan_activity"), **given) == [("activityId", "TOO_LATE")]
    review = {"planId": plan["id"], "heldOn": str(TODAY), "attendees": "A", "decisions": "B", "followUps": []}
    closed = await refused(api, vendor, op("vendor", "record_plan_review"), **review, idempotencyKey=once())
    assert closed == [("planId", "NOT_ACTIVE")]


# ------------------------------------------------------------------------------------------------- what is put right


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"periodStart": str(YEAR + timedelta(days=1))}, [("periodStart", "INVALID")]),
        ({"periodStart": "2025-01-01"}, [("periodStart", "TOO_LATE")]),
        ({"periodStart": "2031-01-01"}, [("periodStart", "OUTSIDE_AGREEMENT")]),
        ({"currency": "XXX"}, [("currency", "INVALID")]),
        ({"targets": []}, [("targets", "REQUIRED")]),
        ({"targets": [units("0")]}, [("targets.0.target", "INVALID")]),
        ({"targets": [units("1"), units("2")]}, [("targets", "INVALID")]),
        ({"targets": [units("1.0001")]}, [("targets.0.target", "INVALID")]),
        ({"targets": [units("1", family="Nothing")]}, [("targets", "INVALID")]),
        ({"targets": [units("9", phases=["4", "4"])]}, [("targets.0.phases", "INVALID")]),
        ({"targets": [units("9", phases=["4", "4", "0", "0"])]}, [("targets.0.phases", "INVALID")]),
        ({"targets": [units("9", phases=["1"] * 13)]}, [("targets.0.phases", "INVALID")]),
        (
            {"targets": [{"measure": "ACTIVE_RESELLERS", "family": "Drives", "target": "1.5"}]},
            [("targets.0.family", "INVALID"), ("targets.0.target", "INVALID")],
        ),
        ({"activities": [act_of("RESELLER")]}, [("activities.0.side", "INVALID")]),
        ({"activities": [act_of("VENDOR"), act_of("VENDOR")]}, [("activities", "INVALID")]),
        ({"activities": [act_of("VENDOR", " ")]}, [("activities.0.title", "REQUIRED")]),
        ({"notes": "x" * 2_001}, [("notes", "INVALID")]),
    ],
)
async def test_what_is_wrong_with_a_plan_is_told(api: Api, changed: dict[str, Any], wanted: Any) -> None:
    given = {
        "agreementId": api.world.agreement_gid("Acme", "Dist One"),
        "length": "YEAR",
        "periodStart": str(YEAR),
        "currency": "EUR",
        "idempotencyKey": once(),
        **entered(),
    }
    document = op("distributor", "propose_business_plan")
    assert await refused(api, await api.distributor(), document, **{**given, **changed}) == wanted


async def test_a_years_target_is_laid_out_as_entered_or_by_the_year_before(api: Api) -> None:
    world = api.world
    for month, sold in ((1, 30_000), (6, 60_000), (12, 10_000)):
        await world.add(
            "sell_through_day",
            vendor_id=world.vendors["Acme"],
            day=YEAR.replace(year=YEAR.year - 1, month=month, day=9),
            distributor_id=world.parties["Acme", "Dist One"],
            product_id=world.products["Acme", "DRIVE-1"],
            currency="",
            book_currency="EUR",
            units=sold,
            returned_units=0,
            lines=1,
            resale_amount=0,
            disclosed_resale_amount=0,
            book_amount=sold * 10**3,
        )
    targets = [
        units("1000"),
        units("10", family="Switches"),
        {"measure": "SELL_IN_AMOUNT", "target": "100", "phases": ["10", "20", "30", "40"]},
    ]
    vendor = await api.vendor()
    plan = await propose(api, vendor, "vendor", targets=targets)
    await world.connection.execute("DELETE FROM sell_through_day")
    found = (await asked(vendor, "vendor", "business_plan", plan))["pending"]["targets"]
    phases = [[phase["target"] for phase in each["phases"]] for each in found]
    assert [each["phasing"] for each in found] == ["LAST_YEAR", "EVEN", "GIVEN"]
    assert phases[0] == ["300", *["0"] * 4, "600", *["0"] * 5, "100"]
    assert phases[1][:5] == ["0.834", "0.834", "0.834", "0.834", "0.833"]
    assert phases[2][:3] == ["3.333334", "3.333333", "3.333333"] and phases[2][-1] == "13.333333"
