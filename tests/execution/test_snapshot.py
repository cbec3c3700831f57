"""A request reads one moment through one connection, which it takes when something is first read."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.access.actor import Actor
from app.access.roles import Permission, Role
from app.programme.terms import Level
from app.schema import schema
from app.store.database import Database, Session
from graphql import parse
from tests.execution.both import Both, told
from tests.execution.counted import Counted
from tests.world import World

BOTH = Both(schema)
BREADTH_FIRST, GRAPHQL_CORE = "breadth-first", "graphql-core"
LISTS = """{ viewer { vendor {
  distributors(first: 10) { edges { node { name } } }
  resellers(first: 10) { totalCount edges { node { name } } }
} } }"""


async def answer(request: Counted, text: str, way: str) -> Any:
    document = parse(text)
    if way == GRAPHQL_CORE:
        return await BOTH.graphql_core(request, document, {}, None)
    return await BOTH.breadth_first(request, BOTH.planned(document, None), {})


@pytest.fixture
def vendor(world: World) -> Actor:
    return world.actor(Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """For whom reading began."""
    found: list[Any] = []
    reading = Database.reading

    def noting(database: Database, context: Any) -> Any:
        found.append(context)
        return reading(database, context)

    monkeypatch.setattr(Database, "reading", noting)
    return found


class Interrupted(Counted):
    """A request during which something happens right after its first statement."""

    def __init__(self, actor: Actor, database: Database, happens: Callable[[], Awaitable[Any]]) -> None:
        super().__init__(actor, database)
        self._happens: Callable[[], Awaitable[Any]] | None = happens

    async def after_statement(self) -> None:
        happens, self._happens = self._happens, None
        if happens is not None:
            await happens()


@pytest.mark.parametrize("way", [BREADTH_FIRST, GRAPHQL_CORE])
async def test_a_document_that_reads_nothing_takes_no_connection(
    database: Database, vendor: Actor, begun: list[Any], way: str
) -> None:
    async with Counted(vendor, database) as request:
        result = await answer(request, "{ viewer { organizationName roles client { name } distributor { id } } }", way)
    assert result.data["viewer"]["organizationName"] == "Acme" and not result.errors
    assert begun == [] and request.statements == 0


@pytest.mark.parametrize("way", [BREADTH_FIRST, GRAPHQL_CORE])
async def test_all_edges_read_one_snapshot_that_cannot_be_written_to(
    database: Database, vendor: Actor, begun: list[Any], way: str
) -> None:
    async with Counted(vendor, database) as request:
        result = await answer(request, LISTS, way)
        session = await request.reader()
        assert await session.value("SHOW transaction_isolation") == "repeatable read"
        assert await session.value("SHOW transaction_read_only") == "on"
    assert not result.errors and len(begun) == 1 and begun[0] == vendor.context()


@pytest.mark.parametrize("way", [BREADTH_FIRST, GRAPHQL_CORE])
async def test_what_is_committed_between_two_edges_is_not_seen(
    database: Database, world: World, vendor: Actor, way: str
) -> None:
    name, committed = f"Newcomer {way}", []

    async def add() -> None:
        await world.party("Acme", name, "RESELLER")
        committed.append(name)

    async with Interrupted(vendor, database, add) as request:
        before = await answer(request, LISTS, way)
    async with Counted(vendor, database) as later:
        after = await answer(later, LISTS, way)
    assert committed == [name] and request.statements == later.statements == 3

    def names(result: Any) -> list[str]:
        return [edge["node"]["name"] for edge in result.data["viewer"]["vendor"]["resellers"]["edges"]]

    assert name not in names(before) and name in names(after)
    totals = [result.data["viewer"]["vendor"]["resellers"]["totalCount"] for result in (before, after)]
    assert totals[1] == totals[0] + 1


async def test_no_statement_of_an_answered_request_runs_in_the_transaction_of_another(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """graphql-core answers as soon as everything is null, while statements are still under way."""
    outside: list[BaseException] = []
    rows = Session.rows

    async def noting(session: Session, statement: str, *arguments: object) -> Any:
        try:
            return await rows(session, statement, *arguments)
        except BaseException as fault:
            outside.append(fault)
            raise

    monkeypatch.setattr(Session, "rows", noting)
    asking = world.actor(Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER)
    assert Permission.PURCHASES_READ not in asking.permissions
    text = """{ viewer { vendor { resellers(first: 5) { edges { node {
      identifiers { value } enrollments(first: 1) { totalCount } authorizations(first: 1) { totalCount }
      purchases(period: {start: "2026-01-01", end: "2026-02-01"}, by: [], first: 1) { totalCount }
    } } } } } }"""
    for _ in range(5):
        async with Counted(asking, database) as request:
            result = await answer(request, text, GRAPHQL_CORE)
        assert {code for _, code, *_ in map(told, result.errors)} == {"FORBIDDEN"}
        async with Counted(asking, database) as other:
            assert not (await answer(other, LISTS, BREADTH_FIRST)).errors
    assert outside == []
