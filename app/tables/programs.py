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

from app.programme.eligibility import DecidedBy
from app.programme.money_terms import IncentiveKind
from app.programme.program_access import Opening
from app.programme.terms import (
    Audience,
    EnrollmentStatus,
    ProgramStatus,
    Requirement,
)
from app.programme.tier_evaluation import Demotion, Promotion
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

_REVIEWS = ("review_months", "review_day", "grace_days", "promotion", "demotion", "reviews_since")
_PLANNED = ("planned_status", "planned_on", "planned_reason")

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
        Column("review_months", ARRAY(Integer), nullable=True),
        Column("review_day", Integer, nullable=True),
        Column("grace_days", Integer, nullable=True),
        text("promotion", nullable=True),
        text("demotion", nullable=True),
        day("reviews_since", nullable=True),
        text("auto_status", nullable=True),
        Column("auto_partner_types", ARRAY(Text), nullable=False, server_default=sql("'{}'")),
        Column("auto_countries", ARRAY(Text), nullable=False, server_default=sql("'{}'")),
        Column("version", Integer, nullable=False, server_default=sql("1")),
        moment("created_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "name"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        CheckConstraint(one_of("audience", Audience), name="audience"),
        CheckConstraint(one_of("status", ProgramStatus), name="status"),
        CheckConstraint(one_of("promotion", Promotion), name="promotion"),
        CheckConstraint(one_of("demotion", Demotion), name="demotion"),
        CheckConstraint("auto_status IN ('APPROVED', 'ACTIVE')", name="auto_status"),
        CheckConstraint(
            f"num_nonnulls({', '.join(_REVIEWS)}) IN (0, {len(_REVIEWS)})", name="reviews_are_set_as_a_whole"
        ),
        comment="Without review terms no tier changes by itself; without auto_status no application is approved by itself",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        update=(
            *("name", "description", "status", "partner_types", "countries", "version"),
            *_REVIEWS,
            *("auto_status", "auto_partner_types", "auto_countries"),
        ),
    ),
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, f"{NETWORKS} AND audience = 'RESELLER'"),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

program_fit = protect(
    network_table(
        "program_fit",
        uuid_column("program_id"),
        text("kind"),
        Column("partner_types", ARRAY(Text), nullable=False),
        PrimaryKeyConstraint("vendor_id", "program_id", "kind"),
        ForeignKeyConstraint(["vendor_id", "program_id"], ["program.vendor_id", "program.id"]),
        CheckConstraint(one_of("kind", IncentiveKind), name="kind"),
        comment="Which kinds of incentives fit a programme's partners: of resellers, these types; of distributors, all",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, delete=True),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
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
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=("name",)),
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, f"{NETWORKS} AND audience = 'RESELLER'"),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
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
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, delete=True),
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, f"{NETWORKS} AND audience = 'RESELLER'"),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
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
        moment("ended_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id", "program_id"], ["program.vendor_id", "program.id"]),
        CheckConstraint(one_of("opens", Opening), name="opens"),
        Index(
            "uq_benefit_in_force",
            "vendor_id",
            "program_id",
            "name",
            unique=True,
            postgresql_where=sql("ended_at IS NULL"),
        ),
        comment="One that has ended grants nothing",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        update=("ended_at",),
        changing=f"{OWN_VENDOR} AND ended_at IS NULL",
    ),
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, f"{NETWORKS} AND audience = 'RESELLER'"),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
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
        day("pinned_until", nullable=True),
        text("planned_status", nullable=True),
        day("planned_on", nullable=True),
        text("planned_reason", nullable=True),
        Column("version", Integer, nullable=False, server_default=sql("1")),
        moment("created_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "program_id", "reseller_id"),
        UniqueConstraint("vendor_id", "id", "reseller_id"),
        ForeignKeyConstraint(["vendor_id", "program_id"], ["program.vendor_id", "program.id"]),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["vendor_id", "tier_id"], ["program_tier.vendor_id", "program_tier.id"]),
        CheckConstraint(one_of("status", EnrollmentStatus), name="status"),
        CheckConstraint("planned_status IN ('SUSPENDED', 'ACTIVE')", name="planned_status"),
        CheckConstraint(f"num_nonnulls({', '.join(_PLANNED)}) IN (0, 3)", name="planned_as_a_whole"),
        Index(None, "vendor_id", "reseller_id"),
        Index(None, "vendor_id", "planned_on", postgresql_where=sql("planned_on IS NOT NULL")),
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        update=("status", "tier_id", "since", "version", "pinned_until", *_PLANNED),
    ),
    Access(DatabaseRole.RESELLER, OWN_RESELLER),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        insert=True,
        update=("status", "tier_id", "since", "version", "pinned_until", *_PLANNED),
    ),
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
        text("decided_by", server_default=sql("'VENDOR'")),
        moment("happened_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(
            ["vendor_id", "enrollment_id", "reseller_id"],
            ["enrollment.vendor_id", "enrollment.id", "enrollment.reseller_id"],
        ),
        CheckConstraint(one_of("status", EnrollmentStatus), name="status"),
        CheckConstraint(one_of("decided_by", DecidedBy), name="decided_by"),
        Index(None, "vendor_id", "enrollment_id"),
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True),
    Access(DatabaseRole.RESELLER, OWN_RESELLER),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
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
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("status", "tier_id"), delete=True),
)
