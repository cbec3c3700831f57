"""From the bytes of a report to its figures, beside the least that PostgreSQL can do with the same lines.

A distributor uploads a report of a hundred thousand lines, hands it in, and waits until it counts: read, checked, placed,
written as lines and added to the rollups, by the server and the worker as users run them. The other contender copies the
same lines, ready-made in PostgreSQL's own binary form, into the same table with its indexes, which holds a million lines.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg

from app.access.roles import Role, Scope
from app.client import Client, token
from app.execution.identifiers import Key, global_id, read_global_id
from app.programme.spans import month_after
from app.programme.terms import Level
from app.store.connect import Urls, set_up
from app.store.embedded import EmbeddedPostgres
from app.store.schema import migrate
from benchmarks import network
from benchmarks.portal import TAILRACE, tailrace
from benchmarks.processes import Server, cores, memory_of, served
from benchmarks.report_files import MONTH, as_csv, as_x12, lines
from benchmarks.results import Result

SIZE = network.Size(agreements=2, authorizations=300, products=100, lines=24)
"Over a million lines before the first report."
LINES = 100_000
RAW = "binary COPY"
PATIENCE = 300.0
FORMATS: dict[str, tuple[str, Callable[..., bytes], float]] = {
    "csv_100k_report": ("csv", as_csv, 2.5),
    "x12_100k_report": ("x12", as_x12, 8.0),
}
"The measurement: how files of it are called and written, and at most how often the time of the copy it may take."


@dataclass(slots=True)
class Timed:
    """What was measured of one contender, in seconds: the whole of each round, and of the uploads in it."""

    name: str
    seconds: list[float] = field(default_factory=list)
    uploads: list[float] = field(default_factory=list)

    def told(self, **more: Any) -> dict[str, Any]:
        """As it stands in the results."""
        rounds = [round(each, 3) for each in self.seconds]
        return {"name": self.name, "seconds": round(median(self.seconds), 3), "rounds": rounds, **more}


@dataclass(frozen=True, slots=True)
class Desk:
    """A distributor that reports: its client, its agreement, and who works for it."""

    urls: Urls
    net: network.Network
    client: Client
    server: Server
    worker: Server
    folder: Path

    @property
    def agreement(self) -> str:
        return global_id("DistributionAgreement", Key(self.net.vendor_id, self.net.agreements[0][0]))


@contextmanager
def _desk() -> Iterator[Desk]:
    everywhere = sorted({*cores()[0], *cores()[1]})
    with tempfile.TemporaryDirectory(prefix="tailrace-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedPostgres(folder, say=lambda _: None) as cluster:
            urls = asyncio.run(set_up(cluster, "bench", "for-measuring"))
            asyncio.run(migrate(urls.owner, urls.login))
            net = network.network("Counting Vendor", SIZE)
            asyncio.run(network.write(urls, net))
            organization = asyncio.run(network.link(urls, net, net.agreements[0][1], "Reporting Distributor"))
            made = asyncio.run(
                network.client(
                    urls, organization, Level.DISTRIBUTOR, Role.DISTRIBUTOR_ADMIN, Scope.SELL_THROUGH_WRITE
                )
            )
            with tailrace(urls, folder, on=everywhere) as server, _worker(urls, folder, everywhere) as worker:
                client = Client(server.url, token(server.url, str(made.id), made.secret))
                yield Desk(urls, net, client, server, worker, folder)


@contextmanager
def _worker(urls: Urls, folder: Path, on: list[int]) -> Iterator[Server]:
    import sys

    environment = {"DATABASE_URL": urls.app, "TAILRACE_HOME": str(folder / "home")}
    command = [sys.executable, "-m", "app.cli", "worker"]
    with served("worker", command, None, port=0, log=folder / "worker.log", environment=environment, on=on) as worker:
        yield worker


def reports(wanted: set[str], rounds: int) -> list[Result]:
    """The measurements of FORMATS that are wanted."""
    names = [name for name in FORMATS if name in wanted]
    if not names:
        return []
    with _desk() as desk:
        return asyncio.run(_reports(desk, names, rounds))


async def _reports(desk: Desk, names: list[str], rounds: int) -> list[Result]:
    connection = await asyncpg.connect(desk.urls.owner)
    try:
        await _report(desk, connection, "csv", as_csv, "warm-up", 1_000)
        own = {name: Timed(TAILRACE) for name in names}
        raw = {name: Timed(RAW) for name in names}
        for turn in range(rounds):
            for name in names:
                ending, written, _ = FORMATS[name]
                await connection.execute("CHECKPOINT")
                began = time.perf_counter()
                submission, uploaded = await _report(desk, connection, ending, written, f"{ending[0].upper()}{turn}", LINES)
                own[name].seconds.append(uploaded[1] - uploaded[0])
                own[name].uploads.append(uploaded[2])
                raw[name].seconds.append(await _copy(connection, submission))
                del began
        return [_result(name, own[name], raw[name], desk) for name in names]
    finally:
        await connection.close()
