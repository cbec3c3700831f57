"""A reseller's purchases by periods of both calendars, and a calendar that figures follow while reports are counted."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from app.execution.identifiers import Key
from app.execution.scalars import DateRangeInput
from app.network.calendars.actions import follow_calendar
from app.network.purchases.graph import purchases_of_reseller
from app.programme.sales import PurchaseDimension as By
from app.programme.terms import Level
from app.reports.counting.queries import take_turn
from app.store.database import Database, acting_as_worker
from tests.sales_asking import Parent, selection
from tests.sales_history import Fact, History, recorded
from tests.sales_reckoning import COUNTED, returned
from tests.world import World

START, END = date(2025, 2, 10), date(2026, 3, 15)


@pytest.fixture(scope="module")
async def history(world: World, database: Database) -> History:
    return await recorded(world, database, seed=31)


def period_of(history: History, by: By) -> Callable[[date], date]:
    calendar = history.calendars["Acme"]
    return {
        By.DAY: lambda day: day,
        By.WEEK: lambda day: day - timedelta(days=day.weekday()),
        By.QUARTER: lambda day: date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
        By.YEAR: lambda day: date(day.year, 1, 1),
        By.FISCAL_MONTH: lambda day: calendar.at(day).start,
        By.FISCAL_QUARTER: lambda day: calendar.quarter(calendar.at(day)).start,
        By.FISCAL_YEAR: lambda day: calendar.year(calendar.at(day)).start,
    }[by]


def bought(history: History, fact: Fact, name: str) -> bool:
    inside = fact.vendor == "Acme" and START <= fact.counts_on < END
    return inside and fact.reseller == name and fact.superseded is None and fact.sale_type in COUNTED


@pytest.mark.parametrize(
    "by", [each for each in By if each.value.endswith(("DAY", "WEEK", "QUARTER", "YEAR", "FISCAL_MONTH"))]
)
@pytest.mark.parametrize("name", ["Reseller One", "Hidden Reseller"])
async def test_purchases_by_a_period_are_the_sums_of_the_facts(history: History, name: str, by: By) -> None:
    start_of, sums = period_of(history, by), defaultdict[Any, list[Fraction]](lambda: [Fraction()] * 3)
    for fact in history.facts:
        if bought(history, fact, name):
            at = (start_of(fact.counts_on), fact.currency)
            added = (fact.quantity, returned(fact), fact.amount or 0)
            sums[at] = [total + Fraction(each) for total, each in zip(sums[at], added, strict=True)]
    key = Key(history.world.vendors["Acme"], history.world.parties["Acme", name])
    found: dict[Any, list[Fraction]] = {}
    after: str | None = None
    while True:
        async with history.request(history.actor(Level.RESELLER, name)) as request:
            (page,) = await purchases_of_reseller(
                request,
                [Parent(key)],
                selection("pageInfo { endCursor } edges { node { units returnsUnits amount { amount } } }"),
                DateRangeInput(start=START, end=END),
                [by],
                first=100,
                after=after,
            )
        for row in (edge.node for edge in page.edges):
            found[row.period_start, row.currency] = [
                Fraction(row.units) * 1_000,
                Fraction(row.returns_units) * 1_000,
                Fraction(row.amount.amount) * 10**6,
            ]
        after = page.page_info.end_cursor
        if not page.page_info.has_next_page:
            break
    assert len(found) > 1 and found == dict(sums)


async def test_figures_follow_a_calendar_only_when_no_report_is_being_counted(history: History) -> None:
    acme, dist = history.world.vendors["Acme"], history.world.parties["Acme", "Dist One"]
    async with history.database.writing(acting_as_worker(acme)) as counting:
        assert await take_turn(counting, dist)
        following = asyncio.create_task(follow_calendar(history.database, acme))
        await asyncio.sleep(0.3)
        assert not following.done()
    await asyncio.wait_for(following, 20)
    in_force = "SELECT in_force FROM fiscal_calendar WHERE vendor_id = $1"
    assert await history.world.connection.fetchval(in_force, acme) is True
