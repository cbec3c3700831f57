"""From the bytes of a report to its figures, beside the least that PostgreSQL can do with the same lines.

A distributor uploads a report of a hundred thousand lines, hands it in, and waits until it counts: read, checked, placed,
written as lines and added to the rollups, by the server and the worker as users run them. The other contender copies the
same lines, ready-made in PostgreSQL's own binary form, into the same table with its indexes, which holds a million lines.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from app.access.clients import NewClient
from app.access.roles import Role
from app.access.scopes import Scope
from app.client import Client, token
from app.execution.identifiers import Key, global_id, read_global_id
from app.programme.spans import month_after
from app.programme.terms import Level
from app.store.connect import Urls, set_up
from app.store.embedded import EmbeddedPostgres
from app.store.schema import migrate
from benchmarks import network
from benchmarks.processes import Server, cores, memory_of
from benchmarks.report_files import MONTH, Line, as_csv, as_x12, lines
from benchmarks.results import Result
from benchmarks.servers import TAILRACE, tailrace, worker

SIZE = network.Size(agreements=2, authorizations=300, products=100, lines=24)
"Over a million lines before the first report."
LINES = 100_000
RAW = "binary COPY"
SUBMIT = """mutation Submit($input: SubmitSellThroughInput!) {
  submitSellThrough(input: $input) { submission { id } userErrors { code message } }
}"""
PATIENCE = 600.0


class Format(NamedTuple):
    """How files are called and written, and at most how many times the copy's time a report of them may take."""

    ending: str
    written: Callable[[Iterator[Line]], bytes]
    most: float


FORMATS = {"csv_100k_report": Format("csv", as_csv, 2.5), "x12_100k_report": Format("x12", as_x12, 8.0)}


@dataclass(slots=True)
class Timed:
    """What was measured of one contender, in seconds of each round."""

    name: str
    rounds: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return median(self.rounds)

    def told(self) -> dict[str, Any]:
        """As it stands in the results."""
        return {
            "name": self.name,
            "seconds": round(self.seconds, 3),
            "rounds": [round(each, 2) for each in self.rounds],
        }


