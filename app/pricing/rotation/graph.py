"""What a distributor may still send back in a quarter, as both sides see it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Protocol

import strawberry

from app.access.actor import Actor
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, Money, exact
from app.pricing.rotation import queries
from app.pricing.rotation.figures import Quarter, allowed_in
from app.store.database import Row


class HasKey(Protocol):
    """An agreement."""

    @property
    def key(self) -> Key: ...


@visible("claim:read")
class RotationAllowance:
    """What may be sent back in a quarter of the vendor's calendar, at net cost. What is not used does not carry over."""

    quarter: DateRange
    "The days of the quarter."
    share: Decimal
    "Which part of what was bought in the quarter before may go back, as a part of 1."
    net_sell_in: Money
    "What was bought in the quarter before, net of what went back."
    granted: Money
    "What may go back."
    used: Money
    "What is used: approved requests, and all of those that wait."
    left: Money
    "What is left."


OnDay = Annotated[date | None, strawberry.argument(description="In whose quarter; today (UTC) unless given.")]


async def allowance_of_agreement(
    request: Request[Actor], parents: Sequence[HasKey], selection: Selection, on_day: OnDay = None
) -> list[RotationAllowance | None]:
    """What may be sent back in a quarter; null where the agreement lets nothing go back on the day."""
    db, day = await request.reader(), on_day or datetime.now(UTC).date()
    found: list[RotationAllowance | None] = [None] * len(parents)
    own = await queries.terms(db, [parent.key for parent in parents], day)
    agreed = [row for row in own if row["rotation_share"] is not None]
    for row, quarter in zip(agreed, await allowed_in(db, agreed, day), strict=True):
        found[row["ordinal"] - 1] = _allowance(row, quarter)
    return found


def _allowance(terms: Row, quarter: Quarter) -> RotationAllowance:
    currency, allowed = CurrencyCode(terms["currency"]), quarter.allowed
    bought, granted, used, left = (
        Money(amount=exact(amount, 6), currency=currency)
        for amount in (quarter.net_sell_in, allowed.granted, allowed.used, allowed.left)
    )
    return RotationAllowance(
        quarter=DateRange(start=quarter.days.start, end=quarter.days.end),
        share=exact(terms["rotation_share"], 6),
        net_sell_in=bought,
        granted=granted,
        used=used,
        left=left,
    )
