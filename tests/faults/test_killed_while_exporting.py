"""Workers that are killed in the middle of an export: the next one begins anew, and there is one whole file."""

import hashlib
from collections.abc import AsyncIterator

import pytest
import zstandard

from app.access.clients import create_client
from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from app.store.connect import Urls
from app.store.database import Database
from app.store.identity import new_id
from app.store.job_queue import LARGE
from app.store.jobs import Job, enqueue
from tests.api.conftest import Operating
from tests.faults.processes import PATIENCE, kill, until, worker
from tests.world import NOW, World, build

PRODUCTS = 60_000
DOCUMENT = "query P($id: ID!) { node(id: $id) { ... on Vendor { products { edges { node { id sku name } } } } } }"


@pytest.fixture(scope="module")
async def world(urls: Urls) -> AsyncIterator[World]:
    built = await build(urls.owner)
    yield built
    await built.connection.close()


async def comes_true(world: World, key: Key, condition: str) -> None:
    """Wait until it holds of the export."""
    statement = f"SELECT {condition} FROM export WHERE id = $1"
    await until(lambda: world.connection.fetchval(statement, key.id), 2 * PATIENCE)


async def test_an_export_survives_the_death_of_its_workers(
    world: World, urls: Urls, database: Database, operator_session: Operating
) -> None:
    key, vendor = Key(world.organizations["Acme"], new_id()), world.vendors["Acme"]
    await world.connection.execute(
        "INSERT INTO product (vendor_id, id, sku, name, family, base_unit, introduced_on, created_at)"
        " SELECT $1, gen_random_uuid(), 'K-' || n, md5(n::text), 'Many', 'EA', '2024-01-01', now()"
        " FROM generate_series(1, $2::int) n",
        vendor,
        PRODUCTS,
    )
    async with operator_session() as session:
        scopes = {Scope.PRICES_READ}
        made = await create_client(session, key.vendor_id, Level.VENDOR, "Exporter", [Role.VENDOR_ANALYST], scopes)
    await world.add(
        "export",
        organization_id=key.vendor_id,
        id=key.id,
        level="VENDOR",
        actor_id=made.id,
        scopes=["prices:read"],
        needs=["product:read"],
        vendor_ids=[vendor],
        party_ids=[],
        format="JSONL",
        marked=False,
        document=DOCUMENT,
        variables=f'{{"id": "{global_id("Vendor", Key(vendor, vendor))}"}}',
        list="node.products",
        status="QUEUED",
        requested_at=NOW,
        rows=0,
        attempt=0,
    )
    actor = world.actor(Level.VENDOR, "Acme", Role.VENDOR_ANALYST)
    async with database.writing(actor.context()) as session:
        await enqueue(session, Job.EXPORT, byte_size=LARGE, exporter_id=key.vendor_id, export_id=key.id)
    for deaths in range(1, 3):
        async with worker(urls) as running:
            await comes_true(world, key, f"attempt = {deaths} AND (rows > 0 OR status <> 'RUNNING')")
            await kill(running)
    async with worker(urls):
        await comes_true(world, key, "status NOT IN ('QUEUED', 'RUNNING')")
    row = await world.connection.fetchrow("SELECT * FROM export WHERE id = $1", key.id)
    assert (row["status"], row["rows"], row["error"]) == ("DONE", PRODUCTS + 3, None)
    chunks = await world.connection.fetch("SELECT position, content FROM export_chunk ORDER BY position")
    assert [each["position"] for each in chunks] == list(range(len(chunks))), "of one attempt alone"
    data = b"".join(zstandard.decompress(each["content"]) for each in chunks)
    assert len(set(data.splitlines())) == PRODUCTS + 3 and hashlib.sha256(data).hexdigest() == row["sha256"]
