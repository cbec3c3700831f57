"""What a list screen costs as a network grows: 10,000 resellers beside 100, with filter, order and search.

Two vendors stand in one database, one with 100 resellers and one with 10,000, each under one distributor's agreement, each
reseller enrolled and with a registered deal. The documents are those that the portals send (graphql/operations), totals
and all; what counts is the screen that grows by most. One search finds nearly everything, another a single row.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import asyncpg
import httpx

from app.access.roles import Role
from app.access.scopes import Scope
from app.client import token
from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from app.settings import PROJECT
from app.store.connect import Urls, set_up
from app.store.embedded import EmbeddedPostgres
from app.store.schema import migrate
from benchmarks import network
from benchmarks.counting import Timed
from benchmarks.processes import cores
from benchmarks.results import Result
from benchmarks.servers import tailrace

NAME = "list_growth_10k"
NAMES = (NAME,)
MOST = 2.0
MANY, ONE = "systems", "reseller 077 sys"
OF_SEGMENT = "vendor/segment_resellers"
OF_AGREEMENT = ("distributor/resellers", "vendor/agreement_resellers")
READS = (Scope.RESELLERS_READ, Scope.PROGRAMS_READ, Scope.DEALS_WRITE)


class Screen(NamedTuple):
    """What a portal asks of a level; `narrowed` are the variables beside what names the network."""

    name: str
    level: Level
    operation: str
    narrowed: dict[str, Any]


def _screens() -> Iterator[Screen]:
    vendor, distributor = Level.VENDOR, Level.DISTRIBUTOR
    narrowed: dict[str, Any]
    for name, narrowed in (
        ("by name", {}),
        ("of a type and country", {"filter": {"partnerType": "MSP", "country": "DE"}}),
        ("search, many found", {"filter": {"search": MANY}}),
        ("search, one found", {"filter": {"search": ONE}}),
    ):
        yield Screen(f"resellers, {name}", vendor, "vendor/resellers", narrowed)
        yield Screen(f"a distributor's resellers, {name}", distributor, "distributor/network_resellers", narrowed)
    for name, narrowed in (("by name", {}), ("search, many found", {"search": MANY})):
        yield Screen(f"resellers of a segment, {name}", vendor, OF_SEGMENT, narrowed)
    for name, narrowed in (
        ("by name", {}),
        ("by name, backwards", {"orderBy": "NAME_DESC"}),
        ("suspended ones, newest first", {"filter": {"status": "SUSPENDED"}, "orderBy": "EFFECTIVE_START_DESC"}),
        ("search, many found", {"filter": {"search": MANY}}),
        ("search, one found", {"filter": {"search": ONE}}),
    ):
        yield Screen(f"a distributor's authorisations, {name}", distributor, "distributor/resellers", narrowed)
        yield Screen(f"authorisations, {name}", vendor, "vendor/agreement_resellers", narrowed)
    for name, narrowed in (("newest first", {}), ("suspended ones", {"filter": {"status": "SUSPENDED"}})):
        yield Screen(f"enrolments, {name}", vendor, "vendor/enrollments", narrowed)
    for name, narrowed in (
        ("newest first", {}),
        ("approved ones, closing first", {"filter": {"statuses": ["APPROVED"]}, "orderBy": "EXPECTED_CLOSE"}),
        ("search, many found", {"filter": {"search": MANY}}),
        ("search, one found", {"filter": {"search": ONE}}),
    ):
        yield Screen(f"deals, {name}", vendor, "vendor/deals", narrowed)


class Asker(NamedTuple):
    """A network, and who asks about it, by level."""

    net: network.Network
    clients: dict[Level, httpx.Client]

    def asked(self, document: str, screen: Screen) -> dict[str, Any]:
        agreement = global_id("DistributionAgreement", Key(self.net.vendor_id, self.net.agreements[0][0]))
        segment = global_id("Segment", Key(self.net.vendor_id, _segment(self.net)))
        named = {"agreementId": agreement} if screen.operation in OF_AGREEMENT else {}
        if screen.operation == OF_SEGMENT:
            named = {"segmentId": segment}
        return {"query": document, "variables": {**named, **screen.narrowed}}


def measurements(wanted: set[str], rounds: int, *, small: bool = False) -> Iterator[list[Result]]:
    """The measurement, if it is wanted; `small` grows by ten instead of a hundred."""
    if NAME in wanted:
        with _networks((100, 1_000 if small else 10_000)) as (few, many):
            yield [_grown([_asked(screen, few, many, rounds * 20) for screen in _screens()])]


class Seen(NamedTuple):
    """How long a screen took in both networks."""

    screen: Screen
    few: Timed
    many: Timed

    @property
    def ratio(self) -> float:
        return self.many.seconds / self.few.seconds


def _grown(seen: list[Seen]) -> Result:
    worst = max(seen, key=lambda each: each.ratio)
    screens = {
        each.screen.name: {
            "ratio": round(each.ratio, 2),
            "few_ms": round(each.few.seconds * 1000, 2),
            "many_ms": round(each.many.seconds * 1000, 2),
        }
        for each in seen
    }
    details = {"worst": worst.screen.name, "screens": screens}
    return Result(
        NAME, worst.ratio, "the same over 100 resellers", f"≤ {MOST:g} × the time", worst.ratio <= MOST, details
    )


def _asked(screen: Screen, few: Asker, many: Asker, times: int) -> Seen:
    """Both networks in turn, so that whatever else the machine does meets both."""
    document = (PROJECT / "graphql" / "operations" / f"{screen.operation}.graphql").read_text()
    seen = Seen(screen, Timed("100 resellers"), Timed("more"))
    for turn in range(times + 5):
        for asker, timed in ((few, seen.few), (many, seen.many)):
            began = time.perf_counter()
            answer = asker.clients[screen.level].post("/graphql", json=asker.asked(document, screen)).text
            took = time.perf_counter() - began
            assert '"errors"' not in answer and '"pageInfo"' in answer and '"edges":[]' not in answer, answer
            if turn >= 5:
                timed.rounds.append(took)
    return seen


@contextmanager
def _networks(resellers: tuple[int, int]) -> Iterator[tuple[Asker, Asker]]:
    nets = [
        network.network(f"Vendor {each}", network.Size(1, each, 24, 1, network.LAST_QUARTER[0], 1))
        for each in resellers
    ]
    with tempfile.TemporaryDirectory(prefix="tailrace-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedPostgres(folder, say=lambda _: None) as cluster:
            urls = asyncio.run(set_up(cluster, "bench", "for-measuring"))
            asyncio.run(migrate(urls.owner, urls.login))
            asyncio.run(network.write(urls, *nets))
            asyncio.run(_written(urls, nets))
            with tailrace(urls, folder, sorted({*cores()[0], *cores()[1]})) as server:
                few, many = (Asker(net, asyncio.run(_clients(urls, net, server.url))) for net in nets)
                yield few, many


async def _clients(urls: Urls, net: network.Network, url: str) -> dict[Level, httpx.Client]:
    distributor = await network.link(urls, net, net.agreements[0][1], f"Distributor of {net.name}")
    made = {
        level: await network.client(urls, organization, level, role, *READS)
        for level, organization, role in (
            (Level.VENDOR, net.organization_id, Role.VENDOR_PROGRAM_MANAGER),
            (Level.DISTRIBUTOR, distributor, Role.DISTRIBUTOR_ADMIN),
        )
    }
    tokens = {level: await asyncio.to_thread(token, url, str(each.id), each.secret) for level, each in made.items()}
    return {
        level: httpx.Client(base_url=url, headers={"Authorization": f"Bearer {each}"}, timeout=60)
        for level, each in tokens.items()
    }


# ------------------------------------------------------------------------------------- enrolments and deals


async def _written(urls: Urls, nets: list[network.Network]) -> None:
    """Enrol every reseller, and register a deal for each, past every policy."""
    connection = await asyncpg.connect(urls.owner)
    try:
        for net in nets:
            for statement in _PROGRAM:
                await connection.execute(statement, net.vendor_id, network.WRITTEN)
            await connection.execute(_ENROLLMENTS, net.vendor_id, network.WRITTEN)
            await connection.execute(_CUSTOMERS, net.vendor_id)
            await connection.execute(
                _DEALS, net.vendor_id, network.WRITTEN, datetime.now(UTC).date() + timedelta(days=90)
            )
            await connection.execute(_PRODUCTS, net.vendor_id)
            await connection.execute(_SEGMENT, net.vendor_id, _segment(net), network.WRITTEN)
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def _segment(net: network.Network) -> UUID:
    return uuid5(net.vendor_id, "segment")


_SEGMENT = """
INSERT INTO segment (vendor_id, id, name, partner_types, countries, created_at)
VALUES ($1, $2, 'Managed in DE', '{MSP}', '{DE}', $3)
"""
_PROGRAM = (
    "INSERT INTO program (vendor_id, id, name, description, audience, status, partner_types, countries, created_at)"
    " VALUES ($1, uuidv7(), 'Resellers', 'For measuring.', 'RESELLER', 'ACTIVE', '{}', '{}', $2)",
    "INSERT INTO program_tier (vendor_id, id, program_id, rank, name, audience)"
    " SELECT vendor_id, uuidv7(), id, 1, 'Silver', 'RESELLER' FROM program"
    " WHERE vendor_id = $1 AND audience = 'RESELLER' AND created_at = $2",
    "INSERT INTO tier_requirement (vendor_id, id, program_id, tier_id, kind, needed, currency, audience)"
    " SELECT vendor_id, uuidv7(), program_id, id, 'PURCHASES', 5000000000, 'EUR', 'RESELLER' FROM program_tier"
    " WHERE vendor_id = $1 AND $2::timestamptz IS NOT NULL",
)
_ENROLLMENTS = """
WITH entered AS (
    INSERT INTO enrollment (vendor_id, id, program_id, reseller_id, status, tier_id, since, created_at)
    SELECT a.vendor_id, uuidv7(), t.program_id, a.reseller_id, a.status, t.id, w.at::date, w.at
    FROM reseller_authorization a JOIN program_tier t USING (vendor_id)
        CROSS JOIN (SELECT $2::timestamptz AS at) w WHERE a.vendor_id = $1
    RETURNING vendor_id, id, program_id, reseller_id, status, tier_id
)
INSERT INTO distributor_enrollment (vendor_id, authorization_id, enrollment_id, distributor_id, reseller_id, agreement_id,
    program_id, status, tier_id)
