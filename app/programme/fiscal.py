"""A vendor's fiscal year: twelve months that touch one another, made of calendar months or of whole weeks.

A retail year has four quarters of thirteen weeks, each of three months of 4-4-5, 4-5-4 or 5-4-4 weeks. It ends on one
weekday: the last of its kind in the closing month, or the one nearest to that month's end, and the next year begins on
the day after. So a year has 52 weeks or 53; the 53rd belongs to the last month. A year is called after the calendar year
in which it begins or ends, by its months and not by the few days that a week adds or takes. Spans are half-open.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.programme.spans import Span, month_after, month_of

MONTHS_OF_YEAR = 12
FIRST_YEAR, LAST_YEAR = 1990, 2100
"The years for which a fiscal calendar can be laid out."


class FiscalPattern(StrEnum):
    """Of what a fiscal month is made."""

    CALENDAR_MONTHS = "CALENDAR_MONTHS"
    "Calendar months; the year begins with any of them."
    WEEKS_4_4_5 = "WEEKS_4_4_5"
    "Weeks: 4, 4 and 5 in each quarter."
    WEEKS_4_5_4 = "WEEKS_4_5_4"
    "Weeks: 4, 5 and 4 in each quarter, as retailers count."
    WEEKS_5_4_4 = "WEEKS_5_4_4"
    "Weeks: 5, 4 and 4 in each quarter."


class FiscalYearEnd(StrEnum):
    """On which weekday of its closing month a fiscal year of weeks ends."""

    LAST = "LAST"
    "The last of its kind in the closing month."
    NEAREST = "NEAREST"
    "The one nearest to the last day of the closing month, which may lie in the next."


class FiscalYearName(StrEnum):
    """After which calendar year a fiscal year is called."""

    FIRST_MONTH = "FIRST_MONTH"
    "The year of its first month: the retail year 2023 ends in January 2024."
    LAST_MONTH = "LAST_MONTH"
    "The year of its closing month."


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "MONDAY"
    "Monday."
    TUESDAY = "TUESDAY"
    "Tuesday."
    WEDNESDAY = "WEDNESDAY"
    "Wednesday."
    THURSDAY = "THURSDAY"
    "Thursday."
    FRIDAY = "FRIDAY"
    "Friday."
    SATURDAY = "SATURDAY"
    "Saturday."
    SUNDAY = "SUNDAY"
    "Sunday."


WEEKS = {
    FiscalPattern.WEEKS_4_4_5: (4, 4, 5),
    FiscalPattern.WEEKS_4_5_4: (4, 5, 4),
    FiscalPattern.WEEKS_5_4_4: (5, 4, 4),
}


@dataclass(frozen=True, slots=True)
class FiscalRule:
    """How a vendor's years are laid out. `closing_month` is the last one, 1 to 12; the weekday counts for weeks alone."""

    pattern: FiscalPattern
    closing_month: int
    year_name: FiscalYearName
    weekday: Weekday = Weekday.SATURDAY
    year_end: FiscalYearEnd = FiscalYearEnd.NEAREST


@dataclass(frozen=True, slots=True)
class FiscalMonth:
    """A month of a fiscal year: its number from 1 to 12, its quarter from 1 to 4, and its days."""

    year: int
    quarter: int
    month: int
    start: date
    end: date

    @property
    def weeks(self) -> int | None:
        """How many weeks it has; None where it is not made of weeks."""
        weeks, rest = divmod((self.end - self.start).days, 7)
        return weeks if rest == 0 else None


def year_start(rule: FiscalRule, year: int) -> date:
    """The first day of the fiscal year of this name."""
    closing_year = year if rule.year_name is FiscalYearName.LAST_MONTH else _closing_year(rule, year)
    return _day_after_closing(rule, closing_year - 1)


