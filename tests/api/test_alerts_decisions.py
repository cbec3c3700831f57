"""Alerts about what waits for a decision: raised once for whoever has to act, assigned, and cleared when it is done."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.access.roles import Role
from app.alerts.raising import NewAlert, clear, raise_alerts
from app.alerts.watching.watch import watch_decisions
from app.execution.identifiers import Key, global_id, key_of
from app.programme.alert_kinds import AlertKind
from app.programme.terms import Level
from app.store.database import acting_as_worker
from app.store.identity import new_id
from tests.api.claims_kit import Desk, day, named, sale
from tests.api.conftest import Api, Caller
from tests.api.people_kit import person
from tests.api.periods_kit import an_agreement, came, gid, month
from tests.api.statements_kit import Office, sold

V, D, R = "vendor", "distributor", "reseller"
ASK = {V: "vendor/alerts.graphql", D: "distributor/alerts.graphql", R: "reseller/alerts.graphql"}
SETTLE = {V: "vendor/settle_alert.graphql", D: "distributor/settle_alert.graphql", R: "reseller/settle_alert.graphql"}
ASSIGN = {V: "vendor/assign_alert.graphql", D: "distributor/assign_alert.graphql", R: "reseller/assign_alert.graphql"}


async def told(caller: Caller, level: str, **filter: Any) -> list[dict[str, Any]]:
    """What a caller is told, the newest first."""
    page = (await caller.ask(ASK[level], filter=filter, first=250))["viewer"]["alerts"]
    assert page["totalCount"] == len(page["edges"])
    return [edge["node"] for edge in page["edges"]]


async def about(caller: Caller, level: str, subject: str) -> list[tuple[str, str]]:
    """The kinds and states of what a caller is told about an object."""
    return [
        (each["kind"], each["state"])
        for each in await told(caller, level)
        if (each["subject"] or {}).get("id") == subject
    ]


async def raised(api: Api, *alerts: NewAlert) -> int:
    async with api.database.writing(acting_as_worker(alerts[0].vendor_id)) as session:
        return await raise_alerts(session, alerts)


def for_reseller(api: Api, name: str = "Reseller One", kind: AlertKind = AlertKind.DEAL_EXPIRING) -> NewAlert:
    """An alert about the reseller's own record, by the end of the year."""
    acme, party = api.world.vendors["Acme"], api.world.parties["Acme", name]
    subject = global_id("Reseller", Key(acme, party))
    due = date(2026, 12, 31)
    return NewAlert(acme, Level.RESELLER, kind, subject, reseller_id=party, facts=("Deal of Hospital",), due_on=due)


async def states(api: Api) -> list[str]:
    rows = await api.world.connection.fetch("SELECT to_jsonb(a)::text FROM alert a ORDER BY 1")
    return [row[0] for row in rows]


@pytest.fixture(autouse=True)
async def afresh(api: Api) -> None:
    await api.world.connection.execute("DELETE FROM alert")


async def test_a_reseller_is_told_its_own_alert_and_nobody_else_is(api: Api) -> None:
    alert = for_reseller(api)
    assert await raised(api, alert, alert) == 1
    assert await raised(api, alert) == 0, "the same thing is raised once"
    own = await api.reseller()
    (found,) = await told(own, R)
    assert (found["kind"], found["severity"], found["state"]) == ("DEAL_EXPIRING", "WARNING", "OPEN")
    assert (found["facts"], found["dueOn"], found["period"]) == (["Deal of Hospital"], "2026-12-31", None)
    assert found["message"].endswith("extended by 2026-12-31.") and found["reseller"]["name"] == "Reseller One"
    for rival, level in (
        (await api.reseller("Reseller Two"), R),
        (await api.distributor(), D),
        (await api.vendor(), V),
        (await api.vendor("Borealis"), V),
    ):
        assert await told(rival, level) == []
        assert (await rival.ask("query($id: ID!) { node(id: $id) { id } }", id=found["id"]))["node"] is None
        before = await states(api)
        for document in (SETTLE[level], ASSIGN[level]):
            payload = await rival.act(document, alertId=found["id"])
            assert [each["code"] for each in payload["userErrors"]] == ["NOT_FOUND"]
        assert await states(api) == before
    payload = await own.act(SETTLE[R], alertId=found["id"])
    assert payload["userErrors"] == [] and payload["alert"]["settledAt"] is not None
    assert await raised(api, alert) == 0, "what somebody settled is not raised again"


