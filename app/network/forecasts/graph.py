"""What the next months may bring, as vendor and distributor see it: estimates, each beside what came before and how far the
same methods were off on it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window, counts
from app.execution.described import values, visible
from app.execution.edges import Selection
from app.execution.errors import bad_input
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, exact
from app.network import cube
from app.network.asking import HasKey, scopes_of
from app.network.cube import Cube, Filters, Scope, Whose
from app.network.filters import SalesFilter
from app.network.forecasts.smoothing import Outlook, outlooks
from app.network.graph import Network
from app.network.rows import key_in
from app.network.sales import queries
from app.programme.forecasts import (
    LONGEST_HISTORY,
    MOST_MONTHS,
    YEAR,
    Error,
    ForecastDimension,
    ForecastFigure,
    ForecastMethod,
    month_after,
    reason,
    since_the_first,
)
from app.programme.sales import SalesDimension
from app.programme.spans import Span
from app.programme.terms import PartnerType
from app.store.database import Row

for enumeration in (ForecastFigure, ForecastDimension, ForecastMethod):
    values(enumeration)
MOST_SERIES = 10
"How many parts one request forecasts."
MOST_DIMENSIONS = 3
MOST_ROWS = 100_000
"How many months are read for the parts of a page, and for those that share what they are called by."
NARROWING = {
    "distributor_id": "distributors",
    "reseller_id": "resellers",
    "product_id": "products",
    "product_family": "families",
    "partner_type": "partner_types",
    "country": "countries",
    "region": "regions",
}
"By which filter the rows of a page are found again."
MEASURED = {ForecastFigure.UNITS: "units", ForecastFigure.AMOUNT: "amount"}
SCALE = {ForecastFigure.UNITS: 1_000, ForecastFigure.AMOUNT: 1_000_000}


@visible("analytics:read")
class ForecastHistory:
    """A month that is over."""

    month: date
    "Its first day."
    value: Decimal
    "What was sold through, net of returns: base units, or an amount, rounded to hundredths."


@visible("analytics:read")
class ForecastMonth:
    """A month to come. These are estimates, rounded to hundredths: no money, and no promise."""

    month: date
    "Its first day."
    estimate: Decimal
    "What may be sold through: base units, or the amount in the currency of the forecast."
    low: Decimal | None
    "Below this it should stay in one of ten cases only, if months vary as they did; null where the method gives none."
    high: Decimal | None
    "Above this it should come in one of ten cases only."


@visible("analytics:read")
class ForecastError:
    """How far a method was off on past months: from each of the last ones in turn it said what was to come, as far ahead as
    is asked for, knowing only what lay before."""

    method: ForecastMethod
    "The method."
    mase: Decimal | None
    """
    The mean absolute scaled error: its mean miss ÷ the mean change from one month to the next before the trial. Below 1 it
    does better than such a change. Null where nothing changed.
    """
    wape: Decimal | None
    "The weighted absolute percentage error: the sum of its misses ÷ the sum of what came, 0.1 being a tenth."
    starts: int
    "From how many past months it was tried."
    forecasts: int
    "How many forecasts of a month that makes."


@visible("analytics:read")
class Forecast:
    """What one part of sell-through may come to in the next months. Keys not grouped by are null."""

    distributor_key: strawberry.Private[Key | None]
    reseller_key: strawberry.Private[Key | None]
    product_key: strawberry.Private[Key | None]
    partner_type: PartnerType | None
    "What kind of firm the resellers are, where grouped by PARTNER_TYPE; null where they are not disclosed."
    country: str | None
    "The country of the resellers' seats, where grouped by COUNTRY."
    region: str | None
    "The vendor's sales region of the resellers, where grouped by REGION."
    product_family: str | None
    "The family of the products, where grouped by PRODUCT_FAMILY."
    figure: ForecastFigure
    "What is forecast."
    currency: CurrencyCode
    "The currency in which the sales are valued; those of several currencies stay apart."
    method: ForecastMethod | None
    "By which method; null where the months known are too few to say anything."
    reason: str
    "Why by this one, or why by none."
    errors: list[ForecastError]
    "How far each method was off on past months, the simplest method first."
    months: list[ForecastMonth]
    "The months to come; none where there is no method."
    history: list[ForecastHistory]
    "The months that it goes by: at most 36, from the first sale in them on, the oldest first."


Figure = Annotated[ForecastFigure, strawberry.argument(description="What is forecast.")]
By = Annotated[
    list[ForecastDimension],
    strawberry.argument(
        description="Into what parts to take it, by three dimensions at most; nothing gives one a currency."
    ),
]
Months = Annotated[int, strawberry.argument(description="How many months, 1 to 12.")]
From = Annotated[
    date | None,
    strawberry.argument(
        description="The first month to forecast, as its first day, at the latest the running month. Unless given, the one "
        "after the last whole month in which anything of the page was sold. A month before it without sales counts as one "
        "in which nothing was sold: choose one before which all reports are in."
    ),
]


async def forecast_of_network(
    request: Request[Actor],
    parents: Sequence[Network],
    selection: Selection,
    by: By,
    figure: Figure = ForecastFigure.UNITS,
    filter: SalesFilter | None = None,
    months: Months = 3,
    starting: From = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[Forecast]]:
    """
    What the next months may bring, part by part, those with the largest sales of the past year first, ten a page at most;
    always with how far the same methods were off on past months.
    """
    page = {"first": first, "after": after, "last": last, "before": before}
    found: dict[int, Connection[Forecast]] = {}
    for moment in dict.fromkeys(parent.as_of for parent in parents):
        places = [place for place, parent in enumerate(parents) if parent.as_of == moment]
        scopes = tuple(Scope(n, parents[place].key.vendor_id) for n, place in enumerate(places, 1))
        asked = _asked(request, Whose.NETWORK, scopes, by, figure, filter, months, starting)
        asked = replace(asked, as_of=moment)
        answers = await _answered(request, asked, len(places), selection, figure, months, starting, page)
        found.update(zip(places, answers, strict=True))
    return [found[place] for place in range(len(parents))]


async def forecast_of_distributor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    by: By,
    figure: Figure = ForecastFigure.UNITS,
    filter: SalesFilter | None = None,
    months: Months = 3,
    starting: From = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[Forecast]]:
    """
    What the next months of the distributor's own sales may bring, part by part, the largest of the past year first, ten a
    page at most.
    """
    page = {"first": first, "after": after, "last": last, "before": before}
    scopes = tuple(scopes_of(request.actor, parents))
    asked = _asked(request, Whose.DISTRIBUTOR, scopes, by, figure, filter, months, starting)
    return await _answered(request, asked, len(parents), selection, figure, months, starting, page)


def _asked(
    request: Request[Actor],
    whose: Whose,
    scopes: tuple[Scope, ...],
    by: Sequence[ForecastDimension],
    figure: ForecastFigure,
    given: SalesFilter | None,
    months: int,
    starting: date | None,
) -> Cube:
    """The sales of the past year, by which the parts are ranked. Raises BAD_USER_INPUT."""
    parts = tuple(dict.fromkeys(SalesDimension(each.value) for each in by))
    now = datetime.now(UTC).date().replace(day=1)
    if len(parts) > MOST_DIMENSIONS:
        raise bad_input(f"`by` takes {MOST_DIMENSIONS} dimensions at most; here are {len(parts)}.")
    if not 1 <= months <= MOST_MONTHS:
        raise bad_input(f"`months` is from 1 to {MOST_MONTHS}, not {months}.")
    if starting is not None and (starting.day != 1 or not date(1901, 1, 1) <= starting <= now):
        raise bad_input(f"`starting` is the first day of a month, {now} at the latest; {starting} is not.")
    vendor_ids = frozenset(scope.vendor_id for scope in scopes)
    end = starting or now
    return Cube(
        level=request.actor.level,
        whose=whose,
        scopes=scopes,
        span=Span(month_after(end, -YEAR), end),
        by=parts,
        measures=frozenset({MEASURED[figure]}),
        filters=given.within(vendor_ids, request.actor) if given is not None else Filters(),
    )


async def _answered(
    request: Request[Actor],
    asked: Cube,
    parents: int,
    selection: Selection,
    figure: ForecastFigure,
    months: int,
    starting: date | None,
    page: dict[str, Any],
) -> list[Connection[Forecast]]:
    of = (asked.whose.name, asked.span, asked.by, asked.filters, asked.as_of, figure, "forecast")
    window = Window.of(cube.order(asked, True), **page, of=of)
    if window.size > MOST_SERIES:
        raise bad_input(f"A page of forecasts has {MOST_SERIES} at most, not {window.size}.")
    db = await request.reader()
    rows = await queries.sales(db, asked, window, MEASURED[figure])
    series = await _series(request, asked, rows, figure)
    ends = {row["ordinal"]: starting or _after_the_last(series, row["ordinal"], asked.span.end) for row in rows}
    places = [_place(row, asked) for row in rows]
    histories = [_history(series.get(place, {}), ends[place[0]]) for place in places]
    found = dict(zip(places, zip(histories, await outlooks(histories, months), strict=True), strict=True))

    def node(row: Row) -> Forecast:
        history, outlook = found[_place(row, asked)]
        return _forecast(row, figure, ends[row["ordinal"]], history, outlook)

    totals = await queries.sales_counts(db, asked) if counts(selection) else None
    return window.pages(rows, parents, node, selection, totals)


Place = tuple[object, ...]
Series = dict[Place, dict[date, float]]


async def _series(request: Request[Actor], asked: Cube, rows: Sequence[Row], figure: ForecastFigure) -> Series:
    """The months of the parts of a page, by part and month."""
    if not rows:
        return {}
    span = Span(month_after(asked.span.end, -LONGEST_HISTORY - YEAR), asked.span.end)
    whole = replace(asked, span=span, by=(*asked.by, SalesDimension.MONTH), filters=_narrowed(asked, rows))
    window = Window(MOST_ROWS, False, None, cube.order(whole, False), "")
    found: Series = {}
    months = await queries.sales(await request.reader(), whole, window)
    if len(months) > MOST_ROWS:
        raise bad_input(
            "The parts of this page have too many months behind them. Ask by fewer dimensions, or with a filter."
        )
    for row in months:
        value = int(row[MEASURED[figure]] or 0) / SCALE[figure]
        found.setdefault(_place(row, asked), {})[row["month"]] = value
    return found


def _narrowed(asked: Cube, rows: Sequence[Row]) -> Filters:
    """The filter, and of what has many only what is on the page; of what nobody is named, all."""
    found = asked.filters
    for column, name in NARROWING.items():
        if column in cube.keys(asked):
            named = {row[column] for row in rows}
            if all(named):
                found = replace(found, **{name: tuple(sorted(named))})
    return found


def _place(row: Row, asked: Cube) -> Place:
    return (row["ordinal"], row["currency"], *(row[key] for key in cube.keys(asked)))


def _after_the_last(series: Series, ordinal: int, end: date) -> date:
    """The month after the last one in which anything of a parent's page was sold; the end where nothing was."""
    own = (months for place, months in series.items() if place[0] == ordinal)
    last = max((month for months in own for month, value in months.items() if value), default=None)
    return end if last is None else min(end, month_after(last, 1))


