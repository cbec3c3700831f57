"""How the settings of a profile are read: all that is wrong with them at once, each with the path where it stands.

A setting that is left out has its default. What a profile says has to be possible: no column is two fields, no field two
columns, a return that is marked says by what, and constants and meanings are values that the field can have.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from types import UnionType
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints
from unicodedata import category

import msgspec

from app.execution.errors import UserErrorCode as C
from app.programme.countries import COUNTRIES
from app.programme.currencies import CURRENCIES
from app.programme.terms import DocumentKind, SaleType, SubmissionFormat
from app.reports.formats.columns import MOST_COLUMNS, squeezed
from app.reports.formats.profiles import (
    ColumnField,
    ColumnProfile,
    EdifactProfile,
    Profile,
    ReturnDialect,
    X12Profile,
)

MODELS: dict[SubmissionFormat, type[Profile]] = {
    SubmissionFormat.CSV: ColumnProfile,
    SubmissionFormat.XLSX: ColumnProfile,
    SubmissionFormat.X12: X12Profile,
    SubmissionFormat.EDIFACT: EdifactProfile,
}
"The settings that each format has."
MOST_ENTRIES = MOST_COLUMNS
LONGEST = 200
MOST_SKIPPED = 1_000
MOST_OCCURRENCES = 99
MOST_PROBLEMS = 100
"Problems told at once; further ones are told once these are put right."
Path = tuple[str, ...]
S = TypeVar("S", bound=msgspec.Struct)


class Problem(NamedTuple):
    """Something wrong with settings: where, what kind of thing, and what would be right."""

    path: Path
    code: C
    message: str


class ImpossibleSettings(Exception):
    """Settings that cannot be what a report is read by, with everything that is wrong with them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{'.'.join(each.path)}: {each.message}" for each in problems))
        self.problems = problems


def read_settings(written: SubmissionFormat, given: object) -> Profile:
    """The profile that these settings, as JSON has them, describe. Raises ImpossibleSettings with all problems."""
    problems: list[Problem] = []
    profile: Profile | None = _struct(MODELS[written], given, (), problems)
    if profile is not None and not problems:
        problems += _contradictions(profile, written)
    if problems or profile is None:
        raise ImpossibleSettings(problems[:MOST_PROBLEMS])
    return profile


def as_json(profile: Profile) -> dict[str, object]:
    """The settings as JSON has them, defaults included."""
    found: dict[str, object] = msgspec.to_builtins(profile, order="deterministic")
    return found


def stored_profile(written: SubmissionFormat, settings: object) -> Profile:
    """The profile as it was saved."""
    return msgspec.convert(settings, MODELS[written])


def settings_schema(written: SubmissionFormat) -> dict[str, object]:
    """The JSON Schema of the settings of a format."""
    return msgspec.json.schema(MODELS[written])


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


def _contradictions(profile: Profile, written: SubmissionFormat) -> list[Problem]:
    if isinstance(profile, ColumnProfile):
        found = _of_columns(profile, written)
    elif isinstance(profile, X12Profile):
        found = _of_x12(profile)
    else:
        found = _of_quantities(profile)
    return list(found)


def _of_columns(profile: ColumnProfile, written: SubmissionFormat) -> Iterator[Problem]:
    headers: set[str] = set()
    fields: set[ColumnField] = set()
    for at, column in enumerate(profile.columns):
        path, name = ("columns", str(at)), squeezed(column.header)
        if not name:
            yield Problem((*path, "header"), C.REQUIRED, "A column is known by its header; this one is empty.")
        elif name in headers:
            yield Problem((*path, "header"), C.TAKEN, f"The header {column.header!r} is listed already.")
        if column.field is not None and column.field in fields:
            told = f"Another column is {column.field} already; a field has one column."
            yield Problem((*path, "field"), C.TAKEN, told)
        headers.add(name)
        fields |= {column.field} if column.field else set()
    yield from _of_returns(profile, fields)
    yield from _of_values(profile)
    if not 0 <= profile.skip_lines <= MOST_SKIPPED:
        yield Problem(("skip_lines",), C.INVALID, f"From 0 to {MOST_SKIPPED:,} lines can be skipped.")
    for name in ("delimiter", "encoding"):
        if written is SubmissionFormat.XLSX and getattr(profile, name) is not None:
            yield Problem((name,), C.INVALID, f"A workbook has no {name}; leave it out.")


def _of_returns(profile: ColumnProfile, fields: set[ColumnField]) -> Iterator[Problem]:
    returns, own = profile.returns, ReturnDialect.OWN_COLUMN
    if returns.dialect is ReturnDialect.MARKED:
        if not squeezed(returns.header or ""):
            yield Problem(("returns", "header"), C.REQUIRED, "Say in which column the mark of a return stands.")
        if not any(value.strip() for value in returns.values):
            yield Problem(("returns", "values"), C.REQUIRED, "Say which values in that column mark a return.")
    elif returns.header is not None or returns.values:
        told = f"A header and values belong to the dialect MARKED; this is {returns.dialect}."
        yield Problem(("returns", "dialect"), C.INVALID, told)
    if (returns.dialect is own) != (ColumnField.RETURN_QUANTITY in fields):
        told = "The dialect OWN_COLUMN and a column that is return_quantity go together: list both or neither."
        yield Problem(("returns", "dialect"), C.INVALID, told)


_VALUES: dict[ColumnField, AbstractSet[str]] = {
    ColumnField.SALE_TYPE: frozenset(SaleType),
    ColumnField.DOCUMENT_KIND: frozenset(DocumentKind),
    ColumnField.CURRENCY: CURRENCIES,
    ColumnField.SHIP_TO_COUNTRY: COUNTRIES,
}
_NOT_CONSTANT = {ColumnField.DOCUMENT_LINE, ColumnField.SERIAL_NUMBERS, ColumnField.RETURN_QUANTITY}


def _of_values(profile: ColumnProfile) -> Iterator[Problem]:
    for name, value in profile.constants.items():
        if name in _NOT_CONSTANT:
            yield Problem(("constants", str(name)), C.INVALID, f"{name} differs from row to row; it is no constant.")
        else:
            yield from _one_of(name, value, ("constants", str(name)))
    for name, named in profile.meanings.items():
        for theirs, ours in named.items():
            yield from _one_of(name, ours, ("meanings", str(name), theirs))


def _one_of(name: ColumnField, value: str, path: Path) -> Iterator[Problem]:
    allowed = _VALUES.get(name)
    if not value.strip():
        yield Problem(path, C.REQUIRED, "This may not be empty.")
    elif allowed is not None and value not in allowed:
        told = ", ".join(sorted(allowed)) if len(allowed) < 20 else "a code of ISO 4217 or ISO 3166, in capitals"
        yield Problem(path, C.INVALID, f"{value!r} is no {name}. It is one of: {told}.")


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
