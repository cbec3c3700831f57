"""What a network sold, as partners see it: the cube of sales for vendor and distributor.

Rows name parties and products by key; `schema.py` joins the objects to them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import strawberry

from app.access.actor import Actor
from app.execution.described import visible
from app.execution.edges import Selection, edge
from app.execution.errors import bad_input
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import DateRangeInput
from app.network import cube
from app.network.asking import (
    ConvertTo,
    HasKey,
    Page,
    Ranked,
    currency_of,
    pages,
    scopes_of,
    span_of,
    totals,
    with_calendar,
)
from app.network.cube import Cube, Filters, Scope, Whose
from app.network.filters import SalesFilter
from app.network.knowledge.moments import AS_OF, knowable, refuse_what_is_not_kept
from app.network.rows import COMPARED, OF_RATE, SalesConnection, SalesRow, SalesSum, measures_of
from app.programme.sales import RateBasis, SalesDimension, SalesOrder, Valuation
from app.segments.asking import may_divide

OF_SELL_IN = frozenset({"in_units", "in_amount", "opening_units", "unopened"})
"What has no reseller."
ORDERS = {
    SalesOrder.DIMENSIONS: Ranked(None, frozenset()),
    SalesOrder.SELL_THROUGH_AMOUNT: Ranked("amount", frozenset({"amount"})),
    SalesOrder.SELL_THROUGH_UNITS: Ranked("units", frozenset({"units"})),
    SalesOrder.SELL_IN_AMOUNT: Ranked("in_amount", frozenset({"in_amount"})),
    SalesOrder.SELL_IN_UNITS: Ranked("in_units", frozenset({"in_units"})),
    SalesOrder.RESALE_AMOUNT: Ranked("resale_amount", frozenset({"resale_amount"})),
    SalesOrder.RETURNS_UNITS: Ranked("returned_units", frozenset({"returned_units"})),
    SalesOrder.AVERAGE_SELLING_PRICE: Ranked("priced_amount", frozenset({"priced_amount", "priced_units"})),
    SalesOrder.ACTIVE_RESELLERS: Ranked("active_resellers", frozenset({"active_resellers"})),
    SalesOrder.INVOICES: Ranked("invoices", frozenset({"invoices"})),
}
"By what rows are ranked, and what has to be measured for it."
By = Annotated[
    list[SalesDimension], strawberry.argument(description="By what to group; nothing gives one row a currency.")
]
At = Annotated[
    Valuation | None, strawberry.argument(description="At which price sell-through is valued; BOOK unless given.")
]

Basis = Annotated[
    RateBasis | None,
    strawberry.argument(description="Of what `sellThroughRate` is a share; AVAILABLE unless given."),
]

AsOf = Annotated[datetime | None, strawberry.argument(description=AS_OF)]


async def sales_of_network(
    request: Request[Actor],
    parents: Sequence["Network"],
    selection: Selection,
    period: DateRangeInput,
    by: By,
    filter: SalesFilter | None = None,
    order_by: SalesOrder | None = None,
    valuation: At = None,
    rate_basis: Basis = None,
    convert_to: ConvertTo = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[SalesConnection]:
    """One cube for every commercial question: group by any dimensions, select the measures you want."""
    asked = Cube(
        level=request.actor.level,
        whose=Whose.NETWORK,
        scopes=(),
        span=span_of(period),
        by=cube.dimensions(by),
        measures=frozenset(),
        valuation=valuation or Valuation.BOOK,
        rate_basis=rate_basis or RateBasis.AVAILABLE,
        convert_to=currency_of(convert_to),
    )
    page, found = Page(first, after, last, before), dict[int, SalesConnection]()
    apart = [(parent.as_of, parent.key.vendor_id if asked.is_fiscal else None) for parent in parents]
    for together in dict.fromkeys(apart):
        places = [place for place, each in enumerate(apart) if each == together]
        scopes = tuple(Scope(number, parents[place].key.vendor_id) for number, place in enumerate(places, 1))
        then = replace(asked, as_of=together[0], scopes=scopes)
        answers = await _sales(request, then, len(places), selection, filter, order_by, page)
        found.update(zip(places, answers, strict=True))
    return [found[place] for place in range(len(parents))]


async def sales_of_distributor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    period: DateRangeInput,
    by: By,
    filter: SalesFilter | None = None,
    order_by: SalesOrder | None = None,
    valuation: At = None,
    rate_basis: Basis = None,
    convert_to: ConvertTo = None,
    as_of: AsOf = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[SalesConnection]:
    """The cube over the distributor's own sales."""
    asked = Cube(
        level=request.actor.level,
        whose=Whose.DISTRIBUTOR,
        scopes=tuple(scopes_of(request.actor, parents)),
        span=span_of(period),
        by=cube.dimensions(by),
        measures=frozenset(),
        valuation=valuation or Valuation.BOOK,
        rate_basis=rate_basis or RateBasis.AVAILABLE,
        convert_to=currency_of(convert_to),
        as_of=as_of,
    )
    if as_of is not None:
        for vendor_id in sorted({scope.vendor_id for scope in asked.scopes}):
            await knowable(request, vendor_id, as_of)
    return await _sales(request, asked, len(parents), selection, filter, order_by, Page(first, after, last, before))


