"""Commissions: planned, attributed once, earned by period, approved by others than who had them calculated, and paid."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.execution.identifiers import Key, global_id
from app.programme.end_customers import customer_hash, customer_name
from app.store.identity import new_id
from tests.api.claims_kit import TODAY
from tests.api.commissions_kit import BEFORE, LAST, THIS, Agency, nodes, told
from tests.api.conftest import Api
from tests.world import NOW

APPROVE, PAY, CALCULATE = (
    "vendor/approve_commission.graphql",
    "vendor/pay_commissions.graphql",
    "vendor/calculate_commissions.graphql",
)


@pytest.fixture
async def agency(api: Api) -> Agency:
    return await Agency.open(api)


def sums(statement: dict[str, Any]) -> tuple[str, str, str]:
    return tuple(statement[name]["amount"] for name in ("earned", "adjusted", "amount"))


async def test_an_agent_earns_on_what_is_assigned_to_it_and_reads_no_buyer(agency: Agency) -> None:
    product = await agency.desk.product()
    plan, assignment = await agency.plan(product), await agency.assigned()
    first = await agency.sold(product, 10, LAST)
    await agency.sold(product, 3, LAST + timedelta(days=2))
    await agency.sold(product, 50, LAST, account="A-2")
    found = await agency.accrued(plan)
    statement = found[f"Agent Ada {LAST}"]
    assert (statement["status"], sums(statement), statement["base"]["amount"]) == (
        "ACCRUING",
        ("19.5", "0", "19.5"),
        "390",
    )
    lines = await agency.lines(statement)
    assert [(line["quantity"], line["amount"]["amount"], line["share"]["amount"]) for line in lines] == [
        ("10", "300", "15"),
        ("3", "90", "4.5"),
    ]
    assert (lines[0]["line"]["documentNumber"], lines[0]["assignment"]["reseller"]["name"]) == (first, "Reseller One")
    own = await agency.lines(statement, "Agent Ada")
    assert [(line["quantity"], line["amount"]["amount"]) for line in own] == [("10", "300"), ("3", "90")]
    assert own[0]["assignment"] == {"id": assignment["id"], "note": "The north"}
    agent = await agency.agent()
    read = (await agent.ask("reseller/commission_statements.graphql"))["viewer"]["reseller"]["commissionStatements"]
    assert statement["id"] in {each["id"] for each in nodes(read)}
    offered = (await agent.ask("reseller/commissions.graphql", first=100))["viewer"]["reseller"]
    mine = next(each for each in nodes(offered["commissionPlans"]) if each["id"] == plan["id"])
    assert (mine["rate"], mine["access"]["granted"]) == ("0.05", True)
    assert assignment["id"] in {each["id"] for each in nodes(offered["agentAssignments"])}
    whole = await agent.raw(
        "query($id: ID!) { node(id: $id) { ... on CommissionStatement { calculatedBy approvedBy paidBy lines(first: 9)"
        " { edges { node { line { id } assignment { endCustomer reseller { id name } } } } } } } }",
        id=statement["id"],
    )
    assert "Reseller One" not in str(whole) and first not in str(whole)
    assert [each["line"] for each in nodes(whole["data"]["node"]["lines"])] == [None, None]
    assert await agency.unlike() == []


async def test_of_a_book_value_its_agent_reads_units_and_what_it_is_paid(agency: Agency) -> None:
    product = await agency.desk.product(price=20)
    plan = await agency.plan(product, valuation="BOOK", rate="0.1", capPerPeriod="15")
    await agency.assigned("Agent Ada", "Reseller Two")
    await agency.sold(product, 10, LAST, account="A-2")
    statement = (await agency.accrued(plan))[f"Agent Ada {LAST}"]
    assert (statement["base"]["amount"], sums(statement)) == ("200", ("15", "0", "15"))
    own = await (await agency.agent()).ask("reseller/commission_statement.graphql", id=statement["id"])
    assert (own["node"]["base"], own["node"]["amount"]["amount"]) == (None, "15")
    ((line,), amounts) = nodes(own["node"]["lines"]), {"amount": None, "share": None}
    assert {name: line[name] for name in amounts} == amounts and line["quantity"] == "10"


async def test_a_line_is_one_agents_deals_first_then_the_earlier_assignment(agency: Agency) -> None:
    product, customer = await agency.desk.product(), f"Hospital {uuid4().hex[:6]}"
    plan = await agency.plan(product)
    await agency.assigned("Agent Ada")
    await agency.assigned("Agent Bob")
    named = await agency.assigned("Agent Bob", None, endCustomer=f"{customer.upper()} GmbH")
    deal_id = await won_deal(agency, "Agent Bob", customer, product.id)
    await agency.sold(product, 1, LAST)
    await agency.sold(product, 2, LAST, customer=customer)
    await agency.sold(product, 4, LAST, account="A-2", customer=customer)
    await agency.sold(product, 8, BEFORE, account="A-2", customer=customer)
    found = await agency.accrued(plan)
    units = {name: sorted(line["quantity"] for line in await agency.lines(each)) for name, each in found.items()}
    assert units == {f"Agent Ada {LAST}": ["1"], f"Agent Bob {LAST}": ["2", "4"], f"Agent Bob {BEFORE}": ["8"]}
    by_deal = await agency.lines(found[f"Agent Bob {LAST}"], "Agent Bob")
    assert {line["deal"]["id"] for line in by_deal} == {deal_id}
    (by_name,) = await agency.lines(found[f"Agent Bob {BEFORE}"])
    assert by_name["assignment"]["id"] == named["id"]
    assert await agency.unlike() == []


async def won_deal(agency: Agency, agent: str, customer: str, product_id: Any) -> str:
    """A deal that an agent won: protected from the last month on."""
    world, vendor_id = agency.api.world, agency.vendor_id
    party, customer_id, deal_id = world.parties["Acme", agent], new_id(), new_id()
    hashed = customer_hash(str(vendor_id), customer_name(customer))
    of = {"vendor_id": vendor_id, "reseller_id": party}
    await world.add("deal_customer", **of, id=customer_id, name=customer, name_hash=hashed)
    await world.add(
        "deal",
        **of,
        id=deal_id,
        customer_id=customer_id,
        content=1,
        name="Drives",
        status="WON",
        currency="EUR",
        amount_minor=1,
        expected_close_on=TODAY,
        registered_by="A",
        registered_by_id=new_id(),
        registered_at=NOW,
        entered_at=NOW,
        protected_from=LAST,
        protected_until=TODAY + timedelta(days=90),
        protected_at_most=TODAY + timedelta(days=90),
        won_on=TODAY,
        closed_on=TODAY,
    )
    more = {"deal_id": deal_id, "content": 1, "position": 1, "family": "Drives", "product_id": product_id}
    await world.add("deal_product", **of, **more)
    return global_id("DealRegistration", Key(vendor_id, deal_id))


async def test_no_agent_earns_on_what_it_buys_nor_on_what_no_agreement_discloses(agency: Agency) -> None:
    product = await agency.desk.product()
    plan = await agency.plan(product)
    customer = f"School {uuid4().hex[:6]}"
    world = agency.api.world
    if ("Acme", "Dist One", "Agent Ada") not in world.authorizations:
        await world.authorize("Acme", "Dist One", "Agent Ada", "A-9")
    await agency.assigned("Agent Ada", "Reseller One")
    await agency.assigned("Agent Ada", None, endCustomer=customer)
    await agency.sold(product, 5, LAST, account="A-9", customer=customer)
    number = uuid4().hex[:8]
    await agency.desk.sold(f"{number},1,{LAST},{product.sku},7,T-1,,{customer}", distributor="Dist Two")
    assert await agency.accrued(plan) == {}


async def test_what_is_approved_stands_and_a_correction_is_made_good_in_the_next_period(agency: Agency) -> None:
    product = await agency.desk.product()
    plan, _assignment = await agency.plan(product), await agency.assigned()
    number = await agency.sold(product, 10, BEFORE)
    await agency.sold(product, 2, LAST)
    found = await agency.calculated(plan)
    before, last = found[f"Agent Ada {BEFORE}"], found[f"Agent Ada {LAST}"]
    assert [(each["status"], each["amount"]["amount"]) for each in (before, last)] == [
        ("CALCULATED", "15"),
        ("CALCULATED", "3"),
    ]
    finance, held = await agency.finance(), await agency.held()
    too_early = {"statementId": last["id"], "expectedRevision": last["revision"]}
    assert told(await finance.act(APPROVE, **too_early)) == {("statementId", "NOT_ALLOWED")}
    stale = {"statementId": before["id"], "expectedRevision": before["revision"] + 1}
    assert told(await finance.act(APPROVE, **stale)) == {("expectedRevision", "STALE")}
    assert await agency.held() == held
    assert (await agency.approved(before))["status"] == "APPROVED"
    await agency.corrected(product, number, 4, BEFORE)
    waiting = (await agency.accrued(plan))[f"Agent Ada {LAST}"]
    assert (waiting["status"], sums(waiting)) == ("CALCULATED", ("3", "0", "3"))
    found = await agency.calculated(plan)
    assert sums(found[f"Agent Ada {BEFORE}"]) == ("15", "0", "15")
    anew = found[f"Agent Ada {LAST}"]
    assert sums(anew) == ("3", "-9", "0") and anew["revision"] == 2
    assert [(each["period"]["start"], each["amount"]["amount"]) for each in anew["differences"]] == [
        (BEFORE.isoformat(), "-9")
    ]
    assert (await agency.approved(anew))["status"] == "APPROVED"
    await agency.sold(product, 10, THIS)
    now = (await agency.accrued(plan))[f"Agent Ada {THIS}"]
    assert (now["status"], sums(now)) == ("ACCRUING", ("15", "-6", "9"))
    assert told(await finance.act(APPROVE, statementId=now["id"], expectedRevision=1)) == {("statementId", "NOT_OVER")}
    nothing = await finance.act(PAY, statementIds=[anew["id"]], paymentReference="SEPA 1")
    assert told(nothing) == {("statementIds.0", "INVALID")}
    paid = await agency.done(finance, PAY, statementIds=[before["id"]], paymentReference="SEPA 1")
    assert [(each["status"], each["paymentReference"]) for each in paid] == [("PAID", "SEPA 1")]
    assert told(await finance.act(PAY, statementIds=[before["id"]], paymentReference="SEPA 2")) == {
        ("statementIds.0", "TOO_LATE")
    }
    assert await agency.unlike() == []


async def test_a_return_counts_in_its_own_period_and_is_whose_sale_it_returns(agency: Agency) -> None:
    product = await agency.desk.product()
    plan, ada = await agency.plan(product), await agency.assigned("Agent Ada", endsOn=THIS.isoformat())
    await agency.assigned("Agent Bob", startsOn=THIS.isoformat())
    number = await agency.sold(product, 4, LAST)
    await agency.returned(product, number, 3)
    found = await agency.accrued(plan)
    assert {name: sums(each) for name, each in found.items()} == {
        f"Agent Ada {LAST}": ("6", "0", "6"),
        f"Agent Ada {THIS}": ("0", "0", "0"),
    }
    (line,) = await agency.lines(found[f"Agent Ada {THIS}"])
    assert (line["quantity"], line["amount"]["amount"], line["assignment"]["id"]) == ("-3", "-90", ada["id"])
    assert await agency.unlike() == []


async def test_above_the_threshold_two_approve_and_of_twenty_at_once_one_counts(agency: Agency) -> None:
    product = await agency.desk.product()
    plan, _assignment = await agency.plan(product), await agency.assigned()
    await agency.sold(product, 10, LAST)
    limit = {"above": "10", "currency": "EUR"}
    payload = await (await agency.manager()).act("vendor/set_approval_threshold.graphql", **limit)
    assert payload["userErrors"] == [], payload
    statement = (await agency.calculated(plan))[f"Agent Ada {LAST}"]
    assert statement["approvalsNeeded"] == 2
    given = {"statementId": statement["id"], "expectedRevision": statement["revision"]}
    finance, other = await agency.finance(), await agency.finance(other=True)
    answers = await asyncio.gather(*(finance.act(APPROVE, **given) for _ in range(20)))
    assert sum(not each["userErrors"] for each in answers) == 1
    assert {code for each in answers for _, code in told(each)} == {"NOT_ALLOWED"}
    (still,) = [each for each in (await agency.accrued(plan)).values() if each["id"] == statement["id"]]
    assert (still["status"], len(still["approvedBy"])) == ("CALCULATED", 1)
    answers = await asyncio.gather(*(other.act(APPROVE, **given) for _ in range(20)))
    assert sum(not each["userErrors"] for each in answers) == 1
    assert {code for each in answers for _, code in told(each)} <= {"NOT_ALLOWED", "TOO_LATE"}
    pays = {"statementIds": [statement["id"]], "paymentReference": "SEPA 7"}
    answers = await asyncio.gather(*(finance.act(PAY, **pays) for _ in range(20)))
    assert sum(not each["userErrors"] for each in answers) == 1
    assert await agency.unlike() == []
    await agency.api.world.connection.execute("DELETE FROM approval_threshold")


async def test_an_agent_without_access_is_held_and_paid_once_it_has_it_again(agency: Agency) -> None:
    product = await agency.desk.product()
    plan, _assignment = await agency.plan(product), await agency.assigned("Agent Bob")
    await agency.sold(product, 10, LAST)
    party = agency.api.world.parties["Acme", "Agent Bob"]
    change = "UPDATE enrollment SET status = $2 WHERE reseller_id = $1"
    await agency.api.world.connection.execute(change, party, "SUSPENDED")
    statement = (await agency.calculated(plan))[f"Agent Bob {LAST}"]
    assert statement["status"] == "ACCRUING" and "SUSPENDED" in statement["held"]
    held = await agency.held()
    finance = await agency.finance()
    refused = await finance.act(APPROVE, statementId=statement["id"], expectedRevision=statement["revision"])
    assert told(refused) == {("statementId", "NOT_OVER")}
    assert told(await (await agency.manager()).act("vendor/assign_agent.graphql", **agency.assigning("Agent Bob"))) == {
        ("agentId", "NOT_ELIGIBLE")
    }
    assert await agency.held() == held
    await agency.api.world.connection.execute(change, party, "ACTIVE")
    again = (await agency.calculated(plan))[f"Agent Bob {LAST}"]
    assert (again["status"], again["held"], again["amount"]["amount"]) == ("CALCULATED", None, "15")
