"""What incentives cost: trying a rule over two years, calculating a statement over half a million lines, and accruing with
every report.

A rule is tried over 24 months of five million lines, beside the cube over the same months, and both answer a page by month
and distributor. A statement of one quarter over half a million lines is calculated, explained line by line, beside the cube
over the same quarter where only lines can answer it. A distributor reports a hundred thousand lines twice: without
incentives, and with five in force, two of which only lines can answer; the difference is what accruing takes.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from app.access.roles import Role
from app.access.scopes import Scope
from app.accruals.reckoning.actions import reckon_incentive
from app.client import Client, token
from app.execution.identifiers import Key, global_id
from app.programme.incentive_data import rule_as_data
from app.programme.incentive_wording import described
from app.programme.incentives import Band, Measure, Rule
from app.programme.incentives import Scope as Lines
from app.programme.money_terms import Basis, IncentiveKind, MeasureUnit, PayPeriod, Structure, TieringPer
from app.programme.sales import Valuation
from app.programme.terms import Level
from app.store.connect import Urls, set_up
from app.store.database import Database
from app.store.embedded import EmbeddedPostgres
from app.store.identity import new_id
from app.store.schema import migrate
from benchmarks import network
from benchmarks.counting import LINES, PATIENCE, Desk, Timed, counted, desk
from benchmarks.processes import cores
from benchmarks.results import Result
from benchmarks.servers import TAILRACE, tailrace, worker

BACKTEST, STATEMENT, SHARE = "backtest_24_months", "statement_500k_lines", "accrual_share"
NAMES = (BACKTEST, STATEMENT, SHARE)
FIRST_MONTH, MONTHS, END = date(2024, 7, 1), 24, date(2026, 7, 1)
QUARTER_END = date(2024, 10, 1)
WRITTEN = datetime(2024, 1, 1, tzinfo=UTC)
SALES = """query Sales($period: DateRangeInput!) { viewer { vendor { network {
  sales(period: $period, by: [MONTH, DISTRIBUTOR], first: 250) { edges { node {
    periodStart distributor { id } sellThroughUnits sellThroughAmount { amount currency }
  } } }
} } } }"""
FROM_LINES = """query Sales($period: DateRangeInput!) { viewer { vendor { network {
  sales(period: $period, by: [MONTH, PRODUCT_FAMILY], first: 250) { edges { node {
    periodStart productFamily sellThroughAmount { amount currency } averageSellingPrice { amount }
  } } }
} } } }"""
TRIED = """query Tried($input: BacktestInput!) { viewer { vendor { network { backtest(input: $input) {
  payment { amount } paid { amount } periods { period { start } payment { amount } } signs { sign text }
  payouts(first: 250) { edges { node {
    period { start } distributor { id } qualifying { amount { amount } } payment { amount }
  } } }
} } } } }"""
CALCULATE = """mutation Calculate($input: CalculateStatementsInput!) {
  calculateStatements(input: $input) { run { id } userErrors { code message } }
}"""
AMOUNT = Measure(Basis.SELL_THROUGH, MeasureUnit.AMOUNT, Valuation.BOOK)
UNITS = Measure(Basis.SELL_THROUGH, MeasureUnit.UNITS)
LADDER = (Band(0, 10_000), Band(10**12, 20_000), Band(10**13, 30_000))
MARGINAL = Rule(
    kind=IncentiveKind.VOLUME_REBATE,
    currency="EUR",
    qualifying=AMOUNT,
    paying=AMOUNT,
    structure=Structure.MARGINAL,
    bands=LADDER,
    pay_period=PayPeriod.QUARTER,
)
_SHIPPED = replace(AMOUNT, scope=Lines(countries=frozenset(network.COUNTRIES)))
OF_LINES = replace(MARGINAL, qualifying=_SHIPPED, paying=_SHIPPED)
"A rule that only lines can answer: where something was shipped, no sum knows."
FIVE = (
    MARGINAL,
    replace(MARGINAL, structure=Structure.RETROACTIVE, pay_period=PayPeriod.MONTH),
    replace(MARGINAL, qualifying=UNITS, paying=UNITS, structure=Structure.PER_UNIT, bands=(Band(0, 500_000),)),
    replace(OF_LINES, structure=Structure.FIXED, bands=(Band(10**12, 100_000),)),
    replace(MARGINAL, tiering_per=TieringPer.INVOICE),
)
ENTERED: dict[str, Any] = {
    "kind": "VOLUME_REBATE",
    "currency": "EUR",
    "qualifying": {"basis": "SELL_THROUGH", "unit": "AMOUNT", "valuation": "BOOK"},
    "structure": "MARGINAL",
    "bands": [{"threshold": "0", "rate": "0.01"}, {"threshold": "1000000", "rate": "0.02"}],
    "payPeriod": "MONTH",
}


def measurements(wanted: set[str], rounds: int, *, small: bool = False) -> Iterator[list[Result]]:
    """The measurements of NAMES that are wanted, one after the other; `small` is a tenth of everything."""
    if BACKTEST in wanted:
        yield [_backtest(7 if small else 70, rounds)]
    if STATEMENT in wanted:
        yield [_statement(112 if small else 1_112, rounds)]
    if SHARE in wanted:
        yield [_share(LINES // 10 if small else LINES, rounds)]


class Vendor(NamedTuple):
    """A vendor with a history, and who asks for it."""

    urls: Urls
    net: network.Network
    client: Client


@contextmanager
def _vendor(size: network.Size, *scopes: Scope) -> Iterator[Vendor]:
    """A vendor of this size, with server and worker."""
    everywhere = sorted({*cores()[0], *cores()[1]})
    with tempfile.TemporaryDirectory(prefix="tailrace-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedPostgres(folder, say=lambda _: None) as cluster:
            urls = asyncio.run(set_up(cluster, "bench", "for-measuring"))
            asyncio.run(migrate(urls.owner, urls.login))
            net = network.network(f"Vendor {size.lines}", size)
            asyncio.run(network.write(urls, net))
            role = Role.VENDOR_PROGRAM_MANAGER
            made = asyncio.run(network.client(urls, net.organization_id, Level.VENDOR, role, *scopes))
            with tailrace(urls, folder, everywhere) as server, worker(urls, folder, everywhere):
                yield Vendor(urls, net, Client(server.url, token(server.url, str(made.id), made.secret)))


def _backtest(lines: int, rounds: int) -> Result:
    size = network.Size(20, 25, 24, lines, FIRST_MONTH, MONTHS)
    period = {"start": str(FIRST_MONTH), "end": str(END)}
    own, cube = Timed(TAILRACE), Timed("the cube")
    with _vendor(size, Scope.ANALYTICS_READ, Scope.INCENTIVES_READ) as at:
        for turn in range(3 + 4 * rounds):
            given = {"input": {"period": period, "by": {"rule": ENTERED}}}
            tried, answer = _timed(at.client, TRIED, given)
            asked, rows = _timed(at.client, SALES, {"period": period})
            network_of = answer["viewer"]["vendor"]["network"]
            assert len(network_of["backtest"]["payouts"]["edges"]) == 250 and rows
            if turn >= 3:
                own.rounds.append(tried)
                cube.rounds.append(asked)
    ratio = own.seconds / cube.seconds
    details = {"lines": 72_000 * lines, "timed": [own.told(), cube.told()]}
    return Result(BACKTEST, ratio, "the cube over the same months", "≤ 5 × its time", ratio <= 5, details)


def _timed(client: Client, document: str, variables: dict[str, Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = client.ask(document, variables)
    return time.perf_counter() - began, answer


def _statement(lines: int, rounds: int) -> Result:
    size = network.Size(1, 25, 24, lines, FIRST_MONTH, 3)
    own, cube = Timed(TAILRACE), Timed("the cube, from lines")
    variables = {"period": {"start": str(FIRST_MONTH), "end": str(QUARTER_END)}}
    with _vendor(size, Scope.ANALYTICS_READ, Scope.STATEMENTS_WRITE) as at:
        asyncio.run(_known(at))
        incentives = asyncio.run(offered(at.urls, at.net, [OF_LINES] * (1 + rounds), at.net.agreements))
        for turn, incentive_id in enumerate(incentives):
            asyncio.run(accrued(at.urls, at.net.vendor_id, incentive_id))
            took = asyncio.run(_calculated(at, incentive_id))
            asked, rows = _timed(at.client, FROM_LINES, variables)
            assert rows["viewer"]["vendor"]["network"]["sales"]["edges"]
            if turn:
                own.rounds.append(took)
                cube.rounds.append(asked)
    ratio = own.seconds / cube.seconds
    details = {"lines": 450 * lines, "timed": [own.told(), cube.told()]}
    return Result(STATEMENT, ratio, "the cube over the same quarter, from lines", "≤ 3 × its time", ratio <= 3, details)


async def _known(at: Vendor) -> None:
    """The lines of the history became known long ago: a statement shares its payment among what was known."""
    connection = await asyncpg.connect(at.urls.owner)
    try:
        await connection.execute(
            "INSERT INTO knowledge (vendor_id, id, cause, known_at) OVERRIDING SYSTEM VALUE VALUES ($1, 1, 'history', $2)",
            *(at.net.vendor_id, WRITTEN),
        )
    finally:
        await connection.close()


async def _calculated(at: Vendor, incentive_id: UUID) -> float:
    """Seconds from asking until the statement of the quarter is calculated."""
    connection = await asyncpg.connect(at.urls.owner)
    period = {"start": str(QUARTER_END - timedelta(days=30)), "end": str(QUARTER_END)}
    id = global_id("Incentive", Key(at.net.vendor_id, incentive_id))
    try:
        began = time.perf_counter()
        given = {"period": period, "incentiveId": id, "idempotencyKey": id}
        await asyncio.to_thread(at.client.act, CALCULATE, given)
        status = "SELECT status FROM statement WHERE incentive_id = $1"
        while await connection.fetchval(status, incentive_id) != "CALCULATED":
            assert time.perf_counter() < began + PATIENCE, "the statement is not calculated: is the worker alive?"
            await asyncio.sleep(0.005)
        return time.perf_counter() - began
    finally:
        await connection.close()


def _share(number: int, rounds: int) -> Result:
    without, live = Timed("without incentives"), Timed("with five in force")
    with desk() as at:
        asyncio.run(_reported(at, "A", number, rounds, without))
        incentives = asyncio.run(offered(at.urls, at.net, FIVE, at.net.agreements[:1]))
        for incentive_id in incentives:
            asyncio.run(accrued(at.urls, at.net.vendor_id, incentive_id))
        asyncio.run(_reported(at, "B", number, rounds, live))
    share = max(0.0, 1 - without.seconds / live.seconds)
    details = {"lines": number, "timed": [live.told(), without.told()]}
    return Result(SHARE, share, "all of the time that counting takes", "≤ 0.25 of it", share <= 0.25, details)


async def _reported(at: Desk, name: str, number: int, rounds: int, timed: Timed) -> None:
    """Reports of so many lines, each from its upload's end until it counts."""
    connection = await asyncpg.connect(at.urls.owner)
    try:
        await counted(at, connection, "csv_100k_report", f"W{name}", 1_000)
        for turn in range(rounds):
            report = await counted(at, connection, "csv_100k_report", f"{name}{turn}", number)
            timed.rounds.append(report.ended - report.uploaded)
    finally:
        await connection.close()


