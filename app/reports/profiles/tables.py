"""How a profile is proposed for a report in a text file or workbook: each column with the field that it seems to be.

Every field goes to the column that most speaks for, and every column is one field. What is close, missing, or shown by
nothing in the sample is asked, not guessed.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

import polars as pl

from app.programme.currencies import CURRENCIES
from app.programme.terms import StockStatus, SubmissionKind
from app.reports.formats.columns import squeezed
from app.reports.formats.frame import FIELDS, STOCK_FIELDS
from app.reports.formats.notation import DateOrder, DecimalMark, Notation, detected_notation
from app.reports.formats.profiles import ColumnField as F
from app.reports.formats.profiles import ColumnProfile, MappedColumn, ReturnDialect, Returns
from app.reports.formats.stock import TAKES_AWAY
from app.reports.profiles.calendars import Days
from app.reports.profiles.evidence import Column, Reason, columns_of_grid, day_field
from app.reports.profiles.grids import LONGEST_CELL, Grid
from app.reports.profiles.proposals import Meaning, ProfileQuestionCode, Proposal, samples_of, together
from app.reports.profiles.samples import Sample
from app.reports.profiles.shapes import KINDS, MOVEMENTS, RETURN_MARKS, SALE_TYPES, STATUSES, Known, number, plain
from app.reports.profiles.wide_tables import quantities_by_state, reason_of

LEAST = 0.5
"A field that less speaks for is not proposed."
CLOSE = 0.1
_FEW = 12
_ENCODINGS = {"Windows-1252": "cp1252", "Latin-1": "cp1252"}
_TERMS: tuple[tuple[F, Mapping[str, StrEnum]], ...] = (
    (F.DOCUMENT_KIND, KINDS),
    (F.SALE_TYPE, SALE_TYPES),
    (F.STATUS, STATUSES),
    (F.MOVEMENT, MOVEMENTS),
)
"Fields whose values are terms, and what these are called."
Q = ProfileQuestionCode
Chosen = dict[F, Column]


def propose_table(sample: Sample, grid: Grid, known: Known, required: frozenset[str], kind: SubmissionKind) -> Proposal:
    """The profile that the table suggests for such a report. `required` are the fields that every row has to have."""
    notation = _notation(grid)
    mark = "," if notation.decimal_mark is DecimalMark.COMMA else "."
    columns = columns_of_grid(grid, known, mark, kind)
    proposal = Proposal(sample.format, ColumnProfile(), rows=len(grid.rows), whole=sample.whole)
    chosen = _chosen(columns, grid, proposal)
    states = _by_state(columns, chosen, proposal) if kind is SubmissionKind.INVENTORY else {}
    returns = _outgoing(chosen, mark) if kind is SubmissionKind.INVENTORY else _returns(columns, chosen, proposal)
    day, days = chosen.get(day_field(kind)), Days()
    if day is not None:
        days = _days(day, day_field(kind), proposal)
    proposal.profile = ColumnProfile(
        columns=(
            *(_mapped(column, field, grid) for field, column in _in_order(chosen)),
            *(_mapped(column, F.QUANTITY, grid, state) for state, column in states.items()),
        ),
        headerless=grid.headerless,
        skip_lines=grid.skipped,
        delimiter=_delimiter(grid),
        encoding=_encoding(grid),
        decimal_mark=_mark(notation, grid, proposal),
        date_order=None if days.format else _order(notation, day, day_field(kind), proposal),
        date_format=days.format,
        month_language=days.language,
        constants=_constants(columns, chosen),
        meanings=_meanings(chosen, proposal),
        returns=_placed(returns, chosen, columns) if grid.headerless else returns,
    )
    counted = {column.at: state for state, column in states.items()}
    proposal.meanings = [
        _meaning_of_state(each, counted[each.at]) if each.at in counted else _meaning(each, chosen) for each in columns
    ]
    if grid.headerless:
        told = "No row names the columns, and the first is like the others: columns are proposed by their positions."
        proposal.ask(Q.NO_HEADER, told)
    _ask_for_missing(chosen, required - ({"quantity"} if states else set()), proposal, kind)
    return proposal


def _mapped(column: Column, field: F, grid: Grid, status: StockStatus | None = None) -> MappedColumn:
    if grid.headerless:
        return MappedColumn(header="", field=field, position=column.at + 1, status=status)
    return MappedColumn(header=_visible(column.header), field=field, status=status)


def _by_state(columns: list[Column], chosen: Chosen, proposal: Proposal) -> dict[StockStatus, Column]:
    """The columns that each count the goods in one state; then none is chosen as the quantity, nor as what left the
    warehouse. Where a column says the state, or what moved, rows have one quantity."""
    if {F.STATUS, F.MOVEMENT} & {*chosen}:
        return {}
    taken = frozenset(found.at for field, found in chosen.items() if field not in {F.QUANTITY, F.QUANTITY_OUT})
    found = quantities_by_state(columns, taken, proposal)
    if found:
        for field in (F.QUANTITY, F.QUANTITY_OUT):
            chosen.pop(field, None)
    return found


def _meaning_of_state(column: Column, state: StockStatus) -> Meaning:
    reason = reason_of(state)
    name = _visible(column.header) or f"column {column.at + 1}"
    samples = samples_of(column.shape.values)
    return Meaning(column.at + 1, name, samples, F.QUANTITY, reason.weight, [reason.told])


def _placed(returns: Returns, chosen: Chosen, columns: list[Column]) -> Returns:
    """The mark of a return by the position of its column, where that has no header."""
    found = next((each.at + 1 for each in columns if each.header == returns.header), None)
    return Returns(dialect=returns.dialect, position=found, values=returns.values)


def _days(column: Column, field: F, proposal: Proposal) -> Days:
    """How the days are written, where the reader does not understand them by itself; asked where it is open."""
    days = column.shape.days
    if len(days.possible) > 1:
        told = (
            f"The days in “{column.header}” can be read as {' and as '.join(days.possible)}; say which in date_format."
        )
        proposal.ask(Q.DATE_FORMAT, told, field)
    elif len(days.languages) > 1:
        told = f"The months in “{column.header}” are called so in {', '.join(days.languages)}; say which is meant."
        proposal.ask(Q.DATE_FORMAT, f"{told[:-1]} in month_language, if it is not {days.language}.", field)
    return days


def _notation(grid: Grid) -> Notation:
    """How numbers and dates are written, as far as they prove it; every column is looked at."""
    values = pl.Series("values", grid.texts, pl.String())
    numbers = values.filter(values.str.contains(r"^[+-]?[0-9][0-9.,' ]*-?$").fill_null(False))
    return detected_notation([numbers], values, grid.delimiter or "")


def _chosen(columns: list[Column], grid: Grid, proposal: Proposal) -> Chosen:
    """Every field to its column, the surest first."""
    repeated = _repeated(grid, proposal)
    pairs = sorted(
        ((together(r.weight for r in reasons), -column.at, field, column) for column in columns
         for field, reasons in column.reasons.items() if column.at not in repeated),
        key=lambda each: each[:2],
        reverse=True,
    )  # fmt: skip
    chosen: Chosen = {}
    taken: dict[int, float] = {}
    for weight, _, field, column in pairs:
        if weight < LEAST or column.at in taken:
            continue
        if field not in chosen:
            chosen[field] = column
            taken[column.at] = weight
        elif _confidence(chosen[field], field) - weight < CLOSE:
            told = f"“{chosen[field].header}” and “{column.header}” could both be {field}; the first is proposed."
            proposal.ask(Q.FIELD_AMBIGUOUS, told, field)
    return chosen


def _repeated(grid: Grid, proposal: Proposal) -> set[int]:
    """The columns whose header stands twice."""
    names = [squeezed(name) for name in grid.header]
    twice = {name for name in names if name and names.count(name) > 1}
    for name in sorted(twice):
        header = grid.header[names.index(name)]
        proposal.ask(Q.HEADER_REPEATED, f"{names.count(name)} columns are called “{header}”; give each its own name.")
    unusable = {at for at, name in enumerate(grid.header) if len(name) >= LONGEST_CELL}
    return unusable | {at for at, name in enumerate(names) if name in twice or not name}


def _visible(header: str) -> str:
    """The header without what nobody sees; it is recognised without that, too."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in header).split())


