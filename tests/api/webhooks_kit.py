"""A receiver of webhooks on this machine, and the worker's side of sending to it."""

import asyncio
import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from app.alerts.disabled import tell_of_given_up
from app.alerts.raising import NewAlert, raise_alerts
from app.execution.identifiers import Key, global_id
from app.outbound import Outbound
from app.programme.alert_kinds import AlertKind
from app.programme.terms import Level
from app.store.database import acting_as_worker
from app.webhooks.sending.posting import Posting, to_public
from tests.api.conftest import Api, Caller

OPERATIONS = frozenset(
    {
        "vendor/webhooks.graphql",
        "distributor/webhooks.graphql",
        "reseller/webhooks.graphql",
        "vendor/webhook_deliveries.graphql",
        "distributor/webhook_deliveries.graphql",
        "reseller/webhook_deliveries.graphql",
        "vendor/create_webhook.graphql",
        "distributor/create_webhook.graphql",
        "reseller/create_webhook.graphql",
        "vendor/update_webhook.graphql",
        "distributor/update_webhook.graphql",
        "reseller/update_webhook.graphql",
        "vendor/delete_webhook.graphql",
        "distributor/delete_webhook.graphql",
        "reseller/delete_webhook.graphql",
        "vendor/rotate_webhook_secret.graphql",
        "distributor/rotate_webhook_secret.graphql",
        "reseller/rotate_webhook_secret.graphql",
        "vendor/send_test_event.graphql",
        "distributor/send_test_event.graphql",
        "reseller/send_test_event.graphql",
        "vendor/replay_delivery.graphql",
        "distributor/replay_delivery.graphql",
        "reseller/replay_delivery.graphql",
    }
)
"What the levels ask about webhooks."


def op(level: str, name: str) -> str:
    """The operation of a level."""
    document = f"{level}/{name}.graphql"
    assert document in OPERATIONS
    return document


@dataclass
class Received:
    """One request that came."""

    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def signed_by(self, secret: str) -> bool:
        """As a receiver checks it that knows nothing of our code: standardwebhooks.com, symmetric signatures."""
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        key = b64decode(secret.split("_", 1)[1])
        expected = b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        given = [each.split(",", 1) for each in self.headers["webhook-signature"].split(" ")]
        fresh = abs(int(self.headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 300
        return fresh and any(version == "v1" and hmac.compare_digest(text, expected) for version, text in given)


@dataclass
class Receiver:
    """Answers as it is told to; `answer` None answers nothing at all."""

    port: int = 0
    answer: str | None = "200 OK"
    further: str = ""
    received: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.received.append(Received(headers, body))
        if self.answer is None:
            await asyncio.sleep(30)
        writer.write(f"HTTP/1.1 {self.answer}\r\n{self.further}content-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(answer: str | None = "200 OK", further: str = "") -> AsyncIterator[Receiver]:
    """A receiver that runs while the block does."""
    receiver = Receiver(answer=answer, further=further)
    server = await asyncio.start_server(receiver.take, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()


def posting(api: Api, now: Callable[[], datetime] | None = None, outbound: Outbound | None = None) -> Posting:
    """The worker's side."""
    made = Posting(api.database, outbound or to_public(loopback=True), partial(tell_of_given_up, api.database))
    if now is not None:
        made.now = now
    return made


async def sent(api: Api, now: datetime | None = None, outbound: Outbound | None = None) -> int:
    """Send what is due, and wait for it; how many deliveries were tried."""
    worker = posting(api, (lambda: now) if now is not None else None, outbound)
    number = await worker.begin()
    await worker.finish()
    return number


async def a_webhook(caller: Caller, url: str, *events: str, level: str = "vendor") -> tuple[dict[str, Any], str]:
    """A webhook of a caller's organisation, and its secret."""
    payload = await caller.act(
        op(level, "create_webhook"),
        url=url,
        events=list(events) or ["ALERT_RAISED", "WEBHOOK_TESTED"],
        idempotencyKey=uuid4().hex,
    )
    assert payload["userErrors"] == [] and payload["secret"].startswith("whsec_")
    return payload["webhook"], payload["secret"]


async def deliveries(caller: Caller, webhook: str, level: str = "vendor", **filter: Any) -> list[dict[str, Any]]:
    """The log of a webhook, the newest first."""
    found = await caller.ask(op(level, "webhook_deliveries"), id=webhook, filter=filter)
    page = found["node"]["deliveries"]
    assert page["totalCount"] == len(page["edges"])
    return [edge["node"] for edge in page["edges"]]


async def something(api: Api, vendor: str = "Acme", audience: Level = Level.VENDOR, name: str = "") -> str:
    """Raise an alert for one side; its global id."""
    vendor_id = api.world.vendors[vendor]
    party = api.world.parties.get((vendor, name))
    alert = NewAlert(
        vendor_id,
        audience,
        AlertKind.TIER_CHANGED,
        f"subject-{uuid4().hex}",
        distributor_id=party if audience is Level.DISTRIBUTOR else None,
        reseller_id=party if audience is Level.RESELLER else None,
    )
    async with api.database.writing(acting_as_worker(vendor_id)) as session:
        assert await raise_alerts(session, [alert]) == 1
    id = await api.world.connection.fetchval("SELECT id FROM alert WHERE subject = $1", alert.subject)
    return global_id("Alert", Key(vendor_id, id))


async def state(api: Api) -> list[str]:
    rows = await api.world.connection.fetch(
        "SELECT to_jsonb(w)::text FROM webhook w UNION ALL SELECT to_jsonb(d)::text FROM webhook_delivery d ORDER BY 1"
    )
    return [row[0] for row in rows]
