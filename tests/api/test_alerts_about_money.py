"""Alerts about funds, deductions and affiliates: raised by the clock for whoever has to act, and cleared when it is done."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.alerts.watching.watch import watch_decisions
from app.execution.identifiers import Key, global_id, key_of
from app.store.identity import new_id
from tests.api.conftest import Api, Caller
from tests.api.funds_kit import TODAY, Desk, done, later
from tests.api.test_alerts_decisions import D, R, V, about, told

NOW = datetime.now(UTC)
ASK_NODE = "query($id: ID!) { node(id: $id) { id } }"
DECIDE, DECIDE_CLAIM = "vendor/decide_funds.graphql", "vendor/decide_fund_claim.graphql"


@pytest.fixture
async def desk(api: Api) -> Desk:
    await api.world.connection.execute("DELETE FROM alert; DELETE FROM webhook_delivery")
    return Desk(api)


async def clock(api: Api, days: int = 0) -> None:
    await watch_decisions(api.database, NOW + timedelta(days=days))


async def nobody_else(api: Api, alert: str, *told_to: Caller) -> None:
    """No rival is told, and none reads the alert by its id."""
    for caller, level in (
        (await api.distributor("Dist Two"), D),
        (await api.reseller("Reseller Two"), R),
        (await api.vendor("Borealis"), V),
    ):
        assert await told(caller, level) == []
        assert (await caller.ask(ASK_NODE, id=alert))["node"] is None


async def test_funds_that_wait_are_told_to_the_vendor_until_they_are_decided(desk: Desk, api: Api) -> None:
    request = await desk.requested(await desk.fund())
    await clock(api)
    manager = await desk.manager()
    (found,) = await told(manager, V, kinds=["FUND_TO_DECIDE"])
    assert (found["subject"]["id"], found["facts"]) == (request["id"], ["Roadshow: EUR 100.00"])
    assert found["distributor"]["name"] == "Dist One"
    assert await told(await desk.partner(), D) == []
    await nobody_else(api, found["id"])
    await done(manager, DECIDE, fundRequestId=request["id"], decision="APPROVE")
    claim = await desk.claimed(request, "150")
    await clock(api)
    assert await about(manager, V, request["id"]) == [("FUND_TO_DECIDE", "CLEARED")]
    assert await about(manager, V, claim["id"]) == [("FUND_TO_DECIDE", "OPEN")]
    await done(await desk.finance(), DECIDE_CLAIM, fundClaimId=claim["id"], decision="REJECT", reason="No invoice.")
    await clock(api)
    assert await about(manager, V, claim["id"]) == [("FUND_TO_DECIDE", "CLEARED")]


async def test_whose_money_expires_is_told_thirty_days_before_and_until_it_is_used(desk: Desk, api: Api) -> None:
    fund = await desk.fund("30", name="Spring", expiresOn=later(41), claimDays=10)
    await clock(api, 9)
    partner = await desk.partner()
    assert await told(partner, D) == []
    await clock(api, 10)
    (found,) = await told(partner, D)
    assert (found["kind"], found["subject"]["id"], found["facts"]) == (
        "FUND_EXPIRING",
        fund["id"],
        ["Spring: EUR 30.00"],
    )
    assert found["dueOn"] == (TODAY + timedelta(days=40)).isoformat()
    assert await told(await desk.manager(), V) == []
    await nobody_else(api, found["id"])
    request = await desk.approved(fund, "30", plannedCost="60")
    await clock(api, 10)
    assert await about(partner, D, fund["id"]) == [("FUND_EXPIRING", "CLEARED")]
    (found,) = await told(partner, D, state="OPEN")
    assert (found["subject"]["id"], found["facts"]) == (request["id"], ["Roadshow: EUR 30.00"])
    assert found["dueOn"] == (TODAY + timedelta(days=14)).isoformat(), "ten days from the end, the fifth from today"
    await desk.claimed(request, "60")
    await clock(api, 10)
    assert await about(partner, D, request["id"]) == [("FUND_EXPIRING", "CLEARED")]


async def test_a_resellers_fund_is_told_to_that_reseller_alone(desk: Desk, api: Api) -> None:
    await desk.opened()
    fund = await desk.fund("20", resellerId=desk.reseller_id(), expiresOn=later(5))
    await clock(api)
    (found,) = await told(await api.reseller(), R)
    assert (found["kind"], found["subject"]["id"]) == ("FUND_EXPIRING", fund["id"])
    assert await told(await desk.partner(), D) == []
    assert await told(await desk.manager(), V, kinds=["FUND_EXPIRING"]) == []
    await nobody_else(api, found["id"])


async def test_a_decision_about_funds_is_told_to_webhooks_of_both_sides(desk: Desk, api: Api) -> None:
    rows = await waiting(desk, api)
    assert rows == [("DISTRIBUTOR", "APPROVED"), ("VENDOR", "APPROVED")]
    refused = await desk.requested(await desk.fund())
    before = await waiting(desk, api, None)
    await desk.refused(await desk.manager(), DECIDE, fundRequestId=refused["id"], decision="REJECT")
    assert await waiting(desk, api, None) == before


async def waiting(desk: Desk, api: Api, of: str | None = "") -> list[tuple[Any, ...]]:
    """What webhooks that listen to funds are sent of a request that is approved; of what there is, where `of` is None."""
    if of is not None:
        for level, party in (("DISTRIBUTOR", "Dist One"), ("VENDOR", "Acme")):
            caller = await (api.distributor(party) if level == "DISTRIBUTOR" else api.vendor(party))
            document = f"{level.lower()}/create_webhook.graphql"
            payload = await caller.act(
                document, url="https://hooks.example.org/x", events=["FUND_DECIDED"], idempotencyKey=uuid4().hex
            )
            assert payload["userErrors"] == [], payload
        await desk.approved(await desk.fund())
    rows = await api.world.connection.fetch(
        "SELECT w.level, d.kind FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id"
        " WHERE d.event = 'fund.decided' ORDER BY 1, 2"
    )
    return [tuple(row) for row in rows]


async def test_a_deduction_that_nothing_justifies_is_told_once_it_is_thirty_days_old(desk: Desk, api: Api) -> None:
    number = f"DM-{uuid4().hex[:6]}"
    payload = await (await desk.finance()).act(
        "vendor/record_deduction.graphql",
        agreementId=desk.agreement,
        number=number,
        kind="INCENTIVE",
        amount="12.50",
        currency="EUR",
        dated=TODAY.isoformat(),
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == [], payload
    finance = await desk.finance()
    await clock(api, 29)
    assert await told(finance, V, kinds=["DEDUCTION_UNMATCHED"]) == []
    await clock(api, 30)
    (found,) = await told(finance, V, kinds=["DEDUCTION_UNMATCHED"])
    assert found["facts"] == [f"Debit memo {number} of {TODAY}: EUR 12.50"]
    assert await told(await desk.partner(), D, kinds=["DEDUCTION_UNMATCHED"]) == []
    await nobody_else(api, found["id"])
    key = key_of("Deduction", found["subject"]["id"])
    assert key is not None
    await api.world.connection.execute(
        "UPDATE deduction SET claim = 'claim x', match_kind = 'CONFIRMED', matched_at = now() WHERE id = $1", key.id
    )
    await clock(api, 30)
    assert await about(finance, V, found["subject"]["id"]) == [("DEDUCTION_UNMATCHED", "CLEARED")]


async def test_each_firm_that_a_group_is_proposed_to_is_told_of_its_own_membership(desk: Desk, api: Api) -> None:
    world, acme = api.world, api.world.vendors["Acme"]
    firms = [global_id("Distributor", Key(acme, world.parties["Acme", each])) for each in ("Dist One", "Dist Two")]
    group = await done(
        await desk.manager(),
        "vendor/propose_affiliation.graphql",
        name="North",
        purpose="Common volumes.",
        distributorIds=firms,
        idempotencyKey=uuid4().hex,
    )
    await clock(api)
    found = {}
    for name in ("Dist One", "Dist Two"):
        (found[name],) = await told(await api.distributor(name), D)
        assert (found[name]["kind"], found[name]["facts"]) == ("AFFILIATION_PROPOSED", ["North"])
    assert found["Dist One"]["subject"]["id"] != found["Dist Two"]["subject"]["id"]
    rival = await api.distributor("Dist Two")
    for id in (found["Dist One"]["id"], found["Dist One"]["subject"]["id"]):
        assert (await rival.ask(ASK_NODE, id=id))["node"] is None
    assert await told(await desk.manager(), V, kinds=["AFFILIATION_PROPOSED"]) == []
    own = await api.distributor()
    await done(own, "distributor/accept_affiliation.graphql", membershipId=found["Dist One"]["subject"]["id"])
    await clock(api)
    assert [each["state"] for each in await told(own, D)] == ["CLEARED"]
    assert [each["state"] for each in await told(rival, D)] == ["OPEN"]
    await done(rival, "distributor/leave_affiliation.graphql", membershipId=found["Dist Two"]["subject"]["id"])
    await clock(api)
    assert [each["state"] for each in await told(rival, D)] == ["CLEARED"] and group["id"]


async def test_a_tier_that_changed_is_told_to_both_sides_and_anew_when_it_changes_again(desk: Desk, api: Api) -> None:
    world, acme = api.world, api.world.vendors["Acme"]
    enrollment = await desk.opened("Reseller Two")
    subject, vendor = global_id("Enrollment", Key(acme, enrollment)), await api.vendor()

    async def tier(rank: int) -> None:
        version = await world.connection.fetchval("SELECT version FROM enrollment WHERE id = $1", enrollment)
        payload = await vendor.act(
            "vendor/decide_enrollment.graphql",
            enrollmentId=subject,
            expectedVersion=version,
            tierRank=rank,
            reason="Reviewed",
        )
        assert payload["userErrors"] == [], payload

    low, high, name = 11, 12, "Platinum"
    for rank, named in ((low, "Silver"), (high, name)):
        of = {"vendor_id": acme, "program_id": world.programs["Acme", "RESELLER"], "audience": "RESELLER"}
        await world.add("program_tier", id=new_id(), rank=rank, name=named, **of)
    await tier(low)
    await clock(api)
    assert await about(vendor, V, subject) == [], "the first tier is no change"
    await tier(high)
    own = await api.reseller("Reseller Two")
    await clock(api)
    for caller, level in ((vendor, V), (own, R)):
        (found,) = await told(caller, level, kinds=["TIER_CHANGED"])
        assert (found["severity"], found["state"], found["subject"]["id"]) == ("INFO", "OPEN", subject)
        assert f"{name} instead of Silver since" in found["facts"][0]
    for rival, level in ((await api.reseller(), R), (await api.distributor(), D), (await api.vendor("Borealis"), V)):
        assert await told(rival, level, kinds=["TIER_CHANGED"]) == []
    await own.act("reseller/settle_alert.graphql", alertId=found["id"])
    await clock(api)
    assert await about(own, R, subject) == [("TIER_CHANGED", "SETTLED")], "it is said once"
    await tier(low)
    await clock(api)
    assert await about(own, R, subject) == [("TIER_CHANGED", "OPEN")], "it has changed again"
    await clock(api, 31)
    assert await about(own, R, subject) == [("TIER_CHANGED", "CLEARED")]