def _confidence(column: Column, field: F) -> float:
    return together(reason.weight for reason in column.reasons.get(field, []))


def _in_order(chosen: Chosen) -> list[tuple[F, Column]]:
    return sorted(chosen.items(), key=lambda each: each[1].at)


def _meaning(column: Column, chosen: Chosen) -> Meaning:
    field = next((each for each, found in chosen.items() if found.at == column.at), None)
    if field is not None:
        reasons, confidence = column.reasons[field], _confidence(column, field)
    else:
        best = max(column.reasons, key=lambda each: _confidence(column, each), default=None)
        reasons = (
            [Reason(0, f"it might be {best}, but too little speaks for it, or another column does")] if best else []
        )
        confidence = 0.0
    told = [reason.told for reason in sorted(reasons, key=lambda each: -each.weight)]
    name = _visible(column.header) or f"column {column.at + 1}"
    return Meaning(column.at + 1, name, samples_of(column.shape.values), field, confidence, told)


def _delimiter(grid: Grid) -> Literal[",", ";", "\t", "|"] | None:
    found: dict[str | None, Literal[",", ";", "\t", "|"]] = {",": ",", ";": ";", "\t": "\t", "|": "|"}
    return found.get(grid.delimiter)


def _encoding(grid: Grid) -> Literal["cp1252"] | None:
    return "cp1252" if grid.encoding in _ENCODINGS else None


