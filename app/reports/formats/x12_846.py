"""How an X12 846, Inventory Inquiry/Advice, is read.

Each quantity (QTY) of an item (LIN) that is stock, or a movement of it, is one row: so many on hand, so many on their way.
The warehouse (N1) named last before a quantity holds for it, or, where none was, the first that is named after it within
the item; the day is the item's own, the report's, or that of its beginning segment (BIA). What a qualifier means is the
profile's to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from app.programme.terms import StockMovementKind, SubmissionKind
from app.reports.formats.acknowledgement import functional_acknowledgement
from app.reports.formats.documents import as_return
from app.reports.formats.envelope import Delimiters, Transaction, envelope_issues, envelopes_detected, interchanges
from app.reports.formats.frame import STOCK_FIELDS, ReadingRules, ReportFrame
from app.reports.formats.notation import Notation
from app.reports.formats.stock import TAKES_AWAY, checked_stock
from app.reports.formats.stock_profiles import DEFAULT_STOCK, X12StockProfile
from app.reports.formats.text import as_text
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

INVENTORY_REPORT = "846"
_NAMES = ("source", *STOCK_FIELDS, "warehouse_name", "segments")


def read_x12_846(data: bytes, rules: ReadingRules, profile: X12StockProfile = DEFAULT_STOCK) -> ReportFrame:
    """The inventory report in these bytes, and its 997 where the rules say when it was received.

    Raises UnreadableReport where they are no X12 interchange, its envelope cannot be read, it holds no 846 that adds to
    what was reported, or another report than one of inventory was asked for.
    """
    if rules.kind is not SubmissionKind.INVENTORY:
        raise UnreadableReport(
            FailureCode.WRONG_FORMAT, "An X12 846 reports inventory. Send sales as an 867, CSV or XLSX."
        )
    source = as_text(data)
    found = interchanges(source.text)
    reading = _Reading(profile)
    for interchange in found:
        for group in interchange.groups:
            for transaction in group.transactions:
                reading.read(transaction, interchange.delimiters)
    if not reading.transactions:
        told = ", ".join(dict.fromkeys(reading.unread)) or "no transaction"
        raise UnreadableReport(
            FailureCode.NO_INVENTORY_TRANSACTION,
            f"The interchange holds no inventory report (846) that adds to what was reported, but {told}.",
        )
    removed = [Issue(0, None, IssueCode.NUL_REMOVED, str(source.nuls))] if source.nuls else []
    issues = [*removed, *envelope_issues(found), *reading.issues]
    rows, all_issues = checked_stock(reading.received(), rules, Notation(), issues)
    answer = functional_acknowledgement(found, rules.received_at, INVENTORY_REPORT) if rules.received_at else None
    text = {"encoding": source.encoding, "unreadable_characters": source.replaced}
    return ReportFrame(rows, all_issues, text | envelopes_detected(found), answer)


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
    """Collects the rows of all transactions, in order."""

    def __init__(self, profile: X12StockProfile) -> None:
        self.profile = profile
        self.rows: list[dict[str, str | None]] = []
        self.issues: list[Issue] = []
        self.unread: list[str] = []
        self.transactions = 0

    def received(self) -> pl.DataFrame:
        """The rows as a reader hands them to the checks."""
        columns = {name: [row.get(name) for row in self.rows] for name in _NAMES}
        frame = pl.DataFrame(columns, schema=dict.fromkeys(_NAMES, pl.String()))
        return frame.select(pl.int_range(1, pl.len() + 1).alias("row"), pl.all())

    def read(self, transaction: Transaction, delimiters: Delimiters) -> None:
        """One transaction, if it is an inventory report that adds to others; any other is named and left."""
        if transaction.kind not in {INVENTORY_REPORT, ""}:
            self._leave(transaction, f"{transaction.kind} {transaction.control}")
            return
        begin = next((each.split(delimiters.element) for each in transaction.segments if each.startswith("BIA")), [])
        purpose = _at(begin, 1) or ""
        if purpose not in self.profile.kept_purposes:
            told = f"{transaction.kind} {transaction.control}, which is to change or cancel another (BIA {purpose[:2]})"
            self._leave(transaction, told)
            return
        self.transactions += 1
        before, items, left = len(self.rows), 0, list[str]()
        for item in _Items(self.profile, transaction, delimiters).read(_at(begin, 4)):
            items += bool(item.item.line)
            for row in item.rows(left):
                self.rows.append(row)
        if left:
            told = f"ST {transaction.control}: QTY {', '.join(dict.fromkeys(left))}"
            self.issues.append(Issue(0, None, IssueCode.QUANTITY_NOT_READ, told))
        self._account_for(transaction, delimiters, items, len(self.rows) > before)

    def _leave(self, transaction: Transaction, told: str) -> None:
        self.unread.append(transaction.kind if "," not in told else told)
        self.issues.append(Issue(0, None, IssueCode.TRANSACTION_NOT_READ, told))

    def _account_for(self, transaction: Transaction, delimiters: Delimiters, items: int, any_rows: bool) -> None:
        last = transaction.segments[-1].split(delimiters.element) if transaction.segments else [""]
        stated = _at(last, 1) if last[0] == "CTT" else None
        if stated and (stated.lstrip("0") or "0") != str(items):
            told = f"ST {transaction.control} has {items}, CTT01 says {stated[:20]}"
            self.issues.append(Issue(0, None, IssueCode.ITEM_COUNT_WRONG, told))
        if any_rows and not transaction.complete:
            self.issues.append(Issue(len(self.rows), None, IssueCode.TRUNCATED_ROW, self.rows[-1]["source"]))


class _Items:
    """Walks one transaction and gives its items, each once it is whole."""

    def __init__(self, profile: X12StockProfile, transaction: Transaction, delimiters: Delimiters) -> None:
        self.profile, self.transaction, self.delimiters = profile, transaction, delimiters
        self.header = _Scope()
        self.warehouse: _Warehouse | None = None
        self.item: _Item | None = None

    def read(self, day: str | None) -> "Iterator[_Rows]":
        """The items; `day` is that of the beginning segment."""
        for position, segment in enumerate(self.transaction.segments, self.transaction.first):
            parts = segment.split(self.delimiters.element)
            if parts[0] in {"LIN", "CTT"}:
                yield from self._ended(day)
            self._segment(parts, f"ST {self.transaction.control}, segment {position}")
            if self.item is not None:
                self.item.segments.append(segment)
        yield from self._ended(day)

    def _ended(self, day: str | None) -> "Iterator[_Rows]":
        item, self.item = self.item, None
        if item is not None:
            yield _Rows(self.profile, self.delimiters, self.header, day, item)

    def _segment(self, parts: list[str], where: str) -> None:
        match parts[0]:
            case "LIN":
                self.item = _Item(where, parts, self.warehouse)
            case "QTY":
                self.item = self.item or _Item(where, [], self.warehouse)
                self.item.quantities.append(_Quantity(parts, self.warehouse))
            case "N1" if _at(parts, 1) in self.profile.warehouses:
                self.warehouse = _Warehouse(_at(parts, 4) or _at(parts, 2), _at(parts, 2))
                if self.item is not None and self.item.named is None:
                    self.item.named = self.warehouse
            case "REF":
                self._scope().references.setdefault(_at(parts, 1) or "", parts)
            case "DTM":
                self._scope().dates.setdefault(_at(parts, 1) or "", _date(_at(parts, 2)))

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
        self.day = _date(day) or None

    def rows(self, left: list[str]) -> Iterator[dict[str, str | None]]:
        """A row for each quantity that is stock or moved; the qualifiers of the others go to `left`.

        An item without any quantity is a row too: one that lacks it.
        """
        for quantity in self.item.quantities or [_Quantity([], self.item.around)]:
            code = _at(quantity.parts, 1) or ""
            if code in self.profile.not_stock or self._is_said_better(quantity, code):
                left.append(code)
            else:
                yield self._row(quantity, code)

    def _is_said_better(self, quantity: _Quantity, code: str) -> bool:
        """Whether another quantity of this item and place, which goes before this one, says the same state."""
        status, order = self.profile.statuses.get(code), list(self.profile.statuses)
        if status is None:
            return False
        others = [_at(each.parts, 1) for each in self.item.quantities if each.warehouse == quantity.warehouse]
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
            "quantity": _signed(_at(quantity.parts, 2), movement),
            "unit": (_at(quantity.parts, 3) or "").split(self.delimiters.component)[0] or None,
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
        return next((_at(each.references[qualifier], index) for each in scopes if qualifier in each.references), None)


def _signed(quantity: str | None, movement: StockMovementKind | None) -> str | None:
    """The quantity; what left the warehouse is negative, whatever sign it was sent with."""
    return as_return(quantity) if movement in TAKES_AWAY else quantity


def _at(parts: list[str], index: int) -> str | None:
    """The element, trimmed; None where it is absent or empty."""
    return parts[index].strip() or None if index < len(parts) else None


def _date(text: str | None) -> str:
    """CCYYMMDD; releases before 4010 write YYMMDD."""
    return f"20{text}" if text and len(text) == 6 and text.isdecimal() else text or ""
