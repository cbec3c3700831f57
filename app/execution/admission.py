"""How much each client may ask in a minute, counted in buckets that all its requests draw from.

A client has points for what its documents may cost and a number of requests; asking for tokens and sending uploads are
counted apart. The last sixty seconds count: as many as lie in this minute, and of the minute before the share that still
lies within sixty seconds. Buckets are in the memory of each server process, or in Redis for all of them together; where
Redis does not answer, each process counts for itself until it does.
"""

import time
from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from math import floor
from typing import TypeVar, cast

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import SlidingWindowCounterSupport, Storage
from limits.errors import StorageError
from limits.storage import storage_from_string
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.execution.errors import ErrorCode, Fault

log = structlog.get_logger()
T = TypeVar("T")
WINDOW = 60
_LONGEST_ANSWER = 0.25
"Seconds that Redis is given to answer."
_RESTS = 5.0
"Seconds in which it is not asked again after it has not answered."


class RateLimited(Fault):
    """A bucket has not enough left; `retry_after` is in whole seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        said = f"{message} Try again in {retry_after} second{'' if retry_after == 1 else 's'}."
        super().__init__(ErrorCode.RATE_LIMITED, said, {"retryAfter": retry_after})
        self.retry_after = retry_after


class Counters(SlidingWindowCounterSupport, Storage):
    """What keeps counters of sliding windows: the library's Redis storage, or the memory of this process."""


class ProcessMemory(Counters):
    """Counters in the memory of this process: for each bucket one of this minute and one of the minute before.

    The library's own starts a task that looks through all buckets at every hit; this one looks through them at the end of
    each minute. `now` is in seconds since 1970.
    """

    STORAGE_SCHEME = None

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._now = now
        self._minute = 0
        self._current: dict[str, int] = {}
        self._previous: dict[str, int] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def _turn(self, expiry: int) -> tuple[float, float]:
        """How long the minute before still counts, and how long this one lasts, both in seconds."""
        now = self._now()
        minute, into = divmod(now, expiry)
        if minute != self._minute:
            self._previous = self._current if minute == self._minute + 1 else {}
            self._current, self._minute = {}, int(minute)
        return expiry - into, 2 * expiry - into

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        remaining, _ = self._turn(expiry)
        counted = floor(self._previous.get(key, 0) * remaining / expiry) + self._current.get(key, 0)
        if counted + amount > limit:
            return False
        self._current[key] = self._current.get(key, 0) + amount
        return True

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        before, this = self._turn(expiry)
        return self._previous.get(key, 0), before, self._current.get(key, 0), this

    async def clear_sliding_window(self, key: str, expiry: int) -> None:
        await self.clear(key)

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        self._turn(int(expiry))
        self._current[key] = self._current.get(key, 0) + amount
        return self._current[key]

    async def get(self, key: str) -> int:
        return self._current.get(key, 0)

    async def get_expiry(self, key: str) -> float:
        return float((self._minute + 1) * WINDOW)

    async def check(self) -> bool:
        return True

    async def clear(self, key: str) -> None:
        self._current.pop(key, None)
        self._previous.pop(key, None)

    async def reset(self) -> int | None:
        self._current, self._previous = {}, {}
        return None


class Kept:
    """Where buckets are kept: in what all processes share, or in this one while that does not answer."""

    def __init__(self, shared: Counters | None, own: Counters) -> None:
        self._shared, self._own = shared, own
        self._own_until = 0.0

    async def asked(self, ask: Callable[[Counters], Awaitable[T]]) -> T:
        """What the counters say."""
        if self._shared is None or time.monotonic() < self._own_until:
            return await ask(self._own)
        try:
            return await ask(self._shared)
        except (StorageError, OSError) as reason:
            self._own_until = time.monotonic() + _RESTS
            log.warning("the shared rate limits do not answer; each process counts for itself", reason=str(reason))
            return await ask(self._own)


