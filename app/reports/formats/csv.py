"""How a report in CSV is read.

The first line with anything on it is the header; its columns are recognised by name, in any order, whatever their
case and spacing. Delimiter (, ; tab |), encoding, decimal mark and the order of dates are found out from the file, where
the sender's profile does not state them, and reported; of a file without a header the profile says so, and what stands
where. A column that is not known is kept but not read, and said so. A
report without its mandatory columns, with a column twice, or without a header is refused as a whole; anything else that
is wrong is an issue of its row.

What holds for the whole file (its encoding and notation, how many rows it has, whether its lines are numbered) is found
out first; then its rows are read in batches. How the bytes come and how large the batches are makes no difference.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

import polars as pl

from app.reports.formats.arrangement import arranged, settled
from app.reports.formats.columns import (
    FURTHER_NUMBERS,
    Columns,
    columns_detected,
    columns_of,
    refuse_unusable,
    under_their_fields,
    unread_columns,
)
from app.reports.formats.frame import STATED, ReadingRules, ReportFrame
from app.reports.formats.kinds import checked
from app.reports.formats.notation import Evidence, Notation, evidence, notation_of
from app.reports.formats.records import Records, records_of
from app.reports.formats.script import Pieces, Script, script_of, text_of
from app.reports.formats.values import Places, texts
from app.reports.formats.wide import height_of, spread
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

DELIMITERS = (",", ";", "\t", "|")
LONGEST_HEADER = 1024 * 1024
"""Characters that the header line may have; a longer first line is none."""
BATCH = 10_000
"""Lines that are read at once where a report is read in batches."""
KEPT = 100_000
"""A file of no more rows is not taken apart twice: its cells are kept from finding out about it."""
_BLANKS = re.compile(r"[\s\ufeff]*\n")
_STATED = re.compile(r"\ufeff?\"?sep=([,;\t|])\"?[ ]*\n", re.IGNORECASE)


class Header(NamedTuple):
    """The header line of a file: where it is, what separates its values, and what its columns are."""

    line: int
    delimiter: str
    columns: Columns


class _First(NamedTuple):
    """The first line with text: its number, the line, and the delimiter that a line `sep=;` above it states."""

    number: int
    text: str
    stated: str


@dataclass(slots=True)
class _Survey:
    """What is known of all rows once they were seen."""

    rows: int = 0
    blank: int = 0
    malformed: bool = False
    evidence: Evidence = field(default_factory=Evidence)
    names_lines: bool = False
    lacks_lines: bool = False
    most_kept: int = 0
    kept: list[Records] | None = None

    def add(self, found: Records, received: pl.DataFrame, rules: ReadingRules) -> None:
        self.rows += height_of(received)
        self.blank += found.blank
        self.malformed = self.malformed or bool(found.cells.get_column("text").is_not_null().any())
        read = FURTHER_NUMBERS if rules.layout else STATED.values()
        further = sorted({name for name in read if name in received.columns})
        numbers = [received.get_column(name).str.strip_chars() for name in (*rules.numbers, *further)]
        self.evidence |= evidence(numbers, received.get_column(rules.day).str.strip_chars())
        if "document_line" in rules.columns:
            lines, documents = (_filled(received, name) for name in ("document_line", "document_number"))
            self.names_lines = self.names_lines or bool(lines.any())
            self.lacks_lines = self.lacks_lines or bool((~lines & documents).any())
        if self.kept is not None:
            self.kept.append(found)
            self.kept = self.kept if self.rows <= self.most_kept else None


class CsvReading:
    """A report in CSV about which everything is known but its rows; `rows` says how many they are."""

    def __init__(self, pieces: Pieces, rules: ReadingRules, most: int = BATCH, kept: int = KEPT) -> None:
        """`most` lines are read at once, and the cells of `kept` rows are held, or of none where there are more.

        Raises UnreadableReport where the file as a whole cannot be read.
        """
        self._pieces, self._rules, self._most, self._most_kept = pieces, rules, most, kept
        self._script = script_of(pieces, rules.layout.encoding if rules.layout else None)
        body = self._text()
        self._header, begun = _header(body, rules)
        self._survey = self._surveyed(chain([begun], body))
        self._notation = settled(notation_of(self._survey.evidence, self._header.delimiter), rules)
        self.rows = self._survey.rows
        self.detected = _detected(self._script, self._header, self._notation, headerless=_is_headerless(rules))
        self.acknowledgement: str | None = None

    def batches(self) -> Iterator[ReportFrame]:
        """The rows in their order, with their issues; at least one frame, the first with the issues of the whole file."""
        before = 0
        places = self._places()
        said = self._file_issues()
        for found in self._survey.kept or self._records(self._body()):
            received = self._received(found.cells, before)
            received, noted = spread(received, _malformed(found.cells, before))
            issues = [*said, *noted]
            rows, all_issues = checked(received, self._rules, self._notation, issues, places)
            yield ReportFrame(rows, all_issues, self.detected)
            places, said = places.after(rows), []
            before += rows.height

    def _surveyed(self, body: Iterator[str]) -> _Survey:
        survey = _Survey(most_kept=self._most_kept, kept=[] if self._most_kept else None)
        for found in self._records(body):
            survey.add(found, found.cells.select(_named(self._header.columns)), self._rules)
        return survey

    def _body(self) -> Iterator[str]:
        """The text below the header, once more from its beginning."""
        body = self._text()
        return chain([_below_header(*_first_line(body), self._rules)], body)

    def _text(self) -> Iterator[str]:
        """The text from its beginning, or from below the lines that the profile skips."""
        return _below(text_of(self._pieces, self._script), _skipped(self._rules))

    def _records(self, body: Iterator[str]) -> Iterator[Records]:
        line, delimiter, columns = self._header
        return records_of(body, line + 1, delimiter, len(columns.names), self._most)

    def _received(self, cells: pl.DataFrame, before: int) -> pl.DataFrame:
        """The cells under the names of their fields; columns that are not read under the names they came with."""
        malformed = [pl.col("text").alias("malformed")] if self._survey.malformed else []
        row = pl.int_range(before + 1, before + pl.len() + 1).alias("row")
        where = pl.format("line {}", "line").alias("source")
        return cells.select(row, where, *_named(self._header.columns), *malformed)

    def _places(self) -> Places:
        """Which documents name their lines, where some rows do and others do not: these are looked through for it."""
        places = Places(counted=self._survey.lacks_lines)
        if not (self._survey.lacks_lines and self._survey.names_lines):
            return places
        for found in self._survey.kept or self._records(self._body()):
            rows = arranged(self._received(found.cells, 0), self._rules, self._notation).rows
            places = places.naming(texts(rows.lazy()))
        return places

    def _file_issues(self) -> list[Issue]:
        """What is to be said about the file as a whole, under row 0."""
        issues = unread_columns(self._header.columns)
        if self._script.nuls:
            issues.append(Issue(0, None, IssueCode.NUL_REMOVED, str(self._script.nuls)))
        if self._survey.blank:
            issues.append(Issue(0, None, IssueCode.BLANK_ROWS_SKIPPED, str(self._survey.blank)))
        return issues


def read_csv(data: bytes, rules: ReadingRules) -> ReportFrame:
    """The report in these bytes at once. Raises UnreadableReport where the file as a whole cannot be read."""
    reading = CsvReading(lambda: (data,), rules, most=max(len(data), 1))
    frames = list(reading.batches())
    rows, issues = (pl.concat(part) for part in ([each.rows for each in frames], [each.issues for each in frames]))
    return ReportFrame(rows, issues, reading.detected)


def _header(body: Iterator[str], rules: ReadingRules) -> tuple[Header, str]:
    """The header, and what has been read of the text below it."""
    above, begun = _first_line(body)
    line, first, stated = above
    line += _skipped(rules)
    stated = stated or (rules.layout.delimiter if rules.layout else None) or ""
    headerless = _is_headerless(rules)
    told = f"{first}\n{begun}" if headerless else first
    cells = {delimiter: _cells(told, delimiter) for delimiter in stated or DELIMITERS}
    if headerless:
        widest = max(cells, key=lambda delimiter: len(cells[delimiter]))
        cells, line = {widest: cells[widest]}, line - 1
    ways = [Header(line, delimiter, columns_of(found, rules)) for delimiter, found in cells.items()]
    header = max(ways, key=lambda way: (sum(name is not None for name in way.columns.fields), len(way.columns.names)))
    if not any(header.columns.fields):
        _refuse_other_formats(first)
    refuse_unusable(header.columns, first, rules)
    return header, _below_header(above, begun, rules)


def _is_headerless(rules: ReadingRules) -> bool:
    return rules.layout is not None and rules.layout.headerless


def _below_header(first: _First, begun: str, rules: ReadingRules) -> str:
    """What was read of the rows: below the first line, or from it where that is no header."""
    return f"{first.text}\n{begun}" if _is_headerless(rules) and first.text else begun


def _skipped(rules: ReadingRules) -> int:
    return rules.layout.skip_lines if rules.layout else 0


def _below(body: Iterator[str], lines: int) -> Iterator[str]:
    """The text below so many lines."""
    for piece in body:
        rest = piece
        while lines and rest:
            _, end, rest = rest.partition("\n")
            lines -= bool(end)
        if rest:
            yield rest


def _first_line(body: Iterator[str]) -> tuple[_First, str]:
    """The first line with text, and what has been read of what follows it."""
    text, above = "", 0
    for piece in body:
        text += piece
        if leading := _BLANKS.match(text):
            above += text.count("\n", 0, leading.end())
            text = text[leading.end() :]
        ends = text.lstrip("\ufeff").lstrip().count("\n")
        if ends > 1 or len(text) > LONGEST_HEADER:
            break
    stated = _STATED.match(text)
    text = text[stated.end() :] if stated else text
    first, _, begun = text.partition("\n")
    if len(first) > LONGEST_HEADER:
        raise UnreadableReport(
            FailureCode.HEADER_MISSING,
            f"The first line, “{first[:120]}”, has more than {LONGEST_HEADER:,} characters; a header has fewer.",
        )
    return _First(above + bool(stated) + 1, first, stated[1] if stated else ""), begun


def _cells(text: str, delimiter: str) -> list[str]:
    """The values of the first record in this text."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return text.partition("\n")[0].split(delimiter)


