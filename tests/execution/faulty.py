"""A graph of every kind of type, whose answers fail at random places: the same for the same seed, whoever executes it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from app.access.guard import seal
from app.access.roles import Permission
from app.execution.connections import Connection, Order, SortKey, Window, counts
from app.execution.described import visible, visible_interface
from app.execution.edges import Selection, attach, edge, reference
from app.execution.errors import bad_input
from app.execution.identifiers import order_mark
from app.execution.scalars import SCALARS, CurrencyCode
from tests.execution.faulty_values import (
    WHIM,
    Colour,
    Either,
    Faulty,
    Given,
    Leaf,
    Size,
    Whim,
    make_leaf,
    trouble,
)


def common(request: Faulty, key: str) -> dict[str, Any]:
    fate = request.fate("common", key)
    broken = fate.random() < request.faults
    return {
        "key": key,
        "id": strawberry.ID(key),
        "name": fate.choice(["a name", None]),
        "leaf": trouble(fate) if broken else fate.choice([None, make_leaf(request, key + "/leaf")]),
        "must": fate.choice([None, trouble(fate), "no leaf"]) if broken else make_leaf(request, key + "/must"),
    }


def make_alpha(request: Faulty, key: str) -> "Alpha":
    return Alpha(**common(request, key))


def make_beta(request: Faulty, key: str) -> "Beta":
    return Beta(**common(request, key), size=Size.SMALL)


def make_gamma(request: Faulty, key: str) -> "Gamma":
    return Gamma(**common(request, key))


def make_thing(request: Faulty, key: str) -> "Thing":
    make: Callable[[Faulty, str], Thing] = request.fate("kind", key).choice([make_alpha, make_beta, make_gamma])
    return make(request, key)


def make_choice(request: Faulty, key: str) -> "Alpha | Gamma | Leaf":
    makers: list[Callable[[Faulty, str], Alpha | Gamma | Leaf]] = [make_alpha, make_gamma, make_leaf]
    return request.fate("kind", key).choice(makers)(request, key)


Maker = Callable[[Faulty, str], Any]


def branches(name: str, make: Maker, sentence: str, returns: str, depth: int = 0, permission: str | None = None) -> Any:
    """An edge whose answers are objects, nulls and exceptions, in `depth` lists."""

    async def follow(request: Faulty, parents: Sequence[Any], selection: Selection, many: int = 2) -> Any:
        fate = request.fate("batch", name, many)
        if fate.random() < request.faults / (2 if permission is None else 8):
            raise trouble(fate)
        found = [answer(request, f"{getattr(parent, 'key', '')}/{name}{many}", depth, many) for parent in parents]
        return found[1:] if fate.random() < request.faults / 4 else found

    def answer(request: Faulty, key: str, depth: int, many: int) -> Any:
        fate = request.fate(key, depth)
        if fate.random() < request.faults:
            return fate.choice(
                [None, None, trouble(fate), "no object", make_leaf(request, key), make_alpha(request, key)]
            )
        if depth == 0:
            return None if "None" in returns and fate.random() < 0.1 else make(request, key)
        items = [
            answer(request, f"{key}.{n}", depth - 1, many) for n in range(fate.choice([0, 1, 2, min(abs(many), 3)]))
        ]
        return tuple(items) if fate.random() < 0.1 else items

    follow.__annotations__["return"] = f"list[{returns}]"
    follow.__doc__, follow.__module__ = sentence, __name__
    described = Annotated[int, strawberry.argument(description="At most how many, up to three.")]
    follow.__annotations__["many"] = described
    return edge(follow, permission=permission)


async def echo(
    request: Faulty,
    parents: Sequence[Any],
    selection: Selection,
    number: Annotated[int, strawberry.argument(description="A number.")] = 7,
    maybe: Annotated[int | None, strawberry.argument(description="A number, or nothing.")] = None,
    texts: Annotated[list[str | None] | None, strawberry.argument(description="Texts.")] = None,
    colour: Annotated[Colour, strawberry.argument(description="A colour.")] = Colour.RED,
    sizes: Annotated[list[Size] | None, strawberry.argument(description="Sizes.")] = None,
    given: Annotated[Given | None, strawberry.argument(description="An input.")] = None,
    either: Annotated[Either | None, strawberry.argument(description="One of two.")] = None,
    anything: Annotated[JSON | None, strawberry.argument(description="Anything.")] = None,
    currency: Annotated[CurrencyCode | None, strawberry.argument(description="A currency.")] = None,
) -> list[str]:
    """What the arguments came to."""
    came = repr((number, maybe, texts, colour, sizes, given, either, anything, currency))
    return [came if request.fate(parent.key, came).random() > request.faults / 2 else None for parent in parents]  # type: ignore[misc]


async def needed(
    request: Faulty,
    parents: Sequence[Any],
    selection: Selection,
    given: Annotated[Given, strawberry.argument(description="An input.")],
    either: Annotated[list[Either], strawberry.argument(description="Some of these.")],
) -> list[list[int | None]]:
    """Numbers that depend on what was given."""
    if given.size is Size.LARGE and given.colours:
        raise bad_input("Too large.")
    return [[len(parent.key), None, len(either)] for parent in parents]


ORDER = Order((SortKey("n", "n", int, "bigint"),))


async def pages(
    request: Faulty,
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[Beta]]":
    """Seven objects, a page at a time."""
    window = Window.of(ORDER, first=first, after=after, last=last, before=before)
    numbers = sorted(range(7), reverse=window.backward)
    if window.position is not None:
        (at,) = window.position
        numbers = [n for n in numbers if (n < at if window.backward else n > at)]  # type: ignore[operator]
    rows = [{"n": n} for n in numbers[: window.size + 1]]
    total = 7 if counts(selection) else None
    return [window.connection(rows, partial(make_page_node, request, parent.key), total) for parent in parents]


def make_page_node(request: Faulty, key: str, row: dict[str, int]) -> "Beta":
    return make_beta(request, f"{key}/page{row['n']}")


MARK = order_mark("n", False, "")
"With which cursors of these pages begin."


async def betas_by_key(request: Any, keys: Sequence[str]) -> "list[Beta | None]":
    return [make_beta(request, key) if request.fate("by key", key).random() > request.faults else None for key in keys]


@visible_interface("viewer:read")
class Thing:
    """What the objects have in common."""

    key: strawberry.Private[str]
    id: strawberry.ID
    "Its id."
    name: str | None
    "Its name."
    leaf: Leaf | None
    "Its values."
    must: Leaf
    "More values."
    next = branches("next", make_thing, "Another one.", "Thing | None")
    sure = branches("sure", make_thing, "Certainly another one.", "Thing")
    others = branches("others", make_thing, "Some others.", "list[Thing | None] | None", 1)
    everyone = branches("everyone", make_thing, "All others.", "list[Thing]", 1)
    echo = edge(echo)


@visible("viewer:read")
class Alpha(Thing):
    """One kind of object."""

    pages = edge(pages)
    needed = edge(needed)
    choice = branches("choice", make_choice, "This or that.", "Choice | None")
    choices = branches("choices", make_choice, "This and that.", "list[list[Choice] | None]", 2)


@visible("network:read")
class Beta(Thing):
    """Another kind of object."""

    size: Size
    "Its size."
    alpha = branches("alpha", make_alpha, "One of the other kind.", "Alpha")
    alphas = branches("alphas", make_alpha, "Some of the other kind.", "list[list[Alpha | None]]", 2)


@visible("price:read")
class Gamma(Thing):
    """A third kind of object."""

    gammas = branches("gammas", make_gamma, "More of this kind.", "list[list[Gamma]]", 2)


Choice = Annotated[Alpha | Gamma | Leaf, strawberry.union("Choice", description="This or that.")]
attach(
    Alpha,
    beta=reference(
        betas_by_key,
        Beta | None,
        key=lambda alpha: f"{alpha.key[:3]}/beta" if len(alpha.key) % 3 else None,
        description="The one that belongs to it.",
    ),
)


READ = Permission.VIEWER_READ


@strawberry.type
class Query:
    thing = branches("thing", make_thing, "Something.", "Thing | None", permission=READ)
    things = branches("things", make_thing, "Some things.", "list[Thing | None]", 1, permission=READ)
    alpha = branches("alpha", make_alpha, "One of the first kind.", "Alpha", permission=READ)
    alphas = branches("alphas", make_alpha, "Some of the first kind.", "list[Alpha] | None", 1, permission=READ)
    betas = branches("betas", make_beta, "Some of the second kind.", "list[Beta | None]", 1, permission=READ)
    choices = branches("choices", make_choice, "This and that.", "list[Choice | None]", 1, permission=READ)
    leaf = branches("leaf", make_leaf, "Values.", "Leaf | None", permission=READ)


schema = seal(
    strawberry.Schema(Query, types=[Alpha, Beta, Gamma], config=StrawberryConfig(scalar_map={**SCALARS, Whim: WHIM}))
)
