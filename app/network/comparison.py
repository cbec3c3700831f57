"""With which days a row is compared: the span before, and the same span a year earlier.

The facts of earlier days are moved so many days, months or fiscal months later, and then fall into the rows. Days move
where the smallest period of a row is the day or the week (a week is compared with the week 52 weeks earlier), fiscal
months where it is one of the fiscal calendar, else calendar months. The span before moves by as many whole periods as it
takes to lie before the span asked for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Any, Protocol

from app.programme.fiscal import FiscalCalendar
from app.programme.sales import FISCAL, MONTHS_OF, PERIODS
from app.programme.sales import SalesDimension as By
from app.programme.spans import (
    Span,
    days_earlier,
    days_later,
    months_after,
    months_earlier,
    months_to_clear,
    same_days_earlier,
    span_before,
)

WEEKS_OF_YEAR = 52


class Named(Protocol):
    """A row, by the names of its columns."""

    def __getitem__(self, name: str, /) -> Any: ...


class Against(Enum):
    """With what a span is compared; the suffix of its measures."""

    BEFORE = "_before"
    LAST_YEAR = "_last_year"


class Unit(Enum):
    """By what facts are moved."""

    DAYS = "days"
    MONTHS = "months"
    FISCAL_MONTHS = "fiscal months"


@dataclass(frozen=True, slots=True)
class Era:
    """A span that facts are read of, and how much later they stand in the answer. The one asked for is number 0."""

    span: Span
    number: int = 0
    suffix: str = ""
    unit: Unit = Unit.DAYS
    later: int = 0
    calendar: FiscalCalendar = field(default_factory=FiscalCalendar, repr=False, compare=False)

    def back(self, day: date) -> date:
        """Where a span that begins or ends on this day begins or ends in this era."""
        if self.unit is Unit.MONTHS:
            return months_earlier(day, self.later)
        if self.unit is Unit.FISCAL_MONTHS:
            return self.calendar.earlier(day, self.later)
        return days_earlier(day, self.later)

    def shown_on(self, day: date) -> date:
        """Where a day of this era stands in the answer; a span of fiscal periods never moves by calendar months."""
        if self.unit is Unit.FISCAL_MONTHS:
            return self.calendar.later(day, self.later)
        return days_later(day, self.later)


def compared(span: Span, by: Sequence[By], calendar: FiscalCalendar, against: Iterable[Against]) -> list[Era]:
    """The span itself, and those that it is compared with, grouped like this."""
    found = [Era(span, calendar=calendar)]
    for number, each in enumerate(Against, 1):
        if each in against:
            unit, later = _move(span, by, calendar, each)
            era = Era(span, number, each.value, unit, later, calendar)
            found.append(Era(_moved(span, by, era, each), number, each.value, unit, later, calendar))
    return found


def _moved(span: Span, by: Sequence[By], era: Era, against: Against) -> Span:
    if against is Against.BEFORE and _smallest(by) is None:
        return span_before(span)
    if era.unit is Unit.MONTHS:
        return same_days_earlier(span, era.later)
    return Span(era.back(span.start), era.back(span.end))


def _move(span: Span, by: Sequence[By], calendar: FiscalCalendar, against: Against) -> tuple[Unit, int]:
    smallest, fiscal = _smallest(by), bool(FISCAL.intersection(by))
    if against is Against.LAST_YEAR:
        if smallest is By.WEEK:
            return Unit.DAYS, 7 * WEEKS_OF_YEAR
        return (Unit.FISCAL_MONTHS if fiscal else Unit.MONTHS), 12
    if smallest is None or smallest is By.DAY:
        return Unit.DAYS, (span.end - span.start).days
    if smallest is By.WEEK:
        return Unit.DAYS, _whole((span.end - span.start).days, 7)
    if fiscal:
        return Unit.FISCAL_MONTHS, _whole(calendar.months_to_clear(span), MONTHS_OF[smallest])
    return Unit.MONTHS, _whole(months_to_clear(span), MONTHS_OF[smallest])


def _whole(number: int, of: int) -> int:
    """The least multiple that is not smaller."""
    return -(-number // of) * of


def _smallest(by: Sequence[By]) -> By | None:
    return next((each for each in PERIODS if each in by), None)


def period_start(by: Sequence[By], row: Named) -> date | None:
    """The first day of the smallest period that a row is grouped by."""
    smallest = _smallest(by)
    if smallest is None:
        return None
    found: date = row[smallest.value.lower()]
    return found


def compared_span(span: Span, by: Sequence[By], era: Era, row: Named) -> Span:
    """The days that a row of the span asked for is compared with in this era; empty where no such days were."""
    if _smallest(by) is None:
        return era.span
    own = span_of_row(span, by, era.calendar, row)
    earlier = Span(max(era.back(own.start), era.span.start), min(era.back(own.end), era.span.end))
    return earlier if earlier.start <= earlier.end else Span(earlier.start, earlier.start)


def span_of_row(span: Span, by: Sequence[By], calendar: FiscalCalendar, row: Named) -> Span:
    """The days that a row is about: those of the span asked for that lie in all the periods that it is grouped by."""
    start, end = span.start, span.end
    for each in PERIODS:
        if each in by:
            first = row[each.value.lower()]
            start, end = max(start, first), min(end, _end(each, first, calendar))
    return Span(start, end)


def _end(period: By, first: date, calendar: FiscalCalendar) -> date:
    """The day after the last one of the period that begins on `first`."""
    if period in FISCAL:
        month = calendar.at(first)
        return {
            By.FISCAL_MONTH: Span(month.start, month.end),
            By.FISCAL_QUARTER: calendar.quarter(month),
            By.FISCAL_YEAR: calendar.year(month),
        }[period].end
    if period in MONTHS_OF:
        return months_after(first, MONTHS_OF[period])
    return days_later(first, 1 if period is By.DAY else 7)


@dataclass(frozen=True, slots=True)
class FiscalDay:
    """A day of an era, and the day and fiscal periods under which it stands in the answer."""

    era: int
    day: date
    shown_on: date
    fiscal_month: date
    fiscal_quarter: date
    fiscal_year: date


def fiscal_days(eras: Iterable[Era]) -> list[FiscalDay]:
    """Every day of these eras with its fiscal periods."""
    found, known = [], dict[date, tuple[date, date, date]]()
    for era in eras:
        for place in range((era.span.end - era.span.start).days):
            day = era.span.start + timedelta(days=place)
            shown = era.shown_on(day)
            month = era.calendar.at(shown)
            if month.start not in known:
                quarter, year = era.calendar.quarter(month), era.calendar.year(month)
                known[month.start] = (month.start, quarter.start, year.start)
            found.append(FiscalDay(era.number, day, shown, *known[month.start]))
    return found