@dataclass(frozen=True, slots=True)
class Desk:
    """A distributor that reports: its client, its agreement, and the processes that take its reports."""

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
def desk(*others: network.Network) -> Iterator[Desk]:
    """A database with the network of a distributor that reports, and other networks beside it; server and worker."""
    everywhere = sorted({*cores()[0], *cores()[1]})
    with tempfile.TemporaryDirectory(prefix="tailrace-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedPostgres(folder, say=lambda _: None) as cluster:
            urls = asyncio.run(set_up(cluster, "bench", "for-measuring"))
            net = network.network("Counting Vendor", SIZE)
            secret = asyncio.run(_prepared(urls, net, *others))
            with tailrace(urls, folder, everywhere) as server, worker(urls, folder, everywhere) as working:
                client = Client(server.url, token(server.url, str(secret.id), secret.secret))
                yield Desk(urls, net, client, server, working, folder)


async def _prepared(urls: Urls, net: network.Network, *others: network.Network) -> NewClient:
    """The database, and a client of the distributor that reports."""
    await migrate(urls.owner, urls.login)
    await network.write(urls, net, *others)
    organization = await network.link(urls, net, net.agreements[0][1], "Reporting Distributor")
    role, scope = Role.DISTRIBUTOR_ADMIN, Scope.SELL_THROUGH_WRITE
    return await network.client(urls, organization, Level.DISTRIBUTOR, role, scope)


def reports(wanted: set[str], rounds: int) -> list[Result]:
    """The measurements of FORMATS that are wanted."""
    names = [name for name in FORMATS if name in wanted]
    if not names:
        return []
    with desk() as at:
        return asyncio.run(_reports(at, names, rounds))


async def _reports(at: Desk, names: list[str], rounds: int) -> list[Result]:
    own = {name: Timed(TAILRACE) for name in names}
    uploads = {name: Timed(f"{TAILRACE}, of which upload") for name in names}
    raw = {name: Timed(RAW) for name in names}
    connection = await asyncpg.connect(at.urls.owner)
    try:
        for name in names:
            await counted(at, connection, name, f"{FORMATS[name].ending[0].upper()}W", 1_000)
        for turn in range(rounds):
            for name in names:
                report = await counted(at, connection, name, f"{FORMATS[name].ending[0].upper()}{turn}", LINES)
                uploads[name].rounds.append(report.uploaded - report.began)
                own[name].rounds.append(report.ended - report.began)
                raw[name].rounds.append(await _copied(connection, report.submission))
    finally:
        await connection.close()
    return [_result(name, own[name], uploads[name], raw[name], at) for name in names]


class Counted(NamedTuple):
    """A report that counts, and when it began, was uploaded, and ended."""

    submission: UUID
    began: float
    uploaded: float
    ended: float


async def counted(
    at: Desk, connection: asyncpg.Connection, name: str, document: str, number: int, product: str | None = None
) -> Counted:
    """Report so many lines, as a distributor does, and wait until they count. Raises AssertionError where one does not.

    Lines of a `product` that nobody knows are held, each of them.
    """
    file = at.folder / f"{document}.{FORMATS[name].ending}"
    file.write_bytes(FORMATS[name].written(lines(at.net, document, number, product)))
    await connection.execute("CHECKPOINT")
    began = time.perf_counter()
    upload = await asyncio.to_thread(at.client.upload, file, f"{name} {document} file")
    uploaded = time.perf_counter()
    given = {
        "agreementId": at.agreement,
        "period": {"start": str(MONTH), "end": str(month_after(MONTH))},
        "source": {"uploadId": upload},
        "idempotencyKey": f"{name} {document}",
    }
    identity = read_global_id(at.client.act(SUBMIT, given)["submission"]["id"])
    assert identity is not None
    await _processed(connection, identity.key.id, began + PATIENCE)
    ended = time.perf_counter()
    outcome = "rows_held" if product else "rows_accepted"
    reached = await connection.fetchval(f"SELECT {outcome} FROM submission WHERE id = $1", identity.key.id)
    assert reached == number, f"{reached} of {number} lines of {file.name} are {outcome.removeprefix('rows_')}"
    return Counted(identity.key.id, began, uploaded, ended)


async def _processed(connection: asyncpg.Connection, submission: UUID, until: float) -> None:
    while await connection.fetchval("SELECT processed_at FROM submission WHERE id = $1", submission) is None:
        assert time.perf_counter() < until, f"the report does not count after {PATIENCE} s: is the worker alive?"
        await asyncio.sleep(0.005)


async def _copied(connection: asyncpg.Connection, submission: UUID) -> float:
    """Seconds that the binary COPY takes of the lines of a counted report, with document numbers of their own."""
    names = [row["attname"] for row in await connection.fetch(_COLUMNS)]
    changed = {"submission_id": "uuidv7()", "document_number": "'R' || document_number"}
    chosen = ", ".join(f"{changed.get(name, name)} AS {name}" for name in names)
    ready = BytesIO()
    await connection.copy_from_query(
        f"SELECT {chosen} FROM sell_through_line WHERE submission_id = $1 ORDER BY row_number",
        submission,
        output=ready,
        format="binary",
    )
    ready.seek(0)
    await connection.execute("CHECKPOINT")
    began = time.perf_counter()
    await connection.copy_to_table("sell_through_line", source=ready, columns=names, format="binary")
    return time.perf_counter() - began


_COLUMNS = (
    "SELECT attname FROM pg_attribute WHERE attrelid = 'sell_through_line'::regclass AND attnum > 0 AND NOT attisdropped"
    " ORDER BY attnum"
)


def _result(name: str, own: Timed, uploads: Timed, raw: Timed, at: Desk) -> Result:
    most = FORMATS[name].most
    ratio = own.seconds / raw.seconds
    memory = {
        "memory_mb": memory_of(at.worker.process.pid, "VmHWM"),
        "server_memory_mb": memory_of(at.server.process.pid, "VmHWM"),
    }
    timed = [{**own.told(), **memory}, uploads.told(), raw.told()]
    against = "binary COPY of the same lines into the same table"
    details = {"lines": LINES, "timed": timed}
    return Result(name, ratio, against, f"≤ {most:g} × its time", ratio <= most, details)
