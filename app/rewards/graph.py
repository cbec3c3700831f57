"""SPIFFs as the vendor and those whose people they pay see them; and the representatives, who are their firm's alone."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, Money, exact
from app.execution.scalars import money as of_micros
from app.program_access.queries import access_of
from app.programme.money import places_of
from app.programme.program_access import Opening
from app.programme.spiff_terms import SpiffAudience
from app.programme.terms import Level, PartnerType
from app.rewards import queries
from app.rewards.inputs import SpiffFilter
from app.store.database import Row

values(PartnerType)


class HasKey(Protocol):
    """A vendor, a reseller."""

    @property
    def key(self) -> Key: ...


def amount(minor: int, currency: str) -> Money:
    """Money from minor units of a currency."""
    return Money(amount=exact(minor, places_of(currency)), currency=CurrencyCode(currency))


@visible("spiff:read")
class SpiffProduct:
    """A product for which a SPIFF pays."""

    product_key: strawberry.Private[Key]


@visible("spiff:read")
class SpiffAccess:
    """Whether a reseller may claim."""

    granted: bool
    "Whether it may, now."
    rule: str
    "The rule that decides, in a sentence."


async def _spent(request: Request[Actor], parents: "Sequence[Spiff]", selection: Selection) -> list[Money | None]:
    """What of it is approved or paid by now, less what was taken back, for all partners. Only the vendor reads it."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    found = await queries.spent(await request.reader(), [parent.key for parent in parents])
    return [amount(found.get(place, 0), parent.currency) for place, parent in enumerate(parents, 1)]


async def _access(
    request: Request[Actor], parents: "Sequence[Spiff]", selection: Selection
) -> list[SpiffAccess | None]:
    """Whether you may claim it; null for vendors and distributors, whom no programme has to open it to."""
    if request.actor.level is not Level.RESELLER:
        return [None] * len(parents)
    db, found = await request.reader(), {}
    for vendor_id in sorted({parent.key.vendor_id for parent in parents}):
        parties = await queries.own_parties(db, request.actor, vendor_id)
        rules = [await access_of(db, vendor_id, id, Opening.SPIFFS) for id in parties]
        rules.sort(key=lambda each: not each.granted)
        found[vendor_id] = SpiffAccess(granted=rules[0].granted, rule=rules[0].rule) if rules else None
    return [found[parent.key.vendor_id] for parent in parents]


@visible("spiff:read")
class Spiff(Node):
    """An amount per unit that a vendor pays to named people of its partners, for what their firm sold."""

    key: strawberry.Private[Key]
    vendor_key: strawberry.Private[Key]
    name: str
    "What it is called."
    description: str | None
    "What it is for."
    audience: SpiffAudience
    "Whose people it pays."
    currency: CurrencyCode
    "The currency in which it pays."
    per_unit: Money
    "What it pays for a base unit."
    sales: DateRange
    "The days on which what it pays for is sold."
    products: list[SpiffProduct]
    "The products for which it pays, beside those of the families; where neither are named, all."
    families: list[str]
    "The families for whose products it pays."
    partner_types: list[PartnerType]
    "The types of resellers whose people it pays; where none are named, all."
    countries: list[str]
    "Where the partners are whose people it pays; where none are named, anywhere."
    days_to_claim: int | None
    "Within how many days of the sale it is to be claimed; null for always."
    cap_per_month: Money | None
    "The most that it pays to one person for the sales of one calendar month; null for no limit."
    budget: Money | None
    "The most that it pays in all; null for no limit. Only the vendor reads it."
    reviewed: bool
    "Whether a person of the vendor looks at every claim that it would pay."
    version: int
    "Its version, which acts on it name."
    created_at: datetime
    "When it was offered."
    spent = edge(_spent)
    access = edge(_access)

    @classmethod
    def of(cls, row: Row) -> "Spiff":
        key, currency = Key(row["vendor_id"], row["id"]), row["currency"]
        cap, budget, per_unit = row["cap_minor"], row["budget_minor"], of_micros(row["per_unit"], currency)
        assert per_unit is not None, "a SPIFF pays something"
        return cls(
            id=strawberry.ID(global_id("Spiff", key)),
            key=key,
            vendor_key=Key(key.vendor_id, key.vendor_id),
            name=row["name"],
            description=row["description"],
            audience=SpiffAudience(row["audience"]),
            currency=CurrencyCode(currency),
            per_unit=per_unit,
            sales=DateRange(start=row["starts_on"], end=row["ends_on"]),
            products=[SpiffProduct(product_key=Key(key.vendor_id, id)) for id in row["product_ids"]],
            families=row["families"],
            partner_types=[PartnerType(each) for each in row["partner_types"]],
            countries=row["countries"],
            days_to_claim=row["days_to_claim"],
            cap_per_month=None if cap is None else amount(cap, currency),
            budget=None if budget is None else amount(budget, currency),
            reviewed=row["reviewed"],
            version=row["version"],
            created_at=row["created_at"],
        )


