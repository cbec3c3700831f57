"""The worker: runs the jobs that acts have enqueued, and what the clock asks for, until it is told to stop."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import structlog

from app.network.calendars.actions import follow_calendar
from app.partners.actions import align_enrollments
from app.reports.aliases.undoing.actions import take_back
from app.reports.counting.actions import Busy, count_reports, release_held
from app.reports.held.deciding.actions import carry_out
from app.reports.held.releasing.actions import release_units
from app.reports.periods.clock import watch_periods
from app.reports.previews.actions import forget_previews
from app.settings import Settings
from app.store.database import Database
from app.store.jobs import Again, Handler, Job, JobRunner
from app.store.outage import FULL, outage

log = structlog.get_logger(__name__)

ROOM_EVERY: Final = 10.0
"How often, in seconds, a job that found no room is tried again."
LOOK_EVERY: Final = 60.0
"How often, in seconds, each worker looks what the clock asks for."


async def work(settings: Settings, database_url: str, stop: asyncio.Event) -> None:
    """Run jobs until `stop` is set; those under way are finished."""
    database = await Database.open(
        database_url, connections=settings.worker_concurrency + 2, statement_timeout=600.0, work_memory="64MB"
    )

    async def counting(ids: Mapping[str, UUID]) -> Again | None:
        return _again(await count_reports(database, ids["vendor_id"], ids["agreement_id"]))

    async def releasing(ids: Mapping[str, UUID]) -> Again | None:
        return _again(await release_held(database, ids["vendor_id"], ids["alias_id"]))

    async def resolving(ids: Mapping[str, UUID]) -> Again | None:
        return _again(await carry_out(database, ids["vendor_id"], ids["decision_id"]))

    async def releasing_units(ids: Mapping[str, UUID]) -> Again | None:
        return _again(await release_units(database, ids["vendor_id"], ids["product_id"]))

    async def undoing(ids: Mapping[str, UUID]) -> Again | None:
        return _again(await take_back(database, ids["vendor_id"], ids["alias_id"]))

    async def aligning(ids: Mapping[str, UUID]) -> None:
        await align_enrollments(database, ids["vendor_id"], ids["authorization_id"])

    async def following(ids: Mapping[str, UUID]) -> None:
        await follow_calendar(database, ids["vendor_id"])

    handlers = {
        Job.COUNT_REPORTS: counting,
        Job.RELEASE_HELD: releasing,
        Job.RESOLVE_HELD: resolving,
        Job.RELEASE_UNITS: releasing_units,
        Job.UNDO_ALIAS: undoing,
        Job.ALIGN_ENROLLMENTS: aligning,
        Job.FOLLOW_CALENDAR: following,
    }
    clock = asyncio.create_task(_follow_clock(database, stop))
    try:
        patient = {job: _patiently(handler) for job, handler in handlers.items()}
        await JobRunner().run(database_url, patient, concurrency=settings.worker_concurrency, stop=stop)
        await clock
    finally:
        clock.cancel()
        await asyncio.wait({clock})
        await database.close()


async def _follow_clock(database: Database, stop: asyncio.Event) -> None:
    """Look after the reporting periods of all networks, now and again. What fails is tried again the next time."""
    while not stop.is_set():
        try:
            await watch_periods(database, datetime.now(UTC))
            await forget_previews(database, datetime.now(UTC))
        except Exception:
            log.exception("what the clock asks for was not done; trying again", seconds=LOOK_EVERY)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)


def _patiently(handler: Handler) -> Handler:
    """The same, and again later where the server has no room left: that is no failure of the job."""

    async def run(ids: Mapping[str, UUID]) -> Again | None:
        try:
            return await handler(ids)
        except Exception as fault:
            if outage(fault) is not FULL:
                raise
            log.warning("no room is left; the job waits", seconds=ROOM_EVERY, error=str(fault))
            return Again(ROOM_EVERY)

    return run


def _again(busy: Busy | None) -> Again | None:
    return Again(busy.seconds) if busy is not None else None
