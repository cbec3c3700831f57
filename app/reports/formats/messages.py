"""How an EDIFACT interchange is taken apart: delimiters, messages, and what its trailers say.

The delimiters are those of its service string advice (UNA), or the usual ones. Line ends around segments, lines that
were wrapped within a segment, a terminator that a line end replaces, empty segments, a byte order mark and a last
segment without its terminator are put in order before anything is read; a released delimiter (`?'`) is text. Wrong
counts and references in trailers are said, and do not stop the report.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, Protocol

from app.reports.formats.script import Pieces
from app.reports.formats.segments import CONTROL, Body, Delimiters, Elements, Source, Text
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

__all__ = ["Delimiters", "Elements"]
_DECLARED = {
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
}
"""The alphabets that an interchange may name in its header, where they are not Latin-1."""
_PIECE = 64 * 1024


class Problem(NamedTuple):
    """What is wrong with a header or trailer, and whether it is a count of segments."""

    text: str
    is_segment_count: bool = False


@dataclass(slots=True)
class Message:
    """One message: how many segments it has from after UNH to before UNT, where in the file the first of them stands,
    and, where they are held, the segments."""

    kind: str
    reference: str
    first: int
    count: int = 0
    segments: list[str] = field(default_factory=list)
    complete: bool = False


@dataclass(slots=True)
class Interchange:
    """One interchange: its header (UNB) in elements and components, and its messages."""

    delimiters: Delimiters
    header: Elements = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def declared_alphabet_of(pieces: Pieces) -> str | None:
    """The codec that the header of a file names which comes in pieces; see `declared_alphabet`."""
    data = b""
    for piece in pieces():
        data += piece[:200]
        if len(data) >= 200:
            break
    return declared_alphabet(data)


def declared_alphabet(data: bytes) -> str | None:
    """The codec that an interchange's header names, where it is neither ASCII, Latin-1 nor UTF-8."""
    named = re.search(rb"UNB.(UNO[A-Z])", data[:200], re.DOTALL)
    return _DECLARED.get(named[1].decode()) if named else None


class Listener(Protocol):
    """Is told what the messages of a file say, each from its beginning to its end."""

    def began(self, message: Message, delimiters: Delimiters) -> None:
        """A message begins."""

    def told(self, segments: list[str]) -> None:
        """Its next segments, at least one."""

    def ended(self, message: Message) -> None:
        """It has ended, with its trailer (it is complete) or without."""


class Holding:
    """Keeps the segments of every message."""

    def __init__(self) -> None:
        self.segments: list[str] = []

    def began(self, message: Message, delimiters: Delimiters) -> None:
        """What follows is told of this message."""
        self.segments = message.segments

    def told(self, segments: list[str]) -> None:
        """Keeps them."""
        self.segments += segments

    def ended(self, message: Message) -> None:
        """Nothing else is told of this message."""


def interchanges(text: str) -> list[Interchange]:
    """The interchanges of a file, in order, with the segments of their messages.

    Raises UnreadableReport where it does not begin as one.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return followed(lambda: (plain[at : at + _PIECE] for at in range(0, len(plain), _PIECE)), Holding())


def followed(text: Text, listener: Listener) -> list[Interchange]:
    """The interchanges of a file whose text comes in pieces; what their messages say is told to the listener alone.

    Raises UnreadableReport where it does not begin as one, or a segment has no end.
    """
    source = Source(text)
    if not re.match("UN[AB][^A-Za-z0-9_ ]", source.held):
        raise UnreadableReport(
            FailureCode.NOT_EDIFACT,
            f"An EDIFACT report begins with UNA or UNB; this one begins with “{source.held[:40]}”.",
        )
    found: list[Interchange] = []
    position = 0
    delimiters: Delimiters | None = None
    while source.held:
        body = Body(source, delimiters)
        delimiters = body.delimiters
        account = _Account(delimiters, position, listener)
        found.append(account.read(body))
        position = account.position
    return found


def envelope_issues(found: list[Interchange]) -> list[Issue]:
    """What headers and trailers say wrongly, as issues of the report as a whole."""
    return [
        Issue(
            0,
            None,
            IssueCode.SEGMENT_COUNT_WRONG if problem.is_segment_count else IssueCode.ENVELOPE_INCONSISTENT,
            problem.text,
        )
        for interchange in found
        for problem in interchange.problems
    ]


def envelopes_detected(found: list[Interchange]) -> dict[str, object]:
    """Delimiters, partners and reference of the first interchange, and how many messages of each kind are in all."""
    first = found[0]
    kinds = Counter(message.kind for interchange in found for message in interchange.messages)
    return {
        "component_separator": first.delimiters.component,
        "element_separator": first.delimiters.element,
        "segment_terminator": first.delimiters.segment,
        "syntax": component(first.header, 1),
        "sender": component(first.header, 2),
        "receiver": component(first.header, 3),
        "reference": component(first.header, 5),
        "interchanges": len(found),
        "messages": dict(sorted(kinds.items())),
    }


def component(parts: Elements, element: int, index: int = 0) -> str | None:
    """A component of a segment's element; None where it is absent or empty."""
    if element >= len(parts) or index >= len(parts[element]):
        return None
    return parts[element][index] or None


