"""Accruals follow every report: what is kept is what the lines come to, whatever was reported, corrected or undone.

Incentives of every structure are in force while random reports are handed in. After each step what is kept is compared
with what `tailrace verify` reckons from the lines alone, and with a plain sum over the lines.
"""

import random
from datetime import date, timedelta
from uuid import UUID

import pytest

from app.accruals.reckoning.actions import reckon_all
from app.execution.identifiers import Key, global_id
from app.network.calendars.actions import follow_calendar
from tests.accruals_kit import EARLIER, USD, Books, Term, affiliates, rules
from tests.api.conftest import Api
from tests.api.test_corrections import HEADER, SUBMIT, Desk, close, kit, row
from tests.api.test_verify import found_differences
from tests.incentives_kit import offered

PERIOD = {"start": "2025-10-01", "end": "2026-01-01"}


@pytest.fixture
async def desk(api: Api) -> Desk:
    return Desk(api, await api.distributor())


@pytest.fixture(scope="module")
async def books(api: Api) -> Books:
    desk, world = Desk(api, await api.distributor()), api.world
    await kit(desk)
    await world.connection.execute("UPDATE kit_component SET effective_from = '2025-01-01'")
    for rate in (EARLIER, USD):
        await world.add("exchange_rate", vendor_id=world.vendors["Acme"], **rate)
    terms: list[Term] = []
    for of in rules(world):
        first = terms[-1] if of.stacking_group and terms[-1].rule.stacking_group else None
        start = date(2025, 2, 10) if of.proration else date(2025, 1, 1)
        end = date(2025, 11, 16) if of.stacking_group and first is None else date(2027, 1, 1)
        given = await offered(world, of, start=start, end=end)
        activated = "UPDATE incentive_term SET activated_at = activated_at + $2 WHERE id = $1"
        await world.connection.execute(activated, given.id, timedelta(seconds=len(terms)))
        terms.append(Term(given.id, world.agreements["Acme", "Dist One"], of, start, end, first))
    terms += await affiliates(world)
    await bought_and_sold(desk)
    return Books(world, api.database, terms)


async def bought_and_sold(desk: Desk) -> None:
    """What the distributor bought, and what its affiliate sold."""
    api, vendor, affiliate = desk.api, await desk.api.vendor(), await desk.api.distributor("Dist Two")
    invoices = [f"I-{n},1,2025-{10 + n % 3}-12,DRIVE-1,{n + 1},90.5,{'USD' if n == 5 else 'EUR'}" for n in range(6)]
    header = "document_number,document_line,sold_on,product_code,quantity,unit_price,currency"
    payload = await vendor.act(
        "vendor/submit_sell_in.graphql",
        agreementId=desk.agreement,
        period=PERIOD,
        uploadId=await vendor.upload("\n".join([header, *invoices]).encode()),
        idempotencyKey="bought",
    )
    assert payload["userErrors"] == []
    rows = [row("T-1", quantity="90", reseller_account="T-1", sold_on="2025-11-20")]
    payload = await affiliate.act(
        SUBMIT,
        agreementId=api.world.agreement_gid("Acme", "Dist Two"),
        period=PERIOD,
        mode="APPEND",
        source={"uploadId": await affiliate.upload("\n".join([HEADER, *rows]).encode())},
        idempotencyKey="sold",
    )
    assert payload["userErrors"] == []
    await api.count()
    await api.count(distributor="Dist Two")


def reported(chance: random.Random, seed: int) -> list[str]:
    """Sales and returns at random; some returns name sales of an earlier month, or what was no sale."""
    rows = [
        row(
            f"A-{seed}-{chance.randrange(8)}",
            str(chance.randrange(1, 4)),
            quantity=str(chance.choice([-6, -2, -1, 1, 2, 3, 12, 0.125])),
            sold_on=f"2025-{chance.choice([10, 11, 12])}-{chance.randrange(1, 31):02}",
            product_code=chance.choice(["DRIVE-1", "DRIVE-2", "SWITCH-1", "KIT-1", f"STRANGE-{seed}"]),
            unit_price=chance.choice(["", "9.99", "120", "0.000001"]),
            sale_type=chance.choice(["", "", "DROP_SHIPMENT", "SAMPLE", "CREDIT_AND_REBILL", "INTERNAL_USE"]),
            ship_to_country=chance.choice(["", "DE", "AT"]),
        )
        for _ in range(12)
    ]
    for place in chance.sample(range(8), 5):
        product, units = ("DRIVE-1", "KIT-1", "SWITCH-1")[place % 3], chance.choice([3, 12, 40])
        rows.append(row(f"S-{seed}-{place}", quantity=str(units), sold_on="2025-10-20", product_code=product))
        said = {"product_code": product, "return_of": f"S-{seed}-{place}:1", "sale_type": chance.choice(["", "RETURN"])}
        for month in chance.sample([10, 11, 12], 2):
            day = f"2025-{month}-{chance.randrange(21, 31)}"
            rows.append(row(f"C-{seed}-{place}", str(month), str(-chance.choice([1, 5, 60])), sold_on=day, **said))
    return rows


