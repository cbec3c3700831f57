"""What no export does: read what its asker may not, tell anybody else, go on when its asker may not any more."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.access.roles import Role
from app.access.scopes import Scope
from app.execution.identifiers import global_id, key_of
from app.exports import making
from app.exports.actions import forget_exports
from app.exports.downloads import file as fetch
from app.programme.exports import MOST_WAITING
from app.programme.terms import Level
from tests.api.conftest import Api, Caller
from tests.api.exports_kit import CANCEL, LINES, LIST, asked, chunks, done, file, some_lines, started, state

ALERTS = "{ viewer { alerts { edges { node { kind } } } } }"
WEBHOOKS = "{ viewer { webhooks { edges { node { url } } } } }"


@pytest.fixture(scope="module", autouse=True)
async def lines(api: Api) -> None:
    await some_lines(api, 40, "R")


def given(api: Api) -> dict[str, Any]:
    return {"variables": {"id": api.world.agreement_gid("Acme", "Dist One")}}


async def own(api: Api) -> Caller:
    """A vendor's integration of which nothing else was asked."""
    scopes = frozenset({Scope.SELL_IN_WRITE, Scope.ANALYTICS_READ})
    return await api.as_(Level.VENDOR, "Acme", Role.VENDOR_FINANCE, scopes=scopes)


async def codes(caller: Caller, document: str, level: str = "vendor", **given: Any) -> list[str]:
    payload = await started(caller, document, "CSV", level, **given)
    assert payload["export"] is None
    assert all(each["message"] for each in payload["userErrors"])
    return [each["code"] for each in payload["userErrors"]]


async def test_what_is_no_table_is_refused_with_the_reason(api: Api) -> None:
    vendor, before = await api.vendor(), await exports(api)
    for document in (
        "{ viewer { roles } }",
        "{ viewer { organizationName webhooks { edges { node { url } } } } }",
        "{ viewer { webhooks { edges { cursor node { url } } } } }",
        "{ viewer { webhooks { edges { node { url deliveries { edges { node { id } } } } } } } }",
        "{ a: viewer { webhooks { edges { node { url } } } } b: viewer { webhooks { edges { node { url } } } } }",
        "{ viewer { webhooks { rows: edges { node { url } } } } }",
        "{ nodes(ids: []) { id } }",
        "{ node(id: 1) { id } }",
        "mutation { cancelExport(input: {exportId: 1}) { export { id } } }",
        "subscription { alertRaised { id } }",
        "{ __schema { types { name } } }",
        "{ viewer { nothing } }",
        "query A { viewer { roles } } query B { viewer { roles } }",
        "{ viewer {",
        "",
    ):
        assert await codes(vendor, document) == ["INVALID"], document
    assert await codes(vendor, LINES) == ["INVALID"], "a variable is missing"
    assert await codes(vendor, WEBHOOKS, variables=[1]) == ["INVALID"]
    assert await codes(vendor, WEBHOOKS, variables={"x": "y" * 70_000}) == ["INVALID"]
    assert await exports(api) == before


async def exports(api: Api) -> int:
    found: int = await api.world.connection.fetchval("SELECT count(*) FROM export")
    return found


async def test_what_a_role_may_not_read_it_does_not_export(api: Api) -> None:
    analyst = await api.vendor(role=Role.VENDOR_ANALYST)
    assert await codes(analyst, WEBHOOKS) == ["NOT_ALLOWED"]
    narrow = await api.as_(Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER, scopes=frozenset({Scope.PRICES_READ}))
    assert await codes(narrow, LINES, **given(api)) == ["NOT_ALLOWED"]


async def test_a_competitor_gets_nothing_by_a_foreign_id(api: Api) -> None:
    for caller, level in (
        (await api.distributor("Dist Two"), "distributor"),
        (await api.vendor("Borealis"), "vendor"),
    ):
        id = await asked(caller, LINES, "CSV", level, **given(api))
        await done(api, id)
        found = await state(caller, id, level)
        assert (found["status"], found["rows"]) == ("FAILED", 0) and "nothing at `node`" in found["error"]
        assert await chunks(api, id) == 0
    reseller = await api.reseller()
    payload = await started(reseller, LINES, "CSV", "reseller", **given(api))
    assert [each["code"] for each in payload["userErrors"]] == ["NOT_ALLOWED"]


