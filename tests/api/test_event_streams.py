"""GraphQL over server-sent events, one request and one stream for each operation."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.execution.event_streams import EventStream, wants_events
from app.execution.subscriptions import Answer
from app.store.connect import Urls
from tests.api.conftest import Api
from tests.api.streaming import PROGRESS, STATUS, Reading, Served, handed_in, serving

ROLES = "{ viewer { roles } }"
EVENTS = "text/event-stream"
URQL = f"application/graphql-response+json, application/graphql+json, application/json, {EVENTS}, multipart/mixed"


@pytest.fixture(scope="module")
async def served(urls: Urls, api: Api) -> AsyncIterator[Served]:
    async with serving(urls, looked_up_every=0.05) as running:
        yield running
        await running.settled()


async def test_a_report_is_followed_until_it_is_processed(api: Api, served: Served) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    async with served.events(caller.token, PROGRESS, id=report) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith(EVENTS)
        assert response.headers["cache-control"] == "no-cache, no-transform" and response.headers["x-request-id"]
        seen: list[str] = []
        async for kind, data in (reading := Reading(response)):
            if kind == "next":
                if not seen:
                    await api.count()
                seen.append(data["data"]["submissionProgress"]["status"])
        assert seen[0] == "RECEIVED" and seen[-1] == "PROCESSED"
        assert reading.seen[-1] == "complete" and reading.seen.count("complete") == 1


@pytest.mark.parametrize("get", [False, True])
async def test_a_query_is_one_answer_and_its_end(api: Api, served: Served, get: bool) -> None:
    caller = await api.distributor()
    async with served.events(caller.token, ROLES, get=get) as response:
        events = [event async for event in Reading(response)]
    (kind, answer), end = events
    assert (kind, answer["data"]) == ("next", {"viewer": {"roles": ["DISTRIBUTOR_ADMIN"]}}) and end == (
        "complete",
        None,
    )
    assert answer["extensions"]["cost"]["actual"] == 1


@pytest.mark.parametrize(
    "query",
    [
        "{ nothing }",
        "subscription {",
        'subscription { submissionProgress(id: "x") { status } }',
        "subscription($id: ID!) { submissionProgress(id: $id) { status } }",
    ],
)
async def test_what_is_not_executed_is_said_in_the_stream(api: Api, served: Served, query: str) -> None:
    caller = await api.distributor()
    async with served.events(caller.token, query) as response:
        assert response.status_code == 200
        (kind, answer), end = [event async for event in Reading(response)]
    assert kind == "next" and end == ("complete", None)
    assert "data" not in answer and answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_subscription_may_be_asked_by_get_and_a_mutation_may_not(api: Api, served: Served) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    await api.count()
    async with served.events(caller.token, STATUS, get=True, id=report) as response:
        events = [event async for event in Reading(response)]
    assert events[0][1]["data"]["submissionProgress"]["status"] == "PROCESSED"
    mutation = 'mutation { createUpload(input: { filename: "a", idempotencyKey: "by-get" }) { upload { id } } }'
    async with served.events(caller.token, mutation, get=True) as response:
        events = [event async for event in Reading(response)]
    assert "POST" in events[0][1]["errors"][0]["message"]
    made = await api.world.connection.fetchval(
        "SELECT count(*) FROM remembered_result WHERE idempotency_key = 'by-get'"
    )
    assert made == 0


async def test_nobody_opens_no_stream(served: Served) -> None:
    for token in (None, "a.b.c"):
        async with served.events(token, ROLES) as response:
            assert response.status_code == 401 and "www-authenticate" in response.headers
            assert response.headers["content-type"].startswith("application/json")


async def test_who_takes_json_gets_json(api: Api, served: Served) -> None:
    caller = await api.distributor()
    for accept in (URQL, f"{EVENTS}, */*", f"application/json;q=0.5, {EVENTS}"):
        async with served.events(caller.token, ROLES, accept=accept) as response:
            await response.aread()
            assert "json" in response.headers["content-type"] and response.json()["data"]
    async with served.events(caller.token, STATUS, accept=URQL, id="x") as response:
        await response.aread()
        assert response.status_code == 400 and EVENTS in response.json()["errors"][0]["message"]
    assert wants_events(EVENTS) and wants_events(f"{EVENTS}; charset=utf-8, text/html") and not wants_events("")


async def test_a_stream_ends_with_its_token(api: Api, urls: Urls) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    async with serving(urls, looked_up_every=0.05) as served:
        kinds = []
        async with served.events(caller.token, STATUS, id=report) as response:
            async for kind, _ in Reading(response):
                kinds.append(kind)
                served.clock.ahead = 3601
        assert kinds == ["next", "complete"]
    await api.count()


async def test_a_server_that_stops_ends_its_streams_at_once_and_completes_none(api: Api, urls: Urls) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    async with serving(urls) as served:
        kinds = []
        async with served.events(caller.token, STATUS, id=report) as response:
            async for kind, _ in Reading(response):
                kinds.append(kind)
                stopping = asyncio.create_task(served.stop())
        assert kinds == ["next"]
        await asyncio.wait_for(stopping, 5)
    await api.count()


async def test_who_leaves_leaves_nothing_behind(api: Api, served: Served) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    async with served.events(caller.token, STATUS, id=report) as response:
        await anext(aiter(Reading(response)))
        assert served.changes.followed == 1
    await served.settled()
    await api.count()


async def test_streams_of_one_client_are_limited(api: Api, served: Served) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    served.server.subscriptions.slots.most = 1
    try:
        async with served.events(caller.token, STATUS, id=report) as first:
            await anext(aiter(Reading(first)))
            async with served.events(caller.token, ROLES) as second:
                events = [event async for event in Reading(second)]
        assert events[0][1]["errors"][0]["extensions"]["code"] == "RATE_LIMITED" and events[1][0] == "complete"
    finally:
        served.server.subscriptions.slots.most = 100
    await served.settled()
    await api.count()


async def answers(*given: Answer, pause: float) -> AsyncIterator[Answer]:
    for answer in given:
        await asyncio.sleep(pause)
        yield answer


async def streamed(stream: EventStream, takes: float = 0.0, leaves: float = 60.0) -> list[bytes]:
    """What a client receives that needs `takes` seconds for each piece, and leaves after a time."""
    pieces: list[bytes] = []

    async def receive() -> dict[str, object]:
        await asyncio.sleep(leaves)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.body":
            await asyncio.sleep(takes)
            pieces.append(message["body"])  # type: ignore[arg-type]

    await asyncio.wait_for(stream({"type": "http"}, receive, send), 5)  # type: ignore[arg-type]
    return pieces


async def test_a_stream_with_nothing_to_say_shows_that_it_lives() -> None:
    given = answers(Answer({"data": {}}, True), pause=0.3)
    pieces = await streamed(EventStream(given, comment_every=0.1))  # type: ignore[arg-type]
    assert pieces[0].startswith(b":")
    assert [piece for piece in pieces if not piece.startswith(b":")] == [
        b'event: next\r\ndata: {"data":{}}\r\n\r\n',
        b"event: complete\r\ndata: \r\n\r\n",
        b"",
    ]


async def test_a_stream_that_nobody_takes_is_given_up() -> None:
    given = answers(*[Answer({"data": {}}, True)] * 3, pause=0.0)
    assert await streamed(EventStream(given, longest_send=0.1), takes=1.0) == []  # type: ignore[arg-type]


async def test_a_stream_whose_client_has_left_is_closed() -> None:
    given = answers(*[Answer({"data": {}}, True)] * 3, pause=0.2)
    assert len(await streamed(EventStream(given), leaves=0.3)) == 1  # type: ignore[arg-type]
    assert [each async for each in given] == []
