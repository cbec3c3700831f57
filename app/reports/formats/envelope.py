"""How an X12 interchange is taken apart: delimiters, functional groups, transactions, and what its trailers say.

The delimiters are read from the interchange's own header. Line ends around segments, empty segments, a byte order
mark, padding that was lost and a last segment without its terminator are put in order before anything is read.
Headers and trailers are accounted for by pyx12, whose findings are the codes of a 997 acknowledgement; the segments
between them bypass its reader, which stops without a word at an empty segment, at one longer than its buffer, and
before a last one that has no terminator. Wrong counts and control numbers are said, and do not stop the report.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import NamedTuple, Protocol

from pyx12.errors import X12Error
from pyx12.segment import Segment
from pyx12.x12file import X12Reader

from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

_ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
_CONTROL = {"ISA", "IEA", "GS", "GE", "ST", "SE"}
_LONGEST_HEADER = 2000
MOST_WAITING = 10_000
"""Segments of a transaction among which the one is that says what it is for."""
_PIECE = 64 * 1024
_LONGEST_SEGMENT = 32 * 1024 * 1024
"""Characters without a terminator after which a file is taken for damaged."""
_NEXT_HEADER = re.compile(r"ISA(?=[^A-Za-z0-9\s])")
_HEADER_FIRST = re.compile(r"\s*ISA(?=[^A-Za-z0-9\s])")
_BLANK = "\r\n "
_ABOVE = "\ufeff \t\r\n"
"""What may stand around segments, and above the first."""


class Delimiters(NamedTuple):
    """What ends an element, a part of an element, and a segment."""

    element: str
    component: str
    segment: str


class Problem(NamedTuple):
    """What is wrong with a header or trailer: the code that a 997 gives it, and a sentence."""

    code: str
    text: str


@dataclass(slots=True)
class Transaction:
    """One transaction set: how many segments it has from after ST to before SE, where in the file the first of them
    stands, whether its reader refused it, and, where they are held, the segments."""

    kind: str
    control: str
    first: int
    count: int = 0
    segments: list[str] = field(default_factory=list)
    complete: bool = False
    refused: bool = False
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """One functional group: its header's elements (GS01 at 1), its transactions, the number that its trailer states."""

    header: list[str]
    transactions: list[Transaction] = field(default_factory=list)
    stated: str = ""
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Interchange:
    """One interchange: its header's elements (ISA01 at 1, trimmed), its groups."""

    header: list[str]
    delimiters: Delimiters
    groups: list[Group] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Listener(Protocol):
    """Is told what the transactions of a file say, each from its beginning to its end."""

    def began(self, transaction: Transaction, delimiters: Delimiters) -> None:
        """A transaction begins."""

    def told(self, segments: list[str]) -> None:
        """Its next segments, at least one."""

    def ended(self, transaction: Transaction) -> None:
        """It has ended, with its trailer (it is complete) or without."""


class Holding:
    """Keeps the segments of every transaction."""

    def __init__(self) -> None:
        self.segments: list[str] = []

    def began(self, transaction: Transaction, delimiters: Delimiters) -> None:
        """What follows is told of this transaction."""
        self.segments = transaction.segments

    def told(self, segments: list[str]) -> None:
        """Keeps them."""
        self.segments += segments

    def ended(self, transaction: Transaction) -> None:
        """Nothing else is told of this transaction."""


def interchanges(text: str) -> list[Interchange]:
    """The interchanges of a file, in order, with the segments of their transactions. Raises UnreadableReport."""
    return followed((text[at : at + _PIECE] for at in range(0, len(text), _PIECE)), Holding())


def followed(text: Iterable[str], listener: Listener) -> list[Interchange]:
    """The interchanges of a file whose text comes in pieces; what their transactions say is told to the listener alone.

    Raises UnreadableReport where an interchange has no readable ISA header, or a segment has no end.
    """
    stream = iter(text)
    rest = _filled("", stream).lstrip(_ABOVE)
    if not rest.startswith("ISA"):
        raise UnreadableReport(
            FailureCode.NOT_X12, f"An X12 report begins with ISA; this one begins with “{rest[:40]}”."
        )
    found: list[Interchange] = []
    position = 0
    while rest:
        rest = _filled(rest, stream)
        delimiters, header = _header(rest[:_LONGEST_HEADER])
        account = _Account(header, delimiters, position, listener)
        rest = account.read(rest, stream)
        found.append(account.interchange)
        position = account.position
    return found


def _filled(rest: str, stream: Iterator[str]) -> str:
    """The text with what follows, so that the longest header is whole; blanks above the first one do not count."""
    while len(rest.lstrip(_ABOVE)) < _LONGEST_HEADER and (piece := next(stream, "")):
        rest = rest.lstrip(_ABOVE) + piece
    return rest