async def test_nobody_else_sees_fetches_or_cancels_an_export(api: Api) -> None:
    vendor = await api.vendor()
    id = await asked(vendor, LINES, **given(api))
    others = [
        (await api.vendor(role=Role.VENDOR_FINANCE), "vendor"),
        (await api.vendor("Borealis"), "vendor"),
        (await api.distributor(), "distributor"),
        (await api.reseller(), "reseller"),
    ]
    for other, level in others:
        payload = await other.act(CANCEL[level], exportId=id)
        assert [each["code"] for each in payload["userErrors"]] == ["NOT_FOUND"]
    await done(api, id)
    await file(api, vendor, id)
    key = key_of("Export", id)
    assert key is not None
    for other, level in others:
        assert await state(other, id, level) is None
        listed = (await other.ask(LIST[level]))["viewer"]["exports"]["edges"]
        assert id not in {each["node"]["id"] for each in listed}
    for actor in (
        api.world.actor(Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER),
        api.world.actor(Level.VENDOR, "Borealis", Role.VENDOR_PROGRAM_MANAGER),
        api.world.actor(Level.DISTRIBUTOR, "Dist One", Role.DISTRIBUTOR_ADMIN),
    ):
        assert await fetch(api.database, actor, key) is None, "not even somebody else of the same organisation"


async def test_a_link_is_for_its_asker_and_dies_with_what_the_asker_may(api: Api) -> None:
    caller = await own(api)
    id = await asked(caller, LINES, **given(api))
    await done(api, id)
    url = (await state(caller, id))["downloadUrl"]
    assert (await api.http.get(url)).status_code == 200
    assert (await api.http.get(url.replace("/downloads/export", "/downloads/raw"))).status_code == 401
    assert (await api.http.get(url[:-3] + "abc")).status_code == 401
    key = key_of("Export", id)
    assert key is not None
    await api.world.connection.execute("UPDATE export SET needs = needs || '{webhook:manage}' WHERE id = $1", key.id)
    assert (await api.http.get(url)).status_code == 404, "what it read is read by this role no more"


