"""Reporting periods as vendor and distributor see them: when each is due, what came, how it stands, and the record of it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Order, SortKey, Window, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import DateRange, DateRangeInput, exact
from app.programme.periods import Standing, record
from app.programme.spans import Span
from app.programme.terms import Level, PeriodState
from app.reports.graph import Submission, submissions_by_key
from app.reports.periods import queries
from app.reports.periods.standings import REMIND_DAYS, Agreed, first_day, standings
from app.reports.queries import SUBMISSION_ORDER

values(PeriodState)

ORDER = Order((SortKey("start", "start", date, "date"),))


@visible("agreement:read")
class ReportingCalendar:
    """What the agreement says about due days."""

    business_days: bool
    "Whether a due day or last day of grace on a weekend or holiday moves to the next business day."
    holidays: list[date]
    "Its public holidays, in order; they count where business days do."
    remind_days: int
    "So many days before a report is due the distributor is reminded."
    version: int
    "How often it was set; 0 where the agreement says nothing, and calendar days count."


async def calendar_of_agreement(
    request: Request[Actor], parents: Sequence[Any], selection: Selection
) -> list[ReportingCalendar]:
    """Whether due days are business days, which days are holidays, and when reminders come."""
    return await calendars_by_agreement(request, [parent.agreement_key for parent in parents])


async def calendars_by_agreement(request: Request[Actor], keys: Sequence[Key]) -> list[ReportingCalendar]:
    """What these agreements say about due days, in their order."""
    rows = await queries.calendars(await request.reader(), keys)
    found = {Key(row["vendor_id"], row["agreement_id"]): row for row in rows}
    return [_calendar(found.get(key)) for key in keys]


def _calendar(row: Any) -> ReportingCalendar:
    if row is None:
        return ReportingCalendar(business_days=False, holidays=[], remind_days=REMIND_DAYS, version=0)
    return ReportingCalendar(
        business_days=row["business_days"],
        holidays=row["holidays"],
        remind_days=row["remind_days"],
        version=row["version"],
    )


async def submissions_of_period(
    request: Request[Actor],
    parents: "Sequence[ReportingPeriod]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[Submission]]:
    """The reports about days of this period, the newest first: those that could be read, no previews, and no corrections of
    single lines."""
    window = Window.of(SUBMISSION_ORDER, first=first, after=after, last=last, before=before, of="period")
    db, keys, spans = await request.reader(), [each.agreement_key for each in parents], [each.span for each in parents]
    rows = await queries.reports_of_periods(db, keys, spans, window)
    totals = await queries.count_reports_of_periods(db, keys, spans) if counts(selection) else None
    reports = list(dict.fromkeys(Key(row["vendor_id"], row["id"]) for row in rows))
    found: dict[Key, Any] = dict(zip(reports, await submissions_by_key(request, reports), strict=True))
    return window.pages(rows, len(keys), lambda row: found[Key(row["vendor_id"], row["id"])], selection, totals)


@visible("agreement:read")
class ReportingPeriod(Node):
    """A week, month or quarter for which the distributor owes a report, in the agreement's time zone."""

    id: strawberry.ID
    "Its global id."
    agreement_key: strawberry.Private[Key]
    span: strawberry.Private[Span]
    period: DateRange
    "Its days: a calendar week, month or quarter, as far as the agreement is in effect."
    state: PeriodState
    "How it stands at this moment."
    due_on: date
    "The day on which its report is due."
    grace_until: date
    "The last day on which a report is in time."
    received_at: datetime | None
    "When its first report was received; null while there is none."
    late: bool
    "Whether its report came after the last day in time, or has not come though that day is over."
    days_late: int | None
    """So many days after the last day in time it came, or is awaited so far; 0 in time. Null where it never came and the
    period is closed."""
    completeness: Decimal
    "The share of its days that reports are about, from 0 to 1; rounded down to four decimals, so that 1 is all of them."

    submissions = edge(submissions_of_period)


@entered
class ReportingPeriodFilter:
    """Which reporting periods."""

    states: list[PeriodState] | None = None
    "Only those that stand so."
    from_: date | None = strawberry.field(name="from", default=None, description="Only those that end after this day.")
    until: date | None = None
    "Only those that begin before this day."


