"""How an X12 846, Inventory Inquiry/Advice, is read.

Each quantity (QTY) of an item (LIN) that is stock, or a movement of it, is one row: so many on hand, so many on their way.
The warehouse (N1) named last before a quantity holds for it, or, where none was, the first that is named after it within
the item; the day is the item's own, the report's, or that of its beginning segment (BIA). What a qualifier means is the
profile's to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.programme.terms import StockMovementKind, SubmissionKind
from app.reports.formats.acknowledgement import functional_acknowledgement
from app.reports.formats.documents import as_return
from app.reports.formats.envelope import (
    MOST_WAITING,
    Delimiters,
    Transaction,
    envelope_issues,
    envelopes_detected,
    followed,
    too_late,
)
from app.reports.formats.frame import STOCK_FIELDS, ReadingRules, ReportFrame
from app.reports.formats.notation import Notation
from app.reports.formats.script import Pieces, plain_text_of, script_of
from app.reports.formats.spool import Rows
from app.reports.formats.stock import TAKES_AWAY
from app.reports.formats.stock_profiles import DEFAULT_STOCK, X12StockProfile
from app.reports.formats.streamed import StreamedReading
from app.reports.formats.x12_items import at, day_of
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

INVENTORY_REPORT = "846"
_BEGIN = "BIA"
_NAMES = ("source", *STOCK_FIELDS, "warehouse_name", "segments")


def read_x12_846(data: bytes, rules: ReadingRules, profile: X12StockProfile = DEFAULT_STOCK) -> ReportFrame:
    """The inventory report in these bytes at once; see `open_x12_846`."""
    return open_x12_846(lambda: (data,), rules, profile).together()


def open_x12_846(pieces: Pieces, rules: ReadingRules, profile: X12StockProfile = DEFAULT_STOCK) -> StreamedReading:
    """The inventory report in these bytes, and its 997 where the rules say when it was received.

    Raises UnreadableReport where they are no X12 interchange, its envelope cannot be read, it holds no 846 that adds to
    what was reported, or another report than one of inventory was asked for.
    """
    if rules.kind is not SubmissionKind.INVENTORY:
        raise UnreadableReport(
            FailureCode.WRONG_FORMAT, "An X12 846 reports inventory. Send sales as an 867, CSV or XLSX."
        )
    script = script_of(pieces)
    reading = _Reading(profile)
    found = followed(plain_text_of(pieces, script), reading)
    now = rules.received_at
    answer = functional_acknowledgement(found, now, INVENTORY_REPORT) if now else None
    if not reading.transactions:
        told = ", ".join(dict.fromkeys(reading.unread)) or "no transaction"
        raise UnreadableReport(
            FailureCode.NO_INVENTORY_TRANSACTION,
            f"The interchange holds no inventory report (846) that adds to what was reported, but {told}.",
            answer,
        )
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


@dataclass(slots=True)
class _Scope:
    """What holds for everything below it: references and dates by their qualifier, the first of a kind."""

    references: dict[str, list[str]] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Warehouse:
    """A party at which goods lie: its code, and its name beside it."""

    code: str | None
    name: str | None


@dataclass(slots=True)
class _Quantity:
    """A QTY, the warehouse that was named before it, and what holds for it alone."""

    parts: list[str]
    warehouse: _Warehouse | None
    scope: _Scope = field(default_factory=_Scope)


@dataclass(slots=True)
class _Item:
    """One LIN with its quantities. `around` is the warehouse named before it, `named` the first that it names."""

    where: str
    line: list[str]
    around: _Warehouse | None
    scope: _Scope = field(default_factory=_Scope)
    quantities: list[_Quantity] = field(default_factory=list)
    named: _Warehouse | None = None
    segments: list[str] = field(default_factory=list)


class _Reading:
    """Collects the rows of all transactions, in order, as it is told of their segments."""

    def __init__(self, profile: X12StockProfile) -> None:
        self.profile = profile
        self.rows = Rows(_NAMES)
        self.issues: list[Issue] = []
        self.unread: list[str] = []
        self.transactions = 0
        self.transaction = Transaction("", "", 0)
        self.delimiters = Delimiters("*", ">", "~")
        self.waiting: list[str] | None = None
        self.items: _Items | None = None
        self.before, self.count, self.last = 0, 0, ""
        self.left: list[str] = []

    def began(self, transaction: Transaction, delimiters: Delimiters) -> None:
        """One transaction, if it is an inventory report that adds to others; any other is named and left."""
        self.transaction, self.delimiters, self.items, self.waiting = transaction, delimiters, None, None
        if transaction.kind in {INVENTORY_REPORT, ""}:
            self.waiting = []
        else:
            self._leave(f"{transaction.kind} {transaction.control}")

    def told(self, segments: list[str]) -> None:
        """The next segments of the transaction, which wait until it has said what it is for."""
        self.last = segments[-1]
        if self.waiting is not None:
            self.waiting += segments
            if len(self.waiting) > MOST_WAITING or any(each.startswith(_BEGIN) for each in segments):
                self._decide()
        elif self.items is not None:
            self._read(self.items, segments)

    def ended(self, transaction: Transaction) -> None:
        """The end of the transaction."""
        if self.waiting is not None:
            self._decide()
        if self.items is None:
            return
        self._keep(self.items.ended())
        if self.left:
            told = f"ST {transaction.control}: QTY {', '.join(dict.fromkeys(self.left))}"
            self.issues.append(Issue(0, None, IssueCode.QUANTITY_NOT_READ, told))
        self._account_for(transaction)

    def _decide(self) -> None:
        """Reads what has waited, where the purpose of the transaction is one that is read."""
        waiting, self.waiting = self.waiting or [], None
        begins = (each.split(self.delimiters.element) for each in waiting[:MOST_WAITING] if each.startswith(_BEGIN))
        begin = next(begins, [])
        purpose = at(begin, 1) or ""
        if purpose not in self.profile.kept_purposes:
            told = f"{self.transaction.kind} {self.transaction.control}"
            self._leave(f"{told}, which is to change or cancel another (BIA {purpose[:2]})")
            return
        self.transactions += 1
        self.before, self.count, self.left = self.rows.count, 0, []
        self.items = _Items(self.profile, self.transaction, self.delimiters, at(begin, 4), begun=bool(begin))
        self._read(self.items, waiting)

    def _read(self, items: "_Items", segments: list[str]) -> None:
        for segment in segments:
            self._keep(items.ended_by(segment))

    def _keep(self, item: "_Rows | None") -> None:
        if item is not None:
            self.count += bool(item.item.line)
            for row in item.rows(self.left):
                self.rows.add([row[name] for name in _NAMES])

    def _leave(self, told: str) -> None:
        self.transaction.refused = True
        self.unread.append(self.transaction.kind if "," not in told else told)
        self.issues.append(Issue(0, None, IssueCode.TRANSACTION_NOT_READ, told))

    def _account_for(self, transaction: Transaction) -> None:
        last = self.last.split(self.delimiters.element) if transaction.count else [""]
        stated = at(last, 1) if last[0] == "CTT" else None
        if stated and (stated.lstrip("0") or "0") != str(self.count):
            told = f"ST {transaction.control} has {self.count}, CTT01 says {stated[:20]}"
            self.issues.append(Issue(0, None, IssueCode.ITEM_COUNT_WRONG, told))
        if self.rows.count > self.before and not transaction.complete:
            self.rows.note_late(IssueCode.TRUNCATED_ROW, self.rows.latest[0])


class _Items:
    """Walks one transaction and gives its items, each once it is whole."""

    def __init__(
        self,
        profile: X12StockProfile,
        transaction: Transaction,
        delimiters: Delimiters,
        day: str | None,
        *,
        begun: bool,
    ) -> None:
        """`day` is that of the beginning segment, and `begun` whether there was one."""
        self.profile, self.delimiters, self.day, self.begun = profile, delimiters, day, begun
        self.control = transaction.control
        self.position = transaction.first
        self.header = _Scope()
        self.warehouse: _Warehouse | None = None
        self.item: _Item | None = None

    def ended_by(self, segment: str) -> "_Rows | None":
        """The item that ends where this segment begins; the segment is read."""
        parts = segment.split(self.delimiters.element)
        found = self.ended() if parts[0] in {"LIN", "CTT"} else None
        self._segment(parts, f"ST {self.control}, segment {self.position}")
        if self.item is not None:
            self.item.segments.append(segment)
        self.position += 1
        return found

    def ended(self) -> "_Rows | None":
        """The item that was begun, if one was."""
        item, self.item = self.item, None
        return None if item is None else _Rows(self.profile, self.delimiters, self.header, self.day, item)

    def _segment(self, parts: list[str], where: str) -> None:
        match parts[0]:
            case "BIA" if not self.begun:
                raise too_late(f"BIA of transaction {self.control}")
            case "LIN":
                self.item = _Item(where, parts, self.warehouse)
            case "QTY":
                self.item = self.item or _Item(where, [], self.warehouse)
                self.item.quantities.append(_Quantity(parts, self.warehouse))
            case "N1" if at(parts, 1) in self.profile.warehouses:
                self.warehouse = _Warehouse(at(parts, 4) or at(parts, 2), at(parts, 2))
                if self.item is not None and self.item.named is None:
                    self.item.named = self.warehouse
            case "REF":
                self._scope().references.setdefault(at(parts, 1) or "", parts)
            case "DTM":
                self._scope().dates.setdefault(at(parts, 1) or "", day_of(at(parts, 2)))

    def _scope(self) -> _Scope:
        if self.item is None:
            return self.header
        return self.item.quantities[-1].scope if self.item.quantities else self.item.scope


class _Rows:
    """The rows of one item."""

    def __init__(
        self, profile: X12StockProfile, delimiters: Delimiters, header: _Scope, day: str | None, item: _Item
    ) -> None:
        self.profile, self.delimiters, self.header, self.item = profile, delimiters, header, item
        self.day = day_of(day) or None

    def rows(self, left: list[str]) -> Iterator[dict[str, str | None]]:
        """A row for each quantity that is stock or moved; the qualifiers of the others go to `left`.

        An item without any quantity is a row too: one that lacks it.
        """
        for quantity in self.item.quantities or [_Quantity([], self.item.around)]:
            code = at(quantity.parts, 1) or ""
            if code in self.profile.not_stock or self._is_said_better(quantity, code):
                left.append(code)
            else:
                yield self._row(quantity, code)

    def _is_said_better(self, quantity: _Quantity, code: str) -> bool:
        """Whether another quantity of this item and place, which goes before this one, says the same state."""
        status, order = self.profile.statuses.get(code), self.profile.in_order
        if status is None:
            return False
        others = [at(each.parts, 1) for each in self.item.quantities if each.warehouse == quantity.warehouse]
        better = order[: order.index(code)]
        return any(self.profile.statuses[each] == status for each in better if each in others)

    def _row(self, quantity: _Quantity, code: str) -> dict[str, str | None]:
        profile, scopes = self.profile, (quantity.scope, self.item.scope, self.header)
        movement = profile.movements.get(code)
        status = profile.statuses.get(code)
        unknown = f"QTY{self.delimiters.element}{code}" if code and not movement and not status else None
        warehouse = quantity.warehouse or self.item.named or _Warehouse(None, None)
        reference = next((each for key in profile.references if (each := self._reference(scopes, key, 2))), None)
        return {
            "source": self.item.where,
            "warehouse": warehouse.code,
            "warehouse_name": warehouse.name,
            "product_code": self._product(),
            "counted_on": self._day(scopes),
            "quantity": _signed(at(quantity.parts, 2), movement),
            "unit": (at(quantity.parts, 3) or "").split(self.delimiters.component)[0] or None,
            "status": status or unknown,
            "movement": movement,
            "reference": reference if movement else None,
            "reference_line": self._reference(scopes, profile.line_reference, 2) if movement else None,
            "lot": self._reference(scopes, profile.lot_reference, 2),
            "segments": (self.delimiters.segment + "\n").join(self.item.segments),
        }

    def _product(self) -> str | None:
        """The product under the first of the profile's qualifiers that the LIN has."""
        pairs = self.item.line[2:]
        codes = {qualifier: code for qualifier, code in zip(pairs[::2], pairs[1::2], strict=False) if code.strip()}
        return next((codes[qualifier] for qualifier in self.profile.product_qualifiers if qualifier in codes), None)

    def _day(self, scopes: tuple[_Scope, ...]) -> str | None:
        dated = (scope.dates.get(key) for scope in scopes for key in self.profile.counted_on_dates)
        return next((day for day in dated if day), self.day)

    def _reference(self, scopes: tuple[_Scope, ...], qualifier: str, index: int) -> str | None:
        return next((at(each.references[qualifier], index) for each in scopes if qualifier in each.references), None)


def _signed(quantity: str | None, movement: StockMovementKind | None) -> str | None:
    """The quantity; what left the warehouse is negative, whatever sign it was sent with."""
    return as_return(quantity) if movement in TAKES_AWAY else quantity
