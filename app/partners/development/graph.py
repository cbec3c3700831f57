"""How a distributor's resellers develop, as the distributor and the vendor see it: counted, and each by itself.

What one distributor sold is all that either of them reads here of a reseller; only the vendor also reads how many are new to
its whole network.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Order, SortKey, Window
from app.execution.described import visible
from app.execution.edges import Selection, edge, reference
from app.execution.errors import bad_input
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import exact, quantity
from app.partners.agreements.graph import DistributionAgreement
from app.partners.development import queries
from app.partners.development.inputs import DevelopmentFilter
from app.partners.organizations.graph import Reseller, resellers_by_key
from app.partners.pages import page_of
from app.partners.queries import one_each
from app.partners.terms import Level
from app.program_access.certified.queries import enablements
from app.programme.certifications import Enablement
from app.programme.development import (
    EARLIEST,
    Purchases,
    ResellerState,
    concentration,
    is_active,
    missing,
    state,
    top_share,
)
from app.store.database import Row, acting_as_worker

BY_RESELLER = Order((SortKey("c.reseller_id", "reseller_id", UUID, "uuid"),))


@visible("agreement:read")
class ResellerObligation:
    """What a distributor agreed to do for the development of resellers; what is null was not agreed."""

    active: int | None
    "How many resellers are to be active."
    new: int | None
    "How many are to be new in twelve months."
    certified_share: Decimal | None
    "Which share of the active ones is to hold all certifications that are required of them, from 0 to 1."
    version: int
    "Its version, which a change names."

    @classmethod
    def of(cls, row: Row) -> "ResellerObligation":
        share = row["enabled"]
        return cls(
            active=row["active"],
            new=row["new"],
            certified_share=None if share is None else exact(share, 6),
            version=row["version"],
        )


@visible("analytics:read")
class DevelopingReseller:
    """How a reseller stands with a distributor."""

    reseller_key: strawberry.Private[Key]
    state: ResellerState
    "How it stands."
    units: Decimal
    "Base units that it bought of the distributor in the 90 days, net of returns."
    units_before: Decimal
    "The same in the 90 days before."
    new_in_year: bool
    "Whether it is one of those that are new in twelve months."
    authorized: bool
    "Whether it is authorised under the agreement now."
    reseller = reference(
        resellers_by_key,
        Reseller | None,
        key=lambda row: row.reseller_key,
        description="The reseller; null where you know none of that record.",
    )


async def _resellers(
    request: Request[Actor],
    parents: "Sequence[ResellerDevelopment]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: DevelopmentFilter | None = None,
) -> list[Connection[DevelopingReseller]]:
    """The resellers that are authorised or bought lately, each with how it stands, in the order in which they were recorded.
    For a vendor only where the agreement discloses who buys under it."""
    states = None if filter is None or filter.states is None else sorted({each.value for each in filter.states})
    window = Window.of(BY_RESELLER, first=first, after=after, last=last, before=before, of=states)
    found = []
    for parent in parents:
        rows = [row for row in parent.rows if states is None or state_of(row) in states] if parent.named else []
        kept = page_of(rows, window, "reseller_id")
        found.append(window.connection(kept, lambda row, of=parent: _of(of, row), len(rows), selection))  # type: ignore[misc]
    return found


def _of(parent: "ResellerDevelopment", row: Row) -> DevelopingReseller:
    return DevelopingReseller(
        reseller_key=Key(parent.vendor_id, row["reseller_id"]),
        state=state_of(row),
        units=quantity(row["now"]),
        units_before=quantity(row["before"]),
        new_in_year=row["new_in_year"],
        authorized=row["authorized"],
    )


def state_of(row: Row) -> ResellerState:
    """How the reseller of a row stands."""
    return state(Purchases(row["now"], row["before"], row["bought_earlier"]))


@visible("analytics:read")
class ResellerDevelopment:
    """How a distributor's resellers stand on a day, by what it reported to have sold to them, under any of its agreements
    with the vendor."""

    vendor_id: strawberry.Private[UUID]
    rows: strawberry.Private[list[Row]]
    named: strawberry.Private[bool]
    on_date: date
    "The day."
    authorized: int
    "How many are authorised under the agreement now."
    active: int
    "How many bought more than they returned in the 90 days up to the day."
    new: int
    "How many of the active ones had not bought of the distributor in the 24 months before these days."
    reactivated: int
    "How many of the active ones are active again, and not new: they were not in the 90 days before."
    lapsed: int
    "How many were active in the 90 days before, and are not now."
    new_in_year: int
    """How many bought of the distributor in the twelve calendar months up to the day's, net of returns, and had not in the
    24 months before these."""
    new_to_network_in_year: int | None
    "How many of them had bought of nobody in the network in those 24 months. Only the vendor reads it."
    certified: int
    """How many of those that bought under this very agreement in the 90 days hold all certifications that are required of
    them."""
    certified_share: Decimal | None
    "These ÷ all that bought under it, rounded down to six decimals; null where nobody did."
    missing_active: int | None
    "How many active ones are missing to what was agreed; null where nothing was."
    missing_new: int | None
    "How many new ones in twelve months are missing to what was agreed; null where nothing was."
    missing_certified_share: Decimal | None
    "Which share of certified ones is missing to what was agreed; null where nothing was, or nobody bought."
    top_ten_share: Decimal | None
    "The share of the ten largest in the units of all active ones, rounded down to six decimals; null where there are none."
    concentration: Decimal | None
    """The Herfindahl-Hirschman index of these units: the sum of the squared shares, from 0 to 1, rounded down to six
    decimals; null where there are none."""
    resellers = edge(_resellers)


async def obligation_of_agreements(
    request: Request[Actor], parents: Sequence[DistributionAgreement], selection: Selection
) -> list[ResellerObligation | None]:
    """What the distributor agreed to do for the development of resellers; null where nothing was agreed."""
    rows = await queries.obligations(await request.reader(), [parent.key for parent in parents])
    return one_each(rows, len(parents), ResellerObligation.of)


OnDate = Annotated[
    date | None, strawberry.argument(description="On which day, today (UTC) or before; left out, today.")
]


async def development_of_agreements(
    request: Request[Actor],
    parents: Sequence[DistributionAgreement],
    selection: Selection,
    on_date: OnDate = None,
) -> list[ResellerDevelopment | None]:
    """How the distributor's resellers develop, beside what it agreed to: active, new, lapsed, certified."""
    today = datetime.now(UTC).date()
    day = on_date or today
    if not EARLIEST <= day <= today:
        raise bad_input(f"`onDate` is from {EARLIEST} to {today}, not {day}.")
    agreed = await queries.obligations(await request.reader(), [parent.key for parent in parents])
    obligations = {row["ordinal"] - 1: row for row in agreed}
    found: list[ResellerDevelopment | None] = [None] * len(parents)
    for vendor_id in sorted({parent.key.vendor_id for parent in parents}):
        places = [place for place, parent in enumerate(parents) if parent.key.vendor_id == vendor_id]
        asked = [(parents[place].key.id, parents[place].distributor_key.id) for place in places]
        by_vendor = request.actor.level is Level.VENDOR
        async with request.database.reading(acting_as_worker(vendor_id)) as db:
            rows = await queries.bought(db, vendor_id, asked, day, network=by_vendor)
            certified = await enablements(db, vendor_id, asked, day + timedelta(days=1))
        for number, place in enumerate(places, 1):
            own = [row for row in rows if row["ordinal"] == number]
            named = not by_vendor or parents[place].reporting.discloses.reseller
            measured = _Measured(vendor_id, day, own, named, certified[number - 1], by_vendor)
            found[place] = measured.beside(obligations.get(place))
    return found


