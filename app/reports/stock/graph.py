"""Stock as partners see it: what an inventory report said row by row, and what lay in which warehouse on a day."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from app.access.actor import Actor as Asker
from app.execution.connections import Connection, Window, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, key_of
from app.execution.request import Request
from app.execution.scalars import quantity
from app.programme import terms
from app.programme.terms import Level
from app.reports.rows.graph import RowFilter, issues_of_row
from app.reports.stock import queries

for enum in (terms.StockStatus, terms.StockMovementKind):
    values(enum)


@visible("submission:read")
class StockRow:
    """A row of an inventory report: a count, or a movement where it names one; and what became of it."""

    row: int
    "The row of the report, from 1."
    outcome: terms.Outcome
    "What became of it."
    counts: bool
    "Whether it counts now: accepted, and no correction has taken its place."
    warehouse: str | None
    "The warehouse, by the distributor's own code; null where it could not be read."
    product_code: str | None
    "The product, by the code that the report has."
    counted_on: date | None
    "The day of the count or movement; null where it could not be read."
    quantity: Decimal | None
    "As reported, in the unit of the report; out of the warehouse is negative. Null where it could not be read."
    unit: str | None
    "The unit of the quantity; the product's base unit where none is named."
    status: terms.StockStatus | None
    "In what state the goods are; null where it could not be read."
    movement: terms.StockMovementKind | None
    "What moved them; null for a count."
    reference: str | None
    "The document that moved them."
    reference_line: str | None
    "The line of that document; its ordinal where the report had none."
    lot: str | None
    "The lot, where the report names one."
    counts_on: date | None
    """From which day on it counts: its own, or the first open day, where its period had been closed when it was said. Null
    where it never counted."""
    counts_until: date | None
    """The day on which what took its place counts, where that was said of a period that was closed by then: in the days
    before, it goes on counting."""
    corrects_row: int | None
    "The row of the report `corrects` that it took the place of; null where it took none's."
    corrects_quantity: Decimal | None
    "What that row had said, in its own unit."
    corrects_key: strawberry.Private[Key | None]
    product_key: strawberry.Private[Key | None]
    submission_key: strawberry.Private[Key]

    issues = edge(issues_of_row)


@visible("submission:read")
class InventoryPosition:
    """What lay in a warehouse in one state, by the last count on or before the day that was asked for."""

    warehouse: str
    "The warehouse, by the distributor's own code."
    status: terms.StockStatus
    "In what state the goods are."
    on_hand: Decimal
    "How many were counted, in base units; the lots together where they were counted apart."
    counted_on: date
    "The day of that count. The report of a later day that does not name the product leaves it standing."
    row: int
    "The row of the report that counted it; of several lots the first."
    product_key: strawberry.Private[Key]
    submission_key: strawberry.Private[Key]


@entered
class InventoryFilter:
    """Which stock."""

    warehouses: list[str] | None = None
    "Only in these warehouses."
    statuses: list[terms.StockStatus] | None = None
    "Only in these states."
    product_ids: list[strawberry.ID] | None = None
    "Only of these products."


async def stock_rows_of_submission(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: RowFilter | None = None,
) -> list[Connection[StockRow]]:
    """The rows of an inventory report in their order, each with what it says of stock. Other reports have none."""
    outcomes = [each.value for each in filter.outcomes] if filter and filter.outcomes else None
    window = Window.of(queries.ROW_ORDER, first=first, after=after, last=last, before=before, of=("stock", outcomes))
    if request.actor.level is Level.RESELLER:
        return window.pages([], len(parents), _row, selection, {} if counts(selection) else None)
    db, keys = await request.reader(), [parent.key for parent in parents]
    found = await queries.rows_of(db, keys, window, outcomes)
    totals = await queries.count_rows_of(db, keys, outcomes) if counts(selection) else None
    return window.pages(found, len(keys), _row, selection, totals)


async def inventory_of_agreement(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    on_date: Annotated[
        date | None, strawberry.argument(description="At the end of which day; as it was last counted unless said.")
    ] = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: InventoryFilter | None = None,
) -> list[Connection[InventoryPosition]]:
    """What lies in the distributor's warehouses under this agreement, as counted, by warehouse, product and state."""
    asked = filter or InventoryFilter()
    warehouses = asked.warehouses
    statuses = [each.value for each in asked.statuses] if asked.statuses is not None else None
    named = [key_of("Product", each) for each in asked.product_ids] if asked.product_ids is not None else None
    products = [key.id for key in named if key is not None] if named is not None else None
    window = Window.of(
        queries.POSITION_ORDER,
        first=first,
        after=after,
        last=last,
        before=before,
        of=("inventory", on_date, warehouses, statuses, products),
    )
    db, keys = await request.reader(), [parent.key for parent in parents]
    found = await queries.positions_of(db, keys, window, on_date, warehouses, statuses, products)
    totals = None
    if counts(selection):
        totals = await queries.count_positions_of(db, keys, on_date, warehouses, statuses, products)
    return window.pages(found, len(keys), _position, selection, totals)


def _row(row: Any) -> StockRow:
    vendor = row["vendor_id"]
    return StockRow(
        row=row["row_number"],
        outcome=terms.Outcome(row["outcome"]),
        counts=row["counts"],
        warehouse=row["warehouse"],
        product_code=row["product_code"],
        counted_on=row["day"],
        quantity=None if row["quantity"] is None else quantity(row["quantity"]),
        unit=row["unit"],
        status=terms.StockStatus(row["status"]) if row["status"] else None,
        movement=terms.StockMovementKind(row["movement"]) if row["movement"] else None,
        reference=row["reference"],
        reference_line=row["reference_line"],
        lot=row["lot"],
        counts_on=row["counts_on"],
        counts_until=row["counts_until"],
        corrects_row=row["corrects_row"],
        corrects_quantity=None if row["corrects_quantity"] is None else quantity(row["corrects_quantity"]),
        corrects_key=Key(vendor, row["corrects_submission"]) if row["corrects_submission"] else None,
        product_key=Key(vendor, row["product_id"]) if row["product_id"] else None,
        submission_key=Key(vendor, row["submission_id"]),
    )


def _position(row: Any) -> InventoryPosition:
    vendor = row["vendor_id"]
    return InventoryPosition(
        warehouse=row["warehouse"],
        status=terms.StockStatus(row["status"]),
        on_hand=quantity(row["on_hand"]),
        counted_on=row["counted_on"],
        row=row["row_number"],
        product_key=Key(vendor, row["product_id"]),
        submission_key=Key(vendor, row["submission_id"]),
    )
