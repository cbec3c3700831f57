"""How a profile is proposed for an X12 867 or an EDIFACT SLSRPT: each segment and qualifier with what it usually says, and
with what the agreement knows of the codes that stand there.

What is usual is the standard's own meaning of a qualifier. Products and accounts that the agreement knows outweigh it:
the party whose accounts are known is the reseller, whatever it is called.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from app.programme.terms import SaleType, SubmissionFormat
from app.reports.formats.profiles import DEFAULT, DEFAULT_EDIFACT, PartyPlace
from app.reports.profiles.places import Place, Places
from app.reports.profiles.proposals import Meaning, ProfileQuestionCode, Proposal, samples_of, together
from app.reports.profiles.samples import Sample
from app.reports.profiles.shapes import Known, Shape, number, shape_of

Q = ProfileQuestionCode
_KNOWN = 0.95
"How much it proves that the agreement knows all codes of a place."


class Usual(NamedTuple):
    """What a qualifier usually says: a field, how surely, and in words. A field of None is known and not read."""

    field: str | None
    weight: float
    told: str


_PRODUCT = {
    "VP": "vendor's part number",
    "VN": "vendor's item number",
    "SA": "supplier's article number",
    "MG": "manufacturer's part number",
    "MF": "manufacturer's part number",
    "EN": "GTIN",
    "SRV": "GTIN",
    "UP": "U.P.C.",
    "UK": "GTIN",
    "IN": "buyer's item number",
    "BP": "buyer's part number",
}
_X12: dict[tuple[str, str, int], Usual] = {
    ("N1", "ST", 1): Usual("reseller_account", 0.6, "the first ship-to party is usually the reseller"),
    ("N1", "ST", 2): Usual("end_customer", 0.7, "the second ship-to party is usually the end customer"),
    ("N1", "BY", 1): Usual("reseller_account", 0.6, "the buying party"),
    ("N1", "EN", 1): Usual("end_customer", 0.85, "the end user"),
    ("QTY", "32", 1): Usual("quantity", 0.95, "quantity sold"),
    ("QTY", "39", 1): Usual("quantity", 0.9, "quantity shipped"),
    ("QTY", "61", 1): Usual("return_quantity", 0.9, "quantity returned"),
    ("QTY", "76", 1): Usual("return_quantity", 0.8, "quantity returned"),
    ("QTY", "17", 1): Usual(None, 0.9, "quantity on hand: stock, no sale"),
    ("UIT", "", 1): Usual("unit_price", 0.8, "the first price is usually the resale price"),
    ("UIT", "", 2): Usual("book_price", 0.6, "the second price is usually the book cost"),
    ("UIT", "", 3): Usual("debit_price", 0.6, "the third price is usually the debit cost"),
    ("REF", "IV", 1): Usual("document_number", 0.95, "invoice"),
    ("REF", "DI", 1): Usual("document_number", 0.9, "distributor's invoice"),
    ("REF", "CM", 1): Usual("document_number", 0.9, "credit note of a return"),
    ("REF", "LI", 1): Usual("document_line", 0.95, "line of the invoice"),
    ("REF", "AU", 1): Usual("special_price_number", 0.85, "authorisation of a special price"),
    ("REF", "SE", 1): Usual("serial_numbers", 0.95, "serial number"),
    ("REF", "CO", 1): Usual(None, 0.9, "customer's order number"),
    ("REF", "PO", 1): Usual(None, 0.9, "purchase order number"),
    ("DTM", "003", 1): Usual("sold_on", 0.95, "date of the invoice"),
    ("DTM", "011", 1): Usual("sold_on", 0.5, "date of shipment"),
}
_EDIFACT: dict[tuple[str, str, int], Usual] = {
    ("NAD", "BY", 1): Usual("reseller_account", 0.8, "the buyer of a line is usually the reseller"),
    ("NAD head", "BY", 1): Usual(None, 0.7, "the buyer at the head is usually the distributor itself"),
    ("NAD", "UD", 1): Usual("end_customer", 0.9, "the end user"),
    ("NAD", "ST", 1): Usual("ship_to_country", 0.9, "the party that it was shipped to"),
    ("NAD", "DP", 1): Usual("ship_to_country", 0.9, "the party that it was delivered to"),
    ("QTY", "153", 1): Usual("quantity", 0.95, "quantity sold"),
    ("QTY", "47", 1): Usual("quantity", 0.9, "quantity invoiced"),
    ("QTY", "61", 1): Usual("return_quantity", 0.9, "quantity returned"),
    ("QTY", "145", 1): Usual(None, 0.9, "quantity on hand: stock, no sale"),
    ("QTY", "17", 1): Usual(None, 0.9, "quantity on hand: stock, no sale"),
    ("PRI", "AAA", 1): Usual("unit_price", 0.85, "net price"),
    ("PRI", "INV", 1): Usual("unit_price", 0.85, "price of the invoice"),
    ("PRI", "CAL", 1): Usual("unit_price", 0.7, "price used to calculate"),
    ("MOA", "203", 1): Usual("line_amount", 0.9, "amount of the line"),
    ("RFF", "IV", 1): Usual("document_number", 0.95, "invoice"),
    ("RFF", "CD", 1): Usual("document_number", 0.9, "credit note of a return"),
    ("RFF", "LI", 1): Usual("document_line", 0.95, "line of the invoice"),
    ("RFF", "AU", 1): Usual("special_price_number", 0.85, "authorisation of a special price"),
    ("RFF", "SE", 1): Usual("serial_numbers", 0.95, "serial number"),
    ("RFF", "ON", 1): Usual(None, 0.9, "order number"),
    ("GIN", "SN", 1): Usual("serial_numbers", 0.95, "serial numbers"),
    ("DTM", "3", 1): Usual("sold_on", 0.95, "date of the invoice"),
    ("DTM", "356", 1): Usual("sold_on", 0.85, "day of the sales"),
    ("DTM", "90", 1): Usual("sold_on", 0.4, "first day of the report"),
    ("DTM", "91", 1): Usual("sold_on", 0.4, "last day of the report"),
    ("DTM", "137", 1): Usual(None, 0.9, "date of the message"),
}


def propose_x12(sample: Sample, places: Places, known: Known) -> Proposal:
    """The profile that an 867 suggests."""
    proposal = Proposal(SubmissionFormat.X12, DEFAULT, rows=places.items, whole=sample.whole)
    proposal.meanings = meanings_of(places, _x12_usual, known, proposal)
    reseller = _parties(places.of("N1"), ("ST", "BY"), known)
    chosen = tuple(PartyPlace(place.qualifier, place.occurrence) for place in reseller[:1]) or DEFAULT.reseller
    others = tuple(each for each in DEFAULT.end_customer if each not in chosen)
    returned = frozenset(place.qualifier for place in places.of("QTY") if place.qualifier == "76")
    proposal.profile = replace(
        DEFAULT,
        product_qualifiers=by_products(places, DEFAULT.product_qualifiers, known),
        reseller=chosen,
        end_customer=others,
        return_quantities=DEFAULT.return_quantities | returned,
        prices=DEFAULT.prices[: max(1, len(places.of("UIT")))],
        sold_on_dates=("003",) if places.has("DTM", "003") or not places.has("DTM", "011") else ("011",),
    )
    _ask_x12(places, proposal)
    return proposal


def _x12_usual(place: Place) -> Usual | None:
    if place.tag == "PTD":
        kind = DEFAULT.transfers.get(place.qualifier)
        return Usual("sale_type", 0.95, f"a transfer of this type is a {kind}") if kind else None
    if place.tag == "CUR":
        return Usual("currency", 0.95, "the currency")
    if place.tag == "N1 head":
        return Usual(None, 0.9, "a party at the head is vendor or distributor, not a line's")
    return product_said(place) or _X12.get((place.tag, place.qualifier, place.occurrence))


def _ask_x12(places: Places, proposal: Proposal) -> None:
    for place in places.of("PTD"):
        if place.qualifier not in DEFAULT.transfers:
            told = f"Say in `transfers` what kind of movement the transfer type {place.qualifier!r} is."
            proposal.ask(Q.QUALIFIER_UNKNOWN, told, "sale_type")
    means = [mean for place in places.of("UIT") if (mean := _mean(place)) is not None]
    if any(later > earlier for earlier, later in pairwise(means)):
        told = "A later price is higher than one before it; say in `prices` which position is the resale price."
        proposal.ask(Q.FIELD_AMBIGUOUS, told, "unit_price")
    transfers = [DEFAULT.transfers.get(place.qualifier) for place in places.of("PTD")]
    _ask_for(places, proposal, returned=SaleType.RETURN in transfers)
    if not places.has("REF", "LI"):
        told = "No line numbers (REF*LI): the ordinal within its document is the line."
        proposal.ask(Q.LINE_NUMBERS, told, "document_line")


def propose_edifact(sample: Sample, places: Places, known: Known) -> Proposal:
    """The profile that a SLSRPT suggests."""
    proposal = Proposal(SubmissionFormat.EDIFACT, DEFAULT_EDIFACT, rows=places.items, whole=sample.whole)
    proposal.meanings = meanings_of(places, _edifact_usual, known, proposal)
    lines = _parties(places.of("NAD"), DEFAULT_EDIFACT.reseller, known)
    heads = [place for place in places.of("NAD head") if _shape(place, known).accounts]
    at_head = frozenset(place.qualifier for place in heads if not lines)
    by_place = not lines and not at_head and any(_shape(place, known).accounts for place in places.of("LOC"))
    first = tuple(place.qualifier for place in (lines or heads)[:1])
    others = tuple(each for each in DEFAULT_EDIFACT.reseller if each not in first)
    proposal.profile = replace(
        DEFAULT_EDIFACT,
        product_qualifiers=by_products(places, DEFAULT_EDIFACT.product_qualifiers, known),
        reseller=(*first, *others),
        head_parties=at_head,
        place_is_reseller=by_place,
        sold_on_dates=tuple(each for each in DEFAULT_EDIFACT.sold_on_dates if places.has("DTM", each))
        or DEFAULT_EDIFACT.sold_on_dates,
    )
    for place in places.of("MKS"):
        told = f"Say in `channels` what kind of movement the sales channel {(place.values or [''])[0]!r} is, if it matters."
        proposal.ask(Q.QUALIFIER_UNKNOWN, told, "sale_type")
    _ask_for(places, proposal, returned=False)
    return proposal


def _edifact_usual(place: Place) -> Usual | None:
    if place.tag == "CUX":
        return Usual("currency", 0.95, "the currency")
    return product_said(place) or _EDIFACT.get((place.tag, place.qualifier, place.occurrence))


def product_said(place: Place) -> Usual | None:
    """What the product of an item usually is: by whose number it is, the vendor's or the buyer's own."""
    if place.tag != "LIN" or place.qualifier not in _PRODUCT:
        return None
    own = place.qualifier in {"BP", "IN"}
    return Usual("product_code", 0.5 if own else 0.8, _PRODUCT[place.qualifier])


def meanings_of(
    places: Places, usual: Callable[[Place], Usual | None], known: Known, proposal: Proposal
) -> list[Meaning]:
    """Each place with what it seems to say."""
    found = []
    for position, place in enumerate(places.found.values(), 1):
        reasons = [each for each in (usual(place), *_by_codes(place, known)) if each is not None]
        field = max(reasons, key=lambda each: each.weight).field if reasons else None
        told = [each.told for each in reasons if each.field == field]
        weight = together(each.weight for each in reasons if each.field == field) if field else 0.0
        found.append(Meaning(position, place.label, samples_of(place.values), field, weight, told))
        if not reasons and place.tag in {"QTY", "PRI", "LIN"}:
            told_to = f"{place.label} is not read; if it says a quantity, price or product, name it in the profile."
            proposal.ask(Q.QUALIFIER_UNKNOWN, told_to)
    return found


def _shape(place: Place, known: Known) -> Shape:
    return shape_of(place.values, known)


def _by_codes(place: Place, known: Known) -> Iterable[Usual]:
    """What the agreement knows of the codes that stand there."""
    shape = _shape(place, known)
    if place.tag == "LIN" and shape.products:
        yield Usual("product_code", _KNOWN * shape.products, "products of the vendor, by SKU, GTIN or a confirmed code")
    if place.tag == "LIN" and shape.gtins == 1:
        yield Usual("product_code", 0.6, "its values are GTINs: their check digits are right")
    if place.tag in {"N1", "NAD", "NAD head", "LOC"} and shape.accounts:
        yield Usual("reseller_account", _KNOWN * shape.accounts, "accounts of resellers under this agreement")


def _parties(places: list[Place], usual: tuple[str, ...], known: Known) -> list[Place]:
    """The parties that may be the reseller, the likeliest first."""
    able = [place for place in places if place.qualifier in usual or _shape(place, known).accounts]
    return sorted(
        able,
        key=lambda place: (
            -_shape(place, known).accounts,
            usual.index(place.qualifier) if place.qualifier in usual else len(usual),
            place.occurrence,
        ),
    )


def by_products(places: Places, usual: tuple[str, ...], known: Known) -> tuple[str, ...]:
    """The qualifiers of products, those first under which products are known; then as is usual."""
    shares = {place.qualifier: _shape(place, known).products for place in places.of("LIN")}
    found = sorted((each for each in shares if shares[each]), key=lambda each: -shares[each])
    return (*found, *(each for each in usual if each not in found))


def _mean(place: Place) -> float | None:
    read = [value for text in place.values if (value := number(text, ".")) is not None]
    return float(sum(read) / len(read)) if read else None


def _ask_for(places: Places, proposal: Proposal, *, returned: bool) -> None:
    """What every line needs and the sample does not say; `returned` where it shows returns by their transfer."""
    fields = {meaning.field for meaning in proposal.meanings}
    for name in ("document_number", "sold_on", "product_code", "reseller_account", "quantity"):
        if name not in fields and not (name == "quantity" and "return_quantity" in fields):
            proposal.ask(Q.FIELD_NOT_FOUND, f"Nothing in the sample seems to be {name}, which every line needs.", name)
    below = any(value.startswith("-") or value.endswith("-") for place in places.of("QTY") for value in place.values)
    if not (returned or below or "return_quantity" in fields):
        told = "The sample holds no return: no negative quantity, and none under a qualifier or transfer of its own."
        proposal.ask(Q.RETURNS, told, "quantity")
