"""When a distributor reports, by when its report is due, and how a reporting period stands.

An agreement is reported by calendar weeks (Monday to Sunday), months or quarters, cut to the days on which the agreement
is in effect, so that each of these days lies in exactly one period. A period's report is due so many days after the
period's end, and still in time for the days of grace after that; the days are those of the agreement's time zone. Where the
agreement counts business days, a due day or last day of grace that falls on a Saturday, a Sunday or one of its public
holidays moves to the next business day, and grace runs from the moved due day.

How a period stands follows from the day that it is, from the reports that were received, and from what the vendor has
closed; nothing has to be written for it to be true. A report without any line is a report. A report belongs to every period
of which it reports a day; by when it was due, the period of its last day says.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.programme.spans import Span, month_after, month_of, months_earlier
from app.programme.terms import Cadence, PeriodState

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReportingTerms:
    """What was agreed about reporting. Holidays count only where business days do."""

    cadence: Cadence
    effective: Span
    due_days: int
    grace_days: int
    time_zone: str
    business_days: bool = False
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Reports of the same days: which days, when the first of them was received, and how many they are."""

    span: Span
    at: datetime
    reports: int = 1


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when a period's report is due, and the last day on which it is in time."""

    due_on: date
    grace_until: date


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reporting period stands.

    `received_at` is when its first report came, None where none did. `late` says that it came after the last day in time,
    or has not come though that day is over. `days_late` counts from the last day in time: to the day it came, or to today
    while it is awaited; None where it never came and the period is closed. `completeness` is the share of the period's days
    that reports cover, 0 to 1.
    """

    period: Span
    state: PeriodState
    deadline: Deadline
    received_at: datetime | None
    late: bool
    days_late: int | None
    completeness: Fraction
    reports: int


@dataclass(frozen=True, slots=True)
class Record:
    """How a distributor has reported: of the periods that were due, how many came in time, late, or never.

    `mean_days_late` is over those that came late, None where none did; `complete` is the share of those due whose days are
    all covered, None where none was due.
    """

    due: int
    in_time: int
    late: int
    missing: int
    mean_days_late: Fraction | None
    complete: Fraction | None


def today_in(time_zone: str, now: datetime) -> date:
    """The day that it is in a time zone at a moment."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def calendar_period(cadence: Cadence, day: date) -> Span:
    """The calendar week, month or quarter in which a day lies. Where the calendar ends, it ends with it."""
    match cadence:
        case Cadence.WEEKLY:
            start = max(day.toordinal() - day.weekday(), date.min.toordinal())
            end = day.toordinal() - day.weekday() + 7
            return Span(date.fromordinal(start), date.fromordinal(min(end, date.max.toordinal())))
        case Cadence.MONTHLY:
            return Span(month_of(day), month_after(day))
        case Cadence.QUARTERLY:
            start_of_quarter = months_earlier(month_of(day), (day.month - 1) % 3)
            return Span(start_of_quarter, month_after(month_after(month_after(start_of_quarter))))


def period_of(terms: ReportingTerms, day: date) -> Span:
    """The reporting period in which a day lies; the first one for days before the agreement, the last one for days after."""
    effective = terms.effective
    inside = min(max(day, effective.start), effective.end - ONE_DAY)
    whole = calendar_period(terms.cadence, inside)
    return Span(max(whole.start, effective.start), min(whole.end, effective.end))


def periods(terms: ReportingTerms, of: Span | None = None) -> Iterator[Span]:
    """The reporting periods of an agreement in their order; only those with a day in `of`, where it is given.

    They touch one another and cover the days of the agreement. Raises ValueError where it is in effect on no day.
    """
    if not terms.effective.start < terms.effective.end:
        raise ValueError("An agreement ends after it starts.")
    start = max(terms.effective.start, of.start) if of else terms.effective.start
    end = min(terms.effective.end, of.end) if of else terms.effective.end
    while start < end:
        period = period_of(terms, start)
        yield period
        start = period.end


def deadline(terms: ReportingTerms, period: Span) -> Deadline:
    """By when the report of a period is due, and until when it is in time."""
    due_on = _business_day(terms, _days_later(period.end, terms.due_days))
    return Deadline(due_on, _business_day(terms, _days_later(due_on, terms.grace_days)))