async def _earned(request: Request[Actor], parents: "Sequence[SpiffRep]", selection: Selection) -> list[list[Money]]:
    """What was approved for the person, less what was taken back, by currency."""
    found = await queries.earned(await request.reader(), [parent.key for parent in parents])
    return [
        [amount(row["amount"], row["currency"]) for row in found.get(place, ())] for place, _ in enumerate(parents, 1)
    ]


@visible("spiff:read")
class SpiffRep(Node):
    """A representative of your firm, whom SPIFFs pay."""

    key: strawberry.Private[Key]
    name: str | None
    "The name; null where it was erased."
    payout_reference: str | None
    "How the person is paid; null where it was erased."
    added_at: datetime
    "Since when."
    ended_at: datetime | None
    "Since when the person claims no more."
    earned = edge(_earned)

    @classmethod
    def of(cls, row: Row) -> "SpiffRep":
        key = Key(row["vendor_id"], row["id"])
        names = ("name", "payout_reference", "added_at", "ended_at")
        return cls(id=strawberry.ID(global_id("SpiffRep", key)), key=key, **{name: row[name] for name in names})


def _day(filter: SpiffFilter | None) -> date | None:
    return filter.on if filter is not None else None


async def spiffs_of_vendor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: SpiffFilter | None = None,
) -> list[Connection[Spiff]]:
    """SPIFFs in its network, the latest first: all for the vendor, those for your own people to partners."""
    on = _day(filter)
    window = Window.of(queries.LATEST, first=first, after=after, last=last, before=before, of=str(on))
    values: list[object] = [on]
    if request.actor.level is not Level.VENDOR:
        values.append(sorted(request.actor.party_ids))
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.of_vendor(request.actor), window, selection, Spiff.of, values)


async def spiffs_of_reseller(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: SpiffFilter | None = None,
) -> list[Connection[Spiff]]:
    """The SPIFFs for its people, the latest first. None for a distributor."""
    on = _day(filter)
    window = Window.of(queries.LATEST, first=first, after=after, last=last, before=before, of=str(on))
    keys = [parent.key for parent in parents]
    if request.actor.level is Level.DISTRIBUTOR:
        return [window.connection([], Spiff.of, 0, selection) for _ in parents]
    values = [on, *queries.as_itself(request.actor)]
    return await pages(request, keys, queries.of_reseller(request.actor), window, selection, Spiff.of, values)


async def reps_of_vendor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[SpiffRep]]:
    """The representatives of your firm in its network, the last added first; sales people see themselves. None for a
    vendor: it reads whom it pays, in payouts."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of="reps")
    if request.actor.level is Level.VENDOR:
        return [window.connection([], SpiffRep.of, 0, selection) for _ in parents]
    listed, values = queries.reps(request.actor)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, listed, window, selection, SpiffRep.of, values)


async def spiffs_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Spiff | None]:
    """SPIFFs of the asking vendor, or for the asker's people."""
    found: list[Spiff | None] = [None] * len(keys)
    for row in await queries.spiffs(await request.reader(), request.actor, keys):
        found[row["ordinal"] - 1] = Spiff.of(row)
    return found


async def reps_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[SpiffRep | None]:
    """Representatives of the asking firm."""
    found: list[SpiffRep | None] = [None] * len(keys)
    for row in await queries.reps_by_key(await request.reader(), request.actor, keys):
        found[row["ordinal"] - 1] = SpiffRep.of(row)
    return found
