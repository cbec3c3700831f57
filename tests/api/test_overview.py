"""What needs a person today, over HTTP: the open alerts of each level, kind by kind, and nothing of anybody else's."""

from collections import Counter as Numbers
from datetime import date
from decimal import Decimal
from typing import Any

from app.alerts.raising import NewAlert, raise_alerts
from app.execution.identifiers import Key, global_id
from app.programme.alert_kinds import AlertKind
from app.programme.terms import Level
from app.store.database import acting_as_worker
from tests.api.conftest import Api, Caller
from tests.api.deals_kit import Counter

OVERVIEW = {
    "vendor": "vendor/overview.graphql",
    "distributor": "distributor/overview.graphql",
    "reseller": "reseller/overview.graphql",
}
ALERTS = "query Open { viewer { alerts(filter: { settled: false }, first: 250) { edges { node { kind } } } } }"


DEALS = "query Deals { viewer { vendor { deals(first: 50) { edges { node { id expectedAmount { amount currency } } } } } } }"


async def overview(caller: Caller, level: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await caller.ask(OVERVIEW[level]))["viewer"]["overview"]
    return found


async def counted(caller: Caller) -> Numbers[str]:
    found = (await caller.ask(ALERTS))["viewer"]["alerts"]["edges"]
    return Numbers(edge["node"]["kind"] for edge in found)


async def raised(api: Api, kind: AlertKind, name: str, due: date | None, of: str | None = None) -> None:
    """An alert about a reseller's record; for the reseller itself where `of` names it, else for the vendor."""
    acme, party = api.world.vendors["Acme"], api.world.parties["Acme", name]
    level = Level.VENDOR if of is None else Level.RESELLER
    whom = None if of is None else api.world.parties["Acme", of]
    alert = NewAlert(acme, level, kind, global_id("Reseller", Key(acme, party)), reseller_id=whom, due_on=due)
    async with api.database.writing(acting_as_worker(acme)) as session:
        await raise_alerts(session, [alert])


async def test_each_level_is_told_of_its_own_open_alerts_the_most_urgent_first(api: Api) -> None:
    await raised(api, AlertKind.DEAL_TO_DECIDE, "Reseller One", date(2030, 1, 1))
    await raised(api, AlertKind.DEAL_TO_DECIDE, "Reseller Two", date(2020, 1, 1))
    await raised(api, AlertKind.ENROLLMENT_TO_DECIDE, "Reseller Two", date(2019, 1, 1))
    await raised(api, AlertKind.SUBMISSION_FAILED, "Reseller One", None)
    await raised(api, AlertKind.DEAL_EXPIRING, "Reseller One", date(2030, 1, 1), of="Reseller One")
    vendor, reseller = await api.vendor(), await api.reseller()
    found = await overview(vendor, "vendor")
    assert {each["kind"]: each["count"] for each in found} == await counted(vendor)
    kinds = [each["kind"] for each in found]
    ours = ["SUBMISSION_FAILED", "ENROLLMENT_TO_DECIDE", "DEAL_TO_DECIDE"]
    assert [kind for kind in kinds if kind in ours] == ours
    deals = next(each for each in found if each["kind"] == "DEAL_TO_DECIDE")
    assert (deals["count"], deals["unassigned"], deals["overdue"], deals["dueOn"]) == (2, 2, 1, "2020-01-01")
    two = global_id("Reseller", Key(api.world.vendors["Acme"], api.world.parties["Acme", "Reseller Two"]))
    assert deals["toBeginWith"]["subject"]["id"] == two and deals["atStake"] is None
    (only,) = await overview(reseller, "reseller")
    assert (only["kind"], only["count"]) == ("DEAL_EXPIRING", 1)
    for caller, level in (
        (await api.distributor("Dist Two"), "distributor"),
        (await api.vendor("Borealis"), "vendor"),
        (await api.reseller("Reseller Two"), "reseller"),
    ):
        assert {each["kind"]: each["count"] for each in await overview(caller, level)} == await counted(caller)
        assert not {"DEAL_TO_DECIDE", "DEAL_EXPIRING"} & {each["kind"] for each in await overview(caller, level)}


async def test_what_is_settled_needs_nobody(api: Api) -> None:
    vendor = await api.vendor()
    before = await overview(vendor, "vendor")
    await api.world.connection.execute("UPDATE alert SET settled_at = now(), settled_by = 'Somebody'")
    assert before and await overview(vendor, "vendor") == []
    await api.world.connection.execute("UPDATE alert SET settled_at = NULL, settled_by = NULL")
    assert await overview(vendor, "vendor") == before


async def test_what_deals_are_worth_is_told_as_far_as_they_are_seen(api: Api) -> None:
    counter = await Counter.open(api)
    await counter.registered()
    await counter.registered(customer="Another Hospital")
    deals = [edge["node"] for edge in (await (await api.vendor()).ask(DEALS))["viewer"]["vendor"]["deals"]["edges"]]
    acme = api.world.vendors["Acme"]
    async with api.database.writing(acting_as_worker(acme)) as session:
        alerts = [NewAlert(acme, Level.VENDOR, AlertKind.DEAL_EXPIRING, deal["id"]) for deal in deals]
        await raise_alerts(session, alerts)
    found = await overview(await api.vendor(), "vendor")
    (item,) = [each for each in found if each["kind"] == "DEAL_EXPIRING"]
    worth = sum(Decimal(deal["expectedAmount"]["amount"]) for deal in deals)
    assert len(deals) == 2 and item["atStake"] == [{"amount": f"{worth:f}", "currency": "EUR"}]
    assert "DEAL_EXPIRING" not in {each["kind"] for each in await overview(await api.vendor("Borealis"), "vendor")}
