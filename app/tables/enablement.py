"""What partners are enabled by: certifications, documents, onboarding steps, and what a distributor did for a reseller.

A document is between the vendor and the one partner that handed it in; what a screening found, and who of the vendor
decided, the vendor alone reads. A certification is read by its reseller; by the distributor that recorded it, and no other;
and by the vendor, unless a distributor recorded it whose agreement keeps its resellers to itself. Of an onboarding
track a distributor reads what it did itself, or what is under its own agreement.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from app.programme.certifications import CertificationStatus, EnablementKind
from app.programme.documents import DocumentStatus, PartnerDocumentKind, Screening
from app.programme.onboarding import OnboardingStepKind
from app.programme.terms import Level
from app.tables.metadata import (
    NETWORKS,
    OWN_DISTRIBUTOR,
    OWN_ORGANIZATION,
    OWN_RESELLER,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    moment,
    network_table,
    one_of,
    owned,
    protect,
    text,
    uuid_column,
)

_OWN = {DatabaseRole.DISTRIBUTOR: OWN_DISTRIBUTOR, DatabaseRole.RESELLER: OWN_RESELLER}
_AUTHORIZED = [
    f"reseller_authorization.{name}" for name in ("vendor_id", "id", "agreement_id", "distributor_id", "reseller_id")
]


def _of_owner() -> list[ForeignKeyConstraint]:
    """The one partner: a distributor under its agreement, or a reseller."""
    return [
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
    ]


compliance_document = network_table(
    "compliance_document",
    uuid_column("id"),
    *owned(),
    text("kind"),
    text("title"),
    day("valid_until", nullable=True),
    text("status"),
    text("screening", server_default=sql("'NOT_SCREENED'")),
    text("reason", nullable=True),
    uuid_column("organization_id"),
    uuid_column("file_id"),
    text("filename"),
    text("media_type"),
    Column("byte_size", BigInteger, nullable=False),
    text("sha256"),
    moment("added_at"),
    moment("decided_at", nullable=True),
    text("decided_by", nullable=True),
    PrimaryKeyConstraint("vendor_id", "id"),
    UniqueConstraint("vendor_id", "id", "reseller_id"),
    UniqueConstraint("vendor_id", "id", "agreement_id", "distributor_id"),
    *_of_owner(),
    ForeignKeyConstraint(["organization_id", "file_id"], ["report_file.organization_id", "report_file.id"]),
    CheckConstraint(one_of("kind", PartnerDocumentKind), name="kind"),
    CheckConstraint(one_of("status", DocumentStatus), name="status"),
    CheckConstraint(one_of("screening", Screening), name="screening"),
    CheckConstraint("(status <> 'REJECTED') OR reason IS NOT NULL", name="rejected_for_a_reason"),
    Index(None, "vendor_id", "reseller_id", "id"),
    Index(None, "vendor_id", "agreement_id", "id"),
    Index(None, "vendor_id", "valid_until", postgresql_where=sql("valid_until IS NOT NULL")),
    comment="A complete upload of the partner's organisation; `valid_until` is its last day. Nothing in it ever changes but"
    " what is decided about it",
)
_NEW_DOCUMENT = (
    "status = 'SUBMITTED' AND screening = 'NOT_SCREENED' AND num_nonnulls(reason, decided_at, decided_by) = 0"
)
_VENDORS_AFFAIR = {"screening", "decided_by"}
protect(
    compliance_document,
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=[c.name for c in compliance_document.columns if c.name not in {"organization_id", "file_id"}],
        update=("status", "screening", "reason", "decided_at", "decided_by"),
    ),
    *(
        Access(
            role,
            rows,
            columns=[c.name for c in compliance_document.columns if c.name not in _VENDORS_AFFAIR],
            insert=True,
            inserting=f"{rows} AND {OWN_ORGANIZATION} AND {_NEW_DOCUMENT}",
            update=("status",),
            writing=f"{rows} AND status = 'WITHDRAWN'",
        )
        for role, rows in _OWN.items()
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

certification = network_table(
    "certification",
    uuid_column("id"),
    uuid_column("reseller_id"),
    uuid_column("authorization_id", nullable=True),
    uuid_column("agreement_id", nullable=True),
    uuid_column("distributor_id", nullable=True),
    Column("disclosed", Boolean, nullable=False),
    text("name"),
    text("name_key"),
    text("holder", nullable=True),
    text("holder_key"),
    day("issued_on"),
    day("valid_until", nullable=True),
    uuid_column("document_id", nullable=True),
    text("recorded_by"),
    text("status"),
    text("reason", nullable=True),
    moment("recorded_at"),
    moment("decided_at", nullable=True),
    PrimaryKeyConstraint("vendor_id", "id"),
    ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
    ForeignKeyConstraint(
        ["vendor_id", "authorization_id", "agreement_id", "distributor_id", "reseller_id"], _AUTHORIZED
    ),
    ForeignKeyConstraint(
        ["vendor_id", "document_id", "reseller_id"],
        ["compliance_document.vendor_id", "compliance_document.id", "compliance_document.reseller_id"],
    ),
    CheckConstraint(one_of("recorded_by", Level), name="recorded_by"),
    CheckConstraint(one_of("status", CertificationStatus), name="status"),
    CheckConstraint(
        "num_nonnulls(authorization_id, agreement_id, distributor_id)"
        " = CASE recorded_by WHEN 'DISTRIBUTOR' THEN 3 ELSE 0 END",
        name="recorded_by_a_distributor",
    ),
    CheckConstraint("disclosed OR recorded_by = 'DISTRIBUTOR'", name="kept_by_a_distributor"),
    CheckConstraint("valid_until >= issued_on", name="valid_after_it_was_issued"),
    CheckConstraint("(status <> 'REVOKED') OR reason IS NOT NULL", name="revoked_for_a_reason"),
    CheckConstraint("(holder IS NULL) = (holder_key = '')", name="holder"),
    Index(None, "vendor_id", "reseller_id", "id"),
    Index(None, "vendor_id", "valid_until", postgresql_where=sql("valid_until IS NOT NULL")),
    comment="`holder` is a person of the reseller, or NULL where the firm holds it. Names are compared by their keys",
)
_NEW_CERTIFICATION = "num_nonnulls(reason, decided_at) = 0"
_DECIDED = ("status", "reason", "decided_at")
protect(
    certification,
    Access(
        DatabaseRole.VENDOR,
        f"{OWN_VENDOR} AND disclosed",
        insert=True,
        inserting=f"{OWN_VENDOR} AND recorded_by = 'VENDOR' AND status = 'VERIFIED' AND {_NEW_CERTIFICATION}",
        update=_DECIDED,
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        insert=True,
        inserting=f"{OWN_DISTRIBUTOR} AND status = 'VERIFIED' AND {_NEW_CERTIFICATION}",
        update=_DECIDED,
        writing=f"{OWN_DISTRIBUTOR} AND status = 'REVOKED'",
    ),
    Access(
        DatabaseRole.RESELLER,
        OWN_RESELLER,
        insert=True,
        inserting=f"{OWN_RESELLER} AND recorded_by = 'RESELLER' AND status = 'RECORDED' AND {_NEW_CERTIFICATION}",
        update=_DECIDED,
        changing=f"{OWN_RESELLER} AND recorded_by = 'RESELLER'",
        writing=f"{OWN_RESELLER} AND recorded_by = 'RESELLER' AND status = 'REVOKED'",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("reseller_id", "authorization_id", "holder", "holder_key")),
)

required_certification = protect(
    network_table(
        "required_certification",
        uuid_column("program_id"),
        text("name"),
        text("name_key"),
        Column("needed", Integer, nullable=False),
        Column("from_rank", Integer, nullable=False),
        text("audience"),
        PrimaryKeyConstraint("vendor_id", "program_id", "from_rank", "name_key"),
        ForeignKeyConstraint(["vendor_id", "program_id"], ["program.vendor_id", "program.id"]),
        CheckConstraint("needed > 0 AND from_rank >= 0", name="needed"),
        CheckConstraint("audience = 'RESELLER'", name="of_resellers"),
        comment="How many of a reseller hold a certification, from a tier on; 0 is every partner of the programme",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, delete=True),
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, f"{NETWORKS} AND audience = 'RESELLER'"),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

onboarding_step = protect(
    network_table(
        "onboarding_step",
        uuid_column("program_id"),
        Column("position", Integer, nullable=False),
        text("title"),
        text("kind"),
        text("by_level"),
        Column("required", Boolean, nullable=False),
        text("version", nullable=True),
        text("certification", nullable=True),
        text("audience"),
        PrimaryKeyConstraint("vendor_id", "program_id", "position"),
        UniqueConstraint("vendor_id", "program_id", "title"),
        ForeignKeyConstraint(["vendor_id", "program_id"], ["program.vendor_id", "program.id"]),
        CheckConstraint(one_of("kind", OnboardingStepKind), name="kind"),
        CheckConstraint(one_of("by_level", Level), name="by_level"),
        CheckConstraint("(kind IN ('TERMS_ACCEPTED', 'FLOW_DOWN_TERMS')) = (version IS NOT NULL)", name="version"),
        CheckConstraint("certification IS NULL OR kind = 'TRAINING'", name="certification"),
        comment="What partners of a programme do to come on board, in order; a step is known by its kind and title",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, delete=True),
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, f"{NETWORKS} AND audience = 'RESELLER'"),
)

onboarding_completion = network_table(
    "onboarding_completion",
    uuid_column("id"),
    uuid_column("program_id"),
    *owned(),
    text("kind"),
    text("title"),
    text("completed_by"),
    uuid_column("by_authorization_id", nullable=True),
    uuid_column("by_agreement_id", nullable=True),
    uuid_column("by_distributor_id", nullable=True),
    text("version", nullable=True),
    text("signer", nullable=True),
    text("reference", nullable=True),
    uuid_column("document_id", nullable=True),
    day("completed_on"),
    moment("completed_at"),
    PrimaryKeyConstraint("vendor_id", "id"),
    *_of_owner(),
    ForeignKeyConstraint(["vendor_id", "program_id"], ["program.vendor_id", "program.id"]),
    ForeignKeyConstraint(
        ["vendor_id", "by_authorization_id", "by_agreement_id", "by_distributor_id", "reseller_id"], _AUTHORIZED
    ),
    ForeignKeyConstraint(
        ["vendor_id", "document_id", "reseller_id"],
        ["compliance_document.vendor_id", "compliance_document.id", "compliance_document.reseller_id"],
    ),
    ForeignKeyConstraint(
        ["vendor_id", "document_id", "agreement_id", "distributor_id"],
        [f"compliance_document.{name}" for name in ("vendor_id", "id", "agreement_id", "distributor_id")],
    ),
    CheckConstraint(one_of("kind", OnboardingStepKind), name="kind"),
    CheckConstraint(one_of("completed_by", Level), name="completed_by"),
    CheckConstraint(
        "num_nonnulls(by_authorization_id, by_agreement_id, by_distributor_id)"
        " = CASE WHEN completed_by = 'DISTRIBUTOR' AND reseller_id IS NOT NULL THEN 3 ELSE 0 END",
        name="done_by_a_distributor",
    ),
    CheckConstraint(
        "(kind IN ('TERMS_ACCEPTED', 'FLOW_DOWN_TERMS')) = (version IS NOT NULL)"
        " AND (version IS NULL) = (signer IS NULL)",
        name="signed",
    ),
    CheckConstraint("(kind IN ('TAX_REFERENCE', 'BANK_REFERENCE')) = (reference IS NOT NULL)", name="reference"),
    CheckConstraint("(kind = 'DUE_DILIGENCE_DOCUMENT') = (document_id IS NOT NULL)", name="document"),
    Index(None, "vendor_id", "program_id", "reseller_id"),
    Index(None, "vendor_id", "program_id", "agreement_id"),
    comment="That a step was done, never changed; the latest counts. What a distributor did for a reseller names it",
)
_WHO_OF_THEM = {"by_authorization_id", "by_agreement_id", "by_distributor_id"}
_DONE_BY = f"{OWN_DISTRIBUTOR.replace('distributor_id', 'by_distributor_id')}"
protect(
    onboarding_completion,
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=[c.name for c in onboarding_completion.columns if c.name not in _WHO_OF_THEM],
        insert=True,
        inserting=f"{OWN_VENDOR} AND completed_by = 'VENDOR'",
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        f"({OWN_DISTRIBUTOR} OR {_DONE_BY})",
        insert=True,
        inserting=f"({OWN_DISTRIBUTOR} OR {_DONE_BY}) AND completed_by = 'DISTRIBUTOR'",
    ),
    Access(
        DatabaseRole.RESELLER,
        OWN_RESELLER,
        insert=True,
        inserting=f"{OWN_RESELLER} AND completed_by = 'RESELLER'",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("reseller_id", "by_authorization_id")),
)

enablement_activity = protect(
    network_table(
        "enablement_activity",
        uuid_column("id"),
        uuid_column("authorization_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        uuid_column("reseller_id"),
        Column("disclosed", Boolean, nullable=False),
        text("kind"),
        text("title"),
        day("held_on"),
        Column("participants", Integer, nullable=False),
        text("note", nullable=True),
        moment("recorded_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(
            ["vendor_id", "authorization_id", "agreement_id", "distributor_id", "reseller_id"], _AUTHORIZED
        ),
        CheckConstraint(one_of("kind", EnablementKind), name="kind"),
        CheckConstraint("participants >= 1", name="participants"),
        Index(None, "vendor_id", "authorization_id", "held_on", "id"),
        comment="What a distributor did for a reseller; the vendor reads it where the agreement discloses its resellers",
    ),
    Access(DatabaseRole.VENDOR, f"{OWN_VENDOR} AND disclosed"),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR, insert=True),
    Access(DatabaseRole.RESELLER, OWN_RESELLER),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("reseller_id", "authorization_id")),
)