def _history(own: dict[date, float], end: date) -> list[float]:
    months = [month_after(end, place - LONGEST_HISTORY) for place in range(LONGEST_HISTORY)]
    return list(since_the_first([own.get(month, 0.0) for month in months]))


def _forecast(row: Row, figure: ForecastFigure, end: date, history: list[float], outlook: Outlook) -> Forecast:
    kind = row.get("partner_type")
    return Forecast(
        distributor_key=key_in(row, "distributor_id"),
        reseller_key=key_in(row, "reseller_id"),
        product_key=key_in(row, "product_id"),
        partner_type=PartnerType(kind) if kind else None,
        country=row.get("country") or None,
        region=row.get("region") or None,
        product_family=row.get("product_family"),
        figure=figure,
        currency=CurrencyCode(row["currency"]),
        method=outlook.method,
        reason=reason(outlook.errors, len(history), any(history)),
        errors=[_error(each) for each in outlook.errors],
        months=[
            ForecastMonth(
                month=month_after(end, place),
                estimate=_rounded(each.value),
                low=None if each.low is None else _rounded(each.low),
                high=None if each.high is None else _rounded(each.high),
            )
            for place, each in enumerate(outlook.months)
        ],
        history=[
            ForecastHistory(month=month_after(end, place - len(history)), value=_rounded(value))
            for place, value in enumerate(history)
        ],
    )


def _error(found: Error) -> ForecastError:
    return ForecastError(
        method=found.method,
        mase=None if found.scaled is None else _rounded(found.scaled, 4),
        wape=None if found.share is None else _rounded(found.share, 4),
        starts=found.starts,
        forecasts=found.forecasts,
    )


def _rounded(value: float, places: int = 2) -> Decimal:
    """An estimate as it is told."""
    return exact(round(value * 10**places), places)
