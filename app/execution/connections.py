"""Connections: pages of a list, by keyset, in both directions, capped.

A page is asked by its size and a cursor; the cursor holds the sort keys at which the last page ended, so that the database
finds the next one by its index however deep it lies. `totalCount` is counted only when it is asked for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import strawberry

from app.execution.described import maker, visible
from app.execution.edges import Selection
from app.execution.errors import bad_input
from app.execution.identifiers import CursorValue, cursor, order_mark, read_cursor

LARGEST_PAGE = 250
T = TypeVar("T")


class Through:
    """Reads one list from its beginning to its end, in larger pages than a client may ask for: an export. Lists that ask by
    `Window.rows` are found once and handed on page by page; the others are asked for each page."""

    def __init__(self, size: int, *, only_asking: bool = False) -> None:
        self.size = size
        self.asked: tuple[str, Sequence[object]] | None = None
        "The statement of the list and its arguments, where it is `only_asking`: then nothing is read."
        self._only_asking = only_asking
        self._statement: str | None = None
        self._held: list[Any] = []

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Within, pages are those of this reading."""
        token = _through.set(self)
        try:
            yield
        finally:
            _through.reset(token)

    async def page(self, db: Any, statement: str, arguments: Sequence[object]) -> list[Any]:
        """The next page of the rows of a statement, and the first row after it. Raises LookupError where only asking."""
        if self._only_asking:
            self.asked = statement, list(arguments)
            raise LookupError("The statement was asked for, not its rows.")
        if self._statement is None:
            await db.open(statement, *arguments)
            self._statement = statement
        if statement != self._statement:
            raise RuntimeError("One list is read through at a time.")
        rows: list[Any] = self._held + await db.following(self.size + 1 - len(self._held))
        self._held = rows[self.size :]
        return rows


_through: ContextVar[Through | None] = ContextVar("through", default=None)


@visible("viewer:read")
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool
    "Whether more follows."
    has_previous_page: bool
    "Whether something lies before."
    start_cursor: str | None
    "The cursor of the first object of the page."
    end_cursor: str | None
    "The cursor of the last object of the page."


@strawberry.type(description="An object in a list, and where it stands.")
class Edge(Generic[T]):
    node: T = strawberry.field(description="The object.")
    cursor: str = strawberry.field(description="Where it stands in the list.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The objects of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page lies in its list.")
    total_count: int | None = strawberry.field(
        description="How many there are in the whole list; counted when asked for."
    )


