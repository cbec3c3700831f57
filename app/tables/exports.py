"""Exports: what somebody asked to have as a file, how far it is, and the file in compressed chunks.

An export is made by what its asker may read, so it is the asker's alone: nobody else of the organisation sees that it is
there. What the asker was when it was asked for (its permissions, networks and parties) stands beside it, and the file is
given out only while the asker is still all of that.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.exports import ExportFormat, ExportStatus
from app.programme.terms import Level
from app.tables.metadata import (
    EVERY_ROW,
    OWN_ORGANIZATION,
    Access,
    DatabaseRole,
    by_actor_id,
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
_OWN = f"{OWN_ORGANIZATION} AND {by_actor_id('actor_id')}"
_OUTCOME = ("status", "started_at", "ended_at", "expires_at", "rows", "total", "bytes", "sha256", "error", "attempt")

export = protect(
    Table(
        "export",
        metadata,
        uuid_column("organization_id"),
        uuid_column("id"),
        text("level"),
        uuid_column("actor_id"),
        uuid_column("grant_id", nullable=True),
        Column("scopes", ARRAY(Text), nullable=True),
        Column("needs", ARRAY(Text), nullable=False),
        Column("vendor_ids", ARRAY(Uuid), nullable=False),
        Column("party_ids", ARRAY(Uuid), nullable=False),
        text("format"),
        Column("marked", Boolean, nullable=False),
        text("document"),
        text("operation_name", nullable=True),
        Column("variables", JSONB, nullable=False),
        text("list"),
        text("status"),
        moment("requested_at"),
        moment("started_at", nullable=True),
        moment("ended_at", nullable=True),
        moment("expires_at", nullable=True),
        Column("rows", BigInteger, nullable=False),
        Column("total", BigInteger, nullable=True),
        Column("bytes", BigInteger, nullable=True),
        text("sha256", nullable=True),
        text("error", nullable=True),
        Column("attempt", Integer, nullable=False),
        PrimaryKeyConstraint("organization_id", "id"),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint(one_of("format", ExportFormat), name="format"),
        CheckConstraint(one_of("status", ExportStatus), name="status"),
        CheckConstraint("(status IN ('QUEUED', 'RUNNING')) = (ended_at IS NULL)", name="ended_once"),
        CheckConstraint(
            "(status = 'DONE') = (expires_at IS NOT NULL AND bytes IS NOT NULL AND sha256 IS NOT NULL)",
            name="done_with_a_file",
        ),
        CheckConstraint("(status = 'FAILED') = (error IS NOT NULL)", name="failed_because_of_something"),
        Index(None, "organization_id", "actor_id", "id"),
        Index("ix_export_ended", "ended_at", postgresql_where=sql("ended_at IS NOT NULL")),
        comment="Marked: a CSV that begins with a byte order mark. Needs: the permissions that what was asked for takes",
    ),
    *(
        Access(
            role,
            f"{_OWN} AND level = '{level}'",
            insert=True,
            update=("status", "ended_at"),
            inserting=f"{_OWN} AND level = '{level}' AND status = 'QUEUED'",
            changing=f"{_OWN} AND level = '{level}' AND status IN ('QUEUED', 'RUNNING')",
            writing=f"{_OWN} AND level = '{level}' AND status = 'CANCELLED'",
        )
        for role, level in _LEVELS
    ),
    Access(DatabaseRole.WORKER, OWN_ORGANIZATION, update=_OUTCOME),
    Access(
        DatabaseRole.AUTH,
        EVERY_ROW,
        columns=("organization_id", "id", "status", "ended_at", "expires_at"),
        delete=True,
    ),
)

export_chunk = protect(
    Table(
        "export_chunk",
        metadata,
        uuid_column("organization_id"),
        uuid_column("export_id"),
        Column("position", Integer, nullable=False),
        uuid_column("actor_id"),
        Column("content", LargeBinary, nullable=False),
        PrimaryKeyConstraint("organization_id", "export_id", "position"),
        ForeignKeyConstraint(
            ["organization_id", "export_id"], ["export.organization_id", "export.id"], ondelete="CASCADE"
        ),
        CheckConstraint("position >= 0", name="position"),
        comment="The file, in pieces of a mebibyte or so, each compressed by itself (zstd)",
    ),
    *(Access(role, _OWN) for role, _ in _LEVELS),
    Access(DatabaseRole.WORKER, OWN_ORGANIZATION, insert=True, delete=True),
    Access(DatabaseRole.AUTH, EVERY_ROW, columns=("organization_id", "export_id"), delete=True),
)
