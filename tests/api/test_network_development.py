"""How the resellers of a network develop, beside a plain count of the same lines; and who reads what of it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.programme.development import window
from app.programme.spans import Span, month_after, month_of, months_earlier
from app.store.database import Database
from app.store.identity import new_id
from tests.api.conftest import Api, Caller
from tests.api.development_kit import net, read, sight, wanted
from tests.api.partners_kit import nodes
from tests.sales_channel import RESELLER_DAYS, Channel, Line, filled
from tests.world import NOW, World

ROWS, COHORTS = "vendor/network_development.graphql", "vendor/reseller_cohorts.graphql"
OWN_ROWS, OWN_COHORTS = "distributor/network_development.graphql", "distributor/reseller_cohorts.graphql"
DAYS = [date(2025, 6, 14), date(2025, 12, 31), date(2026, 3, 1), date(2026, 6, 30)]
MORE = [f"Peer Reseller {number}" for number in range(7)]


@pytest.fixture(scope="module")
async def channel(world: World, database: Database) -> Channel:
    for number, name in enumerate(MORE):
        await world.party("Acme", name, "RESELLER")
        await world.authorize("Acme", "Dist One", name, f"P-{number}")
    channel = await filled(world, database, seed=31)
    vendor = world.vendors["Acme"]
    await without_switches(channel, MORE[5])
    for name in MORE:
        for table, column in (("party", "name"), ("reseller_authorization", "reseller_name")):
            await world.connection.execute(f"UPDATE {table} SET partner_type = 'MSP' WHERE {column} = $1", name)
    segment = {"partner_types": [], "countries": [], "created_at": NOW}
    for name, members in {"Key accounts": MORE[:3], "Growing": MORE[2:4]}.items():
        segment_id = new_id()
        await world.add("segment", vendor_id=vendor, id=segment_id, name=name, **segment)
        for member in members:
            reseller = world.parties["Acme", member]
            await world.add(
                "segment_member", vendor_id=vendor, segment_id=segment_id, reseller_id=reseller, added_at=NOW
            )
    await world.add(
        "reseller_obligation",
        vendor_id=vendor,
        agreement_id=world.agreements["Acme", "Dist One"],
        distributor_id=world.parties["Acme", "Dist One"],
        active=12,
        new=None,
        enabled=None,
        version=1,
        set_at=NOW,
    )
    return channel


async def without_switches(channel: Channel, reseller: str) -> None:
    """As if a reseller had never bought a switch."""
    world, write = channel.world, channel.world.connection.execute
    channel.lines = [line for line in channel.lines if (line.reseller, line.sku) != (reseller, "SWITCH-1")]
    ids = world.parties["Acme", reseller], world.products["Acme", "SWITCH-1"]
    for table in ("sell_through_line", "sell_through_month"):
        await write(f"DELETE FROM {table} WHERE reseller_id = $1 AND product_id = $2", *ids)
    await write("TRUNCATE sell_through_reseller_day, sell_through_reseller_month")
    await write(RESELLER_DAYS)
    keys = "vendor_id, month, distributor_id, reseller_id, currency, book_currency, disclosed_reseller_id"
    measures = ("units", "returned_units", "lines", "resale_amount", "disclosed_resale_amount", "book_amount")
    sums = ", ".join(f"sum({name})" for name in measures)
    await write(
        f"INSERT INTO sell_through_reseller_month ({keys}, {', '.join(measures)})"
        f" SELECT {keys}, {sums} FROM sell_through_month GROUP BY {keys}"
    )


async def asked(
    caller: Caller, level: str, channel: Channel, by: Sequence[str], day: date, **more: Any
) -> dict[str, Any]:
    period = {"start": str(day - timedelta(days=30)), "end": str(day + timedelta(days=1))}
    variables = {"period": period, "by": list(by), **more}
    if level == "distributor":
        variables["agreementId"] = more.pop("of", channel.world.agreement_gid("Acme", "Dist One"))
        variables.pop("of", None)
        network = (await caller.ask(OWN_ROWS, **variables))["node"]["vendor"]["network"]
    else:
        network = (await caller.ask(ROWS, **variables))["viewer"]["vendor"]["network"]
    found: dict[str, Any] = network["resellerDevelopment"]
    return found


def keys_of(node: dict[str, Any], by: Sequence[str]) -> tuple[Any, ...]:
    return tuple((node[each.lower()] or {}).get("name") for each in by)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("by", [(), ("DISTRIBUTOR",), ("RESELLER",), ("DISTRIBUTOR", "RESELLER")])
@pytest.mark.parametrize("who", [None, "Dist One", "Dist Two"])
async def test_each_row_is_what_a_plain_count_of_the_lines_says(
    api: Api, channel: Channel, who: str | None, by: tuple[str, ...], day: date
) -> None:
    expected = wanted(channel, sight(channel, who), by, day)
    if who is None:
        found = await asked(await api.vendor(), "vendor", channel, by, day)
    else:
        of = channel.world.agreement_gid("Acme", who)
        found = await asked(await api.distributor(who), "distributor", channel, by, day, of=of)
    assert found["totalCount"] == len(expected)
    named = {keys_of(node, by): read(node) for node in nodes(found) if None not in keys_of(node, by)}
    names = {name for _, name in channel.world.parties}
    assert named == {keys: row for keys, row in expected.items() if set(keys) <= names}
    nameless = sorted(str(read(node)) for node in nodes(found) if None in keys_of(node, by))
    assert nameless == sorted(str(row) for keys, row in expected.items() if not set(keys) <= names)
    assert (who is None and "RESELLER" in by) == bool(nameless)


async def test_rows_stand_in_the_order_that_is_asked_for_and_pages_meet(api: Api, channel: Channel) -> None:
    vendor = await api.vendor()
    by, day = ("DISTRIBUTOR", "RESELLER"), DAYS[3]
    every = nodes(await asked(vendor, "vendor", channel, by, day, orderBy="DECLINE"))
    changes = [Decimal(node["units"]) - Decimal(node["unitsBefore"]) for node in every]
    assert changes == sorted(changes) and len(changes) > 5
    units = [Decimal(n["units"]) for n in nodes(await asked(vendor, "vendor", channel, by, day, orderBy="UNITS"))]
    assert units == sorted(units, reverse=True)
    page = """query($period: DateRangeInput!, $first: Int, $after: String, $last: Int, $before: String) {
      viewer { vendor { network { resellerDevelopment(period: $period, by: [DISTRIBUTOR, RESELLER], orderBy: DECLINE,
        first: $first, after: $after, last: $last, before: $before) {
        pageInfo { startCursor endCursor hasNextPage hasPreviousPage } edges { node { units unitsBefore } } } } } } }"""
    period = {"start": str(day - timedelta(days=30)), "end": str(day + timedelta(days=1))}

    async def one(**variables: Any) -> dict[str, Any]:
        data = await vendor.ask(page, period=period, **variables)
        found: dict[str, Any] = data["viewer"]["vendor"]["network"]["resellerDevelopment"]
        return found

    seen, after = [], None
    while True:
        found = await one(first=3, after=after)
        seen += nodes(found)
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert seen == [{name: node[name] for name in ("units", "unitsBefore")} for node in every]
    back = await one(last=2, before=found["pageInfo"]["startCursor"])
    assert nodes(back) == seen[-len(nodes(found)) - 2 : len(seen) - len(nodes(found))]


async def test_states_partner_types_and_distributors_narrow_and_divide(api: Api, channel: Channel) -> None:
    vendor, day = await api.vendor(), DAYS[2]
    every = nodes(await asked(vendor, "vendor", channel, ("RESELLER",), day))
    for which in ("ACTIVE", "LAPSED", "NEW", "REACTIVATED"):
        some = nodes(await asked(vendor, "vendor", channel, ("RESELLER",), day, filter={"states": [which]}))
        assert some == [node for node in every if node["state"] == which]
    kinds = nodes(await asked(vendor, "vendor", channel, ("PARTNER_TYPE", "COUNTRY", "REGION"), day))
    assert sum(node["active"] for node in kinds) == sum(node["active"] for node in every)
    assert {node["partnerType"] for node in kinds} > {None}
    one = global_id("Distributor", Key(channel.world.vendors["Acme"], channel.world.parties["Acme", "Dist One"]))
    mine = nodes(await asked(vendor, "vendor", channel, (), day, filter={"distributorIds": [one]}))
    assert [read(node) for node in mine] == list(wanted(channel, sight(channel, "Dist One"), (), day).values())
    assert nodes(await asked(vendor, "vendor", channel, (), day, filter={"distributorIds": []})) == []


async def test_a_vendor_counts_by_segment_and_nobody_else_may(api: Api, channel: Channel) -> None:
    day, vendor = DAYS[3], await api.vendor()
    every = {
        node["reseller"]["name"]: node
        for node in nodes(await asked(vendor, "vendor", channel, ("RESELLER",), day))
        if node["reseller"]
    }
    found = nodes(await asked(vendor, "vendor", channel, ("SEGMENT",), day))
    rows = {(node["segment"] or {}).get("name"): node for node in found}
    for name, members in {"Key accounts": MORE[:3], "Growing": MORE[2:4]}.items():
        assert rows[name]["active"] == sum(every[each]["active"] for each in members if each in every)
    assert set(rows) == {"Key accounts", "Growing", None}
    period = {"start": "2026-06-01", "end": "2026-07-01"}
    agreement = channel.world.agreement_gid("Acme", "Dist One")
    answer = await (await api.distributor()).raw(OWN_ROWS, agreementId=agreement, period=period, by=["SEGMENT"])
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_distributors_are_told_beside_what_they_agreed_to(api: Api, channel: Channel) -> None:
    rows = nodes(await asked(await api.vendor(), "vendor", channel, ("DISTRIBUTOR",), DAYS[3]))
    of = {node["distributor"]["name"]: node for node in rows}
    one = of["Dist One"]
    assert (one["obligedActive"], one["missingActive"]) == (12, 12 - one["active"])
    assert (of["Dist Two"]["obligedActive"], of["Dist Two"]["missingActive"]) == (None, None)
    assert one["certified"] == one["active"] and one["certifiedShare"] == "1"
    (whole,) = nodes(await asked(await api.vendor(), "vendor", channel, (), DAYS[3]))
    assert whole["obligedActive"] == 12 and whole["missingActive"] is None
    grouped = nodes(await asked(await api.vendor(), "vendor", channel, ("PARTNER_TYPE",), DAYS[3]))
    assert {node["certified"] for node in grouped} == {None}


def quarter(day: date) -> date:
    return date(day.year, day.month - (day.month - 1) % 3, 1)


@pytest.mark.parametrize("who", [None, "Dist One"])
async def test_cohorts_are_those_of_the_first_purchase(api: Api, channel: Channel, who: str | None) -> None:
    seen, day = sight(channel, who), date(2026, 6, 30)
    lines: dict[Any, list[Line]] = defaultdict(list)
    for line in seen.lines:
        lines[seen.who(line)].append(line)
    first = {}
    for reseller, own in lines.items():
        quarters = {quarter(line.day) for line in own if line.quantity > 0}
        if quarters:
            first[reseller] = min(quarters)
    expected = []
    for start in sorted(set(first.values())):
        members = [reseller for reseller, begun in first.items() if begun == start]
        told = []
        for each in sorted({quarter(line.day) for member in members for line in lines[member] if line.day >= start}):
            parts = [[line for line in lines[member] if quarter(line.day) == each] for member in members]
            amounts: dict[str, int] = defaultdict(int)
            for line in (line for part in parts for line in part):
                if line.book_currency:
                    amounts[line.book_currency] += line.book_amount or 0
            units = [sum(line.quantity for line in part) for part in parts]
            money = {currency: Decimal(amount).scaleb(-6) for currency, amount in amounts.items()}
            told.append((str(each), sum(n > 0 for n in units), Decimal(sum(units)) / 1000, money))
        active = sum(net(lines[member], window(day)) > 0 for member in members)
        expected.append((str(start), len(members), active, told))
    period = {"start": "2025-01-01", "end": "2026-07-01"}
    if who is None:
        data = (await (await api.vendor()).ask(COHORTS, period=period))["viewer"]["vendor"]["network"]
    else:
        agreement = channel.world.agreement_gid("Acme", who)
        caller = await api.distributor(who)
        data = (await caller.ask(OWN_COHORTS, agreementId=agreement, period=period))["node"]["vendor"]
        data = data["network"]
    found = [
        (
            cohort["quarter"],
            cohort["resellers"],
            cohort["active"],
            [
                (
                    each["quarter"],
                    each["buying"],
                    Decimal(each["units"]),
                    {amount["currency"]: Decimal(amount["amount"]) for amount in each["amounts"]},
                )
                for each in cohort["quarters"]
            ],
        )
        for cohort in data["resellerCohorts"]
    ]
    assert found == expected


@pytest.mark.parametrize("day", [date(2025, 1, 31), date(2025, 2, 28), date(2026, 6, 30)])
@pytest.mark.parametrize("who", [None, "Dist One", "Dist Two"])
async def test_white_space_is_what_comparable_resellers_buy(
    api: Api, channel: Channel, who: str | None, day: date
) -> None:
    world = channel.world
    months = Span(months_earlier(month_of(day), 11), month_after(day))
    of: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    kind = {*MORE, "Reseller Two"}
    seen = sight(channel, who)
    for line in seen.lines:
        if seen.who(line)[0] in kind and months.start <= line.day < months.end:
            of[line.reseller][channel.family(line.sku)] += line.quantity
    sizes = {name: sum(families.values()) for name, families in of.items()}
    expected = set()
    for name, own in of.items():
        peers = [
            each
            for each in of
            if each != name and sizes[each] > 0 and sizes[name] <= 4 * sizes[each] and sizes[each] <= 4 * sizes[name]
        ]
        for family in ("Drives", "Switches"):
            buyers = sum(of[each][family] > 0 for each in peers)
            if sizes[name] > 0 and len(peers) >= 5 and buyers and own[family] <= 0:
                expected.add((name, family, buyers, len(peers)))
    period = {"start": "2026-01-01", "end": "2026-07-01"}
    if who is None:
        caller, document, given = await api.vendor(), COHORTS, {}
    else:
        caller, document = await api.distributor(who), OWN_COHORTS
        given = {"agreementId": world.agreement_gid("Acme", who)}
    data = await caller.ask(document, period=period, onDate=str(day), **given)
    network = data["viewer"]["vendor"]["network"] if who is None else data["node"]["vendor"]["network"]
    rows = nodes(network["whiteSpace"])
    mine = {(r["reseller"]["name"], r["productFamily"], r["buyers"], r["peers"]) for r in rows}
    assert mine == expected
    assert expected or who == "Dist Two" or day.year == 2025
    shares = [Fraction(row["buyers"], row["peers"]) for row in rows]
    assert shares == sorted(shares, reverse=True)


async def test_nobody_reads_another_network_or_a_moment_gone_by(api: Api, channel: Channel) -> None:
    agreement = channel.world.agreement_gid("Acme", "Dist One")
    period = {"start": "2026-06-01", "end": "2026-07-01"}
    for caller in (await api.distributor("Dist Two"), await api.vendor("Borealis")):
        for document in (OWN_ROWS, OWN_COHORTS):
            more: dict[str, Any] = {"by": []} if document == OWN_ROWS else {}
            answer = await caller.ask(document, agreementId=agreement, period=period, **more)
            assert answer["node"] is None
    borealis = (await (await api.vendor("Borealis")).ask(ROWS, period=period, by=["RESELLER"]))["viewer"]
    names = {node["reseller"]["name"] for node in nodes(borealis["vendor"]["network"]["resellerDevelopment"])}
    assert names <= {"Reseller One"}
    then = """query($period: DateRangeInput!) { viewer { vendor { network(asOf: "2026-02-01T00:00:00Z") {
      resellerDevelopment(period: $period, by: [], first: 1) { totalCount } } } } }"""
    for document, variables in (
        (then, {"period": period}),
        (ROWS, {"period": {"start": "2999-01-01", "end": "2999-02-01"}, "by": []}),
        (COHORTS, {"period": {"start": "2018-01-01", "end": "2026-01-01"}}),
    ):
        answer = await (await api.vendor(role=Role.VENDOR_ANALYST)).raw(document, **variables)
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    reseller = await (await api.reseller()).raw(ROWS, period=period, by=[])
    assert not ((reseller.get("data") or {}).get("viewer") or {}).get("vendor")
