"""The rows of an inventory report as they are staged."""

from uuid import UUID

import polars as pl

from app.reports.formats import ReportFrame
from app.reports.stock.placing.queries import STAGED_COLUMNS


def staged_rows(report: ReportFrame, submission_id: UUID) -> bytes:
    """The rows in the order of STAGED_COLUMNS as COPY takes them; empty text stays apart from nothing."""
    frame = report.rows.with_columns(
        pl.lit(str(submission_id)).alias("submission_id"),
        pl.col("row").alias("row_number"),
        pl.col("quantity_milli").alias("quantity"),
        report.received_as_json().alias("received"),
    ).select(STAGED_COLUMNS)
    return frame.write_csv(include_header=False, quote_style="non_numeric", null_value="").encode()
