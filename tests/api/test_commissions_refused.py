"""Commissions: what is refused, who sees nothing of them, and what ends, takes another's place or is converted."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from app.store.identity import new_id
from tests.api.claims_kit import TODAY
from tests.api.commissions_kit import BEFORE, LAST, Agency, nodes, told
from tests.api.conftest import Api
from tests.api.test_commissions import won_deal

CREATE, END = "vendor/create_commission_plan.graphql", "vendor/end_commission_plan.graphql"
ASSIGN, END_ASSIGNMENT = "vendor/assign_agent.graphql", "vendor/end_agent_assignment.graphql"
CALCULATE, APPROVE, PAY = (
    "vendor/calculate_commissions.graphql",
    "vendor/approve_commission.graphql",
    "vendor/pay_commissions.graphql",
)
NODES = (
    "query($plan: ID!, $assignment: ID!, $statement: ID!) { plan: node(id: $plan) { id } assignment: node(id: $assignment)"
    " { id } statement: node(id: $statement) { id } }"
)


@pytest.fixture
async def agency(api: Api) -> Agency:
    return await Agency.open(api)


async def test_a_plan_that_cannot_be_is_refused_with_every_reason(agency: Agency) -> None:
    product = await agency.desk.product()
    manager, held = await agency.manager(), await agency.held()
    foreign = global_id("Product", Key(agency.api.world.vendors["Borealis"], new_id()))
    wrong = agency.terms(
        product,
        name=" ",
        currency="XXX",
        rate="1.5",
        capPerPeriod="0",
        productIds=[product.gid, foreign],
        families=["Nothing"],
        countries=["ZZ"],
        replacesId=global_id("CommissionPlan", Key(agency.vendor_id, new_id())),
    )
    assert told(await manager.act(CREATE, **wrong)) == {
        ("name", "REQUIRED"),
        ("currency", "INVALID"),
        ("rate", "INVALID"),
        ("capPerPeriod", "INVALID"),
        ("productIds.1", "NOT_FOUND"),
        ("families.0", "NOT_FOUND"),
        ("countries.0", "INVALID"),
        ("replacesId", "NOT_FOUND"),
    }
    assert await agency.held() == held


async def test_a_plan_ends_and_another_takes_its_place(agency: Agency) -> None:
    product, manager = await agency.desk.product(), await agency.manager()
    plan, tomorrow = await agency.plan(product), TODAY + timedelta(days=1)
    given = agency.terms(
        product,
        rate="0.06",
        replacesId=plan["id"],
        sales={"start": tomorrow.isoformat(), "end": (TODAY + timedelta(days=200)).isoformat()},
    )
    twins = [await agency.done(manager, CREATE, **given) for _ in range(2)]
    assert twins[0] == twins[1] and twins[0]["replaces"] == {"id": plan["id"]}
    listed = (await manager.ask("vendor/commission_plans.graphql", first=100))["viewer"]["vendor"]["commissionPlans"]
    by_id = {each["id"]: each for each in nodes(listed)}
    assert by_id[plan["id"]]["sales"]["end"] == tomorrow.isoformat()
    reused = await manager.act(CREATE, **{**given, "rate": "0.07"})
    assert told(reused) == {("idempotencyKey", "IDEMPOTENCY_KEY_REUSED")}
    past = {**given, "replacesId": twins[0]["id"], "idempotencyKey": uuid4().hex}
    past["sales"] = {"start": BEFORE.isoformat(), "end": tomorrow.isoformat()}
    assert told(await manager.act(CREATE, **past)) == {("sales.start", "INVALID")}
    new = twins[0]
    ending = {"planId": new["id"], "expectedVersion": new["version"], "endsOn": TODAY.isoformat()}
    assert told(await manager.act(END, **ending)) == {("endsOn", "INVALID")}
    stale = {**ending, "expectedVersion": 9, "endsOn": (TODAY + timedelta(days=9)).isoformat()}
    assert told(await manager.act(END, **stale)) == {("expectedVersion", "STALE")}
    ended = await agency.done(manager, END, **{**stale, "expectedVersion": 1})
    assert (ended["sales"]["end"], ended["version"]) == (stale["endsOn"], 2)


async def test_an_assignment_that_cannot_be_is_refused_with_every_reason(agency: Agency) -> None:
    manager, held = await agency.manager(), await agency.held()

    async def wrong(**given: Any) -> set[tuple[str, str]]:
        return told(await manager.act(ASSIGN, **{**agency.assigning(), **given}))

    nobody = global_id("Reseller", Key(agency.vendor_id, new_id()))
    foreign = global_id(
        "Reseller", Key(agency.api.world.vendors["Borealis"], agency.api.world.parties["Borealis", "Reseller One"])
    )
    assert await wrong(agentId=nobody, note="", endsOn=BEFORE.isoformat()) == {
        ("agentId", "NOT_FOUND"),
        ("note", "REQUIRED"),
        ("endsOn", "INVALID"),
    }
    assert await wrong(agentId=foreign, resellerId=foreign) == {("agentId", "NOT_FOUND"), ("resellerId", "NOT_FOUND")}
    assert await wrong(agentId=agency.party("Reseller Two")) == {("agentId", "NOT_ELIGIBLE")}
    assert await wrong(resellerId=agency.party("Agent Ada")) == {("resellerId", "INVALID")}
    assert await wrong(endCustomer="A firm") == {("resellerId", "REQUIRED")}
    assert await wrong(resellerId=None) == {("resellerId", "REQUIRED")}
    assert await wrong(resellerId=None, endCustomer="!!!") == {("endCustomer", "INVALID")}
    assert await agency.held() == held


async def test_a_consultant_is_paid_where_a_programmes_matrix_says_so(agency: Agency) -> None:
    world = agency.api.world
    party, program = world.parties["Acme", "Agent Bob"], world.programs["Acme", "RESELLER"]
    change = "UPDATE party SET partner_type = $2 WHERE id = $1"
    await world.connection.execute(change, party, "CONSULTANT")
    given, manager = agency.assigning("Agent Bob"), await agency.manager()
    assert told(await manager.act(ASSIGN, **given)) == {("agentId", "NOT_ELIGIBLE")}
    fit = {"kind": "COMMISSION", "partner_types": ["AGENT", "CONSULTANT"]}
    await world.add("program_fit", vendor_id=agency.vendor_id, program_id=program, **fit)
    product = await agency.desk.product()
    plan = await agency.plan(product)
    assert (await agency.done(manager, ASSIGN, **given))["agent"]["name"] == "Agent Bob"
    await agency.sold(product, 2, LAST)
    assert (await agency.accrued(plan))[f"Agent Bob {LAST}"]["amount"]["amount"] == "3"
    await world.connection.execute("DELETE FROM program_fit")
    assert (await agency.accrued(plan))[f"Agent Bob {LAST}"]["amount"]["amount"] == "0"
    await world.connection.execute(change, party, "AGENT")


async def test_an_assignment_ends_and_its_end_customer_is_forgotten(agency: Agency) -> None:
    manager, product = await agency.manager(), await agency.desk.product()
    plan = await agency.plan(product)
    assignment = await agency.assigned("Agent Ada", None, endCustomer="Stadtwerke Süd GmbH")
    await agency.sold(product, 2, LAST, customer="STADTWERKE SUED")
    given = {"assignmentId": assignment["id"], "expectedVersion": 1, "erase": True}
    early = {**given, "endsOn": LAST.isoformat()}
    assert told(await manager.act(END_ASSIGNMENT, **early)) == {("endsOn", "INVALID")}
    stale = {**given, "expectedVersion": 2, "endsOn": TODAY.isoformat()}
    assert told(await manager.act(END_ASSIGNMENT, **stale)) == {("expectedVersion", "STALE")}
    ended = await agency.done(manager, END_ASSIGNMENT, **given, endsOn=TODAY.isoformat())
    assert (ended["endCustomer"], ended["endsOn"], ended["version"]) == (None, TODAY.isoformat(), 2)
    listed = (await manager.ask("vendor/agent_assignments.graphql", first=100))["viewer"]["vendor"]["agentAssignments"]
    assert assignment["id"] in {each["id"] for each in nodes(listed)}
    assert (await agency.accrued(plan))[f"Agent Ada {LAST}"]["lineCount"] == 1


async def test_a_line_that_names_a_special_price_of_a_deal_is_its_agents(agency: Agency) -> None:
    product = await agency.desk.product()
    plan = await agency.plan(product)
    await won_deal(agency, "Agent Ada", f"Clinic {uuid4().hex[:6]}", product.id)
    special = await agency.desk.granted(product.at("16"))
    number = special["number"]
    await agency.sold(product, 3, LAST, special=number)
    assert await agency.accrued(plan) == {}
    await agency.api.world.connection.execute(
        "UPDATE special_price SET deal_id = (SELECT deal_id FROM deal_product WHERE product_id = $1) WHERE number = $2",
        product.id,
        number,
    )
    found = await agency.accrued(plan)
    assert found[f"Agent Ada {LAST}"]["base"]["amount"] == "90"


async def test_a_plan_in_another_currency_converts_and_tells_what_it_cannot(agency: Agency) -> None:
    product, world = await agency.desk.product(), agency.api.world
    plan = await agency.plan(product, currency="USD", rate="0.1")
    await agency.assigned()
    await agency.sold(product, 1, BEFORE)
    await agency.sold(product, 1, LAST)
    rate = {"base": "EUR", "quote": "USD", "effective_from": LAST, "rate": 1_234_567_890}
    await world.add("exchange_rate", vendor_id=agency.vendor_id, **rate)
    found = await agency.accrued(plan)
    before, last = found[f"Agent Ada {BEFORE}"], found[f"Agent Ada {LAST}"]
    assert (before["leftOut"], before["lineCount"], before["amount"]["amount"]) == (1, 0, "0")
    assert (last["base"]["amount"], last["amount"]["amount"], last["leftOut"]) == ("37.037037", "3.7", 0)
    await world.connection.execute("DELETE FROM exchange_rate")


async def test_competitors_see_nothing_and_change_nothing(agency: Agency) -> None:
    product = await agency.desk.product()
    plan, assignment = await agency.plan(product), await agency.assigned()
    await agency.sold(product, 2, LAST)
    statement = (await agency.calculated(plan))[f"Agent Ada {LAST}"]
    asked = {"plan": plan["id"], "assignment": assignment["id"], "statement": statement["id"]}
    held, api = await agency.held(), agency.api
    others = [
        await api.vendor("Borealis", Role.VENDOR_PROGRAM_MANAGER),
        await api.distributor("Dist One"),
        await api.distributor("Dist Two"),
        await api.distributor("Dist One", Role.DISTRIBUTOR_FINANCE),
        await api.reseller("Reseller One"),
        await api.reseller("Agent Ada", Role.RESELLER_SALES),
        await api.reseller("Agent Ada", Role.RESELLER_VIEWER),
    ]
    for other in others:
        seen = (await other.raw(NODES, **asked)).get("data") or {}
        assert not any(seen.values()), seen
    bob = (await (await agency.agent("Agent Bob")).ask(NODES, **asked)).values()
    assert [each is None for each in bob] == [False, True, True]
    one = await api.reseller("Reseller One")
    listed = (await one.ask("reseller/commissions.graphql"))["viewer"]["reseller"]
    assert nodes(listed["commissionPlans"]) == nodes(listed["agentAssignments"]) == []
    own = (await one.ask("reseller/commission_statements.graphql"))["viewer"]["reseller"]["commissionStatements"]
    assert nodes(own) == []
    through = (
        "query($id: ID!) { node(id: $id) { ... on Vendor { commissionPlans(first: 9) { totalCount }"
        " agentAssignments(first: 9) { totalCount } commissionStatements(first: 9) { totalCount } } } }"
    )
    vendor = global_id("Vendor", Key(agency.vendor_id, agency.vendor_id))
    counted = (await (await agency.agent()).ask(through, id=vendor))["node"]
    assert {name: each["totalCount"] for name, each in counted.items()} == dict.fromkeys(counted, 0)
    acts: list[tuple[str, dict[str, Any]]] = [
        (END, {"planId": plan["id"], "expectedVersion": 1, "endsOn": TODAY.isoformat()}),
        (END_ASSIGNMENT, {"assignmentId": assignment["id"], "expectedVersion": 1, "endsOn": TODAY.isoformat()}),
        (CALCULATE, {"planId": plan["id"], "idempotencyKey": uuid4().hex}),
        (APPROVE, {"statementId": statement["id"], "expectedRevision": 1}),
        (PAY, {"statementIds": [statement["id"]], "paymentReference": "X"}),
    ]
    rivals = [
        await api.as_(Level.VENDOR, "Borealis", Role.VENDOR_PROGRAM_MANAGER, Role.VENDOR_FINANCE),
        *others[1:],
        await agency.agent(),
        await api.vendor(role=Role.VENDOR_ANALYST),
    ]
    for rival in rivals:
        for document, given in acts:
            answer = await rival.raw(document, input=given)
            codes = {each["extensions"]["code"] for each in answer.get("errors", ())}
            payloads = (answer.get("data") or {}).values()
            codes |= {error["code"] for each in payloads if each for error in each["userErrors"]}
            assert codes and codes <= {"FORBIDDEN", "NOT_FOUND"}, (document, answer)
    assert await agency.held() == held


async def test_whoever_had_it_calculated_neither_approves_nor_pays_it(agency: Agency) -> None:
    product, world = await agency.desk.product(), agency.api.world
    plan, _ = await agency.plan(product), await agency.assigned()
    await agency.sold(product, 2, LAST)
    both = await agency.api.as_(Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER, Role.VENDOR_FINANCE)
    key = {"planId": plan["id"], "idempotencyKey": uuid4().hex}
    runs = [await agency.done(both, CALCULATE, **key) for _ in range(2)]
    assert runs[0] == runs[1]
    (statement,) = nodes(runs[0]["statements"])
    given = {"statementId": statement["id"], "expectedRevision": statement["revision"]}
    held = await agency.held()
    assert told(await both.act(APPROVE, **given)) == {("statementId", "NOT_ALLOWED")}
    pays = {"statementIds": [statement["id"], statement["id"]], "paymentReference": ""}
    assert told(await both.act(PAY, **pays)) == {
        ("statementIds", "INVALID"),
        ("statementIds.0", "TOO_LATE"),
        ("statementIds.1", "TOO_LATE"),
        ("paymentReference", "REQUIRED"),
    }
    assert await agency.held() == held
    await agency.approved(statement)
    once = {"statementIds": [statement["id"]], "paymentReference": "SEPA"}
    assert told(await both.act(PAY, **once)) == {("statementIds.0", "NOT_ALLOWED")}
    paid = await agency.done(await agency.finance(), PAY, **once)
    assert paid[0]["status"] == "PAID"
    read = (await (await agency.agent()).ask("reseller/commission_statement.graphql", id=statement["id"]))["node"]
    assert (read["status"], read["paymentReference"]) == ("PAID", "SEPA")
    assert await agency.unlike() == []
    await world.connection.execute(
        "UPDATE commission_line SET amount = amount + 1 WHERE statement_id = (SELECT id FROM commission_statement"
        " WHERE plan_id = $1)",
        agency.key(plan["id"]).id,
    )
    assert len(await agency.unlike()) == 2
    await world.connection.execute(
        "UPDATE commission_line SET amount = amount - 1 WHERE statement_id = (SELECT id FROM commission_statement"
        " WHERE plan_id = $1)",
        agency.key(plan["id"]).id,
    )


def test_days_of_these_tests_lie_in_three_months() -> None:
    assert date(BEFORE.year, BEFORE.month, 1) < LAST < TODAY
