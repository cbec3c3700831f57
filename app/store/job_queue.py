"""PgQueuer as it is used here: its schema, its statements, and where they differ.

PgQueuer takes over the jobs of a worker whose heartbeat is late, and deletes a job whose task was cancelled. A
heartbeat cannot tell a dead worker from a busy or a suspended one, so a job is taken over here only when its worker's
session has ended too; and a cancelled job goes back to the queue. Nothing is ever taken from the environment.

It takes jobs by their age alone, whoever they are for. Here the turn is that of the vendor for whom the fewest are being
done, then of the agreement, then of small work before large; of one agreement the oldest is done first and no second one
beside it; and large work never takes more than half of a worker's places, so that what is small always finds one soon.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Final
from uuid import UUID

import asyncpg
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence import schema_ddl
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain import models
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.schema.declaration import target
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import JOB_STATUS, Channel, JobId, QueueEntrypoint, QueueManagerId
from pgqueuer.ports.repository import EntrypointExecutionParameter

from app.tables.metadata import DatabaseRole

log = structlog.get_logger(__name__)

# Every name is given: what is left out, PgQueuer would take from the environment.
SETTINGS: Final = DBSettings(
    prefix="",
    db_schema="jobs",
    channel=Channel("ch_pgqueuer"),
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
    durability=Durability.durable,
    widen_id=False,
)

POLL: Final = timedelta(seconds=2)
"How often a worker looks for jobs that no notice told it of, and for jobs that a dead worker left behind."
SILENCE: Final = timedelta(seconds=4)
"A worker that has shown no sign of life for so long, and whose session has ended, has left its jobs behind."
KEPT: Final = timedelta(days=30)
"How long the log remembers a job that is done. One that is not, or has failed, it remembers for ever."
LOSSES: Final = 20
"A job whose worker died under it so often is suspected of killing its workers, and kept as failed."
SMALL: Final = 256 * 1024
"Bytes up to which work is small: it is done in a second or so."
LARGE: Final = 8 * 1024 * 1024
"Bytes from which on work is large: it takes many seconds."
PATIENCE: Final = timedelta(minutes=1)
"Work that has waited so long goes before what is smaller and came later."

INSERTION: Final = QueryQueueBuilder(SETTINGS).build_enqueue_query()
"Inserts jobs: priorities, names, payloads, delays, keys that forbid a double, headers; one array of each."

# A worker holds the lock of its own id for as long as its session lasts, and PostgreSQL ends a session with the
# process behind it.
_HOLD = "SELECT pg_advisory_lock(hashtextextended($1::text, 0))"

_TAKE_BACK = """
WITH abandoned AS (
    SELECT id FROM jobs.pgqueuer
    WHERE status = 'picked' AND heartbeat < now() - $1::interval AND queue_manager_id <> $2::uuid
      AND pg_try_advisory_xact_lock(hashtextextended(queue_manager_id::text, 0))
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE jobs.pgqueuer AS job
    SET status = (CASE WHEN attempts < $3 THEN 'queued' ELSE 'failed' END)::jobs.pgqueuer_status,
        attempts = attempts + 1, queue_manager_id = NULL, updated = now()
    FROM abandoned WHERE job.id = abandoned.id
    RETURNING job.*
), logged AS (
    INSERT INTO jobs.pgqueuer_log (job_id, status, entrypoint, priority, traceback)
    SELECT id, status, entrypoint, priority, jsonb_build_object(
        'job_id', id, 'timestamp', now(), 'exception_type', 'WorkerLost', 'traceback', '',
        'exception_message', 'the worker that ran it is gone', 'additional_context', NULL)
    FROM taken
)
SELECT id, entrypoint, status::text FROM taken
"""

_PICK = """
WITH busy AS (
    SELECT entrypoint, priority, queue_manager_id, headers->>'vendor' AS vendor, headers->>'agreement' AS agreement
    FROM jobs.pgqueuer WHERE status = 'picked'
), places AS (
    SELECT count(*) AS taken, count(*) FILTER (WHERE priority <= $5) AS large FROM busy WHERE queue_manager_id = $2::uuid
), chosen AS (
    SELECT job.id FROM jobs.pgqueuer job, places,
        LATERAL (SELECT job.headers->>'vendor' AS vendor, job.headers->>'agreement' AS agreement) AS tenant
    WHERE job.status = 'queued' AND job.execute_after <= now() AND job.entrypoint = ANY ($1::text[])
        AND places.taken < $3 AND (job.priority > $5 OR places.large < greatest(1, $3 / 2))
        AND NOT EXISTS (SELECT FROM busy WHERE busy.agreement = tenant.agreement
            AND busy.entrypoint = job.entrypoint)
        AND NOT EXISTS (SELECT FROM jobs.pgqueuer older WHERE older.status = 'queued' AND older.id < job.id
            AND older.execute_after <= now() AND older.entrypoint = job.entrypoint
            AND older.headers->>'agreement' = tenant.agreement)
    ORDER BY (SELECT count(*) FROM busy WHERE busy.vendor = tenant.vendor),
        (SELECT count(*) FROM busy WHERE busy.agreement = tenant.agreement),
        CASE WHEN job.created < now() - $4::interval THEN 0 ELSE job.priority END DESC, job.id
    LIMIT 1 FOR UPDATE OF job SKIP LOCKED
), picked AS (
    UPDATE jobs.pgqueuer AS job
    SET status = 'picked', queue_manager_id = $2::uuid, updated = now(), heartbeat = now()
    FROM chosen WHERE job.id = chosen.id
    RETURNING job.*
), logged AS (
    INSERT INTO jobs.pgqueuer_log (job_id, status, entrypoint, priority)
    SELECT id, status, entrypoint, priority FROM picked
)
SELECT * FROM picked
"""

_PUT_BACK = """
UPDATE jobs.pgqueuer
SET status = 'queued', queue_manager_id = NULL, updated = now(), execute_after = now() + $3::interval
WHERE id = ANY($1::bigint[]) AND status = 'picked' AND queue_manager_id = $2::uuid
"""

_FORGET = """
DELETE FROM jobs.pgqueuer_log AS entry
WHERE created < now() - $1::interval AND NOT EXISTS (SELECT FROM jobs.pgqueuer AS job WHERE job.id = entry.job_id)
"""


def installation_statements() -> Iterator[str]:
    """The schema `jobs` with PgQueuer's objects, and the rights of `tailrace_jobs` alone. For a database without it."""
    schema, names = target(SETTINGS), SETTINGS.qualified
    yield f"CREATE SCHEMA {SETTINGS.db_schema}"
    yield from (schema_ddl.render_enum(entry, SETTINGS) for entry in schema.enums)
    yield from (schema_ddl.render_table(entry, SETTINGS) for entry in schema.tables)
    yield from (schema_ddl.render_index(entry, SETTINGS) for entry in schema.indexes)
    yield from (schema_ddl.render_function(entry, SETTINGS) for entry in schema.functions)
    yield from (schema_ddl.render_trigger(entry, SETTINGS) for entry in schema.triggers)
    yield f"REVOKE ALL ON TYPE {names.queue_status_type} FROM PUBLIC"
    yield f"REVOKE ALL ON FUNCTION {names.function}() FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA {SETTINGS.db_schema} TO {DatabaseRole.JOBS}"
    yield f"GRANT USAGE ON TYPE {names.queue_status_type} TO {DatabaseRole.JOBS}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {names.queue_table} TO {DatabaseRole.JOBS}"
    yield f"GRANT USAGE ON SEQUENCE {names.queue_table}_id_seq TO {DatabaseRole.JOBS}"
    yield f"GRANT SELECT, INSERT, DELETE ON {names.queue_table_log} TO {DatabaseRole.JOBS}"
    # PgQueuer asks whether this table is there before it starts, and a role sees only the tables that it may read.
    yield f"GRANT SELECT ON {names.statistics_table} TO {DatabaseRole.JOBS}"


