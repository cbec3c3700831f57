"""How large a document may be, found before it is validated.

A short text can ask for a lot: fragments that spread one another twice double with every level, aliases repeat a field,
and nesting multiplies. What a document amounts to once its fragments are spread is added up fragment by fragment, each
once, so that looking at a document takes time in proportion to its text however large it would become.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.execution.errors import ErrorCode, Fault
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may have, and how many points one request may cost (see `cost`)."""

    characters: int = 65_536
    tokens: int = 4_000
    fields: int = 1_000
    aliases: int = 30
    depth: int = 20
    cost: int = 50_000


class Shape(NamedTuple):
    """What a selection amounts to with its fragments spread: fields, aliases, and how deep fields stand in fields."""

    fields: int
    aliases: int
    depth: int


class _Own(NamedTuple):
    """A definition's own shape, and the fragments that it spreads with the depth at which each stands."""

    shape: Shape
    spreads: list[tuple[str, int]]


def refusals(document: DocumentNode, limits: Limits) -> list[Fault]:
    """Why the document is not even validated: every limit that one of its operations or fragments exceeds."""
    largest = Shape(0, 0, 0)
    for shape in shapes(document):
        largest = Shape(*map(max, largest, shape))
    found = []
    for what, has, most, instead in (
        ("fields", largest.fields, limits.fields, "Ask in several requests, and spread each fragment once."),
        ("aliases", largest.aliases, limits.aliases, "Ask for many objects of a kind with `nodes(ids:)`."),
        ("levels of fields", largest.depth, limits.depth, "Begin further down, with `node(id:)`."),
    ):
        if has > most:
            how_many = f"{has:,}" if has < 10**9 else "over a billion"
            message = f"With its fragments spread, the document has {how_many} {what}; {most:,} are taken. {instead}"
            found.append(Fault(ErrorCode.COST_LIMIT, message))
    return found


def shapes(document: DocumentNode) -> list[Shape]:
    """The shape of every operation and fragment. A fragment that spreads itself adds nothing: validation refuses it."""
    own = {d.name.value: _own(d.selection_set) for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    whole: dict[str, Shape] = {}
    for name in own:
        _resolve(name, own, whole)
    operations = [_own(d.selection_set) for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    return [*whole.values(), *(_with_spreads(each, whole) for each in operations)]


def _own(chosen: SelectionSetNode) -> _Own:
    fields = aliases = deepest = 0
    spreads = []
    waiting = [(chosen, 1)]
    while waiting:
        selection, depth = waiting.pop()
        for part in selection.selections:
            if isinstance(part, FieldNode):
                fields += 1
                aliases += part.alias is not None
                deepest = max(deepest, depth)
                if part.selection_set is not None:
                    waiting.append((part.selection_set, depth + 1))
            elif isinstance(part, InlineFragmentNode):
                waiting.append((part.selection_set, depth))
            elif isinstance(part, FragmentSpreadNode):
                spreads.append((part.name.value, depth - 1))
    return _Own(Shape(fields, aliases, deepest), spreads)


def _resolve(root: str, own: dict[str, _Own], whole: dict[str, Shape]) -> None:
    """Put the fragment and all that it spreads into `whole`, innermost first."""
    path: list[tuple[str, Iterator[tuple[str, int]]]] = [(root, iter(own[root].spreads))]
    under_way = {root}
    while path:
        name, spreads = path[-1]
        following = next((s for s, _ in spreads if s in own and s not in whole and s not in under_way), None)
        if following is None:
            path.pop()
            under_way.remove(name)
            whole[name] = _with_spreads(own[name], whole)
        else:
            under_way.add(following)
            path.append((following, iter(own[following].spreads)))


def _with_spreads(own: _Own, whole: dict[str, Shape]) -> Shape:
    fields, aliases, deepest = own.shape
    for name, depth in own.spreads:
        spread = whole.get(name)
        if spread is not None:
            fields += spread.fields
            aliases += spread.aliases
            deepest = max(deepest, depth + spread.depth)
    return Shape(fields, aliases, deepest)
