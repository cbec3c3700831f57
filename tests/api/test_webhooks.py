"""Webhooks: registered by their organisation, told of what concerns it, signed, tried again, given up."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from app.access.roles import Role
from app.alerts.raising import NewAlert, raise_alerts
from app.execution.identifiers import Key, global_id, key_of
from app.programme.alert_kinds import AlertKind
from app.programme.terms import Level
from app.programme.webhook_events import PAUSES
from app.settings import Settings
from app.store.database import acting_as_worker
from app.webhooks.signing import signature_of
from tests.api.conftest import Api, Caller
from tests.api.webhooks_kit import a_webhook, deliveries, op, posting, receiving, sent, something, state

V, D, R = "vendor", "distributor", "reseller"


@pytest.fixture(autouse=True)
def developing(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine may be named, as while somebody develops."""
    development = Settings(home=Path("/nowhere"), webhooks_to_loopback=True)
    monkeypatch.setattr("app.webhooks.actions.settings", lambda: development)


@pytest.fixture(autouse=True)
async def afresh(api: Api) -> AsyncIterator[None]:
    """No test hears of another's webhooks."""
    yield
    await api.world.connection.execute("DELETE FROM webhook")


async def test_what_is_raised_is_posted_signed_and_says_ids_alone(api: Api) -> None:
    vendor = await api.vendor()
    async with receiving() as receiver:
        webhook, secret = await a_webhook(vendor, receiver.url)
        alert = await something(api)
        assert await sent(api) == 1
        (came,) = receiver.received
    assert came.signed_by(secret) and not came.signed_by("whsec_" + "A" * 43 + "=")
    acme = api.world.vendors["Acme"]
    data = {"id": alert, "kind": "TIER_CHANGED", "vendorId": global_id("Vendor", Key(acme, acme))}
    assert (came.said["type"], came.said["data"]) == ("alert.raised", data)
    (entry,) = await deliveries(vendor, webhook["id"])
    assert (entry["status"], entry["attempts"], entry["responseCode"], entry["error"]) == ("DELIVERED", 1, 200, None)
    assert entry["messageId"] == came.headers["webhook-id"] and entry["subject"] == {
        "__typename": "Alert",
        "id": alert,
    }
    assert await sent(api) == 0, "what was taken is not sent again"


