"""Closing reporting periods, opening the last one again, and saying how due days count.

Periods close in order, and only when they are over. From then on what is reported of their days counts in the open period,
as a correction; so nothing may be counted while a period is closed or opened again. The last closed period opens again only
while nothing that was sold in it counts elsewhere already.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic

from asyncpg.exceptions import LockNotAvailableError

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.errors import Problem, Refused, UserErrorCode, refuse_if
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.programme.periods import last_closed, next_to_close, today_in
from app.programme.spans import Span
from app.reports.periods import queries
from app.reports.periods.standings import Agreed, first_day

C = UserErrorCode
LONGEST_WAIT = 5.0
"Seconds for which closing waits until no report of the distributor is being counted."
LONGEST_HOLD, PAUSE = 0.25, 0.5
"Seconds for which it holds a connection while it waits, and for which it lets others have it."
MOST_HOLIDAYS = 1_000
MOST_REMIND_DAYS = 90


@dataclass(frozen=True, slots=True)
class Chosen:
    """A reporting period of an agreement that nobody else changes meanwhile."""

    agreed: Agreed
    span: Span

    @property
    def key(self) -> Key:
        return self.agreed.key_of(self.span)


async def close_period(request: Request[Actor], period_id: str, now: datetime, wait: float = LONGEST_WAIT) -> Key:
    """Close a reporting period: the first that is not closed, once it is over and what was received of it is counted.

    Waits for `wait` seconds where a report of the distributor is being counted.
    """
    return await _in_its_turn(wait, lambda hold: _close(request, period_id, now, hold))


async def _close(request: Request[Actor], period_id: str, now: datetime, hold: float) -> Key:
    async with acting(request, "closeReportingPeriod") as act:
        chosen = await _choose(act, period_id, hold)
        agreed, span = chosen.agreed, chosen.span
        _in_turn(chosen)
        if today_in(agreed.terms.time_zone, now) < span.end:
            raise _refused(
                C.NOT_OVER, f"The period runs to the end of its last day; it can be closed from {span.end} on."
            )
        waiting = await queries.waiting_reports(act.session, agreed.key, span)
        if waiting:
            message = f"{waiting:,} received reports about this period are not counted yet. Close it when they are."
            raise _refused(C.BUSY, message)
        await _move(act, chosen, span.end)
        return chosen.key


async def reopen_period(request: Request[Actor], period_id: str, wait: float = LONGEST_WAIT) -> Key:
    """Open the last closed reporting period again, while no correction of it counts in a later one."""
    return await _in_its_turn(wait, lambda hold: _reopen(request, period_id, hold))


async def _reopen(request: Request[Actor], period_id: str, hold: float) -> Key:
    async with acting(request, "reopenReportingPeriod") as act:
        chosen = await _choose(act, period_id, hold)
        agreed, span = chosen.agreed, chosen.span
        last = last_closed(agreed.terms, agreed.closed_before)
        if last != span:
            said = "none is closed" if last is None else f"that is the one from {last.start}"
            raise _refused(C.INVALID, f"Only the period that was closed last opens again; {said}.")
        if await queries.was_adjusted(act.session, agreed.key, agreed.distributor_id, span):
            message = "What was sold in this period has been corrected since, in a later one; it stays closed."
            raise _refused(C.INVALID, message)
        await _move(act, chosen, span.start if span.start > agreed.terms.effective.start else None)
        return chosen.key


async def _in_its_turn(wait: float, attempt: Callable[[float], Awaitable[Key]]) -> Key:
    """Try again for `wait` seconds while a report is being counted. Between attempts the connection is others': who waits
    for a long report keeps nobody else waiting."""
    until = monotonic() + wait
    while True:
        try:
            return await attempt(min(LONGEST_HOLD, max(until - monotonic(), 0.01)))
        except Refused as refusal:
            if not isinstance(refusal.__cause__, LockNotAvailableError) or monotonic() + PAUSE > until:
                raise
        await asyncio.sleep(PAUSE)


async def _choose(act: Act, period_id: str, hold: float) -> Chosen:
    """The period, with the distributor's turn to count and the agreement taken until the transaction ends."""
    key = key_of("ReportingPeriod", period_id)
    found = await Agreed.of(act.session, [Key(key.vendor_id, key.id)]) if key is not None else [None]
    if key is None or found[0] is None or found[0].period_from(first_day(key)) is None:
        raise _refused(C.NOT_FOUND, "There is no reporting period with this id that you can see.")
    try:
        await queries.wait_for_turn(act.session, found[0].distributor_id, hold)
        row = await queries.agreement_to_change(act.session, found[0].key)
    except LockNotAvailableError as reason:
        message = "A report of this distributor is being counted. Try again when it is done."
        raise _refused(C.BUSY, message) from reason
    assert row is not None, "an agreement that was seen does not vanish"
    agreed = Agreed.from_row(row)
    span = agreed.period_from(first_day(key))
    assert span is not None, "the terms of an agreement do not change"
    return Chosen(agreed, span)


