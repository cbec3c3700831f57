"""An agent's assignment follows a record into the one that it is merged into, on either side of it, and goes back; what was
earned already stays with whom it was earned for."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.execution.identifiers import key_of
from app.store.identity import new_id
from tests.api.commissions_kit import Agency
from tests.api.conftest import Api
from tests.api.merging_kit import MERGE, PREVIEW, Merging

DATED = {"effectiveFrom": "2026-01-15"}


@pytest.fixture
async def merging(api: Api) -> Merging:
    return await Merging.of(api)


async def assignment(merging: Merging, agent: str, bought_by: str | None) -> UUID:
    world, id = merging.api.world, new_id()
    await world.add(
        "agent_assignment",
        vendor_id=world.vendors["Acme"],
        id=id,
        reseller_id=world.parties["Acme", agent],
        bought_by_id=None if bought_by is None else world.parties["Acme", bought_by],
        customer_hash=None if bought_by is not None else "0" * 64,
        note="The north",
        starts_on=datetime(2026, 1, 1, tzinfo=UTC).date(),
        created_by="a test",
        created_at=datetime.now(UTC),
    )
    return id


async def whose(merging: Merging, id: UUID) -> tuple[str, str | None]:
    world = merging.api.world
    names = {party: name for (vendor, name), party in world.parties.items() if vendor == "Acme"}
    row = await world.connection.fetchrow("SELECT reseller_id, bought_by_id FROM agent_assignment WHERE id = $1", id)
    return names[row["reseller_id"]], names.get(row["bought_by_id"])


async def refusals(merging: Merging, **given: Any) -> list[tuple[str, str]]:
    """The same from trying it and from asking for it."""
    tried = await merging.caller.act(PREVIEW, **merging.pair(**given))
    asked = await merging.caller.act(
        MERGE, **merging.pair(reason="The same firm.", idempotencyKey=uuid4().hex, **given)
    )
    found = [[(each["code"], each["message"]) for each in payload["userErrors"]] for payload in (tried, asked)]
    assert found[0] == found[1]
    return found[0]


async def test_an_assignment_follows_on_either_side_and_goes_back(api: Api, merging: Merging) -> None:
    await Agency.open(api)
    as_agent = await assignment(merging, merging.gone, "Reseller One")
    as_buyer = await assignment(merging, "Agent Ada", merging.gone)
    other = await assignment(merging, "Agent Bob", "Reseller One")
    found = await merging.preview()
    assert {"kind": "ASSIGNMENT", "rows": 2} in found["rows"]
    assert await whose(merging, as_agent) == (merging.gone, "Reseller One")
    merge = await merging.merge()
    assert await whose(merging, as_agent) == (merging.kept, "Reseller One")
    assert await whose(merging, as_buyer) == ("Agent Ada", merging.kept)
    assert await whose(merging, other) == ("Agent Bob", "Reseller One")
    assert (await merging.undo(merge))["state"] == "UNDONE"
    assert await whose(merging, as_agent) == (merging.gone, "Reseller One")
    assert await whose(merging, as_buyer) == ("Agent Ada", merging.gone)


async def test_nobody_becomes_the_agent_of_its_own_purchases(api: Api, merging: Merging) -> None:
    await Agency.open(api)
    between = await assignment(merging, merging.kept, merging.gone)
    ((code, message),) = await refusals(merging)
    assert code == "NOT_ALLOWED" and "one of the two is the agent" in message
    assert await whose(merging, between) == (merging.kept, merging.gone)


async def test_purchases_that_are_paid_for_are_not_divided_by_a_day(api: Api, merging: Merging) -> None:
    await Agency.open(api)
    bought = await assignment(merging, "Agent Ada", merging.gone)
    ((code, _),) = await refusals(merging, **DATED)
    assert code == "NOT_ALLOWED" and await whose(merging, bought) == ("Agent Ada", merging.gone)
    await merging.merge()
    assert await whose(merging, bought) == ("Agent Ada", merging.kept)


async def test_a_merge_by_which_something_was_earned_is_not_undone(api: Api, merging: Merging) -> None:
    agency, world = await Agency.open(api), api.world
    as_agent = await assignment(merging, merging.gone, "Reseller One")
    merge = await merging.merge()
    plan = key_of("CommissionPlan", (await agency.plan())["id"])
    assert plan is not None
    of = {"vendor_id": world.vendors["Acme"], "reseller_id": world.parties["Acme", merging.kept]}
    statement = new_id()
    await world.add(
        "commission_statement",
        **of,
        id=statement,
        plan_id=plan.id,
        starts_on=datetime(2026, 1, 1, tzinfo=UTC).date(),
        ends_on=datetime(2026, 2, 1, tzinfo=UTC).date(),
        currency="EUR",
        status="ACCRUING",
        **dict.fromkeys(("base", "earned_minor", "adjusted_minor", "amount_minor", "left_out"), 0),
        differences="[]",
        lines=1,
        content="",
        revision=1,
        calculated_at=datetime.now(UTC),
    )
    await world.add(
        "commission_line",
        **of,
        statement_id=statement,
        position=1,
        submission_id=new_id(),
        row_number=1,
        component=0,
        recorded=1,
        product_id=world.products["Acme", "DRIVE-1"],
        sold_on=datetime(2026, 1, 5, tzinfo=UTC).date(),
        quantity=1000,
        amount=0,
        share_minor=0,
        assignment_id=as_agent,
    )
    found = await merging.undo(merge)
    assert found["state"] == "APPLIED" and "commissions were calculated" in found["refusal"]
    assert await whose(merging, as_agent) == (merging.kept, "Reseller One")
