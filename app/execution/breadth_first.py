"""Executes queries level by level: each field of a document is answered once, for all objects that it is asked of.

A field's batch function gets every parent and answers with one statement; leaf values are copied in a loop; there is no
coroutine per field. The answer is the one that graphql-core would give: same data, same nulls, same error paths. What
is not taken here (mutations' roots, introspection, subscriptions) graphql-core executes from the same definitions.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql.execution.values import VariableValues, get_argument_values, get_directive_values, get_variable_values
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField

from app.execution.edges import Batch, Selection, batch_of
from app.execution.errors import forbidden
from app.execution.request import Request
from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLSkipDirective,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    is_leaf_type,
    located_error,
    visit,
)


class _Invalid:
    """Stands where a value that may not be null could not be had: its parent is null instead."""


INVALID = _Invalid()
Path = list[str | int]


@dataclass(slots=True)
class PlannedField:
    """One answer key of one object type: which field, asked by which nodes."""

    key: str
    name: str
    nodes: tuple[FieldNode, ...]
    definition: GraphQLField | None
    attribute: str
    batch: Batch | None
    strawberry: StrawberryField | None
    below: dict[str, list["PlannedField"]] = field(default_factory=dict)


@dataclass(slots=True)
class Level:
    """Objects of one type that are answered together, and how to find the path of each."""

    sources: list[Any]
    answers: list[dict[str, Any] | _Invalid]
    paths: Callable[[int], Path]


class NotTaken(Exception):
    """The document has something that graphql-core executes."""


class BreadthFirst:
    """Executes the queries of one document. One for each document and operation; kept with it."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._conditions = _condition_variables(document)
        self._roots: dict[tuple[object, ...], list[PlannedField]] = {}

    async def execute(self, request: Request[Any], variables: dict[str, Any], config: Any) -> ExecutionResult:
        """The answer. Raises NotTaken before anything was done where graphql-core has to execute the document."""
        coerced = get_variable_values(
            self._schema, self._operation.variable_definitions or (), variables, max_errors=20
        )
        if isinstance(coerced, list):
            return ExecutionResult(None, coerced)
        query = self._schema.query_type
        assert query is not None
        run = _Run(self._schema, self._fragments, request, coerced, config)
        roots = self._planned(query, run)
        level = Level([None], [{}], lambda _: [])
        await run.fill(query, level, roots)
        answer = level.answers[0]
        return ExecutionResult(None if answer is INVALID else answer, run.errors or None)  # type: ignore[arg-type]

    def _planned(self, query: GraphQLObjectType, run: "_Run") -> list[PlannedField]:
        """The plan for these values of the variables that decide what is included; thirty-two of them are kept."""
        key = tuple(run.variables.coerced.get(name) for name in self._conditions)
        if key not in self._roots:
            if len(self._roots) >= 32:
                self._roots.clear()
            self._roots[key] = run.collect(query, [self._operation.selection_set])
        return self._roots[key]


