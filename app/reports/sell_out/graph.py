"""Sell-out as the reseller sees it that reports it: its reports, and the lines that count."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import strawberry

from app.access.actor import Actor as Asker
from app.execution.connections import Connection, Window, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import DateRangeInput, Money, money, quantity
from app.programme import terms
from app.programme.erasures import shown
from app.reports.graph import Submission, SubmissionFilter, submissions_by_key
from app.reports.queries import SUBMISSION_ORDER
from app.reports.sell_out import queries
from app.store.database import Row

UNDER_AGREEMENTS = frozenset({"SellThroughLine", "SellInLine", "Alias", "HeldDecision", "ReportProfile"})
"What is reported and decided under agreements, of which no reseller has any, though it reads its own reports."


def is_unknown_to(actor: Asker, type_name: str) -> bool:
    """Whether objects of this type do not exist for the asker, though it may read reports."""
    return actor.level is terms.Level.RESELLER and type_name in UNDER_AGREEMENTS


values(terms.DocumentKind)
values(terms.SaleType)


@visible("sell-out:read")
class SellOutLine:
    """A line that counts: what you sold to an end customer, and where you reported it. The vendor reads of it what was sold
    where and when, in units; nobody else reads it."""

    submission_key: strawberry.Private[Key]
    product_key: strawberry.Private[Key]
    kit_key: strawberry.Private[Key | None]
    row: int
    "The row of the report that it came from."
    source: str | None
    "Where in the report it stood: the row."
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
    "What the end customer paid for a base unit; null where it was not reported. It is yours alone."
    amount: Money | None
    "Quantity × unit price; null where the price was not reported. It is yours alone."
    sale_type: terms.SaleType
    "What kind of movement it is."
    ship_to_country: str | None
    "The country that it was shipped to."
    end_customer: str | None
    "Who bought it; null where it was not reported, or was erased. It is yours alone."
    serial_numbers: list[str]
    "The serial numbers, where they were reported. They are yours alone."
    component: int
    "Which component of a kit it is, from 1; 0 where what was sold is no kit."
    product_code: str
    "The product as it was reported."
    reported_quantity: Decimal
    "The quantity as it was reported, in `reportedUnit`."
    reported_unit: str | None
    "The unit that was reported; null where none was."


@entered
class SellOutFilter:
    """Which lines of sell-out."""

    sold: DateRangeInput | None = None
    "Only what was sold on these days."


async def sell_out_of_reseller(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: SubmissionFilter | None = None,
) -> list[Connection[Submission]]:
    """The reports of sell-out that the reseller handed in, the newest first. They are the reseller's alone."""
    kinds = [each.value for each in filter.kinds] if filter and filter.kinds else None
    statuses = [each.value for each in filter.statuses] if filter and filter.statuses else None
    window = Window.of(
        SUBMISSION_ORDER, first=first, after=after, last=last, before=before, of=("sell-out", kinds, statuses)
    )
    db, whose = await request.reader(), queries.places(request.actor, [parent.key for parent in parents])
    rows = await queries.submissions_of(db, whose, window, kinds, statuses)
    totals = await queries.count_submissions_of(db, whose, kinds, statuses) if counts(selection) else None
    keys = list(dict.fromkeys(Key(row["vendor_id"], row["id"]) for row in rows))
    found = dict(zip(keys, await submissions_by_key(request, keys), strict=True))

    def report(row: Row) -> Submission:
        submission = found[Key(row["vendor_id"], row["id"])]
        assert submission is not None
        return submission

    return window.pages(rows, len(parents), report, selection, totals)


async def sell_out_lines_of_reseller(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: SellOutFilter | None = None,
) -> list[Connection[SellOutLine]]:
    """The lines of sell-out that count, by the day of the sale. They are the reseller's alone."""
    sold = filter.sold.checked() if filter and filter.sold else None
    start, end = (sold.start, sold.end) if sold else (None, None)
    window = Window.of(
        queries.LINE_ORDER, first=first, after=after, last=last, before=before, of=("sell-out", start, end)
    )
    db, whose = await request.reader(), queries.places(request.actor, [parent.key for parent in parents])
    rows = await queries.lines_of(db, whose, window, start, end)
    totals = await queries.count_lines_of(db, whose, start, end) if counts(selection) else None
    return window.pages(rows, len(parents), _line, selection, totals)


def _line(row: Row) -> SellOutLine:
    vendor, kit = row["vendor_id"], row["kit_id"]
    return SellOutLine(
        submission_key=Key(vendor, row["submission_id"]),
        product_key=Key(vendor, row["product_id"]),
        kit_key=Key(vendor, kit) if kit else None,
        row=row["row_number"],
        source=row["source"],
        document_kind=terms.DocumentKind(row["document_kind"]),
        document_number=row["document_number"],
        document_line=row["document_line"],
        return_of=row["return_of"],
        sold_on=row["sold_on"],
        quantity=quantity(row["quantity"]),
        unit_price=money(row["unit_price"], row["currency"]),
        amount=money(row["amount"], row["currency"]),
        sale_type=terms.SaleType(row["sale_type"]),
        ship_to_country=row["ship_to_country"],
        end_customer=shown(row["end_customer"]),
        serial_numbers=list(row["serial_numbers"] or ()),
        component=row["component"],
        product_code=row["product_code"],
        reported_quantity=quantity(row["reported_quantity"]),
        reported_unit=row["unit"],
    )
