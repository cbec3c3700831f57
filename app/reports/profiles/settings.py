"""How the settings of a profile are read: all that is wrong with them at once, each with the path where it stands.

A setting that is left out has its default. What a profile says has to be possible: no column is two fields, no field two
columns, a return that is marked says by what, and constants and meanings are values that the field can have.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from unicodedata import category

import msgspec

from app.execution.errors import UserErrorCode as C
from app.programme.terms import SubmissionFormat, SubmissionKind
from app.reports.formats.columns import MOST_COLUMNS
from app.reports.formats.profiles import (
    COLUMN_FIELDS,
    ColumnField,
    ColumnProfile,
    EdifactProfile,
    Profile,
    X12Profile,
)
from app.reports.formats.stock_profiles import EdifactStockProfile, X12StockProfile
from app.reports.profiles.column_settings import Path, Problem, contradictions_of_columns

_TABLES: dict[SubmissionFormat, type[Profile]] = {
    SubmissionFormat.CSV: ColumnProfile,
    SubmissionFormat.XLSX: ColumnProfile,
}
MODELS: dict[SubmissionKind, dict[SubmissionFormat, type[Profile]]] = {
    SubmissionKind.SELL_THROUGH: {
        **_TABLES,
        SubmissionFormat.X12: X12Profile,
        SubmissionFormat.EDIFACT: EdifactProfile,
    },
    SubmissionKind.SELL_IN: _TABLES,
    SubmissionKind.INVENTORY: {
        **_TABLES,
        SubmissionFormat.X12: X12StockProfile,
        SubmissionFormat.EDIFACT: EdifactStockProfile,
    },
}
"The settings that each kind of report has in each format that it is taken in."
SALES = SubmissionKind.SELL_THROUGH
MOST_ENTRIES = MOST_COLUMNS
LONGEST = 200
MOST_OCCURRENCES = 99
MOST_PROBLEMS = 100
"Problems told at once; further ones are told once these are put right."
S = TypeVar("S", bound=msgspec.Struct)


class ImpossibleSettings(Exception):
    """Settings that cannot be what a report is read by, with everything that is wrong with them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{'.'.join(each.path)}: {each.message}" for each in problems))
        self.problems = problems


def read_settings(written: SubmissionFormat, given: object, kind: SubmissionKind = SALES) -> Profile:
    """The profile that these settings, as JSON has them, describe. Raises ImpossibleSettings with all problems."""
    problems: list[Problem] = []
    profile: Profile | None = _struct(MODELS[kind][written], given, (), problems)
    if profile is not None and not problems:
        problems += _contradictions(profile, written, kind)
    if problems or profile is None:
        raise ImpossibleSettings(problems[:MOST_PROBLEMS])
    return profile


def as_json(profile: Profile) -> dict[str, object]:
    """The settings as JSON has them, defaults included."""
    found: dict[str, object] = msgspec.to_builtins(profile, order="deterministic")
    return found


def stored_profile(written: SubmissionFormat, settings: object, kind: SubmissionKind = SALES) -> Profile:
    """The profile as it was saved."""
    return msgspec.convert(settings, MODELS[kind][written])


def settings_schema(written: SubmissionFormat, kind: SubmissionKind = SALES) -> dict[str, object]:
    """The JSON Schema of the settings of such reports in a format; of columns, with the fields that they have."""
    schema = msgspec.json.schema(MODELS[kind][written])
    if ColumnField.__name__ in schema["$defs"]:
        schema["$defs"][ColumnField.__name__]["enum"] = sorted(COLUMN_FIELDS[kind])
    return schema


def _struct(model: type[S], given: object, path: Path, problems: list[Problem]) -> S | None:
    """The model read from what was given, with every problem in it noted; None where it could not be read."""
    if not isinstance(given, Mapping):
        problems.append(Problem(path, C.INVALID, f"This is an object with the settings {_names(model)}."))
        return None
    before, hints = len(problems), get_type_hints(model)
    for name in given:
        if name not in hints:
            told = f"There is no setting {str(name)[:50]!r} here; there are {_names(model)}."
            problems.append(Problem((*path, str(name)[:50]), C.INVALID, told))
    read = {}
    for each in msgspec.structs.fields(model):
        if each.name in given:
            read[each.name] = _value(hints[each.name], given[each.name], (*path, each.name), problems)
        elif each.required:
            problems.append(Problem((*path, each.name), C.REQUIRED, "This may not be left out."))
    return model(**read) if len(problems) == before else None


def _names(model: type[msgspec.Struct]) -> str:
    return ", ".join(model.__struct_fields__)


def _value(kind: Any, given: object, path: Path, problems: list[Problem]) -> Any:
    """A value of this type; what is wrong with it is noted."""
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(kind, given, path, problems)
    if origin in {Union, UnionType} and given is None:
        return None
    if origin is tuple:
        return tuple(_items(inner[0], given, path, problems, None if inner[-1] is ... else len(inner)))
    if isinstance(origin, type) and issubclass(origin, AbstractSet):
        return frozenset(_items(inner[0], given, path, problems))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return dict(_entries(inner, given, path, problems))
    return _leaf(kind, given, path, problems)


def _items(kind: Any, given: object, path: Path, problems: list[Problem], exactly: int | None = None) -> Iterator[Any]:
    if not isinstance(given, list | tuple):
        problems.append(Problem(path, C.INVALID, "This is a list."))
    elif len(given) > MOST_ENTRIES:
        problems.append(Problem(path, C.INVALID, f"This has {len(given):,} entries; at most {MOST_ENTRIES} fit."))
    elif exactly is not None and len(given) != exactly:
        problems.append(Problem(path, C.INVALID, f"This has exactly {exactly} entries."))
    else:
        yield from [_value(kind, each, (*path, str(at)), problems) for at, each in enumerate(given)]


