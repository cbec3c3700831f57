"""The vendor's portal and the smallest question: Tailrace as users run it, beside servers that do the same with less.

The portal asks for one vendor's twenty agreements with twenty-five authorised resellers each, and what each of the five
hundred bought in the last quarter. Before anything is timed, all three servers must have answered the same numbers.
"""

import asyncio
import json
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.access.roles import Role
from app.access.scopes import Scope
from app.client import token
from app.programme.terms import Level
from app.store.connect import Urls, set_up
from app.store.embedded import EmbeddedPostgres
from app.store.schema import migrate
from benchmarks import network
from benchmarks.processes import Clients, Server
from benchmarks.results import Result
from benchmarks.rounds import Contender, Measured, Pace, measure, request
from benchmarks.servers import POSTGRAPHILE, TAILRACE, plain, postgraphile, tailrace

START, END = network.LAST_QUARTER
FLOOR, PLAIN = "hand-written SQL", "Starlette + asyncpg, same token"
REMEMBERING = f"{PLAIN}, roles remembered"
DOCUMENT = """query Portal($period: DateRangeInput!) { viewer { vendor { id name
  agreements(first: 20) { edges { node { id status
    authorizations(first: 25) { edges { node { id status accounts
      reseller { id name partnerType country }
      sellThrough(period: $period) { units resaleAmounts { amount currency } bookAmounts { amount currency } }
    } } }
  } } }
} } }"""
PEER_DOCUMENT = """query Portal($vendor: UUID!, $start: Date!, $end: Date!) { vendorByRowId(rowId: $vendor) { rowId name
  agreementsByVendorId(first: 20) { nodes { rowId status
    resellerAuthorizationsByVendorIdAndAgreementIdAndDistributorId(first: 25) { nodes { rowId status accounts
      partyByVendorIdAndResellerId { rowId name partnerType country }
      soldList(periodStart: $start, periodEnd: $end) { units resaleAmount bookAmount currency bookCurrency }
    } }
  } }
} }"""
Seen = dict[str, tuple[object, ...]]
"By the reseller's name: status, accounts, partner type, country, units, and each amount with its currency."


@dataclass(frozen=True, slots=True)
class Stage:
    """A database with the portal's network, Tailrace serving it, and a token of the vendor."""

    urls: Urls
    vendor: network.Network
    tailrace: Server
    token: str
    folder: Path
    postgres: int
    "The process of the database server."


