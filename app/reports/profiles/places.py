"""The places in an electronic report where something may be said: segments by their qualifier, and by their position where
several have the same one. Of each place the first values are kept, to be looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.programme.terms import SubmissionKind
from app.reports.formats import envelope, messages
from app.reports.formats.edifact import SALES_REPORT as SLSRPT
from app.reports.formats.invrpt import INVENTORY_REPORT as INVRPT
from app.reports.formats.messages import component, declared_alphabet
from app.reports.formats.text import as_text
from app.reports.formats.x12 import SALES_REPORT
from app.reports.formats.x12_846 import INVENTORY_REPORT

MOST_VALUES = 200
"Values of a place that are kept."
MOST_PLACES = 500
Key = tuple[str, str, int]
"""Tag (with what it says behind it, or “head” where it stands before the first line), qualifier, and which of several it
is, from 1."""


_WHERE = {"head": " at the head", "type": " (type of inventory)", "reason": " (reason of a movement)"}


@dataclass(slots=True)
class Place:
    """A place: how often something stands there, and the first values that do."""

    tag: str
    qualifier: str
    occurrence: int
    mark: str = "*"
    count: int = 0
    values: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """How people name it."""
        which = f" ({self.occurrence})" if self.occurrence > 1 else ""
        tag, _, where = self.tag.partition(" ")
        named = f"{tag}{self.mark}{self.qualifier}" if self.qualifier else tag
        return f"{named}{which}{_WHERE.get(where, '')}"


@dataclass(slots=True)
class Places:
    """Everything that is said in a report, in the order in which it is said first."""

    found: dict[Key, Place] = field(default_factory=dict)
    items: int = 0
    mark: str = "*"

    def note(self, tag: str, qualifier: str, value: str | None, occurrence: int = 1) -> None:
        key = (tag, qualifier[:10], occurrence)
        if key not in self.found and len(self.found) >= MOST_PLACES:
            return
        place = self.found.setdefault(key, Place(*key, self.mark))
        place.count += 1
        if value and len(place.values) < MOST_VALUES:
            place.values.append(value)

    def of(self, tag: str) -> list[Place]:
        return [place for place in self.found.values() if place.tag == tag]

    def has(self, tag: str, *qualifiers: str) -> bool:
        return any(place.tag == tag and place.qualifier in qualifiers for place in self.found.values())


def places_of_x12(data: bytes, kind: SubmissionKind) -> Places:
    """What an 867, or of stock an 846, says. Raises UnreadableReport where the envelope cannot be read."""
    places, of_stock = Places(), kind is SubmissionKind.INVENTORY
    for interchange in envelope.interchanges(as_text(data).text):
        element = interchange.delimiters.element
        for group in interchange.groups:
            for transaction in group.transactions:
                if transaction.kind in {INVENTORY_REPORT if of_stock else SALES_REPORT, ""}:
                    told = (segment.split(element) for segment in transaction.segments)
                    (_x12_stock if of_stock else _x12)(places, told)
    return places


def _x12(places: Places, segments: Iterator[list[str]]) -> None:
    parties: dict[str, int] = {}
    prices, in_transfer = 0, False
    for parts in segments:
        tag, first, second = parts[0], _at(parts, 1), _at(parts, 2)
        match tag:
            case "PTD":
                parties, in_transfer = {}, True
                places.note("PTD", first, None)
            case "N1":
                parties[first] = parties.get(first, 0) + 1
                value = _at(parts, 4) or second
                places.note("N1" if in_transfer else "N1 head", first, value, parties[first] if in_transfer else 1)
            case "LIN":
                places.items += 1
                for qualifier, code in zip(parts[2::2], parts[3::2], strict=False):
                    places.note("LIN", qualifier, code.strip())
            case "UIT":
                prices += 1
                places.note("UIT", "", second, prices)
            case "QTY" | "REF" | "DTM" | "CUR":
                places.note(tag, first, second)
        if tag in {"LIN", "QTY", "PTD"}:
            prices = 0


def _x12_stock(places: Places, segments: Iterator[list[str]]) -> None:
    for parts in segments:
        match parts[0]:
            case "LIN":
                places.items += 1
                for qualifier, code in zip(parts[2::2], parts[3::2], strict=False):
                    places.note("LIN", qualifier, code.strip())
            case "N1":
                places.note("N1", _at(parts, 1), _at(parts, 4) or _at(parts, 2))
            case "QTY" | "REF" | "DTM":
                places.note(parts[0], _at(parts, 1), _at(parts, 2))


def places_of_edifact(data: bytes, kind: SubmissionKind) -> Places:
    """What a SLSRPT, or of stock an INVRPT, says. Raises UnreadableReport where the envelope cannot be read."""
    places, wanted = Places(mark="+"), INVRPT if kind is SubmissionKind.INVENTORY else SLSRPT
    for interchange in messages.interchanges(as_text(data, declared_alphabet(data)).text):
        for message in interchange.messages:
            if message.kind in {wanted, ""}:
                _edifact(places, (interchange.delimiters.parts(segment) for segment in message.segments))
    return places


def _edifact(places: Places, segments: Iterator[messages.Elements]) -> None:
    in_line = False
    for parts in segments:
        tag, first, second = component(parts, 0) or "", component(parts, 1) or "", component(parts, 1, 1)
        match tag:
            case "LIN":
                places.items += 1
                in_line = True
                _codes(places, parts[3:4])
            case "PIA":
                _codes(places, parts[2:])
            case "NAD":
                places.note("NAD" if in_line else "NAD head", first, component(parts, 2) or component(parts, 4))
            case "LOC" | "MKS":
                places.note(tag, first, component(parts, 2))
            case "GIN":
                places.note(tag, first, component(parts, 2))
            case "RFF" | "DTM" | "PRI" | "MOA" | "QTY":
                places.note(tag, first, second)
            case "CUX":
                places.note(tag, first, second)
            case "INV":
                for place, said in (("type", component(parts, 2)), ("reason", component(parts, 3))):
                    if said is not None:
                        places.note(f"INV {place}", said, None)


def _codes(places: Places, codes: messages.Elements) -> None:
    for code in codes:
        if len(code) > 1 and code[0]:
            places.note("LIN", code[1], code[0])


def _at(parts: list[str], index: int) -> str:
    return parts[index].strip() if index < len(parts) else ""
