"""What an agreement says of price protection and stock rotation, as both of its sides see it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from app.access.actor import Actor
from app.execution.connections import Connection, Window, counts
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import exact
from app.pricing.money_terms import queries
from app.store.database import Row


class HasKey(Protocol):
    """An agreement."""

    @property
    def key(self) -> Key: ...


@visible("claim:read")
class AgreementMoneyTerms:
    """What is agreed for price changes and for sending stock back, from a day until other terms begin."""

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
    set_at: datetime
    "When it was set."

    @classmethod
    def of(cls, row: Row) -> "AgreementMoneyTerms":
        return cls(
            effective_from=row["effective_from"],
            protects_prices=row["protects"],
            look_back_days=row["look_back_days"],
            in_transit=row["in_transit"],
            minimum_drop=exact(row["minimum_drop"], 6),
            writes_up=row["writes_up"],
            rotation_share=_share(row["rotation_share"]),
            offsetting_share=_share(row["offsetting_share"]),
            set_at=row["set_at"],
        )


def _share(share: int | None) -> Decimal | None:
    return None if share is None else exact(share, 6)


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
