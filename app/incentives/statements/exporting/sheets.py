"""The files in which a statement explains itself: CSV, one part after the other, or a workbook with a sheet for each part.

Numbers are numbers, so that a spreadsheet can add them up; in a workbook, where a cell holds fifteen digits, a longer one
stays a text. A text that a spreadsheet would run as a formula is disarmed: in CSV it has an apostrophe before it, in a
workbook it is marked as a text.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import xlsxwriter

Cell = str | int | Decimal | None
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"No workbook says when it was made: the same rows are the same file, to the byte."
_FORMULA = re.compile(r'((?:^|[;\t\r\n])(?:[^\S\t\r\n]|")*)(?=[=+\-@＝＋－＠])')
"Where a value begins that a spreadsheet would run; one that separates values otherwise finds one after a semicolon too."
_NUMBER = re.compile(r"[+-]?\d+(?:/\d+)?", re.ASCII)
"A number of minor units, or a fraction of two: nothing of it runs."
_DIGITS = 15
_PIECE = 256 * 1024
_LONGEST = 32_767
"Characters that a cell of a workbook has room for."
MOST_ROWS = 1_048_575
"Rows that a sheet of a workbook has room for, beside its header."


class Sheets(Protocol):
    """A file of parts that is being written."""

    suffix: str
    media_type: str

    def part(self, name: str, header: Sequence[str]) -> bytes:
        """Begin the next part: the next bytes of the file."""

    def rows(self, rows: Iterable[Sequence[Cell]]) -> bytes:
        """Rows of the part: the next bytes."""

    def end(self) -> Iterator[bytes]:
        """The last bytes."""

    def close(self) -> None:
        """Lets go of what the writing took up."""


class CsvSheets:
    """Text for spreadsheets, marked as UTF-8; an empty line, the name of the part, its header, its rows."""

    suffix = "csv"
    media_type = "text/csv"

    def __init__(self) -> None:
        self._begun = False

    def part(self, name: str, header: Sequence[str]) -> bytes:
        """The name of the part and its header."""
        before: list[Sequence[Cell]] = [[]] if self._begun else []
        text = _lines([*before, [name], header])
        told = text.encode() if self._begun else text.encode("utf-8-sig")
        self._begun = True
        return told

    def rows(self, rows: Iterable[Sequence[Cell]]) -> bytes:
        """A line for each row."""
        return _lines(rows).encode()

    def end(self) -> Iterator[bytes]:
        """Nothing."""
        return iter(())

    def close(self) -> None:
        """There is nothing to let go."""


class WorkbookSheets:
    """A workbook, written row by row into a file of its own; what one sheet has no room for goes on in another."""

    suffix = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def __init__(self) -> None:
        self._folder = TemporaryDirectory()
        self._path = Path(self._folder.name) / "statement.xlsx"
        self._book = xlsxwriter.Workbook(self._path, {"constant_memory": True, "tmpdir": self._folder.name})
        self._book.set_properties({"created": UNDATED})
        self._text = self._book.add_format({"quote_prefix": True})
        self._name, self._header, self._sheets, self._next = "", list[str](), 0, 0

    def part(self, name: str, header: Sequence[str]) -> bytes:
        """A sheet with its header."""
        self._name, self._header, self._sheets = name, list(header), 0
        self._add_sheet()
        return b""

    def rows(self, rows: Iterable[Sequence[Cell]]) -> bytes:
        """Nothing yet."""
        for row in rows:
            if self._next > MOST_ROWS:
                self._add_sheet()
            self._add(row)
        return b""

    def end(self) -> Iterator[bytes]:
        """The workbook."""
        self._book.close()
        with self._path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    def close(self) -> None:
        """Removes the file."""
        self._folder.cleanup()

    def _add_sheet(self) -> None:
        self._sheets += 1
        name = self._name if self._sheets == 1 else f"{self._name} {self._sheets}"
        self._sheet, self._next = self._book.add_worksheet(name), 0
        self._add(self._header)

    def _add(self, row: Sequence[Cell]) -> None:
        for column, cell in enumerate(row):
            if isinstance(cell, int | Decimal) and len(Decimal(cell).as_tuple().digits) <= _DIGITS:
                self._sheet.write_number(self._next, column, float(cell))
            elif cell is not None:
                text = str(cell)[:_LONGEST]
                self._sheet.write_string(self._next, column, text, self._text if disarmed(text) != text else None)
        self._next += 1


def disarmed(text: str) -> str:
    """The text as a spreadsheet shows it and does not run it."""
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'", text)


def _lines(rows: Iterable[Sequence[Cell]]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerows([_said(cell) for cell in row] for row in rows)
    return target.getvalue()


def _said(cell: Cell) -> str | int | None:
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return disarmed(cell) if isinstance(cell, str) else cell
