"""What a line item of an EDIFACT sales report says, once everything that holds for it is together."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from app.programme.terms import SaleType
from app.reports.formats.documents import Reference, as_return, document_of
from app.reports.formats.messages import Delimiters, Elements, component
from app.reports.formats.profiles import EdifactProfile
from app.reports.formats.values import PRICE_DECIMALS
from app.reports.issues import IssueCode

Finding = tuple[str, IssueCode, str]
MOST_IN_RANGE = 10_000
"""Serial numbers that a range may stand for; a longer range is kept as it was received."""
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?")
_DAY = re.compile(r"[0-9]{6,17}(?:-[0-9]{8})?")
_DAY_FORMATS = (
    ({"102", "203", "204", "205", "303", "304", "718"}, slice(0, 4), slice(4, 6), slice(6, 8)),
    ({"101", "201"}, slice(0, 2), slice(2, 4), slice(4, 6)),
    ({"2"}, slice(4, 6), slice(2, 4), slice(0, 2)),
    ({"3"}, slice(4, 6), slice(0, 2), slice(2, 4)),
    ({"4"}, slice(4, 8), slice(2, 4), slice(0, 2)),
)
"""Formats of a date (2379), and where in them its year, month and day stand; 718 is a span of two days."""
_COUNTED = re.compile("(.{0,60}?)([0-9]{1,18})")
_OWN = ("NAD", "RFF", "DTM", "LOC", "GIN")


@dataclass(slots=True)
class Scope:
    """What holds for everything below it: segments by their tag and qualifier, the first of a kind; and serial numbers."""

    said: dict[str, Elements] = field(default_factory=dict)
    serials: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)

    @property
    def is_a_sale_of_its_own(self) -> bool:
        """Whether it names a party, a reference, a date, a place or serial numbers."""
        return bool(self.serials) or any(key.startswith(_OWN) for key in self.said)


@dataclass(slots=True)
class Part:
    """A quantity of an item, or several that nothing tells apart, and what holds for it alone."""

    quantities: list[Elements]
    scope: Scope = field(default_factory=Scope)


@dataclass(slots=True)
class Item:
    """A line item (LIN): where it stands, its product codes by their qualifier, and its quantities."""

    where: str
    products: dict[str, str] = field(default_factory=dict)
    scope: Scope = field(default_factory=Scope)
    parts: list[Part] = field(default_factory=list)

    def name(self, codes: Elements) -> None:
        """Notes product codes, each with its qualifier."""
        for code in codes:
            if len(code) > 1 and code[0]:
                self.products.setdefault(code[1], code[0])

    def sales(self) -> list[Part]:
        """Its parts; a quantity that nothing tells apart from the one before is no sale of its own."""
        found: list[Part] = []
        for part in self.parts or [Part([])]:
            if found and not part.scope.is_a_sale_of_its_own:
                found[-1].quantities += part.quantities
                found[-1].scope.said = part.scope.said | found[-1].scope.said
                found[-1].scope.segments += part.scope.segments
            else:
                found.append(part)
        return found


class Around(NamedTuple):
    """What holds around the items: the profile, the message's delimiters and head, and the location at hand."""

    profile: EdifactProfile
    delimiters: Delimiters
    head: Scope
    place: Scope