class _Account:
    """Walks one interchange and keeps the account of its headers and trailers."""

    def __init__(self, delimiters: Delimiters, position: int, listener: Listener) -> None:
        self.interchange = Interchange(delimiters)
        self.position = position
        self.listener = listener
        self.message: Message | None = None
        self.references: set[str] = set()
        self.groups = self.in_group = 0
        self.closed = False

    def read(self, body: Body) -> Interchange:
        """The account of the interchange with these segments; `position` counts the file's segments."""
        for segments in body.segments():
            self._segments(segments)
        self._end_message()
        if not self.interchange.header:
            self._problem("it has no header UNB")
        if not self.closed:
            self._problem("it has no trailer UNZ")
        return self.interchange

    def _segments(self, segments: list[str]) -> None:
        delimiters = self.interchange.delimiters
        starts = [
            (i, tag)
            for i, segment in enumerate(segments)
            if segment[:2] == "UN" and (tag := segment[:4].partition(delimiters.element)[0]) in CONTROL
        ]
        first = starts[0][0] if starts else len(segments)
        if first:
            self._body(segments[:first], 0)
        for (begin, tag), (end, _) in pairwise([*starts, (len(segments), "")]):
            self._control(tag, delimiters.parts(segments[begin]), begin)
            if end > begin + 1:
                self._body(segments[begin + 1 : end], begin + 1)
        self.position += len(segments)

    def _control(self, tag: str, parts: Elements, index: int) -> None:
        match tag:
            case "UNB":
                self.interchange.header = parts
            case "UNG":
                self._end_message()
                self.groups, self.in_group = self.groups + 1, 0
            case "UNH":
                self._begin_message(parts, index)
            case "UNT":
                self._close_message(parts)
            case "UNE":
                self._end_message()
                self._compare("UNE", parts, self.in_group, "messages", None)
            case "UNZ":
                self._end_message()
                count = (self.groups, "groups") if self.groups else (len(self.interchange.messages), "messages")
                self._compare("UNZ", parts, *count, component(self.interchange.header, 5))
                self.closed = True

    def _begin_message(self, parts: Elements, index: int) -> None:
        self._end_message()
        reference = component(parts, 1) or ""
        if reference in self.references:
            self._problem(f"message reference {reference[:20]} stands twice")
        self.references.add(reference)
        self._open(Message(component(parts, 2) or "", reference, self.position + index + 2))

    def _open(self, message: Message) -> Message:
        self.message = message
        self.interchange.messages.append(message)
        self.in_group += 1
        self.listener.began(message, self.interchange.delimiters)
        return message

    def _body(self, segments: list[str], index: int) -> None:
        """Segments between two controls; those outside of a message are taken as one whose header was lost."""
        message = self.message
        if message is None:
            self._problem("segments stand outside of a message (UNH is missing)")
            message = self._open(Message("", "", self.position + index + 1))
        message.count += len(segments)
        self.listener.told(segments)

    def _close_message(self, parts: Elements) -> None:
        message, self.message = self.message, None
        if message is None:
            self._problem("a trailer UNT has no header UNH")
            return
        message.complete = True
        self.listener.ended(message)
        if message.kind:
            self._compare("UNT", parts, message.count + 2, "segments", message.reference)

    def _end_message(self) -> None:
        """A message that is still open has no trailer."""
        message, self.message = self.message, None
        if message is not None:
            self._problem(f"message {message.reference[:20]} has no trailer UNT")
            self.listener.ended(message)

    def _compare(self, tag: str, parts: Elements, count: int, what: str, reference: str | None) -> None:
        """Says where a trailer does not agree with what it closes."""
        stated, named = component(parts, 1), component(parts, 2)
        if stated is None or (stated.lstrip("0") or "0") != str(count):
            told = f"there are {count} {what}, {tag} says {(stated or 'nothing')[:20]}"
            self.interchange.problems.append(Problem(told, is_segment_count=tag == "UNT"))
        if reference is not None and named != reference:
            self._problem(f"{tag} closes {(named or 'nothing')[:20]}, and {reference[:20]} was open")

    def _problem(self, text: str) -> None:
        self.interchange.problems.append(Problem(text))
