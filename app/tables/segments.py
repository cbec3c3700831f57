"""How a vendor divides its resellers: segments of its own, by a rule, by hand, or both. Nobody else knows of them."""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from app.tables.metadata import (
    OWN_VENDOR,
    Access,
    DatabaseRole,
    moment,
    network_table,
    protect,
    text,
    uuid_column,
)

_RULE = ("partner_types", "countries", "program_id", "from_rank")

segment = protect(
    network_table(
        "segment",
        uuid_column("id"),
        text("name"),
        text("description", nullable=True),
        Column("partner_types", ARRAY(Text), nullable=False),
        Column("countries", ARRAY(Text), nullable=False),
        uuid_column("program_id", nullable=True),
        Column("from_rank", Integer, nullable=True),
        Column("version", Integer, nullable=False, server_default=sql("1")),
        moment("created_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "name"),
        ForeignKeyConstraint(["vendor_id", "program_id"], ["program.vendor_id", "program.id"]),
        CheckConstraint("from_rank IS NULL OR program_id IS NOT NULL", name="a_tier_of_a_programme"),
        comment="Its rule holds for resellers that meet everything it names; one that names nothing holds for none",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        update=("name", "description", *_RULE, "version"),
        delete=True,
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, columns=("vendor_id", "id")),
)

segment_member = protect(
    network_table(
        "segment_member",
        uuid_column("segment_id"),
        uuid_column("reseller_id"),
        moment("added_at"),
        PrimaryKeyConstraint("vendor_id", "segment_id", "reseller_id"),
        ForeignKeyConstraint(["vendor_id", "segment_id"], ["segment.vendor_id", "segment.id"]),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
        Index(None, "vendor_id", "reseller_id"),
        comment="Resellers that belong to a segment by hand, whatever its rule says",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, delete=True),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, delete=True),
)
