"""What a vendor may read of the rows of a report: the fields that every agreement discloses, and those that this one does.

What is not disclosed the vendor does not learn of at all, not even that something is wrong with it.
"""

from app.programme.terms import SubmissionKind
from app.reports.counting.reading import Said
from app.reports.formats.frame import STOCK_FIELDS

DISCLOSED_ALWAYS = frozenset(
    {
        "document_kind",
        "document_number",
        "document_line",
        "return_of",
        "sold_on",
        "invoiced_on",
        "product_code",
        "quantity",
        "unit",
        "currency",
        "sale_type",
        "ship_to_country",
        "special_price_number",
        "serial_numbers",
    }
)


def disclosed_fields(agreement: Said, kind: SubmissionKind) -> frozenset[str]:
    """The fields of a row that the vendor may read: its own report whole, else what the agreement discloses."""
    if kind is SubmissionKind.INVENTORY:
        return frozenset(STOCK_FIELDS)
    own = kind is SubmissionKind.SELL_IN
    found = set(DISCLOSED_ALWAYS)
    if own or agreement["discloses_resale_price"]:
        found |= {"unit_price", "amount"}
    if own or agreement["discloses_end_customer"]:
        found.add("end_customer")
    if own or agreement["discloses_reseller"]:
        found.add("reseller_account")
    return frozenset(found)


_SOMETIMES_DISCLOSED = frozenset({"unit_price", "amount", "end_customer", "reseller_account"})


def undisclosed_fields(agreement: Said, kind: SubmissionKind) -> frozenset[str]:
    """The fields of a row of which the vendor is told nothing, not even that something is wrong with them."""
    if kind is SubmissionKind.INVENTORY:
        return frozenset()
    return _SOMETIMES_DISCLOSED - disclosed_fields(agreement, kind)
