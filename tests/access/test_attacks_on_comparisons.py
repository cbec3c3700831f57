"""What a distributor tries to reckon back from what it is told beside others: medians, peers, shared resellers."""

from typing import Any

import pytest

from app.execution.identifiers import Key, global_id
from app.store.database import Database
from app.store.identity import new_id
from tests.api.conftest import Api, api, world
from tests.api.scorecards_kit import furnished
from tests.sales_channel import Channel
from tests.world import NOW, World

__all__ = ["api", "world"]

STANDS = """query($id: ID!, $period: DateRangeInput!) { node(id: $id) { ... on DistributionAgreement {
  compliance(period: $period) { distributorSide { score } benchmark { median quarter } } } } }"""


@pytest.fixture(scope="module")
async def channel(world: World, database: Database) -> Channel:
    return await furnished(world, database)


async def benchmark(api: Api, start: str, end: str, name: str = "Dist Two") -> Any:
    caller = await api.distributor(name)
    data = await caller.ask(STANDS, id=api.world.agreement_gid("Acme", name), period={"start": start, "end": end})
    return data["node"]["compliance"]["benchmark"]


async def test_no_median_is_told_of_days_that_are_no_quarter(api: Api, channel: Channel) -> None:
    """Medians of periods that differ by a day would have told what one rival did on that day, or what it scores."""
    assert await benchmark(api, "2026-01-01", "2026-04-01") is not None
    for start, end in (
        ("2026-01-01", "2026-03-31"),
        ("2026-01-02", "2026-04-01"),
        ("2026-01-02", "2026-04-02"),
        ("2026-01-01", "2026-01-02"),
        ("2026-01-01", "2026-02-01"),
        ("2026-02-01", "2026-05-01"),
        ("2026-01-01", "2026-07-01"),
        ("2026-10-01", "2027-01-01"),
    ):
        assert await benchmark(api, start, end) is None, (start, end)


async def test_affiliates_reckon_no_rivals_score_from_their_own(api: Api, channel: Channel) -> None:
    """Who knew four of five peers' scores would have had the fifth from the median, or from its own quarter."""
    world, group = api.world, new_id()
    before = await benchmark(api, "2026-01-01", "2026-04-01")
    vendor_id = world.vendors["Acme"]
    assert before is not None
    await world.add(
        "affiliation",
        vendor_id=vendor_id,
        id=group,
        name="Group",
        purpose="One house.",
        proposed_at=NOW,
        proposed_by="V",
    )
    for name in ("Dist Two", "Peer 0", "Peer 1"):
        await world.add(
            "affiliation_member",
            vendor_id=vendor_id,
            id=new_id(),
            affiliation_id=group,
            distributor_id=world.parties["Acme", name],
            name="Group",
            purpose="One house.",
            proposed_at=NOW,
            accepted_at=NOW,
            accepted_by="One of it",
        )
    try:
        for name in ("Dist Two", "Peer 0", "Peer 1"):
            assert await benchmark(api, "2026-01-01", "2026-04-01", name) is None
        assert await benchmark(api, "2026-01-01", "2026-04-01", "Dist One") is not None
    finally:
        await world.connection.execute("DELETE FROM affiliation_member")
        await world.connection.execute("DELETE FROM affiliation")


NAMED = """query($id: ID!) { node(id: $id) { ... on Vendor { %s } } }"""
SPAN = 'period: {start: "2026-01-01", end: "2026-04-01"}'
BETWEEN = 'between: {since: "2020-01-01T00:00:00Z"}'
RIVAL = 'filter: {distributorIds: ["%s"]}'


def acme(api: Api) -> str:
    return global_id("Vendor", Key(api.world.vendors["Acme"], api.world.vendors["Acme"]))


def rival(api: Api) -> str:
    return global_id("Distributor", Key(api.world.vendors["Acme"], api.world.parties["Acme", "Dist One"]))


@pytest.mark.parametrize(
    "field",
    [
        f"sales({SPAN}, by: [], {RIVAL}, first: 5) {{ edges {{ node {{ sellThroughUnits }} }} }}",
        f"sales({SPAN}, by: [PARTNER_TYPE, COUNTRY], {RIVAL}, first: 5) {{ edges {{ node {{ sellThroughUnits }} }} }}",
        f'inventory(onDate: "2026-04-01", by: [PRODUCT], {RIVAL}, first: 5) {{ edges {{ node {{ state }} }} }}',
        f"resellerDevelopment({SPAN}, by: [], {RIVAL}, first: 5) {{ edges {{ node {{ units certified }} }} }}",
        f"resellerDevelopment({SPAN}, by: [RESELLER], {RIVAL}, first: 5) {{ edges {{ node {{ units }} }} }}",
        f"changes({SPAN}, {BETWEEN}, {RIVAL}, first: 5) {{ edges {{ node {{ knownAt }} }} sums {{ linesAfter }} }}",
    ],
)
async def test_whoever_names_a_rival_in_a_filter_finds_nothing(api: Api, channel: Channel, field: str) -> None:
    """Its sales, its stock, its resellers, the moments of its reports."""
    caller = await api.distributor("Dist Two")
    document = NAMED % ("network { f: " + field % rival(api) + " }")
    vendor = (await (await api.vendor()).ask(document, id=acme(api)))["node"]["network"]["f"]
    found = (await caller.ask(document, id=acme(api)))["node"]["network"]["f"]
    assert found["edges"] == [] and not found.get("sums")
    assert vendor["edges"] or field.startswith(("inventory", "changes")), "there is something to be found"


