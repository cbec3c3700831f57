"""What somebody should act on: one row for each level that is told, so that each settles its own.

The worker raises alerts, once for each subject; a level may only settle what it is told, and say who is to see to it. The
subject is what it is about (a reporting period, a report, a claim …) by its global id; the evidence is what the alert stands
on, and facts are short texts about it. `owner_id` is who is told: the vendor, a distributor's or a reseller's party.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    Uuid,
)

from app.programme.alert_kinds import AlertKind
from app.programme.terms import Level
from app.tables.metadata import (
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

_SETTLED = ("settled_at", "settled_by")
_SEEN_TO = (*_SETTLED, "assignee_id", "assignee")
_OWNER = "CASE audience WHEN 'DISTRIBUTOR' THEN distributor_id WHEN 'RESELLER' THEN reseller_id ELSE vendor_id END"

alert = protect(
    network_table(
        "alert",
        uuid_column("id"),
        uuid_column("agreement_id", nullable=True),
        uuid_column("distributor_id", nullable=True),
        uuid_column("reseller_id", nullable=True),
        text("audience"),
        Column("owner_id", Uuid, Computed(_OWNER, persisted=True), nullable=False),
        text("kind"),
        text("subject"),
        Column("evidence", ARRAY(Text), nullable=False),
        Column("facts", ARRAY(Text), nullable=False, server_default="{}"),
        day("period_start", nullable=True),
        day("period_end", nullable=True),
        day("due_on", nullable=True),
        Column("rows", BigInteger, nullable=True),
        moment("raised_at"),
        moment("settled_at", nullable=True),
        text("settled_by", nullable=True),
        uuid_column("person_id", nullable=True),
        uuid_column("assignee_id", nullable=True),
        text("assignee", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "subject", "kind", "audience", "owner_id"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        ForeignKeyConstraint(["vendor_id", "distributor_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
        CheckConstraint(one_of("audience", Level), name="audience"),
        CheckConstraint("audience <> 'DISTRIBUTOR' OR reseller_id IS NULL", name="of_a_distributor"),
        CheckConstraint(
            "audience <> 'RESELLER' OR num_nonnulls(agreement_id, distributor_id) = 0", name="of_a_reseller"
        ),
        CheckConstraint("agreement_id IS NULL OR distributor_id IS NOT NULL", name="agreement_has_distributor"),
        CheckConstraint("(period_start IS NULL) = (period_end IS NULL)", name="whole_period"),
        CheckConstraint("(assignee_id IS NULL) = (assignee IS NULL)", name="assignee_has_name"),
        CheckConstraint(one_of("kind", AlertKind), name="kind"),
        CheckConstraint("settled_by IS NULL OR settled_at IS NOT NULL", name="settled_by_somebody_once"),
        Index(None, "vendor_id", "audience", "raised_at", "id"),
        Index(None, "vendor_id", "distributor_id", "audience", "raised_at", "id"),
        Index(None, "vendor_id", "reseller_id", "audience", "raised_at", "id"),
        Index(None, "vendor_id", "kind", "period_start"),
        comment="Settled by nobody means by itself: what it says is true no longer. `person_id` is whose affair it is, where"
        " colleagues who see their own alone are not told",
    ),
    Access(DatabaseRole.VENDOR, f"{OWN_VENDOR} AND audience = 'VENDOR'", update=_SEEN_TO),
    Access(DatabaseRole.DISTRIBUTOR, f"{OWN_DISTRIBUTOR} AND audience = 'DISTRIBUTOR'", update=_SEEN_TO),
    Access(DatabaseRole.RESELLER, f"{OWN_RESELLER} AND audience = 'RESELLER'", update=_SEEN_TO),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("rows", "evidence", "facts", "due_on", *_SETTLED)),
)
