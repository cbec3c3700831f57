"""The figures that one transaction keeps beside the facts, each the sum of facts that can be shown.

Months know distributor, reseller and product; beside them stand months without products, days without resellers, and what
each report changed. A resale price is what the reseller paid: its own, the distributor's, and the vendor's where the
agreement discloses it. A book value is the distributor's cost: no reseller's.
"""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Table

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
    of_owned_submission,
    owned,
    protect,
    text,
    uuid_column,
)
from app.tables.reports import FOR_DISTRIBUTOR, FOR_VENDOR, OF_PREVIEW
from app.tables.sell_out import FOR_RESELLER

_ROOM_TO_CHANGE = {"fillfactor": 50}
"""A report changes most figures of its month: where a page has room for what takes their place, no index changes, which
takes a quarter of the time."""
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
        postgresql_with=_ROOM_TO_CHANGE,
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
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=_MEASURES, delete=True, analyze=True),
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
        postgresql_with=_ROOM_TO_CHANGE,
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

sell_through_reseller_day = protect(
    network_table(
        "sell_through_reseller_day",
        day("day"),
        uuid_column("distributor_id"),
        uuid_column("reseller_id"),
        uuid_column("agreement_id"),
        uuid_column("disclosed_reseller_id"),
        milli("units"),
        milli("returned_units"),
        Column("lines", BigInteger, nullable=False),
        PrimaryKeyConstraint(
            "vendor_id", "distributor_id", "day", "reseller_id", "agreement_id", "disclosed_reseller_id"
        ),
        comment="What one distributor sold to one reseller on a day under an agreement, whatever the products: who is"
        " active in the ninety days to any day is read here",
        postgresql_with=_ROOM_TO_CHANGE,
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=(
            "vendor_id",
            "day",
            "distributor_id",
            "agreement_id",
            "disclosed_reseller_id",
            "units",
            "returned_units",
            "lines",
        ),
    ),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("units", "returned_units", "lines")),
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
        postgresql_with=_ROOM_TO_CHANGE,
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
        postgresql_with=_ROOM_TO_CHANGE,
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("units", "lines", "amount"), analyze=True),
)


def _serials(name: str, comment: str) -> Table:
    """Where units with serial numbers went. The worker alone reads it: no distributor may know this of another."""
    return protect(
        network_table(
            name,
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
            comment=comment,
        ),
        Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
    )


serial_movement = _serials(
    "serial_movement",
    "1 for each unit that a line sold, −1 for each that came back or whose line counts no more: whose sum is above 1"
    " was sold twice",
)
serial_delivery = _serials(
    "serial_delivery",
    "1 for each unit that the vendor sold in to a distributor, −1 for each that it took back or whose line counts no more",
)

submission_effect = protect(
    network_table(
        "submission_effect",
        uuid_column("submission_id"),
        *owned(),
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
        *of_owned_submission(),
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
    Access(DatabaseRole.RESELLER, FOR_RESELLER),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        insert=True,
        update=("units", "returned_units", "lines", "resale_amount", "disclosed_resale_amount", "book_amount"),
    ),
    Access(DatabaseRole.WORKER, OF_PREVIEW, read=False, delete=True),
)

submission_money_effect = protect(
    network_table(
        "submission_money_effect",
        uuid_column("submission_id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        uuid_column("term_id"),
        uuid_column("term_agreement_id"),
        uuid_column("term_distributor_id"),
        day("period_start"),
        day("period_end"),
        text("currency"),
        text("previewed_by", nullable=True),
        Column("qualifying_before", BigInteger, nullable=False),
        Column("qualifying_after", BigInteger, nullable=False),
        Column("paying_before", BigInteger, nullable=False),
        Column("paying_after", BigInteger, nullable=False),
        Column("earned_before", BigInteger, nullable=False),
        Column("earned_after", BigInteger, nullable=False),
        PrimaryKeyConstraint("vendor_id", "submission_id", "term_id", "period_start"),
        ForeignKeyConstraint(
            ["vendor_id", "submission_id", "agreement_id", "distributor_id"],
            [f"submission.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        ForeignKeyConstraint(
            ["vendor_id", "term_id", "term_agreement_id", "term_distributor_id"],
            [f"incentive_term.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        comment="What counting a report changed in what a term has earned in a pay period, or would change where it is a"
        " preview. Where affiliates' volumes are added up, a report changes what others earn: the vendor alone reads that."
        " Measures and amounts as in accrual",
    ),
    Access(DatabaseRole.VENDOR, FOR_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, f"{FOR_DISTRIBUTOR} AND term_distributor_id = distributor_id"),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
    Access(DatabaseRole.WORKER, OF_PREVIEW, read=False, delete=True),
)
