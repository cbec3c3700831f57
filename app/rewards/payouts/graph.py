"""Payouts as the vendor sees them: who is paid, and how much; and a file of them for whoever moves the money."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import strawberry

from app.access.actor import Actor
from app.access.roles import Permission
from app.execution.connections import Connection, Window
from app.execution.described import visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, Money
from app.programme.spiff_terms import PayoutStatus
from app.programme.terms import Level
from app.rewards.graph import amount
from app.rewards.payouts import queries
from app.store.database import Row

FILE = "payout-csv"
"What a link to a payout's file is for."


class HasKey(Protocol):
    """A vendor."""

    @property
    def key(self) -> Key: ...


@visible("spiff:read")
class PayoutLine:
    """One representative whom a payout pays."""

    reseller_key: strawberry.Private[Key | None]
    distributor_key: strawberry.Private[Key | None]
    name: str | None
    "The name, as it was when the payout was gathered."
    payout_reference: str | None
    "How the person is paid, likewise."
    amount: Money
    "How much."
    claims: int
    "For how many claims, with those that take back."

    @classmethod
    def of(cls, row: Row) -> "PayoutLine":
        def to(name: str) -> Key | None:
            return None if row[name] is None else Key(row["vendor_id"], row[name])

        return cls(
            reseller_key=to("reseller_id"),
            distributor_key=to("distributor_id"),
            name=row["name"],
            payout_reference=row["payout_reference"],
            amount=amount(row["amount_minor"], row["currency"]),
            claims=row["claims"],
        )


async def _lines(
    request: Request[Actor],
    parents: "Sequence[Payout]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[PayoutLine]]:
    """Whom it pays."""
    window = Window.of(queries.BY_PERSON, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.LINES, window, selection, PayoutLine.of)


async def _links(request: Request[Actor], parents: "Sequence[Payout]", selection: Selection) -> list[str]:
    """A link to it as CSV, for you alone and for some minutes."""
    return [await request.links.download(request.actor, FILE, parent.key) for parent in parents]


@visible("spiff:read")
class Payout(Node):
    """Approved claims on SPIFFs that are paid together. Only the vendor reads it."""

    key: strawberry.Private[Key]
    currency: CurrencyCode
    "The currency in which it is paid."
    status: PayoutStatus
    "Where it stands."
    amount: Money | None
    "What it pays in all; null while it is gathered."
    claims: int | None
    "How many claims, with those that take back; null while it is gathered."
    created_by: str
    "Who made it."
    created_at: datetime
    "When."
    payment_reference: str | None
    "By which payment it was paid."
    paid_by: str | None
    "Who said so."
    paid_at: datetime | None
    "When."
    lines = edge(_lines, permission=Permission.SPIFF_PAY)
    csv_url = edge(_links, permission=Permission.SPIFF_PAY)

    @classmethod
    def of(cls, row: Row) -> "Payout":
        key, minor = Key(row["vendor_id"], row["id"]), row["amount_minor"]
        names = ("claims", "created_by", "created_at", "payment_reference", "paid_by", "paid_at")
        return cls(
            id=strawberry.ID(global_id("Payout", key)),
            key=key,
            currency=CurrencyCode(row["currency"]),
            status=PayoutStatus(row["status"]),
            amount=None if minor is None else amount(minor, row["currency"]),
            **{name: row[name] for name in names},
        )


async def payouts_of_vendor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[Payout]]:
    """What it pays together of SPIFFs, the newest first. The vendor's alone."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of="payouts")
    if request.actor.level is not Level.VENDOR:
        return [window.connection([], Payout.of, 0, selection) for _ in parents]
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.PAYOUTS, window, selection, Payout.of)


async def payouts_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Payout | None]:
    """Payouts of the asking vendor."""
    found: list[Payout | None] = [None] * len(keys)
    if request.actor.level is not Level.VENDOR:
        return found
    for row in await queries.payouts(await request.reader(), keys):
        found[row["ordinal"] - 1] = Payout.of(row)
    return found
