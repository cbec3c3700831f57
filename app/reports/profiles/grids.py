"""The table in a sample: where its header stands, what separates its values, and what stands in its columns.

Reports begin with titles, dates of printing and empty lines as often as with their header. The header is the row that is
as wide as those below it, says something in nearly every cell, and says no numbers or dates; of several, the one whose
names are known best. Where no row is called like columns are, and the first that is wide enough has numbers and dates
where those below it have them, there is no header: columns are known by their positions.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from app.programme.terms import SubmissionFormat, SubmissionKind
from app.reports.formats.cells import SheetCells, texts_of
from app.reports.formats.csv import DELIMITERS
from app.reports.formats.text import as_text
from app.reports.formats.workbook import open_workbook
from app.reports.issues import FailureCode, UnreadableReport
from app.reports.profiles.calendars import days_of
from app.reports.profiles.names import likenesses
from app.reports.profiles.samples import Sample

MOST_ROWS = 300
"Rows that are looked at."
MOST_ABOVE = 30
"Rows above the header at most."
MOST_WIDE = 500
LONGEST_CELL = 200
_FILLED = 0.6
_VALUE = re.compile(r"[+-]?[0-9][0-9.,' /:-]*|[A-Z]{0,3}[0-9]{3,}.*")
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,' /:-]*")
"A number, a date or a time."
_STATED = re.compile(r"\ufeff?\"?sep=([,;\t|])\"?\s*", re.IGNORECASE)


class Row(NamedTuple):
    """A row of the sample: on which line or row it stands, counted from 1, and its cells, trimmed."""

    number: int
    cells: list[str]
    typed: frozenset[int] = frozenset()
    """The places of cells that are numbers by themselves, in a workbook."""


class Grid(NamedTuple):
    """The table: its header, the rows below it, how many lines stand above it, and how the file is written."""

    header: list[str]
    rows: list[list[str]]
    skipped: int
    delimiter: str | None
    encoding: str | None
    texts: list[str]
    """The cells below the header that are no numbers by themselves: they show how numbers are written."""
    headerless: bool = False
    """Whether the columns have no names of their own; then `header` counts them."""

    def column(self, at: int) -> list[str]:
        """The values of a column, '' where there is none."""
        return [row[at] for row in self.rows]


def grid_of(sample: Sample, kind: SubmissionKind) -> Grid:
    """The table in a CSV file or workbook. Raises UnreadableReport where there is none."""
    found = list(_sheets(sample.data) if sample.format is SubmissionFormat.XLSX else _texts(sample.data))
    grids = [grid for rows, delimiter, encoding in found if (grid := _grid(rows, delimiter, encoding, kind))]
    if not grids:
        raise UnreadableReport(
            FailureCode.HEADER_MISSING,
            "No row looks like a header: as wide as the rows below it, with a name in nearly every cell; and no row looks "
            "like one of a table without a header. Send a sample that begins with its header.",
        )
    return max(
        grids, key=lambda grid: (not grid.headerless and _known(grid.header, kind), len(grid.header), len(grid.rows))
    )


def _texts(data: bytes) -> Iterator[tuple[list[Row], str | None, str | None]]:
    """The rows of a text file, by each delimiter that it may have."""
    source = as_text(data)
    text = source.text.replace("\r\n", "\n").replace("\r", "\n")
    stated = _STATED.match(text.lstrip())
    for delimiter in (stated[1],) if stated else DELIMITERS:
        rows = _parsed(text, delimiter)
        yield rows[1:] if stated else rows, delimiter, source.encoding


def _parsed(text: str, delimiter: str) -> list[Row]:
    """The first rows with anything on them."""
    rows: list[Row] = []
    reader = csv.reader(text.split("\n"), delimiter=delimiter, skipinitialspace=True)
    while len(rows) < MOST_ROWS + MOST_ABOVE:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            continue
        tidy = [cell.strip().strip("\ufeff")[:LONGEST_CELL] for cell in cells[:MOST_WIDE]]
        if any(tidy):
            rows.append(Row(begins, tidy))
    return rows


def _sheets(data: bytes) -> Iterator[tuple[list[Row], str | None, str | None]]:
    """The rows of each sheet that is shown."""
    book = open_workbook(data)
    for sheet in book.sheets:
        if sheet.hidden:
            continue
        rows: list[Row] = []
        for batch in SheetCells(book, sheet.part).batches():
            rows += _sheet_rows(texts_of(batch, book))
            if len(rows) >= MOST_ROWS + MOST_ABOVE:
                break
        yield rows[: MOST_ROWS + MOST_ABOVE], None, None


def _sheet_rows(texts: pl.DataFrame) -> Iterator[Row]:
    shown = texts.filter(pl.col("column") <= MOST_WIDE).head(MOST_WIDE * (MOST_ROWS + MOST_ABOVE))
    for (number,), cells in shown.group_by("number", maintain_order=True):
        by_column = dict(cells.select("column", "text").iter_rows())
        typed = frozenset(column - 1 for column in cells.filter("typed").get_column("column"))
        width = max(by_column, default=0)
        tidy = [(by_column.get(at) or "").strip()[:LONGEST_CELL] for at in range(1, width + 1)]
        if any(tidy):
            yield Row(int(str(number)), tidy, typed)


def _grid(rows: list[Row], delimiter: str | None, encoding: str | None, kind: SubmissionKind) -> Grid | None:
    """The table that these rows hold, if they hold one."""
    widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
    if not widths:
        return None
    width = max(widths, key=lambda each: (widths[each] * (each - 1), each))
    chances = [at for at, row in enumerate(rows[:MOST_ABOVE]) if _may_be_header(row.cells, width)]
    at = max(chances, key=lambda each: (_known(rows[each].cells, kind), -each), default=None)
    if at is None or not _known(rows[at].cells, kind):
        begins = next((at for at, row in enumerate(rows[:MOST_ABOVE]) if len(row.cells) >= width * _FILLED), 0)
        if _is_like_those_below(rows[begins:]):
            names = [f"column {place}" for place in range(1, max(width, len(rows[begins].cells)) + 1)]
            skipped = rows[begins].number - 1 if begins else 0
            return _begun(names, rows[begins:], skipped, delimiter, encoding, headerless=True)
    if at is None:
        return None
    skipped = rows[at].number - 1 if at else 0
    return _begun(rows[at].cells, rows[at + 1 :], skipped, delimiter, encoding, headerless=False)


def _begun(
    header: list[str], below: list[Row], skipped: int, delimiter: str | None, encoding: str | None, *, headerless: bool
) -> Grid:
    """The table of these rows."""
    wide = [_as_wide(row.cells, len(header)) for row in below[:MOST_ROWS]]
    shown = (cell for row in below[:MOST_ROWS] for place, cell in enumerate(row.cells) if place not in row.typed)
    return Grid(header, wide, skipped, delimiter, encoding, [cell for cell in shown if cell], headerless)


def _is_like_those_below(rows: list[Row]) -> bool:
    """Whether the first row has numbers and dates where nearly all of those below it have them, and they have some."""
    first, rest = rows[0].cells, [row.cells for row in rows[1:MOST_ABOVE]]
    valued = [at for at, cell in enumerate(first) if _is_value(cell)]
    if not rest:
        return bool(valued)
    below = [at for at in range(len(first)) if _share(rest, at) >= _FILLED]
    return bool(below) and all(at in valued or not first[at] for at in below)


def _share(rows: list[list[str]], at: int) -> float:
    """Which part of the rows has a number or a date in this column."""
    return sum(at < len(cells) and _is_value(cells[at]) for cells in rows) / len(rows)


def _is_value(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell)) or days_of([cell]).certain


def _may_be_header(cells: list[str], width: int) -> bool:
    named = [cell for cell in cells if cell]
    no_values = not any(_VALUE.fullmatch(cell) or days_of([cell]).certain for cell in named)
    return no_values and len(named) > 1 and len(named) >= width * _FILLED


def _as_wide(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _known(header: Sequence[str], kind: SubmissionKind) -> float:
    """How well the names of a header are known."""
    return sum(max((each.weight for each in likenesses(name, kind)[:1]), default=0.0) for name in header[:60])
