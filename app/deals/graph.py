"""Deals as reseller, vendor and supplier see them. While one is under review, a reseller reads the same whatever it waits
for; what is in conflict, and why a deal waits, only the vendor reads."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import strawberry

from app.access.actor import Actor
from app.access.roles import Permission
from app.deals import queries
from app.deals.inputs import DealFilter, DealOrder
from app.execution.checks import searched
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import NO_NETWORK, Key, global_id
from app.execution.listings.queries import List, pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, Money, exact, quantity
from app.programme.deals import STANDARD, DealAct, DealStatus, DealWaits
from app.programme.erasures import shown
from app.programme.money import places_of
from app.programme.terms import Level
from app.store.database import Row

values(Level)


@visible("deal:read")
class DealProduct:
    """What a deal is about: a product, or all products of a family."""

    product_key: strawberry.Private[Key | None]
    family: str
    "The family of products."
    quantity: Decimal | None
    "How many base units are expected; null where that was not said."


@visible("deal:read")
class DealEvent:
    """Something that happened to a deal."""

    act: DealAct
    "What happened."
    acted_as: Level | None
    "Who did it: the reseller or the vendor; null for the clock and, where the vendor reads it, for the engine."
    reason: str | None
    "Why, where a reason was given."
    protected_until: date | None
    "The first day without protection, as it was from then on; null where nothing is protected by it."
    happened_at: datetime
    "When."


@visible("deal:read")
class DealTerms:
    """How long deals are protected in a vendor's network, and which are approved without a person."""

    days_protected: int
    "For how many days from its approval a deal is protected."
    extensions: int
    "How often its reseller may extend it."
    extension_days: int
    "By how many days each time."
    remind_days: int
    "How many days before its protection ends its reseller is reminded."
    approves_up_to: Money | None
    "Up to which expected amount the engine approves; null: a person decides about all. Only the vendor reads it."
    review_hours: int | None
    "How many hours after it was entered a deal is approved by the engine. Only the vendor reads it."
    checks_one_in: int | None
    "One in so many that the engine could approve is left to a person by lot; 0: none. Only the vendor reads it."
    version: int | None
    "Their version; 0 where the vendor has set none and these are the standard ones. Only the vendor reads it."


async def _products(
    request: Request[Actor], parents: "Sequence[DealRegistration]", selection: Selection
) -> list[list[DealProduct]]:
    """What it is about, at most 50 products or families."""
    found: list[list[DealProduct]] = [[] for _ in parents]
    for row in await queries.products(await request.reader(), [(each.key, each.content) for each in parents]):
        product = Key(row["vendor_id"], row["product_id"]) if row["product_id"] is not None else None
        units = None if row["quantity"] is None else quantity(row["quantity"])
        found[row["ordinal"] - 1].append(DealProduct(product_key=product, family=row["family"], quantity=units))
    return found


