"""Deductions: debit memos by which a distributor took money itself, and the statement or claim that each belongs to.

Either side records one. Vendor and distributor read it; the vendor's finance says what it belongs to, or that it belongs to
nothing. What follows in the ledger, the worker posts: it compares the memo with the ledger, so it may do so again.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from app.programme.claim_terms import MatchKind
from app.programme.money_kinds import MoneyKind
from app.programme.terms import Level
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

_MATCH = ("claim", "match_kind", "matched_at")
_NEW = "waiting AND NOT by_hand AND claim IS NULL"

deduction = protect(
    network_table(
        "deduction",
        uuid_column("id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("number"),
        text("folded_number"),
        text("kind"),
        Column("amount_minor", BigInteger, nullable=False),
        text("currency"),
        day("dated"),
        text("reference", nullable=True),
        text("recorded_as"),
        moment("recorded_at"),
        text("claim", nullable=True),
        text("match_kind", nullable=True),
        moment("matched_at", nullable=True),
        Column("by_hand", Boolean, nullable=False),
        Column("waiting", Boolean, nullable=False),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "agreement_id", "folded_number"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        CheckConstraint("amount_minor > 0", name="above_zero"),
        CheckConstraint(one_of("kind", MoneyKind), name="kind"),
        CheckConstraint(one_of("match_kind", MatchKind), name="match_kind"),
        CheckConstraint(one_of("recorded_as", Level), name="recorded_as"),
        CheckConstraint("num_nulls(claim, match_kind, matched_at) IN (0, 3)", name="matched_or_not"),
        Index(None, "vendor_id", "agreement_id", "dated", "id"),
        Index(None, "vendor_id", "dated", "id"),
        Index(None, "vendor_id", "claim"),
        Index("ix_deduction_waiting", "vendor_id", postgresql_where=sql("waiting")),
        comment="`claim` is what it belongs to, by kind and id as causes in the ledger are. `by_hand` says that a person"
        " decided about that, so that its reference is not followed. `waiting` says that the ledger does not follow it yet",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        update=(*_MATCH, "by_hand", "waiting"),
        writing=f"{OWN_VENDOR} AND waiting",
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        insert=True,
        writing=f"{OWN_DISTRIBUTOR} AND recorded_as = 'DISTRIBUTOR' AND {_NEW}",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=(*_MATCH, "waiting")),
)
