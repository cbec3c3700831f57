"""Names of people and end customers that were erased: what stands in their place, and how a name is found in a text.

Who holds a name erases it for good. Figures stay, for what is left in its place (`erased:…`) says no name, and still tells
one end customer from another: it holds the hash of the name as deals compare it, and that of the name as it was written.
In a stored report the name is overwritten wherever it stands by itself, in small or capital letters, however the format
writes it: a quotation mark doubled in CSV, escaped in JSON, `&amp;` in a workbook, released or broken over components in
EDIFACT, in UTF-8, UTF-16 or Windows-1252. Part of a longer word is not the name.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum

from app.programme.end_customers import customer_hash, customer_name

ERASED = "erased:"
"What begins what is left where a name stood. After it stand two hashes of 64 signs, with a colon between them."
LEAST_LETTERS = 3
"A shorter name would be found in half of all texts."
LONGEST_WRITTEN = 16
"Into how many bytes a format may turn one letter of a name, and what it puts between two."


class ErasedSubject(StrEnum):
    """Whose name is erased."""

    END_CUSTOMER = "END_CUSTOMER"
    "Who buys from a reseller, as reports, deals and special prices name it."
    CERTIFIED_PERSON = "CERTIFIED_PERSON"
    "A person of a reseller who holds certifications."


class ErasureStatus(StrEnum):
    """How far an erasure is."""

    RUNNING = "RUNNING"
    "Reports of the owner are being counted, or stored reports overwritten."
    DONE = "DONE"
    "The name is gone."


def shown(name: str | None) -> str | None:
    """The name as it is shown: none where it was erased."""
    return None if name is None or name.startswith(ERASED) else name


def compared_hash(network: str, name: str) -> str:
    """By what an end customer is compared with that of a deal, also where its name was erased."""
    return (
        name[len(ERASED) :].partition(":")[0]
        if name.startswith(ERASED)
        else customer_hash(network, customer_name(name))
    )


def too_short(name: str) -> bool:
    """Whether a name has too few letters and digits to be looked for."""
    return sum(sign.isalnum() for sign in name) < LEAST_LETTERS


def in_text(name: str) -> re.Pattern[str]:
    """Finds the name in a text."""
    forms = _forms(name)
    return re.compile(r"(?<!\w)(?:" + "|".join(_written(each) for each in forms) + r")(?!\w)", re.IGNORECASE)


def _forms(name: str) -> list[str]:
    """The name as it is, composed and taken apart."""
    return sorted({name, *(unicodedata.normalize(form, name) for form in ("NFC", "NFD"))})


def in_bytes(name: str, head: bytes = b"") -> re.Pattern[bytes]:
    """Finds the name in the bytes of a stored report, in the encoding that its `head` tells: UTF-16, or else UTF-8 and
    Windows-1252. Where it has a space, EDIFACT may have begun another component."""
    found = []
    forms = _forms(name)
    for encoding, before, after in _ENCODINGS[_wide(head)]:
        for each in forms:
            written = _written_bytes(each, encoding)
            if written is not None:
                found.append(before + b"(?:" + written + b")" + after)
    return re.compile(b"|".join(dict.fromkeys(found)))


_ENCODINGS: dict[str | None, tuple[tuple[str, bytes, bytes], ...]] = {
    None: (
        ("utf-8", rb"(?<![0-9A-Za-z\x80-\xff])", rb"(?![0-9A-Za-z\x80-\xff])"),
        ("cp1252", rb"(?<![0-9A-Za-z\xc0-\xff])", rb"(?![0-9A-Za-z\xc0-\xff])"),
    ),
    "utf-16-le": (("utf-16-le", rb"(?<![0-9A-Za-z]\x00)", rb"(?![0-9A-Za-z]\x00)"),),
    "utf-16-be": (("utf-16-be", rb"(?<!\x00[0-9A-Za-z])", rb"(?!\x00[0-9A-Za-z])"),),
}
"In which encodings a name is looked for, and what may stand neither before nor behind it."


def _wide(head: bytes) -> str | None:
    """Which UTF-16 it is, by its byte order mark or its first sign; None where it is none."""
    if head[:2] == b"\xff\xfe" or (len(head) > 1 and head[0] != 0 and head[1] == 0):
        return "utf-16-le"
    if head[:2] == b"\xfe\xff" or (len(head) > 1 and head[0] == 0 and head[1] != 0):
        return "utf-16-be"
    return None


def encoding_of(head: bytes) -> str:
    """The encoding in which a mark is written into such a report."""
    return _wide(head) or "ascii"


_OTHERWISE = {
    '"': ('"', '""', '\\"', "&quot;"),
    "\\": ("\\", "\\\\"),
    "&": ("&", "&amp;", "\\u0026"),
    "<": ("<", "&lt;"),
    ">": (">", "&gt;"),
    "'": ("'", "?'", "&apos;", "''"),
    "+": ("+", "?+"),
    ":": (":", "?:"),
    "?": ("?", "??"),
    "*": ("*", "?*"),
    "/": ("/", "\\/"),
}
"How formats write signs that mean something to them."


def _ways(sign: str) -> Iterator[str]:
    """How a sign may be written, the longest first, so that all of it is found."""
    plain = {sign, sign.lower(), sign.upper()}
    escaped = {f"\\u{ord(each):04x}" for each in plain if len(each) == 1 and 0x7F < ord(each) < 0x10000}
    yield from sorted({*_OTHERWISE.get(sign, ()), *plain, *escaped}, key=lambda each: (-len(each), each))


def _written(name: str) -> str:
    """The name as a pattern; a space is any space, or a component's end."""
    return "".join(
        r"[\s:]+" if sign.isspace() else "(?:" + "|".join(map(re.escape, _ways(sign))) + ")" for sign in _spaced(name)
    )


def _written_bytes(name: str, encoding: str) -> bytes | None:
    """The same in bytes; None where the encoding cannot say it."""
    pieces = []
    for sign in _spaced(name):
        if sign.isspace():
            pieces.append(b"(?:" + b"|".join(_encoded(_SPACES, encoding)) + b"){1,8}")
        elif ways := _encoded(_ways(sign), encoding):
            pieces.append(b"(?:" + b"|".join(ways) + b")")
        else:
            return None
    return b"".join(pieces)


_SPACES = (*(chr(each) for each in range(0x10000) if chr(each).isspace()), ":")
"What may stand where a name has a space."


def _encoded(signs: Iterable[str], encoding: str) -> list[bytes]:
    """Patterns of the signs that the encoding can say."""
    found = []
    for each in signs:
        try:
            found.append(re.escape(each.encode(encoding)))
        except UnicodeEncodeError:
            continue
    return found


def _spaced(name: str) -> str:
    return re.sub(r"\s+", " ", name.strip())


def longest(name: str) -> int:
    """In how many bytes the name may at most be written, with what stands before and behind it."""
    return (len(unicodedata.normalize("NFD", name)) + 2) * LONGEST_WRITTEN * 2
