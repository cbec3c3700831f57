"""What comes of reviewing the tiers of enrolments, and what resellers apply for.

The worker reviews: it counts what agreements disclose to the vendor, so that nothing which a review says tells the vendor
more than it may read. What a review found stands here for the vendor and the reseller; distributors see the tier alone.
A reseller writes down that it applies or withdraws; the worker carries it out right after, under the turn of its enrolments.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.eligibility import ApplicationAct
from app.programme.tier_evaluation import TierMove
from app.tables.metadata import (
    NETWORKS,
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

_ENROLLMENT = ForeignKeyConstraint(
    ["vendor_id", "enrollment_id", "reseller_id"],
    ["enrollment.vendor_id", "enrollment.id", "enrollment.reseller_id"],
)

tier_standing = protect(
    network_table(
        "tier_standing",
        uuid_column("enrollment_id"),
        uuid_column("reseller_id"),
        uuid_column("tier_id", nullable=True),
        day("evaluated_on"),
        text("move"),
        day("kept_until", nullable=True),
        day("reviewed_on", nullable=True),
        day("next_review"),
        text("rule"),
        Column("findings", JSONB, nullable=False),
        PrimaryKeyConstraint("vendor_id", "enrollment_id"),
        _ENROLLMENT,
        ForeignKeyConstraint(["vendor_id", "tier_id"], ["program_tier.vendor_id", "program_tier.id"]),
        CheckConstraint(one_of("move", TierMove), name="move"),
        comment="The latest evaluation of an enrolment's tier, on what agreements disclose to the vendor. `tier_id` is the"
        " tier that came of it: where the enrolment is in another by now, the rest is of the past",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.RESELLER, OWN_RESELLER),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        insert=True,
        update=("tier_id", "evaluated_on", "move", "kept_until", "reviewed_on", "next_review", "rule", "findings"),
    ),
)

program_application = protect(
    network_table(
        "program_application",
        uuid_column("id"),
        uuid_column("program_id"),
        uuid_column("reseller_id"),
        uuid_column("enrollment_id"),
        text("act"),
        text("reason", nullable=True),
        moment("entered_at"),
        moment("carried_out_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id", "program_id"], ["program.vendor_id", "program.id"]),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
        CheckConstraint(one_of("act", ApplicationAct), name="act"),
        Index(
            "uq_program_application_waiting",
            "vendor_id",
            "program_id",
            "reseller_id",
            unique=True,
            postgresql_where=sql("carried_out_at IS NULL"),
        ),
        comment="What a reseller asked to be done about an enrolment that it has or wants, until the worker has done it",
    ),
    Access(DatabaseRole.RESELLER, OWN_RESELLER, insert=True, writing=f"{NETWORKS} AND {OWN_RESELLER}"),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("carried_out_at",)),
)
