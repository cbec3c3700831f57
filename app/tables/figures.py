"""The figures that one transaction keeps beside the facts, each the sum of facts that can be shown.

Months know distributor, reseller and product; beside them stand months without products, days without resellers, and what
each report changed. A resale price is what the reseller paid: its own, the distributor's, and the vendor's where the
agreement discloses it. A book value is the distributor's cost: no reseller's.
"""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint

from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_RESELLER,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    micros,
    milli,
    network_table,
    protect,
    text,
    uuid_column,
)
from app.tables.reports import FOR_DISTRIBUTOR, FOR_VENDOR, OF_PREVIEW

_MEASURES = ("units", "returned_units", "lines", "resale_amount", "disclosed_resale_amount", "book_amount")

sell_through_month = protect(
    network_table(
        "sell_through_month",
        day("month"),
        day("fiscal_month"),
        uuid_column("distributor_id"),
        uuid_column("reseller_id"),
        uuid_column("product_id"),
        text("currency"),
        text("book_currency"),
        uuid_column("disclosed_reseller_id"),
        milli("units"),
        milli("returned_units"),
        Column("lines", BigInteger, nullable=False),
        micros("resale_amount"),
        micros("disclosed_resale_amount"),
        micros("book_amount"),
        PrimaryKeyConstraint(
            "vendor_id",
            "month",
            "distributor_id",
            "reseller_id",
            "product_id",
            "currency",
            "book_currency",
            "disclosed_reseller_id",
            "fiscal_month",
        ),
        Index(None, "vendor_id", "reseller_id", "month"),
        Index(None, "vendor_id", "disclosed_reseller_id", "month"),
        Index(None, "vendor_id", "distributor_id", "month"),
        comment="`currency` and `book_currency` are '' where a line has no resale price or no book price; what one agreement"
        " discloses of a reseller and another does not stands in two rows, and so does what lies in one calendar month and"
        " in two of the vendor's fiscal months",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=(
            "vendor_id",
            "month",
            "fiscal_month",
            "distributor_id",
            "disclosed_reseller_id",
            "product_id",
            "currency",
            "book_currency",
            "units",
            "returned_units",
            "lines",
            "disclosed_resale_amount",
            "book_amount",
        ),
    ),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(
        DatabaseRole.RESELLER,
        OWN_RESELLER,
        columns=(
            "vendor_id",
            "month",
            "fiscal_month",
            "distributor_id",
            "reseller_id",
            "product_id",
            "currency",
            "units",
            "returned_units",
            "lines",
            "resale_amount",
        ),
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=_MEASURES, delete=True),
)

sell_through_reseller_month = protect(
    network_table(
        "sell_through_reseller_month",
        day("month"),
        uuid_column("distributor_id"),
        uuid_column("reseller_id"),
        text("currency"),
        text("book_currency"),
        uuid_column("disclosed_reseller_id"),
        milli("units"),
        milli("returned_units"),
        Column("lines", BigInteger, nullable=False),
        micros("resale_amount"),
        micros("disclosed_resale_amount"),
        micros("book_amount"),
        PrimaryKeyConstraint(
            "vendor_id",
            "month",
            "distributor_id",
            "reseller_id",
            "currency",
            "book_currency",
            "disclosed_reseller_id",
        ),
        Index(None, "vendor_id", "reseller_id", "month"),
        Index(None, "vendor_id", "disclosed_reseller_id", "month"),
        comment="What one distributor sold to one reseller in a calendar month, whatever the products:"
        " sell_through_month added up",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=(
            "vendor_id",
            "month",
            "distributor_id",
            "disclosed_reseller_id",
            "currency",
            "book_currency",
            "units",
            "returned_units",
            "lines",
            "disclosed_resale_amount",
            "book_amount",
        ),
    ),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(
        DatabaseRole.RESELLER,
        OWN_RESELLER,
        columns=(
            "vendor_id",
            "month",
            "distributor_id",
            "reseller_id",
            "currency",
            "units",
            "returned_units",
            "lines",
            "resale_amount",
        ),
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=_MEASURES),
)

sell_through_day = protect(
    network_table(
        "sell_through_day",
        day("day"),
        uuid_column("distributor_id"),
        uuid_column("product_id"),
        text("currency"),
        text("book_currency"),
        milli("units"),
        milli("returned_units"),
        Column("lines", BigInteger, nullable=False),
        micros("resale_amount"),
        micros("disclosed_resale_amount"),
        micros("book_amount"),
        PrimaryKeyConstraint("vendor_id", "day", "distributor_id", "product_id", "currency", "book_currency"),
        Index(None, "vendor_id", "distributor_id", "day"),
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=(
            "vendor_id",
            "day",
            "distributor_id",
            "product_id",
            "currency",
            "book_currency",
            "units",
            "returned_units",
            "lines",
            "disclosed_resale_amount",
            "book_amount",
        ),
    ),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=_MEASURES),
)

sell_in_day = protect(
    network_table(
        "sell_in_day",
        day("day"),
        uuid_column("distributor_id"),
        uuid_column("product_id"),
        text("currency"),
        milli("units"),
        Column("lines", BigInteger, nullable=False),
        micros("amount"),
        PrimaryKeyConstraint("vendor_id", "day", "distributor_id", "product_id", "currency"),
        Index(None, "vendor_id", "distributor_id", "day"),
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("units", "lines", "amount")),
)

serial_movement = protect(
    network_table(
        "serial_movement",
        text("serial"),
        uuid_column("distributor_id"),
        uuid_column("product_id"),
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        Column("component", Integer, nullable=False),
        Column("recorded", BigInteger, nullable=False),
        Column("direction", Integer, nullable=False),
        PrimaryKeyConstraint(
            "vendor_id", "serial", "product_id", "submission_id", "row_number", "component", "recorded", "direction"
        ),
        comment="1 for each unit that a line sold, −1 for each that came back or whose line counts no more: whose sum is"
        " above 1 was sold twice",
    ),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
)

submission_effect = protect(
    network_table(
        "submission_effect",
        uuid_column("submission_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        day("month"),
        uuid_column("product_id"),
        text("currency"),
        text("book_currency"),
        text("previewed_by", nullable=True),
        milli("units"),
        milli("returned_units"),
        Column("lines", BigInteger, nullable=False),
        micros("resale_amount"),
        micros("disclosed_resale_amount"),
        micros("book_amount"),
        PrimaryKeyConstraint("vendor_id", "submission_id", "month", "product_id", "currency", "book_currency"),
        ForeignKeyConstraint(
            ["vendor_id", "submission_id", "agreement_id", "distributor_id"],
            [f"submission.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        comment="What counting a report changed in the figures of each month, or would change where it is a preview",
    ),
    Access(
        DatabaseRole.VENDOR,
        FOR_VENDOR,
        columns=(
            "vendor_id",
            "submission_id",
            "agreement_id",
            "distributor_id",
            "month",
            "product_id",
            "currency",
            "book_currency",
            "previewed_by",
            "units",
            "returned_units",
            "lines",
            "disclosed_resale_amount",
            "book_amount",
        ),
    ),
    Access(DatabaseRole.DISTRIBUTOR, FOR_DISTRIBUTOR),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        insert=True,
        update=("units", "returned_units", "lines", "resale_amount", "disclosed_resale_amount", "book_amount"),
    ),
    Access(DatabaseRole.WORKER, OF_PREVIEW, read=False, delete=True),
)