@contextmanager
def stage() -> Iterator[Stage]:
    """Made anew in a folder of its own, and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tailrace-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedPostgres(folder, say=lambda _: None) as cluster:
            urls = asyncio.run(set_up(cluster, "bench", "for-measuring"))
            asyncio.run(migrate(urls.owner, urls.login))
            vendor = network.network("Portal Vendor")
            asyncio.run(network.write(urls, vendor, network.network("Another Vendor")))
            role, scopes = Role.VENDOR_PROGRAM_MANAGER, (Scope.RESELLERS_READ, Scope.ANALYTICS_READ)
            client = asyncio.run(network.client(urls, vendor.organization_id, Level.VENDOR, role, *scopes))
            postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
            with tailrace(urls, folder) as server:
                yield Stage(urls, vendor, server, token(server.url, str(client.id), client.secret), folder, postmaster)


def portal_queries(wanted: set[str], pace: Pace) -> list[Result]:
    """The portal with one client and with sixteen, against PostGraphile and against the floor."""
    found: list[Result] = []
    with stage() as at, ExitStack() as stack:
        peer = stack.enter_context(postgraphile(at.urls, at.folder))
        floor = stack.enter_context(plain(FLOOR, at.urls, at.folder, at.tailrace.url))
        contenders = _portal(at, peer, floor)
        _check(contenders)
        clients = stack.enter_context(Clients())
        for number, name in ((1, "portal_query_1_client"), (16, "portal_query_16_clients")):
            if name in wanted or "portal_query_floor" in wanted:
                measured = measure(clients, contenders, number, pace, at.postgres)
                found += _against_peer(name, measured)
                found += _against_floor(number, measured)
    return [result for result in _floors_together(found) if result.name in wanted]


def _portal(at: Stage, peer: Server, floor: Server) -> list[Contender]:
    period = {"start": str(START), "end": str(END)}
    vendor = {"vendor": str(at.vendor.vendor_id)}
    ours = json.dumps({"query": DOCUMENT, "variables": {"period": period}})
    theirs = json.dumps({"query": PEER_DOCUMENT, "variables": {**vendor, **period}})
    return [
        Contender(TAILRACE, at.tailrace, request("/graphql", ours.encode(), at.token)),
        Contender(POSTGRAPHILE, peer, request("/graphql", theirs.encode())),
        Contender(FLOOR, floor, request("/portal", json.dumps({**vendor, **period}).encode())),
    ]


def _against_peer(name: str, measured: dict[str, Measured]) -> list[Result]:
    own, peer = measured[TAILRACE].told(), measured[POSTGRAPHILE].told()
    ratio = measured[TAILRACE].rate / measured[POSTGRAPHILE].rate
    reached = ratio >= 1.3 and own["p95_ms"] <= peer["p95_ms"]
    reach = "≥ 1.3 × its requests/s, p95 no worse"
    return [Result(name, ratio, POSTGRAPHILE, reach, reached, {"contenders": [own, peer]})]


def _against_floor(number: int, measured: dict[str, Measured]) -> list[Result]:
    ratio = measured[TAILRACE].rate / measured[FLOOR].rate
    own = [measured[name].told() | {"clients": number} for name in (TAILRACE, FLOOR)]
    return [
        Result("portal_query_floor", ratio, "hand-written SQL that returns the JSON", "–", None, {"contenders": own})
    ]


def _floors_together(found: list[Result]) -> list[Result]:
    """One result for the floor: the ratio at one client, and what each number of clients saw."""
    floors = [result for result in found if result.name == "portal_query_floor"]
    others = [result for result in found if result.name != "portal_query_floor"]
    if not floors:
        return others
    contenders = [each for result in floors for each in result.details["contenders"]]
    ratios = {f"{each.details['contenders'][0]['clients']} clients": round(each.ratio, 3) for each in floors}
    first = floors[0]
    details = {"contenders": contenders, "ratios": ratios}
    return [*others, Result(first.name, first.ratio, first.against, first.reach, None, details)]


# ------------------------------------------------------------------------------------- what they answered


def _check(contenders: list[Contender]) -> None:
    """Raise AssertionError unless all three answered the same about the same five hundred resellers."""
    readers: dict[str, Callable[[Any], Seen]] = {TAILRACE: _ours, POSTGRAPHILE: _theirs, FLOOR: _floors}
    seen = {each.name: readers[each.name](answer_of(each)) for each in contenders}
    for name, found in seen.items():
        assert len(found) == network.PORTAL.agreements * network.PORTAL.authorizations, (
            f"{name} told {len(found)} resellers"
        )
        wrong = [key for key in found if found[key] != seen[TAILRACE][key]]
        assert not wrong, f"{name} differs: {found[wrong[0]]} is not {seen[TAILRACE][wrong[0]]}"


def answer_of(contender: Contender) -> Any:
    """One answer, read."""
    head, _, body = contender.request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    asked = urllib.request.Request(f"{contender.server.url}{first.split()[1]}", body, headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return json.load(answer)


def _ours(answer: Any) -> Seen:
    assert "errors" not in answer, answer["errors"]
    found: Seen = {}
    for agreement in answer["data"]["viewer"]["vendor"]["agreements"]["edges"]:
        for edge in agreement["node"]["authorizations"]["edges"]:
            node, sold = edge["node"], edge["node"]["sellThrough"]
            (resale,), (book,) = sold["resaleAmounts"], sold["bookAmounts"]
            amounts = (Decimal(resale["amount"]), resale["currency"], Decimal(book["amount"]), book["currency"])
            found |= _seen(node, node["reseller"], Decimal(sold["units"]), *amounts)
    return found


def _theirs(answer: Any) -> Seen:
    assert "errors" not in answer, answer["errors"]
    found: Seen = {}
    for agreement in answer["data"]["vendorByRowId"]["agreementsByVendorId"]["nodes"]:
        for node in agreement["resellerAuthorizationsByVendorIdAndAgreementIdAndDistributorId"]["nodes"]:
            (sold,) = node["soldList"]
            amounts = (
                Decimal(sold["resaleAmount"]),
                sold["currency"],
                Decimal(sold["bookAmount"]),
                sold["bookCurrency"],
            )
            found |= _seen(node, node["partyByVendorIdAndResellerId"], Decimal(sold["units"]), *amounts)
    return found


def _floors(answer: Any) -> Seen:
    found: Seen = {}
    for agreement in answer["agreements"]:
        for node in agreement["authorizations"]:
            (sold,) = node["sold"]
            units, resale, book = Decimal(sold["units"]), Decimal(sold["resale_amount"]), Decimal(sold["book_amount"])
            amounts = (resale / 10**6, sold["currency"], book / 10**6, sold["book_currency"])
            found |= _seen(node, node["reseller"], units / 1000, *amounts)
    return found


def _seen(node: Any, reseller: Any, *numbers: object) -> Seen:
    key = f"{reseller['name']}"
    return {key: (node["status"], tuple(node["accounts"]), reseller["partnerType"], reseller["country"], *numbers)}


# ------------------------------------------------------------------------------------------ the smallest question


def viewer_query(pace: Pace) -> list[Result]:
    """`viewer { roles }` with one client and with sixteen; the ratio is that at sixteen, to a handler that reads the roles.

    Tailrace believes what the database said of a client for fifteen seconds. So that this is not taken for speed, there is a
    handler that remembers as long; the ratios to it stand beside.
    """
    with stage() as at, plain(PLAIN, at.urls, at.folder, at.tailrace.url) as handler, Clients() as clients:
        asked = json.dumps({"query": "{ viewer { roles } }"}).encode()
        contenders = [
            Contender(TAILRACE, at.tailrace, request("/graphql", asked, at.token)),
            Contender(PLAIN, handler, request("/viewer", asked, at.token)),
            Contender(REMEMBERING, handler, request("/viewer/remembered", asked, at.token)),
        ]
        answers = [answer_of(each)["data"] for each in contenders]
        assert answers[0] == answers[1] == answers[2], answers
        measured = {number: measure(clients, contenders, number, pace, at.postgres) for number in (1, 16)}
    ratios = {
        (name, number): each[TAILRACE].rate / each[name].rate
        for number, each in measured.items()
        for name in (PLAIN, REMEMBERING)
    }
    details = {
        "contenders": [
            each.told() | {"clients": number} for number, all_ in measured.items() for each in all_.values()
        ],
        "ratios": {f"{name}, {number} clients": round(ratio, 3) for (name, number), ratio in ratios.items()},
    }
    reached = min(ratios[PLAIN, 1], ratios[PLAIN, 16]) >= 0.4
    return [Result("viewer_query", ratios[PLAIN, 16], PLAIN, "≥ 0.4 × its requests/s", reached, details)]


__all__ = ["portal_queries", "stage", "viewer_query"]