@pytest.mark.parametrize("seed", range(5))
async def test_accruals_are_what_the_lines_come_to_after_every_step(books: Books, desk: Desk, seed: int) -> None:
    chance, strange = random.Random(seed), f"STRANGE-{seed}"
    await close(desk, chance.choice([None, "2025-11-01", "2025-12-01"]))
    try:
        for mode in ("APPEND", "CORRECT", "REPLACE_PERIOD", chance.choice(["APPEND", "CORRECT", "REPLACE_PERIOD"])):
            await desk.send(*reported(chance, seed), mode=mode, period=PERIOD)
            await books.agree((seed, mode))
        await desk.send(row(f"H-{seed}", product_code=strange, quantity="40", sold_on="2025-11-03"), period=PERIOD)
        product = desk.api.world.products["Acme", chance.choice(["DRIVE-1", "SWITCH-1"])]
        alias = await confirmed(desk, strange, product)
        await books.agree((seed, "released"))
        undone = await desk.caller.act("distributor/undo_alias.graphql", aliasId=alias)
        assert undone["userErrors"] == []
        await desk.api.count()
        await books.agree((seed, "undone"))
        assert await found_differences(desk.api) == []
    finally:
        await close(desk, None)


async def confirmed(desk: Desk, code: str, product: UUID) -> str:
    payload = await desk.caller.act(
        "distributor/confirm_alias.graphql",
        agreementId=desk.agreement,
        code=code,
        meaning={"productId": global_id("Product", Key(desk.api.world.vendors["Acme"], product))},
    )
    assert payload["userErrors"] == []
    await desk.api.count()
    return str(payload["alias"]["id"])


async def test_every_incentive_of_the_walk_has_earned_something(books: Books) -> None:
    assert books.earned == {term.id for term in books.terms}


async def test_returns_of_the_walk_have_taken_back_what_earlier_periods_paid(books: Books) -> None:
    assert books.reversed > 20


@pytest.mark.parametrize(
    ("change", "undo"),
    [
        ("UPDATE accrual SET earned_minor = earned_minor + 1", "UPDATE accrual SET earned_minor = earned_minor - 1"),
        ("UPDATE accrual SET paying = paying - 1", "UPDATE accrual SET paying = paying + 1"),
        ("UPDATE accrual SET lines = lines + 1", "UPDATE accrual SET lines = lines - 1"),
        (
            "UPDATE accrual SET period_end = period_end - 1",
            "UPDATE accrual SET period_end = period_end + 1",
        ),
    ],
)
async def test_verify_tells_of_every_accrual_that_is_not_what_the_lines_say(
    books: Books, change: str, undo: str
) -> None:
    kept = await books.world.connection.fetchval("SELECT count(*) FROM accrual")
    await books.world.connection.execute(change)
    try:
        assert len(await books.unlike()) >= kept > 0
    finally:
        await books.world.connection.execute(undo)
    assert await books.unlike() == []


async def test_an_accrual_that_is_missing_is_told(books: Books) -> None:
    gone = await books.world.connection.fetch("DELETE FROM accrual WHERE earned_minor > 0 RETURNING *")
    told = await books.unlike()
    assert len(told) == len(gone) > 0 and all("missing instead of" in each for each in told)
    for each in gone:
        await books.world.add("accrual", **dict(each))
    assert await books.unlike() == []


async def test_pay_periods_follow_the_fiscal_calendar(books: Books, desk: Desk) -> None:
    vendor = await desk.api.vendor()
    kept = "SELECT count(*), sum(lines) FROM accrual WHERE term_id = $1"
    before = await books.world.connection.fetchrow(kept, books.terms[0].id)
    payload = await vendor.act(
        "vendor/set_fiscal_calendar.graphql", pattern="WEEKS_4_4_5", closingMonth=11, yearName="LAST_MONTH"
    )
    assert payload["userErrors"] == []
    await follow_calendar(desk.api.database, books.vendor_id)
    starts = await books.world.connection.fetch(
        "SELECT period_start FROM accrual WHERE term_id = $1 ORDER BY 1", books.terms[0].id
    )
    assert any(each["period_start"].month not in {1, 4, 7, 10} for each in starts)
    after = await books.world.connection.fetchrow(kept, books.terms[0].id)
    assert before["sum"] == after["sum"] > 0
    assert await books.unlike() == []
    accrued, earned, begun = [
        await books.world.connection.fetchval(statement)
        for statement in (
            "SELECT sum(CASE credit WHEN 'ACCRUED' THEN amount_minor ELSE -amount_minor END) FROM transfer",
            "SELECT sum(earned_minor) FROM accrual",
            "SELECT count(*) FROM statement s WHERE NOT EXISTS (SELECT FROM accrual a WHERE a.term_id = s.term_id"
            " AND a.period_start = s.period_start AND a.period_end = s.period_end)",
        )
    ]
    assert accrued == earned and begun == 0
    await desk.send(row("CAL-1", quantity="7", sold_on="2025-12-01"), period=PERIOD)
    assert await books.unlike() == []


async def test_accruals_follow_an_exchange_rate_that_is_set_for_days_gone_by(books: Books, desk: Desk) -> None:
    vendor = await desk.api.vendor()
    rate = {"base": "EUR", "quote": "USD", "effectiveFrom": "2025-10-01", "rate": "2"}
    payload = await vendor.act("vendor/set_exchange_rates.graphql", rates=[rate], idempotencyKey="two for one")
    assert payload["userErrors"] == []
    assert await books.unlike() != []
    waiting = "SELECT count(*) FROM jobs.pgqueuer WHERE entrypoint = 'accrue_network'"
    assert await books.world.connection.fetchval(waiting) == 1
    await reckon_all(desk.api.database, books.vendor_id)
    assert await books.unlike() == []
