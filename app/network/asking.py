"""How a question about sales becomes a cube, and its answer pages: for the network, a distributor and a reseller alike."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Annotated, NamedTuple, Protocol, TypeVar
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window, counts
from app.execution.edges import Selection
from app.execution.errors import bad_input
from app.execution.identifiers import NO_NETWORK, Key
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRangeInput
from app.network import cube
from app.network.calendars.queries import months_of_vendors
from app.network.cube import Cube, Scope
from app.network.sales import queries
from app.programme.currencies import CURRENCIES
from app.programme.fiscal import FiscalCalendar, FiscalMonth
from app.programme.sales import SalesDimension
from app.programme.spans import Span
from app.store.database import Reader, Row

N = TypeVar("N")
ConvertTo = Annotated[
    CurrencyCode | None,
    strawberry.argument(
        description="One currency for all amounts, at the vendor's rate on the day of each sale; the amounts as they were "
        "stand in `originals`. Without a rate for one of the days the question is refused."
    ),
]


class HasKey(Protocol):
    """A vendor, distributor or reseller. Without a network it is the asker's own firm, in all its networks."""

    @property
    def key(self) -> Key: ...


class Ranked(NamedTuple):
    """What rows are ordered by, if not by their keys, and what has to be measured for it."""

    by: str | None
    measures: frozenset[str]


class Page(NamedTuple):
    """The page that is asked for."""

    first: int | None
    after: str | None
    last: int | None
    before: str | None


def span_of(period: DateRangeInput) -> Span:
    """The days asked for. Raises BAD_USER_INPUT where there are none, or too many."""
    checked = period.checked()
    return Span(checked.start, checked.end)


def scopes_of(actor: Actor, parents: Sequence[HasKey]) -> Iterable[Scope]:
    """The party that each parent is; of the asker's own firm, every party that it is in its networks."""
    for place, parent in enumerate(parents, 1):
        if parent.key.vendor_id != NO_NETWORK:
            yield Scope(place, parent.key.vendor_id, parent.key.id)
        elif parent.key.id == actor.organization_id:
            for vendor_id in sorted(actor.vendor_ids):
                yield from (Scope(place, vendor_id, party_id) for party_id in sorted(actor.party_ids))


def currency_of(given: str | None) -> str | None:
    """The currency to convert into. Raises BAD_USER_INPUT where there is no such currency."""
    if given is not None and given not in CURRENCIES:
        raise bad_input(f"`convertTo` is a currency of ISO 4217, such as EUR; {given!r} is none.")
    return given


async def with_calendar(request: Request[Actor], asked: Cube) -> Cube:
    """The cube with the fiscal calendar of its networks, where it is grouped by it.

    Raises BAD_USER_INPUT where they have several.
    """
    if not asked.is_fiscal or not asked.scopes:
        return asked
    vendors = sorted({scope.vendor_id for scope in asked.scopes})
    calendars = await calendars_of(await request.reader(), vendors)
    first, *others = (calendars[each] for each in vendors)
    if any(other != first for other in others):
        raise bad_input(
            "These networks have different fiscal calendars: ask for each by itself, or group by calendar periods."
        )
    return replace(asked, calendar=first)


async def calendars_of(db: Reader, vendor_ids: Sequence[UUID]) -> dict[UUID, FiscalCalendar]:
    """The fiscal calendar of each network; calendar months where a vendor has set none."""
    months: dict[UUID, list[FiscalMonth]] = {each: [] for each in vendor_ids}
    for row in await months_of_vendors(db, vendor_ids):
        month = FiscalMonth(row["fiscal_year"], row["quarter"], row["month"], row["start_day"], row["end_day"])
        months[row["vendor_id"]].append(month)
    return {vendor_id: FiscalCalendar(own) for vendor_id, own in months.items()}


async def pages(
    request: Request[Actor],
    asked: Cube,
    parents: int,
    selection: Selection,
    ranked: Ranked,
    page: Page,
    node: Callable[[Row], N],
) -> list[Connection[N]]:
    """The page of each parent. Its cursors belong to this question: whose sales, which period, by what, filtered, valued and
    rated how, in which currency, as known when, and in which order."""
    of = (
        asked.whose.name,
        asked.span,
        asked.by,
        asked.filters,
        asked.valuation,
        asked.rate_basis,
        asked.convert_to,
        asked.as_of,
        ranked.by,
    )
    order = cube.order(asked, ranked.by is not None)
    window = Window.of(order, first=page.first, after=page.after, last=page.last, before=page.before, of=of)
    reader = await request.reader()
    rows = await queries.sales(reader, asked, window, ranked.by)
    refuse_without_rate(asked, rows)
    totals = await queries.sales_counts(reader, asked) if counts(selection) else None
    return window.pages(rows, parents, node, selection, totals)


async def totals(request: Request[Actor], asked: Cube, parents: int, node: Callable[[Row, Cube], N]) -> list[list[N]]:
    """The sums over all rows for each parent, one for each currency."""
    by_distributor = SalesDimension.DISTRIBUTOR in asked.by
    whole = replace(asked, by=(), of_resellers=asked.names_resellers, of_distributors=by_distributor)
    rows = await queries.sales_totals(await request.reader(), whole)
    refuse_without_rate(asked, rows)
    found: list[list[N]] = [[] for _ in range(parents)]
    for row in rows:
        found[row["ordinal"] - 1].append(node(row, whole))
    return found


def refuse_without_rate(asked: Cube, rows: Sequence[Row]) -> None:
    """Raise BAD_USER_INPUT where an amount could not be converted; it says which currency on which day."""
    missing = rows[0]["missing_rate"] if asked.convert_to is not None and rows else None
    if missing is not None:
        day, _, currency = str(missing).partition(" ")
        raise bad_input(
            f"There is no exchange rate from {currency} to {asked.convert_to} for {day}. The vendor sets it with "
            "`setExchangeRates`, or ask without `convertTo`."
        )
