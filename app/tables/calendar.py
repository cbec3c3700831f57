"""A vendor's calendar: the fiscal months into which its days fall. A vendor without any has calendar months."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from app.programme.fiscal import FiscalPattern, FiscalYearEnd, FiscalYearName, Weekday
from app.tables.metadata import (
    NETWORKS,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    moment,
    network_table,
    one_of,
    protect,
    text,
)

_RULE = ("pattern", "closing_month", "year_name", "weekday", "year_end", "set_at", "in_force")

fiscal_calendar = protect(
    network_table(
        "fiscal_calendar",
        text("pattern"),
        Column("closing_month", Integer, nullable=False),
        text("year_name"),
        text("weekday"),
        text("year_end"),
        moment("set_at"),
        Column("in_force", Boolean, nullable=False),
        PrimaryKeyConstraint("vendor_id"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        CheckConstraint(one_of("pattern", FiscalPattern), name="pattern"),
        CheckConstraint(one_of("year_name", FiscalYearName), name="year_name"),
        CheckConstraint(one_of("weekday", Weekday), name="weekday"),
        CheckConstraint(one_of("year_end", FiscalYearEnd), name="year_end"),
        CheckConstraint("closing_month BETWEEN 1 AND 12", name="closing_month"),
        comment="The rule that the vendor set; in force once `fiscal_month` and the month rollup follow it",
    ),
    # Only the worker says that figures follow it.
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, update=_RULE, writing=f"{OWN_VENDOR} AND NOT in_force"),
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, NETWORKS),
    Access(DatabaseRole.WORKER, OWN_VENDOR, update=("in_force",)),
)

fiscal_month = protect(
    network_table(
        "fiscal_month",
        day("start_day"),
        day("end_day"),
        Column("fiscal_year", Integer, nullable=False),
        Column("quarter", Integer, nullable=False),
        Column("month", Integer, nullable=False),
        PrimaryKeyConstraint("vendor_id", "start_day"),
        UniqueConstraint("vendor_id", "fiscal_year", "month"),
        ForeignKeyConstraint(["vendor_id"], ["vendor.id"]),
        CheckConstraint("end_day > start_day", name="ends_after_it_starts"),
        comment="[start_day, end_day); the months of a vendor touch one another and leave no day out",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, NETWORKS),
    Access(DatabaseRole.RESELLER, NETWORKS),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, delete=True),
)
