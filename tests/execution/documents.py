"""Writes random documents for a schema: fragments in fragments, variables with and without defaults, directives, aliases,
fields asked twice, and everything else that a query may have. What is written is valid; variables' values may not be.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graphql.utilities import do_types_overlap

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
LEFT_OUT = object()
"Instead of a value: the argument is not given."
Argue = Callable[[str, str, str, random.Random], Any]
"The value for an argument, by type, field and argument name; ANY leaves it to chance, LEFT_OUT leaves it out."
ANY = object()
SCALARS: dict[str, tuple[Any, ...]] = {
    "Int": (0, 1, 2, 3, 7, -1, 2**31 - 1),
    "Float": (0.5, -1.25, 3, 1e10),
    "String": ("", "a", "drive", 'quo"te', "ünïcode", "back\\slash"),
    "ID": ("a", "7", 7, "QWxwaGE"),
    "Boolean": (True, False),
    "Decimal": ("12.50", "-0.001", 3, "0"),
    "Date": ("2026-01-31", "2024-02-29"),
    "DateTime": ("2026-01-31T12:00:00+00:00",),
    "CurrencyCode": ("EUR", "USD"),
    "JSON": ("text", 1, True, ["a", 2], {"key": {"nested": [None]}}),
}


@dataclass
class Document:
    """A document, the variables to send with it, and which operation is meant."""

    text: str
    variables: dict[str, Any]
    operation: str | None


@dataclass
class Fragment:
    name: str
    on: Composite
    height: int


@dataclass
class Writer:
    """Writes one document."""

    schema: GraphQLSchema
    chance: random.Random
    argue: Argue = lambda *_: ANY
    deepest: int = 8
    most_fields: int = 50
    spoiled: float = 0.005
    "How often a variable's value is wrong."
    fragments: list[Fragment] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    written: int = 0

    def document(self) -> Document:
        query = self.schema.query_type
        assert query is not None
        body = self.selection(query, self.deepest)
        named = self.chance.random() < 0.2
        declared = ", ".join(self.declared.values())
        heading = f"query {'Asked' if named else ''}{f'({declared})' if declared else ''}" if declared or named else ""
        parts = [f"{heading} {body}", *self.definitions]
        if named:
            parts.append("query Other { __typename }")
        self.chance.shuffle(parts)
        return Document("\n".join(parts), self.variables, "Asked" if named else None)

    # ------------------------------------------------------------------------------------------------ selections

    def selection(self, kind: Composite, depth: int) -> str:
        parts = list(self.parts(kind, depth))
        return "{ " + " ".join(parts) + " }"

    def parts(self, kind: Composite, depth: int) -> Iterator[str]:
        root = kind is self.schema.query_type
        for _ in range(self.chance.choice([1, 2, 2, 3, 3, 4, 5])):
            roll = self.chance.random() ** (0.3 if root else 1)
            if roll < 0.06 or (isinstance(kind, GraphQLUnionType) and roll < 0.2):
                yield f"{self.alias()}: __typename" if self.chance.random() < 0.3 else "__typename"
            elif depth > 1 and (roll < 0.18 or (isinstance(kind, GraphQLUnionType) and roll < 0.7)):
                yield self.inline(kind, depth)
            elif depth > 1 and (roll < 0.3 or isinstance(kind, GraphQLUnionType)):
                yield self.spread(kind, depth)
            else:
                yield from self.field_of(kind, depth)

    def field_of(self, kind: Composite, depth: int) -> Iterator[str]:
        self.written += 1
        fields = {} if isinstance(kind, GraphQLUnionType) else kind.fields
        shallow = depth <= 1 or self.written > self.most_fields
        names = [name for name, each in fields.items() if not shallow or is_leaf_type(get_named_type(each.type))]
        if not names:
            yield "__typename"
            return
        assert not isinstance(kind, GraphQLUnionType)
        leading = [name for name in names if not is_leaf_type(get_named_type(fields[name].type))]
        name = self.chance.choice(leading if leading and self.chance.random() < 0.5 else names)
        definition = kind.fields[name]
        asked = self.asked(kind, name, definition)
        below = get_named_type(definition.type)
        times = 2 if self.chance.random() < 0.15 else 1
        for _ in range(times):
            chosen = f" {self.selection(below, depth - 1)}" if isinstance(below, Composite) else ""
            yield f"{asked}{self.directives()}{chosen}"

    def asked(self, kind: GraphQLObjectType | GraphQLInterfaceType, name: str, definition: GraphQLField) -> str:
        """The name and arguments, aliased unless the same name means the same thing everywhere in this document."""
        if self.chance.random() < 0.6 and means_one_thing(self.schema, name):
            if name not in self.fixed:
                self.fixed[name] = name + self.arguments(kind, name, definition)
            return self.fixed[name]
        return f"{self.alias()}: {name}{self.arguments(kind, name, definition)}"

    def inline(self, kind: Composite, depth: int) -> str:
        if self.chance.random() < 0.25:
            return f"...{self.directives()} {self.selection(kind, depth - 1)}"
        on = self.narrowed(kind)
        return f"... on {on.name}{self.directives()} {self.selection(on, depth - 1)}"

    def spread(self, kind: Composite, depth: int) -> str:
        known = [f for f in self.fragments if f.height < depth and do_types_overlap(self.schema, f.on, kind)]
        if known and self.chance.random() < 0.6:
            return f"...{self.chance.choice(known).name}{self.directives()}"
        self.written += 1
        on, name = self.narrowed(kind), f"F{self.written}"
        body = self.selection(on, depth - 1)
        self.definitions.append(f"fragment {name} on {on.name} {body}")
        self.fragments.append(Fragment(name, on, depth - 1))
        return f"...{name}{self.directives()}"

    def narrowed(self, kind: Composite) -> Composite:
        """The type itself, or another one that its objects may be of."""
        return self.chance.choice([kind, *overlapping(self.schema, kind)])

    def alias(self) -> str:
        self.written += 1
        return f"a{self.written}"

    def directives(self) -> str:
        roll = self.chance.random()
        if roll > 0.15:
            return ""
        found = []
        for name in ("skip", "include") if roll < 0.02 else (self.chance.choice(["skip", "include"]),):
            given = self.chance.random() < (0.3 if name == "skip" else 0.7)
            if self.chance.random() < 0.5:
                found.append(f"@{name}(if: {self.variable('Boolean!', given, 'Boolean!')})")
            else:
                found.append(f"@{name}(if: {json.dumps(given)})")
        return " " + " ".join(found)

    # ------------------------------------------------------------------------------------------------- arguments

    def arguments(self, kind: GraphQLObjectType | GraphQLInterfaceType, name: str, definition: GraphQLField) -> str:
        found = []
        for argument_name, argument in definition.args.items():
            value = self.argue(kind.name, name, argument_name, self.chance)
            if value is ANY:
                required = is_required_argument(argument)
                value = LEFT_OUT if not required and self.chance.random() < 0.5 else self.value(argument.type)
            if value is not LEFT_OUT:
                found.append(f"{argument_name}: {self.written_value(argument.type, value, has_default(argument))}")
        return f"({', '.join(found)})" if found else ""

    def written_value(self, kind: GraphQLInputType, value: Any, defaulted: bool = False) -> str:
        """The value as a variable, as a literal, or as a literal that has variables in it."""
        if self.chance.random() < 0.4:
            nullable = str(kind).removesuffix("!")
            return self.variable(str(kind), value, nullable if defaulted else str(kind))
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if value is not None and isinstance(inner, GraphQLInputObjectType):
            write = literal if is_one_of(inner) else self.written_value
            fields = (f"{name}: {write(inner.fields[name].type, each)}" for name, each in value.items())
            return "{" + ", ".join(fields) + "}"
        if isinstance(value, list) and isinstance(inner, GraphQLList):
            return "[" + ", ".join(self.written_value(inner.of_type, each) for each in value) + "]"
        return literal(kind, value)

    def variable(self, kind: str, value: Any, declared_as: str) -> str:
        """A variable for a place of this type."""
        usable = [
            name
            for name, declaration in self.declared.items()
            if declaration.partition(": ")[2].partition(" =")[0] == kind and self.variables.get(name, value) == value
        ]
        if usable and self.chance.random() < 0.5:
            return f"${self.chance.choice(usable)}"
        name = f"v{len(self.declared)}"
        default, roll = "", self.chance.random()
        if roll < 0.3 and not (kind.endswith("!") and value is None):
            default = f" = {literal(self._typed(kind), value)}"
            declared_as = kind.removesuffix("!") if self.chance.random() < 0.5 else kind
            if self.chance.random() < 0.5:
                value = LEFT_OUT
            elif self.chance.random() < 0.04:
                value = None
        elif declared_as != kind and roll < 0.7:
            value = LEFT_OUT if self.chance.random() < 0.95 else None
        elif self.chance.random() < self.spoiled:
            value = self.chance.choice([None, "nonsense", -1, {"x": 1}, [], {}, 2**40, LEFT_OUT])
        self.declared[name] = f"${name}: {declared_as}{default}"
        if value is not LEFT_OUT:
            self.variables[name] = value
        return f"${name}"

    def _typed(self, kind: str) -> Any:
        if kind.endswith("!"):
            return GraphQLNonNull(self._typed(kind[:-1]))
        if kind.startswith("["):
            return GraphQLList(self._typed(kind[1:-1]))
        return self.schema.type_map[kind]

    def value(self, kind: GraphQLInputType, nullable: bool = True) -> Any:
        """A value for a type, as it would travel in JSON."""
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, False)
        if nullable and self.chance.random() < 0.12:
            return None
        if isinstance(kind, GraphQLList):
            return [self.value(kind.of_type) for _ in range(self.chance.choice([0, 1, 2, 3]))]
        if isinstance(kind, GraphQLEnumType):
            return self.chance.choice(list(kind.values))
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind)
        assert isinstance(kind, GraphQLScalarType)
        return self.chance.choice(SCALARS[kind.name])

    def _object(self, kind: GraphQLInputObjectType) -> dict[str, Any]:
        if is_one_of(kind):
            name = self.chance.choice(list(kind.fields))
            return {name: self.value(kind.fields[name].type, False)}
        return {
            name: self.value(each.type)
            for name, each in kind.fields.items()
            if is_required_input_field(each) or self.chance.random() < 0.4
        }


@cache
def means_one_thing(schema: GraphQLSchema, name: str) -> bool:
    """Whether all types that have a field of this name have the same field."""
    kinds = [each for each in schema.type_map.values() if isinstance(each, GraphQLObjectType | GraphQLInterfaceType)]
    found = [kind.fields[name] for kind in kinds if name in kind.fields]
    return len({(str(each.type), *((n, str(a.type)) for n, a in each.args.items())) for each in found}) == 1


@cache
def overlapping(schema: GraphQLSchema, kind: Composite) -> list[Composite]:
    """The types that an object of this type may be of as well."""
    return [
        each
        for each in schema.type_map.values()
        if isinstance(each, Composite)
        and not each.name.startswith("__")
        and each is not schema.mutation_type
        and do_types_overlap(schema, each, kind)
    ]


def has_default(argument: GraphQLArgument) -> bool:
    return argument.default is not None or argument.default_value is not Undefined


def is_one_of(kind: GraphQLInputObjectType) -> bool:
    return bool(kind.extensions["strawberry-definition"].is_one_of)


def literal(kind: GraphQLInputType, value: Any) -> str:
    """A value as it is written in a document."""
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if value is None or value is Undefined:
        return "null"
    if isinstance(inner, GraphQLList):
        items = value if isinstance(value, list) else [value]
        return "[" + ", ".join(literal(inner.of_type, each) for each in items) + "]"
    if isinstance(inner, GraphQLInputObjectType):
        return "{" + ", ".join(f"{n}: {literal(inner.fields[n].type, each)}" for n, each in value.items()) + "}"
    if isinstance(inner, GraphQLEnumType):
        return str(value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_plain(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_plain, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