def months_of_year(rule: FiscalRule, year: int) -> list[FiscalMonth]:
    """The twelve months of a fiscal year, in order; the first begins where the year before ends."""
    starts = [*_starts(rule, year), year_start(rule, year + 1)]
    return [
        FiscalMonth(year, number // 3 + 1, number + 1, starts[number], starts[number + 1])
        for number in range(MONTHS_OF_YEAR)
    ]


def months_of_years(rule: FiscalRule, first: int, last: int) -> list[FiscalMonth]:
    """The months of the fiscal years `first` to `last`, both included: each begins where the one before it ends."""
    return [month for year in range(first, last + 1) for month in months_of_year(rule, year)]


def _closing_year(rule: FiscalRule, year: int) -> int:
    return year if rule.closing_month == MONTHS_OF_YEAR else year + 1


def _day_after_closing(rule: FiscalRule, year: int) -> date:
    """The first day after the fiscal year that closes in this calendar year."""
    after = month_after(date(year, rule.closing_month, 1))
    if rule.pattern is FiscalPattern.CALENDAR_MONTHS:
        return after
    last_day = after - timedelta(days=1)
    wanted = list(Weekday).index(rule.weekday)
    days_back = (last_day.weekday() - wanted) % 7
    if rule.year_end is FiscalYearEnd.NEAREST and days_back > 3:
        days_back -= 7
    return last_day - timedelta(days=days_back - 1)


def _starts(rule: FiscalRule, year: int) -> Iterator[date]:
    start = year_start(rule, year)
    for number in range(MONTHS_OF_YEAR):
        yield start
        weeks = WEEKS.get(rule.pattern)
        start = month_after(start) if weeks is None else start + timedelta(weeks=weeks[number % 3])


class FiscalCalendar:
    """The fiscal months that are in force, and on days that none of them covers the calendar's."""

    def __init__(self, months: Sequence[FiscalMonth] = ()) -> None:
        """`months` in order, each beginning where the one before it ends."""
        self.months = tuple(months)
        self._starts = [month.start for month in self.months]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FiscalCalendar) and self.months == other.months

    def __hash__(self) -> int:
        return hash(self.months)

    def at(self, day: date) -> FiscalMonth:
        """The month in which a day lies."""
        place = bisect_right(self._starts, day) - 1
        if place >= 0 and day < self.months[place].end:
            return self.months[place]
        first = month_of(day)
        return FiscalMonth(day.year, (day.month - 1) // 3 + 1, day.month, *self._left_over(first))

    def _left_over(self, first: date) -> tuple[date, date]:
        """A calendar month, but for the days of it that fiscal months cover."""
        start, end = first, month_after(first)
        if self.months and start < self.months[-1].end <= end:
            start = self.months[-1].end
        if self.months and start < self.months[0].start < end:
            end = self.months[0].start
        return start, end

    def quarter(self, month: FiscalMonth) -> Span:
        """The days of the month's quarter."""
        return self._around(month, lambda other: (other.year, other.quarter) == (month.year, month.quarter))

    def year(self, month: FiscalMonth) -> Span:
        """The days of the month's year."""
        return self._around(month, lambda other: other.year == month.year)

    def _around(self, month: FiscalMonth, alike: Callable[[FiscalMonth], bool]) -> Span:
        first = last = month
        while first.start > date.min and alike(before := self.at(first.start - timedelta(days=1))):
            first = before
        while last.end < date.max and alike(after := self.at(last.end)):
            last = after
        return Span(first.start, last.end)

    def whole_months(self, span: Span) -> Span | None:
        """The whole fiscal months inside a span, if there are any."""
        first, last = self.at(span.start), self.at(span.end)
        start = first.start if first.start == span.start else first.end
        return Span(start, last.start) if start < last.start else None

    def earlier(self, day: date, months: int) -> date:
        """The day at the same place of the month so many months earlier; the day after one that is too short for it."""
        month = self.at(day)
        before = self._months_before(month, months)
        return min(before.start + (day - month.start), before.end)

    def later(self, day: date, months: int) -> date:
        """The day at the same place of the month so many months later; the last day of one that is too short for it."""
        month = self.at(day)
        after = month
        for _ in range(months):
            after = self.at(after.end)
        return min(after.start + (day - month.start), after.end - timedelta(days=1))

    def _months_before(self, month: FiscalMonth, months: int) -> FiscalMonth:
        for _ in range(months):
            if month.start == date.min:
                return month
            month = self.at(month.start - timedelta(days=1))
        return month

    def months_to_clear(self, span: Span) -> int:
        """By how many fiscal months at least a span has to move back so that it ends before it began."""
        months = 1
        while self.earlier(span.end, months) > span.start and self.earlier(span.end, months) > date.min:
            months += 1
        return months
