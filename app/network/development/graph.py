"""How the resellers of a network develop, as vendors and distributors ask: counted, in cohorts, and what they do not
buy yet.

A vendor reads its whole network, as far as agreements disclose it; a distributor its own sales alone, never what a reseller
that it shares buys elsewhere.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window, counts
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import DateRangeInput, exact, quantity
from app.network.development import queries
from app.network.development.asked import PLACES, IsNetwork, asked_now, last_day, page_of, rounded
from app.network.development.grouping import D, Group, groups, state_of
from app.network.development.inputs import NetworkDevelopmentFilter
from app.network.filters import ids_of, limited
from app.program_access.certified.queries import enablements
from app.programme.certifications import Enablement
from app.programme.development import (
    DevelopmentOrder,
    ResellerDimension,
    ResellerState,
    missing,
)
from app.programme.terms import PartnerType
from app.segments.asking import may_divide
from app.store.database import acting_as_worker

By = Annotated[
    list[ResellerDimension], strawberry.argument(description="By what to count together; nothing gives one row.")
]


@visible("analytics:read")
class ResellerDevelopmentRow:
    """Resellers counted together on a day, by what they bought, net of returns, of the distributors of the row."""

    distributor_key: strawberry.Private[Key | None]
    reseller_key: strawberry.Private[Key | None]
    segment_key: strawberry.Private[Key | None]
    partner_type: PartnerType | None
    "What kind of firm they are, where grouped by it."
    country: str | None
    "The country of their seat, where grouped by it."
    region: str | None
    "The vendor's sales region, where grouped by it."
    state: ResellerState | None
    "How the reseller stands, where grouped by it."
    active: int
    "How many bought more than they returned in the 90 days up to the last day asked about."
    new: int
    "How many of the active ones had not bought in the 24 months before these days."
    reactivated: int
    "How many of the active ones are active again, and not new: they were not in the 90 days before."
    lapsed: int
    "How many were active in the 90 days before, and are not now."
    units: Decimal
    "Base units that they bought in the 90 days, net of returns."
    units_before: Decimal
    "The same in the 90 days before."
    depth: Decimal | None
    """Of how many product families an active one bought on average, net of returns, in the three calendar months up to the
    day's; rounded down to two decimals, null where none is active."""
    top_ten_share: Decimal | None
    "The share of the ten largest in the units of all active ones, rounded down to six decimals; null where there are none."
    concentration: Decimal | None
    """The Herfindahl-Hirschman index of these units: the sum of the squared shares, from 0 to 1, rounded down to six
    decimals; null where there are none."""
    certified: int | None
    """Of the active ones under each agreement how many hold all certifications that are required of them; one that is active
    under two counts twice. Null where grouped otherwise than by distributors, or narrowed by states."""
    certified_share: Decimal | None
    "These ÷ all that are active under each agreement, rounded down to six decimals; null where `certified` or nobody is."
    obliged_active: int | None
    """How many active ones the distributors agreed to have: of each the most that one of its agreements asks for. Null where
    grouped otherwise than by distributors, narrowed by states, or nothing was agreed."""
    missing_active: int | None
    "How many are missing to that; null where `obligedActive` is, or not grouped by distributors."


@visible("analytics:read", name="ResellerDevelopmentConnection")
class ResellerDevelopmentConnection(Connection[ResellerDevelopmentRow]):
    """A page of the development of resellers."""


