"""How an EDIFACT interchange is taken apart: delimiters, messages, and what its trailers say.

The delimiters are those of its service string advice (UNA), or the usual ones. Line ends around segments, lines that
were wrapped within a segment, a terminator that a line end replaces, empty segments, a byte order mark and a last
segment without its terminator are put in order before anything is read; a released delimiter (`?'`) is text. Wrong
counts and references in trailers are said, and do not stop the report.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

_CONTROL = {"UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"}
_TAGS = "|".join(
    (
        *sorted(_CONTROL),
        "UNS|BGM|DTM|NAD|CTA|COM|RFF|CUX|LOC|LIN|PIA|IMD|PAC|DOC|ALI|MOA|PRI|QTY|MKS|GIN|FTX|CNT|MEA|PAI|INV|STS|CPS",
    )
)
_WORD = re.compile("[A-Za-z0-9]")
_BLANK = " \t\n\x1a"
_PRIVATE = range(0xE000, 0xF8FF)
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

Elements = list[list[str]]
"""A segment: its elements, the tag among them, each in its components."""


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
        if self.released and any(mark in segment for mark in self.released):
            plain = str.maketrans(dict(zip(self.released, self._originals, strict=True)))
            split = [[component.translate(plain) for component in components] for components in split]
        if " " not in segment:
            return split
        return [[component.strip() for component in components] for components in split]

    def written(self, segments: Iterable[str]) -> str:
        """The segments as they were received, one to a line."""
        text = f"{self.segment}\n".join(segments)
        for mark, original in zip(self.released, self._originals, strict=False):
            text = text.replace(mark, self.release + original)
        return text

    @property
    def _originals(self) -> tuple[str, str, str, str]:
        return self.component, self.element, self.segment, self.release


class Problem(NamedTuple):
    """What is wrong with a header or trailer, and whether it is a count of segments."""

    text: str
    is_segment_count: bool = False


@dataclass(slots=True)
class Message:
    """One message: its segments from after UNH to before UNT, and where in the file the first of them stands."""

    kind: str
    reference: str
    first: int
    segments: list[str] = field(default_factory=list)
    complete: bool = False


@dataclass(slots=True)
class Interchange:
    """One interchange: its header (UNB) in elements and components, and its messages."""

    delimiters: Delimiters
    header: Elements = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def declared_alphabet(data: bytes) -> str | None:
    """The codec that an interchange's header names, where it is neither ASCII, Latin-1 nor UTF-8."""
    named = re.search(rb"UNB.(UNO[A-Z])", data[:200], re.DOTALL)
    return _DECLARED.get(named[1].decode()) if named else None


def interchanges(text: str) -> list[Interchange]:
    """The interchanges of a file, in order. Raises UnreadableReport where it does not begin as one."""
    rest = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff \t\n")
    if not re.match("UN[AB][^A-Za-z0-9_ ]", rest):
        raise UnreadableReport(
            FailureCode.NOT_EDIFACT,
            f"An EDIFACT report begins with UNA or UNB; this one begins with “{rest[:40]}”.",
        )
    found: list[Interchange] = []
    at = position = 0
    delimiters: Delimiters | None = None
    while at < len(rest):
        delimiters, begin = _delimiters(rest, at, delimiters)
        at = _end(rest, begin, delimiters)
        delimiters, segments = _segments(rest[begin:at], delimiters)
        found.append(_Account(delimiters, position).read(segments))
        position += len(segments)
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


def _delimiters(text: str, at: int, before: Delimiters | None) -> tuple[Delimiters, int]:
    """The delimiters of the interchange that begins here, and where it begins after its advice (UNA).

    Without an advice they are those of the interchange before, the usual ones, or the separators of syntax level B.
    """
    if not text.startswith("UNA", at):
        usual = Delimiters(":", "+", "'" if text.find("'", at) >= 0 else "\n", "?")
        ways = [*([before._replace(released="")] if before else []), usual, Delimiters("\x1f", "\x1d", "\x1c", "")]
        found = next((way for way in ways if way.element == text[at + 3 : at + 4]), None)
        if found is None:
            raise _broken("its header UNB has other delimiters than the usual ones and no service string advice (UNA)")
        return found, at
    length = 5 if text[at + 8 : at + 11] in {"UNB", "UNG", "UNH"} else 6  # five where the space was lost
    advice, begin = text[at + 3 : at + 3 + length], at + 3 + length
    if len(advice) < length or len({" ", *advice[:2], advice[-1]}) < 4 or _WORD.search(advice[:2] + advice[-1]):
        raise _broken("its service string advice (UNA) does not name three different delimiters")
    named = Delimiters(advice[0], advice[1], advice[-1], advice[3])
    usable = named.release not in {" ", *named[:3]} and not _WORD.search(named.release)
    return named if usable else named._replace(release=""), begin


