"""Where a statement stood, and what it owed, from each moment on at which that changed: calculated, approved, credited,
disputed. Written beside every such change and never changed, so that a statement can be asked as of a past moment.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint

from app.programme.money_terms import StatementStatus
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

statement_standing = protect(
    network_table(
        "statement_standing",
        uuid_column("statement_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        moment("known_at"),
        text("status"),
        Column("revision", Integer, nullable=False),
        Column("entitled_minor", BigInteger, nullable=False),
        Column("settled_minor", BigInteger, nullable=False),
        Column("payable_minor", BigInteger, nullable=False),
        PrimaryKeyConstraint("vendor_id", "statement_id", "known_at"),
        ForeignKeyConstraint(
            ["vendor_id", "statement_id", "agreement_id", "distributor_id"],
            [f"statement.{name}" for name in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        CheckConstraint(one_of("status", StatementStatus), name="status"),
        comment="From `known_at` on, until the next row of the statement; minor units",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
)
