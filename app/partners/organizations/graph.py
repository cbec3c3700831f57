"""How partners see organisations.

A vendor sees its own records of the distributors and resellers in its network. A distributor sees each reseller that it is
authorised for, a reseller each of its distributors, under the name that stands on their authorisation. A signed-in
distributor or reseller sees itself over all of its networks.
"""

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Any, TypedDict, TypeVar

import strawberry

from app.access.actor import Actor
from app.access.roles import Permission
from app.execution.checks import searched
from app.execution.connections import Connection, Order, Window
from app.execution.described import maker, values, visible, visible_interface
from app.execution.edges import Selection, edge
from app.execution.identifiers import NO_NETWORK, Key, global_id, global_ids, key_in, key_of
from app.execution.nodes import Node
from app.execution.request import Request
from app.partners.organizations import queries
from app.partners.organizations.inputs import ResellerFilter
from app.partners.queries import connections, one_each, text_key, uuid_key
from app.partners.segments.queries import EVERYBODY, Within, narrowed_by
from app.partners.terms import Level, PartnerType
from app.store.database import Reader, Row

T = TypeVar("T")
_PARTNER_TYPES = {each.value: each for each in PartnerType}
BY_NAME = Order((text_key("p.name", "name"), uuid_key("p.id", "id")))


@values
class IdentifierKind(StrEnum):
    """What kind of number identifies a firm."""

    TAX_NUMBER = "TAX_NUMBER"
    "Its tax or VAT number."


@visible("network:read")
class Identifier:
    """A number by which a firm is known."""

    kind: IdentifierKind
    "What kind of number it is."
    value: str
    "The number."


async def identifiers(
    request: Request[Actor], parents: "Sequence[Organization]", selection: Selection
) -> list[list[Identifier]]:
    """The numbers by which it is known, as the vendor recorded them. Only the vendor and the firm itself read them."""
    rows = await queries.tax_numbers(await request.reader(), request.actor, [parent.key for parent in parents])
    found: list[list[Identifier]] = [[] for _ in parents]
    for row in rows:
        found[row["ordinal"] - 1].append(Identifier(kind=IdentifierKind.TAX_NUMBER, value=row["tax_number"]))
    return found


@visible_interface("network:read")
class Organization(Node):
    """A firm as the viewer may know it: itself, or a party in one vendor's network."""

    key: strawberry.Private[Key]
    name: str
    "Its name."
    country: str
    "The country of its seat, ISO 3166 (two letters)."
    region: str | None
    "The vendor's sales region, where it has one."
    identifiers = edge(identifiers)


@visible("network:read")
class Vendor(Organization):
    """A firm that owns a programme, its products and prices, and the network that sells them."""

    @classmethod
    def of(cls, row: Row) -> "Vendor":
        return cls(**_known("Vendor", row))


@visible("network:read")
class Distributor(Organization):
    """A firm that buys from the vendor, stocks, reports what it sold, and develops resellers."""

    @classmethod
    def of(cls, row: Row) -> "Distributor":
        return cls(**_known("Distributor", row))


@visible("reseller:read")
class Reseller(Organization):
    """A firm that buys from distributors and sells to end customers."""

    partner_type: PartnerType
    "What kind of firm it is."

    @classmethod
    def of(cls, row: Row) -> "Reseller":
        key = key_in(row["vendor_id"], row["id"])
        return _reseller(
            id=strawberry.ID(global_id("Reseller", key)),
            key=key,
            name=row["name"],
            country=row["country"],
            region=row["region"],
            partner_type=_PARTNER_TYPES[row["partner_type"]],
        )

    @classmethod
    def beside(cls, keys: Sequence[Key], records: Sequence[Sequence[Any]]) -> "list[Reseller | None]":
        """From what many records say (name, country, region, partner type); None where there is no name: no record."""
        return [
            _reseller(
                id=strawberry.ID(id),
                key=key,
                name=name,
                country=country,
                region=region,
                partner_type=_PARTNER_TYPES[partner_type],
            )
            if name is not None
            else None
            for id, key, (name, country, region, partner_type) in zip(
                global_ids("Reseller", keys), keys, records, strict=True
            )
        ]


_reseller = maker(Reseller)


class _Known(TypedDict):
    id: strawberry.ID
    key: Key
    name: str
    country: str
    region: str | None


def _known(type_name: str, row: Row) -> _Known:
    key = Key(row["vendor_id"], row["id"])
    return {
        "id": strawberry.ID(global_id(type_name, key)),
        "key": key,
        "name": row["name"],
        "country": row["country"],
        "region": row["region"],
    }


