"""The readers of reports: bytes or lines in, one frame of rows with all of their issues out. No database, no clock."""

from app.reports.formats.csv import read_csv
from app.reports.formats.edifact import read_slsrpt
from app.reports.formats.frame import FIELDS, ISSUES, ROWS, ReadingRules, ReportFrame
from app.reports.formats.inline import read_inline
from app.reports.formats.invrpt import read_invrpt
from app.reports.formats.profiles import DEFAULT, DEFAULT_EDIFACT, EdifactProfile, PartyPlace, X12Profile
from app.reports.formats.text import format_of
from app.reports.formats.x12 import read_x12_867
from app.reports.formats.x12_846 import read_x12_846
from app.reports.formats.xlsx import read_xlsx
from app.reports.issues import FailureCode, Issue, IssueCode, Severity, UnreadableReport

__all__ = [
    "DEFAULT",
    "DEFAULT_EDIFACT",
    "FIELDS",
    "ISSUES",
    "ROWS",
    "EdifactProfile",
    "FailureCode",
    "Issue",
    "IssueCode",
    "PartyPlace",
    "ReadingRules",
    "ReportFrame",
    "Severity",
    "UnreadableReport",
    "X12Profile",
    "format_of",
    "read_csv",
    "read_inline",
    "read_invrpt",
    "read_slsrpt",
    "read_x12_846",
    "read_x12_867",
    "read_xlsx",
]