async def test_a_revoked_client_ends_its_export(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = await own(api)
    id = await asked(caller, LINES, **given(api))
    key = key_of("Export", id)
    assert key is not None
    client = await api.world.connection.fetchval("SELECT actor_id FROM export WHERE id = $1", key.id)
    pages = making._page

    async def then_revoked(*of: Any) -> Any:
        found = await pages(*of)
        await api.world.connection.execute("UPDATE oauth_client SET revoked_at = now() WHERE id = $1", client)
        return found

    monkeypatch.setattr(making, "_page", then_revoked)
    await done(api, id)
    api.callers.clear()
    status, error = await api.world.connection.fetchrow("SELECT status, error FROM export WHERE id = $1", key.id)
    assert status == "FAILED" and "revoked" in error
    assert await chunks(api, id) == 0


async def test_a_role_that_is_taken_away_ends_it_before_it_begins(api: Api) -> None:
    caller = await own(api)
    id = await asked(caller, LINES, **given(api))
    key = key_of("Export", id)
    assert key is not None
    await api.world.connection.execute(
        "UPDATE oauth_client SET scopes = '{prices:read}' WHERE id = (SELECT actor_id FROM export WHERE id = $1)",
        key.id,
    )
    await done(api, id)
    api.callers.clear()
    status, error = await api.world.connection.fetchrow("SELECT status, error FROM export WHERE id = $1", key.id)
    assert status == "FAILED" and "has changed" in error


async def test_what_is_cancelled_leaves_no_file(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = await api.vendor()
    waiting = await asked(vendor, LINES, **given(api))
    payload = await vendor.act("vendor/cancel_export.graphql", exportId=waiting)
    assert payload["export"]["status"] == "CANCELLED"
    await done(api, waiting)
    assert (await state(vendor, waiting))["rows"] == 0, "it is never begun"

    id, pages = await asked(vendor, LINES, **given(api)), making._page

    async def then_cancelled(*of: Any) -> Any:
        found = await pages(*of)
        await vendor.act("vendor/cancel_export.graphql", exportId=id)
        return found

    monkeypatch.setattr(making, "_page", then_cancelled)
    await done(api, id)
    found = await state(vendor, id)
    assert (found["status"], found["downloadUrl"]) == ("CANCELLED", None) and await chunks(api, id) == 0
    payload = await vendor.act("vendor/cancel_export.graphql", exportId=id)
    assert [each["code"] for each in payload["userErrors"]] == ["TOO_LATE"]


async def test_cancelling_and_finishing_race_to_one_end(api: Api) -> None:
    vendor = await api.vendor()
    for _ in range(5):
        id = await asked(vendor, WEBHOOKS)
        _, payload = await asyncio.gather(done(api, id), vendor.act("vendor/cancel_export.graphql", exportId=id))
        found = await state(vendor, id)
        if payload["userErrors"]:
            assert payload["userErrors"][0]["code"] == "TOO_LATE" and found["status"] == "DONE"
            await file(api, vendor, id)
        else:
            assert found["status"] == "CANCELLED" and await chunks(api, id) == 0


async def test_one_that_broke_off_is_begun_anew_and_ends_with_one_file(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = await api.vendor()
    id = await asked(vendor, LINES, **given(api))
    at, pages, stuck = 0, making._page, asyncio.Event()

    async def breaks_off(*of: Any) -> Any:
        nonlocal at
        at += 1
        if at == 3:
            stuck.set()
            await asyncio.sleep(60)
        return await pages(*of)

    monkeypatch.setattr(making, "PIECE", 64)
    monkeypatch.setattr(making, "_page", breaks_off)
    task = asyncio.create_task(done(api, id))
    await stuck.wait()
    await asyncio.sleep(0.1)
    assert await chunks(api, id) > 0
    task.cancel()
    await asyncio.wait({task})
    await asyncio.gather(done(api, id), done(api, id))
    found = await file(api, vendor, id)
    assert found.count(b"\r\n") == 41 and (await state(vendor, id))["rows"] == 40


async def test_what_is_too_large_or_takes_too_long_is_ended(api: Api) -> None:
    vendor = await api.vendor()
    for press, told in (({"largest": 100}, "larger than 100 bytes"), ({"longest": 0.0}, "took longer")):
        id = await asked(vendor, LINES, **given(api))
        await done(api, id, **press)
        found = await state(vendor, id)
        assert found["status"] == "FAILED" and told in found["error"]
        assert await chunks(api, id) == 0


async def test_a_fault_of_ours_is_told_by_its_number(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = await api.vendor()
    id = await asked(vendor, LINES, **given(api))

    def broken(self: Any, nodes: Sequence[Any]) -> bytes:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr("app.exports.writing.CsvWriting.rows", broken)
    await done(api, id)
    found = await state(vendor, id)
    assert found["status"] == "FAILED" and "incident" in found["error"] and "secret" not in found["error"]


async def test_a_file_is_deleted_after_a_day(api: Api) -> None:
    vendor = await api.vendor()
    id = await asked(vendor, LINES, **given(api))
    await done(api, id)
    url, key = (await state(vendor, id))["downloadUrl"], key_of("Export", id)
    assert key is not None
    await api.world.connection.execute("UPDATE export SET expires_at = now() WHERE id = $1", key.id)
    found = await state(vendor, id)
    assert (found["status"], found["downloadUrl"]) == ("EXPIRED", None)
    assert (await api.http.get(url)).status_code == 404
    await forget_exports(api.database, datetime.now(UTC))
    assert await chunks(api, id) == 0 and (await state(vendor, id))["rows"] == 40
    await forget_exports(api.database, datetime.now(UTC) + timedelta(days=31))
    assert await state(vendor, id) is None


async def test_few_wait_at_once(api: Api) -> None:
    caller = await api.vendor(role=Role.VENDOR_FINANCE)
    made = [await asked(caller, ALERTS) for _ in range(MOST_WAITING)]
    assert await codes(caller, ALERTS) == ["NOT_ALLOWED"]
    await caller.act("vendor/cancel_export.graphql", exportId=made[0])
    await asked(caller, ALERTS)


async def test_links_stand_in_no_export(api: Api) -> None:
    vendor = await api.vendor()
    id = await asked(vendor, "{ viewer { exports { edges { node { id downloadUrl } } } } }")
    await done(api, id)
    other = await asked(vendor, WEBHOOKS)
    await done(api, other)
    again = await asked(vendor, "{ viewer { exports { edges { node { id downloadUrl } } } } }")
    await done(api, again)
    found = await state(vendor, again)
    assert found["status"] == "FAILED" and "Links" in found["error"]


async def test_ids_that_are_no_exports_are_not_found(api: Api) -> None:
    vendor = await api.vendor()
    acme = api.world.agreement_gid("Acme", "Dist One")
    key = key_of("DistributionAgreement", acme)
    assert key is not None
    for id in ("", "nonsense", acme, global_id("Export", key)):
        payload = await vendor.act("vendor/cancel_export.graphql", exportId=id)
        assert [each["code"] for each in payload["userErrors"]] == ["NOT_FOUND"]
