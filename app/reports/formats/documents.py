"""On which document a line of an electronic report stands, and what a return takes back.

A return takes its document from its credit note where that is named, with the invoice and line that it takes back in
`return_of`. Where no credit note is named it keeps the document number that it gives, as an INVOICE with a negative
quantity; if the report marks it as a return in some other way than by its sign, the line that it refers to is the one
that is returned and not one of its own, so its line is that line with an R before it: the sale and its return stay two
lines.
"""

from typing import NamedTuple

from app.programme.terms import DocumentKind


class Reference(NamedTuple):
    """A document's number and a line on it, as far as the report says them."""

    number: str | None
    line: str | None


def document_of(quantity: str | None, invoice: Reference, credit: Reference, *, marked: bool) -> dict[str, str | None]:
    """The document of a line, and of a return what it takes back. `marked` says that it is called a return."""
    plain = {"document_number": invoice.number, "document_line": invoice.line}
    is_negative = (quantity or "").startswith("-") or (quantity or "").endswith("-")
    if not is_negative and (invoice.number or not credit.number):
        return plain
    taken_back = f"{invoice.number}:{invoice.line}" if invoice.number and invoice.line else invoice.number
    if credit.number:
        return {
            "document_kind": DocumentKind.CREDIT_NOTE,
            "document_number": credit.number,
            "document_line": credit.line,
            "return_of": taken_back,
        }
    if marked and invoice.line:
        return {**plain, "document_line": f"R{invoice.line}", "return_of": taken_back}
    return plain


def as_return(quantity: str | None) -> str | None:
    """The quantity of what is called a return, whatever sign it was sent with."""
    if quantity and quantity.strip("+-")[:1] in set("0123456789."):
        return "-" + quantity.strip("+-")
    return quantity
