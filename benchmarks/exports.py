"""What an export costs: five million sell-through lines as CSV, beside PostgreSQL writing the same cells itself.

A vendor's integration asks for all lines of one agreement by `startExport`; the time is from the request until the file can
be fetched, with what is checked, compressed, hashed and stored on the way. Beside it PostgreSQL's own `COPY (SELECT …)`, as
the database's owner, past every policy, writes the same cells in the same order into a file; and without the order, which
says what sorting takes. The worker's memory may not grow with the rows. `small` is a hundredth of the lines.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import asyncpg

from app.access.roles import Role
from app.access.scopes import Scope
from app.client import Client, token
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from app.store.connect import Urls, set_up
from app.store.embedded import EmbeddedPostgres
from app.store.schema import migrate
from benchmarks import network
from benchmarks.counting import PATIENCE, Timed
from benchmarks.processes import Server, cores, memory_of
from benchmarks.results import Result
from benchmarks.servers import TAILRACE, tailrace, worker

EXPORT = "export_5m"
NAMES = (EXPORT,)
FIRST_MONTH, MONTHS = date(2024, 7, 1), 24
MOST_GROWTH = 200.0
"MiB"
LINES = """query Lines($id: ID!) { node(id: $id) { ... on DistributionAgreement { lines { edges { node {
  documentNumber documentLine soldOn quantity unitPrice { amount currency } amount { amount } bookAmount { amount }
  saleType shipToCountry endCustomer productCode
} } } } } }"""
START = """mutation Start($input: StartExportInput!) {
  startExport(input: $input) { export { id } userErrors { code message } }
}"""
FOLLOW = "query Follow($id: ID!) { node(id: $id) { ... on Export { status rows byteSize error } } }"
CELLS = """SELECT l.document_number, l.document_line, l.sold_on, trim_scale(l.quantity * 0.001),
    trim_scale(l.unit_price * 0.000001), l.currency, trim_scale(l.amount * 0.000001),
    trim_scale(l.book_amount * 0.000001), l.sale_type, l.ship_to_country, l.end_customer, l.product_code
FROM sell_through_line l
WHERE l.vendor_id = $1 AND l.distributor_id = $2 AND l.agreement_id = $3 AND l.superseded IS NULL"""
ORDER = " ORDER BY l.sold_on, l.submission_id, l.row_number, l.component, l.recorded"


def measurements(wanted: set[str], rounds: int, *, small: bool = False) -> Iterator[list[Result]]:
    """The measurements of NAMES that are wanted."""
    if EXPORT in wanted:
        yield [_exported(14 if small else 1_389, min(rounds, 3))]


def _exported(lines: int, rounds: int) -> Result:
    net = network.network("Exporter", network.Size(1, 25, 24, lines, FIRST_MONTH, MONTHS))
    everywhere = sorted({*cores()[0], *cores()[1]})
    with tempfile.TemporaryDirectory(prefix="tailrace-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedPostgres(folder, say=lambda _: None) as cluster:
            urls = asyncio.run(set_up(cluster, "bench", "for-measuring"))
            asyncio.run(migrate(urls.owner, urls.login))
            asyncio.run(network.write(urls, net))
            scopes = (Scope.SELL_IN_WRITE, Scope.ANALYTICS_READ)
            role = Role.VENDOR_PROGRAM_MANAGER
            made = asyncio.run(network.client(urls, net.organization_id, Level.VENDOR, role, *scopes))
            with tailrace(urls, folder, everywhere) as server, worker(urls, folder, everywhere) as working:
                client = Client(server.url, token(server.url, str(made.id), made.secret))
                return _beside(urls, net, client, working, folder, rounds)


def _beside(urls: Urls, net: network.Network, client: Client, working: Server, folder: Path, rounds: int) -> Result:
    ours, theirs, unsorted = Timed(TAILRACE), Timed("COPY"), Timed("COPY without the order")
    growth, rows, size = 0.0, 0, 0
    asyncio.run(_copied(urls, net, folder / "copy.csv", ORDER))
    _made(client, net)
    for _ in range(rounds):
        before = _forget_peak(working.process.pid)
        took, found = _made(client, net)
        ours.rounds.append(took)
        growth = max(growth, memory_of(working.process.pid, "VmHWM") - before)
        rows, size = found["rows"], int(found["byteSize"])
        for timed, order in ((theirs, ORDER), (unsorted, "")):
            began = time.perf_counter()
            copied = asyncio.run(_copied(urls, net, folder / "copy.csv", order))
            timed.rounds.append(time.perf_counter() - began)
            assert copied == rows, f"{copied:,} rows were copied, {rows:,} exported"
    ratio = median(ours.rounds) / median(theirs.rounds)
    details: dict[str, Any] = {
        "lines": rows,
        "bytes": size,
        "growth_mb": round(growth, 1),
        "timed": [ours.told(), theirs.told(), unsorted.told()],
    }
    reached = ratio <= 2 and growth < MOST_GROWTH
    reach = f"≤ 2 × its time, the worker grows by less than {MOST_GROWTH:g} MiB"
    return Result(EXPORT, ratio, "COPY (SELECT …) of the same cells in the same order", reach, reached, details)


def _made(client: Client, net: network.Network) -> tuple[float, Any]:
    """Seconds until the file can be fetched, and the export."""
    agreement = global_id("DistributionAgreement", Key(net.vendor_id, net.agreements[0][0]))
    given = {"document": LINES, "variables": {"id": agreement}, "format": "CSV", "idempotencyKey": uuid4().hex}
    began = time.perf_counter()
    id = client.act(START, given)["export"]["id"]
    while True:
        found = client.ask(FOLLOW, {"id": id})["node"]
        if found["status"] == "DONE":
            return time.perf_counter() - began, found
        assert found["status"] in {"QUEUED", "RUNNING"}, found
        assert time.perf_counter() < began + PATIENCE, f"not done after {PATIENCE} s"
        time.sleep(0.05)


async def _copied(urls: Urls, net: network.Network, target: Path, order: str) -> int:
    """Have PostgreSQL write the cells into a file, and say how many rows there are."""
    agreement, distributor = net.agreements[0]
    connection = await asyncpg.connect(urls.owner)
    try:
        with target.open("wb") as file:
            status = await connection.copy_from_query(
                f"{CELLS}{order}", net.vendor_id, distributor, agreement, output=file, format="csv"
            )
    finally:
        await connection.close()
    return int(status.rpartition(" ")[2])


def _forget_peak(pid: int) -> float:
    """The memory that a process has in use now, in MiB; its peak is counted from here on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return memory_of(pid)
