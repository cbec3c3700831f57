"""How an X12 867, Product Transfer and Resale Report, is read.

Each item (LIN, with its quantity) of a transfer (PTD) is one row. What stands before the items of a transfer, or at
the head of the transaction, holds for every item that does not say otherwise; parties hold for the items that follow
them. What a segment means is the profile's to say.

Whether a row is a return is said by its quantity's sign or qualifier or by the transfer's type; which document it stands
on then, see `documents`.
"""

from dataclasses import dataclass, field

import polars as pl

from app.programme.terms import SaleType, SubmissionKind
from app.reports.formats.acknowledgement import functional_acknowledgement
from app.reports.formats.checks import checked
from app.reports.formats.documents import Reference, as_return, document_of
from app.reports.formats.envelope import Delimiters, Transaction, envelope_issues, envelopes_detected, interchanges
from app.reports.formats.frame import FIELDS, ReadingRules, ReportFrame
from app.reports.formats.notation import Notation
from app.reports.formats.profiles import DEFAULT, PartyPlace, X12Profile
from app.reports.formats.text import as_text
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

SALES_REPORT = "867"
_FURTHER = ("reseller_name", "end_customer_account")
"""What is kept beside the canonical fields, with the prices that are not the resale price, and the item's segments."""


def read_x12_867(data: bytes, rules: ReadingRules, profile: X12Profile = DEFAULT) -> ReportFrame:
    """The sales report in these bytes, and its 997 where the rules say when it was received.

    Raises UnreadableReport where they are no X12 interchange, its envelope cannot be read, it holds no 867, or a sell-in
    report was asked for: an 867 says what a distributor sold, not what it bought.
    """
    if rules.kind is not SubmissionKind.SELL_THROUGH:
        raise UnreadableReport(
            FailureCode.WRONG_FORMAT, "An X12 867 reports sell-through. Send the sell-in report as CSV."
        )
    source = as_text(data)
    found = interchanges(source.text)
    reading = _Reading(profile)
    for interchange in found:
        for group in interchange.groups:
            for transaction in group.transactions:
                reading.read(transaction, interchange.delimiters)
    if not reading.transactions:
        kinds = sorted({t.kind for i in found for g in i.groups for t in g.transactions})
        raise UnreadableReport(
            FailureCode.NO_SALES_TRANSACTION,
            f"The interchange holds no sales report (867), but {', '.join(kinds) or 'no transaction'}.",
        )
    removed = [Issue(0, None, IssueCode.NUL_REMOVED, str(source.nuls))] if source.nuls else []
    issues = [*removed, *envelope_issues(found), *reading.issues]
    rows, all_issues = checked(reading.received(), rules, Notation(), issues)
    answer = functional_acknowledgement(found, rules.received_at, SALES_REPORT) if rules.received_at else None
    text = {"encoding": source.encoding, "unreadable_characters": source.replaced}
    return ReportFrame(rows, all_issues, text | envelopes_detected(found), answer)


@dataclass(slots=True)
class _Party:
    """An N1 loop: name, account number with the distributor, and the country of its address."""

    name: str | None
    account: str | None
    country: str | None = None


@dataclass(slots=True)
class _Scope:
    """What holds for everything below it: references, dates, currency, each by its qualifier, the first of a kind."""

    references: dict[str, list[str]] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    currency: str | None = None


@dataclass(slots=True)
class _Transfer:
    """A PTD loop: its type, its parties so far by qualifier, and whether an item was read from it."""

    code: str
    where: str
    scope: _Scope = field(default_factory=_Scope)
    parties: dict[str, list[_Party]] = field(default_factory=dict)
    latest: _Party | None = None
    used: bool = False


@dataclass(slots=True)
class _Item:
    """One LIN with its quantity, in whichever order they come."""

    where: str
    opener: str
    scope: _Scope = field(default_factory=_Scope)
    line: list[str] | None = None
    quantities: list[list[str]] = field(default_factory=list)
    prices: list[list[str]] = field(default_factory=list)
    serials: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)


