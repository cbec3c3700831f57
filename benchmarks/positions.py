"""Stock of a whole network on a day: positions of every distributor and product, beside reckoning them from the facts.

Fifty distributors count two thousand products at the end of every month; ten million lines of a year lie behind them. The
vendor asks for the first screen of positions, and for all of them together by distributor, on a day between two counts whose
positions are kept ready, as those of today and of the ends of the last months are; and once on the day before, of which they
are reckoned from the counts and the sums by the day. The other contender is PostgreSQL alone, past every policy: the counts,
and the lines since them and of the 13 weeks before, of every position. What counts is all of them together, for that is what
PostgreSQL reckons too; the first screen, of which it would have to reckon fewer, stands beside it. Both say the same of
every one, to the unit. `small` is a hundredth, to see whether it works.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg

from app.access.roles import Role
from app.access.scopes import Scope
from app.client import Client, ClientTrouble, token
from app.inventory.keeping import queries as keeping
from app.programme.terms import Level
from app.store.connect import Urls, set_up
from app.store.database import Database, acting_as_worker
from app.store.embedded import EmbeddedPostgres
from app.store.schema import migrate
from benchmarks import network
from benchmarks.counting import Timed
from benchmarks.processes import cores
from benchmarks.results import Result
from benchmarks.servers import TAILRACE, tailrace

NAME = "positions_network"
NAMES = (NAME,)
LEAST = 20.0
FIRST_DAY, DAYS, DAY = date(2025, 7, 1), 365, date(2026, 6, 15)
PAGE = 100
INVENTORY = """query Positions($by: [InventoryDimension!]!, $first: Int!, $after: String, $onDate: Date!) {
  viewer { vendor { network { inventory(by: $by, onDate: $onDate, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { distributor { name } product { sku } positions onHand expected sellIn sellThrough weeklyDemand
      weeksOfSupply state } }
  } } } }
}"""
_COUNTED = """
WITH counted AS MATERIALIZED (
    SELECT DISTINCT ON (c.distributor_id, c.product_id) c.distributor_id, c.product_id, c.counted_on,
        sum(c.quantity) FILTER (WHERE c.status IN ('GOOD', 'RESERVED')) AS on_hand, sum(c.quantity) AS units
    FROM inventory_count c WHERE c.vendor_id = $1 AND c.superseded IS NULL AND c.counted_on <= $2
    GROUP BY c.distributor_id, c.product_id, c.counted_on ORDER BY c.distributor_id, c.product_id, c.counted_on DESC
), flowed AS (
    SELECT c.distributor_id, c.product_id, f.day, f.came, f.went FROM counted c JOIN (
        SELECT l.distributor_id, l.product_id, l.counts_on AS day, l.quantity AS came, 0 AS went FROM sell_in_line l
        WHERE l.vendor_id = $1 AND l.superseded IS NULL AND l.counts_on <= $2
        UNION ALL
        SELECT l.distributor_id, l.product_id, l.counts_on, 0, l.quantity FROM sell_through_line l
        WHERE l.vendor_id = $1 AND l.superseded IS NULL AND l.counts_on <= $2
            AND l.sale_type IN ('SALE', 'RETURN', 'DROP_SHIPMENT', 'CREDIT_AND_REBILL')
    ) f USING (distributor_id, product_id) WHERE f.day > c.counted_on - 91
)
"""
FROM_FACTS = f"""{_COUNTED}, position AS (
    SELECT d.name, q.sku, c.on_hand, c.units + coalesce(sum(f.came - f.went) FILTER (WHERE f.day > c.counted_on), 0)
            AS expected,
        coalesce(sum(f.came) FILTER (WHERE f.day > $2 - 91), 0) AS sell_in,
        coalesce(sum(f.went) FILTER (WHERE f.day > $2 - 91), 0) AS sell_through,
        round(coalesce(sum(f.went) FILTER (WHERE f.day <= c.counted_on), 0) * 7 / 91) AS weekly_demand
    FROM counted c JOIN party d ON d.vendor_id = $1 AND d.id = c.distributor_id
    JOIN product q ON q.vendor_id = $1 AND q.id = c.product_id
    LEFT JOIN flowed f ON f.distributor_id = c.distributor_id AND f.product_id = c.product_id
    GROUP BY d.name, q.sku, c.on_hand, c.units, c.counted_on
)
SELECT * FROM position ORDER BY name, sku"""


class At(NamedTuple):
    """A network with its year, and its analyst."""

    urls: Urls
    net: network.Network
    analyst: Client


def measurements(wanted: set[str], rounds: int, *, small: bool = False) -> Iterator[list[Result]]:
    """The measurement, if it is wanted; `small` is a hundredth."""
    if NAME in wanted:
        size = network.Size(5, 1, 200, 0) if small else network.Size(50, 1, 2_000, 0)
        lines = 100_000 if small else 10_000_000
        with _network(size, lines) as at:
            yield [_measured(at, rounds, lines, small=small)]


def _measured(at: At, rounds: int, lines: int, *, small: bool) -> Result:
    page, together = Timed(f"{TAILRACE}, a screen of {PAGE} positions"), Timed(f"{TAILRACE}, by distributor")
    facts, found = asyncio.run(_reckoned(at, rounds))
    began = time.perf_counter()
    asyncio.run(_kept(at))
    keeping_took = time.perf_counter() - began
    for timed, asked in ((page, {"by": ["DISTRIBUTOR", "PRODUCT"], "first": PAGE}), (together, _BY_DISTRIBUTOR)):
        for turn in range(2 + 2 * rounds):
            began = time.perf_counter()
            _asked(at, **asked)
            took = time.perf_counter() - began
            if turn >= 2:
                timed.rounds.append(took)
    compared = _compared(at, found, whole=small)
    faster = {each.name: round(facts.seconds / each.seconds, 2) for each in (page, together)}
    ratio = facts.seconds / together.seconds
    details = {
        "lines": lines,
        "positions": len(found),
        "compared": compared,
        "faster": faster,
        "seconds_to_keep_them": round(keeping_took, 1),
        "timed": [page.told(), together.told(), facts.told()],
        "a_day_that_is_not_kept": _not_kept(at),
    }
    return Result(NAME, ratio, "recomputing from facts", f"≥ {LEAST:g} × faster", ratio >= LEAST, details)


def _not_kept(at: At) -> str:
    """How long it takes, once, on a day of which nothing is kept; or that the server's limit ended it."""
    began, how = time.perf_counter(), "answered"
    try:
        _asked(at, **_BY_DISTRIBUTOR, onDate=str(DAY - timedelta(days=1)))
    except ClientTrouble:
        how = "ended unanswered"
    return f"{how} after {time.perf_counter() - began:.1f} s"


