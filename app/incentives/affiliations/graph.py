"""Groups of affiliates as the vendor sees them, and the membership that each of their distributors sees as its own."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.incentives.affiliations import queries
from app.programme.affiliates import AffiliationStatus, Agreed, MembershipStatus, membership
from app.programme.terms import Level
from app.store.database import Row

values(AffiliationStatus)
values(MembershipStatus)
T = TypeVar("T")


@visible("incentive:read")
class AffiliationMembership(Node):
    """A distributor's place in a group of affiliates: the vendor sees all of its groups', a distributor its own. Of the
    other firms a distributor learns here only whether all have accepted."""

    key: strawberry.Private[Key]
    affiliation_key: strawberry.Private[Key]
    distributor_key: strawberry.Private[Key]
    name: str
    "The name of the group."
    purpose: str
    "What is added up and who is of the group, in the vendor's words."
    status: MembershipStatus
    "Where it stands."
    proposed_at: datetime
    "When the vendor proposed it."
    accepted_at: datetime | None
    "When the distributor accepted."
    left_at: datetime | None
    "When the distributor left, or refused."
    reason: str | None
    "Why it did."
    in_force_since: date | None
    "Since when all have accepted; null while not all have."
    ended_on: date | None
    "On which day the group ended. A pay period that had begun by then is still added up, a later one is not."
    ended_because: str | None
    "Why the vendor dissolved it; null where it did not."


async def _members(
    request: Request[Actor],
    parents: "Sequence[Affiliation]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[AffiliationMembership]]":
    """Its firms, and what each has answered."""
    window = Window.of(queries.NEWEST_MEMBERS, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.MEMBERS_OF_GROUP, window, selection, _membership)


@visible("incentive:read")
class Affiliation(Node):
    """A group of distributors whose volumes may be added up once each of them has accepted. The vendor alone sees it."""

    key: strawberry.Private[Key]
    name: str
    "Its name."
    purpose: str
    "What is added up and who is of the group: what its firms agree to."
    status: AffiliationStatus
    "Where it stands."
    proposed_at: datetime
    "When it was proposed."
    in_force_since: date | None
    "Since when all have accepted; null while not all have."
    ended_on: date | None
    "On which day the first of its firms left or refused, or you dissolved it."
    dissolved_at: datetime | None
    "When you dissolved it; null where you did not."
    ended_because: str | None
    "Why you dissolved it."
    members = edge(_members)


class InNetwork(Protocol):
    """A vendor, an agreement."""

    @property
    def key(self) -> Key: ...


class OfDistributor(InNetwork, Protocol):
    """An agreement."""

    @property
    def distributor_key(self) -> Key: ...


async def affiliations_of_vendor(
    request: Request[Actor],
    parents: Sequence[InNetwork],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[Affiliation] | None]:
    """Its groups of affiliates, the newest first; null for who is not the vendor."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    window = Window.of(queries.NEWEST_GROUPS, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    return [*await pages(request, keys, queries.GROUPS_OF_VENDOR, window, selection, _group)]


async def memberships_of_agreement(
    request: Request[Actor],
    parents: Sequence[OfDistributor],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[AffiliationMembership]]:
    """The groups of affiliates that its distributor was proposed for, the newest first."""
    window = Window.of(queries.NEWEST_MEMBERS, first=first, after=after, last=last, before=before)
    keys = [parent.distributor_key for parent in parents]
    return await pages(request, keys, queries.MEMBERSHIPS_OF_DISTRIBUTOR, window, selection, _membership)


async def affiliations_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Affiliation | None]:
    """Groups of the asking vendor, in the order of their keys; nobody else sees one."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(keys)
    return _in_order(keys, await queries.groups(await request.reader(), keys), _group)


async def memberships_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[AffiliationMembership | None]:
    """Memberships of the vendor's groups, or the distributor's own, in the order of their keys; no reseller sees one."""
    if request.actor.level is Level.RESELLER:
        return [None] * len(keys)
    return _in_order(keys, await queries.memberships(await request.reader(), keys), _membership)


def _in_order(keys: Sequence[Key], rows: Sequence[Row], made: Callable[[Row], T]) -> list[T | None]:
    found = {Key(row["vendor_id"], row["id"]): made(row) for row in rows}
    return [found.get(key) for key in keys]


def _group(row: Row) -> Affiliation:
    key = Key(row["vendor_id"], row["id"])
    return Affiliation(
        id=strawberry.ID(global_id("Affiliation", key)),
        key=key,
        name=row["name"],
        purpose=row["purpose"],
        status=Agreed(row["in_force_since"], row["ended_on"]).status,
        proposed_at=row["proposed_at"],
        in_force_since=row["in_force_since"],
        ended_on=row["ended_on"],
        dissolved_at=row["dissolved_at"],
        ended_because=row["dissolved_because"],
    )


def _membership(row: Row) -> AffiliationMembership:
    vendor_id = row["vendor_id"]
    key = Key(vendor_id, row["id"])
    return AffiliationMembership(
        id=strawberry.ID(global_id("AffiliationMembership", key)),
        key=key,
        affiliation_key=Key(vendor_id, row["affiliation_id"]),
        distributor_key=Key(vendor_id, row["distributor_id"]),
        name=row["name"],
        purpose=row["purpose"],
        status=membership(queries.member(row, ""), Agreed(row["in_force_since"], row["ended_on"])),
        proposed_at=row["proposed_at"],
        accepted_at=row["accepted_at"],
        left_at=row["left_at"],
        reason=row["reason"],
        in_force_since=row["in_force_since"],
        ended_on=row["ended_on"],
        ended_because=row["ended_because"],
    )
