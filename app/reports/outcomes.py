"""Rows of a report with what became of them, in the format that the report came in.

A table comes back as a table: CSV as CSV with the same delimiter, a workbook as a workbook. Lines that were sent inside a
request come back as lines of JSON. An interchange (X12, EDIFACT) cannot say what became of its items, so these come back as
CSV. Values that a spreadsheet would run as a formula are disarmed, in every format: in a workbook they are marked as texts,
elsewhere they have an apostrophe before them. A workbook is written into a file, since it is no workbook before its end; the
others are handed on as they are written.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, Protocol

import msgspec
import xlsxwriter

from app.programme.terms import SubmissionFormat

_FORMULA = re.compile(r'((?:^|[;\t\r\n])(?:[^\S\t\r\n]|")*)(?=[=+\-@＝＋－＠])')
"Where a value begins that a spreadsheet would run."
_NUMBER = re.compile(r"[+-]?\d[\d.,]*(?:[Ee][+-]?\d+)?", re.ASCII)
_HEADER = ("row", "source", "outcome", "reasons")
_PIECE = 256 * 1024
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"No workbook says when it was made: the same rows are the same file, to the byte."
LONGEST_CELL = 32_767
"Characters that a cell of a workbook has room for; a longer value ends in an ellipsis, and is whole in the report."


class Reason(NamedTuple):
    """Why a row is not counted, or what there is to say of it."""

    code: str
    field: str | None
    message: str


class OutcomeRow(NamedTuple):
    """A row of a report: its number and place, what became of it and why, and the values that it had when it came in."""

    number: int
    source: str | None
    outcome: str
    reasons: Sequence[Reason]
    values: Sequence[str | None]

    def cells(self) -> list[object]:
        """The row of a table."""
        told = " | ".join(f"{each.code}: {each.message}" for each in self.reasons)
        return [self.number, self.source, self.outcome, told, *self.values]


class Written(Protocol):
    """A file of rows that is being written. `suffix` is how its name ends."""

    suffix: str
    media_type: str

    def begin(self, names: Sequence[str]) -> bytes:
        """The first bytes of the file, whose rows have values of these names."""

    def rows(self, found: Sequence[OutcomeRow]) -> bytes:
        """The next bytes: those of more rows."""

    def end(self) -> Iterable[bytes]:
        """The last bytes."""

    def close(self) -> None:
        """Lets go of what the writing took up, whether or not the end was reached."""


def written_in(came_in: SubmissionFormat, detected: Mapping[str, object]) -> Written:
    """A file for the rows of a report that came in in this format; `detected` is what was found out about how."""
    match came_in:
        case SubmissionFormat.XLSX:
            return WorkbookWriting()
        case SubmissionFormat.INLINE:
            return JsonWriting()
        case _:
            return CsvWriting(str(detected.get("delimiter") or ","))


class CsvWriting:
    """A table as text, for spreadsheets marked as UTF-8."""

    suffix = "csv"
    media_type = "text/csv"

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter

    def begin(self, names: Sequence[str]) -> bytes:
        """The header."""
        return self._lines([[*_HEADER, *names]]).encode("utf-8-sig")

    def rows(self, found: Sequence[OutcomeRow]) -> bytes:
        """A line for each row."""
        return self._lines([row.cells() for row in found]).encode()

    def end(self) -> Iterable[bytes]:
        """Nothing."""
        return ()

    def close(self) -> None:
        """There is nothing to let go."""

    def _lines(self, lines: Sequence[Sequence[object]]) -> str:
        """The lines, their values and the names of their columns disarmed."""
        target = io.StringIO()
        writer = csv.writer(target, delimiter=self._delimiter, lineterminator="\r\n")
        writer.writerows([disarmed(cell) for cell in line] for line in lines)
        return target.getvalue()


class JsonWriting:
    """A JSON object on each line."""

    suffix = "jsonl"
    media_type = "application/jsonl"

    def __init__(self) -> None:
        self._names: list[str] = []

    def begin(self, names: Sequence[str]) -> bytes:
        """Nothing: every line names its values."""
        self._names = [str(disarmed(name)) for name in names]
        return b""

    def rows(self, found: Sequence[OutcomeRow]) -> bytes:
        """A line for each row; what it did not say is not in it."""
        return b"".join(msgspec.json.encode(self._told(row)) + b"\n" for row in found)

    def end(self) -> Iterable[bytes]:
        """Nothing."""
        return ()

    def close(self) -> None:
        """There is nothing to let go."""

    def _told(self, row: OutcomeRow) -> dict[str, object]:
        values = zip(self._names, row.values, strict=True)
        reasons = [{"code": each.code, "field": each.field, "message": disarmed(each.message)} for each in row.reasons]
        return {
            "row": row.number,
            "source": row.source,
            "outcome": row.outcome,
            "reasons": reasons,
            "received": {name: disarmed(value) for name, value in values if value is not None},
        }


class WorkbookWriting:
    """A workbook with one sheet, written row by row into a file of its own."""

    suffix = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._next = 0

    def begin(self, names: Sequence[str]) -> bytes:
        """Nothing yet: the header is the first row of the sheet."""
        self._folder = TemporaryDirectory()
        self._path = Path(self._folder.name) / "outcomes.xlsx"
        self._book = xlsxwriter.Workbook(self._path, {"constant_memory": True, "tmpdir": self._folder.name})
        self._book.set_properties({"created": UNDATED})
        self._sheet = self._book.add_worksheet("outcomes")
        self._text = self._book.add_format({"quote_prefix": True})
        self._add([*_HEADER, *names])
        return b""

    def rows(self, found: Sequence[OutcomeRow]) -> bytes:
        """Nothing yet."""
        for row in found:
            self._add(row.cells())
        return b""

    def end(self) -> Iterable[bytes]:
        """The workbook."""
        self._book.close()
        return self._pieces()

    def close(self) -> None:
        """Removes the file."""
        if self._folder is not None:
            self._folder.cleanup()

    def _pieces(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    def _add(self, cells: Sequence[object]) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                self._sheet.write_number(self._next, column, cell)
            elif cell is not None:
                text = str(cell)
                text = text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
                self._sheet.write_string(self._next, column, text, self._text if disarmed(text) != text else None)
        self._next += 1


def disarmed(value: object) -> object:
    """The value as a spreadsheet shows it and does not run it; numbers stay numbers.

    A spreadsheet that separates values by something else than commas finds a value after a semicolon, a tab or a line end
    too, so these are disarmed as well.
    """
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    return _FORMULA.sub(r"\1'", value)
