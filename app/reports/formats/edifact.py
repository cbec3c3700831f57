"""How an EDIFACT SLSRPT, sales data report message, is read.

Each line item (LIN) is one row, and so is each further quantity of it that has a party, a reference, a date, a place or
serial numbers of its own: a line may be split over several buyers. What stands at the head of the message, at a
location (LOC) or in the item before its quantity holds for what follows, unless it says otherwise; of the parties, only
those below the head. What a segment means is the profile's to say.

A decimal mark is a point or a comma, as ISO 9735 has it; it knows no other marks in a number. A price for several units
is divided by them. Where only the amount of a line is stated, the price of one unit is taken from it if it is exact.
Whether a row is a return is said by its quantity's sign or qualifier; which document it stands on then, see `documents`.
"""

import polars as pl

from app.programme.terms import SubmissionKind
from app.reports.formats.checks import checked
from app.reports.formats.frame import FIELDS, ReadingRules, ReportFrame
from app.reports.formats.items import Around, Item, Part, Row, Scope, serials_of
from app.reports.formats.messages import (
    Delimiters,
    Elements,
    Message,
    component,
    declared_alphabet,
    envelope_issues,
    envelopes_detected,
    interchanges,
)
from app.reports.formats.notation import Notation
from app.reports.formats.profiles import DEFAULT_EDIFACT, EdifactProfile
from app.reports.formats.text import as_text
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

SALES_REPORT = "SLSRPT"
_KEPT = {"DTM", "NAD", "RFF", "MOA", "PRI"}
"""The segments that say something by their qualifier; the others that are read say it by themselves."""
_READ = _KEPT | {"BGM", "DOC", "CUX", "LOC", "LIN", "PIA", "QTY", "MKS", "GIN", "CNT", "UNS"}
_ADDITIONAL, _OF_THE_PRODUCT = "1", "5"
_LINE_ITEMS = "2"
_SET_ASIDE = 10_000
"""Rows after which those read so far are packed: a row as a mapping takes ten times its room."""
_FURTHER = ("reseller_name", "end_customer_account", "location", "line_amount")


def read_slsrpt(data: bytes, rules: ReadingRules, profile: EdifactProfile = DEFAULT_EDIFACT) -> ReportFrame:
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
    source = as_text(data, declared_alphabet(data))
    found = interchanges(source.text)
    reading = _Reading(profile)
    for interchange in found:
        for message in interchange.messages:
            reading.read(message, interchange.delimiters)
    reading.refuse_if_nothing_was_read()
    removed = [Issue(0, None, IssueCode.NUL_REMOVED, str(source.nuls))] if source.nuls else []
    issues = [*removed, *envelope_issues(found), *reading.issues]
    rows, all_issues = checked(reading.received(), rules, Notation(), issues)
    text = {"encoding": source.encoding, "unreadable_characters": source.replaced}
    return ReportFrame(rows, all_issues, text | envelopes_detected(found))


class _Reading:
    """Collects the rows of all messages, in order."""

    def __init__(self, profile: EdifactProfile) -> None:
        self.profile = profile
        prices = tuple(name for name in profile.prices if name not in FIELDS)
        self.names = ("source", *FIELDS, *_FURTHER, *prices, "segments")
        self.rows: list[dict[str, str | None]] = []
        self.done: list[pl.DataFrame] = []
        self.count = 0
        self.issues: list[Issue] = []
        self.unread: list[str] = []
        self.messages = 0
        self.truncated = False
        self._begin(Delimiters("", "", "", ""), "")

    def _begin(self, delimiters: Delimiters, reference: str) -> None:
        self.delimiters = delimiters
        self.reference = reference[:20]
        self.position = 0
        self.head = self.scope = Scope()
        self.place = Scope()
        self.item: Item | None = None
        self.after: Scope | None = None
        self.items = 0
        self.stated: str | None = None

    def read(self, message: Message, delimiters: Delimiters) -> None:
        """One message, if it is a sales report that adds to what was reported, or its header was lost."""
        self._begin(delimiters, message.reference)
        if unread := self._unread(message):
            self.unread.append(unread)
            self.issues.append(Issue(0, None, IssueCode.TRANSACTION_NOT_READ, unread))
            return
        before, serials = self.count, f"RFF{self.profile.serial_reference}"
        for position, segment in enumerate(message.segments, message.first):
            tag = segment[:3]
            if tag in _READ:
                parts = delimiters.parts(segment)
                said = tag + parts[1][0] if len(parts) > 1 else tag
                if tag in _KEPT and said != serials:
                    self.scope.said.setdefault(said, parts)
                else:
                    self.position = position
                    self._segment(tag, said[3:], parts)
            self.scope.segments.append(segment)
        self._end_item()
        self.messages += bool(message.kind) or self.count > before
        self._account_for(message, self.count > before)

    def _unread(self, message: Message) -> str | None:
        """Why a message is not read."""
        if message.kind not in {SALES_REPORT, ""}:
            return f"{message.kind[:20]} {self.reference}"
        begin = next((segment for segment in message.segments if segment[:3] == "BGM"), "")
        function = component(self.delimiters.parts(begin), 3)
        if function is not None and function not in self.profile.kept_functions:
            return f"{message.kind} {self.reference}, which is to change or cancel another (BGM {function[:20]})"
        return None

    def refuse_if_nothing_was_read(self) -> None:
        """Raises UnreadableReport where there is no report, or one that was cut off before its first row."""
        if not self.messages:
            told = ", ".join(self.unread[:5]) or "no message"
            raise UnreadableReport(
                FailureCode.NO_SALES_TRANSACTION,
                f"The interchange holds no sales report ({SALES_REPORT}) that adds to what was reported, but {told}.",
            )
        if self.truncated and not self.count:
            raise UnreadableReport(
                FailureCode.ENVELOPE_BROKEN,
                "The interchange breaks off before its first line item. Send it as it was generated.",
            )

    def received(self) -> pl.DataFrame:
        """The rows as a reader hands them to the checks."""
        self._set_aside()
        return pl.concat(self.done).select(pl.int_range(1, pl.len() + 1).alias("row"), pl.all())

    def _set_aside(self) -> None:
        columns = {name: [row.get(name) for row in self.rows] for name in self.names}
        self.done.append(pl.DataFrame(columns, schema=dict.fromkeys(self.names, pl.String())))
        self.rows.clear()

    def _segment(self, tag: str, qualifier: str, parts: Elements) -> None:
        match tag:
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
            self.rows.append(row.read())
            self.count += 1
            self.issues.extend(Issue(self.count, name, code, value) for name, code, value in row.findings)
        if len(self.rows) >= _SET_ASIDE:
            self._set_aside()

    def _account_for(self, message: Message, any_rows: bool) -> None:
        if self.stated and (self.stated.lstrip("0") or "0") != str(self.items):
            told = f"UNH {self.reference} has {self.items}, CNT says {self.stated[:20]}"
            self.issues.append(Issue(0, None, IssueCode.ITEM_COUNT_WRONG, told))
        if not message.complete:
            self.truncated = True
            if any_rows:
                self.issues.append(Issue(self.count, None, IssueCode.TRUNCATED_ROW, f"UNH {self.reference}"))
