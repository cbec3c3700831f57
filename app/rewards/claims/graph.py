"""Claims on SPIFFs as the vendor and the one firm see them, and what a firm may still claim."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import Money, quantity
from app.programme.spiff_terms import SpiffClaimStatus
from app.programme.spiffs import SpiffDenial
from app.programme.terms import Level
from app.rewards.claims import queries
from app.rewards.graph import amount
from app.rewards.inputs import SpiffClaimFilter
from app.rewards.queries import as_itself
from app.store.database import Row


class HasKey(Protocol):
    """A vendor, a reseller, a SPIFF."""

    @property
    def key(self) -> Key: ...


@visible("spiff:read")
class SpiffClaimDenial:
    """Why units of a claim are not paid."""

    reason: SpiffDenial
    "Why."
    quantity: Decimal
    "How many base units. Where nothing of a claim can be paid, each reason has all of them."


@visible("spiff:read")
class SpiffClaim(Node):
    """Units of one line for which a representative is to be paid."""

    key: strawberry.Private[Key]
    vendor_key: strawberry.Private[Key]
    spiff_key: strawberry.Private[Key]
    rep_key: strawberry.Private[Key]
    product_key: strawberry.Private[Key]
    seller_key: strawberry.Private[Key | None]
    reseller_key: strawberry.Private[Key | None]
    distributor_key: strawberry.Private[Key | None]
    adjusts_key: strawberry.Private[Key | None]
    status: SpiffClaimStatus
    "Where it stands."
    quantity: Decimal
    "How many base units it is for; below zero where it takes back what another was paid for."
    approved: Decimal
    "How many of them are paid; of a claim that waits for a person, how many would be."
    amount: Money
    "How much that is; below zero where it is taken back."
    denials: list[SpiffClaimDenial]
    "Why units are not paid."
    document_number: str | None
    "The invoice. The vendor reads it where the seller's agreement discloses who buys."
    document_line: str | None
    "Its line, likewise."
    sold_on: date | None
    "The day of the sale, likewise."
    serial_numbers: list[str] | None
    "The serial numbers that it names, likewise; none where it names a quantity."
    reason: str | None
    "What the vendor's person said about its decision."
    filed_at: datetime
    "When it was filed; where it takes back, when what came back was known."
    decided_at: datetime | None
    "When it was decided."
    paid_at: datetime | None
    "When it was paid."

    @classmethod
    def of(cls, row: Row) -> "SpiffClaim":
        key = Key(row["vendor_id"], row["id"])

        def to(name: str) -> Key | None:
            return None if row[name] is None else Key(key.vendor_id, row[name])

        return cls(
            id=strawberry.ID(global_id("SpiffClaim", key)),
            key=key,
            vendor_key=Key(key.vendor_id, key.vendor_id),
            spiff_key=Key(key.vendor_id, row["spiff_id"]),
            rep_key=Key(key.vendor_id, row["rep_id"]),
            product_key=Key(key.vendor_id, row["product_id"]),
            seller_key=to("seller_id"),
            reseller_key=to("reseller_id"),
            distributor_key=to("distributor_id"),
            adjusts_key=to("adjusts_id"),
            status=SpiffClaimStatus(row["status"]),
            quantity=quantity(row["asked"]),
            approved=quantity(row["approved"]),
            amount=amount(row["amount_minor"], row["currency"]),
            denials=[
                SpiffClaimDenial(reason=SpiffDenial(each["reason"]), quantity=quantity(each["units"]))
                for each in row["denials"]
            ],
            document_number=row["document_number"],
            document_line=row["document_line"],
            sold_on=row["sold_on"],
            serial_numbers=row["serial_numbers"],
            reason=row["verdict_reason"],
            filed_at=row["filed_at"],
            decided_at=row["decided_at"],
            paid_at=row["paid_at"],
        )


@visible("spiff:read")
class SpiffLine:
    """A line of your firm of which units are not claimed on a SPIFF yet."""

    seller_key: strawberry.Private[Key]
    product_key: strawberry.Private[Key]
    document_number: str
    "The invoice."
    document_line: str
    "Its line."
    sold_on: date
    "The day of the sale."
    quantity: Decimal
    "How many base units are neither claimed nor came back."
    claim_until: date | None
    "The last day to claim them; null for no end."

    @classmethod
    def of(cls, row: Row) -> "SpiffLine":
        days = row["days_to_claim"]
        return cls(
            seller_key=Key(row["vendor_id"], row["distributor_id"]),
            product_key=Key(row["vendor_id"], row["product_id"]),
            document_number=row["document_number"],
            document_line=row["document_line"],
            sold_on=row["sold_on"],
            quantity=quantity(row["units"]),
            claim_until=None if days is None else row["sold_on"] + timedelta(days=days),
        )


def _status(filter: SpiffClaimFilter | None) -> str | None:
    return filter.status.value if filter is not None and filter.status is not None else None


async def claims_of_vendor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: SpiffClaimFilter | None = None,
) -> list[Connection[SpiffClaim]]:
    """Claims on SPIFFs in its network, the last filed first: all for the vendor, a partner's own for it."""
    status, actor = _status(filter), request.actor
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=str(status))
    keys, values = [parent.key for parent in parents], [status, queries.seen_by(actor)]
    return await pages(request, keys, queries.of_vendor(actor), window, selection, SpiffClaim.of, values)


async def claims_of_spiff(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: SpiffClaimFilter | None = None,
) -> list[Connection[SpiffClaim]]:
    """The claims on it, the last filed first: all for the vendor, a partner's own for it."""
    status, actor = _status(filter), request.actor
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=str(status))
    keys, values = [parent.key for parent in parents], [status, queries.seen_by(actor)]
    return await pages(request, keys, queries.of_spiff(actor), window, selection, SpiffClaim.of, values)


async def claims_of_reseller(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: SpiffClaimFilter | None = None,
) -> list[Connection[SpiffClaim]]:
    """Its claims on SPIFFs, the last filed first; sales people see those for themselves. None for a distributor."""
    status, actor = _status(filter), request.actor
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=str(status))
    keys = [parent.key for parent in parents]
    if actor.level is Level.DISTRIBUTOR:
        return [window.connection([], SpiffClaim.of, 0, selection) for _ in parents]
    values = [status, queries.seen_by(actor), *as_itself(actor)]
    return await pages(request, keys, queries.of_reseller(actor), window, selection, SpiffClaim.of, values)


async def claimable_of_spiff(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[SpiffLine]]:
    """The lines of your firm of which units are not claimed yet, the earliest sale first. Whether a claim is approved, the
    engine says when it is filed. None for a vendor."""
    actor = request.actor
    window = Window.of(queries.OLDEST_SALE, first=first, after=after, last=last, before=before, of="claimable")
    if actor.level is Level.VENDOR:
        return [window.connection([], SpiffLine.of, 0, selection) for _ in parents]
    keys, values = [parent.key for parent in parents], [sorted(actor.party_ids), datetime.now(UTC).date()]
    return await pages(request, keys, queries.claimable(actor.level), window, selection, SpiffLine.of, values)


async def spiff_claims_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[SpiffClaim | None]:
    """Claims in the asking vendor's network, or of the asking firm."""
    found: list[SpiffClaim | None] = [None] * len(keys)
    for row in await queries.claims(await request.reader(), request.actor, keys):
        found[row["ordinal"] - 1] = SpiffClaim.of(row)
    return found
