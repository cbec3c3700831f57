"""The protocol graphql-transport-ws, kept to the letter with clients that do not."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import pytest
from websockets.exceptions import InvalidStatus

from app.execution.websockets import MOST_OPERATIONS
from app.settings import Settings
from app.store.connect import Urls
from tests.api.conftest import URL, Api
from tests.api.streaming import STATUS, Served, handed_in, serving

ROLES = "{ viewer { roles } }"


@pytest.fixture(scope="module")
async def served(urls: Urls, api: Api) -> AsyncIterator[Served]:
    async with serving(urls) as running:
        yield running
        await running.settled()


async def test_the_subprotocol_is_required(served: Served) -> None:
    for offered in (None, ["graphql-ws"]):
        async with served.socket(subprotocols=offered) as socket:
            assert (await socket.closed())[0] == 4406


async def test_nothing_is_asked_before_the_connection_is_acknowledged(served: Served) -> None:
    async with served.socket() as socket:
        await socket.subscribe(ROLES)
        assert (await socket.closed())[0] == 4401


async def test_a_token_that_proves_nobody_opens_nothing(served: Served) -> None:
    for payload in (None, {}, {"Authorization": "Bearer a.b.c"}, {"Authorization": ["Bearer"]}):
        async with served.socket() as socket:
            await socket.send(type="connection_init", payload=payload)
            code, reason = await socket.closed()
            assert code == 4403 and "access token" in reason


async def test_the_token_may_be_in_the_handshake(api: Api, served: Served) -> None:
    caller = await api.distributor()
    headers = {"Authorization": f"Bearer {caller.token}"}
    for said in ({"type": "connection_init"}, {"type": "connection_init", "payload": None}):
        async with served.socket(additional_headers=headers) as socket:
            await socket.send(**said)
            assert await socket.receive() == {"type": "connection_ack"}
            id = await socket.subscribe(ROLES)
            assert (await socket.next(id))["data"] == {"viewer": {"roles": ["DISTRIBUTOR_ADMIN"]}}


async def test_who_does_not_say_who_it_is_is_let_go(urls: Urls) -> None:
    async with serving(urls, connection_init_wait_timeout=timedelta(seconds=0.2)) as served, served.socket() as socket:
        assert (await socket.closed())[0] == 4408


async def test_a_connection_is_initialised_once(api: Api, served: Served) -> None:
    async with served.socket((await api.distributor()).token) as socket:
        await socket.send(type="connection_init")
        assert (await socket.closed())[0] == 4429


async def test_an_id_stands_for_one_operation_at_a_time(api: Api, served: Served) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    payload = {"query": STATUS, "variables": {"id": report}}
    async with served.socket(caller.token) as socket:
        for _ in range(2):
            await socket.send(type="subscribe", id="a", payload=payload)
            await socket.next("a")
            await socket.send(type="complete", id="a")
            await served.settled(left=1)
        await socket.send(type="subscribe", id="a", payload=payload)
        await socket.next("a")
        await socket.send(type="subscribe", id="a", payload=payload)
        assert (await socket.closed())[0] == 4409
    await served.settled()
    await api.count()


async def test_a_ping_is_answered(api: Api, served: Served) -> None:
    async with served.socket((await api.distributor()).token) as socket:
        await socket.send(type="ping", payload={"any": "thing"})
        await socket.send(type="pong")
        assert await socket.receive() == {"type": "pong"}


@pytest.mark.parametrize(
    "message",
    [
        "",
        "no JSON",
        "7",
        "null",
        '["type"]',
        "{}",
        '{"type": "start"}',
        '{"type": 7}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ viewer { roles } }"}}',
        '{"type": "subscribe", "id": "1", "payload": []}',
        '{"type": "subscribe", "id": "1", "payload": {"query": null}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ x }", "variables": "x"}}',
        '{"type": "complete", "id": ["1"]}',
        '{"type": "connection_init", "payload": 7}',
        '{"type": "ping", "payload": ' + "[" * 50_000 + "]" * 50_000 + "}",
        b'{"type": "ping"}',
    ],
    ids=lambda message: str(message)[:40],
)
async def test_what_is_no_message_closes_the_connection(api: Api, served: Served, message: str | bytes) -> None:
    async with served.socket((await api.distributor()).token) as socket:
        await socket.connection.send(message)
        assert (await socket.closed())[0] == 4400


async def test_a_message_has_as_many_bytes_as_a_request(api: Api, served: Served) -> None:
    async with served.socket((await api.distributor()).token) as socket:
        await socket.connection.send(json.dumps({"type": "ping", "payload": {"x": "x" * 1_100_000}}))
        assert (await socket.closed())[0] == 1009


async def test_queries_and_mutations_pass_through_the_same_door(api: Api, served: Served) -> None:
    caller = await api.distributor()
    async with served.socket(caller.token) as socket:
        id = await socket.subscribe(ROLES)
        assert (await socket.next(id))["data"] == {"viewer": {"roles": ["DISTRIBUTOR_ADMIN"]}}
        assert await socket.receive() == {"type": "complete", "id": id}
        id = await socket.subscribe(
            'mutation { createUpload(input: { filename: "a.csv", idempotencyKey: "over-a-socket" }) { upload { id } } }'
        )
        made = (await socket.next(id))["data"]["createUpload"]["upload"]["id"]
        assert await socket.receive() == {"type": "complete", "id": id}
        again = await caller.act(
            "mutation($input: CreateUploadInput!) { createUpload(input: $input) { upload { id } } }",
            filename="a.csv",
            idempotencyKey="over-a-socket",
        )
        assert again["upload"]["id"] == made
        id = await socket.subscribe('{ viewer { vendor { id } } node(id: "x") { id } }')
        assert (await socket.next(id))["data"] == {"viewer": {"vendor": None}, "node": None}


@pytest.mark.parametrize(
    "query",
    [
        "subscription {",
        "",
        "{ nothing }",
        "subscription { submissionProgress { status } }",
        'subscription { a: submissionProgress(id: "x") { id } b: submissionProgress(id: "y") { id } }',
        'subscription { submissionProgress(id: "x") @skip(if: true) { id } }',
        "subscription { __typename }",
        "subscription($id: ID!) { submissionProgress(id: $id) { id } }",
        "query A { viewer { roles } } query B { viewer { roles } }",
        'mutation { createUpload(input: { filename: "a.csv" }) { upload { id } } }',
    ],
)
async def test_a_wrong_document_is_answered_by_an_error(api: Api, served: Served, query: str) -> None:
    async with served.socket((await api.distributor()).token) as socket:
        id = await socket.subscribe(query)
        message = await socket.receive()
        assert (message["type"], message["id"]) == ("error", id)
        assert message["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT", message
        id = await socket.subscribe(ROLES)
        assert "data" in await socket.next(id), "the connection goes on"


async def test_operations_under_way_are_limited_by_connection_and_by_client(api: Api, served: Served) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    async with served.socket(caller.token) as socket:
        for _ in range(MOST_OPERATIONS):
            await socket.next(await socket.subscribe(STATUS, id=report))
        id = await socket.subscribe(STATUS, id=report)
        message = await socket.receive()
        assert (message["type"], message["id"]) == ("error", id)
        assert message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        served.server.subscriptions.slots.most = MOST_OPERATIONS
        try:
            async with served.socket(caller.token) as second:
                await second.subscribe(ROLES)
                message = await second.receive()
                assert message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
            async with served.socket((await api.vendor()).token) as foreign:
                assert "data" in await foreign.next(await foreign.subscribe(ROLES)), "another client is not held up"
        finally:
            served.server.subscriptions.slots.most = 100
    await served.settled()
    await api.count()


async def test_operations_draw_from_the_same_buckets_as_requests(api: Api, urls: Urls) -> None:
    caller = await api.distributor()
    few = Settings(home=Path("/nowhere"), requests_per_minute=2)
    async with serving(urls, settings=few) as served, served.socket(caller.token) as socket:
        for _ in range(2):
            assert "data" in await socket.next(await socket.subscribe(ROLES))
            assert (await socket.receive())["type"] == "complete"
        await socket.subscribe(STATUS, id="x")
        message = await socket.receive()
        assert message["type"] == "error" and message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert message["payload"][0]["extensions"]["retryAfter"] > 0


async def test_a_subscription_has_its_limits_and_every_event_its_price(api: Api, urls: Urls) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    few = Settings(home=Path("/nowhere"), cost_per_request=100, cost_per_minute=3)
    dear = "subscription($id: ID!) { submissionProgress(id: $id) { rows(first: 250) { edges { node { row } } } } }"
    async with serving(urls, settings=few) as served, served.socket(caller.token) as socket:
        id = await socket.subscribe(dear, id=report)
        message = await socket.receive()
        assert message["type"] == "error" and message["payload"][0]["extensions"]["code"] == "COST_LIMIT"
        id = await socket.subscribe(STATUS, id=report)
        await socket.next(id)
        await api.count()
        while (message := await socket.receive())["type"] == "next":
            pass
        assert message["type"] == "error" and message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert message["id"] == id


async def test_connections_of_one_client_are_limited(api: Api, urls: Urls) -> None:
    caller = await api.distributor()
    async with serving(urls) as served:
        served.server.sockets.connections.most = 1
        async with served.socket(caller.token), served.socket() as second:
            await second.send(type="connection_init", payload={"Authorization": f"Bearer {caller.token}"})
            assert (await second.closed())[0] == 1013
        await served.settled()
        async with served.socket(caller.token):
            pass


async def test_a_thousand_messages_at_once_hold_nobody_up(api: Api, served: Served) -> None:
    caller, other = await api.distributor(), await api.vendor()
    async with served.socket(caller.token) as socket, served.socket(other.token) as beside:
        flood = [
            json.dumps({"type": "ping"})
            if n % 2
            else json.dumps({"type": "subscribe", "id": f"f{n}", "payload": {"query": ROLES}})
            for n in range(1_000)
        ]
        reading = asyncio.create_task(_read(socket.connection, 500))
        for message in flood:
            await socket.connection.send(message)
        began = perf_counter()
        assert "data" in await beside.next(await beside.subscribe(ROLES))
        waited = perf_counter() - began
        pongs, ended = await asyncio.wait_for(reading, 20)
        assert pongs == 500 and len(ended) == 500, "each is answered, or refused"
        assert waited < 2
    await served.settled()


async def _read(connection: object, most: int) -> tuple[int, set[str]]:
    pongs, ended = 0, set[str]()
    while pongs < most or len(ended) < most:
        message = json.loads(await connection.recv())  # type: ignore[attr-defined]
        if message["type"] == "pong":
            pongs += 1
        elif message["type"] in {"complete", "error"}:
            ended.add(message["id"])
    return pongs, ended


async def test_who_takes_nothing_of_what_is_sent_is_let_go(api: Api, urls: Urls) -> None:
    caller = await api.distributor()
    large = "{ __schema { types { name description fields { name description args { name description } } } } }"
    async with serving(urls, longest_send=0.5) as served, served.socket(caller.token, max_queue=1) as socket:
        for _ in range(400):
            await socket.subscribe(large)
            await asyncio.sleep(0)
            if not served.left:
                break
        await served.settled()
        socket.connection.transport.abort()


async def test_who_leaves_leaves_nothing_behind(api: Api, served: Served) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    async with served.socket(caller.token) as socket:
        await socket.next(await socket.subscribe(STATUS, id=report))
        assert served.changes.followed == 1
        socket.connection.transport.abort()
        await served.settled()
    await api.count()


async def test_pages_of_a_foreign_origin_do_not_connect(api: Api, served: Served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with served.socket(origin="https://elsewhere.example"):
            pass
    assert refused.value.response.status_code == 403
    async with served.socket((await api.distributor()).token, origin=URL):
        pass


async def test_pages_of_a_named_origin_connect(api: Api, urls: Urls) -> None:
    portal = "https://portal.example"
    settings = Settings(home=Path("/nowhere"), origins=frozenset({portal}))
    async with serving(urls, settings=settings) as served:
        async with served.socket((await api.distributor()).token, origin=portal) as socket:
            assert "data" in await socket.next(await socket.subscribe(ROLES))
        served.server.sockets.may_call = lambda actor, origin: False
        async with served.socket(origin=portal) as socket:
            await socket.send(
                type="connection_init", payload={"Authorization": f"Bearer {(await api.distributor()).token}"}
            )
            assert (await socket.closed())[0] == 4403


async def test_a_server_that_stops_sends_its_clients_to_another(api: Api, urls: Urls) -> None:
    caller = await api.distributor()
    report = await handed_in(api, caller)
    async with serving(urls) as served, served.socket(caller.token) as socket:
        await socket.next(await socket.subscribe(STATUS, id=report))
        began = perf_counter()
        closing = asyncio.create_task(socket.closed())
        await served.stop()
        assert (await closing)[0] == 1012 and perf_counter() - began < 5
    await api.count()
