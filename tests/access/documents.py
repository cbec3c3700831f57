"""Documents made from the contract: every field of a type, with the arguments that fields need.

What each type and field requires is read from the printed contract, which is the audit, and from nowhere else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from app.schema import printed
from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

PAGE = "first: 250"
FRAME = {"edges", "pageInfo", "totalCount"}
"What every list says of a page of itself."


@dataclass(frozen=True)
class Way:
    """One way to ask a field: under which name, with which arguments, and without which fields below it."""

    suffix: str
    arguments: str
    without: frozenset[str] = frozenset()


def cube(start: str, end: str, dimensions: dict[str, tuple[str, ...]], page: str = PAGE) -> tuple[Way, ...]:
    """The ways to ask the cube: by these dimensions, over these days; the sum in euros. By reseller there is no sell-in."""
    sell_in = frozenset({"sellInUnits", "sellInAmount"})
    once = {"sum": 'convertTo: "EUR", '}
    period = f'period: {{start: "{start}", end: "{end}"}}'
    return tuple(
        Way(
            f"_{name}",
            f"{period}, by: [{', '.join(by)}], {once.get(name, '')}{page}",
            sell_in if "RESELLER" in by else frozenset(),
        )
        for name, by in dimensions.items()
    )


@dataclass
class Documents:
    """The contract as a source of documents. `ways` says how fields are asked that need arguments."""

    ways: dict[tuple[str, str], tuple[Way, ...]] = field(default_factory=dict)

    @cached_property
    def schema(self) -> GraphQLSchema:
        return build_schema(printed())

    def object(self, name: str) -> GraphQLObjectType:
        found = self.schema.type_map[name]
        assert isinstance(found, GraphQLObjectType), name
        return found

    def objects(self) -> list[GraphQLObjectType]:
        """Every object type that can be read: all but the roots."""
        roots = {self.schema.query_type, self.schema.mutation_type, self.schema.subscription_type}
        kinds = [kind for name, kind in self.schema.type_map.items() if not name.startswith("__")]
        return [kind for kind in kinds if isinstance(kind, GraphQLObjectType) and kind not in roots]

    def nodes(self) -> list[GraphQLObjectType]:
        """The types whose objects have a global id."""
        return [kind for kind in self.objects() if self.is_node(kind)]

    def answered_to_acts_alone(self) -> set[str]:
        """The types to which no question leads, only the answers to mutations."""
        assert self.schema.query_type is not None
        seen: set[str] = set()
        ahead: list[GraphQLNamedType] = [self.schema.query_type, *self.nodes()]
        while ahead:
            kind = ahead.pop()
            if kind.name not in seen and isinstance(kind, GraphQLObjectType):
                seen.add(kind.name)
                ahead += [get_named_type(field.type) for field in kind.fields.values()]
        return {kind.name for kind in self.objects()} - seen

    @staticmethod
    def is_node(kind: GraphQLNamedType) -> bool:
        if isinstance(kind, GraphQLInterfaceType):
            return kind.name == "Node" or any(each.name == "Node" for each in kind.interfaces)
        return isinstance(kind, GraphQLObjectType) and any(each.name == "Node" for each in kind.interfaces)

    @staticmethod
    def is_connection(kind: GraphQLNamedType) -> bool:
        return isinstance(kind, GraphQLObjectType) and {"edges", "pageInfo"} <= set(kind.fields)

    def is_frame(self, kind: GraphQLNamedType) -> bool:
        """Whether it is a connection, an edge of one, or what a page says of itself."""
        edge = isinstance(kind, GraphQLObjectType) and set(kind.fields) == {"node", "cursor"}
        return edge or kind.name == "PageInfo" or self.is_connection(kind)

    @staticmethod
    def answer_of(of: GraphQLField) -> GraphQLNamedType:
        return get_named_type(of.type)

    @staticmethod
    def input_of(of: GraphQLField) -> GraphQLInputObjectType:
        """The input of a mutation."""
        found = get_named_type(of.args["input"].type)
        assert isinstance(found, GraphQLInputObjectType)
        return found

    def held_in(self, connection: GraphQLNamedType) -> GraphQLNamedType:
        """What a connection's edges hold."""
        assert isinstance(connection, GraphQLObjectType)
        edge = get_named_type(connection.fields["edges"].type)
        assert isinstance(edge, GraphQLObjectType)
        return get_named_type(edge.fields["node"].type)

    # ------------------------------------------------------------------------------------------------ permissions

    def required(self, of: GraphQLField) -> frozenset[str]:
        """The permissions that asking a field takes: its own, and that of the type it answers with."""
        answer = get_named_type(of.type)
        own = {_permission(of)} | ({_permission(answer)} if isinstance(answer, GraphQLObjectType) else set())
        return frozenset(each for each in own if each is not None)

    def required_of_type(self, kind: GraphQLObjectType) -> frozenset[str]:
        """The permission that reads a type."""
        own = _permission(kind)
        return frozenset() if own is None else frozenset({own})

    # -------------------------------------------------------------------------------------------------- documents

    def asked(self, owner: GraphQLObjectType, name: str) -> tuple[Way, ...]:
        """How a field is asked: a page of a connection, the ways that were named, or plainly."""
        if (owner.name, name) in self.ways:
            return self.ways[owner.name, name]
        found = owner.fields[name]
        lacking = [each for each, argument in found.args.items() if is_required_argument(argument)]
        assert not lacking, f"say in which ways {owner.name}.{name} is asked: it needs {', '.join(lacking)}"
        return (Way("", PAGE if self.is_connection(get_named_type(found.type)) else ""),)

    def fields(self, owner: GraphQLObjectType, held: frozenset[str]) -> Iterator[str]:
        """The names of the fields that somebody with these permissions may ask."""
        yield from (name for name, each in owner.fields.items() if self.required(each) <= held)

    def selection(self, owner: GraphQLObjectType, held: frozenset[str], without: frozenset[str] = frozenset()) -> str:
        """Every field of an object that may be asked; of objects with an id of their own the id alone."""
        parts = [
            self.field(
                owner, name, way, self._below(get_named_type(owner.fields[name].type), held, without | way.without)
            )
            for name in self.fields(owner, held)
            if name not in without
            for way in self.asked(owner, name)
        ]
        return " ".join(parts)

    def field(self, owner: GraphQLObjectType, name: str, way: Way, below: str) -> str:
        alias = f"{name}{way.suffix}: " if way.suffix else ""
        return f"{alias}{name}{f'({way.arguments})' if way.arguments else ''} {below}".strip()

    def _below(self, kind: GraphQLNamedType, held: frozenset[str], without: frozenset[str]) -> str:
        if is_leaf_type(kind):
            return ""
        if self.is_node(kind):
            return "{ __typename id }"
        assert isinstance(kind, GraphQLObjectType)
        if self.is_connection(kind):
            beside = {name: get_named_type(each.type) for name, each in kind.fields.items() if name not in FRAME}
            more = "".join(f" {name} {self._below(each, held, without)}" for name, each in beside.items())
            return self.page(self._below(self.held_in(kind), held, without), more)
        return f"{{ {self.selection(kind, held, without)} }}"

    @staticmethod
    def page(below: str, more: str = "") -> str:
        about = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
        return f"{{ totalCount {about}{more} edges {{ cursor node {below} }} }}"


def _permission(of: GraphQLField | GraphQLNamedType) -> str | None:
    for directive in getattr(of.ast_node, "directives", None) or ():
        if directive.name.value == "requiresPermission":
            return str(directive.arguments[0].value.value)
    return None
