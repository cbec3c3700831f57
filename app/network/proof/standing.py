"""What a row of the cube stands for: the question that it answers, and where in the answer it stands.

Its lines are those of the question that lie in its days, bear its keys and come in its currency. Sell-in has lines of its
own; a row that stands by reseller has none of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any
from uuid import UUID

from app.network.comparison import Era, span_of_row
from app.network.cube import Cube, Slice, Source, keys, lines_of, sell_in_lines_of
from app.programme.sales import PERIODS, Valuation
from app.programme.sales import SalesDimension as By
from app.programme.spans import Span
from app.store.database import Row


class Figure(Enum):
    """Which figures of a row lines add up to."""

    UNITS = "units"
    RESALE_AMOUNT = "resale amount"
    SELL_IN = "sell-in"


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of the cube's answer to a question."""

    asked: Cube
    row: Row

    @property
    def question(self) -> Cube:
        """The question itself, whatever is measured for it, and with whatever it is compared."""
        return replace(self.asked, measures=frozenset(), against=frozenset())

    @property
    def parent(self) -> int:
        """The ordinal of the parent of which it was asked."""
        found: int = self.row["ordinal"]
        return found

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        found: str = self.row["currency"]
        return found

    @property
    def span(self) -> Span:
        """The days that it is about."""
        return span_of_row(self.asked.span, self.asked.by, self.asked.calendar, self.row)

    def key(self, name: str) -> Any:
        """One of the keys by which it is told apart."""
        return self.row[name]


def narrowed(rows: list[Standing], figure: Figure) -> Cube:
    """What has to be read for these rows of one question: no more days, parties and products than theirs.

    Their keys beside their days are what it is grouped by. Prices are read only where they decide the currency.
    """
    asked, spans = rows[0].question, [each.span for each in rows]
    filters = asked.filters
    if By.DISTRIBUTOR in asked.by:
        filters = replace(filters, distributors=_ids(rows, "distributor_id"))
    if By.RESELLER in asked.by:
        filters = replace(filters, resellers=_ids(rows, "reseller_id"))
    if By.PRODUCT in asked.by:
        filters = replace(filters, products=_ids(rows, "product_id"))
    priced = figure is Figure.UNITS and asked.convert_to is None
    parents = {each.parent for each in rows}
    return replace(
        asked,
        scopes=tuple(scope for scope in asked.scopes if scope.ordinal in parents),
        span=Span(min(span.start for span in spans), max(span.end for span in spans)),
        by=tuple(each for each in asked.by if each not in PERIODS),
        filters=filters,
        valuation=asked.valuation if priced else Valuation.BOOK,
        convert_to=None,
    )


def _ids(rows: Iterable[Standing], name: str) -> tuple[UUID, ...]:
    return tuple(sorted({each.key(name) for each in rows}))


def read_from(cube: Cube, figure: Figure) -> Slice:
    """The lines that are read for it."""
    source: Source = sell_in_lines_of(cube) if figure is Figure.SELL_IN else lines_of(cube)
    return Slice(source, cube.span, Era(cube.span))


def names(cube: Cube) -> dict[str, str]:
    """The keys by which its rows are told apart beside their days, each with its type."""
    return {name: "uuid" if name.endswith("_id") else "text" for name in keys(cube)}
