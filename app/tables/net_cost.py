"""What has reduced the net cost of units: the allocation behind special prices, price protection and rotation.

Each row says of a counted sell-through line, or of units that a distributor holds, by how much one cause reduced the cost of
how many units. The next cause is computed on what is left, and no unit is paid for twice: of one line, special prices
never take more units than the line has.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint

from app.programme.claim_terms import ReductionKind
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
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

cost_reduction = protect(
    network_table(
        "cost_reduction",
        uuid_column("id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        uuid_column("product_id"),
        text("cause"),
        uuid_column("cause_id"),
        uuid_column("submission_id", nullable=True),
        Column("row_number", BigInteger, nullable=True),
        Column("component", Integer, nullable=True),
        day("effective_on"),
        milli("quantity"),
        text("currency"),
        micros("per_unit"),
        micros("amount"),
        moment("recorded_at"),
        PrimaryKeyConstraint("vendor_id", "id"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        CheckConstraint(one_of("cause", ReductionKind), name="cause"),
        CheckConstraint("(submission_id IS NULL) = (row_number IS NULL)", name="of_a_line"),
        Index(None, "vendor_id", "submission_id", "row_number", "component"),
        Index(None, "vendor_id", "agreement_id", "product_id", "effective_on"),
        Index(None, "vendor_id", "cause_id"),
        comment="A cause that is taken back, by a return or a reversed claim, adds a row with a negative quantity",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
)
