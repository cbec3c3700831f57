"""kill -9 of the worker and of the database in every phase of a report: received, being read, being counted, its held rows
being released. Nothing is lost, nothing is counted twice, and nobody has to be told.

A lock on a table holds the worker where it is, so that it dies there and nowhere else. Uploads: see `test_uploads`.
"""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import pytest

from app.execution.identifiers import Key, global_id
from app.reports.aliases import actions as aliases
from app.store.connect import Urls
from app.store.database import Database
from app.store.embedded import Cluster, EmbeddedPostgres
from tests.api.test_counting import HEADER, Desk
from tests.faults.processes import (
    a_folder,
    another_database,
    crash,
    held,
    kill,
    nothing_differs,
    reconnected,
    until,
    worker,
)
from tests.world import World, build

LINES = 300
TABLES = {"reading": "report_chunk", "counting": "sell_through_month", "releasing": "sell_through_month"}
"Who is in this phase waits for this table."


@dataclass
class Site:
    """A world in a database that may crash."""

    cluster: Cluster
    urls: Urls
    world: World

    async def desk(self) -> Desk:
        return Desk(self.world, await Database.open(self.urls.app, connections=2))

    async def hand_in(self, code: str = "DRIVE-1") -> UUID:
        """A report of so many lines of one unit each, received and not counted yet."""
        document, desk = uuid4().hex[:8], await self.desk()
        rows = [f"{document}-{n // 10},{n % 10},2026-01-05,{code},A-1,1,120,EUR" for n in range(LINES)]
        found = await desk.submit(csv="\n".join([HEADER, *rows]), period=(date(2026, 1, 1), date(2026, 2, 1)))
        await desk.database.close()
        return found

    async def confirm(self, code: str) -> None:
        """Say what a code stands for, which lets the rows go that wait for it."""
        desk = await self.desk()
        product = Key(desk.vendor_id, self.world.products["Acme", "DRIVE-1"])
        async with desk.request() as request:
            await aliases.confirm_alias(
                request,
                self.world.agreement_gid("Acme", "Dist One"),
                code,
                aliases.Meaning(product_id=global_id("Product", product)),
            )
        await desk.database.close()

    async def status(self, submission: UUID) -> str:
        found: str = await self.world.connection.fetchval("SELECT status FROM submission WHERE id = $1", submission)
        return found

    async def lines(self, submission: UUID) -> int:
        found: int = await self.world.connection.fetchval(
            "SELECT count(*) FROM sell_through_line WHERE submission_id = $1", submission
        )
        return found

    async def is_counted(self, submission: UUID) -> bool:
        status = await self.status(submission)
        assert status != "FAILED"
        return status == "PROCESSED"

    async def is_released(self, submission: UUID) -> bool:
        return await self.lines(submission) > 0

    async def counts_once(self, submission: UUID) -> None:
        """Every line of the report counts, once, and everything that is derived from lines agrees."""
        assert await self.lines(submission) == LINES
        row = await self.world.connection.fetchrow("SELECT * FROM submission WHERE id = $1", submission)
        assert row is not None
        assert (row["rows_received"], row["rows_accepted"], row["rows_held"]) == (LINES, LINES, 0)
        units, lines = await self.world.connection.fetchrow(
            "SELECT (SELECT sum(units)::bigint FROM sell_through_month), (SELECT count(*) FROM sell_through_line)"
        )
        assert units == lines * 1_000
        await nothing_differs(self.urls, self.world.vendors["Acme"])


@asynccontextmanager
async def site_on(cluster: Cluster) -> AsyncIterator[Site]:
    urls = await another_database(cluster, f"phases_{uuid4().hex[:8]}")
    site = Site(cluster, urls, await build(urls.owner))
    yield site
    site.world.connection.terminate()


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    with a_folder() as folder, EmbeddedPostgres(folder, settings={"fsync": "off"}) as running:
        async with site_on(running) as made:
            yield made


async def held_rows(site: Site, code: str) -> UUID:
    """A report whose rows all wait for a code."""
    submission = await site.hand_in(code)
    async with worker(site.urls):
        await until(lambda: site.is_counted(submission))
    assert await site.lines(submission) == 0
    return submission


@pytest.mark.parametrize("victim", ["worker", "database"])
@pytest.mark.parametrize("phase", TABLES)
async def test_who_is_killed_at_work_leaves_nothing_and_the_work_is_done_once(
    site: Site, phase: str, victim: str
) -> None:
    code = f"OURS-{uuid4().hex[:6]}"
    releasing = phase == "releasing"
    submission = await held_rows(site, code) if releasing else await site.hand_in()
    async with held(site.urls.owner, TABLES[phase]) as waited_for:
        if releasing:
            await site.confirm(code)
        async with worker(site.urls) as first:
            await until(waited_for)
            if victim == "worker":
                await kill(first)
            else:
                await crash(site.urls.owner)
                await reconnected(site.world, site.urls)
                await done(site, submission, releasing)
    if victim == "worker":
        assert await site.lines(submission) == 0, "all lines of a report count in one transaction, or none"
        assert await site.status(submission) == ("PROCESSED" if releasing else "PROCESSING")
        async with worker(site.urls):
            await done(site, submission, releasing)
    await site.counts_once(submission)


async def done(site: Site, submission: UUID, releasing: bool) -> None:
    await until(lambda: site.is_released(submission) if releasing else site.is_counted(submission))


async def test_what_was_received_before_a_crash_is_counted_after_it(site: Site) -> None:
    submission = await site.hand_in()
    await crash(site.urls.owner)
    await reconnected(site.world, site.urls)
    assert await site.status(submission) == "RECEIVED"
    async with worker(site.urls):
        await until(lambda: site.is_counted(submission))
    await site.counts_once(submission)


async def test_a_whole_database_server_that_is_killed_is_started_again_and_counts_once() -> None:
    with a_folder() as folder:
        with EmbeddedPostgres(folder, settings={"fsync": "off"}) as running:
            async with site_on(running) as site:
                submission = await site.hand_in()
                async with held(site.urls.owner, "sell_through_month") as waited_for, worker(site.urls):
                    await until(waited_for)
                    os.kill(int((running.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        with EmbeddedPostgres(folder) as again:
            app = site.urls.app.replace(str(running.socket_directory), str(again.socket_directory))
            owner = site.urls.owner.replace(str(running.socket_directory), str(again.socket_directory))
            urls = Urls(app, owner, site.urls.login)
            await reconnected(site.world, urls)
            after = Site(again, urls, site.world)
            async with worker(urls):
                await until(lambda: after.is_counted(submission))
            await after.counts_once(submission)
            await site.world.connection.close()
