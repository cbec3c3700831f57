"""The walls as the catalog of a migrated database shows them."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from app.store.connect import LOGIN, Urls, set_up
from app.store.embedded import Cluster
from app.store.schema import create
from app.tables.metadata import DatabaseRole
from tests.access.catalog import CHECKS, WITHOUT_POLICIES, Check, contents
from tests.conftest import PASSWORD


@pytest.fixture
async def owner(urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(urls.owner)
    yield connection
    await connection.close()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_the_catalog_of_a_migrated_database_says(check: Check, owner: asyncpg.Connection) -> None:
    assert await check(owner) == []


async def test_no_more_tables_go_without_policies_than_are_named(owner: asyncpg.Connection) -> None:
    there = await owner.fetch("SELECT relname FROM pg_class WHERE relname = ANY ($1)", sorted(WITHOUT_POLICIES))
    assert {row["relname"] for row in there} == WITHOUT_POLICIES, "an exemption for a table that is gone"


async def test_the_servers_login_cannot_become_the_operator(urls: Urls) -> None:
    connection = await asyncpg.connect(urls.app)
    try:
        for role in DatabaseRole:
            if role is DatabaseRole.OPERATOR:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(f"SET ROLE {role}")
            else:
                await connection.execute(f"SET ROLE {role}; RESET ROLE")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("SELECT FROM organization")
    finally:
        await connection.close()


async def test_migrating_and_creating_make_the_same_database(cluster: Cluster, owner: asyncpg.Connection) -> None:
    urls = await set_up(cluster, f"created_{uuid4().hex[:12]}", PASSWORD)
    await create(urls.owner, LOGIN)
    created = await asyncpg.connect(urls.owner)
    try:
        by_migration, by_creation = await contents(owner), await contents(created)
    finally:
        await created.close()
    assert sorted(by_migration - by_creation) == [], "only the migrations make this"
    assert sorted(by_creation - by_migration) == [], "only the declared tables make this"
    assert len(by_migration) > 1_000
