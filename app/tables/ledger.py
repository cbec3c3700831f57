"""The ledger: money as transfers, each a debit account, a credit account and an amount above zero; nothing is ever changed.

The accounts are those of one agreement, kind of money and currency (`app.programme.ledger`). A balance is the sum of
transfers, so the ledger balances by construction. What is approved is reserved first, then posted or voided, once. Every
transfer names what it is about and what caused it.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    Date,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
)
from sqlalchemy import text as sql

from app.programme.claim_terms import AccountPurpose, LedgerAct
from app.programme.money_kinds import MoneyKind
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

_MONTH = "date_trunc('month', posted_on::timestamp)::date"

transfer = protect(
    network_table(
        "transfer",
        uuid_column("id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("kind"),
        uuid_column("subject_id"),
        text("currency"),
        text("act"),
        text("debit"),
        text("credit"),
        Column("amount_minor", BigInteger, nullable=False),
        day("posted_on"),
        Column("posted_month", Date, Computed(_MONTH, persisted=True), nullable=False),
        uuid_column("reservation_id", nullable=True),
        text("cause"),
        moment("recorded_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        ForeignKeyConstraint(["vendor_id", "reservation_id"], ["transfer.vendor_id", "transfer.id"]),
        CheckConstraint("amount_minor > 0", name="above_zero"),
        CheckConstraint("debit <> credit", name="between_two"),
        CheckConstraint(one_of("kind", MoneyKind), name="kind"),
        CheckConstraint(one_of("act", LedgerAct), name="act"),
        CheckConstraint(one_of("debit", AccountPurpose), name="debit"),
        CheckConstraint(one_of("credit", AccountPurpose), name="credit"),
        CheckConstraint("(act IN ('POST', 'VOID')) = (reservation_id IS NOT NULL)", name="settles_a_reservation"),
        Index(
            "uq_transfer_settled_once",
            "vendor_id",
            "reservation_id",
            unique=True,
            postgresql_where=sql("reservation_id IS NOT NULL"),
        ),
        Index(None, "vendor_id", "agreement_id", "posted_on", "id"),
        Index(None, "vendor_id", "subject_id", "posted_on", "id"),
        Index(None, "vendor_id", "cause"),
        comment="`subject_id` is the incentive, special price, protection or rotation that it is about; `cause` says what"
        " caused it by kind and id, as that of knowledge does",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
)
