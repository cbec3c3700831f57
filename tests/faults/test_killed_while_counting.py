"""A worker that is killed in the middle of a report: nothing is lost, nothing is counted twice."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import pytest

from app.network.verify import differences
from app.settings import PROJECT
from app.store.connect import Urls
from app.store.database import Database, acting_as_worker
from tests.api.test_counting import HEADER, Desk
from tests.world import World, build

LINES = 20_000


@pytest.fixture(scope="module")
async def world(urls: Urls) -> AsyncIterator[World]:
    built = await build(urls.owner)
    yield built
    await built.connection.close()


async def start_worker(urls: Urls) -> asyncio.subprocess.Process:
    environment = {**os.environ, "DATABASE_URL": urls.app, "TAILRACE_LOG_LEVEL": "ERROR"}
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "app.cli", "worker", env=environment, cwd=PROJECT)


async def status_of(world: World, submission: UUID) -> str:
    found: str = await world.connection.fetchval("SELECT status FROM submission WHERE id = $1", submission)
    return found


async def until_status(world: World, submission: UUID, wanted: set[str], patience: float) -> str:
    async with asyncio.timeout(patience):
        found = await status_of(world, submission)
        while found not in wanted:
            await asyncio.sleep(0.01)
            found = await status_of(world, submission)
    return found


async def test_a_report_survives_the_death_of_its_workers(world: World, database: Database, urls: Urls) -> None:
    desk = Desk(world, database)
    chance = random.Random(7)
    rows = [f"K-{n // 10},{n % 10},2026-01-05,DRIVE-1,A-1,1,120,EUR" for n in range(LINES)]
    submission = await desk.submit(csv="\n".join([HEADER, *rows]), period=(date(2026, 1, 1), date(2026, 2, 1)))
    deaths = 0
    for _ in range(4):
        worker = await start_worker(urls)
        try:
            await until_status(world, submission, {"PROCESSING", "PROCESSED"}, 60)
            await asyncio.sleep(chance.uniform(0.0, 0.4))
        finally:
            worker.send_signal(signal.SIGKILL)
            await worker.wait()
        deaths += 1
        if await status_of(world, submission) == "PROCESSED":
            break
        counted = await world.connection.fetchval(
            "SELECT count(*) FROM sell_through_line WHERE submission_id = $1", submission
        )
        assert counted in {0, LINES}, "all lines of a report count in one transaction, or none"
    worker = await start_worker(urls)
    try:
        assert await until_status(world, submission, {"PROCESSED", "FAILED"}, 90) == "PROCESSED"
    finally:
        worker.terminate()
        await worker.wait()
    assert deaths >= 1
    units = await world.connection.fetchval("SELECT sum(units) FROM sell_through_month")
    lines = await world.connection.fetchval("SELECT count(*) FROM sell_through_line")
    assert (units, lines) == (LINES * 1_000, LINES)
    async with database.reading(acting_as_worker(desk.vendor_id)) as db:
        assert await differences(db, desk.vendor_id) == []