_BY_DISTRIBUTOR: dict[str, Any] = {"by": ["DISTRIBUTOR"], "first": 250}


def _asked(at: At, **given: Any) -> dict[str, Any]:
    answer = at.analyst.ask(INVENTORY, {"onDate": str(DAY), "after": None, **given})
    found: dict[str, Any] = answer["viewer"]["vendor"]["network"]["inventory"]
    assert found["edges"]
    return found


def _compared(at: At, found: list[asyncpg.Record], *, whole: bool) -> int:
    """Hold positions against the facts, all of them or the first thousands, and all distributors; how many positions."""
    expected = {(row["name"], row["sku"]): _told(row) for row in found}
    seen, after = 0, None
    while whole or seen < 5_000:
        page = _asked(at, by=["DISTRIBUTOR", "PRODUCT"], first=250, after=after)
        for node in (edge["node"] for edge in page["edges"]):
            key = node["distributor"]["name"], node["product"]["sku"]
            assert tuple(float(node[name]) for name in _COMPARED) == expected[key], key
            seen += 1
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    for node in (edge["node"] for edge in _asked(at, **_BY_DISTRIBUTOR)["edges"]):
        own = [row for row in found if row["name"] == node["distributor"]["name"]]
        for name, column in zip(_COMPARED[:4], _COLUMNS, strict=False):
            assert float(node[name]) == sum(row[column] for row in own) / 1000, (node["distributor"]["name"], name)
    return seen