async def accrued(urls: Urls, vendor_id: UUID, incentive_id: UUID) -> None:
    """What the worker does when an incentive comes into force."""
    database = await Database.open(urls.app, connections=2)
    try:
        await reckon_incentive(database, vendor_id, incentive_id)
    finally:
        await database.close()


async def offered(
    urls: Urls, net: network.Network, rules: Sequence[Rule], agreements: Sequence[tuple[UUID, UUID]]
) -> list[UUID]:
    """An incentive in force for each rule, offered under these agreements."""
    connection = await asyncpg.connect(urls.owner)
    try:
        found = [new_id() for _ in rules]
        for place, (id, rule) in enumerate(zip(found, rules, strict=True)):
            await _write(connection, net.vendor_id, id, rule, agreements, WRITTEN + timedelta(minutes=place))
        return found
    finally:
        await connection.close()


async def _write(
    connection: asyncpg.Connection,
    vendor_id: UUID,
    id: UUID,
    rule: Rule,
    agreements: Sequence[tuple[UUID, UUID]],
    at: datetime,
) -> None:
    written = (json.dumps(rule_as_data(rule)), described(rule), rule.currency, network.START, network.END)
    await connection.execute(
        "INSERT INTO incentive (vendor_id, id, name, kind, status, latest_version, created_by, created_at)"
        " VALUES ($1, $2, 'A rebate', 'VOLUME_REBATE', 'ACTIVE', 1, 'For measuring', $3)",
        *(vendor_id, id, at),
    )
    await connection.execute(
        "INSERT INTO incentive_version (vendor_id, incentive_id, version, status, rule, summary, currency,"
        " effective_start, effective_end, agreement_ids, written_by, written_at, proposed_at, activated_at)"
        " VALUES ($1, $2, 1, 'ACTIVE', $3, $4, $5, $6, $7, $8, 'For measuring', $9, $9, $9)",
        *(vendor_id, id, *written, [agreement for agreement, _ in agreements], at),
    )
    for agreement, distributor in agreements:
        await connection.execute(
            "INSERT INTO incentive_term (vendor_id, id, incentive_id, version, agreement_id, distributor_id, name, kind,"
            " status, rule, summary, currency, effective_start, effective_end, proposed_at, activated_at)"
            " VALUES ($1, $2, $3, 1, $4, $5, 'A rebate', 'VOLUME_REBATE', 'ACTIVE', $6, $7, $8, $9, $10, $11, $11)",
            *(vendor_id, new_id(), id, agreement, distributor, *written, at),
        )
