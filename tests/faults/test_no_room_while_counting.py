"""A report meets a full disk, or a database that is away, while it is counted: it waits, and counts once there is room."""

from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest

from app.store.connect import Urls
from app.store.database import Database, Session
from app.store.embedded import EmbeddedPostgres
from app.store.outage import AWAY, FULL, outage
from tests.api.test_counting import HEADER, Desk
from tests.faults.processes import (
    SMALL_DISKS,
    a_folder,
    another_database,
    nothing_differs,
    on_disk,
    small_disk,
    until,
    worker,
)
from tests.world import World, build

LINES = 10_000
JANUARY = (date(2026, 1, 1), date(2026, 2, 1))
REPORT = "\n".join([HEADER, *(f"R-{n // 10},{n % 10},2026-01-05,DRIVE-1,A-1,1,120,EUR" for n in range(LINES))])


@pytest.fixture
async def world(urls: Urls) -> AsyncIterator[World]:
    built = await build(urls.owner)
    yield built
    await built.connection.close()


async def stands(world: World) -> tuple[str, int]:
    """The status of the one report, and how many lines count."""
    row = await world.connection.fetchrow("SELECT status, (SELECT count(*) FROM sell_through_line) FROM submission")
    assert row is not None
    return row[0], row[1]


async def test_a_fault_that_passes_fails_no_report(
    monkeypatch: pytest.MonkeyPatch, world: World, database: Database, urls: Urls
) -> None:
    desk, execute = Desk(world, database), Session.execute
    await desk.submit(csv=REPORT)
    faults = [
        asyncpg.DiskFullError("could not extend file: No space left on device"),
        asyncpg.CrashShutdownError("terminating connection because of crash of another server process"),
        asyncpg.CannotConnectNowError("the database system is in recovery mode"),
    ]
    for fault in faults:

        async def stricken(self: Session, statement: str, *arguments: object, fault: Exception = fault) -> int:
            if "INSERT INTO sell_through_line" in statement:
                raise fault
            return await execute(self, statement, *arguments)

        monkeypatch.setattr(Session, "execute", stricken)
        with pytest.raises(type(fault)):
            await desk.count()
        assert await stands(world) == ("PROCESSING", 0)
    monkeypatch.undo()
    await desk.count()
    assert await stands(world) == ("PROCESSED", LINES)
    await nothing_differs(urls, desk.vendor_id)


def test_only_what_passes_by_itself_is_an_outage() -> None:
    assert outage(asyncpg.DiskFullError()) is outage(asyncpg.ConfigurationLimitExceededError()) is FULL
    for passing in (asyncpg.CrashShutdownError(), asyncpg.TooManyConnectionsError(), ConnectionResetError()):
        assert outage(passing) is AWAY
    for lasting in (asyncpg.QueryCanceledError(), asyncpg.UniqueViolationError(), UnicodeError(), KeyError(), None):
        assert outage(lasting) is None


@pytest.mark.parametrize("megabytes", SMALL_DISKS)
async def test_a_worker_waits_until_there_is_room(megabytes: int) -> None:
    with a_folder() as folder, EmbeddedPostgres(folder, settings={"fsync": "off"}) as running:
        urls = await another_database(running, "room")
        with small_disk(running, megabytes) as small:
            await on_disk(urls, "sell_through_line", small)
            world = await build(urls.owner)
            database = await Database.open(urls.app, connections=2)
            await Desk(world, database).submit(csv=REPORT, period=JANUARY)
            await database.close()

            async def postponed() -> object:
                return await world.connection.fetchval(
                    "SELECT EXISTS (SELECT FROM jobs.pgqueuer WHERE execute_after > now() + interval '3 seconds')"
                )

            async def counted() -> bool:
                return (await stands(world))[0] in {"PROCESSED", "FAILED"}

            async with worker(urls):
                await until(postponed)
                assert await stands(world) == ("PROCESSING", 0)
                await on_disk(urls, "sell_through_line", None)
                await until(counted)
        assert await stands(world) == ("PROCESSED", LINES)
        await nothing_differs(urls, world.vendors["Acme"])
        await world.connection.close()
