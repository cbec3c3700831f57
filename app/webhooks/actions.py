"""What organisations do with their webhooks: create, change, delete them, rotate secrets, send tests, send again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.access.present import may_still
from app.access.roles import Permission
from app.execution.errors import Problem, Refused, UserErrorCode, refuse_if
from app.execution.identifiers import Key, global_id, key_of
from app.execution.request import Request
from app.programme.webhook_events import DeliveryStatus, WebhookEnd, WebhookEvent
from app.settings import settings
from app.store.database import Row
from app.store.identity import new_id
from app.store.turns import Turn, take
from app.tables.metadata import DatabaseRole
from app.webhooks import queries
from app.webhooks.addresses import problem_with
from app.webhooks.signing import new_secret

MOST: Final = 20
"How many webhooks an organisation may have at a level."
TESTS_A_MINUTE: Final = 10
"How many tests a webhook is sent in a minute: who names another's address has nobody flooded from here."
BOTH_SIGN_FOR: Final = timedelta(hours=24)
"For how long after a rotation the secret before it signs as well."


@dataclass(frozen=True, slots=True)
class Made:
    """A webhook, and its secret where it is new: it is shown this once."""

    key: Key
    secret: str | None


async def create_webhook(request: Request[Actor], url: str, events: Sequence[WebhookEvent], key: str) -> Made:
    """Register a webhook for events. Done before with the same idempotency key, the secret is not shown again."""
    given = {"url": url, "events": list(events)}
    async with acting(request, "createWebhook") as act:
        done = await act.done_before(key, given)
        if done is not None:
            return Made(Key(act.actor.organization_id, UUID(done)), None)
        refuse_if(_problems(url, events))
        await _still_manages(act)
        await take(act.session, Turn.WEBHOOKS, act.actor.organization_id)
        if await queries.count_webhooks(act.session, act.actor) >= MOST:
            message = f"An organisation has up to {MOST} webhooks. Delete one that is no longer used."
            raise Refused(Problem((), UserErrorCode.NOT_ALLOWED, message))
        made, secret = Key(act.actor.organization_id, new_id()), new_secret()
        names = _names(events)
        await queries.insert(act.session, act.actor, made.id, url, names, secret, datetime.now(UTC))
        await act.record(_global(made), vendor_id=None, after={"url": url, "events": names})
        await act.remember(key, given, str(made.id))
        return Made(made, secret)


async def update_webhook(
    request: Request[Actor],
    webhook_id: str,
    url: str | None,
    events: Sequence[WebhookEvent] | None,
    enabled: bool | None,
    expected_version: int,
) -> Key:
    """Change where a webhook lies, of what it is told, and whether it is told anything; None leaves it as it is."""
    async with acting(request, "updateWebhook") as act:
        key, found = await _own(act, webhook_id)
        where = url if url is not None else found["url"]
        names = _names(events) if events is not None else list(found["events"])
        problems = _problems(where, names)
        if found["version"] != expected_version:
            message = (
                f"It has version {found['version']} by now, not {expected_version}. Read it again, then change it."
            )
            problems.append(Problem(("expectedVersion",), UserErrorCode.STALE, message))
        refuse_if(problems)
        was = found["disabled_at"] is None
        now_enabled = was if enabled is None else enabled
        at = datetime.now(UTC)
        await queries.update(act.session, key, where, names, now_enabled, WebhookEnd.OWNER.value, at)
        before = {"url": found["url"], "events": list(found["events"]), "enabled": was}
        after = {"url": where, "events": names, "enabled": now_enabled}
        await act.record(_global(key), vendor_id=None, before=before, after=after)
        return key


async def delete_webhook(request: Request[Actor], webhook_id: str) -> str:
    """Delete a webhook, with its log. What is under way may still arrive."""
    async with acting(request, "deleteWebhook") as act:
        key, found = await _own(act, webhook_id)
        await queries.delete(act.session, key)
        before = {"url": found["url"], "events": list(found["events"])}
        await act.record(_global(key), vendor_id=None, before=before)
        return _global(key)


async def rotate_webhook_secret(request: Request[Actor], webhook_id: str) -> Made:
    """Give a webhook another secret. For a day what is sent is signed by the one before as well."""
    async with acting(request, "rotateWebhookSecret") as act:
        key, _ = await _own(act, webhook_id)
        secret, now = new_secret(), datetime.now(UTC)
        until = now + BOTH_SIGN_FOR
        await act.session.execute_as(DatabaseRole.WEBHOOKS, queries.ROTATE, key.vendor_id, key.id, secret, until, now)
        await act.record(_global(key), vendor_id=None, after={"secret": "rotated"})
        return Made(key, secret)


async def send_test_event(request: Request[Actor], webhook_id: str) -> Key:
    """Send a test to a webhook; the delivery's key."""
    async with acting(request, "sendTestEvent") as act:
        key, found = await _own(act, webhook_id)
        if found["disabled_at"] is not None:
            raise Refused(_disabled("webhookId"))
        made = Key(key.vendor_id, new_id())
        about, now = _global(key), datetime.now(UTC)
        if await queries.tests_since(act.session, key, now - timedelta(minutes=1)) >= TESTS_A_MINUTE:
            message = f"A webhook is sent {TESTS_A_MINUTE} tests in a minute. Look at what became of these first."
            raise Refused(Problem(("webhookId",), UserErrorCode.NOT_OVER, message))
        await act.session.execute_as(DatabaseRole.WEBHOOKS, queries.TEST, key.vendor_id, key.id, made.id, about, now)
        await act.record(about, vendor_id=None, after={"delivery": str(made.id)})
        return made