def _in_turn(chosen: Chosen) -> None:
    """Refuse a period that is closed, or before which another one has to be."""
    agreed, span = chosen.agreed, chosen.span
    upcoming = next_to_close(agreed.terms, agreed.closed_before)
    if upcoming is None or span.start < upcoming.start:
        raise _refused(C.STALE, "This period is closed already. Read it again.")
    if span != upcoming:
        message = f"Periods close in their order: the one from {upcoming.start} to {upcoming.end} comes first."
        raise _refused(C.INVALID, message)


async def _move(act: Act, chosen: Chosen, closed_before: date | None) -> None:
    agreed = chosen.agreed
    await queries.close_before(act.session, agreed.key, closed_before)
    await act.record(
        agreed.id_of(chosen.span),
        vendor_id=agreed.key.vendor_id,
        before={"closedBefore": agreed.closed_before},
        after={"closedBefore": closed_before},
    )


def _refused(code: UserErrorCode, message: str) -> Refused:
    return Refused(Problem(("periodId",), code, message))


async def set_calendar(
    request: Request[Actor],
    agreement_id: str,
    *,
    business_days: bool,
    holidays: Sequence[date],
    remind_days: int,
    expected_version: int,
) -> Key:
    """Say how the due days of an agreement count: from then on, and for periods past, which stand as it says."""
    async with acting(request, "setReportingCalendar") as act:
        key = key_of("DistributionAgreement", agreement_id)
        row = await queries.agreement_to_change(act.session, key) if key is not None else None
        if key is None or row is None:
            raise Refused(
                Problem(("agreementId",), C.NOT_FOUND, "There is no agreement with this id that you can see.")
            )
        version = row["version"] or 0
        said = queries.Calendar(business_days, sorted(set(holidays)), remind_days)
        refuse_if(_calendar_problems(said, holidays, expected_version, version))
        await queries.set_calendar(act.session, key, row["distributor_id"], said, version + 1)
        before = {name: row[name] for name in ("business_days", "holidays", "remind_days")} if version else None
        await act.record(
            global_id("DistributionAgreement", key), vendor_id=key.vendor_id, before=before, after=_told(said)
        )
        return key


def _calendar_problems(said: queries.Calendar, holidays: Sequence[date], expected: int, version: int) -> list[Problem]:
    problems = []
    if expected != version:
        message = f"This is version {expected}, and the calendar has been set {version} times. Read it again."
        problems.append(Problem(("expectedVersion",), C.STALE, message))
    if len(holidays) > MOST_HOLIDAYS:
        problems.append(Problem(("holidays",), C.INVALID, f"At most {MOST_HOLIDAYS:,} holidays fit."))
    if not 0 <= said.remind_days <= MOST_REMIND_DAYS:
        problems.append(Problem(("remindDays",), C.INVALID, f"A reminder comes 0 to {MOST_REMIND_DAYS} days before."))
    return problems


def _told(said: queries.Calendar) -> dict[str, object]:
    return {"business_days": said.business_days, "holidays": list(said.holidays), "remind_days": said.remind_days}
