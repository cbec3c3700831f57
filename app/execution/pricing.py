"""Finds what each part of an operation costs, once for each document; `cost` says by which rules.

The operation is walked as it will be executed: fragments spread, fields with the same answer key merged. What depends on
variables is left open, and is worked out for each request from what was left open alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from app.execution import cost
from app.execution.connections import LARGEST_PAGE
from app.execution.cost import Amount, Condition, Page, Price, Priced, Variables
from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SchemaMetaFieldDef,
    SelectionSetNode,
    TypeMetaFieldDef,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    value_from_ast_untyped,
)

FINER = ("asOf", "convertTo", "valuation")
"Arguments of a sum that only lines may be able to answer."
NO_CONDITION: Condition = frozenset()
_FRAME = frozenset({"edges", "node"})
"What stands between a connection and its objects."
_META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}


class Occurrence(NamedTuple):
    """A field as it stands in the document, and under which condition it takes part."""

    node: FieldNode
    condition: Condition


@dataclass(slots=True)
class Selected:
    """An answer key of one type: its field, and everywhere it is selected."""

    definition: GraphQLField
    occurrences: list[Occurrence] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Around:
    """What the field above says of the lists directly below it: how long they are, and what counting one costs."""

    size: Amount | int = cost.SHORT_LIST
    is_page: bool = False
    count: Amount | int = cost.COUNT
    as_of: "Argument | None" = None
    "The past moment of which sums below are asked."
    reading: Amount | int = 0
    "What it costs to read the lines of a row directly below."


class Argument:
    """What a document says for an argument."""

    def __init__(self, definition: GraphQLField, node: FieldNode, name: str) -> None:
        given = next((each.value for each in node.arguments or () if each.name.value == name), None)
        self.given: ValueNode | None = given
        self.varies = given is not None and _has_variable(given)
        self.default = _default_of(definition, name)
        self.constant = self.default if given is None or self.varies else value_from_ast_untyped(given)

    def __call__(self, variables: Variables) -> object:
        if not self.varies:
            return self.constant
        if isinstance(self.given, VariableNode):
            return variables.get(self.given.name.value, self.default)
        assert self.given is not None
        return value_from_ast_untyped(self.given, dict(variables))


class Pricer:
    """Prices operations of one schema. The operations must be valid."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._lists = cost.introspected(schema)

    def price(self, document: DocumentNode, operation: OperationDefinitionNode) -> tuple[Price, list[GraphQLError]]:
        """The operation's price, and what is wrong with its pages whatever the variables are."""
        walk = _Walk(self._schema, self._lists, document, operation)
        root = self._schema.get_root_type(operation.operation)
        assert root is not None
        roots = walk.below(root, [(operation.selection_set, NO_CONDITION)], Around(), ())
        troubles = [page.trouble({}) for page in walk.pages if not page.varies]
        price = Price.of(operation, roots, [page for page in walk.pages if page.varies], _defaults(operation))
        return price, [trouble for trouble in troubles if trouble is not None]


