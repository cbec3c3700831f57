"""Clients that ask too often, and crowds that ask too much at once, are told to come back."""

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from app.execution.admission import WINDOW, Account, Admission, Bucket, Kept, ProcessMemory, RateLimited, Rates
from app.execution.overload import Capacity, Overload, Places


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0 * WINDOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def bucket(clock: Clock, most: int) -> Bucket:
    return Bucket("test", most, "things", Kept(None, ProcessMemory(clock)))


async def test_a_bucket_is_empty_when_it_was_drawn_from_often_enough(clock: Clock) -> None:
    things = bucket(clock, 5)
    for left in (4, 3, 2, 1, 0):
        await things.take("one")
        assert await things.left("one") == left
    with pytest.raises(RateLimited, match="You have 5 things a minute"):
        await things.take("one")
    await things.take("another")


async def test_it_fills_again_as_the_minute_before_fades(clock: Clock) -> None:
    things = bucket(clock, 60)
    await things.take("one", 60)
    clock.now += WINDOW
    assert await things.left("one") == 0
    clock.now += 30
    assert await things.left("one") == 30
    clock.now += 30
    assert await things.left("one") == 60


@pytest.mark.parametrize(
    "drawn", [[(0, 10)], [(0, 4), (50, 6)], [(59, 10)], [(0, 9), (61, 1), (70, 2)], [(30, 3), (65, 7)]]
)
@pytest.mark.parametrize("amount", [1, 5, 10])
async def test_after_retry_after_there_is_enough_and_before_there_was_not(
    clock: Clock, drawn: list[tuple[int, int]], amount: int
) -> None:
    began, things = clock.now, bucket(clock, 10)
    for at, taken in drawn:
        clock.now = began + at
        await things.take("one", taken)
    left = await things.left("one")
    assert left is not None
    if left >= amount:
        await things.take("one", amount)
        return
    with pytest.raises(RateLimited) as refused:
        await things.take("one", amount)
    asked = clock.now
    clock.now = asked + refused.value.retry_after - 1.01
    if refused.value.retry_after > 1:
        assert (await things.left("one") or 0) < amount
    clock.now = asked + refused.value.retry_after
    await things.take("one", amount)


async def test_no_limit_is_no_limit(clock: Clock) -> None:
    things = bucket(clock, 0)
    await things.take("one", 10**9)
    assert await things.left("one") is None


async def test_shared_counters_that_do_not_answer_are_not_asked_again_at_once(clock: Clock) -> None:
    class Broken(ProcessMemory):
        asked = 0

        async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
            Broken.asked += 1
            raise ConnectionError("gone")

    things = Bucket("test", 2, "things", Kept(Broken(clock), ProcessMemory(clock)))
    await things.take("one")
    await things.take("one")
    with pytest.raises(RateLimited):
        await things.take("one")
    assert Broken.asked == 1


def from_address(address: str, authorization: str = "") -> dict[str, Any]:
    return {"type": "http", "client": (address, 1), "headers": [(b"authorization", authorization.encode())]}


async def test_token_requests_are_counted_by_address_and_by_client_there() -> None:
    admission = Admission(Rates(tokens=20))
    for _ in range(2):
        await admission.at_authorization_server(from_address("10.0.0.1", "Basic YTpi"))
    with pytest.raises(RateLimited, match="2 requests of one client"):
        await admission.at_authorization_server(from_address("10.0.0.1", "Basic YTpi"))
    await admission.at_authorization_server(from_address("10.0.0.2", "Basic YTpi"))
    for _ in range(18):
        await admission.at_authorization_server(from_address("10.0.0.1", "Basic not-base64!"))
    with pytest.raises(RateLimited, match="20 requests from your address"):
        await admission.at_authorization_server(from_address("10.0.0.1"))


async def test_places_are_given_in_the_order_of_coming_and_no_more_than_there_are() -> None:
    places, order = Places(2, most_waiting=10, longest_wait=5), []
    at_once = most_at_once = 0

    async def work(n: int) -> None:
        nonlocal at_once, most_at_once
        assert await places.take()
        order.append(n)
        at_once += 1
        most_at_once = max(most_at_once, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        places.leave()

    await asyncio.gather(*(work(n) for n in range(9)))
    assert order == list(range(9)) and most_at_once == 2


async def test_who_comes_when_too_many_wait_is_sent_away_at_once() -> None:
    places = Places(1, most_waiting=1, longest_wait=5)
    assert await places.take()
    waiting = asyncio.create_task(places.take())
    await asyncio.sleep(0)
    assert not await places.take()
    places.leave()
    assert await waiting


async def test_who_waits_too_long_or_gives_up_leaves_no_place_taken() -> None:
    places = Places(1, most_waiting=5, longest_wait=0.01)
    assert await places.take()
    assert not await places.take()
    gone = asyncio.create_task(places.take())
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    places.leave()
    assert await places.take()


async def test_a_place_given_to_who_gives_up_in_that_moment_goes_to_the_next() -> None:
    places = Places(1, most_waiting=5, longest_wait=5)
    assert await places.take()
    first, second = asyncio.create_task(places.take()), asyncio.create_task(places.take())
    await asyncio.sleep(0)
    places.leave()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert await second


async def test_an_account_without_a_bucket_pays_nothing() -> None:
    account = Account("", None)
    await account.spend(10**12)
    assert account.limit is None and await account.left() is None


class Answering:
    """An application that begins its answer with a type, and ends it when it is told to."""

    def __init__(self, kind: bytes) -> None:
        self.kind, self.end, self.begun = kind, asyncio.Event(), 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.begun += 1
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", self.kind)]})
        await self.end.wait()
        await send({"type": "http.response.body", "body": b""})


async def status_at(app: Overload, path: str) -> int:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    await app({"type": "http", "path": path, "headers": []}, receive, send)
    status: int = sent[0]["status"]
    return status


@pytest.mark.parametrize(("kind", "another"), [(b"application/json", 503), (b"text/event-stream; charset=utf-8", 200)])
async def test_a_stream_of_events_keeps_no_place_once_it_has_begun(kind: bytes, another: int) -> None:
    inner = Answering(kind)
    app = Overload(inner, Capacity(requests=1, uploads=1, waiting=0, longest_wait=1))
    first = asyncio.create_task(status_at(app, "/graphql"))
    await asyncio.sleep(0)
    second = asyncio.create_task(status_at(app, "/graphql"))
    await asyncio.sleep(0)
    inner.end.set()
    assert (await first, await second) == (200, another)
    assert await status_at(app, "/graphql") == 200


async def test_uploads_and_requests_do_not_take_each_others_places() -> None:
    inner = Answering(b"application/json")
    app = Overload(inner, Capacity(requests=1, uploads=1, waiting=0, longest_wait=1))
    upload = asyncio.create_task(status_at(app, "/uploads/x"))
    request = asyncio.create_task(status_at(app, "/graphql"))
    await asyncio.sleep(0)
    assert inner.begun == 2
    assert await status_at(app, "/uploads/y") == 503 and await status_at(app, "/oauth/token") == 503
    inner.end.set()
    assert (await upload, await request) == (200, 200)


async def test_a_place_is_given_back_where_the_application_fails() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("broken")

    app = Overload(failing, Capacity(requests=1, uploads=1, waiting=0, longest_wait=1))
    for _ in range(3):
        with pytest.raises(RuntimeError, match="broken"):
            await status_at(app, "/graphql")
