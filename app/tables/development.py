"""What distributors agreed to do for the development of resellers: so many active, so many new, which share enabled; and
what scorecards weigh how each side keeps its agreement by."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    moment,
    network_table,
    protect,
    text,
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
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

scorecard_weights = protect(
    network_table(
        "scorecard_weights",
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        day("effective_from"),
        Column("version", Integer, nullable=False),
        Column("weights", JSONB, nullable=False),
        Column("days", JSONB, nullable=False),
        moment("set_at"),
        text("set_by"),
        PrimaryKeyConstraint("vendor_id", "agreement_id", "version"),
        UniqueConstraint("vendor_id", "agreement_id", "effective_from", "version"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        CheckConstraint("version > 0", name="version"),
        comment="Versions are never changed: the newest of the latest day that has come counts. `weights` by component;"
        " `days` within which, or before which, the vendor does its duties",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        columns=(
            "vendor_id",
            "agreement_id",
            "distributor_id",
            "effective_from",
            "version",
            "weights",
            "days",
            "set_at",
        ),
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)