def _mark(notation: Notation, grid: Grid, proposal: Proposal) -> Literal["POINT", "COMMA"] | None:
    if notation.decimal_mark is DecimalMark.UNDECIDED:
        told = "Numbers like 1.234 can be a thousand or one and a bit; say which mark separates the decimals."
        proposal.ask(Q.DECIMAL_MARK, told)
        return None
    if grid.delimiter is None and notation.decimal_mark is DecimalMark.POINT:
        return None
    return "COMMA" if notation.decimal_mark is DecimalMark.COMMA else "POINT"


def _order(
    notation: Notation, day: Column | None, field: F, proposal: Proposal
) -> Literal["DAY_FIRST", "MONTH_FIRST"] | None:
    doubtful = day is not None and any(re.fullmatch(r"\d{1,2}[/-]\d{1,2}[/-]\d{4}", v) for v in day.shape.values)
    if not doubtful:
        return None
    if notation.date_order is DateOrder.UNDECIDED:
        told = "No date of the sample has a number above 12 in it; say whether the day or the month comes first."
        proposal.ask(Q.DATE_ORDER, told, field)
        return None
    return "DAY_FIRST" if notation.date_order is DateOrder.DAY_FIRST else "MONTH_FIRST"


def _constants(columns: list[Column], chosen: Chosen) -> dict[F, str]:
    """The currency that the header of a price or an amount names, where no column does."""
    if F.CURRENCY in chosen:
        return {}
    priced = [chosen[each].header for each in (F.UNIT_PRICE, F.LINE_AMOUNT) if each in chosen]
    named = [word for header in priced for word in re.findall(r"\b[A-Z]{3}\b", header) if word in CURRENCIES]
    return {F.CURRENCY: named[0]} if named else {}


def _meanings(chosen: Chosen, proposal: Proposal) -> dict[F, dict[str, str]]:
    """Which of the sender's terms are which of ours."""
    found: dict[F, dict[str, str]] = {}
    for field, terms in _TERMS:
        if field not in chosen:
            continue
        for value in chosen[field].shape.distinct[:_FEW]:
            term = terms.get(plain(value))
            if term is None:
                proposal.ask(
                    Q.VALUE_UNKNOWN, f"“{value[:40]}” in “{chosen[field].header}” has no known meaning.", field
                )
            elif plain(value).replace("_", "") != str(term).lower().replace("_", ""):
                found.setdefault(field, {})[value] = str(term)
    return found