class Row:
    """One row: a part of an item, with what holds around it."""

    def __init__(self, around: Around, item: Item, part: Part, ordinal: int) -> None:
        self.profile = around.profile
        self.delimiters = around.delimiters
        self.item = item
        self.part = part
        self.ordinal = ordinal
        self.near = (part.scope.said, item.scope.said, around.place.said)
        self.scopes = (*self.near, around.head.said)
        self.findings: list[Finding] = []

    def read(self) -> dict[str, str | None]:
        """The fields as text, with what was received beside them. Fills `findings`."""
        profile, products = self.profile, self.item.products
        reseller, customer = self._party(profile.reseller), self._party(profile.end_customer)
        location = component(self._said("LOC"), 2)
        quantity, unit, sale_type = self._quantity()
        return {
            "source": self.item.where,
            "sold_on": self._sold_on(),
            "product_code": next((products[key] for key in profile.product_qualifiers if key in products), None),
            "reseller_account": location if profile.place_is_reseller else component(reseller, 2),
            "reseller_name": _name(reseller),
            "quantity": quantity,
            "unit": unit,
            "sale_type": sale_type,
            "ship_to_country": component(self._party(profile.ship_to), 9),
            "end_customer": _name(customer),
            "end_customer_account": component(customer, 2),
            "special_price_number": component(self._said(f"RFF{profile.special_price_reference}"), 1, 1),
            "serial_numbers": "|".join(self.item.scope.serials + self.part.scope.serials) or None,
            "location": location,
            "segments": self.delimiters.written(self.item.scope.segments + self.part.scope.segments),
            **self._prices(quantity, unit),
            **self._document(quantity),
        }

    def _said(self, key: str) -> Elements:
        """What is said nearest to the row under a tag and its qualifier."""
        for said in self.scopes:
            if key in said:
                return said[key]
        return []

    def _party(self, qualifiers: tuple[str, ...]) -> Elements:
        for qualifier in qualifiers:
            key = f"NAD{qualifier}"
            for said in self.scopes if qualifier in self.profile.head_parties else self.near:
                if key in said:
                    return said[key]
        return []

    def _sold_on(self) -> str | None:
        for qualifier in self.profile.sold_on_dates:
            if found := day_of(self._said(f"DTM{qualifier}")):
                return found
        first, last = (day_of(self._said(f"DTM{qualifier}")) for qualifier in self.profile.period)
        return first if first == last else None

    def _quantity(self) -> tuple[str | None, str | None, str | None]:
        """The quantity with its sign, its unit, and the kind of movement."""
        given = self.part.quantities
        if len(given) > 1:
            told = ", ".join(self.delimiters.component.join(parts[1][:2]) for parts in given)
            self.findings.append(("quantity", IssueCode.SEVERAL_QUANTITIES, told))
        parts = given[0] if given else []
        text, unit = plain_number(component(parts, 1, 1)), self._unit(component(parts, 1, 2))
        if self._is_return:
            return as_return(text), unit, SaleType.RETURN
        channel = component(self._said("MKS"), 2) if self.profile.channels else None
        return text, unit, self.profile.channels.get(channel, f"MKS {channel}") if channel else None

    def _unit(self, unit: str | None) -> str | None:
        return self.profile.units.get(unit, unit) if unit else None

    @property
    def _is_return(self) -> bool:
        return any(component(parts, 1) in self.profile.return_quantities for parts in self.part.quantities)

    def _prices(self, quantity: str | None, unit: str | None) -> dict[str, str | None]:
        """The prices of one unit, the amount of the line, and the currency."""
        prices = {name: self._price(qualifiers, name, unit) for name, qualifiers in self.profile.prices.items()}
        stated = next((said for key in self.profile.line_amounts if (said := self._said(f"MOA{key}"))), [])
        amount = plain_number(component(stated, 1, 1))
        if not prices.get("unit_price") and amount and quantity:
            prices["unit_price"] = exact_share(amount.lstrip("-") if "-" in quantity else amount, quantity.strip("-"))
        currency = component(stated, 1, 2) or component(self._said("CUX"), 1, 1)
        return {**prices, "line_amount": amount, "currency": currency}

    def _price(self, qualifiers: tuple[str, ...], name: str, unit: str | None) -> str | None:
        """The price of one unit. A price per another unit than the quantity's would make a wrong amount."""
        stated = next((said for qualifier in qualifiers if (said := self._said(f"PRI{qualifier}"))), [])
        price, basis, per = (
            plain_number(component(stated, 1, 1)),
            component(stated, 1, 4),
            self._unit(component(stated, 1, 5)),
        )
        one = exact_share(price, plain_number(basis) or "") if price and basis and basis != "1" else price
        if one is None and price and name == "unit_price":
            told = f"{price} for {basis}, which is no exact price of one"
            self.findings.append(("unit_price", IssueCode.PRICE_UNIT_DIFFERS, told))
        if name == "unit_price" and per and unit and per != unit:
            self.findings.append(("unit_price", IssueCode.PRICE_UNIT_DIFFERS, f"price per {per}, quantity in {unit}"))
        return one or price

    def _document(self, quantity: str | None) -> dict[str, str | None]:
        """The document of the line; parts of an item that share one line of it are told apart by a number."""
        profile, own = self.profile, self.part.scope.said
        named = (profile.document_reference, profile.line_reference, profile.credit_note_reference)
        invoice, line, credit = (self._said(f"RFF{key}") for key in named)
        found = document_of(
            quantity,
            Reference(component(invoice, 1, 1), component(invoice, 1, 2) or component(line, 1, 1)),
            Reference(component(credit, 1, 1), component(credit, 1, 2)),
            marked=self._is_return,
        )
        shares = self.ordinal > 1 and not any(f"RFF{key}" in own for key in named)
        if shares and found["document_line"]:
            found["document_line"] = f"{found['document_line']}/{self.ordinal}"
        return found


def plain_number(text: str | None) -> str | None:
    """The number with a decimal point; a comma is one where it is the only mark."""
    return text.replace(",", ".") if text and text.count(",") == 1 and "." not in text else text


def exact_share(amount: str, of: str) -> str | None:
    """An amount divided by a number, if that is exact to the millionth; else, or where they are no numbers, None."""
    if not (_NUMBER.fullmatch(amount) and _NUMBER.fullmatch(of)) or not Fraction(of):
        return None
    millionths = Fraction(amount) / Fraction(of) * 10**PRICE_DECIMALS
    if millionths.denominator != 1:
        return None
    text = format(Decimal(millionths.numerator).scaleb(-PRICE_DECIMALS), "f")
    return text.rstrip("0").removesuffix(".")


def day_of(parts: Elements) -> str | None:
    """The day of a DTM segment by the format that it names (2379), else as it stands. Two-digit years are of our century."""
    text, written = component(parts, 1, 1), component(parts, 1, 2)
    if text is None or not _DAY.fullmatch(text):
        return text
    for codes, year, month, day in _DAY_FORMATS:
        if written in codes and (written != "718" or text[:8] == text[-8:]):
            return f"{'20' * (year.stop - year.start == 2)}{text[year]}{text[month]}{text[day]}"
    return text


def serials_of(numbers: Elements) -> list[str]:
    """The serial numbers of a GIN segment. Two in one element are the ends of a range; one that cannot be counted out
    is kept as it was received."""
    return [each for ends in numbers for each in (_between(ends[0], ends[1]) if len(ends) > 1 else ends[:1]) if each]


def _between(first: str, last: str) -> list[str]:
    begin, end = _COUNTED.fullmatch(first), _COUNTED.fullmatch(last)
    if not last:
        return [first]
    if not begin or not end or begin[1] != end[1] or len(begin[2]) != len(end[2]):
        return [f"{first}:{last}"]
    start, stop, width = int(begin[2]), int(end[2]), len(begin[2])
    if not 0 <= stop - start < MOST_IN_RANGE:
        return [f"{first}:{last}"]
    return [f"{begin[1]}{number:0{width}}" for number in range(start, stop + 1)]


def _name(party: Elements) -> str | None:
    """The name of a party, as a name or as the first line of an address."""
    return " ".join(filter(None, party[4] if len(party) > 4 else [])) or component(party, 3)
