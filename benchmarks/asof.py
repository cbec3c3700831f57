"""What it costs to ask the cube as of a past moment within the last year.

A vendor's network has ten million lines of 24 months; five thousand reports and corrections became known in the last year,
and every twentieth line was superseded by one of them. The cube by month, distributor and family is asked where only lines
can answer (sell-through at the reported resale price, with the units that have none): as known now, and as known half a
year ago, turn about; and what it says of then is compared with the sum of the lines. `small` has a hundredth of the lines.
"""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import asyncpg

from app.store.connect import Urls
from benchmarks import scale
from benchmarks.counting import Timed
from benchmarks.results import Result
from benchmarks.servers import TAILRACE

ASOF = "asof_cube"
NAMES = (ASOF,)
KNOWN = 5_000
"Reports and corrections of the last year."
START, END = scale.FIRST_MONTH, date(2026, 7, 1)
SALES = """query AsOf($period: DateRangeInput!, $asOf: DateTime) { viewer { vendor { network(asOf: $asOf) {
  sales(period: $period, by: [MONTH, DISTRIBUTOR, PRODUCT_FAMILY], valuation: REPORTED_RESALE, first: 250) {
    totals { sellThroughUnits }
    edges { node { periodStart productFamily distributor { id } sellThroughUnits unvaluedUnits
      sellThroughAmount { amount currency } } } }
} } } }"""
_KNOWLEDGE = """
INSERT INTO knowledge (vendor_id, id, cause, known_at) OVERRIDING SYSTEM VALUE
SELECT $1, n, 'a report', $2::timestamptz + n * interval '1 year' / $3::int FROM generate_series(1, $3::int) n
"""
_SUPERSEDED = """
UPDATE sell_through_line SET superseded = 2 + row_number % ($2::int - 1), replaced = 2 + row_number % ($2::int - 1)
WHERE vendor_id = $1 AND row_number % 20 = 7
"""
_BY_HAND = """
SELECT sum(l.quantity) FROM sell_through_line l LEFT JOIN knowledge k ON k.vendor_id = l.vendor_id AND k.id = l.superseded
WHERE l.vendor_id = $1 AND l.counts_on >= $2 AND l.counts_on < $3 AND (k.id IS NULL OR k.known_at > $4)
"""


def measurements(wanted: set[str], rounds: int, *, small: bool = False) -> Iterator[list[Result]]:
    """The measurement of NAMES, where it is wanted."""
    if ASOF in wanted:
        with scale.histories([1] if small else [140]) as (urls, (history,)):
            yield [_asked(urls, history, rounds)]


def _asked(urls: Urls, history: scale.History, rounds: int) -> Result:
    began = datetime.now(UTC) - timedelta(days=366)
    then = began + timedelta(days=183)
    units = asyncio.run(_remembered(urls, history, began, then))
    now, past = Timed("from the lines, as known now"), Timed(f"{TAILRACE}, as known half a year ago")
    for turn in range(2 + 2 * rounds):
        for moment, into in ((None, now), (then, past)):
            took, found = _turn(history, moment)
            if turn >= 2:
                into.rounds.append(took)
            assert moment is None or found == units, f"{found} units as of then; the lines say {units}"
    ratio = past.seconds / now.seconds
    details = {"lines": history.lines * 72_000, "knowledge": KNOWN, "timed": [past.told(), now.told()]}
    return Result(
        ASOF, ratio, "the same cube from the same lines without `asOf`", "≤ 3 × its time", ratio <= 3, details
    )


def _turn(history: scale.History, moment: datetime | None) -> tuple[float, Decimal]:
    period = {"start": str(START), "end": str(END)}
    began = time.perf_counter()
    answer = history.analyst.ask(SALES, {"period": period, "asOf": moment.isoformat() if moment else None})
    took = time.perf_counter() - began
    sales = answer["viewer"]["vendor"]["network"]["sales"]
    assert len(sales["edges"]) == 250
    return took, sum((Decimal(each["sellThroughUnits"]) for each in sales["totals"]), Decimal())


async def _remembered(urls: Urls, history: scale.History, began: datetime, then: datetime) -> Decimal:
    """Write what became known when; the units that counted by what was known then."""
    vendor_id = history.net.vendor_id
    connection = await asyncpg.connect(urls.owner)
    try:
        await connection.execute(_KNOWLEDGE, vendor_id, began, KNOWN)
        await connection.execute(_SUPERSEDED, vendor_id, KNOWN)
        await connection.execute("VACUUM ANALYZE sell_through_line, knowledge")
        return Decimal(await connection.fetchval(_BY_HAND, vendor_id, START, END, then)) / 1000
    finally:
        await connection.close()
