"""Webhooks as their organisation sees them: where they lie, of what they are told, and what became of each delivery."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.connections import Connection, Window, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.programme.webhook_events import DeliveryStatus, WebhookEnd, WebhookEvent
from app.webhooks import actions, queries

values(WebhookEvent)
values(DeliveryStatus)
values(WebhookEnd)


@visible("webhook:manage")
class WebhookDelivery(Node):
    """What a webhook is told of one event. It is sent again until it is taken, with the same `webhook-id`."""

    id: strawberry.ID
    "Its global id."
    key: strawberry.Private[Key]
    message_id: str
    "The header `webhook-id` that it is sent with."
    event: WebhookEvent
    "What has happened."
    subject_id: strawberry.ID
    "The global id of the object that it is about."
    kind: str | None
    "A word about it, such as the alert's kind."
    happened_at: datetime
    "When it happened."
    status: DeliveryStatus
    "How it stands."
    attempts: int
    "How often it was tried."
    next_try_at: datetime | None
    "When it is tried again; null where it is not."
    tried_at: datetime | None
    "When it was tried last."
    delivered_at: datetime | None
    "When it was taken."
    response_code: int | None
    "The HTTP status of the last answer; null where there was none."
    error: str | None
    "What was wrong with the last attempt."


@entered
class DeliveryFilter:
    """Which deliveries."""

    statuses: list[DeliveryStatus] | None = None
    "Only those that stand so."


async def _deliveries(
    request: Request[Actor],
    parents: "Sequence[Webhook]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: DeliveryFilter | None = None,
) -> "list[Connection[WebhookDelivery]]":
    """What it was told in the last 30 days and what it still is to be told, the newest first."""
    statuses = [each.value for each in filter.statuses] if filter is not None and filter.statuses else None
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=statuses)
    keys = [parent.key for parent in parents]
    return await pages(request, keys, queries.DELIVERIES, window, selection, _delivery, [statuses])


@visible("webhook:manage")
class Webhook(Node):
    """Where your organisation is told of what happens, as Standard Webhooks says: signed, by https."""

    id: strawberry.ID
    "Its global id."
    key: strawberry.Private[Key]
    url: str
    "The address that is posted to."
    events: list[WebhookEvent]
    "Of what it is told."
    version: int
    "Counts its changes."
    enabled: bool
    "Whether anything is sent to it."
    disabled_at: datetime | None
    "Since when nothing is."
    disabled_because: WebhookEnd | None
    "Why nothing is."
    failing_since: datetime | None
    "Since when it has taken nothing; null where the last attempt was taken."
    created_at: datetime
    "When it was registered."
    rotated_at: datetime | None
    "When it was given another secret."
    deliveries = edge(_deliveries)


async def webhooks_of_viewer(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[Webhook]]":
    """The webhooks of your organisation at your level, the oldest first."""
    window = Window.of(queries.BY_ID, first=first, after=after, last=last, before=before)
    db = await request.reader()
    rows = await queries.webhooks_of(db, request.actor, window)
    total = await queries.count_webhooks(db, request.actor) if counts(selection) else None
    return [window.connection(rows, _webhook, total, selection)] * len(parents)


async def webhooks_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[Webhook | None]:
    """Webhooks in the order of their keys; None where they are another's."""
    rows = await queries.webhooks_by_key(await request.reader(), keys)
    found = {Key(row["organization_id"], row["id"]): row for row in rows}
    return [_webhook(found[key]) if key in found else None for key in keys]


async def deliveries_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[WebhookDelivery | None]:
    """Deliveries in the order of their keys; None where they are another's."""
    rows = await queries.deliveries_by_key(await request.reader(), keys)
    found = {Key(row["organization_id"], row["id"]): row for row in rows}
    return [_delivery(found[key]) if key in found else None for key in keys]


def _webhook(row: Any) -> Webhook:
    key = Key(row["organization_id"], row["id"])
    because = row["disabled_because"]
    return Webhook(
        id=strawberry.ID(global_id("Webhook", key)),
        key=key,
        url=row["url"],
        events=[WebhookEvent(each) for each in row["events"]],
        version=row["version"],
        enabled=row["disabled_at"] is None,
        disabled_at=row["disabled_at"],
        disabled_because=WebhookEnd(because) if because is not None else None,
        failing_since=row["failing_since"],
        created_at=row["created_at"],
        rotated_at=row["rotated_at"],
    )


def _delivery(row: Any) -> WebhookDelivery:
    key = Key(row["organization_id"], row["id"])
    return WebhookDelivery(
        id=strawberry.ID(global_id("WebhookDelivery", key)),
        key=key,
        message_id=f"msg_{row['id'].hex}",
        event=WebhookEvent(row["event"]),
        subject_id=strawberry.ID(row["subject"]),
        kind=row["kind"],
        happened_at=row["happened_at"],
        status=DeliveryStatus(row["status"]),
        attempts=row["attempts"],
        next_try_at=row["next_try_at"],
        tried_at=row["tried_at"],
        delivered_at=row["delivered_at"],
        response_code=row["response_code"],
        error=row["error"],
    )


