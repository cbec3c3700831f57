"""Reports as they were received, and what became of their rows.

A level role may only hand a report in; everything that follows from it is written by `worker`. What the agreement does
not disclose stands in columns that the vendor's role is not granted; beside them stand the disclosed copies, which are
null where nothing is disclosed. A row that counted is a line (facts.py); every other row is kept here with its outcome.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from app.programme.terms import Outcome, SubmissionFormat, SubmissionKind, SubmissionMode, SubmissionStatus
from app.tables.metadata import (
    EVERY_ROW,
    OWN_DISTRIBUTOR,
    OWN_VENDOR,
    Access,
    DatabaseRole,
    day,
    micros,
    milli,
    moment,
    network_table,
    one_of,
    protect,
    text,
    uuid_column,
)


def received_columns() -> list[Column[object]]:
    """What a row says, typed; null where the row does not say it or could not be read."""
    return [
        text("source", nullable=True),
        text("document_kind", nullable=True),
        text("document_number", nullable=True),
        text("document_line", nullable=True),
        Column("line_given", Boolean, nullable=False),
        text("return_of", nullable=True),
        day("sold_on", nullable=True),
        text("product_code", nullable=True),
        text("reseller_account", nullable=True),
        milli("quantity", nullable=True),
        text("unit", nullable=True),
        micros("unit_price", nullable=True),
        micros("amount", nullable=True),
        text("currency", nullable=True),
        text("sale_type", nullable=True),
        text("ship_to_country", nullable=True),
        text("end_customer", nullable=True),
        text("special_price_number", nullable=True),
        Column("serial_numbers", ARRAY(Text), nullable=True),
        text("content_hash", nullable=True),
        text("received"),
    ]


submission = protect(
    network_table(
        "submission",
        uuid_column("id"),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        Column("received_order", BigInteger, Identity(always=True), nullable=False),
        text("kind"),
        text("mode"),
        text("format"),
        text("status"),
        day("period_start"),
        day("period_end"),
        uuid_column("organization_id"),
        uuid_column("file_id"),
        text("filename"),
        text("sha256"),
        Column("byte_size", BigInteger, nullable=False),
        text("submitted_by"),
        moment("received_at"),
        moment("started_at", nullable=True),
        moment("processed_at", nullable=True),
        Column("rows_received", BigInteger, nullable=False),
        Column("rows_accepted", BigInteger, nullable=False),
        Column("rows_held", BigInteger, nullable=False),
        Column("rows_rejected", BigInteger, nullable=False),
        Column("rows_duplicate", BigInteger, nullable=False),
        Column("rows_conflict", BigInteger, nullable=False),
        Column("detected", JSONB, nullable=True),
        text("acknowledgement", nullable=True),
        text("failure_code", nullable=True),
        text("failure_message", nullable=True),
        PrimaryKeyConstraint("vendor_id", "id"),
        UniqueConstraint("vendor_id", "id", "agreement_id", "distributor_id"),
        ForeignKeyConstraint(
            ["vendor_id", "agreement_id", "distributor_id"],
            ["agreement.vendor_id", "agreement.id", "agreement.distributor_id"],
        ),
        ForeignKeyConstraint(["organization_id", "file_id"], ["report_file.organization_id", "report_file.id"]),
        CheckConstraint(one_of("kind", SubmissionKind), name="kind"),
        CheckConstraint(one_of("mode", SubmissionMode), name="mode"),
        CheckConstraint(one_of("format", SubmissionFormat), name="format"),
        CheckConstraint(one_of("status", SubmissionStatus), name="status"),
        CheckConstraint("period_end > period_start", name="ends_after_it_starts"),
        CheckConstraint(
            "status <> 'PROCESSED' OR rows_received = "
            "rows_accepted + rows_held + rows_rejected + rows_duplicate + rows_conflict",
            name="no_row_vanishes",
        ),
        Index(None, "vendor_id", "agreement_id", "received_order"),
        Index(
            "ix_submission_waiting",
            "vendor_id",
            "agreement_id",
            "received_order",
            postgresql_where=sql("status IN ('RECEIVED', 'PROCESSING')"),
        ),
    ),
    Access(DatabaseRole.VENDOR, OWN_VENDOR, insert=True, writing=f"{OWN_VENDOR} AND kind = 'SELL_IN'"),
    Access(
        DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR, insert=True, writing=f"{OWN_DISTRIBUTOR} AND kind = 'SELL_THROUGH'"
    ),
    Access(
        DatabaseRole.WORKER,
        OWN_VENDOR,
        update=(
            "status",
            "started_at",
            "processed_at",
            "rows_received",
            "rows_accepted",
            "rows_held",
            "rows_rejected",
            "rows_duplicate",
            "rows_conflict",
            "detected",
            "acknowledgement",
            "failure_code",
            "failure_message",
        ),
    ),
)

staging_row = protect(
    network_table(
        "staging_row",
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        *received_columns(),
        Column("rejected", Boolean, nullable=False),
        PrimaryKeyConstraint("vendor_id", "submission_id", "row_number"),
        prefixes=["UNLOGGED"],
        comment="Rows of the report that is being counted; emptied before its transaction ends",
        info={"staging": True},
    ),
    Access(DatabaseRole.WORKER, EVERY_ROW, insert=True, delete=True),
)

staging_issue = protect(
    network_table(
        "staging_issue",
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        Column("position", Integer, nullable=False),
        text("field", nullable=True),
        text("code"),
        text("severity"),
        text("value", nullable=True),
        text("disclosed_value", nullable=True),
        PrimaryKeyConstraint("vendor_id", "submission_id", "row_number", "position"),
        prefixes=["UNLOGGED"],
        comment="What the reader found in the report that is being counted; emptied before its transaction ends",
        info={"staging": True},
    ),
    Access(DatabaseRole.WORKER, EVERY_ROW, insert=True, delete=True),
)

report_row = protect(
    network_table(
        "report_row",
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("kind"),
        text("outcome"),
        Column("waits_for", ARRAY(Text), nullable=False),
        *received_columns(),
        text("disclosed_received", nullable=True),
        moment("settled_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "submission_id", "row_number"),
        ForeignKeyConstraint(
            ["vendor_id", "submission_id", "agreement_id", "distributor_id"],
            [f"submission.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        CheckConstraint(one_of("outcome", Outcome), name="outcome"),
        Index(
            "ix_report_row_held_product",
            "vendor_id",
            "agreement_id",
            "product_code",
            postgresql_where=sql("outcome = 'HELD'"),
        ),
        Index(
            "ix_report_row_held_account",
            "vendor_id",
            "agreement_id",
            "reseller_account",
            postgresql_where=sql("outcome = 'HELD'"),
        ),
        Index(
            "ix_report_row_held_document",
            "vendor_id",
            "distributor_id",
            "document_number",
            "document_line",
            postgresql_where=sql("outcome = 'HELD'"),
        ),
        comment="Every row that did not count at once, with what it said; a released row's outcome becomes ACCEPTED",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=(
            "vendor_id",
            "submission_id",
            "row_number",
            "agreement_id",
            "distributor_id",
            "kind",
            "outcome",
            "source",
            "document_kind",
            "document_number",
            "document_line",
            "sold_on",
            "product_code",
            "quantity",
            "currency",
            "disclosed_received",
            "settled_at",
        ),
    ),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("outcome", "waits_for", "settled_at")),
)

submission_issue = protect(
    network_table(
        "submission_issue",
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        Column("position", Integer, nullable=False),
        uuid_column("agreement_id"),
        uuid_column("distributor_id"),
        text("field", nullable=True),
        text("code"),
        text("severity"),
        text("value", nullable=True),
        text("disclosed_value", nullable=True),
        moment("settled_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "submission_id", "row_number", "position"),
        ForeignKeyConstraint(
            ["vendor_id", "submission_id", "agreement_id", "distributor_id"],
            [f"submission.{c}" for c in ("vendor_id", "id", "agreement_id", "distributor_id")],
        ),
        comment="Row 0 speaks of the report as a whole",
    ),
    Access(
        DatabaseRole.VENDOR,
        OWN_VENDOR,
        columns=(
            "vendor_id",
            "submission_id",
            "row_number",
            "position",
            "agreement_id",
            "distributor_id",
            "field",
            "code",
            "severity",
            "disclosed_value",
            "settled_at",
        ),
    ),
    Access(DatabaseRole.DISTRIBUTOR, OWN_DISTRIBUTOR),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("settled_at",)),
)