@visible("analytics:read")
class Network:
    """A vendor's network as a whole, as far as the viewer may see it: a distributor finds its own sales alone."""

    key: strawberry.Private[Key]
    as_of: strawberry.Private[datetime | None]
    sales = edge(sales_of_network)


async def network_of_vendor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    as_of: AsOf = None,
) -> list[Network]:
    """Analytics over the whole network."""
    if as_of is not None:
        refuse_what_is_not_kept(selection.names)
        for parent in parents:
            await knowable(request, parent.key.vendor_id, as_of)
    return [Network(key=parent.key, as_of=as_of) for parent in parents]


async def _sales(
    request: Request[Actor],
    asked: Cube,
    parents: int,
    selection: Selection,
    given: SalesFilter | None,
    order_by: SalesOrder | None,
    page: Page,
) -> list[SalesConnection]:
    vendor_ids = frozenset(scope.vendor_id for scope in asked.scopes)
    if SalesDimension.SEGMENT in asked.by:
        may_divide(request.actor)
    filters = given.within(vendor_ids, request.actor) if given is not None else Filters()
    asked = await with_calendar(request, replace(asked, filters=filters))
    ranked = _ranked(order_by or SalesOrder.DIMENSIONS, asked)
    rows = _measuring(asked, selection.under("edges", "node"), ranked)
    spans = cube.eras(rows)
    found = await pages(request, rows, parents, selection, ranked, page, lambda row: SalesRow.of(row, rows, spans))
    below = selection.under("totals")
    sums: list[list[SalesSum]] = [[] for _ in found]
    if below is not None:
        sums = await totals(request, _measuring(asked, below, ORDERS[SalesOrder.DIMENSIONS]), parents, SalesSum.of)
    return [
        SalesConnection(edges=each.edges, page_info=each.page_info, total_count=each.total_count, totals=own)
        for each, own in zip(found, sums, strict=True)
    ]


def _ranked(order: SalesOrder, asked: Cube) -> Ranked:
    return Ranked("rate", OF_RATE[asked.rate_basis]) if order is SalesOrder.SELL_THROUGH_RATE else ORDERS[order]


def _measuring(asked: Cube, selection: Selection | None, ranked: Ranked) -> Cube:
    """The cube with the measures that are selected. Raises BAD_USER_INPUT where sell-in is asked for by reseller."""
    names = selection.names if selection is not None else frozenset()
    against = frozenset(each for name, each in COMPARED.items() if name in names)
    found = replace(asked, measures=measures_of(selection, asked) | ranked.measures, against=against)
    if OF_SELL_IN & found.measures and not found.has_sell_in:
        raise bad_input(
            "Sell-in has no reseller: with RESELLER, PARTNER_TYPE, COUNTRY, REGION or SEGMENT, or a filter by resellers,"
            " leave out sellInUnits and sellInAmount, and order neither by them nor by the rate; or ask beside it, grouped"
            " otherwise."
        )
    return found
