"""A report of stock in a file, whatever it is written in, under the profile that its sender has for it."""

from app.programme.terms import SubmissionFormat
from app.reports.formats.csv import read_csv
from app.reports.formats.frame import ReadingRules, ReportFrame
from app.reports.formats.invrpt import open_invrpt
from app.reports.formats.profiles import Profile
from app.reports.formats.sales import laid_out
from app.reports.formats.script import Pieces
from app.reports.formats.stock_profiles import (
    DEFAULT_EDIFACT_STOCK,
    DEFAULT_STOCK,
    EdifactStockProfile,
    X12StockProfile,
)
from app.reports.formats.streamed import StreamedReading
from app.reports.formats.x12_846 import open_x12_846
from app.reports.formats.xlsx import open_xlsx


def read_stock(data: bytes, written: SubmissionFormat, rules: ReadingRules, profile: Profile | None) -> ReportFrame:
    """The report in these bytes at once: CSV, or as `open_stock`."""
    if written is SubmissionFormat.CSV:
        return read_csv(data, laid_out(rules, profile))
    return open_stock(lambda: (data,), written, rules, profile).together()


def open_stock(
    pieces: Pieces, written: SubmissionFormat, rules: ReadingRules, profile: Profile | None
) -> StreamedReading:
    """The report in these bytes: XLSX, X12 846 or EDIFACT INVRPT. Raises UnreadableReport.

    A profile for another format than the report's changes nothing.
    """
    match written:
        case SubmissionFormat.XLSX:
            return open_xlsx(pieces, laid_out(rules, profile))
        case SubmissionFormat.X12:
            return open_x12_846(pieces, rules, profile if isinstance(profile, X12StockProfile) else DEFAULT_STOCK)
        case SubmissionFormat.EDIFACT:
            known = profile if isinstance(profile, EdifactStockProfile) else DEFAULT_EDIFACT_STOCK
            return open_invrpt(pieces, rules, known)
        case _:
            raise ValueError(f"a report in {written} is not read here")
