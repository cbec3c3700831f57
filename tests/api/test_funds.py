"""Funds: made, granted, accrued, asked for and run out; and who reads what of them."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from app.execution.identifiers import Key, global_id
from app.funds.accruing.actions import watch_funds
from app.funds.requests import actions as requests
from app.funds.requests.actions import settle_request
from tests.api.conftest import Api
from tests.api.funds_kit import TODAY, Desk, amounts, done, later, nodes, uuid_of

CREATE, GRANT, TERMS = "vendor/create_fund.graphql", "vendor/grant_funds.graphql", "vendor/set_fund_terms.graphql"
REQUEST, WITHDRAW = "distributor/request_funds.graphql", "distributor/withdraw_fund_request.graphql"
DECIDE, CLOSE = "vendor/decide_funds.graphql", "vendor/close_fund_request.graphql"
RESELLER_ASKS = "reseller/request_funds.graphql"


@pytest.fixture
async def desk(api: Api) -> Desk:
    return Desk(api)


async def clock(desk: Desk, on: date) -> None:
    await watch_funds(desk.api.database, datetime(on.year, on.month, on.day, 12, tzinfo=UTC))


async def test_a_vendor_makes_a_fund_grants_money_and_both_sides_read_it(desk: Desk) -> None:
    fund = await desk.fund(expiresOn=later(300), approvesUpTo="50")
    assert amounts(fund) == {"granted": "1000", "available": "1000"}
    assert (fund["reimbursementShare"], fund["approvesUpTo"]["amount"], fund["version"]) == ("0.5", "50", 1)
    partner, manager = await desk.partner(), await desk.manager()
    listed = (await partner.ask("distributor/funds.graphql", agreement=desk.agreement))["node"]["funds"]
    assert fund["id"] in [each["id"] for each in nodes(listed)]
    (entry,) = nodes((await desk.read(fund, partner, "distributor"))["entries"])
    assert (entry["kind"], entry["amount"]["amount"], entry["reason"], entry["recordedBy"]) == (
        "GRANT",
        "1000",
        "Plan",
        None,
    )
    (entry,) = nodes((await desk.read(fund, manager))["entries"])
    assert entry["recordedBy"].startswith("Acme")
    waits, approved = await desk.requested(fund, "100"), await desk.requested(fund, "50")
    claim = await desk.claimed(approved, "10")
    viewer = (await manager.ask("vendor/funds.graphql"))["viewer"]["vendor"]
    assert fund["id"] in [each["id"] for each in nodes(viewer["funds"])]
    asked, claimed = nodes(viewer["fundRequests"]), nodes(viewer["fundClaims"])
    assert [(each["id"], each["fund"]["id"]) for each in asked] == [(waits["id"], fund["id"])]
    assert [(each["id"], each["request"]["id"]) for each in claimed] == [(claim["id"], approved["id"])]


async def test_one_key_makes_one_fund_and_grants_once(desk: Desk) -> None:
    manager, terms = await desk.manager(), desk.terms()
    twins = [await done(manager, CREATE, **terms) for _ in range(2)]
    assert twins[0] == twins[1]
    grant = {"fundId": twins[0]["id"], "amount": "10", "reason": "Plan", "idempotencyKey": uuid4().hex}
    assert [amounts(await done(manager, GRANT, **grant))["granted"] for _ in range(2)] == ["10", "10"]
    assert await desk.refused(manager, GRANT, **{**grant, "amount": "11"}) == {
        ("idempotencyKey", "IDEMPOTENCY_KEY_REUSED")
    }


async def test_everything_wrong_with_a_fund_is_told_at_once_and_nothing_is_written(desk: Desk) -> None:
    manager = await desk.manager()
    accrual = {"basis": "SELL_THROUGH", "share": "1.5", "perUnit": "1"}
    wrong = desk.terms(
        resellerId=desk.reseller_id(),
        name=" ",
        currency="XXX",
        expiresOn="2026-01-01",
        reimbursementShare="1.5",
        claimDays=0,
        approvesUpTo="0.001",
        accruesPer="MONTH",
        accrual=accrual,
    )
    assert await desk.refused(manager, CREATE, **wrong) == {
        ("name", "REQUIRED"),
        ("currency", "INVALID"),
        ("expiresOn", "INVALID"),
        ("reimbursementShare", "INVALID"),
        ("claimDays", "INVALID"),
        ("approvesUpTo", "INVALID"),
        ("accrual.basis", "INVALID"),
        ("accrual.share", "REQUIRED"),
        ("accrual.share", "INVALID"),
    }
    neither = {**desk.terms(accruesPer="MONTH"), "agreementId": None}
    assert await desk.refused(manager, CREATE, **neither) == {("agreementId", "REQUIRED"), ("accrual", "REQUIRED")}


async def test_a_fund_is_made_for_partners_that_the_vendor_sees_alone(desk: Desk) -> None:
    manager, world = await desk.manager(), desk.api.world
    foreign = world.agreement_gid("Borealis", "Dist One")
    assert await desk.refused(manager, CREATE, **desk.terms(agreementId=foreign)) == {("agreementId", "NOT_FOUND")}
    for name, vendor in (("Hidden Reseller", "Acme"), ("Reseller One", "Borealis")):
        terms = desk.terms(resellerId=desk.reseller_id(name, vendor))
        assert await desk.refused(manager, CREATE, **terms) == {("resellerId", "NOT_FOUND")}
    distributor = global_id("Reseller", Key(world.vendors["Acme"], world.parties["Acme", "Dist One"]))
    assert await desk.refused(manager, CREATE, **desk.terms(resellerId=distributor)) == {("resellerId", "NOT_FOUND")}


async def test_terms_are_changed_by_who_knows_them_and_only_for_what_is_to_come(desk: Desk) -> None:
    accrual = {"basis": "PURCHASES", "share": "0.02"}
    fund = await desk.fund(None, accruesPer="MONTH", accrual=accrual)
    manager = await desk.manager()
    given = {
        "fundId": fund["id"],
        "expectedVersion": 1,
        "name": "Autumn",
        "expiresOn": None,
        "reimbursementShare": "1",
        "claimDays": 30,
        "approvesUpTo": None,
        "accrual": {**accrual, "share": "0.03"},
        "accrualSince": (TODAY + timedelta(days=40)).replace(day=1).isoformat(),
    }
    assert await desk.refused(manager, TERMS, **{**given, "expectedVersion": 2}) == {("expectedVersion", "STALE")}
    for since in ("2026-01-01", (TODAY + timedelta(days=40)).replace(day=2).isoformat()):
        assert await desk.refused(manager, TERMS, **{**given, "accrualSince": since}) == {("accrualSince", "INVALID")}
    changed = await done(manager, TERMS, **given)
    assert (changed["name"], changed["version"], [each["share"] for each in changed["accruals"]]) == (
        "Autumn",
        2,
        ["0.02", "0.03"],
    )
    granted = await desk.fund()
    given = {**given, "fundId": granted["id"]}
    assert await desk.refused(manager, TERMS, **given) == {("accrual", "INVALID")}


async def test_a_request_keeps_what_is_approved_and_gives_back_what_is_left(desk: Desk) -> None:
    fund = await desk.fund()
    request = await desk.requested(fund, "400")
    assert (request["status"], request["approved"]) == ("SUBMITTED", None)
    manager, partner = await desk.manager(), await desk.partner()
    given = {"fundRequestId": request["id"], "decision": "APPROVE", "amount": "300"}
    assert await desk.refused(manager, DECIDE, **given) == {("reason", "REQUIRED")}
    decided = await done(manager, DECIDE, **given, reason="Smaller hall")
    assert (decided["status"], decided["approved"]["amount"], decided["left"]["amount"]) == ("APPROVED", "300", "300")
    assert decided["decidedBy"].startswith("Acme")
    assert amounts(await desk.read(fund)) == {"granted": "1000", "reserved": "300", "available": "700"}
    (seen,) = nodes((await desk.read(fund, partner, "distributor"))["requests"])
    assert (seen["reason"], seen["decidedBy"]) == ("Smaller hall", None)
    assert await desk.refused(manager, DECIDE, **given, reason="x") == {("fundRequestId", "TOO_LATE")}
    assert await desk.refused(partner, WITHDRAW, fundRequestId=request["id"]) == {("fundRequestId", "TOO_LATE")}
    closed = await done(manager, CLOSE, fundRequestId=request["id"], reason="Cancelled")
    assert (closed["status"], closed["left"]["amount"]) == ("CLOSED", "0")
    assert amounts(await desk.read(fund)) == {"granted": "1000", "available": "1000"}
    assert await desk.refused(manager, CLOSE, fundRequestId=request["id"]) == {("fundRequestId", "TOO_LATE")}


async def test_a_request_is_rejected_or_taken_back(desk: Desk) -> None:
    fund = await desk.fund()
    manager, partner = await desk.manager(), await desk.partner()
    first, second = await desk.requested(fund), await desk.requested(fund)
    given = {"fundRequestId": first["id"], "decision": "REJECT"}
    assert await desk.refused(manager, DECIDE, **given) == {("reason", "REQUIRED")}
    assert await desk.refused(manager, DECIDE, **given, amount="1", reason="No") == {("amount", "INVALID")}
    assert (await done(manager, DECIDE, **given, reason="No"))["status"] == "REJECTED"
    assert (await done(partner, WITHDRAW, fundRequestId=second["id"]))["status"] == "WITHDRAWN"
    assert await desk.refused(partner, WITHDRAW, fundRequestId=second["id"]) == {("fundRequestId", "TOO_LATE")}
    assert await desk.refused(manager, DECIDE, fundRequestId=second["id"], decision="APPROVE") == {
        ("fundRequestId", "TOO_LATE")
    }
    assert amounts(await desk.read(fund)) == {"granted": "1000", "available": "1000"}


async def test_everything_wrong_with_a_request_is_told_at_once_and_nothing_is_written(desk: Desk) -> None:
    fund, partner = await desk.fund(expiresOn=later(30)), await desk.partner()
    wrong = desk.asked(fund, "1000.01", activity=" ", plannedCost="2000", period={"start": later(-9), "end": later(0)})
    assert await desk.refused(partner, REQUEST, **wrong) == {
        ("activity", "REQUIRED"),
        ("amount", "INVALID"),
        ("period", "TOO_LATE"),
    }
    long = desk.asked(fund, period={"start": "2025-12-31", "end": later(31)}, plannedCost="0.001")
    assert await desk.refused(partner, REQUEST, **long) == {
        ("period", "INVALID"),
        ("plannedCost", "INVALID"),
        ("amount", "INVALID"),
    }
    given = desk.asked(fund)
    assert (await done(partner, REQUEST, **given))["id"] == (await done(partner, REQUEST, **given))["id"]


async def test_no_more_is_approved_than_is_available(desk: Desk) -> None:
    fund, manager = await desk.fund("150"), await desk.manager()
    first, second = await desk.requested(fund), await desk.requested(fund)
    await done(manager, DECIDE, fundRequestId=first["id"], decision="APPROVE")
    given = {"fundRequestId": second["id"], "decision": "APPROVE"}
    assert await desk.refused(manager, DECIDE, **given) == {("amount", "INVALID")}
    assert await desk.refused(manager, DECIDE, **given, amount="101", reason="x") == {("amount", "INVALID")}
    assert (await done(manager, DECIDE, **given, amount="50", reason="The rest"))["approved"]["amount"] == "50"


async def test_a_fund_s_terms_approve_small_requests_at_once(desk: Desk) -> None:
    fund = await desk.fund("150", approvesUpTo="100", approvesInMonth="1000")
    assert fund["approvesInMonth"]["amount"] == "1000"
    first = await desk.requested(fund, "100")
    assert (first["status"], first["approved"]["amount"], first["decidedBy"]) == ("APPROVED", "100", None)
    assert "EUR 100.00" in first["reason"]
    assert (await desk.requested(fund, "100.01"))["status"] == "SUBMITTED"
    assert (await desk.requested(fund, "50.01"))["status"] == "SUBMITTED"
    await settle_request(desk.api.database, desk.api.world.vendors["Acme"], uuid_of("FundRequest", first))
    assert amounts(await desk.read(fund)) == {"granted": "150", "reserved": "100", "available": "50"}


async def test_who_asks_in_parts_gets_no_more_at_once_than_a_month_s_limit(desk: Desk) -> None:
    fund, partner = await desk.fund(approvesUpTo="100", approvesInMonth="250"), await desk.partner()
    answers = await asyncio.gather(*(done(partner, REQUEST, **desk.asked(fund, "100")) for _ in range(8)))
    assert sorted(each["status"] for each in answers) == ["APPROVED"] * 2 + ["SUBMITTED"] * 6
    assert (await desk.requested(fund, "50.01"))["status"] == "SUBMITTED"
    assert (await desk.requested(fund, "50"))["status"] == "APPROVED"
    closed = next(each for each in answers if each["status"] == "APPROVED")
    await done(await desk.manager(), "vendor/close_fund_request.graphql", fundRequestId=closed["id"])
    assert (await desk.requested(fund, "1"))["status"] == "SUBMITTED", "what was given back was approved all the same"
    await desk.api.world.connection.execute("UPDATE fund_request SET decided_at = decided_at - interval '32 days'")
    assert (await desk.requested(fund, "100"))["status"] == "APPROVED"


async def test_a_fund_that_says_no_month_s_limit_has_that_of_one_request(desk: Desk) -> None:
    fund = await desk.fund(approvesUpTo="100")
    assert fund["approvesInMonth"]["amount"] == "100"
    assert [(await desk.requested(fund, each))["status"] for each in ("60", "41", "40")] == [
        "APPROVED",
        "SUBMITTED",
        "APPROVED",
    ]
    manager = await desk.manager()
    for limits in ({"approvesUpTo": "100", "approvesInMonth": "99"}, {"approvesInMonth": "99"}):
        wrong = desk.terms(**limits)
        assert await desk.refused(manager, CREATE, **wrong) == {("approvesInMonth", "INVALID")}


async def test_a_request_is_settled_by_its_job_where_the_server_died_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object) -> None:
        """Does nothing any more."""

    fund, settle = await desk.fund(approvesUpTo="100"), requests.settle_request
    monkeypatch.setattr(requests, "settle_request", dies)
    request = await desk.requested(fund, "100")
    assert request["status"] == "SUBMITTED"
    jobs = await desk.api.world.connection.fetch(
        "SELECT payload FROM jobs.pgqueuer WHERE entrypoint = 'settle_fund_request'"
    )
    named = [json.loads(job["payload"])["request_id"] for job in jobs]
    assert str(uuid_of("FundRequest", request)) in named
    for _ in range(2):
        await settle(desk.api.database, desk.api.world.vendors["Acme"], uuid_of("FundRequest", request))
    assert amounts(await desk.read(fund)) == {"granted": "1000", "reserved": "100", "available": "900"}


async def test_twenty_requests_racing_for_one_fund_never_take_it_below_zero(desk: Desk) -> None:
    fund, partner = await desk.fund("550", approvesUpTo="100", approvesInMonth="5000"), await desk.partner()
    answers = await asyncio.gather(*(done(partner, REQUEST, **desk.asked(fund, "100")) for _ in range(20)))
    assert sorted(each["status"] for each in answers) == ["APPROVED"] * 5 + ["SUBMITTED"] * 15
    assert amounts(await desk.read(fund)) == {"granted": "550", "reserved": "500", "available": "50"}
    entries = nodes((await desk.read(fund))["entries"])
    assert [entry["number"] for entry in entries] == [6, 5, 4, 3, 2, 1]
    manager = await desk.manager()
    waiting = [each["id"] for each in answers if each["status"] == "SUBMITTED"]
    await desk.grant(fund, "250")
    given = [{"fundRequestId": id, "decision": "APPROVE"} for id in waiting]
    payloads = await asyncio.gather(*(manager.act(DECIDE, **each) for each in given))
    assert sum(not payload["userErrors"] for payload in payloads) == 3
    assert amounts(await desk.read(fund)) == {"granted": "800", "reserved": "800"}


async def test_twins_of_one_request_are_decided_once(desk: Desk) -> None:
    fund, manager = await desk.fund(), await desk.manager()
    request = await desk.requested(fund)
    given = {"fundRequestId": request["id"], "decision": "APPROVE"}
    payloads = await asyncio.gather(*(manager.act(DECIDE, **given) for _ in range(10)))
    assert sum(not payload["userErrors"] for payload in payloads) == 1
    assert amounts(await desk.read(fund))["reserved"] == "100"


async def test_the_database_itself_keeps_no_more_than_is_available(desk: Desk) -> None:
    fund = await desk.fund("10")
    connection, id = desk.api.world.connection, uuid_of("Fund", fund)
    for change in ("reserved_minor = 1001", "reserved_minor = -1", "shortfall_minor = 1", "granted_minor = -1"):
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(f"UPDATE fund SET {change} WHERE id = $1", id)


async def test_a_reseller_asks_while_a_programme_opens_funds_to_it(desk: Desk) -> None:
    fund = await desk.fund(resellerId=desk.reseller_id())
    reseller, manager = await desk.api.reseller(), await desk.manager()
    await desk.opened(status="APPLIED")
    assert await desk.refused(reseller, RESELLER_ASKS, **desk.asked(fund)) == {("fundId", "NOT_ELIGIBLE")}
    await desk.opened()
    request = await done(reseller, RESELLER_ASKS, **desk.asked(fund))
    other = await done(reseller, RESELLER_ASKS, **desk.asked(fund))
    listed = (await reseller.ask("reseller/funds.graphql"))["viewer"]["reseller"]
    assert [each["id"] for each in nodes(listed["funds"])] == [fund["id"]]
    assert [each["id"] for each in nodes(listed["fundRequests"])] == [other["id"], request["id"]]
    waiting = (await reseller.ask("reseller/funds.graphql", filter={"status": "REJECTED"}))["viewer"]["reseller"]
    assert waiting["fundRequests"]["totalCount"] == 0
    await desk.opened(status="SUSPENDED")
    assert await desk.refused(reseller, RESELLER_ASKS, **desk.asked(fund)) == {("fundId", "NOT_ELIGIBLE")}
    given = {"fundRequestId": request["id"], "decision": "APPROVE"}
    assert await desk.refused(manager, DECIDE, **given) == {("fundRequestId", "NOT_ELIGIBLE")}
    rejected = await done(manager, DECIDE, fundRequestId=request["id"], decision="REJECT", reason="Suspended")
    assert rejected["status"] == "REJECTED"
    withdrawn = await done(reseller, "reseller/withdraw_fund_request.graphql", fundRequestId=other["id"])
    assert withdrawn["status"] == "WITHDRAWN"


async def test_what_is_not_used_in_time_runs_out(desk: Desk) -> None:
    fund = await desk.fund(expiresOn=later(40), claimDays=10)
    kept = await desk.approved(fund, "300")
    waits = await desk.requested(fund, "100")
    await clock(desk, TODAY + timedelta(days=1))
    assert amounts(await desk.read(fund)) == {"granted": "1000", "reserved": "300", "available": "700"}
    await clock(desk, TODAY + timedelta(days=14))
    statuses = {each["id"]: each["status"] for each in nodes((await desk.read(fund))["requests"])}
    assert statuses == {kept["id"]: "APPROVED", waits["id"]: "EXPIRED"}
    for _ in range(2):
        await clock(desk, TODAY + timedelta(days=15))
    statuses = {each["id"]: each["status"] for each in nodes((await desk.read(fund))["requests"])}
    assert statuses[kept["id"]] == "EXPIRED"
    assert amounts(await desk.read(fund)) == {"granted": "1000", "available": "1000"}
    for _ in range(2):
        await clock(desk, TODAY + timedelta(days=40))
    read = await desk.read(fund)
    assert amounts(read) == {"granted": "1000", "expired": "1000"}
    assert [entry["kind"] for entry in nodes(read["entries"])] == ["EXPIRE", "RELEASE", "RESERVE", "GRANT"]


async def test_an_expired_fund_takes_nothing_and_gives_nothing(desk: Desk) -> None:
    fund, manager, partner = await desk.fund(expiresOn=later(30)), await desk.manager(), await desk.partner()
    request = await desk.requested(fund)
    await desk.api.world.connection.execute(
        "UPDATE fund SET expires_on = $2 WHERE id = $1", uuid_of("Fund", fund), TODAY
    )
    grant = {"fundId": fund["id"], "amount": "1", "reason": "x", "idempotencyKey": uuid4().hex}
    assert await desk.refused(manager, GRANT, **grant) == {("fundId", "NOT_ACTIVE")}
    assert ("fundId", "NOT_ACTIVE") in await desk.refused(partner, REQUEST, **desk.asked(fund))
    given = {"fundRequestId": request["id"], "decision": "APPROVE"}
    assert await desk.refused(manager, DECIDE, **given) == {("fundRequestId", "NOT_ACTIVE")}


async def test_under_an_ended_agreement_nothing_is_asked_for(desk: Desk) -> None:
    fund, partner = await desk.fund(), await desk.partner()
    connection, agreement = desk.api.world.connection, desk.api.world.agreements["Acme", "Dist One"]
    await connection.execute("UPDATE agreement SET status = 'ENDED' WHERE id = $1", agreement)
    try:
        assert await desk.refused(partner, REQUEST, **desk.asked(fund)) == {("fundId", "NOT_ACTIVE")}
        terms = desk.terms()
        assert await desk.refused(await desk.manager(), CREATE, **terms) == {("agreementId", "NOT_ACTIVE")}
    finally:
        await connection.execute("UPDATE agreement SET status = 'ACTIVE' WHERE id = $1", agreement)
