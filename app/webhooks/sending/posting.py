"""Posting deliveries: signed, to public addresses alone, a few of each organisation at a time.

What is due is looked for every second. An organisation has only so many deliveries under way at once, so one whose endpoint
dawdles waits for itself; and what is under way is taken for a minute, so that another worker sends it when this one dies. A
delivery may so arrive twice: its `webhook-id` stays the same. Taken is what is answered with 2xx within ten seconds; where
an answer redirects to is never asked.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import httpx2
import msgspec
import structlog

from app.execution.identifiers import Key, global_id
from app.outbound import Outbound, PublicHttps, Unreachable
from app.programme.terms import Level
from app.programme.webhook_events import KEPT_FOR, end_of, next_try
from app.store.database import Context, Database, Row
from app.tables.metadata import DatabaseRole
from app.webhooks.sending import queries
from app.webhooks.signing import signature_of

log = structlog.get_logger(__name__)

SENDING: Final = Context(DatabaseRole.WEBHOOKS)
LOOK_EVERY: Final = 1.0
"How often, in seconds, it is looked for what is due."
TIDY_EVERY: Final = timedelta(hours=1)
"How often what is older than it is kept is deleted."
OF_EACH: Final = 8
"How many deliveries of one organisation are under way at once, at most twice as many."
AT_ONCE: Final = 256
"How many deliveries are under way at once."
TAKEN_FOR: Final = timedelta(seconds=60)
"For how long a delivery is this worker's; longer than any answer is waited for."


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A webhook to which nothing is sent any longer: in which network it was last to be told something, and as whom."""

    vendor_id: UUID
    level: Level
    party_id: UUID | None
    webhook: str


Told = Callable[[GivenUp], Awaitable[None]]


def to_public(*, loopback: bool) -> Outbound:
    """How webhooks are reached; with `loopback` also on this machine, while somebody develops."""
    return Outbound(PublicHttps(loopback=loopback, cut=True))


@dataclass(slots=True)
class Posting:
    """Sends what is due. `given_up` is told of webhooks that are sent nothing any longer."""

    database: Database
    outbound: Outbound
    given_up: Told
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    running: dict[asyncio.Task[None], UUID] = field(default_factory=dict)

    async def follow(self, stop: asyncio.Event) -> None:
        """Send what becomes due until told to stop; what is under way is finished."""
        tidied = None
        while not stop.is_set():
            try:
                full = await self.begin() == AT_ONCE
                if tidied is None or self.now() - tidied >= TIDY_EVERY:
                    tidied = self.now()
                    await self.tidy()
            except Exception:
                full = False
                log.exception("webhooks are not sent; trying again", seconds=LOOK_EVERY)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.05 if full else LOOK_EVERY)
        await self.finish()

    async def begin(self) -> int:
        """Begin to send what is due; how many are begun."""
        under_way = Counter(self.running.values())
        busy = [organization for organization, number in under_way.items() if number >= OF_EACH]
        room = AT_ONCE - len(self.running)
        async with self.database.writing(SENDING) as session:
            now = self.now()
            taken = await queries.take(session, now, now + TAKEN_FOR, busy, OF_EACH, room)
        for each in taken:
            task = asyncio.create_task(self._deliver(each))
            self.running[task] = each["organization_id"]
            task.add_done_callback(self.running.pop)
        return len(taken)

    async def finish(self) -> None:
        """Wait for what is under way."""
        if self.running:
            await asyncio.wait(set(self.running))

    async def tidy(self) -> None:
        """Delete what is older than it is kept."""
        async with self.database.writing(SENDING) as session:
            await queries.forget(session, self.now() - KEPT_FOR)

    async def _deliver(self, taken: Row) -> None:
        try:
            code, error = await self._post(taken)
            await self._record(taken, code, error)
        except Exception:
            log.exception("what became of a delivery was not written down; it is sent again", delivery=str(taken["id"]))

    async def _post(self, taken: Row) -> tuple[int | None, str | None]:
        """What it was answered, and what was wrong with that."""
        body = payload_of(taken)
        try:
            async with httpx2.AsyncClient(**self.outbound.client_arguments) as client:
                answer = await client.post(taken["url"], content=body, headers=headers_of(taken, body, self.now()))
        except Unreachable:
            return None, "It could not be reached by https at a public address of the Internet."
        except TimeoutError:
            return None, "It did not answer in time."
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as reason:
            return None, f"The connection failed: {type(reason).__name__}."
        code: int = answer.status_code
        return code, None if 200 <= code < 300 else f"It answered {code}."

    async def _record(self, taken: Row, code: int | None, error: str | None) -> None:
        now, end = self.now(), None
        async with self.database.writing(SENDING) as session:
            if code is not None and error is None:
                await queries.delivered(session, taken, code, now)
                return
            again = next_try(taken["attempts"], now)
            since = await queries.failed(session, taken, code, error or "", again, now)
            end = end_of(since, code, now) if since is not None else None
            if end is not None:
                await queries.disable(session, taken, end.value, now)
        if end is not None and taken["vendor_id"] is not None:
            webhook = global_id("Webhook", Key(taken["organization_id"], taken["webhook_id"]))
            await self.given_up(GivenUp(taken["vendor_id"], Level(taken["level"]), taken["party_id"], webhook))


def payload_of(taken: Row) -> bytes:
    """What is sent: `type`, `timestamp` and, as `data`, ids and kinds alone."""
    data = {"id": taken["subject"]}
    if taken["kind"] is not None:
        data["kind"] = taken["kind"]
    if taken["vendor_id"] is not None:
        data["vendorId"] = global_id("Vendor", Key(taken["vendor_id"], taken["vendor_id"]))
    happened = taken["happened_at"].astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return msgspec.json.encode({"type": taken["event"], "timestamp": happened, "data": data})


def headers_of(taken: Row, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of one attempt, signed by each secret that is good now."""
    message, timestamp = f"msg_{taken['id'].hex}", int(now.timestamp())
    keys = [key for key in (taken["secret"], taken["previous_secret"]) if key is not None]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Tailrace-Webhooks",
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_of(keys, message, timestamp, body),
    }
