"""Lines of a reseller's purchases as it sees them itself: what a distributor invoiced to it, and nothing of the report."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import strawberry

from app.access.actor import Actor as Asker
from app.execution.described import values, visible
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import Money, money, quantity
from app.programme import terms
from app.reports.lines import queries
from app.store.database import Row

values(terms.DocumentKind)
values(terms.SaleType)


@visible("purchases:read")
class PurchaseLine:
    """A line of an invoice or credit note, as the distributor reported it."""

    distributor_key: strawberry.Private[Key]
    product_key: strawberry.Private[Key]
    kit_key: strawberry.Private[Key | None]
    document_kind: terms.DocumentKind
    "Invoice or credit note."
    document_number: str
    "The document's number."
    document_line: str
    "The line on the document; its ordinal where the report had none."
    return_of: str | None
    "The invoice line that a return takes back, where the distributor says so."
    bought_on: date
    "The day of the purchase."
    quantity: Decimal
    "In base units; what was given back is negative."
    unit_price: Money | None
    "What was paid per base unit; null where the distributor did not report it."
    amount: Money | None
    "Quantity × unit price; null where the price was not reported."
    sale_type: terms.SaleType
    "What kind of movement it is."
    ship_to_country: str | None
    "The country that it was shipped to."
    serial_numbers: list[str]
    "The serial numbers, where they were reported."
    counts_on: date
    """The day in whose figures it counts: that of the purchase, or the first open day where that lies in a period that was
    closed when the line was counted."""
    reversal: bool
    "Whether it takes back a line of a closed period, which goes on counting there, in the open one."
    component: int
    "Which component of a kit it is, from 1; 0 where what was bought is no kit."


async def purchase_lines_recorded(request: Request[Asker], named: Sequence[Row]) -> list[PurchaseLine]:
    """The very lines that are named by vendor_id, submission_id, row_number, component and recorded, in their order."""
    rows = await queries.lines_recorded(await request.reader(), request.actor.level, named)
    found = {queries.line_name(row): _line(row) for row in rows}
    return [found[queries.line_name(each)] for each in named]


def _line(row: Row) -> PurchaseLine:
    vendor, kit = row["vendor_id"], row["kit_id"]
    return PurchaseLine(
        distributor_key=Key(vendor, row["distributor_id"]),
        product_key=Key(vendor, row["product_id"]),
        kit_key=Key(vendor, kit) if kit else None,
        document_kind=terms.DocumentKind(row["document_kind"]),
        document_number=row["document_number"],
        document_line=row["document_line"],
        return_of=row["return_of"],
        bought_on=row["sold_on"],
        quantity=quantity(row["quantity"]),
        unit_price=money(row["unit_price"], row["currency"]),
        amount=money(row["amount"], row["currency"]),
        sale_type=terms.SaleType(row["sale_type"]),
        ship_to_country=row["ship_to_country"],
        serial_numbers=list(row["serial_numbers"] or ()),
        counts_on=row["counts_on"],
        reversal=row["component"] < 0,
        component=row["component"] if row["component"] >= 0 else -1 - row["component"],
    )