def envelope_issues(found: list[Interchange]) -> list[Issue]:
    """What headers and trailers say wrongly, as issues of the report as a whole."""
    issues: list[Issue] = []
    for interchange in found:
        issues += [_issue(problem) for problem in interchange.problems]
        for group in interchange.groups:
            issues += [_issue(problem) for problem in group.problems]
            for transaction in group.transactions:
                issues += [_issue(problem, count_code="4") for problem in transaction.problems]
    return issues


def _issue(problem: Problem, count_code: str = "") -> Issue:
    wrong_count = problem.code and problem.code == count_code
    code = IssueCode.SEGMENT_COUNT_WRONG if wrong_count else IssueCode.ENVELOPE_INCONSISTENT
    return Issue(0, None, code, problem.text)


def envelopes_detected(found: list[Interchange]) -> dict[str, object]:
    """Delimiters and partners of the first interchange, and what arrived in all of them."""
    header, delimiters = found[0].header, found[0].delimiters
    groups = [group for interchange in found for group in interchange.groups]
    return {
        "element_separator": delimiters.element,
        "component_separator": delimiters.component,
        "segment_terminator": delimiters.segment,
        "sender": header[6],
        "receiver": header[8],
        "version": header[12],
        "interchanges": [interchange.header[13] for interchange in found],
        "transactions": [f"{each.kind} {each.control}" for group in groups for each in group.transactions],
    }


def _header(text: str) -> tuple[Delimiters, list[str]]:
    """The delimiters and the sixteen elements of the ISA header with which this text begins, whatever its padding."""
    element = text[3:4]
    parts = text.split(element, 16) if element else []
    if len(parts) < 17 or not re.fullmatch(r"[^A-Za-z0-9 \r\n]", element):
        raise _broken("the ISA header does not have 16 elements")
    component, segment, after = parts[16][:1], parts[16][1:2], parts[16][2:]
    if segment in {"\r", "\n"}:
        # The component separator was left out where the terminator ends the next line instead.
        following = after.lstrip("\r\n").splitlines()
        component, segment = (
            (":", component) if following and following[0].endswith(component) else (component, segment)
        )
    if not re.fullmatch(r"[^A-Za-z0-9 ]", segment) or not re.fullmatch(r"[^A-Za-z0-9 \r\n]", component):
        raise _broken("the ISA header does not end with a component separator and a segment terminator")
    if len({element, component, segment}) < 3:
        raise _broken("the ISA header gives one delimiter two meanings")
    return Delimiters(element, component, segment), ["ISA", *(part.strip() for part in parts[1:16]), component]


def _broken(why: str) -> UnreadableReport:
    return UnreadableReport(
        FailureCode.ENVELOPE_BROKEN, f"The envelope cannot be read: {why}. Send the interchange as it was generated."
    )


def too_late(what: str) -> UnreadableReport:
    """The refusal of a report that says what it is for when most of it has gone by."""
    return _broken(f"the segment {what} stands behind more than {MOST_WAITING:,} others")


def _next_header(text: str, terminator: str, start: int) -> int | None:
    """Where the next interchange begins: with an ISA header that follows the end of a segment. At 0 this text follows
    one, and at 3 it is within the header of its own interchange."""
    for header in _NEXT_HEADER.finditer(text, start):
        before = header.start() - 1
        while before >= 0 and text[before].isspace() and text[before] != terminator:
            before -= 1
        if text[before] == terminator if before >= 0 else start == 0:
            return header.start()
    return None


class _Seen(list[str | None]):
    """Control numbers that were met. pyx12 asks of each whether it was met before, which a list answers ever more slowly."""

    def __init__(self) -> None:
        super().__init__()
        self._met: set[str | None] = set()

    def append(self, number: str | None) -> None:
        super().append(number)
        self._met.add(number)

    def __contains__(self, number: object) -> bool:
        return number in self._met


