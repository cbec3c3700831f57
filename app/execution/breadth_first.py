"""Executes queries level by level: each field of a document is answered once, for all objects that it is asked of.

A field's batch function gets every parent and answers with one statement; leaf values are copied a column at a time; there
is no coroutine per field. The answer is the one that graphql-core would give: same data, same nulls, same error paths.
What is not taken here (mutations' roots, introspection, subscriptions) graphql-core executes from the same definitions.

Where a value that may not be null could not be had, what holds it is null instead. For each such null there is exactly
one error, the first that caused it; errors of what was lost with it are not told.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate, chain
from typing import Any

from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from graphql.pyutils import is_iterable
from strawberry.types.arguments import convert_arguments

from app.execution.edges import withheld
from app.execution.errors import forbidden
from app.execution.places import Among, Path, Place, Root, Under, Within
from app.execution.plans import NotTaken, PlannedField, Planner, Plans, Typename
from app.execution.request import Request
from app.execution.shapes import NOTHING, Abstract, Kinds, Shape, Shapes, write_one
from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    located_error,
)

__all__ = ["OBJECTS", "BreadthFirst", "NotTaken"]

OBJECTS = "objects"

MOST_VARIABLE_ERRORS = 50
"As many as graphql-core tells."


@dataclass(slots=True)
class Broken:
    """Stands where a value that may not be null could not be had."""

    error: GraphQLError


class BreadthFirst:
    """Executes one query of a document. Kept with the document.

    Raises NotTaken, when it is made, where graphql-core has to execute the query; and when it is executed, where what
    was found is nested deeper than Python goes, so that graphql-core says it.
    """

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._schema, self._operation = schema, operation
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._planner = Planner(schema, _shapes(schema), fragments, operation)

    def planned(self, variables: dict[str, Any]) -> tuple[Plans, list[PlannedField | Typename]]:
        """What is asked of the root, and where to find what is asked below. Raises GraphQLError where the variables are not
        what the query takes."""
        coerced = get_variable_values(self._schema, self._operation.variable_definitions or (), variables, 1)
        if isinstance(coerced, list):
            raise coerced[0]
        query = self._schema.query_type
        assert query is not None
        plans = self._planner.plans(coerced)
        plan = plans.root(query, self._operation.selection_set)
        if isinstance(plan, GraphQLError):
            raise plan
        return plans, plan

    async def execute(self, request: Request[Any], variables: dict[str, Any], config: Any) -> ExecutionResult:
        """The answer; without data where the variables are not what the query takes.

        Where nothing went wrong, `extensions` tells under OBJECTS how many objects the answer holds.
        """
        coerced = get_variable_values(
            self._schema, self._operation.variable_definitions or (), variables, MOST_VARIABLE_ERRORS
        )
        if isinstance(coerced, list):
            return ExecutionResult(None, coerced)
        query = self._schema.query_type
        assert query is not None
        plans = self._planner.plans(coerced)
        plan = plans.root(query, self._operation.selection_set)
        if isinstance(plan, GraphQLError):
            return ExecutionResult(None, [plan])
        run = _Run(plans, request, coerced, _converter(self._schema, config))
        try:
            whole = run.caught(await run.objects(query, plan, [None], Root()), Root())
        except RecursionError as reason:
            raise NotTaken("nested too deeply") from reason
        errors = run.told()
        return ExecutionResult(whole[0], errors) if errors else ExecutionResult(whole[0], None, {OBJECTS: run.met - 1})


@lru_cache(maxsize=8)
def _shapes(schema: GraphQLSchema) -> Shapes:
    return Shapes(schema)


def _converter(schema: GraphQLSchema, config: Any) -> Any:
    """Turns coerced arguments into the Python values that batch functions take."""
    registry = schema._strawberry_schema.schema_converter.scalar_registry  # type: ignore[attr-defined]
    return partial(convert_arguments, scalar_registry=registry, config=config)


class _Run:
    """One execution: its variables, its request, and the errors met."""

    def __init__(self, plans: Plans, request: Request[Any], variables: VariableValues, convert: Any) -> None:
        self._plans, self._request, self._variables, self._convert = plans, request, variables, convert
        self.met = 0
        "How many objects were answered, the root with them."
        self._broken = 0
        self._nulls: list[tuple[Path, GraphQLError]] = []

    # ------------------------------------------------------------------------------------------------- objects

    async def objects(
        self, kind: GraphQLObjectType, plan: list[PlannedField | Typename], sources: Sequence[Any], where: Place
    ) -> list[Any]:
        """The answer for each object of one type, or Broken."""
        self.met += len(sources)
        answers: list[Any] = [{} for _ in sources]
        living = answers
        rows: Sequence[int] = range(len(sources))
        for field in plan:
            key = field.key
            if isinstance(field, Typename):
                for answer in living:
                    answer[key] = kind.name
                continue
            before = self._broken
            column = await self._column(field, sources, Under(where, key))
            for answer, value in zip(living, column, strict=True):
                answer[key] = value
            if self._broken != before:
                kept = [n for n, value in enumerate(column) if type(value) is not Broken]
                for n, value in enumerate(column):
                    if type(value) is Broken:
                        answers[rows[n]] = value
                if len(kept) < len(column):
                    living, sources = [living[n] for n in kept], [sources[n] for n in kept]
                    where, rows = Among(where, kept), [rows[n] for n in kept]
                if not living:
                    break
        return answers

    async def _column(self, field: PlannedField, sources: Sequence[Any], where: Place) -> list[Any]:
        """One field's answer for each source."""
        try:
            values = await self._values(field, sources)
        except Exception as fault:
            values = [fault] * len(sources)
        return await self._completed(field, field.shape, values, where)

    async def _values(self, field: PlannedField, sources: Sequence[Any]) -> Sequence[Any]:
        """What the field is for each source; exceptions among them where it could not be had. Raises where for none."""
        given = get_argument_values(field.definition, field.nodes[0], self._variables) if field.definition.args else {}
        held = self._request.actor.permissions
        if field.unknown_to and self._request.actor.level in field.unknown_to:
            return [None] * len(sources)
        if not field.requires <= held:
            raise forbidden(field.requires, held)
        if field.batch is None:
            try:
                return list(map(field.read, sources))
            except Exception:
                return [_read_one(field, source) for source in sources]
        arguments = self._convert(given, field.strawberry.arguments) if given else {}
        found = await field.batch(self._request, sources, field.selection, **arguments)
        values = found if type(found) is list else list(found)
        if len(values) != len(sources):
            raise RuntimeError(f"{field.owner}.{field.name} gave {len(values)} answers for {len(sources)} objects.")
        return values

    # ---------------------------------------------------------------------------------------------- completing

    async def _completed(self, field: PlannedField, shape: Shape, values: Sequence[Any], where: Place) -> list[Any]:
        """The answers for a column of values. What cannot be had is null where the type is nullable, else Broken."""
        before = self._broken
        kinds = set(map(type, values))
        found = shape.write(values, kinds) if shape.write is not None else None
        if found is None:
            if NOTHING in kinds or shape.leaf is not None or any(issubclass(kind, Exception) for kind in kinds):
                found = await self._one_by_one(field, shape, values, where)
            else:
                found = await self._present(field, shape, values, kinds, where)
        if shape.nullable:
            return found if self._broken == before else self.caught(found, where)
        if NOTHING in kinds:
            missing = TypeError(f"Cannot return null for non-nullable field {field.owner}.{field.name}.")
            found = [self._failed(field, missing, where, n) if v is None else v for n, v in enumerate(found)]
        return found

    async def _one_by_one(self, field: PlannedField, shape: Shape, values: Sequence[Any], where: Place) -> list[Any]:
        """As `_present`, for a column in which some values are null, exceptions, or leaves of an unusual type."""
        found: list[Any] = [None] * len(values)
        there: list[int] = []
        for n, value in enumerate(values):
            try:
                if isinstance(value, Exception):
                    raise value
                if value is not None and shape.leaf is not None:
                    found[n] = write_one(shape.leaf, value)
                elif value is not None:
                    there.append(n)
            except Exception as fault:
                found[n] = self._failed(field, fault, where, n)
        if there:
            present = [values[n] for n in there]
            done = await self._present(field, shape, present, set(map(type, present)), Among(where, there))
            for n, answer in zip(there, done, strict=True):
                found[n] = answer
        return found

    async def _present(
        self, field: PlannedField, shape: Shape, values: Sequence[Any], kinds: Kinds, where: Place
    ) -> list[Any]:
        """The answers for lists or objects, all of which are there."""
        if shape.item is not None:
            return await self._lists(field, shape.item, values, kinds, where)
        if shape.abstract is not None:
            return await self._abstract(field, shape.abstract, values, where)
        assert shape.concrete is not None
        check = shape.concrete.is_type_of
        if check is None or kinds == {shape.concrete.extensions["strawberry-definition"].origin}:
            return await self._planned(field, shape.concrete, values, where)
        return await self._grouped(field, [_checked(shape.concrete, value) for value in values], values, where)

    async def _lists(
        self, field: PlannedField, item: Shape, values: Sequence[Any], kinds: Kinds, where: Place
    ) -> list[Any]:
        """The items of all lists are answered together. A list with a Broken item is Broken by the first."""
        if not kinds <= {list, tuple}:
            return await self._unusual_lists(field, item, values, where)
        before = self._broken
        flat = list(chain.from_iterable(values))
        done = await self._completed(field, item, flat, Within(where, values)) if flat else []
        ends = list(accumulate(map(len, values)))
        answers: list[Any] = [done[start:end] for start, end in zip(chain((0,), ends), ends, strict=False)]
        if self._broken != before and not item.nullable:
            return [next((each for each in items if type(each) is Broken), items) for items in answers]
        return answers

    async def _unusual_lists(self, field: PlannedField, item: Shape, values: Sequence[Any], where: Place) -> list[Any]:
        """Other iterables become lists first; what is none is an error."""
        found: list[Any] = []
        for n, value in enumerate(values):
            try:
                if not is_iterable(value):
                    raise GraphQLError(
                        f"Expected Iterable, but did not find one for field '{field.owner}.{field.name}'."
                    )
                found.append(list(value))
            except Exception as fault:
                found.append(self._failed(field, fault, where, n))
        there = [n for n, value in enumerate(found) if type(value) is list]
        lists = [found[n] for n in there]
        done = await self._lists(field, item, lists, {list}, Among(where, there))
        for n, answer in zip(there, done, strict=True):
            found[n] = answer
        return found

    async def _planned(
        self, field: PlannedField, kind: GraphQLObjectType, sources: Sequence[Any], where: Place
    ) -> list[Any]:
        plan = self._plans.below(field, kind)
        if isinstance(plan, GraphQLError):
            return [self._failed(field, plan, where, n) for n in range(len(sources))]
        return await self.objects(kind, plan, sources, where)

    async def _abstract(self, field: PlannedField, kind: Abstract, values: Sequence[Any], where: Place) -> list[Any]:
        """Each object as what it is, if that may be read."""
        held = self._request.actor.permissions
        kinds: list[GraphQLObjectType | Exception] = []
        for value in values:
            try:
                concrete = kind.concrete(value, field.owner, field.name)
                kinds.append(withheld(concrete, held) or concrete)
            except Exception as fault:
                kinds.append(fault)
        return await self._grouped(field, kinds, values, where)

    async def _grouped(
        self, field: PlannedField, kinds: Sequence[GraphQLObjectType | Exception], values: Sequence[Any], where: Place
    ) -> list[Any]:
        """The answers for objects of several types; where there is an exception instead of a type, it is told."""
        answers: list[Any] = [None] * len(values)
        groups: dict[GraphQLObjectType, list[int]] = {}
        for n, kind in enumerate(kinds):
            if isinstance(kind, Exception):
                answers[n] = self._failed(field, kind, where, n)
            else:
                groups.setdefault(kind, []).append(n)
        for kind, rows in groups.items():
            done = await self._planned(field, kind, [values[n] for n in rows], Among(where, rows))
            for n, answer in zip(rows, done, strict=True):
                answers[n] = answer
        return answers

    # ------------------------------------------------------------------------------------------------- errors

    def _failed(self, field: PlannedField, fault: Exception, where: Place, n: int) -> Broken:
        self._broken += 1
        return Broken(located_error(fault, list(field.nodes), where.path(n)))

    def caught(self, values: Collection[Any], where: Place) -> list[Any]:
        """Null instead of what is Broken; its error will be told."""
        found: list[Any] = []
        for n, value in enumerate(values):
            if type(value) is Broken:
                self._nulls.append((where.path(n), value.error))
                found.append(None)
            else:
                found.append(value)
        return found

    def told(self) -> list[GraphQLError]:
        """One error for each null that an error made."""
        nulls = {tuple(path) for path, _ in self._nulls}
        return [
            error
            for path, error in self._nulls
            if not any(tuple(path[:length]) in nulls for length in range(len(path)))
        ]


def _read_one(field: PlannedField, source: Any) -> Any:
    try:
        return field.read(source)
    except Exception as fault:
        return fault


def _checked(kind: GraphQLObjectType, value: Any) -> GraphQLObjectType | Exception:
    """The type of a value that should be of it, or what is wrong."""
    try:
        assert kind.is_type_of is not None
        if kind.is_type_of(value, None):  # type: ignore[arg-type]
            return kind
        return GraphQLError(f"Expected value of type '{kind}' but got: {type(value).__name__}.")
    except Exception as fault:
        return fault
