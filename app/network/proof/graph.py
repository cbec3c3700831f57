"""The lines under a row of the cube: those that it is the sum of, and no others.

What a line is, reports know: they show the lines that are named here. `schema.py` joins the two.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Protocol, TypeVar

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window, by_parent, counts
from app.execution.described import values
from app.execution.edges import Selection, edge
from app.execution.request import Request
from app.network.asking import Page
from app.network.cube import Cube
from app.network.proof import queries
from app.network.proof.standing import Figure, Standing
from app.programme.sales import LinesOf
from app.store.database import Row

values(LinesOf)
N = TypeVar("N")
Shown = Callable[[Request[Actor], Sequence[Row]], Awaitable[Sequence[N]]]
"""Lines in the order of the rows that name them: by vendor_id, submission_id, row_number, component and recorded."""
FIGURES = {LinesOf.UNITS: Figure.UNITS, LinesOf.RESALE_AMOUNT: Figure.RESALE_AMOUNT}
Which = Annotated[LinesOf, strawberry.argument(description="Which of its figures the lines add up to.")]


class Stands(Protocol):
    """A row that knows what it stands for."""

    @property
    def standing(self) -> Standing: ...


def lines_of_sales(shown: Shown[Any], returns: object) -> Any:
    """The edge from a row of sales to its lines of sell-through, which `shown` shows as `returns`."""

    async def lines_of_row(
        request: Request[Actor],
        parents: Sequence[Stands],
        selection: Selection,
        of: Which = LinesOf.UNITS,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> list[Any]:
        """
        The lines of sell-through of which the row is the sum, by the day on which they count: those of its days, keys and
        currency that pass the filter. Where amounts are converted, a row has the lines of all currencies.
        """
        page = Page(first, after, last, before)
        return await _pages(request, parents, selection, FIGURES[of], page, shown)

    return _edge(lines_of_row, returns)


def sell_in_lines_of_sales(shown: Shown[Any], returns: object) -> Any:
    """The edge from a row of sales to its lines of sell-in, which `shown` shows as `returns`."""

    async def sell_in_lines_of_row(
        request: Request[Actor],
        parents: Sequence[Stands],
        selection: Selection,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> list[Any]:
        """
        The lines of sell-in of which the row's sell-in is the sum, by the day on which they count. Sell-in has no reseller:
        a row that stands by reseller, or of sales filtered by them, has none.
        """
        return await _pages(request, parents, selection, Figure.SELL_IN, Page(first, after, last, before), shown)

    return _edge(sell_in_lines_of_row, returns)


def lines_of_purchases(shown: Shown[Any], returns: object) -> Any:
    """The edge from a row of purchases to its lines, which `shown` shows as `returns`."""

    async def lines_of_row(
        request: Request[Actor],
        parents: Sequence[Stands],
        selection: Selection,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> list[Any]:
        """
        The lines of distributors' invoices and credit notes of which the row is the sum, by the day on which they count:
        those of its days, keys and currency. Where amounts are converted, a row has the lines of all currencies.
        """
        return await _pages(request, parents, selection, Figure.UNITS, Page(first, after, last, before), shown)

    return _edge(lines_of_row, returns)


def _edge(batch: Callable[..., Awaitable[list[Any]]], returns: object) -> Any:
    batch.__annotations__["return"] = list[returns]  # type: ignore[valid-type]
    return edge(batch)


async def _pages(
    request: Request[Actor],
    parents: Sequence[Stands],
    selection: Selection,
    figure: Figure,
    page: Page,
    shown: Shown[N],
) -> list[Connection[N]]:
    """The page of each row, one statement for all rows of a question."""
    window = Window.of(
        queries.order_of(figure), first=page.first, after=page.after, last=page.last, before=page.before, of=figure.name
    )
    pages: list[list[Row]] = [[] for _ in parents]
    totals: list[int | None] = [0 if counts(selection) else None for _ in parents]
    db = await request.reader()
    for asked, places in _questions(parents).items():
        if figure is Figure.SELL_IN and not asked.has_sell_in:
            continue
        rows = [parents[place].standing for place in places]
        found = by_parent(await queries.lines_standing(db, rows, figure, window), len(rows))
        counted = await queries.lines_counted(db, rows, figure) if counts(selection) else None
        for number, place in enumerate(places, 1):
            pages[place] = found[number - 1]
            totals[place] = None if counted is None else counted.get(number, 0)
    named = list(dict.fromkeys(row for own in pages for row in own))
    lines = dict(zip(named, await shown(request, named), strict=True)) if named else {}
    return [
        window.connection(own, lines.__getitem__, total, selection) for own, total in zip(pages, totals, strict=True)
    ]


def _questions(parents: Sequence[Stands]) -> dict[Cube, list[int]]:
    """The places of the rows of each question."""
    found: dict[Cube, list[int]] = {}
    for place, parent in enumerate(parents):
        found.setdefault(parent.standing.question, []).append(place)
    return found
