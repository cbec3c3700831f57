"""Work that is done after the answer, by a worker: reports are counted, held rows released, enrolments aligned.

A job is written in the transaction that gives rise to it: it exists exactly when that transaction is committed, and
carries nothing but ids. A worker hears of it at once. While that worker lives, nobody else runs the job, however long
it takes; when the worker dies, another takes the job up within seconds. So a job may be begun more than once, one run
after the other, and every handler must bear that. A job that keeps failing is tried again at growing distances and then
kept as failed (`status = 'failed'` in jobs.pgqueuer, the reason in jobs.pgqueuer_log) until whoever runs the system has
seen to it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import partial
from time import monotonic
from typing import Final, Literal
from uuid import UUID, uuid4

import asyncpg
import msgspec
import structlog
from asyncpg.exceptions import ClientConfigurationError, InterfaceError
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain import models
from pgqueuer.domain.types import QueueManagerId

from app.store.database import Session
from app.store.job_queue import (
    INSERTION,
    POLL,
    SETTINGS,
    SILENCE,
    JobQueue,
    RunAgain,
    installation_statements,
    urgency,
)
from app.tables.metadata import DatabaseRole

__all__ = ["Again", "Handler", "Job", "JobRunner", "enqueue", "installation_statements"]

log = structlog.get_logger(__name__)

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 5.0
"The shortest and the longest wait in seconds between two attempts to reach the database."
LAST_WORD: Final = 5.0
"How many seconds a cancelled job, and the connection, are given to end."

PASSING: Final = (
    OSError,
    InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
"Faults that are over when the database is back."


class Job(StrEnum):
    """What can be asked of the worker. Which ids a job carries is its handler's affair."""

    COUNT_REPORTS = "count_reports"
    RELEASE_HELD = "release_held"
    RESOLVE_HELD = "resolve_held"
    RELEASE_UNITS = "release_units"
    UNDO_ALIAS = "undo_alias"
    MERGE_PARTIES = "merge_parties"
    ALIGN_ENROLLMENTS = "align_enrollments"
    CARRY_OUT_APPLICATION = "carry_out_application"
    REVIEW_TIERS = "review_tiers"
    FOLLOW_CALENDAR = "follow_calendar"
    SETTLE_CLAIM = "settle_claim"
    SETTLE_STOCK_CREDITS = "settle_stock_credits"
    TAKE_DEBITS_BACK = "take_debits_back"
    CALCULATE_STATEMENTS = "calculate_statements"
    DECIDE_STATEMENT = "decide_statement"
    POST_ADVANCE = "post_advance"
    SETTLE_AFFILIATION = "settle_affiliation"
    ACCRUE_INCENTIVE = "accrue_incentive"
    ACCRUE_NETWORK = "accrue_network"
    SETTLE_COMMITMENT = "settle_commitment"
    SETTLE_FUND_REQUEST = "settle_fund_request"
    FOLLOW_CONTEST = "follow_contest"
    SETTLE_SPIFF = "settle_spiff"
    TAKE_SPIFFS_BACK = "take_spiffs_back"
    GATHER_PAYOUT = "gather_payout"
    CALCULATE_COMMISSIONS = "calculate_commissions"
    APPROVE_COMMISSIONS = "approve_commissions"
    WATCH_STOCK = "watch_stock"
    SEND_MAIL = "send_mail"
    EXPORT = "export"
    ERASE = "erase"
    FREEZE_PLAN_REVIEW = "freeze_plan_review"


@dataclass(frozen=True, slots=True)
class Again:
    """A handler's answer when it could not do its work yet: run the job again in so many seconds. It is no failure."""

    seconds: float


Handler = Callable[[Mapping[str, UUID]], Awaitable[Again | None]]
"Does a job. What is heavy belongs in a thread or in the database: the event loop is shared with the other jobs."


async def enqueue(session: Session, job: Job, *, byte_size: int = 0, **ids: UUID) -> None:
    """Ask for a job, as part of the session's transaction: rolled back with it, begun as soon as it commits.

    Whose turn it is goes by the ids `vendor_id` and `agreement_id` (without one, by `reseller_id`, or by `exporter_id`), and
    by how many bytes there are to work on.
    """
    payload = msgspec.json.encode({name: str(id) for name, id in ids.items()})
    in_turn = ids.get("agreement_id", ids.get("reseller_id", ids.get("exporter_id")))
    named = {"vendor": ids.get("vendor_id"), "agreement": in_turn}
    tenant = {name: str(id) for name, id in named.items() if id is not None}
    about = ([urgency(byte_size)], [job.value], [payload], [timedelta()], [None], [tenant or None])
    await session.execute_as(DatabaseRole.JOBS, INSERTION, *about)


