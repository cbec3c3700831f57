"""What distributors agreed to do for the development of resellers: so many active, so many new, which share enabled."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint

from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    moment,
    network_table,
    protect,
    uuid_column,
)

_AGREED = ("active", "new", "enabled", "version", "set_at")

reseller_obligation = protect(
    network_table(
        "reseller_obligation",
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        Column("active", Integer, nullable=True),
        Column("new", Integer, nullable=True),
        Column("enabled", BigInteger, nullable=True),
        Column("version", Integer, nullable=False),
        moment("set_at"),
        PrimaryKeyConstraint("vendor_id", "agreement_id"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        CheckConstraint("active >= 0 AND new >= 0 AND enabled BETWEEN 0 AND 1000000", name="agreed"),
        comment="`enabled` is a share (10⁻⁶); NULL where nothing was agreed",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=_AGREED),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
)
