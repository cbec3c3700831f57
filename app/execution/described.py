"""How types enter the graph: each with the permission that reads it and a sentence for everything a partner meets.

The sentences are the docstrings that stand beside the code: a class's own, and the string under an attribute or enum
member. A type, field, argument or value without one stops start-up, as does a type without a permission.
"""

import ast
import dataclasses
import enum
import inspect
import sys
from collections.abc import Callable
from functools import cache
from typing import Any, ParamSpec, TypeVar, cast, dataclass_transform

import strawberry
from strawberry.schema_directive import Location
from strawberry.types.base import StrawberryObjectDefinition

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E", bound=type[enum.Enum])


@strawberry.schema_directive(
    locations=[Location.OBJECT, Location.INTERFACE, Location.FIELD_DEFINITION],
    name="requiresPermission",
    description="Only who holds this permission reads this type or calls this field.",
)
class RequiresPermission:
    permission: str = strawberry.directive_field(name="permission")


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def visible(permission: str, *, name: str | None = None) -> Callable[[type[T]], type[T]]:
    """An object type that holders of `permission` may read."""

    def declare(cls: type[T]) -> type[T]:
        made = strawberry.type(
            cls, name=name, description=_sentence(cls), directives=[RequiresPermission(permission=permission)]
        )
        return _describe_fields(made)

    return declare


def maker(cls: Callable[P, T]) -> Callable[P, T]:
    """A plain function that makes objects as the constructor of a visible type does, in half the time: for types of which
    one answer holds thousands. (Calling a class, CPython packs the arguments into a tuple and a dict first.)

    Raises TypeError where making an object takes more than setting its attributes.
    """
    fields = [each for each in dataclasses.fields(cls) if each.init]  # type: ignore[arg-type]
    if hasattr(cls, "__post_init__") or any(each.default_factory is not dataclasses.MISSING for each in fields):
        raise TypeError(f"{cls!r} does more than set attributes when it is made.")
    names = {f"default_{each.name}": each.default for each in fields if each.default is not dataclasses.MISSING}
    given = (f"{each.name}=default_{each.name}" if f"default_{each.name}" in names else each.name for each in fields)
    lines = [f"def make(*, {', '.join(given)}):", "made = new(cls)"]
    lines += [f"made.{each.name} = {each.name}" for each in fields]
    exec("\n    ".join([*lines, "return made"]), names := {**names, "cls": cls, "new": object.__new__})  # noqa: S102  as dataclass
    return cast(Callable[P, T], names["make"])


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def visible_interface(permission: str) -> Callable[[type[T]], type[T]]:
    """An interface that holders of `permission` may read."""

    def declare(cls: type[T]) -> type[T]:
        made = strawberry.interface(
            cls, description=_sentence(cls), directives=[RequiresPermission(permission=permission)]
        )
        return _describe_fields(made)

    return declare


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def entered(cls: type[T]) -> type[T]:
    """An input type."""
    return _describe_fields(strawberry.input(cls, description=_sentence(cls)))


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def entered_one_of(cls: type[T]) -> type[T]:
    """An input type of which exactly one field is given."""
    return _describe_fields(strawberry.input(cls, one_of=True, description=_sentence(cls)))


def values(cls: E) -> E:
    """An enum, each value with its sentence. Declared by every module that uses it; the first declaration stands."""
    if "__strawberry_definition__" in cls.__dict__:
        return cls
    sentences = attribute_sentences(cls)
    made = strawberry.enum(cls, description=_sentence(cls))
    for value in made.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = value.description or sentences.get(value.name)
    return made


def attribute_sentences(cls: type) -> dict[str, str]:
    """The string literal under each attribute of a class, its parents' included."""
    found: dict[str, str] = {}
    for parent in reversed(cls.__mro__[:-1]):
        found.update(_sentences_of_module(parent.__module__).get(parent.__qualname__, {}))
    return found


@cache
def _sentences_of_module(name: str) -> dict[str, dict[str, str]]:
    """The sentences of each class of a module, by its qualified name; the source is read and parsed once."""
    try:
        source = inspect.getsource(sys.modules[name])
    except (OSError, TypeError, KeyError):
        return {}
    found: dict[str, dict[str, str]] = {}
    waiting: list[tuple[str, ast.AST]] = [("", ast.parse(source))]
    while waiting:
        prefix, node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                found[prefix + child.name] = _sentences_in(child)
                waiting.append((f"{prefix}{child.name}.", child))
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                waiting.append((f"{prefix}{child.name}.<locals>.", child))
    return found


def _sentences_in(body: ast.ClassDef) -> dict[str, str]:
    found = {}
    for statement, following in zip(body.body, body.body[1:], strict=False):
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            target = statement.target if isinstance(statement, ast.AnnAssign) else None
            if isinstance(statement, ast.Assign):
                target = statement.targets[0]  # type: ignore[assignment]
            if isinstance(target, ast.Name) and isinstance(following.value.value, str):
                found[target.id] = inspect.cleandoc(following.value.value)
    return found


def _describe_fields(cls: type[T]) -> type[T]:
    definition: StrawberryObjectDefinition = cls.__strawberry_definition__  # type: ignore[attr-defined]
    sentences = attribute_sentences(cls)
    for field in definition.fields:
        if field.description is None:
            field.description = sentences.get(field.python_name) or _resolver_sentence(field)
    return cls


def _resolver_sentence(field: Any) -> str | None:
    resolver = field.base_resolver
    return inspect.getdoc(resolver.wrapped_func) if resolver is not None else None


def _sentence(cls: type) -> str | None:
    return inspect.cleandoc(cls.__doc__) if cls.__doc__ else None
