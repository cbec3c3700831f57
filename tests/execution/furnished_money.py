"""Of money under Acme's agreement with Dist One something of everything, see `tests.money_rows`; its statements are
calculated as finance does it.
"""

from datetime import date
from itertools import count
from uuid import uuid4

from app.accruals.reckoning.actions import reckon_incentive
from app.programme.money_terms import TieringPer
from tests import money_rows_settled as settled
from tests.api.conftest import Api
from tests.money_rows import IN_TIME, Kept, Owner, Under, ambitious, claimed, example, incentive, rebate

START, END = date(2026, 6, 1), date(2026, 11, 1)


async def furnish_money(api: Api) -> None:
    """After everything else: what is drafted, proposed and in force, and all that follows from it."""
    world, numbers = api.world, count(1)
    vendor_id, agreement_id = world.vendors["Acme"], world.agreements["Acme", "Dist One"]
    products = [world.products["Acme", name] for name in ("DRIVE-1", "SWITCH-1")]
    under = Under(vendor_id, agreement_id, world.parties["Acme", "Dist One"], products, START, END)
    owner, kept = Owner(world.connection, lambda readers: f"{readers} {next(numbers)}"), Kept()
    await incentive(owner, vendor_id, ambitious(products), "DRAFT", [under], START, END)
    by_invoice = rebate(tiering_per=TieringPer.INVOICE)
    _, proposed = await incentive(owner, vendor_id, by_invoice, "PROPOSED", [under], START, END)
    in_force, active = await incentive(owner, vendor_id, rebate(IN_TIME), "ACTIVE", [under], START, END)
    await example(owner, under, kept, proposed[agreement_id], None, by_invoice=True)
    await example(owner, under, kept, active[agreement_id], True)
    await reckon_incentive(api.database, vendor_id, in_force)
    payload = await (await api.vendor()).act(
        "vendor/calculate_statements.graphql",
        period={"start": START.isoformat(), "end": END.isoformat()},
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == [], payload
    await claimed(owner, under, kept)
    await settled.stock_credits(owner, under, kept)
    await settled.deductions(owner, under, kept)
    await settled.transfers(owner, under, kept)
    for row in await world.connection.fetch("SELECT id FROM statement WHERE status <> 'ACCRUING'"):
        await settled.contested(owner, under, row["id"])
    await owner.add(
        "approval_threshold",
        vendor_id=vendor_id,
        currency="EUR",
        above_minor=100_000,
        set_at=settled.AT,
        set_by="a test",
    )
