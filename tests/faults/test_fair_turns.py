"""Whose job is done next: nobody's work starves another's, and large work leaves room for small."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
from pgqueuer.domain.types import QueueEntrypoint, QueueManagerId
from pgqueuer.ports.repository import EntrypointExecutionParameter

from app.store.database import Context, Database
from app.store.job_queue import LARGE, PATIENCE, SILENCE, SMALL, JobQueue
from app.store.jobs import Job, enqueue
from app.tables.metadata import DatabaseRole

ENTRYPOINTS = {QueueEntrypoint(job.value): EntrypointExecutionParameter(0) for job in Job}


class Line:
    """A queue with one worker, which takes jobs and never ends them unless told to."""

    def __init__(self, database: Database, queue: JobQueue, owner: asyncpg.Connection) -> None:
        self.database, self.queue, self.owner = database, queue, owner
        self.names: dict[str, str] = {}
        self.taken: dict[str, int] = {}

    async def ask(self, name: str, vendor: UUID, agreement: UUID | None = None, byte_size: int = 0) -> None:
        """A report of an agreement that waits, or another job of a vendor."""
        ids = {"vendor_id": vendor, "report_id": uuid4(), **({"agreement_id": agreement} if agreement else {})}
        self.names[str(ids["report_id"])] = name
        async with self.database.writing(Context(DatabaseRole.WORKER, vendor_id=vendor)) as session:
            job = Job.COUNT_REPORTS if agreement else Job.ALIGN_ENROLLMENTS
            await enqueue(session, job, byte_size=byte_size, **ids)

    async def take(self) -> str | None:
        """The job that is begun next."""
        worker = QueueManagerId(self.queue.worker)
        found = await self.queue.dequeue(1, ENTRYPOINTS, worker, None, SILENCE)
        if not found:
            return None
        name = self.names[msgspec.json.decode(found[0].payload or b"")["report_id"]]
        self.taken[name] = found[0].id
        return name

    async def takes(self, number: int) -> list[str | None]:
        return [await self.take() for _ in range(number)]

    async def ends(self, name: str) -> None:
        await self.owner.execute("DELETE FROM jobs.pgqueuer WHERE id = $1", self.taken.pop(name))


@pytest.fixture
async def line(database: Database, database_url: str, owner_url: str) -> AsyncIterator[Line]:
    owner, connection = await asyncpg.connect(owner_url), await asyncpg.connect(database_url)
    await owner.execute("DELETE FROM jobs.pgqueuer; DELETE FROM jobs.pgqueuer_log")
    yield Line(database, await JobQueue.open(connection, uuid4(), concurrency=4), owner)
    await connection.close()
    await owner.close()


async def test_a_vendor_with_many_reports_does_not_hold_up_one_with_few(line: Line) -> None:
    busy, quiet = uuid4(), uuid4()
    for n in range(6):
        await line.ask(f"busy {n}", busy, uuid4())
    await line.ask("quiet", quiet, uuid4())
    assert await line.takes(5) == ["busy 0", "quiet", "busy 1", "busy 2", None]


async def test_small_reports_go_before_large_ones_that_wait_with_them(line: Line) -> None:
    vendor = uuid4()
    for name, size in [("large", LARGE), ("middling", SMALL + 1), ("small", SMALL)]:
        await line.ask(name, vendor, uuid4(), size)
    assert await line.takes(3) == ["small", "middling", "large"]


async def test_large_reports_take_half_of_the_places_at_most(line: Line) -> None:
    for n in range(4):
        await line.ask(f"large {n}", uuid4(), uuid4(), LARGE)
    assert await line.takes(3) == ["large 0", "large 1", None]
    await line.ask("small", uuid4(), uuid4())
    assert await line.takes(2) == ["small", None]
    await line.ends("large 0")
    assert await line.takes(2) == ["large 2", None]


async def test_a_worker_with_one_place_does_large_reports_too(line: Line) -> None:
    line.queue.concurrency = 1
    await line.ask("large", uuid4(), uuid4(), LARGE)
    assert await line.take() == "large"


async def test_the_reports_of_an_agreement_are_done_one_after_the_other_in_their_order(line: Line) -> None:
    vendor, agreement = uuid4(), uuid4()
    await line.ask("first", vendor, agreement, LARGE)
    await line.ask("second", vendor, agreement)
    await line.ask("of another agreement", vendor, uuid4())
    assert await line.takes(3) == ["of another agreement", "first", None]
    await line.ends("first")
    assert await line.take() == "second"


async def test_distributors_of_one_vendor_take_turns(line: Line) -> None:
    vendor, busy, quiet = uuid4(), uuid4(), uuid4()
    for n in range(3):
        await line.ask(f"busy {n}", vendor, busy)
    await line.ask("quiet", vendor, quiet)
    assert await line.takes(3) == ["busy 0", "quiet", None]


async def test_a_large_report_that_has_waited_long_goes_before_small_ones_that_came_later(line: Line) -> None:
    vendor = uuid4()
    await line.ask("large", vendor, uuid4(), LARGE)
    await line.owner.execute("UPDATE jobs.pgqueuer SET created = now() - $1::interval", PATIENCE + timedelta(seconds=1))
    await line.ask("small", vendor, uuid4())
    assert await line.takes(2) == ["large", "small"]


async def test_a_job_of_no_tenant_has_its_turn_too(line: Line) -> None:
    await line.ask("of a report", uuid4(), uuid4())
    await line.ask("of a vendor", uuid4())
    line.names["nobody"] = "of nobody"
    async with line.database.writing(Context(DatabaseRole.WORKER, vendor_id=uuid4())) as session:
        await enqueue(session, Job.RELEASE_HELD)
    await line.owner.execute("UPDATE jobs.pgqueuer SET payload = $1 WHERE headers IS NULL", b'{"report_id": "nobody"}')
    assert await line.takes(4) == ["of a report", "of a vendor", "of nobody", None]


async def test_a_job_whose_time_has_not_come_holds_nobody_up(line: Line) -> None:
    vendor, agreement = uuid4(), uuid4()
    await line.ask("put off", vendor, agreement)
    await line.owner.execute("UPDATE jobs.pgqueuer SET execute_after = now() + interval '1 hour'")
    await line.ask("now", vendor, agreement)
    assert await line.takes(2) == ["now", None]
