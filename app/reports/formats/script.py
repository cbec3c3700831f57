"""How a report that is too large to hold becomes text, piece by piece.

What is found out about the whole of it (how it is encoded, how many characters could not be read) takes a reading of its
own, which keeps nothing; then the text is read as often as it is needed, without NULs and with lines that end in LF
alone. The answers are those of `as_text` for the same bytes, whatever pieces they come in.
"""

import codecs
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.reports.formats.text import REPLACED, SAMPLE, beginning, refuse_no_text, refuse_other_files

Pieces = Callable[[], Iterable[bytes]]
"The bytes of a report in any pieces, from the first again with every call."
_HEAD = 400
_AT_ONCE = 64 * 1024
"Bytes that are decoded at once, however large the pieces are that they come in."


class Script(NamedTuple):
    """How a report is written down: codec, how many bytes its mark takes, what the encoding is called, and what was
    removed or replaced."""

    codec: str
    skipped: int
    encoding: str
    errors: str
    nuls: int = 0
    replaced: int = 0

    @property
    def detected(self) -> dict[str, object]:
        """What is told of it."""
        return {"encoding": self.encoding, "unreadable_characters": self.replaced}


@dataclass(slots=True)
class _Tally:
    """What is counted of a text on the way through it."""

    characters: int = 0
    nuls: int = 0
    replaced: int = 0
    beyond_ascii: int = 0
    blank: bool = True
    sample: str = ""

    def add(self, text: str) -> None:
        nuls = text.count("\0")
        self.nuls += nuls
        self.replaced += text.count(REPLACED)
        if not text.isascii():
            self.beyond_ascii += len(text) - len(text.encode("ascii", errors="ignore"))
        kept = text.replace("\0", "") if nuls else text
        self.characters += len(kept)
        self.blank = self.blank and not kept.strip()
        if len(self.sample) < SAMPLE:
            self.sample += kept[: SAMPLE - len(self.sample)]


def script_of(pieces: Pieces, declared: str | None = None) -> Script:
    """How these bytes are written; `declared` is the codec of what is not Unicode, where it is known.

    Raises UnreadableReport as `as_text` does: EMPTY_FILE, NOT_TEXT.
    """
    head = _head(pieces)
    refuse_other_files(head)
    script, tally = _found(pieces, beginning(head), declared)
    refuse_no_text(tally.blank, tally.nuls, tally.characters, tally.sample)
    replaced = tally.replaced if script.errors == "replace" else 0
    return script._replace(nuls=tally.nuls, replaced=replaced)


def text_of(pieces: Pieces, script: Script) -> Iterator[str]:
    """The text without NULs, its lines ended by LF."""
    held = ""
    for decoded in _decoded(pieces, script):
        text = held + (decoded.replace("\0", "") if script.nuls else decoded)
        held = "\r" if text.endswith("\r") else ""
        if "\r" in text:
            text = text[: len(text) - len(held)].replace("\r\n", "\n").replace("\r", "\n")
        if text:
            yield text
    if held:
        yield "\n"


def plain_text_of(pieces: Pieces, script: Script) -> Iterator[str]:
    """The text without NULs, its line ends as they are."""
    for decoded in _decoded(pieces, script):
        yield decoded.replace("\0", "") if script.nuls else decoded


def _head(pieces: Pieces) -> bytes:
    head = b""
    for piece in pieces():
        head += piece[:_HEAD]
        if len(head) >= _HEAD:
            break
    return head[:_HEAD]


def _found(pieces: Pieces, begins: tuple[int, str, str] | None, declared: str | None) -> tuple[Script, _Tally]:
    if begins is not None:
        skipped, codec, name = begins
        script = Script(codec, skipped, name, "replace")
        return script, _tallied(pieces, script)
    plain = Script("utf-8", 0, "UTF-8", "strict")
    try:
        return plain, _tallied(pieces, plain)
    except UnicodeDecodeError:
        if declared is None:
            return _mixed(pieces)
    script = Script(declared, 0, declared, "replace")
    return script, _tallied(pieces, script)


def _mixed(pieces: Pieces) -> tuple[Script, _Tally]:
    """Not valid UTF-8: damaged UTF-8 where most of its accents are whole, else Windows or Latin-1 text."""
    damaged = Script("utf-8", 0, "UTF-8, damaged", "replace")
    tally = _tallied(pieces, damaged)
    if tally.beyond_ascii - tally.replaced > tally.replaced:
        return damaged, tally
    windows = Script("cp1252", 0, "Windows-1252", "strict")
    try:
        return windows, _tallied(pieces, windows)
    except UnicodeDecodeError:
        latin = Script("latin-1", 0, "Latin-1", "strict")
        return latin, _tallied(pieces, latin)


def _tallied(pieces: Pieces, script: Script) -> _Tally:
    tally = _Tally()
    for text in _decoded(pieces, script):
        tally.add(text)
    return tally


def _decoded(pieces: Pieces, script: Script) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(script.codec)(errors=script.errors)
    skip = script.skipped
    for piece in pieces():
        for start in range(0, len(piece), _AT_ONCE):
            part = piece[start : start + _AT_ONCE]
            part, skip = part[skip:], max(0, skip - len(part))
            if text := decoder.decode(part):
                yield text
    if text := decoder.decode(b"", final=True):
        yield text
