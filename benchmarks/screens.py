"""What the screens cost on which a vendor steers its network, when there are ten times as many lines behind them.

The development of resellers (the network by distributor and by reseller, one agreement, cohorts and white space), the
scorecards of twenty agreements, and the incentives of the network with what they have accrued: each screen is asked of two
vendors of the same size, whose resellers bought one and ten million lines, turn about. None of them may read lines, so none
may take twice as long. `small` has a hundredth of the lines.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from typing import Any

from app.access.scopes import Scope
from app.execution.identifiers import Key, global_id
from app.store.connect import Urls
from benchmarks import scale
from benchmarks.counting import Timed
from benchmarks.incentives import MARGINAL, accrued, offered
from benchmarks.results import Result
from benchmarks.servers import TAILRACE

GROWTH = "screens_growth_1m_10m"
NAMES = (GROWTH,)
PERIOD = {"start": "2026-04-01", "end": "2026-07-01"}
_NETWORK = "viewer {{ vendor {{ network {{ {} }} }} }}"
_ROW = "active new lapsed reactivated units unitsBefore depth topTenShare concentration"
SCREENS = {
    "development by distributor": "query Screen($period: DateRangeInput!) { "
    + _NETWORK.format(
        "resellerDevelopment(period: $period, by: [DISTRIBUTOR], first: 50)"
        f" {{ edges {{ node {{ distributor {{ name }} {_ROW} certified missingActive }} }} }}"
    )
    + " }",
    "development by reseller": "query Screen($period: DateRangeInput!) { "
    + _NETWORK.format(
        "resellerDevelopment(period: $period, by: [RESELLER], orderBy: DECLINE, first: 50)"
        f" {{ totalCount edges {{ node {{ reseller {{ name }} state {_ROW} }} }} }}"
    )
    + " }",
    "cohorts and white space": "query Screen($period: DateRangeInput!) { "
    + _NETWORK.format(
        "resellerCohorts(period: $period) { quarter resellers active quarters { quarter buying units } }"
        ' whiteSpace(onDate: "2026-06-30", first: 50) { totalCount edges { node { productFamily buyers peers } } }'
    )
    + " }",
    "one agreement": """query Screen($period: DateRangeInput!, $agreement: ID!) { node(id: $agreement) {
      ... on DistributionAgreement { compliance(period: $period) { distributorSide { score } }
        resellerDevelopment(onDate: "2026-06-30") { active new lapsed certified concentration
          resellers(first: 50) { edges { node { state units unitsBefore reseller { name } } } } } } } }""",
    "scorecards": "query Screen($period: DateRangeInput!) { "
    + _NETWORK.format(
        "compliance(period: $period, first: 20) { edges { node { agreement { id } distributorSide { score"
        " components { component share score evidence } } vendorSide { score } benchmark { median quarter } } } }"
    )
    + " }",
    "incentives": """query Screen { viewer { vendor { incentives(first: 20) { edges { node { name kind status
      terms(first: 20) { edges { node { accruals(first: 4) { edges { node { earned { amount } } } } } } } } } } } } }""",
}
"By its name what each screen asks."


def measurements(wanted: set[str], rounds: int, *, small: bool = False) -> Iterator[list[Result]]:
    """The measurement of NAMES, where it is wanted."""
    if GROWTH in wanted:
        with scale.histories((1, 10) if small else (14, 140), Scope.RESELLERS_READ, Scope.INCENTIVES_READ) as (
            urls,
            found,
        ):
            yield [_growth(urls, found, rounds)]


def _growth(urls: Urls, histories: Sequence[scale.History], rounds: int) -> Result:
    for each in histories:
        asyncio.run(_with_an_incentive(urls, each))
    short, long = histories
    timed, worst = [], (0.0, "")
    for name, document in SCREENS.items():
        own, before = (Timed(f"{name}, {each.lines * 72_000:,} lines") for each in (long, short))
        for turn in range(3 + 4 * rounds):
            for history, into in ((short, before), (long, own)):
                took = _asked(history, document)
                if turn >= 3:
                    into.rounds.append(took)
        timed += [own.told(), before.told()]
        worst = max(worst, (own.seconds / before.seconds, name))
    details = {"lines": long.lines * 72_000, "worst": worst[1], "timed": timed}
    against = f"{TAILRACE}, {short.lines * 72_000:,} lines; the screen that grows most"
    return Result(GROWTH, worst[0], against, "< 2 × the time", worst[0] < 2, details)


async def _with_an_incentive(urls: Urls, history: scale.History) -> None:
    net = history.net
    for incentive_id in await offered(urls, net, [MARGINAL], net.agreements):
        await accrued(urls, net.vendor_id, incentive_id)


def _asked(history: scale.History, document: str) -> float:
    agreement = global_id("DistributionAgreement", Key(history.net.vendor_id, history.net.agreements[0][0]))
    variables: dict[str, Any] = {"period": PERIOD, "agreement": agreement}
    named = {name: value for name, value in variables.items() if f"${name}:" in document}
    began = time.perf_counter()
    answer = history.analyst.ask(document, named)
    took = time.perf_counter() - began
    assert answer.get("node") or answer["viewer"]["vendor"]
    return took
