"""Statements: what a term of an incentive owes for a pay period, how it was reckoned, and who decided what about it.

A statement begins with the first line that counts in its period (ACCRUING). Calculating freezes figures, bands, steps and
the moment whose knowledge they stand on; they are never changed afterwards. Calculated again is a new revision, and what is
found after approval is a new statement, in sequence, that owes the difference. People write decisions; the worker carries
them out and posts to the ledger.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.money_terms import StatementStatus, StepKind
from app.programme.statements import StatementDecisionKind
from app.programme.terms import Level
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor,
    day,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

_OWNER = ("vendor_id", "statement_id", "agreement_id", "distributor_id")
_READ_BY_BOTH = (Access(DatabaseRole.VENDOR, OWN_VENDOR), Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR))
_CALCULATED = (
    "period_end",
    "status",
    "revision",
    "qualifying",
    "paying",
    "lines",
    "unvalued",
    "entitled_minor",
    "settled_minor",
    "payable_minor",
    "accrued_minor",
    "brought",
    "carried",
    "came_to_minor",
    "paid_on",
    "share_cutoff",
    "approvals_needed",
    "disputed_from",
    "calculated_by",
    "calculated_by_name",
    "calculated_at",
    "approved_at",
    "credited_at",
    "credit_number",
)
_FOR_DISTRIBUTOR = (
    "vendor_id",
    "id",
    "term_id",
    "incentive_id",
    "agreement_id",
    "distributor_id",
    "period_start",
    "sequence",
    "currency",
    *(name for name in _CALCULATED if not name.startswith("calculated_by")),
)
"""All but who of the vendor calculated it."""


def _of_statement() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        list(_OWNER), ["statement.vendor_id", "statement.id", "statement.agreement_id", "statement.distributor_id"]
    )


statement = protect(
    network_table(
        "statement",
        uuid_column("id"),
        uuid_column("term_id"),
        uuid_column("incentive_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        day("period_start"),
        day("period_end"),
        Column("sequence", Integer, nullable=False),
        text("currency"),
        text("status"),
        Column("revision", Integer, nullable=False),
        Column("qualifying", BigInteger, nullable=True),
        Column("paying", BigInteger, nullable=True),
        Column("lines", BigInteger, nullable=True),
        Column("unvalued", BigInteger, nullable=True),
        Column("entitled_minor", BigInteger, nullable=True),
        Column("settled_minor", BigInteger, nullable=True),
        Column("payable_minor", BigInteger, nullable=True),
        Column("accrued_minor", BigInteger, nullable=True),
        Column("brought", JSONB, nullable=True),
        Column("carried", JSONB, nullable=True),
        Column("came_to_minor", BigInteger, nullable=True),
        Column("paid_on", BigInteger, nullable=True),
        Column("share_cutoff", JSONB, nullable=True),
        Column("approvals_needed", Integer, nullable=True),
        text("disputed_from", nullable=True),
        text("calculated_by", nullable=True),
        text("calculated_by_name", nullable=True),
        moment("calculated_at", nullable=True),
        moment("approved_at", nullable=True),
        moment("credited_at", nullable=True),
        text("credit_number", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "term_id", "period_start", "sequence"),
        UniqueConstraint("vendor_id", "id", "agreement_id", "distributor_id"),
        ForeignKeyConstraint(
            ["vendor_id", "term_id", "agreement_id", "distributor_id"],
            [f"incentive_term.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        CheckConstraint(one_of("status", StatementStatus), name="status"),
        CheckConstraint(one_of("disputed_from", StatementStatus), name="disputed_from"),
        CheckConstraint("status = 'ACCRUING' OR payable_minor IS NOT NULL", name="calculated"),
        CheckConstraint("payable_minor = entitled_minor - settled_minor", name="to_date"),
        Index(None, "vendor_id", "agreement_id", "period_start", "id"),
        Index(None, "vendor_id", "incentive_id", "period_start"),
        Index(None, "vendor_id", "period_start", "id"),
        comment="`entitled` is what the period is worth by what was known, `settled` what earlier statements of it paid, "
        "`payable` the difference, which may be negative; `accrued` is what had accrued when it was calculated; all "
        "in minor units. `brought` is what the period before left to take back, `carried` what this one leaves, both "
        "in measures and money. `came_to` is what its lines came to before anything was taken back, and `paid_on` on "
        "how much of the paying measure: what returns of them take back. `share_cutoff` says on what its lines have "
        "shares, and which of them get the units that rounding down leaves over. `calculated_by` is the id of a "
        "person or an integration: names can be shared, ids cannot",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR, columns=_FOR_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=_CALCULATED, delete=True),
)

statement_band = protect(
    network_table(
        "statement_band",
        uuid_column("statement_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        Column("revision", Integer, nullable=False),
        Column("position", Integer, nullable=False),
        Column("threshold", BigInteger, nullable=False),
        Column("upto", BigInteger, nullable=True),
        Column("measure", BigInteger, nullable=False),
        Column("rate", BigInteger, nullable=False),
        text("payment"),
        PrimaryKeyConstraint("vendor_id", "statement_id", "revision", "position"),
        _of_statement(),
        comment="`payment` is exact: a number of minor units, or a fraction of two",
    ),
    *_READ_BY_BOTH,
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
)

statement_step = protect(
    network_table(
        "statement_step",
        uuid_column("statement_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        Column("revision", Integer, nullable=False),
        Column("position", Integer, nullable=False),
        text("kind"),
        text("description"),
        text("before"),
        text("after"),
        Column("evidence", JSONB, nullable=False),
        PrimaryKeyConstraint("vendor_id", "statement_id", "revision", "position"),
        _of_statement(),
        CheckConstraint(one_of("kind", StepKind), name="kind"),
        comment="`before` and `after` are exact: a number of minor units, or a fraction of two",
    ),
    *_READ_BY_BOTH,
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
)

_UNDONE = "carried_out_at IS NULL AND refused IS NULL"
_DECIDER = by_actor("decided_by")

statement_decision = protect(
    network_table(
        "statement_decision",
        uuid_column("id"),
        uuid_column("statement_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        Column("revision", Integer, nullable=False),
        text("decision"),
        text("reason", nullable=True),
        text("credit_number", nullable=True),
        text("decided_by"),
        text("decided_by_name"),
        Column(
            "disclosed_name",
            Text,
            Computed("CASE WHEN decided_as = 'DISTRIBUTOR' THEN decided_by_name END", persisted=True),
        ),
        text("decided_as"),
        moment("decided_at"),
        moment("carried_out_at", nullable=True),
        text("refused", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        _of_statement(),
        CheckConstraint(one_of("decision", StatementDecisionKind), name="decision"),
        CheckConstraint(one_of("decided_as", Level), name="decided_as"),
        Index(
            "uq_statement_decision_once",
            "vendor_id",
            "statement_id",
            "revision",
            "decision",
            "decided_by",
            unique=True,
            postgresql_where=sql("decision = 'APPROVE' AND refused IS NULL"),
        ),
        Index(None, "vendor_id", "statement_id", "decided_at", "id"),
        comment="What a person decided, and whether it was carried out or refused: nobody approves a revision twice",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        writing=f"{OWN_VENDOR} AND decided_as = 'VENDOR' AND decision <> 'DISPUTE' AND {_DECIDER} AND {_UNDONE}",
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        columns=(
            "vendor_id",
            "id",
            "statement_id",
            "agreement_id",
            "distributor_id",
            "revision",
            "decision",
            "reason",
            "credit_number",
            "disclosed_name",
            "decided_as",
            "decided_at",
            "carried_out_at",
            "refused",
        ),
        insert=True,
        writing=f"{OWN_DISTRIBUTOR} AND decided_as = 'DISTRIBUTOR' AND decision IN ('DISPUTE', 'WITHDRAW_DISPUTE')"
        f" AND {_DECIDER} AND {_UNDONE}",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("carried_out_at", "refused")),
)

statement_run = protect(
    network_table(
        "statement_run",
        uuid_column("id"),
        uuid_column("incentive_id", nullable=True),
        uuid_column("agreement_id", nullable=True),
        day("period_start"),
        day("period_end"),
        text("asked_by"),
        text("asked_by_name"),
        moment("asked_at"),
        moment("finished_at", nullable=True),
        Column("calculated", Integer, nullable=False, server_default=sql("0")),
        Column("unchanged", Integer, nullable=False, server_default=sql("0")),
        text("failed", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        Index(None, "vendor_id", "asked_at", "id"),
        comment="The vendor asked for the statements of the pay periods that end in these days",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        writing=f"{OWN_VENDOR} AND {by_actor('asked_by')} AND finished_at IS NULL AND failed IS NULL",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("finished_at", "calculated", "unchanged", "failed")),
)

approval_threshold = protect(
    network_table(
        "approval_threshold",
        text("currency"),
        Column("above_minor", BigInteger, nullable=False),
        moment("set_at"),
        text("set_by"),
        PrimaryKeyConstraint("vendor_id", "currency"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        CheckConstraint("above_minor >= 0", name="not_negative"),
        comment="Above so many minor units, two people approve a payment in the currency",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        update=("above_minor", "set_at", "set_by"),
        writing=f"{OWN_VENDOR} AND {by_actor('set_by')}",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

gate_proof = protect(
    network_table(
        "gate_proof",
        uuid_column("id"),
        uuid_column("statement_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("gate"),
        Column("is_met", Boolean, nullable=False),
        text("note"),
        text("confirmed_by"),
        text("confirmed_by_name"),
        moment("confirmed_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        _of_statement(),
        Index(None, "vendor_id", "statement_id", "gate", "confirmed_at"),
        comment="What a person of the vendor found about a gate that only a person can confirm; the latest one stands",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, writing=f"{OWN_VENDOR} AND {by_actor('confirmed_by')}"),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)
"""What the distributor reads of it is the evidence in its statement's steps."""

