"""What has to be possible in a profile of columns: no column is two fields, no field two columns, a return that is marked
says by what, columns without a header have positions, days have a format that can be read, and constants and meanings are
values that the field can have.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from app.execution.errors import UserErrorCode as C
from app.programme.countries import COUNTRIES
from app.programme.currencies import CURRENCIES
from app.programme.terms import DocumentKind, SaleType, StockMovementKind, StockStatus, SubmissionFormat, SubmissionKind
from app.reports.formats.columns import MOST_COLUMNS, squeezed
from app.reports.formats.days import why_impossible
from app.reports.formats.profiles import COLUMN_FIELDS, ColumnField, ColumnProfile, MappedColumn, ReturnDialect

MOST_SKIPPED = 1_000
Path = tuple[str, ...]


class Problem(NamedTuple):
    """Something wrong with settings: where, what kind of thing, and what would be right."""

    path: Path
    code: C
    message: str


def contradictions_of_columns(
    profile: ColumnProfile, written: SubmissionFormat, kind: SubmissionKind
) -> Iterator[Problem]:
    """What contradicts itself in a profile of columns, or has no room in such a report."""
    headers: set[str] = set()
    positions: set[int] = set()
    fields: set[ColumnField] = set()
    states: set[StockStatus] = set()
    for at, column in enumerate(profile.columns):
        path, name = ("columns", str(at)), squeezed(column.header)
        if not name and not profile.headerless:
            yield Problem((*path, "header"), C.REQUIRED, "A column is known by its header; this one is empty.")
        elif name and name in headers:
            yield Problem((*path, "header"), C.TAKEN, f"The header {column.header!r} is listed already.")
        yield from _of_position(column, profile, positions, path)
        if column.field is not None and column.field not in COLUMN_FIELDS[kind]:
            yield Problem((*path, "field"), C.INVALID, _no_such_field(column.field, kind))
        elif column.status is not None:
            yield from _of_state(column, states, (*path, "status"))
        elif column.field is not None and column.field in fields:
            told = f"Another column is {column.field} already; a field has one column."
            yield Problem((*path, "field"), C.TAKEN, told)
        headers.add(name)
        positions |= {column.position} if column.position else set()
        fields |= {column.field} if column.field else set()
        states |= {column.status} if column.status else set()
    if states:
        yield from _of_several(profile, fields)
    yield from _of_returns(profile, fields, kind)
    yield from _of_values(profile, kind)
    yield from _of_days(profile)
    if not 0 <= profile.skip_lines <= MOST_SKIPPED:
        yield Problem(("skip_lines",), C.INVALID, f"From 0 to {MOST_SKIPPED:,} lines can be skipped.")
    for name in ("delimiter", "encoding"):
        if written is SubmissionFormat.XLSX and getattr(profile, name) is not None:
            yield Problem((name,), C.INVALID, f"A workbook has no {name}; leave it out.")


def _no_such_field(field: ColumnField, kind: SubmissionKind) -> str:
    return f"A {kind} report has no {field}. Its fields are {', '.join(sorted(COLUMN_FIELDS[kind]))}."


def _of_state(column: MappedColumn, taken: AbstractSet[StockStatus], path: Path) -> Iterator[Problem]:
    if column.field is not ColumnField.QUANTITY:
        yield Problem(path, C.INVALID, "A quantity has a state here; any other column has none.")
    elif column.status in taken:
        yield Problem(path, C.TAKEN, f"Another column counts what is {column.status} already; a state has one column.")


def _of_several(profile: ColumnProfile, fields: AbstractSet[ColumnField]) -> Iterator[Problem]:
    """What has no room beside columns that each count the goods in one state."""
    for at, column in enumerate(profile.columns):
        if column.field is ColumnField.QUANTITY and column.status is None:
            told = "Other columns count the goods in one state each; say in which state those of this one are."
            yield Problem(("columns", str(at), "status"), C.REQUIRED, told)
    for name in (ColumnField.STATUS, ColumnField.MOVEMENT, ColumnField.QUANTITY_OUT):
        if name in {*fields, *profile.constants, *profile.meanings}:
            told = f"Columns that each count the goods in one state are counts, and say the state: there is no {name}."
            yield Problem(("columns",), C.INVALID, told)
    if profile.returns.dialect is not ReturnDialect.NEGATIVE_QUANTITY:
        told = "Columns that each count the goods in one state are counts: nothing leaves a warehouse by them."
        yield Problem(("returns", "dialect"), C.INVALID, told)


def _of_position(column: MappedColumn, profile: ColumnProfile, taken: set[int], path: Path) -> Iterator[Problem]:
    where, position = (*path, "position"), column.position
    if position is None:
        if profile.headerless:
            yield Problem(where, C.REQUIRED, "Without a header a column is known by its position, from 1.")
    elif not profile.headerless:
        yield Problem(where, C.INVALID, "A column with a header is known by it; say `headerless` where there is none.")
    elif not 1 <= position <= MOST_COLUMNS:
        yield Problem(where, C.INVALID, f"Columns are counted from 1 to {MOST_COLUMNS}.")
    elif position in taken:
        yield Problem(where, C.TAKEN, f"The column at {position} is listed already.")


def _of_days(profile: ColumnProfile) -> Iterator[Problem]:
    if profile.date_format is None:
        if profile.month_language is not None:
            yield Problem(("month_language",), C.INVALID, "A language belongs to a date_format with MON in it.")
        return
    if profile.date_order is not None:
        told = "The format says what comes first; leave date_order out."
        yield Problem(("date_order",), C.INVALID, told)
    if impossible := why_impossible(profile.date_format, profile.month_language):
        named = "MON" in profile.date_format.upper() and profile.month_language is None and "language" in impossible
        yield Problem(
            ("month_language",) if named else ("date_format",), C.REQUIRED if named else C.INVALID, impossible
        )
    elif profile.month_language is not None and "MON" not in profile.date_format.upper():
        yield Problem(("month_language",), C.INVALID, "A language belongs to a date_format with MON in it.")


def _of_returns(profile: ColumnProfile, fields: set[ColumnField], kind: SubmissionKind) -> Iterator[Problem]:
    returns, own = profile.returns, ReturnDialect.OWN_COLUMN
    taken = ColumnField.QUANTITY_OUT if kind is SubmissionKind.INVENTORY else ColumnField.RETURN_QUANTITY
    if returns.position is not None and not (profile.headerless and 1 <= returns.position <= MOST_COLUMNS):
        told = f"A position, from 1 to {MOST_COLUMNS}, belongs to a file without a header."
        yield Problem(("returns", "position"), C.INVALID, told)
    if returns.dialect is ReturnDialect.MARKED:
        if profile.headerless and returns.position is None:
            yield Problem(("returns", "position"), C.REQUIRED, "Say at which position the mark of a return stands.")
        elif not profile.headerless and not squeezed(returns.header or ""):
            yield Problem(("returns", "header"), C.REQUIRED, "Say in which column the mark of a return stands.")
        if not any(value.strip() for value in returns.values):
            yield Problem(("returns", "values"), C.REQUIRED, "Say which values in that column mark a return.")
    elif returns.header is not None or returns.values or returns.position is not None:
        told = f"A header and values belong to the dialect MARKED; this is {returns.dialect}."
        yield Problem(("returns", "dialect"), C.INVALID, told)
    if (returns.dialect is own) != (taken in fields):
        told = f"The dialect OWN_COLUMN and a column that is {taken} go together: list both or neither."
        yield Problem(("returns", "dialect"), C.INVALID, told)


_VALUES: dict[ColumnField, AbstractSet[str]] = {
    ColumnField.SALE_TYPE: frozenset(SaleType),
    ColumnField.DOCUMENT_KIND: frozenset(DocumentKind),
    ColumnField.CURRENCY: CURRENCIES,
    ColumnField.SHIP_TO_COUNTRY: COUNTRIES,
    ColumnField.STATUS: frozenset(StockStatus),
    ColumnField.MOVEMENT: frozenset(StockMovementKind),
}
_NOT_CONSTANT = {
    *(ColumnField.DOCUMENT_LINE, ColumnField.SERIAL_NUMBERS, ColumnField.RETURN_QUANTITY),
    *(ColumnField.REFERENCE_LINE, ColumnField.QUANTITY_OUT, ColumnField.LOT),
}


def _of_values(profile: ColumnProfile, kind: SubmissionKind) -> Iterator[Problem]:
    for setting in ("constants", "meanings"):
        for name in getattr(profile, setting):
            if name not in COLUMN_FIELDS[kind]:
                yield Problem((setting, str(name)), C.INVALID, _no_such_field(name, kind))
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
