"""Sell-out: what a reseller sold to end customers, as it reports it itself, and its sums by month.

It stands under no agreement. A report of it, and every line, is its reseller's; the vendor reads what was sold where and
when, in units: who bought it, at what price, on which document and with which serial numbers is between the reseller and
its customer. No distributor reads anything of it. `currency` is that of the row: `XXX`, which ISO 4217 has for none, where
it names none.
"""

from sqlalchemy import ARRAY, BigInteger, Column, Index, PrimaryKeyConstraint, Text
from sqlalchemy import text as sql

from app.tables.facts import LIVE, origin_and_standing
from app.tables.metadata import (
    OWN_ORGANIZATION,
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

FOR_RESELLER = OWN_RESELLER
"""Reports of sell-out, and what is of them, are their reseller's own, previews too: nobody else hands them in."""
_HANDED_IN = f"{FOR_RESELLER} AND kind = 'SELL_OUT' AND {OWN_ORGANIZATION}"
REPORTS_OF_RESELLERS = (
    Access(
        DatabaseRole.RESELLER,
        FOR_RESELLER,
        columns=(
            "vendor_id",
            "id",
            "reseller_id",
            "enrollment_id",
            "kind",
            "mode",
            "format",
            "status",
            "period_start",
            "period_end",
            "organization_id",
            "file_id",
            "filename",
            "sha256",
            "byte_size",
            "submitted_by",
            "previewed_by",
            "corrected_lines",
            "received_at",
            "started_at",
            "processed_at",
            "rows_received",
            "rows_accepted",
            "rows_held",
            "rows_rejected",
            "rows_duplicate",
            "rows_conflict",
            "rows_superseded",
            "progress",
            "detected",
            "acknowledgement",
            "failure_code",
            "failure_message",
            "redacted_at",
        ),
        insert=True,
        writing=f"{_HANDED_IN} AND status = 'RECEIVED'",
    ),
    Access(
        DatabaseRole.RESELLER,
        f"{_HANDED_IN} AND status = 'RECEIVED'",
        read=False,
        update=("status",),
        writing=f"{_HANDED_IN} AND status = 'CANCELLED'",
    ),
)
"""What a reseller may do with reports: hand sell-out in, read what it handed in, withdraw it before it is counted."""

sell_out_line = protect(
    network_table(
        "sell_out_line",
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        uuid_column("reseller_id"),
        text("document_kind"),
        text("document_number"),
        text("document_line"),
        text("return_of", nullable=True),
        day("sold_on"),
        uuid_column("product_id"),
        milli("quantity"),
        text("currency"),
        micros("unit_price", nullable=True),
        micros("amount", nullable=True),
        text("sale_type"),
        text("ship_to_country", nullable=True),
        text("end_customer", nullable=True),
        Column("serial_numbers", ARRAY(Text), nullable=True),
        *origin_and_standing(),
        Index(
            "uq_sell_out_line_live",
            "vendor_id",
            "reseller_id",
            "document_number",
            "document_line",
            "document_kind",
            "component",
            unique=True,
            postgresql_where=sql(LIVE),
        ),
        Index(None, "vendor_id", "reseller_id", "counts_on"),
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=(
            "vendor_id",
            "submission_id",
            "row_number",
            "component",
            "reseller_id",
            "sold_on",
            "counts_on",
            "product_id",
            "kit_id",
            "quantity",
            "currency",
            "sale_type",
            "ship_to_country",
            "recorded",
            "replaced",
            "superseded",
        ),
    ),
    Access(DatabaseRole.RESELLER, OWN_RESELLER),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        insert=True,
        update=("replaced", "superseded", "corrected_by", "end_customer"),
    ),
)

sell_out_month = protect(
    network_table(
        "sell_out_month",
        day("month"),
        day("fiscal_month"),
        uuid_column("reseller_id"),
        uuid_column("product_id"),
        text("currency"),
        milli("units"),
        milli("returned_units"),
        Column("lines", BigInteger, nullable=False),
        PrimaryKeyConstraint("vendor_id", "month", "reseller_id", "product_id", "currency", "fiscal_month"),
        Index(None, "vendor_id", "reseller_id", "month"),
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.RESELLER, OWN_RESELLER),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("units", "returned_units", "lines"), delete=True),
)
