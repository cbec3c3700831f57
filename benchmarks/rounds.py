"""Contenders side by side: each asked in turn, again and again, so that whatever else the machine does meets them all.

Of every contender the median of its rounds counts: requests per second, and the time within which 95 of 100 requests were
answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.load import Order
from benchmarks.processes import HOST, Clients, Server, busy, busy_with_children


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a run takes; `seconds` are those of one contender in one round."""

    rounds: int
    seconds: float
    warm_up: float


class Failed(Exception):
    """A contender did not answer as it should; the message says what it did."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A server, and the request by which it is asked."""

    name: str
    server: Server
    request: bytes

    def order(self, clients: int, seconds: float) -> Order:
        return Order(HOST, self.server.port, self.request.decode("latin-1"), clients, seconds)


@dataclass(slots=True)
class Measured:
    """What was measured of one contender: requests per second and milliseconds, of each round; memory in MiB.

    `cpu` and `database_cpu` are milliseconds of a core that one request takes, of the server and of PostgreSQL.
    """

    name: str
    rates: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    database_cpu: list[float] = field(default_factory=list)
    answer_bytes: int = 0
    memory_mb: float = 0.0

    @property
    def rate(self) -> float:
        return median(self.rates)

    def told(self) -> dict[str, Any]:
        """As it stands in the results."""
        return {
            "name": self.name,
            "requests_per_second": round(self.rate, 1),
            "p50_ms": round(median(self.p50), 2),
            "p95_ms": round(median(self.p95), 2),
            "cpu_ms": round(median(self.cpu), 3),
            "database_cpu_ms": round(median(self.database_cpu), 3),
            "memory_mb": self.memory_mb,
            "answer_bytes": self.answer_bytes,
            "rounds": [round(rate, 1) for rate in self.rates],
        }


def request(path: str, body: bytes, token: str | None = None) -> bytes:
    """A POST of JSON, as it travels."""
    head = [f"POST {path} HTTP/1.1", f"Host: {HOST}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    head += ["Accept: application/json", *([f"Authorization: Bearer {token}"] if token else [])]
    return "\r\n".join([*head, "", ""]).encode() + body


def measure(
    clients: Clients, contenders: Sequence[Contender], number: int, pace: Pace, postgres: int
) -> dict[str, Measured]:
    """Ask all contenders with so many clients, round after round, each round beginning with another one.

    `postgres` is the process that all of the database's others are children of. Raises Failed where an answer is anything
    but 200.
    """
    found = {each.name: Measured(each.name) for each in contenders}
    for each in contenders:
        _ask(clients, each, number, pace.warm_up)
    for turn in range(pace.rounds):
        first = turn % len(contenders)
        for each in [*contenders[first:], *contenders[:first]]:
            measured, server = found[each.name], each.server.process.pid
            before = busy(server), busy_with_children(postgres)
            answer = _ask(clients, each, number, pace.seconds)
            after = busy(server), busy_with_children(postgres)
            measured.cpu.append((after[0] - before[0]) / answer["requests"] * 1000)
            measured.database_cpu.append((after[1] - before[1]) / answer["requests"] * 1000)
            measured.rates.append(answer["requests"] / answer["seconds"])
            measured.p50.append(answer["p50"] * 1000)
            measured.p95.append(answer["p95"] * 1000)
            measured.answer_bytes = answer["bytes"]
    for each in contenders:
        found[each.name].memory_mb = each.server.memory()
    return found


def _ask(clients: Clients, contender: Contender, number: int, seconds: float) -> dict[str, Any]:
    answer = clients.run(contender.order(number, seconds))
    if answer["failures"] or not answer["requests"]:
        raise Failed(f"{contender.name} answered {answer['requests']} requests, and failed: {answer['failures']}.")
    return answer
