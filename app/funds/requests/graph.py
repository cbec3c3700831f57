"""Requests for funds as the vendor and the one partner see them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
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
from app.execution.scalars import CurrencyCode, DateRange, Money, exact
from app.funds import queries
from app.funds.claims.graph import FundClaim
from app.funds.inputs import FundRequestFilter
from app.programme.fund_terms import FundRequestStatus
from app.programme.funds import last_day_to_claim
from app.programme.money import places_of
from app.store.database import Row


class HasKey(Protocol):
    """A vendor, a reseller, a fund."""

    @property
    def key(self) -> Key: ...


def status_of(given: FundRequestFilter | None) -> tuple[object, ...]:
    """What a list of requests is narrowed by."""
    return (given.status.value if given is not None and given.status is not None else None,)


async def claims_of_requests(
    request: Request[Actor],
    parents: "Sequence[FundRequest]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[FundClaim]]:
    """What was claimed against it, the newest first."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before)
    listed = queries.claims_of_request(request.actor.level)
    return await pages(request, [parent.key for parent in parents], listed, window, selection, FundClaim.of)


@visible("fund:read")
class FundRequest(Node):
    """Money asked for towards the cost of an activity, before it is spent. Approved, it is all that the fund pays for it."""

    key: strawberry.Private[Key]
    fund_key: strawberry.Private[Key]
    activity: str
    "What is to be done."
    description: str | None
    "More about it."
    period: DateRange
    "On which days."
    planned_cost: Money
    "What it will cost."
    amount: Money
    "What is asked for."
    reimbursement_share: Decimal
    "Which share of its cost is paid."
    status: FundRequestStatus
    "Where it stands."
    approved: Money | None
    "What is approved; null until it is."
    claimed: Money
    "What claims were approved for, paid or not yet."
    paid: Money
    "What was paid."
    left: Money
    "What can still be claimed."
    claim_until: date
    "The last day on which its costs are claimed."
    reason: str | None
    "What was said with the last decision that said something."
    decided_by: str | None
    "Who of the vendor decided; null where the fund's terms did, and for the partner."
    filed_at: datetime
    "When it was asked for."
    decided_at: datetime | None
    "When it was decided."
    closed_at: datetime | None
    "When it ended."
    claims = edge(claims_of_requests)

    @classmethod
    def of(cls, row: Row) -> "FundRequest":
        key, approved = Key(row["vendor_id"], row["id"]), row["approved_minor"]

        def money(minor: int) -> Money:
            return Money(amount=exact(minor, places_of(row["currency"])), currency=CurrencyCode(row["currency"]))

        return cls(
            id=strawberry.ID(global_id("FundRequest", key)),
            key=key,
            fund_key=Key(key.vendor_id, row["fund_id"]),
            activity=row["activity"],
            description=row["description"],
            period=DateRange(start=row["starts_on"], end=row["ends_on"]),
            planned_cost=money(row["planned_minor"]),
            amount=money(row["asked_minor"]),
            reimbursement_share=exact(row["reimbursement_share"], 6),
            status=FundRequestStatus(row["status"]),
            approved=None if approved is None else money(approved),
            claimed=money(row["claimed_minor"]),
            paid=money(row["paid_minor"]),
            left=money((approved or 0) - row["claimed_minor"] - row["released_minor"]),
            claim_until=last_day_to_claim(row["ends_on"], row["claim_days"]),
            reason=row["reason"],
            decided_by=row["decided_by"],
            filed_at=row["filed_at"],
            decided_at=row["decided_at"],
            closed_at=row["closed_at"],
        )


async def requests_of_vendor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: FundRequestFilter | None = None,
) -> list[Connection[FundRequest]]:
    """Requests for funds in its network, the newest first: all for the vendor, a partner's own for it."""
    of = status_of(filter)
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=of)
    keys, listed = [parent.key for parent in parents], queries.requests_of_vendor(request.actor.level)
    return await pages(request, keys, listed, window, selection, FundRequest.of, of)


async def requests_of_reseller(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: FundRequestFilter | None = None,
) -> list[Connection[FundRequest]]:
    """What it asked of its funds, the newest first; a distributor reads none of it."""
    of = status_of(filter)
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=of)
    keys, listed = [parent.key for parent in parents], queries.requests_of_reseller(request.actor.level)
    values = (*queries.as_reseller(request.actor), *of)
    return await pages(request, keys, listed, window, selection, FundRequest.of, values)


async def fund_requests_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[FundRequest | None]:
    """Requests to the asking vendor, or of the asking partner."""
    found: list[FundRequest | None] = [None] * len(keys)
    for row in await queries.requests(await request.reader(), request.actor.level, keys):
        found[row["ordinal"] - 1] = FundRequest.of(row)
    return found
