"""Stock positions that are kept ready: what the counts, sales and movements of a distributor say of a day.

The worker writes them anew, a distributor and day at a time, and beside them up to when the distributor's facts were known.
They are read while nothing more has become known; from then on positions are reckoned from the counts and the sums by the
day, until the worker has been there again. What is agreed, and what things cost, is not kept: it is looked up each time.
"""

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint

from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    milli,
    moment,
    network_table,
    protect,
    uuid_column,
)

COUNTS = ("units", "on_hand", "in_transit", "allocated", "returned", "defective", "blocked")
"What the newest count found, and how much of it in which state."
BEFORE = ("received_before", "sold_before", "moved_before")
"What came, was sold and moved between the count before and the newest."
FLOWS = ("received", "sold", "moved", "demanded", "sell_in", "sell_through")
"What did since the newest; what the 13 weeks to it had sold; and what came and was sold in the 13 weeks to the day."
MONTHS = ("came_0", "went_0", "came_1", "went_1", "came_2", "went_2")
"What came and was sold in each of the three times thirty days to the day, the oldest first."

stock_position_day = protect(
    network_table(
        "stock_position_day",
        uuid_column("distributor_id"),
        day("day"),
        moment("known_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "day", "distributor_id"),
        comment="Of which days a distributor's positions are kept, and when the last change of its facts became known by"
        " then; NULL where it had none",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("known_at",), delete=True),
)

stock_position = protect(
    network_table(
        "stock_position",
        uuid_column("distributor_id"),
        day("day"),
        uuid_column("product_id"),
        day("counted_on"),
        *(milli(name) for name in COUNTS),
        Column("before_units", BigInteger, nullable=True),
        *(milli(name) for name in (*BEFORE, *FLOWS, *MONTHS)),
        PrimaryKeyConstraint("vendor_id", "day", "distributor_id", "product_id"),
        comment="One product of a distributor at the end of a day, as its facts say; 10⁻³ base units",
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, delete=True),
)