class _Measured:
    """The rows of one agreement, counted."""

    def __init__(
        self, vendor_id: UUID, day: date, rows: list[Row], named: bool, certified: Enablement, by_vendor: bool
    ) -> None:
        self.vendor_id, self.day, self.rows, self.named = vendor_id, day, rows, named
        self.certified, self.by_vendor = certified, by_vendor

    def beside(self, agreed: Row | None) -> ResellerDevelopment:
        """The counts, and what is missing to what was agreed."""
        states = [state_of(row) for row in self.rows]
        bought = [row["now"] for row in self.rows]
        active = sum(map(is_active, bought))
        new_in_year = sum(row["new_in_year"] for row in self.rows)
        share, needed = self.certified.share, dict(agreed.items()) if agreed is not None else {}
        lacking = None if share is None else missing(needed.get("enabled"), share)
        return ResellerDevelopment(
            vendor_id=self.vendor_id,
            rows=self.rows,
            named=self.named,
            on_date=self.day,
            authorized=sum(row["authorized"] for row in self.rows),
            active=active,
            new=states.count(ResellerState.NEW),
            reactivated=states.count(ResellerState.REACTIVATED),
            lapsed=states.count(ResellerState.LAPSED),
            new_in_year=new_in_year,
            new_to_network_in_year=sum(row["new_to_network"] for row in self.rows) if self.by_vendor else None,
            certified=self.certified.certified,
            certified_share=None if share is None else exact(share, 6),
            missing_active=missing(needed.get("active"), active),
            missing_new=missing(needed.get("new"), new_in_year),
            missing_certified_share=None if lacking is None else exact(lacking, 6),
            top_ten_share=_decimal(top_share(bought)),
            concentration=_decimal(concentration(bought)),
        )


def _decimal(share: Fraction | None) -> Decimal | None:
    return None if share is None else exact(int(share * 1_000_000), 6)
