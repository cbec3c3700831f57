"""Edges: fields that lead from objects to other objects, answered for all parents of a level at once.

An edge is a batch function `(request, parents, selection, **arguments) -> list`, one answer per parent in their order; its
docstring is the field's description. One definition serves both ways of executing a document: under graphql-core the
generated resolver collects parents in a DataLoader keyed by the field of the document; the breadth-first executor calls
the function itself, which it finds through `batch_of`.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, get_args, get_origin

import strawberry
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField

from app.execution.errors import forbidden
from app.execution.request import Request
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
)

Batch = Callable[..., Awaitable[Sequence[Any]]]

ARGUMENTS = {
    "first": "How many, from the beginning or after `after`; 1 to 250.",
    "after": "The cursor of the object after which to begin.",
    "last": "How many, from the end or before `before`; 1 to 250.",
    "before": "The cursor of the object before which to end.",
    "filter": "Only what matches all of these.",
    "order_by": "In which order.",
    "pending": "Only what still waits, or only what does not.",
    "period": "Which days: [start, end).",
}
"The sentences of arguments that mean the same everywhere."


@dataclass(frozen=True)
class Selection:
    """What a document asks of a field's answer: the names below it, whatever fragments they stand in."""

    nodes: tuple[FieldNode, ...]
    fragments: dict[str, Any]

    @cached_property
    def _below(self) -> dict[str, "Selection"]:
        found: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for node in self.nodes:
            for child in self._fields(node.selection_set, seen):
                found.setdefault(child.name.value, []).append(child)
        return {name: Selection(tuple(nodes), self.fragments) for name, nodes in found.items()}

    def _fields(self, chosen: SelectionSetNode | None, seen: set[str]) -> Iterable[FieldNode]:
        """The fields of a level, each fragment's once: spreading fragments in one another costs nothing."""
        for part in chosen.selections if chosen is not None else ():
            if isinstance(part, FieldNode):
                yield part
            elif isinstance(part, InlineFragmentNode):
                yield from self._fields(part.selection_set, seen)
            elif isinstance(part, FragmentSpreadNode) and part.name.value not in seen:
                seen.add(part.name.value)
                yield from self._fields(self.fragments[part.name.value].selection_set, seen)

    def wants(self, *path: str) -> bool:
        """Whether the document may ask for the field at this path; a field that a directive skips counts as asked for."""
        return self.under(*path) is not None

    def under(self, *path: str) -> "Selection | None":
        here: Selection | None = self
        for name in path:
            here = here._below.get(name) if here is not None else None
        return here

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._below)


def edge(batch: Batch, *, name: str | None = None, permission: str | None = None) -> Any:
    """A field answered by a batch function."""
    from app.execution.described import RequiresPermission

    async def resolve(self: Any, info: strawberry.Info, **arguments: Any) -> Any:
        raw: GraphQLResolveInfo[Any] = info._raw_info
        request: Request[Any] = info.context
        nodes = tuple(raw.field_nodes)

        async def load(parents: list[Any]) -> Sequence[Any]:
            return await batch(request, parents, Selection(nodes, raw.fragments), **arguments)

        key = (batch, tuple(map(id, nodes)))
        found = await request.batch(key, load).load(self)
        if is_abstract_type(get_named_type(raw.return_type)):
            return readable(found, raw.schema.type_map, request.actor.permissions)
        return found

    _borrow_signature(resolve, batch)
    directives = [RequiresPermission(permission=permission)] if permission else []
    field: StrawberryField = strawberry.field(
        resolver=resolve, name=name, description=inspect.getdoc(batch), directives=directives
    )
    field.metadata = MappingProxyType({**field.metadata, "batch": batch})
    return field


def withheld(kind: GraphQLNamedType, held: frozenset[Any]) -> Exception | None:
    """Why objects of this type may not be read by who holds these permissions; None where they may."""
    needed: frozenset[Any] = kind.extensions.get("requires") or frozenset()
    return None if needed <= held else forbidden(needed, held)


def readable(found: Any, types: dict[str, GraphQLNamedType], held: frozenset[Any]) -> Any:
    """Objects that an interface or union led to; an error stands where one may not be read, not for its neighbours."""
    if isinstance(found, list | tuple):
        return [readable(each, types, held) for each in found]
    definition = get_object_definition(type(found))
    kind = types.get(definition.name) if definition is not None else None
    return found if kind is None else withheld(kind, held) or found


def batch_of(field: StrawberryField) -> Batch | None:
    """The batch function behind a field, if it is an edge."""
    found: Batch | None = field.metadata.get("batch")
    return found


def attach(owner: type, **fields: Any) -> None:
    """Give a type fields that another feature answers. Only `schema.py` joins features."""
    definition = owner.__strawberry_definition__  # type: ignore[attr-defined]
    for name, field in fields.items():
        field.python_name = name
        field.origin = owner
        definition.fields.append(field)


def reference(
    batch: Callable[[Request[Any], Sequence[Any]], Awaitable[Sequence[Any]]],
    returns: object,
    *,
    key: Callable[[Any], Any],
    carried: Callable[[Any], Any] | None = None,
    description: str,
) -> Any:
    """An edge to at most one object, which the parent names by a key; parents without a key lead to null.

    `carried` is the object where the parent has it already, read together with itself; it is looked up for the others.
    """

    async def follow(request: Request[Any], parents: Sequence[Any], selection: Selection) -> list[Any]:
        there = list(map(carried, parents)) if carried is not None else [None] * len(parents)
        if all(there):
            return there
        keys = [key(parent) if each is None else None for parent, each in zip(parents, there, strict=True)]
        asked = list(dict.fromkeys(each for each in keys if each is not None))
        found = dict(zip(asked, await batch(request, asked), strict=True)) if asked else {}
        return [found.get(name) if each is None else each for name, each in zip(keys, there, strict=True)]

    follow.__annotations__["return"] = list[returns]  # type: ignore[valid-type]
    follow.__doc__ = description
    follow.__module__ = batch.__module__
    return edge(follow)


def _borrow_signature(resolve: Any, batch: Batch) -> None:
    """Show strawberry the batch function's own arguments, and the type of one answer."""
    signature = inspect.signature(batch)
    arguments = list(signature.parameters.values())[3:]
    described = [argument.replace(annotation=_described(argument)) for argument in arguments]
    answer = _one_of_many(signature.return_annotation)
    own = list(inspect.signature(resolve).parameters.values())[:2]
    keyword = [argument.replace(kind=inspect.Parameter.KEYWORD_ONLY) for argument in described]
    resolve.__signature__ = inspect.Signature([*own, *keyword], return_annotation=answer)
    resolve.__annotations__ = {
        "info": strawberry.Info,
        **{argument.name: argument.annotation for argument in keyword},
        "return": answer,
    }
    resolve.__module__ = batch.__module__
    resolve.__name__ = getattr(batch, "__name__", "edge")


def _described(argument: inspect.Parameter) -> Any:
    annotation = argument.annotation
    if get_origin(annotation) is Annotated or argument.name not in ARGUMENTS:
        return annotation
    return Annotated[annotation, strawberry.argument(description=ARGUMENTS[argument.name])]


def _one_of_many(annotation: Any) -> Any:
    if isinstance(annotation, str):
        inner = re.fullmatch(r"(?:list|Sequence)\[(.*)\]", annotation, re.DOTALL)
        if inner is None:
            raise TypeError(f"a batch function returns list[...]; {annotation!r} is not one")
        return inner.group(1)
    return get_args(annotation)[0]


__all__ = ["ARGUMENTS", "Batch", "Selection", "attach", "batch_of", "edge", "readable", "reference", "withheld"]
