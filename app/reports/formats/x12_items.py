"""What an item of an X12 867 says, once everything that holds for it is together."""

from dataclasses import dataclass, field

from app.programme.terms import SaleType
from app.reports.formats.documents import Reference, as_return, document_of
from app.reports.formats.envelope import Delimiters
from app.reports.formats.profiles import PartyPlace, X12Profile
from app.reports.issues import IssueCode


@dataclass(slots=True)
class Party:
    """An N1 loop: name, account number with the distributor, and the country of its address."""

    name: str | None
    account: str | None
    country: str | None = None


NOBODY = Party(None, None)


@dataclass(slots=True)
class Scope:
    """What holds for everything below it: references, dates, currency, each by its qualifier, the first of a kind."""

    references: dict[str, list[str]] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    currency: str | None = None


@dataclass(slots=True)
class Transfer:
    """A PTD loop: its type, its parties so far by qualifier, and whether an item was read from it.

    `roles` are those of its parties who are reseller, ship-to and end customer, while no other party is named.
    """

    code: str
    where: str
    scope: Scope = field(default_factory=Scope)
    parties: dict[str, list[Party]] = field(default_factory=dict)
    latest: Party | None = None
    roles: tuple[Party, Party, Party] | None = None
    used: bool = False


@dataclass(slots=True)
class Item:
    """One LIN with its quantity, in whichever order they come."""

    where: str
    opener: str
    scope: Scope = field(default_factory=Scope)
    line: list[str] | None = None
    quantities: list[list[str]] = field(default_factory=list)
    prices: list[list[str]] = field(default_factory=list)
    amounts: list[list[str]] = field(default_factory=list)
    serials: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)


Finding = tuple[str, IssueCode, str]


