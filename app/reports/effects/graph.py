"""What a report changed in the figures, as partners see it: by month and product, before and after they commit."""

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
from app.execution.scalars import Money, money, quantity
from app.reports.effects import queries


@visible("submission:read")
class SubmissionEffect:
    """What a report changed in the figures of one month and product, or would change where it is a preview: what its
    lines add, less what the lines had that it corrects."""

    month: date
    "The first day of the calendar month in which it counts."
    product_key: strawberry.Private[Key]
    units: Decimal
    "Base units, net of returns."
    returns_units: Decimal
    "Base units that came back."
    lines: int
    "Lines more, or fewer."
    amount: Money | None
    "What was invoiced; null where no line has a price, or prices are not disclosed to you."
    book_amount: Money | None
    "The units at the price book of the days of the sales; null where it has no price, and for sell-in."


async def effects_of_submission(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[SubmissionEffect]]:
    """What counting the report changed, or would change, by month and product."""
    window = Window.of(queries.EFFECT_ORDER, first=first, after=after, last=last, before=before, of="effects")
    db, keys = await request.reader(), [parent.key for parent in parents]
    found = await queries.effects_of(db, request.actor.level, keys, window)
    totals = await queries.count_effects_of(db, keys) if counts(selection) else None
    return window.pages(found, len(keys), _effect, selection, totals)


def _effect(row: Any) -> SubmissionEffect:
    return SubmissionEffect(
        month=row["month"],
        product_key=Key(row["vendor_id"], row["product_id"]),
        units=quantity(row["units"]),
        returns_units=quantity(row["returned_units"]),
        lines=row["lines"],
        amount=money(row["amount"] or None, row["currency"]),
        book_amount=money(row["book_amount"] or None, row["book_currency"]),
    )