_COMPARED = ("onHand", "expected", "sellIn", "sellThrough", "weeklyDemand")
_COLUMNS = ("on_hand", "expected", "sell_in", "sell_through", "weekly_demand")


def _told(row: asyncpg.Record) -> tuple[float, ...]:
    return tuple(float(row[column]) / 1000 for column in _COLUMNS)


async def _kept(at: At) -> None:
    """Keep the positions of the day ready, as the worker does."""
    database = await Database.open(at.urls.app, connections=2, statement_timeout=600.0, work_memory="64MB")
    try:
        async with database.reading(acting_as_worker(at.net.vendor_id)) as db:
            places = await keeping.due(db, at.net.vendor_id, [DAY], 1_000)
        for place in places:
            async with database.writing(acting_as_worker(at.net.vendor_id)) as session:
                await keeping.keep(session, at.net.vendor_id, place)
    finally:
        await database.close()
    connection = await asyncpg.connect(at.urls.owner)
    try:
        await connection.execute("VACUUM ANALYZE stock_position")
    finally:
        await connection.close()


async def _reckoned(at: At, rounds: int) -> tuple[Timed, list[asyncpg.Record]]:
    timed, found = Timed("recomputing from facts"), []
    connection = await asyncpg.connect(at.urls.owner)
    try:
        for turn in range(1 + rounds):
            began = time.perf_counter()
            found = await connection.fetch(FROM_FACTS, at.net.vendor_id, DAY)
            if turn:
                timed.rounds.append(time.perf_counter() - began)
    finally:
        await connection.close()
    return timed, found


