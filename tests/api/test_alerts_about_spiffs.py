"""A claim on a SPIFF that asks for a person: those of the vendor who decide are told, until one has; nobody else is."""

from datetime import UTC, datetime, timedelta

import pytest

from app.access.roles import Role
from app.alerts.digests.sending import send_digests
from app.alerts.watching.watch import watch_decisions
from tests.api.conftest import Api
from tests.api.people_kit import person
from tests.api.spiffs_kit import Till
from tests.api.test_alerts_decisions import D, R, V, about, told

DECIDE = "vendor/decide_spiff_claim.graphql"
KIND = "SPIFF_CLAIM_TO_DECIDE"
NODE = "query($id: ID!) { node(id: $id) { id } }"


@pytest.fixture
async def till(api: Api) -> Till:
    await api.world.connection.execute("DELETE FROM alert; DELETE FROM webhook_delivery")
    return await Till.open(api)


async def clock(api: Api) -> None:
    await watch_decisions(api.database, datetime.now(UTC))


async def test_a_claim_that_waits_is_told_to_who_decides_until_it_is_decided(till: Till, api: Api) -> None:
    product = await till.desk.product()
    spiff, rep, number = await till.spiff(product, reviewed=True), await till.rep(), await till.sold(product, units=5)
    waits, late = await till.claimed(spiff, rep, number, "2"), await till.claimed(spiff, rep, number, "3")
    plain = await till.claimed(await till.spiff(product), rep, await till.sold(product), "1")
    for _ in range(2):
        await clock(api)
    manager = await till.manager()
    found = {each["subject"]["id"]: each for each in await told(manager, V, kinds=[KIND])}
    assert set(found) == {waits["id"], late["id"]}, "what the engine decided waits for nobody"
    assert found[waits["id"]]["facts"] == ["Autumn: EUR 50.00"] and found[waits["id"]]["state"] == "OPEN"
    assert await about(manager, V, plain["id"]) == []
    analyst = await person(api, "Acme", Role.VENDOR_ANALYST)
    others = (
        (analyst.caller, V),
        (await till.finance(), V),
        (await api.vendor("Borealis"), V),
        (await api.distributor(), D),
        (await api.distributor("Dist Two"), D),
        (await api.reseller(), R),
    )
    for caller, level in others:
        assert await told(caller, level, kinds=[KIND]) == []
        for alert in found.values():
            assert (await caller.ask(NODE, id=alert["id"]))["node"] is None
    await till.done(manager, DECIDE, claimId=waits["id"], verdict="DENY", reason="No proof.")
    await clock(api)
    assert await about(manager, V, waits["id"]) == [(KIND, "CLEARED")]
    assert await about(manager, V, late["id"]) == [(KIND, "OPEN")]


async def test_it_is_in_the_daily_digest_of_who_decides(till: Till, api: Api) -> None:
    vera, fay = [await person(api, "Acme", role) for role in (Role.VENDOR_PROGRAM_MANAGER, Role.VENDOR_FINANCE)]
    for each in (vera, fay):
        await each.caller.act("vendor/set_digest.graphql", frequency="DAILY")
    product = await till.desk.product()
    spiff = await till.spiff(product, reviewed=True)
    await till.claimed(spiff, await till.rep(), await till.sold(product), "1")
    await clock(api)
    noon = datetime.now(UTC).replace(hour=12) + timedelta(days=1)
    assert await send_digests(api.database, noon) == 1
    mails = await api.world.connection.fetch("SELECT recipient, content FROM mail_message WHERE content LIKE '%SPIFF%'")
    assert [row["recipient"] for row in mails] == [vera.email]