@pytest.mark.parametrize(
    "field",
    [
        f"network {{ sales({SPAN}, by: [SEGMENT], first: 5) {{ edges {{ node {{ sellThroughUnits }} }} }} }}",
        f'network {{ sales({SPAN}, by: [], first: 5, filter: {{segmentIds: ["x"]}}) {{ totalCount }} }}',
        f"network {{ resellerDevelopment({SPAN}, by: [SEGMENT], first: 5) {{ edges {{ node {{ units }} }} }} }}",
        f"network {{ incentives({SPAN}, first: 5) {{ totalCount }} }}",
        "network { health { __typename } }",
        "partyMerges(first: 5) { totalCount }",
        "commissionPlans(first: 5) { totalCount }",
        "commissionStatements(first: 5) { totalCount }",
        "agentAssignments(first: 5) { totalCount }",
        "erasures(first: 5) { totalCount }",
    ],
)
async def test_what_is_the_vendors_alone_no_distributor_reads(api: Api, channel: Channel, field: str) -> None:
    """Segments, the incentives' cost, merges, what agents earn, whose names were erased."""
    for name in ("Dist One", "Dist Two"):
        answer = await (await api.distributor(name)).raw(NAMED % field, id=acme(api))
        codes = {each["extensions"]["code"] for each in answer.get("errors", ())}
        node = (answer.get("data") or {}).get("node") or {}
        told = [value for each in node.values() if each for value in each.values() if value]
        assert codes <= {"FORBIDDEN"} and told == [], answer


@pytest.mark.parametrize(
    "field",
    [
        f"compliance({SPAN}) {{ distributorSide {{ score }} }}",
        "scorecardWeights { version }",
        'inventoryStandard(onDate: "2026-04-01") { __typename }',
    ],
)
async def test_a_rivals_agreement_has_no_field(api: Api, channel: Channel, field: str) -> None:
    """Its score, its weights, the stock that was agreed with it."""
    document = "query($id: ID!) { node(id: $id) { ... on DistributionAgreement { " + field + " } } }"
    agreement = api.world.agreement_gid("Acme", "Dist One")
    for caller in (await api.distributor("Dist Two"), await api.vendor("Borealis")):
        assert (await caller.ask(document, id=agreement))["node"] is None
    assert not ((await (await api.reseller()).raw(document, id=agreement)).get("data") or {}).get("node")


async def test_whatever_a_rival_sells_to_shared_resellers_changes_no_own_figure(api: Api, channel: Channel) -> None:
    """The difference would have been a rival's sales, or a shared reseller's total."""
    document = (
        NAMED
        % f"""network {{
      a: resellerDevelopment({SPAN}, by: [RESELLER], first: 50) {{ edges {{ node {{ state units unitsBefore depth }} }} }}
      b: resellerDevelopment({SPAN}, by: [PARTNER_TYPE, COUNTRY], first: 50) {{ edges {{ node {{
        active new reactivated lapsed units depth topTenShare concentration }} }} }}
      c: resellerDevelopment({SPAN}, by: [], first: 5) {{ edges {{ node {{ active units certified missingActive }} }} }}
      d: resellerCohorts(period: {{start: "2025-01-01", end: "2026-04-01"}}) {{
        quarter resellers active quarters {{ quarter buying units amounts {{ amount }} }} }}
      e: whiteSpace(onDate: "2026-04-01", first: 50) {{ totalCount edges {{ node {{ productFamily buyers peers }} }} }}
      f: sales({SPAN}, by: [RESELLER], first: 50) {{ edges {{ node {{ sellThroughUnits }} }} }}
      g: changes({SPAN}, {BETWEEN}, first: 50) {{ edges {{ node {{ units knownAt }} }} sums {{ unitsAfter }} }}
      h: compliance({SPAN}, first: 5) {{ totalCount edges {{ node {{ distributorSide {{ score
        components {{ measured evidence }} }} }} }} }} }}"""
    )
    caller, vendor = await api.distributor("Dist Two"), await api.vendor()
    before, all_before = [await each.ask(document, id=acme(api)) for each in (caller, vendor)]
    one = api.world.parties["Acme", "Dist One"]
    for table in ("sell_through_month", "sell_through_reseller_month", "sell_through_day", "sell_through_reseller_day"):
        await api.world.connection.execute(f"UPDATE {table} SET units = units * 3 + 7 WHERE distributor_id = $1", one)
    assert await caller.ask(document, id=acme(api)) == before
    assert await vendor.ask(document, id=acme(api)) != all_before