async def replay_delivery(request: Request[Actor], delivery_id: str) -> Key:
    """Send what was delivered or given up once more, with the same id."""
    async with acting(request, "replayDelivery") as act:
        await _still_manages(act)
        key = key_of("WebhookDelivery", delivery_id)
        found = await queries.delivery_to_replay(act.session, key) if key is not None else None
        if key is None or found is None:
            message = "There is no delivery with this id that you can see."
            raise Refused(Problem(("deliveryId",), UserErrorCode.NOT_FOUND, message))
        if found["disabled_at"] is not None:
            raise Refused(_disabled("deliveryId"))
        if found["status"] == DeliveryStatus.PENDING:
            message = "It is still tried. Wait until it is delivered or given up."
            raise Refused(Problem(("deliveryId",), UserErrorCode.STALE, message))
        await act.session.execute_as(DatabaseRole.WEBHOOKS, queries.REPLAY, key.vendor_id, key.id, datetime.now(UTC))
        webhook = Key(key.vendor_id, found["webhook_id"])
        await act.record(_global(webhook), vendor_id=None, after={"delivery": str(key.id), "event": found["event"]})
        return key


async def _still_manages(act: Act) -> None:
    """A webhook goes on when whoever made it was let go, so nobody makes or changes one who has just been."""
    said = "You do not manage webhooks of your organisation any more."
    await may_still(act, Permission.WEBHOOK_MANAGE, said)


async def _own(act: Act, webhook_id: str) -> tuple[Key, Row]:
    """A webhook of the actor's organisation at its level, held until the transaction ends."""
    await _still_manages(act)
    key = key_of("Webhook", webhook_id)
    found = await queries.webhook_to_change(act.session, key) if key is not None else None
    if key is None or found is None:
        message = "There is no webhook with this id that you can see."
        raise Refused(Problem(("webhookId",), UserErrorCode.NOT_FOUND, message))
    return key, found


def _disabled(field: str) -> Problem:
    message = "The webhook is disabled, so nothing is sent to it. Enable it first."
    return Problem((field,), UserErrorCode.NOT_ACTIVE, message)


def _problems(url: str, events: Sequence[str]) -> list[Problem]:
    problems = []
    wrong = problem_with(url, loopback=settings().webhooks_to_loopback)
    if wrong is not None:
        problems.append(Problem(("url",), UserErrorCode.INVALID, wrong))
    if not events:
        message = "Name at least one event of which it is to be told."
        problems.append(Problem(("events",), UserErrorCode.REQUIRED, message))
    return problems


def _names(events: Sequence[WebhookEvent]) -> list[str]:
    return [event.value for event in dict.fromkeys(events)]


def _global(key: Key) -> str:
    return global_id("Webhook", key)
