"""Which lines behind a calculated statement take back what an earlier pay period paid, where returns reverse at the rate of
the sale that they name. Written once with the calculation and never changed, like its bands and steps.
"""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint

from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    network_table,
    protect,
    uuid_column,
)

statement_return = protect(
    network_table(
        "statement_return",
        uuid_column("statement_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        Column("revision", Integer, nullable=False),
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        Column("component", Integer, nullable=False),
        Column("recorded", BigInteger, nullable=False),
        day("period_start"),
        day("period_end"),
        PrimaryKeyConstraint(
            "vendor_id", "statement_id", "revision", "submission_id", "row_number", "component", "recorded"
        ),
        ForeignKeyConstraint(
            ["vendor_id", "statement_id", "agreement_id", "distributor_id"],
            [f"statement.{name}" for name in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        comment="A line behind a calculation that returns a sale of an earlier pay period, and which period that is:"
        " it takes back what that one paid and has no share",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
)
