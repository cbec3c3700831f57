"""What a long report and a long history cost: memory, the neighbours' time, the cube's time, the release of held rows.

A distributor reports a million lines while another vendor's analyst goes on asking: neither the server nor the worker may
grow by much, nor the analyst wait for long. The cube is asked for 24 months by month, distributor and family, beside
PostgreSQL adding up the lines, and beside itself over a tenth of the lines. Fifty thousand rows that wait for one code are
released by its alias, beside a report of as many. `small` is a hundredth or so of everything, to see whether it works.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

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
from benchmarks.counting import PATIENCE, Desk, Timed, counted, desk
from benchmarks.processes import cores, memory_of
from benchmarks.results import Result
from benchmarks.servers import TAILRACE, tailrace

MEMORY, NEIGHBOUR = "csv_1m_memory_mb", "neighbour_p95"
CUBE, GROWTH = "cube_24_months", "cube_growth_1m_10m"
RELEASE = "held_release_50k"
NAMES = (MEMORY, NEIGHBOUR, CUBE, GROWTH, RELEASE)
MOST_GROWTH = 200.0
"MiB"
FIRST_MONTH, MONTHS = date(2024, 7, 1), 24
UNKNOWN = "NOBODY-KNOWS"
SALES = """query Sales($period: DateRangeInput!) { viewer { vendor { network {
  sales(period: $period, by: [MONTH, DISTRIBUTOR, PRODUCT_FAMILY], first: 250) { edges { node {
    periodStart productFamily distributor { id } sellThroughUnits sellThroughAmount { amount currency }
  } } }
} } } }"""
SCAN = """
SELECT date_trunc('month', l.counts_on)::date, l.distributor_id, p.family, sum(l.quantity), sum(l.book_amount),
    l.book_currency