_edge = maker(Edge)


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column of an order: the SQL expression, the name under which rows carry it, and its type.

    What nobody may read stands in no cursor, for everybody can read these. There `name` is what stands in its place, and
    `found` the SQL that finds it again; it names the values of a cursor, in braces, as rows do.
    """

    expression: str
    name: str
    kind: type
    cast: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """Sort keys, the last of which tells all rows apart; all ascending or all descending. No key is ever null."""

    keys: tuple[SortKey, ...]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Which page of a list is asked for."""

    size: int
    backward: bool
    position: tuple[CursorValue, ...] | None
    order: Order
    mark: str

    @classmethod
    def of(
        cls,
        order: Order,
        *,
        first: int | None,
        after: str | None,
        last: int | None,
        before: str | None,
        of: object = "",
    ) -> "Window":
        """The page that the arguments ask for; `of` tells lists with the same order apart (their filters).

        Raises BAD_USER_INPUT unless exactly one of `first` and `last` is given, from 1 to 250, each with its own cursor.
        """
        if (first is None) == (last is None):
            raise bad_input(f"Say how many: either `first` or `last`, from 1 to {LARGEST_PAGE}.")
        backward, size = last is not None, first if first is not None else last
        through = _through.get()
        if size is None or not 1 <= size <= (through.size if through is not None else LARGEST_PAGE):
            raise bad_input(f"`{'last' if backward else 'first'}` is from 1 to {LARGEST_PAGE}, not {size}.")
        if (after is not None and backward) or (before is not None and not backward):
            raise bad_input("`after` goes with `first`, and `before` goes with `last`.")
        mark = order_mark(*(key.expression for key in order.keys), order.descending, of)
        text = before if backward else after
        kinds = [key.kind for key in order.keys]
        return cls(size, backward, None if text is None else read_cursor(text, mark, kinds), order, mark)

    def sql(self, arguments: list[object]) -> str:
        """`AND (keys) > (position) ORDER BY keys LIMIT size + 1`, with its values appended to `arguments`."""
        return f"{self.beyond(arguments)} ORDER BY {self.ordered} LIMIT {self.size + 1}"

    async def rows(self, db: Any, statement: Callable[[str], str], arguments: list[object]) -> list[Any]:
        """The rows of the page, by a statement of one parent's list that ends with what `sql` says."""
        through = _through.get()
        if through is None or through.size != self.size or self.backward:
            cut = self.sql(arguments)
            return list(await db.rows(statement(cut), *arguments))
        return await through.page(db, statement(f" ORDER BY {self.ordered}"), arguments)

    def beyond(self, arguments: list[object]) -> str:
        """`AND (keys) > (position)`, with its values appended to `arguments`; nothing where the page is the first."""
        if self.position is None:
            return ""
        keys = ", ".join(key.expression for key in self.order.keys)
        holders = {}
        for key, value in zip(self.order.keys, self.position, strict=True):
            arguments.append(value)
            holders[key.name] = f"${len(arguments)}::{key.cast}"
        ends = (key.found.format(**holders) if key.found else holders[key.name] for key in self.order.keys)
        return f" AND ({keys}) {'<' if self._downwards else '>'} ({', '.join(ends)})"

    @property
    def ordered(self) -> str:
        """The sort keys, in the direction in which the page is read."""
        return ", ".join(f"{key.expression}{' DESC' if self._downwards else ''}" for key in self.order.keys)

    @property
    def _downwards(self) -> bool:
        return self.order.descending != self.backward

    def connection(
        self,
        rows: Sequence[Any],
        node: Callable[[Any], T],
        total: int | None = None,
        selection: Selection | None = None,
    ) -> Connection[T]:
        """The page made of the rows that `sql` fetched, which carry the sort keys under their names.

        Where a `selection` is given, cursors that it does not ask for are not made.
        """
        more = len(rows) > self.size
        kept = list(rows[: self.size])
        if self.backward:
            kept.reverse()
        every = selection is None or selection.wants("edges", "cursor")
        ends = bool(kept) and (selection is None or selection.wants("pageInfo"))
        beyond = self.position is not None
        return Connection(
            edges=[_edge(node=node(row), cursor=self._cursor(row) if every else "") for row in kept],
            page_info=PageInfo(
                has_next_page=beyond if self.backward else more,
                has_previous_page=more if self.backward else beyond,
                start_cursor=self._cursor(kept[0]) if ends else None,
                end_cursor=self._cursor(kept[-1]) if ends else None,
            ),
            total_count=total,
        )

    def totals(self, pages: Sequence[Sequence[Any]]) -> list[int] | None:
        """How many there are in each parent's list, where the rows that `sql` fetched are all of them; None where they may
        not be, so that somebody has to count."""
        if self.position is not None or any(len(page) > self.size for page in pages):
            return None
        return [len(page) for page in pages]

    def _cursor(self, row: Any) -> str:
        return cursor(self.mark, [row[key.name] for key in self.order.keys])

    def pages(
        self,
        rows: Sequence[Any],
        parents: int,
        node: Callable[[Any], T],
        selection: Selection,
        totals: Mapping[int, int] | None,
    ) -> list[Connection[T]]:
        """The page of each parent, from rows that carry the parent's ordinal; `totals` where they were counted."""
        return [
            self.connection(page, node, None if totals is None else totals.get(place, 0), selection)
            for place, page in enumerate(by_parent(rows, parents), 1)
        ]


def counts(selection: Selection) -> bool:
    """Whether the document asks how many there are."""
    return selection.wants("totalCount")


def by_parent(rows: Sequence[Any], parents: int, ordinal: str = "ordinal") -> list[list[Any]]:
    """Rows of a batched page, sorted to their parents; `ordinal` counts from 1."""
    sorted_rows: list[list[Any]] = [[] for _ in range(parents)]
    for row in rows:
        sorted_rows[row[ordinal] - 1].append(row)
    return sorted_rows
