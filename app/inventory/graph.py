"""Stock of a whole network as partners see it: positions grouped as one asks, how they stand, and what to look at.

A distributor finds its own stock alone. Rows name parties and products by key; `app.joins` leads from them to the objects,
and through the agreement to the counts, movements and lines that a figure is made of.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Protocol
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window, by_parent, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection, edge
from app.execution.errors import bad_input
from app.execution.identifiers import NO_NETWORK, Key, key_of
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, Money, exact, quantity
from app.inventory import queries
from app.inventory.ageing.queries import history_of
from app.inventory.asked import Asked, Filters, Scope, dimensions
from app.programme.accumulation import MONTHS, months_to
from app.programme.inventory import demand_days
from app.programme.positions import InventoryDimension, InventoryFinding, InventoryOrder
from app.programme.stock_standards import CountedStock, Standard, out_since, since, state
from app.programme.terms import StandardBasis, SupplyState
from app.programme.wording import can_be_kept
from app.store.database import Row

for _enum in (InventoryDimension, InventoryOrder, InventoryFinding, SupplyState, StandardBasis):
    values(_enum)
LONGEST_FILTER = 250
EARLIEST = date(2000, 1, 1)
By = Annotated[
    list[InventoryDimension], strawberry.argument(description="By what to group; nothing gives one row a currency.")
]
OnDate = Annotated[date | None, strawberry.argument(description="At the end of which day; today (UTC) unless said.")]
Knowable = Callable[[Request[Actor], UUID, datetime], Awaitable[None]]


class HasKey(Protocol):
    """A network, or a distributor. Without a network it is the asker's own firm, in all its networks."""

    @property
    def key(self) -> Key: ...


class HasMoment(HasKey, Protocol):
    """A network as it was known at a moment."""

    @property
    def as_of(self) -> datetime | None: ...


@entered
class InventoryRowFilter:
    """Only positions that match all of these. Ids that are not visible to you match nothing, and so does an empty list."""

    distributor_ids: list[strawberry.ID] | None = None
    "Of one of these distributors; at most 250."
    product_ids: list[strawberry.ID] | None = None
    "Of one of these products; at most 250."
    product_families: list[str] | None = None
    "Of products of one of these families, as they are written; at most 250."
    states: list[SupplyState] | None = None
    "That stand so."
    findings: list[InventoryFinding] | None = None
    "About which one of these is found."

    def within(self, vendor_ids: frozenset[UUID]) -> Filters:
        """The filter as keys of these networks. Raises BAD_USER_INPUT where a list is too long."""
        families = _limited(self.product_families, "productFamilies")
        return Filters(
            distributors=_ids("Distributor", _limited(self.distributor_ids, "distributorIds"), vendor_ids),
            products=_ids("Product", _limited(self.product_ids, "productIds"), vendor_ids),
            families=None if families is None else tuple(sorted({each for each in families if can_be_kept(each)})),
            states=None if self.states is None else tuple(sorted(set(self.states))),
            findings=None if self.findings is None else tuple(sorted(set(self.findings))),
        )


def _limited(given: list[Any] | None, name: str) -> list[Any] | None:
    if given is not None and len(given) > LONGEST_FILTER:
        raise bad_input(f"`{name}` takes at most {LONGEST_FILTER} values; here are {len(given)}.")
    return given


def _ids(type_name: str, given: list[str] | None, vendor_ids: frozenset[UUID]) -> tuple[UUID, ...] | None:
    if given is None:
        return None
    found = (key_of(type_name, each) for each in given)
    return tuple(sorted({key.id for key in found if key is not None and key.vendor_id in vendor_ids}))


@visible("analytics:read")
class InventoryStateCount:
    """How many positions of a row stand so."""

    state: SupplyState
    "How they stand."
    positions: int
    "How many."


