"""What vendors do with plans of commission, and what they assign to agents."""

from datetime import UTC, date, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.program_access.queries import access_of
from app.programme.end_customers import customer_hash, customer_name
from app.programme.money import MICRO, places_of
from app.programme.program_access import Opening
from app.rewards.choosing import all_known, chosen_families, chosen_ids
from app.rewards.commissions import queries
from app.rewards.commissions.inputs import (
    AssignAgentInput,
    CreateCommissionPlanInput,
    EndAgentAssignmentInput,
    EndCommissionPlanInput,
)
from app.rewards.queries import insert, known_products
from app.store.database import Row
from app.store.identity import new_id

C = UserErrorCode


async def create_commission_plan(request: Request[Actor], given: CreateCommissionPlanInput) -> Key:
    """Offer a plan of commission, in the place of another one where that is named."""
    async with acting(request, "createCommissionPlan") as act:
        vendor_id = act.actor.vendor_id
        assert vendor_id is not None, "a vendor acts in its network"
        if done := await act.done_before(given.idempotency_key, given):
            return Key(vendor_id, UUID(done))
        check, key = Checks(), Key(vendor_id, new_id())
        values = {**_terms(check, given), **await _limits(act, check, vendor_id, given)}
        replaced = await _replaced(act, check, given)
        check.settle()
        values["replaces_id"] = None if replaced is None else replaced["id"]
        if replaced is not None:
            await _end(act, Key(vendor_id, replaced["id"]), replaced, replaced["version"], given.sales.start)
        made = {"created_by": act.actor.name, "created_at": datetime.now(UTC)}
        await insert(act.session, "commission_plan", {"vendor_id": vendor_id, "id": key.id, **values, **made})
        told = {name: value if isinstance(value, int | None) else str(value) for name, value in values.items()}
        await act.record(global_id("CommissionPlan", key), vendor_id=vendor_id, after=told)
        await act.remember(given.idempotency_key, given, str(key.id))
    return key


def _terms(check: Checks, given: CreateCommissionPlanInput) -> dict[str, object]:
    currency = check.currency(given.currency, "currency")
    places = 2 if any(problem.field == ("currency",) for problem in check.problems) else places_of(currency)
    days, cap = given.sales.checked(), given.cap_per_period
    rate = check.scaled(given.rate, 6, "rate", least=1)
    if rate > MICRO:
        check.add(C.INVALID, "A rate is at most 1, the whole; 0.05 is 5 %.", "rate")
    return {
        "name": check.name(given.name, "name"),
        "description": check.optional_prose(given.description, "description"),
        "currency": currency,
        "rate": min(rate, MICRO),
        "valuation": given.valuation.value,
        "period": given.period.value,
        "cap_minor": None if cap is None else check.scaled(cap, places, "capPerPeriod", least=1),
        "starts_on": days.start,
        "ends_on": days.end,
    }


async def _limits(act: Act, check: Checks, vendor_id: UUID, given: CreateCommissionPlanInput) -> dict[str, object]:
    """For which products and for whom it is."""
    products = chosen_ids(check, "Product", "product", vendor_id, given.product_ids, "productIds")
    known = await known_products(act.session, vendor_id, [*products.values()])
    all_known(check, products, known, "product", "productIds")
    return {
        "product_ids": sorted(known),
        "families": await chosen_families(act.session, check, vendor_id, given.families or ()),
        "countries": check.countries(given.countries or (), "countries"),
    }


async def _replaced(act: Act, check: Checks, given: CreateCommissionPlanInput) -> Row | None:
    """The plan whose place another one takes, which has to be in force where that begins."""
    if given.replaces_id is None:
        return None
    found = await _plan(act, check, given.replaces_id, "replacesId")
    start = given.sales.start
    if found is not None and not max(found["starts_on"], _today()) <= start <= found["ends_on"]:
        wrong = "It takes the place of a plan from today or later on, while that one is in force, or where it ends."
        check.add(C.INVALID, wrong, "sales", "start")
    return found


async def _plan(act: Act, check: Checks, id: str, name: str) -> Row | None:
    key = check.key("CommissionPlan", "plan of commission", id, name)
    rows = await queries.plans(act.session, act.actor, [key]) if key is not None else []
    if key is not None and not rows:
        check.not_found("plan of commission", name)
    return rows[0] if rows else None


async def end_commission_plan(request: Request[Actor], given: EndCommissionPlanInput) -> Key:
    """Let a plan end earlier. What was sold before goes on to be paid."""
    async with acting(request, "endCommissionPlan") as act:
        check = Checks()
        found = await _plan(act, check, given.plan_id, "planId")
        if found is None:
            check.settle()
        assert found is not None
        check.version(found["version"], given.expected_version)
        first = max(_today(), found["starts_on"])
        if not first <= given.ends_on < found["ends_on"]:
            wrong = f"This is a day from {first} on, and before {found['ends_on']}, when it ends anyway."
            check.add(C.INVALID, wrong, "endsOn")
        check.settle()
        key = Key(found["vendor_id"], found["id"])
        await _end(act, key, found, given.expected_version, given.ends_on)
    return key


async def _end(act: Act, key: Key, found: Row, version: int, ends_on: date) -> None:
    if ends_on == found["ends_on"]:
        return
    if not await queries.end_plan(act.session, key, version, ends_on):
        raise refused(C.STALE, "Somebody changed the plan just now. Read it again, then decide.", "expectedVersion")
    before, after = {"endsOn": str(found["ends_on"])}, {"endsOn": str(ends_on)}
    await act.record(global_id("CommissionPlan", key), vendor_id=key.vendor_id, before=before, after=after)