FROM sell_through_line l JOIN product p ON p.vendor_id = l.vendor_id AND p.id = l.product_id
WHERE l.vendor_id = $1 AND l.superseded IS NULL AND l.counts_on >= $2 AND l.counts_on < $3
GROUP BY 1, 2, 3, 6 ORDER BY 1, 2, 3 LIMIT 250
"""
CONFIRM = """mutation Confirm($input: ConfirmAliasInput!) {
  confirmAlias(input: $input) { alias { id } userErrors { code message } }
}"""


def measurements(wanted: set[str], rounds: int, *, small: bool = False) -> Iterator[list[Result]]:
    """The measurements of NAMES that are wanted, one group after the other."""
    if wanted.intersection({MEMORY, NEIGHBOUR}):
        found = _long_report(50_000 if small else 1_000_000)
        yield [result for result in found if result.name in wanted]
    if wanted.intersection({CUBE, GROWTH}):
        found = _cube((1, 10) if small else (14, 140), rounds)
        yield [result for result in found if result.name in wanted]
    if RELEASE in wanted:
        with desk() as at:
            yield [asyncio.run(_released(at, 2_000 if small else 50_000, rounds))]


# ------------------------------------------------------------------------------------------------ a long report


class Asked(NamedTuple):
    """How long the neighbour's questions took, in milliseconds."""

    milliseconds: list[float]

    @property
    def p95(self) -> float:
        found = sorted(self.milliseconds)
        return found[min(len(found) - 1, len(found) * 95 // 100)]

    def told(self, name: str) -> dict[str, Any]:
        """As it stands in the results."""
        seconds = sum(self.milliseconds) / 1000
        return {"name": name, "seconds": round(seconds, 2), "rounds": [round(self.p95, 1)], "asked": len(self[0])}


def _long_report(number: int) -> list[Result]:
    neighbour = network.network("Neighbour")
    with desk(neighbour) as at:
        return asyncio.run(_beside(at, neighbour, number))


async def _beside(at: Desk, neighbour: network.Network, number: int) -> list[Result]:
    role, scope = Role.VENDOR_ANALYST, Scope.ANALYTICS_READ
    made = await network.client(at.urls, neighbour.organization_id, Level.VENDOR, role, scope)
    analyst = Client(at.server.url, token(at.server.url, str(made.id), made.secret))
    connection = await asyncpg.connect(at.urls.owner)
    try:
        await counted(at, connection, "csv_100k_report", "W", 1_000)
        alone = await asyncio.to_thread(_asking, analyst, lambda asked: asked >= 200)
        pids = {"worker": at.worker.process.pid, "server": at.server.process.pid}
        before = {name: _forget_peak(pid) for name, pid in pids.items()}
        done = False
        asking = asyncio.create_task(asyncio.to_thread(_asking, analyst, lambda asked: done and asked >= 20))
        try:
            report = await counted(at, connection, "csv_100k_report", "M", number)
        finally:
            done = True
        meanwhile = await asking
    finally:
        await connection.close()
    growth = {name: round(memory_of(pid, "VmHWM") - before[name], 1) for name, pid in pids.items()}
    return [
        _memory_result(number, growth, before, report.ended - report.began),
        _neighbour_result(number, alone, meanwhile),
    ]


def _asking(analyst: Client, enough: Callable[[int], bool]) -> Asked:
    """Ask the neighbour's question again and again, a tenth of a second apart, until it is enough."""
    found: list[float] = []
    period = {"period": {"start": str(network.LAST_QUARTER[0]), "end": str(network.LAST_QUARTER[1])}}
    while not enough(len(found)):
        began = time.perf_counter()
        analyst.ask(SALES, period)
        found.append((time.perf_counter() - began) * 1000)
        time.sleep(0.02)
    return Asked(found[5:])


def _forget_peak(pid: int) -> float:
    """The memory that a process has in use now, in MiB; its peak is counted from here on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return memory_of(pid)


def _memory_result(number: int, growth: dict[str, float], before: dict[str, float], seconds: float) -> Result:
    most = max(growth.values())
    details = {"lines": number, "growth_mb": growth, "before_mb": before, "seconds": round(seconds, 2)}
    against = "MiB that the server or the worker grows by"
    return Result(MEMORY, most, against, f"< {MOST_GROWTH:g}", most < MOST_GROWTH, details)


def _neighbour_result(number: int, alone: Asked, meanwhile: Asked) -> Result:
    ratio = meanwhile.p95 / alone.p95
    timed = [meanwhile.told(f"while {number:,} lines are counted"), alone.told("alone")]
    against = "its p95 while nothing is counted; rounds: ms"
    return Result(NEIGHBOUR, ratio, against, "≤ 2 ×", ratio <= 2, {"timed": timed})


# ----------------------------------------------------------------------------------------------------- the cube


class History(NamedTuple):
    """A vendor with a long history, and its analyst."""

    net: network.Network
    lines: int
    analyst: Client


@contextmanager
def histories(lines: Sequence[int], *more: Scope) -> Iterator[tuple[Urls, list[History]]]:
    """Vendors of the same size whose resellers bought so many lines of each product in each month, each with an analyst who
    reads figures, and what `more` scopes open."""
    sizes = [network.Size(20, 25, 24, each, FIRST_MONTH, MONTHS) for each in lines]
    nets = [network.network(f"Vendor {size.lines}", size) for size in sizes]
    with tempfile.TemporaryDirectory(prefix="tailrace-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedPostgres(folder, say=lambda _: None) as cluster:
            urls = asyncio.run(set_up(cluster, "bench", "for-measuring"))
            asyncio.run(migrate(urls.owner, urls.login))
            asyncio.run(network.write(urls, *nets))
            role, scope = Role.VENDOR_ANALYST, Scope.ANALYTICS_READ
            made = [
                asyncio.run(network.client(urls, net.organization_id, Level.VENDOR, role, scope, *more)) for net in nets
            ]
            with tailrace(urls, folder, sorted({*cores()[0], *cores()[1]})) as server:
                analysts = [Client(server.url, token(server.url, str(each.id), each.secret)) for each in made]
                yield urls, [History(net, net.size.lines, each) for net, each in zip(nets, analysts, strict=True)]


def _cube(lines: Sequence[int], rounds: int) -> list[Result]:
    with histories(lines) as (urls, found):
        short, long = (_asked(each, rounds) for each in found)
        scanned, number = asyncio.run(_scanned(urls, found[-1], rounds))
    counts = {"lines": number, "timed": [long.told(), scanned.told()]}
    faster = scanned.seconds / long.seconds
    growth = long.seconds / short.seconds
    return [
        Result(CUBE, faster, "scanning the lines", "≥ 30 × faster", faster >= 30, counts),
        Result(GROWTH, growth, short.name, "< 2 × the time", growth < 2, {"timed": [long.told(), short.told()]}),
    ]


def _asked(history: History, rounds: int) -> Timed:
    timed = Timed(f"{TAILRACE}, {history.lines * 72_000:,} lines")
    variables = {"period": {"start": str(FIRST_MONTH), "end": str(date(2026, 7, 1))}}
    for turn in range(3 + 4 * rounds):
        began = time.perf_counter()
        answer = history.analyst.ask(SALES, variables)
        took = time.perf_counter() - began
        assert answer["viewer"]["vendor"]["network"]["sales"]["edges"]
        if turn >= 3:
            timed.rounds.append(took)
    return timed


async def _scanned(urls: Urls, history: History, rounds: int) -> tuple[Timed, int]:
    timed = Timed("scanning the lines")
    connection = await asyncpg.connect(urls.owner)
    try:
        vendor = history.net.vendor_id
        for _ in range(rounds):
            began = time.perf_counter()
            rows = await connection.fetch(SCAN, vendor, FIRST_MONTH, date(2026, 7, 1))
            timed.rounds.append(time.perf_counter() - began)
            assert rows
        number: int = await connection.fetchval("SELECT count(*) FROM sell_through_line WHERE vendor_id = $1", vendor)
    finally:
        await connection.close()
    return timed, number


# --------------------------------------------------------------------------------------------------- held rows


async def _released(at: Desk, number: int, rounds: int) -> Result:
    """Rows that wait for a code are released by its alias; beside them a report of as many that count at once."""
    released, reported = Timed("released by one alias"), Timed("counted in a report")
    connection = await asyncpg.connect(at.urls.owner)
    try:
        await counted(at, connection, "csv_100k_report", "W", 1_000)
        for turn in range(rounds):
            code = f"{UNKNOWN}-{turn}"
            await counted(at, connection, "csv_100k_report", f"H{turn}", number, code)
            report = await counted(at, connection, "csv_100k_report", f"R{turn}", number)
            reported.rounds.append(report.ended - report.uploaded)
            released.rounds.append(await _confirmed(at, connection, code))
    finally:
        await connection.close()
    ratio = median(released.rounds) / median(reported.rounds)
    details = {"lines": number, "timed": [released.told(), reported.told()]}
    return Result(RELEASE, ratio, "counting them in a report, without its upload", "≤ 1.5 ×", ratio <= 1.5, details)


async def _confirmed(at: Desk, connection: asyncpg.Connection, code: str) -> float:
    """Seconds from confirming what a code stands for until no row waits for it."""
    await connection.execute("CHECKPOINT")
    product = global_id("Product", Key(at.net.vendor_id, at.net.products[0]))
    given = {"agreementId": at.agreement, "code": code, "meaning": {"productId": product}}
    began = time.perf_counter()
    at.client.act(CONFIRM, given)
    waiting = "SELECT EXISTS (SELECT FROM report_row WHERE vendor_id = $1 AND product_code = $2 AND outcome = 'HELD')"
    while await connection.fetchval(waiting, at.net.vendor_id, code):
        assert time.perf_counter() < began + PATIENCE, f"rows still wait for {code} after {PATIENCE} s"
        await asyncio.sleep(0.02)
    return time.perf_counter() - began
