"""The mutations of reporting periods: closing one, opening the last one again, saying how due days count."""

from datetime import UTC, date, datetime

import strawberry

from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import entered, visible
from app.execution.identifiers import Key
from app.reports.periods import actions
from app.reports.periods.graph import ReportingCalendar, ReportingPeriod, calendars_by_agreement, periods_by_key
from app.reports.periods.standings import REMIND_DAYS


@entered
class CloseReportingPeriodInput:
    """The period that you expect to close: the first that is not closed."""

    period_id: strawberry.ID
    "The period."


@visible("viewer:read")
class CloseReportingPeriodPayload:
    """The answer to `closeReportingPeriod`."""

    period: ReportingPeriod | None
    "The period, closed; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@entered
class ReopenReportingPeriodInput:
    """The period that was closed last."""

    period_id: strawberry.ID
    "The period."


@visible("viewer:read")
class ReopenReportingPeriodPayload:
    """The answer to `reopenReportingPeriod`."""

    period: ReportingPeriod | None
    "The period, open again; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@entered
class SetReportingCalendarInput:
    """How the due days of an agreement count, and when reminders come."""

    agreement_id: strawberry.ID
    "The agreement."
    business_days: bool
    "Whether a due day or last day of grace on a weekend or holiday moves to the next business day."
    holidays: list[date]
    "The public holidays, up to 1,000; they count where business days do."
    remind_days: int = REMIND_DAYS
    "So many days before a report is due the distributor is reminded; 0 to 90."
    expected_version: int
    "The version that you read; 0 where the agreement says nothing yet."


@visible("viewer:read")
class SetReportingCalendarPayload:
    """The answer to `setReportingCalendar`."""

    calendar: ReportingCalendar | None
    "What the agreement says now; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@strawberry.type
class PeriodsMutation:
    @mutation(Permission.PERIOD_CLOSE)
    async def close_reporting_period(
        self, info: strawberry.Info, input: CloseReportingPeriodInput
    ) -> CloseReportingPeriodPayload:
        """Close a reporting period that is over. Periods close in order; what is reported of a closed one from then on
        counts in the open period, as a correction."""
        key = await actions.close_period(info.context, input.period_id, datetime.now(UTC))
        return CloseReportingPeriodPayload(period=await _period(info, key))

    @mutation(Permission.PERIOD_CLOSE)
    async def reopen_reporting_period(
        self, info: strawberry.Info, input: ReopenReportingPeriodInput
    ) -> ReopenReportingPeriodPayload:
        """Open the reporting period again that was closed last, while no correction of it counts in a later one."""
        key = await actions.reopen_period(info.context, input.period_id)
        return ReopenReportingPeriodPayload(period=await _period(info, key))

    @mutation(Permission.AGREEMENT_MANAGE)
    async def set_reporting_calendar(
        self, info: strawberry.Info, input: SetReportingCalendarInput
    ) -> SetReportingCalendarPayload:
        """Say how the due days of an agreement count. Past periods that are not closed stand as it says, too."""
        key = await actions.set_calendar(
            info.context,
            input.agreement_id,
            business_days=input.business_days,
            holidays=input.holidays,
            remind_days=input.remind_days,
            expected_version=input.expected_version,
        )
        return SetReportingCalendarPayload(calendar=(await calendars_by_agreement(info.context, [key]))[0])


async def _period(info: strawberry.Info, key: Key) -> ReportingPeriod | None:
    return (await periods_by_key(info.context, [key]))[0]