class _Reading:
    """Collects the rows of all transactions, in order."""

    def __init__(self, profile: X12Profile) -> None:
        self.profile = profile
        self.rows: list[dict[str, str | None]] = []
        self.issues: list[Issue] = []
        self.transactions = 0
        self.delimiters = Delimiters("*", ">", "~")
        self.header = _Scope()
        self.transfer: _Transfer | None = None
        self.item: _Item | None = None

    def read(self, transaction: Transaction, delimiters: Delimiters) -> None:
        """One transaction, if it is a sales report or its header was lost; any other is named and left."""
        if transaction.kind not in {SALES_REPORT, ""}:
            self.issues.append(
                Issue(0, None, IssueCode.TRANSACTION_NOT_READ, f"{transaction.kind} {transaction.control}")
            )
            return
        self.transactions += 1
        self.delimiters, self.header = delimiters, _Scope()
        before, items = len(self.rows), 0
        for position, segment in enumerate(transaction.segments, transaction.first):
            parts = segment.split(delimiters.element)
            items += parts[0] == "LIN"
            self._segment(parts, segment, transaction, position)
        self._end_transfer()
        self._account_for(transaction, items, len(self.rows) > before)

    def received(self) -> pl.DataFrame:
        """The rows as a reader hands them to the checks."""
        prices = tuple(name for name in self.profile.prices if name not in FIELDS)
        names = ("source", *FIELDS, *_FURTHER, *prices, "segments")
        columns = {name: [row.get(name) for row in self.rows] for name in names}
        frame = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String()))
        return frame.select(pl.int_range(1, pl.len() + 1).alias("row"), pl.all())

    def _segment(self, parts: list[str], segment: str, transaction: Transaction, position: int) -> None:
        tag = parts[0]
        if tag == "LIN" or (tag == "QTY" and _at(parts, 1) in self.profile.counted_quantities):
            self._begin_item(tag, f"ST {transaction.control}, segment {position}")
        item = self.item
        if item is not None and tag not in _BEYOND_ITEM:
            item.segments.append(segment)
        match tag:
            case "PTD":
                self._end_transfer()
                self.transfer = _Transfer(_at(parts, 1) or "", f"ST {transaction.control}, segment {position}")
            case "N1":
                self._party(parts)
            case "N4" if self.transfer and self.transfer.latest and item is None:
                self.transfer.latest.country = _at(parts, 4)
            case "LIN" if item:
                item.line = parts
            case "QTY" if item:
                item.quantities.append(parts)
            case "UIT" if item:
                item.prices.append(parts)
            case "REF":
                self._reference(parts)
            case "DTM":
                self._scope().dates.setdefault(_at(parts, 1) or "", _date(_at(parts, 2)))
            case "CUR":
                self._scope().currency = _at(parts, 2)
            case "CTT":
                self._end_transfer()

    def _begin_item(self, tag: str, where: str) -> None:
        """A second LIN begins a new item; so does a quantity after the LIN, where quantities come first.

        Quantities that are no sale and no return, such as stock, begin nothing.
        """
        item = self.item
        if item and ((tag == "LIN" and item.line) or (tag == "QTY" and item.opener == "QTY" and item.line)):
            self._end_item()
        if self.transfer is None:
            self.transfer = _Transfer("", where)
        if self.item is None:
            self.item = _Item(where, tag)
            self.transfer.used = True

    def _party(self, parts: list[str]) -> None:
        """A party; the first one after an item begins the parties of the items that follow."""
        if self.transfer is None:
            return
        if self.item is not None:
            self._end_item()
            self.transfer.parties = {}
        self.transfer.latest = _Party(_at(parts, 2), _at(parts, 4))
        self.transfer.parties.setdefault(_at(parts, 1) or "", []).append(self.transfer.latest)

    def _reference(self, parts: list[str]) -> None:
        if self.item is not None and _at(parts, 1) == self.profile.serial_reference:
            self.item.serials.append(_at(parts, 2) or "")
            return
        self._scope().references.setdefault(_at(parts, 1) or "", parts)

    def _scope(self) -> _Scope:
        if self.item is not None:
            return self.item.scope
        return self.transfer.scope if self.transfer is not None else self.header

    def _end_item(self) -> None:
        if self.item is None or self.transfer is None:
            return
        row, issues = _Row(self.profile, self.delimiters, self.header, self.transfer, self.item).read()
        self.rows.append(row)
        self.issues.extend(Issue(len(self.rows), name, code, value) for name, code, value in issues)
        self.item = None

    def _end_transfer(self) -> None:
        """A transfer without any item is a row too: one that lacks its product and quantity."""
        if self.transfer is not None and not self.transfer.used:
            self.item = _Item(self.transfer.where, "PTD")
        self._end_item()
        self.transfer = None

    def _account_for(self, transaction: Transaction, items: int, any_rows: bool) -> None:
        last = transaction.segments[-1].split(self.delimiters.element) if transaction.segments else [""]
        stated = _at(last, 1) if last[0] == "CTT" else None
        if stated and (stated.lstrip("0") or "0") != str(items):
            told = f"ST {transaction.control} has {items}, CTT01 says {stated[:20]}"
            self.issues.append(Issue(0, None, IssueCode.ITEM_COUNT_WRONG, told))
        if any_rows and not transaction.complete:
            self.issues.append(Issue(len(self.rows), None, IssueCode.TRUNCATED_ROW, self.rows[-1]["source"]))


_BEYOND_ITEM = {"PTD", "N1", "CTT"}
_Finding = tuple[str, IssueCode, str]


