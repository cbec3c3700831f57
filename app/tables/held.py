"""What people decided about held rows: to let a hold pass, or to dismiss the rows.

A decision is an intent of the level that takes it; the worker carries it out under the same lock as a report, and writes
what came of it. The vendor reads no decision about customer accounts: whose they are, an agreement may not disclose.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Text,
    Uuid,
)
from sqlalchemy import text as sql

from app.programme.terms import HeldDecisionKind, Level
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

_OF_THE_REPORT = "'POSSIBLE_DUPLICATE', 'PRICE_FAR_OUT', 'OUTSIDE_PERIOD'"
_DISTRIBUTORS = f"(decision = 'DISMISS' OR hold IN ({_OF_THE_REPORT}))"
_VENDORS = f"(decision = 'DISMISS' OR hold IN ('OUTSIDE_AGREEMENT_DATES', 'OUTSIDE_TERRITORY', {_OF_THE_REPORT}))"
"""What lies outside the agreement, the vendor alone lets pass; an unknown code nobody does."""
_TAKEN = "carried_out_at IS NULL AND rows_released = 0 AND rows_dismissed = 0 AND rows_still_held = 0"

held_decision = protect(
    network_table(
        "held_decision",
        uuid_column("id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("decision"),
        text("hold"),
        text("code", nullable=True),
        Column("kinds", ARRAY(Text), nullable=False, server_default=sql("'{}'")),
        Column("submission_ids", ARRAY(Uuid), nullable=False),
        Column("row_numbers", ARRAY(BigInteger), nullable=False),
        text("reason"),
        text("decided_by"),
        text("decided_as"),
        moment("decided_at"),
        moment("carried_out_at", nullable=True),
        Column("rows_released", BigInteger, nullable=False),
        Column("rows_dismissed", BigInteger, nullable=False),
        Column("rows_still_held", BigInteger, nullable=False),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        CheckConstraint(one_of("decision", HeldDecisionKind), name="decision"),
        CheckConstraint(one_of("decided_as", Level), name="decided_as"),
        CheckConstraint("(code IS NULL) <> (cardinality(row_numbers) = 0)", name="by_code_or_by_row"),
        CheckConstraint("cardinality(row_numbers) = cardinality(submission_ids)", name="rows_of_reports"),
        Index(None, "vendor_id", "agreement_id", "decided_at", "id"),
        comment="Rows are named by the code that they wait for, or one by one by report and row; they are of reports of"
        " these kinds alone, which who decided may hand in",
    ),
    Access(
        DatabaseRole.VENDOR,
        f"{OWN_VENDOR} AND hold <> 'UNKNOWN_RESELLER_ACCOUNT'",
        insert=True,
        writing=f"{OWN_VENDOR} AND hold <> 'UNKNOWN_RESELLER_ACCOUNT' AND decided_as = 'VENDOR' AND {_VENDORS}"
        f" AND {_TAKEN}",
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        insert=True,
        writing=f"{OWN_DISTRIBUTOR} AND decided_as = 'DISTRIBUTOR' AND {_DISTRIBUTORS} AND {_TAKEN}",
    ),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        update=("carried_out_at", "rows_released", "rows_dismissed", "rows_still_held"),
    ),
)
