"""How the two sides of a plan follow and review it; who may not; and who learns nothing of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.access.roles import Role
from app.access.scopes import Scope
from app.alerts.watching.watch import watch_decisions
from app.planning.reviews.actions import freeze
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
    nothing_changed,
    op,
    operator,
    planned_activities,
    propose,
    refused,
    revise,
    units,
)

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
async def no_plans(api: Api) -> None:
    await emptied(api)


# ----------------------------------------------------------------------------------------- activities and reviews


async def test_an_overdue_activity_alerts_its_own_side_until_it_is_done(api: Api) -> None:
    vendor, distributor = await api.vendor(), await api.distributor()
    late = YESTERDAY - timedelta(days=1)
    await agreed(api, activities=[act_of("DISTRIBUTOR", due=late), act_of("VENDOR", "Later")])
    await watch_decisions(api.database, datetime.now(UTC))
    assert await _alerts(api) == [("DISTRIBUTOR", "PLAN_ACTIVITY_OVERDUE")]
    mine = await operator(api)
    plan = await api.world.connection.fetchval("SELECT id FROM business_plan")
    (activity,) = [
        each for each in await planned_activities(mine, {"id": _gid(api, plan)}) if each["side"] == "DISTRIBUTOR"
    ]
    put_off = {"activityId": activity["id"], "expectedVersion": 1, "dueOn": str(TODAY + timedelta(days=9))}
    not_theirs = await refused(api, vendor, op("vendor", "update_plan_activity"), **put_off)
    assert not_theirs == [("activityId", "NOT_ALLOWED")]
    found = await done(mine, op("distributor", "update_plan_activity"), **put_off)
    assert (found["agreedDueOn"], found["dueOn"]) == (str(late), put_off["dueOn"])
    await watch_decisions(api.database, datetime.now(UTC))
    assert await _alerts(api) == []
    stale = await refused(api, distributor, op("distributor", "update_plan_activity"), **put_off)
    assert stale == [("expectedVersion", "STALE")]
    nothing = await refused(
        api, mine, op("distributor", "update_plan_activity"), activityId=activity["id"], expectedVersion=2
    )
    assert nothing == [("", "REQUIRED")]
    finished = {"activityId": activity["id"], "expectedVersion": 2, "status": "DONE"}
    found = await done(mine, op("distributor", "update_plan_activity"), **finished)
    assert (found["status"], found["doneOn"] is not None) == ("DONE", True)


def _gid(api: Api, plan: Any) -> str:
    from app.execution.identifiers import Key, global_id

    return global_id("BusinessPlan", Key(api.world.vendors["Acme"], plan))


async def _alerts(api: Api) -> list[tuple[str, str]]:
    rows = await api.world.connection.fetch(
        "SELECT audience, kind FROM alert WHERE kind LIKE 'PLAN_%' AND settled_at IS NULL ORDER BY 1"
    )
    return [tuple(row) for row in rows]


async def test_whoever_has_to_answer_is_told_so_until_it_did(api: Api) -> None:
    distributor = await api.distributor()
    plan = await propose(api, await api.vendor(), "vendor")
    await watch_decisions(api.database, datetime.now(UTC))
    assert await _alerts(api) == [("DISTRIBUTOR", "PLAN_TO_ANSWER")]
    await revise(distributor, "distributor", plan)
    await watch_decisions(api.database, datetime.now(UTC))
    assert await _alerts(api) == [("VENDOR", "PLAN_TO_ANSWER")]


async def test_a_review_keeps_its_figures_and_is_countersigned_by_the_other_side(api: Api) -> None:
    vendor, distributor = await api.vendor(), await api.distributor()
    huge = {"measure": "SELL_THROUGH_AMOUNT", "target": "100000000000", "phases": ["0.000001", *["0"] * 10]}
    huge["phases"] = [*huge["phases"], "99999999999.999999"]
    plan = await agreed(api, units("1200"), huge)
    await _sold(api, 5_000)
    key = once()
    given = {
        "planId": plan["id"],
        "heldOn": str(TODAY),
        "attendees": "Ada, Ben",
        "decisions": "More training.",
        "followUps": [act_of("VENDOR", "Book a room", TODAY), act_of("DISTRIBUTOR", "Invite")],
        "idempotencyKey": key,
    }
    mine = await operator(api)
    review = await done(mine, op("distributor", "record_plan_review"), **given)
    assert [each["actual"] for each in review["figures"]] == ["5", "5"]
    assert (await done(mine, op("distributor", "record_plan_review"), **given))["id"] == review["id"]
    own = await refused(api, distributor, op("distributor", "acknowledge_plan_review"), reviewId=review["id"])
    assert own == [("reviewId", "NOT_ALLOWED")]
    signed = await done(vendor, op("vendor", "acknowledge_plan_review"), reviewId=review["id"])
    assert signed["acknowledgedAt"]
    twice = await refused(api, vendor, op("vendor", "acknowledge_plan_review"), reviewId=review["id"])
    assert twice == [("reviewId", "TOO_LATE")]
    await _sold(api, 8_000)
    row = await api.world.connection.fetchrow("SELECT vendor_id, id FROM plan_review")
    await freeze(api.database, row["vendor_id"], row["id"])
    for caller, side in ((vendor, "vendor"), (distributor, "distributor")):
        (found,) = nodes((await asked(caller, side, "business_plan_reviews", plan, first=5))["reviews"])
        assert [each["actual"] for each in found["figures"]] == ["5", "5"]
        assert [each["actual"] for each in found["figuresToday"]] == ["8", "8"]
        assert {each["title"] for each in found["followUps"]} == {"Book a room", "Invite"}
        assert (found["recordedBy"], found["planVersion"], found["decisions"]) == ("DISTRIBUTOR", 1, "More training.")
    await api.world.connection.execute("DELETE FROM sell_through_day")


async def _sold(api: Api, units: int) -> None:
    world = api.world
    await world.connection.execute("DELETE FROM sell_through_day")
    await world.add(
        "sell_through_day",
        vendor_id=world.vendors["Acme"],
        day=TODAY,
        distributor_id=world.parties["Acme", "Dist One"],
        product_id=world.products["Acme", "DRIVE-1"],
        currency="",
        book_currency="EUR",
        units=units,
        returned_units=0,
        lines=1,
        resale_amount=0,
        disclosed_resale_amount=0,
        book_amount=units * 10**3,
    )


async def test_a_review_is_of_a_day_that_was_and_of_a_plan_that_is_agreed(api: Api) -> None:
    vendor = await api.vendor()
    given = {"attendees": "A", "decisions": "B", "followUps": [], "idempotencyKey": once()}
    plan = await propose(api, vendor, "vendor")
    document = op("vendor", "record_plan_review")
    early = await refused(api, vendor, document, planId=plan["id"], heldOn=str(TODAY), **given)
    assert early == [("planId", "NOT_ACTIVE")]
    await done(await api.distributor(), op("distributor", "agree_business_plan"), **at(plan))
    for day in (YEAR - timedelta(days=1), TODAY + timedelta(days=2)):
        wrong = await refused(api, vendor, document, planId=plan["id"], heldOn=str(day), **given)
        assert wrong == [("heldOn", "INVALID")]
    due = {**given, "followUps": [act_of("VENDOR", due=YESTERDAY)], "attendees": " "}
    wrong = await refused(api, vendor, document, planId=plan["id"], heldOn=str(TODAY), **due)
    assert wrong == [("attendees", "REQUIRED"), ("followUps.0.dueOn", "INVALID")]


async def test_nothing_of_a_review_can_be_changed_by_a_level(api: Api) -> None:
    plan = await agreed(api)
    given = {"attendees": "A", "decisions": "B", "followUps": [], "idempotencyKey": once()}
    await done(await api.vendor(), op("vendor", "record_plan_review"), planId=plan["id"], heldOn=str(TODAY), **given)
    actor = api.world.actor(Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER)
    for column, value in (("decisions", "'C'"), ("figures", "'[]'"), ("held_on", "now()")):
        with pytest.raises(Exception, match="permission denied"):
            async with api.database.writing(actor.context()) as session:
                await session.execute(f"UPDATE plan_review SET {column} = {value}")
    async with api.database.writing(actor.context()) as session:
        assert await session.execute("UPDATE plan_review SET acknowledged_at = now()") == 0


# -------------------------------------------------------------------------------------------------- who learns nothing


async def test_nobody_but_the_two_sides_sees_or_touches_anything_of_a_plan(api: Api) -> None:
    vendor = await api.vendor()
    plan = await agreed(api, activities=[act_of("DISTRIBUTOR")])
    given = {"attendees": "A", "decisions": "B", "followUps": [], "idempotencyKey": once()}
    review = await done(vendor, op("vendor", "record_plan_review"), planId=plan["id"], heldOn=str(TODAY), **given)
    (activity,) = await planned_activities(vendor, plan)
    others = [
        (await api.distributor("Dist Two"), "distributor"),
        (await api.vendor("Borealis"), "vendor"),
    ]
    ids = [plan["id"], plan["inForce"]["id"], activity["id"], review["id"]]
    for caller, side in others:
        for id in ids:
            assert (await caller.ask("query($id: ID!) { node(id: $id) { id } }", id=id))["node"] is None
        agreement = api.world.agreement_gid("Acme", "Dist One")
        assert (await caller.ask(op(side, "business_plans"), agreementId=agreement, first=1))["node"] is None
        acts: list[tuple[str, dict[str, Any], str]] = [
            ("propose_business_plan", _proposal(agreement), "agreementId"),
            ("revise_business_plan", {**at(plan), **entered()}, "planId"),
            ("agree_business_plan", at(plan), "planId"),
            ("end_business_plan", {**at(plan), "ending": "CLOSE"}, "planId"),
            (
                "update_plan_activity",
                {"activityId": activity["id"], "expectedVersion": 1, "status": "DONE"},
                "activityId",
            ),
            ("record_plan_review", {"planId": plan["id"], "heldOn": str(TODAY), **given}, "planId"),
            ("acknowledge_plan_review", {"reviewId": review["id"]}, "reviewId"),
        ]
        for name, entry, field in acts:
            assert await refused(api, caller, op(side, name), **entry) == [(field, "NOT_FOUND")], name


def _proposal(agreement: str) -> dict[str, Any]:
    return {
        "agreementId": agreement,
        "length": "YEAR",
        "periodStart": str(YEAR),
        "currency": "EUR",
        "idempotencyKey": once(),
        **entered(),
    }


async def test_resellers_and_viewers_learn_of_no_plan_and_readers_change_none(api: Api) -> None:
    plan = await agreed(api)
    look = "query($id: ID!) { node(id: $id) { id } }"
    for caller in (await api.reseller(), await api.distributor("Dist One", Role.DISTRIBUTOR_VIEWER)):
        assert (await caller.ask(look, id=plan["id"]))["node"] is None
        answer = await caller.raw(op("distributor", "agree_business_plan"), input=at(plan))
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    readers = [
        (await api.vendor("Acme", Role.VENDOR_ANALYST), "vendor"),
        (await api.vendor("Acme", Role.VENDOR_FINANCE), "vendor"),
        (await api.distributor("Dist One", Role.DISTRIBUTOR_FINANCE), "distributor"),
        (await operator(api), "distributor"),
    ]
    async with nothing_changed(api):
        for caller, side in readers:
            assert (await asked(caller, side, "business_plan", plan))["status"] == "AGREED"
            for name, entry in (("agree_business_plan", at(plan)), ("revise_business_plan", {**at(plan), **entered()})):
                answer = await caller.raw(op(side, name), input=entry)
                assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_the_scopes_of_plans_read_and_write_them_and_no_other_scope_does(api: Api) -> None:
    plan = await agreed(api)
    role, level = Role.DISTRIBUTOR_ADMIN, Level.DISTRIBUTOR
    reads = await api.as_(level, "Dist One", role, scopes=frozenset({Scope.PLANS_READ}))
    assert (await asked(reads, "distributor", "business_plan", plan))["status"] == "AGREED"
    answer = await reads.raw(op("distributor", "agree_business_plan"), input=at(plan))
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    writes = await api.as_(level, "Dist One", role, scopes=frozenset({Scope.PLANS_WRITE}))
    assert (await revise(writes, "distributor", plan))["pending"]["number"] == 2
    other = await api.as_(level, "Dist One", role, scopes=frozenset({Scope.FUNDS_WRITE, Scope.ANALYTICS_READ}))
    assert (await other.ask("query($id: ID!) { node(id: $id) { id } }", id=plan["id"]))["node"] is None
