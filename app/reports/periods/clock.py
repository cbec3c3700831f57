"""What the clock does about reporting periods: it reminds, and says what is late or missing.

A distributor is reminded some days before a report is due; when the last day in time is over, both sides are told that
nothing was received, and when a report comes after all, that it came late. An alert that is true no longer (the report has
come, the vendor has closed the period) settles by itself. Alerts are about what can still be acted on: what fell due more
than 92 days ago, or before the agreement was entered, raises none.

Every worker looks every minute; one of them at a time looks after a network, and what was raised is not raised again. So it
matters neither how many workers there are nor for how long there was none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog

from app.alerts import queries as alerts
from app.alerts.actions import Cause, raise_causes
from app.execution.identifiers import Key, global_id
from app.programme.alert_kinds import AlertKind
from app.programme.alerts import OF_PERIODS
from app.programme.periods import Standing, deadline, reminder_on, today_in
from app.programme.spans import Span
from app.programme.terms import AgreementStatus, PeriodState
from app.reports.periods import queries
from app.reports.periods.standings import Agreed, standings
from app.store.database import AUTHENTICATING, Database, Row, Session, acting_as_worker

log = structlog.get_logger()

ALERTED_FOR = timedelta(days=92)
"How long after its last day in time a period is still alerted about."
_LEEWAY = timedelta(days=60)
"By how much days off can move a last day in time at most, and by how much days differ between time zones."


class Said(NamedTuple):
    """What an alert says: in which agreement, of the period from which day, what."""

    agreement_id: UUID
    start: date
    kind: AlertKind

    @classmethod
    def by(cls, row: Row) -> "Said":
        return cls(row["agreement_id"], row["period_start"], AlertKind(row["kind"]))


@dataclass(frozen=True, slots=True)
class Watched:
    """A period that is looked after, how it stands, and whether an alert about it may be raised anew."""

    agreed: Agreed
    found: Standing
    recent: bool

    def says(self, now: datetime) -> Said | None:
        """What there is to alert about."""
        period, today = self.found.period, today_in(self.agreed.terms.time_zone, now)
        match self.found.state:
            case PeriodState.DUE if today >= reminder_on(self.found.deadline, period, self.agreed.remind_days):
                kind = AlertKind.REPORT_DUE
            case PeriodState.LATE:
                kind = AlertKind.REPORT_LATE
            case PeriodState.MISSING:
                kind = AlertKind.REPORT_MISSING
            case _:
                return None
        return Said(self.agreed.key.id, period.start, kind)


async def watch_periods(database: Database, now: datetime) -> int:
    """Raise and settle the alerts about reporting periods of all networks, as of a moment. How many were raised.

    What goes wrong in one network is logged, and keeps no other from being looked after.
    """
    async with database.reading(AUTHENTICATING) as session:
        networks = await queries.vendors(session)
    raised = 0
    for vendor_id in networks:
        try:
            async with database.writing(acting_as_worker(vendor_id)) as session:
                raised += await _watch_network(session, vendor_id, now)
        except Exception:
            log.exception("the periods of a network were not looked after", vendor=str(vendor_id))
    if raised:
        log.info("alerts raised", alerts=raised)
    return raised


async def _watch_network(session: Session, vendor_id: UUID, now: datetime) -> int:
    if not await queries.take_watch(session, vendor_id):
        return 0
    left = await alerts.open_alerts(session, vendor_id, OF_PERIODS)
    watched = await _watched(session, vendor_id, left, now)
    true = {said: each for each in watched if (said := each.says(now)) is not None}
    await alerts.settle(session, vendor_id, [row["id"] for row in left if Said.by(row) not in true], None, now)
    recent = {said: each for said, each in true.items() if each.recent}
    if not recent:
        return 0
    settled = await alerts.settled_alerts(session, vendor_id, OF_PERIODS, min(said.start for said in recent))
    by_somebody = {Said.by(row) for row in settled} - {Said.by(row) for row in settled if row["settled_by"] is None}
    told = {Said.by(row) for row in left} | by_somebody
    fresh = {said: each for said, each in recent.items() if said not in told}
    return await raise_causes(session, await _causes(session, vendor_id, fresh), now)


async def _watched(session: Session, vendor_id: UUID, left: Sequence[Row], now: datetime) -> list[Watched]:
    """The periods that are over and can still be alerted about, and those about which there is an open alert."""
    since = (now - ALERTED_FOR - _LEEWAY).date()
    rows = await queries.agreements_of_network(session, vendor_id, since, list({row["agreement_id"] for row in left}))
    spans: list[tuple[Agreed, list[Span]]] = []
    for row in rows:
        agreed = Agreed.from_row(row)
        alerted = [each["period_start"] for each in left if each["agreement_id"] == agreed.key.id]
        recent = _recent(agreed, now)
        older = [span for day in alerted if (span := agreed.period_from(day)) is not None and span not in recent]
        if row["status"] == AgreementStatus.ACTIVE:
            spans.append((agreed, [*recent, *dict.fromkeys(older)]))
    found = await standings(session, spans, now)
    return [
        Watched(agreed, each, _is_recent(agreed, each.period, now))
        for (agreed, _), own in zip(spans, found, strict=True)
        for each in own
    ]


def _recent(agreed: Agreed, now: datetime) -> list[Span]:
    """The periods that are over and not closed, and whose last day in time is not long past."""
    today = today_in(agreed.terms.time_zone, now)
    earliest = today - ALERTED_FOR - _LEEWAY - timedelta(days=agreed.terms.due_days + agreed.terms.grace_days)
    closed = agreed.closed_before or date.min
    return [
        span
        for span in agreed.periods(max(earliest, closed), today)
        if span.end <= today and _is_recent(agreed, span, now)
    ]


def _is_recent(agreed: Agreed, span: Span, now: datetime) -> bool:
    zone, last = agreed.terms.time_zone, deadline(agreed.terms, span).grace_until
    return last >= max(today_in(zone, now) - ALERTED_FOR, today_in(zone, agreed.created_at))


async def _causes(session: Session, vendor_id: UUID, fresh: dict[Said, Watched]) -> list[Cause]:
    """What is to be raised; of what came late with the first report that came."""
    late = [said for said in fresh if said.kind is AlertKind.REPORT_LATE]
    rows = await queries.first_reports(
        session, vendor_id, [said.agreement_id for said in late], [fresh[said].found.period for said in late]
    )
    came = {late[row["ordinal"] - 1]: [global_id("Submission", Key(vendor_id, row["id"]))] for row in rows}
    return [_cause(said, each, came.get(said, [])) for said, each in fresh.items()]


def _cause(said: Said, watched: Watched, evidence: list[str]) -> Cause:
    agreed, found = watched.agreed, watched.found
    due = said.kind is AlertKind.REPORT_DUE
    return Cause(
        agreement=agreed.key,
        distributor_id=agreed.distributor_id,
        kind=said.kind,
        subject=agreed.id_of(found.period),
        period=found.period,
        due_on=found.deadline.due_on if due else found.deadline.grace_until,
        evidence=evidence,
    )
