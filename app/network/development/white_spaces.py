"""Families of products that comparable resellers buy and a reseller does not."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window, counts
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.identifiers import Key, key_of
from app.execution.request import Request
from app.network.development import queries
from app.network.development.asked import PLACES, IsNetwork, asked_now, page_of, told_day
from app.programme.spans import Span, month_after, month_of, months_earlier
from app.programme.white_space import Buyer, WhiteSpace, white_space
from app.store.database import Row

OnDate = Annotated[
    date | None, strawberry.argument(description="On which day, today (UTC) or before; left out, today.")
]
OfReseller = Annotated[
    strawberry.ID | None, strawberry.argument(description="Only of this reseller; left out, of all.")
]


@visible("analytics:read")
class WhiteSpaceRow:
    """A family of products that comparable resellers buy and this one does not."""

    reseller_key: strawberry.Private[Key]
    product_family: str
    "The family."
    buyers: int
    "How many of the peers bought it."
    peers: int
    """How many peers there are, at least five: the same kind of firm, in the same sales region, with between a quarter and
    four times its units."""


async def white_space_of_network(
    request: Request[Actor],
    parents: Sequence[IsNetwork],
    selection: Selection,
    reseller_id: OfReseller = None,
    on_date: OnDate = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[WhiteSpaceRow]]:
    """Families that comparable resellers bought in the twelve calendar months up to the day's, net of returns, and a
    reseller did not; those first that the largest share of the peers buys. For a distributor over its own sales alone."""
    day = told_day(on_date or datetime.now(UTC).date())
    span = Span(months_earlier(month_of(day), 11), month_after(day))
    window = Window.of(PLACES, first=first, after=after, last=last, before=before, of=("white", day, reseller_id))
    only = None if reseller_id is None else key_of("Reseller", reseller_id)
    found = []
    for parent in parents:
        asked_now(parent)
        vendor_id = parent.key.vendor_id
        rows = await queries.families(await request.reader(), request.actor.level, vendor_id, span)
        names = {row["reseller_id"]: row["name"] for row in rows}
        placed = sorted(
            (_rank(each), f"{names[each.buyer]}\x1e{each.buyer}\x1e{each.family}", each)
            for each in white_space(_buyers(rows))
            if reseller_id is None or Key(vendor_id, each.buyer) == only
        )
        total = len(placed) if counts(selection) else None
        page = [{"rank": rank, "place": place, "found": each} for rank, place, each in page_of(placed, window)]
        made = window.connection(page, lambda row, of=vendor_id: _white(of, row["found"]), total, selection)  # type: ignore[misc]
        found.append(made)
    return found


def _rank(each: WhiteSpace[UUID]) -> int:
    return -(each.buyers * 1_000_000 // each.peers)


def _white(vendor_id: UUID, each: WhiteSpace[UUID]) -> WhiteSpaceRow:
    return WhiteSpaceRow(
        reseller_key=Key(vendor_id, each.buyer), product_family=each.family, buyers=each.buyers, peers=each.peers
    )


def _buyers(rows: Iterable[Row]) -> list[Buyer[UUID]]:
    groups_of: dict[UUID, tuple[str, str]] = {}
    bought: dict[UUID, dict[str, int]] = {}
    for row in rows:
        groups_of[row["reseller_id"]] = (row["partner_type"] or "", row["region"])
        own = bought.setdefault(row["reseller_id"], {})
        own[row["family"]] = own.get(row["family"], 0) + row["units"]
    return [Buyer(reseller, groups_of[reseller], families) for reseller, families in bought.items()]
