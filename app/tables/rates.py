"""What a vendor says a currency is worth in another one, from a day on. Everybody in its network reads it.

What it said before is kept beside it, so that what was converted at a past moment is converted alike when it is asked again.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint

from app.tables.metadata import NETWORKS, OWN_VENDOR, Access, DatabaseRole, day, moment, network_table, protect, text

exchange_rate = protect(
    network_table(
        "exchange_rate",
        text("base"),
        text("quote"),
        day("effective_from"),
        Column("rate", BigInteger, nullable=False),
        PrimaryKeyConstraint("vendor_id", "base", "quote", "effective_from"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        CheckConstraint("rate > 0", name="positive"),
        CheckConstraint("base <> quote", name="between_two"),
        comment="One unit of `base` is worth `rate` × 10⁻⁹ units of `quote`, from its day until the next one begins",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=("rate",)),
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, NETWORKS),
    Access(DatabaseRole.WORKER, OWN_VENDOR),
)

exchange_rate_before = protect(
    network_table(
        "exchange_rate_before",
        text("base"),
        text("quote"),
        day("effective_from"),
        moment("until"),
        Column("rate", BigInteger, nullable=True),
        PrimaryKeyConstraint("vendor_id", "base", "quote", "effective_from", "until"),
        ForeignKeyConstraint(
            ["vendor_id", "base", "quote", "effective_from"],
            [f"exchange_rate.{name}" for name in ("vendor_id", "base", "quote", "effective_from")],
        ),
        CheckConstraint("rate > 0", name="positive"),
        comment="What a rate was until a moment, when it was set otherwise; null where there was none until then",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True),
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
)