@entered
class CreateWebhookInput:
    """A webhook to be told of events."""

    url: str
    "A complete https address on the public Internet."
    events: list[WebhookEvent]
    "Of what it is to be told; at least one."
    idempotency_key: str
    "Your own key of this act: sent again with the same input, nothing happens twice."


@entered
class UpdateWebhookInput:
    """What is to change of a webhook; what is null stays."""

    webhook_id: strawberry.ID
    "The webhook."
    url: str | None = None
    "Another address."
    events: list[WebhookEvent] | None = None
    "Of what it is to be told from now on; at least one."
    enabled: bool | None = None
    "Whether anything is to be sent to it."
    expected_version: int
    "The version that you read."


@entered
class WebhookInput:
    """One of your webhooks."""

    webhook_id: strawberry.ID
    "The webhook."


@entered
class ReplayDeliveryInput:
    """What is to be sent once more."""

    delivery_id: strawberry.ID
    "A delivery that was taken or given up."


@visible("viewer:read")
class CreateWebhookPayload:
    """The answer to `createWebhook`."""

    webhook: Webhook | None
    "The webhook; null where something has to be put right."
    secret: str | None
    "The secret by which deliveries are signed, shown this once; null where the same act was done before."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@visible("viewer:read")
class UpdateWebhookPayload:
    """The answer to `updateWebhook`."""

    webhook: Webhook | None
    "The webhook as it is now; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@visible("viewer:read")
class DeleteWebhookPayload:
    """The answer to `deleteWebhook`."""

    deleted_id: strawberry.ID | None
    "The id of what was deleted; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@visible("viewer:read")
class RotateWebhookSecretPayload:
    """The answer to `rotateWebhookSecret`."""

    webhook: Webhook | None
    "The webhook; null where something has to be put right."
    secret: str | None
    "The new secret, shown this once. For a day what is sent is signed by the old one as well."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@visible("viewer:read")
class DeliveryPayload:
    """The answer to `sendTestEvent` and `replayDelivery`."""

    delivery: WebhookDelivery | None
    "What is being sent; null where something has to be put right."
    user_errors: list[UserError] = strawberry.field(default_factory=list, description="What to put right.")


@strawberry.type
class WebhooksMutation:
    @mutation(Permission.WEBHOOK_MANAGE)
    async def create_webhook(self, info: strawberry.Info, input: CreateWebhookInput) -> CreateWebhookPayload:
        """Register a webhook, and get the secret by which it can tell that a delivery is genuine."""
        made = await actions.create_webhook(info.context, input.url, input.events, input.idempotency_key)
        return CreateWebhookPayload(webhook=(await webhooks_by_key(info.context, [made.key]))[0], secret=made.secret)

    @mutation(Permission.WEBHOOK_MANAGE)
    async def update_webhook(self, info: strawberry.Info, input: UpdateWebhookInput) -> UpdateWebhookPayload:
        """Change where a webhook lies, of what it is told, and whether anything is sent to it."""
        key = await actions.update_webhook(
            info.context, input.webhook_id, input.url, input.events, input.enabled, input.expected_version
        )
        return UpdateWebhookPayload(webhook=(await webhooks_by_key(info.context, [key]))[0])

    @mutation(Permission.WEBHOOK_MANAGE)
    async def delete_webhook(self, info: strawberry.Info, input: WebhookInput) -> DeleteWebhookPayload:
        """Delete a webhook, with the log of its deliveries."""
        return DeleteWebhookPayload(
            deleted_id=strawberry.ID(await actions.delete_webhook(info.context, input.webhook_id))
        )

    @mutation(Permission.WEBHOOK_MANAGE)
    async def rotate_webhook_secret(self, info: strawberry.Info, input: WebhookInput) -> RotateWebhookSecretPayload:
        """Give a webhook another secret. For a day both sign, so that its receiver can change over."""
        made = await actions.rotate_webhook_secret(info.context, input.webhook_id)
        shown = (await webhooks_by_key(info.context, [made.key]))[0]
        return RotateWebhookSecretPayload(webhook=shown, secret=made.secret)

    @mutation(Permission.WEBHOOK_MANAGE)
    async def send_test_event(self, info: strawberry.Info, input: WebhookInput) -> DeliveryPayload:
        """Send a test to a webhook. Ask for the delivery a moment later to see what became of it."""
        key = await actions.send_test_event(info.context, input.webhook_id)
        return DeliveryPayload(delivery=(await deliveries_by_key(info.context, [key]))[0])

    @mutation(Permission.WEBHOOK_MANAGE)
    async def replay_delivery(self, info: strawberry.Info, input: ReplayDeliveryInput) -> DeliveryPayload:
        """Send a delivery once more, with the same `webhook-id`, by which its receiver knows it."""
        key = await actions.replay_delivery(info.context, input.delivery_id)
        return DeliveryPayload(delivery=(await deliveries_by_key(info.context, [key]))[0])
