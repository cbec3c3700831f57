"""How the archive of a workbook is taken apart without trusting it.

A workbook is a ZIP archive of XML parts. What it says about itself may be false: an archive of a few kilobytes may
claim gigabytes, name a part twice, or hold XML that multiplies itself. So a part is unpacked piece by piece, no
further than its stated size, and read only where that size is within bounds and within what honest text compresses to.
XML that declares a document type, nests deeper or has longer tags than any workbook, is refused.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Protocol
from xml.parsers import expat

from app.reports.issues import FailureCode, UnreadableReport

MOST_PARTS = 20_000
LARGEST_PART = 1024**3
LARGEST_OF_ALL = 2 * LARGEST_PART
"""Bytes that one part, and all parts that are read, may unpack to: a full sheet of a million rows is below it."""
MOST_RATIO = 200
UNSUSPECTED = 4 * 1024**2
"""Bytes that a part may unpack to whatever it compresses to; beyond, to at most MOST_RATIO times its packed size."""
DEEPEST = 64
LONGEST_TAG = 1024**2

_PIECE = 256 * 1024
_ENTRY = b"PK\x01\x02"
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    IndexError,
    OverflowError,
)


class Listener(Protocol):
    """Is told what stands in a part. `opened` counts the elements that began. The names of those that ended are added
    to `ended`; who clears it, or all of it but the first, counts them in `closed`."""

    opened: int
    closed: int
    ended: list[str]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def text(self, text: str) -> None:
        """Text, in one or more pieces."""


class Package:
    """The parts of an archive by their names, whatever their case."""

    def __init__(self, file: IO[bytes]) -> None:
        """Raises UnreadableReport where this is no archive that can be read in bounds, or one that is locked."""
        if _entries(file) > MOST_PARTS:
            raise too_large(f"it holds more than {MOST_PARTS:,} parts")
        try:
            self._archive = zipfile.ZipFile(file)
        except _FAULTS as fault:
            raise damaged("its archive cannot be opened") from fault
        self._parts: dict[str, zipfile.ZipInfo] = {}
        self._read = 0
        for part in self._archive.infolist():
            name = _tidy(part.filename)
            if name in self._parts:
                raise damaged("its archive names one part twice")
            self._parts[name] = part

    def __contains__(self, name: str) -> bool:
        return _tidy(name) in self._parts

    @property
    def names(self) -> list[str]:
        """The names of all parts, in lower case."""
        return list(self._parts)

    def pieces(self, name: str, largest: int = LARGEST_PART) -> Iterator[bytes]:
        """The bytes of a part, piece by piece. Raises UnreadableReport where it is missing, locked, damaged or too large."""
        part = self._parts.get(_tidy(name))
        if part is None:
            raise damaged("a part that it names is missing")
        self._refuse_unbounded(part, largest)
        try:
            with self._archive.open(part) as opened:
                while piece := opened.read(_PIECE):
                    yield piece
        except _FAULTS as fault:
            raise damaged("one of its parts does not unpack") from fault

    def _refuse_unbounded(self, part: zipfile.ZipInfo, largest: int) -> None:
        if part.flag_bits & 1:
            raise protected()
        if part.file_size > max(UNSUSPECTED, MOST_RATIO * part.compress_size):
            raise too_large(f"a part claims to unpack to more than {MOST_RATIO} times its size")
        self._read += part.file_size
        if part.file_size > largest or self._read > LARGEST_OF_ALL:
            raise too_large("it unpacks to more than a report can have")


def _entries(file: IO[bytes]) -> int:
    """How many entries of an archive these bytes may hold."""
    file.seek(0)
    found, tail = 0, b""
    while piece := file.read(_PIECE):
        found += (tail + piece).count(_ENTRY)
        tail = (tail + piece)[1 - len(_ENTRY) :]
    return found


class Elements:
    """A listener that is interested in the beginning of elements alone."""

    def __init__(self) -> None:
        self.opened = self.closed = 0
        self.ended: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.opened += 1

    def text(self, text: str) -> None:
        """Text, which says nothing here."""


def walk(pieces: Iterator[bytes], listener: Listener) -> Iterator[None]:
    """Tell the listener what the XML in these pieces says; yields after each piece, so that what was told can be used.

    Raises UnreadableReport where it is no XML in UTF-8 or UTF-16, or none that a workbook would hold.
    """
    first = next(pieces, b"")
    parser = expat.ParserCreate("utf-16" if first[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8")
    parser.buffer_text = True
    parser.buffer_size = 64 * 1024
    parser.StartElementHandler = listener.start
    parser.CharacterDataHandler = listener.text
    parser.EndElementHandler = listener.ended.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    fed, piece, last = 0, first, False
    while not last:
        following = next(pieces, b"")
        last = not following
        try:
            parser.Parse(piece, last)
        except expat.ExpatError as fault:
            raise damaged("one of its parts is no sound XML") from fault
        fed += len(piece)
        listener.closed += len(listener.ended[1:])
        del listener.ended[1:]
        depth = listener.opened - listener.closed - len(listener.ended)
        if fed - parser.CurrentByteIndex > LONGEST_TAG + len(piece) or depth > DEEPEST:
            raise too_large("its XML nests deeper or has longer tags than any workbook")
        yield
        piece = following


def _refuse_doctype(*_: object) -> None:
    raise damaged("its XML declares a document type, which may multiply its contents")


def _tidy(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def damaged(why: str) -> UnreadableReport:
    """The refusal of a file that is no sound workbook."""
    return UnreadableReport(
        FailureCode.NOT_WORKBOOK,
        f"The workbook cannot be read: {why}. Open it in your spreadsheet program, save it as .xlsx and send it again.",
    )


def too_large(why: str) -> UnreadableReport:
    """The refusal of a file that would take more room than any report."""
    return UnreadableReport(
        FailureCode.WORKBOOK_TOO_LARGE,
        f"The workbook is not read, because {why}. Send the rows alone in a new workbook, or as CSV.",
    )


def protected() -> UnreadableReport:
    """The refusal of a file that opens with a password only."""
    return UnreadableReport(
        FailureCode.WORKBOOK_PROTECTED,
        "The workbook is protected by a password. Remove the protection (save it without a password) and send it again.",
    )
