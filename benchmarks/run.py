"""`make bench`, or `python -m benchmarks.run [names]`: measures, prints a table, and records it in benchmarks/results.json.

Everything runs on this machine, on the loopback interface, in a database made for the purpose; nothing is left behind.
"""

import argparse
import signal
import sys
from collections.abc import Iterator

from benchmarks import asof, exports, incentives, lists, positions, scale, screens
from benchmarks.counting import FORMATS, reports
from benchmarks.portal import portal_queries, viewer_query
from benchmarks.results import Result, record, show
from benchmarks.rounds import Pace

PORTAL = ("portal_query_1_client", "portal_query_16_clients", "portal_query_floor")
NAMES = (
    *PORTAL,
    "viewer_query",
    *FORMATS,
    *scale.NAMES,
    *asof.NAMES,
    *incentives.NAMES,
    *lists.NAMES,
    *positions.NAMES,
    *exports.NAMES,
    *screens.NAMES,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"what to measure; all unless named: {', '.join(NAMES)}"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each contender is asked (default 5)")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long a round of one contender is (default 3)")
    parser.add_argument(
        "--dry",
        action="store_true",
        help="print only, leave benchmarks/results.json as it is, and measure scale on a small one",
    )
    given = parser.parse_args()
    wanted = set(given.names or NAMES)
    if unknown := sorted(wanted.difference(NAMES)):
        parser.error(f"{', '.join(unknown)}: no such measurement. There are: {', '.join(NAMES)}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    results: list[Result] = []
    pace = Pace(given.rounds, given.seconds, warm_up=max(1.0, given.seconds / 2))
    try:
        for found in measured(wanted, pace, small=given.dry):
            results += found
            if not given.dry:
                record(found)
    finally:
        if results:
            show(results)
    sys.exit(any(result.reached is False for result in results))


def measured(wanted: set[str], pace: Pace, *, small: bool = False) -> Iterator[list[Result]]:
    """Measure what is wanted, one group after the other; what is `small` is no measurement, but shows that it works."""
    if wanted.intersection(PORTAL):
        yield portal_queries(wanted, pace)
    if "viewer_query" in wanted:
        yield viewer_query(pace)
    if wanted.intersection(FORMATS):
        yield reports(wanted, min(pace.rounds, 5))
    if wanted.intersection(scale.NAMES):
        yield from scale.measurements(wanted, min(pace.rounds, 5), small=small)
    if wanted.intersection(asof.NAMES):
        yield from asof.measurements(wanted, min(pace.rounds, 5), small=small)
    if wanted.intersection(incentives.NAMES):
        yield from incentives.measurements(wanted, min(pace.rounds, 5), small=small)
    if wanted.intersection(lists.NAMES):
        yield from lists.measurements(wanted, min(pace.rounds, 5), small=small)
    if wanted.intersection(positions.NAMES):
        yield from positions.measurements(wanted, min(pace.rounds, 5), small=small)
    if wanted.intersection(exports.NAMES):
        yield from exports.measurements(wanted, min(pace.rounds, 5), small=small)
    if wanted.intersection(screens.NAMES):
        yield from screens.measurements(wanted, min(pace.rounds, 5), small=small)


if __name__ == "__main__":
    main()