def urgency(byte_size: int) -> int:
    """The priority of work on so many bytes: 0 where it is small, −1, or −2 where it is large."""
    if byte_size <= SMALL:
        return 0
    return -1 if byte_size < LARGE else -2


class RunAgain(RetryRequested):
    """What PgQueuer is told of a job that could not be done yet. It is no failure, and does not count as one."""


@dataclass
class JobQueue(Queries):
    """PgQueuer's statements for one worker. Whatever a lost session leaves undone, `_TAKE_BACK` makes good."""

    connection: asyncpg.Connection = field(kw_only=True)
    worker: UUID = field(kw_only=True)
    concurrency: int = field(kw_only=True)
    _due: dict[str, float] = field(default_factory=dict)

    @classmethod
    async def open(cls, connection: asyncpg.Connection, worker: UUID, concurrency: int) -> "JobQueue":
        """Become `tailrace_jobs` on a connection that this worker shares with nobody, and hold the worker's lock."""
        await connection.execute(f"SET ROLE {DatabaseRole.JOBS}")
        await connection.execute(_HOLD, str(worker))
        return cls(
            AsyncpgDriver(connection),
            QueryBuilderEnvironment(SETTINGS),
            QueryQueueBuilder(SETTINGS),
            QuerySchedulerBuilder(SETTINGS),
            connection=connection,
            worker=worker,
            concurrency=concurrency,
        )

    async def dequeue(
        self,
        batch_size: int,
        entrypoints: dict[QueueEntrypoint, EntrypointExecutionParameter],
        queue_manager_id: QueueManagerId,
        global_concurrency_limit: int | None,
        heartbeat_timeout: timedelta,
    ) -> list[models.Job]:
        await self._tidy()
        rows = await self.driver.fetch(
            _PICK, list(entrypoints), self.worker, self.concurrency, PATIENCE, urgency(LARGE)
        )
        return [models.Job.model_validate(row) for row in rows]

    async def log_jobs(self, job_status: list[tuple[models.Job, JOB_STATUS, models.TracebackRecord | None]]) -> None:
        if self.connection.is_closed():
            return
        cut_short = [job.id for job, status, _ in job_status if status == "canceled"]
        if cut_short:
            await self._put_back(cut_short, timedelta())
        settled = [entry for entry in job_status if entry[1] != "canceled"]
        if settled:
            await super().log_jobs(settled)
        for job, status, trace in settled:
            if status == "failed" and trace is not None:
                log.error("a job failed for good", **_named(job), error=trace.exception_message)

    async def retry_job(
        self, job: models.Job, delay: timedelta, traceback_record: models.TracebackRecord | None
    ) -> None:
        if self.connection.is_closed():
            return
        if traceback_record is not None and traceback_record.exception_type == RunAgain.__name__:
            await self._put_back([job.id], delay)
        else:
            await super().retry_job(job, delay, traceback_record)
            reason = traceback_record.exception_message if traceback_record else ""
            log.warning("a job failed and is tried again", **_named(job), error=reason, seconds=delay.total_seconds())
        await self._wake()

    async def update_heartbeat(self, job_ids: list[JobId]) -> None:
        if not self.connection.is_closed():
            await super().update_heartbeat(job_ids)

    async def _tidy(self) -> None:
        if self._is_due("take back", POLL.total_seconds() / 2):
            for job in await self.driver.fetch(_TAKE_BACK, SILENCE, self.worker, LOSSES):
                say = log.error if job["status"] == "failed" else log.warning
                say("a job was left behind by a worker that is gone", **job)
        if self._is_due("forget", 3600):
            await self.driver.execute(_FORGET, KEPT)

    def _is_due(self, chore: str, every: float) -> bool:
        now = monotonic()
        if now < self._due.get(chore, 0.0):
            return False
        self._due[chore] = now + every
        return True

    async def _put_back(self, ids: list[JobId], delay: timedelta) -> None:
        await self.driver.execute(_PUT_BACK, ids, self.worker, delay)

    async def _wake(self) -> None:
        """Let waiting workers see when the next job is due. PgQueuer's trigger speaks of new jobs only."""
        event = models.TableChangedEvent(
            channel=SETTINGS.channel,
            sent_at=models.utc_now(),
            type="table_changed_event",
            operation="update",
            table=SETTINGS.queue_table,
        )
        await self.driver.notify(SETTINGS.channel, event.model_dump_json())


def _named(job: models.Job) -> dict[str, object]:
    return {"id": job.id, "entrypoint": job.entrypoint, "ids": (job.payload or b"").decode(errors="replace")}
