"""What an agreement says about due days: whether they are business days, which days are holidays, when to remind.

An agreement without such a row counts calendar days. The vendor sets it; the distributor reads what its reports are held to.
"""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
)

from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    network_table,
    protect,
    uuid_column,
)

_SET = ("business_days", "holidays", "remind_days", "version")

reporting_calendar = protect(
    network_table(
        "reporting_calendar",
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        Column("business_days", Boolean, nullable=False),
        Column("holidays", ARRAY(Date), nullable=False),
        Column("remind_days", Integer, nullable=False),
        Column("version", Integer, nullable=False),
        PrimaryKeyConstraint("vendor_id", "agreement_id"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        CheckConstraint("remind_days >= 0", name="remind_days"),
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=_SET),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)
