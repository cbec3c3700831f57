"""Why a figure changed, of random sales that were corrected: before and after it is what adding up says as of both moments,
the parts are the difference to the last digit, and each part is what its lines add up to, one by one.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.execution.errors import Fault
from app.execution.scalars import DateRangeInput
from app.network.changes.graph import FigureChangeConnection, MomentsInput, changes_of_distributor, changes_of_network
from app.programme.changes import ChangedFigure
from app.programme.sales import Valuation
from app.programme.terms import Level
from app.store.database import Database
from tests.sales_asking import parent_of, selection
from tests.sales_history import CHANGES, FIRST, LAST, MOMENT, OF_OTHERS, Fact, History, recorded
from tests.sales_questions import THOROUGH, asked_by, filter_of, questions, viewers
from tests.sales_reckoning import Asked, Reckoning
from tests.world import World

Sums = dict[str, tuple[int, Fraction, Fraction]]


@pytest.fixture(scope="module")
async def history(world: World, database: Database) -> History:
    return await recorded(world, database, seed=31)


def moment(number: int) -> Any:
    return MOMENT + timedelta(hours=number, minutes=30)


async def ask(history: History, asked: Asked, of: ChangedFigure, since: int, until: int | None, **page: Any) -> Any:
    network = asked.level is Level.VENDOR
    batch: Any = changes_of_network if network else changes_of_distributor
    async with history.request(history.actor(asked.level, asked.name)) as request:
        found = await batch(
            request,
            [parent_of(history, asked)],  # type: ignore[arg-type]
            selection("totalCount edges { node { units } }"),
            MomentsInput(since=moment(since), until=None if until is None else moment(until)),
            DateRangeInput(start=asked.start, end=asked.end),
            of,
            filter_of(history, asked),
            asked.valuation,
            **(page or {"first": 250}),
        )
    return found[0]


@dataclass
class Adding:
    """The question, answered line by line."""

    history: History
    asked: Asked
    figure: ChangedFigure

    def lines(self) -> Iterator[tuple[Fact, str, Fraction, Fraction]]:
        """Every line of every time that belongs to the question, with its currency, units and amount."""
        reckoning = Reckoning(self.history, self.asked)
        for fact in self.history.facts:
            of_sales = fact.reseller is not None
            if of_sales is not (self.figure is ChangedFigure.SELL_THROUGH):
                continue
            always = replace(fact, recorded=0, superseded=None)
            in_days = self.asked.start <= fact.counts_on < self.asked.end
            if in_days and reckoning.visible(fact) and reckoning.passes(fact) and reckoning.counts(always):
                currency, amount = self.worth(fact)
                yield fact, currency, Fraction(fact.quantity, 1000), Fraction(amount, 10**6)

    def worth(self, fact: Fact) -> tuple[str, int]:
        if self.figure is ChangedFigure.SELL_IN:
            return fact.currency, fact.amount or 0
        if self.asked.valuation is Valuation.REPORTED_RESALE:
            own = fact.amount if self.asked.level is Level.DISTRIBUTOR else fact.disclosed_amount
            return fact.currency, own or 0
        return fact.book_currency or fact.currency, fact.book_amount or 0

    def at(self, number: int | None) -> Sums:
        sums: Sums = {}
        for fact, currency, units, amount in self.lines():
            known = number is None or fact.recorded <= number
            ended = fact.superseded is not None and (number is None or fact.superseded <= number)
            if known and not ended:
                lines, so_far, worth = sums.get(currency, (0, Fraction(), Fraction()))
                sums[currency] = (lines + 1, so_far + units, worth + amount)
        return sums


def before_and_after(found: FigureChangeConnection) -> tuple[Sums, Sums]:
    before, after = dict[str, Any](), dict[str, Any]()
    for each in found.sums:
        assert each.amount_before is not None and each.amount_after is not None
        assert each.units_difference == each.units_after - each.units_before
        before[each.currency] = (each.lines_before, Fraction(each.units_before), Fraction(each.amount_before.amount))
        after[each.currency] = (each.lines_after, Fraction(each.units_after), Fraction(each.amount_after.amount))
    return before, after


def something(sums: Sums) -> Sums:
    return {currency: each for currency, each in sums.items() if each[0]}


figures = st.sampled_from([ChangedFigure.SELL_THROUGH, ChangedFigure.SELL_THROUGH, ChangedFigure.SELL_IN])


@THOROUGH
@given(
    asked=questions,
    viewer=viewers,
    figure=figures,
    since=st.integers(0, CHANGES),
    until=st.one_of(st.none(), st.integers(0, CHANGES)),
)
async def test_the_parts_of_any_figure_are_its_difference(
    history: History,
    asked: Asked,
    viewer: tuple[Level, str, str | None],
    figure: ChangedFigure,
    since: int,
    until: int | None,
) -> None:
    asked = replace(asked_by(asked, viewer), by=())
    if until is not None:
        since, until = sorted((since, until))
    if asked.valuation is Valuation.PURCHASE_COST or (figure is ChangedFigure.SELL_IN and asked.by_reseller):
        with pytest.raises(Fault, match=r"PURCHASE_COST|no reseller"):
            await ask(history, asked, figure, since, until)
        return
    found, adding = await ask(history, asked, figure, since, until), Adding(history, asked, figure)
    before, after = before_and_after(found)
    assert something(before) == adding.at(since) and something(after) == adding.at(until)
    assert found.total_count == len(found.edges)

    told = defaultdict[tuple[int, str], list[Fraction]](lambda: [Fraction(), Fraction()])
    moved = defaultdict[str, list[Fraction]](lambda: [Fraction(), Fraction()])
    for edge in found.edges:
        node = edge.node
        hours = round((node.known_at - MOMENT).total_seconds() / 3600)
        assert node.changed.knowledge % OF_OTHERS == hours, "it is dated by what made it known"
        for sums in (told[hours, node.currency], moved[node.currency]):
            sums[0] += Fraction(node.units)
            sums[1] += Fraction(node.amount.amount)
    for each in found.sums:
        assert moved[each.currency] == [Fraction(each.units_difference), Fraction(each.amount_difference.amount)]
    expected = defaultdict[tuple[int, str], list[Fraction]](lambda: [Fraction(), Fraction()])
    last = CHANGES if until is None else until
    for number in range(since + 1, last + 1):
        then, now = adding.at(number - 1), adding.at(number)
        for currency in then.keys() | now.keys():
            nothing = (0, Fraction(), Fraction())
            for place in (0, 1):
                step = now.get(currency, nothing)[place + 1] - then.get(currency, nothing)[place + 1]
                expected[number, currency][place] += step
    assert {key: each for key, each in told.items() if any(each)} == {
        key: each for key, each in expected.items() if any(each)
    }


async def test_pages_of_changes_are_those_of_the_whole_list_in_either_direction(history: History) -> None:
    asked = Asked(level=Level.VENDOR, name="Acme", vendor="Acme", start=FIRST, end=LAST, by=())
    whole = await ask(history, asked, ChangedFigure.SELL_THROUGH, 0, 6)
    every = [(each.node.known_at, each.node.changed) for each in whole.edges]
    assert len(every) > 8
    for size, (count, after, back) in ((3, ("first", "after", False)), (4, ("last", "before", True))):
        seen: list[Any] = []
        cursor = None
        while True:
            page = await ask(history, asked, ChangedFigure.SELL_THROUGH, 0, 6, **{count: size, after: cursor})
            own = [(each.node.known_at, each.node.changed) for each in page.edges]
            seen = own + seen if back else seen + own
            more = page.page_info.has_previous_page if back else page.page_info.has_next_page
            if not more:
                break
            cursor = page.page_info.start_cursor if back else page.page_info.end_cursor
        assert seen == every


async def test_nothing_changed_between_a_moment_and_itself(history: History) -> None:
    asked = Asked(
        level=Level.DISTRIBUTOR, name="Dist One", vendor="Acme", start=date(2025, 1, 1), end=date(2026, 1, 1), by=()
    )
    found = await ask(history, asked, ChangedFigure.SELL_THROUGH, 4, 4)
    assert found.edges == [] and all(each.lines_before == each.lines_after for each in found.sums)
