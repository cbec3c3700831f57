"""What agents earned and waits for approval is told to the vendor; what is approved and paid is a file for its finance."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.access.roles import Role
from app.alerts.watching.watch import watch_decisions
from tests.api.commissions_kit import LAST, Agency
from tests.api.conftest import Api, Caller
from tests.api.people_kit import person
from tests.api.test_alerts_decisions import D, R, V, about, told

KIND = "COMMISSION_TO_APPROVE"
NODE = "query($id: ID!) { node(id: $id) { id } }"
LINK = "vendor/commission_payments.graphql"
APPROVE, PAY = "vendor/approve_commission.graphql", "vendor/pay_commissions.graphql"


@pytest.fixture
async def agency(api: Api) -> Agency:
    await api.world.connection.execute("DELETE FROM alert; DELETE FROM webhook_delivery")
    return await Agency.open(api)


async def earned(agency: Agency, units: int = 10) -> tuple[dict[str, Any], dict[str, Any]]:
    """A plan, and what Agent Ada earned by it last month."""
    product = await agency.desk.product()
    plan, _assignment = await agency.plan(product, name="=Agents+1"), await agency.assigned()
    await agency.sold(product, units, LAST)
    return plan, (await agency.calculated(plan))[f"Agent Ada {LAST}"]


async def clock(api: Api) -> None:
    for _ in range(2):
        await watch_decisions(api.database, datetime.now(UTC))


async def file(api: Api, caller: Caller, plan: dict[str, Any]) -> list[dict[str, str]]:
    link = (await caller.ask(LINK, id=plan["id"]))["node"]["paymentsCsvUrl"]
    answer = await api.http.get(link)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_what_waits_for_approval_is_told_to_the_vendor_until_it_is_approved(api: Api, agency: Agency) -> None:
    _, statement = await earned(agency)
    await clock(api)
    finance = await agency.finance()
    (found,) = await told(finance, V, kinds=[KIND])
    last = (LAST + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    assert (found["subject"]["id"], found["state"]) == (statement["id"], "OPEN")
    assert found["facts"] == [f"=Agents+1, {LAST} to {last}: EUR 15.00"]
    others = (
        (await api.vendor("Borealis"), V),
        (await api.distributor(), D),
        (await api.reseller(), R),
        (await agency.agent(), R),
        (await agency.agent("Agent Bob"), R),
    )
    for caller, level in others:
        assert await told(caller, level, kinds=[KIND]) == []
        assert (await caller.ask(NODE, id=found["id"]))["node"] is None
    await Agency.done(finance, APPROVE, statementId=statement["id"], expectedRevision=statement["revision"])
    await clock(api)
    assert await about(finance, V, statement["id"]) == [(KIND, "CLEARED")]


async def test_finance_downloads_what_is_approved_and_what_was_paid(api: Api, agency: Agency) -> None:
    plan, statement = await earned(agency)
    finance = await agency.finance()
    assert await file(api, finance, plan) == [], "what nobody approved is not paid"
    await Agency.done(finance, APPROVE, statementId=statement["id"], expectedRevision=statement["revision"])
    (line,) = await file(api, finance, plan)
    assert (line["statement"], line["agent"], line["first_day"]) == (statement["id"], "Agent Ada", f"{LAST}")
    assert (line["amount"], line["currency"], line["status"], line["paid_at"]) == ("15", "EUR", "APPROVED", "")
    await Agency.done(finance, PAY, statementIds=[statement["id"]], paymentReference="=SEPA 9")
    (line,) = await file(api, finance, plan)
    assert (line["status"], line["payment_reference"], line["amount"]) == ("PAID", "'=SEPA 9", "15")
    assert line["paid_at"].startswith(f"{datetime.now(UTC):%Y-%m-}")


async def test_nobody_else_gets_the_file(api: Api, agency: Agency) -> None:
    plan, _ = await earned(agency)
    analyst = (await person(api, "Acme", Role.VENDOR_ANALYST)).caller
    for caller in (analyst, await agency.agent(), await api.distributor()):
        answer = await caller.raw(LINK, id=plan["id"])
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        node = (answer.get("data") or {}).get("node")
        assert codes == {"FORBIDDEN"} or node is None
        assert node is None or node.get("paymentsCsvUrl") is None
    assert (await (await api.vendor("Borealis")).ask(NODE, id=plan["id"]))["node"] is None
