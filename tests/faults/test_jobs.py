"""What becomes of a job when its transaction, its worker or the database goes away.

Run as a program, this file is a worker that says on its output what it begins and ends, and can be killed.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic
from uuid import UUID, uuid4

import asyncpg
import pytest
from pgqueuer.domain.types import QueueManagerId

from app.store.database import Context, Database
from app.store.job_queue import LOSSES, POLL, SILENCE, JobQueue
from app.store.jobs import Again, Handler, Job, JobRunner, enqueue, installation_statements
from app.tables.metadata import DatabaseRole

ROOT = Path(__file__).parents[2]
DISTRIBUTOR = Context(DatabaseRole.DISTRIBUTOR, organization_id=uuid4(), vendor_id=uuid4())
RECOVERY = SILENCE.total_seconds() + POLL.total_seconds() + 2


# --- what the tests have in common ----------------------------------------------------------------------------------


@pytest.fixture
async def owner(owner_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection; the queue is empty when the test begins."""
    connection = await asyncpg.connect(owner_url)
    await connection.execute("DELETE FROM jobs.pgqueuer; DELETE FROM jobs.pgqueuer_log")
    yield connection
    await connection.close()


@pytest.fixture
async def database(database_url: str, owner: asyncpg.Connection) -> AsyncIterator[Database]:
    opened = await Database.open(database_url, connections=4)
    yield opened
    await opened.close()


async def ask(database: Database, job: Job = Job.COUNT_REPORTS) -> UUID:
    report = uuid4()
    async with database.writing(DISTRIBUTOR) as session:
        await enqueue(session, job, report=report)
    return report


@asynccontextmanager
async def at_work(
    url: str, handler: Handler, runner: JobRunner | None = None, concurrency: int = 4
) -> AsyncIterator[asyncio.Event]:
    """A worker in this process, stopped when the block ends."""
    stop = asyncio.Event()
    running = (runner or JobRunner()).run(url, {Job.COUNT_REPORTS: handler}, concurrency=concurrency, stop=stop)
    task = asyncio.create_task(running)
    try:
        yield stop
    finally:
        stop.set()
        await task


class Worker:
    """A worker in a process of its own."""

    def __init__(self, url: str, seconds: float) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, url, str(seconds)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment(),
            text=True,
        )

    async def says(self) -> list[str]:
        """The next line: an event, the report's id."""
        assert self.process.stdout is not None
        return (await asyncio.to_thread(self.process.stdout.readline)).split()

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@contextmanager
def worker(url: str, seconds: float) -> Iterator[Worker]:
    started = Worker(url, seconds)
    try:
        yield started
    finally:
        started.process.kill()
        started.process.communicate()


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


async def until(true: Callable[[], Awaitable[object]] | Callable[[], bool], within: float) -> float:
    """Wait until it is true, and say how many seconds that took."""
    began = monotonic()
    while True:
        answer = true()
        if await answer if isinstance(answer, Awaitable) else answer:
            return monotonic() - began
        assert monotonic() - began < within, f"not true after {within} seconds"
        await asyncio.sleep(0.01)


def queued(owner: asyncpg.Connection) -> Awaitable[list[asyncpg.Record]]:
    rows: Awaitable[list[asyncpg.Record]] = owner.fetch("SELECT *, status::text FROM jobs.pgqueuer ORDER BY id")
    return rows


def emptied(owner: asyncpg.Connection) -> Callable[[], Awaitable[object]]:
    return lambda: owner.fetchval("SELECT NOT EXISTS (SELECT FROM jobs.pgqueuer)")


class Seen:
    """A handler that notes what it is given, and answers as it is told."""

    def __init__(self, answer: Callable[[UUID], Awaitable[Again | None]] | None = None) -> None:
        self.begun: list[UUID] = []
        self.at: list[float] = []
        self.ended: list[UUID] = []
        self.together = self.most = 0
        self._answer = answer

    async def __call__(self, ids: Mapping[str, UUID]) -> Again | None:
        report = ids["report"]
        self.begun.append(report)
        self.at.append(monotonic())
        self.together += 1
        self.most = max(self.most, self.together)
        try:
            answer = await self._answer(report) if self._answer else None
        finally:
            self.together -= 1
        self.ended.append(report)
        return answer


