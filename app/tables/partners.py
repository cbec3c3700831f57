"""Who is in a vendor's network: the vendor, its records of distributors and resellers, agreements and authorisations.

What a distributor knows of a reseller (name, accounts, status, tier) stands on the authorisation row, and what a reseller
knows of its distributors too: neither reads the vendor's record of somebody else. The reseller's identity as the vendor
may know it is `disclosed_reseller_id`: the party itself where the agreement discloses it, else a number without a party.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from app.programme.claim_terms import ShortfallConsequence
from app.programme.terms import (
    AgreementStatus,
    AuthorizationStatus,
    Cadence,
    Level,
    PartnerType,
    PartyKind,
    ThresholdRule,
    VolumePeriod,
)
from app.tables.metadata import (
    EVERY_ROW,
    NETWORKS,
    OWN_DISTRIBUTOR,
    OWN_ORGANIZATION,
    OWN_PARTIES,
    OWN_RESELLER,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    metadata,
    micros,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

_VENDOR_SETS_UP = Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True)
_OWN_PARTY = (
    f"{NETWORKS} AND id = ANY (string_to_array(nullif(current_setting('tailrace.party_ids', true), ''), ',')::uuid[])"
)

vendor = protect(
    Table(
        "vendor",
        metadata,
        uuid_column("id"),
        uuid_column("organization_id"),
        text("name"),
        text("country"),
        text("region", nullable=True),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("organization_id"),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR.replace("vendor_id =", "id =")),
    Access(
        DatabaseRole.DISTRIBUTOR, NETWORKS.replace("vendor_id =", "id ="), columns=("id", "name", "country", "region")
    ),
    Access(DatabaseRole.RESELLER, NETWORKS.replace("vendor_id =", "id ="), columns=("id", "name", "country", "region")),
    Access(DatabaseRole.AUTH, EVERY_ROW),
    Access(DatabaseRole.WEBHOOKS, EVERY_ROW, columns=("id", "organization_id")),
    Access(DatabaseRole.OPERATOR, EVERY_ROW, insert=True),
)

party = protect(
    network_table(
        "party",
        uuid_column("id"),
        text("kind"),
        text("name"),
        text("partner_type", nullable=True),
        text("country"),
        text("region", nullable=True),
        text("tax_number", nullable=True),
        Column("disclosed", Boolean, nullable=False),
        uuid_column("merged_into", nullable=True),
        moment("created_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        ForeignKeyConstraint(["vendor_id", "merged_into"], ["party.vendor_id", "party.id"]),
        CheckConstraint("merged_into IS NULL OR merged_into <> id AND kind = 'RESELLER'", name="merged_into"),
        CheckConstraint(one_of("kind", PartyKind), name="kind"),
        CheckConstraint(one_of("partner_type", PartnerType), name="partner_type"),
        CheckConstraint("(kind = 'RESELLER') = (partner_type IS NOT NULL)", name="reseller_has_partner_type"),
        Index(None, "vendor_id", "kind", "name", "id"),
    ),
    Access(
        DatabaseRole.VENDOR,
        f"{OWN_VENDOR} AND disclosed",
        insert=True,
        writing=f"{OWN_VENDOR} AND disclosed AND merged_into IS NULL",
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        _OWN_PARTY,
        insert=True,
        writing=f"{NETWORKS} AND kind = 'RESELLER' AND merged_into IS NULL",
    ),
    Access(DatabaseRole.RESELLER, _OWN_PARTY),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("disclosed", "merged_into")),
    Access(DatabaseRole.OPERATOR, EVERY_ROW, insert=True),
)

party_link = protect(
    network_table(
        "party_link",
        uuid_column("party_id"),
        uuid_column("organization_id"),
        moment("linked_from"),
        moment("linked_until", nullable=True),
        text("ended_because", nullable=True),
        uuid_column("invitation_id", nullable=True),
        PrimaryKeyConstraint("vendor_id", "party_id", "linked_from"),
        ForeignKeyConstraint(["vendor_id", "invitation_id"], ["partner_invitation.vendor_id", "partner_invitation.id"]),
        ForeignKeyConstraint(["vendor_id", "party_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        Index("uq_party_link_live", "vendor_id", "party_id", unique=True, postgresql_where=sql("linked_until IS NULL")),
        Index(None, "organization_id"),
    ),
    *(
        Access(role, f"{OWN_ORGANIZATION} AND party_id = ANY {OWN_PARTIES}", update=("linked_until", "ended_because"))
        for role in (DatabaseRole.DISTRIBUTOR, DatabaseRole.RESELLER)
    ),
    Access(DatabaseRole.AUTH, EVERY_ROW, insert=True, writing="invitation_id IS NOT NULL"),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        columns=("vendor_id", "party_id", "linked_from", "linked_until", "invitation_id"),
    ),
    Access(DatabaseRole.WEBHOOKS, EVERY_ROW, columns=("vendor_id", "party_id", "organization_id", "linked_until")),
    Access(DatabaseRole.OPERATOR, EVERY_ROW, insert=True, update=("linked_until",)),
)

agreement = protect(
    network_table(
        "agreement",
        uuid_column("id"),
        uuid_column("distributor_id"),
        uuid_column("program_id"),
        text("status"),
        day("effective_start"),
        day("effective_end"),
        Column("territory", ARRAY(Text), nullable=False),
        text("currency"),
        text("time_zone"),
        text("volume_period"),
        micros("volume_commitment", nullable=True),
        text("shortfall_consequence", server_default=sql("'NONE'")),
        Column("shortfall_share", BigInteger, nullable=True),
        text("threshold_rule"),
        text("cadence"),
        Column("due_days", Integer, nullable=False),
        Column("grace_days", Integer, nullable=False),
        Column("mandatory_fields", ARRAY(Text), nullable=False),
        Column("formats", ARRAY(Text), nullable=False),
        day("closed_before", nullable=True),
        Column("discloses_resale_price", Boolean, nullable=False),
        Column("discloses_end_customer", Boolean, nullable=False),
        Column("discloses_reseller", Boolean, nullable=False),
        Column("discloses_credit_terms", Boolean, nullable=False),
        moment("created_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "id", "distributor_id"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        ForeignKeyConstraint(["vendor_id", "distributor_id"], ["party.vendor_id", "party.id"]),
        ForeignKeyConstraint(["vendor_id", "program_id"], ["program.vendor_id", "program.id"]),
        CheckConstraint(one_of("status", AgreementStatus), name="status"),
        CheckConstraint(one_of("volume_period", VolumePeriod), name="volume_period"),
        CheckConstraint(one_of("threshold_rule", ThresholdRule), name="threshold_rule"),
        CheckConstraint(one_of("shortfall_consequence", ShortfallConsequence), name="shortfall_consequence"),
        CheckConstraint(
            "(shortfall_consequence = 'SHORTFALL_FEE') = (shortfall_share IS NOT NULL)", name="a_fee_has_a_share"
        ),
        CheckConstraint("shortfall_share > 0 AND shortfall_share <= 1000000", name="shortfall_share"),
        CheckConstraint(one_of("cadence", Cadence), name="cadence"),
        CheckConstraint("effective_end > effective_start", name="ends_after_it_starts"),
        Index(None, "vendor_id", "distributor_id"),
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=("closed_before",)),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

volume_tier = protect(
    network_table(
        "volume_tier",
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        Column("rank", Integer, nullable=False),
        text("name"),
        micros("threshold"),
        Column("discount", BigInteger, nullable=True),
        Column("rebate_eligible", Boolean, nullable=False, server_default=sql("true")),
        PrimaryKeyConstraint("vendor_id", "agreement_id", "rank"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        CheckConstraint("discount >= 0 AND discount <= 1000000", name="discount"),
        comment="`discount` is the share (10⁻⁶) off the price book; a tier without one has that of the tier below",
    ),
    _VENDOR_SETS_UP,
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

_PLANNED = ("planned_status", "planned_on", "planned_by", "planned_reason")
_SUSPENDED = ("status", "suspended_by", "suspension_reason", "version", *_PLANNED)
_CHANGED_ON_AUTHORIZATION = ("accounts", "effective_end", *_SUSPENDED)
_WHO = (
    *("reseller_id", "disclosed_reseller_id", "reseller_name", "reseller_country", "reseller_region", "partner_type"),
)
"Who it is that may buy: another record of the same firm, once the vendor merges the two."

reseller_authorization = protect(
    network_table(
        "reseller_authorization",
        uuid_column("id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        uuid_column("reseller_id"),
        uuid_column("disclosed_reseller_id"),
        text("status"),
        text("reseller_name"),
        text("reseller_country"),
        text("reseller_region", nullable=True),
        text("partner_type"),
        text("distributor_name"),
        text("distributor_country"),
        Column("accounts", ARRAY(Text), nullable=False),
        day("effective_start"),
        day("effective_end"),
        text("suspended_by", nullable=True),
        text("suspension_reason", nullable=True),
        text("planned_status", nullable=True),
        day("planned_on", nullable=True),
        text("planned_by", nullable=True),
        text("planned_reason", nullable=True),
        Column("version", Integer, nullable=False, server_default=sql("1")),
        moment("created_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "agreement_id", "reseller_id"),
        UniqueConstraint("vendor_id", "id", "agreement_id", "distributor_id", "reseller_id"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        ForeignKeyConstraint(["vendor_id", "reseller_id"], ["party.vendor_id", "party.id"]),
        CheckConstraint(one_of("status", AuthorizationStatus), name="status"),
        CheckConstraint(one_of("partner_type", PartnerType), name="partner_type"),
        CheckConstraint(one_of("suspended_by", Level), name="suspended_by"),
        CheckConstraint("planned_status IN ('SUSPENDED', 'ACTIVE')", name="planned_status"),
        CheckConstraint("planned_by IN ('VENDOR', 'DISTRIBUTOR')", name="planned_by"),
        CheckConstraint(f"num_nonnulls({', '.join(_PLANNED)}) IN (0, 4)", name="planned_as_a_whole"),
        CheckConstraint("effective_end > effective_start", name="ends_after_it_starts"),
        Index(None, "vendor_id", "planned_on", postgresql_where=sql("planned_on IS NOT NULL")),
        Index(None, "vendor_id", "agreement_id", "distributor_id", "reseller_name", "id"),
        Index(None, "vendor_id", "reseller_id"),
        Index(None, "vendor_id", "distributor_id", "reseller_name", "reseller_id"),
        Index(
            "ix_reseller_authorization_disclosed",
            *("vendor_id", "agreement_id", "reseller_name", "id"),
            postgresql_where=sql("disclosed_reseller_id = reseller_id"),
        ),
        Index(
            "ix_reseller_authorization_first_of_each",
            *("vendor_id", "distributor_id", "reseller_id", "id"),
            postgresql_include=["reseller_name", "reseller_country", "partner_type"],
        ),
    ),
    Access(
        DatabaseRole.VENDOR,
        f"{OWN_VENDOR} AND disclosed_reseller_id = reseller_id",
        insert=True,
        update=_CHANGED_ON_AUTHORIZATION,
    ),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR, insert=True, update=_CHANGED_ON_AUTHORIZATION),
    Access(DatabaseRole.RESELLER, OWN_RESELLER),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=(*_SUSPENDED, "accounts", *_WHO)),
)

account = protect(
    network_table(
        "account",
        uuid_column("agreement_id"),
        text("number"),
        uuid_column("authorization_id"),
        uuid_column("distributor_id"),
        uuid_column("reseller_id"),
        PrimaryKeyConstraint("vendor_id", "agreement_id", "number"),
        ForeignKeyConstraint(
            ["vendor_id", "authorization_id", "agreement_id", "distributor_id", "reseller_id"],
            [
                f"reseller_authorization.{c}"
                for c in ("vendor_id", "id", "agreement_id", "distributor_id", "reseller_id")
            ],
        ),
    ),
    # Whose number it is tells who the reseller is, which an agreement may not disclose: a vendor adds numbers unread.
    Access(DatabaseRole.VENDOR, OWN_VENDOR, read=False, insert=True),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR, insert=True),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("authorization_id", "reseller_id")),
)

_CREDIT = ("currency", "credit_limit_minor", "payment_days")

credit_terms = protect(
    network_table(
        "credit_terms",
        uuid_column("authorization_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        uuid_column("reseller_id"),
        text("currency"),
        Column("credit_limit_minor", BigInteger, nullable=False),
        Column("payment_days", Integer, nullable=False),
        Column("disclosed", Boolean, nullable=False),
        PrimaryKeyConstraint("vendor_id", "authorization_id"),
        ForeignKeyConstraint(
            ["vendor_id", "authorization_id", "agreement_id", "distributor_id", "reseller_id"],
            [
                f"reseller_authorization.{c}"
                for c in ("vendor_id", "id", "agreement_id", "distributor_id", "reseller_id")
            ],
        ),
    ),
    # An agreement may disclose credit terms and not whose they are.
    Access(
        DatabaseRole.VENDOR,
        f"{OWN_VENDOR} AND disclosed",
        columns=("vendor_id", "authorization_id", "agreement_id", "distributor_id", *_CREDIT),
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        insert=True,
        update=_CREDIT,
    ),
    Access(DatabaseRole.RESELLER, OWN_RESELLER),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("reseller_id",)),
)