class Row:
    """One row, from an item and what holds around it."""

    __slots__ = ("counted", "delimiters", "findings", "item", "profile", "scopes", "transfer")

    def __init__(
        self,
        profile: X12Profile,
        counted: frozenset[str],
        delimiters: Delimiters,
        header: Scope,
        transfer: Transfer,
        item: Item,
    ) -> None:
        self.profile = profile
        self.delimiters = delimiters
        self.scopes = (item.scope, transfer.scope, header)
        self.transfer = transfer
        self.item = item
        self.counted = [parts for parts in item.quantities if at(parts, 1) in counted]
        self.findings: list[Finding] = []

    def read(self) -> dict[str, str | None]:
        """The fields as text, with what was received beside them. Fills `findings`."""
        item, (near, around, head) = self.item, self.scopes
        reseller, ship_to, end_customer = self._parties()
        row: dict[str, str | None] = {
            "source": item.where,
            "sold_on": self._sold_on(),
            "product_code": self._product(),
            "reseller_account": reseller.account,
            "reseller_name": reseller.name,
            "currency": near.currency or around.currency or head.currency,
            "ship_to_country": ship_to.country,
            "end_customer": end_customer.name,
            "end_customer_account": end_customer.account,
            "special_price_number": self._reference(self.profile.special_price_reference),
            "serial_numbers": "|".join(item.serials) or None,
            "line_amount": self._line_amount(),
            "segments": (self.delimiters.segment + "\n").join(item.segments),
        }
        self._add_quantity(row)
        self._add_prices(row)
        row.update(self._document(row["quantity"]))
        return row

    def _parties(self) -> tuple[Party, Party, Party]:
        """Reseller, ship-to and end customer, which stay the same until another party is named."""
        if self.transfer.roles is None:
            profile = self.profile
            self.transfer.roles = (
                self._party(profile.reseller),
                self._party(profile.ship_to),
                self._party(profile.end_customer),
            )
        return self.transfer.roles

    def _party(self, places: tuple[PartyPlace, ...]) -> Party:
        for place in places:
            same = self.transfer.parties.get(place.qualifier, [])
            if len(same) >= place.occurrence:
                return same[place.occurrence - 1]
        return NOBODY

    def _add_quantity(self, row: dict[str, str | None]) -> None:
        """The quantity with its sign, its unit, and the sale type: the transfer's, or a return."""
        if len(self.counted) > 1:
            told = ", ".join(self.delimiters.element.join(parts[:3]) for parts in self.counted)
            self.findings.append(("quantity", IssueCode.SEVERAL_QUANTITIES, told))
        parts = self.counted[0] if self.counted else []
        text = at(parts, 2)
        sale_type = self._transfer_type(parts)
        if sale_type == SaleType.RETURN:
            text = as_return(text)
        row["quantity"], row["unit"], row["sale_type"] = text, self._unit(parts, 3), sale_type

    def _transfer_type(self, quantity: list[str]) -> str | None:
        if at(quantity, 1) in self.profile.return_quantities:
            return SaleType.RETURN
        code = self.transfer.code
        return str(self.profile.transfers.get(code, f"PTD{self.delimiters.element}{code}")) if code else None

    def _add_prices(self, row: dict[str, str | None]) -> None:
        """The prices by their position. A price per another unit than the quantity's would make a wrong amount."""
        for name, parts in zip(self.profile.prices, self.item.prices, strict=False):
            row[name] = at(parts, 2)
            per = self._unit(parts, 1) if name == "unit_price" else None
            if per and row["unit"] and per != row["unit"]:
                told = f"price per {per}, quantity in {row['unit']}"
                self.findings.append(("unit_price", IssueCode.PRICE_UNIT_DIFFERS, told))

    def _line_amount(self) -> str | None:
        """The amount that is stated for all units together."""
        stated = {at(parts, 1): at(parts, 2) for parts in reversed(self.item.amounts)}
        return next((stated[code] for code in self.profile.line_amounts if stated.get(code)), None)

    def _document(self, quantity: str | None) -> dict[str, str | None]:
        """The document of the line, and of a return what it takes back; see `document_of`."""
        number = next((n for code in self.profile.document_references if (n := self._reference(code))), None)
        invoice = Reference(number, self._reference(self.profile.line_reference))
        if number and "-" not in (quantity or ""):
            return {"document_number": number, "document_line": invoice.line}
        noted = self.profile.credit_note_reference
        credit = Reference(self._reference(noted), self._line_within(noted))
        returns = self.profile.return_quantities
        marked = self.profile.transfers.get(self.transfer.code) == SaleType.RETURN
        marked = marked or any(at(parts, 1) in returns for parts in self.counted)
        return document_of(quantity, invoice, credit, marked=marked)

    def _line_within(self, qualifier: str) -> str | None:
        """The line that a reference itself carries, in the pairs of its fourth element (`LI>1`)."""
        referring = self._referring(qualifier)
        if not referring:
            return None
        inner = (at(referring, 4) or "").split(self.delimiters.component)
        pairs = dict(zip(inner[::2], inner[1::2], strict=False))
        return pairs.get(self.profile.line_reference) or None

    def _product(self) -> str | None:
        """The product under the first of the profile's qualifiers that the LIN has."""
        pairs = (self.item.line or [])[2:]
        codes = {qualifier: code for qualifier, code in zip(pairs[::2], pairs[1::2], strict=False) if code.strip()}
        return next((codes[qualifier] for qualifier in self.profile.product_qualifiers if qualifier in codes), None)

    def _referring(self, qualifier: str) -> list[str]:
        near, around, head = self.scopes
        found = near.references.get(qualifier) or around.references.get(qualifier) or head.references.get(qualifier)
        return found or []

    def _reference(self, qualifier: str) -> str | None:
        return at(self._referring(qualifier), 2)

    def _sold_on(self) -> str | None:
        for qualifier in self.profile.sold_on_dates:
            for scope in self.scopes:
                if day := scope.dates.get(qualifier):
                    return day
        return None

    def _unit(self, parts: list[str], index: int) -> str | None:
        text = at(parts, index)
        return (text.partition(self.delimiters.component)[0] or None) if text else None


def at(parts: list[str], index: int) -> str | None:
    """The element, trimmed; None where it is absent or empty."""
    try:
        return parts[index].strip() or None
    except IndexError:
        return None


def day_of(text: str | None) -> str:
    """CCYYMMDD; releases before 4010 write YYMMDD."""
    return f"20{text}" if text and len(text) == 6 and text.isdecimal() else text or ""