async def periods_of_agreement(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: ReportingPeriodFilter | None = None,
) -> "list[Connection[ReportingPeriod]]":
    """The periods for which reports are owed under this agreement, by their first day."""
    which = filter or ReportingPeriodFilter()
    states = frozenset(which.states or PeriodState)
    mark = ("periods", sorted(states), which.from_, which.until)
    window = Window.of(ORDER, first=first, after=after, last=last, before=before, of=mark)
    db = await request.reader()
    agreed = await Agreed.of(db, [parent.key for parent in parents])
    spans = [each.periods(which.from_, which.until) if each else [] for each in agreed]
    if states == frozenset(PeriodState):
        totals, spans = [len(each) for each in spans], [_page(window, each) for each in spans]
        found = await standings(db, list(zip(agreed, spans, strict=True)), datetime.now(UTC))
    else:
        every = await standings(db, list(zip(agreed, spans, strict=True)), datetime.now(UTC))
        kept = [{each.period: each for each in found if each.state in states} for found in every]
        totals, found = [len(each) for each in kept], [[each[span] for span in _page(window, each)] for each in kept]
    return [
        window.connection([_row(each, one) for one in page], _node, total if counts(selection) else None, selection)
        for each, page, total in zip(agreed, found, totals, strict=True)
    ]


def _page(window: Window, spans: Iterable[Span]) -> list[Span]:
    """The page of a list of periods, and one beyond it, in the direction in which it is asked."""
    beyond = list(spans)[:: -1 if window.backward else 1]
    if window.position is not None:
        (cut,) = window.position
        assert isinstance(cut, date)
        beyond = [each for each in beyond if (each.start < cut if window.backward else each.start > cut)]
    return beyond[: window.size + 1]


def _row(agreed: Agreed | None, found: Standing) -> dict[str, Any]:
    assert agreed is not None, "what is not agreed has no periods"
    return {"start": found.period.start, "period": _period(agreed, found)}


def _node(row: dict[str, Any]) -> ReportingPeriod:
    period: ReportingPeriod = row["period"]
    return period


def _period(agreed: Agreed, found: Standing) -> ReportingPeriod:
    return ReportingPeriod(
        id=strawberry.ID(agreed.id_of(found.period)),
        agreement_key=agreed.key,
        span=found.period,
        period=DateRange(start=found.period.start, end=found.period.end),
        state=found.state,
        due_on=found.deadline.due_on,
        grace_until=found.deadline.grace_until,
        received_at=found.received_at,
        late=found.late,
        days_late=found.days_late,
        completeness=_decimal(found.completeness, 4),
    )


def _decimal(share: Fraction, places: int) -> Decimal:
    """Rounded down, so that 1 is the whole."""
    return exact(int(share * 10**places), places)


async def periods_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[ReportingPeriod | None]:
    """Reporting periods in the order of their keys; None where the asker sees none. No reseller sees any."""
    if request.actor.level is Level.RESELLER:
        return [None] * len(keys)
    db = await request.reader()
    agreed = await Agreed.of(db, [Key(key.vendor_id, key.id) for key in keys])
    spans = [each.period_from(first_day(key)) if each else None for each, key in zip(agreed, keys, strict=True)]
    asked = [(each, [span] if span else []) for each, span in zip(agreed, spans, strict=True)]
    found = await standings(db, asked, datetime.now(UTC))
    return [_period(each, one[0]) if each and one else None for each, one in zip(agreed, found, strict=True)]


@visible("agreement:read")
class ReportingRecord:
    """How a distributor has reported under an agreement."""

    due: int
    "The periods that are over and whose report has come, or can no longer come in time."
    in_time: int
    "Those whose first report came in time, grace included."
    late: int
    "Those whose first report came later."
    missing: int
    "Those of which nothing was received."
    mean_days_late: Decimal | None
    """How many days after the last day in time the late ones came, in the mean, rounded down to two decimals; null where
    none was late."""
    share_complete: Decimal | None
    """The share of those due whose days are all reported, from 0 to 1, rounded down to four decimals; null where none was
    due."""


async def reporting_records(
    request: Request[Actor], parents: Sequence[Any], selection: Selection, period: DateRangeInput
) -> list[ReportingRecord]:
    """How timely and complete the reports were for the reporting periods whose last day lies in a span of days."""
    within = period.checked()
    db = await request.reader()
    agreed = await Agreed.of(db, [parent.key for parent in parents])
    spans = [
        [span for span in each.periods(within.start, within.end) if span.end <= within.end] if each else []
        for each in agreed
    ]
    found = await standings(db, list(zip(agreed, spans, strict=True)), datetime.now(UTC))
    return [_record(each) for each in found]


def _record(found: Sequence[Standing]) -> ReportingRecord:
    told = record(found)
    return ReportingRecord(
        due=told.due,
        in_time=told.in_time,
        late=told.late,
        missing=told.missing,
        mean_days_late=None if told.mean_days_late is None else _decimal(told.mean_days_late, 2),
        share_complete=None if told.complete is None else _decimal(told.complete, 4),
    )
