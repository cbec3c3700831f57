"""Rows that have been read and wait until all of their report is known.

What a trailer at the end of an interchange says, or a merged range at the end of a sheet, is said of the report as a whole,
and the first row is handed on only when it is known. Until then rows wait as packed texts: a few of them in memory, those
of a long report in a file without a name, which is gone when it is no longer needed, or when the process ends.
"""

import tempfile
import weakref
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import IO

import polars as pl

from app.reports.formats.frame import issue_frame
from app.reports.issues import Issue, IssueCode

PACKED = 4_000
"""Rows after which those read so far are packed: a row as a tuple of texts takes several times its room."""
HELD = 4 * 1024 * 1024
"""Bytes of packed rows that wait in memory; the others wait in the file."""


class Spool:
    """Frames in their order, to be gone through as often as is needed."""

    def __init__(self) -> None:
        self._bytes = 0
        self._held: list[pl.DataFrame] = []
        self._places: list[tuple[int, int]] = []
        self._file: IO[bytes] | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """One more frame."""
        self._bytes += int(frame.estimated_size())
        if self._bytes <= HELD:
            self._held.append(frame)
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed with the spool)
            weakref.finalize(self, self._file.close)
        packed = BytesIO()
        frame.write_ipc_stream(packed, compression="lz4")
        self._places.append((self._file.tell(), len(packed.getbuffer())))
        self._file.write(packed.getbuffer())

    def __iter__(self) -> Iterator[pl.DataFrame]:
        yield from self._held
        for begin, length in self._places:
            if self._file is not None:
                self._file.seek(begin)
                yield pl.read_ipc_stream(BytesIO(self._file.read(length)))


class Lines:
    """Whether some rows of a report name their line, and whether others that name their document do not."""

    def __init__(self) -> None:
        self.named = self.lacking = False

    def add(self, received: pl.DataFrame) -> None:
        """Some more rows, as a reader hands them to the checks."""
        if "document_line" in received.columns and not (self.named and self.lacking):
            line, document = (_filled(received, name) for name in ("document_line", "document_number"))
            self.named = self.named or bool(line.any())
            self.lacking = self.lacking or bool((~line & document).any())


def _filled(received: pl.DataFrame, name: str) -> pl.Series:
    """Whether the row has anything but blanks there."""
    return (received.get_column(name).str.strip_chars().str.len_bytes() > 0).fill_null(False)


class Rows:
    """The rows of a report as texts, and what was found of each on the way. No other thread may add to them."""

    def __init__(self, names: Sequence[str]) -> None:
        """`names` are those of the texts of a row."""
        self.count = 0
        self.lines = Lines()
        self._late: list[Issue] = []
        self._schema = dict.fromkeys(names, pl.String())
        self._rows: list[Sequence[str | None]] = []
        self._found: list[Issue] = []
        self._packed = Spool()
        self._issues = Spool()

    def add(self, row: Sequence[str | None]) -> None:
        """One more row: a text, or none, for each name."""
        if len(self._rows) >= PACKED:
            self._pack()
        self._rows.append(row)
        self.count += 1

    @property
    def latest(self) -> Sequence[str | None]:
        """The row that was added last."""
        return self._rows[-1]

    def note(self, field: str | None, code: IssueCode, value: str | None) -> None:
        """Something that was found of the row that was added last."""
        self._found.append(Issue(self.count, field, code, value))

    def note_late(self, code: IssueCode, value: str | None) -> None:
        """Something that concerns the row that was added last, after all that is noted of it."""
        self._late.append(Issue(self.count, None, code, value))

    def batches(self) -> Iterator[tuple[pl.DataFrame, list[Issue]]]:
        """The rows, numbered from 1, with what was noted of them; at least one frame, once all are there."""
        before = at = 0
        for texts, noted in zip(self._packed, self._issues, strict=True):
            end = before + texts.height
            issues = [Issue(row, name, IssueCode(code), value) for row, name, code, value in noted.iter_rows()]
            while at < len(self._late) and self._late[at].row <= end:
                issues.append(self._late[at])
                at += 1
            yield texts.select(pl.int_range(before + 1, end + 1).alias("row"), pl.all()), issues
            before = end

    def end(self) -> "Rows":
        """No row follows."""
        self._pack()
        return self

    def _pack(self) -> None:
        columns = zip(*self._rows, strict=True) if self._rows else ([] for _ in self._schema)
        packed = pl.DataFrame(dict(zip(self._schema, columns, strict=True)), schema=self._schema)
        self.lines.add(packed)
        self._packed.add(packed)
        self._issues.add(issue_frame(self._found))
        self._rows, self._found = [], []