class _Row:
    """One row, from an item and what holds around it."""

    def __init__(
        self, profile: X12Profile, delimiters: Delimiters, header: _Scope, transfer: _Transfer, item: _Item
    ) -> None:
        self.profile = profile
        self.delimiters = delimiters
        self.scopes = (item.scope, transfer.scope, header)
        self.transfer = transfer
        self.item = item
        self.counted = [parts for parts in item.quantities if _at(parts, 1) in profile.counted_quantities]
        self.findings: list[_Finding] = []

    def read(self) -> tuple[dict[str, str | None], list[_Finding]]:
        item, profile = self.item, self.profile
        end_customer, reseller = self._party(profile.end_customer), self._party(profile.reseller)
        ship_to = self._party(profile.ship_to)
        row: dict[str, str | None] = {
            "source": item.where,
            "sold_on": next((d for code in profile.sold_on_dates if (d := self._dated(code))), None),
            "product_code": self._product(),
            "reseller_account": reseller.account if reseller else None,
            "reseller_name": reseller.name if reseller else None,
            "currency": next((scope.currency for scope in self.scopes if scope.currency), None),
            "ship_to_country": ship_to.country if ship_to else None,
            "end_customer": end_customer.name if end_customer else None,
            "end_customer_account": end_customer.account if end_customer else None,
            "special_price_number": self._reference(profile.special_price_reference),
            "serial_numbers": "|".join(item.serials) or None,
            "segments": (self.delimiters.segment + "\n").join(item.segments),
        }
        row |= self._quantity() | self._prices()
        row |= self._document(row["quantity"])
        return row, self.findings

    def _quantity(self) -> dict[str, str | None]:
        """The quantity with its sign, its unit, and the sale type: the transfer's, or a return."""
        if len(self.counted) > 1:
            told = ", ".join(self.delimiters.element.join(parts[:3]) for parts in self.counted)
            self.findings.append(("quantity", IssueCode.SEVERAL_QUANTITIES, told))
        parts = self.counted[0] if self.counted else []
        text = _at(parts, 2)
        sale_type = self._transfer_type(parts)
        if sale_type == SaleType.RETURN:
            text = as_return(text)
        return {"quantity": text, "unit": self._unit(parts, 3), "sale_type": sale_type}

    def _transfer_type(self, quantity: list[str]) -> str | None:
        if _at(quantity, 1) in self.profile.return_quantities:
            return SaleType.RETURN
        code = self.transfer.code
        return str(self.profile.transfers.get(code, f"PTD{self.delimiters.element}{code}")) if code else None

    def _prices(self) -> dict[str, str | None]:
        """The prices by their position. A price per another unit than the quantity's would make a wrong amount."""
        named = dict(zip(self.profile.prices, self.item.prices, strict=False))
        resale = named.get("unit_price", [])
        per, of = self._unit(resale, 1), self._unit(self.counted[0] if self.counted else [], 3)
        if per and of and per != of:
            self.findings.append(("unit_price", IssueCode.PRICE_UNIT_DIFFERS, f"price per {per}, quantity in {of}"))
        return {name: _at(parts, 2) for name, parts in named.items()}

    def _document(self, quantity: str | None) -> dict[str, str | None]:
        """The document of the line, and of a return what it takes back; see `document_of`."""
        number = next((n for code in self.profile.document_references if (n := self._reference(code))), None)
        invoice = Reference(number, self._reference(self.profile.line_reference))
        noted = self.profile.credit_note_reference
        credit = Reference(self._reference(noted), self._line_within(noted))
        marked = self.profile.transfers.get(self.transfer.code) == SaleType.RETURN
        marked = marked or any(_at(parts, 1) in self.profile.return_quantities for parts in self.counted)
        return document_of(quantity, invoice, credit, marked=marked)

    def _line_within(self, qualifier: str) -> str | None:
        """The line that a reference itself carries, in the pairs of its fourth element (`LI>1`)."""
        inner = (_at(self._referring(qualifier), 4) or "").split(self.delimiters.component)
        pairs = dict(zip(inner[::2], inner[1::2], strict=False))
        return pairs.get(self.profile.line_reference) or None

    def _product(self) -> str | None:
        """The product under the first of the profile's qualifiers that the LIN has."""
        pairs = (self.item.line or [])[2:]
        codes = {qualifier: code for qualifier, code in zip(pairs[::2], pairs[1::2], strict=False) if code.strip()}
        return next((codes[qualifier] for qualifier in self.profile.product_qualifiers if qualifier in codes), None)

    def _party(self, places: tuple[PartyPlace, ...]) -> _Party | None:
        for place in places:
            same = self.transfer.parties.get(place.qualifier, [])
            if len(same) >= place.occurrence:
                return same[place.occurrence - 1]
        return None

    def _referring(self, qualifier: str) -> list[str]:
        return next((scope.references[qualifier] for scope in self.scopes if qualifier in scope.references), [])

    def _reference(self, qualifier: str) -> str | None:
        return _at(self._referring(qualifier), 2)

    def _dated(self, qualifier: str) -> str | None:
        return next((scope.dates[qualifier] for scope in self.scopes if scope.dates.get(qualifier)), None)

    def _unit(self, parts: list[str], index: int) -> str | None:
        return (_at(parts, index) or "").split(self.delimiters.component)[0] or None


def _at(parts: list[str], index: int) -> str | None:
    """The element, trimmed; None where it is absent or empty."""
    return parts[index].strip() or None if index < len(parts) else None


def _date(text: str | None) -> str:
    """CCYYMMDD; releases before 4010 write YYMMDD."""
    return f"20{text}" if text and len(text) == 6 and text.isdecimal() else text or ""
