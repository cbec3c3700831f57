"""Firms that apply to take part in a programme, by a link that the vendor publishes.

A link is no secret, but cannot be guessed, and ends when the vendor says so. Whoever follows it is nobody yet, so what it
enters is written as the role `auth`, which reads none of it again. It is the vendor's alone.
"""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy import text as sql

from app.programme.terms import PartnerType, PartyKind
from app.tables.metadata import (
    EVERY_ROW,
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


class ApplicationStatus(StrEnum):
    """Where an application stands."""

    SUBMITTED = "SUBMITTED"
    "The vendor has not decided."
    APPROVED = "APPROVED"
    "The firm was recorded and invited."
    REFUSED = "REFUSED"
    "The vendor refused, with a reason."


application_link = protect(
    network_table(
        "application_link",
        uuid_column("id"),
        uuid_column("program_id"),
        text("kind"),
        text("program_name"),
        text("vendor_name"),
        text("token"),
        text("created_by"),
        moment("created_at"),
        moment("ended_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id", "program_id"], ["program.vendor_id", "program.id"]),
        CheckConstraint(one_of("kind", PartyKind), name="kind"),
        Index(None, "token"),
        comment="Where firms apply for a programme.",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=("ended_at",)),
    Access(DatabaseRole.AUTH, EVERY_ROW),
)

application = protect(
    network_table(
        "application",
        uuid_column("id"),
        uuid_column("link_id"),
        text("kind"),
        text("program_name"),
        text("name"),
        text("country"),
        text("partner_type", nullable=True),
        text("email"),
        text("status"),
        moment("submitted_at"),
        text("reason", nullable=True),
        uuid_column("party_id", nullable=True),
        text("decided_by", nullable=True),
        moment("decided_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id", "link_id"], ["application_link.vendor_id", "application_link.id"]),
        ForeignKeyConstraint(["vendor_id", "party_id"], ["party.vendor_id", "party.id"]),
        CheckConstraint(one_of("kind", PartyKind), name="kind"),
        CheckConstraint(one_of("partner_type", PartnerType), name="partner_type"),
        CheckConstraint(one_of("status", ApplicationStatus), name="status"),
        CheckConstraint("(kind = 'RESELLER') = (partner_type IS NOT NULL)", name="reseller_has_partner_type"),
        CheckConstraint("(status = 'APPROVED') = (party_id IS NOT NULL)", name="approved_is_recorded"),
        CheckConstraint("(status = 'SUBMITTED') = (decided_at IS NULL)", name="decided_at_some_time"),
        Index(
            "uq_application_waiting",
            "vendor_id",
            "link_id",
            "email",
            unique=True,
            postgresql_where=sql("status = 'SUBMITTED'"),
        ),
        comment="What a firm entered that applies, and what the vendor decided.",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, update=("status", "reason", "party_id", "decided_by", "decided_at")),
    Access(
        DatabaseRole.AUTH,
        EVERY_ROW,
        columns=("vendor_id", "link_id", "status"),
        insert=True,
        writing="status = 'SUBMITTED'",
    ),
)
