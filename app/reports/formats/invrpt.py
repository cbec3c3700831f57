"""How an EDIFACT INVRPT, inventory report message, is read.

Each quantity (QTY) of a line item (LIN) that is stock, or a movement of it, is one row. What follows a quantity (INV, LOC,
DTM, RFF, GIN) is its own; what stands in the item before it, or at the head of the message, holds for what follows, unless
it says otherwise. A quantity with a direction moved, out of the warehouse or into it; any other was counted. What a
qualifier means is the profile's to say.
"""

from collections.abc import Iterator

from app.programme.terms import SubmissionKind
from app.reports.formats.documents import as_return
from app.reports.formats.frame import STOCK_FIELDS, ReadingRules, ReportFrame
from app.reports.formats.items import Item, Part, Scope, day_of, plain_number
from app.reports.formats.messages import (
    Message,
    component,
    declared_alphabet_of,
    envelope_issues,
    envelopes_detected,
    followed,
)
from app.reports.formats.notation import Notation
from app.reports.formats.script import Pieces, script_of, text_of
from app.reports.formats.segments import MOST_WAITING, Delimiters, Elements, too_late
from app.reports.formats.spool import Rows
from app.reports.formats.stock import TAKES_AWAY
from app.reports.formats.stock_profiles import DEFAULT_EDIFACT_STOCK, EdifactStockProfile
from app.reports.formats.streamed import StreamedReading
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

INVENTORY_REPORT = "INVRPT"
_BY_QUALIFIER = {"DTM", "NAD", "RFF", "LOC", "GIN"}
"""The segments that say something by their qualifier."""
_BEGIN = "BGM"
_BY_THEMSELVES = {"INV"}
_ADDITIONAL, _OF_THE_PRODUCT = "1", "5"
_LINE_ITEMS = "2"
_OUT = "1"
_NAMES = ("source", *STOCK_FIELDS, "warehouse_name", "segments")


def read_invrpt(data: bytes, rules: ReadingRules, profile: EdifactStockProfile = DEFAULT_EDIFACT_STOCK) -> ReportFrame:
    """The inventory report in these bytes at once; see `open_invrpt`."""
    return open_invrpt(lambda: (data,), rules, profile).together()


