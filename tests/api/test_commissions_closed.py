"""Commissions where the vendor has closed a period, where a name was erased, and as the clock looks at them."""

from uuid import uuid4

from app.execution.identifiers import Key
from app.programme.end_customers import customer_hash, customer_name
from app.programme.spans import month_after
from app.rewards.commissions.reckoning.actions import approve_commissions, calculate_commissions, follow_commissions
from app.store.identity import new_id
from tests.api.commissions_kit import BEFORE, LAST, THIS, Agency
from tests.api.conftest import Api
from tests.api.periods_kit import period_gid
from tests.world import START

CLOSE = "vendor/close_reporting_period.graphql"


async def test_a_correction_of_a_closed_period_counts_in_the_open_one(api: Api) -> None:
    agency = await Agency.open(api)
    product = await agency.desk.product()
    plan = await agency.plan(product)
    await agency.assigned()
    number = await agency.sold(product, 10, BEFORE)
    returned = await agency.sold(product, 6, BEFORE)
    await agency.returned(product, returned, 2, BEFORE)
    manager = await agency.manager()
    agreement = Key(agency.vendor_id, api.world.agreements["Acme", "Dist One"])
    month = START
    while month <= BEFORE:
        payload = await manager.act(CLOSE, periodId=period_gid(agreement, month))
        assert payload["userErrors"] == [], payload
        month = month_after(month)
    before = (await agency.accrued(plan))[f"Agent Ada {BEFORE}"]
    assert (before["base"]["amount"], before["lineCount"]) == ("420", 3)
    await agency.corrected(product, number, 4, BEFORE)
    found = await agency.accrued(plan)
    assert found[f"Agent Ada {BEFORE}"]["base"]["amount"] == "420"
    others = [each for name, each in found.items() if name != f"Agent Ada {BEFORE}"]
    (adjusting,) = others
    assert sorted(line["quantity"] for line in await agency.lines(adjusting)) == ["-10", "4"]
    assert (adjusting["base"]["amount"], adjusting["amount"]["amount"]) == ("-180", "0")
    assert await agency.unlike() == []


async def test_an_erased_end_customer_stays_its_agents(api: Api) -> None:
    agency = await Agency.open(api)
    product, name = await agency.desk.product(), f"Praxis {uuid4().hex[:6]}"
    plan = await agency.plan(product)
    await agency.assigned("Agent Ada", None, endCustomer=name)
    await agency.sold(product, 1, LAST, customer=name)
    left = f"erased:{customer_hash(str(agency.vendor_id), customer_name(name))}:{'0' * 64}"
    await api.world.connection.execute(
        "UPDATE sell_through_line SET disclosed_end_customer = $2 WHERE product_id = $1", product.id, left
    )
    assert (await agency.accrued(plan))[f"Agent Ada {LAST}"]["lineCount"] == 1


async def test_the_clock_and_jobs_done_twice_change_nothing_more(api: Api) -> None:
    agency = await Agency.open(api)
    product = await agency.desk.product()
    plan = await agency.plan(product)
    await agency.assigned()
    await agency.sold(product, 1, THIS)
    await follow_commissions(api.database)
    held = await agency.held()
    assert len(await agency.accrued(plan)) == 1
    await follow_commissions(api.database)
    await calculate_commissions(api.database, agency.vendor_id, new_id())
    await approve_commissions(api.database, agency.vendor_id, agency.key(plan["id"]).id)
    assert await agency.held() == held
