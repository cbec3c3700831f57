"""A rule as it is kept and sent: plain data, exact both ways.

Numbers are whole, sets are sorted lists, so that equal rules are equal texts. What is read back is checked for its form
alone, to the letter: a key that is missing or unknown, a number that is no whole number, a word that is none of the terms is
refused with its place. Whether a rule can be computed is another question (incentive_checks.py).
"""

from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from app.programme.incentives import Rule


def rule_as_data(rule: Rule) -> dict[str, Any]:
    """The rule as data that JSON can say: whole numbers, texts, truths, lists, and objects of these."""
    data: dict[str, Any] = _data(rule)
    return data


def rule_from(data: object) -> Rule:
    """The rule that the data say; the same that was written.

    Raises ValueError, with the place, for what no rule has written.
    """
    rule: Rule = _read(Rule, data, "")
    return rule


def _data(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _data(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_data(each) for each in value]
    return value.value if isinstance(value, StrEnum) else value


def _read(kind: Any, data: Any, path: str) -> Any:
    """What the data say as the kind of thing that stands at the path."""
    if get_origin(kind) is UnionType:
        (real,) = [each for each in get_args(kind) if each is not NoneType]
        return None if data is None else _read(real, data, path)
    if get_origin(kind) in {tuple, frozenset}:
        return _many(kind, data, path)
    if is_dataclass(kind):
        return _object(kind, data, path)
    if issubclass(kind, StrEnum):
        return _term(kind, data, path)
    if type(data) is not kind:
        raise ValueError(f"{path} is {_called(kind)}, not {data!r}.")
    return data


def _object(kind: Any, data: Any, path: str) -> Any:
    if not isinstance(data, dict):
        raise ValueError(f"{path or 'A rule'} is an object, not {data!r}.")
    known = {each.name: each for each in fields(kind)}
    unknown = sorted(str(key) for key in data if key not in known)
    missing = [n for n, f in known.items() if n not in data and f.default is MISSING and f.default_factory is MISSING]
    if unknown or missing:
        told = [*(f"does not know {key!r}" for key in unknown), *(f"says no {key!r}" for key in missing)]
        raise ValueError(f"{path or 'The rule'} {' and '.join(told)}.")
    kinds = get_type_hints(kind)
    return kind(**{name: _read(kinds[name], value, _below(path, name)) for name, value in data.items()})


def _many(kind: Any, data: Any, path: str) -> Any:
    if not isinstance(data, list):
        raise ValueError(f"{path} is a list, not {data!r}.")
    read = [_read(get_args(kind)[0], each, f"{path}[{place}]") for place, each in enumerate(data)]
    made = get_origin(kind)(read)
    if len(made) < len(read):
        raise ValueError(f"{path} names something twice.")
    return made


def _term(kind: type[StrEnum], data: Any, path: str) -> StrEnum:
    if not isinstance(data, str) or data not in {each.value for each in kind}:
        raise ValueError(f"{path} is one of {', '.join(each.value for each in kind)}, not {data!r}.")
    return kind(data)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _called(kind: type) -> str:
    return {int: "a whole number", str: "a text", bool: "true or false"}[kind]
