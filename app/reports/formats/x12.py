"""How an X12 867, Product Transfer and Resale Report, is read.

Each item (LIN, with its quantity) of a transfer (PTD) is one row. What stands before the items of a transfer, or at
the head of the transaction, holds for every item that does not say otherwise; parties hold for the items that follow
them. What a segment means is the profile's to say.

Whether a row is a return is said by its quantity's sign or qualifier or by the transfer's type; which document it stands
on then, see `documents`. The report is read as its bytes come, and neither they nor its segments are ever held together.
"""

from app.programme.terms import SubmissionKind
from app.reports.formats.acknowledgement import functional_acknowledgement
from app.reports.formats.envelope import Delimiters, Transaction, envelope_issues, envelopes_detected, followed
from app.reports.formats.frame import FIELDS, ReadingRules, ReportFrame
from app.reports.formats.notation import Notation
from app.reports.formats.profiles import DEFAULT, X12Profile
from app.reports.formats.script import Pieces, plain_text_of, script_of
from app.reports.formats.spool import Rows
from app.reports.formats.streamed import StreamedReading
from app.reports.formats.x12_items import Item, Party, Row, Scope, Transfer, at, day_of
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

SALES_REPORT = "867"
_BEYOND_ITEM = {"PTD", "N1", "CTT"}
_FURTHER = ("reseller_name", "end_customer_account", "line_amount")
"""What is kept beside the canonical fields, with the prices that are not the resale price, and the item's segments."""


def read_x12_867(data: bytes, rules: ReadingRules, profile: X12Profile = DEFAULT) -> ReportFrame:
    """The sales report in these bytes at once; see `open_x12_867`."""
    return open_x12_867(lambda: (data,), rules, profile).together()


def open_x12_867(pieces: Pieces, rules: ReadingRules, profile: X12Profile = DEFAULT) -> StreamedReading:
    """The sales report in these bytes, and its 997 where the rules say when it was received.

    Raises UnreadableReport where they are no X12 interchange, its envelope cannot be read, it holds no 867, or a sell-in
    report was asked for: an 867 says what a distributor sold, not what it bought.
    """
    if rules.kind is not SubmissionKind.SELL_THROUGH:
        raise UnreadableReport(
            FailureCode.WRONG_FORMAT, "An X12 867 reports sell-through. Send the sell-in report as CSV."
        )
    script = script_of(pieces)
    reading = _Reading(profile)
    found = followed(plain_text_of(pieces, script), reading)
    now = rules.received_at
    answer = functional_acknowledgement(found, now, SALES_REPORT) if now else None
    if not reading.transactions:
        kinds = sorted({t.kind for i in found for g in i.groups for t in g.transactions})
        told = f"The interchange holds no sales report (867), but {', '.join(kinds) or 'no transaction'}."
        raise UnreadableReport(FailureCode.NO_SALES_TRANSACTION, told, answer)
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
        acknowledgement=answer,
    )