async def test_the_signature_is_that_of_the_standards_own_example() -> None:
    """standardwebhooks.com: the example that every library of it is tested with."""
    made = signature_of(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_the_secret_is_shown_once_and_read_back_by_nobody(api: Api) -> None:
    vendor, key = await api.vendor(), uuid4().hex
    given = {"url": "https://example.com/hook", "events": ["CLAIM_DECIDED"], "idempotencyKey": key}
    first = await vendor.act("vendor/create_webhook.graphql", **given)
    again = await vendor.act("vendor/create_webhook.graphql", **given)
    assert first["secret"] is not None and again["secret"] is None
    assert first["webhook"] == again["webhook"]
    actor = api.world.actor(Level.VENDOR, "Acme", Role.VENDOR_PROGRAM_MANAGER)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with api.database.reading(actor.context()) as db:
            await db.rows("SELECT secret FROM webhook")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with api.database.reading(acting_as_worker(api.world.vendors["Acme"])) as db:
            await db.rows("SELECT secret FROM webhook")


async def test_each_side_is_told_of_its_own_and_no_other(api: Api) -> None:
    callers = {
        ("Acme", V): await api.vendor(),
        ("Borealis", V): await api.vendor("Borealis"),
        ("Dist One", D): await api.distributor(),
        ("Dist Two", D): await api.distributor("Dist Two"),
        ("Reseller One", R): await api.reseller(),
        ("Reseller Two", R): await api.reseller("Reseller Two"),
    }
    hooks = {
        each: (await a_webhook(caller, "https://example.com", "ALERT_RAISED", level=each[1]))[0]
        for each, caller in callers.items()
    }
    for audience, name in ((Level.VENDOR, ""), (Level.DISTRIBUTOR, "Dist One"), (Level.RESELLER, "Reseller One")):
        await something(api, "Acme", audience, name)
    told = {each: len(await deliveries(callers[each], hooks[each]["id"], each[1])) for each in hooks}
    assert told == {
        ("Acme", V): 1,
        ("Borealis", V): 0,
        ("Dist One", D): 1,
        ("Dist Two", D): 0,
        ("Reseller One", R): 1,
        ("Reseller Two", R): 0,
    }


async def test_a_report_that_counts_is_told_to_who_handed_it_in_and_the_vendor(api: Api) -> None:
    vendor, own, other = await api.vendor(), await api.distributor(), await api.distributor("Dist Two")
    hooks = [
        (each, level, (await a_webhook(each, "https://example.com", "SUBMISSION_PROCESSED", level=level))[0])
        for each, level in ((vendor, V), (own, D), (other, D))
    ]
    payload = await own.act(
        "distributor/submit_sell_through.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period={"start": "2026-01-01", "end": "2026-02-01"},
        source={
            "lines": [
                {
                    "documentNumber": uuid4().hex[:8],
                    "soldOn": "2026-01-05",
                    "productCode": "DRIVE-1",
                    "resellerAccount": "A-1",
                    "quantity": "1",
                }
            ]
        },
        idempotencyKey=uuid4().hex,
    )
    await api.count()
    told = [[each["subjectId"] for each in await deliveries(c, h["id"], level)] for c, level, h in hooks]
    assert told == [[payload["submission"]["id"]], [payload["submission"]["id"]], []]


async def test_what_is_not_asked_for_is_not_told_and_what_is_rolled_back_never(api: Api) -> None:
    vendor = await api.vendor()
    webhook, _ = await a_webhook(vendor, "https://example.com", "CLAIM_DECIDED")
    await something(api)
    assert await deliveries(vendor, webhook["id"]) == []
    await vendor.act(
        "vendor/update_webhook.graphql", webhookId=webhook["id"], events=["ALERT_RAISED"], expectedVersion=1
    )
    alert = NewAlert(api.world.vendors["Acme"], Level.VENDOR, AlertKind.TIER_CHANGED, "gone")
    with pytest.raises(RuntimeError):
        async with api.database.writing(acting_as_worker(alert.vendor_id)) as session:
            await raise_alerts(session, [alert])
            raise RuntimeError("rolled back")
    assert await deliveries(vendor, webhook["id"]) == []


async def test_what_fails_is_tried_again_at_growing_distances_and_then_given_up(api: Api) -> None:
    vendor = await api.vendor()
    async with receiving("500 Internal Server Error") as receiver:
        webhook, _ = await a_webhook(vendor, receiver.url)
        await something(api)
        now = datetime.now(UTC)
        for attempt, pause in enumerate(PAUSES, 1):
            assert await sent(api, now) == 1
            (entry,) = await deliveries(vendor, webhook["id"])
            assert (entry["status"], entry["attempts"], entry["responseCode"]) == ("PENDING", attempt, 500)
            assert datetime.fromisoformat(entry["nextTryAt"]) == now + pause
            assert await sent(api, now + pause - timedelta(milliseconds=1)) == 0
            now += pause
        assert await sent(api, now) == 1
        (entry,) = await deliveries(vendor, webhook["id"], statuses=["FAILED"])
        assert (entry["nextTryAt"], entry["error"]) == (None, "It answered 500.")
        assert len({each.headers["webhook-id"] for each in receiver.received}) == 1, "it stays the same message"
        receiver.answer = "204 No Content"
        payload = await vendor.act("vendor/replay_delivery.graphql", deliveryId=entry["id"])
        assert payload["userErrors"] == [] and payload["delivery"]["status"] == "PENDING"
        assert await sent(api) == 1
    (entry,) = await deliveries(vendor, webhook["id"])
    assert (entry["status"], entry["responseCode"], entry["attempts"]) == ("DELIVERED", 204, 1)
    shown = (await vendor.ask("vendor/webhooks.graphql"))["viewer"]["webhooks"]["edges"][0]["node"]
    assert shown["failingSince"] is None and shown["enabled"]


async def test_a_webhook_that_fails_for_days_is_disabled_and_its_organisation_alerted(api: Api) -> None:
    own = await api.distributor()
    async with receiving("503 Service Unavailable") as receiver:
        webhook, _ = await a_webhook(own, receiver.url, level=D)
        for _ in range(2):
            await something(api, "Acme", Level.DISTRIBUTOR, "Dist One")
        now = datetime.now(UTC)
        assert await sent(api, now) == 2
        await sent(api, now + timedelta(days=4, hours=23))
        assert (await own.ask("distributor/webhooks.graphql"))["viewer"]["webhooks"]["edges"][0]["node"]["enabled"]
        await sent(api, now + timedelta(days=5, hours=1))
        shown = (await own.ask("distributor/webhooks.graphql"))["viewer"]["webhooks"]["edges"][0]["node"]
        assert (shown["enabled"], shown["disabledBecause"]) == (False, "FAILING")
        assert {each["status"] for each in await deliveries(own, webhook["id"], D)} == {"FAILED"}
        await something(api, "Acme", Level.DISTRIBUTOR, "Dist One")
        assert len(await deliveries(own, webhook["id"], D)) == 2, "what happens meanwhile is not kept for it"
    filter = {"kinds": ["WEBHOOK_DISABLED"]}
    page = (await own.ask("distributor/alerts.graphql", filter=filter))["viewer"]["alerts"]
    (alert,) = [each["node"] for each in page["edges"]]
    assert alert["subject"] == {"__typename": "Webhook", "id": webhook["id"]} and alert["severity"] == "CRITICAL"
    for rival, document in (
        (await api.distributor("Dist Two"), "distributor/alerts.graphql"),
        (await api.vendor(), "vendor/alerts.graphql"),
        (await api.distributor(role=Role.DISTRIBUTOR_VIEWER), "distributor/alerts.graphql"),
    ):
        assert (await rival.ask(document, filter=filter))["viewer"]["alerts"]["totalCount"] == 0
    payload = await own.act(
        "distributor/update_webhook.graphql", webhookId=webhook["id"], enabled=True, expectedVersion=shown["version"]
    )
    assert payload["webhook"]["enabled"] and payload["webhook"]["failingSince"] is None


async def test_one_that_says_it_is_gone_is_believed(api: Api) -> None:
    vendor = await api.vendor()
    async with receiving("410 Gone") as receiver:
        await a_webhook(vendor, receiver.url)
        await something(api)
        await sent(api)
    shown = (await vendor.ask("vendor/webhooks.graphql"))["viewer"]["webhooks"]["edges"][0]["node"]
    assert shown["disabledBecause"] == "GONE"


async def test_after_a_rotation_both_secrets_sign_for_a_day(api: Api) -> None:
    vendor = await api.vendor()
    async with receiving() as receiver:
        webhook, old = await a_webhook(vendor, receiver.url)
        payload = await vendor.act("vendor/rotate_webhook_secret.graphql", webhookId=webhook["id"])
        new = payload["secret"]
        assert new != old and payload["webhook"]["rotatedAt"] is not None
        await something(api)
        await sent(api)
        assert receiver.received[0].signed_by(old) and receiver.received[0].signed_by(new)
        await api.world.connection.execute("UPDATE webhook SET previous_until = now()")
        await vendor.act("vendor/send_test_event.graphql", webhookId=webhook["id"])
        await sent(api)
        last = receiver.received[1]
    assert last.said["type"] == "webhook.tested" and last.signed_by(new) and not last.signed_by(old)


async def test_what_was_sent_is_forgotten_after_thirty_days(api: Api) -> None:
    vendor = await api.vendor()
    async with receiving() as receiver:
        webhook, _ = await a_webhook(vendor, receiver.url)
        await something(api)
        await sent(api)
    await posting(api, lambda: datetime.now(UTC) + timedelta(days=29)).tidy()
    assert len(await deliveries(vendor, webhook["id"])) == 1
    await posting(api, lambda: datetime.now(UTC) + timedelta(days=31)).tidy()
    assert await deliveries(vendor, webhook["id"]) == []


async def refused(api: Api, caller: Caller, document: str, code: str, **given: Any) -> None:
    before = await state(api)
    payload = await caller.act(document, **given)
    assert [each["code"] for each in payload["userErrors"]] == [code], payload
    assert await state(api) == before


async def test_a_webhook_is_its_organisations_own_at_its_level(api: Api) -> None:
    """Another vendor, a rival, and the same firm at another level find nothing and change nothing."""
    own = await api.distributor()
    webhook, _ = await a_webhook(own, "https://example.com", level=D)
    await something(api, "Acme", Level.DISTRIBUTOR, "Dist One")
    (delivery,) = await deliveries(own, webhook["id"], D)
    never = global_id("Webhook", Key(api.world.organizations["Dist One"], uuid4()))
    strangers = (
        (await api.distributor("Dist Two"), D),
        (await api.vendor(), V),
        (await api.reseller(), R),
        (await api.as_(Level.RESELLER, "Dist One", Role.RESELLER_ADMIN), R),
    )
    for stranger, level in strangers:
        find = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
        assert (await stranger.ask(find, ids=[webhook["id"], delivery["id"]]))["nodes"] == [None, None]
        assert (await stranger.ask(op(level, "webhooks")))["viewer"]["webhooks"]["totalCount"] == 0
        for id in (webhook["id"], never, "nonsense"):
            given: dict[str, Any] = {"webhookId": id}
            await refused(api, stranger, op(level, "update_webhook"), "NOT_FOUND", **given, expectedVersion=1)
            for name in ("delete_webhook", "rotate_webhook_secret", "send_test_event"):
                await refused(api, stranger, op(level, name), "NOT_FOUND", **given)
        await refused(api, stranger, op(level, "replay_delivery"), "NOT_FOUND", deliveryId=delivery["id"])
    for role in (Role.DISTRIBUTOR_OPERATOR, Role.DISTRIBUTOR_FINANCE, Role.DISTRIBUTOR_VIEWER):
        caller = await api.distributor(role=role)
        answer = await caller.raw("{ viewer { webhooks(first: 1) { totalCount } } }")
        assert answer["errors"][0]["extensions"] == {"code": "FORBIDDEN", "requires": ["webhook:manage"]}


async def test_what_is_wrong_is_said_at_once_and_changes_nothing(api: Api) -> None:
    vendor = await api.vendor()
    payload = await vendor.act("vendor/create_webhook.graphql", url="http://x", events=[], idempotencyKey=uuid4().hex)
    assert [each["code"] for each in payload["userErrors"]] == ["INVALID", "REQUIRED"]
    webhook, _ = await a_webhook(vendor, "https://example.com")
    id = webhook["id"]
    await refused(api, vendor, "vendor/update_webhook.graphql", "STALE", webhookId=id, enabled=False, expectedVersion=7)
    payload = await vendor.act("vendor/update_webhook.graphql", webhookId=id, enabled=False, expectedVersion=1)
    assert payload["webhook"]["disabledBecause"] == "OWNER"
    await refused(api, vendor, "vendor/send_test_event.graphql", "NOT_ACTIVE", webhookId=id)
    await vendor.act("vendor/update_webhook.graphql", webhookId=id, enabled=True, expectedVersion=2)
    tested = await vendor.act("vendor/send_test_event.graphql", webhookId=id)
    pending = tested["delivery"]["id"]
    await refused(api, vendor, "vendor/replay_delivery.graphql", "STALE", deliveryId=pending)
    for _ in range(19):
        await a_webhook(vendor, "https://example.com")
    await refused(
        api,
        vendor,
        "vendor/create_webhook.graphql",
        "NOT_ALLOWED",
        url="https://example.com",
        events=["ALERT_RAISED"],
        idempotencyKey=uuid4().hex,
    )


async def test_a_webhook_is_deleted_with_its_log_and_every_act_is_on_record(api: Api) -> None:
    own = await api.reseller()
    webhook, _ = await a_webhook(own, "https://example.com", level=R)
    await own.act("reseller/send_test_event.graphql", webhookId=webhook["id"])
    payload = await own.act("reseller/delete_webhook.graphql", webhookId=webhook["id"])
    assert payload == {"deletedId": webhook["id"], "userErrors": []}
    assert await state(api) == []
    key = key_of("Webhook", webhook["id"])
    assert key is not None
    acts = await api.world.connection.fetch(
        "SELECT act, after::text FROM audit_event WHERE subject = $1 ORDER BY id", webhook["id"]
    )
    assert [row["act"] for row in acts] == ["createWebhook", "sendTestEvent", "deleteWebhook"]
    assert not any("whsec_" in (row["after"] or "") for row in acts)
