"""How both sides keep an agreement, recounted row by row; who reads it; and what an agreement's weights change."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.incentives.statements.calculating.gates.evidence import Subject, evidence_of
from app.programme.compliance import DEFAULT_WEIGHTS, Side
from app.programme.incentives import Gate
from app.programme.money_terms import GateEffect, GateKind
from app.programme.spans import Span, month_after
from app.store.database import Database, acting_as_worker
from tests.api.conftest import Api
from tests.api.partners_kit import nodes
from tests.api.scorecards_kit import PEERS, furnished
from tests.api.statements_kit import rebate
from tests.sales_channel import Channel
from tests.world import World

SET, ALL = "vendor/set_scorecard_weights.graphql", "vendor/compliance.graphql"
FOR_VENDOR, FOR_DISTRIBUTOR = "vendor/agreement_compliance.graphql", "distributor/agreement_compliance.graphql"
QUARTER = Span(date(2026, 1, 1), date(2026, 4, 1))
PERIOD = {"start": str(QUARTER.start), "end": str(QUARTER.end)}
Rows = list[tuple[str, dict[str, Any]]]


@pytest.fixture(scope="module")
async def channel(world: World, database: Database) -> Channel:
    return await furnished(world, database)


# ------------------------------------------------------------------------------------------- recounted row by row


async def recounted(world: World, vendor: str, distributor: str, span: Span, channel: Channel) -> dict[str, Any]:
    """Every component by itself: (part, whole), or active resellers and those agreed."""
    place = world.vendors[vendor], world.agreements[vendor, distributor]
    reports = await world.connection.fetch(
        "SELECT * FROM submission WHERE vendor_id = $1 AND agreement_id = $2 AND mode = 'APPEND'", *place
    )
    mine = [row for row in reports if row["period_end"] > span.start and row["period_start"] < span.end]
    found: dict[str, Any] = {"REPORTING_IN_TIME": _timely(mine, span)}
    counted = [row for row in mine if row["status"] == "PROCESSED"]
    received = sum(row["rows_received"] - row["rows_duplicate"] for row in counted)
    found["DATA_QUALITY"] = (sum(row["rows_accepted"] for row in counted), received)
    net: dict[str, int] = defaultdict(int)
    for line in channel.lines:
        inside = span.end - timedelta(days=90) <= line.day < span.end
        if line.counts and (line.vendor, line.distributor) == (vendor, distributor) and inside:
            net[line.reseller] += line.quantity
    owed = await world.connection.fetchval(
        "SELECT active FROM reseller_obligation WHERE vendor_id = $1 AND agreement_id = $2", *place
    )
    found["ACTIVE_RESELLERS"] = (sum(units > 0 for units in net.values()), owed)
    credits = await world.connection.fetch(
        "SELECT * FROM stock_credit WHERE vendor_id = $1 AND agreement_id = $2", *place
    )
    found["CREDITS_ON_TIME"] = _within(
        [(row["decided_at"], row["credited_at"]) for row in credits if row["decided_at"] and row["approved_minor"]],
        span,
    )
    found["CLAIMS_DECIDED"] = _within(
        [(row["filed_at"], row["decided_at"]) for row in credits if row["status"] != "WITHDRAWN"], span
    )
    return found


def _timely(reports: list[Any], span: Span) -> tuple[int, int]:
    """Monthly reports are due on the tenth day after the month, and in time until five days later."""
    in_time, due, start = 0, 0, span.start
    while start < span.end:
        end = month_after(start)
        own = [r for r in reports if r["period_start"] < end and r["period_end"] > start]
        due += 1
        in_time += bool(own) and min(r["received_at"] for r in own).date() <= end + timedelta(days=14)
        start = end
    return in_time, due


def _within(pairs: list[tuple[datetime, datetime | None]], span: Span, days: int = 30) -> tuple[int, int]:
    due = [(since.date() + timedelta(days=days), done) for since, done in pairs]
    owed = [(day, done) for day, done in due if span.start <= day < span.end]
    return sum(done is not None and done.date() <= day for day, done in owed), len(owed)


def components(side: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["component"]: each for each in side["components"]}


def scored(side: dict[str, Any]) -> None:
    """The score is what its components and weights say, and the shares sum to the whole."""
    counted = [each for each in side["components"] if each["score"] is not None]
    weight = sum(each["weight"] for each in counted)
    for each in side["components"]:
        exact = Fraction(each["weight"], weight) if each in counted else Fraction(0)
        assert 0 <= exact - Fraction(each["share"]) < Fraction(1, 10**6)
    mean = sum(Fraction(each["weight"], weight) * Fraction(each["score"]) for each in counted)
    assert abs(mean - Fraction(side["score"])) < Fraction(2, 10**6)


@pytest.mark.parametrize("distributor", ["Dist One", "Dist Two"])
async def test_each_component_is_what_the_rows_say_and_both_sides_read_the_same(
    api: Api, channel: Channel, distributor: str
) -> None:
    agreement = channel.world.agreement_gid("Acme", distributor)
    wanted = await recounted(channel.world, "Acme", distributor, QUARTER, channel)
    asked = {"agreementId": agreement, "period": PERIOD, "periods": 2}
    data = (await (await api.distributor(distributor)).ask(FOR_DISTRIBUTOR, **asked))["node"]["compliance"]
    assert data == (await (await api.vendor()).ask(FOR_VENDOR, **asked))["node"]["compliance"]
    for side in ("distributorSide", "vendorSide"):
        scored(data[side])
    found = components(data["distributorSide"]) | components(data["vendorSide"])
    for name in ("REPORTING_IN_TIME", "DATA_QUALITY", "CREDITS_ON_TIME", "CLAIMS_DECIDED"):
        part, whole = wanted[name]
        assert whole and Decimal(found[name]["measured"]) == Decimal(part * 10**6 // whole).scaleb(-6), name
        assert f"{part:,} of {whole:,}" in found[name]["evidence"]
    active, owed = wanted["ACTIVE_RESELLERS"]
    assert (int(found["ACTIVE_RESELLERS"]["measured"]), int(found["ACTIVE_RESELLERS"]["needed"])) == (active, owed)
    assert Fraction(found["ACTIVE_RESELLERS"]["score"]) <= 1
    for dropped in ("STOCK_IN_BAND", "ENABLEMENT", "PLAN_ATTAINMENT"):
        assert (found[dropped]["score"], found[dropped]["share"]) == (None, "0") and found[dropped]["evidence"]
    assert all(each["rows"] for each in found.values())


async def test_prices_announced_too_late_are_counted_against_the_vendor(api: Api, channel: Channel) -> None:
    world = channel.world
    rows = await world.connection.fetch(
        "SELECT * FROM book_price WHERE vendor_id = $1 AND currency = 'EUR'"
        " ORDER BY product_id, effective_from", world.vendors["Acme"]
    )  # fmt: skip
    part = whole = 0
    for before, row in pairwise(rows):
        same = before["product_id"] == row["product_id"]
        if same and before["price"] != row["price"] and QUARTER.start <= row["effective_from"] < QUARTER.end:
            whole += 1
            part += row["announced_at"].date() + timedelta(days=30) <= row["effective_from"]
    asked = {"agreementId": world.agreement_gid("Acme", "Dist One"), "period": PERIOD, "periods": 1}
    data = (await (await api.vendor()).ask(FOR_VENDOR, **asked))["node"]["compliance"]
    told = components(data["vendorSide"])["PRICE_NOTICE"]
    assert whole and f"{part} of {whole} prices" in told["evidence"]


async def test_the_trend_is_what_each_period_before_says_of_itself(api: Api, channel: Channel) -> None:
    agreement, caller = channel.world.agreement_gid("Acme", "Dist One"), await api.distributor()
    asked = {"agreementId": agreement, "period": PERIOD, "periods": 3}
    trend = (await caller.ask(FOR_DISTRIBUTOR, **asked))["node"]["compliance"]["trend"]
    assert [each["period"]["start"] for each in trend] == ["2025-10-01", "2025-07-01", "2025-04-01"]
    for each in trend:
        own = await caller.ask(FOR_DISTRIBUTOR, **{**asked, "period": each["period"]})
        found = own["node"]["compliance"]
        assert each["distributorScore"] == found["distributorSide"]["score"]
        assert each["vendorScore"] == found["vendorSide"]["score"]
    wrong = await caller.raw(FOR_DISTRIBUTOR, **{**asked, "periods": 9})
    assert wrong["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_gate_of_an_incentive_reads_the_same_number(api: Api, channel: Channel, database: Database) -> None:
    world, vendor_id = channel.world, channel.world.vendors["Acme"]
    kinds = (GateKind.REPORTING_IN_TIME, GateKind.DATA_QUALITY, GateKind.ACTIVE_RESELLERS)
    rule = rebate(gates=tuple(Gate(kind, kind.value, 500_000, GateEffect.VOID) for kind in kinds))
    ids = world.agreements["Acme", "Dist One"], world.parties["Acme", "Dist One"]
    subject = Subject(vendor_id, UUID(int=0), *ids, QUARTER, rule, None, datetime.now(UTC))  # type: ignore[arg-type]
    async with database.reading(acting_as_worker(vendor_id)) as db:
        evidence = await evidence_of(db, subject)
    asked = {"agreementId": world.agreement_gid("Acme", "Dist One"), "period": PERIOD, "periods": 1}
    data = (await (await api.vendor()).ask(FOR_VENDOR, **asked))["node"]["compliance"]
    told = components(data["distributorSide"])
    for each in evidence:
        assert each.measured is not None
        assert Decimal(told[each.gate]["measured"]) == Decimal(each.measured).scaleb(-6)
        assert told[each.gate]["evidence"] == each.text


# ------------------------------------------------------------------------------------------------ the whole network


async def test_the_network_lists_every_agreement_and_a_distributor_finds_its_own_alone(
    api: Api, channel: Channel
) -> None:
    data = (await (await api.vendor()).ask(ALL, period=PERIOD))["viewer"]["vendor"]["network"]["compliance"]
    names = sorted(node["agreement"]["distributor"]["name"] for node in nodes(data))
    assert names == sorted(["Dist One", "Dist Two", *PEERS]) and data["totalCount"] == len(names)
    scores = {
        node["agreement"]["distributor"]["name"]: Fraction(node["distributorSide"]["score"]) for node in nodes(data)
    }
    for node in nodes(data):
        name = node["agreement"]["distributor"]["name"]
        peers = sorted(score for other, score in scores.items() if other != name)
        middle = (peers[2] + peers[3]) / 2
        assert 0 <= middle - Fraction(node["benchmark"]["median"]) <= Fraction(101, 10_000)
        assert node["benchmark"]["quarter"] == 1 + sum(peer > scores[name] for peer in peers) * 4 // 7
    one = global_id("Vendor", Key(channel.world.vendors["Acme"], channel.world.vendors["Acme"]))
    document = """query($id: ID!, $period: DateRangeInput!, $asOf: DateTime) { node(id: $id) { ... on Vendor {
      network(asOf: $asOf) { compliance(period: $period, first: 10) { totalCount edges { node {
        agreement { id } distributorSide { score } benchmark { median quarter } } } } } } } }"""
    found = (await (await api.distributor("Dist Two")).ask(document, id=one, period=PERIOD))["node"]["network"]
    (own,) = nodes(found["compliance"])
    assert own["agreement"]["id"] == channel.world.agreement_gid("Acme", "Dist Two")
    assert Fraction(own["distributorSide"]["score"]) == scores["Dist Two"]
    assert found["compliance"]["totalCount"] == 1
    past = await (await api.vendor()).raw(document, id=one, period=PERIOD, asOf="2026-02-01T00:00:00Z")
    assert past["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_with_fewer_than_five_peers_there_is_no_benchmark(api: Api, channel: Channel) -> None:
    agreement = channel.world.agreement_gid("Borealis", "Dist One")
    asked = {"agreementId": agreement, "period": PERIOD, "periods": 1}
    data = (await (await api.vendor("Borealis")).ask(FOR_VENDOR, **asked))["node"]["compliance"]
    assert data["benchmark"] is None and data["distributorSide"]["score"] is not None


async def test_nobody_else_reads_a_scorecard(api: Api, channel: Channel) -> None:
    asked = {"agreementId": channel.world.agreement_gid("Acme", "Dist One"), "period": PERIOD, "periods": 1}
    for caller in (await api.distributor("Dist Two"), await api.vendor("Borealis")):
        assert (await caller.ask(FOR_VENDOR, **asked))["node"] is None
    answer = await (await api.reseller()).raw(FOR_VENDOR, **asked)
    assert not (answer.get("data") or {}).get("node")
    viewer = await (await api.distributor(role=Role.DISTRIBUTOR_VIEWER)).raw(FOR_DISTRIBUTOR, **asked)
    assert {error["extensions"]["code"] for error in viewer["errors"]} == {"FORBIDDEN"}
    trend = """query($id: ID!, $period: DateRangeInput!) { node(id: $id) { ... on DistributionAgreement {
      compliance(period: $period) { distributorSide { score } trend(periods: 1) { distributorScore vendorScore } } } } }"""
    seen = await (await api.distributor(role=Role.DISTRIBUTOR_VIEWER)).ask(
        trend, id=asked["agreementId"], period=PERIOD
    )
    (before,) = seen["node"]["compliance"]["trend"]
    assert before["vendorScore"] is None and before["distributorScore"] is not None


# ------------------------------------------------------------------------------------------------------- the weights


def weights(**given: int) -> Iterator[dict[str, Any]]:
    return ({"component": name, "weight": weight} for name, weight in given.items())


async def test_weights_are_set_in_versions_and_earlier_periods_keep_theirs(api: Api, channel: Channel) -> None:
    agreement, vendor = channel.world.agreement_gid("Acme", "Peer 0"), await api.vendor()
    asked = {"agreementId": agreement, "period": PERIOD, "periods": 1}
    usual = (await vendor.ask(FOR_VENDOR, **asked))["node"]
    assert usual["scorecardWeights"]["version"] == 0 and usual["scorecardWeights"]["effectiveFrom"] is None
    assert {each["component"]: each["weight"] for each in usual["scorecardWeights"]["weights"]} == {
        kind.value: weight for kind, weight in DEFAULT_WEIGHTS.items()
    }
    only = {kind.value: 0 for kind in DEFAULT_WEIGHTS if kind.side is Side.DISTRIBUTOR} | {"DATA_QUALITY": 7}
    given = {"agreementId": agreement, "expectedVersion": 0, "effectiveFrom": "2026-02-01"}
    days = {"component": "CLAIMS_DECIDED", "weight": 1, "days": 365}
    made = await vendor.act(SET, **given, weights=[*weights(**only), days])
    assert made["userErrors"] == [] and made["agreement"]["scorecardWeights"]["version"] == 1
    changed = (await vendor.ask(FOR_VENDOR, **asked))["node"]["compliance"]
    quality = components(changed["distributorSide"])["DATA_QUALITY"]
    assert changed["distributorSide"]["score"] == quality["score"] and quality["share"] == "1"
    assert changed["distributorSide"]["weightsVersion"] == 1
    assert components(changed["vendorSide"])["CLAIMS_DECIDED"]["measured"] is None
    assert changed["trend"][0]["distributorScore"] == usual["compliance"]["trend"][0]["distributorScore"]
    late = str(datetime.now(UTC).date() + timedelta(days=30))
    again = {"agreementId": agreement, "expectedVersion": 1, "effectiveFrom": late}
    assert (await vendor.act(SET, **again, weights=list(weights(DATA_QUALITY=3))))["userErrors"] == []
    after = (await vendor.ask(FOR_VENDOR, **asked))["node"]
    assert after["scorecardWeights"]["version"] == 1
    assert after["compliance"]["distributorSide"] == changed["distributorSide"]
    audit = await channel.world.connection.fetchval(
        "SELECT count(*) FROM audit_event WHERE act = 'setScorecardWeights'"
    )
    assert audit == 2


async def test_wrong_weights_are_told_all_at_once_and_nothing_is_written(api: Api, channel: Channel) -> None:
    world, vendor = channel.world, await api.vendor()
    count = "SELECT (SELECT count(*) FROM scorecard_weights) + (SELECT count(*) FROM audit_event)"
    before = await world.connection.fetchval(count)
    nothing = {kind.value: 0 for kind in DEFAULT_WEIGHTS if kind.side is Side.DISTRIBUTOR}
    given = {"agreementId": world.agreement_gid("Acme", "Peer 1"), "expectedVersion": 3, "effectiveFrom": "2026-02-01"}
    wrong = [
        *weights(**nothing | {"DATA_QUALITY": -1, "PRICE_NOTICE": 1_001}),
        {"component": "CLAIMS_DECIDED", "weight": 1, "days": 366},
        {"component": "CLAIMS_DECIDED", "weight": 1},
    ]
    payload = await vendor.act(SET, **given, weights=wrong)
    assert [error["code"] for error in payload["userErrors"]].count("INVALID") == 4
    assert "STALE" in {error["code"] for error in payload["userErrors"]}
    misplaced = [{"component": "DATA_QUALITY", "weight": 1, "days": 3}, *weights(**nothing | {"DATA_QUALITY": 0})][:1]
    payload = await vendor.act(SET, **{**given, "expectedVersion": 0}, weights=misplaced)
    assert [error["field"] for error in payload["userErrors"]] == [["input", "weights", "0", "days"]]
    foreign = {**given, "agreementId": world.agreement_gid("Borealis", "Dist One"), "expectedVersion": 0}
    payload = await vendor.act(SET, **foreign, weights=[])
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]
    for caller in (await api.distributor(), await api.vendor(role=Role.VENDOR_ANALYST), await api.reseller()):
        answer = await caller.raw(SET, input={**given, "expectedVersion": 0, "weights": []})
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await world.connection.fetchval(count) == before
