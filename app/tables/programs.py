"""Programmes with their tiers, requirements and benefits, and who is enrolled in them.

A reseller reads the programmes for resellers and its own enrolments; what a distributor may know of the enrolments of its
resellers, status and tier, stands in a table of its own.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
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

from app.programme.program_access import Opening
from app.programme.terms import (
    Audience,
    EnrollmentStatus,
    ProgramStatus,
    Requirement,
)
from app.tables.metadata import (
    NETWORKS,
    OWN_DISTRIBUTOR,
    OWN_RESELLER,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

_VENDOR_SETS_UP = Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True)

program = protect(
    network_table(
        "program",
        uuid_column("id"),
        text("name"),
        text("description"),
        text("audience"),
        text("status"),
        Column("partner_types", ARRAY(Text), nullable=False),
        Column("countries", ARRAY(Text), nullable=False),
        moment("created_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "name"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        CheckConstraint(one_of("audience", Audience), name="audience"),
        CheckConstraint(one_of("status", ProgramStatus), name="status"),
    ),
    _VENDOR_SETS_UP,
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, f"{NETWORKS} AND audience = 'RESELLER'"),
)

program_tier = protect(
    network_table(
        "program_tier",
        uuid_column("id"),
        uuid_column("program_id"),
        Column("rank", Integer, nullable=False),
        text("name"),
        text("audience"),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "program_id", "rank"),
        ForeignKeyConstraint(["vendor_id", "program_id"], ["program.vendor_id", "program.id"]),
    ),
    _VENDOR_SETS_UP,
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, f"{NETWORKS} AND audience = 'RESELLER'"),
)

tier_requirement = protect(
    network_table(
        "tier_requirement",
        uuid_column("id"),
        uuid_column("program_id"),
        uuid_column("tier_id"),
        text("kind"),
        Column("needed", BigInteger, nullable=False),
        text("currency", nullable=True),
        text("audience"),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "tier_id", "kind"),
        ForeignKeyConstraint(["vendor_id", "tier_id"], ["program_tier.vendor_id", "program_tier.id"]),
        CheckConstraint(one_of("kind", Requirement), name="kind"),
        CheckConstraint("(kind = 'PURCHASES') = (currency IS NOT NULL)", name="purchases_have_a_currency"),
        comment="`needed` is 10⁻⁶ currency units for PURCHASES, 10⁻⁶ of a share for GROWTH, else a count",
    ),
    _VENDOR_SETS_UP,
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, f"{NETWORKS} AND audience = 'RESELLER'"),
)

benefit = protect(
    network_table(
        "benefit",
        uuid_column("id"),
        uuid_column("program_id"),
        text("name"),
        text("description"),
        Column("from_rank", Integer, nullable=False),
        text("where_to_use", nullable=True),
        text("opens", nullable=True),
        text("audience"),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "program_id", "name"),
        ForeignKeyConstraint(["vendor_id", "program_id"], ["program.vendor_id", "program.id"]),
        CheckConstraint(one_of("opens", Opening), name="opens"),
    ),
    _VENDOR_SETS_UP,
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, f"{NETWORKS} AND audience = 'RESELLER'"),
)

enrollment = protect(
    network_table(
        "enrollment",
        uuid_column("id"),
        uuid_column("program_id"),
        uuid_column("reseller_id"),
        text("status"),
        uuid_column("tier_id", nullable=True),
        day("since"),
        Column("version", Integer, nullable=False, server_default=sql("1")),
        moment("created_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "program_id", "reseller_id"),
        UniqueConstraint("vendor_id", "id", "reseller_id"),
        ForeignKeyConstraint(["vendor_id", "program_id"], ["program.vendor_id", "program.id"]),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["vendor_id", "tier_id"], ["program_tier.vendor_id", "program_tier.id"]),
        CheckConstraint(one_of("status", EnrollmentStatus), name="status"),
        Index(None, "vendor_id", "reseller_id"),
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=("status", "tier_id", "since", "version")),
    Access(DatabaseRole.RESELLER, OWN_RESELLER),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

enrollment_event = protect(
    network_table(
        "enrollment_event",
        uuid_column("id"),
        uuid_column("enrollment_id"),
        uuid_column("reseller_id"),
        text("status"),
        uuid_column("tier_id", nullable=True),
        text("reason", nullable=True),
        moment("happened_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(
            ["vendor_id", "enrollment_id", "reseller_id"],
            ["enrollment.vendor_id", "enrollment.id", "enrollment.reseller_id"],
        ),
        CheckConstraint(one_of("status", EnrollmentStatus), name="status"),
        Index(None, "vendor_id", "enrollment_id"),
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True),
    Access(DatabaseRole.RESELLER, OWN_RESELLER),
)

distributor_enrollment = protect(
    network_table(
        "distributor_enrollment",
        uuid_column("authorization_id"),
        uuid_column("enrollment_id"),
        uuid_column("distributor_id"),
        uuid_column("reseller_id"),
        uuid_column("agreement_id"),
        uuid_column("program_id"),
        text("status"),
        uuid_column("tier_id", nullable=True),
        PrimaryKeyConstraint("vendor_id", "authorization_id", "enrollment_id"),
        ForeignKeyConstraint(
            ["vendor_id", "enrollment_id", "reseller_id"],
            ["enrollment.vendor_id", "enrollment.id", "enrollment.reseller_id"],
        ),
        ForeignKeyConstraint(
            ["vendor_id", "authorization_id", "agreement_id", "distributor_id", "reseller_id"],
            [
                f"reseller_authorization.{c}"
                for c in ("vendor_id", "id", "agreement_id", "distributor_id", "reseller_id")
            ],
        ),
        Index(None, "vendor_id", "enrollment_id"),
        Index(None, "vendor_id", "reseller_id"),
        comment="What a distributor may know of the enrolments of the resellers it is authorised for: status and tier",
    ),
    # The vendor keeps the rows in line without reading which distributor they belong to.
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=("vendor_id", "enrollment_id"),
        insert=True,
        update=("status", "tier_id"),
    ),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("status", "tier_id")),
)
