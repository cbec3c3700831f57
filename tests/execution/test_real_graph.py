"""The real graph over a real database: every field of every type, and random documents, as principals of all levels. Both
ways of executing them give the same answer.
"""

import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.access.actor import Actor
from app.execution import breadth_first
from app.execution.plans import Typename
from app.schema import schema
from graphql import (
    ExecutionResult,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    parse,
    validate,
)
from tests.api.conftest import Api
from tests.execution.both import Both, compare, differ
from tests.execution.counted import Counted
from tests.execution.documents import Writer
from tests.execution.furnished import furnish
from tests.execution.real import Expanded, actors, arguing, every_id

BOTH = Both(schema)
BATCHES, DOCUMENTS = 10, 50
Coordinate = tuple[str, str]


@dataclass
class Graph:
    """A furnished world, who asks, and which ids and cursors there are."""

    api: Api
    ids: dict[str, list[str]]
    asking: list[Actor]
    cursors: dict[str, list[str]] = field(default_factory=dict)

    async def both_ways(
        self, actor: Actor, text: str, variables: dict[str, Any] | None = None, operation: str | None = None
    ) -> ExecutionResult:
        """The answer, the same both ways and after as many statements. Fails where the planner does not take it."""
        document, given = parse(text), variables or {}
        async with self.request(actor) as request:
            ours = await BOTH.breadth_first(request, BOTH.planned(document, operation), given)
        async with self.request(actor) as other:
            theirs = await BOTH.graphql_core(other, document, given, operation)
        every = set()
        if differ(ours, theirs):
            async with self.request(actor) as third:
                every = await BOTH.every_error(third, document, given, operation)
        compare(ours, theirs, every)
        if not ours.errors and "fragment" not in text:
            assert request.statements == other.statements
        return ours

    def request(self, actor: Actor) -> Counted:
        return Counted(actor, self.api.database)

    def keep_cursors(self, owner: str, data: Any) -> None:
        """Note the cursors of all lists in the answer to an expanded document."""
        for each in data or ():
            for name, value in (each or {}).items():
                if isinstance(value, dict) and "edges" in value:
                    known = self.cursors.setdefault(f"{owner}.{name}", [])
                    known += [edge["cursor"] for edge in value["edges"]]


@pytest.fixture(scope="module")
async def graph(api: Api) -> AsyncIterator[Graph]:
    await furnish(api)
    yield Graph(api, await every_id(api.world), actors(api.world))


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[Coordinate]]:
    """The fields that breadth-first execution answered for at least one object."""
    found: set[Coordinate] = set()
    objects = breadth_first._Run.objects

    async def noting(run: Any, kind: Any, plan: Any, sources: Any, where: Any) -> list[Any]:
        if sources:
            found.update((kind.name, planned.name) for planned in plan if not isinstance(planned, Typename))
        return await objects(run, kind, plan, sources, where)

    monkeypatch.setattr(breadth_first._Run, "objects", noting)
    yield found


def every_field(core: GraphQLSchema) -> set[Coordinate]:
    """The fields of all object types to which a query can lead."""
    assert core.query_type is not None
    found: set[Coordinate] = set()
    ahead: list[GraphQLObjectType] = [core.query_type]
    seen: set[str] = set()
    while ahead:
        kind = ahead.pop()
        if kind.name in seen:
            continue
        seen.add(kind.name)
        for name, each in kind.fields.items():
            found.add((kind.name, name))
            below = get_named_type(each.type)
            ahead += core.get_possible_types(below) if is_abstract_type(below) else []
            ahead += [below] if isinstance(below, GraphQLObjectType) else []
    return found


async def test_every_field_of_every_type_is_answered_the_same_both_ways(
    graph: Graph, answered: set[Coordinate]
) -> None:
    forwards, backwards = Expanded(BOTH.core, graph.ids), Expanded(BOTH.core, graph.ids, backwards=True)
    for actor in graph.asking:
        for below in (forwards.selection("Viewer"), *forwards.one_by_one("Viewer")):
            await graph.both_ways(actor, f"{{ viewer {below} }}")
        for kind in ("Vendor", "Reseller"):
            listed = ", ".join(f'"{each}"' for each in graph.ids[kind])
            for below in forwards.one_by_one(kind):
                await graph.both_ways(actor, f"{{ nodes(ids: [{listed}]) {{ ... on {kind} {below} }} }}")
        for kind, ids in graph.ids.items():
            for each in (forwards, backwards):
                result = await graph.both_ways(actor, each.document(kind, ids))
                graph.keep_cursors(kind, (result.data or {}).get("nodes"))
            await graph.both_ways(actor, f'{{ node(id: "{ids[0]}") {{ id }} }}')
    assert every_field(BOTH.core) - answered == set()


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("batch", range(BATCHES))
async def test_random_documents_are_answered_the_same_both_ways(graph: Graph, batch: int) -> None:
    for seed in range(batch * DOCUMENTS, (batch + 1) * DOCUMENTS):
        chance = random.Random(seed)
        argue = arguing(graph.ids, graph.cursors, chance.random() < 0.3)
        written = Writer(BOTH.core, chance, argue, deepest=12, most_fields=60).document()
        assert not validate(BOTH.core, parse(written.text)), f"seed {seed}: the generator wrote an invalid document"
        try:
            await graph.both_ways(chance.choice(graph.asking), written.text, written.variables, written.operation)
        except Exception as reason:
            raise AssertionError(f"seed {seed}: {written}") from reason