def _broken(why: str) -> UnreadableReport:
    return UnreadableReport(
        FailureCode.ENVELOPE_BROKEN, f"The envelope cannot be read: {why}. Send the interchange as it was generated."
    )


def _end(text: str, begin: int, delimiters: Delimiters) -> int:
    """Where the interchange that begins here ends: after the terminator before the next one, or with the text."""
    own = text.find("UNB", begin)
    if own < 0 or text.find("UNB", own + 3) < 0:
        return len(text)
    segment, release = re.escape(delimiters.segment), re.escape(delimiters.release)
    unreleased = f"(?<!{release})(?:{release}{release})*" if release else ""
    next_one = re.compile(rf"{unreleased}{segment}\s*(?=UNA[^A-Za-z0-9\s]{{4}}|UNB[^A-Za-z0-9_\s])")
    following = next_one.search(text, begin + 3)
    return following.end() if following else len(text)


def _segments(body: str, delimiters: Delimiters) -> tuple[Delimiters, list[str]]:
    """The segments, with released delimiters set apart, and the delimiters with what stands for them."""
    element, segment, release = delimiters.element, delimiters.segment, delimiters.release
    if segment != "\n" and "\n" in body:
        ended = re.compile(rf"(?<!{re.escape(segment)})\n+(?=(?:{_TAGS}){re.escape(element)})")
        body = ended.sub(segment, body).replace("\n", "")
    if release and release in body:
        unused = (chr(each) for each in _PRIVATE if chr(each) not in body)
        marks = "".join(next(unused) for _ in range(4))
        originals = (release, delimiters.component, element, segment)
        for mark, original in zip((marks[3], *marks[:3]), originals, strict=True):
            body = body.replace(release + original, mark)
        body, delimiters = body.replace(release, ""), delimiters._replace(released=marks)
    return delimiters, [trimmed for each in body.split(segment) if (trimmed := each.strip(_BLANK))]


class _Account:
    """Walks one interchange and keeps the account of its headers and trailers."""

    def __init__(self, delimiters: Delimiters, position: int) -> None:
        self.interchange = Interchange(delimiters)
        self.position = position
        self.message: Message | None = None
        self.references: set[str] = set()
        self.groups = self.in_group = 0
        self.closed = False

    def read(self, segments: list[str]) -> Interchange:
        element = self.interchange.delimiters.element
        starts = [
            (i, tag) for i, segment in enumerate(segments) if (tag := segment[:4].partition(element)[0]) in _CONTROL
        ]
        first = starts[0][0] if starts else len(segments)
        if first:
            self._body(segments[:first], 0)
        for (begin, tag), (end, _) in pairwise([*starts, (len(segments), "")]):
            self._control(tag, self.interchange.delimiters.parts(segments[begin]), begin)
            if end > begin + 1:
                self._body(segments[begin + 1 : end], begin + 1)
        self._end_message()
        if not self.interchange.header:
            self._problem("it has no header UNB")
        if not self.closed:
            self._problem("it has no trailer UNZ")
        return self.interchange

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

    def _open(self, message: Message) -> None:
        self.message = message
        self.interchange.messages.append(message)
        self.in_group += 1

    def _body(self, segments: list[str], index: int) -> None:
        """Segments between two controls; those outside of a message are taken as one whose header was lost."""
        if self.message is None:
            self._problem("segments stand outside of a message (UNH is missing)")
            self._open(Message("", "", self.position + index + 1))
        if self.message is not None:
            self.message.segments.extend(segments)

    def _close_message(self, parts: Elements) -> None:
        message, self.message = self.message, None
        if message is None:
            self._problem("a trailer UNT has no header UNH")
            return
        message.complete = True
        if message.kind:
            self._compare("UNT", parts, len(message.segments) + 2, "segments", message.reference)

    def _end_message(self) -> None:
        """A message that is still open has no trailer."""
        if self.message is not None:
            self._problem(f"message {self.message.reference[:20]} has no trailer UNT")
        self.message = None

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
