"""How a report in CSV is read.

The first line with anything on it is the header; its columns are recognised by name, in any order, whatever their
case and spacing. Delimiter (, ; tab |), encoding, decimal mark and the order of dates are found out from the file and
reported. A column that is not known is kept but not read, and said so. A report without its mandatory columns, with a
column twice, or without a header is refused as a whole; anything else that is wrong is an issue of its row.
"""

import csv
import re
from typing import NamedTuple

import polars as pl

from app.reports.formats.checks import checked
from app.reports.formats.columns import (
    Columns,
    columns_detected,
    columns_of,
    refuse_unusable,
    under_their_fields,
    unread_columns,
)
from app.reports.formats.frame import ReadingRules, ReportFrame
from app.reports.formats.notation import Notation, detected_notation
from app.reports.formats.records import records
from app.reports.formats.text import Text, as_text
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

DELIMITERS = (",", ";", "\t", "|")


class Header(NamedTuple):
    """The header line of a file: where it is, what separates its values, and what its columns are."""

    line: int
    delimiter: str
    columns: Columns


def read_csv(data: bytes, rules: ReadingRules) -> ReportFrame:
    """The report in these bytes. Raises UnreadableReport where the file as a whole cannot be read."""
    source = as_text(data)
    text = source.text.replace("\r\n", "\n").replace("\r", "\n")
    header, body = _header(text, rules)
    found = records(body, header.line + 1, header.delimiter, len(header.columns.names))
    received = _received(found.cells, header.columns)
    numbers = [received.get_column(name).str.strip_chars() for name in ("quantity", "unit_price")]
    notation = detected_notation(numbers, received.get_column("sold_on").str.strip_chars(), header.delimiter)
    issues = [*_file_issues(source, header.columns, found.blank), *_malformed(found.cells)]
    rows, all_issues = checked(received, rules, notation, issues)
    return ReportFrame(rows, all_issues, _detected(source, header, notation))


def _header(text: str, rules: ReadingRules) -> tuple[Header, str]:
    """The header, and the text below it."""
    line, start, stated = _first_line(text)
    end = text.find("\n", start)
    first = text[start : end if end >= 0 else len(text)]
    body = text[end + 1 :] if end >= 0 else ""
    ways = [Header(line, delimiter, columns_of(_cells(first, delimiter), rules)) for delimiter in stated or DELIMITERS]
    header = max(ways, key=lambda way: (sum(name is not None for name in way.columns.fields), len(way.columns.names)))
    if not any(header.columns.fields):
        _refuse_other_formats(first)
    refuse_unusable(header.columns, first, rules)
    return header, body


def _first_line(text: str) -> tuple[int, int, str]:
    """The number and the place of the first line with text, and the delimiter that a line `sep=;` above it states."""
    leading = re.match(r"[\s\ufeff]*\n", text)
    start = leading.end() if leading else 0
    stated = re.compile(r"\ufeff?\"?sep=([,;\t|])\"?[ ]*\n", re.IGNORECASE).match(text, start)
    if stated:
        start = stated.end()
    return text.count("\n", 0, start) + 1, start, stated[1] if stated else ""


def _cells(line: str, delimiter: str) -> list[str]:
    """The values on this line."""
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return line.split(delimiter)


def _refuse_other_formats(first: str) -> None:
    if first.startswith(("ISA", "UNA", "UNB", "<?xml", "{", "[")):
        raise UnreadableReport(
            FailureCode.WRONG_FORMAT,
            f"This is not CSV: it begins with “{first[:40]}”. Submit it in its own format.",
        )


def _received(cells: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    """The cells under the names of their fields; columns that are not read under the names they came with."""
    malformed = [pl.col("text").alias("malformed")] if cells.get_column("text").is_not_null().any() else []
    where = pl.format("line {}", "line").alias("source")
    named = under_their_fields(columns, taken=["malformed"])
    return cells.select(pl.int_range(1, pl.len() + 1).alias("row"), where, *named, *malformed)


def _malformed(cells: pl.DataFrame) -> list[Issue]:
    problems = cells.select(pl.int_range(1, pl.len() + 1).alias("row"), "problem").drop_nulls()
    return [Issue(row, None, IssueCode.MALFORMED_ROW, problem) for row, problem in problems.iter_rows()]


def _file_issues(source: Text, columns: Columns, blank: int) -> list[Issue]:
    """What is to be said about the file as a whole, under row 0."""
    issues = unread_columns(columns)
    if source.nuls:
        issues.append(Issue(0, None, IssueCode.NUL_REMOVED, str(source.nuls)))
    if blank:
        issues.append(Issue(0, None, IssueCode.BLANK_ROWS_SKIPPED, str(blank)))
    return issues


def _detected(source: Text, header: Header, notation: Notation) -> dict[str, object]:
    return {
        "encoding": source.encoding,
        "unreadable_characters": source.replaced,
        "delimiter": header.delimiter,
        "header_line": header.line,
        "columns": columns_detected(header.columns),
        "decimal_mark": str(notation.decimal_mark),
        "date_order": str(notation.date_order),
    }
