"""Who waits for a connection, and for whom: quick requests for quick ones alone, slow questions for slow ones, and senders
that dawdle for nobody but each other.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.settings import Settings
from app.store.connect import Urls
from app.store.database import AUTHENTICATING, Database, Lane, Lanes
from benchmarks.portal import DOCUMENT as PORTAL
from tests.api.conftest import Api, Caller
from tests.api.streaming import Served, serving
from tests.execution.reckoning import prepared

SOON = 20.0
A_WHILE = 0.3
FEW = Settings(home=Path("/nowhere"), quick_connections=1, heavy_connections=1, long_connections=3, uploads_at_once=2)
QUICK = "{ viewer { vendor { id name } } }"
HEAVY = """query($period: DateRangeInput!) { viewer { vendor { network {
  sales(period: $period, by: [MONTH, PRODUCT, DISTRIBUTOR], first: 250) { edges { node { sellThroughUnits } } }
} } } }"""
QUARTER, YEAR = {"start": "2026-07-01", "end": "2026-10-01"}, {"start": "2026-01-01", "end": "2027-01-01"}


def heavy(text: str, **variables: Any) -> bool:
    operation = prepared(text).operation(None)
    assert operation is not None
    return operation.price.heavy(variables, operation.price.requested(variables).points)


def test_a_sum_over_a_few_months_and_a_page_of_five_hundred_are_quick_and_a_year_by_three_dimensions_is_heavy() -> None:
    by = HEAVY.replace("MONTH, PRODUCT, DISTRIBUTOR", "MONTH")
    assert [heavy(by, period=QUARTER), heavy(PORTAL, period=QUARTER), heavy(HEAVY, period=YEAR)] == [False, False, True]


def test_what_takes_no_part_in_a_request_does_not_make_it_heavy() -> None:
    text = HEAVY.replace("($period", "($with: Boolean!, $period").replace(
        "first: 250)", "first: 250) @include(if: $with)"
    )
    assert [heavy(text, period=YEAR, **{"with": asked}) for asked in (True, False)] == [True, False]


def test_a_request_for_very_many_objects_is_heavy() -> None:
    pages = "{ viewer { vendor { agreements(first: 200) { edges { node { authorizations(first: 100) { edges { node { id"
    assert heavy(pages + " } } } } } } } } }")


@pytest.fixture(scope="module")
async def served(urls: Urls, api: Api) -> AsyncIterator[Served]:
    """A server with one connection each for what is quick and what is heavy."""
    async with serving(urls, settings=FEW) as running:
        yield running


@pytest.fixture
async def vendor(api: Api, served: Served) -> AsyncIterator[Caller]:
    async with httpx.AsyncClient(base_url=served.url.removesuffix("/graphql"), timeout=SOON) as http:
        yield Caller(http, (await api.vendor()).token)


async def answered(task: "asyncio.Task[Any]") -> bool:
    """Whether it is answered within a while."""
    done, _ = await asyncio.wait({task}, timeout=A_WHILE)
    return bool(done)


async def test_a_heavy_lane_that_is_held_stops_heavy_requests_alone(served: Served, vendor: Caller) -> None:
    assert await vendor.ask(QUICK) and await vendor.ask(HEAVY, period=YEAR)
    async with served.server.database.on(Lane.HEAVY).reading(AUTHENTICATING):
        waiting = asyncio.create_task(vendor.ask(HEAVY, period=YEAR))
        assert not await answered(waiting)
        for _ in range(5):
            assert (await vendor.ask(QUICK))["viewer"]["vendor"]["name"] == "Acme"
        assert not waiting.done()
    assert await asyncio.wait_for(waiting, SOON)


async def test_a_quick_lane_that_is_held_stops_quick_requests_alone(served: Served, vendor: Caller) -> None:
    assert await vendor.ask(QUICK)
    async with served.server.database.reading(AUTHENTICATING):
        waiting = asyncio.create_task(vendor.ask(QUICK))
        assert await vendor.ask(HEAVY, period=YEAR)
        assert not await answered(waiting)
    assert await asyncio.wait_for(waiting, SOON)


class Dawdling:
    """A body of which nothing more comes until it is told to go on."""

    def __init__(self) -> None:
        self.begun, self.on = asyncio.Event(), asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"a;b\n"
        self.begun.set()
        await self.on.wait()
        yield b"1;2\n"


async def test_uploads_that_dawdle_stop_nobody(api: Api, urls: Urls, served: Served, vendor: Caller) -> None:
    sender, bodies = await api.distributor(), [Dawdling(), Dawdling()]
    places = [await _announced(sender) for _ in bodies]
    open_uploads = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state ~ 'in transaction'"
    )
    async with AsyncExitStack() as stack:
        sending = []
        for place, body in zip(places, bodies, strict=True):
            http = await stack.enter_async_context(httpx.AsyncClient(base_url=vendor.http.base_url, timeout=SOON))
            path = httpx.URL(place["url"]).path
            sending.append(asyncio.create_task(http.put(path, content=body, headers=place["headers"])))
            await asyncio.wait_for(body.begun.wait(), SOON)
        for _ in range(500):
            if await api.world.connection.fetchval(open_uploads) == len(bodies):
                break
            await asyncio.sleep(0.01)
        assert await vendor.ask(QUICK) and await vendor.ask(HEAVY, period=YEAR)
        async with served.server.database.on(Lane.LONG).reading(AUTHENTICATING):
            "One connection is left for downloads."
        assert not any(task.done() for task in sending)
        for body in bodies:
            body.on.set()
        assert [answer.status_code for answer in await asyncio.gather(*sending)] == [200, 200]


async def _announced(sender: Caller) -> Any:
    document = "distributor/create_upload.graphql"
    payload = await sender.act(document, filename="report.csv", idempotencyKey=uuid4().hex)
    return payload["upload"]


async def test_no_lane_ever_has_more_connections_than_it_may(urls: Urls) -> None:
    sizes = {Lane.QUICK: 2, Lane.HEAVY: 1, Lane.LONG: 3}
    database = await Database.open(urls.app, connections=Lanes(quick=2, heavy=1, long=3))
    inside: Counter[Lane] = Counter()
    most: Counter[Lane] = Counter()
    used: dict[Lane, set[int]] = {lane: set() for lane in Lane}

    async def ask(lane: Lane) -> None:
        async with database.on(lane).reading(AUTHENTICATING) as session:
            inside[lane] += 1
            most[lane] = max(most[lane], inside[lane])
            used[lane].add(await session.value("SELECT pg_backend_pid() FROM pg_sleep(0.01)"))
            inside[lane] -= 1

    try:
        await asyncio.gather(*(ask(lane) for lane in Lane for _ in range(12)))
    finally:
        await database.close()
    assert dict(most) == sizes
    assert {lane: len(found) for lane, found in used.items()} == sizes
    assert not used[Lane.QUICK] & used[Lane.HEAVY] and not used[Lane.QUICK] & used[Lane.LONG]


async def test_a_lane_that_nobody_needs_holds_no_connection(urls: Urls, api: Api) -> None:
    there = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tailrace'"
    before = await api.world.connection.fetchval(there)
    database = await Database.open(urls.app, connections=Lanes())
    assert await api.world.connection.fetchval(there) == before + 1
    await database.close()