def taking(seconds: float) -> Callable[[UUID], Awaitable[None]]:
    async def take(_: UUID) -> None:
        await asyncio.sleep(seconds)

    return take


# --- asking ---------------------------------------------------------------------------------------------------------


async def test_a_job_exists_exactly_when_its_transaction_is_committed(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    seen = Seen()
    async with at_work(database_url, seen):
        with pytest.raises(ZeroDivisionError):
            async with database.writing(DISTRIBUTOR) as session:
                await enqueue(session, Job.COUNT_REPORTS, report=uuid4())
                raise ZeroDivisionError
        async with database.writing(DISTRIBUTOR) as session:
            kept = uuid4()
            await enqueue(session, Job.COUNT_REPORTS, report=kept)
            await asyncio.sleep(0.2)
            assert seen.begun == []
        await until(emptied(owner), 5)
    assert seen.begun == seen.ended == [kept]


@pytest.mark.parametrize("role", [role for role in DatabaseRole if role is not DatabaseRole.OPERATOR])
async def test_asking_for_a_job_leaves_the_transaction_in_its_own_role(
    database: Database, owner: asyncpg.Connection, role: DatabaseRole
) -> None:
    async with database.writing(Context(role, vendor_id=uuid4())) as session:
        await enqueue(session, Job.RELEASE_HELD, vendor=uuid4(), alias=uuid4())
        assert await session.value("SELECT current_user") == role
        assert await session.value("SELECT current_setting('role')") == role
    [row] = await queued(owner)
    assert (row["entrypoint"], row["status"], row["headers"]) == ("release_held", "queued", None)


@pytest.mark.parametrize(
    "role", [role for role in DatabaseRole if role not in (DatabaseRole.OPERATOR, DatabaseRole.JOBS)]
)
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM jobs.pgqueuer",
        "SELECT count(*) FROM jobs.pgqueuer_log",
        "INSERT INTO jobs.pgqueuer (priority, status, entrypoint) VALUES (0, 'queued', 'count_reports')",
        "DELETE FROM jobs.pgqueuer",
        "SELECT nextval('jobs.pgqueuer_id_seq')",
    ],
)
async def test_only_the_role_of_the_jobs_reaches_the_queue(
    database: Database, role: DatabaseRole, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="schema jobs"):
        async with database.writing(Context(role, vendor_id=uuid4())) as session:
            await session.rows(statement)


async def test_nothing_in_the_schema_is_granted_to_anybody_else(owner: asyncpg.Connection) -> None:
    grantees = await owner.fetch(
        """
        WITH acl AS (
            SELECT nspowner AS owner, nspacl AS acl FROM pg_namespace WHERE nspname = 'jobs'
            UNION ALL SELECT relowner, relacl FROM pg_class WHERE relnamespace = 'jobs'::regnamespace
            UNION ALL SELECT proowner, coalesce(proacl, acldefault('f', proowner))
                FROM pg_proc WHERE pronamespace = 'jobs'::regnamespace
            UNION ALL SELECT typowner, coalesce(typacl, acldefault('T', typowner))
                FROM pg_type WHERE typnamespace = 'jobs'::regnamespace AND typtype = 'e'
        )
        SELECT DISTINCT CASE grantee WHEN 0 THEN 'public' ELSE grantee::regrole::text END AS name
        FROM acl, aclexplode(acl.acl) WHERE grantee <> acl.owner
        """
    )
    assert [row["name"] for row in grantees] == [DatabaseRole.JOBS]


