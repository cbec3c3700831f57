"""A worker that is killed while two records become one, or two again: it is done once, and whole."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.network.verify import differences
from app.reports.counting.actions import Busy, count_reports
from app.store.connect import Urls
from app.store.database import Database, acting_as_worker
from app.store.identity import new_id
from app.store.jobs import Job, enqueue
from tests.api.merging_kit import unlinked
from tests.api.test_counting import HEADER, Desk
from tests.faults.processes import kill
from tests.faults.test_killed_while_counting import start_worker
from tests.world import World, build

LINES = 20_000


@pytest.fixture(scope="module")
async def world(urls: Urls) -> AsyncIterator[World]:
    built = await build(urls.owner)
    yield built
    await built.connection.close()


async def on_records(world: World) -> dict[str, int]:
    """How many live lines stand on each record."""
    rows = await world.connection.fetch(
        "SELECT reseller_id, count(*) AS lines FROM sell_through_line WHERE replaced IS NULL GROUP BY 1"
    )
    names = {id: name for (_, name), id in world.parties.items()}
    return {names[row["reseller_id"]]: row["lines"] for row in rows}


async def state_of(world: World, merge: UUID) -> str:
    found: str = await world.connection.fetchval("SELECT state FROM party_merge WHERE id = $1", merge)
    return found


async def until_state(world: World, merge: UUID, wanted: str, patience: float) -> bool:
    try:
        async with asyncio.timeout(patience):
            found = await state_of(world, merge)
            while found != wanted:
                await asyncio.sleep(0.02)
                found = await state_of(world, merge)
    except TimeoutError:
        return False
    return True


async def asked(database: Database, vendor_id: UUID, merge: UUID) -> None:
    async with database.writing(acting_as_worker(vendor_id)) as session:
        await enqueue(session, Job.MERGE_PARTIES, vendor_id=vendor_id, merge_id=merge)


async def test_a_merge_and_its_undoing_survive_the_death_of_their_workers(
    world: World, database: Database, urls: Urls
) -> None:
    desk, chance, merge = Desk(world, database), random.Random(3), new_id()
    for name, account in (("Gone", "G-1"), ("Kept", "K-1")):
        await unlinked(world, name)
        await world.authorize("Acme", "Dist One", name, account)
    rows = [f"M-{n // 10},{n % 10},2026-01-05,DRIVE-1,G-1,1,120,EUR" for n in range(LINES)]
    await desk.submit(csv="\n".join([HEADER, *rows]), period=(date(2026, 1, 1), date(2026, 2, 1)))
    counted = await count_reports(database, desk.vendor_id, world.agreements["Acme", "Dist One"])
    assert not isinstance(counted, Busy)
    await world.connection.execute("DELETE FROM jobs.pgqueuer")
    given: dict[str, Any] = {"vendor_id": desk.vendor_id, "id": merge, "state": "APPLYING", "reason": "One firm."}
    pair = {"from_id": world.parties["Acme", "Gone"], "into_id": world.parties["Acme", "Kept"]}
    await world.add("party_merge", **given, **pair, asked_by="a test", asked_by_id=uuid4(), asked_at=datetime.now(UTC))
    for done, whole in (("APPLIED", {"Kept": LINES}), ("UNDONE", {"Gone": LINES})):
        before = await on_records(world)
        await asked(database, desk.vendor_id, merge)
        for _ in range(3):
            worker = await start_worker(urls)
            ended = await until_state(world, merge, done, 3 + chance.uniform(0.0, 1.5))
            await kill(worker)
            assert await on_records(world) in (before, whole), "all of it or nothing"
            if ended:
                break
        worker = await start_worker(urls)
        try:
            assert await until_state(world, merge, done, 90)
        finally:
            worker.terminate()
            await worker.wait()
        assert await on_records(world) == whole
        async with database.reading(acting_as_worker(desk.vendor_id)) as db:
            assert await differences(db, desk.vendor_id) == []
        await world.connection.execute("UPDATE party_merge SET state = 'UNDOING' WHERE state = 'APPLIED'")
