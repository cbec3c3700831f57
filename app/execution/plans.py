"""What a document asks of each type of object, worked out once for each document and kept with it.

A plan is the list of an object type's fields under one place of the document, merged by answer key, in document order.
Fields that `@skip` and `@include` leave out are not in it, so a document has a set of plans for each combination of
the variables that decide them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from graphql.execution.values import VariableValues, get_directive_values
from strawberry.types.field import StrawberryField

from app.execution.edges import Batch, Selection, batch_of
from app.execution.shapes import Shape, Shapes
from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

MOST_COMBINATIONS = 32
Fragments = dict[str, FragmentDefinitionNode]
Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
Included = FieldNode | InlineFragmentNode | FragmentSpreadNode


class NotTaken(Exception):
    """The document has something that graphql-core executes."""


@dataclass(slots=True)
class PlannedField:
    """One answer key of one object type: which field, asked by which nodes of the document."""

    key: str
    owner: str
    name: str
    nodes: tuple[FieldNode, ...]
    definition: GraphQLField
    shape: Shape
    read: Callable[[Any], Any]
    batch: Batch | None
    strawberry: StrawberryField
    selection: Selection
    requires: frozenset[Any]
    unknown_to: frozenset[Any]
    "The levels to which nothing is there, ever."
    below: dict[GraphQLObjectType, "Plan"] = field(default_factory=dict)


@dataclass(slots=True)
class Typename:
    """An answer key under which the object type's own name stands."""

    key: str


Plan = list[PlannedField | Typename] | GraphQLError
"The fields, or why it cannot be said which: a variable that decides about them is null."


class Plans:
    """The plans of one operation for one combination of what is skipped and included."""

    def __init__(self, schema: GraphQLSchema, shapes: Shapes, fragments: Fragments, conditions: VariableValues) -> None:
        self._schema, self._shapes, self._fragments, self._conditions = schema, shapes, fragments, conditions
        self._known: dict[tuple[object, ...], Plan] = {}

    def root(self, kind: GraphQLObjectType, chosen: SelectionSetNode) -> Plan:
        return self._plan(kind, (chosen,))

    def below(self, planned: PlannedField, kind: GraphQLObjectType) -> Plan:
        """What is asked of the objects of one type to which a field leads."""
        found = planned.below.get(kind)
        if found is None:
            chosen = tuple(node.selection_set for node in planned.nodes if node.selection_set is not None)
            found = planned.below[kind] = self._plan(kind, chosen)
        return found

    def _plan(self, kind: GraphQLObjectType, chosen: tuple[SelectionSetNode, ...]) -> Plan:
        key = (kind.name, *map(id, chosen))
        found = self._known.get(key)
        if found is None:
            try:
                found = self._collected(kind, chosen)
            except GraphQLError as error:
                found = error
            self._known[key] = found
        return found

    def _collected(self, kind: GraphQLObjectType, chosen: Sequence[SelectionSetNode]) -> Plan:
        nodes: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for each in chosen:
            for node in self._nodes(kind, each, seen):
                nodes.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return [self._field(kind, key, tuple(same)) for key, same in nodes.items()]

    def _nodes(self, kind: GraphQLObjectType, chosen: SelectionSetNode, seen: set[str]) -> Iterator[FieldNode]:
        for part in chosen.selections:
            if not self._included(part):  # type: ignore[arg-type]
                continue
            if isinstance(part, FieldNode):
                yield part
            elif isinstance(part, InlineFragmentNode):
                if part.type_condition is None or self._applies(part.type_condition.name.value, kind):
                    yield from self._nodes(kind, part.selection_set, seen)
            elif isinstance(part, FragmentSpreadNode) and part.name.value not in seen:
                fragment = self._fragments[part.name.value]
                if self._applies(fragment.type_condition.name.value, kind):
                    seen.add(part.name.value)
                    yield from self._nodes(kind, fragment.selection_set, seen)

    def _included(self, node: Included) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self._conditions)
        if skip and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, self._conditions)
        return not include or bool(include["if"])

    def _applies(self, condition: str, kind: GraphQLObjectType) -> bool:
        named = self._schema.type_map[condition]
        if isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
            return self._schema.is_sub_type(named, kind)
        return named is kind

    def _field(self, kind: GraphQLObjectType, key: str, nodes: tuple[FieldNode, ...]) -> PlannedField | Typename:
        name = nodes[0].name.value
        if name == "__typename":
            return Typename(key)
        definition = kind.fields[name]
        own: StrawberryField = definition.extensions["strawberry-definition"]
        return PlannedField(
            key=key,
            owner=kind.name,
            name=name,
            nodes=nodes,
            definition=definition,
            shape=self._shapes.of(definition.type),
            read=attrgetter(own.python_name),
            batch=batch_of(own),
            strawberry=own,
            selection=Selection(nodes, self._fragments),
            requires=definition.extensions.get("requires") or frozenset(),
            unknown_to=definition.extensions.get("unknown_to") or frozenset(),
        )


