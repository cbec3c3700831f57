"""What a line item of an EDIFACT sales report says, once everything that holds for it is together."""

from dataclasses import dataclass, field

from app.programme.terms import SaleType
from app.reports.formats.documents import as_return
from app.reports.formats.messages import Delimiters, Elements, component
from app.reports.formats.profiles import EdifactProfile
from app.reports.issues import IssueCode

Finding = tuple[str, IssueCode, str]
MOST_IN_RANGE = 10_000
"""Serial numbers that a range may stand for; a longer range is kept as it was received."""
_OWN = ("NAD", "RFF", "DTM", "LOC", "GIN")


@dataclass(slots=True)
class Scope:
    """What holds for everything below it: segments by their tag and qualifier, the first of a kind; and serial numbers."""

    said: dict[str, Elements] = field(default_factory=dict)
    serials: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)

    def keep(self, tag: str, parts: Elements) -> None:
        """Notes a segment, unless one of its kind was noted."""
        self.said.setdefault(f"{tag}{component(parts, 1) or ''}", parts)

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


@dataclass(slots=True)
class Row:
    """One row: a part of an item, with what holds around it, from near to far."""

    profile: EdifactProfile
    delimiters: Delimiters
    item: Item
    part: Part
    ordinal: int
    place: Scope
    head: Scope
    findings: list[Finding] = field(default_factory=list)

    def read(self) -> dict[str, str | None]:
        """The fields as text, with what was received beside them. Fills `findings`."""
        profile = self.profile
        reseller, customer, goods = (
            self._party(each) for each in (profile.reseller, profile.end_customer, profile.ship_to)
        )
        location = self._place()
        account = location if profile.place_is_reseller else component(reseller, 2)
        quantity, unit, sale_type = self._quantity()
        return {
            "source": self.item.where,
            "sold_on": self._sold_on(),
            "product_code": next(
                (code for key in profile.product_qualifiers if (code := self.item.products.get(key))), None
            ),
            "reseller_account": account,
            "reseller_name": _name(reseller),
            "quantity": quantity,
            "unit": unit,
            "sale_type": sale_type,
            "ship_to_country": component(goods, 9),
            "end_customer": _name(customer),
            "end_customer_account": component(customer, 2),
            "special_price_number": component(self._said(f"RFF{profile.special_price_reference}"), 1, 1),
            "serial_numbers": "|".join((*self.item.scope.serials, *self.part.scope.serials)) or None,
            "location": location,
            "segments": self._segments(),
            **self._prices(quantity, unit),
            **self._document(quantity),
        }

    def _said(self, key: str) -> Elements:
        for scope in (self.part.scope, self.item.scope, self.place, self.head):
            if key in scope.said:
                return scope.said[key]
        return []

    def _party(self, qualifiers: tuple[str, ...]) -> Elements:
        for qualifier in qualifiers:
            key = f"NAD{qualifier}"
            for scope in (self.part.scope, self.item.scope, self.place):
                if key in scope.said:
                    return scope.said[key]
            if qualifier in self.profile.head_parties and key in self.head.said:
                return self.head.said[key]
        return []

    def _place(self) -> str | None:
        for scope in (self.part.scope, self.item.scope, self.place):
            for key, parts in scope.said.items():
                if key.startswith("LOC"):
                    return component(parts, 2)
        return None

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
        text = plain_number(component(parts, 1, 1))
        if self._is_return:
            return as_return(text), component(parts, 1, 2), SaleType.RETURN
        channel = next((component(said, 2) for key in ("MKS",) if (said := self._channel(key))), None)
        return text, component(parts, 1, 2), self.profile.channels.get(channel or "")

    def _channel(self, tag: str) -> Elements:
        for scope in (self.part.scope, self.item.scope, self.place, self.head):
            for key, parts in scope.said.items():
                if key.startswith(tag):
                    return parts
        return []

    @property
    def _is_return(self) -> bool:
        return any(component(parts, 1) in self.profile.return_quantities for parts in self.part.quantities)
