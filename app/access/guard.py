"""The only door into the graph: which permission reads each type and calls each root field, checked wherever an object
enters a response.

At start-up every object type and every root field must say its permission, or the server does not start. The check is
made before a field is resolved when its type is known beforehand, so that somebody who may not read a type causes no
query of it; where the type is only known afterwards (an interface, a union), the object itself is asked.

What one's level never sees does not exist: a nullable field that leads to an object of a type that no role of the level
reads is null to it, whatever its own roles and scopes. Who merely lacks a permission that others of the level hold is told
FORBIDDEN, and so is everybody where there could be no null, and at every root field.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

import strawberry
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition

from app.access.roles import GRANTS, Permission
from app.execution.connections import Connection, Edge
from app.execution.described import RequiresPermission
from app.execution.edges import readable
from app.execution.errors import forbidden
from app.programme.terms import Level
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

P = ParamSpec("P")
R = TypeVar("R")


def guarded(permission: Permission) -> Callable[[Callable[P, Awaitable[R]]], Any]:
    """A root field that only holders of `permission` may call. Its docstring is its description."""

    def declare(resolver: Callable[P, Awaitable[R]]) -> Any:
        return strawberry.field(
            resolver=resolver,
            description=resolver.__doc__,
            directives=[RequiresPermission(permission=permission.value)],
        )

    return declare


READS = {
    level: frozenset[Permission]().union(*(held for role, held in GRANTS.items() if role.level is level))
    for level in Level
}
"What somebody of a level may do at most, with all its roles."


class Unguarded(Exception):
    """A type or root field stands in the schema without saying who may use it."""


def seal(schema: strawberry.Schema) -> strawberry.Schema:
    """Put the check in front of every field, and refuse a schema in which something has no permission or no sentence."""
    core: GraphQLSchema = schema._schema
    missing: list[str] = []
    required: dict[str, Permission] = {}
    roots = {root.name for root in (core.query_type, core.mutation_type, core.subscription_type) if root}
    composites = {n: t for n, t in core.type_map.items() if not n.startswith("__")}
    for name, kind in composites.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and name not in roots:
            _inherit_from_node(kind)
            permission = _declared(kind.extensions.get("strawberry-definition"))
            if permission is None:
                missing.append(f"type {name}")
            else:
                required[name] = permission
                kind.extensions["requires"] = frozenset({permission})
    for name, kind in composites.items():
        missing += _undescribed(name, kind)
        if isinstance(kind, GraphQLObjectType):
            for field_name, field in kind.fields.items():
                own = _declared(field.extensions.get("strawberry-definition"))
                if name in roots and own is None:
                    missing.append(f"root field {name}.{field_name}")
                _stand_before(field, own, required, root=name in roots)
    if missing:
        raise Unguarded("Without permission or description: " + ", ".join(sorted(missing)))
    return schema


def _declared(definition: Any) -> Permission | None:
    for directive in getattr(definition, "directives", None) or ():
        if isinstance(directive, RequiresPermission):
            return Permission(directive.permission)
    return None


def _inherit_from_node(kind: GraphQLObjectType | GraphQLInterfaceType) -> None:
    """A connection and its edges are read by whoever reads what they hold."""
    definition: StrawberryObjectDefinition | None = kind.extensions.get("strawberry-definition")
    if definition is None or definition.concrete_of is None or definition.concrete_of.origin not in {Connection, Edge}:
        return
    held = next(iter(definition.type_var_map.values()))
    node = get_object_definition(held)
    permission = _declared(node)
    if permission is not None:
        definition.directives = [RequiresPermission(permission=permission.value)]


def _undescribed(name: str, kind: Any) -> list[str]:
    lacking = [] if kind.description or name in {"Query", "Mutation", "Subscription"} else [f"description of {name}"]
    for field_name, field in getattr(kind, "fields", {}).items():
        if not field.description:
            lacking.append(f"description of {name}.{field_name}")
        lacking += [
            f"description of {name}.{field_name}({argument_name}:)"
            for argument_name, argument in getattr(field, "args", {}).items()
            if not argument.description and argument_name != "input"
        ]
    for value_name, value in getattr(kind, "values", {}).items():
        if not value.description:
            lacking.append(f"description of {name}.{value_name}")
    return lacking


def _stand_before(field: GraphQLField, own: Permission | None, required: dict[str, Permission], *, root: bool) -> None:
    answer, unknown_to = get_named_type(field.type), frozenset[Level]()
    if isinstance(answer, GraphQLObjectType):
        needed = {permission for permission in (own, required.get(answer.name)) if permission is not None}
        if own is None and field.type is answer and not root:
            unknown_to = frozenset(level for level, held in READS.items() if not needed <= held)
    elif isinstance(answer, GraphQLInterfaceType | GraphQLUnionType):
        needed = {own} if own is not None else set()
        _check_afterwards(field)
    else:
        needed = {own} if own is not None else set()
    if needed:
        field.resolve = _checking(field.resolve, frozenset(needed), unknown_to)
    field.extensions["requires"] = frozenset(needed)
    field.extensions["unknown_to"] = unknown_to


def _check_afterwards(field: GraphQLField) -> None:
    """For a field whose answer's type is known only afterwards: check what it found, each object of a list by itself."""
    resolve = field.resolve
    assert resolve is not None

    async def resolve_and_check(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        found = resolve(source, info, **arguments)
        if info.is_awaitable(found):
            found = await found
        return readable(found, info.schema.type_map, info.context.actor.permissions)

    field.resolve = resolve_and_check


def _checking(resolve: Any, needed: frozenset[Permission], unknown_to: frozenset[Level]) -> Any:
    @functools.wraps(resolve)
    def check_then_resolve(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        if info.context.actor.level in unknown_to:
            return None
        check(info.context.actor.permissions, needed)
        return resolve(source, info, **arguments)

    return check_then_resolve


def check(held: frozenset[Permission], needed: frozenset[Permission]) -> None:
    """Raise FORBIDDEN unless all that is needed is held."""
    if not needed <= held:
        raise forbidden(needed, held)