def open_invrpt(
    pieces: Pieces, rules: ReadingRules, profile: EdifactStockProfile = DEFAULT_EDIFACT_STOCK
) -> StreamedReading:
    """The inventory report in these bytes.

    Raises UnreadableReport where they are no EDIFACT interchange, its envelope cannot be read, it holds no INVRPT that
    adds to what was reported, it breaks off before its first row, or another report than one of inventory was asked for.
    """
    if rules.kind is not SubmissionKind.INVENTORY:
        raise UnreadableReport(
            FailureCode.WRONG_FORMAT, "An EDIFACT INVRPT reports inventory. Send sales as a SLSRPT, CSV or XLSX."
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

    def __init__(self, profile: EdifactStockProfile) -> None:
        self.profile = profile
        self.rows = Rows(_NAMES)
        self.issues: list[Issue] = []
        self.unread: list[str] = []
        self.messages = 0
        self.truncated = False
        self.message, self.delimiters = Message("", "", 0), Delimiters("", "", "", "")
        self.waiting: list[str] | None = None
        self.walk: _Message | None = None
        self.before = 0

    def began(self, message: Message, delimiters: Delimiters) -> None:
        """One message, if it is an inventory report that adds to others, or its header was lost."""
        self.message, self.delimiters = message, delimiters
        self.waiting, self.walk, self.before = None, None, self.rows.count
        if message.kind in {INVENTORY_REPORT, ""}:
            self.waiting = []
        else:
            self._leave(f"{message.kind[:20]} {message.reference[:20]}")

    def told(self, segments: list[str]) -> None:
        """The next segments of the message, which wait until it has said what it is for."""
        if self.waiting is not None:
            self.waiting += segments
            if len(self.waiting) > MOST_WAITING or any(each[:3] == _BEGIN for each in segments):
                self._decide()
        elif self.walk is not None:
            self._read(self.walk, segments)

    def ended(self, message: Message) -> None:
        """The end of the message."""
        if self.waiting is not None:
            self._decide()
        if self.walk is None:
            return
        self._keep(self.walk, self.walk.ended())
        any_rows = self.rows.count > self.before
        self.messages += bool(message.kind) or any_rows
        self._account_for(message, self.walk, any_rows)

    def _decide(self) -> None:
        """Reads what has waited, where the message is to add to what was reported."""
        waiting, self.waiting = self.waiting or [], None
        begin = next((segment for segment in waiting[:MOST_WAITING] if segment[:3] == _BEGIN), "")
        function = component(self.delimiters.parts(begin), 3)
        if function is not None and function not in self.profile.kept_functions:
            told = f"{self.message.kind} {self.message.reference[:20]}"
            self._leave(f"{told}, which is to change or cancel another (BGM {function[:20]})")
            return
        self.walk = _Message(self.profile, self.message, self.delimiters, begun=bool(begin))
        self._read(self.walk, waiting)

    def _leave(self, told: str) -> None:
        self.unread.append(told)
        self.issues.append(Issue(0, None, IssueCode.TRANSACTION_NOT_READ, told))

    def _read(self, walk: "_Message", segments: list[str]) -> None:
        for segment in segments:
            self._keep(walk, walk.ended_by(segment))

    def _keep(self, walk: "_Message", item: Item | None) -> None:
        if item is not None:
            for row in _rows(self.profile, self.delimiters, walk, item):
                self.rows.add([row[name] for name in _NAMES])

    def refuse_if_nothing_was_read(self) -> None:
        """Raises UnreadableReport where there is no report, or one that was cut off before its first row."""
        if not self.messages:
            told = ", ".join(self.unread[:5]) or "no message"
            raise UnreadableReport(
                FailureCode.NO_INVENTORY_TRANSACTION,
                f"The interchange holds no inventory report ({INVENTORY_REPORT}) that adds to what was reported, "
                f"but {told}.",
            )
        if self.truncated and not self.rows.count:
            raise UnreadableReport(
                FailureCode.ENVELOPE_BROKEN,
                "The interchange breaks off before its first line item. Send it as it was generated.",
            )

    def _account_for(self, message: Message, walk: "_Message", any_rows: bool) -> None:
        where = f"UNH {message.reference[:20]}"
        if walk.left:
            told = f"{where}: QTY {', '.join(dict.fromkeys(walk.left))}"
            self.issues.append(Issue(0, None, IssueCode.QUANTITY_NOT_READ, told))
        if walk.stated and (walk.stated.lstrip("0") or "0") != str(walk.count):
            told = f"{where} has {walk.count}, CNT says {walk.stated[:20]}"
            self.issues.append(Issue(0, None, IssueCode.ITEM_COUNT_WRONG, told))
        if not message.complete:
            self.truncated = True
            if any_rows:
                self.rows.note_late(IssueCode.TRUNCATED_ROW, where)


class _Message:
    """Walks one message and gives its line items, each once it is whole."""

    def __init__(self, profile: EdifactStockProfile, message: Message, delimiters: Delimiters, *, begun: bool) -> None:
        """`begun` is whether the message said what it is for."""
        self.profile, self.delimiters, self.begun = profile, delimiters, begun
        self.reference, self.position = message.reference[:20], message.first
        self.head = self.scope = Scope()
        self.item: Item | None = None
        self.left: list[str] = []
        self.count = 0
        self.stated: str | None = None

    def ended_by(self, segment: str) -> Item | None:
        """The line item that ends where this segment begins; the segment is read."""
        parts = self.delimiters.parts(segment)
        tag = parts[0][0]
        found = self.ended() if tag in {"LIN", "UNS", "CNT"} else None
        self._segment(tag, parts, f"UNH {self.reference}, segment {self.position}")
        self.scope.segments.append(segment)
        self.position += 1
        return found

    def ended(self) -> Item | None:
        """The line item that was begun, if one was."""
        item, self.item, self.scope = self.item, None, self.head
        return item

    def _segment(self, tag: str, parts: Elements, where: str) -> None:
        qualifier = component(parts, 1) or ""
        match tag:
            case "BGM" if not self.begun:
                raise too_late(f"BGM of message {self.reference}")
            case "LIN":
                self.item = Item(where)
                self.item.name(parts[3:4])
                self.scope = self.item.scope
                self.count += 1
            case "PIA" if self.item and qualifier in {_ADDITIONAL, _OF_THE_PRODUCT}:
                self.item.name(parts[2:])
            case "QTY":
                self.item = self.item or Item(where)
                self.item.parts.append(Part([parts]))
                self.scope = self.item.parts[-1].scope
            case "CNT" if qualifier == _LINE_ITEMS:
                self.stated = component(parts, 1, 1)
            case _ if tag in _BY_QUALIFIER:
                self.scope.said.setdefault(tag + qualifier, parts)
            case _ if tag in _BY_THEMSELVES:
                self.scope.said.setdefault(tag, parts)


def _rows(
    profile: EdifactStockProfile, delimiters: Delimiters, walk: _Message, item: Item
) -> Iterator[dict[str, str | None]]:
    """A row for each quantity that is stock or moved; the qualifiers of the others are noted as left out.

    An item without any quantity is a row too: one that lacks it.
    """
    every = [_Row(profile, delimiters, walk.head, item, part) for part in item.parts or [Part([])]]
    for row in every:
        if (row.qualifier in profile.not_stock and not row.direction) or row.is_said_better(every):
            walk.left.append(row.qualifier)
        else:
            yield row.read()


class _Row:
    """One row: a quantity of an item, with what holds around it."""

    def __init__(
        self, profile: EdifactStockProfile, delimiters: Delimiters, head: Scope, item: Item, part: Part
    ) -> None:
        self.profile, self.delimiters, self.item, self.part = profile, delimiters, item, part
        self.scopes = (part.scope.said, item.scope.said, head.said)
        self.parts: Elements = part.quantities[0] if part.quantities else []
        self.qualifier = component(self.parts, 1) or ""
        inventory = self._said("INV")
        self.direction, self.type, self.reason = (component(inventory, place) for place in (1, 2, 3))

    def is_said_better(self, every: "list[_Row]") -> bool:
        """Whether another count of this item and place, which goes before this one, says the same state."""
        order = self.profile.in_order
        if self._movement() or self.qualifier not in order:
            return False
        better = order[: order.index(self.qualifier)]
        return any(
            each.qualifier in better and not each._movement() and each._identity() == self._identity() for each in every
        )

    def _identity(self) -> tuple[str | None, ...]:
        return (self._warehouse()[0], self._status(), component(self._said(f"GIN{self.profile.lot_numbers}"), 2))

    def read(self) -> dict[str, str | None]:
        """The fields as text, with what was received beside them."""
        movement, (warehouse, name) = self._movement(), self._warehouse()
        number, line = self._reference() if movement else (None, None)
        unit = component(self.parts, 1, 2)
        return {
            "source": self.item.where,
            "warehouse": warehouse,
            "warehouse_name": name,
            "product_code": self._product(),
            "counted_on": self._day(),
            "quantity": self._signed(movement),
            "unit": self.profile.units.get(unit, unit) if unit else None,
            "status": self._status(),
            "movement": movement,
            "reference": number,
            "reference_line": line,
            "lot": component(self._said(f"GIN{self.profile.lot_numbers}"), 2),
            "segments": self.delimiters.written(self.item.scope.segments + self.part.scope.segments),
        }

    def _said(self, key: str) -> Elements:
        """What is said nearest to the row under a tag and its qualifier."""
        return next((said[key] for said in self.scopes if key in said), [])

    def _movement(self) -> str | None:
        """What moved the goods; None for a count. A direction without a known reason is not guessed."""
        moved = self.profile.moved.get(self.qualifier)
        if moved is not None or self.direction is None:
            return moved
        return self.profile.reasons.get(
            self.reason or "", f"INV {self.direction}+{self.type or ''}+{self.reason or ''}"
        )

    def _status(self) -> str | None:
        if self.type is not None:
            return self.profile.types.get(self.type, f"INV type {self.type}")
        if self._movement() or not self.qualifier:
            return None
        return self.profile.statuses.get(self.qualifier, f"QTY {self.qualifier}")

    def _signed(self, movement: str | None) -> str | None:
        """The quantity with its sign: out of the warehouse is negative."""
        number = plain_number(component(self.parts, 1, 1))
        takes_away = (
            movement in {str(each) for each in TAKES_AWAY} if self.direction is None else self.direction == _OUT
        )
        return as_return(number) if movement and takes_away else number

    def _warehouse(self) -> tuple[str | None, str | None]:
        """The warehouse's code, and its name where it is a party: the nearest location, else the nearest party."""
        for key in self.profile.places:
            if code := component(self._said(f"LOC{key}"), 2):
                return code, component(self._said(f"LOC{key}"), 2, 3)
        for key in self.profile.warehouses:
            party = self._said(f"NAD{key}")
            name = component(party, 4) or component(party, 3)
            if code := component(party, 2) or name:
                return code, name
        return None, None

    def _product(self) -> str | None:
        products = self.item.products
        return next((products[key] for key in self.profile.product_qualifiers if key in products), None)

    def _day(self) -> str | None:
        dated = (day_of(self._said(f"DTM{key}")) for key in self.profile.counted_on_dates)
        return next((day for day in dated if day), None)

    def _reference(self) -> tuple[str | None, str | None]:
        """The document that moved the goods, and its line."""
        line = component(self._said(f"RFF{self.profile.line_reference}"), 1, 1)
        for key in self.profile.references:
            named = self._said(f"RFF{key}")
            if number := component(named, 1, 1):
                return number, component(named, 1, 2) or line
        return None, None
