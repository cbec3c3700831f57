"""Accruals as vendor and distributor see them: what each term has earned so far, period by period."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window, counts
from app.execution.described import values, visible
from app.execution.edges import Selection, reference
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import DateRange, DateRangeInput, Money, exact, money
from app.incentives.accrued import queries
from app.incentives.graph import IncentiveTerm, terms_by_key
from app.incentives.rules.graph import SCALES, paid
from app.programme.money_terms import MeasureUnit
from app.programme.spans import Span
from app.store.database import Row

values(MeasureUnit)


@visible("incentive:read")
class MeasuredVolume:
    """What a measure comes to: money or units, as the rule measures."""

    unit: MeasureUnit
    "In what it is measured."
    amount: Money | None
    "The amount, where it is money."
    units: Decimal | None
    "The units, where it is units."


@visible("incentive:read")
class Accrual:
    """What a term has earned in a pay period so far, all gates taken as met: a function of the lines that count."""

    term_key: strawberry.Private[Key]
    period: DateRange
    "The days of the pay period on which the term is in effect."
    qualifying: MeasuredVolume
    "What attains a band."
    paying: MeasuredVolume
    "On what the band's rate pays."
    lines: int
    "How many lines pay; months of sell-through and days of sell-in that stand for lines count with theirs."
    unvalued_lines: int
    "How many of them count for no amount, because they have no price, or no rate leads from their currency."
    earned: Money
    "What that earns."
    carried_forward: Money
    "What is left to take back from the next period: zero or less."
    term = reference(
        terms_by_key, IncentiveTerm | None, key=lambda accrual: accrual.term_key, description="The term that earns it."
    )


def volume(unit: MeasureUnit, value: int, currency: str) -> MeasuredVolume:
    """What a measure comes to, from 10⁻⁶ currency units or 10⁻³ units."""
    if unit is MeasureUnit.AMOUNT:
        return MeasuredVolume(unit=unit, amount=money(value, currency), units=None)
    return MeasuredVolume(unit=unit, amount=None, units=exact(value, SCALES[unit]))


async def accruals_of_term(
    request: Request[Actor],
    parents: Sequence[IncentiveTerm],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[Accrual]]":
    """What it has earned in each pay period, the latest first."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before)
    return await _pages(request, queries.OF_TERM, [parent.key for parent in parents], None, window, selection)


async def accruals_of_agreement(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    within: Annotated[
        DateRangeInput | None, strawberry.argument(description="Only pay periods in which some of these days lie.")
    ] = None,
) -> "list[Connection[Accrual]]":
    """What its incentives have earned, the latest pay period first: those in which some of the days lie."""
    days = None if within is None else Span(within.checked().start, within.end)
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=days)
    return await _pages(request, queries.OF_AGREEMENT, [parent.key for parent in parents], days, window, selection)


async def _pages(
    request: Request[Actor], of: str, keys: Sequence[Key], days: Span | None, window: Window, selection: Selection
) -> list[Connection[Accrual]]:
    db = await request.reader()
    rows = await queries.accruals(db, of, keys, days, window)
    totals = await queries.totals(db, of, keys, days) if counts(selection) else None
    return window.pages(rows, len(keys), _accrual, selection, totals)


def _accrual(row: Row) -> Accrual:
    currency = row["currency"]
    return Accrual(
        term_key=Key(row["vendor_id"], row["term_id"]),
        period=DateRange(start=row["period_start"], end=row["period_end"]),
        qualifying=volume(MeasureUnit(row["qualifying_unit"]), row["qualifying"], currency),
        paying=volume(MeasureUnit(row["paying_unit"]), row["paying"], currency),
        lines=row["lines"],
        unvalued_lines=row["unvalued"],
        earned=paid(row["earned_minor"], currency),
        carried_forward=paid(row["carried_minor"], currency),
    )
