"""In which periods an incentive is measured and paid: months, quarters, half years or years of the vendor's calendar.

A vendor with a fiscal calendar counts by that, any other by calendar months. An incentive that begins or ends within a
period is measured on the days on which it is in effect; what that does to thresholds or payment, its proration says.
"""

from collections.abc import Iterator
from datetime import timedelta

from app.programme.fiscal import FiscalCalendar
from app.programme.money_terms import PayPeriod
from app.programme.spans import Span


def pay_periods(kind: PayPeriod, calendar: FiscalCalendar, days: Span) -> Iterator[Span]:
    """The whole pay periods in which these days lie, in order."""
    day = days.start
    while day < days.end:
        period = _period(kind, calendar, days=Span(day, days.end))
        yield period
        day = period.end


def _period(kind: PayPeriod, calendar: FiscalCalendar, days: Span) -> Span:
    month = calendar.at(days.start)
    match kind:
        case PayPeriod.MONTH:
            return Span(month.start, month.end)
        case PayPeriod.QUARTER:
            return calendar.quarter(month)
        case PayPeriod.YEAR:
            return calendar.year(month)
        case PayPeriod.HALF_YEAR:
            return _half(calendar, calendar.quarter(month), first=month.quarter % 2 == 1)


def _half(calendar: FiscalCalendar, quarter: Span, *, first: bool) -> Span:
    """The half year that begins, or ends, with a quarter."""
    if first:
        return Span(quarter.start, calendar.quarter(calendar.at(quarter.end)).end)
    return Span(calendar.quarter(calendar.at(quarter.start - timedelta(days=1))).start, quarter.end)


def is_whole_months(calendar: FiscalCalendar, days: Span) -> bool:
    """Whether these days are whole months of the calendar."""
    last = calendar.at(days.end - timedelta(days=1))
    return calendar.at(days.start).start == days.start and last.end == days.end


def in_effect(period: Span, effective: Span) -> Span | None:
    """The days of a period on which an incentive is in effect, if there are any."""
    start, end = max(period.start, effective.start), min(period.end, effective.end)
    return Span(start, end) if start < end else None
