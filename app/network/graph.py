"""What a network sold, as partners see it: the cube of sales for vendor and distributor, a reseller's own purchases.

Rows name parties and products by key; `schema.py` joins the objects to them.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Protocol, TypeVar

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window, counts
from app.execution.described import visible
from app.execution.edges import Selection, edge
from app.execution.errors import bad_input
from app.execution.identifiers import NO_NETWORK, Key
from app.execution.request import Request
from app.execution.scalars import DateRangeInput
from app.network import cube, queries
from app.network.cube import Cube, Filters, Scope, Whose
from app.network.rows import MEASURES, PurchaseConnection, PurchaseRow, SalesConnection, SalesFilter, SalesRow
from app.programme.sales import PurchaseDimension, SalesDimension, SalesOrder
from app.programme.spans import Span
from app.store.database import Row

N = TypeVar("N")


class HasKey(Protocol):
    """A vendor, distributor or reseller. Without a network it is the asker's own firm, in all its networks."""

    @property
    def key(self) -> Key: ...


OF_SELL_IN = frozenset({"in_units", "in_amount"})
OF_ORDER = {
    SalesOrder.DIMENSIONS: frozenset[str](),
    SalesOrder.SELL_THROUGH_AMOUNT: frozenset({"book_amount"}),
    SalesOrder.SELL_THROUGH_UNITS: frozenset({"units"}),
}


By = Annotated[
    list[SalesDimension], strawberry.argument(description="By what to group; nothing gives one row a currency.")
]
PurchasesBy = Annotated[
    list[PurchaseDimension], strawberry.argument(description="By what to group; nothing gives one row a currency.")
]


async def sales_of_network(
    request: Request[Actor],
    parents: Sequence["Network"],
    selection: Selection,
    period: DateRangeInput,
    by: By,
    filter: SalesFilter | None = None,
    order_by: SalesOrder | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[SalesConnection]:
    """One cube for every commercial question: group by any dimensions, select the measures you want."""
    scopes = [Scope(place, parent.key.vendor_id) for place, parent in enumerate(parents, 1)]
    asked = _sales_cube(request, Whose.NETWORK, scopes, selection, period, by, filter, order_by)
    page = (first, after, last, before)
    return await _sales(request, asked, len(parents), selection, order_by or SalesOrder.DIMENSIONS, page)


async def sales_of_distributor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    period: DateRangeInput,
    by: By,
    filter: SalesFilter | None = None,
    order_by: SalesOrder | None = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[SalesConnection]:
    """The cube over the distributor's own sales."""
    scopes = list(_scopes(request.actor, parents))
    asked = _sales_cube(request, Whose.DISTRIBUTOR, scopes, selection, period, by, filter, order_by)
    page = (first, after, last, before)
    return await _sales(request, asked, len(parents), selection, order_by or SalesOrder.DIMENSIONS, page)


async def purchases_of_reseller(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    period: DateRangeInput,
    by: PurchasesBy,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[PurchaseConnection]:
    """What the reseller bought from its distributors, ordered by what it is grouped by, in the order named."""
    asked = Cube(
        level=request.actor.level,
        whose=Whose.RESELLER,
        scopes=tuple(_scopes(request.actor, parents)),
        span=_span(period),
        by=cube.dimensions(by),
        measures=frozenset({"units", "returned_units", "resale_amount"}),
    )
    pages = await _pages(
        request, asked, len(parents), selection, SalesOrder.DIMENSIONS, (first, after, last, before), PurchaseRow.of
    )
    return [
        PurchaseConnection(edges=page.edges, page_info=page.page_info, total_count=page.total_count) for page in pages
    ]


@visible("analytics:read")
class Network:
    """A vendor's network as a whole, as far as the viewer may see it: a distributor finds its own sales alone."""

    key: strawberry.Private[Key]
    sales = edge(sales_of_network)


async def network_of_vendor(request: Request[Actor], parents: Sequence[HasKey], selection: Selection) -> list[Network]:
    """Analytics over the whole network."""
    return [Network(key=parent.key) for parent in parents]


def _span(period: DateRangeInput) -> Span:
    checked = period.checked()
    return Span(checked.start, checked.end)


def _scopes(actor: Actor, parents: Sequence[HasKey]) -> Iterable[Scope]:
    """The party that each parent is; of the asker's own firm, every party that it is in its networks."""
    for place, parent in enumerate(parents, 1):
        if parent.key.vendor_id != NO_NETWORK:
            yield Scope(place, parent.key.vendor_id, parent.key.id)
        elif parent.key.id == actor.organization_id:
            for vendor_id in sorted(actor.vendor_ids):
                yield from (Scope(place, vendor_id, party_id) for party_id in sorted(actor.party_ids))


def _sales_cube(
    request: Request[Actor],
    whose: Whose,
    scopes: Sequence[Scope],
    selection: Selection,
    period: DateRangeInput,
    by: Sequence[SalesDimension],
    given: SalesFilter | None,
    order_by: SalesOrder | None,
) -> Cube:
    """What is asked. Raises BAD_USER_INPUT where sell-in is asked for by reseller."""
    row = selection.under("edges", "node")
    names = row.names if row is not None else frozenset()
    before = row.under("previous") if row is not None else None
    measures = OF_ORDER[order_by or SalesOrder.DIMENSIONS].union(
        *(MEASURES[name] for name in names | (before.names if before is not None else frozenset()) if name in MEASURES)
    )
    vendor_ids = frozenset(scope.vendor_id for scope in scopes)
    asked = Cube(
        level=request.actor.level,
        whose=whose,
        scopes=tuple(scopes),
        span=_span(period),
        by=cube.dimensions(by),
        measures=measures,
        with_before=before is not None,
        filters=given.within(vendor_ids) if given is not None else Filters(),
    )
    if OF_SELL_IN & measures and not asked.has_sell_in:
        raise bad_input(
            "Sell-in has no reseller: with RESELLER, PARTNER_TYPE or `resellerIds`, leave out sellInUnits, sellInAmount "
            "and sellThroughRate, or ask for them beside it, grouped otherwise."
        )
    return asked


Page = tuple[int | None, str | None, int | None, str | None]


async def _sales(
    request: Request[Actor], asked: Cube, parents: int, selection: Selection, order: SalesOrder, page: Page
) -> list[SalesConnection]:
    found = await _pages(request, asked, parents, selection, order, page, lambda row: SalesRow.of(row, asked))
    return [SalesConnection(edges=each.edges, page_info=each.page_info, total_count=each.total_count) for each in found]


async def _pages(
    request: Request[Actor],
    asked: Cube,
    parents: int,
    selection: Selection,
    order: SalesOrder,
    page: Page,
    node: Callable[[Row], N],
) -> list[Connection[N]]:
    """The page of each parent. Its cursors belong to this period, grouping, filter and order."""
    first, after, last, before = page
    of = (asked.whose.name, asked.span, asked.by, asked.filters)
    window = Window.of(cube.order(asked, order), first=first, after=after, last=last, before=before, of=of)
    reader = await request.reader()
    rows = await queries.sales(reader, asked, window)
    totals = await queries.sales_counts(reader, asked) if counts(selection) else None
    return window.pages(rows, parents, node, selection, totals)
