"""Proof of origin: the lines under a row of the cube are those that it is the sum of, at every level, in every question."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.execution.connections import Connection
from app.execution.edges import Batch, batch_of
from app.execution.identifiers import NO_NETWORK, Key
from app.execution.scalars import DateRangeInput
from app.network.proof.graph import lines_of_purchases, lines_of_sales, sell_in_lines_of_sales
from app.network.purchases.graph import purchases_of_reseller
from app.network.rows import SalesRow
from app.programme.line_places import line_place
from app.programme.sales import LinesOf, PurchaseDimension, SalesDimension, Valuation
from app.programme.spans import month_of
from app.programme.terms import Level, SaleType
from app.reports.lines.graph import SellThroughLine, lines_recorded
from app.reports.lines.purchases import PurchaseLine, purchase_lines_recorded
from app.reports.lines.sell_in.graph import SellInLine, sell_in_lines_recorded
from app.store.database import Database
from tests.sales_asking import Parent, selection
from tests.sales_history import Fact, History, recorded
from tests.sales_questions import THOROUGH, ask, asked_by, questions, viewers
from tests.sales_reckoning import Asked, Reckoning, stands
from tests.world import World


def batch(edge: Any) -> Batch:
    found = batch_of(edge)
    assert found is not None
    return found


LINES = batch(lines_of_sales(lines_recorded, Connection[SellThroughLine]))
SELL_IN_LINES = batch(sell_in_lines_of_sales(sell_in_lines_recorded, Connection[SellInLine]))
PURCHASE_LINES = batch(lines_of_purchases(purchase_lines_recorded, Connection[PurchaseLine]))
EVERY = selection("totalCount edges { node { id } } pageInfo { endCursor }")
UNITS: dict[str, Any] = {"of": LinesOf.UNITS}
RESALE: dict[str, Any] = {"of": LinesOf.RESALE_AMOUNT}
MEASURES = (
    "edges { node { sellThroughUnits returnsUnits sellThroughAmount { amount } resaleAmount { amount }"
    " invoices averageSellingPrice { amount }"
)


@pytest.fixture(scope="module")
async def history(world: World, database: Database) -> History:
    return await recorded(world, database, seed=31)


async def under(
    history: History, asked: Asked, rows: list[SalesRow], edge: Batch, size: int = 250, **of: Any
) -> list[list[Any]]:
    """All lines of each row: the first page of all rows at once, whatever follows row by row."""
    if not rows:
        return []
    found: list[list[Any]] = []
    async with history.request(history.actor(asked.level, asked.name)) as request:
        for row, page in zip(rows, await edge(request, rows, EVERY, first=size, **of), strict=True):
            own, at = [each.node for each in page.edges], page.page_info
            while at.has_next_page:
                (following,) = await edge(request, [row], EVERY, first=size, after=at.end_cursor, **of)
                own, at = own + [each.node for each in following.edges], following.page_info
            assert len(own) == page.total_count
            found.append(own)
    return found


def keys_of(history: History) -> dict[tuple[bool, tuple[Any, ...]], Key]:
    """The key of the line that each fact is: of what a row was recorded as several times, the first one first."""
    found, times = {}, defaultdict[Any, int](int)
    vendors = history.world.vendors
    for fact in sorted(history.facts, key=lambda each: each.recorded):
        place = (fact.reseller is None, *fact.order[1:])
        found[fact.reseller is None, fact.order] = Key(
            vendors[fact.vendor], fact.order[1], line_place(fact.order[2], fact.order[3], times[place])
        )
        times[place] += 1
    return found


def told(key: tuple[Any, ...], asked: Asked) -> str:
    """What of the key of an expected row the found one tells: of its periods the smallest."""
    named = dict(zip(asked.by, key, strict=False))
    others = [named[each] for each in asked.by if not hasattr(named[each], "year")]
    return repr((named[asked.smallest] if asked.smallest else None, others, key[-1]))


def told_by(row: SalesRow, asked: Asked) -> str:
    named = {
        "DISTRIBUTOR": row.distributor_key,
        "RESELLER": row.reseller_key,
        "PARTNER_TYPE": row.partner_type,
        "COUNTRY": row.country,
        "REGION": row.region,
        "PRODUCT": row.product_key,
        "PRODUCT_FAMILY": row.product_family,
    }
    return repr((row.period_start, [named[each.value] for each in asked.by if each.value in named], row.currency))


def expected(history: History, asked: Asked) -> list[tuple[str, list[Key], list[Key], list[Key]]]:
    """Every row with the lines of its units, of its resale amount, and of its sell-in."""
    reckoning, keys = Reckoning(history, asked), keys_of(history)
    lines: dict[Any, dict[str, list[Key]]] = defaultdict(lambda: defaultdict(list))
    for fact, currency, figure in figures(reckoning):
        row = (*reckoning.key(fact, fact.counts_on), asked.convert_to or currency)
        lines[row][figure].append(keys[fact.reseller is None, fact.order])
    rows = {key for key, sums in reckoning.rows().items() if stands(sums)}
    return [
        (told(row, asked), *(sorted(lines[row][each]) for each in ("units", "resale", "in")))  # type: ignore[misc]
        for row in rows
    ]


def figures(reckoning: Reckoning) -> Iterator[tuple[Fact, str, str]]:
    """Each fact that the question is about, and in which currency it adds to which figure."""
    asked = reckoning.asked
    for fact in reckoning.history.facts:
        in_days = asked.start <= fact.counts_on < asked.end
        if not (in_days and reckoning.counts(fact) and reckoning.visible(fact) and reckoning.passes(fact)):
            continue
        if fact.reseller is None:
            yield fact, fact.currency, "in"
            continue
        yield fact, reckoning.value(fact)[0], "units"
        if reckoning.resale(fact) is not None:
            yield fact, fact.currency, "resale"


def returned(line: Any) -> Fraction:
    if line.sale_type is SaleType.CREDIT_AND_REBILL:
        return Fraction()
    return Fraction(-max(line.quantity, 0) if line.reversal else max(-line.quantity, 0))


def sum_of(lines: Iterable[Any], name: str) -> Fraction:
    found = (getattr(line, name) for line in lines)
    return sum((Fraction(getattr(each, "amount", each)) for each in found if each is not None), Fraction())


@settings(THOROUGH, max_examples=80)
@given(asked=questions, viewer=viewers)
async def test_the_lines_of_every_row_are_those_that_it_is_the_sum_of(
    history: History, asked: Asked, viewer: tuple[Level, str, str | None]
) -> None:
    asked = asked_by(asked, viewer)
    measures = MEASURES + (" } }" if asked.by_reseller else " sellInUnits sellInAmount { amount } } }")
    rows = [each.node for each in (await ask(history, asked, measures)).edges]
    of_units = await under(history, asked, rows, LINES, **UNITS)
    of_resale = await under(history, asked, rows, LINES, **RESALE)
    bought = await under(history, asked, rows, SELL_IN_LINES)
    for row, units, resale, sold_in in zip(rows, of_units, of_resale, bought, strict=True):
        assert Fraction(row.sell_through_units) == sum_of(units, "quantity")
        assert Fraction(row.returns_units) == sum(map(returned, units))
        assert Fraction(row.sell_in_units) == sum_of(sold_in, "quantity")
        invoices = {
            (x.distributor_key, x.document_number) for x in units if x.document_kind == "INVOICE" and not x.reversal
        }
        assert row.invoices == len(invoices)
        if asked.convert_to is None:
            assert Fraction(row.resale_amount.amount) == sum_of(resale, "amount")
            assert Fraction(row.sell_in_amount.amount) == sum_of(sold_in, "amount")
            if asked.valuation is not Valuation.PURCHASE_COST:
                name = "book_amount" if asked.valuation is Valuation.BOOK else "amount"
                assert Fraction(row.sell_through_amount.amount) == sum_of(units, name)
        for own in (units, resale, sold_in):
            assert len({line.id for line in own}) == len(own), "two lines of one id"
            days = [line.counts_on for line in own]
            assert days == sorted(days)
    wanted = expected(history, asked)
    if len(wanted) <= 250:
        found = [
            (told_by(row, asked), *(sorted(line.key for line in own) for own in each))
            for row, *each in zip(rows, of_units, of_resale, bought, strict=True)
        ]
        assert sorted(map(repr, found)) == sorted(map(repr, wanted))


@settings(THOROUGH, max_examples=15)
@given(asked=questions, viewer=viewers, size=st.integers(1, 9))
async def test_pages_of_any_size_give_every_line_of_a_row_once(
    history: History, asked: Asked, viewer: tuple[Level, str, str | None], size: int
) -> None:
    asked = asked_by(asked, viewer)
    rows = [each.node for each in (await ask(history, asked, "edges { node { currency } }")).edges][:3]
    for edge, of in ((LINES, UNITS), (SELL_IN_LINES, {})):
        whole = await under(history, asked, rows, edge, **of)
        assert [[each.key for each in own] for own in await under(history, asked, rows, edge, size, **of)] == [
            [each.key for each in own] for own in whole
        ]
        if rows:
            async with history.request(history.actor(asked.level, asked.name)) as request:
                backwards = await edge(request, rows, EVERY, last=size, **of)
            assert [[x.node.key for x in page.edges] for page in backwards] == [
                [x.key for x in own[-size:]] for own in whole
            ]


async def test_a_reseller_reads_the_lines_of_its_purchases_and_nothing_of_the_reports(history: History) -> None:
    period = DateRangeInput(start=date(2025, 2, 10), end=date(2026, 3, 15))
    by = [PurchaseDimension.MONTH, PurchaseDimension.DISTRIBUTOR]
    measures = selection("edges { node { units amount { amount } returnsUnits } }")
    for name in ("Reseller One", "Hidden Reseller"):
        parent = Parent(Key(NO_NETWORK, history.world.organizations[name]))
        async with history.request(history.actor(Level.RESELLER, name)) as request:
            (page,) = await purchases_of_reseller(request, [parent], measures, period, by, first=250)
            rows = [each.node for each in page.edges]
            pages = await PURCHASE_LINES(request, rows, EVERY, first=250)
        assert len(rows) > 5
        for row, lines in zip(rows, pages, strict=True):
            own = [each.node for each in lines.edges]
            assert own and lines.total_count == len(own)
            assert Fraction(row.units) == sum_of(own, "quantity")
            assert Fraction(row.amount.amount) == sum_of(own, "amount")
            assert Fraction(row.returns_units) == sum(map(returned, own))
            assert {line.distributor_key for line in own} == {row.distributor_key}
            assert {month_of(line.counts_on) for line in own} == {row.period_start}
    assert not {"row", "source", "submission", "special_price_number", "book_amount"} & set(vars(own[0]))


async def test_rows_of_several_questions_in_one_batch_have_their_own_lines(history: History) -> None:
    start, end = date(2025, 2, 2), date(2026, 2, 1)
    asked = Asked(Level.VENDOR, "Acme", "Acme", start, end, (SalesDimension.PRODUCT,))
    other = replace(asked, by=(SalesDimension.FISCAL_QUARTER, SalesDimension.DISTRIBUTOR), as_of=3)
    fields = "edges { node { sellThroughUnits sellInUnits } }"
    rows = [each.node for each in (await ask(history, asked, fields)).edges]
    rows += [each.node for each in (await ask(history, other, fields)).edges]
    rows = rows[::2] + rows[1::2]
    for row, own in zip(rows, await under(history, asked, rows, LINES, **UNITS), strict=True):
        assert Fraction(row.sell_through_units) == sum_of(own, "quantity")
    for row, bought in zip(rows, await under(history, asked, rows, SELL_IN_LINES), strict=True):
        assert Fraction(row.sell_in_units) == sum_of(bought, "quantity")