@contextmanager
def _network(size: network.Size, lines: int) -> Iterator[At]:
    net = network.network("Inventory", size)
    with tempfile.TemporaryDirectory(prefix="tailrace-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedPostgres(folder, say=lambda _: None) as cluster:
            urls = asyncio.run(set_up(cluster, "bench", "for-measuring"))
            asyncio.run(migrate(urls.owner, urls.login))
            asyncio.run(network.write(urls, net))
            asyncio.run(_written(urls, net, lines))
            role, scope = Role.VENDOR_ANALYST, Scope.ANALYTICS_READ
            made = asyncio.run(network.client(urls, net.organization_id, Level.VENDOR, role, scope))
            with tailrace(urls, folder, sorted({*cores()[0], *cores()[1]})) as server:
                yield At(urls, net, Client(server.url, token(server.url, str(made.id), made.secret)))


async def _written(urls: Urls, net: network.Network, lines: int) -> None:
    """A year of counts and lines, four fifths of these sell-through; the days added up as counting would."""
    connection = await asyncpg.connect(urls.owner)
    try:
        await connection.execute(_SOLD, net.vendor_id, lines * 4 // 5, FIRST_DAY, DAYS)
        await connection.execute(_BOUGHT, net.vendor_id, lines - lines * 4 // 5, FIRST_DAY, DAYS)
        await connection.execute(_COUNTS, net.vendor_id, FIRST_DAY)
        for statement in _DAYS:
            await connection.execute(statement)
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


_PLACES = """
places AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY r.agreement_id, p.sku) - 1 AS place, r.agreement_id, r.distributor_id,
        r.reseller_id, r.accounts[1] AS account, p.id AS product_id, p.sku, b.price
    FROM reseller_authorization r JOIN product p ON p.vendor_id = r.vendor_id
    JOIN book_price b ON b.vendor_id = p.vendor_id AND b.product_id = p.id WHERE r.vendor_id = $1
), lines AS (
    SELECT n, hashint8extended(n, 7) & 1073741823 AS dice FROM generate_series(1, $2::bigint) n
)"""
_SOLD = f"""
WITH {_PLACES}
INSERT INTO sell_through_line (vendor_id, submission_id, row_number, agreement_id, distributor_id, reseller_id,
    disclosed_reseller_id, document_kind, document_number, document_line, sold_on, product_id, quantity, currency,
    unit_price, amount, disclosed_unit_price, disclosed_amount, book_currency, book_price, book_amount, sale_type,
    ship_to_country, content_hash, recorded, component, counts_on, product_code, reseller_account, reported_quantity)
SELECT $1, $1, l.n, a.agreement_id, a.distributor_id, a.reseller_id, a.reseller_id, 'INVOICE', 'D' || l.n / 5, l.n % 5,
    $3::date + (l.dice / 7 % $4)::int, a.product_id, (1 + l.dice / 11 % 9) * 1000, 'EUR', a.price, a.price, a.price,
    a.price, 'EUR', a.price, a.price, 'SALE', 'DE', md5(l.n::text), 1, 0, $3::date + (l.dice / 7 % $4)::int, a.sku,
    a.account, (1 + l.dice / 11 % 9) * 1000
FROM lines l JOIN places a ON a.place = l.n % (SELECT count(*) FROM places)
"""
_BOUGHT = f"""
WITH {_PLACES}
INSERT INTO sell_in_line (vendor_id, submission_id, row_number, agreement_id, distributor_id, document_kind,
    document_number, document_line, sold_on, product_id, quantity, currency, unit_price, amount, content_hash, recorded,
    component, counts_on, product_code, reported_quantity)
SELECT $1, $1, l.n, a.agreement_id, a.distributor_id, 'INVOICE', 'S' || l.n / 5, l.n % 5,
    $3::date + (l.dice / 7 % $4)::int, a.product_id, (10 + l.dice / 11 % 30) * 1000, 'EUR', a.price, a.price,
    md5(l.n::text), 1, 0, $3::date + (l.dice / 7 % $4)::int, a.sku, (10 + l.dice / 11 % 30) * 1000
FROM lines l JOIN places a ON a.place = l.n % (SELECT count(*) FROM places)
"""
_COUNTS = """
INSERT INTO inventory_count (vendor_id, submission_id, row_number, agreement_id, distributor_id, warehouse, product_id,
    status, lot, counted_on, quantity, product_code, reported_quantity, content_hash, recorded)
SELECT $1, $1, row_number() OVER (), r.agreement_id, r.distributor_id, 'W', p.id, s.status, '',
    ($2::date + make_interval(months => month + 1))::date - 1,
    (20 + hashtext(p.sku || month::text || r.distributor_id::text) & 255) * 1000, p.sku, 1000, '', 1
FROM reseller_authorization r JOIN product p ON p.vendor_id = r.vendor_id
CROSS JOIN generate_series(0, 11) month CROSS JOIN (VALUES ('GOOD'), ('DEFECTIVE')) s (status)
WHERE r.vendor_id = $1
"""
"At the end of every month everything is counted, good and defective."
_DAYS = (
    "INSERT INTO sell_through_day (vendor_id, day, distributor_id, product_id, currency, book_currency, units,"
    " returned_units, lines, resale_amount, disclosed_resale_amount, book_amount) SELECT vendor_id, counts_on,"
    " distributor_id, product_id, currency, book_currency, sum(quantity), 0, count(*), sum(amount),"
    " sum(disclosed_amount), sum(book_amount) FROM sell_through_line GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 2, 3, 4",
    "INSERT INTO sell_in_day (vendor_id, day, distributor_id, product_id, currency, units, lines, amount)"
    " SELECT vendor_id, counts_on, distributor_id, product_id, currency, sum(quantity), count(*), sum(amount)"
    " FROM sell_in_line GROUP BY 1, 2, 3, 4, 5 ORDER BY 2, 3, 4",
)