class _Walk:
    """One operation on its way to its price."""

    def __init__(
        self,
        schema: GraphQLSchema,
        lists: dict[tuple[str, str], int],
        document: DocumentNode,
        operation: OperationDefinitionNode,
    ) -> None:
        self.schema, self.lists = schema, lists
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self.acts = operation.operation is OperationType.MUTATION
        self.pages: list[Page] = []

    def below(
        self,
        parent: GraphQLNamedType,
        chosen: Sequence[tuple[SelectionSetNode, Condition]],
        around: Around,
        path: tuple[str, ...],
    ) -> list[Priced]:
        """The prices of what these selections ask of one object of the parent type."""
        priced = []
        for (key, owner), selected in self._selected(parent, chosen).items():
            found = self._priced(owner, selected, around, (*path, key))
            if found is not None:
                found.settle()
                priced.append(found)
        return priced

    def _selected(
        self, parent: GraphQLNamedType, chosen: Sequence[tuple[SelectionSetNode, Condition]]
    ) -> dict[tuple[str, str], Selected]:
        """The fields by answer key and the type that they are asked of."""
        found: dict[tuple[str, str], Selected] = {}
        seen: set[tuple[str, Condition]] = set()
        waiting = [(parent, selection, condition) for selection, condition in reversed(chosen)]
        while waiting:
            kind, selection, inherited = waiting.pop()
            for part in selection.selections:
                condition = _condition(part.directives, inherited)
                if condition is None:
                    continue
                if isinstance(part, FieldNode):
                    self._add(found, kind, part, condition)
                elif isinstance(part, InlineFragmentNode):
                    named = part.type_condition.name.value if part.type_condition else kind.name
                    waiting.append((self.schema.type_map[named], part.selection_set, condition))
                elif isinstance(part, FragmentSpreadNode) and (part.name.value, condition) not in seen:
                    seen.add((part.name.value, condition))
                    fragment = self.fragments[part.name.value]
                    spread = self.schema.type_map[fragment.type_condition.name.value]
                    waiting.append((spread, fragment.selection_set, condition))
        return found

    def _add(
        self,
        found: dict[tuple[str, str], Selected],
        kind: GraphQLNamedType,
        node: FieldNode,
        condition: Condition,
    ) -> None:
        name = node.name.value
        fields = kind.fields if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) else {}
        definition = fields.get(name) or _META.get(name)
        if definition is not None:
            key = (node.alias.value if node.alias else name, kind.name)
            found.setdefault(key, Selected(definition)).occurrences.append(Occurrence(node, condition))

    def _priced(self, owner: str, selected: Selected, around: Around, path: tuple[str, ...]) -> Priced | None:
        """The price of one field for one object of its owner; None where it costs nothing of its own."""
        definition, node = selected.definition, selected.occurrences[0].node
        conditions = frozenset(each.condition for each in selected.occurrences)
        of_row = node.name.value in cost.LINES and around.reading
        scan = around.reading if of_row else self._scan(definition, selected, around)
        named = get_named_type(definition.type)
        if is_leaf_type(named):
            extra = around.count if around.is_page and node.name.value == "totalCount" else scan
            return Priced(path, conditions, objects=0, extra=extra) if extra else None
        if self.acts and len(path) == 1:
            given = Argument(definition, node, "input")
            scan = _amount(lambda v: cost.ACT + cost.entries(given(v)), given)
        priced = Priced(path, conditions, self._times(owner, definition, node, around), extra=scan)
        reads = _sums(definition) or _is_forecast(definition) or bool(of_row)
        priced.scans = reads or (_tries_a_rule(definition) and bool(path[1:]))
        priced.objects = 0 if owner == "__Type" and node.name.value == "ofType" and node.alias is None else 1
        chosen = [(each.node.selection_set, each.condition) for each in selected.occurrences if each.node.selection_set]
        inner = self._around(definition, node, scan, path, conditions)
        inner = replace(inner, reading=self._reading(definition, node, around))
        priced.below = self.below(named, chosen, inner, path)
        return priced

    def _times(self, owner: str, definition: GraphQLField, node: FieldNode, around: Around) -> Amount | int:
        """How many objects one parent leads to."""
        if not is_list_type(get_nullable_type(definition.type)):
            return 1
        if owner.startswith("__"):
            return self.lists.get((owner, node.name.value), cost.SHORT_LIST)
        if "ids" in definition.args:
            ids = Argument(definition, node, "ids")
            return _amount(lambda v: _length(ids(v)), ids)
        return around.size

    def _scan(self, definition: GraphQLField, selected: Selected, around: Around) -> Amount | int:
        """What a sum over facts costs for one parent."""
        if _tries_a_rule(definition):
            given = Argument(definition, selected.occurrences[0].node, "input")
            return _amount(lambda v: cost.TRIED * cost.months(_period_in(given(v))), given)
        node = selected.occurrences[0].node
        if "period" not in definition.args:
            return _forecast(definition, node, around) if _is_forecast(definition) else 0
        period = Argument(definition, node, "period")
        if "between" in definition.args:
            return _amount(lambda v: cost.SCAN * cost.OF_LINES * cost.months(period(v)), period)
        if "against" in definition.args and "comparison" in self._names_below(
            each.node for each in selected.occurrences
        ):
            sizes = [Argument(definition, node, name) for name in ("first", "last")]
            return _amount(
                lambda v: 2 * cost.SCAN * cost.months(period(v)) * _size(*(n(v) for n in sizes)), period, *sizes
            )
        if "by" not in definition.args:
            return _amount(lambda v: cost.months(period(v)), period)
        by = Argument(definition, node, "by")
        finer = [Argument(definition, node, name) for name in FINER if name in definition.args]
        finer += [around.as_of] if around.as_of is not None else []
        below = self._names_below(each.node for each in selected.occurrences)
        times = cost.SCAN * (1 + len(cost.READ_AGAIN & below))
        from_lines = ["lines"] if cost.READ_FROM_LINES & below else []
        from_days = cost.OF_DAYS if cost.READ_BY_DAY & below else 1

        def amount(variables: Variables) -> int:
            grouped = by(variables)
            detail = cost.detail(grouped, [*from_lines, *(each(variables) for each in finer)])
            return times * max(detail, from_days) * cost.months(period(variables)) * (1 + cost.dimensions(grouped))

        return _amount(amount, period, by, *finer)

    @staticmethod
    def _reading(definition: GraphQLField, node: FieldNode, around: Around) -> Amount | int:
        """What it costs to read the lines of a row of this sum, or of one that is a part of its page."""
        if not _sums(definition):
            return around.reading if node.name.value in _FRAME else 0
        period = Argument(definition, node, "period")
        return _amount(lambda v: cost.SCAN * cost.months(period(v)), period)

    def _names_below(self, nodes: Iterable[FieldNode]) -> set[str]:
        """The names of all fields that are asked below these, in whatever depth and whichever fragments."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [node.selection_set for node in nodes]
        while waiting:
            chosen = waiting.pop()
            for part in chosen.selections if chosen is not None else ():
                if isinstance(part, FragmentSpreadNode):
                    if part.name.value not in seen:
                        seen.add(part.name.value)
                        waiting.append(self.fragments[part.name.value].selection_set)
                    continue
                if isinstance(part, FieldNode):
                    found.add(part.name.value)
                if isinstance(part, FieldNode | InlineFragmentNode):
                    waiting.append(part.selection_set)
        return found

    def _around(
        self,
        definition: GraphQLField,
        node: FieldNode,
        scan: Amount | int,
        path: tuple[str, ...],
        conditions: frozenset[Condition],
    ) -> Around:
        if "first" in definition.args and "last" in definition.args:
            first, last = Argument(definition, node, "first"), Argument(definition, node, "last")
            page = Page(path, conditions, node, first, last, first.varies or last.varies)
            self.pages.append(page)
            count = scan if callable(scan) else max(scan, cost.COUNT)
            return Around(_amount(page.size, first, last), True, count)
        if self.acts and len(path) == 1:
            given = Argument(definition, node, "input")
            return Around(_amount(lambda v: max(cost.SHORT_LIST, cost.entries(given(v))), given))
        return Around(as_of=Argument(definition, node, "asOf") if "asOf" in definition.args else None)


def _sums(definition: GraphQLField) -> bool:
    """Whether a field is a grouped sum over facts."""
    return "period" in definition.args and not {"by", "between", "against"}.isdisjoint(definition.args)


def _is_forecast(definition: GraphQLField) -> bool:
    return {"by", "months"} <= definition.args.keys()


def _forecast(definition: GraphQLField, node: FieldNode, around: Around) -> Amount | int:
    """What it costs to read the past of each part, and to try every method on it."""
    by, first, last = (Argument(definition, node, name) for name in ("by", "first", "last"))
    finer = [around.as_of] if around.as_of is not None else []

    def amount(variables: Variables) -> int:
        return cost.forecast(
            by(variables), [each(variables) for each in finer], _size(first(variables), last(variables))
        )

    return _amount(amount, by, first, last, *finer)


def _tries_a_rule(definition: GraphQLField) -> bool:
    """Whether a field reads the facts of a period that stands in its input, and is no act."""
    given = get_named_type(definition.args["input"].type) if "input" in definition.args else None
    return isinstance(given, GraphQLInputObjectType) and "period" in given.fields


def _period_in(given: object) -> object:
    return given.get("period") if isinstance(given, Mapping) else cost.UNKNOWN


def _amount(measure: Callable[[Variables], int], *arguments: Argument) -> Amount | int:
    """The measure, worked out at once where no variable has a part in it."""
    return measure if any(argument.varies for argument in arguments) else measure({})


def _size(*given: object) -> int:
    """How many objects a page asks for, by `first` or `last`; as many as it may where that is not known."""
    known = [each for each in given if each is not None]
    return next((each for each in known if isinstance(each, int)), LARGEST_PAGE)


def _length(ids: object) -> int:
    if isinstance(ids, list | tuple):
        return len(ids)
    return LARGEST_PAGE if isinstance(ids, cost.Unknown) else 1


def _condition(directives: Iterable[DirectiveNode] | None, inherited: Condition) -> Condition | None:
    """What has to hold for a selection to take part; None where it never does."""
    condition = inherited
    for directive in directives or ():
        wanted = {"skip": False, "include": True}.get(directive.name.value)
        if wanted is None:
            continue
        (condition_argument,) = directive.arguments or ()
        value = condition_argument.value
        if isinstance(value, VariableNode):
            condition = condition | {(value.name.value, wanted)}
        elif value_from_ast_untyped(value) is not wanted:
            return None
    return condition


def _has_variable(value: ValueNode) -> bool:
    waiting: list[Any] = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, VariableNode):
            return True
        waiting += getattr(part, "values", None) or ()
        waiting += (each.value for each in getattr(part, "fields", None) or ())
    return False


def _defaults(operation: OperationDefinitionNode) -> dict[str, object]:
    """The values of the operation's variables that stand where none are sent."""
    declared = operation.variable_definitions or ()
    return {
        each.variable.name.value: value_from_ast_untyped(each.default_value) for each in declared if each.default_value
    }


def _default_of(definition: GraphQLField, name: str) -> object:
    argument = definition.args.get(name)
    default = argument.default_value if argument is not None else None
    return None if default is Undefined else default
