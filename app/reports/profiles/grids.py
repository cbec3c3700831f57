"""The table in a sample: where its header stands, what separates its values, and what stands in its columns.

Reports begin with titles, dates of printing and empty lines as often as with their header. The header is the row that is
as wide as those below it, says something in nearly every cell, and says no numbers or dates; of several, the one whose
names are known best.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from app.programme.terms import SubmissionFormat
from app.reports.formats.cells import SheetCells, texts_of
from app.reports.formats.csv import DELIMITERS
from app.reports.formats.text import as_text
from app.reports.formats.workbook import open_workbook
from app.reports.issues import FailureCode, UnreadableReport
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

    def column(self, at: int) -> list[str]:
        """The values of a column, '' where there is none."""
        return [row[at] for row in self.rows]


def grid_of(sample: Sample) -> Grid:
    """The table in a CSV file or workbook. Raises UnreadableReport where there is none."""
    found = list(_sheets(sample.data) if sample.format is SubmissionFormat.XLSX else _texts(sample.data))
    grids = [grid for rows, delimiter, encoding in found if (grid := _grid(rows, delimiter, encoding)) is not None]
    if not grids:
        raise UnreadableReport(
            FailureCode.HEADER_MISSING,
            "No row looks like a header: as wide as the rows below it, with a name in nearly every cell. Send a sample "
            "that begins with its header.",
        )
    return max(grids, key=lambda grid: (_known(grid.header), len(grid.header), len(grid.rows)))


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


def _grid(rows: list[Row], delimiter: str | None, encoding: str | None) -> Grid | None:
    """The table that these rows hold, if they hold one."""
    widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
    if not widths:
        return None
    width = max(widths, key=lambda each: (widths[each] * (each - 1), each))
    chances = [at for at, row in enumerate(rows[:MOST_ABOVE]) if _may_be_header(row.cells, width)]
    if not chances:
        return None
    at = max(chances, key=lambda each: (_known(rows[each].cells), -each))
    below = rows[at + 1 :][:MOST_ROWS]
    wide = [_as_wide(row.cells, len(rows[at].cells)) for row in below]
    texts = [cell for row in below for place, cell in enumerate(row.cells) if cell and place not in row.typed]
    return Grid(rows[at].cells, wide, rows[at].number - 1 if at else 0, delimiter, encoding, texts)


def _may_be_header(cells: list[str], width: int) -> bool:
    named = [cell for cell in cells if cell]
    no_values = not any(_VALUE.fullmatch(cell) for cell in named)
    return no_values and len(named) > 1 and len(named) >= width * _FILLED


def _as_wide(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _known(header: Sequence[str]) -> float:
    """How well the names of a header are known."""
    return sum(max((each.weight for each in likenesses(name)[:1]), default=0.0) for name in header[:60])