async def test_what_is_true_no_longer_clears_itself_and_what_is_true_again_is_open_again(api: Api) -> None:
    alert, own = for_reseller(api), await api.reseller()
    await raised(api, alert)
    async with api.database.writing(acting_as_worker(alert.vendor_id)) as session:
        await clear(session, alert.vendor_id, AlertKind.DEAL_TO_DECIDE, alert.subject)
    assert [each["state"] for each in await told(own, R)] == ["OPEN"], "another kind's stays"
    async with api.database.writing(acting_as_worker(alert.vendor_id)) as session:
        await clear(session, alert.vendor_id, alert.kind, alert.subject)
    assert [each["state"] for each in await told(own, R)] == ["CLEARED"]
    assert await told(own, R, state="OPEN") == [] and await told(own, R, state="SETTLED") == []
    assert len(await told(own, R, state="CLEARED")) == 1
    assert await raised(api, alert) == 1
    assert [each["state"] for each in await told(own, R)] == ["OPEN"]


async def test_each_owner_has_an_alert_of_its_own_about_the_same_thing(api: Api) -> None:
    one, two = for_reseller(api), for_reseller(api, "Reseller Two")
    subject = one.subject
    both = NewAlert(two.vendor_id, Level.RESELLER, two.kind, subject, reseller_id=two.reseller_id)
    assert await raised(api, one, both) == 2
    await (await api.reseller()).act(SETTLE[R], alertId=(await told(await api.reseller(), R))[0]["id"])
    assert [each["state"] for each in await told(await api.reseller("Reseller Two"), R)] == ["OPEN"]


def test_an_alert_for_a_party_says_for_which() -> None:
    alert = NewAlert(UUID(int=1), Level.RESELLER, AlertKind.DEAL_EXPIRING, "x")
    with pytest.raises(ValueError, match="says for which"):
        _ = alert.owner


async def test_who_may_not_read_what_it_is_about_is_not_told(api: Api) -> None:
    """A reseller's salesman reads no funds, so he is told nothing of them."""
    await raised(api, for_reseller(api, kind=AlertKind.FUND_EXPIRING))
    admin, sales = await api.reseller(), await api.reseller(role=Role.RESELLER_SALES)
    (found,) = await told(admin, R)
    assert await told(sales, R) == []
    assert (await sales.ask("query($id: ID!) { node(id: $id) { id } }", id=found["id"]))["node"] is None
    payload = await sales.act(SETTLE[R], alertId=found["id"])
    assert [each["code"] for each in payload["userErrors"]] == ["NOT_FOUND"]


async def test_an_alert_is_assigned_to_a_colleague_and_found_by_it(api: Api) -> None:
    acme = api.world.vendors["Acme"]
    alert = NewAlert(acme, Level.VENDOR, AlertKind.TIER_CHANGED, global_id("Vendor", Key(acme, acme)))
    await raised(api, alert)
    ada = await person(api, "Acme", Role.VENDOR_ANALYST)
    stranger = await person(api, "Borealis", Role.VENDOR_ANALYST, name="Eve")
    partner = await person(api, "Dist One", Role.DISTRIBUTOR_ADMIN, name="Dee")
    vendor = await api.vendor()
    (found,) = await told(vendor, V)
    before = await states(api)
    for id in (str(stranger.id), stranger.gid, str(partner.id), str(uuid4()), "nonsense", found["id"]):
        payload = await vendor.act(ASSIGN[V], alertId=found["id"], userId=id)
        assert [(each["field"], each["code"]) for each in payload["userErrors"]] == [(["input", "userId"], "NOT_FOUND")]
    assert await states(api) == before
    for id in (str(ada.id), ada.gid):
        payload = await vendor.act(ASSIGN[V], alertId=found["id"], userId=id)
        assert payload["alert"] == {"id": found["id"], "assigneeId": str(ada.id), "assignee": "Ada"}
    assert len(await told(ada.caller, V, assigneeId=ada.gid)) == 1 and await told(vendor, V, assigned=False) == []
    assert await told(vendor, V, assigneeId=stranger.gid) == []
    payload = await vendor.act(ASSIGN[V], alertId=found["id"])
    assert payload["alert"]["assignee"] is None
    assert await told(vendor, V, assigned=True) == []
    answer = await ada.caller.raw(ASSIGN[V], input={"alertId": found["id"]})
    assert answer["errors"][0]["extensions"]["requires"][0] == "alert:settle", "an analyst reads"
    await vendor.act(SETTLE[V], alertId=found["id"])
    payload = await vendor.act(ASSIGN[V], alertId=found["id"], userId=ada.gid)
    assert [each["code"] for each in payload["userErrors"]] == ["STALE"]


async def test_alerts_are_found_by_how_serious_they_are(api: Api) -> None:
    acme = api.world.vendors["Acme"]
    subject = global_id("Vendor", Key(acme, acme))
    kinds = (AlertKind.TIER_CHANGED, AlertKind.ENROLLMENT_TO_DECIDE, AlertKind.SUBMISSION_FAILED)
    await raised(api, *(NewAlert(acme, Level.VENDOR, kind, subject) for kind in kinds))
    vendor = await api.vendor()
    assert [each["kind"] for each in await told(vendor, V, severities=["CRITICAL"])] == ["SUBMISSION_FAILED"]
    both = await told(vendor, V, severities=["INFO", "WARNING"], kinds=["TIER_CHANGED", "SUBMISSION_FAILED"])
    assert [each["kind"] for each in both] == ["TIER_CHANGED"]