def _refuse_other_formats(first: str) -> None:
    if first.startswith(("ISA", "UNA", "UNB", "<?xml", "{", "[")):
        raise UnreadableReport(
            FailureCode.WRONG_FORMAT,
            f"This is not CSV: it begins with “{first[:40]}”. Submit it in its own format.",
        )


def _named(columns: Columns) -> list[pl.Expr]:
    return under_their_fields(columns, taken=["malformed"])


def _filled(received: pl.DataFrame, name: str) -> pl.Series:
    """Whether the row has anything but blanks there."""
    return (received.get_column(name).str.strip_chars().str.len_bytes() > 0).fill_null(False)


def _malformed(cells: pl.DataFrame, before: int) -> list[Issue]:
    row = pl.int_range(before + 1, before + pl.len() + 1).alias("row")
    problems = cells.select(row, "problem").drop_nulls()
    return [Issue(row, None, IssueCode.MALFORMED_ROW, problem) for row, problem in problems.iter_rows()]


def _detected(script: Script, header: Header, notation: Notation, *, headerless: bool) -> dict[str, object]:
    return {
        "encoding": script.encoding,
        "unreadable_characters": script.replaced,
        "delimiter": header.delimiter,
        "headerless": headerless,
        "header_line": None if headerless else header.line,
        "columns": columns_detected(header.columns),
        **notation.detected(),
    }