class Planner:
    """The plans of one operation, by the values of the variables that decide what is skipped and included.

    Raises NotTaken where the operation asks for a field that has a resolver of its own, or for introspection.
    """

    def __init__(
        self, schema: GraphQLSchema, shapes: Shapes, fragments: Fragments, operation: OperationDefinitionNode
    ) -> None:
        self._schema, self._shapes, self._fragments = schema, shapes, fragments
        self._by_values: dict[tuple[object, ...], Plans] = {}
        self._deciding: set[str] = set()
        assert schema.query_type is not None
        self._look_over(schema.query_type, operation.selection_set, set())

    def plans(self, variables: VariableValues) -> Plans:
        """The plans for these values; those for the last few dozen combinations are kept."""
        deciding = {name: variables.coerced[name] for name in sorted(self._deciding) if name in variables.coerced}
        key = tuple(deciding.items())
        found = self._by_values.get(key)
        if found is None:
            if len(self._by_values) >= MOST_COMBINATIONS:
                del self._by_values[next(iter(self._by_values))]
            conditions = VariableValues({name: variables.sources[name] for name in deciding}, deciding)
            found = self._by_values[key] = Plans(self._schema, self._shapes, self._fragments, conditions)
        return found

    def _look_over(self, kind: Composite, chosen: SelectionSetNode, seen: set[str]) -> None:
        """Note the deciding variables of all selections, each once, and refuse what is not taken."""
        for part in chosen.selections:
            self._deciding.update(_variables_of(part.directives))
            if isinstance(part, FieldNode):
                self._look_at(kind, part, seen)
            elif isinstance(part, InlineFragmentNode):
                named = part.type_condition.name.value if part.type_condition is not None else kind.name
                self._look_over(self._composite(named), part.selection_set, seen)
            elif isinstance(part, FragmentSpreadNode) and part.name.value not in seen:
                seen.add(part.name.value)
                fragment = self._fragments[part.name.value]
                self._look_over(self._composite(fragment.type_condition.name.value), fragment.selection_set, seen)

    def _look_at(self, kind: Composite, node: FieldNode, seen: set[str]) -> None:
        name = node.name.value
        if name == "__typename":
            return
        if name.startswith("__"):
            raise NotTaken(name)
        assert not isinstance(kind, GraphQLUnionType)
        for each in [kind] if isinstance(kind, GraphQLObjectType) else self._schema.get_possible_types(kind):
            if not _is_taken(each.fields[name]):
                raise NotTaken(f"{each.name}.{name}")
        if node.selection_set is not None:
            below = get_named_type(kind.fields[name].type)
            self._look_over(self._composite(below.name), node.selection_set, seen)

    def _composite(self, name: str) -> Composite:
        found = self._schema.type_map[name]
        assert isinstance(found, Composite)
        return found


def _is_taken(definition: GraphQLField) -> bool:
    own: StrawberryField | None = definition.extensions.get("strawberry-definition")
    return own is not None and (own.base_resolver is None or batch_of(own) is not None)


def _variables_of(directives: Sequence[DirectiveNode] | None) -> Iterator[str]:
    for directive in directives or ():
        if directive.name.value in {"skip", "include"}:
            for argument in directive.arguments or ():
                if isinstance(argument.value, VariableNode):
                    yield argument.value.name.value
