"""Breadth-first execution gives the answer that graphql-core gives: thousands of random documents over a graph that has
every kind of type, and fails at random places. The seed of a failure is printed; running it alone repeats it.
"""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from app.access.roles import Permission
from app.execution.breadth_first import BreadthFirst
from app.execution.identifiers import cursor
from graphql import DocumentNode, parse, print_ast, validate
from tests.execution.both import Both, compare, differ
from tests.execution.documents import ANY, LEFT_OUT, Document, Writer
from tests.execution.faulty import MARK, schema
from tests.execution.faulty_values import Faulty

BOTH = Both(schema)
BATCHES, DOCUMENTS = 20, 100
PERMISSIONS = (Permission.NETWORK_READ, Permission.PRICE_READ)


def argue(kind: str, field: str, argument: str, chance: random.Random) -> Any:
    """Pages are mostly asked for as they have to be."""
    if field != "pages" or chance.random() < 0.1:
        return ANY
    if argument == "first":
        return chance.choice([1, 2, 3, 7])
    if argument == "after" and chance.random() < 0.5:
        return cursor(MARK, [chance.randrange(-1, 8)])
    return LEFT_OUT


def backwards(kind: str, field: str, argument: str, chance: random.Random) -> Any:
    there = {"last": "first", "before": "after", "first": "last", "after": "before"}
    return argue(kind, field, there.get(argument, argument), chance)


async def both_ways(document: DocumentNode, variables: dict[str, Any], operation: str | None, seed: int) -> None:
    """Execute it twice with the same plans, the second time with every truth turned round."""
    planned = BOTH.planned(document, operation)
    await answer_both_ways(planned, document, variables, operation, seed)
    turned = {name: not value if isinstance(value, bool) else value for name, value in variables.items()}
    if turned != variables:
        await answer_both_ways(planned, document, turned, operation, seed)


async def answer_both_ways(
    planned: BreadthFirst, document: DocumentNode, variables: dict[str, Any], operation: str | None, seed: int
) -> None:
    chance = random.Random(seed)
    faults = chance.choice([0.0, 0.02, 0.1, 0.3])
    held = frozenset({Permission.VIEWER_READ, *chance.sample(PERMISSIONS, chance.choice([0, 1, 2, 2]))})
    ours = await BOTH.breadth_first(Faulty(seed, faults, held), planned, variables)
    theirs = await BOTH.graphql_core(Faulty(seed, faults, held), document, variables, operation)
    every = set()
    if differ(ours, theirs):
        every = await BOTH.every_error(Faulty(seed, faults, held), document, variables, operation)
    compare(ours, theirs, every)


def written(seed: int) -> Document:
    chance = random.Random(seed)
    return Writer(BOTH.core, chance, chance.choice([argue, backwards])).document()


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("batch", range(BATCHES))
async def test_a_random_document_is_answered_as_graphql_core_answers_it(batch: int) -> None:
    for seed in range(batch * DOCUMENTS, (batch + 1) * DOCUMENTS):
        document = written(seed)
        parsed = parse(document.text)
        if seed % 10 == 0:
            assert not validate(BOTH.core, parsed), f"seed {seed}: the generator wrote an invalid document"
        try:
            await both_ways(parsed, document.variables, document.operation, seed)
        except Exception as reason:
            raise AssertionError(f"seed {seed}: {document}") from reason


SCALARS = {
    "Decimal": st.sampled_from(["12.50", "0", "-3"]).map(nodes.String),
    "Date": st.dates().map(str).map(nodes.String),
    "DateTime": st.just(nodes.String("2026-01-31T12:00:00+00:00")),
    "CurrencyCode": st.sampled_from(["EUR", "USD"]).map(nodes.String),
    "JSON": st.one_of(st.integers().map(nodes.Int), st.booleans().map(nodes.Boolean), st.just(nodes.Null)),
}
"What hypothesis-graphql cannot think of itself."


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@settings(max_examples=250, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    document=queries(BOTH.core, custom_scalars=SCALARS, print_ast=lambda document: document),
    seed=st.integers(0, 10_000),
)
async def test_a_document_of_hypothesis_graphql_is_answered_as_graphql_core_answers_it(
    document: DocumentNode, seed: int
) -> None:
    await both_ways(parse(print_ast(document)), {}, None, seed)
