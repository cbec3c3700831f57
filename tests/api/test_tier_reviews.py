"""Tiers reviewed by rule: previewed, by the clock and at once; explained to the vendor and the reseller, hidden from
distributors, on what agreements disclose and nothing else."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.access.roles import Role
from app.partners.actions import review_by_clock
from app.partners.tier_reviews.actions import review_as_asked
from app.store.identity import new_id
from tests.api.conftest import Api, Caller
from tests.api.partners_kit import a_club, contents, done, nodes, nothing_written, once, party_gid, program_gid, refused

PROGRAM = "vendor/create_program.graphql"
ENROLL = "vendor/enroll_reseller.graphql"
DECIDE = "vendor/decide_enrollment.graphql"
REVIEW = "vendor/review_tiers.graphql"
PREVIEW = "vendor/tier_review_preview.graphql"
STANDING = (
    "query($id: ID!) { node(id: $id) { ... on Enrollment { status version tierPinnedUntil tier { name }"
    " tierStanding { rule keptUntil nextReview evaluatedOn requirements { tier { name } kind achieved met } } } } }"
)
MILLION = 1_000_000
TODAY = datetime.now(UTC).date()
TERMS = {"months": [1, 7], "day": 1, "graceDays": 90}


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 0, 1, tzinfo=UTC)


def next_review(day: date = TODAY) -> date:
    return date(day.year + 1, 1, 1) if day.month >= 7 else date(day.year, 7, 1)


async def a_program(api: Api, reviews: dict[str, Any] | None = TERMS, **changed: Any) -> str:
    made = await done(await api.vendor(), PROGRAM, **a_club(reviews=reviews, **changed))
    return str(made["id"])


async def enrolled(api: Api, program: str, rank: int | None, reseller: str = "Reseller One") -> str:
    id = party_gid(api, "Reseller", "Acme", reseller)
    given = {"programId": program, "resellerId": id, "tierRank": rank, "idempotencyKey": once()}
    return str((await done(await api.vendor(), ENROLL, **given))["id"])


async def bought(
    api: Api, amount: int, distributor: str = "Dist One", reseller: str = "Reseller One", **at: Any
) -> None:
    """Net purchases in a month, in whole units; Dist One's agreement discloses them, Dist Two's does not."""
    world, discloses = api.world, distributor == "Dist One"
    reseller_id = world.parties["Acme", reseller]
    await world.add(
        "sell_through_reseller_month",
        vendor_id=world.vendors["Acme"],
        month=at.get("month", TODAY.replace(day=1)),
        distributor_id=world.parties["Acme", distributor],
        reseller_id=reseller_id,
        currency=at.get("currency", "EUR"),
        book_currency="EUR",
        disclosed_reseller_id=reseller_id if discloses else new_id(),
        units=1000,
        returned_units=0,
        lines=1,
        resale_amount=amount * MILLION,
        disclosed_resale_amount=amount * MILLION if discloses else 0,
        book_amount=0,
    )


async def standing(caller: Caller, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await caller.ask(STANDING, id=id))["node"]
    return found


async def decide(api: Api, id: str, **given: Any) -> dict[str, Any]:
    version = (await standing(await api.vendor(), id))["version"]
    return await done(await api.vendor(), DECIDE, enrollmentId=id, expectedVersion=version, reason="Because.", **given)


@pytest.fixture(autouse=True)
async def nothing_bought(api: Api) -> None:
    await api.world.connection.execute("DELETE FROM sell_through_reseller_month")
    await api.world.connection.execute("UPDATE enrollment SET status = 'ENDED'")
    await api.world.connection.execute("DELETE FROM jobs.pgqueuer")


# ---------------------------------------------------------------------------------------------------- by the clock


async def test_the_clock_promotes_and_says_by_which_rule(api: Api) -> None:
    id = await enrolled(api, await a_program(api), None)
    await bought(api, 1_500)
    await bought(api, 900, "Dist Two")
    assert await review_by_clock(api.database, at(TODAY)) == 1
    rule = "Promoted from no tier to Silver: purchases 1,500 of 1,000 EUR."
    for caller in (await api.vendor(), await api.reseller()):
        found = await standing(caller, id)
        assert (found["tier"], found["version"]) == ({"name": "Silver"}, 2)
        assert found["tierStanding"] == {
            "rule": rule,
            "keptUntil": None,
            "nextReview": next_review().isoformat(),
            "evaluatedOn": TODAY.isoformat(),
            "requirements": [
                {"tier": {"name": "Silver"}, "kind": "PURCHASES", "achieved": "1500", "met": True},
                {"tier": {"name": "Gold"}, "kind": "PURCHASES", "achieved": "1500", "met": False},
            ],
        }
        events = "query($id: ID!) { node(id: $id) { ... on Enrollment { history { by reason tier { name } } } } }"
        (latest, _) = (await caller.ask(events, id=id))["node"]["history"]
        assert latest == {"by": "RULE", "reason": rule, "tier": {"name": "Silver"}}
    for name in ("Dist One", "Dist Two"):
        seen = await standing(await api.distributor(name), id)
        assert (seen["tier"], seen["tierStanding"]) == ({"name": "Silver"}, None), "the tier at once, and nothing else"
    (trace,) = await api.world.connection.fetch(
        "SELECT organization_id, actor, after FROM audit_event WHERE subject = $1 AND act = 'reviewTiers'", id
    )
    assert (trace["organization_id"], trace["actor"]) == (api.world.organizations["Acme"], "Tailrace")
    assert rule in trace["after"]
    async with nothing_written(api):
        assert await review_by_clock(api.database, at(TODAY)) == 0
    await review_by_clock(api.database, at(TODAY + timedelta(days=1)))
    assert (await standing(await api.vendor(), id))["tierStanding"]["rule"] == (
        "Keeps Silver: purchases 1,500 of 1,000 EUR."
    )


async def test_a_tier_is_lost_after_a_review_and_its_grace_and_not_before(api: Api) -> None:
    id = await enrolled(api, await a_program(api), 3)
    review = next_review()
    last = review + timedelta(days=89)
    await bought(api, 1_200, month=review.replace(day=1))
    caller = await api.reseller()
    await review_by_clock(api.database, at(TODAY))
    before = await standing(caller, id)
    assert (before["tier"]["name"], before["tierStanding"]["keptUntil"]) == ("Gold", None)
    await review_by_clock(api.database, at(review))
    risky = await standing(caller, id)
    assert (risky["tier"]["name"], risky["tierStanding"]["keptUntil"]) == ("Gold", last.isoformat())
    assert risky["tierStanding"]["rule"] == (
        f"Keeps Gold until {last}: purchases 1,200 of 2,000 EUR; it is lost after that day if that is still so."
    )
    await review_by_clock(api.database, at(last))
    assert (await standing(caller, id))["tier"]["name"] == "Gold"
    await review_by_clock(api.database, at(last + timedelta(days=1)))
    lost = await standing(caller, id)
    assert (lost["tier"]["name"], lost["tierStanding"]["keptUntil"]) == ("Silver", None)
    assert lost["tierStanding"]["rule"] == "Demoted from Gold to Silver: purchases 1,200 of 2,000 EUR."
    assert (await standing(await api.distributor("Dist Two"), id))["tier"]["name"] == "Silver"


async def won(api: Api, day: date) -> None:
    """A deal of Reseller One."""
    vendor_id, id, customer = api.world.vendors["Acme"], new_id(), new_id()
    reseller_id = api.world.parties["Acme", "Reseller One"]
    shared = {"vendor_id": vendor_id, "reseller_id": reseller_id}
    await api.world.add("deal_customer", **shared, id=customer, name="Customer", name_hash=str(customer))
    await api.world.add(
        "deal",
        **shared,
        id=id,
        customer_id=customer,
        content=1,
        name="Deal",
        status="WON",
        currency="EUR",
        amount_minor=1,
        expected_close_on=day,
        registered_by="Somebody",
        registered_by_id=new_id(),
        registered_at=at(day),
        entered_at=at(day),
        protected_from=day,
        protected_until=day + timedelta(days=30),
        protected_at_most=day + timedelta(days=30),
        won_on=day,
        won_minor=1,
        closed_on=day,
    )


async def test_growth_deals_won_and_certifications_are_measured(api: Api) -> None:
    asks = [
        {"kind": "GROWTH", "needed": "0.5"},
        {"kind": "DEALS_WON", "needed": "2"},
        {"kind": "CERTIFICATIONS", "needed": "1"},
    ]
    program = await a_program(api, tiers=[{"name": "Rising", "requirements": asks}], benefits=[])
    id = await enrolled(api, program, None)
    await bought(api, 1_500)
    await bought(api, 300, "Dist Two")
    await bought(api, 1_000, month=TODAY.replace(day=1, year=TODAY.year - 1))
    for day in (TODAY, TODAY - timedelta(days=800)):
        await won(api, day)
    await review_by_clock(api.database, at(TODAY))
    found = {each["kind"]: each for each in (await standing(await api.vendor(), id))["tierStanding"]["requirements"]}
    assert {kind: (each["achieved"], each["met"]) for kind, each in found.items()} == {
        "GROWTH": ("0.5", True),
        "DEALS_WON": ("1", False),
        "CERTIFICATIONS": ("0", False),
    }
    query = "query($id: ID!) { node(id: $id) { ... on Enrollment { progress { kind achieved missing basis } } } }"
    seen = {each["kind"]: each for each in (await (await api.reseller()).ask(query, id=id))["node"]["progress"]}
    assert (seen["GROWTH"]["achieved"], seen["GROWTH"]["basis"]) == ("0.8", "ALL_PURCHASES")
    assert seen["DEALS_WON"] == {"kind": "DEALS_WON", "achieved": "1", "missing": "1", "basis": "REGISTERED_DEALS"}
    assert (seen["CERTIFICATIONS"]["achieved"], seen["CERTIFICATIONS"]["basis"]) == ("0", "RECORDED_CERTIFICATIONS")
    seen = {each["kind"]: each for each in (await (await api.vendor()).ask(query, id=id))["node"]["progress"]}
    assert (seen["GROWTH"]["achieved"], seen["GROWTH"]["basis"]) == ("0.5", "DISCLOSED_PURCHASES")


async def test_only_active_enrolments_of_programmes_with_terms_are_reviewed(api: Api) -> None:
    by_hand = await enrolled(api, await a_program(api, reviews=None), None)
    program = await a_program(api)
    paused = await enrolled(api, program, None)
    await decide(api, paused, status="SUSPENDED")
    await bought(api, 5_000)
    async with nothing_written(api):
        assert await review_by_clock(api.database, at(TODAY)) == 0
    assert (await standing(await api.reseller(), by_hand))["tierStanding"]["rule"].endswith("are decided by hand.")
    assert (await standing(await api.reseller(), paused))["tierStanding"]["rule"] == (
        "Tiers are evaluated while the enrolment is ACTIVE; this one is SUSPENDED."
    )


async def test_a_decision_by_hand_stands_as_long_as_it_is_pinned(api: Api) -> None:
    id = await enrolled(api, await a_program(api), None)
    await bought(api, 5_000)
    until = TODAY + timedelta(days=30)
    pinned = await decide(api, id, tierRank=1, tierPinnedUntil=until.isoformat())
    assert (pinned["tier"]["name"], pinned["tierPinnedUntil"]) == ("Member", until.isoformat())
    await review_by_clock(api.database, at(TODAY))
    found = await standing(await api.reseller(), id)
    assert found["tier"]["name"] == "Member" and found["tierPinnedUntil"] == until.isoformat()
    assert found["tierStanding"]["rule"] == f"Keeps Member until {until}, as the vendor decided."
    assert (await standing(await api.distributor(), id))["tierPinnedUntil"] is None
    await decide(api, id, tierRank=2)
    assert "decided by hand" in (await standing(await api.reseller(), id))["tierStanding"]["rule"]
    await review_by_clock(api.database, at(TODAY))
    assert (await standing(await api.reseller(), id))["tier"]["name"] == "Gold", "without a pin the rule decides"
    past = {"enrollmentId": id, "expectedVersion": 5, "reason": "r", "tierPinnedUntil": "2020-01-01"}
    reasons = await refused(api, await api.vendor(), DECIDE, **past)
    assert (["input", "tierPinnedUntil"], "INVALID") in reasons


# ------------------------------------------------------------------------------------------------ at once, previewed


async def test_a_preview_tells_what_a_review_then_does_and_changes_nothing(api: Api) -> None:
    name = f"Club {once()[:8]}"
    program = await a_program(api, reviews={**TERMS, "graceDays": 0, "demotion": "ONE_TIER"}, name=name)
    up, down = await enrolled(api, program, None), await enrolled(api, program, 3, "Reseller Two")
    await api.world.connection.execute("UPDATE enrollment SET since = '2025-01-01'")
    await bought(api, 2_000)
    await bought(api, 7_000, "Dist Two")
    vendor = await api.vendor()
    async with nothing_written(api):
        preview = (await vendor.ask(PREVIEW, programId=program))["node"]["tierReviewPreview"]
    assert [preview[name] for name in ("reviewed", "promoted", "demoted", "atRisk")] == [2, 1, 1, 0]
    changes = {each["enrollment"]["id"]: each for each in preview["changes"]}
    assert (changes[up]["move"], changes[up]["before"], changes[up]["after"]["name"]) == ("PROMOTED", None, "Gold")
    assert (changes[down]["before"]["name"], changes[down]["after"]["name"]) == ("Gold", "Silver")
    assert changes[up]["rule"] == "Promoted from no tier to Gold: purchases 2,000 of 2,000 EUR.", "undisclosed are not"

    payload = await vendor.act(REVIEW, programId=program)
    assert [payload[name] for name in ("promoted", "demoted", "atRisk")] == [1, 1, 0] and payload["userErrors"] == []
    tiers = {each["tier"]["name"]: each["active"] for each in payload["program"]["adoption"]["byTier"]}
    assert tiers == {"Member": 0, "Silver": 1, "Gold": 1}
    assert (await standing(vendor, down))["tierStanding"]["rule"] == changes[down]["rule"]
    before = await contents(api)
    again = await vendor.act(REVIEW, programId=program)
    assert [again[name] for name in ("promoted", "demoted")] == [0, 0], "a day has one review"
    (id,) = [row["id"] for row in await api.world.connection.fetch("SELECT id FROM program WHERE name = $1", name)]
    await review_as_asked(api.database, api.world.vendors["Acme"], id)
    changed = {name for name, rows in (await contents(api)).items() if rows != before[name]}
    assert changed <= {"audit_event", "jobs.pgqueuer", "tier_standing"}


async def test_two_reviews_at_once_move_a_tier_once(api: Api) -> None:
    program = await a_program(api, reviews={**TERMS, "graceDays": 0, "demotion": "ONE_TIER"})
    id = await enrolled(api, program, 3)
    await api.world.connection.execute("UPDATE enrollment SET since = '2025-01-01'")
    vendor = await api.vendor()
    answers = await asyncio.gather(*(vendor.act(REVIEW, programId=program) for _ in range(4)))
    assert sum(answer["demoted"] for answer in answers) == 1
    assert (await standing(vendor, id))["tier"]["name"] == "Silver"


async def test_reviews_are_refused_where_they_cannot_be_and_shown_to_nobody_else(api: Api) -> None:
    program, by_hand = await a_program(api), await a_program(api, reviews=None)
    vendor, at_id = await api.vendor(), ["input", "programId"]
    assert await refused_review(api, vendor, by_hand) == [(at_id, "NOT_ACTIVE")]
    assert await refused_review(api, vendor, program_gid(api, "Acme", "DISTRIBUTOR")) == [(at_id, "NOT_FOUND")]
    assert await refused_review(api, await api.vendor("Borealis"), program) == [(at_id, "NOT_FOUND")]
    analyst = await api.vendor(role=Role.VENDOR_ANALYST)
    for caller in (await api.distributor(), await api.reseller(), analyst):
        async with nothing_written(api):
            answer = await caller.raw(REVIEW, input={"programId": program})
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (await (await api.vendor("Borealis")).ask(PREVIEW, programId=program))["node"] is None
    hidden = "query($id: ID!) { node(id: $id) { ... on Program { tierReviewPreview { reviewed } adoption { eligible }"
    hidden += " fits { kind } } } }"
    for caller in (await api.distributor(), await api.reseller()):
        found = (await caller.ask(hidden, id=program))["node"]
        assert found == {"tierReviewPreview": None, "adoption": None, "fits": None}


async def refused_review(api: Api, caller: Caller, program: str) -> list[tuple[list[str] | None, str]]:
    async with nothing_written(api):
        payload = await caller.act(REVIEW, programId=program)
    assert payload["program"] is None and payload["promoted"] is None
    return [(error["field"], error["code"]) for error in payload["userErrors"]]


# ------------------------------------------------------------------------------------------------------ the portal


async def test_a_reseller_reads_its_standing_in_its_portal(api: Api) -> None:
    id = await enrolled(api, await a_program(api), 1)
    await review_by_clock(api.database, at(TODAY))
    seen = await (await api.reseller()).ask("reseller/tier_standing.graphql")
    found = next(each for each in nodes(seen["viewer"]["reseller"]["enrollments"]) if each["id"] == id)
    assert found["tierStanding"]["rule"] == "Keeps Member."
    assert (await (await api.reseller("Reseller Two")).ask(STANDING, id=id))["node"] is None
    assert (await (await api.vendor("Borealis")).ask(STANDING, id=id))["node"] is None
