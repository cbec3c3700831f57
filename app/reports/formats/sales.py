"""A report of sales in a file, whatever it is written in, under the profile that its sender has for it."""

from dataclasses import replace

from app.programme.terms import SubmissionFormat
from app.reports.formats.csv import read_csv
from app.reports.formats.edifact import read_slsrpt
from app.reports.formats.frame import ReadingRules, ReportFrame
from app.reports.formats.profiles import (
    DEFAULT,
    DEFAULT_EDIFACT,
    ColumnProfile,
    EdifactProfile,
    Profile,
    X12Profile,
)
from app.reports.formats.x12 import read_x12_867
from app.reports.formats.xlsx import read_xlsx


def laid_out(rules: ReadingRules, profile: Profile | None) -> ReadingRules:
    """The rules with the sender's profile of a table, where it is one."""
    return replace(rules, layout=profile) if isinstance(profile, ColumnProfile) else rules


def read_sales(data: bytes, written: SubmissionFormat, rules: ReadingRules, profile: Profile | None) -> ReportFrame:
    """The report in these bytes: CSV, XLSX, X12 867 or EDIFACT SLSRPT. Raises UnreadableReport.

    A profile for another format than the report's changes nothing.
    """
    match written:
        case SubmissionFormat.XLSX:
            return read_xlsx(data, laid_out(rules, profile))
        case SubmissionFormat.X12:
            return read_x12_867(data, rules, profile if isinstance(profile, X12Profile) else DEFAULT)
        case SubmissionFormat.EDIFACT:
            return read_slsrpt(data, rules, profile if isinstance(profile, EdifactProfile) else DEFAULT_EDIFACT)
        case _:
            return read_csv(data, laid_out(rules, profile))
