"""The files that exports make, written piece by piece: CSV and lines of JSON as they go, workbooks at the end.

Values are those that the graph would answer. In a file of columns an empty cell is null; in CSV an empty text is `""`. A
text that a spreadsheet would run as a formula is disarmed: in CSV by an apostrophe before it, in a workbook by being marked
as a text. Lists of values stand in one cell, parted by "; ". A workbook's cell holds 15 digits and 32,767 characters:
longer numbers stay texts, longer texts end in "…".
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import msgspec
import xlsxwriter

from app.exports.columns import Column
from app.programme.wording import disarmed

Node = Mapping[str, Any]
PIECE = 1024 * 1024
MOST_ROWS = 1_048_575
"Rows that a sheet of a workbook has room for, beside its header."
LONGEST_CELL = 32_767
MOST_DIGITS = 15
MARK = b"\xef\xbb\xbf"
"The byte order mark, by which some spreadsheets know UTF-8."
_PLAIN = frozenset({"ID", "Decimal", "Date", "DateTime", "CurrencyCode", "Enum"})
"What has no letter that CSV quotes, and is no formula."
_NUMBER = re.compile(r"[+-]?\d+(?:[./]\d+)?", re.ASCII)
_UNSAFE = re.compile('[,"\r\n=+\\-@＝＋－＠]')
_QUOTED = re.compile('[,"\r\n]')


class Writing(Protocol):
    """A file that is being written."""

    suffix: str
    media_type: str

    def begin(self, columns: Sequence[Column]) -> bytes:
        """The first bytes."""

    def rows(self, nodes: Sequence[Node]) -> bytes:
        """The bytes of the next rows, none where they come at the end."""

    def end(self) -> Iterator[bytes]:
        """The last bytes."""

    def close(self) -> None:
        """Lets go of what the writing took up."""


def column_of(nodes: Sequence[Node], path: Sequence[str]) -> list[Any]:
    """What stands at a path below each node; None where an object on the way is null."""
    found: list[Any] = list(nodes)
    for depth, key in enumerate(path):
        found = [each[key] for each in found] if depth == 0 else [None if e is None else e[key] for e in found]
    return found


class CsvWriting:
    """RFC 4180: commas, lines that end in CR LF, texts quoted where they have to be."""

    suffix = "csv"
    media_type = "text/csv"

    def __init__(self, marked: bool = False) -> None:
        self._marked = marked

    def begin(self, columns: Sequence[Column]) -> bytes:
        """The names of the columns."""
        self._columns = [(each.path, _csv_cells(each)) for each in columns]
        return (MARK if self._marked else b"") + (",".join(each.name for each in columns) + "\r\n").encode()

    def rows(self, nodes: Sequence[Node]) -> bytes:
        """A line for each."""
        if not nodes:
            return b""
        cells = [written(column_of(nodes, path)) for path, written in self._columns]
        return ("\r\n".join(map(",".join, zip(*cells, strict=True))) + "\r\n").encode()

    def end(self) -> Iterator[bytes]:
        """Nothing."""
        return iter(())

    def close(self) -> None:
        """There is nothing to let go."""


class JsonLines:
    """An object on each line, as the graph answers it."""

    suffix = "jsonl"
    media_type = "application/jsonl"

    def __init__(self) -> None:
        self._lines = msgspec.json.Encoder()

    def begin(self, columns: Sequence[Column]) -> bytes:
        """Nothing: each line names its values."""
        return b""

    def rows(self, nodes: Sequence[Node]) -> bytes:
        """A line for each."""
        return self._lines.encode_lines(nodes)

    def end(self) -> Iterator[bytes]:
        """Nothing."""
        return iter(())

    def close(self) -> None:
        """There is nothing to let go."""


class Workbook:
    """Sheets of a million rows, written row by row into a file of its own; numbers and days are such."""

    suffix = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._folder = TemporaryDirectory(prefix="export-")
        self._path = Path(self._folder.name) / "export.xlsx"
        self._book = xlsxwriter.Workbook(self._path, {"constant_memory": True, "tmpdir": self._folder.name})
        self._text = self._book.add_format({"quote_prefix": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._most, self._sheets, self._next = most_rows, 0, 0

    def begin(self, columns: Sequence[Column]) -> bytes:
        """Nothing yet: the names of the columns head each sheet."""
        self._columns = list(columns)
        self._add_sheet()
        return b""

    def rows(self, nodes: Sequence[Node]) -> bytes:
        """Nothing yet."""
        cells = [column_of(nodes, each.path) for each in self._columns]
        for row in zip(*cells, strict=True):
            if self._next > self._most:
                self._add_sheet()
            for place, (column, value) in enumerate(zip(self._columns, row, strict=True)):
                if value is not None:
                    self._write(place, column, value)
            self._next += 1
        return b""

    def end(self) -> Iterator[bytes]:
        """The workbook."""
        self._book.close()
        return pieces_of(self._path)

    def close(self) -> None:
        """Removes the file."""
        self._folder.cleanup()

    def _add_sheet(self) -> None:
        self._sheets += 1
        self._sheet, self._next = self._book.add_worksheet(f"export {self._sheets}"), 1
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, column.name)

    def _write(self, place: int, column: Column, value: Any) -> None:
        if column.many:
            self._write_text(place, listed(value))
        elif column.kind == "Boolean":
            self._sheet.write_boolean(self._next, place, value)
        elif column.kind == "Date":
            self._sheet.write_datetime(self._next, place, datetime.fromisoformat(value), self._day)
        elif (
            column.kind in {"Int", "Float", "Decimal"} and len(str(value).replace(".", "").lstrip("-0")) <= MOST_DIGITS
        ):
            self._sheet.write_number(self._next, place, float(value))
        else:
            self._write_text(place, value if isinstance(value, str) else said(value))

    def _write_text(self, place: int, text: str) -> None:
        kept = text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
        self._sheet.write_string(self._next, place, kept, self._text if disarmed(kept) != kept else None)


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file in pieces of a mebibyte."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def listed(values: Sequence[Any]) -> str:
    """A list of values in one cell."""
    return "; ".join(map(said, values))


def said(value: Any) -> str:
    """A value as a text: texts as they are, everything else as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _csv_cells(column: Column) -> Callable[[list[Any]], list[str]]:
    """How the values of a column become cells."""
    if column.many:
        return lambda values: _quoted([None if each is None else listed(each) for each in values])
    if column.kind in _PLAIN:
        return lambda values: [each or "" for each in values] if None in values else values
    if column.kind == "String":
        return _quoted
    if column.kind in {"Int", "Float", "Boolean"}:
        return lambda values: ["" if each is None else said(each) for each in values]
    return lambda values: _quoted([None if each is None else said(each) for each in values])


def _quoted(values: Sequence[str | None]) -> list[str]:
    """Texts disarmed, and quoted where they have to be; each distinct one is looked at once."""
    known: dict[str | None, str] = {None: ""}
    for each in set(values):
        if each is not None:
            known[each] = _cell(each)
    return list(map(known.__getitem__, values))


def _cell(text: str) -> str:
    if text and not _UNSAFE.search(text) and ";" not in text and "\t" not in text:
        return text
    safe = text if _NUMBER.fullmatch(text) else disarmed(text)
    return '"' + safe.replace('"', '""') + '"' if not safe or _QUOTED.search(safe) else safe


__all__ = ["CsvWriting", "JsonLines", "Node", "Workbook", "Writing", "column_of", "listed", "pieces_of", "said"]
