"""What somebody should act on: one row for each level that is told, so that each settles its own.

The worker raises alerts, once for each subject; a level may only settle what it is told. The subject is a reporting period
or a report, by its global id; the evidence is what the alert stands on.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from app.programme.terms import AlertKind, Level
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
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

alert = protect(
    network_table(
        "alert",
        uuid_column("id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("audience"),
        text("kind"),
        text("subject"),
        Column("evidence", ARRAY(Text), nullable=False),
        day("period_start"),
        day("period_end"),
        day("due_on", nullable=True),
        Column("rows", BigInteger, nullable=True),
        moment("raised_at"),
        moment("settled_at", nullable=True),
        text("settled_by", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "subject", "kind", "audience"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        CheckConstraint(one_of("audience", Level), name="audience"),
        CheckConstraint(one_of("kind", AlertKind), name="kind"),
        CheckConstraint("settled_by IS NULL OR settled_at IS NOT NULL", name="settled_by_somebody_once"),
        Index(None, "vendor_id", "audience", "raised_at", "id"),
        Index(None, "vendor_id", "distributor_id", "audience", "raised_at", "id"),
        Index(None, "vendor_id", "kind", "period_start"),
        comment="Settled by nobody means by itself: what it says is true no longer",
    ),
    Access(DatabaseRole.VENDOR, f"{OWN_VENDOR} AND audience = 'VENDOR'", update=_SETTLED),
    Access(DatabaseRole.DISTRIBUTOR, f"{OWN_DISTRIBUTOR} AND audience = 'DISTRIBUTOR'", update=_SETTLED),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("rows", "evidence", *_SETTLED)),
)
