"""How a report in a workbook (XLSX) is read.

The first sheet that is shown and whose first row with anything on it is the header of a report is the report; further
sheets with something on them are not read, and said so. Columns, numbers and dates follow the same rules as in CSV, but
cells that are numbers or dates by themselves are exact, whatever notation the texts around them have. A cell whose value
is not there (an error, a formula without its result, the hidden part of merged cells, a code that lost its last digits)
rejects its row. What stands beyond the header's columns is kept and not read.
"""

import tempfile
from collections.abc import Iterator
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
from app.reports.formats.frame import ReadingRules, ReportFrame, issue_frame
from app.reports.formats.notation import Evidence, Notation, evidence, notation_of
from app.reports.formats.package import damaged
from app.reports.formats.script import Pieces
from app.reports.formats.spool import Lines, Spool
from app.reports.formats.streamed import StreamedReading
from app.reports.formats.table import Begun, Merged, begun, numbers_in, parts_of
from app.reports.formats.wide import quantities_in, spread
from app.reports.formats.workbook import Sheet, Workbook, open_workbook
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

HELD = 16 * 1024 * 1024
"""Bytes of a workbook that are held; a larger one is put into a file, for its parts may stand in any order."""


def read_xlsx(data: bytes, rules: ReadingRules) -> ReportFrame:
    """The report in these bytes at once; see `open_xlsx`."""
    return open_xlsx(lambda: (data,), rules).together()


def open_xlsx(pieces: Pieces, rules: ReadingRules) -> StreamedReading:
    """The report in these bytes. Raises UnreadableReport where the workbook, or a report in it, cannot be read."""
    with tempfile.SpooledTemporaryFile(HELD) as file:
        for piece in pieces():
            file.write(piece)
        book = open_workbook(file)
        found = _first_that_fits(book, rules)
        sheet = _Rows(found, rules)
        issues = _book_issues(book, found, sheet, rules)
    notation = settled(sheet.notation, rules)
    return StreamedReading(
        sheet.batches,
        sheet.count,
        sheet.lines,
        rules,
        notation=notation,
        whole=issues,
        detected=_detected(book, found, notation, rules),
    )


class _Rows:
    """The rows of the sheet that is read, and what they prove together."""

    def __init__(self, found: Begun, rules: ReadingRules) -> None:
        self._found, self._spool, self._issues = found, Spool(), Spool()
        self._typed = [f"{name}_typed" for name in numbers_in(found.columns.fields)]
        self.lines, self.count = Lines(), 0
        evidence, last, self._beyond, in_order = Evidence(), -1, False, True
        for part in parts_of(found):
            received = _received(part.rows, found, self._typed)
            self.lines.add(received)
            self.count += received.height
            self._beyond = self._beyond or bool(received.get_column("beyond").is_not_null().any())
            evidence |= _evidence(received, rules)
            numbers = part.rows.get_column("number").cast(pl.Int64)
            rising = len(numbers) == 0 or (numbers[0] > last and bool((numbers.diff().drop_nulls() > 0).all()))
            in_order, last = in_order and rising, numbers[-1] if len(numbers) else last
            self._spool.add(part.rows)
            self._issues.add(issue_frame(part.issues))
        if not in_order and Merged(found).any:
            raise damaged("its rows are not numbered in their order")
        self.notation = replace(notation_of(evidence, delimiter=""), typed=True)
        self.blank = found.cells.rows - found.place - 1 - self.count
        if quantities_in(found.columns.fields):
            self.count = sum(received.height for received, _ in self.batches())

    def batches(self) -> Iterator[tuple[pl.DataFrame, list[Issue]]]:
        """The rows as the checks take them, and what was found of them; at least one frame."""
        merged, before = Merged(self._found), 0
        for rows, noted in zip(self._spool, self._issues, strict=True):
            received = _received(rows, self._found, self._typed)
            issues = [Issue(row, name, IssueCode(code), value) for row, name, code, value in noted.iter_rows()]
            received, issues = spread(received, [*issues, *merged.issues(rows)], before)
            yield received if self._beyond else received.drop("beyond"), issues
            before += received.height


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


def _received(rows: pl.DataFrame, found: Begun, typed: list[str]) -> pl.DataFrame:
    """The cells under the names of their fields, and what else a row has."""
    named = under_their_fields(found.columns, taken=["beyond", *typed])
    where = pl.format("row {}", "number").alias("source")
    return rows.select(pl.col("at").alias("row"), where, *named, "beyond", *typed)


def _evidence(received: pl.DataFrame, rules: ReadingRules) -> Evidence:
    """What those cells prove of the notation which are texts."""
    numbers = [
        received.select(pl.when(pl.col(f"{name}_typed").not_()).then(name).str.strip_chars()).to_series()
        for name in (*rules.numbers, *(each for each in FURTHER_NUMBERS if f"{each}_typed" in received.columns))
    ]
    return evidence(numbers, received.get_column(rules.day).str.strip_chars())


def _book_issues(book: Workbook, found: Begun, rows: _Rows, rules: ReadingRules) -> list[Issue]:
    """What is to be said about the workbook as a whole, under row 0. Sheets are numbered: their names may tell a lot."""
    issues = unread_columns(found.columns)
    for sheet in book.sheets:
        if sheet != found.sheet and _has_something(book, sheet, rules):
            told = f"sheet {sheet.number}{' (hidden)' if sheet.hidden else ''}"
            issues.append(Issue(0, None, IssueCode.SHEET_NOT_READ, told))
    if book.macros:
        issues.append(Issue(0, None, IssueCode.MACROS_IGNORED, None))
    if rows.blank:
        issues.append(Issue(0, None, IssueCode.BLANK_ROWS_SKIPPED, str(rows.blank)))
    return issues


def _has_something(book: Workbook, sheet: Sheet, rules: ReadingRules) -> bool:
    """Whether anything stands on a sheet; one that cannot be read is not known to be empty."""
    try:
        return begun(book, sheet, rules) is not None
    except UnreadableReport:
        return True


def _detected(book: Workbook, found: Begun, notation: Notation, rules: ReadingRules) -> dict[str, object]:
    headerless = rules.layout is not None and rules.layout.headerless
    return {
        "sheet": found.sheet.number,
        "headerless": headerless,
        "header_line": None if headerless else found.number,
        "columns": columns_detected(found.columns),
        "date_system": "1904" if book.from_1904 else "1900",
        **notation.detected(),
    }
