"""How a profile is proposed for an inventory report in X12 846 or EDIFACT INVRPT: each qualifier with what it usually says
of goods (in what state they lie, or what moved them), and with what the agreement knows of the products that stand there.

What partners do not agree on is asked: the same code is stock that was promised for one and an order on its way for
another. A quantity that nobody knows is not guessed.
"""

from msgspec.structs import replace

from app.programme.terms import SubmissionFormat
from app.reports.formats.stock_profiles import DEFAULT_EDIFACT_STOCK, DEFAULT_STOCK
from app.reports.profiles.dialects import Usual, by_products, meanings_of, product_said
from app.reports.profiles.places import Place, Places
from app.reports.profiles.proposals import ProfileQuestionCode, Proposal
from app.reports.profiles.samples import Sample
from app.reports.profiles.shapes import Known

Q = ProfileQuestionCode
_X12_QUANTITIES = {
    "17": "quantity on hand",
    "33": "quantity available for sale",
    "63": "quantity allocated",
    "27": "quantity committed",
    "IQ": "quantity in transit",
    "20": "quantity that is not usable",
}
_X12: dict[tuple[str, str], Usual] = {
    ("N1", "WH"): Usual("warehouse", 0.95, "the warehouse"),
    ("N1", "SF"): Usual("warehouse", 0.5, "the place that goods are shipped from"),
    ("N1", "DB"): Usual(None, 0.8, "the distributor itself"),
    ("N1", "VN"): Usual(None, 0.9, "the vendor"),
    ("N1", "SU"): Usual(None, 0.9, "the vendor"),
    ("DTM", "007"): Usual("counted_on", 0.95, "day that the report speaks of"),
    ("DTM", "514"): Usual("counted_on", 0.5, "day of a transfer"),
    ("DTM", "097"): Usual("counted_on", 0.4, "day on which the transaction was written"),
    ("DTM", "102"): Usual("counted_on", 0.4, "day of issue"),
    ("REF", "LT"): Usual("lot", 0.95, "lot"),
    ("REF", "LI"): Usual("reference_line", 0.9, "line of the document of a movement"),
    ("REF", "RM"): Usual("reference", 0.9, "return of goods"),
    ("REF", "BM"): Usual("reference", 0.9, "bill of lading"),
    ("REF", "PO"): Usual("reference", 0.8, "purchase order"),
    ("REF", "TN"): Usual("reference", 0.8, "transaction"),
}
_EDIFACT_QUANTITIES = {
    "145": "actual stock",
    "17": "quantity on hand",
    "66": "committed quantity",
    "48": "received quantity",
    "194": "received and accepted quantity",
    "191": "adjusted quantity",
    "61": "returned quantity",
}
_EDIFACT: dict[tuple[str, str], Usual] = {
    ("LOC", "18"): Usual("warehouse", 0.95, "the warehouse"),
    ("LOC", "14"): Usual("warehouse", 0.9, "where the goods are"),
    ("NAD", "WH"): Usual("warehouse", 0.95, "the warehouse keeper"),
    ("NAD head", "WH"): Usual("warehouse", 0.95, "the warehouse keeper"),
    ("NAD", "GY"): Usual("warehouse", 0.85, "the inventory controller"),
    ("NAD head", "GY"): Usual("warehouse", 0.85, "the inventory controller"),
    ("DTM", "366"): Usual("counted_on", 0.95, "day of the count"),
    ("DTM", "179"): Usual("counted_on", 0.85, "day of the booking"),
    ("DTM", "7"): Usual("counted_on", 0.85, "day that the report speaks of"),
    ("DTM", "91"): Usual("counted_on", 0.7, "last day of the report"),
    ("DTM", "137"): Usual("counted_on", 0.5, "date of the message"),
    ("GIN", "BX"): Usual("lot", 0.95, "lot"),
    ("RFF", "LI"): Usual("reference_line", 0.9, "line of the document of a movement"),
    **{("RFF", each): Usual("reference", 0.85, "document of a movement") for each in DEFAULT_EDIFACT_STOCK.references},
}
_PROMISED = "63"
"Allocated for some senders of an 846, on order for others."


