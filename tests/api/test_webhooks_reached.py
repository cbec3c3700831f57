"""Where webhooks are sent: to the public Internet alone, where no answer redirects, and each organisation apart."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from app.outbound import Outbound, PublicHttps
from app.programme.terms import Level
from app.settings import Settings
from app.store.connect import Urls
from app.worker import work
from tests.api.conftest import Api
from tests.api.webhooks_kit import a_webhook, deliveries, posting, receiving, sent, something, state

D = "distributor"


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


async def test_where_an_answer_redirects_to_is_never_asked(api: Api) -> None:
    vendor = await api.vendor()
    async with receiving() as elsewhere, receiving("307 Temporary Redirect") as receiver:
        receiver.further = f"location: {elsewhere.url}\r\n"
        webhook, _ = await a_webhook(vendor, receiver.url)
        await something(api)
        await sent(api)
        assert elsewhere.received == []
    (entry,) = await deliveries(vendor, webhook["id"])
    assert (entry["status"], entry["error"]) == ("PENDING", "It answered 307.")


async def test_an_endpoint_that_dawdles_keeps_nobody_elses_waiting(api: Api) -> None:
    slow, quick = await api.vendor(), await api.distributor()
    async with receiving(None) as dawdling, receiving() as receiver:
        await a_webhook(slow, dawdling.url)
        for _ in range(30):
            await something(api)
        worker = posting(api)
        for _ in range(3):
            await worker.begin()
        assert len(worker.running) <= 16, "of one organisation only so many are under way"
        await a_webhook(quick, receiver.url, level=D)
        await something(api, "Acme", Level.DISTRIBUTOR, "Dist One")
        await worker.begin()
        for _ in range(200):
            if receiver.received:
                break
            await asyncio.sleep(0.01)
        assert len(receiver.received) == 1
        for task in list(worker.running):
            task.cancel()
        await asyncio.wait(set(worker.running))


PRIVATE = [
    "http://example.com/hook",
    "https://user@example.com/hook",
    "https://127.0.0.1/hook",
    "https://127.1/hook",
    "https://2130706433/hook",
    "https://0x7f000001/hook",
    "https://0177.0.0.1/hook",
    "https://10.0.0.8/hook",
    "https://192.168.1.1/hook",
    "https://172.16.0.1/hook",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/hook",
    "https://224.0.0.1/hook",
    "https://0.0.0.0/hook",
    "https://[::1]/hook",
    "https://[::ffff:127.0.0.1]/hook",
    "https://[::ffff:a00:1]/hook",
    "https://[64:ff9b::7f00:1]/hook",
    "https://[2002:7f00:1::]/hook",
    "https://[fe80::1]/hook",
    "https://[fc00::1]/hook",
    "https://[ff02::1]/hook",
    "https://localhost/hook",
    "https://intranet/hook",
    "https://db.localhost/hook",
    "https://printer.local./hook",
    "https://Metadata.Internal/hook",
    "https://example.com/hook#part",
    "ftp://example.com/hook",
    "example.com/hook",
    "https://",
    "https://example.com:99999/hook",
    "https://example.com/ hook",
    "https://exämple.com/hook",
    "https://example.com/" + "x" * 2_000,
]


@pytest.mark.parametrize("url", PRIVATE)
async def test_an_address_that_is_none_of_the_public_internet_is_refused(
    api: Api, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.webhooks.actions.settings", lambda: Settings(home=Path("/nowhere")))
    vendor, before = await api.vendor(), await state(api)
    payload = await vendor.act(
        "vendor/create_webhook.graphql", url=url, events=["ALERT_RAISED"], idempotencyKey=uuid4().hex
    )
    assert [(each["field"], each["code"]) for each in payload["userErrors"]] == [(["input", "url"], "INVALID")]
    assert payload["webhook"] is None and payload["secret"] is None and await state(api) == before


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fd00::1", "224.0.0.1"]
)
async def test_a_name_that_leads_to_a_private_address_is_not_asked(api: Api, address: str) -> None:
    """Whatever it led to when it was registered: what counts is the one address that is connected to."""
    vendor = await api.vendor()

    async def resolver(host: str, port: int) -> list[str]:
        return ["93.184.216.34", address]

    webhook, _ = await a_webhook(vendor, "https://hooks.example.com/")
    await something(api)
    await sent(api, outbound=Outbound(PublicHttps(resolver, cut=True)))
    (entry,) = await deliveries(vendor, webhook["id"])
    told = "It could not be reached by https at a public address of the Internet."
    assert (entry["status"], entry["responseCode"], entry["error"]) == ("PENDING", None, told)


async def test_without_the_setting_this_machine_is_not_asked(api: Api) -> None:
    vendor = await api.vendor()
    async with receiving() as receiver:
        webhook, _ = await a_webhook(vendor, receiver.url)
        await something(api)
        await sent(api, outbound=Outbound(PublicHttps(cut=True)))
        assert receiver.received == []
    (entry,) = await deliveries(vendor, webhook["id"])
    assert entry["responseCode"] is None and entry["status"] == "PENDING"


async def test_the_worker_sends_by_itself_and_stops_at_once(api: Api, urls: Urls) -> None:
    vendor, stop = await api.vendor(), asyncio.Event()
    async with receiving() as receiver:
        webhook, secret = await a_webhook(vendor, receiver.url, "WEBHOOK_TESTED")
        worker = asyncio.create_task(work(Settings(home=Path("/nowhere"), webhooks_to_loopback=True), urls.app, stop))
        try:
            await vendor.act("vendor/send_test_event.graphql", webhookId=webhook["id"])
            for _ in range(400):
                if receiver.received:
                    break
                await asyncio.sleep(0.05)
        finally:
            stop.set()
            await asyncio.wait_for(worker, 30)
    assert [each.said["type"] for each in receiver.received] == ["webhook.tested"]
    assert receiver.received[0].signed_by(secret)
    (entry,) = await deliveries(vendor, webhook["id"])
    assert entry["status"] == "DELIVERED"
