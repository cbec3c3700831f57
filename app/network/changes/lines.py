"""The edge from a change to the lines behind it: those that it made count, and those that it ended."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window, counts
from app.execution.described import values
from app.execution.edges import Selection, edge
from app.execution.request import Request
from app.network.changes import queries
from app.network.changes.graph import FigureChange
from app.network.changes.queries import Changed, Question
from app.programme.changes import ChangedFigure, ChangedLines

values(ChangedLines)
WhichLines = Annotated[ChangedLines, strawberry.argument(description="Those that it brought, or those that it ended.")]


def lines_of_changes(
    shown: Callable[..., Awaitable[Sequence[Any]]], returns: object, of: frozenset[ChangedFigure]
) -> Any:
    """The edge from a change to the lines behind it, where these are such that `shown` shows as `returns`."""

    async def lines_of_change(
        request: Request[Actor],
        parents: Sequence[FigureChange],
        selection: Selection,
        which: WhichLines,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> list[Any]:
        """The lines behind the change, by the day on which they count; none where the figure is made of others."""
        found: list[Any] = [None] * len(parents)
        for asked, places in _questions(parents).items():
            window = Window.of(
                queries.lines_order(asked.figure), first=first, after=after, last=last, before=before, of=which
            )
            ours = places if asked.figure in of else []
            pages = await _lines(
                request, asked, [parents[place].changed for place in ours], which, window, selection, shown
            )
            none = window.connection([], lambda row: row, 0 if counts(selection) else None, selection)
            answers = dict(zip(ours, pages, strict=True))
            for place in places:
                found[place] = answers.get(place, none)
        return found

    lines_of_change.__annotations__["return"] = list[returns]  # type: ignore[valid-type]
    return edge(lines_of_change)


async def _lines(
    request: Request[Actor],
    asked: Question,
    parts: Sequence[Changed],
    which: ChangedLines,
    window: Window,
    selection: Selection,
    shown: Callable[..., Awaitable[Sequence[Any]]],
) -> list[Connection[Any]]:
    if not parts:
        return []
    db, ended = await request.reader(), which is ChangedLines.ENDED
    rows = await queries.lines_changed(db, asked, parts, ended, window)
    totals = await queries.lines_counted(db, asked, parts, ended) if counts(selection) else None
    named = list(dict.fromkeys(rows))
    lines = dict(zip(named, await shown(request, named), strict=True)) if named else {}
    return window.pages(rows, len(parts), lines.__getitem__, selection, totals)


def _questions(parents: Sequence[FigureChange]) -> dict[Question, list[int]]:
    found: dict[Question, list[int]] = {}
    for place, parent in enumerate(parents):
        found.setdefault(parent.asked, []).append(place)
    return found
