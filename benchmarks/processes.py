"""The processes of a run: each on its cores, on the loopback interface, and none of them outlives the run.

The server that is measured stays on one core, the clients on another; PostgreSQL runs where there is room. Where there is
one core only, they share it.
"""

import json
import math
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.load import Order

PROJECT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
PATIENCE = 60.0


class ServerTrouble(Exception):
    """A server did not start; the message has what it wrote."""


def cores() -> tuple[list[int], list[int]]:
    """The core for the server that is measured, and those for the clients."""
    if not hasattr(os, "sched_getaffinity"):
        return [0], [0]
    found = sorted(os.sched_getaffinity(0))
    return (found[:1], found[1:]) if len(found) > 1 else (found, found)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def leashed(command: Sequence[str], on: Sequence[int], **options: Any) -> "subprocess.Popen[Any]":
    """Start a command on these cores. It ends when this process does."""
    leash = [sys.executable, "-m", "benchmarks.leash", ",".join(map(str, on))]
    return subprocess.Popen([*leash, *command], cwd=PROJECT, **options)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    name: str
    port: int
    process: "subprocess.Popen[Any]"

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def memory(self) -> float:
        """The memory that it has in use, in MiB."""
        return memory_of(self.process.pid)


def memory_of(pid: int, what: str = "VmRSS") -> float:
    """The memory of a process in MiB: what it has in use, or as VmHWM the most that it ever had."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise ValueError(f"process {pid} does not say its {what}")


def busy(pid: int) -> float:
    """The seconds for which a process has kept a core busy, all of its threads together. Nan where it is not told."""
    try:
        return sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9
    except OSError:
        return math.nan


def busy_with_children(pid: int) -> float:
    """The same, together with the processes that it has started and that still run."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return math.nan
    return busy(pid) + sum(busy(int(child)) for child in children)


@contextmanager
def served(
    name: str,
    command: Sequence[str],
    ready: str | None,
    *,
    port: int,
    log: Path,
    environment: Mapping[str, str],
    on: Sequence[int] | None = None,
) -> Iterator[Server]:
    """A server for as long as the block lasts, once it answers the path `ready`. What it writes goes to `log`.

    A process that answers nothing has no such path, and is not waited for.
    """
    own = {key: value for key, value in os.environ.items() if not key.startswith(("TAILRACE_", "DATABASE_URL", "PG"))}
    with log.open("wb") as target:
        process = leashed(
            command,
            on or cores()[0],
            env={**own, **environment},
            stdout=target,
            stderr=target,
            stdin=subprocess.DEVNULL,
        )
    try:
        server = Server(name, port, process)
        if ready is not None:
            _wait_for(server, ready, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(server: Server, path: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}{path}", timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    words = "\n".join(log.read_text(errors="replace").splitlines()[-30:])
    raise ServerTrouble(f"{server.name} does not answer at {server.url}{path}. It wrote:\n{words}")


class Clients:
    """The load generator, a process of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "benchmarks.load"]
        self._process = leashed(command, cores()[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> "Clients":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(PATIENCE)

    def run(self, order: Order) -> dict[str, Any]:
        """Have an order carried out."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer
