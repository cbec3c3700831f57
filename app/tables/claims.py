"""Claims against special prices, the decisions about them, and which units of a sale stand on a claim.

A distributor files lines; what becomes of each, the worker writes. What is taken back later, because units came back or the
line was corrected, is a claim of its own that names the one it adjusts. `debited_line` holds how many units of a
sell-through line are paid for or wait on a claim, under whatever special price: never more than the line sold.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.claim_terms import ClaimAct, ClaimStatus, DeemedDecision, LineDecision
from app.programme.terms import Level
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor_id,
    day,
    micros,
    milli,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

_OF_CLAIM = [f"debit_claim.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")]


def _of_claim() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["vendor_id", "claim_id", "agreement_id", "distributor_id"], _OF_CLAIM)


_RESULT = ("status", "amount_minor", "decided_at", "decided_by_id", "deemed", "credit_number", "credited_at")

debit_claim = protect(
    network_table(
        "debit_claim",
        uuid_column("id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        uuid_column("special_price_id"),
        uuid_column("adjusts_id", nullable=True),
        text("status"),
        text("currency"),
        day("filed_on"),
        text("filed_by"),
        moment("filed_at"),
        day("deemed_on", nullable=True),
        text("deemed", nullable=True),
        Column("amount_minor", BigInteger, nullable=True),
        moment("decided_at", nullable=True),
        uuid_column("decided_by_id", nullable=True),
        text("credit_number", nullable=True),
        moment("credited_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "id", "agreement_id", "distributor_id"),
        ForeignKeyConstraint(
            ["vendor_id", "special_price_id", "agreement_id", "distributor_id"],
            [f"special_price.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        ForeignKeyConstraint(["vendor_id", "adjusts_id", "agreement_id", "distributor_id"], _OF_CLAIM),
        CheckConstraint(one_of("status", ClaimStatus), name="status"),
        CheckConstraint(one_of("deemed", DeemedDecision), name="deemed"),
        CheckConstraint("status IN ('FILED', 'WITHDRAWN') OR amount_minor IS NOT NULL", name="decided"),
        Index(None, "vendor_id", "agreement_id", "filed_at", "id"),
        Index(None, "vendor_id", "adjusts_id", postgresql_where=sql("adjusts_id IS NOT NULL")),
        Index(
            "ix_debit_claim_waiting",
            "vendor_id",
            "deemed_on",
            postgresql_where=sql("status = 'FILED' AND deemed_on IS NOT NULL"),
        ),
        comment="`amount_minor` is what is approved of its lines; null until the engine has looked at them. An adjustment"
        " (`adjusts_id`) takes back, so its amount is below zero. `decided_by_id` is the person who last approved a line",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        insert=True,
        writing=f"{OWN_DISTRIBUTOR} AND status = 'FILED' AND adjusts_id IS NULL AND"
        " num_nonnulls(amount_minor, decided_at, decided_by_id, deemed, credit_number, credited_at) = 0",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=_RESULT),
)

_LINE_RESULT = (
    "decision",
    "waits_for",
    "approved",
    "denials",
    "unit_cost",
    "per_unit",
    "amount_minor",
    "steps",
    "explanation",
    "reason",
    "taken_back",
    "taken_back_minor",
)

debit_claim_line = protect(
    network_table(
        "debit_claim_line",
        uuid_column("claim_id"),
        Column("position", Integer, nullable=False),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        Column("component", Integer, nullable=False),
        uuid_column("product_id"),
        day("sold_on"),
        milli("asked"),
        text("decision", nullable=True),
        text("waits_for", nullable=True),
        milli("approved", server_default=sql("0")),
        Column("denials", JSONB, nullable=False, server_default=sql("'[]'")),
        micros("unit_cost", nullable=True),
        text("per_unit", nullable=True),
        Column("amount_minor", BigInteger, nullable=False, server_default=sql("0")),
        Column("steps", ARRAY(Text), nullable=False, server_default=sql("'{}'")),
        text("explanation", nullable=True),
        text("reason", nullable=True),
        milli("taken_back", server_default=sql("0")),
        Column("taken_back_minor", BigInteger, nullable=False, server_default=sql("0")),
        PrimaryKeyConstraint("vendor_id", "claim_id", "position"),
        UniqueConstraint("vendor_id", "claim_id", "submission_id", "row_number", "component"),
        _of_claim(),
        CheckConstraint(one_of("decision", LineDecision), name="decision"),
        CheckConstraint("asked <> 0", name="asks_for_something"),
        CheckConstraint("abs(approved) <= abs(asked)", name="no_more_than_asked"),
        CheckConstraint("taken_back BETWEEN 0 AND greatest(approved, 0)", name="taken_back"),
        Index(None, "vendor_id", "submission_id", "row_number", "component"),
        Index("ix_debit_claim_line_paid", "vendor_id", "agreement_id", postgresql_where=sql("approved > taken_back")),
        comment="While it waits for a person, `approved` and `amount_minor` are what the engine proposes. `per_unit` is"
        " exact: a number of 10⁻⁶ currency units, or a fraction of two; `unit_cost` is the mean, rounded",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        insert=True,
        writing=f"{OWN_DISTRIBUTOR} AND asked > 0 AND approved = 0 AND amount_minor = 0 AND taken_back = 0 AND"
        " taken_back_minor = 0 AND num_nonnulls(decision, waits_for, unit_cost, per_unit, explanation, reason) = 0",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=_LINE_RESULT),
)

_UNDONE = f"{by_actor_id('acted_by_id')} AND carried_out_at IS NULL AND refused IS NULL"

debit_claim_act = protect(
    network_table(
        "debit_claim_act",
        uuid_column("id"),
        uuid_column("claim_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("act"),
        Column("positions", ARRAY(Integer), nullable=False),
        Column("approves", JSONB, nullable=False),
        text("reason", nullable=True),
        text("credit_number", nullable=True),
        text("acted_as"),
        text("acted_by"),
        uuid_column("acted_by_id"),
        moment("acted_at"),
        moment("carried_out_at", nullable=True),
        text("refused", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        _of_claim(),
        CheckConstraint(one_of("act", ClaimAct), name="act"),
        CheckConstraint(one_of("acted_as", Level), name="acted_as"),
        Index(None, "vendor_id", "claim_id", "acted_at", "id"),
        comment="What a person did about a claim, and whether it was carried out or refused; `approves` says of each of the"
        " lines in `positions` whether it is approved",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        insert=True,
        writing=f"{OWN_VENDOR} AND acted_as = 'VENDOR' AND act IN ('DECIDE', 'CREDIT') AND {_UNDONE}",
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        columns=(
            *(
                "vendor_id",
                "id",
                "claim_id",
                "agreement_id",
                "distributor_id",
                "act",
                "positions",
                "approves",
                "reason",
            ),
            *("credit_number", "acted_as", "acted_at", "carried_out_at", "refused"),
        ),
        insert=True,
        writing=f"{OWN_DISTRIBUTOR} AND acted_as = 'DISTRIBUTOR' AND act IN ('DISPUTE', 'WITHDRAW') AND {_UNDONE}",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("carried_out_at", "refused")),
)

debited_line = protect(
    network_table(
        "debited_line",
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        Column("component", Integer, nullable=False),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        milli("sold"),
        milli("consumed"),
        PrimaryKeyConstraint("vendor_id", "submission_id", "row_number", "component"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        CheckConstraint("consumed BETWEEN 0 AND sold", name="no_unit_twice"),
        Index(None, "vendor_id", "agreement_id"),
        comment="Of a sell-through line, how many units are paid for, or wait, on claims of all special prices",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("sold", "consumed")),
)
