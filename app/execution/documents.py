"""Documents made ready: parsed, held against the limits, validated and priced, each text once.

What a text came to is kept for the next request with the same text, the thousand used last, and no more of them than a few
megabytes of text; so a document that is sent again costs a look-up.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from graphql.validation.rules import overlapping_fields_can_be_merged
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from app.execution.cost import Price
from app.execution.errors import ErrorCode, Fault
from app.execution.limits import Limits, refusals
from app.execution.pricing import Pricer
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

MOST_ERRORS = 20
WITH_INTROSPECTION = (*specified_rules, OneOfInputValidationRule)
WITHOUT_INTROSPECTION = (*WITH_INTROSPECTION, NoSchemaIntrospectionCustomRule)
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 25_000
"Comparing the fields that share an answer key is what a small document can make dear; beyond this it is refused."


class Sized(Protocol):
    """What knows how much text it was made of."""

    @property
    def characters(self) -> int: ...


S = TypeVar("S", bound=Sized)


class Kept(Generic[S]):
    """What was used last, up to a number of things and of characters that they were made of."""

    def __init__(self, most: int, most_characters: int) -> None:
        self._most, self._most_characters = most, most_characters
        self._kept: OrderedDict[tuple[str, bool], S] = OrderedDict()
        self.characters = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: tuple[str, bool]) -> S | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: tuple[str, bool], value: S) -> None:
        self._kept[key] = value
        self.characters += value.characters
        while len(self._kept) > self._most or self.characters > self._most_characters:
            _, dropped = self._kept.popitem(last=False)
            self.characters -= dropped.characters


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document, and what it costs."""

    node: OperationDefinitionNode
    price: Price


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be executed, or the reasons why not."""

    document: DocumentNode | None
    errors: Sequence[GraphQLError]
    characters: int
    operations: dict[str, Operation] = field(default_factory=dict)
    "By name, in the document's order; one without a name under an empty one."
    plans: dict[str, Any] = field(default_factory=dict)
    "How each operation is executed, by name, once it was."

    def operation(self, name: str | None) -> Operation | None:
        """The operation that is meant; None where the document has none of that name, or several and none is named."""
        if name:
            return self.operations.get(name)
        return next(iter(self.operations.values())) if len(self.operations) == 1 else None


class Documents:
    """Makes documents ready for one schema, within the limits."""

    def __init__(
        self, schema: GraphQLSchema, limits: Limits, *, kept: int = 1_000, kept_characters: int = 4_000_000
    ) -> None:
        self.schema, self.limits = schema, limits
        self._pricer = Pricer(schema)
        self._kept = Kept[Prepared](kept, kept_characters)
        self.made = 0
        "How many texts were made ready; those that were kept not counted."

    def prepared(self, text: str, introspection: bool) -> Prepared:
        """The text made ready, for somebody who may introspect the schema or may not."""
        key = (text, introspection)
        found = self._kept.get(key)
        if found is None:
            self.made += 1
            found = self._prepare(text, introspection)
            self._kept.put(key, found)
        return found

    def _prepare(self, text: str, introspection: bool) -> Prepared:
        document, errors = self.checked(text, introspection)
        return Prepared(None, errors, len(text)) if document is None else self._priced(document, len(text))

    def checked(self, text: str, introspection: bool) -> tuple[DocumentNode | None, Sequence[GraphQLError]]:
        """The text parsed, within the limits and valid, or the reasons why not; it is not priced."""
        limits = self.limits
        try:
            document = parse(
                text,
                max_lexical_tokens=limits.tokens,
                max_comments=limits.tokens,
                max_source_length=limits.characters,
            )
        except GraphQLSyntaxError as error:
            return None, [_too_long(error, limits)]
        too_large = refusals(document, limits)
        if too_large:
            return None, too_large
        rules = WITH_INTROSPECTION if introspection else WITHOUT_INTROSPECTION
        errors = validate(self.schema, document, rules, MOST_ERRORS, hide_suggestions=not introspection)
        return (None, [_aborted(error) for error in errors]) if errors else (document, ())

    def _priced(self, document: DocumentNode, characters: int) -> Prepared:
        operations, troubles = {}, []
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                price, wrong = self._pricer.price(document, node)
                troubles += wrong
                operations[node.name.value if node.name else ""] = Operation(node, price)
        if troubles:
            return Prepared(None, troubles[:MOST_ERRORS], characters)
        return Prepared(document, (), characters, operations)


def _too_long(error: GraphQLSyntaxError, limits: Limits) -> GraphQLError:
    """A refusal where the document is too long for the parser, else the error as it is."""
    if error.message.endswith("Parsing aborted.") or "exceeds" in error.message:
        message = (
            f"The document is too long: {limits.characters:,} characters, {limits.tokens:,} words and signs, and 200 "
            "brackets in one another are taken. Send values as variables, and ask in several requests."
        )
        return Fault(ErrorCode.COST_LIMIT, message)
    return error


def _aborted(error: GraphQLError) -> GraphQLError:
    """A refusal where validation gave up because the document is too complex, else the error as it is."""
    if error.message == "Validation aborted.":
        message = "The document selects the same fields too often to be checked. Select each once, in fewer fragments."
        return Fault(ErrorCode.COST_LIMIT, message)
    return error
