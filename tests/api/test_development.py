"""How a distributor's resellers develop, against a plain count of the same lines; who reads it, and what was agreed."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.programme.development import Purchases, earlier, state, window, window_before, year, years_before
from app.programme.spans import Span, month_after, month_of
from app.store.database import Database
from tests.api.conftest import Api
from tests.api.partners_kit import done, nodes
from tests.sales_channel import Channel, Line, filled
from tests.world import World

SET, BY_VENDOR = "vendor/set_reseller_obligation.graphql", "vendor/reseller_development.graphql"
BY_DISTRIBUTOR = "distributor/reseller_development.graphql"
DAYS = [date(2025, 1, 31), date(2025, 5, 15), date(2025, 12, 31), date(2026, 3, 1), date(2026, 6, 30)]


@pytest.fixture(scope="module")
async def channel(world: World, database: Database) -> Channel:
    return await filled(world, database, seed=11)


def within(lines: list[Line], span: Span) -> list[Line]:
    return [line for line in lines if span.start <= line.day < span.end]


def net(lines: list[Line], span: Span) -> int:
    return sum(line.quantity for line in within(lines, span))


def bought(lines: list[Line], span: Span) -> bool:
    return any(line.quantity > 0 for line in within(lines, span))


def expected(channel: Channel, vendor: str, distributor: str, day: date) -> dict[str, dict[str, Any]]:
    """What is to be said of each reseller, from the lines one by one."""
    of: dict[str, list[Line]] = defaultdict(list)
    anywhere: dict[str, list[Line]] = defaultdict(list)
    for line in channel.lines:
        if line.counts and line.vendor == vendor:
            anywhere[line.reseller].append(line)
            if line.distributor == distributor:
                of[line.reseller].append(line)
    names = {name for v, d, name in channel.world.authorizations if (v, d) == (vendor, distributor)}
    found = {}
    for name in names:
        lines = of[name]
        now = net(lines, window(day))
        purchases = Purchases(now, net(lines, window_before(day)), bought(lines, earlier(day)))
        in_year = net(lines, year(day)) > 0
        found[name] = {
            "state": state(purchases).value,
            "units": Decimal(now) / 1000,
            "new_in_year": in_year and not bought(lines, years_before(day)),
            "new_to_network": in_year and not bought(anywhere[name], years_before(day)),
        }
    return found


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("distributor", ["Dist One", "Dist Two"])
async def test_each_reseller_stands_as_a_plain_count_of_its_lines_says(
    api: Api, channel: Channel, distributor: str, day: date
) -> None:
    wanted = expected(channel, "Acme", distributor, day)
    agreement = channel.world.agreement_gid("Acme", distributor)
    caller = await api.distributor(distributor)
    data = (await caller.ask(BY_DISTRIBUTOR, agreementId=agreement, onDate=str(day)))["node"]["resellerDevelopment"]
    rows = {row["reseller"]["name"]: row for row in nodes(data["resellers"])}
    assert {name: (row["state"], Decimal(row["units"]), row["newInYear"]) for name, row in rows.items()} == {
        name: (each["state"], each["units"], each["new_in_year"]) for name, each in wanted.items()
    }
    states = [each["state"] for each in wanted.values()]
    assert data["active"] == sum(each["units"] > 0 for each in wanted.values())
    assert (data["new"], data["lapsed"], data["reactivated"]) == tuple(
        states.count(each) for each in ("NEW", "LAPSED", "REACTIVATED")
    )
    assert data["newInYear"] == sum(each["new_in_year"] for each in wanted.values())
    vendor = (await (await api.vendor()).ask(BY_VENDOR, agreementId=agreement, onDate=str(day)))["node"]
    seen = vendor["resellerDevelopment"]
    assert (seen["active"], seen["newInYear"]) == (data["active"], data["newInYear"])
    assert seen["newToNetworkInYear"] == sum(each["new_to_network"] for each in wanted.values())


def test_the_year_and_the_years_before_it_meet_and_end_with_the_day_s_month() -> None:
    for day in DAYS:
        assert years_before(day).end == year(day).start
        assert year(day).end == month_after(month_of(day))
    assert year(date(2026, 3, 1)) == Span(date(2025, 4, 1), date(2026, 4, 1))
    assert years_before(date(2026, 3, 1)).start == date(2023, 4, 1)


async def test_the_vendor_counts_but_does_not_name_resellers_that_are_not_disclosed(api: Api, channel: Channel) -> None:
    agreement = channel.world.agreement_gid("Acme", "Dist Two")
    data = (await (await api.vendor()).ask(BY_VENDOR, agreementId=agreement, onDate="2026-06-30"))["node"]
    assert data["resellerDevelopment"]["resellers"]["totalCount"] == 0
    assert data["resellerDevelopment"]["authorized"] == 2
    disclosed = channel.world.agreement_gid("Acme", "Dist One")
    seen = (await (await api.vendor()).ask(BY_VENDOR, agreementId=disclosed, onDate="2026-06-30"))["node"]
    assert seen["resellerDevelopment"]["resellers"]["totalCount"] == 2


async def test_pages_of_resellers_are_those_of_the_filter(api: Api, channel: Channel) -> None:
    agreement, caller = channel.world.agreement_gid("Acme", "Dist One"), await api.distributor()
    page = """query($id: ID!, $states: [ResellerState!], $first: Int, $after: String, $last: Int, $before: String) {
      node(id: $id) { ... on DistributionAgreement { resellerDevelopment(onDate: "2026-06-30") { resellers(first: $first,
      after: $after, last: $last, before: $before, filter: {states: $states}) { totalCount
      pageInfo { endCursor startCursor hasNextPage hasPreviousPage } edges { node { state reseller { name } } } } } } } }"""

    async def asked(**variables: Any) -> dict[str, Any]:
        data = await caller.ask(page, id=agreement, **variables)
        found: dict[str, Any] = data["node"]["resellerDevelopment"]["resellers"]
        return found

    every = [node["reseller"]["name"] for node in nodes(await asked(first=10))]
    one = await asked(first=1)
    two = await asked(first=1, after=one["pageInfo"]["endCursor"])
    assert [n["reseller"]["name"] for n in nodes(one) + nodes(two)] == every
    back = await asked(last=1, before=two["pageInfo"]["startCursor"])
    assert nodes(back) == nodes(one) and not back["pageInfo"]["hasPreviousPage"]
    state_now = nodes(one)[0]["state"]
    assert all(node["state"] == state_now for node in nodes(await asked(first=10, states=[state_now])))
    assert (await asked(first=10, states=[]))["totalCount"] == 0


async def test_what_was_agreed_is_set_by_the_vendor_and_measured_for_both(api: Api, channel: Channel) -> None:
    agreement, vendor = channel.world.agreement_gid("Acme", "Dist One"), await api.vendor()
    given = {"agreementId": agreement, "expectedVersion": 0, "active": 100, "new": 3, "certifiedShare": "0.75"}
    made = await done(vendor, SET, **given)
    assert made["resellerObligation"] == {"active": 100, "new": 3, "certifiedShare": "0.75", "version": 1}
    caller = await api.distributor()
    data = (await caller.ask(BY_DISTRIBUTOR, agreementId=agreement, onDate="2026-06-30"))["node"]
    found = data["resellerDevelopment"]
    assert data["resellerObligation"]["version"] == 1
    assert found["missingActive"] == 100 - found["active"]
    assert found["missingNew"] == max(0, 3 - found["newInYear"])
    assert found["certifiedShare"] is not None
    assert Decimal(found["missingCertifiedShare"]) == max(
        Decimal(0), Decimal("0.75") - Decimal(found["certifiedShare"])
    )
    changed = await done(vendor, SET, **{**given, "expectedVersion": 1, "new": None, "certifiedShare": None})
    assert changed["resellerObligation"] == {"active": 100, "new": None, "certifiedShare": None, "version": 2}
    anew = (await caller.ask(BY_DISTRIBUTOR, agreementId=agreement))["node"]["resellerDevelopment"]
    assert (anew["missingNew"], anew["missingCertifiedShare"]) == (None, None)


async def held(api: Api) -> list[str]:
    rows = []
    for table in ("reseller_obligation", "audit_event", "audit_notice"):
        rows += [row[0] for row in await api.world.connection.fetch(f"SELECT t::text FROM {table} t ORDER BY 1")]
    return rows


async def test_what_is_wrong_with_an_obligation_is_told_and_nothing_is_written(api: Api, channel: Channel) -> None:
    world, vendor = channel.world, await api.vendor()
    before = await held(api)
    stale = {"agreementId": world.agreement_gid("Acme", "Dist Two"), "expectedVersion": 4}
    wrong = {**stale, "active": -1, "new": 1_000_001, "certifiedShare": "1.0000001"}
    payload = await vendor.act(SET, **wrong)
    assert {(".".join(e["field"][1:]), e["code"]) for e in payload["userErrors"]} == {
        ("active", "INVALID"),
        ("new", "INVALID"),
        ("certifiedShare", "INVALID"),
        ("expectedVersion", "STALE"),
    }
    for foreign in (
        world.agreement_gid("Borealis", "Dist One"),
        global_id("Reseller", Key(world.vendors["Acme"], world.parties["Acme", "Reseller One"])),
    ):
        payload = await vendor.act(SET, agreementId=foreign, expectedVersion=0, active=1)
        assert [e["code"] for e in payload["userErrors"]] == ["NOT_FOUND"]
    for caller in (await api.distributor(), await api.vendor(role=Role.VENDOR_ANALYST), await api.reseller()):
        answer = await caller.raw(SET, input={**stale, "expectedVersion": 0, "active": 1})
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await held(api) == before


async def test_nobody_else_reads_it(api: Api, channel: Channel) -> None:
    agreement = channel.world.agreement_gid("Acme", "Dist One")
    assert (await (await api.distributor("Dist Two")).ask(BY_DISTRIBUTOR, agreementId=agreement))["node"] is None
    assert (await (await api.vendor("Borealis")).ask(BY_DISTRIBUTOR, agreementId=agreement))["node"] is None
    asked = (
        "query($id: ID!) { node(id: $id) { ... on DistributionAgreement"
        " { resellerDevelopment { newToNetworkInYear } } } }"
    )
    own = (await (await api.distributor()).ask(asked, id=agreement))["node"]["resellerDevelopment"]
    assert own == {"newToNetworkInYear": None}
    late = await (await api.distributor()).raw(
        BY_DISTRIBUTOR, agreementId=agreement, onDate=str(datetime.now(UTC).date() + timedelta(days=2))
    )
    assert late["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
