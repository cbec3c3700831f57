"""The clients: as many connections as asked for, each asking again as soon as it has its answer.

Runs as a process of its own, so that it takes no time from the server. It reads one order a line from its standard input,
answers one line, and ends when its input does.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any, cast

END_OF_HEAD = b"\r\n\r\n"
LONGEST_ANSWER = 30.0
"Seconds after which an answer is no longer waited for."


@dataclass(frozen=True, slots=True)
class Order:
    """What to ask, of whom, with how many clients, and for how many seconds."""

    host: str
    port: int
    request: str
    clients: int
    seconds: float


@dataclass(slots=True)
class Tally:
    """What the clients saw; `latencies` in seconds."""

    until: float
    latencies: list[float] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)
    bytes: int = 0


class Client(asyncio.Protocol):
    """One connection. Understands answers that say their length."""

    def __init__(self, request: bytes, tally: Tally) -> None:
        self._request, self._tally = request, tally
        self._buffer = bytearray()
        self._needed = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def _ask(self) -> None:
        self._buffer.clear()
        self._needed = 0
        self._asked = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._needed:
            end = self._buffer.find(END_OF_HEAD)
            if end < 0:
                return
            self._needed = end + len(END_OF_HEAD) + _length(bytes(self._buffer[:end]))
        if len(self._buffer) >= self._needed:
            self._answered(time.perf_counter())

    def _answered(self, now: float) -> None:
        status = self._buffer[9:12].decode()
        if status == "200":
            self._tally.latencies.append(now - self._asked)
            self._tally.bytes = self._needed
        else:
            self._tally.failures[status] = self._tally.failures.get(status, 0) + 1
        if now < self._tally.until:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, reason: Exception | None) -> None:
        if reason is not None:
            self._tally.failures["lost"] = self._tally.failures.get("lost", 0) + 1
        if not self.done.done():
            self.done.set_result(None)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError(f"The answer does not say its length: {head.decode('latin-1')}")


async def run(order: Order) -> dict[str, Any]:
    """Carry an order out: how many answers in how many seconds, how long they took, and what went wrong."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    tally = Tally(began + order.seconds)
    request = order.request.encode()
    clients = [
        (await loop.create_connection(lambda: Client(request, tally), order.host, order.port))[1]
        for _ in range(order.clients)
    ]
    async with asyncio.timeout(order.seconds + LONGEST_ANSWER):
        await asyncio.gather(*(client.done for client in clients))
    took = time.perf_counter() - began
    found = sorted(tally.latencies)
    return {
        "requests": len(found),
        "seconds": took,
        "p50": found[len(found) // 2] if found else None,
        "p95": found[min(len(found) - 1, len(found) * 95 // 100)] if found else None,
        "bytes": tally.bytes,
        "failures": tally.failures,
    }


def main() -> None:
    import uvloop

    for line in sys.stdin:
        answer = uvloop.run(run(Order(**json.loads(line))))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
