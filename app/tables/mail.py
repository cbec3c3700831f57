"""Mail that is to be sent, and that was: its text is forgotten as soon as it is delivered, the rest some days later."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint, Table

from app.tables.metadata import (
    EVERY_ROW,
    OWN_ORGANIZATION,
    Access,
    DatabaseRole,
    metadata,
    moment,
    protect,
    text,
    uuid_column,
)

mail_message = protect(
    Table(
        "mail_message",
        metadata,
        uuid_column("organization_id"),
        uuid_column("id"),
        text("recipient"),
        text("subject"),
        text("content", nullable=True),
        moment("created_at"),
        moment("sent_at", nullable=True),
        PrimaryKeyConstraint("organization_id", "id"),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        CheckConstraint("(content IS NULL) = (sent_at IS NOT NULL)", name="text_until_it_is_sent"),
        Index(None, "sent_at"),
        comment="Who sends a mail, to whom, and what it says. No level reads any: a text may hold a link.",
    ),
    *(
        Access(role, OWN_ORGANIZATION, read=False, insert=True)
        for role in (DatabaseRole.VENDOR, DatabaseRole.DISTRIBUTOR, DatabaseRole.RESELLER)
    ),
    Access(DatabaseRole.WORKER, OWN_ORGANIZATION, insert=True, update=("content", "sent_at")),
    Access(DatabaseRole.AUTH, EVERY_ROW, columns=("organization_id", "id", "sent_at"), delete=True),
)
