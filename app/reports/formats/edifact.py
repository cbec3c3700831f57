"""How an EDIFACT SLSRPT, sales data report message, is read.

Each line item (LIN) is one row, and so is each further quantity of it that has a party, a reference, a date, a place or
serial numbers of its own: a line may be split over several buyers. What stands at the head of the message, at a
location (LOC) or in the item before its quantity holds for what follows, unless it says otherwise; of the parties, only
those below the head. What a segment means is the profile's to say.

A decimal mark is a point or a comma, as ISO 9735 has it; it knows no other marks in a number. A price for several units
is divided by them. Where only the amount of a line is stated, the price of one unit is taken from it if it is exact.
Whether a row is a return is said by its quantity's sign or qualifier; which document it stands on then, see `documents`.
"""

from app.programme.terms import SubmissionKind
from app.reports.formats.frame import FIELDS, ReadingRules, ReportFrame
from app.reports.formats.items import Around, Item, Part, Row, Scope, serials_of
from app.reports.formats.messages import (
    Message,
    component,
    declared_alphabet_of,
    envelope_issues,
    envelopes_detected,
    followed,
)
from app.reports.formats.notation import Notation
from app.reports.formats.profiles import DEFAULT_EDIFACT, EdifactProfile
from app.reports.formats.script import Pieces, script_of, text_of
from app.reports.formats.segments import MOST_WAITING, Delimiters, Elements, too_late
from app.reports.formats.spool import Rows
from app.reports.formats.streamed import StreamedReading
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

SALES_REPORT = "SLSRPT"
_KEPT = {"DTM", "NAD", "RFF", "MOA", "PRI"}
"""The segments that say something by their qualifier; the others that are read say it by themselves."""
_BEGIN = "BGM"
_READ = _KEPT | {"BGM", "DOC", "CUX", "LOC", "LIN", "PIA", "QTY", "MKS", "GIN", "CNT", "UNS"}
_ADDITIONAL, _OF_THE_PRODUCT = "1", "5"
_LINE_ITEMS = "2"
_FURTHER = ("reseller_name", "end_customer_account", "location", "line_amount")


def read_slsrpt(data: bytes, rules: ReadingRules, profile: EdifactProfile = DEFAULT_EDIFACT) -> ReportFrame:
    """The sales report in these bytes at once; see `open_slsrpt`."""
    return open_slsrpt(lambda: (data,), rules, profile).together()


def open_slsrpt(pieces: Pieces, rules: ReadingRules, profile: EdifactProfile = DEFAULT_EDIFACT) -> StreamedReading:
    """The sales report in these bytes.

    Raises UnreadableReport where they are no EDIFACT interchange, its envelope cannot be read, it holds no SLSRPT that
    adds to what was reported, it breaks off before its first row, or a sell-in report was asked for: a SLSRPT says what
    a distributor sold, not what it bought.
    """
    if rules.kind is not SubmissionKind.SELL_THROUGH:
        raise UnreadableReport(
            FailureCode.WRONG_FORMAT,
            "An EDIFACT SLSRPT reports sell-through. Send the sell-in report as CSV or XLSX.",
        )
    script = script_of(pieces, declared_alphabet_of(pieces))
    reading = _Reading(profile)
    found = followed(lambda: text_of(pieces, script), reading)
    reading.refuse_if_nothing_was_read()
    removed = [Issue(0, None, IssueCode.NUL_REMOVED, str(script.nuls))] if script.nuls else []
    rows = reading.rows.end()
    return StreamedReading(
        rows.batches,
        rows.count,
        rows.lines,
        rules,
        notation=Notation(),
        whole=[*removed, *envelope_issues(found), *reading.issues],
        detected=script.detected | envelopes_detected(found),
    )