@visible("analytics:read")
class InventoryMonth:
    """What came and what was sold in thirty days."""

    period: DateRange
    "The days."
    sell_in: Decimal
    "What the vendor invoiced, net of returns, in base units."
    sell_through: Decimal
    "What was sold through, net of returns, in base units."


async def _stood_since(
    request: Request[Actor], parents: "Sequence[InventoryRow]", selection: Selection
) -> list[date | None]:
    """Since which count it has stood as it does, without a break: its age is the days from then on. Of each count it is held
    against what was agreed on that day, by what is known today. Null unless the row is one position."""
    histories = await _histories(request, parents)
    return [since([(row["counted_on"], _state_then(row)) for row in each]) for each in histories]


async def _none_since(
    request: Request[Actor], parents: "Sequence[InventoryRow]", selection: Selection
) -> list[date | None]:
    """Since which count none has been on hand; null where the newest found some, and unless the row is one position."""
    histories = await _histories(request, parents)
    return [out_since([(row["counted_on"], row["on_hand"]) for row in each]) for each in histories]


async def _histories(request: Request[Actor], parents: "Sequence[InventoryRow]") -> list[list[Row]]:
    """The counts of each position up to its day; none of rows that are several positions."""
    found: list[list[Row]] = [[] for _ in parents]
    for day in sorted({parent.day for parent in parents}):
        asked = [(n, each.place) for n, each in enumerate(parents) if each.day == day and each.place is not None]
        if asked:
            rows = await history_of(await request.reader(), [key for _, key in asked], day)
            for (at, _), own in zip(asked, by_parent(rows, len(asked)), strict=True):
                found[at] = own
    return found


def _state_then(row: Row) -> SupplyState:
    days = demand_days(row["counted_on"], row["introduced_on"])
    stock = CountedStock(row["counted_on"], row["on_hand"], row["demanded"], days, row["price"])
    basis = row["basis"]
    agreed = None if basis is None else Standard(row["least"], row["most"], StandardBasis(basis))
    return state(stock, agreed, row["counted_on"])