SELECT e.vendor_id, a.id, e.id, a.distributor_id, a.reseller_id, a.agreement_id, e.program_id, e.status, e.tier_id
FROM entered e JOIN reseller_authorization a ON a.vendor_id = e.vendor_id AND a.reseller_id = e.reseller_id
"""
_CUSTOMERS = """
INSERT INTO deal_customer (vendor_id, id, reseller_id, distributor_id, name, name_hash)
SELECT vendor_id, uuidv7(), reseller_id, distributor_id, 'Customer of ' || reseller_name, md5(reseller_name)
FROM reseller_authorization WHERE vendor_id = $1
"""
_DEALS = """
INSERT INTO deal (vendor_id, id, reseller_id, distributor_id, agreement_id, disclosed_distributor_id,
    disclosed_agreement_id, customer_id, content, name, status, currency, amount_minor, expected_close_on, registered_by,
    registered_by_id, registered_at, entered_at, protected_from, protected_until, protected_at_most)
SELECT a.vendor_id, uuidv7(), a.reseller_id, a.distributor_id, a.agreement_id, a.distributor_id, a.agreement_id, c.id, 1,
    'Renewal at ' || a.reseller_name, CASE WHEN n % 5 = 0 THEN 'APPROVED' ELSE 'SUBMITTED' END, 'EUR', 1000000,
    $3::date + (n % 30)::integer, 'For measuring', a.reseller_id, w.at + make_interval(secs => n),
    w.at + make_interval(secs => n),
    CASE WHEN n % 5 = 0 THEN w.at::date END, CASE WHEN n % 5 = 0 THEN $3::date END, CASE WHEN n % 5 = 0 THEN $3::date END
FROM (SELECT *, row_number() OVER (ORDER BY reseller_name) AS n FROM reseller_authorization WHERE vendor_id = $1) a
JOIN deal_customer c ON c.vendor_id = a.vendor_id AND c.reseller_id = a.reseller_id
CROSS JOIN (SELECT $2::timestamptz AS at) w
"""
_PRODUCTS = """
INSERT INTO deal_product (vendor_id, deal_id, content, position, reseller_id, distributor_id, family)
SELECT vendor_id, id, content, 1, reseller_id, distributor_id, 'Family 1' FROM deal WHERE vendor_id = $1
"""
