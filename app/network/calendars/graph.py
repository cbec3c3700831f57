"""A vendor's fiscal calendar, as everybody in its network reads it, and as the vendor previews and sets it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import entered, values, visible
from app.execution.edges import Selection, edge
from app.execution.errors import bad_input
from app.execution.request import Request
from app.execution.scalars import DateRange
from app.network.asking import HasKey
from app.network.calendars import actions, queries
from app.network.calendars.actions import rule_of
from app.programme import fiscal
from app.programme.fiscal import (
    FIRST_YEAR,
    LAST_YEAR,
    FiscalPattern,
    FiscalRule,
    FiscalYearEnd,
    FiscalYearName,
    Weekday,
)
from app.store.database import Row

for enumeration in (FiscalPattern, FiscalYearEnd, FiscalYearName, Weekday):
    values(enumeration)
Year = Annotated[
    int, strawberry.argument(description=f"The name of the fiscal year, from {FIRST_YEAR} to {LAST_YEAR}.")
]


@visible("network:read")
class FiscalMonth:
    """A month of a fiscal year."""

    fiscal_year: int
    "The name of its year."
    quarter: int
    "Its quarter, from 1 to 4."
    month: int
    "Its number in the year, from 1 to 12."
    period: DateRange
    "Its days."
    weeks: int | None
    "How many weeks it has; null where it is a calendar month."


async def months_of_calendar(
    request: Request[Actor], parents: "Sequence[FiscalCalendar]", selection: Selection, fiscal_year: Year
) -> list[list[FiscalMonth]]:
    """The twelve months of one of its years, in order."""
    return [_months(parent.rule, fiscal_year) for parent in parents]


@visible("network:read")
class FiscalCalendar:
    """How a vendor's fiscal years are laid out: twelve months of calendar months or whole weeks, which touch one another."""

    rule: strawberry.Private[FiscalRule]
    pattern: FiscalPattern
    "Of what its months are made."
    closing_month: int
    "The calendar month with which a year closes, 1 to 12."
    year_name: FiscalYearName
    "After which calendar year a fiscal year is called."
    weekday: Weekday | None
    "The weekday on which a year ends; null where months are calendar months."
    year_end: FiscalYearEnd | None
    "Which of these weekdays it is; null where months are calendar months."
    set_at: datetime
    "When the vendor set it."
    in_force: bool
    "Whether figures follow it; until then, for a moment after it was set, they follow the one before."
    months = edge(months_of_calendar)


async def calendar_of_vendors(
    request: Request[Actor], parents: Sequence[HasKey], selection: Selection
) -> list[FiscalCalendar | None]:
    """The vendor's fiscal calendar; null where it has none, and fiscal periods are those of the calendar."""
    rows = await queries.calendars(await request.reader(), [parent.key.vendor_id for parent in parents])
    found = {row["vendor_id"]: row for row in rows}
    return [_calendar(found[each.key.vendor_id]) if each.key.vendor_id in found else None for each in parents]


def _calendar(row: Row) -> FiscalCalendar:
    rule = rule_of(row)
    weekly = rule.pattern is not FiscalPattern.CALENDAR_MONTHS
    return FiscalCalendar(
        rule=rule,
        pattern=rule.pattern,
        closing_month=rule.closing_month,
        year_name=rule.year_name,
        weekday=rule.weekday if weekly else None,
        year_end=rule.year_end if weekly else None,
        set_at=row["set_at"],
        in_force=row["in_force"],
    )


@entered
class FiscalCalendarInput:
    """How fiscal years are laid out."""

    pattern: FiscalPattern
    "Of what months are made."
    closing_month: int
    "The calendar month with which a year closes: 1 (January) to 12 (December)."
    year_name: FiscalYearName
    "After which calendar year a fiscal year is called."
    weekday: Weekday = Weekday.SATURDAY
    "The weekday on which a year of weeks ends; SATURDAY unless given."
    year_end: FiscalYearEnd = FiscalYearEnd.NEAREST
    "Which of these weekdays; the one NEAREST to the end of the closing month unless given."

    def rule(self) -> FiscalRule:
        """The rule that is meant."""
        return FiscalRule(self.pattern, self.closing_month, self.year_name, self.weekday, self.year_end)


async def previewed_months(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    calendar: Annotated[FiscalCalendarInput, strawberry.argument(description="The calendar to look at.")],
    fiscal_year: Year,
) -> list[list[FiscalMonth]]:
    """The months that a year would have, if the calendar were set like this. Nothing is changed."""
    rule = calendar.rule()
    for problem in actions.faults(rule):
        raise bad_input(problem.message)
    return [_months(rule, fiscal_year) for _ in parents]


def _months(rule: FiscalRule, year: int) -> list[FiscalMonth]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise bad_input(f"Fiscal years are laid out from {FIRST_YEAR} to {LAST_YEAR}; {year} is not one of them.")
    weekly = rule.pattern is not FiscalPattern.CALENDAR_MONTHS
    return [
        FiscalMonth(
            fiscal_year=each.year,
            quarter=each.quarter,
            month=each.month,
            period=DateRange(start=each.start, end=each.end),
            weeks=each.weeks if weekly else None,
        )
        for each in fiscal.months_of_year(rule, year)
    ]


@visible("network:read")
class SetFiscalCalendarPayload:
    """The calendar that was set, or why it was not."""

    fiscal_calendar: FiscalCalendar | None
    "The calendar; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class CalendarMutation:
    """What a vendor does to its calendar."""

    @mutation(Permission.PROGRAM_MANAGE)
    async def set_fiscal_calendar(self, info: strawberry.Info, input: FiscalCalendarInput) -> SetFiscalCalendarPayload:
        """Set your fiscal calendar, for past and coming years. Figures follow it within moments; facts stay as they are.
        Preview it with `Vendor.fiscalCalendarPreview`."""
        request: Request[Actor] = info.context
        key = await actions.set_fiscal_calendar(request, input.rule())
        rows = await queries.calendars(await request.reader(), [key.vendor_id])
        return SetFiscalCalendarPayload(fiscal_calendar=_calendar(rows[0]), user_errors=[])