@dataclass(frozen=True, slots=True)
class JobRunner:
    """The worker's side of the queue.

    A failing job is tried again `retries` times, `first_delay` later and then four times as long after each failure
    (1, 4, 16, 64, 256 seconds). `grace` is the time that running jobs are given to end when the worker stops; after it
    they are cancelled and go back to the queue.
    """

    retries: int = 5
    first_delay: timedelta = timedelta(seconds=1)
    grace: timedelta = timedelta(seconds=30)

    async def run(self, url: str, handlers: Mapping[Job, Handler], *, concurrency: int, stop: asyncio.Event) -> None:
        """Run jobs, at most `concurrency` at a time, each in its tenant's turn, until `stop` is set.

        While the database cannot be reached, it is tried again at growing distances. Raises what trying again does not
        mend: a wrong password, a login that may not become `tailrace_jobs`, a database that is not migrated.
        """
        if concurrency < 1:
            raise ValueError(f"A worker runs at least one job at a time, not {concurrency}.")
        pause = FIRST_PAUSE
        while not stop.is_set():
            began = monotonic()
            try:
                await self._work(url, handlers, concurrency, stop)
            except ClientConfigurationError:
                raise
            except PASSING as fault:
                pause = min(pause * 2, LONGEST_PAUSE) if monotonic() - began < LONGEST_PAUSE else FIRST_PAUSE
                log.warning("the job queue cannot be reached; trying again", seconds=pause, error=str(fault))
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), pause)

    async def _work(self, url: str, handlers: Mapping[Job, Handler], concurrency: int, stop: asyncio.Event) -> None:
        connection = await _connect(url)
        try:
            shift = await _Shift.begin(connection, concurrency)
            for job, handler in handlers.items():
                shift.register(job, handler, self.retries, self.first_delay)
            await shift.work(stop, self.grace)
        finally:
            await _disconnect(connection)


@dataclass(slots=True)
class _Shift:
    """A worker at work for as long as one session with the database lasts."""

    manager: QueueManager
    lost: asyncio.Event
    running: set[asyncio.Task[object]] = field(default_factory=set)

    @classmethod
    async def begin(cls, connection: asyncpg.Connection, concurrency: int) -> "_Shift":
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        worker = uuid4()
        manager = QueueManager(await JobQueue.open(connection, worker, concurrency), SETTINGS.channel)
        manager.queue_manager_id = QueueManagerId(worker)
        try:
            await manager.verify_structure()
        except RuntimeError as fault:
            raise RuntimeError(
                f"The schema {SETTINGS.db_schema} of this database is missing or not the one this release needs: "
                "run the migrations first."
            ) from fault
        return cls(manager, lost)

    def register(self, job: Job, handler: Handler, retries: int, first_delay: timedelta) -> None:
        async def perform(asked: models.Job) -> None:
            task = asyncio.current_task()
            assert task is not None
            self.running.add(task)
            try:
                answer = await handler(msgspec.json.decode(asked.payload or b"{}", type=dict[str, UUID]))
            finally:
                self.running.discard(task)
            if answer is not None:
                raise RunAgain(timedelta(seconds=answer.seconds))

        patient = partial(
            DatabaseRetryEntrypointExecutor, max_attempts=retries, initial_delay=first_delay, backoff_multiplier=4.0
        )
        self.manager.entrypoint(job.value, on_failure="hold", executor_factory=patient)(perform)

    async def work(self, stop: asyncio.Event, grace: timedelta) -> None:
        """Work until told to stop, then give running jobs `grace` to end. Raises what else ended the work."""
        working = asyncio.create_task(
            self.manager.run(
                dequeue_timeout=POLL, batch_size=1, heartbeat_timeout=SILENCE, log_aggregation_interval=timedelta()
            )
        )
        told, lost = (asyncio.create_task(event.wait()) for event in (stop, self.lost))
        try:
            await asyncio.wait({working, told, lost}, return_when=asyncio.FIRST_COMPLETED)
            self.manager.shutdown.set()
            await asyncio.wait({working, lost}, timeout=grace.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._break_off(working, told, lost)
        if not working.cancelled():
            working.result()
        if self.lost.is_set() and not stop.is_set():
            raise ConnectionError("the database ended the worker's session")

    async def _break_off(self, working: asyncio.Task[None], *waiting: asyncio.Task[Literal[True]]) -> None:
        """Cancel what still runs, so that it goes back to the queue.

        A handler that does not heed it is waited for: while it runs, nobody else may run its job.
        """
        self.manager.shutdown.set()
        for task in (*self.running, *waiting):
            task.cancel()
        await asyncio.wait({working}, timeout=LAST_WORD)
        if self.running:
            log.error("jobs did not end when they were cancelled", jobs=len(self.running))
        working.cancel()
        await asyncio.wait({working})


async def _connect(url: str) -> asyncpg.Connection:
    connection: asyncpg.Connection = await asyncpg.connect(
        url,
        timeout=10,
        command_timeout=60,
        server_settings={
            "application_name": "tailrace worker",
            "jit": "off",
            # A worker whose machine vanished without a word is noticed in about ten seconds.
            "tcp_keepalives_idle": "4",
            "tcp_keepalives_interval": "2",
            "tcp_keepalives_count": "3",
        },
    )
    return connection


async def _disconnect(connection: asyncpg.Connection) -> None:
    try:
        await connection.close(timeout=LAST_WORD)
    except PASSING:
        connection.terminate()