@visible("analytics:read")
class InventoryRow:
    """Stock positions together: a position is one product of one distributor in all its warehouses, at the end of the day
    asked for. Keys not grouped by are null. Quantities are base units.

    What was counted is of the newest counts that cover all warehouses; what is expected adds what came and went since.
    `agreement` leads to the counts, movements and lines, filtered by the product.
    """

    day: strawberry.Private[date]
    place: strawberry.Private[tuple[UUID, UUID, UUID, UUID] | None]
    distributor_key: strawberry.Private[Key | None]
    product_key: strawberry.Private[Key | None]
    agreement_key: strawberry.Private[Key | None]
    product_family: str | None
    "The family of the products, where grouped by FAMILY."
    currency: CurrencyCode
    "The currency of the agreements, in which it is valued."
    positions: int
    "How many positions these are."
    counted_from: date
    "The day of the oldest of their newest counts."
    counted_until: date
    "The day of the youngest of them."
    counted: Decimal
    "What was counted, in every state."
    on_hand: Decimal
    "What can be sold of it: good, and reserved."
    allocated: Decimal
    "What of that is reserved."
    in_transit: Decimal
    "What was on its way."
    returned: Decimal
    "What came back from customers and is still to be judged."
    defective: Decimal
    "What is not fit to be sold."
    blocked: Decimal
    "What is held back."
    expected: Decimal
    "What should be there at the end of the day: counted + sell-in − sell-through + what moved beside invoices since."
    oversold: Decimal
    "By how much what is expected lies below zero: sold beyond what can have been there."
    value: Money
    "What is on hand at the book price of the day."
    unvalued: Decimal
    "What is on hand of products without a book price in this currency; its value is left out."
    weekly_demand: Decimal
    "What a mean week of the 13 to the counts sold, or of a younger product's age."
    weeks_of_supply: Decimal | None
    "On hand ÷ mean weekly demand, rounded to hundredths; null without demand."
    state: SupplyState | None
    "How it stands to what is agreed. Null unless the row is one position."
    states: list[InventoryStateCount]
    "How many of the positions stand how; those that none stands in are left out."
    findings: list[InventoryFinding]
    "What somebody should look at in one of the positions at least."
    variance: Decimal | None
    "How much more the newest counts found than expected by the ones before; null where there are none before."
    beyond_tolerance: int
    "In how many positions that is more than 2 % of what was expected."
    sell_in: Decimal
    "What the vendor invoiced in the 13 weeks to the day, net of returns."
    sell_through: Decimal
    "What was sold through in the 13 weeks to the day, net of returns."
    excess: Decimal
    "What is on hand beyond the standard's maximum or, where none is agreed, beyond 13 weeks of demand."
    excess_value: Money
    "That at the book price of the day."
    erosion_risk: Money
    "What the excess loses by the lowest price that is announced for later."
    months: list[InventoryMonth]
    "What came and went in the last three times thirty days, the oldest first: the trend of an accumulation."
    state_since = edge(_stood_since)
    none_since = edge(_none_since)

    @classmethod
    def of(cls, row: Row, asked: Asked) -> "InventoryRow":
        """A row of the statement in `queries`."""
        currency = CurrencyCode(row["currency"])
        of_currency: dict[str, Any] = {"currency": currency, "positions": row["positions"]}
        of_currency |= {name: quantity(row[name]) for name in _QUANTITIES}
        of_currency |= {name: Money(amount=exact(row[at], 6), currency=currency) for name, at in _AMOUNTS.items()}
        vendor, agreement = row.get("vendor_id"), row.get("agreement_id")
        distributor, product = row.get("distributor_id"), row.get("product_id")
        one = "state" in row
        return cls(
            day=asked.day,
            place=(row["vendor_id"], row["distributor_id"], row["product_id"], row["agreement_id"]) if one else None,
            distributor_key=_key(vendor, distributor),
            product_key=_key(vendor, product),
            agreement_key=_key(vendor, agreement),
            product_family=row.get("family"),
            counted_from=row["counted_from"],
            counted_until=row["counted_until"],
            counted=quantity(row["units"]),
            **of_currency,
            weekly_demand=quantity(row["pace"]),
            weeks_of_supply=None if row["weeks"] is None else exact(row["weeks"], 2),
            state=SupplyState(row["state"]) if one else None,
            states=[
                InventoryStateCount(state=each, positions=row[each.lower()])
                for each in SupplyState
                if row[each.lower()]
            ],
            findings=[each for each in InventoryFinding if row[f"has_{each.lower()}"]],
            variance=None if row["variance"] is None else quantity(row["variance"]),
            beyond_tolerance=row["beyond_tolerance"],
            months=_months(row, asked.day),
        )


_QUANTITIES = (
    *("on_hand", "allocated", "in_transit", "returned", "defective", "blocked", "expected", "oversold", "unvalued"),
    *("sell_in", "sell_through", "excess"),
)
_AMOUNTS = {"value": "value", "excess_value": "excess_value", "erosion_risk": "erosion"}


def _key(vendor_id: UUID | None, id: UUID | None) -> Key | None:
    return None if vendor_id is None or id is None else Key(vendor_id, id)


def _months(row: Row, day: date) -> list[InventoryMonth]:
    return [
        InventoryMonth(
            period=DateRange(start=span.start, end=span.end),
            sell_in=quantity(row[f"came_{number}"]),
            sell_through=quantity(row[f"went_{number}"]),
        )
        for number, span in enumerate(months_to(day)[:MONTHS])
    ]


