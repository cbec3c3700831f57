"""How a report in CSV is read.

The first line with anything on it is the header; its columns are recognised by name, in any order, whatever their
case and spacing. Delimiter (, ; tab |), encoding, decimal mark and the order of dates are found out from the file and
reported. A column that is not known is kept but not read, and said so. A report without its mandatory columns, with a
column twice, or without a header is refused as a whole; anything else that is wrong is an issue of its row.
"""

import csv
import re
from difflib import get_close_matches
from typing import NamedTuple

import polars as pl

from app.programme.terms import SubmissionKind
from app.reports.formats.checks import checked
from app.reports.formats.frame import FIELDS, ReadingRules, ReportFrame
from app.reports.formats.notation import Notation, detected_notation
from app.reports.formats.records import records
from app.reports.formats.text import Text, as_text
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 500
"""A wider file is no report of ours; it is refused, not cut."""

_SYNONYMS: dict[SubmissionKind, dict[str, str]] = {SubmissionKind.SELL_IN: {"invoicedon": "sold_on"}}


class Header(NamedTuple):
    """The header line of a file: where it is, what separates its values, and which canonical field each column is."""

    line: int
    delimiter: str
    names: list[str]
    fields: list[str | None]


def read_csv(data: bytes, rules: ReadingRules) -> ReportFrame:
    """The report in these bytes. Raises UnreadableReport where the file as a whole cannot be read."""
    source = as_text(data)
    text = source.text.replace("\r\n", "\n").replace("\r", "\n")
    header, body = _header(text, rules)
    found = records(body, header.line + 1, header.delimiter, len(header.names))
    received = _received(found.cells, header)
    numbers = [received.get_column(name).str.strip_chars() for name in ("quantity", "unit_price")]
    notation = detected_notation(numbers, received.get_column("sold_on").str.strip_chars(), header.delimiter)
    issues = [*_file_issues(source, header, found.blank), *_malformed(found.cells)]
    rows, all_issues = checked(received, rules, notation, issues)
    return ReportFrame(rows, all_issues, _detected(source, header, notation))


def _header(text: str, rules: ReadingRules) -> tuple[Header, str]:
    """The header, and the text below it."""
    line, start, stated = _first_line(text)
    end = text.find("\n", start)
    first = text[start : end if end >= 0 else len(text)]
    body = text[end + 1 :] if end >= 0 else ""
    ways = [Header(line, delimiter, *_columns(first, delimiter, rules)) for delimiter in stated or DELIMITERS]
    header = max(ways, key=lambda way: (sum(name is not None for name in way.fields), len(way.names)))
    _refuse_unusable(header, first, rules)
    return header, body


def _first_line(text: str) -> tuple[int, int, str]:
    """The number and the place of the first line with text, and the delimiter that a line `sep=;` above it states."""
    leading = re.match(r"[\s\ufeff]*\n", text)
    start = leading.end() if leading else 0
    stated = re.compile(r"\ufeff?\"?sep=([,;\t|])\"?[ ]*\n", re.IGNORECASE).match(text, start)
    if stated:
        start = stated.end()
    return text.count("\n", 0, start) + 1, start, stated[1] if stated else ""


def _columns(line: str, delimiter: str, rules: ReadingRules) -> tuple[list[str], list[str | None]]:
    """The columns that this line names, and the canonical field of each, where it is one of this kind of report."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        cells = line.split(delimiter)
    names = [cell.strip().strip("\ufeff").strip() for cell in cells]
    known = {field.replace("_", ""): field for field in rules.fields} | _SYNONYMS.get(rules.kind, {})
    return names, [known.get(_squeezed(name)) for name in names]


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _refuse_unusable(header: Header, line: str, rules: ReadingRules) -> None:
    present = [name for name in header.fields if name]
    if len(header.names) > MOST_COLUMNS:
        raise UnreadableReport(
            FailureCode.TOO_MANY_COLUMNS,
            f"The header has {len(header.names)} columns; at most {MOST_COLUMNS} are read.",
        )
    if not present and line.startswith(("ISA", "UNA", "UNB", "<?xml", "{", "[")):
        raise UnreadableReport(
            FailureCode.WRONG_FORMAT,
            f"This is not CSV: it begins with “{line[:40]}”. Submit it in its own format.",
            quoted=line[:40],
        )
    if not present:
        raise UnreadableReport(
            FailureCode.HEADER_MISSING,
            f"The first line, “{line[:120]}”, names no known column. Begin with the header {','.join(rules.fields)}.",
            quoted=line[:120],
        )
    missing = [name for name in FIELDS if name in rules.required and name not in present]
    if missing:
        told = "; ".join(_missing(name, header) for name in missing)
        raise UnreadableReport(FailureCode.COLUMN_MISSING, f"The header lacks mandatory columns: {told}.")
    repeated = sorted({name for name in present if present.count(name) > 1})
    if repeated:
        raise UnreadableReport(
            FailureCode.COLUMN_REPEATED,
            f"The header names {', '.join(repeated)} more than once. Keep one column of each.",
        )


def _missing(name: str, header: Header) -> str:
    unread = {
        other.lower().replace(" ", "_"): other
        for other, field in zip(header.names, header.fields, strict=True)
        if not field
    }
    near = get_close_matches(name, list(unread), n=1, cutoff=0.5)
    return f"{name} (nearest: “{unread[near[0]][:60]}”)" if near else name


def _received(cells: pl.DataFrame, header: Header) -> pl.DataFrame:
    """The cells under the names of their fields; columns that are not read under the names they came with."""
    by_field = {field: f"c{i}" for i, field in enumerate(header.fields) if field}
    canonical = [pl.col(by_field[name]).alias(name) if name in by_field else _nothing(name) for name in FIELDS]
    taken = set(FIELDS) | {"row", "source", "malformed"}
    further = []
    for i, (name, field) in enumerate(zip(header.names, header.fields, strict=True)):
        if field is None:
            label = _unused(name or f"column {i + 1}", taken)
            further.append(pl.col(f"c{i}").alias(label))
    malformed = [pl.col("text").alias("malformed")] if cells.get_column("text").is_not_null().any() else []
    where = pl.format("line {}", "line").alias("source")
    return cells.select(pl.int_range(1, pl.len() + 1).alias("row"), where, *canonical, *further, *malformed)


def _nothing(name: str) -> pl.Expr:
    return pl.lit(None, dtype=pl.String()).alias(name)


def _unused(name: str, taken: set[str]) -> str:
    """The name, or with a number where it is taken, and takes it."""
    label, n = name, 1
    while label in taken:
        n += 1
        label = f"{name} ({n})"
    taken.add(label)
    return label


def _malformed(cells: pl.DataFrame) -> list[Issue]:
    problems = cells.select(pl.int_range(1, pl.len() + 1).alias("row"), "problem").drop_nulls()
    return [Issue(row, None, IssueCode.MALFORMED_ROW, problem) for row, problem in problems.iter_rows()]


def _file_issues(source: Text, header: Header, blank: int) -> list[Issue]:
    """What is to be said about the file as a whole, under row 0."""
    unknown = [name or f"column {i + 1}" for i, name in enumerate(header.names) if header.fields[i] is None]
    issues = [Issue(0, None, IssueCode.UNKNOWN_COLUMN, name) for name in unknown]
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
        "columns": {name or f"column {i + 1}": header.fields[i] for i, name in enumerate(header.names)},
        "decimal_mark": str(notation.decimal_mark),
        "date_order": str(notation.date_order),
    }