def _returns(columns: list[Column], chosen: Chosen, proposal: Proposal) -> Returns:
    """How the sample tells returns; asked where it shows none, or where a single letter is all there is."""
    quantity = chosen.get(F.QUANTITY)
    if F.RETURN_QUANTITY in chosen:
        return Returns(dialect=ReturnDialect.OWN_COLUMN)
    if quantity is not None and quantity.shape.negative:
        return Returns()
    marked = [(column, marks) for column in columns if (marks := _marks(column, chosen))]
    if not marked:
        told = "The sample holds no return that can be seen; a return is taken to be a negative quantity."
        proposal.ask(Q.RETURNS, told, F.QUANTITY)
        return Returns()
    column, marks = max(marked, key=lambda each: (each[0].at == _at(chosen, F.DOCUMENT_KIND), len(each[1][0])))
    told = f"No quantity is below zero; “{', '.join(marks)}” in “{column.header}” seems to mark returns."
    proposal.ask(Q.RETURNS, told, F.QUANTITY)
    return Returns(dialect=ReturnDialect.MARKED, header=_visible(column.header), values=tuple(marks))


def _outgoing(chosen: Chosen, mark: str) -> Returns:
    """How a table of stock tells what left the warehouse: in a column of its own, or by movements that take goods away
    though their quantities have no sign."""
    quantity, movement = chosen.get(F.QUANTITY), chosen.get(F.MOVEMENT)
    if F.QUANTITY_OUT in chosen:
        return Returns(dialect=ReturnDialect.OWN_COLUMN)
    if movement is None or quantity is None or quantity.shape.negative:
        return Returns()
    away = tuple(value for value in movement.shape.distinct[:_FEW] if MOVEMENTS.get(plain(value)) in TAKES_AWAY)
    positive = any((number(value, mark) or 0) > 0 for value in quantity.shape.values)
    if not (away and positive):
        return Returns()
    return Returns(dialect=ReturnDialect.MARKED, header=_visible(movement.header), values=away)


def _at(chosen: Chosen, field: F) -> int | None:
    return chosen[field].at if field in chosen else None


def _marks(column: Column, chosen: Chosen) -> list[str]:
    """The values of a column of few values that are called like returns, beside others that are not."""
    values = column.shape.distinct
    taken = next((field for field, found in chosen.items() if found.at == column.at), None)
    if len(values) > _FEW or taken not in {None, F.DOCUMENT_KIND, F.SALE_TYPE} or not squeezed(column.header):
        return []
    marks = [value for value in values if plain(value) in RETURN_MARKS]
    blank = len(column.shape.values) > 0
    return marks if marks and (len(marks) < len(values) or blank) else []


def _ask_for_missing(chosen: Chosen, required: frozenset[str], proposal: Proposal, kind: SubmissionKind) -> None:
    of_stock = kind is SubmissionKind.INVENTORY
    found = {str(field) for field in chosen}
    if F.LINE_AMOUNT in chosen:
        found.add(F.UNIT_PRICE)
    if F.QUANTITY_OUT in chosen:
        found.add(F.QUANTITY)
    for name in STOCK_FIELDS if of_stock else FIELDS:
        if name in required and name not in found:
            constant = ", or say in `constants` in which one all goods lie" if name == F.WAREHOUSE else ""
            proposal.ask(Q.FIELD_NOT_FOUND, f"No column seems to be {name}, which every row needs{constant}.", name)
    if of_stock and F.MOVEMENT in chosen and F.REFERENCE not in chosen:
        told = "No column seems to be reference, the document of a movement, which every movement needs."
        proposal.ask(Q.FIELD_NOT_FOUND, told, F.REFERENCE)
    if F.DOCUMENT_LINE not in chosen and not of_stock:
        told = "No column seems to number the lines: the ordinal within its document is the line."
        proposal.ask(Q.LINE_NUMBERS, told, F.DOCUMENT_LINE)
