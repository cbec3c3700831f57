"""A report's difference to stock as partners see it: what is expected of each product without the report and with it.

Sales take from what should be there and purchases add to it; a count is set against what should be there, which is its
variance. Of a preview it is what committing would make, of a report that counts what it has made, both by what is known
today: other reports, later ones too, are in either figure.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import strawberry

from app.access.actor import Actor as Asker
from app.execution.connections import Connection, Window, counts
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import quantity
from app.programme.inventory import RollForward, variance
from app.programme.terms import Level
from app.reports.stock.differences import queries


@visible("submission:read")
class StockEffect:
    """What a report changes in what is expected of one product in all warehouses, or what its counts say against it; in base
    units, goods in every state together."""

    day: date
    """At the end of which day: the last of the months in which the report changes sales or purchases; the day of its count;
    or the day of its last movement, where it counts none of the product."""
    opened_on: date | None
    """The day of the count from which it is reckoned: the newest that covers the product before everything that the report
    changes. Null where there is none; then nothing can be expected."""
    change: Decimal
    "How much more is expected because of the report; below zero, less."
    expected_before: Decimal | None
    "What should be there without it."
    expected_after: Decimal | None
    "What should be there with it."
    reported: Decimal | None
    """What was counted that day, or would have been with this report; null where no counts of that day cover all warehouses
    in which some lay."""
    variance_before: Decimal | None
    "How far the count is off what should be there without the report: reported − expectedBefore."
    variance_after: Decimal | None
    "How far it is off with the report: reported − expectedAfter."
    product_key: strawberry.Private[Key]


async def stock_effects_of_submission(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[StockEffect]]:
    """What the report changes in what is expected of stock, or would change where it is a preview, and what its counts say
    against it: by SKU and day, by what is known today."""
    window = Window.of(queries.DIFFERENCE_ORDER, first=first, after=after, last=last, before=before, of="stock effects")
    if request.actor.level is Level.RESELLER:
        return window.pages([], len(parents), _effect, selection, {} if counts(selection) else None)
    db, keys = await request.reader(), [parent.key for parent in parents]
    found = await queries.differences_of(db, keys, window)
    totals = await queries.count_differences_of(db, keys) if counts(selection) else None
    return window.pages(found, len(keys), _effect, selection, totals)


def _effect(row: Any) -> StockEffect:
    before, after = _expected(row)
    reported = row["reported"]
    return StockEffect(
        day=row["day"],
        opened_on=row["opened_on"],
        change=quantity(row["change"]),
        expected_before=_shown(before),
        expected_after=_shown(after),
        reported=_shown(reported),
        variance_before=None if before is None or reported is None else quantity(variance(reported, before)),
        variance_after=None if after is None or reported is None else quantity(variance(reported, after)),
        product_key=Key(row["vendor_id"], row["product_id"]),
    )


def _expected(row: Any) -> tuple[int | None, int | None]:
    """What should be there without the report and with it. Facts have what counts, and nothing of a preview."""
    if row["opened_on"] is None:
        return None, None
    of_facts = RollForward(row["opening"], row["received"], row["sold"], row["moved"]).expected
    if row["previewed"]:
        return of_facts, of_facts + row["change"]
    return of_facts - row["change"], of_facts


def _shown(milli: int | None) -> Decimal | None:
    return None if milli is None else quantity(milli)
