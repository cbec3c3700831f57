"""A report of sales in a file, whatever it is written in, under the profile that its sender has for it."""

from dataclasses import replace

from app.programme.terms import SubmissionFormat
from app.reports.formats.csv import read_csv
from app.reports.formats.edifact import open_slsrpt
from app.reports.formats.frame import ReadingRules, ReportFrame
from app.reports.formats.profiles import (
    DEFAULT,
    DEFAULT_EDIFACT,
    ColumnProfile,
    EdifactProfile,
    Profile,
    X12Profile,
)
from app.reports.formats.script import Pieces
from app.reports.formats.streamed import StreamedReading
from app.reports.formats.x12 import open_x12_867
from app.reports.formats.xlsx import open_xlsx


def laid_out(rules: ReadingRules, profile: Profile | None) -> ReadingRules:
    """The rules with the sender's profile of a table, where it is one."""
    return replace(rules, layout=profile) if isinstance(profile, ColumnProfile) else rules


def read_sales(data: bytes, written: SubmissionFormat, rules: ReadingRules, profile: Profile | None) -> ReportFrame:
    """The report in these bytes at once: CSV, or as `open_sales`."""
    if written is SubmissionFormat.CSV:
        return read_csv(data, laid_out(rules, profile))
    return open_sales(lambda: (data,), written, rules, profile).together()


def open_sales(
    pieces: Pieces, written: SubmissionFormat, rules: ReadingRules, profile: Profile | None
) -> StreamedReading:
    """The report in these bytes: XLSX, X12 867 or EDIFACT SLSRPT. Raises UnreadableReport.

    A profile for another format than the report's changes nothing.
    """
    match written:
        case SubmissionFormat.XLSX:
            return open_xlsx(pieces, laid_out(rules, profile))
        case SubmissionFormat.X12:
            return open_x12_867(pieces, rules, profile if isinstance(profile, X12Profile) else DEFAULT)
        case SubmissionFormat.EDIFACT:
            return open_slsrpt(pieces, rules, profile if isinstance(profile, EdifactProfile) else DEFAULT_EDIFACT)
        case _:
            raise ValueError(f"a report in {written} is not read here")