async def _history(
    request: Request[Actor],
    parents: "Sequence[DealRegistration]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[DealEvent]]:
    """What happened to it, the earliest first. A distributor reads none of it."""
    window = Window.of(queries.OLDEST_EVENT, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    if request.actor.level is Level.DISTRIBUTOR:
        return [window.connection([], _event, 0, selection) for _ in parents]
    node = _event if request.actor.level is Level.VENDOR else _event_of_partner
    return await pages(request, keys, queries.HISTORY, window, selection, node)


def _event(row: Row) -> DealEvent:
    return DealEvent(
        act=DealAct(row["act"]),
        acted_as=Level(row["acted_as"]) if row["acted_as"] else None,
        reason=row["reason"],
        protected_until=row["protected_until"],
        happened_at=row["happened_at"],
    )


def _event_of_partner(row: Row) -> DealEvent:
    """The same for the reseller, to whom the vendor and its engine are one."""
    event = _event(row)
    if event.act in {DealAct.APPROVED, DealAct.REJECTED}:
        event.acted_as = Level.VENDOR
    return event


async def _conflicts(
    request: Request[Actor],
    parents: "Sequence[DealRegistration]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[DealRegistration]]":
    """The live registrations of any reseller that are for the same end customer and a family that both name, the newest
    first; none while it is not live itself. The vendor's who decides, and nobody else's."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of="conflicts")
    if request.actor.level is not Level.VENDOR:
        return [window.connection([], DealRegistration.of, 0, selection) for _ in parents]
    listed, today = queries.in_conflict(request.actor), datetime.now(UTC).date()
    keys = [parent.key for parent in parents]
    return await pages(request, keys, listed, window, selection, DealRegistration.of, [today])


@visible("deal:read")
class DealRegistration(Node):
    """An opportunity that a reseller wants protected: for one end customer, on some products."""

    key: strawberry.Private[Key]
    vendor_key: strawberry.Private[Key]
    reseller_key: strawberry.Private[Key]
    supplier_key: strawberry.Private[Key | None]
    content: strawberry.Private[int]
    name: str
    "What its reseller calls it."
    status: DealStatus
    "Where it stands."
    version: int
    "Its version, which acts on it name."
    end_customer: str | None
    "The end customer's name; null where it was erased."
    end_customer_domain: str | None
    "The domain of the end customer; null where none was given or it was erased."
    expected_amount: Money
    "What it is expected to be worth, at what the reseller pays."
    expected_close_on: date
    "When it is expected to be decided."
    registered_at: datetime
    "When it was registered."
    registered_by: str | None
    "Who registered it for the reseller. Only the reseller reads it."
    waits_for: DealWaits | None
    """Why the engine left it to a person; null where it did not, has not looked yet, or it is decided. Only the vendor reads
    it."""
    decision_reason: str | None
    "What the vendor said about its decision. Only the reseller and the vendor read it."
    protected_from: date | None
    "The day of its approval; null while it was not approved."
    protected_until: date | None
    "The first day on which it is no longer protected; null while it was not approved."
    extensions_left: int
    "How often its protection may be extended yet."
    extension_days: int
    "By how many days each time."
    won_on: date | None
    "The day on which it was won."
    won_amount: Money | None
    "What it was won for."
    closed_on: date | None
    "The day on which it was won, lost, rejected or taken back, or on which it expired."
    close_reason: str | None
    "Why it was won, lost or taken back. Only the reseller and the vendor read it."
    products = edge(_products)
    history = edge(_history)
    conflicts = edge(_conflicts, permission=Permission.DEAL_DECIDE)

    @classmethod
    def of(cls, row: Row) -> "DealRegistration":
        key, supplier = Key(row["vendor_id"], row["id"]), row["distributor_id"]
        open_for_more = row["status"] == DealStatus.APPROVED
        return cls(
            id=strawberry.ID(global_id("DealRegistration", key)),
            key=key,
            vendor_key=Key(key.vendor_id, key.vendor_id),
            reseller_key=Key(key.vendor_id, row["reseller_id"]),
            supplier_key=None if supplier is None else Key(key.vendor_id, supplier),
            content=row["content"],
            name=row["name"],
            status=DealStatus(row["status"]),
            version=row["version"],
            end_customer=shown(row["customer"]),
            end_customer_domain=row["customer_domain"],
            expected_amount=amount(row["amount_minor"], row["currency"]),
            expected_close_on=row["expected_close_on"],
            registered_at=row["registered_at"],
            registered_by=row["registered_by"],
            waits_for=DealWaits(row["waits_for"]) if row["waits_for"] else None,
            decision_reason=row["decision_reason"],
            protected_from=row["protected_from"],
            protected_until=row["protected_until"],
            extensions_left=row["extensions_left"] if open_for_more else 0,
            extension_days=row["extension_days"],
            won_on=row["won_on"],
            won_amount=None if row["won_minor"] is None else amount(row["won_minor"], row["currency"]),
            closed_on=row["closed_on"],
            close_reason=row["close_reason"],
        )


def amount(minor: int, currency: str) -> Money:
    """Money from minor units of a currency."""
    return Money(amount=exact(minor, places_of(currency)), currency=CurrencyCode(currency))


async def deals_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[DealRegistration | None]:
    """Deals of the asking reseller, of the asking vendor's network, or supplied by the asking distributor."""
    found: list[DealRegistration | None] = [None] * len(keys)
    for row in await queries.deals(await request.reader(), request.actor, keys):
        found[row["ordinal"] - 1] = DealRegistration.of(row)
    return found


def _listed(filter: DealFilter | None, order_by: DealOrder) -> tuple[queries.Which, Any]:
    given = filter or DealFilter()
    statuses = None if given.statuses is None else sorted({each.value for each in given.statuses})
    order = queries.NEWEST if order_by is DealOrder.NEWEST else queries.CLOSING
    return queries.Which(statuses, searched(given.search)), order


async def _deals(
    request: Request[Actor],
    keys: Sequence[Key],
    listed: List,
    selection: Selection,
    which: queries.Which,
    window: Window,
    further: Sequence[object] = (),
) -> list[Connection[DealRegistration]]:
    narrowed = [*which.values(request.actor), *further]
    return await pages(request, keys, listed, window, selection, DealRegistration.of, narrowed)


async def deals_of_vendor(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: DealFilter | None = None,
    order_by: DealOrder = DealOrder.NEWEST,
) -> list[Connection[DealRegistration]]:
    """The deals in its network: all for the vendor, for a reseller its own, for a distributor those that name it as their
    supplier."""
    which, order = _listed(filter, order_by)
    window = Window.of(order, first=first, after=after, last=last, before=before, of=[str(which), "vendor"])
    keys = [parent.key for parent in parents]
    return await _deals(request, keys, queries.of_vendor(request.actor), selection, which, window)


async def deals_of_agreement(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: DealFilter | None = None,
    order_by: DealOrder = DealOrder.NEWEST,
) -> list[Connection[DealRegistration]]:
    """The deals that name the distributor as their supplier under this agreement; for the vendor only where the agreement
    discloses who buys under it."""
    which, order = _listed(filter, order_by)
    window = Window.of(order, first=first, after=after, last=last, before=before, of=[str(which), "agreement"])
    keys = [parent.key for parent in parents]
    if request.actor.level is Level.RESELLER:
        return [window.connection([], DealRegistration.of, 0, selection) for _ in parents]
    return await _deals(request, keys, queries.of_agreement(request.actor), selection, which, window)


async def deals_of_reseller(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: DealFilter | None = None,
    order_by: DealOrder = DealOrder.NEWEST,
) -> list[Connection[DealRegistration]]:
    """The deals that it registered: all for the vendor and for the reseller itself, of which sales people see their own;
    for a distributor those that name it as their supplier."""
    which, order = _listed(filter, order_by)
    window = Window.of(order, first=first, after=after, last=last, before=before, of=[str(which), "reseller"])
    listed, further = queries.of_reseller(request.actor)
    return await _deals(request, [parent.key for parent in parents], listed, selection, which, window, further)


async def terms_of_vendor(
    request: Request[Actor], parents: Sequence[Any], selection: Selection
) -> list[DealTerms | None]:
    """Its terms of deal registration; null for distributors."""
    keys, whole = [parent.key for parent in parents], request.actor.level is Level.VENDOR
    if request.actor.level is Level.DISTRIBUTOR or any(key.vendor_id == NO_NETWORK for key in keys):
        return [None] * len(parents)
    found = [_terms(None, whole)] * len(parents)
    for row in await queries.terms_of_vendors(await request.reader(), keys, whole):
        found[row["ordinal"] - 1] = _terms(row, whole)
    return list(found)


def _terms(row: Row | None, whole: bool) -> DealTerms:
    read = dict(row.items()) if row is not None else {}
    limit = read.get("approves_up_to_minor")
    return DealTerms(
        days_protected=read.get("days", STANDARD.days),
        extensions=read.get("extensions", STANDARD.extensions),
        extension_days=read.get("extension_days", STANDARD.extension_days),
        remind_days=read.get("remind_days", STANDARD.remind_days),
        approves_up_to=None if limit is None else amount(limit, read["currency"]),
        review_hours=read.get("review_hours", STANDARD.review_hours) if whole else None,
        checks_one_in=read.get("checks_one_in", STANDARD.checks_one_in) if whole else None,
        version=read.get("version", 0) if whole else None,
    )


async def terms_of_key(request: Request[Actor], key: Key) -> DealTerms:
    """The terms of the asking vendor, after it set them."""
    rows = await queries.terms_of_vendors(await request.reader(), [key], whole=True)
    return _terms(rows[0] if rows else None, whole=True)
