"""Hand-made holes in the walls, each in a database of its own: what the other tests check must find every one.

A mutant is a file of SQL: its first line says what it breaks, its second which checks have to catch it. `:networks`,
`:own_network` and `:own_parties` stand for the conditions that policies are made of.
"""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from app.programme.terms import Level
from app.store.connect import Urls
from app.store.database import Context
from app.store.embedded import Cluster
from app.tables.metadata import NETWORKS, OWN_DISTRIBUTOR, OWN_VENDOR, DatabaseRole
from tests.access.catalog import CHECKS
from tests.access.chance import random_networks
from tests.access.furnishing import application_over, context_of, furnished, operating_in
from tests.access.networks import Networks
from tests.access.oracle import Oracle
from tests.access.rows import Everything, Me, acting, borrowing_faults, reading_faults, writing_faults
from tests.access.sides import decision_faults, preview_faults
from tests.access.sides_of_plans import plan_faults
from tests.access.walking import Walk
from tests.conftest import copy_database

MUTANTS = sorted(Path(__file__).parent.glob("mutants/*.sql"))
CONDITIONS = {
    ":networks": NETWORKS,
    ":own_network": OWN_VENDOR,
    ":own_parties": OWN_DISTRIBUTOR.removeprefix("distributor_id = "),
}
LEVELS = (DatabaseRole.VENDOR, DatabaseRole.DISTRIBUTOR, DatabaseRole.RESELLER)


@dataclass
class Copies:
    """Databases that are all furnished alike."""

    cluster: Cluster
    made: Networks
    name: str

    @asynccontextmanager
    async def another(self) -> AsyncIterator[tuple[Urls, asyncpg.Connection]]:
        """One more of them, for as long as the block lasts."""
        name = f"mutant_{uuid4().hex[:12]}"
        urls = await copy_database(self.cluster, self.name, name)
        connection = await asyncpg.connect(urls.owner)
        try:
            yield urls, connection
        finally:
            await connection.close()
            server = await asyncpg.connect(self.cluster.url("postgres"))
            await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            await server.close()


@pytest.fixture(scope="module")
async def copies(cluster: Cluster, template: str) -> AsyncIterator[Copies]:
    name = f"furnished_{uuid4().hex[:12]}"
    urls = await copy_database(cluster, template, name)
    made = random_networks(5, vendors=2, distributors=2, resellers=4)
    async with operating_in(urls) as operating, furnished(made, urls, operating):
        pass
    yield Copies(cluster, made, name)


async def by_catalog(db: asyncpg.Connection, made: Networks, urls: Urls) -> list[str]:
    return [fault for check in CHECKS for fault in await check(db)]


async def by_rows(db: asyncpg.Connection, made: Networks, urls: Urls) -> list[str]:
    everything = await Everything.read(db)
    faults = []
    for who in made.principals():
        faults += await reading_faults(db, everything, Me(made, who), context_of(made, who))
    return faults


async def by_writes(db: asyncpg.Connection, made: Networks, urls: Urls) -> list[str]:
    everything = await Everything.read(db)
    faults = []
    for level in Level:
        who = max(
            (each for each in made.principals() if each.level is level), key=lambda each: len(made.parties_of(each))
        )
        me, context = Me(made, who), context_of(made, who)
        faults += await writing_faults(db, everything, me, context)
        faults += await borrowing_faults(db, everything, me, context)
    return faults


async def by_silence(db: asyncpg.Connection, made: Networks, urls: Urls) -> list[str]:
    """Whether somebody sees a row without a context."""
    faults = []
    for role in LEVELS:
        for table in (await Everything.read(db)).columns:
            async with acting(db, Context(role)):
                try:
                    found = await db.fetch(f"SELECT FROM {table}")
                except asyncpg.InsufficientPrivilegeError:
                    continue
                faults += [f"{role} sees {table}"] if found else []
    return faults


async def by_graph(db: asyncpg.Connection, made: Networks, urls: Urls) -> list[str]:
    """Over HTTP, as the other test does it."""
    faults: list[str] = []
    async with operating_in(urls) as operating, application_over(made, urls, operating, db) as found:
        for who in made.principals():
            walk = Walk(found, who, Oracle(made, who))
            faults += await walk.everything()
            await walk.paths(random.Random(1), number=3, depth=3)
            if faults:
                break
    return faults


def _contexts(made: Networks) -> list[tuple[Level, Context]]:
    return [(who.level, context_of(made, who)) for who in made.principals()]


async def by_previews(db: asyncpg.Connection, made: Networks, urls: Urls) -> list[str]:
    return await preview_faults(db, _contexts(made))


async def by_decisions(db: asyncpg.Connection, made: Networks, urls: Urls) -> list[str]:
    return await decision_faults(db, _contexts(made))


async def by_plans(db: asyncpg.Connection, made: Networks, urls: Urls) -> list[str]:
    return await plan_faults(db, _contexts(made))


Check = Callable[[asyncpg.Connection, Networks, Urls], Awaitable[list[str]]]
WAYS: dict[str, Check] = {
    "catalog": by_catalog,
    "rows": by_rows,
    "writes": by_writes,
    "silence": by_silence,
    "graph": by_graph,
    "previews": by_previews,
    "decisions": by_decisions,
    "plans": by_plans,
}


def test_there_are_mutants_of_every_kind() -> None:
    assert len(MUTANTS) > 30
    assert {way for mutant in MUTANTS for way in caught_by(mutant)} == set(WAYS)


def caught_by(mutant: Path) -> list[str]:
    second = mutant.read_text().splitlines()[1]
    return second.removeprefix("-- Caught by: ").split(", ")


def statements_of(mutant: Path) -> str:
    statements = mutant.read_text()
    for name, condition in CONDITIONS.items():
        statements = statements.replace(name, condition)
    return statements


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda path: path.stem)
async def test_the_mutant_is_caught(mutant: Path, copies: Copies) -> None:
    async with copies.another() as (urls, db):
        await db.execute(statements_of(mutant))
        for way in caught_by(mutant):
            assert await WAYS[way](db, copies.made, urls), f"{mutant.stem} is not caught by {way}"


async def test_without_a_mutant_nothing_is_found(copies: Copies) -> None:
    async with copies.another() as (urls, db):
        assert {name: await way(db, copies.made, urls) for name, way in WAYS.items()} == {name: [] for name in WAYS}
