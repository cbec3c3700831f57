"""What was sold of what was registered: of one deal, for the vendor and the supplier; and by reseller, for the vendor."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import strawberry

from app.access.actor import Actor
from app.deals.fulfilment import queries
from app.deals.graph import DealRegistration
from app.execution.connections import Connection, Window
from app.execution.described import visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key
from app.execution.listings.queries import pages
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRangeInput, Money, exact, money, quantity
from app.programme.deal_fulfilment import Fulfilled, Sum, fulfilled
from app.programme.deals import DealStatus, win_rate
from app.programme.erasures import compared_hash
from app.programme.line_places import line_place
from app.programme.money import places_of
from app.programme.terms import Level
from app.store.database import Row


@visible("deal:read")
class DealFulfilment:
    """What was sold of a deal: lines of its reseller, for its products, while it was protected, that name its end customer
    or a special price granted for it."""

    lines: int
    "How many lines."
    units: Decimal
    "How many base units, less those that came back."
    amounts: list[Money]
    "What the reseller paid, by currency, as far as you may know it."


@visible("deal:read")
class DealFulfilmentLine:
    """A line that fulfils a deal."""

    line_key: strawberry.Private[Key]
    product_key: strawberry.Private[Key]
    sold_on: date
    "The day of the sale."
    quantity: Decimal
    "How many base units; below zero where they came back."
    amount: Money | None
    "What the reseller paid; null where you may not know it."


async def _found(request: Request[Actor], keys: Sequence[Key]) -> list[Fulfilled]:
    """What fulfils each of these deals, as far as the asker may read it."""
    level, db = request.actor.level, await request.reader()
    sums: list[list[Sum]] = [[] for _ in keys]
    for row in await queries.sums(db, level, keys):
        named = ("customer", "named", "currency", "lines", "units", "amount")
        sums[row["ordinal"] - 1].append(Sum(**{name: row[name] for name in named}))
    hashes: list[str | None] = [None] * len(keys)
    for row in await queries.customers(db, level, keys):
        network = str(keys[row["ordinal"] - 1].vendor_id)
        name = None if row["name"] is None else compared_hash(network, row["name"])
        hashes[row["ordinal"] - 1] = row["name_hash"] or name
    return [fulfilled(own, str(key.vendor_id), hashed) for own, key, hashed in zip(sums, keys, hashes, strict=True)]


async def fulfilment_of_deals(
    request: Request[Actor], parents: Sequence[DealRegistration], selection: Selection
) -> list[DealFulfilment | None]:
    """What was sold of it. Null for a reseller, and while it was never protected."""
    if request.actor.level is Level.RESELLER:
        return [None] * len(parents)
    found = await _found(request, [parent.key for parent in parents])
    return [
        DealFulfilment(lines=own.lines, units=quantity(own.units), amounts=_moneys(own.amounts))
        if parent.protected_from is not None
        else None
        for parent, own in zip(parents, found, strict=True)
    ]


def _moneys(amounts: dict[str, int]) -> list[Money]:
    return [Money(amount=exact(amounts[each], 6), currency=CurrencyCode(each)) for each in sorted(amounts)]


async def lines_of_deals(
    request: Request[Actor],
    parents: Sequence[DealRegistration],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[DealFulfilmentLine]]:
    """The lines that fulfil it, by the day of the sale. None for a reseller."""
    window = Window.of(queries.OLDEST_SALE, first=first, after=after, last=last, before=before)
    keys = [parent.key for parent in parents]
    if request.actor.level is Level.RESELLER:
        return [window.connection([], _line, 0, selection) for _ in parents]
    found = await _found(request, keys)
    named = [(place, customer) for place, own in enumerate(found, 1) for customer in sorted(own.customers)]
    values: list[object] = [[place for place, _ in named], [customer for _, customer in named]]
    listed = queries.lines_of_deals(request.actor.level)
    return await pages(request, keys, listed, window, selection, _line, values)


def _line(row: Row) -> DealFulfilmentLine:
    place = line_place(row["row_number"], row["component"], row["times"])
    return DealFulfilmentLine(
        line_key=Key(row["vendor_id"], row["submission_id"], place),
        product_key=Key(row["vendor_id"], row["product_id"]),
        sold_on=row["sold_on"],
        quantity=quantity(row["quantity"]),
        amount=money(row["amount"], row["currency"]),
    )


@visible("deal:read")
class DealCount:
    """How many deals stand somehow."""

    status: DealStatus
    "Where they stand."
    count: int
    "How many."


@visible("deal:read")
class DealAmounts:
    """What deals were expected to be worth, won for, and what was sold of them, in one currency."""

    registered: Money
    "What they were expected to be worth."
    won: Money
    "What those that were won were won for."
    fulfilled: Money
    "What was paid in lines that fulfil them, as far as agreements disclose it."


async def _amounts(
    request: Request[Actor], parents: "Sequence[DealAttribution]", selection: Selection
) -> list[list[DealAmounts]]:
    """The amounts of these deals, by currency."""
    totals: list[dict[str, list[int]]] = [{} for _ in parents]
    for span in {parent.span for parent in parents}:
        places = [place for place, parent in enumerate(parents) if parent.span == span]
        keys = [parents[place].reseller_key for place in places]
        rows = await queries.deals_in(await request.reader(), keys, *span)
        sold = await _found(request, [Key(row["vendor_id"], row["id"]) for row in rows]) if rows else []
        for row, own in zip(rows, sold, strict=True):
            _add(totals[places[row["ordinal"] - 1]], row, own)
    return [[_amount(currency, own[currency]) for currency in sorted(own)] for own in totals]


def _add(sums: dict[str, list[int]], row: Row, sold: Fulfilled) -> None:
    """Add a deal to what its reseller registered, won and fulfilled, by currency in 10⁻⁶."""
    kept, unit = sums.setdefault(row["currency"], [0, 0, 0]), 10 ** (6 - places_of(row["currency"]))
    kept[0] += row["amount_minor"] * unit
    kept[1] += (row["won_minor"] or 0) * unit
    for currency, amount in sold.amounts.items():
        sums.setdefault(currency, [0, 0, 0])[2] += amount


def _amount(currency: str, sums: Sequence[int]) -> DealAmounts:
    registered, won, sold = (Money(amount=exact(each, 6), currency=CurrencyCode(currency)) for each in sums)
    return DealAmounts(registered=registered, won=won, fulfilled=sold)


@visible("deal:read")
class DealAttribution:
    """What came of the deals that one reseller registered in a span of days."""

    reseller_key: strawberry.Private[Key]
    span: strawberry.Private[tuple[datetime, datetime]]
    registered: int
    "How many it registered."
    by_status: list[DealCount]
    "How many of them stand how, by now; those of which there are any."
    won_of_decided: Decimal | None
    "Those won, as a part of those won or lost, at six decimals; null while none is."
    amounts = edge(_amounts)


async def attribution_of_vendor(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    period: DateRangeInput,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[DealAttribution]]:
    """What came of the deals that were registered in these days (UTC), by reseller; who registered most comes first. The
    vendor's alone."""
    days = period.checked()
    span = (datetime.combine(days.start, time(), UTC), datetime.combine(days.end, time(), UTC))
    of = [str(each) for each in span]
    window = Window.of(queries.MOST_FIRST, first=first, after=after, last=last, before=before, of=of)

    def node(row: Row) -> DealAttribution:
        return _attribution(row, span)

    if request.actor.level is not Level.VENDOR:
        return [window.connection([], node, 0, selection) for _ in parents]
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.RESELLERS, window, selection, node, list(span))


def _attribution(row: Row, span: tuple[datetime, datetime]) -> DealAttribution:
    counted = [(DealStatus(status), row[status.lower()]) for status in queries.COUNTED]
    rate = win_rate(row["won"], row["lost"])
    return DealAttribution(
        reseller_key=Key(row["vendor_id"], row["reseller_id"]),
        span=span,
        registered=row["registered"],
        by_status=[DealCount(status=status, count=count) for status, count in counted if count],
        won_of_decided=None if rate is None else (Decimal(rate[0]) / rate[1]).quantize(Decimal("0.000001")),
    )
