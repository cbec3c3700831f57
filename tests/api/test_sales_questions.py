"""The whole cube: any question about sales that were corrected is what adding up the facts gives, at every level."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.execution.errors import Fault
from app.execution.identifiers import Key
from app.execution.scalars import DateRangeInput
from app.network.graph import Network, sales_of_network
from app.network.rows import SalesFigures, SalesRow
from app.programme.sales import RateLack, SalesOrder, Valuation
from app.programme.sales import SalesDimension as By
from app.programme.terms import Level
from app.store.database import Database
from tests.sales_asking import selection
from tests.sales_history import CHANGES, FIRST, LAST, History, recorded
from tests.sales_questions import THOROUGH, ask, asked_by, questions, viewers
from tests.sales_reckoning import Asked, Reckoning, total
from tests.world import World


@pytest.fixture(scope="module")
async def history(world: World, database: Database) -> History:
    return await recorded(world, database, seed=23)


def key_of_row(row: SalesRow, asked: Asked, periods: bool = True) -> tuple[Any, ...]:
    named = {
        By.DISTRIBUTOR: row.distributor_key,
        By.RESELLER: row.reseller_key,
        By.PARTNER_TYPE: row.partner_type,
        By.COUNTRY: row.country,
        By.REGION: row.region,
        By.PRODUCT: row.product_key,
        By.PRODUCT_FAMILY: row.product_family,
    }
    assert all(value is None for dimension, value in named.items() if dimension not in asked.by)
    assert (row.period_start is None) is (asked.smallest is None)
    return (row.period_start, *(named[each] for each in asked.by if each in named), row.currency)


def told(expected: tuple[Any, ...], asked: Asked) -> tuple[Any, ...]:
    """What of the key of an expected row the found one tells: of its periods the smallest."""
    named = dict(zip(asked.by, expected, strict=False))
    others = [value for each, value in named.items() if each.value not in {"DAY", "WEEK"} and not _is_period(each)]
    return (named[asked.smallest] if asked.smallest else None, *others, expected[-1])


def _is_period(each: By) -> bool:
    return each.value.removeprefix("FISCAL_") in {"DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}


def measures_of(found: SalesFigures, asked: Asked) -> dict[str, Any]:
    originals = {}
    for each in found.originals:
        for name, amount in (
            ("paid", each.sell_in_amount),
            ("value", each.sell_through_amount),
            ("resale", each.resale_amount),
        ):
            originals[each.currency, name] = Fraction(amount.amount)
    return {
        "units": Fraction(found.sell_through_units),
        "returned": Fraction(found.returns_units),
        "unvalued": Fraction(found.unvalued_units),
        "value": Fraction(found.sell_through_amount.amount),
        "resale": Fraction(found.resale_amount.amount),
        "price": Fraction(found.average_selling_price.amount) if found.average_selling_price else None,
        "in": Fraction(found.sell_in_units),
        "paid": Fraction(found.sell_in_amount.amount),
        "active": found.active_resellers,
        "invoices": found.invoices,
        "rate": None if found.sell_through_rate is None else Fraction(found.sell_through_rate),
        "lack": found.sell_through_rate_lacks,
        "opening": None if found.opening_units is None else Fraction(found.opening_units),
        "originals": sorted((key, value) for key, value in originals.items() if value),
    }


def expected_of(sums: dict[str, Any], asked: Asked) -> dict[str, Any]:
    lack = sums["lack"] and RateLack(sums["lack"])
    return sums | {"lack": lack} | ({} if asked.convert_to else {"originals": []})


def bag(rows: list[tuple[Any, ...]]) -> list[str]:
    """Rows of several periods show the smallest: others of the same start stand beside them."""
    return sorted(map(repr, rows))


@settings(THOROUGH, max_examples=150)
@given(asked=questions, viewer=viewers)
async def test_any_question_is_answered_with_what_adding_up_the_facts_gives(
    history: History, asked: Asked, viewer: tuple[Level, str, str | None]
) -> None:
    asked = asked_by(asked, viewer)
    expected = Reckoning(history, asked).answer()
    page = await ask(history, asked)
    assert page.total_count == len(expected)
    if len(expected) <= 250:
        found = [
            (
                key_of_row(edge.node, asked),
                *(sorted(measures_of(each, asked).items(), key=str) for each in _three(edge.node)),
            )
            for edge in page.edges
        ]
        wanted = [
            (told(key, asked), *(sorted(expected_of(each, asked).items(), key=str) for each in sums))
            for key, sums in expected.items()
        ]
        assert bag(found) == bag(wanted)
    whole = Reckoning(history, replace(asked, by=(), of_resellers=asked.by_reseller)).answer()
    assert [each.currency for each in page.totals] == sorted(currency for (currency,) in whole)
    for each in page.totals:
        sums = whole[each.currency,]
        assert [measures_of(one, asked) for one in _three(each)] == [expected_of(one, asked) for one in sums]
        own = [now for key, (now, _, _) in expected.items() if key[-1] == each.currency]
        for name, value in (("units", each.sell_through_units), ("value", each.sell_through_amount.amount)):
            assert total(own, name) == Fraction(value)


def _three(row: Any) -> tuple[Any, Any, Any]:
    return row, row.previous, row.same_span_last_year


@settings(THOROUGH, max_examples=30)
@given(asked=questions, viewer=viewers, size=st.integers(1, 7))
async def test_pages_in_any_order_give_every_row_once(
    history: History, asked: Asked, viewer: tuple[Level, str, str | None], size: int
) -> None:
    asked = asked_by(asked, viewer)
    whole = [key_of_row(edge.node, asked) for edge in (await ask(history, asked, "edges { node { currency } }")).edges]
    walked: list[Any] = []
    at: dict[str, Any] = {"first": size}
    for _ in range(6):
        page = await ask(history, asked, "edges { node { currency } } pageInfo { endCursor }", **at)
        walked += [key_of_row(edge.node, asked) for edge in page.edges]
        if not page.page_info.has_next_page:
            break
        at["after"] = page.page_info.end_cursor
    assert walked == whole[: len(walked)]
    assert len(walked) in {len(whole), 6 * size}


QUARTER = Asked(Level.VENDOR, "Acme", "Acme", date(2025, 7, 1), date(2025, 10, 1), (By.DISTRIBUTOR,))


@pytest.mark.parametrize("order", [each for each in SalesOrder if each is not SalesOrder.DIMENSIONS])
async def test_rows_stand_by_the_measure_asked_for_the_largest_first(history: History, order: SalesOrder) -> None:
    asked = replace(QUARTER, by=(By.PRODUCT, By.MONTH), order=order, start=date(2025, 1, 1))
    measure: Any = {
        SalesOrder.SELL_THROUGH_AMOUNT: lambda row: row.sell_through_amount.amount,
        SalesOrder.SELL_THROUGH_UNITS: lambda row: row.sell_through_units,
        SalesOrder.SELL_IN_AMOUNT: lambda row: row.sell_in_amount.amount,
        SalesOrder.SELL_IN_UNITS: lambda row: row.sell_in_units,
        SalesOrder.RESALE_AMOUNT: lambda row: row.resale_amount.amount,
        SalesOrder.RETURNS_UNITS: lambda row: row.returns_units,
        SalesOrder.AVERAGE_SELLING_PRICE: lambda row: row.average_selling_price and row.average_selling_price.amount,
        SalesOrder.ACTIVE_RESELLERS: lambda row: row.active_resellers,
        SalesOrder.INVOICES: lambda row: row.invoices,
        SalesOrder.SELL_THROUGH_RATE: lambda row: row.sell_through_rate,
    }[order]
    ranks = [measure(edge.node) for edge in (await ask(history, asked)).edges]
    there = [each for each in ranks if each is not None]
    assert len(there) > 5 and there == sorted(there, reverse=True)
    assert ranks == there + [None] * (len(ranks) - len(there))


async def test_a_missing_rate_is_refused_with_its_currency_and_day(history: History) -> None:
    asked = replace(QUARTER, convert_to="GBP", valuation=Valuation.REPORTED_RESALE)
    write, vendor = history.world.connection.execute, history.world.vendors["Acme"]
    held = await history.world.connection.fetch(
        "SELECT * FROM exchange_rate WHERE vendor_id = $1 AND quote = 'GBP'", vendor
    )
    await write("DELETE FROM exchange_rate WHERE vendor_id = $1 AND base = 'USD' AND quote = 'GBP'", vendor)
    try:
        with pytest.raises(Fault, match="no exchange rate from USD to GBP for 2025-") as refusal:
            await ask(history, asked, "edges { node { resaleAmount { amount } } }")
        assert refusal.value.extensions == {"code": "BAD_USER_INPUT"}
        with pytest.raises(Fault, match="no exchange rate from USD to GBP for 2025-"):
            await ask(history, asked, "totals { resaleAmount { amount } }")
    finally:
        for row in held:
            await write("INSERT INTO exchange_rate VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", *row.values())
    with pytest.raises(Fault, match="a currency of ISO 4217"):
        await ask(history, replace(QUARTER, convert_to="ZZZ"), "totalCount")


async def test_fiscal_periods_of_two_calendars_are_refused(history: History) -> None:
    asked = replace(QUARTER, level=Level.DISTRIBUTOR, name="Dist One", vendor=None, by=(By.FISCAL_MONTH,))
    with pytest.raises(Fault, match="different fiscal calendars"):
        await ask(history, asked, "totalCount")


async def test_a_row_says_which_days_it_is_compared_with(history: History) -> None:
    fields = "edges { node { previous { invoices } sameSpanLastYear { invoices } } }"
    for by, start, end, row, before, last_year in (
        (By.WEEK, date(2025, 9, 1), date(2025, 9, 29), date(2025, 9, 8), date(2025, 8, 11), date(2024, 9, 9)),
        (By.QUARTER, date(2025, 7, 1), date(2026, 1, 1), date(2025, 10, 1), date(2025, 4, 1), date(2024, 10, 1)),
        (By.FISCAL_MONTH, date(2025, 8, 3), date(2025, 11, 2), date(2025, 10, 5), date(2025, 7, 6), date(2024, 10, 6)),
        (By.FISCAL_QUARTER, date(2025, 8, 3), date(2026, 2, 1), date(2025, 11, 2), date(2025, 5, 4), date(2024, 11, 3)),
    ):
        asked = replace(QUARTER, by=(by,), start=start, end=end)
        rows = {edge.node.period_start: edge.node for edge in (await ask(history, asked, fields)).edges}
        assert rows[row].previous.period.start == before, by
        assert rows[row].same_span_last_year.period.start == last_year, by
    asked = replace(QUARTER, by=(By.DAY,), start=date(2025, 9, 1), end=date(2025, 9, 11))
    daily = [edge.node for edge in (await ask(history, asked, fields)).edges]
    assert daily and all(row.previous.period.start == row.period_start - timedelta(days=10) for row in daily)
    assert all(row.same_span_last_year.period.start == row.period_start.replace(year=2024) for row in daily)


async def test_what_was_known_at_a_moment_stays_as_it_was_when_more_becomes_known(history: History) -> None:
    asked = replace(QUARTER, as_of=3, start=FIRST, end=LAST)
    fields = "edges { node { sellThroughUnits sellInUnits } }"
    then = [
        (edge.node.sell_through_units, edge.node.sell_in_units) for edge in (await ask(history, asked, fields)).edges
    ]
    now = [
        (edge.node.sell_through_units, edge.node.sell_in_units)
        for edge in (await ask(history, replace(asked, as_of=None), fields)).edges
    ]
    assert then and then != now
    latest = replace(asked, as_of=CHANGES)
    assert now == [
        (edge.node.sell_through_units, edge.node.sell_in_units) for edge in (await ask(history, latest, fields)).edges
    ]


async def test_a_purchase_cost_is_the_last_one_before_the_sale_and_said_to_be_missing_where_there_is_none(
    history: History,
) -> None:
    asked = replace(QUARTER, valuation=Valuation.PURCHASE_COST, start=FIRST, end=LAST, by=(By.PRODUCT,))
    rows = [edge.node for edge in (await ask(history, asked)).edges]
    assert {row.valuation for row in rows} == {Valuation.PURCHASE_COST}
    assert any(row.sell_through_amount.amount for row in rows)
    assert any(row.unvalued_units for row in rows)


async def test_networks_of_different_fiscal_calendars_are_asked_side_by_side(history: History) -> None:
    """Each network answers by its own calendar, also where several are asked in one document."""
    fields, vendors = "edges { node { sellThroughUnits } }", ("Acme", "Borealis")
    parents = [Network(key=Key(history.world.vendors[v], history.world.vendors[v]), as_of=None) for v in vendors]
    period = DateRangeInput(start=date(2025, 2, 2), end=date(2025, 8, 3))
    async with history.request(history.actor(Level.DISTRIBUTOR, "Dist One")) as request:
        found = await sales_of_network(request, parents, selection(fields), period, [By.FISCAL_QUARTER], first=50)
    starts = [{edge.node.period_start for edge in page.edges} for page in found]
    assert starts == [
        {date(2025, 2, 2), date(2025, 5, 4)},
        {date(2025, 1, 1), date(2025, 4, 1), date(2025, 7, 1)},
    ]
