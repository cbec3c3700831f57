"""What kind of file a document is, told from its bytes: a name or a header can say anything.

Taken as evidence are PDF, PNG, JPEG, CSV and XLSX. An XLSX is a ZIP with a workbook in it; a CSV is text in UTF-8 or in one
of the alphabets of Windows, with a comma, a semicolon or a tab in its first line and no control characters.
"""

import io
import zipfile

PDF, PNG, JPEG, CSV = "application/pdf", "image/png", "image/jpeg", "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BEGINS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_WORKBOOK = frozenset({"[Content_Types].xml", "xl/workbook.xml"})
_CONTROL = frozenset(range(32)) - frozenset(b"\t\r\n\f")
_LONGEST_FIRST_LINE = 65_536
"How many bytes of a table are looked at for its first line."


def media_type(content: bytes) -> str | None:
    """The media type of a document; None where it is nothing that is taken."""
    for begins, found in _BEGINS:
        if content.startswith(begins):
            return found
    if content.startswith(b"PK\x03\x04"):
        return XLSX if _is_workbook(content) else None
    return CSV if _is_table(content) else None


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return set(archive.namelist()) >= _WORKBOOK
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _is_table(content: bytes) -> bool:
    if not content or _CONTROL & set(content):
        return False
    first = content[:_LONGEST_FIRST_LINE].removeprefix(b"\xef\xbb\xbf").splitlines()[:1]
    return any(sign in line for line in first for sign in (b",", b";", b"\t"))
