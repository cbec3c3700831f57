"""Commissions of Acme for Reseller One, of every state; see `tests.commission_rows`."""

from datetime import date
from itertools import count

from tests import commission_rows as commissions
from tests.api.conftest import Api
from tests.money_rows import Owner

START, END = date(2026, 1, 1), date(2027, 1, 1)


async def furnish_commissions(api: Api) -> None:
    """Two plans, one in the place of the other, assignments, and a statement in each state."""
    world, numbers = api.world, count(1)
    owner = Owner(world.connection, lambda readers: f"Commission {readers} {next(numbers)}")
    vendor_id, product_id = world.vendors["Acme"], world.products["Acme", "DRIVE-1"]
    party = world.parties["Acme", "Reseller One"]
    line = await world.connection.fetchrow(
        "SELECT submission_id, row_number, component, recorded FROM sell_through_line WHERE vendor_id = $1"
        " ORDER BY recorded, row_number LIMIT 1",
        vendor_id,
    )
    deal_id = await world.connection.fetchval(
        "SELECT id FROM deal WHERE vendor_id = $1 AND reseller_id = $2 ORDER BY id LIMIT 1", vendor_id, party
    )
    assert line is not None and deal_id is not None, "reports and deals are furnished before"
    buyer = world.parties["Acme", "Reseller Two"]
    agent = commissions.Agent(vendor_id, party, buyer, product_id, deal_id, tuple(line.values()))
    first = await commissions.plan(owner, vendor_id, product_id, START, END)
    plan_id = await commissions.plan(owner, vendor_id, product_id, START, END, first)
    assigned = await commissions.assignments(owner, agent, START, END)
    for month, status in enumerate(("PAID", "APPROVED", "CALCULATED", "ACCRUING"), 1):
        days = date(2026, month, 1), date(2026, month + 1, 1)
        await commissions.statement(owner, agent, plan_id, assigned, status, *days)
    await commissions.statement(owner, agent, first, assigned, "PAID", START, date(2026, 2, 1))
    await commissions.run(owner, vendor_id, plan_id)