class _Run:
    """One execution: its variables, its request, and the errors met."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDefinitionNode],
        request: Request[Any],
        variables: VariableValues,
        config: Any,
    ) -> None:
        self.schema, self.fragments, self.request = schema, fragments, request
        self.variables, self.config = variables, config
        self.errors: list[GraphQLError] = []

    # ------------------------------------------------------------------------------------------------ planning

    def collect(self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode | None]) -> list[PlannedField]:
        """The fields that these selections ask of objects of one type, merged by answer key, in document order."""
        found: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for chosen in sets:
            for node in self._nodes(kind, chosen, seen):
                found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return [self._plan(kind, key, tuple(nodes)) for key, nodes in found.items()]

    def _nodes(self, kind: GraphQLObjectType, chosen: SelectionSetNode | None, seen: set[str]) -> Iterator[FieldNode]:
        for part in chosen.selections if chosen is not None else ():
            if not self._included(part):
                continue
            if isinstance(part, FieldNode):
                yield part
            elif isinstance(part, InlineFragmentNode):
                if part.type_condition is None or self._applies(part.type_condition.name.value, kind):
                    yield from self._nodes(kind, part.selection_set, seen)
            elif isinstance(part, FragmentSpreadNode) and part.name.value not in seen:
                seen.add(part.name.value)
                fragment = self.fragments[part.name.value]
                if self._applies(fragment.type_condition.name.value, kind):
                    yield from self._nodes(kind, fragment.selection_set, seen)

    def _included(self, node: FieldNode | InlineFragmentNode | FragmentSpreadNode) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        if skip and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not include or bool(include["if"])

    def _applies(self, condition: str, kind: GraphQLObjectType) -> bool:
        named = self.schema.type_map[condition]
        if named is kind:
            return True
        abstract = isinstance(named, GraphQLInterfaceType | GraphQLUnionType)
        return abstract and self.schema.is_sub_type(named, kind)  # type: ignore[arg-type]

    def _plan(self, kind: GraphQLObjectType, key: str, nodes: tuple[FieldNode, ...]) -> PlannedField:
        name = nodes[0].name.value
        if name == "__typename":
            return PlannedField(key, name, nodes, None, "", None, None)
        if name.startswith("__"):
            raise NotTaken(name)
        definition = kind.fields[name]
        own: StrawberryField | None = definition.extensions.get("strawberry-definition")
        batch = batch_of(own) if own is not None else None
        if own is None or (own.base_resolver is not None and batch is None):
            raise NotTaken(f"{kind.name}.{name}")
        return PlannedField(key, name, nodes, definition, own.python_name, batch, own)

    def _below(self, planned: PlannedField, kind: GraphQLObjectType) -> list[PlannedField]:
        found = planned.below.get(kind.name)
        if found is None:
            found = planned.below[kind.name] = self.collect(kind, [node.selection_set for node in planned.nodes])
        return found

    # ----------------------------------------------------------------------------------------------- executing

    async def fill(self, kind: GraphQLObjectType, level: Level, fields: list[PlannedField]) -> None:
        """Answer every field for every object of a level. An object whose field may not be null and is, is INVALID."""
        for planned in fields:
            if planned.definition is None:
                for answer in level.answers:
                    if answer is not INVALID:
                        answer[planned.key] = kind.name  # type: ignore[index]
                continue
            living = [n for n, answer in enumerate(level.answers) if answer is not INVALID]
            if not living:
                return
            values = await self._values(planned, [level.sources[n] for n in living], level, living)
            await self._place(planned, planned.definition.type, values, level, living)

    async def _values(
        self, planned: PlannedField, sources: list[Any], level: Level, living: list[int]
    ) -> Sequence[Any]:
        """What the field is for each source; an exception where it could not be had."""
        assert planned.definition is not None
        needed = planned.definition.extensions.get("requires")
        if needed and not needed <= self.request.actor.permissions:
            return [forbidden(needed, self.request.actor.permissions)] * len(sources)
        if planned.batch is None:
            attribute = planned.attribute
            return [getattr(source, attribute) for source in sources]
        try:
            arguments = self._arguments(planned)
            selection = Selection(planned.nodes, self.fragments)
            found = await planned.batch(self.request, sources, selection, **arguments)
        except Exception as fault:
            return [fault] * len(sources)
        return found

    def _arguments(self, planned: PlannedField) -> dict[str, Any]:
        assert planned.definition is not None and planned.strawberry is not None
        if not planned.definition.args:
            return {}
        given = get_argument_values(planned.definition, planned.nodes[0], self.variables)
        return convert_arguments(
            given, planned.strawberry.arguments, scalar_registry={**DEFAULT_SCALAR_REGISTRY, **self.config.scalar_map}, config=self.config
        )

    async def _place(
        self, planned: PlannedField, kind: GraphQLOutputType, values: Sequence[Any], level: Level, living: list[int]
    ) -> None:
        """Complete the values and put them into their objects' answers."""
        key = planned.key

        def path(n: int) -> Path:
            return [*level.paths(living[n]), key]

        completed = await self._complete(planned, kind, values, path)
        answers = level.answers
        for n, value in zip(living, completed, strict=True):
            if value is INVALID:
                answers[n] = INVALID
            else:
                answers[n][key] = value  # type: ignore[index]

    async def _complete(
        self, planned: PlannedField, kind: GraphQLOutputType, values: Sequence[Any], path: Callable[[int], Path]
    ) -> list[Any]:
        """The answers for values of one type. Where the type is non-null, what cannot be had is INVALID, else null."""
        if isinstance(kind, GraphQLNonNull):
            found = await self._nullable(planned, kind.of_type, values, path)
            for n, value in enumerate(found):
                if value is None:
                    assert planned.definition is not None
                    owner = f"{planned.name}"
                    self._note(TypeError(f"Cannot return null for non-nullable field {owner}."), planned, path(n))
                    found[n] = INVALID
            return found
        found = await self._nullable(planned, kind, values, path)
        return [None if value is INVALID else value for value in found]

    async def _nullable(
        self, planned: PlannedField, kind: GraphQLOutputType, values: Sequence[Any], path: Callable[[int], Path]
    ) -> list[Any]:
        """As `_complete`, with INVALID where an error was noted and None where there is nothing."""
        if is_leaf_type(kind):
            return self._leaves(planned, kind, values, path)
        found: list[Any] = [None] * len(values)
        there: list[int] = []
        for n, value in enumerate(values):
            if isinstance(value, Exception):
                self._note(value, planned, path(n))
                found[n] = INVALID
            elif value is not None:
                there.append(n)
        if not there:
            return found
        present = [values[n] for n in there]

        def inner(n: int) -> Path:
            return path(there[n])

        if isinstance(kind, GraphQLList):
            completed = await self._lists(planned, kind.of_type, present, inner)
        else:
            completed = await self._objects(planned, kind, present, inner)
        for n, value in zip(there, completed, strict=True):
            found[n] = value
        return found

    def _leaves(
        self, planned: PlannedField, kind: Any, values: Sequence[Any], path: Callable[[int], Path]
    ) -> list[Any]:
        plain, serialize = _PLAIN.get(kind.name), kind.serialize
        found: list[Any] = []
        for n, value in enumerate(values):
            if value is None or type(value) is plain:
                found.append(value)
                continue
            try:
                if isinstance(value, Exception):
                    raise value
                found.append(serialize(value))
            except Exception as fault:
                self._note(fault, planned, path(n))
                found.append(INVALID)
        return found

    async def _lists(
        self, planned: PlannedField, kind: GraphQLOutputType, lists: Sequence[Any], path: Callable[[int], Path]
    ) -> list[Any]:
        """All lists' items are completed together; a list with an INVALID item is INVALID itself."""
        flat: list[Any] = []
        places: list[tuple[int, int]] = []
        for n, items in enumerate(lists):
            for position, item in enumerate(items):
                flat.append(item)
                places.append((n, position))
        answers: list[Any] = [[] for _ in lists]
        if not flat:
            return answers

        def inner(n: int) -> Path:
            which, position = places[n]
            return [*path(which), position]

        for (n, _), value in zip(places, await self._complete(planned, kind, flat, inner), strict=True):
            if value is INVALID:
                answers[n] = INVALID
            elif answers[n] is not INVALID:
                answers[n].append(value)
        return answers

    async def _objects(
        self, planned: PlannedField, kind: GraphQLOutputType, sources: list[Any], path: Callable[[int], Path]
    ) -> list[Any]:
        if isinstance(kind, GraphQLObjectType):
            level = Level(sources, [{} for _ in sources], path)
            await self.fill(kind, level, self._below(planned, kind))
            return level.answers
        answers: list[Any] = [None] * len(sources)
        for concrete, members in self._by_type(sources).items():
            needed = concrete.extensions.get("requires")
            if needed and not needed <= self.request.actor.permissions:
                for n in members:
                    self._note(forbidden(needed, self.request.actor.permissions), planned, path(n))
                    answers[n] = INVALID
                continue

            def inner(n: int, members: list[int] = members) -> Path:
                return path(members[n])

            level = Level([sources[n] for n in members], [{} for _ in members], inner)
            await self.fill(concrete, level, self._below(planned, concrete))
            for n, answer in zip(members, level.answers, strict=True):
                answers[n] = answer
        return answers

    def _by_type(self, sources: list[Any]) -> dict[GraphQLObjectType, list[int]]:
        found: dict[GraphQLObjectType, list[int]] = {}
        for n, source in enumerate(sources):
            definition = get_object_definition(type(source), strict=True)
            concrete = self.schema.type_map[definition.name]
            assert isinstance(concrete, GraphQLObjectType)
            found.setdefault(concrete, []).append(n)
        return found

    def _note(self, fault: Exception, planned: PlannedField, path: Path) -> None:
        self.errors.append(located_error(fault, list(planned.nodes), path))


_PLAIN: dict[str, type] = {"String": str, "Boolean": bool, "ID": str}
"Values of these types are written as they are."


def _condition_variables(document: DocumentNode) -> tuple[str, ...]:
    """The variables that decide what is included, in a fixed order."""
    found: set[str] = set()

    class Conditions(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            found.update(a.value.name.value for a in node.arguments or () if isinstance(a.value, VariableNode))

    visit(document, Conditions())
    return tuple(sorted(found))