def _entries(kinds: tuple[Any, ...], given: object, path: Path, problems: list[Problem]) -> Iterator[tuple[Any, Any]]:
    if not isinstance(given, Mapping):
        problems.append(Problem(path, C.INVALID, "This is an object."))
    elif len(given) > MOST_ENTRIES:
        problems.append(Problem(path, C.INVALID, f"This has {len(given):,} entries; at most {MOST_ENTRIES} fit."))
    else:
        for name, each in given.items():
            inside = (*path, str(name)[:50])
            yield _leaf(kinds[0], name, inside, problems), _value(kinds[1], each, inside, problems)


def _leaf(kind: Any, given: object, path: Path, problems: list[Problem]) -> Any:
    """A text, number, yes or no, or one of some values."""
    if isinstance(given, str) and (len(given) > LONGEST or _holds_controls(given)):
        told = f"A text has at most {LONGEST} characters, none of them a control character."
        problems.append(Problem(path, C.INVALID, told))
        return None
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as reason:
        problems.append(Problem(path, C.INVALID, _told(kind, reason)))
        return None


def _holds_controls(text: str) -> bool:
    """Whether characters stand in it that nobody sees; a header may break its line."""
    return any(category(letter) in {"Cc", "Cs"} and letter not in "\t\n\r" for letter in text)


def _told(kind: Any, reason: msgspec.ValidationError) -> str:
    """What would be right: the values that there are, or what the reader says of the type."""
    kinds = (kind, *get_args(kind))
    chosen = [str(value) for each in kinds if isinstance(each, type) and issubclass(each, StrEnum) for value in each]
    values = chosen or [repr(value) for each in kinds for value in get_args(each) if isinstance(value, str)]
    return f"This is one of {', '.join(values)}." if values else f"{str(reason).partition(' - ')[0]}."


def _contradictions(profile: Profile, written: SubmissionFormat, kind: SubmissionKind) -> list[Problem]:
    if isinstance(profile, ColumnProfile):
        found = contradictions_of_columns(profile, written, kind)
    elif isinstance(profile, X12StockProfile | EdifactStockProfile):
        found = _of_stock(profile)
    elif isinstance(profile, X12Profile):
        found = _of_x12(profile)
    else:
        found = _of_quantities(profile)
    return list(found)


def _of_x12(profile: X12Profile) -> Iterator[Problem]:
    for name in ("reseller", "ship_to", "end_customer"):
        for at, place in enumerate(getattr(profile, name)):
            if not 1 <= place.occurrence <= MOST_OCCURRENCES:
                told = f"Parties are counted from 1 to {MOST_OCCURRENCES}."
                yield Problem((name, str(at), "occurrence"), C.INVALID, told)
    if len(set(profile.prices)) != len(profile.prices):
        yield Problem(("prices",), C.TAKEN, "A price has one position; name each once.")
    yield from _of_prices(profile.prices)
    yield from _of_quantities(profile)


_PRICE = re.compile("unit_price|[a-z][a-z_]{0,31}_price")


def _of_prices(names: Iterable[str]) -> Iterator[Problem]:
    for name in names:
        if not _PRICE.fullmatch(name):
            told = f"{name[:50]!r} names no price; unit_price is the resale price, any other is called like book_price."
            yield Problem(("prices",), C.INVALID, told)


def _of_quantities(profile: X12Profile | EdifactProfile) -> Iterator[Problem]:
    if not profile.sale_quantities:
        yield Problem(("sale_quantities",), C.REQUIRED, "Say under which qualifier sold quantities stand.")
    for both in sorted(profile.sale_quantities & profile.return_quantities):
        told = f"{both!r} cannot be both a sale and a return. Returns that are negative need no qualifier of their own."
        yield Problem(("return_quantities",), C.INVALID, told)
    if not profile.product_qualifiers:
        yield Problem(("product_qualifiers",), C.REQUIRED, "Say under which qualifier the product stands.")
    if isinstance(profile, EdifactProfile):
        yield from _of_prices(profile.prices)


def _of_stock(profile: X12StockProfile | EdifactStockProfile) -> Iterator[Problem]:
    moved = profile.movements if isinstance(profile, X12StockProfile) else profile.moved
    if not (profile.statuses or moved):
        yield Problem(("statuses",), C.REQUIRED, "Say under which qualifier the stock on hand stands.")
    name = "movements" if isinstance(profile, X12StockProfile) else "moved"
    for both in sorted(profile.statuses.keys() & moved.keys()):
        yield Problem((name, both), C.INVALID, f"{both!r} cannot be both stock that lies there and stock that moved.")
    for both in sorted((profile.statuses.keys() | moved.keys()) & profile.not_stock):
        yield Problem(("not_stock",), C.INVALID, f"{both!r} is said to be stock, and not to be stock.")
    if not profile.product_qualifiers:
        yield Problem(("product_qualifiers",), C.REQUIRED, "Say under which qualifier the product stands.")
    places = profile.warehouses if isinstance(profile, X12StockProfile) else (*profile.places, *profile.warehouses)
    if not places:
        yield Problem(("warehouses",), C.REQUIRED, "Say under which qualifier the warehouse stands.")
