"""What an agreement says of price protection, stock rotation, inventory and advances, as both of its sides see it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window, counts
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.execution.scalars import exact
from app.pricing.money_terms import queries
from app.programme.money import MICRO
from app.store.database import Row


class HasKey(Protocol):
    """An agreement."""

    @property
    def key(self) -> Key: ...


@visible("claim:read")
class AgreementMoneyTerms:
    """What is agreed for price changes, for stock and for advances, from a day until other terms begin."""

    effective_from: date
    "From which day."
    protects_prices: bool
    "Whether stock on hand is credited when a price drops."
    look_back_days: int | None
    "How many days before the new price a purchase may lie; null for any."
    in_transit: bool
    "Whether goods in transit count as held."
    minimum_drop: Decimal
    "By what part of the old price it must drop at least, as a part of 1."
    writes_up: bool
    "Whether a rise is charged for stock on hand."
    rotation_share: Decimal | None
    "Which part of the previous quarter's net purchases may go back in a quarter, as a part of 1; null where none may."
    offsetting_share: Decimal | None
    "What part of the credit an offsetting order covers at least; null where none is asked for."
    excluded_product_ids: list[strawberry.ID]
    "Products that do not go back."
    excluded_families: list[str]
    "Families of products that do not go back."
    advance_share: Decimal
    "Which part of what has accrued in a pay period may be paid in advance; 1 is the whole."
    stock_min_weeks: Decimal | None
    "How many weeks the stock of a product should last at least; null where no inventory standard is agreed."
    stock_max_weeks: Decimal | None
    "How many weeks it should last at most; null where no inventory standard is agreed."
    set_at: datetime
    "When it was set."

    @classmethod
    def of(cls, row: Row) -> "AgreementMoneyTerms":
        excluded = row["rotation_excludes"] or {"products": [], "families": []}
        return cls(
            effective_from=row["effective_from"],
            protects_prices=row["protects"],
            look_back_days=row["look_back_days"],
            in_transit=row["in_transit"],
            minimum_drop=exact(row["minimum_drop"], 6),
            writes_up=row["writes_up"],
            rotation_share=_share(row["rotation_share"]),
            offsetting_share=_share(row["offsetting_share"]),
            excluded_product_ids=[
                strawberry.ID(global_id("Product", Key(row["vendor_id"], UUID(each)))) for each in excluded["products"]
            ],
            excluded_families=excluded["families"],
            advance_share=exact(MICRO if row["advance_share"] is None else row["advance_share"], 6),
            stock_min_weeks=_weeks(row["stock_min_weeks"]),
            stock_max_weeks=_weeks(row["stock_max_weeks"]),
            set_at=row["set_at"],
        )


def _share(share: int | None) -> Decimal | None:
    return None if share is None else exact(share, 6)


def _weeks(weeks: int | None) -> Decimal | None:
    return None if weeks is None else exact(weeks, 2)


async def money_terms_of_agreement(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[AgreementMoneyTerms]]:
    """What is agreed for price changes and for sending stock back, the latest terms first."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before)
    db, keys = await request.reader(), [parent.key for parent in parents]
    rows = await queries.terms(db, keys, window)
    totals = await queries.how_many(db, keys) if counts(selection) else None
    return window.pages(rows, len(keys), AgreementMoneyTerms.of, selection, totals)