class _Reading:
    """Collects the rows of all messages, in order, as it is told of their segments."""

    def __init__(self, profile: EdifactProfile) -> None:
        self.profile = profile
        prices = tuple(name for name in profile.prices if name not in FIELDS)
        self.names = ("source", *FIELDS, *_FURTHER, *prices, "segments")
        self.rows = Rows(self.names)
        self.issues: list[Issue] = []
        self.unread: list[str] = []
        self.messages = 0
        self.truncated = False
        self.serials = f"RFF{profile.serial_reference}"
        self.message = Message("", "", 0)
        self.waiting: list[str] | None = None
        self.is_read = False
        self._begin(Delimiters("", "", "", ""), self.message)

    def _begin(self, delimiters: Delimiters, message: Message) -> None:
        self.delimiters, self.message = delimiters, message
        self.reference = message.reference[:20]
        self.position = message.first
        self.head = self.scope = Scope()
        self.place = Scope()
        self.item: Item | None = None
        self.after: Scope | None = None
        self.begun = False
        self.before, self.items = self.rows.count, 0
        self.stated: str | None = None

    def began(self, message: Message, delimiters: Delimiters) -> None:
        """One message, if it is a sales report that adds to what was reported, or its header was lost."""
        self._begin(delimiters, message)
        self.waiting, self.is_read = None, message.kind in {SALES_REPORT, ""}
        if self.is_read:
            self.waiting = []
        else:
            self._leave(f"{message.kind[:20]} {self.reference}")

    def told(self, segments: list[str]) -> None:
        """The next segments of the message, which wait until it has said what it is for."""
        if self.waiting is not None:
            self.waiting += segments
            if len(self.waiting) > MOST_WAITING or any(each[:3] == _BEGIN for each in segments):
                self._decide()
        elif self.is_read:
            self._read(segments)

    def ended(self, message: Message) -> None:
        """The end of the message."""
        if self.waiting is not None:
            self._decide()
        if self.is_read:
            self._end_item()
            self.messages += bool(message.kind) or self.rows.count > self.before
            self._account_for(message)

    def _decide(self) -> None:
        """Reads what has waited, where the message is to add to what was reported."""
        waiting, self.waiting = self.waiting or [], None
        begin = next((segment for segment in waiting[:MOST_WAITING] if segment[:3] == _BEGIN), "")
        function = component(self.delimiters.parts(begin), 3)
        self.begun = bool(begin)
        if function is not None and function not in self.profile.kept_functions:
            told = f"{self.message.kind} {self.reference}"
            self._leave(f"{told}, which is to change or cancel another (BGM {function[:20]})")
        else:
            self._read(waiting)

    def _leave(self, told: str) -> None:
        self.is_read = False
        self.unread.append(told)
        self.issues.append(Issue(0, None, IssueCode.TRANSACTION_NOT_READ, told))

    def _read(self, segments: list[str]) -> None:
        delimiters = self.delimiters
        for segment in segments:
            tag = segment[:3]
            if tag in _READ:
                parts = delimiters.parts(segment)
                said = tag + parts[1][0] if len(parts) > 1 else tag
                if tag in _KEPT and said != self.serials:
                    self.scope.said.setdefault(said, parts)
                else:
                    self._segment(tag, said[3:], parts)
            self.scope.segments.append(segment)
            self.position += 1

    def refuse_if_nothing_was_read(self) -> None:
        """Raises UnreadableReport where there is no report, or one that was cut off before its first row."""
        if not self.messages:
            told = ", ".join(self.unread[:5]) or "no message"
            raise UnreadableReport(
                FailureCode.NO_SALES_TRANSACTION,
                f"The interchange holds no sales report ({SALES_REPORT}) that adds to what was reported, but {told}.",
            )
        if self.truncated and not self.rows.count:
            raise UnreadableReport(
                FailureCode.ENVELOPE_BROKEN,
                "The interchange breaks off before its first line item. Send it as it was generated.",
            )

    def _segment(self, tag: str, qualifier: str, parts: Elements) -> None:
        match tag:
            case "BGM" if not self.begun:
                raise too_late(f"BGM of message {self.reference}")
            case "LIN":
                self._begin_item(parts)
            case "PIA" if self.item and qualifier in {_ADDITIONAL, _OF_THE_PRODUCT}:
                self.item.name(parts[2:])
            case "QTY" if qualifier in self.profile.counted_quantities:
                self._begin_part(parts)
            case "LOC":
                self._locate(parts)
            case "GIN" if qualifier == self.profile.serial_numbers:
                self.scope.serials += serials_of(parts[2:])
            case "RFF":
                self.scope.serials += serials_of([parts[1][1:2]])
            case "DOC" if reference := self.profile.documents.get(qualifier):
                named = [["RFF"], [reference, component(parts, 2) or ""]]
                self.scope.said.setdefault(f"RFF{reference}", named)
            case "CUX" | "MKS":
                self.scope.said.setdefault(tag, parts)
            case "UNS" | "CNT":
                self._end_item()
                if tag == "CNT" and qualifier == _LINE_ITEMS:
                    self.stated = component(parts, 1, 1)

    def _begin_item(self, parts: Elements) -> None:
        place = self.after
        self._end_item()
        self.place = place or self.place
        self.item = Item(self._where())
        self.item.name(parts[3:4])
        self.scope = self.item.scope
        self.items += 1

    def _locate(self, parts: Elements) -> None:
        """A location after an item's quantity begins the items there, or, if a quantity follows, is that quantity's."""
        if self.item is None:
            self.place = self.scope = Scope()
        elif self.item.parts:
            self.after = self.scope = Scope()
        self.scope.said.setdefault("LOC", parts)

    def _begin_part(self, parts: Elements) -> None:
        if self.item is None:
            self.item = Item(self._where())
        part = Part([parts], self.after or Scope())
        self.item.parts.append(part)
        self.scope, self.after = part.scope, None

    def _where(self) -> str:
        return f"UNH {self.reference}, segment {self.position}"

    def _end_item(self) -> None:
        item, self.item, self.after, self.scope = self.item, None, None, self.head
        if item is None:
            return
        around = Around(self.profile, self.delimiters, self.head, self.place)
        for ordinal, part in enumerate(item.sales(), 1):
            row = Row(around, item, part, ordinal)
            self.rows.add([*map(row.read().get, self.names)])
            for name, code, value in row.findings:
                self.rows.note(name, code, value)

    def _account_for(self, message: Message) -> None:
        if self.stated and (self.stated.lstrip("0") or "0") != str(self.items):
            told = f"UNH {self.reference} has {self.items}, CNT says {self.stated[:20]}"
            self.issues.append(Issue(0, None, IssueCode.ITEM_COUNT_WRONG, told))
        if not message.complete:
            self.truncated = True
            if self.rows.count > self.before:
                self.rows.note_late(IssueCode.TRUNCATED_ROW, f"UNH {self.reference}")
