"""How an X12 interchange is taken apart: delimiters, functional groups, transactions, and what its trailers say.

The delimiters are read from the interchange's own header. Line ends around segments, empty segments, a byte order
mark, padding that was lost and a last segment without its terminator are put in order before anything is read.
Headers and trailers are accounted for by pyx12, whose findings are the codes of a 997 acknowledgement; the segments
between them bypass its reader, which stops without a word at an empty segment, at one longer than its buffer, and
before a last one that has no terminator. Wrong counts and control numbers are said, and do not stop the report.
"""

import io
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from pyx12.errors import X12Error
from pyx12.segment import Segment
from pyx12.x12file import X12Reader

from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

_ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
_CONTROL = {"ISA", "IEA", "GS", "GE", "ST", "SE"}
_LONGEST_HEADER = 2000
_NEXT_HEADER = re.compile(r"ISA(?=[^A-Za-z0-9\s])")


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
    """One transaction set: its segments from after ST to before SE, and where in the file the first of them stands."""

    kind: str
    control: str
    first: int
    segments: list[str] = field(default_factory=list)
    complete: bool = False
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


def interchanges(text: str) -> list[Interchange]:
    """The interchanges of a file, in order. Raises UnreadableReport where one has no readable ISA header."""
    start = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    if not text.startswith("ISA", start):
        raise UnreadableReport(
            FailureCode.NOT_X12,
            f"An X12 report begins with ISA; this one begins with “{text[start : start + 40]}”.",
        )
    found: list[Interchange] = []
    position = 0
    while start < len(text):
        delimiters, header = _header(text[start : start + _LONGEST_HEADER])
        end = _end_of(text, start, delimiters)
        body = text[start:end].split(delimiters.segment)
        segments = [trimmed for segment in body if (trimmed := segment.strip("\r\n "))]
        found.append(_Account(header, delimiters, position).read(segments))
        position += len(segments)
        start = end
    return found


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


def _end_of(text: str, start: int, delimiters: Delimiters) -> int:
    """Where the interchange that starts here ends: before the next ISA header that follows the end of a segment."""
    for header in _NEXT_HEADER.finditer(text, start + 3):
        before = header.start() - 1
        while text[before].isspace() and text[before] != delimiters.segment:
            before -= 1
        if text[before] == delimiters.segment:
            return header.start()
    return len(text)


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
    """Walks one interchange and keeps the account of its headers and trailers."""

    def __init__(self, header: list[str], delimiters: Delimiters, position: int) -> None:
        self.interchange = Interchange(header, delimiters)
        self.position = position
        padded = [value.ljust(width)[:width] for value, width in zip(header[1:16], _ISA_WIDTHS, strict=True)]
        padded[11] = (
            "00501" if padded[11] == "00501" else "00401"
        )  # pyx12 knows these two; the header keeps what was sent
        self.isa = delimiters.element.join(["ISA", *padded, delimiters.component])
        self.reader = X12Reader(io.StringIO(self.isa + delimiters.segment))
        self.group: Group | None = None
        self.transaction: Transaction | None = None

    def read(self, segments: list[str]) -> Interchange:
        element = self.interchange.delimiters.element
        self._checked(self.isa, self.interchange.problems)
        self.reader.gs_ids = _Seen()
        starts = [
            (i, tag) for i, segment in enumerate(segments) if (tag := segment[:3].partition(element)[0]) in _CONTROL
        ]
        starts.append((len(segments), ""))
        for (begin, tag), (end, _) in pairwise(starts):
            self._control(tag, segments[begin], begin)
            if end > begin + 1:
                self._body(segments[begin + 1 : end], begin + 1)
        self._end()
        return self.interchange

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
                self.transaction = Transaction(_at(parts, 1), _at(parts, 2), self.position + index + 2)
                self._group().transactions.append(self.transaction)
                self._checked(segment, self.transaction.problems)
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

    def _body(self, segments: list[str], index: int) -> None:
        """Segments between two controls; those outside of a transaction are taken as one whose header was lost."""
        if segments[0].startswith("TA1") and self.transaction is None:
            return
        if self.transaction is None:
            self.transaction = Transaction("", "", self.position + index + 1)
            self.transaction.problems.append(Problem("1", "segments stand outside of a transaction (ST is missing)"))
            self._group().transactions.append(self.transaction)
        self.transaction.segments.extend(segments)

    def _close_transaction(self, segment: str) -> None:
        transaction, self.transaction = self.transaction, None
        if transaction is None:
            self._group().problems.append(Problem("5", "a trailer SE has no header ST"))
            return
        transaction.complete = True
        if not transaction.kind:
            return
        self.reader.seg_count = len(transaction.segments) + 1
        self._checked(segment, transaction.problems)

    def _end_transaction(self) -> None:
        """A transaction that is still open has no trailer."""
        if self.transaction is None:
            return
        self.transaction.problems.append(Problem("2", f"transaction {self.transaction.control} has no trailer SE"))
        if self.transaction.kind and self.reader.loops and self.reader.loops[-1][0] == "ST":
            self.reader.loops.pop()
        self.transaction = None

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