def _today() -> date:
    return datetime.now(UTC).date()


async def assign_agent(request: Request[Actor], given: AssignAgentInput) -> Key:
    """Let an agent be paid for what a reseller or an end customer buys."""
    async with acting(request, "assignAgent") as act:
        vendor_id = act.actor.vendor_id
        assert vendor_id is not None, "a vendor acts in its network"
        if done := await act.done_before(given.idempotency_key, given):
            return Key(vendor_id, UUID(done))
        check, key = Checks(), Key(vendor_id, new_id())
        agent = await _agent(act, check, vendor_id, given.agent_id)
        buyer = await _buyer(act, check, vendor_id, given, agent)
        note = check.name(given.note, "note")
        if given.ends_on is not None and given.ends_on <= given.starts_on:
            check.add(C.INVALID, "It ends after it starts.", "endsOn")
        check.settle()
        values: dict[str, object] = {
            "vendor_id": vendor_id,
            "id": key.id,
            "reseller_id": agent,
            **buyer,
            "note": note,
            "starts_on": given.starts_on,
            "ends_on": given.ends_on,
            "created_by": act.actor.name,
            "created_at": datetime.now(UTC),
        }
        await insert(act.session, "agent_assignment", values)
        concerns = Concerns(reseller_id=agent)
        after = {"note": note, "startsOn": str(given.starts_on), "endsOn": str(given.ends_on)}
        await act.record(global_id("AgentAssignment", key), vendor_id=vendor_id, after=after, concerns=concerns)
        await act.remember(given.idempotency_key, given, str(key.id))
    return key


async def _agent(act: Act, check: Checks, vendor_id: UUID, id: str) -> UUID | None:
    """An agent to whom a programme opens commissions."""
    found = await _reseller(act, check, vendor_id, id, "agentId")
    if found is None:
        return None
    if not found["is_agent"]:
        wrong = "This is no agent: its type is not AGENT, nor is it a CONSULTANT whom a programme's matrix fits commissions."
        check.add(C.NOT_ELIGIBLE, wrong, "agentId")
    else:
        access = await access_of(act.session, vendor_id, found["id"], Opening.COMMISSIONS)
        if not access.granted:
            check.add(C.NOT_ELIGIBLE, access.rule, "agentId")
    known: UUID = found["id"]
    return known


async def _reseller(act: Act, check: Checks, vendor_id: UUID, id: str, name: str) -> Row | None:
    key = check.key("Reseller", "reseller", id, name)
    own = key is not None and key.vendor_id == vendor_id
    found = await queries.party(act.session, vendor_id, key.id) if key is not None and own else None
    if key is not None and found is None:
        check.not_found("reseller", name)
    return found


async def _buyer(
    act: Act, check: Checks, vendor_id: UUID, given: AssignAgentInput, agent: UUID | None
) -> dict[str, object]:
    """Whose purchases are assigned."""
    if (given.reseller_id is None) == (given.end_customer is None):
        check.add(C.REQUIRED, "Name the reseller that buys, or the end customer: one of the two.", "resellerId")
        return {}
    if given.reseller_id is not None:
        found = await _reseller(act, check, vendor_id, given.reseller_id, "resellerId")
        if found is not None and found["id"] == agent:
            check.add(C.INVALID, "Nobody earns a commission on what it buys itself.", "resellerId")
        return {"bought_by_id": None if found is None else found["id"]}
    name = check.name(given.end_customer or "", "endCustomer")
    compared = customer_name(name)
    if not compared:
        check.add(C.INVALID, "Nothing of this name can be compared: write letters or digits.", "endCustomer")
    return {"customer_name": name, "customer_hash": customer_hash(str(vendor_id), compared)}


async def end_agent_assignment(request: Request[Actor], given: EndAgentAssignmentInput) -> Key:
    """Let an assignment end. What was sold before stays the agent's."""
    async with acting(request, "endAgentAssignment") as act:
        check = Checks()
        key = check.key("AgentAssignment", "assignment", given.assignment_id, "assignmentId")
        rows = await queries.assignments(act.session, act.actor.level, [key]) if key is not None else []
        if key is not None and not rows:
            check.not_found("assignment", "assignmentId")
        if key is None or not rows:
            check.settle()
        assert key is not None
        (found,) = rows
        check.version(found["version"], given.expected_version)
        first = max(_today(), found["starts_on"])
        over = found["ends_on"] is not None and given.ends_on > found["ends_on"]
        if (given.ends_on < first or over) and not (given.erase and given.ends_on == found["ends_on"]):
            until = "" if found["ends_on"] is None else f", and not after {found['ends_on']}, when it ends anyway"
            check.add(C.INVALID, f"This is a day from {first} on{until}.", "endsOn")
        check.settle()
        if not await queries.end_assignment(act.session, key, given.expected_version, given.ends_on, given.erase):
            raise refused(C.STALE, "Somebody changed it just now. Read it again, then decide.", "expectedVersion")
        before, after = {"endsOn": str(found["ends_on"])}, {"endsOn": str(given.ends_on), "erased": given.erase}
        await act.record(
            global_id("AgentAssignment", key),
            vendor_id=key.vendor_id,
            before=before,
            after=after,
            concerns=Concerns(reseller_id=found["reseller_id"]),
        )
    return key
