"""How the bytes of a report become text.

Partners send UTF-8, with or without a byte order mark, UTF-16 as spreadsheets export it, and Windows or Latin-1 text.
A file that is none of these (a workbook, an archive, a picture) is refused with a word about what it is. Bytes that
do not fit are replaced by � and counted, NUL characters are removed and counted.
"""

import codecs
import re
from typing import NamedTuple

from app.programme.terms import SubmissionFormat
from app.reports.issues import FailureCode, UnreadableReport

REPLACED = "\N{REPLACEMENT CHARACTER}"

_MARKS: tuple[tuple[bytes, str, str], ...] = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_OFFICE_PARTS = (b"[content_types].xml", b"_rels/", b"xl/", b"docprops/", b"customxml/")
_PADDING = codecs.BOM_UTF8 + codecs.BOM_UTF16_LE + codecs.BOM_UTF16_BE + b" \t\r\n\0"
_FORMATS = ", ".join(each for each in SubmissionFormat if each is not SubmissionFormat.INLINE)
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (_ZIP, "an Excel workbook or a ZIP archive"),
    (_OLE, "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"{\\rtf", "a rich text document"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1c\x1d\x1e\x1f") - {0})
SAMPLE = 64 * 1024
"Characters of the beginning in which control characters tell that this is no text."


class Text(NamedTuple):
    """A report as text: how it was encoded, how many NULs were removed, how many characters could not be read."""

    text: str
    encoding: str
    nuls: int
    replaced: int


def format_of(data: bytes) -> SubmissionFormat:
    """What the bytes of an upload are written in, by how they begin: X12 with an ISA header, EDIFACT with UNA or UNB,
    XLSX as an archive of an office document or as an old or locked one; CSV otherwise."""
    begin = data[:64].lstrip(_PADDING).replace(b"\0", b"")
    if begin.startswith(b"ISA"):
        return SubmissionFormat.X12
    if re.match(rb"UN[AB][^A-Za-z0-9_ ]", begin):
        return SubmissionFormat.EDIFACT
    return SubmissionFormat.XLSX if _is_office_document(data) else SubmissionFormat.CSV


def _is_office_document(data: bytes) -> bool:
    """Whether this is an archive whose first part is one that office documents have; or an old or locked document."""
    first = data[30:64].lower()
    return data.startswith(_OLE) or (data.startswith(_ZIP) and first.startswith(_OFFICE_PARTS))


def as_text(data: bytes, declared: str | None = None) -> Text:
    """The text of a report. `declared` is the codec that the report names for what is not UTF-8.

    Raises UnreadableReport where there is no text (EMPTY_FILE), or it is none (NOT_TEXT).
    """
    refuse_other_files(data)
    text, encoding, replaced = _decoded(data, declared)
    nuls = text.count("\0")
    if nuls:
        text = text.replace("\0", "")
    refuse_no_text(not text.strip(), nuls, len(text), text[:SAMPLE])
    return Text(text, encoding, nuls, replaced)


def refuse_other_files(data: bytes) -> None:
    """Raises UnreadableReport where the bytes begin like a file of another kind."""
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableReport(FailureCode.NOT_TEXT, f"This is {what}, not text. Send the report as {_FORMATS}.")


def refuse_no_text(blank: bool, nuls: int, characters: int, sample: str) -> None:
    """Raises UnreadableReport where there is nothing but blanks, or where so many NULs or controls stand in no text."""
    if blank:
        raise UnreadableReport(FailureCode.EMPTY_FILE, "The report is empty. A nil report has a header and no rows.")
    if nuls > characters // 10 or _holds_controls(sample):
        raise UnreadableReport(FailureCode.NOT_TEXT, f"This is not a text file. Send the report as {_FORMATS}.")


def beginning(data: bytes) -> tuple[int, str, str] | None:
    """How bytes are encoded that say so by how they begin: length of the mark, codec, name. None where they do not."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return len(mark), codec, name
    wide = _wide(data)
    return (0, wide, "UTF-16 without byte order mark") if wide else None


def _decoded(data: bytes, declared: str | None) -> tuple[str, str, int]:
    if begins := beginning(data):
        skipped, codec, name = begins
        return _replacing(data[skipped:], codec, name)
    try:
        return data.decode("utf-8"), "UTF-8", 0
    except UnicodeDecodeError:
        return _replacing(data, declared, declared) if declared else _mixed(data)


def _replacing(data: bytes, codec: str, name: str) -> tuple[str, str, int]:
    text = data.decode(codec, errors="replace")
    return text, name, text.count(REPLACED)


def _wide(data: bytes) -> str | None:
    """The UTF-16 codec, where every other byte of the beginning is NUL."""
    head = data[:400]
    half = len(head) // 2
    if half and head[1::2].count(0) > half * 0.7 and head[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if half and head[::2].count(0) > half * 0.7 and head[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return None


def _mixed(data: bytes) -> tuple[str, str, int]:
    """Not valid UTF-8: damaged UTF-8 where most of its accents are whole, else Windows or Latin-1 text."""
    repaired = data.decode("utf-8", errors="replace")
    damaged = repaired.count(REPLACED)
    whole = len(repaired) - len(repaired.encode("ascii", errors="ignore")) - damaged
    if whole > damaged:
        return repaired, "UTF-8, damaged", damaged
    try:
        return data.decode("cp1252"), "Windows-1252", 0
    except UnicodeDecodeError:
        return data.decode("latin-1"), "Latin-1", 0


def _holds_controls(beginning: str) -> bool:
    sample = beginning.encode()
    return len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) // 20
