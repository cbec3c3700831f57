"""What lies in a distributor's warehouses, as it was counted, and what moved there beside purchases and sales.

A count says what was there at the end of a day; a later one of another day leaves it standing, so that the stock of any day
can be told. Facts are named by the report and row they came from and carry the knowledge that brought and ended them, as
lines of sales do; a row that went back to being held (`corrected_by` is its own report) and counts again is another fact.

What is said of a period that is closed counts from the first open day on (`counts_on`; NULL where it counts on its own day),
and what it takes the place of goes on counting in the closed days (`counts_until`): so no figure of them changes.
They say nothing of resellers or end customers: a vendor sees its own network's, a distributor its own, a reseller none.
"""

from functools import partial

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint
from sqlalchemy import text as sql
from sqlalchemy.schema import SchemaItem

from app.programme.terms import StockMovementKind, StockStatus
from app.tables.metadata import (
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    milli,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)
from app.tables.reports import FOR_DISTRIBUTOR, FOR_VENDOR, OF_PREVIEW


def _fact_columns() -> list[SchemaItem]:
    """What a fact of stock says beside its key, where it comes from, and since when it no longer counts."""
    return [
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("warehouse"),
        uuid_column("product_id"),
        text("status"),
        text("lot"),
        milli("quantity"),
        text("product_code"),
        milli("reported_quantity"),
        text("unit", nullable=True),
        text("source", nullable=True),
        uuid_column("product_alias_id", nullable=True),
        text("reference", nullable=True),
        uuid_column("corrected_by", nullable=True),
        text("content_hash"),
        Column("recorded", BigInteger, nullable=False),
        Column("superseded", BigInteger, nullable=True),
        day("counts_on", nullable=True),
        day("counts_until", nullable=True),
        PrimaryKeyConstraint("vendor_id", "submission_id", "row_number", "recorded"),
        CheckConstraint(one_of("status", StockStatus), name="status"),
    ]


_CLOSED_DAYS = partial(Index, postgresql_where=sql("counts_until IS NOT NULL"))
_FACT_ACCESS = (
    Access(DatabaseRole.VENDOR, OWN_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("superseded", "corrected_by", "counts_until")),
)

inventory_count = protect(
    network_table(
        "inventory_count",
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        day("counted_on"),
        *_fact_columns(),
        CheckConstraint("quantity >= 0", name="not_negative"),
        Index(
            "uq_inventory_count_live",
            "vendor_id",
            "distributor_id",
            "warehouse",
            "product_id",
            "status",
            "counted_on",
            "lot",
            unique=True,
            postgresql_where=sql("superseded IS NULL"),
        ),
        Index(
            "ix_inventory_count_position",
            "vendor_id",
            "agreement_id",
            "warehouse",
            "product_id",
            "status",
            "counted_on",
            postgresql_where=sql("superseded IS NULL"),
        ),
        Index(
            "ix_inventory_count_product",
            "vendor_id",
            "agreement_id",
            "product_id",
            "counted_on",
            postgresql_where=sql("superseded IS NULL"),
        ),
        _CLOSED_DAYS("ix_inventory_count_until", "vendor_id", "agreement_id", "product_id", "counted_on"),
        comment="So many base units of a product lay in a warehouse in one state on a day; `lot` is '' where none is named",
    ),
    *_FACT_ACCESS,
)

stock_movement = protect(
    network_table(
        "stock_movement",
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        day("moved_on"),
        text("movement"),
        text("reference_line"),
        *_fact_columns(),
        CheckConstraint(one_of("movement", StockMovementKind), name="movement"),
        CheckConstraint("reference IS NOT NULL", name="has_its_document"),
        Index(
            "uq_stock_movement_live",
            "vendor_id",
            "distributor_id",
            "reference",
            "reference_line",
            unique=True,
            postgresql_where=sql("superseded IS NULL"),
        ),
        Index(None, "vendor_id", "distributor_id", "product_id", "moved_on"),
        Index(
            "ix_stock_movement_ended_by", "vendor_id", "corrected_by", postgresql_where=sql("corrected_by IS NOT NULL")
        ),
        comment="What went into a warehouse (positive) or out of it, by a line of a document of the distributor's",
    ),
    *_FACT_ACCESS,
)

stock_row = protect(
    network_table(
        "stock_row",
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("previewed_by", nullable=True),
        text("warehouse", nullable=True),
        text("status", nullable=True),
        text("movement", nullable=True),
        text("lot", nullable=True),
        text("unit", nullable=True),
        PrimaryKeyConstraint("vendor_id", "submission_id", "row_number"),
        ForeignKeyConstraint(
            ["vendor_id", "submission_id", "row_number"],
            ["report_row.vendor_id", "report_row.submission_id", "report_row.row_number"],
        ),
        ForeignKeyConstraint(
            ["vendor_id", "submission_id", "agreement_id", "distributor_id"],
            [f"submission.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        comment="What a row of an inventory report that did not count at once says beyond its report_row",
    ),
    Access(DatabaseRole.VENDOR, FOR_VENDOR),
    Access(DatabaseRole.DISTRIBUTOR, FOR_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True),
    Access(DatabaseRole.WORKER, OF_PREVIEW, read=False, delete=True),
)