async def vendors_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Vendor | None]:
    """Vendors in whose networks the asker takes part."""
    return one_each(await queries.vendors(await request.reader(), keys), len(keys), Vendor.of)


async def distributors_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Distributor | None]:
    """Distributors: parties of one network, or the signed-in one over all of its networks."""
    db = await request.reader()
    found = one_each(await queries.distributors(db, keys), len(keys), Distributor.of)
    own = await _itself(request, db, keys, Level.DISTRIBUTOR)
    if own is not None:
        itself = Distributor(**_across_networks("Distributor", own))
        return [itself if key == itself.key else each for key, each in zip(keys, found, strict=True)]
    return found


async def resellers_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Reseller | None]:
    """Resellers: parties of one network, or the signed-in one over all of its networks."""
    db = await request.reader()
    found = one_each(await queries.resellers(db, keys), len(keys), Reseller.of)
    own = await _itself(request, db, keys, Level.RESELLER)
    kinds = await queries.own_partner_types(db, request.actor) if own is not None else []
    if own is not None and kinds:
        itself = Reseller(**_across_networks("Reseller", own), partner_type=PartnerType(kinds[0]))
        return [itself if key == itself.key else each for key, each in zip(keys, found, strict=True)]
    return found


async def _itself(request: Request[Actor], db: Reader, keys: Sequence[Key], level: Level) -> Row | None:
    """The asker's own organisation, where a key names it and it is of the level."""
    own = Key(NO_NETWORK, request.actor.organization_id)
    if request.actor.level is not level or own not in keys:
        return None
    return await queries.own_organization(db, own.id)


def _across_networks(type_name: str, row: Row) -> _Known:
    key = Key(NO_NETWORK, row["id"])
    identity = strawberry.ID(global_id(type_name, key))
    return {"id": identity, "key": key, "name": row["name"], "country": row["country"], "region": None}


async def viewer_vendor(request: Request[Actor]) -> Vendor | None:
    """The signed-in vendor; None for everybody else."""
    own = request.actor.vendor_id
    return (await vendors_by_key(request, [Key(own, own)]))[0] if own is not None else None


async def viewer_distributor(request: Request[Actor]) -> Distributor | None:
    """The signed-in distributor over all of its networks; None for everybody else."""
    return await _viewer(request, Level.DISTRIBUTOR, distributors_by_key)


async def viewer_reseller(request: Request[Actor]) -> Reseller | None:
    """The signed-in reseller over all of its networks; None for everybody else, and while it takes part in none."""
    return await _viewer(request, Level.RESELLER, resellers_by_key)


async def _viewer(
    request: Request[Actor],
    level: Level,
    by_key: Callable[[Request[Actor], Sequence[Key]], Awaitable[list[T | None]]],
) -> T | None:
    if request.actor.level is not level:
        return None
    return (await by_key(request, [Key(NO_NETWORK, request.actor.organization_id)]))[0]


async def resellers_of_vendors(
    request: Request[Actor],
    parents: Sequence[Vendor],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: ResellerFilter | None = None,
) -> "list[Connection[Reseller]]":
    """The resellers in its network, by name: all that agreements disclose for the vendor, for a distributor those that it
    is authorised for, for a reseller itself."""
    kept = filter or ResellerFilter()
    listing = queries.resellers_of_vendors(
        request.actor,
        [parent.key for parent in parents],
        search=searched(kept.search),
        partner_type=kept.partner_type,
        country=searched(kept.country),
        segment=await _segment(request, kept.segment_id),
        merged=bool(kept.include_merged),
    )
    window = Window.of(
        BY_NAME,
        first=first,
        after=after,
        last=last,
        before=before,
        of=(*listing.arguments[2:5], kept.segment_id, kept.include_merged),
    )
    return await connections(request, listing, window, selection, Reseller.of)


async def _segment(request: Request[Actor], id: str | None) -> Within | None:
    """The segment that a list is narrowed by; None where there is none that the asker can see."""
    if id is None:
        return EVERYBODY
    if Permission.SEGMENT_READ not in request.actor.permissions:
        return None
    return await narrowed_by(await request.reader(), key_of("Segment", id))


async def distributors_of_vendors(
    request: Request[Actor],
    parents: Sequence[Vendor],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[Distributor]]":
    """The distributors in its network, by name: all for the vendor, for a distributor itself, for a reseller those that it
    is authorised to buy from."""
    listing = queries.distributors_of_vendors(request.actor.level, [parent.key for parent in parents])
    window = Window.of(BY_NAME, first=first, after=after, last=last, before=before)
    return await connections(request, listing, window, selection, Distributor.of)