async def test_an_application_is_told_until_it_is_decided(api: Api) -> None:
    world, acme = api.world, api.world.vendors["Acme"]
    enrollment = new_id()
    await world.add(
        "enrollment",
        vendor_id=acme,
        id=enrollment,
        program_id=world.programs["Acme", "RESELLER"],
        reseller_id=world.parties["Acme", "Reseller Two"],
        status="APPLIED",
        since=date(2026, 1, 1),
        created_at=datetime.now(UTC),
    )
    subject, vendor = global_id("Enrollment", Key(acme, enrollment)), await api.vendor()
    for _ in range(2):
        await watch_decisions(api.database, datetime.now(UTC))
    assert await about(vendor, V, subject) == [("ENROLLMENT_TO_DECIDE", "OPEN")]
    await vendor.act(
        "vendor/decide_enrollment.graphql", enrollmentId=subject, expectedVersion=1, status="ACTIVE", reason="Welcome"
    )
    await watch_decisions(api.database, datetime.now(UTC))
    assert await about(vendor, V, subject) == [("ENROLLMENT_TO_DECIDE", "CLEARED")]
    assert await told(await api.vendor("Borealis"), V) == [] and await told(await api.distributor(), D) == []


async def test_a_claim_that_waits_is_told_to_the_vendor_until_it_is_decided(api: Api) -> None:
    desk = Desk(api)
    product = await desk.product(20)
    special = await desk.granted(product.at("16", quantity="10"), endCustomer="Hospital ", daysToDecide=30)
    claim = await desk.claimed(special, named(await sale(desk, product, 4)))
    assert claim["status"] == "FILED"
    await watch_decisions(api.database, datetime.now(UTC))
    finance = await desk.finance()
    (found,) = [each for each in await told(finance, V) if each["kind"] == "CLAIM_TO_DECIDE"]
    assert (found["subject"]["id"], found["dueOn"]) == (claim["id"], day(-30).isoformat())
    assert found["distributor"]["name"] == "Dist One"
    payload = await finance.act(
        "vendor/decide_debit_claim.graphql",
        claimId=claim["id"],
        reason="The invoice copy names it.",
        lines=[{"position": 1, "approve": True}],
    )
    assert payload["userErrors"] == []
    await watch_decisions(api.database, datetime.now(UTC))
    assert await about(finance, V, claim["id"]) == [("CLAIM_TO_DECIDE", "CLEARED")]
    assert await told(await api.distributor(), D, kinds=["CLAIM_TO_DECIDE"]) == []


async def test_a_statement_that_waits_is_told_until_it_is_approved(api: Api) -> None:
    office = await Office.open(api)
    period = await office.month(1)
    await period.sell(sold(f"A-{uuid4().hex[:6]}", 25))
    await period.calculate()
    statement = await period.statement()
    await watch_decisions(api.database, datetime.now(UTC))
    assert await about(office.manager, V, statement["id"]) == [("STATEMENT_TO_APPROVE", "OPEN")]
    await office.decide(statement, "APPROVE", office.finance)
    await watch_decisions(api.database, datetime.now(UTC))
    assert await about(office.manager, V, statement["id"]) == [("STATEMENT_TO_APPROVE", "CLEARED")]
    assert await told(await api.distributor(), D, kinds=["STATEMENT_TO_APPROVE"]) == []


async def test_a_report_that_failed_is_told_to_who_handed_it_in_until_another_covers_its_days(api: Api) -> None:
    name, agreement = await an_agreement(api)
    report = await came(api, name, agreement, month(1), month(0), datetime.now(UTC))
    key = key_of("Submission", report)
    assert key is not None
    await api.world.connection.execute(
        "UPDATE submission SET status = 'FAILED', failure_code = 'EMPTY', failure_message = 'x',"
        " disclosed_failure_message = 'x' WHERE id = $1",
        key.id,
    )
    own = await api.distributor(name)
    await watch_decisions(api.database, datetime.now(UTC))
    (found,) = [each for each in await told(own, D, agreementId=gid(agreement)) if each["kind"] == "SUBMISSION_FAILED"]
    assert found["severity"] == "CRITICAL" and found["facts"][0].startswith(f"Report of {month(1)} to ")
    assert await told(await api.vendor(), V, agreementId=gid(agreement)) == [], "the vendor cannot hand it in"
    await came(api, name, agreement, month(1), month(0), datetime.now(UTC))
    await watch_decisions(api.database, datetime.now(UTC))
    assert await about(own, D, report) == [("SUBMISSION_FAILED", "CLEARED")]
