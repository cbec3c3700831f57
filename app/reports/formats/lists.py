"""A plain list in a file, CSV or XLSX: its header and its rows, as texts, whatever they are about.

The first row with anything on it is the header. Of a workbook the first sheet that is shown is read; dates come as
YYYY-MM-DD and numbers as they are. Delimiter and encoding of a text are found out as for reports.
"""

import csv
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from app.reports.formats.cells import SheetCells, texts_of
from app.reports.formats.csv import DELIMITERS
from app.reports.formats.text import as_text
from app.reports.formats.workbook import open_workbook
from app.reports.issues import FailureCode, UnreadableReport

MOST_WIDE = 200
"Columns that are read."


class Line(NamedTuple):
    """A row: on which line of the text, or in which row of the sheet, it stands, from 1, and its cells, trimmed."""

    number: int
    cells: list[str]


def list_of(data: bytes, most: int) -> list[Line]:
    """The header and at most so many rows below it, and one more where there are more; rows with nothing on them are left
    out. Raises UnreadableReport where there is no list."""
    rows = _sheet(data, most + 2) if data.startswith(b"PK") else _text(data, most + 2)
    if not rows:
        raise UnreadableReport(FailureCode.HEADER_MISSING, "There is nothing in this file. Begin it with a header.")
    return rows


def _text(data: bytes, most: int) -> list[Line]:
    text = as_text(data).text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    header = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(DELIMITERS, key=header.count)
    found: list[Line] = []
    reader = csv.reader(text.split("\n"), delimiter=delimiter, skipinitialspace=True)
    try:
        for cells in reader:
            tidy = [cell.strip() for cell in cells[:MOST_WIDE]]
            if any(tidy):
                found.append(Line(reader.line_num, tidy))
            if len(found) == most:
                break
    except csv.Error as fault:
        wrong = f"Line {reader.line_num} cannot be taken apart ({fault}). Check the quotation marks on it."
        raise UnreadableReport(FailureCode.NOT_TEXT, wrong) from fault
    return found


def _sheet(data: bytes, most: int) -> list[Line]:
    book = open_workbook(data)
    shown = next((sheet for sheet in book.sheets if not sheet.hidden), None)
    found: list[Line] = []
    if shown is None:
        return found
    for batch in SheetCells(book, shown.part).batches():
        for line in _lines(texts_of(batch, book)):
            found.append(line)
            if len(found) == most:
                return found
    return found


def _lines(texts: pl.DataFrame) -> Iterator[Line]:
    near = texts.filter(pl.col("column") <= MOST_WIDE)
    for (number,), cells in near.group_by("number", maintain_order=True):
        by_column = dict(cells.select("column", "text").iter_rows())
        tidy = [(by_column.get(at) or "").strip() for at in range(1, max(by_column, default=0) + 1)]
        if any(tidy):
            yield Line(int(str(number)), tidy)
