"""How the text of an EDIFACT file becomes segments while it comes: delimiters, wrapped lines, released characters.

A segment ends with the terminator of its interchange, or with a line end before the next segment's tag. Text is taken apart
only at such ends, so that where the pieces of the file are parted makes no difference. What has to be known of all of the
file beforehand (which characters it does not use, whether there is a terminator at all) takes a reading of its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from app.reports.issues import FailureCode, UnreadableReport

CONTROL = {"UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"}
_TAGS = "|".join(
    (
        *sorted(CONTROL),
        "UNS|BGM|DTM|NAD|CTA|COM|RFF|CUX|LOC|LIN|PIA|IMD|PAC|DOC|ALI|MOA|PRI|QTY|MKS|GIN|FTX|CNT|MEA|PAI|INV|STS|CPS",
    )
)
_WORD = re.compile("[A-Za-z0-9]")
_BEGINS = r"UNA[^A-Za-z0-9\s]{4}|UNB[^A-Za-z0-9_\s]"
_HEADER_FIRST = re.compile(rf"\s*(?={_BEGINS})")
_BLANK = " \t\n\x1a"
_ABOVE = "\ufeff \t\n"
_HEADER = len("UNB")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_AT_ONCE = 64 * 1024
"""Characters that are taken apart at once."""
_LONGEST_SEGMENT = 32 * 1024 * 1024
"""Characters without a terminator after which a file is taken for damaged."""
MOST_WAITING = 10_000
"""Segments of a message among which the one is that says what it is for."""

Elements = list[list[str]]
"""A segment: its elements, the tag among them, each in its components."""
Text = Callable[[], Iterable[str]]
"""The text of a file in any pieces, its lines ended by LF, from the first again with every call."""


class Delimiters(NamedTuple):
    """What ends a part of an element, an element and a segment, and what releases one of them. Released ones stand in
    the text as `released`, in the order component, element, segment, release."""

    component: str
    element: str
    segment: str
    release: str
    released: str = ""

    def parts(self, segment: str) -> Elements:
        """The elements of a segment, each in its components, trimmed."""
        split = [element.split(self.component) for element in segment.split(self.element)]
        if self.released and not segment.isascii() and any(mark in segment for mark in self.released):
            plain = str.maketrans(dict(zip(self.released, self._originals, strict=True)))
            split = [[component.translate(plain) for component in components] for components in split]
        if " " not in segment:
            return split
        return [[component.strip() for component in components] for components in split]

    def written(self, segments: Iterable[str]) -> str:
        """The segments as they were received, one to a line."""
        text = f"{self.segment}\n".join(segments)
        if self.released and not text.isascii():
            for mark, original in zip(self.released, self._originals, strict=True):
                text = text.replace(mark, self.release + original)
        return text

    @property
    def _originals(self) -> tuple[str, str, str, str]:
        return self.component, self.element, self.segment, self.release


class Source:
    """The text of a file: what is held of it and not yet used, where that stands, and what is known of all of it."""

    def __init__(self, text: Text) -> None:
        self.held, self.at = "", 0
        self.last_quote = self.last_header = -1
        self._private: set[str] = set()
        self._survey(text())
        self._stream = iter(text())
        while not (self.held or self.is_spent):
            self.fill(_AT_ONCE)
            self.drop(len(self.held) - len(self.held.lstrip(_ABOVE)))

    @property
    def is_spent(self) -> bool:
        """Whether nothing follows what is held."""
        return self._stream is _NOTHING

    @property
    def marks(self) -> str:
        """Four characters that do not stand in the text."""
        unused = (chr(each) for each in range(0xE000, 0xF900) if chr(each) not in self._private)
        return "".join(next(unused) for _ in range(4))

    def fill(self, least: int) -> None:
        """Takes text from the file until so many characters are held, or all that is left."""
        taken, length = [self.held], len(self.held)
        while length < least and not self.is_spent:
            piece = next(self._stream, None)
            if piece is None:
                self._stream = _NOTHING
            else:
                taken.append(piece)
                length += len(piece)
        self.held = "".join(taken)

    def drop(self, length: int) -> None:
        """So much of what is held is used."""
        self.held = self.held[length:]
        self.at += length

    def _survey(self, text: Iterable[str]) -> None:
        at, tail = 0, ""
        for piece in text:
            if not piece.isascii():
                self._private.update(_PRIVATE.findall(piece))
            if (quote := piece.rfind("'")) >= 0:
                self.last_quote = at + quote
            if (header := (tail + piece).rfind("UNB")) >= 0:
                self.last_header = at - len(tail) + header
            at, tail = at + len(piece), (tail + piece)[-2:]


_NOTHING: Iterator[str] = iter(())


class Body:
    """The segments of the interchange that begins where the source stands, up to the next one or the end of the file."""

    def __init__(self, source: Source, before: Delimiters | None) -> None:
        """`before` are the delimiters of the interchange before. Raises UnreadableReport where none can be found."""
        self._source = source
        source.fill(_AT_ONCE)
        found, begin = _delimiters(source, before)
        source.drop(begin)
        self.delimiters = found._replace(released=source.marks if found.release else "")
        segment, release = re.escape(found.segment), re.escape(found.release)
        unreleased = f"(?<!{release})(?:{release}{release})*" if release else ""
        self._next_one = re.compile(rf"{unreleased}{segment}\s*(?={_BEGINS})")
        self._ended = re.compile(rf"(?<!{segment})\n+(?=(?:{_TAGS}){re.escape(found.element)})")
        self._own = -1

    def segments(self) -> Iterator[list[str]]:
        """The segments, some at a time. Raises UnreadableReport where one has no end."""
        source, begun, ended = self._source, False, False
        while source.held or not source.is_spent:
            source.fill(_AT_ONCE)
            following = self._following(begun, ended)
            if following is not None or source.is_spent:
                length = len(source.held) if following is None else following
                yield self._parted(source.held[:length])
                source.drop(length)
                return
            length, by_terminator = self._cut()
            if length > (0 if begun else _HEADER):
                yield self._parted(source.held[:length])
                source.drop(length)
                begun, ended = True, by_terminator
            elif len(source.held) > _LONGEST_SEGMENT:
                raise broken(f"a segment has no end within {_LONGEST_SEGMENT:,} characters")
            else:
                source.fill(2 * len(source.held))

    def _following(self, begun: bool, ended: bool) -> int | None:
        """Where the next interchange begins in what is held: after the terminator before it, if it has a header UNB."""
        source = self._source
        if "UNA" not in source.held and "UNB" not in source.held:
            return None
        if self._own < 0 and (own := source.held.find("UNB")) >= 0:
            self._own = source.at + own
        found = _HEADER_FIRST.match(source.held) if ended else None
        found = found or self._next_one.search(source.held, 0 if begun else _HEADER)
        if found is None:
            return None
        own = self._own if self._own >= 0 else source.at + found.end()
        return found.end() if source.last_header >= own + _HEADER else None

    def _cut(self) -> tuple[int, bool]:
        """How much of what is held can be taken apart by itself, and whether that ends with a terminator."""
        held, segment, release = self._source.held, self.delimiters.segment, self.delimiters.release
        at = held.rfind(segment)
        while at >= 0:
            before, released = at - 1, False
            while release and before >= 0 and held[before] in {release, "\n"}:
                released ^= held[before] == release
                before -= 1
            if not released:
                return at + 1, True
            at = held.rfind(segment, 0, at)
        lines = [found.start() for found in self._ended.finditer(held, 1)] if segment != "\n" else []
        return (lines[-1], False) if lines else (0, False)

    def _parted(self, body: str) -> list[str]:
        """The segments, with released delimiters set apart."""
        component, element, segment, release, marks = self.delimiters
        if segment != "\n" and "\n" in body:
            body = self._ended.sub(segment, body).replace("\n", "")
        if release and release in body:
            originals = (release, component, element, segment)
            for mark, original in zip((marks[3], *marks[:3]), originals, strict=True):
                body = body.replace(release + original, mark)
            body = body.replace(release, "")
        return [trimmed for each in body.split(segment) if (trimmed := each.strip(_BLANK))]


def _delimiters(source: Source, before: Delimiters | None) -> tuple[Delimiters, int]:
    """The delimiters of the interchange that begins here, and where it begins after its advice (UNA).

    Without an advice they are those of the interchange before, the usual ones, or the separators of syntax level B.
    """
    text = source.held
    if not text.startswith("UNA"):
        usual = Delimiters(":", "+", "'" if source.last_quote >= source.at else "\n", "?")
        ways = [*([before._replace(released="")] if before else []), usual, Delimiters("\x1f", "\x1d", "\x1c", "")]
        found = next((way for way in ways if way.element == text[3:4]), None)
        if found is None:
            raise broken("its header UNB has other delimiters than the usual ones and no service string advice (UNA)")
        return found, 0
    length = 5 if text[8:11] in {"UNB", "UNG", "UNH"} else 6  # five where the space was lost
    advice, begin = text[3 : 3 + length], 3 + length
    if len(advice) < length or len({" ", *advice[:2], advice[-1]}) < 4 or _WORD.search(advice[:2] + advice[-1]):
        raise broken("its service string advice (UNA) does not name three different delimiters")
    named = Delimiters(advice[0], advice[1], advice[-1], advice[3])
    usable = named.release not in {" ", *named[:3]} and not _WORD.search(named.release)
    return named if usable else named._replace(release=""), begin


def broken(why: str) -> UnreadableReport:
    """The refusal of an interchange whose envelope cannot be read."""
    return UnreadableReport(
        FailureCode.ENVELOPE_BROKEN, f"The envelope cannot be read: {why}. Send the interchange as it was generated."
    )


def too_late(what: str) -> UnreadableReport:
    """The refusal of a report that says what it is for when most of it has gone by."""
    return broken(f"the segment {what} stands behind more than {MOST_WAITING:,} others")
