"""One embedded PostgreSQL for the whole run; a migrated template once, and from it a database for each module."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from app.store.connect import LOGIN, Urls, set_up
from app.store.database import Context, Database, Session
from app.store.embedded import Cluster, EmbeddedPostgres
from app.store.schema import migrate
from app.tables.metadata import DatabaseRole

PASSWORD = "for-tests-only"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
TEMPLATE = "template_tailrace"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A throw-away server."""
    with tempfile.TemporaryDirectory(prefix="tailrace-tests-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with EmbeddedPostgres(Path(folder), settings=FAST) as running:
            yield running


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """A migrated database that the others are copied from."""

    async def make() -> None:
        urls = await set_up(cluster, TEMPLATE, PASSWORD)
        await migrate(urls.owner, LOGIN)

    asyncio.run(make())
    return TEMPLATE


async def copy_database(cluster: Cluster, template: str, name: str) -> Urls:
    """A new database with the template's content."""
    connection = await asyncpg.connect(cluster.url("postgres"))
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    finally:
        await connection.close()
    return Urls(cluster.url(name, LOGIN, PASSWORD), cluster.url(name), LOGIN)


@pytest.fixture(scope="module")
async def urls(cluster: Cluster, template: str) -> Urls:
    """A freshly migrated database for this module."""
    return await copy_database(cluster, template, f"test_{uuid4().hex[:12]}")


@pytest.fixture(scope="module")
def database_url(urls: Urls) -> str:
    return urls.app


@pytest.fixture(scope="module")
def owner_url(urls: Urls) -> str:
    return urls.owner


@pytest.fixture(scope="module")
async def database(urls: Urls) -> AsyncIterator[Database]:
    """The database as the application reaches it."""
    opened = await Database.open(urls.app, connections=12)
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def operator_session(urls: Urls) -> AsyncIterator[Callable[[], AbstractAsyncContextManager[Session]]]:
    """Opens transactions of the operator, who sets organisations and clients up."""
    opened = await Database.open(urls.owner, connections=2)

    @asynccontextmanager
    async def operating() -> AsyncIterator[Session]:
        async with opened.writing(Context(DatabaseRole.OPERATOR)) as session:
            yield session

    yield operating
    await opened.close()
