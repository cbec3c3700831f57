"""Spans of days: whole months and what is left of them at both ends, and the span before one.

Spans are half-open, [start, end). A span that begins and ends on the same day of a month is so many months long, any
other so many days; the span before it is as long and ends where it begins. Where figures stand month by month, a month
is compared with the same days of an earlier month, so the span before is then the same span so many months earlier.
"""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `start` up to, and not including, `end`."""

    start: date
    end: date


def month_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """The first day of the month after the day's; the last day there is where the calendar ends."""
    if (day.year, day.month) == (date.max.year, 12):
        return date.max
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def months_between(earlier: date, later: date) -> int:
    """How many months lie between the months of two days."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def months_earlier(day: date, months: int) -> date:
    """The same day of the month so many months earlier; the first day after a month that is too short for it.

    So 31 May, three months earlier, is 1 March. Before the year 1 there is its first day.
    """
    place = day.year * 12 + day.month - 1 - months
    if place < 12:
        return date.min
    year, month = divmod(place, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year, month + 2, 1)


def months_long(span: Span) -> int | None:
    """How many months a span is long; None where it does not end on the day of a month on which it began."""
    months = months_between(span.start, span.end)
    return months if months > 0 and span.start.day == span.end.day else None


def months_to_clear(span: Span) -> int:
    """By how many months at least a span has to move back so that it ends before it began."""
    months = months_between(span.start, span.end)
    return months if months > 0 and months_earlier(span.end, months) <= span.start else months + 1


def span_before(span: Span) -> Span:
    """The span that ends where this one begins and is as long: in months where it is months long, else in days."""
    months = months_long(span)
    if months is not None:
        return Span(months_earlier(span.start, months), span.start)
    return Span(days_earlier(span.start, (span.end - span.start).days), span.start)


def same_days_earlier(span: Span, months: int) -> Span:
    """The same days of the months so many months earlier."""
    return Span(months_earlier(span.start, months), months_earlier(span.end, months))


def whole_months(span: Span) -> Span | None:
    """The whole months inside a span, if there are any."""
    start, end = _next_month_border(span.start), month_of(span.end)
    return Span(start, end) if start < end else None


def months_of(span: Span) -> list[date]:
    """The first days of the months in which a span has days, in order."""
    found, month = [], month_of(span.start)
    while month < span.end:
        found.append(month)
        month = month_after(month)
    return found


def broken_edges(span: Span) -> tuple[Span, ...]:
    """What of a span lies in no whole month of it, in order: nothing where it begins and ends with a month."""
    inner = whole_months(span)
    if inner is None:
        return (span,)
    ends = (Span(span.start, inner.start), Span(inner.end, span.end))
    return tuple(edge for edge in ends if edge.start < edge.end)


def week_of(day: date) -> date:
    """The Monday of the day's week; the calendar's first day where that lies before it."""
    return days_earlier(day, day.weekday())


def days_earlier(day: date, days: int) -> date:
    """The day so many days before; the calendar's first day where that lies before it."""
    return date.min if (day - date.min).days < days else day - timedelta(days=days)


def days_later(day: date, days: int) -> date:
    """The day so many days after; the calendar's last day where that lies after it."""
    return date.max if (date.max - day).days < days else day + timedelta(days=days)


def months_after(day: date, months: int) -> date:
    """The first day of the month so many months after the day's."""
    for _ in range(months):
        day = month_after(day)
    return day


def _next_month_border(day: date) -> date:
    """The day itself where it begins a month, else the first day of the next one."""
    return day if day.day == 1 else month_after(day)
