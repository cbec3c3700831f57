"""Lines of sell-in as the vendor and its distributor see them: what the vendor invoiced, and where it was reported."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import strawberry

from app.access.actor import Actor as Asker
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, Money, exact, quantity
from app.programme import terms
from app.reports.lines.graph import line_key
from app.reports.lines.queries import line_name
from app.reports.lines.sell_in import queries
from app.store.database import Row

values(terms.DocumentKind)


async def sell_in_line_corrected(
    request: Request[Asker], parents: "Sequence[SellInLine]", selection: Selection
) -> "list[SellInLine | None]":
    """The line in whose place it stepped; of a kit its first component. It may count no more."""
    keys = list(dict.fromkeys(parent.corrects_key for parent in parents if parent.corrects_key))
    if not keys:
        return [None] * len(parents)
    rows = await queries.lines_last_recorded(await request.reader(), keys)
    found = {Key(row["vendor_id"], row["submission_id"], row["row_number"]): sell_in_line(row) for row in rows}
    return [found.get(parent.corrects_key) if parent.corrects_key else None for parent in parents]


@visible("submission:read")
class SellInLine(Node):
    """A line of what the vendor invoiced to a distributor, and where it was reported."""

    id: strawberry.ID
    "Its global id."
    key: strawberry.Private[Key]
    distributor_key: strawberry.Private[Key]
    product_key: strawberry.Private[Key]
    submission_key: strawberry.Private[Key]
    row: int
    "The row of the report that it came from."
    document_kind: terms.DocumentKind
    "Invoice or credit note."
    document_number: str
    "The document's number."
    document_line: str
    "The line on the document; its ordinal where the report had none."
    sold_on: date
    "The day of the invoice."
    quantity: Decimal
    "In base units; what was credited is negative."
    unit_price: Money
    "What the distributor paid for a base unit."
    amount: Money
    "Quantity × unit price."
    counts_on: date
    """The day in whose figures it counts: that of the invoice, or the first open day where that lies in a period that was
    closed when the line was counted."""
    reversal: bool
    "Whether it takes back a line of a closed period, which goes on counting there, in the open one."
    component: int
    "Which component of a kit it is, from 1; 0 where what was sold is no kit."
    kit_key: strawberry.Private[Key | None]
    product_code: str
    "The product as it was reported."
    reported_quantity: Decimal
    "The quantity as it was reported, in `reportedUnit`."
    reported_unit: str | None
    "The unit that was reported; null where none was."
    source: str | None
    "Where in the report it stood: the row, or the segments."
    corrects_key: strawberry.Private[Key | None]
    corrected_by_key: strawberry.Private[Key | None]

    corrects = edge(sell_in_line_corrected)


async def sell_in_lines_by_key(request: Request[Asker], keys: Sequence[Key]) -> list[SellInLine | None]:
    """Lines in the order of their keys; None where the asker sees none."""
    rows = await queries.lines_by_key(await request.reader(), keys)
    found = {line_key(row): row for row in rows}
    return [sell_in_line(found[key]) if key in found else None for key in keys]


async def sell_in_lines_recorded(request: Request[Asker], named: Sequence[Row]) -> list[SellInLine]:
    """The very lines that are named by vendor_id, submission_id, row_number, component and recorded, in their order."""
    rows = await queries.lines_recorded(await request.reader(), named)
    found = {line_name(row): sell_in_line(row) for row in rows}
    return [found[line_name(each)] for each in named]


def sell_in_line(row: Row) -> SellInLine:
    """A line from its columns."""
    vendor, key, currency = row["vendor_id"], line_key(row), CurrencyCode(row["currency"])
    corrects, by, kit = row["corrects_submission_id"], row["corrected_by"], row["kit_id"]
    return SellInLine(
        id=strawberry.ID(global_id("SellInLine", key)),
        key=key,
        distributor_key=Key(vendor, row["distributor_id"]),
        product_key=Key(vendor, row["product_id"]),
        submission_key=Key(vendor, row["submission_id"]),
        row=row["row_number"],
        document_kind=terms.DocumentKind(row["document_kind"]),
        document_number=row["document_number"],
        document_line=row["document_line"],
        sold_on=row["sold_on"],
        quantity=quantity(row["quantity"]),
        unit_price=Money(amount=exact(row["unit_price"], 6), currency=currency),
        amount=Money(amount=exact(row["amount"], 6), currency=currency),
        counts_on=row["counts_on"],
        reversal=row["component"] < 0,
        component=row["component"] if row["component"] >= 0 else -1 - row["component"],
        kit_key=Key(vendor, kit) if kit else None,
        product_code=row["product_code"],
        reported_quantity=quantity(row["reported_quantity"]),
        reported_unit=row["unit"],
        source=row["source"],
        corrects_key=Key(vendor, corrects, row["corrects_row"]) if corrects else None,
        corrected_by_key=Key(vendor, by) if by else None,
    )
