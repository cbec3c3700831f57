"""Lines as partners see them, each with the columns that their level is granted."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.actor import Actor as Asker
from app.execution.connections import Connection, Window, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import TOLD
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import DateRangeInput, Money, money, quantity
from app.programme import terms
from app.programme.erasures import shown
from app.programme.line_places import line_place
from app.reports.lines import queries
from app.store.database import Row

values(terms.DocumentKind)
values(terms.SaleType)
TOLD["SellThroughLine"] = queries.LINE_TOLD


async def line_returned(
    request: Request[Asker], parents: "Sequence[SellThroughLine]", selection: Selection
) -> "list[SellThroughLine | None]":
    """The line that a return takes back, where the report names it and it stands; of a kit its first component."""
    named = [(place, *parent.return_of.rpartition(":")) for place, parent in enumerate(parents) if parent.return_of]
    asked = [(place, invoice, number) for place, invoice, colon, number in named if colon]
    if not asked:
        return [None] * len(parents)
    rows = await queries.lines_returned(
        await request.reader(),
        request.actor.level,
        [parents[place].distributor_key for place, _, _ in asked],
        [invoice for _, invoice, _ in asked],
        [number for _, _, number in asked],
    )
    found = {asked[row["ordinal"] - 1][0]: line(row) for row in rows}
    return [found.get(place) for place in range(len(parents))]


async def line_corrected(
    request: Request[Asker], parents: "Sequence[SellThroughLine]", selection: Selection
) -> "list[SellThroughLine | None]":
    """The line in whose place it stepped; of a kit its first component. It may count no more."""
    keys = list(dict.fromkeys(parent.corrects_key for parent in parents if parent.corrects_key))
    if not keys:
        return [None] * len(parents)
    rows = await queries.lines_last_recorded(await request.reader(), request.actor.level, keys)
    found = {Key(row["vendor_id"], row["submission_id"], row["row_number"]): line(row) for row in rows}
    return [found.get(parent.corrects_key) if parent.corrects_key else None for parent in parents]


def line_key(row: Row) -> Key:
    """Where a line stands: its report, its place there, and how often that had been recorded before."""
    place = line_place(row["row_number"], row["component"], row["times"])
    return Key(row["vendor_id"], row["submission_id"], place)


@visible("submission:read")
class SellThroughLine(Node):
    """A line that counts: what a distributor sold to a reseller, and where it was reported."""

    id: strawberry.ID
    "Its global id."
    key: strawberry.Private[Key]
    distributor_key: strawberry.Private[Key]
    reseller_key: strawberry.Private[Key]
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
    return_of: str | None
    "The invoice line that a return takes back, where the report says so."
    sold_on: date
    "The day of the sale."
    quantity: Decimal
    "In base units; returns are negative."
    unit_price: Money | None
    "What the reseller paid per unit; null where it was not reported, or is not disclosed to you."
    amount: Money | None
    "Quantity × unit price; null where it was not reported, or is not disclosed to you."
    book_amount: Money | None
    "The quantity at the price book of the day of the sale; never visible to a reseller."
    sale_type: terms.SaleType
    "What kind of movement it is."
    ship_to_country: str | None
    "The country that it was shipped to, which decides the territory."
    end_customer: str | None
    "Who bought it from the reseller; null where it was not reported, is not disclosed to you, or was erased."
    special_price_number: str | None
    "The special price that it was sold under."
    serial_numbers: list[str]
    "The serial numbers, where they were reported."
    counts_on: date
    """The day in whose figures it counts: that of the sale, or the first open day where the sale lies in a period that was
    closed when the line was counted."""
    reversal: bool
    "Whether it takes back a line of a closed period, which goes on counting there, in the open one."
    component: int
    "Which component of a kit it is, from 1; 0 where what was sold is no kit."
    kit_key: strawberry.Private[Key | None]
    product_code: str | None
    "The product as it was reported; null for a reseller."
    reported_quantity: Decimal | None
    "The quantity as it was reported, in `reportedUnit`; null for a reseller."
    reported_unit: str | None
    "The unit that was reported; null where none was, and for a reseller."
    source: str | None
    "Where in the report it stood: the row, or the segments; null for a reseller."
    corrects_key: strawberry.Private[Key | None]
    corrected_by_key: strawberry.Private[Key | None]

    returned = edge(line_returned)
    corrects = edge(line_corrected)


@entered
class SellThroughLineFilter:
    """Which lines."""

    sold: DateRangeInput | None = None
    "Only sold in this span of days."


async def lines_of_submission(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[SellThroughLine]]:
    """The lines of this report that count, by the day of the sale. A sell-in report has none."""
    window = Window.of(queries.LINE_ORDER, first=first, after=after, last=last, before=before, of="lines")
    db, keys = await request.reader(), [parent.key for parent in parents]
    rows = await queries.lines_of_submissions(db, request.actor.level, keys, window)
    totals = await queries.count_lines(db, "submission_id", keys) if counts(selection) else None
    return window.pages(rows, len(keys), line, selection, totals)


async def lines_by_key(request: Request[Asker], keys: Sequence[Key]) -> list[SellThroughLine | None]:
    """Lines in the order of their keys; None where the asker sees none."""
    rows = await queries.lines_by_key(await request.reader(), request.actor.level, keys)
    found = {line_key(row): row for row in rows}
    return [line(found[key]) if key in found else None for key in keys]


async def lines_recorded(request: Request[Asker], named: Sequence[Row]) -> list[SellThroughLine]:
    """The very lines that are named by vendor_id, submission_id, row_number, component and recorded, in their order."""
    rows = await queries.lines_recorded(await request.reader(), request.actor.level, named)
    found = {queries.line_name(row): line(row) for row in rows}
    return [found[queries.line_name(each)] for each in named]


Knowable = Callable[[Request[Asker], UUID, datetime], Awaitable[None]]
"""Raises BAD_USER_INPUT unless the asker may ask what was known in a vendor's network at a moment."""


