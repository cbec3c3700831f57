"""What is wrong with the rows of reports, each issue by itself, and when it was settled."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, PrimaryKeyConstraint
from sqlalchemy import text as sql

from app.tables.metadata import (
    OWN_VENDOR,
    Access,
    DatabaseRole,
    moment,
    network_table,
    of_owned_submission,
    owned,
    protect,
    text,
    uuid_column,
)
from app.tables.reports import FOR_DISTRIBUTOR, FOR_VENDOR, OF_PREVIEW
from app.tables.sell_out import FOR_RESELLER

_OF_WHAT_IS_DISCLOSED = f"{FOR_VENDOR} AND disclosed"
"""An issue of a field that the agreement does not disclose is nothing to the vendor: that it is there tells of the value."""

submission_issue = protect(
    network_table(
        "submission_issue",
        uuid_column("submission_id"),
        Column("row_number", BigInteger, nullable=False),
        Column("position", Integer, nullable=False),
        *owned(),
        text("field", nullable=True),
        text("code"),
        text("severity"),
        text("value", nullable=True),
        text("disclosed_value", nullable=True),
        Column("disclosed", Boolean, nullable=False, server_default=sql("false")),
        text("previewed_by", nullable=True),
        moment("settled_at", nullable=True),
        PrimaryKeyConstraint("vendor_id", "submission_id", "row_number", "position"),
        *of_owned_submission(),
        postgresql_with={"fillfactor": 50},  # room to settle issues where they stand, without new index entries
        comment="Row 0 speaks of the report as a whole",
    ),
    Access(
        DatabaseRole.VENDOR,
        _OF_WHAT_IS_DISCLOSED,
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
            "disclosed",
            "previewed_by",
            "settled_at",
        ),
    ),
    Access(DatabaseRole.DISTRIBUTOR, FOR_DISTRIBUTOR),
    Access(DatabaseRole.RESELLER, FOR_RESELLER),
    Access(DatabaseRole.WORKER, OWN_VENDOR, insert=True, update=("settled_at", "value", "disclosed_value")),
    Access(DatabaseRole.WORKER, OF_PREVIEW, read=False, delete=True),
)
