"""What an export's query asks for: the one list that it leads to, and the columns of its file.

The query goes from the root through single objects to exactly one connection; the leaves below its nodes are the columns,
named by their answer keys with dots between: `product.code`. What has several objects for each row has no column, and is
refused with the reason; so is what stands beside the way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.execution.plans import PlannedField, Plans, Typename
from app.execution.shapes import Shape
from app.programme.terms import Level
from graphql import FieldNode, GraphQLEnumType, GraphQLLeafType, GraphQLObjectType

MOST_COLUMNS = 500
Plan = Sequence[PlannedField | Typename]


class NoTable(Exception):
    """The query has no rows and columns; the message says what would."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where its values stand below a node, and what they are."""

    path: tuple[str, ...]
    kind: str
    "The name of the leaf type; `Enum` for enums."
    many: bool = False
    "Whether each value is a list of leaves."
    reads: tuple[str, ...] = ()
    "The names of the fields that lead there, as the contract has them."

    @property
    def name(self) -> str:
        return ".".join(self.path)


@dataclass(slots=True)
class Table:
    """The list that a query leads to: the answer keys on the way to it, its field, its columns, and what reading takes."""

    path: tuple[str, ...]
    field: PlannedField
    columns: list[Column]
    needs: frozenset[Any]
    node: str
    "The type of its rows."
    counted: list[FieldNode]
    "Where the document asks how many there are."


@dataclass(slots=True)
class _Walk:
    """A walk down the plans of a query, as somebody of a level."""

    plans: Plans
    level: Level
    needs: set[Any] = field(default_factory=set)

    def below(self, planned: PlannedField, kind: GraphQLObjectType) -> Plan:
        found = self.plans.below(planned, kind)
        if isinstance(found, Exception):
            raise found
        return found

    def passed(self, planned: PlannedField) -> None:
        if self.level not in planned.unknown_to:
            self.needs |= planned.requires

    def objects(self, planned: PlannedField) -> tuple[GraphQLObjectType, Plan]:
        """The type of the objects that a field leads to, and what is asked of them. Of an interface the one type of which
        anything is asked."""
        shape = planned.shape
        if shape.concrete is not None:
            return shape.concrete, self.below(planned, shape.concrete)
        assert shape.abstract is not None
        possible = shape.abstract.schema.get_possible_types(shape.abstract.kind)
        asked = [(kind, plan) for kind in possible if (plan := _fields(self.below(planned, kind)))]
        if len(asked) != 1:
            raise NoTable(
                f"`{planned.key}` may be of several types. Ask for one: `{planned.key} {{ ... on Type {{ … }} }}`."
            )
        self.needs |= asked[0][0].extensions.get("requires") or frozenset()
        return asked[0]


def table_of(plans: Plans, root: Plan, level: Level) -> Table:
    """The table that the plan of a query leads to, as somebody of a level. Raises NoTable."""
    walk, path, plan, where = _Walk(plans, level), list[str](), root, "the query"
    while True:
        fields = _fields(plan)
        if len(fields) != 1:
            asked = ", ".join(f"`{each.key}`" for each in fields) or "nothing"
            raise NoTable(
                f"Through single objects to exactly one list: below {where} {asked} is asked for. Leave one field there."
            )
        (one,) = fields
        walk.passed(one)
        path.append(one.key)
        if one.shape.leaf is not None or one.shape.item is not None:
            raise NoTable(
                f"`{'.'.join(path)}` is no list with pages; an export takes a field with `edges {{ node {{ … }} }}`."
            )
        kind, plan = walk.objects(one)
        if is_connection(kind):
            kind_of_node, columns = _columns(walk, plan, ".".join(path))
            counted = [node for each in _fields(plan) if each.name == "totalCount" for node in each.nodes]
            return Table(tuple(path), one, columns, frozenset(walk.needs), kind_of_node, counted)
        where = f"`{'.'.join(path)}`"


def is_connection(kind: GraphQLObjectType) -> bool:
    """Whether objects of this type are pages of a list."""
    return "edges" in kind.fields and "pageInfo" in kind.fields


def _fields(plan: Plan) -> list[PlannedField]:
    return [each for each in plan if isinstance(each, PlannedField)]


def _columns(walk: _Walk, plan: Plan, where: str) -> tuple[str, list[Column]]:
    edges = [each for each in _fields(plan) if each.name == "edges"]
    others = [each.key for each in _fields(plan) if each.name not in {"edges", "pageInfo", "totalCount"}]
    if len(edges) != 1 or edges[0].key != "edges" or others:
        beside = f"; {', '.join(others)} has no place in a file" if others else ""
        raise NoTable(f"Of the list `{where}` ask for `edges {{ node {{ … }} }}`, once and without alias{beside}.")
    assert edges[0].shape.item is not None and edges[0].shape.item.concrete is not None
    below = _fields(walk.below(edges[0], edges[0].shape.item.concrete))
    nodes = [each for each in below if each.name == "node"]
    if len(nodes) != 1 or len(below) != 1 or nodes[0].key != "node":
        raise NoTable(f"Of the edges of `{where}` ask for `node {{ … }}` alone, once and without alias.")
    walk.passed(nodes[0])
    kind, found = walk.objects(nodes[0])
    columns = list(_leaves(walk, found, (), (), kind))
    if not 1 <= len(columns) <= MOST_COLUMNS:
        raise NoTable(f"A file has 1 to {MOST_COLUMNS} columns; these are {len(columns)}.")
    return kind.name, columns


def _leaves(
    walk: _Walk, plan: Plan, path: tuple[str, ...], reads: tuple[str, ...], owner: GraphQLObjectType
) -> Iterator[Column]:
    for each in plan:
        own = (*path, each.key)
        if isinstance(each, Typename):
            yield Column(own, "String", reads=(*reads, "__typename"))
            continue
        walk.passed(each)
        yield from _below_leaf(walk, each, own, (*reads, each.name))


def _below_leaf(walk: _Walk, each: PlannedField, path: tuple[str, ...], reads: tuple[str, ...]) -> Iterator[Column]:
    shape: Shape = each.shape
    if shape.leaf is not None:
        yield Column(path, _kind(shape.leaf), reads=reads)
    elif shape.item is not None and shape.item.leaf is not None:
        yield Column(path, _kind(shape.item.leaf), many=True, reads=reads)
    elif shape.item is not None:
        raise _several(path)
    else:
        kind, plan = walk.objects(each)
        if is_connection(kind):
            raise _several(path)
        yield from _leaves(walk, plan, path, reads, kind)


def _several(path: tuple[str, ...]) -> NoTable:
    name = ".".join(path)
    return NoTable(
        f"`{name}` has several objects for each row, and a row has one line. Leave it out, or export it by itself."
    )


def _kind(leaf: GraphQLLeafType) -> str:
    return "Enum" if isinstance(leaf, GraphQLEnumType) else leaf.name