def test_the_schema_does_not_depend_on_the_environment() -> None:
    program = "from app.store.jobs import installation_statements as all; print('\\n'.join(all()))"
    strange = {
        "PGQUEUER_PREFIX": "x",
        "PGQUEUER_SCHEMA": "x",
        "CHANNEL": "x",
        "QUEUE_TABLE": "x",
        "DURABILITY": "volatile",
    }
    printed = subprocess.run(
        [sys.executable, "-c", program],
        env=environment() | strange,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed == "\n".join(installation_statements()) + "\n"


# --- beginning ------------------------------------------------------------------------------------------------------


async def test_a_job_is_begun_within_a_tenth_of_a_second(database: Database, database_url: str) -> None:
    seen = Seen()
    committed = []
    async with at_work(database_url, seen):
        await ask(database)
        await until(lambda: len(seen.ended) == 1, 5)
        for done in range(1, 12):
            await asyncio.sleep(0.25)
            await ask(database)
            committed.append(monotonic())
            await until(lambda done=done: len(seen.ended) == done + 1, 5)
    waits = sorted(begun - then for begun, then in zip(seen.at[1:], committed, strict=True))
    print("commit to start, ms: median", round(waits[5] * 1000, 1), "worst", round(waits[-1] * 1000, 1))
    assert waits[len(waits) // 2] < 0.1


async def test_a_job_that_no_notice_told_of_is_found_by_looking(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    seen = Seen()
    async with at_work(database_url, seen):
        await until(lambda: owner.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), 5)
        await owner.execute("ALTER TABLE jobs.pgqueuer DISABLE TRIGGER ALL")
        try:
            await ask(database)
            await until(lambda: bool(seen.ended), POLL.total_seconds() + 2)
        finally:
            await owner.execute("ALTER TABLE jobs.pgqueuer ENABLE TRIGGER ALL")


async def test_a_worker_runs_no_more_jobs_at_a_time_than_it_is_told_to(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    seen = Seen(taking(0.1))
    asked = [await ask(database) for _ in range(5)]
    async with at_work(database_url, seen, concurrency=1):
        await until(emptied(owner), 10)
    assert seen.begun == asked
    assert seen.most == 1


async def test_a_worker_for_no_jobs_at_a_time_is_refused(database_url: str) -> None:
    with pytest.raises(ValueError, match="not 0"):
        await JobRunner().run(database_url, {}, concurrency=0, stop=asyncio.Event())


async def test_two_workers_never_begin_one_job_twice(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    one, other = Seen(taking(0.05)), Seen(taking(0.05))
    asked = [await ask(database) for _ in range(40)]
    async with at_work(database_url, one), at_work(database_url, other):
        await until(emptied(owner), 20)
    assert sorted(one.begun + other.begun) == sorted(asked)
    assert one.begun
    assert other.begun


# --- failing --------------------------------------------------------------------------------------------------------


async def test_a_failing_job_is_tried_again_at_growing_distances_and_then_kept_as_failed(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    async def fail(_: UUID) -> None:
        raise LookupError("no such agreement")

    seen = Seen(fail)
    asked = await ask(database)
    runner = JobRunner(retries=2, first_delay=timedelta(seconds=0.2))
    async with at_work(database_url, seen, runner):
        await until(lambda: owner.fetchval("SELECT EXISTS (SELECT FROM jobs.pgqueuer WHERE status = 'failed')"), 10)
        await asyncio.sleep(0.5)
    assert seen.begun == [asked] * 3
    assert 0.2 <= seen.at[1] - seen.at[0] < 0.7
    assert 0.8 <= seen.at[2] - seen.at[1] < 1.3
    [row] = await queued(owner)
    assert row["status"] == "failed"
    reason = await owner.fetchval("SELECT traceback FROM jobs.pgqueuer_log WHERE status = 'failed'")
    assert "no such agreement" in reason


async def test_a_job_that_asks_to_be_run_again_has_not_failed(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    async def wait(_: UUID) -> Again | None:
        await asyncio.sleep(0.2)
        if len(seen.begun) == 4:
            raise LookupError("the first failure, which is forgiven")
        return Again(0.3) if len(seen.begun) < 4 else None

    seen = Seen(wait)
    asked = await ask(database)
    async with at_work(database_url, seen, JobRunner(retries=1, first_delay=timedelta(seconds=0.3))):
        await until(lambda: bool(seen.begun), 5)
        await until(emptied(owner), 10)
    assert seen.begun == [asked] * 5
    assert all(0.5 <= later - sooner < 1.0 for sooner, later in zip(seen.at, seen.at[1:], strict=False))


async def test_a_job_with_a_payload_that_nobody_can_read_is_kept_as_failed(
    database_url: str, owner: asyncpg.Connection
) -> None:
    await owner.execute(
        "INSERT INTO jobs.pgqueuer (priority, status, entrypoint, payload) VALUES (0, 'queued', 'count_reports', $1)",
        b'{"report": 1}',
    )
    seen = Seen()
    async with at_work(database_url, seen, JobRunner(retries=0)):
        await until(lambda: owner.fetchval("SELECT EXISTS (SELECT FROM jobs.pgqueuer WHERE status = 'failed')"), 5)
    assert seen.begun == []


# --- stopping -------------------------------------------------------------------------------------------------------


async def test_a_worker_that_is_stopped_ends_what_it_runs_and_begins_nothing(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    seen = Seen(taking(1.0))
    asked = await ask(database)
    async with at_work(database_url, seen) as stop:
        await until(lambda: bool(seen.begun), 5)
        stop.set()
        later = await ask(database)
    assert seen.begun == seen.ended == [asked]
    [row] = await queued(owner)
    assert str(later) in row["payload"].decode()


async def test_a_job_that_outlasts_the_grace_of_a_stop_goes_back_to_the_queue(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    slow, quick = Seen(taking(60)), Seen()
    asked = await ask(database)
    began = monotonic()
    async with at_work(database_url, slow, JobRunner(grace=timedelta(seconds=0.5))) as stop:
        await until(lambda: bool(slow.begun), 5)
        stop.set()
    assert monotonic() - began < 3
    assert slow.ended == []
    [row] = await queued(owner)
    assert (row["status"], row["attempts"]) == ("queued", 0)
    async with at_work(database_url, quick):
        await until(emptied(owner), 2)
    assert quick.ended == [asked]


async def test_a_worker_whose_task_is_cancelled_puts_its_jobs_back(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    seen = Seen(taking(60))
    await ask(database)
    stop = asyncio.Event()
    task = asyncio.create_task(JobRunner().run(database_url, {Job.COUNT_REPORTS: seen}, concurrency=2, stop=stop))
    await until(lambda: bool(seen.begun), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    [row] = await queued(owner)
    assert (row["status"], row["attempts"]) == ("queued", 0)


# --- dying ----------------------------------------------------------------------------------------------------------


async def test_a_job_of_a_killed_worker_is_taken_up_within_ten_seconds(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    with worker(database_url, seconds=600) as doomed:
        assert await doomed.says() == ["ready"]
        asked = await ask(database)
        assert await doomed.says() == ["begun", str(asked)]
        seen = Seen()
        async with at_work(database_url, seen):
            await asyncio.sleep(0.5)
            doomed.send(signal.SIGKILL)
            took = await until(lambda: bool(seen.begun), 10)
            await until(emptied(owner), 2)
    print("taken up after", round(took, 2), "s")
    assert seen.ended == [asked]


async def test_a_job_is_not_taken_from_a_worker_that_lives_but_is_silent(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    with worker(database_url, seconds=RECOVERY + 2) as silent:
        assert await silent.says() == ["ready"]
        asked = await ask(database)
        assert await silent.says() == ["begun", str(asked)]
        silent.send(signal.SIGSTOP)
        seen = Seen()
        async with at_work(database_url, seen):
            await asyncio.sleep(RECOVERY)
            silent.send(signal.SIGCONT)
            assert await silent.says() == ["ended", str(asked)]
            await until(emptied(owner), 2)
    assert seen.begun == []


async def test_a_worker_that_was_silent_does_not_take_its_own_jobs_for_abandoned(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    me = uuid4()
    await ask(database)
    await pretend_it_was_picked_long_ago(owner, by=me, attempts=0)
    connection = await asyncpg.connect(database_url)
    try:
        queue = await JobQueue.open(connection, me, concurrency=1)
        assert await queue.dequeue(1, {}, QueueManagerId(me), None, SILENCE) == []
    finally:
        await connection.close()
    [row] = await queued(owner)
    assert (row["status"], row["queue_manager_id"], row["attempts"]) == ("picked", me, 0)


async def pretend_it_was_picked_long_ago(owner: asyncpg.Connection, by: UUID, attempts: int) -> None:
    await owner.execute(
        "UPDATE jobs.pgqueuer "
        "SET status = 'picked', attempts = $1, queue_manager_id = $2, heartbeat = now() - $3::interval",
        attempts,
        by,
        2 * SILENCE,
    )


async def test_a_job_that_keeps_killing_its_workers_is_kept_as_failed(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    await ask(database)
    await pretend_it_was_picked_long_ago(owner, by=uuid4(), attempts=LOSSES)
    seen = Seen()
    async with at_work(database_url, seen):
        await until(lambda: owner.fetchval("SELECT EXISTS (SELECT FROM jobs.pgqueuer WHERE status = 'failed')"), 5)
    assert seen.begun == []


async def test_a_worker_whose_session_the_database_ends_drops_its_jobs_and_comes_back(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    async def linger(_: UUID) -> None:
        await asyncio.sleep(60 if len(seen.begun) == 1 else 0)

    seen = Seen(linger)
    asked = await ask(database)
    async with at_work(database_url, seen):
        await until(lambda: bool(seen.begun), 5)
        await end_sessions_of_workers(database_url)
        await until(lambda: seen.together == 0, 1)
        await until(emptied(owner), 10)
    assert seen.begun == [asked, asked]
    assert seen.most == 1


async def end_sessions_of_workers(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tailrace worker'"
    )
    await connection.close()


async def test_a_worker_waits_for_a_database_that_is_away(
    database: Database, database_url: str, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect: Callable[..., Awaitable[object]] = asyncpg.connect
    refusals: list[Exception] = [
        ConnectionRefusedError("refused"),
        asyncpg.CannotConnectNowError("the database system is starting up"),
        FileNotFoundError("no socket"),
    ]

    async def fickle(*arguments: object, **options: object) -> object:
        if refusals:
            raise refusals.pop()
        return await connect(*arguments, **options)

    await ask(database)
    monkeypatch.setattr(asyncpg, "connect", fickle)
    async with at_work(database_url, Seen()):
        await until(emptied(owner), 5)
    assert refusals == []


async def test_a_worker_does_not_wait_for_what_waiting_does_not_mend(
    database_url: str, owner: asyncpg.Connection
) -> None:
    await owner.execute("ALTER SCHEMA jobs RENAME TO jobs_away")
    try:
        with pytest.raises(RuntimeError, match="run the migrations first"):
            await JobRunner().run(database_url, {}, concurrency=1, stop=asyncio.Event())
    finally:
        await owner.execute("ALTER SCHEMA jobs_away RENAME TO jobs")


# --- remembering ----------------------------------------------------------------------------------------------------


async def test_the_log_forgets_old_jobs_that_are_done_and_no_others(
    database: Database, database_url: str, owner: asyncpg.Connection
) -> None:
    await ask(database, Job.ALIGN_ENROLLMENTS)
    await owner.execute(
        """
        UPDATE jobs.pgqueuer SET status = 'failed';
        UPDATE jobs.pgqueuer_log SET created = now() - interval '400 days';
        INSERT INTO jobs.pgqueuer_log (job_id, status, priority, entrypoint, created)
            VALUES (-1, 'successful', 0, 'count_reports', now() - interval '31 days'),
                   (-2, 'successful', 0, 'count_reports', now() - interval '29 days')
        """
    )
    async with at_work(database_url, Seen()):
        await until(lambda: owner.fetchval("SELECT count(*) = 2 FROM jobs.pgqueuer_log"), 5)
    remembered = {row["job_id"] for row in await owner.fetch("SELECT job_id FROM jobs.pgqueuer_log")}
    assert remembered == {-2, (await queued(owner))[0]["id"]}


# --- the worker that can be killed ----------------------------------------------------------------------------------


async def main(url: str, seconds: float) -> None:
    async def handle(ids: Mapping[str, UUID]) -> None:
        print("begun", ids["report"], flush=True)
        await asyncio.sleep(seconds)
        print("ended", ids["report"], flush=True)

    print("ready", flush=True)
    await JobRunner().run(url, {Job.COUNT_REPORTS: handle}, concurrency=2, stop=asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
