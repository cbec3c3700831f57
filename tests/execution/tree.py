"""A small graph whose values a test writes down, executed both ways."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from app.access.guard import seal
from app.access.roles import Permission
from app.execution.described import visible, visible_interface
from app.execution.edges import Selection, edge
from app.execution.request import Request
from app.execution.scalars import SCALARS
from app.programme.terms import Level
from graphql import parse, validate
from tests.execution.both import Both, compare, told
from tests.execution.faulty_values import Asker

EVERYTHING = frozenset(Permission)


class Planted(Request[Any]):
    """A request in which the tree is what the test planted, and every batch is written down."""

    def __init__(self, root: Any, permissions: frozenset[Permission], level: Level = Level.VENDOR) -> None:
        super().__init__(Asker(permissions, level), None, "test", None)  # type: ignore[arg-type]
        self.root = root
        self.batches: list[tuple[str, int]] = []


async def kin(request: Planted, parents: "Sequence[Item]", selection: Selection) -> "list[Item | None]":
    """What the test put into `found`: an answer for each, or one exception for the whole batch."""
    request.batches.append(("kin", len(parents)))
    return [_found(parent) for parent in parents]


async def too_few(request: Planted, parents: "Sequence[Item]", selection: Selection) -> "list[int | None]":
    """One answer fewer than asked for."""
    return [1 for _ in parents[1:]]


async def lost(request: Planted, parents: "Sequence[Item]", selection: Selection) -> "list[int | None]":
    """No answer at all."""
    raise KeyError("a secret")


async def nodes(request: Planted, parents: "Sequence[Item]", selection: Selection) -> "list[list[list[Kind]]]":
    """Objects of several types, in lists of lists."""
    return [[[*parent.kinds], [*parent.kinds]] for parent in parents]


async def open_nodes(
    request: Planted, parents: "Sequence[Item]", selection: Selection
) -> "list[list[list[Kind | None]]]":
    """Objects of several types, in lists of lists."""
    return [[[*parent.kinds], [*parent.kinds]] for parent in parents]


def _found(parent: "Item") -> Any:
    if isinstance(parent.found, SystemError):
        raise parent.found
    return parent.found


@visible_interface("viewer:read")
class Kind:
    """What has an id."""

    id: strawberry.ID
    "Its id."


@visible("viewer:read")
class Open(Kind):
    """An object that everybody reads."""


@visible("price:read")
class Secret(Kind):
    """An object that few read."""


@visible("viewer:read")
class Item:
    """An object whose every field a test may break."""

    name: str = "name"
    "May not be null."
    maybe: str | None = None
    "May be null."
    sure: "Item" = None  # type: ignore[assignment]
    "May not be null."
    items: "list[Item]" = strawberry.field(default_factory=list)
    "None of them may be null."
    maybe_items: "list[Item | None] | None" = None
    "All of them may be null."
    grid: "list[list[int]] | None" = None
    "Numbers in lists of lists."
    shown: "list[Kind | None]" = strawberry.field(default_factory=list)
    "Objects of several types, which no batch function looked at."
    secret: "Secret | None" = None
    "What few read."
    sure_secret: "Secret" = None  # type: ignore[assignment]
    "What few read, and may not be null."
    kin = edge(kin)
    too_few = edge(too_few)
    lost = edge(lost)
    nodes = edge(nodes)
    open_nodes = edge(open_nodes)
    found: strawberry.Private[Any] = None
    kinds: strawberry.Private[Any] = ()

    @strawberry.field(description="Answered object by object.")  # type: ignore[untyped-decorator]
    def slow(self) -> str:
        return self.name


async def root(request: Planted, parents: Sequence[Any], selection: Selection) -> "list[Item | None]":
    """The tree."""
    request.batches.append(("root", len(parents)))
    return [request.root]


@strawberry.type
class Query:
    root = edge(root, permission=Permission.VIEWER_READ)


schema = seal(strawberry.Schema(Query, types=[Open, Secret], config=StrawberryConfig(scalar_map=SCALARS)))
BOTH = Both(schema)


@dataclass
class Answer:
    """What both ways answered."""

    data: Any
    errors: list[tuple[str, str]] = field(default_factory=list)
    "Path and code."
    batches: list[tuple[str, int]] = field(default_factory=list)


async def ask(
    text: str,
    planted: Any,
    variables: dict[str, Any] | None = None,
    permissions: frozenset[Permission] = EVERYTHING,
    level: Level = Level.VENDOR,
) -> Answer:
    """The answer of breadth-first execution, compared with graphql-core's."""
    document, given = parse(text), variables or {}
    assert not validate(BOTH.core, document)
    request, again, whole = (Planted(planted, permissions, level) for _ in range(3))
    ours = await BOTH.breadth_first(request, BOTH.planned(document, None), given)
    theirs = await BOTH.graphql_core(again, document, given, None)
    compare(ours, theirs, await BOTH.every_error(whole, document, given, None))
    errors = [(".".join(map(str, path)), code) for path, code, *_ in map(told, ours.errors or ())]
    return Answer(ours.data, errors, request.batches)
