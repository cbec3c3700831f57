"""How a report in a workbook (XLSX) is read.

The first sheet that is shown and whose first row with anything on it is the header of a report is the report; further
sheets with something on them are not read, and said so. Columns, numbers and dates follow the same rules as in CSV, but
cells that are numbers or dates by themselves are exact, whatever notation the texts around them have. A cell whose value
is not there (an error, a formula without its result, the hidden part of merged cells, a code that lost its last digits)
rejects its row. What stands beyond the header's columns is kept and not read.
"""

from dataclasses import replace

import polars as pl

from app.reports.formats.arrangement import settled
from app.reports.formats.columns import (
    FURTHER_NUMBERS,
    columns_detected,
    refuse_unusable,
    under_their_fields,
    unread_columns,
)
from app.reports.formats.frame import ReadingRules, ReportFrame
from app.reports.formats.kinds import checked
from app.reports.formats.notation import Notation, detected_notation
from app.reports.formats.table import Begun, Table, begun, numbers_in, table_of
from app.reports.formats.workbook import Sheet, Workbook, open_workbook
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport


def read_xlsx(data: bytes, rules: ReadingRules) -> ReportFrame:
    """The report in these bytes. Raises UnreadableReport where the workbook, or a report in it, cannot be read."""
    book = open_workbook(data)
    found = _first_that_fits(book, rules)
    table = table_of(found)
    received = _received(table, found)
    notation = settled(_notation(received, rules), rules)
    issues = [*_book_issues(book, found, table, rules), *table.issues]
    rows, all_issues = checked(received, rules, notation, issues)
    return ReportFrame(rows, all_issues, _detected(book, found, notation))


def _first_that_fits(book: Workbook, rules: ReadingRules) -> Begun:
    """The first sheet that is shown and has the header of a report; else the refusal of the one that came closest."""
    refusals: list[tuple[int, UnreadableReport]] = []
    for sheet in book.sheets:
        start = None if sheet.hidden else begun(book, sheet, rules)
        if start is None:
            continue
        try:
            refuse_unusable(start.columns, start.first, rules)
        except UnreadableReport as refusal:
            refusals.append((sum(field is not None for field in start.columns.fields), refusal))
        else:
            return start
    if refusals:
        raise max(refusals, key=lambda each: each[0])[1]
    raise UnreadableReport(
        FailureCode.EMPTY_FILE,
        "No sheet of the workbook that is shown has anything on it. A nil report has a header and no rows.",
    )


def _received(table: Table, found: Begun) -> pl.DataFrame:
    """The cells under the names of their fields, and what else a row has."""
    beyond = ["beyond"] if table.rows.get_column("beyond").is_not_null().any() else []
    typed = [f"{name}_typed" for name in numbers_in(found.columns.fields)]
    named = under_their_fields(found.columns, taken=["beyond", *typed])
    where = pl.format("row {}", "number").alias("source")
    return table.rows.select(pl.col("at").alias("row"), where, *named, *beyond, *typed)


def _notation(received: pl.DataFrame, rules: ReadingRules) -> Notation:
    """The notation that those cells prove which are texts."""
    numbers = [
        received.select(pl.when(pl.col(f"{name}_typed").not_()).then(name).str.strip_chars()).to_series()
        for name in (*rules.numbers, *(each for each in FURTHER_NUMBERS if f"{each}_typed" in received.columns))
    ]
    dates = received.get_column(rules.day).str.strip_chars()
    return replace(detected_notation(numbers, dates, delimiter=""), typed=True)


def _book_issues(book: Workbook, found: Begun, table: Table, rules: ReadingRules) -> list[Issue]:
    """What is to be said about the workbook as a whole, under row 0. Sheets are numbered: their names may tell a lot."""
    issues = unread_columns(found.columns)
    for sheet in book.sheets:
        if sheet != found.sheet and _has_something(book, sheet, rules):
            told = f"sheet {sheet.number}{' (hidden)' if sheet.hidden else ''}"
            issues.append(Issue(0, None, IssueCode.SHEET_NOT_READ, told))
    if book.macros:
        issues.append(Issue(0, None, IssueCode.MACROS_IGNORED, None))
    if table.blank:
        issues.append(Issue(0, None, IssueCode.BLANK_ROWS_SKIPPED, str(table.blank)))
    return issues


def _has_something(book: Workbook, sheet: Sheet, rules: ReadingRules) -> bool:
    """Whether anything stands on a sheet; one that cannot be read is not known to be empty."""
    try:
        return begun(book, sheet, rules) is not None
    except UnreadableReport:
        return True


def _detected(book: Workbook, found: Begun, notation: Notation) -> dict[str, object]:
    return {
        "sheet": found.sheet.number,
        "header_line": found.number,
        "columns": columns_detected(found.columns),
        "date_system": "1904" if book.from_1904 else "1900",
        "decimal_mark": str(notation.decimal_mark),
        "date_order": str(notation.date_order),
    }
