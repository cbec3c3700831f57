"""An export's query made ready: held against the limits, validated, priced, and turned so that it asks page by page.

It is a query as any other and has to be one that its asker could send: what it needs is checked, and a page of the
ordinary size costs what one request may cost at most. `first`, `after`, `last` and `before` of its list are ours: the
list is read from its beginning to its end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.execution.breadth_first import BreadthFirst, NotTaken
from app.execution.connections import LARGEST_PAGE
from app.execution.documents import Documents
from app.execution.limits import Limits
from app.execution.pricing import Pricer
from app.exports.columns import NoTable, Table, table_of
from app.programme.terms import Level
from graphql import (
    REMOVE,
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    parse,
    visit,
)

FIRST, AFTER, PAGE, COUNT = "tailraceFirst", "tailraceAfter", "tailracePage", "tailraceCount"
"Names that a query is given: of the variables for how large a page and after which, and of the answer keys that tell more."
_GIVEN = f"query(${FIRST}: Int, ${AFTER}: String) {{ x(first: ${FIRST}, after: ${AFTER}) }}"
_PAGED = f"{{ {PAGE}: pageInfo {{ hasNextPage endCursor }} }}"
_COUNTED = f"{{ {PAGE}: pageInfo {{ hasNextPage endCursor }} {COUNT}: totalCount }}"
_PAGING = frozenset({"first", "after", "last", "before"})


@dataclass(frozen=True, slots=True)
class Question:
    """A query that leads to one list, ready to be executed page by page."""

    table: Table
    query: BreadthFirst
    counting: BreadthFirst
    "The same, which also counts how many rows there are."
    variables: Mapping[str, Any]
    scans: bool
    "Whether each page adds facts up anew, so that pages are few and large, and nothing is counted beforehand."

    def page(self, size: int, after: str | None) -> dict[str, Any]:
        """The variables for the next page."""
        return {**self.variables, FIRST: size, AFTER: after}


def question(
    schema: GraphQLSchema, limits: Limits, text: str, name: str | None, variables: Mapping[str, Any], level: Level
) -> Question:
    """The query made ready. Raises NoTable or GraphQLError, which say what is wrong with it."""
    documents, pricer = _of(schema, limits)
    document, errors = documents.checked(text, introspection=False)
    if document is None:
        raise errors[0]
    node = _chosen(document, name)
    try:
        plans, root = BreadthFirst(schema, document, node).planned(dict(variables))
    except NotTaken as reason:
        raise NoTable(f"`{reason}` is nothing that an export reads.") from None
    table = table_of(plans, root, level)
    paged, counted = (_paged(document, table, below) for below in (_PAGED, _COUNTED))
    operation = _chosen(paged, name)
    price, troubles = pricer.price(paged, operation)
    asked = {**variables, FIRST: LARGEST_PAGE, AFTER: None}
    requested = price.requested(asked)
    if troubles or requested.troubles:
        raise [*troubles, *requested.troubles][0]
    if requested.points > limits.cost:
        raise price.over(asked, requested.points, limits.cost)
    counting = BreadthFirst(schema, counted, _chosen(counted, name))
    scans = any(each.reads for each in price.roots)
    return Question(table, BreadthFirst(schema, paged, operation), counting, dict(variables), scans)


@lru_cache(maxsize=4)
def _of(schema: GraphQLSchema, limits: Limits) -> tuple[Documents, Pricer]:
    return Documents(schema, limits), Pricer(schema)


def _chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    every = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    named = [each for each in every if each.name is not None and each.name.value == name] if name else every
    if len(named) != 1:
        told = (
            f"The document has no operation {name!r}." if name else "Say in `operationName` which operation is meant."
        )
        raise NoTable(told)
    if named[0].operation is not OperationType.QUERY:
        raise NoTable("An export asks; it changes nothing and follows nothing. Send a query.")
    return named[0]


class _Paging(Visitor):
    """Has a list asked for page by page, wherever it stands in the document."""

    def __init__(self, table: Table, below: str) -> None:
        super().__init__()
        given: Any = parse(_GIVEN).definitions[0]
        added: Any = parse(below).definitions[0]
        self._arguments: tuple[ArgumentNode, ...] = given.selection_set.selections[0].arguments
        self._variables, self._selections = given.variable_definitions, added.selection_set.selections
        self._lists = {id(each) for each in table.field.nodes}
        self._dropped = {id(each) for each in table.counted}

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        """Its own page, and what tells where the next one begins; how many there are is not counted for each page."""
        if id(node) in self._dropped:
            return REMOVE
        if id(node) not in self._lists or node.selection_set is None:
            return None
        kept = tuple(each for each in node.arguments or () if each.name.value not in _PAGING)
        below = _with(node.selection_set, selections=(*node.selection_set.selections, *self._selections))
        return _with(node, arguments=(*kept, *self._arguments), selection_set=below)

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> Any:
        """The variables of the page."""
        return _with(node, variable_definitions=(*(node.variable_definitions or ()), *self._variables))


def _paged(document: DocumentNode, table: Table, below: str) -> DocumentNode:
    found: DocumentNode = visit(document, _Paging(table, below))
    return found


def _with(node: Any, **changed: Any) -> Any:
    return type(node)(**{**{key: getattr(node, key) for key in node.keys}, **changed})
