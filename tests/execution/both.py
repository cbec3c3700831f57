"""Executes a document both ways and compares the whole answers.

The data have to be the same to the order of their keys. Errors are compared by path, place in the document, message and
code; what is masked before it leaves the server counts as INTERNAL here whatever it says.

Where an error stands at the very null that it made, both ways tell the same one. Where several values that may not be
null fail together under one null, which of them is told depends on what happened to be finished first: graphql-core tells
one that caused the null and perhaps others below it. Breadth-first tells exactly one for each null, and it has to be one
that graphql-core finds too when nothing is nulled on the way up.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from strawberry.exceptions import StrawberryInputCoercionError

from app.execution.breadth_first import BreadthFirst
from app.execution.errors import Fault
from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    execute,
    get_operation_ast,
)

Path = tuple[str | int, ...]
Told = tuple[Path, str, str, str]
"A path, a code, a message unless it is masked, and places in the document."


def told(error: GraphQLError) -> Told:
    path, where = tuple(error.path or ()), repr(error.locations)
    original = error.original_error or error
    if isinstance(original, Fault):
        return path, str((original.extensions or {})["code"]), error.message, where
    if isinstance(original, GraphQLError) and not (original is not error and of_the_server(original)):
        return path, "BAD_USER_INPUT", error.message, where
    return path, "INTERNAL", "", where


def of_the_server(original: GraphQLError) -> bool:
    """An answer that its type does not allow. What is wrong with a document points at something inside a field."""
    if isinstance(original, StrawberryInputCoercionError):
        return False
    return not original.nodes or isinstance(original.nodes[0], FieldNode)


def nulled_at(data: Any, path: Path) -> Path:
    """Where on the way to an error the answer ends with null."""
    for length, step in enumerate(path):
        if data is None:
            return path[:length]
        data = data[step]
    assert data is None, f"there is an error at {path}, but no null"
    return path


def by_null(result: ExecutionResult) -> dict[Path, list[Told]]:
    found: dict[Path, list[Told]] = defaultdict(list)
    for error in result.errors or ():
        found[nulled_at(result.data, tuple(error.path or ()))].append(told(error))
    return found


def compare(ours: ExecutionResult, theirs: ExecutionResult, every: "set[Told]") -> None:
    """Fail unless both answers are the same, by the rule above. `every` is what fails when nothing is nulled upwards."""
    assert json.dumps(ours.data, default=repr) == json.dumps(theirs.data, default=repr)
    if ours.data is None and not any(error.path for error in theirs.errors or ()):
        assert list(map(told, ours.errors or ())) == list(map(told, theirs.errors or ()))
        return
    mine, other = by_null(ours), by_null(theirs)
    assert mine.keys() == other.keys()
    for null, (only, *more) in mine.items():
        assert not more, f"more than one error for the null at {null}"
        if only[0] == null or any(each[0] == null for each in other[null]):
            assert [only] == other[null]
        else:
            assert only in other[null] or only in every, f"graphql-core finds no such error: {only}"


class Both:
    """Both ways of executing the documents of a schema."""

    def __init__(self, schema: Any) -> None:
        self.core: GraphQLSchema = schema._schema
        self.config = schema.config

    def planned(self, document: DocumentNode, name: str | None) -> BreadthFirst:
        operation = get_operation_ast(document, name)
        assert operation is not None
        return BreadthFirst(self.core, document, operation)

    async def breadth_first(self, request: Any, planned: BreadthFirst, variables: dict[str, Any]) -> ExecutionResult:
        return await planned.execute(request, variables, self.config)

    async def graphql_core(
        self, request: Any, document: DocumentNode, variables: dict[str, Any], name: str | None
    ) -> ExecutionResult:
        found = execute(self.core, document, context_value=request, variable_values=variables, operation_name=name)
        result = found if isinstance(found, ExecutionResult) else await found
        assert isinstance(result, ExecutionResult)
        return result

    async def every_error(
        self, request: Any, document: DocumentNode, variables: dict[str, Any], name: str | None
    ) -> set[Told]:
        """All that graphql-core finds wrong when no error nulls what holds it."""
        result = await self.graphql_core(request, without_propagation(document), variables, name)
        return set(map(told, result.errors or ()))


def without_propagation(document: DocumentNode) -> DocumentNode:
    mark = DirectiveNode(name=NameNode(value="experimental_disableErrorPropagation"), arguments=())
    definitions: list[Any] = [
        OperationDefinitionNode(
            operation=each.operation,
            name=each.name,
            variable_definitions=each.variable_definitions,
            directives=(*(each.directives or ()), mark),
            selection_set=each.selection_set,
        )
        if isinstance(each, OperationDefinitionNode)
        else each
        for each in document.definitions
    ]
    return DocumentNode(definitions=tuple(definitions))


def differ(ours: ExecutionResult, theirs: ExecutionResult) -> bool:
    return set(map(told, ours.errors or ())) != set(map(told, theirs.errors or ()))


__all__: Sequence[str] = ["Both", "compare", "differ", "told"]
