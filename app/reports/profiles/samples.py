"""How much of an upload is looked at to propose or preview a profile: enough to see how it is written, and never more.

Of a text file the beginning is read, up to 256 KiB, cut behind its last whole line. A workbook or an electronic message
cannot be cut; it is read whole up to 4 MiB, and a larger one is refused with a word.
"""

from typing import NamedTuple

from app.programme.terms import SubmissionFormat

MOST_OF_TEXT = 256 * 1024
MOST_WHOLE = 4 * 1024 * 1024
"Bytes that are read."
_WIDE = (b"\n\x00", b"\x00\n")
_ALIGNED = 2


class Sample(NamedTuple):
    """The bytes that are looked at, how they are written, and whether they are all that there is."""

    data: bytes
    format: SubmissionFormat
    whole: bool


def sample_of(first: bytes, size: int, written: SubmissionFormat) -> Sample:
    """The beginning of a file of so many bytes, from its first bytes; all of it where the format cannot be cut."""
    if written is not SubmissionFormat.CSV or (size <= MOST_OF_TEXT and len(first) == size):
        return Sample(first, written, whole=len(first) == size)
    return Sample(_cut(first[:MOST_OF_TEXT]), written, whole=False)


def _cut(data: bytes) -> bytes:
    """The bytes up to their last line end, where there is one; two bytes to a character are not taken apart."""
    for end in _WIDE:
        at = data.rfind(end)
        while at > 0 and at % _ALIGNED:
            at = data.rfind(end, 0, at)
        if at > 0 and data.count(b"\0") > len(data) // 4:
            return data[: at + _ALIGNED]
    at = max(data.rfind(b"\n"), data.rfind(b"\r"))
    return data[: at + 1] if at > 0 else data
