"""Claims against funds, and their proofs, as the vendor and the one partner see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, Money, exact
from app.funds import queries
from app.funds.inputs import FundClaimFilter
from app.programme.fund_terms import FundClaimStatus
from app.programme.money import places_of
from app.store.database import Row

PROOF = "fund-proof"
"What a link to a proof is for."


class HasKey(Protocol):
    """A vendor."""

    @property
    def key(self) -> Key: ...


async def links_to_proofs(request: Request[Actor], parents: "Sequence[FundProof]", selection: Selection) -> list[str]:
    """A link to its bytes, for you alone and for some minutes."""
    return [await request.links.download(request.actor, PROOF, parent.key) for parent in parents]


@visible("fund:read")
class FundProof:
    """A file that proves that an activity was done, and what it cost."""

    key: strawberry.Private[Key]
    filename: str
    "Its name."
    media_type: str
    "What kind of file its bytes are."
    byte_size: int
    "How many bytes it has."
    sha256: str
    "The SHA-256 of its bytes."
    added_at: datetime
    "When it was handed in."
    download_url = edge(links_to_proofs)

    @classmethod
    def of(cls, row: Row) -> "FundProof":
        names = ("filename", "media_type", "byte_size", "sha256", "added_at")
        return cls(key=Key(row["vendor_id"], row["id"]), **{name: row[name] for name in names})


async def proofs_of_claims(
    request: Request[Actor], parents: "Sequence[FundClaim]", selection: Selection
) -> list[list[FundProof]]:
    """The files that prove it, at most ten."""
    found: list[list[FundProof]] = [[] for _ in parents]
    for row in await queries.proofs_of(await request.reader(), [parent.key for parent in parents]):
        found[row["ordinal"] - 1].append(FundProof.of(row))
    return found


@visible("fund:read")
class FundClaim(Node):
    """What an activity cost, claimed from an approved request with proof."""

    key: strawberry.Private[Key]
    request_key: strawberry.Private[Key]
    cost: Money
    "What it cost."
    invoice_number: str | None
    "The partner's own invoice number."
    note: str | None
    "What the proofs show."
    status: FundClaimStatus
    "Where it stands."
    approved_cost: Money | None
    "Which part of the cost counts; null until it is approved."
    approved: Money | None
    "What is paid of that: the share that the fund pays, no more than was left of the request; null until it is approved."
    reason: str | None
    "What was said with the decision."
    decided_by: str | None
    "Who of the vendor decided; null for the partner."
    payment_reference: str | None
    "The number of the payment or of the credit memo."
    filed_at: datetime
    "When it was claimed."
    decided_at: datetime | None
    "When it was decided."
    paid_at: datetime | None
    "When it was paid."
    proofs = edge(proofs_of_claims)

    @classmethod
    def of(cls, row: Row) -> "FundClaim":
        key = Key(row["vendor_id"], row["id"])

        def money(name: str) -> Money | None:
            minor, currency = row[name], row["currency"]
            if minor is None:
                return None
            return Money(amount=exact(minor, places_of(currency)), currency=CurrencyCode(currency))

        cost = money("cost_minor")
        assert cost is not None
        names = ("invoice_number", "note", "reason", "decided_by", "payment_reference")
        moments = ("filed_at", "decided_at", "paid_at")
        return cls(
            id=strawberry.ID(global_id("FundClaim", key)),
            key=key,
            request_key=Key(key.vendor_id, row["request_id"]),
            cost=cost,
            status=FundClaimStatus(row["status"]),
            approved_cost=money("approved_cost_minor"),
            approved=money("approved_minor"),
            **{name: row[name] for name in (*names, *moments)},
        )


async def claims_of_vendor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: FundClaimFilter | None = None,
) -> list[Connection[FundClaim]]:
    """Claims against funds in its network, the newest first: all for the vendor, a partner's own for it."""
    of = (filter.status.value if filter is not None and filter.status is not None else None,)
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=of)
    keys, listed = [parent.key for parent in parents], queries.claims_of_vendor(request.actor.level)
    return await pages(request, keys, listed, window, selection, FundClaim.of, of)


async def fund_claims_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[FundClaim | None]:
    """Claims to the asking vendor, or of the asking partner."""
    found: list[FundClaim | None] = [None] * len(keys)
    for row in await queries.claims(await request.reader(), request.actor.level, keys):
        found[row["ordinal"] - 1] = FundClaim.of(row)
    return found
