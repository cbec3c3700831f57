"""Where organisations want to be told of what happens, and what was sent there.

A webhook is its organisation's, at one level; a delivery is what one webhook is told of one event: written in the
transaction that gives rise to it, sent afterwards. Deliveries are written as the role `webhooks`, which alone reads the
secrets by which they are signed; no level reads them back. A level sets its webhooks up, and reads what became of its
deliveries.
"""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy import text as sql

from app.programme.terms import Level
from app.programme.webhook_events import DeliveryStatus, WebhookEnd, WebhookEvent
from app.tables.metadata import (
    EVERY_ROW,
    OWN_ORGANIZATION,
    Access,
    DatabaseRole,
    metadata,
    moment,
    one_of,
    protect,
    text,
    uuid_column,
)

_LEVELS = (
    (DatabaseRole.VENDOR, Level.VENDOR),
    (DatabaseRole.DISTRIBUTOR, Level.DISTRIBUTOR),
    (DatabaseRole.RESELLER, Level.RESELLER),
)
_OPEN = ("organization_id", "id", "level", "url", "events", "created_at", "version", "rotated_at")
_STATE = ("disabled_at", "disabled_because", "failing_since")
_SECRETS = ("secret", "previous_secret", "previous_until", "rotated_at")
_OUTCOME = ("status", "attempts", "next_try_at", "tried_at", "delivered_at", "response_code", "error")

webhook = protect(
    Table(
        "webhook",
        metadata,
        uuid_column("organization_id"),
        uuid_column("id"),
        text("level"),
        text("url"),
        Column("events", ARRAY(Text), nullable=False),
        text("secret"),
        text("previous_secret", nullable=True),
        moment("previous_until", nullable=True),
        moment("rotated_at", nullable=True),
        moment("created_at"),
        Column("version", Integer, nullable=False),
        moment("disabled_at", nullable=True),
        text("disabled_because", nullable=True),
        moment("failing_since", nullable=True),
        PrimaryKeyConstraint("organization_id", "id"),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint(one_of("disabled_because", WebhookEnd), name="disabled_because"),
        CheckConstraint("(disabled_at IS NULL) = (disabled_because IS NULL)", name="disabled_because_of_something"),
        CheckConstraint("(previous_secret IS NULL) = (previous_until IS NULL)", name="previous_secret_ends"),
        comment="After a rotation the previous secret signs as well until it ends",
    ),
    *(
        Access(
            role,
            f"{OWN_ORGANIZATION} AND level = '{level}'",
            columns=(*_OPEN, *_STATE),
            insert=True,
            update=("url", "events", "version", *_STATE),
            delete=True,
        )
        for role, level in _LEVELS
    ),
    Access(DatabaseRole.WEBHOOKS, EVERY_ROW, update=(*_SECRETS, *_STATE)),
)

webhook_delivery = protect(
    Table(
        "webhook_delivery",
        metadata,
        uuid_column("organization_id"),
        uuid_column("id"),
        uuid_column("webhook_id"),
        text("level"),
        uuid_column("vendor_id", nullable=True),
        uuid_column("party_id", nullable=True),
        text("event"),
        text("subject"),
        text("kind", nullable=True),
        moment("happened_at"),
        text("status"),
        Column("attempts", Integer, nullable=False),
        moment("next_try_at", nullable=True),
        moment("tried_at", nullable=True),
        moment("delivered_at", nullable=True),
        Column("response_code", Integer, nullable=True),
        text("error", nullable=True),
        PrimaryKeyConstraint("organization_id", "id"),
        ForeignKeyConstraint(
            ["organization_id", "webhook_id"], ["webhook.organization_id", "webhook.id"], ondelete="CASCADE"
        ),
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint(one_of("event", WebhookEvent), name="event"),
        CheckConstraint(one_of("status", DeliveryStatus), name="status"),
        CheckConstraint("(status = 'PENDING') = (next_try_at IS NOT NULL)", name="pending_is_tried"),
        CheckConstraint("(status = 'DELIVERED') = (delivered_at IS NOT NULL)", name="delivered_at_a_moment"),
        Index(None, "organization_id", "webhook_id", "id"),
        Index(
            "ix_webhook_delivery_due",
            "organization_id",
            "next_try_at",
            postgresql_where=sql("status = 'PENDING'"),
        ),
        Index("ix_webhook_delivery_done", "happened_at", postgresql_where=sql("status <> 'PENDING'")),
        comment="Party: as whom its organisation is told; none for the vendor",
    ),
    *(Access(role, f"{OWN_ORGANIZATION} AND level = '{level}'") for role, level in _LEVELS),
    Access(DatabaseRole.WEBHOOKS, EVERY_ROW, insert=True, update=_OUTCOME, delete=True),
)