async def inventory_of_networks(
    request: Request[Actor],
    parents: Sequence[HasMoment],
    selection: Selection,
    by: By,
    on_date: OnDate = None,
    filter: InventoryRowFilter | None = None,
    order_by: InventoryOrder | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[InventoryRow]]:
    """The stock of the network at the end of a day, as far as you may see it: what was counted, what should be there, how it
    stands to what is agreed, what lies there in excess or piles up."""
    found: dict[int, Connection[InventoryRow]] = {}
    page = {"first": first, "after": after, "last": last, "before": before}
    for moment in dict.fromkeys(parent.as_of for parent in parents):
        places = [place for place, parent in enumerate(parents) if parent.as_of == moment]
        scopes = tuple(Scope(n, parents[place].key.vendor_id) for n, place in enumerate(places, 1))
        asked = _asked(scopes, by, on_date, filter, order_by, moment)
        answers = await _answered(request, asked, len(places), selection, page)
        found.update(zip(places, answers, strict=True))
    return [found[place] for place in range(len(parents))]


def inventory_of_distributors(knowable: Knowable) -> Any:
    """The field of a distributor that leads to its own stock; `knowable` refuses moments that cannot be asked for."""

    async def inventory(
        request: Request[Actor],
        parents: Sequence[HasKey],
        selection: Selection,
        by: By,
        on_date: OnDate = None,
        filter: InventoryRowFilter | None = None,
        order_by: InventoryOrder | None = None,
        as_of: Annotated[
            datetime | None,
            strawberry.argument(description="Answer with the facts that were known at this moment, with its offset."),
        ] = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> list[Connection[InventoryRow]]:
        """The distributor's own stock at the end of a day: what was counted, what should be there, how it stands to what is
        agreed, what lies there in excess or piles up."""
        scopes = tuple(_scopes(request.actor, parents))
        if as_of is not None:
            for vendor_id in sorted({scope.vendor_id for scope in scopes}):
                await knowable(request, vendor_id, as_of)
        asked = _asked(scopes, by, on_date, filter, order_by, as_of)
        page = {"first": first, "after": after, "last": last, "before": before}
        return await _answered(request, asked, len(parents), selection, page)

    return edge(inventory)


def _scopes(actor: Actor, parents: Sequence[HasKey]) -> list[Scope]:
    """The party that each parent is; of the asker's own firm, every party that it is in its networks."""
    found = []
    for place, parent in enumerate(parents, 1):
        if parent.key.vendor_id != NO_NETWORK:
            found.append(Scope(place, parent.key.vendor_id, parent.key.id))
        elif parent.key.id == actor.organization_id:
            found += [
                Scope(place, vendor, party) for vendor in sorted(actor.vendor_ids) for party in sorted(actor.party_ids)
            ]
    return found


def _asked(
    scopes: tuple[Scope, ...],
    by: Sequence[InventoryDimension],
    on_date: date | None,
    given: InventoryRowFilter | None,
    order_by: InventoryOrder | None,
    as_of: datetime | None,
) -> Asked:
    """The question. Raises BAD_USER_INPUT for a day that cannot be asked about."""
    today = datetime.now(UTC).date()
    day = on_date or today
    if not EARLIEST <= day <= today + timedelta(days=1):
        raise bad_input(f"`onDate` is from {EARLIEST} to {today}, not {day}.")
    asked = Asked(scopes, day, dimensions(by), ordered=order_by or InventoryOrder.DIMENSIONS, as_of=as_of)
    vendor_ids = frozenset(scope.vendor_id for scope in scopes)
    return asked if given is None else replace(asked, filters=given.within(vendor_ids))


async def _answered(
    request: Request[Actor], asked: Asked, parents: int, selection: Selection, page: dict[str, Any]
) -> list[Connection[InventoryRow]]:
    of = (asked.day, asked.by, asked.filters, asked.ordered, asked.as_of)
    window = Window.of(asked.order, **page, of=("stock of the network", of))
    db = await request.reader()
    rows = await queries.rows(db, asked, window)
    totals = await queries.how_many(db, asked) if counts(selection) else None
    return window.pages(rows, parents, lambda row: InventoryRow.of(row, asked), selection, totals)
