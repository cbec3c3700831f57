"""Which incentive works, why its accrual changed, and what is wrong with a programme; no partner learns of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.access.roles import Role
from app.execution.identifiers import Key, global_id
from app.programme.incentives import Gate, Scope
from app.programme.money_terms import GateEffect, GateKind, PayPeriod
from app.programme.terms import Level
from tests.api.conftest import Api, Caller
from tests.api.statements_kit import BOOK, Office, codes, rebate, sold
from tests.incentives_kit import Offered, offered

PERFORMANCE = "vendor/incentive_performance.graphql"
CHANGES, OWN_CHANGES = "vendor/accrual_changes.graphql", "distributor/accrual_changes.graphql"
LONG_AGO = "2020-01-01T00:00:00+00:00"


@pytest.fixture
async def office(api: Api) -> Office:
    return await Office.open(api)


async def performing(caller: Caller, **asked: Any) -> dict[str, dict[str, Any]]:
    found, after = dict[str, dict[str, Any]](), None
    while True:
        data = await caller.ask(PERFORMANCE, **asked, after=after)
        page = data["viewer"]["vendor"]["network"]["incentives"]
        found |= {each["node"]["incentive"]["id"]: each["node"] for each in page["edges"]}
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


def term_id(office: Office, offer: Offered) -> str:
    return global_id("IncentiveTerm", Key(office.vendor_id, offer.id))


async def test_cost_adoption_and_incremental_sales_are_what_the_lines_say(office: Office, api: Api) -> None:
    """Recomputed by hand: DRIVE-1 is 100 at the price book; 1 % up to 1,000, 2 % from there on."""
    world = api.world
    effective = (world.agreements["Acme", "Dist One"], date(2020, 1, 1), date(2030, 1, 1))
    await world.connection.execute(
        "UPDATE agreement SET effective_start = $2, effective_end = $3 WHERE id = $1", *effective
    )
    scope = Scope(partner_types=frozenset({"VAR", "MSP"}))
    rule = rebate(paying=BOOK, pay_period=PayPeriod.QUARTER)
    offer = await offered(world, rule, start=date(2026, 1, 1), end=date(2027, 1, 1))
    typed = rebate(paying=type(BOOK)(BOOK.basis, BOOK.unit, BOOK.valuation, scope))
    other = await offered(world, typed, start=date(2026, 1, 1), end=date(2027, 1, 1))
    idle = await offered(world, rule, distributor="Dist Two", start=date(2026, 1, 1), end=date(2027, 1, 1))
    for document, quantity, day in (("PF-1", 20, "2025-04-10"), ("PF-2", 35, "2026-04-10"), ("PF-3", -5, "2026-06-30")):
        said = sold(document, quantity, sold_on=day)
        month = {"start": f"{day[:7]}-01", "end": f"{day[:4]}-{int(day[5:7]) + 1:02}-01"}
        await office.desk.send(_row(said), period=month)
    quarter = {"start": "2026-04-01", "end": "2026-07-01"}
    found = await performing(office.manager, period=quarter)
    mine = found[global_id("Incentive", Key(office.vendor_id, offer.incentive_id))]
    assert mine["cost"]["accrued"] == {"amount": "55", "currency": "EUR"}, "1,000 at 1 %, 1,500 at 2 %, 500 at 3 %"
    assert mine["cost"]["approved"]["amount"] == "0" == mine["cost"]["paid"]["amount"]
    assert (mine["cost"]["eligible"], mine["cost"]["earners"], mine["cost"]["adoption"]) == (1, 1, "1")
    compared = mine["comparison"]
    assert compared["period"] == {"start": "2025-04-01", "end": "2025-07-01"} and compared["partners"] == 1
    assert [compared[name]["amount"]["amount"] for name in ("volume", "baseline", "incremental")] == [
        "3000",
        "2000",
        "1000",
    ]
    assert compared["costPerIncremental"] == "0.055" and compared["byPartnerType"] == []
    before = (await performing(office.manager, period=quarter, against="PREVIOUS_SPAN"))[mine["incentive"]["id"]]
    assert before["comparison"]["period"] == {"start": "2026-01-01", "end": "2026-04-01"}
    assert before["comparison"]["baseline"]["amount"]["amount"] == "0"
    by_type = found[global_id("Incentive", Key(office.vendor_id, other.incentive_id))]["comparison"]["byPartnerType"]
    assert [each["partnerType"] for each in by_type] == ["MSP", "VAR"]
    total = sum(Decimal(each["incremental"]["amount"]["amount"]) for each in by_type)
    whole = found[global_id("Incentive", Key(office.vendor_id, other.incentive_id))]["comparison"]["incremental"]
    assert total == Decimal(whole["amount"]["amount"])
    nothing = found[global_id("Incentive", Key(office.vendor_id, idle.incentive_id))]["cost"]
    assert (nothing["eligible"], nothing["earners"], nothing["adoption"]) == (1, 0, "0")
    later = {"start": "2030-01-01", "end": "2030-04-01"}
    assert mine["incentive"]["id"] not in await performing(office.manager, period=later)


def _row(said: dict[str, str]) -> str:
    from tests.api.test_corrections import row

    return row(**said)


async def test_an_accrual_changes_by_what_was_posted_and_each_cause_is_named(office: Office, api: Api) -> None:
    month = await office.month(9, year=2025)
    term = term_id(office, month.offer)

    async def changes(caller: Caller, document: str, **asked: Any) -> dict[str, Any]:
        found = (await caller.ask(document, **({"term": term, "since": LONG_AGO} | asked)))["node"]
        change: dict[str, Any] = found["accrualChanges"]
        return change

    first = await month.sell(sold("AC-1", 15))
    second = await month.sell(sold("AC-1", 5), mode="CORRECT")
    await month.calculate()
    found = await changes(office.manager, CHANGES)
    told = [(each["node"]["kind"], each["node"]["amount"]["amount"]) for each in found["edges"]]
    assert told == [("REPORT", "20"), ("CORRECTION", "-15")], "15 × 100: 10 + 10; then 500 at 1 %"
    assert [each["node"]["cause"]["id"] for each in found["edges"]] == [first["id"], second["id"]]
    assert (found["accruedBefore"]["amount"], found["accruedAfter"]["amount"]) == ("0", "5")
    assert found["difference"]["amount"] == "5" and found["totalCount"] == 2
    assert await changes(office.partner, OWN_CHANGES) == found
    page = await changes(office.manager, CHANGES, first=1)
    rest = await changes(office.manager, CHANGES, first=1, after=page["pageInfo"]["endCursor"])
    assert [*page["edges"], *rest["edges"]] == found["edges"]
    assert rest["accruedBefore"] == found["accruedBefore"]
    await api.world.connection.execute(
        "UPDATE transfer SET recorded_at = recorded_at - interval '1 hour' WHERE subject_id = $1",
        month.offer.incentive_id,
    )
    at = datetime.fromisoformat(found["edges"][0]["node"]["knownAt"]) - timedelta(hours=1)
    halves = [
        await changes(office.manager, CHANGES, until=at.isoformat()),
        await changes(office.manager, CHANGES, since=at.isoformat()),
    ]
    assert [half["difference"]["amount"] for half in halves] == ["20", "-15"]
    assert halves[1]["accruedBefore"]["amount"] == "20"
    now = datetime.now(UTC).isoformat()
    refused = await office.manager.raw(CHANGES, term=term, since=LONG_AGO, until=now)
    assert "30 minutes" in refused["errors"][0]["message"]
    for caller in (
        await api.distributor("Dist Two"),
        await api.vendor("Borealis"),
        await api.reseller(),
        await api.as_(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_VIEWER),
    ):
        answer = await caller.raw(OWN_CHANGES, term=term, since=LONG_AGO)
        assert ((answer.get("data") or {}).get("node") or {}).get("accrualChanges") is None


async def test_health_tells_of_what_is_wrong_with_the_design_alone(office: Office, api: Api) -> None:
    world = api.world
    program = await world.connection.fetchval(
        "SELECT program_id FROM agreement WHERE id = $1", world.agreements["Acme", "Dist Two"]
    )
    today = datetime.now(UTC).date()
    span = (today - timedelta(days=200), today + timedelta(days=100))
    offer = await offered(world, rebate(), distributor="Dist Two", start=span[0], end=span[1])
    await world.connection.execute(
        "UPDATE agreement SET effective_start = $2, effective_end = $3 WHERE id = $1",
        world.agreements["Acme", "Dist Two"],
        *span,
    )
    incentive = global_id("Incentive", Key(office.vendor_id, offer.incentive_id))

    async def told() -> list[str]:
        found = (await office.manager.ask("vendor/programme_health.graphql"))["viewer"]["vendor"]["network"]["health"]
        assert all(each["evidence"] and each["remedy"] for each in found)
        return [each["kind"] for each in found if (each["incentive"] or {}).get("id") == incentive]

    assert await told() == ["BASIS_NOT_REPORTED"]
    fit = {"vendor_id": office.vendor_id, "program_id": program, "kind": "GROWTH_REBATE", "partner_types": []}
    await world.add("program_fit", **fit)
    assert await told() == ["KIND_DOES_NOT_FIT", "BASIS_NOT_REPORTED"]
    await world.connection.execute("DELETE FROM program_fit WHERE program_id = $1", program)


async def test_gates_that_nobody_meets_or_measures_are_found_from_statements(office: Office, api: Api) -> None:
    gates = (
        Gate(GateKind.MINIMUM_VOLUME, "volume", 10**12, GateEffect.REDUCE, 500_000),
        Gate(GateKind.CERTIFIED, "certified", 500_000, GateEffect.REDUCE, 900_000),
        Gate(GateKind.DATA_QUALITY, "quality", 1, GateEffect.VOID),
    )
    today = datetime.now(UTC).date()
    start = date(today.year - 1, today.month, 1)
    offer = await offered(api.world, rebate(gates=gates), start=start, end=date(today.year + 1, 1, 1))
    incentive = global_id("Incentive", Key(office.vendor_id, offer.incentive_id))
    for back in (6, 5, 4):
        number = (today.month - 1 - back) % 12 + 1
        first = date(today.year if number <= today.month else today.year - 1, number, 1)
        month = {"start": first.isoformat(), "end": date(first.year + number // 12, number % 12 + 1, 1).isoformat()}
        await office.desk.send(_row(sold(f"HG-{number}", 3, sold_on=first.isoformat())), period=month)
        asked = {"period": month, "incentiveId": incentive, "idempotencyKey": f"hg-{number}"}
        assert codes(await office.manager.act("vendor/calculate_statements.graphql", **asked)) == []
    found = (await office.manager.ask("vendor/programme_health.graphql"))["viewer"]["vendor"]["network"]["health"]
    mine = [(each["kind"], each["evidence"]) for each in found if (each["incentive"] or {}).get("id") == incentive]
    kinds = {kind: evidence for kind, evidence in mine if kind.startswith("GATE")}
    assert "“volume”" in kinds["GATE_NOBODY_MEETS"] and "all 3 statements" in kinds["GATE_NOBODY_MEETS"]
    assert "“certified”" in kinds["GATE_NOT_MEASURED"] and len(kinds) == 2


async def test_no_partner_and_no_other_vendor_reads_how_incentives_perform(office: Office, api: Api) -> None:
    text = (
        "query($p: DateRangeInput!, $v: ID!) { node(id: $v) { ... on Vendor { network {"
        " incentives(period: $p, first: 9) { edges { node { currency } } } health { kind } } } } }"
    )
    vendor = global_id("Vendor", Key(office.vendor_id, office.vendor_id))
    quarter = {"start": "2026-04-01", "end": "2026-07-01"}
    for caller in (
        await api.distributor("Dist One"),
        await api.distributor("Dist Two"),
        await api.reseller(),
        await api.vendor("Borealis"),
    ):
        answer = await caller.raw(text, p=quarter, v=vendor)
        network = (((answer.get("data") or {}).get("node") or {}).get("network")) or {}
        assert network.get("incentives") is None and network.get("health") is None
    own = await (await api.vendor("Borealis")).ask(PERFORMANCE, period=quarter)
    assert own["viewer"]["vendor"]["network"]["incentives"]["edges"] == []