def deadline_of_report(terms: ReportingTerms, reported: Span) -> Deadline:
    """By when a report of these days was due: the deadline of the period of its last day."""
    return deadline(terms, period_of(terms, reported.end - ONE_DAY))


def standing(
    terms: ReportingTerms, period: Span, receipts: Iterable[Receipt], now: datetime, closed_before: date | None = None
) -> Standing:
    """How a period stands at a moment. Receipts of other days are left aside.

    Closed is a period whose last day lies before `closed_before`. UPCOMING it is until its last day is over; then DUE until
    a report comes or the last day in time is over.
    """
    today, limit = today_in(terms.time_zone, now), deadline(terms, period)
    own = [each for each in receipts if each.span.start < period.end and each.span.end > period.start]
    received_at = min((each.at for each in own), default=None)
    came_on = None if received_at is None else today_in(terms.time_zone, received_at)
    closed = closed_before is not None and period.end <= closed_before
    late = (came_on or today) > limit.grace_until
    return Standing(
        period=period,
        state=PeriodState.CLOSED if closed else _open_state(period, today, came_on, late),
        deadline=limit,
        received_at=received_at,
        late=late,
        days_late=None if closed and came_on is None else max(0, ((came_on or today) - limit.grace_until).days),
        completeness=Fraction(_days_covered(period, own), (period.end - period.start).days),
        reports=sum(each.reports for each in own),
    )


def _open_state(period: Span, today: date, came_on: date | None, late: bool) -> PeriodState:
    if today < period.end:
        return PeriodState.UPCOMING
    if came_on is None:
        return PeriodState.MISSING if late else PeriodState.DUE
    return PeriodState.LATE if late else PeriodState.SUBMITTED


def record(standings: Sequence[Standing]) -> Record:
    """How a distributor has reported over periods. Due are those that are over and whose report has come, or can no longer
    come in time."""
    due = [each for each in standings if each.state not in {PeriodState.UPCOMING, PeriodState.DUE} and _owed(each)]
    late = [each.days_late or 0 for each in due if each.late and each.received_at is not None]
    missing = sum(each.received_at is None for each in due)
    return Record(
        due=len(due),
        in_time=len(due) - len(late) - missing,
        late=len(late),
        missing=missing,
        mean_days_late=Fraction(sum(late), len(late)) if late else None,
        complete=Fraction(sum(each.completeness == 1 for each in due), len(due)) if due else None,
    )


def _owed(each: Standing) -> bool:
    """A period that was closed before its report had to come owes nothing yet."""
    return each.received_at is not None or each.late


def next_to_close(terms: ReportingTerms, closed_before: date | None) -> Span | None:
    """The first period that is not closed; None where all are."""
    if closed_before is None:
        return period_of(terms, terms.effective.start)
    return period_of(terms, closed_before) if closed_before < terms.effective.end else None


def last_closed(terms: ReportingTerms, closed_before: date | None) -> Span | None:
    """The last period that is closed; None where none is."""
    if closed_before is None or closed_before <= terms.effective.start:
        return None
    return period_of(terms, closed_before - ONE_DAY)


def reminder_on(deadline: Deadline, period: Span, days_before: int) -> date:
    """From which day on a report is called for: so many days before it is due, and not before the period is over."""
    return max(period.end, deadline.due_on - timedelta(days=days_before))


def _business_day(terms: ReportingTerms, day: date) -> date:
    """The day, or the next business day where the agreement counts these."""
    while terms.business_days and day < date.max and (day.weekday() >= SATURDAY or day in terms.holidays):
        day += ONE_DAY
    return day


def _days_later(day: date, days: int) -> date:
    """So many days later; the last day there is where the calendar ends."""
    return date.max if (date.max - day).days < days else day + timedelta(days=days)


def _days_covered(period: Span, receipts: Sequence[Receipt]) -> int:
    """How many days of a period are reported, each counted once."""
    covered, until = 0, period.start
    for start, end in sorted((each.span.start, each.span.end) for each in receipts):
        first, last = max(start, until), min(end, period.end)
        covered += max(0, (last - first).days)
        until = max(until, last)
    return covered