class Bucket:
    """So many a minute, for each of many keys. `most` 0: no limit."""

    def __init__(self, name: str, most: int, what: str, kept: Kept) -> None:
        self.most, self._what = most, what
        self._item = RateLimitItemPerMinute(max(1, most), namespace=f"tailrace/{name}")
        self._named = lru_cache(maxsize=4_096)(self._item.key_for)
        self._kept = kept

    async def take(self, key: str, amount: int = 1) -> None:
        """Take some. Raises RateLimited where not enough is left."""
        if not self.most:
            return
        full = self._named(key)
        if not await self._kept.asked(lambda kept: kept.acquire_sliding_window_entry(full, self.most, WINDOW, amount)):
            raise RateLimited(f"You have {self.most:,} {self._what} a minute.", await self._wait(key, amount))

    async def left(self, key: str) -> int | None:
        """How much is left; None where there is no limit."""
        if not self.most:
            return None
        previous, share, current, _ = await self._window(key)
        return max(0, self.most - floor(previous * share / WINDOW) - current)

    async def _wait(self, key: str, amount: int) -> int:
        """Seconds until that much is left, if nothing else is taken meanwhile; at least one."""
        previous, share, current, lasts = await self._window(key)
        free = self.most - amount
        if current <= free:
            wait = share - (free - current + 1) * WINDOW / max(1, previous)
        else:
            wait = max(0.0, lasts - WINDOW) + WINDOW - (free + 1) * WINDOW / current
        return max(1, floor(wait) + 1)

    async def _window(self, key: str) -> tuple[int, float, int, float]:
        full = self._named(key)
        return await self._kept.asked(lambda kept: kept.get_sliding_window(full, WINDOW))


@dataclass(frozen=True, slots=True)
class Rates:
    """How many a minute: points and requests of one client, its uploads, and token requests of one address."""

    points: int = 3_000_000
    requests: int = 6_000
    uploads: int = 120
    tokens: int = 600


class Admission:
    """The buckets of a server."""

    def __init__(self, rates: Rates, redis_url: str | None = None, own: Counters | None = None) -> None:
        shared = None if redis_url is None else _redis(redis_url)
        kept = Kept(shared, own or ProcessMemory())

        def bucket(name: str, most: int, what: str) -> Bucket:
            return Bucket(name, most, what, kept)

        self.points = bucket("points", rates.points, "points for what documents may cost")
        self.requests = bucket("requests", rates.requests, "requests")
        self.uploads = bucket("uploads", rates.uploads, "uploads")
        self._tokens = bucket("tokens", rates.tokens, "requests from your address to the authorization server")
        few = -(-rates.tokens // 10)
        self._tokens_of_client = bucket("client-tokens", few, "requests of one client to the authorization server")

    async def at_authorization_server(self, scope: Scope) -> None:
        """Take a request of an address, and of the client that it names beside a password. Raises RateLimited."""
        address = scope["client"][0] if scope.get("client") else ""
        client = _basic_user(Headers(scope=scope).get("authorization", ""))
        if client is not None:
            await self._tokens_of_client.take(f"{client} {address}")
        await self._tokens.take(address)

    def account(self, client: str) -> "Account":
        """What one client draws from."""
        return Account(client, self.points)


@dataclass(frozen=True, slots=True)
class Account:
    """The points of one client. Without a bucket nothing is counted."""

    client: str
    points: Bucket | None

    @property
    def limit(self) -> int | None:
        """Points a minute; None where there is no limit."""
        return self.points.most or None if self.points is not None else None

    async def spend(self, amount: int) -> None:
        """Take points. Raises RateLimited where not enough are left."""
        if self.points is not None:
            await self.points.take(self.client, amount)

    async def left(self) -> int | None:
        """The points left; None where there is no limit."""
        return await self.points.left(self.client) if self.points is not None else None


UNMETERED = Account("", None)


def _basic_user(authorization: str) -> str | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > 1_000:
        return None
    try:
        return b64decode(encoded).partition(b":")[0].decode("latin-1")
    except ValueError:
        return None


class Metered:
    """Counts what is posted to the authorization server; too much is refused with 429."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app, self._admission = app, admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            try:
                await self._admission.at_authorization_server(scope)
            except RateLimited as reason:
                headers = {"Retry-After": str(reason.retry_after), "Cache-Control": "no-store"}
                body = {"error": "slow_down", "error_description": reason.message}
                await JSONResponse(body, 429, headers)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _redis(url: str) -> Counters:
    """Buckets in Redis. Raises ValueError where the library for it is not installed."""
    try:
        found = storage_from_string(
            f"async+{url}",
            implementation="redispy",
            wrap_exceptions=True,
            socket_timeout=_LONGEST_ANSWER,
            socket_connect_timeout=_LONGEST_ANSWER,
        )
    except Exception as reason:
        raise ValueError(
            f"TAILRACE_REDIS_URL cannot be used ({reason}). It is like redis://host:6379/0, and needs the extra `redis`: "
            "pip install 'tailrace[redis]'."
        ) from reason
    return cast(Counters, found)