def lines_of_agreement(knowable: Knowable) -> Any:
    """The edge from an agreement to its lines, of past moments that `knowable` does not refuse."""

    async def lines(
        request: Request[Asker],
        parents: Sequence[Any],
        selection: Selection,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        filter: SellThroughLineFilter | None = None,
        as_of: Annotated[
            datetime | None,
            strawberry.argument(
                description="Those that counted by what was known at this moment, with its offset; what corrects them is "
                "shown as it is now. The same past moment always gives the same lines. A distributor asks of moments half "
                "an hour back or longer."
            ),
        ] = None,
    ) -> list[Connection[SellThroughLine]]:
        """The lines under this agreement that count, by the day of the sale."""
        keys = [parent.key for parent in parents]
        if as_of is not None:
            for vendor_id in sorted({key.vendor_id for key in keys}):
                await knowable(request, vendor_id, as_of)
        sold = filter.sold.checked() if filter and filter.sold else None
        start, end = (sold.start, sold.end) if sold else (None, None)
        of = (start, end, as_of)
        window = Window.of(queries.LINE_ORDER, first=first, after=after, last=last, before=before, of=of)
        db, distributors = await request.reader(), [parent.distributor_key.id for parent in parents]
        rows = await queries.lines_of_agreements(db, request.actor.level, keys, distributors, window, start, end, as_of)
        totals = None
        if counts(selection):
            totals = await queries.count_lines(db, "agreement_id", keys, start, end, as_of)
        return window.pages(rows, len(keys), line, selection, totals)

    return edge(lines)


def line(row: Row) -> SellThroughLine:
    """A line from the columns that the asker's level is granted."""
    vendor, key = row["vendor_id"], line_key(row)
    corrects, by, kit = row["corrects_submission_id"], row["corrected_by"], row["kit_id"]
    return SellThroughLine(
        id=strawberry.ID(global_id("SellThroughLine", key)),
        key=key,
        distributor_key=Key(vendor, row["distributor_id"]),
        reseller_key=Key(vendor, row["reseller_id"]),
        product_key=Key(vendor, row["product_id"]),
        submission_key=Key(vendor, row["submission_id"]),
        row=row["row_number"],
        document_kind=terms.DocumentKind(row["document_kind"]),
        document_number=row["document_number"],
        document_line=row["document_line"],
        return_of=row["return_of"],
        sold_on=row["sold_on"],
        quantity=quantity(row["quantity"]),
        unit_price=money(row["unit_price"], row["currency"]),
        amount=money(row["amount"], row["currency"]),
        book_amount=money(row["book_amount"], row["book_currency"]),
        sale_type=terms.SaleType(row["sale_type"]),
        ship_to_country=row["ship_to_country"],
        end_customer=shown(row["end_customer"]),
        special_price_number=row["special_price_number"],
        serial_numbers=list(row["serial_numbers"] or ()),
        counts_on=row["counts_on"],
        reversal=row["component"] < 0,
        component=row["component"] if row["component"] >= 0 else -1 - row["component"],
        kit_key=Key(vendor, kit) if kit else None,
        product_code=row["product_code"],
        reported_quantity=None if row["reported_quantity"] is None else quantity(row["reported_quantity"]),
        reported_unit=row["unit"],
        source=row["source"],
        corrects_key=Key(vendor, corrects, row["corrects_row"]) if corrects else None,
        corrected_by_key=Key(vendor, by) if by else None,
    )
