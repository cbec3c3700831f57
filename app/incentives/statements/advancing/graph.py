"""What was paid in advance on a pay period, as the vendor sees it: recorded by whom, approved by whom, or not."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import Money
from app.incentives.rules.graph import paid
from app.incentives.statements.advancing import queries
from app.programme.advances import AdvanceStatus
from app.programme.terms import Level
from app.store.database import Row

values(AdvanceStatus)


class HasKey(Protocol):
    """A statement."""

    @property
    def key(self) -> Key: ...


@visible("statement:read")
class Advance(Node):
    """What is paid in advance on a pay period. The vendor alone sees it; its distributor sees the step that takes it off,
    and the ledger."""

    key: strawberry.Private[Key]
    amount: Money
    "How much."
    paid_on: date
    "The day on which it was paid, or is to count as paid."
    reference: str
    "By what it is found again."
    status: AdvanceStatus
    "Where it stands."
    recorded_by: str
    "Who recorded it."
    recorded_at: datetime
    "When."
    decided_by: str | None
    "The second person, who approved or rejected it; null where none was needed, or none has decided yet."
    decided_at: datetime | None
    "When that was."
    reason: str | None
    "What the second person said, or why it was not paid."


def _advance(row: Row) -> Advance:
    key, amount = Key(row["vendor_id"], row["id"]), paid(row["amount_minor"], row["currency"])
    assert amount is not None
    return Advance(
        id=strawberry.ID(global_id("Advance", key)),
        key=key,
        amount=amount,
        paid_on=row["paid_on"],
        reference=row["reference"],
        status=_status(row),
        recorded_by=row["recorded_by_name"],
        recorded_at=row["recorded_at"],
        decided_by=row["decided_by_name"],
        decided_at=row["decided_at"],
        reason=row["refused"] or row["reason"],
    )


def _status(row: Row) -> AdvanceStatus:
    if row["posted_at"] is not None:
        return AdvanceStatus.PAID
    if row["refused"] is not None:
        return AdvanceStatus.NOT_PAID
    return AdvanceStatus.REJECTED if row["approved"] is False else AdvanceStatus.WAITING


async def advances_of(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[Advance] | None]":
    """What was paid in advance on its pay period and recorded with it, the first first; null for who is not the vendor."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    window = Window.of(queries.FIRST_RECORDED, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return [*await pages(request, keys, queries.OF_STATEMENT, window, selection, _advance)]


async def advances_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Advance | None]:
    """Advances of the asking vendor, in the order of their keys; nobody else sees one."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(keys)
    rows = await queries.advances(await request.reader(), keys)
    found = {Key(row["vendor_id"], row["id"]): _advance(row) for row in rows}
    return [found.get(key) for key in keys]
