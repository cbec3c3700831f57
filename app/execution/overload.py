"""What a server does when more is asked of it than it can answer: some wait their turn, for a short while; the rest is
told at once to come back.

Requests that are worked on hold one of so many places. Beyond those a number of requests may wait for a place, each for a
limited time; what comes then is answered 503 with Retry-After before anything was read of it, after a breath, so that who
asks again at once does not keep the server busy with refusals. Uploads have places of their own, fewer than their lane of
the database has connections, so that slow senders leave the graph and downloads alone. A stream of events keeps no place
once it has begun. Whether the server lives and is ready can always be asked.
"""

import asyncio
from collections import deque
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.execution.errors import ErrorCode
from app.execution.http import failure

BREATH = 0.1
"Seconds before a refusal is sent."
ALWAYS = frozenset({"/livez", "/readyz"})
UPLOADS = "/uploads/"


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much at the same time: requests worked on, uploads, and how many of each may wait for how many seconds."""

    requests: int = 32
    uploads: int = 4
    waiting: int = 256
    longest_wait: float = 3.0


class Places:
    """Places to work at, and the queue in front of them."""

    def __init__(self, most: int, most_waiting: int, longest_wait: float) -> None:
        self._free, self._most_waiting, self._longest_wait = most, most_waiting, longest_wait
        self._queue: deque[asyncio.Future[None]] = deque()

    async def take(self) -> bool:
        """Wait for a place. False where there are too many before, or the wait was too long."""
        if self._free > 0:
            self._free -= 1
            return True
        if len(self._queue) >= self._most_waiting:
            return False
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            async with asyncio.timeout(self._longest_wait):
                await turn
        except TimeoutError:
            return self._late(turn)
        except asyncio.CancelledError:
            if self._late(turn):
                self.leave()
            raise
        return True

    def _late(self, turn: "asyncio.Future[None]") -> bool:
        """Whether the place was given in the very moment in which it was given up."""
        if turn.done() and not turn.cancelled():
            return True
        if turn in self._queue:
            self._queue.remove(turn)
        return False

    def leave(self) -> None:
        """Give the place to whoever waits longest."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


class Overload:
    """Gives every request a place, or sends it away."""

    def __init__(self, app: ASGIApp, capacity: Capacity) -> None:
        self._app = app
        self._requests = Places(capacity.requests, capacity.waiting, capacity.longest_wait)
        self._uploads = Places(capacity.uploads, capacity.waiting, capacity.longest_wait)
        self._retry_after = max(1, round(capacity.longest_wait))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self._app(scope, receive, send)
            return
        places = self._uploads if scope["path"].startswith(UPLOADS) else self._requests
        if not await places.take():
            await asyncio.sleep(BREATH)
            await _sent_away(self._retry_after)(scope, receive, send)
            return
        held = True

        async def answer(message: Message) -> None:
            nonlocal held
            if held and message["type"] == "http.response.start" and _streams(message):
                held = False
                places.leave()
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            if held:
                places.leave()


def _sent_away(retry_after: int) -> Response:
    message = f"The server is busy. Nothing was done; send it again in {retry_after} second{'s' * (retry_after > 1)}."
    return failure(503, ErrorCode.RATE_LIMITED, message, {"Retry-After": str(retry_after)})


def _streams(message: Message) -> bool:
    for name, value in message.get("headers", ()):
        if name.lower() == b"content-type":
            return bool(value.startswith(b"text/event-stream"))
    return False


class Envelope:
    """Refuses requests whose address or headers are longer than any of ours need to be."""

    def __init__(self, app: ASGIApp, longest_address: int, longest_headers: int) -> None:
        self._app, self._longest_address, self._longest_headers = app, longest_address, longest_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refused = self._refused(scope)
            if refused is not None:
                await refused(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refused(self, scope: Scope) -> Response | None:
        if len(scope["raw_path"]) + len(scope["query_string"]) > self._longest_address:
            message = f"An address has at most {self._longest_address:,} characters. Send long documents by POST."
            return failure(414, ErrorCode.BAD_USER_INPUT, message)
        length = 0
        for name, value in scope["headers"]:
            length += len(name) + len(value)
        if length > self._longest_headers:
            message = f"The headers of a request have at most {self._longest_headers:,} characters together."
            return failure(431, ErrorCode.BAD_USER_INPUT, message)
        return None


__all__ = ["Capacity", "Envelope", "Overload", "Places"]
