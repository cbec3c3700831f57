"""Types of answers, taken apart once: what is a list of what, what may not be null, and how a whole column is written.

A column of leaf values is written at once where all of its values are of the type that one expects; wherever anything
is unusual, each value is written by itself, as graphql-core would, so that an error stands exactly where it belongs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any

from graphql.type import GraphQLAbstractType
from strawberry.types.base import get_object_definition

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    is_abstract_type,
    is_leaf_type,
)

Kinds = set[type]
"The Python types that occur in a column."
Writer = Callable[[Sequence[Any], Kinds], list[Any] | None]
"Writes a column at once, or says None where its values have to be looked at one by one. Null stays null."
NOTHING = type(None)
LEAST, MOST = -(2**31), 2**31 - 1


@dataclass(frozen=True, slots=True)
class Shape:
    """An output type: a list of `item`, or else the leaf, object or abstract type `named`."""

    nullable: bool
    item: "Shape | None" = None
    leaf: GraphQLLeafType | None = None
    write: Writer | None = None
    concrete: GraphQLObjectType | None = None
    abstract: "Abstract | None" = None


class Shapes:
    """The shapes of a schema's types, made when first asked for."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: dict[GraphQLOutputType, Shape] = {}
        self._abstract: dict[GraphQLAbstractType, Abstract] = {}

    def of(self, kind: GraphQLOutputType) -> Shape:
        found = self._known.get(kind)
        if found is None:
            found = self._known[kind] = self._made(kind)
        return found

    def _made(self, kind: GraphQLOutputType) -> Shape:
        nullable = not isinstance(kind, GraphQLNonNull)
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(inner, GraphQLList):
            return Shape(nullable, item=self.of(inner.of_type))
        if is_leaf_type(inner):
            return Shape(nullable, leaf=inner, write=writer(inner))
        if is_abstract_type(inner):
            found = self._abstract.setdefault(inner, Abstract(inner, self._schema))
            return Shape(nullable, abstract=found)
        assert isinstance(inner, GraphQLObjectType)
        return Shape(nullable, concrete=inner)


def write_one(kind: GraphQLLeafType, value: Any) -> Any:
    """One value as it travels. Raises where it cannot."""
    written = kind.coerce_output_value(value)
    if written is None:
        raise TypeError(f"{kind} wrote nothing for {type(value).__name__}.")
    return written


def writer(kind: GraphQLLeafType) -> Writer:
    """How a column of this leaf type is written at once."""
    if isinstance(kind, GraphQLEnumType):
        return _enum_writer(kind)
    if kind.name == "Decimal":
        return _decimal_writer(kind.coerce_output_value)
    return _PLAIN.get(kind.name) or _scalar_writer(kind.coerce_output_value)


def _as_they_are(plain: type) -> Writer:
    usual = {plain, NOTHING}
    return lambda values, kinds: list(values) if kinds <= usual else None


def _numbers(plain: type, fits: Callable[[list[Any]], bool]) -> Writer:
    usual = {plain, NOTHING}

    def write(values: Sequence[Any], kinds: Kinds) -> list[Any] | None:
        if not kinds <= usual:
            return None
        numbers = values if NOTHING not in kinds else [value for value in values if value is not None]
        return list(values) if not numbers or fits(numbers) else None  # type: ignore[arg-type]

    return write


def _enum_writer(kind: GraphQLEnumType) -> Writer:
    members: type[Enum] = kind.wrapped_cls  # type: ignore[attr-defined]
    names: dict[Any, str | None] = {member: kind.coerce_output_value(member) for member in members}
    names[None] = None
    usual = {members, NOTHING}
    return lambda values, kinds: [names[value] for value in values] if kinds <= usual else None


def _scalar_writer(write_value: Callable[[Any], Any]) -> Writer:
    def write(values: Sequence[Any], kinds: Kinds) -> list[Any] | None:
        if any(issubclass(kind, Exception) for kind in kinds):
            return None
        try:
            if NOTHING in kinds:
                written = [None if value is None else write_value(value) for value in values]
                return written if written.count(None) == sum(value is None for value in values) else None
            written = list(map(write_value, values))
        except Exception:
            return None
        return written if None not in written else None

    return write


def _decimal_writer(write_value: Callable[[Any], Any]) -> Writer:
    """As for other scalars, but where no decimal of a column has an exponent, they are written by `str`."""
    otherwise = _scalar_writer(write_value)

    def write(values: Sequence[Any], kinds: Kinds) -> list[Any] | None:
        written = list(map(str, values)) if kinds == {Decimal} else ["E"]
        return otherwise(values, kinds) if "E" in "".join(written) else written

    return write


_PLAIN: dict[str, Writer] = {
    "String": _as_they_are(str),
    "ID": _as_they_are(str),
    "CurrencyCode": _as_they_are(str),
    "Boolean": _as_they_are(bool),
    "Int": _numbers(int, lambda numbers: min(numbers) >= LEAST and max(numbers) <= MOST),
    "Float": _numbers(float, lambda numbers: all(map(isfinite, numbers))),
}


@dataclass(slots=True)
class Abstract:
    """An interface or union, and what the Python types of its objects are in the graph."""

    kind: GraphQLAbstractType
    schema: GraphQLSchema
    _known: dict[type, GraphQLObjectType] = field(default_factory=dict)

    def concrete(self, value: Any, owner: str, name: str) -> GraphQLObjectType:
        """The object type of a value of field `owner.name`. Raises where it is none of this interface or union."""
        found = self._known.get(type(value))
        if found is None:
            found = self._known[type(value)] = self._looked_up(value, owner, name)
        return found

    def _looked_up(self, value: Any, owner: str, name: str) -> GraphQLObjectType:
        definition = get_object_definition(type(value))
        found = self.schema.type_map.get(definition.name) if definition is not None else None
        if found is None:
            raise GraphQLError(
                f"Abstract type '{self.kind}' must resolve to an Object type at runtime for field '{owner}.{name}'."
            )
        if not isinstance(found, GraphQLObjectType) or not self.schema.is_sub_type(self.kind, found):
            raise GraphQLError(f"Runtime Object type '{found}' is not a possible type for '{self.kind}'.")
        return found