def propose_x12_stock(sample: Sample, places: Places, known: Known) -> Proposal:
    """The profile that an 846 suggests."""
    known = Known(known.products)
    proposal = Proposal(SubmissionFormat.X12, DEFAULT_STOCK, rows=places.items, whole=sample.whole)
    proposal.meanings = meanings_of(places, _x12_usual, known, proposal)
    named = [each for each in ("WH", "SF") if places.has("N1", each)][:1]
    dated = [each for each in ("007", "514", "097", "102") if places.has("DTM", each)][:1]
    proposal.profile = replace(
        DEFAULT_STOCK,
        product_qualifiers=by_products(places, DEFAULT_STOCK.product_qualifiers, known),
        warehouses=tuple(named) or DEFAULT_STOCK.warehouses,
        counted_on_dates=tuple(dated) or DEFAULT_STOCK.counted_on_dates,
    )
    if places.has("QTY", _PROMISED):
        told = "QTY*63 is stock that was promised for some senders and goods on order for others: RESERVED is proposed."
        proposal.ask(Q.FIELD_AMBIGUOUS, f"{told} If it is an order, list it in `not_stock`.", "status")
    if places.has("QTY", "17") and places.has("QTY", "33"):
        told = "Where an item has both QTY*17 and QTY*33, the first is the count and the second a part of it (`precedence`)."
        proposal.ask(Q.FIELD_AMBIGUOUS, told, "quantity")
    _ask_for_missing(places, proposal)
    return proposal


def _x12_usual(place: Place) -> Usual | None:
    if place.tag == "QTY":
        said = _X12_QUANTITIES.get(place.qualifier, "a quantity")
        if (state := DEFAULT_STOCK.statuses.get(place.qualifier)) is not None:
            return Usual("quantity", 0.6 if place.qualifier == _PROMISED else 0.9, f"{said}: a count of {state} goods")
        if place.qualifier in DEFAULT_STOCK.not_stock:
            return Usual(None, 0.9, "a quantity that is no stock: sold, ordered, planned, or a limit")
        return None
    return product_said(place) or _X12.get((place.tag, place.qualifier))


def propose_edifact_stock(sample: Sample, places: Places, known: Known) -> Proposal:
    """The profile that an INVRPT suggests."""
    known = Known(known.products)
    proposal = Proposal(SubmissionFormat.EDIFACT, DEFAULT_EDIFACT_STOCK, rows=places.items, whole=sample.whole)
    proposal.meanings = meanings_of(places, _edifact_usual, known, proposal)
    usual = DEFAULT_EDIFACT_STOCK.counted_on_dates
    proposal.profile = replace(
        DEFAULT_EDIFACT_STOCK,
        product_qualifiers=by_products(places, DEFAULT_EDIFACT_STOCK.product_qualifiers, known),
        counted_on_dates=tuple(each for each in usual if places.has("DTM", each)) or usual,
    )
    for tag, known_codes, setting in (
        ("INV type", DEFAULT_EDIFACT_STOCK.types, "types"),
        ("INV reason", DEFAULT_EDIFACT_STOCK.reasons, "reasons"),
    ):
        for place in places.of(tag):
            if place.qualifier not in known_codes:
                told = f"{place.label} has no known meaning; say in `{setting}` which it is."
                proposal.ask(Q.QUALIFIER_UNKNOWN, told, "status" if setting == "types" else "movement")
    _ask_for_missing(places, proposal)
    return proposal


def _edifact_usual(place: Place) -> Usual | None:
    profile = DEFAULT_EDIFACT_STOCK
    match place.tag:
        case "INV type":
            state = profile.types.get(place.qualifier)
            return Usual("status", 0.9, f"goods of this type are {state}") if state else None
        case "INV reason":
            moved = profile.reasons.get(place.qualifier)
            return Usual("movement", 0.9, f"what moved for this reason is a {moved}") if moved else None
        case "QTY":
            return _edifact_quantity(place.qualifier)
    return product_said(place) or _EDIFACT.get((place.tag, place.qualifier))


def _edifact_quantity(qualifier: str) -> Usual | None:
    profile, said = DEFAULT_EDIFACT_STOCK, _EDIFACT_QUANTITIES.get(qualifier, "a quantity")
    if (moved := profile.moved.get(qualifier)) is not None:
        return Usual("quantity", 0.85, f"{said}: a {moved}")
    if (state := profile.statuses.get(qualifier)) is not None:
        return Usual("quantity", 0.9, f"{said}: a count, of {state} goods where nothing else is said")
    if qualifier in profile.not_stock:
        return Usual(None, 0.9, "a quantity that is no stock: sold, ordered, planned, or a limit")
    return None


def _ask_for_missing(places: Places, proposal: Proposal) -> None:
    """What every row needs and the sample does not say. An 846 may say the day in its beginning segment."""
    fields = {meaning.field for meaning in proposal.meanings}
    able = {"counted_on"} if proposal.format is SubmissionFormat.X12 else set()
    for name in ("warehouse", "product_code", "counted_on", "quantity"):
        if name not in fields and name not in able:
            proposal.ask(Q.FIELD_NOT_FOUND, f"Nothing in the sample seems to be {name}, which every row needs.", name)