class _Reading:
    """Collects the rows of all transactions, in order, as it is told of their segments."""

    def __init__(self, profile: X12Profile) -> None:
        self.profile = profile
        prices = tuple(name for name in profile.prices if name not in FIELDS)
        self.names = ("source", *FIELDS, *_FURTHER, *prices, "segments")
        self.rows = Rows(self.names)
        self.issues: list[Issue] = []
        self.transactions = 0
        self.delimiters = Delimiters("*", ">", "~")
        self.counted = profile.counted_quantities
        self.is_read = False
        self._begin(Transaction("", "", 0))

    def _begin(self, transaction: Transaction) -> None:
        self.control, self.position = transaction.control, transaction.first
        self.header = Scope()
        self.transfer: Transfer | None = None
        self.item: Item | None = None
        self.before, self.items, self.last = self.rows.count, 0, ""

    def began(self, transaction: Transaction, delimiters: Delimiters) -> None:
        """One transaction, if it is a sales report or its header was lost; any other is named and left."""
        self.is_read = transaction.kind in {SALES_REPORT, ""}
        if not self.is_read:
            told = f"{transaction.kind} {transaction.control}"
            self.issues.append(Issue(0, None, IssueCode.TRANSACTION_NOT_READ, told))
            return
        self.transactions += 1
        self.delimiters = delimiters
        self._begin(transaction)

    def told(self, segments: list[str]) -> None:
        """The next segments of the transaction."""
        if not self.is_read:
            return
        element = self.delimiters.element
        for segment in segments:
            parts = segment.split(element)
            self._segment(parts[0], parts, segment)
            self.position += 1
        self.last = segments[-1]

    def ended(self, transaction: Transaction) -> None:
        """The end of the transaction."""
        if self.is_read:
            self._end_transfer()
            self._account_for(transaction)

    def _segment(self, tag: str, parts: list[str], segment: str) -> None:
        if tag == "LIN" or (tag == "QTY" and at(parts, 1) in self.counted):
            self.items += tag == "LIN"
            self._begin_item(tag)
        item = self.item
        if item is None:
            self._of_transfer(tag, parts)
            return
        if tag not in _BEYOND_ITEM:
            item.segments.append(segment)
        match tag:
            case "REF":
                qualifier = at(parts, 1) or ""
                if qualifier == self.profile.serial_reference:
                    item.serials.append(at(parts, 2) or "")
                else:
                    item.scope.references.setdefault(qualifier, parts)
            case "QTY":
                item.quantities.append(parts)
            case "LIN":
                item.line = parts
            case "UIT" | "AMT":
                (item.prices if tag == "UIT" else item.amounts).append(parts)
            case "DTM":
                item.scope.dates.setdefault(at(parts, 1) or "", day_of(at(parts, 2)))
            case "CUR":
                item.scope.currency = at(parts, 2)
            case "N1" | "PTD" | "CTT":
                self._of_transfer(tag, parts)

    def _of_transfer(self, tag: str, parts: list[str]) -> None:
        """What stands outside of an item, or ends it."""
        match tag:
            case "PTD":
                self._end_transfer()
                self.transfer = Transfer(at(parts, 1) or "", self._where())
            case "CTT":
                self._end_transfer()
            case "N1":
                self._party(parts)
            case "N4" if self.transfer and self.transfer.latest:
                self.transfer.latest.country = at(parts, 4)
            case "REF":
                self._scope().references.setdefault(at(parts, 1) or "", parts)
            case "DTM":
                self._scope().dates.setdefault(at(parts, 1) or "", day_of(at(parts, 2)))
            case "CUR":
                self._scope().currency = at(parts, 2)

    def _where(self) -> str:
        return f"ST {self.control}, segment {self.position}"

    def _begin_item(self, tag: str) -> None:
        """A second LIN begins a new item; so does a quantity after the LIN, where quantities come first.

        Quantities that are no sale and no return, such as stock, begin nothing.
        """
        item = self.item
        if item and item.line and (tag == "LIN" or item.opener == "QTY"):
            self._end_item()
        if self.item is None:
            where = self._where()
            self.transfer = self.transfer or Transfer("", where)
            self.item = Item(where, tag)
            self.transfer.used = True

    def _party(self, parts: list[str]) -> None:
        """A party; the first one after an item begins the parties of the items that follow."""
        if self.transfer is None:
            return
        if self.item is not None:
            self._end_item()
            self.transfer.parties = {}
        self.transfer.roles = None
        self.transfer.latest = Party(at(parts, 2), at(parts, 4))
        self.transfer.parties.setdefault(at(parts, 1) or "", []).append(self.transfer.latest)

    def _scope(self) -> Scope:
        return self.transfer.scope if self.transfer is not None else self.header

    def _end_item(self) -> None:
        if self.item is None or self.transfer is None:
            return
        row = Row(self.profile, self.counted, self.delimiters, self.header, self.transfer, self.item)
        self.rows.add([*map(row.read().get, self.names)])
        for name, code, value in row.findings:
            self.rows.note(name, code, value)
        self.item = None

    def _end_transfer(self) -> None:
        """A transfer without any item is a row too: one that lacks its product and quantity."""
        if self.transfer is not None and not self.transfer.used:
            self.item = Item(self.transfer.where, "PTD")
        self._end_item()
        self.transfer = None

    def _account_for(self, transaction: Transaction) -> None:
        last = self.last.split(self.delimiters.element)
        stated = at(last, 1) if last[0] == "CTT" else None
        if stated and (stated.lstrip("0") or "0") != str(self.items):
            told = f"ST {transaction.control} has {self.items}, CTT01 says {stated[:20]}"
            self.issues.append(Issue(0, None, IssueCode.ITEM_COUNT_WRONG, told))
        if self.rows.count > self.before and not transaction.complete:
            self.rows.note_late(IssueCode.TRUNCATED_ROW, self.rows.latest[0])
