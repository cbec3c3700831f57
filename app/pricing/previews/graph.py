"""What trying a report or an alias out says of claims, as those who tried it out see it: before they commit."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Order, SortKey, Window
from app.execution.described import values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.listings.queries import pages
from app.execution.request import Request
from app.execution.scalars import Money, money, quantity
from app.pricing.previews.queries import EFFECTS
from app.programme import claim_effects as rules
from app.programme.claim_effects import ClaimEffectKind, Subject, Worth
from app.store.database import Row

values(ClaimEffectKind)
_IN_ORDER = Order((SortKey("e.position", "position", int, "int"),))


@visible("claim:read")
class ClaimEffect:
    """What claims about something would come to if what was tried out were committed, and what they come to without it."""

    kind: ClaimEffectKind
    "What of claims it is."
    day: date | None
    "The day of the price change, or the first day of the quarter; null for debits."
    units_before: Decimal | None
    "For how many base units, without it; null for what may go back in a quarter, and where there is too much to reckon."
    units_after: Decimal | None
    "For how many base units, with it."
    amount_before: Money | None
    """What they come to without it; null where there is too much to reckon: more than 5,000 lines that nobody has claimed of
    a product under one special price, or more than 200 price changes that nobody has decided about."""
    amount_after: Money | None
    "What they would come to with it."
    difference: Money | None
    "What would be paid more, or less; null where it is not known."
    special_price_key: strawberry.Private[Key | None]
    product_key: strawberry.Private[Key | None]


async def effects_of_preview(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[ClaimEffect]]:
    """What committing a preview would change of claims: debits taken back, what could be claimed and is not yet, price
    changes that nobody has decided about, stock rotation. A report that counts has none: that stands in claims."""
    window = Window.of(_IN_ORDER, first=first, after=after, last=last, before=before, of="claim effects")
    return await pages(request, [parent.key for parent in parents], EFFECTS, window, selection, _of_row)


async def effects_of_trial(
    request: Request[Actor], parents: Sequence[Any], selection: Selection
) -> list[list[ClaimEffect]]:
    """What would change of claims: debits taken back, what could be claimed and is not yet, price changes that nobody has
    decided about, stock rotation."""
    return [[_shown(parent.vendor_id, each) for each in parent.claims] for parent in parents]


def _of_row(row: Row) -> ClaimEffect:
    of = Subject(ClaimEffectKind(row["kind"]), row["currency"], row["special_price_id"], row["product_id"], row["day"])
    before, after = (Worth(row[f"units_{when}"], row[f"amount_{when}"]) for when in ("before", "after"))
    return _shown(row["vendor_id"], rules.ClaimEffect(of, before, after))


def _shown(vendor_id: UUID, effect: rules.ClaimEffect) -> ClaimEffect:
    of, before, after = effect.subject, effect.before, effect.after
    known = before.amount is not None and after.amount is not None
    change = (after.amount or 0) - (before.amount or 0) if known else None
    return ClaimEffect(
        kind=of.kind,
        day=of.day,
        units_before=None if before.units is None else quantity(before.units),
        units_after=None if after.units is None else quantity(after.units),
        amount_before=money(before.amount, of.currency),
        amount_after=money(after.amount, of.currency),
        difference=money(change, of.currency),
        special_price_key=_key(vendor_id, of.special_price_id),
        product_key=_key(vendor_id, of.product_id),
    )


def _key(vendor_id: UUID, id: UUID | None) -> Key | None:
    return None if id is None else Key(vendor_id, id)
