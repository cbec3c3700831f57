"""What a vendor's finance decides about missed volume commitments: the decision, and what became of it.

A decision is written by the vendor; what was bought, what was missing and what follows is written by the worker, which posts
a fee to the ledger. A period may be settled again when what was bought in it has changed: the last decision stands.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from app.programme.claim_terms import ShortfallConsequence
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    by_actor,
    day,
    micros,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)

_FOUND = ("actual", "commitment", "shortfall", "consequence", "fee_minor", "posted_minor", "settled_at")
_OPEN = " AND ".join(f"{name} IS NULL" for name in _FOUND)

commitment_settlement = protect(
    network_table(
        "commitment_settlement",
        uuid_column("id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        day("period_start"),
        day("period_end"),
        Column("sequence", Integer, nullable=False),
        text("currency"),
        Column("waived", Boolean, nullable=False),
        text("note", nullable=True),
        text("decided_by"),
        moment("decided_at"),
        micros("actual", nullable=True),
        micros("commitment", nullable=True),
        micros("shortfall", nullable=True),
        text("consequence", nullable=True),
        Column("fee_minor", BigInteger, nullable=True),
        Column("posted_minor", BigInteger, nullable=True),
        moment("settled_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "agreement_id", "period_start", "sequence"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        CheckConstraint("period_end > period_start", name="ends_after_it_starts"),
        CheckConstraint(one_of("consequence", ShortfallConsequence), name="consequence"),
        CheckConstraint("(settled_at IS NULL) = (consequence IS NULL)", name="settled_with_a_consequence"),
        comment="`consequence` is what follows: NONE where it was waived or nothing is missing any more. `fee_minor` is the"
        " fee that the period now costs, `posted_minor` what this decision posted of it: the difference to those before."
        " The row of the highest `sequence` stands; statements of its days read REBATE_VOID from it",
    ),
    Access(
        DatabaseRole.VENDOR, OWN_VENDOR, insert=True, writing=f"{OWN_VENDOR} AND {by_actor('decided_by')} AND {_OPEN}"
    ),
    Access(
        DatabaseRole.DISTRIBUTOR,
        OWN_DISTRIBUTOR,
        columns=(
            *(
                "vendor_id",
                "id",
                "agreement_id",
                "distributor_id",
                "period_start",
                "period_end",
                "sequence",
                "currency",
            ),
            *("waived", "note", "decided_at", *_FOUND),
        ),
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=_FOUND),
)
