"""A page of the list that each of several parents has: one statement for all of them, and another for how many there are.

The first two arguments of the statement are the parents; what a list is narrowed by are those from the third on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from app.execution.connections import Connection, Window, by_parent, counts
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.store.database import Reader, Row

T = TypeVar("T")

KEYS = "unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS k(vendor_id, id, ordinal)"
"Parents, or objects that are asked for by their ids, that each stand in one network."


def keys_apart(keys: Sequence[Key]) -> tuple[list[UUID], list[UUID]]:
    """The networks and the ids of keys, as `KEYS` takes them."""
    return [key.vendor_id for key in keys], [key.id for key in keys]


@dataclass(frozen=True, slots=True)
class List:
    """Where one parent `k` finds its list, up to and with its conditions, and which columns are read of it."""

    source: str
    columns: str


async def pages(
    request: Request[Any],
    parents: Sequence[Key],
    of: List,
    window: Window,
    selection: Selection,
    node: Callable[[Row], T],
    values: Sequence[object] = (),
) -> list[Connection[T]]:
    """The connection of each parent, in their order; counted only where the document asks how many there are."""
    db = await request.reader()
    arguments = [*keys_apart(parents), *values]
    cut = window.sql(arguments)
    rows = await db.rows(
        f"SELECT k.ordinal, x.* FROM {KEYS} CROSS JOIN LATERAL (SELECT {of.columns} FROM {of.source}{cut}) x",
        *arguments,
    )
    totals = None
    if counts(selection):
        seen = window.totals(by_parent(rows, len(parents)))
        totals = dict(enumerate(seen, 1)) if seen is not None else await _totals(db, parents, of, values)
    return window.pages(rows, len(parents), node, selection, totals)


async def _totals(db: Reader, parents: Sequence[Key], of: List, values: Sequence[object]) -> dict[int, int]:
    rows = await db.rows(
        f"SELECT k.ordinal, (SELECT count(*) FROM {of.source}) AS total FROM {KEYS}", *keys_apart(parents), *values
    )
    return {row["ordinal"]: row["total"] for row in rows}
