"""What the columns, segments and positions of a sender's reports mean, in versions.

A profile belongs to whoever sends the reports under one agreement, for one kind and format: the distributor for its sales
and its stock, the vendor for its sell-in. A version is a row and never changes; the highest one that is not retired is live,
and a report is read by the one that was live when it was received. What columns are called is the sender's business: the
vendor reads nothing of a distributor's profiles, and no distributor one of the vendor's.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.terms import SubmissionFormat, SubmissionKind
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

FOR_VENDOR = f"{OWN_VENDOR} AND kind = 'SELL_IN'"
FOR_DISTRIBUTOR = f"{OWN_DISTRIBUTOR} AND kind <> 'SELL_IN'"

report_profile = protect(
    network_table(
        "report_profile",
        uuid_column("id"),
        Column("version", Integer, nullable=False),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("kind"),
        text("format"),
        text("name"),
        Column("settings", JSONB, nullable=False),
        text("created_by"),
        moment("created_at"),
        text("retired_by", nullable=True),
        moment("retired_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id", "version"),
        UniqueConstraint("vendor_id", "agreement_id", "kind", "format", "version"),
        UniqueConstraint("vendor_id", "id", "version", "agreement_id"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        CheckConstraint(f"{one_of('kind', SubmissionKind)} AND kind <> 'SELL_OUT'", name="kind"),
        CheckConstraint(f"{one_of('format', SubmissionFormat)} AND format <> 'INLINE'", name="format"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("(retired_at IS NULL) = (retired_by IS NULL)", name="retired_by_somebody"),
        comment="Versions of what a sender's columns, segments and positions mean; only their end is written later",
    ),
    Access(DatabaseRole.VENDOR, FOR_VENDOR, insert=True, update=("retired_by", "retired_at")),
    Access(DatabaseRole.DISTRIBUTOR, FOR_DISTRIBUTOR, insert=True, update=("retired_by", "retired_at")),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)