advance = protect(
    network_table(
        "advance",
        uuid_column("id"),
        uuid_column("statement_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        Column("amount_minor", BigInteger, nullable=False),
        day("paid_on"),
        text("reference"),
        text("recorded_by"),
        text("recorded_by_name"),
        moment("recorded_at"),
        Column("approvals_needed", Integer, nullable=True),
        Column("approved", Boolean, nullable=True),
        text("reason", nullable=True),
        text("decided_by", nullable=True),
        text("decided_by_name", nullable=True),
        moment("decided_at", nullable=True),
        moment("posted_at", nullable=True),
        text("refused", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        _of_statement(),
        CheckConstraint("amount_minor > 0", name="above_zero"),
        CheckConstraint("decided_by <> recorded_by", name="approved_by_somebody_else"),
        CheckConstraint("num_nulls(approved, decided_by, decided_by_name, decided_at) IN (0, 4)", name="decided_whole"),
        CheckConstraint("posted_at IS NULL OR approvals_needed = 1 OR approved", name="approved_before_it_is_paid"),
        Index(None, "vendor_id", "statement_id"),
        comment="What is paid in advance on the pay period of a statement, in minor units; once it is posted, the"
        " calculation takes it off. `approvals_needed` is 2 above the vendor's threshold; `refused` says why an approved"
        " one is not paid",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        update=("approved", "reason", "decided_by", "decided_by_name", "decided_at"),
        inserting=f"{OWN_VENDOR} AND {by_actor('recorded_by')} AND"
        " num_nonnulls(approvals_needed, approved, reason, decided_by, decided_at, posted_at, refused) = 0",
        changing=f"{OWN_VENDOR} AND approved IS NULL AND posted_at IS NULL AND refused IS NULL",
        writing=f"{OWN_VENDOR} AND {by_actor('decided_by')} AND approved IS NOT NULL",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("approvals_needed", "posted_at", "refused")),
)
"""What the distributor reads of it is the step that takes it off, and the ledger."""
