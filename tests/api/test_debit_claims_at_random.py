"""Whatever is sold, claimed, returned, corrected, disputed, credited and withdrawn, in any order: no unit is paid for twice,
what is used of a special price is what its claims are paid for, and the ledger says the same."""

import random
from typing import Any

import pytest

from tests.api.claims_kit import Desk, Product, day, lines_of, named, one
from tests.api.conftest import Api


@pytest.fixture
async def desk(api: Api) -> Desk:
    return Desk(api)


class Day:
    """A day at the desk: what was sold, and which claims there are."""

    def __init__(self, desk: Desk, product: Product, specials: list[dict[str, Any]], chance: random.Random) -> None:
        self.desk, self.product, self.specials, self.chance = desk, product, specials, chance
        self.sold: dict[str, int] = {}
        self.returned: dict[str, int] = {}
        self.claims: list[str] = []

    async def sell(self) -> None:
        number, units = one(), self.chance.randint(1, 9)
        special = self.chance.choice(["", self.specials[0]["number"]])
        await self.desk.sold(f"{number},1,{day(self.chance.randint(1, 60))},{self.product.sku},{units},,{special}")
        self.sold[number], self.returned[number] = units, 0

    async def claim(self) -> None:
        numbers = self.chance.sample(sorted(self.sold), min(len(self.sold), self.chance.randint(1, 3)))
        lines = [named(number, quantity=str(self.chance.randint(1, 9))) for number in numbers]
        claim = await self.desk.claimed(self.chance.choice(self.specials), *lines)
        self.claims.append(claim["id"])

    async def give_back(self) -> None:
        number = self.chance.choice(sorted(self.sold))
        left = self.sold[number] - self.returned[number]
        if left:
            units = self.chance.randint(1, left)
            await self.desk.sold(f"{one()},1,{day(1)},{self.product.sku},-{units},,,,{number}:1")
            self.returned[number] += units

    async def correct(self) -> None:
        number = self.chance.choice(sorted(self.sold))
        units = self.sold[number] + 1
        await self.desk.sold(f"{number},1,{day(5)},{self.product.sku},{units}", mode="CORRECT")
        self.sold[number] = units

    async def decide(self) -> None:
        claim = await self.desk.claim(self.chance.choice(self.claims))
        decided = [{"position": line["position"], "approve": self.chance.random() < 0.6} for line in lines_of(claim)]
        await (await self.desk.finance()).act(
            "vendor/decide_debit_claim.graphql", claimId=claim["id"], reason="By chance.", lines=decided[:1]
        )

    async def move(self) -> None:
        id, partner, finance = self.chance.choice(self.claims), await self.desk.partner(), await self.desk.finance(True)
        match self.chance.randint(0, 2):
            case 0:
                await partner.act("distributor/withdraw_debit_claim.graphql", claimId=id)
            case 1:
                await partner.act("distributor/dispute_debit_claim.graphql", claimId=id, reason="By chance.")
            case 2:
                await finance.act("vendor/credit_debit_claim.graphql", claimId=id, creditNumber="CM")


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_units_and_money_agree_after_anything_that_can_happen(desk: Desk, seed: int) -> None:
    chance, product = random.Random(seed), await desk.product(20)
    limited = await desk.granted(product.at("16.335", quantity="30"), approvesUpTo="20")
    specials = [limited, await desk.granted(product.at("0.0777", "DOWN_BY_SHARE"))]
    today = Day(desk, product, specials, chance)
    for _ in range(3):
        await today.sell()
    await today.claim()
    for _ in range(30):
        await chance.choice(
            [today.sell, today.claim, today.claim, today.give_back, today.correct, today.decide, today.move]
        )()
        if chance.random() < 0.5:
            await desk.give_back()
    await desk.give_back()
    await agree(desk, product, today)


async def agree(desk: Desk, product: Product, today: Day) -> None:
    fetch = desk.api.world.connection.fetch
    paid = {
        (row["submission_id"], row["row_number"]): row["units"]
        for row in await fetch(
            "SELECT submission_id, row_number, sum(quantity)::bigint AS units FROM cost_reduction WHERE product_id = $1"
            " GROUP BY 1, 2",
            product.id,
        )
    }
    held = await fetch(
        "SELECT d.*, l.quantity, l.document_number, l.replaced IS NULL AS stands FROM debited_line d"
        " JOIN sell_through_line l USING (vendor_id, submission_id, row_number, component) WHERE l.product_id = $1",
        product.id,
    )
    waiting = {
        (row["submission_id"], row["row_number"]): row["units"]
        for row in await fetch(
            "SELECT submission_id, row_number, sum(l.approved)::bigint AS units FROM debit_claim_line l JOIN debit_claim c"
            " ON c.id = l.claim_id WHERE l.product_id = $1 AND l.waits_for IS NOT NULL AND c.status <> 'WITHDRAWN'"
            " GROUP BY 1, 2",
            product.id,
        )
    }
    for row in held:
        at, number = (row["submission_id"], row["row_number"]), row["document_number"]
        assert row["consumed"] == paid.get(at, 0) + waiting.get(at, 0)
        kept = (today.sold[number] - today.returned[number]) * 1000 if row["stands"] else 0
        assert 0 <= paid.get(at, 0) <= max(0, kept)
    for row in await fetch(
        "SELECT p.*, (SELECT coalesce(sum(l.approved - l.taken_back), 0) FROM debit_claim_line l JOIN debit_claim c"
        " ON c.id = l.claim_id WHERE c.special_price_id = p.special_price_id AND l.waits_for IS NULL"
        " AND c.adjusts_id IS NULL AND c.status <> 'WITHDRAWN')::bigint AS approved"
        " FROM special_price_product p WHERE p.product_id = $1",
        product.id,
    ):
        assert row["used"] == row["approved"]
    for row in await fetch("SELECT id, status, amount_minor FROM debit_claim"):
        sums = await fetch(
            "SELECT coalesce(sum(CASE WHEN credit = 'EXPENSE' THEN -amount_minor WHEN debit = 'EXPENSE' THEN amount_minor"
            " ELSE 0 END), 0)::bigint AS cost, coalesce(sum(CASE WHEN credit = 'PARTNER' THEN amount_minor"
            " WHEN debit = 'PARTNER' THEN -amount_minor ELSE 0 END), 0)::bigint AS credited FROM transfer WHERE cause = $1",
            f"claim {row['id']}",
        )
        assert sums[0]["cost"] == row["amount_minor"]
        assert sums[0]["credited"] == (row["amount_minor"] if row["status"] == "CREDITED" else 0)
    reduced = await fetch(
        "SELECT coalesce(sum(amount), 0)::bigint FROM cost_reduction WHERE product_id = $1", product.id
    )
    cost = await fetch(
        "SELECT coalesce(sum(amount_minor), 0)::bigint FROM debit_claim WHERE special_price_id IN"
        " (SELECT special_price_id FROM special_price_product WHERE product_id = $1)",
        product.id,
    )
    assert reduced[0][0] == cost[0][0] * 10_000
