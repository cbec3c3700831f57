"""Lines of purchases that resellers contest, and what their distributors answer.

A contested line is its reseller's and its distributor's. The vendor reads it where the agreement discloses who buys under
it: a reason may say who writes it. The worker finds the agreement, which a reseller does not read.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint
from sqlalchemy import text as sql

from app.programme.contests import ContestStatus
from app.programme.terms import DocumentKind
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_RESELLER,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor_id,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

_LINE = ("submission_id", "row_number", "component", "recorded")
_DOCUMENT = ("document_kind", "document_number", "document_line")
_ANSWERED = ("status", "answer", "closed_at", "version")
_FOR_EVERYBODY = (
    "vendor_id",
    "id",
    "reseller_id",
    "distributor_id",
    *_DOCUMENT,
    *_LINE,
    "reason",
    "contested_at",
    *_ANSWERED,
)
_NEW = f"status = 'OPEN' AND num_nonnulls(agreement_id, disclosed_reseller_id) = 0 AND {by_actor_id('contested_by_id')}"

contested_line = protect(
    network_table(
        "contested_line",
        uuid_column("id"),
        uuid_column("reseller_id"),
        uuid_column("distributor_id"),
        uuid_column("agreement_id", nullable=True),
        uuid_column("disclosed_reseller_id", nullable=True),
        text("document_kind"),
        text("document_number"),
        text("document_line"),
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        Column("component", Integer, nullable=False),
        Column("recorded", BigInteger, nullable=False),
        text("reason"),
        text("contested_by"),
        uuid_column("contested_by_id"),
        moment("contested_at"),
        text("status"),
        text("answer", nullable=True),
        moment("closed_at", nullable=True),
        Column("version", Integer, nullable=False, server_default=sql("1")),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["vendor_id", "distributor_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        CheckConstraint(one_of("status", ContestStatus), name="status"),
        CheckConstraint(one_of("document_kind", DocumentKind), name="document_kind"),
        CheckConstraint("(status = 'OPEN') = (closed_at IS NULL)", name="open_or_closed"),
        CheckConstraint("status <> 'UPHELD' OR answer IS NOT NULL", name="upheld_for_a_reason"),
        CheckConstraint("answer IS NULL OR status IN ('UPHELD', 'ACCEPTED')", name="answered_or_not"),
        CheckConstraint("(agreement_id IS NULL) = (disclosed_reseller_id IS NULL)", name="placed_as_a_whole"),
        Index(
            "uq_contested_line_open",
            "vendor_id",
            "distributor_id",
            "reseller_id",
            "document_number",
            "document_line",
            "document_kind",
            unique=True,
            postgresql_where=sql("status = 'OPEN'"),
        ),
        Index(None, "vendor_id", "agreement_id", "contested_at", "id"),
        Index(None, "vendor_id", "reseller_id", "contested_at", "id"),
        Index(None, "vendor_id", "distributor_id", "document_number", "document_line"),
    ),
    Access(
        DatabaseRole.VENDOR,
        f"{OWN_VENDOR} AND disclosed_reseller_id = reseller_id",
        columns=(*_FOR_EVERYBODY, "agreement_id"),
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        columns=(*_FOR_EVERYBODY, "agreement_id"),
        update=_ANSWERED,
        changing=f"{OWN_DISTRIBUTOR} AND status = 'OPEN'",
        writing=f"{OWN_DISTRIBUTOR} AND status IN ('UPHELD', 'ACCEPTED')",
    ),
    Access(
        DatabaseRole.RESELLER,
        OWN_RESELLER,
        columns=(*_FOR_EVERYBODY, "contested_by", "contested_by_id"),
        insert=True,
        inserting=f"{OWN_RESELLER} AND {_NEW}",
        update=("status", "closed_at", "version"),
        changing=f"{OWN_RESELLER} AND status = 'OPEN'",
        writing=f"{OWN_RESELLER} AND status = 'WITHDRAWN'",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("agreement_id", "disclosed_reseller_id")),
)