async def development_of_network(
    request: Request[Actor],
    parents: Sequence[IsNetwork],
    selection: Selection,
    period: DateRangeInput,
    by: By,
    filter: NetworkDevelopmentFilter | None = None,
    order_by: DevelopmentOrder | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[ResellerDevelopmentConnection]:
    """How resellers develop, counted together as asked, on the last day of the period; while it runs, today (UTC)."""
    day, given, order = last_day(period), filter or NetworkDevelopmentFilter(), order_by or DevelopmentOrder.DIMENSIONS
    dimensions = tuple(dict.fromkeys(by))
    if D.SEGMENT in dimensions:
        may_divide(request.actor)
    states = None if given.states is None else frozenset(given.states)
    distributors = limited(given.distributor_ids, "distributorIds")
    mark = (day, dimensions, distributors, None if states is None else sorted(states), order)
    window = Window.of(PLACES, first=first, after=after, last=last, before=before, of=mark)
    found = []
    for parent in parents:
        asked_now(parent)
        vendor_id = parent.key.vendor_id
        named = ids_of("Distributor", distributors, frozenset({vendor_id}))
        asked = _Asked(vendor_id, day, dimensions, None if named is None else list(named), states)
        rows = await _rows(request, asked, selection)
        placed = sorted(((group.rank(order), group.place, group) for group in rows), key=lambda each: each[:2])
        beside = await _beside(request, asked, selection)
        keyed = [{"rank": rank, "place": place, "group": group} for rank, place, group in page_of(placed, window)]
        total = len(rows) if counts(selection) else None
        made = window.connection(keyed, _rows_of(asked, beside), total, selection)
        found.append(
            ResellerDevelopmentConnection(edges=made.edges, page_info=made.page_info, total_count=made.total_count)
        )
    return found


class _Asked:
    """A question of one network."""

    def __init__(
        self,
        vendor_id: UUID,
        day: date,
        by: Sequence[ResellerDimension],
        distributors: list[UUID] | None,
        states: frozenset[ResellerState] | None,
    ) -> None:
        self.vendor_id, self.day, self.by, self.distributors, self.states = vendor_id, day, by, distributors, states

    @property
    def is_of_distributors(self) -> bool:
        """Whether rows are whole distributors, of which something was agreed."""
        return set(self.by) <= {D.DISTRIBUTOR} and self.states is None


async def _rows(request: Request[Actor], asked: _Asked, selection: Selection) -> list[Group]:
    db = await request.reader()
    apart = D.DISTRIBUTOR in asked.by
    named = asked.distributors
    among = await queries.distributors_of(db, asked.vendor_id) if named is None else named
    rows = await queries.developing(
        db, request.actor.level, asked.vendor_id, asked.day, apart=apart, distributors=among
    )
    if asked.states is not None:
        rows = [row for row in rows if state_of(row) in asked.states]
    segments: dict[UUID, list[tuple[UUID, str]]] = {}
    if D.SEGMENT in asked.by:
        for row in await queries.segments_of(db, asked.vendor_id):
            segments.setdefault(row["reseller_id"], []).append((row["segment_id"], row["name"]))
    return groups(rows, asked.by, segments)


class _Beside:
    """What was agreed with distributors, and how many of their resellers are certified."""

    def __init__(self) -> None:
        self.agreed: dict[UUID, int] = {}
        self.certified: dict[UUID, list[Enablement]] = {}


async def _beside(request: Request[Actor], asked: _Asked, selection: Selection) -> _Beside | None:
    """None where rows are not those of distributors, or nothing of it is asked for."""
    below = selection.under("edges", "node")
    wanted = {"certified", "certifiedShare", "obligedActive", "missingActive"}
    if not asked.is_of_distributors or below is None or not wanted & below.names:
        return None
    found = _Beside()
    rows = await queries.agreements_on(await request.reader(), asked.vendor_id, asked.day, asked.distributors)
    for row in rows:
        if row["active"] is not None:
            most = max(row["active"], found.agreed.get(row["distributor_id"], 0))
            found.agreed[row["distributor_id"]] = most
    if {"certified", "certifiedShare"} & below.names:
        agreements = [(row["id"], row["distributor_id"]) for row in rows]
        async with request.database.reading(acting_as_worker(asked.vendor_id)) as db:
            enabled = await enablements(db, asked.vendor_id, agreements, asked.day + timedelta(days=1))
        for (_, distributor), each in zip(agreements, enabled, strict=True):
            found.certified.setdefault(distributor, []).append(each)
    return found


def _rows_of(asked: _Asked, beside: _Beside | None) -> Callable[[dict[str, Any]], ResellerDevelopmentRow]:
    return lambda row: _row(asked, row["group"], beside)


def _row(asked: _Asked, group: Group, beside: _Beside | None) -> ResellerDevelopmentRow:
    vendor_id, keys, states, active = asked.vendor_id, group.keys, group.states, group.active
    families = sum(row["families"] for row in active)
    one_each = len(group.resellers) == 1 and D.RESELLER in asked.by

    def key(by: ResellerDimension) -> Key | None:
        return None if keys.get(by) is None else Key(vendor_id, keys[by])

    kind = keys.get(D.PARTNER_TYPE)
    return ResellerDevelopmentRow(
        distributor_key=key(D.DISTRIBUTOR),
        reseller_key=key(D.RESELLER),
        segment_key=key(D.SEGMENT),
        partner_type=PartnerType(kind) if kind else None,
        country=keys.get(D.COUNTRY),
        region=keys.get(D.REGION),
        state=states[0] if one_each else None,
        active=len(active),
        new=states.count(ResellerState.NEW),
        reactivated=states.count(ResellerState.REACTIVATED),
        lapsed=states.count(ResellerState.LAPSED),
        units=quantity(group.units),
        units_before=quantity(group.units_before),
        depth=exact(families * 100 // len(active), 2) if active else None,
        top_ten_share=rounded(group.top_share),
        concentration=rounded(group.concentration),
        **_agreed(group, beside),
    )


def _agreed(group: Group, beside: _Beside | None) -> dict[str, Any]:
    names = ("certified", "certified_share", "obliged_active", "missing_active")
    if beside is None:
        return dict.fromkeys(names)
    own = group.keys.get(D.DISTRIBUTOR)
    mine = {each: needed for each, needed in beside.agreed.items() if own in {None, each}}
    enabled = [one for each, found in beside.certified.items() if own in {None, each} for one in found]
    certified, active = sum(one.certified for one in enabled), sum(one.active for one in enabled)
    lacking = None
    if mine and own is not None:
        lacking = missing(mine[own], len(group.active))
    return {
        "certified": certified,
        "certified_share": exact(certified * 1_000_000 // active, 6) if active else None,
        "obliged_active": sum(mine.values()) if mine else None,
        "missing_active": lacking,
    }