class _Account:
    """Walks one interchange and keeps the account of its headers and trailers. `position` counts the file's segments."""

    def __init__(self, header: list[str], delimiters: Delimiters, position: int, listener: Listener) -> None:
        self.interchange = Interchange(header, delimiters)
        self.position = position
        self.listener = listener
        padded = [value.ljust(width)[:width] for value, width in zip(header[1:16], _ISA_WIDTHS, strict=True)]
        padded[11] = (
            "00501" if padded[11] == "00501" else "00401"
        )  # pyx12 knows these two; the header keeps what was sent
        self.isa = delimiters.element.join(["ISA", *padded, delimiters.component])
        self.reader = X12Reader(io.StringIO(self.isa + delimiters.segment))
        self.group: Group | None = None
        self.transaction: Transaction | None = None
        self.aside = False

    def read(self, text: str, stream: Iterator[str]) -> str:
        """Reads to where the next interchange begins; what was taken of it from the stream."""
        self._checked(self.isa, self.interchange.problems)
        self.reader.gs_ids = _Seen()
        terminator, rest, begun = self.interchange.delimiters.segment, "", False
        for piece in chain([text], stream):
            if terminator in piece:
                held = rest + piece
                if (following := _next_header(held, terminator, 0 if begun else 3)) is not None:
                    self._segments(held[:following].split(terminator))
                    self._end()
                    return held[following:]
                *whole, rest = held.split(terminator)
                self._segments(whole)
                rest, begun = rest.lstrip(_BLANK), True
            else:
                rest += piece
            if begun and (header := _HEADER_FIRST.match(rest)):
                self._segments([rest[: header.end() - 3]])
                self._end()
                return rest[header.end() - 3 :]
            if len(rest) > _LONGEST_SEGMENT:
                raise _broken(f"a segment has no end within {_LONGEST_SEGMENT:,} characters")
        self._segments([rest])
        self._end()
        return ""

    def _segments(self, body: list[str]) -> None:
        """The next segments of the interchange, each whole."""
        segments = [trimmed for segment in body if (trimmed := segment.strip(_BLANK))]
        element = self.interchange.delimiters.element
        starts = [
            (i, tag)
            for i, segment in enumerate(segments)
            if segment[0] in "ISG" and (tag := segment[:3].partition(element)[0]) in _CONTROL
        ]
        first = starts[0][0] if starts else len(segments)
        if first:
            self._body(segments[:first], 0)
        for (begin, tag), (end, _) in pairwise([*starts, (len(segments), "")]):
            self.aside = False
            self._control(tag, segments[begin], begin)
            if end > begin + 1:
                self._body(segments[begin + 1 : end], begin + 1)
        self.position += len(segments)

    def _control(self, tag: str, segment: str, index: int) -> None:
        parts = [part.strip() for part in segment.split(self.interchange.delimiters.element)]
        match tag:
            case "GS":
                self._end_transaction()
                self.group = Group(parts)
                self.interchange.groups.append(self.group)
                self._checked(segment, self.group.problems)
                self.reader.st_ids = _Seen()
            case "ST":
                self._end_transaction()
                opened = self._open(Transaction(_at(parts, 1), _at(parts, 2), self.position + index + 2))
                self._checked(segment, opened.problems)
            case "SE":
                self._close_transaction(segment)
            case "GE":
                self._end_transaction()
                self._group().stated = _at(parts, 1)
                self._checked(segment, self._group().problems)
                self.group = None
            case "IEA":
                self._end_transaction()
                self._checked(segment, self.interchange.problems)

    def _open(self, transaction: Transaction) -> Transaction:
        self.transaction = transaction
        self._group().transactions.append(transaction)
        self.listener.began(transaction, self.interchange.delimiters)
        return transaction

    def _body(self, segments: list[str], index: int) -> None:
        """Segments between two controls; those outside of a transaction are taken as one whose header was lost."""
        self.aside = self.aside or (self.transaction is None and segments[0].startswith("TA1"))
        if self.aside:
            return
        if self.transaction is None:
            opened = self._open(Transaction("", "", self.position + index + 1))
            opened.problems.append(Problem("1", "segments stand outside of a transaction (ST is missing)"))
            self.transaction = opened
        self.transaction.count += len(segments)
        self.listener.told(segments)

    def _close_transaction(self, segment: str) -> None:
        transaction, self.transaction = self.transaction, None
        if transaction is None:
            self._group().problems.append(Problem("5", "a trailer SE has no header ST"))
            return
        transaction.complete = True
        self.listener.ended(transaction)
        if not transaction.kind:
            return
        self.reader.seg_count = transaction.count + 1
        self._checked(segment, transaction.problems)

    def _end_transaction(self) -> None:
        """A transaction that is still open has no trailer."""
        if self.transaction is None:
            return
        self.transaction.problems.append(Problem("2", f"transaction {self.transaction.control} has no trailer SE"))
        if self.transaction.kind and self.reader.loops and self.reader.loops[-1][0] == "ST":
            self.reader.loops.pop()
        transaction, self.transaction = self.transaction, None
        self.listener.ended(transaction)

    def _end(self) -> None:
        self._end_transaction()
        self.reader.cleanup()
        for kind, code, text, *_ in self.reader.pop_errors():
            target = self.interchange.groups[-1].problems if kind == "gs" and self.interchange.groups else None
            (self.interchange.problems if target is None else target).append(Problem(code, text))

    def _checked(self, segment: str, problems: list[Problem]) -> None:
        """Has pyx12 account for one header or trailer, and keeps what it finds."""
        delimiters = self.interchange.delimiters
        parsed = Segment(segment, delimiters.segment, delimiters.element, delimiters.component)
        try:
            self.reader._parse_segment(parsed)
        except (IndexError, X12Error):
            problems.append(Problem("", f"the trailer {segment[:40]} has no header"))
        problems.extend(Problem(code, text) for kind, code, text, *_ in self.reader.pop_errors() if kind != "seg")

    def _group(self) -> Group:
        """The open group; one without a header where a transaction stands outside of any."""
        if self.group is None:
            self.group = Group([])
            self.interchange.groups.append(self.group)
        return self.group


def _at(parts: list[str], index: int) -> str:
    return parts[index] if index < len(parts) else ""
