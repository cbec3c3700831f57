"""Commissions of networks made by chance, reckoned a second time from the rows that were reported, by another path."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import uuid4

import pytest

from app.programme.spans import month_of
from tests.api.claims_kit import TODAY, Product
from tests.api.commissions_kit import BEFORE, LAST, THIS, Agency
from tests.api.conftest import Api
from tests.api.test_commissions import won_deal

BUYERS = {"A-1": "Reseller One", "A-2": "Reseller Two", "A-9": "Agent Ada"}
MONTHS = (BEFORE, LAST, THIS)
RATE, CAP = Decimal("0.035"), Decimal("40")


@dataclass(frozen=True)
class Row:
    """A row as it was reported and stands: of a return, the number of the invoice that it names."""

    number: str
    on: date
    sku: str
    units: int
    account: str
    customer: str
    returns: str = ""

    @property
    def text(self) -> str:
        more = f",,{self.customer},{self.returns}:1" if self.returns else f",,{self.customer}"
        return f"{self.number},1,{self.on},{self.sku},{self.units},{self.account}{more}"


@dataclass(frozen=True)
class Claim:
    """Why lines would be an agent's, in the order in which that counts."""

    agent: str
    starts: date
    ends: date
    buyer: str | None = None
    customer: str | None = None

    def has(self, row: Row) -> bool:
        named = self.customer is not None and self.customer in row.customer.upper()
        whose = BUYERS[row.account] == self.buyer or named
        return whose and self.starts <= row.on < self.ends and BUYERS[row.account] != self.agent


def owner(rows: dict[str, Row], claims: list[Claim], covered: str, row: Row) -> str | None:
    """Whose line it is: of a return, whose sale it returns."""
    if row.sku != covered:
        return None
    of = rows[row.returns] if row.returns else row
    return next((claim.agent for claim in claims if claim.has(of)), None)


def earned(net: Decimal) -> Decimal:
    return min(CAP, (max(net, Decimal(0)) * RATE).quantize(Decimal("0.01"), ROUND_HALF_UP))


def amounts(rows: dict[str, Row], claims: list[Claim], covered: str, agent: str) -> dict[date, Decimal]:
    """What an agent earns of each month, below zero carried on."""
    found, carried = {}, Decimal(0)
    for month in MONTHS:
        own = [row for row in rows.values() if month_of(row.on) == month]
        net = carried + sum(
            (Decimal(30 * row.units) for row in own if owner(rows, claims, covered, row) == agent), Decimal(0)
        )
        found[month], carried = earned(net), min(net, Decimal(0))
    return found


def made(chance: random.Random, skus: list[str], before: dict[str, Row]) -> Row:
    """A sale, or a return of one of those that there were before."""
    number = f"{uuid4().hex[:10]}"
    month = chance.choice(MONTHS)
    last = min(TODAY, month + timedelta(days=27))
    on = month + timedelta(days=chance.randrange((last - month).days + 1))
    sales = [row for row in before.values() if not row.returns and row.units > 2 and row.on <= on]
    if sales and chance.random() < 0.3:
        of = chance.choice(sales)
        return replace(of, number=number, on=on, units=-chance.randint(1, of.units), returns=of.number)
    customer = chance.choice(("", "", "Klinik Nord", "KLINIK NORD GmbH", "Werk Mitte AG"))
    return Row(number, on, chance.choice(skus), chance.randint(1, 20), chance.choice(list(BUYERS)), customer)


async def claims_by_chance(agency: Agency, chance: random.Random, product: Product) -> list[Claim]:
    """A deal, and assignments of resellers and of an end customer, some of which overlap; in their order."""
    until = TODAY + timedelta(days=90)
    claims = [Claim("Agent Bob", LAST, until, customer="KLINIK NORD")]
    await won_deal(agency, "Agent Bob", "Klinik Nord", product.id)
    for _ in range(4):
        agent, starts = chance.choice(("Agent Ada", "Agent Bob")), chance.choice((BEFORE, LAST))
        ends = chance.choice((None, LAST + timedelta(days=15)))
        days = {"startsOn": starts.isoformat(), "endsOn": None if ends is None else ends.isoformat()}
        if chance.random() < 0.3:
            await agency.assigned(agent, None, endCustomer="Werk Mitte", **days)
            claims.append(Claim(agent, starts, ends or until, customer="WERK MITTE"))
        else:
            buyer = chance.choice(("Reseller One", "Reseller Two"))
            await agency.assigned(agent, buyer, **days)
            claims.append(Claim(agent, starts, ends or until, buyer=buyer))
    return claims


def told(found: dict[str, dict[str, Any]], agent: str, name: str) -> dict[date, Decimal]:
    each = {month: found.get(f"{agent} {month}") for month in MONTHS}
    return {month: Decimal(one[name]["amount"]) if one else Decimal(0) for month, one in each.items()}


@pytest.mark.parametrize("seed", range(4))
async def test_what_agents_earn_is_what_the_reported_rows_say(api: Api, seed: int) -> None:
    chance, agency = random.Random(seed), await Agency.open(api)
    world = api.world
    if ("Acme", "Dist One", "Agent Ada") not in world.authorizations:
        await world.authorize("Acme", "Dist One", "Agent Ada", "A-9")
    await world.connection.execute("UPDATE deal SET status = 'LOST', won_on = NULL WHERE status = 'WON'")
    product, other = await agency.desk.product(), await agency.desk.product()
    plan = await agency.plan(product, rate=str(RATE), capPerPeriod=str(CAP))
    claims = await claims_by_chance(agency, chance, product)
    rows: dict[str, Row] = {}
    for _ in range(40):
        row = made(chance, [product.sku, other.sku], rows)
        rows[row.number] = row
    await agency.desk.sold(*(row.text for row in rows.values()))
    found, paid = await agency.calculated(plan), {}
    assert any(each["amount"]["amount"] != "0" for each in found.values())
    for agent in ("Agent Ada", "Agent Bob"):
        assert told(found, agent, "earned") == amounts(rows, claims, product.sku, agent)
        if (first := found.get(f"{agent} {BEFORE}")) is not None:
            paid[agent] = Decimal((await agency.approved(first))["amount"]["amount"])
    assert await agency.unlike() == []
    sales = [row for row in rows.values() if not row.returns]
    changed = [replace(row, units=(row.units + chance.randint(0, 28)) % 30 + 1) for row in chance.sample(sales, 8)]
    await agency.desk.sold(*(row.text for row in changed), mode="CORRECT")
    rows |= {row.number: row for row in changed}
    late = [made(chance, [product.sku], rows) for _ in range(4)]
    rows |= {row.number: row for row in late}
    await agency.desk.sold(*(row.text for row in late))
    found = await agency.calculated(plan)
    for agent in ("Agent Ada", "Agent Bob"):
        now, amount = amounts(rows, claims, product.sku, agent), told(found, agent, "amount")
        settled = paid.get(agent, amount[BEFORE])
        assert amount[BEFORE] == settled
        assert amount[LAST] == max(Decimal(0), now[LAST] + now[BEFORE] - settled)
        assert amount[THIS] == max(Decimal(0), sum(now.values()) - settled - amount[LAST])
    assert await agency.unlike() == []
