"""What comes back of an earlier month is reversed at the rate of then; later months follow what an earlier one left."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from app.accruals.limits import not_reckoned
from app.accruals.verify import unlike_accruals
from app.execution.identifiers import Key, global_id
from app.ledger.verify import unlike_ledger
from app.programme.incentives import Gate, Measure, Rule
from app.programme.money_terms import Basis, GateEffect, GateKind, MeasureUnit, ReturnsRule
from app.store.database import Context, acting_as_worker
from app.tables.metadata import DatabaseRole
from tests.api.conftest import Api
from tests.api.statements_kit import Month, Office, codes, rebate, sold
from tests.api.test_statements_explained import downloaded, parts_of
from tests.incentives_kit import offered

AT_RATE = rebate(returns=ReturnsRule.ORIGINAL_RATE)


@pytest.fixture
async def office(api: Api) -> AsyncIterator[Office]:
    opened = await Office.open(api)
    yield opened
    async with api.database.reading(acting_as_worker(opened.vendor_id)) as session:
        assert await unlike_accruals(session, opened.vendor_id) == []
        assert await unlike_ledger(session, opened.vendor_id) == []


@dataclass
class Months:
    """An incentive of three months, by month."""

    office: Office
    months: list[Month]

    @classmethod
    async def begin(cls, office: Office, number: int, year: int, rule: Rule) -> "Months":
        days = [date(year + (number + place) // 13, (number + place - 1) % 12 + 1, 1) for place in range(4)]
        offer = await offered(office.api.world, rule, start=days[0], end=days[-1])
        return cls(office, [Month(office, *each, offer) for each in pairwise(days)])

    async def paid(self) -> dict[tuple[str, int], tuple[str, str, str]]:
        """By month and sequence: status, what it is worth, what is to be paid."""
        return {
            (each["period"]["start"][5:7], each["sequence"]): (
                each["status"],
                each["entitled"] and each["entitled"]["amount"],
                each["payable"] and each["payable"]["amount"],
            )
            for each in await self.months[0].statements()
        }

    async def of(self, place: int, level: Any = None) -> dict[str, Any]:
        start = self.months[place].start.isoformat()
        found = [each for each in await self.months[0].statements() if each["period"]["start"] == start]
        return await self.office.read(found[-1]["id"], level)

    async def accrued(self) -> list[int]:
        rows = await self.office.api.world.connection.fetch(
            "SELECT earned_minor FROM accrual WHERE term_id = $1 ORDER BY period_start", self.months[0].offer.id
        )
        return [row["earned_minor"] for row in rows]


def back(document: str, quantity: int, of: str | None, **said: str) -> dict[str, str]:
    named = {"return_of": of} if of else {}
    return sold(document, -quantity, sale_type="RETURN", document_kind="CREDIT_NOTE", **named, **said)


async def test_a_return_takes_back_what_its_month_paid_and_adds_nothing_to_its_own(office: Office, api: Api) -> None:
    walk = await Months.begin(office, 1, 2025, AT_RATE)
    january, february, _ = walk.months
    await january.sell(sold("R-1", 20), sold("R-2", 10))
    await february.sell(sold("R-3", 10), back("RC-1", 3, "R-1:1"), back("RC-2", 2, None), back("RC-3", 1, "R-404:1"))
    assert await walk.accrued() == [5500, 150]
    for month in (january, february):
        assert codes(await month.calculate()) == []
    for reader in (office.manager, office.partner):
        statement = await walk.of(1, reader)
        assert (statement["qualifying"]["amount"]["amount"], statement["entitled"]["amount"]) == ("700", "1.5")
        (step,) = [each for each in statement["steps"] if each["kind"] == "RETURNS"]
        assert step["description"] == (
            "EUR 300.00 of the period from 2025-01-01 to 2025-01-31 came back; EUR 55.00 was paid on EUR 3,000.00."
        )
        lines = {
            each["node"]["sellThroughLine"]["documentNumber"]: each["node"] for each in statement["lines"]["edges"]
        }
        assert lines["RC-1"]["returnsSaleOf"] == {"start": "2025-01-01", "end": "2025-02-01"}
        assert lines["RC-1"]["share"]["amount"] == "0" and lines["RC-1"]["measure"]["amount"]["amount"] == "-300"
        assert [lines[name]["returnsSaleOf"] for name in ("R-3", "RC-2", "RC-3")] == [None] * 3
        shares = [Fraction(each["share"]["amount"]) for each in lines.values()]
        assert sum(shares) == Fraction("1.5") and statement["lines"]["totalCount"] == 4
    parts = parts_of((await downloaded(api, await walk.of(1), "csv")).text)
    rows = [dict(zip(parts["lines"][0], row, strict=True)) for row in parts["lines"][1:]]
    told = {row["document_number"]: (row["returns_sale_of_period_from"], row["shared_measure"]) for row in rows}
    assert told["RC-1"][0] == "2025-01-01" and Fraction(told["RC-1"][1]) == 0
    assert sum(Fraction(row["shared_measure"]) for row in rows) == 700


async def test_no_more_is_taken_back_than_the_month_had_paid(office: Office) -> None:
    walk = await Months.begin(office, 4, 2025, AT_RATE)
    april, may, june = walk.months
    await april.sell(sold("N-1", 10), back("NC-1", 4, None))
    await may.sell(sold("N-2", 10), back("NC-2", 4, "N-1:1"))
    await june.sell(sold("N-3", 10), back("NC-3", 6, "N-1:1"))
    assert await walk.accrued() == [600, 600, 800]
    for month in walk.months:
        await month.calculate()
    told = [each["description"] for each in (await walk.of(2))["steps"] if each["kind"] == "RETURNS"]
    assert told == [
        "EUR 200.00 of the period from 2025-04-01 to 2025-04-30 came back; EUR 6.00 was paid on EUR 600.00."
        " EUR 400.00 of the period from 2025-04-01 to 2025-04-30 came back beyond what it paid on: nothing is taken back"
        " for that."
    ]


async def test_a_return_reverses_at_what_the_statement_paid_and_a_gate_may_have_lowered_that(office: Office) -> None:
    gate = Gate(GateKind.PROVEN, "plan", 10**6, GateEffect.REDUCE, 500_000)
    walk = await Months.begin(office, 7, 2025, replace(AT_RATE, gates=(gate,)))
    july, august, _ = walk.months
    await july.sell(sold("G-1", 10))
    await august.sell(sold("G-2", 10), back("GC-1", 5, "G-1:1"))
    assert await walk.accrued() == [1000, 500]
    await july.calculate()
    await august.calculate()
    assert await walk.paid() == {("07", 1): ("CALCULATED", "5", "5"), ("08", 1): ("CALCULATED", "2.5", "2.5")}


async def test_later_months_follow_when_an_earlier_one_leaves_something_else(office: Office) -> None:
    walk = await Months.begin(office, 1, 2024, rebate())
    january, february, march = walk.months
    await january.sell(sold("K-1", 1), back("KC-1", 5, None))
    await february.sell(sold("K-2", 10))
    await march.sell(sold("K-3", 10))
    for month in walk.months:
        await month.calculate()
    nothing, paid, whole = ("CALCULATED", "0", "0"), ("CALCULATED", "6", "6"), ("CALCULATED", "10", "10")
    assert await walk.paid() == {("01", 1): nothing, ("02", 1): paid, ("03", 1): whole}
    await office.decide(await walk.of(1), "APPROVE", office.finance)
    await january.sell(sold("K-1", 3), mode="CORRECT")
    run = (await january.calculate())["run"]
    assert (run["calculated"], run["unchanged"]) == (2, 0)
    found = await walk.paid()
    assert found == {
        ("01", 1): nothing,
        ("02", 1): ("APPROVED", "6", "6"),
        ("02", 2): ("CALCULATED", "8", "2"),
        ("03", 1): whole,
    }
    assert (await walk.of(2))["revision"] == 1
    again = (await january.calculate())["run"]
    assert (again["calculated"], again["unchanged"]) == (0, 1) and await walk.paid() == found
    assert await january.balances() == {"EXPENSE": 1800, "ACCRUED": -1200, "RESERVED": -600}


async def test_a_month_in_which_nothing_was_sold_hands_on_what_the_one_before_it_left(office: Office) -> None:
    walk = await Months.begin(office, 10, 2024, rebate())
    october, _, december = walk.months
    await october.sell(sold("O-1", 1), back("OC-1", 5, None))
    await december.sell(sold("O-2", 10))
    for month in walk.months:
        await month.calculate()
    assert {each[1] for each in (await walk.paid()).values()} == {"0", "6"}
    await october.sell(sold("O-1", 3), mode="CORRECT")
    await october.calculate()
    assert (await walk.paid())[("12", 1)] == ("CALCULATED", "8", "8")


async def test_every_later_month_follows_when_what_its_returns_reverse_is_otherwise(office: Office) -> None:
    walk = await Months.begin(office, 4, 2024, AT_RATE)
    april, may, june = walk.months
    await april.sell(sold("L-1", 10), sold("L-2", 10))
    await may.sell(sold("L-3", 10))
    await june.sell(sold("L-4", 10), back("LC-1", 10, "L-1:1"))
    for month in walk.months:
        await month.calculate()
    assert {each[1] for each in (await walk.paid()).values()} == {"30", "10", "0"}
    carried = "SELECT (carried ->> 2)::int FROM statement WHERE term_id = $1 ORDER BY period_start DESC LIMIT 1"
    assert await office.api.world.connection.fetchval(carried, april.offer.id) == -500
    await april.sell(sold("L-2", 1), mode="CORRECT")
    run = (await april.calculate())["run"]
    assert (run["calculated"], run["unchanged"]) == (2, 0)
    assert await walk.paid() == {
        ("04", 1): ("CALCULATED", "12", "12"),
        ("05", 1): ("CALCULATED", "10", "10"),
        ("06", 1): ("CALCULATED", "0", "0"),
    }
    assert await office.api.world.connection.fetchval(carried, april.offer.id) == -91
    assert [(await walk.of(place))["revision"] for place in range(3)] == [2, 1, 2]


async def test_a_rule_that_pays_on_purchases_counts_returns_in_their_own_period(office: Office) -> None:
    rule = replace(AT_RATE, paying=Measure(Basis.SELL_IN, MeasureUnit.AMOUNT))
    assert [each.path for each in not_reckoned(rule)] == ["returns"]
    assert list(not_reckoned(AT_RATE)) == []


async def test_nobody_else_learns_of_a_sale_that_came_back(office: Office, api: Api) -> None:
    row = await api.world.connection.fetchrow("SELECT * FROM statement_return LIMIT 1")
    assert row is not None
    id = global_id("Statement", Key(row["vendor_id"], row["statement_id"]))
    others = [
        await api.distributor("Dist Two"),
        await api.reseller(),
        await api.vendor("Borealis"),
    ]
    for other in others:
        assert (await other.ask("query($id: ID!) { node(id: $id) { id } }", id=id))["node"] is None
    party = api.world.parties["Acme", "Dist Two"]
    context = Context(DatabaseRole.DISTRIBUTOR, vendor_ids=frozenset({office.vendor_id}), party_ids=frozenset({party}))
    async with api.database.reading(context) as db:
        assert await db.rows("SELECT statement_id FROM statement_return") == []


@pytest.mark.parametrize(
    ("change", "undo", "said"),
    [
        ("accrued_minor = accrued_minor + 1", "accrued_minor = accrued_minor - 1", "adjusted, from what had accrued"),
        ("brought = '[0, 0, -1]'", "brought = '[0, 0, 0]'", "brought from the period before: money -1 instead of 0"),
        ("brought = '[-7, 0, 0]'", "brought = '[0, 0, 0]'", "brought from the period before: qualifying measure -7"),
    ],
)
async def test_verify_tells_of_what_was_adjusted_or_brought_otherwise(
    office: Office, api: Api, change: str, undo: str, said: str
) -> None:
    walk = await Months.begin(office, 7, 2024, rebate())
    for month in walk.months[:2]:
        await month.sell(sold(f"V-{month.start.month}", 10))
        await month.calculate()
    of = "WHERE term_id = $1 AND period_start = $2"
    named = walk.months[0].offer.id, walk.months[1].start
    await api.world.connection.execute(f"UPDATE statement SET {change} {of}", *named)
    async with api.database.reading(acting_as_worker(office.vendor_id)) as session:
        (told,) = await unlike_ledger(session, office.vendor_id)
    assert said in str(told)
    await api.world.connection.execute(f"UPDATE statement SET {undo} {of}", *named)
