"""EDIFACT sales reports for tests: a sale, what it is put into, and how it is read."""

from datetime import date

import pytest

from app.programme.terms import SubmissionKind
from app.reports.formats import (
    DEFAULT_EDIFACT,
    EdifactProfile,
    IssueCode,
    ReadingRules,
    ReportFrame,
    UnreadableReport,
    read_slsrpt,
)

RULES = ReadingRules(SubmissionKind.SELL_THROUGH, date(2026, 1, 31), "EUR")
HEAD = ["BGM+73E+1+9", "DTM+137:20260105:102", "NAD+BY+DISTY::92", "CUX+2:EUR:9"]
SALE = [
    "LIN+1++4006381333931:EN",
    "PIA+1+P1:SA",
    "RFF+IV:INV-1:1",
    "DTM+3:20260104:102",
    "PRI+AAA:21.50::NTP:1:PCE",
    "QTY+153:10:PCE",
    "NAD+BY+10045::92++ALPHA+++++PT",
]


def interchange(*segments: str, trailer: bool = True, header: str = "SLSRPT:D:96A:UN", reference: str = "1") -> str:
    """One message with these segments in an envelope that tells the truth."""
    end = [f"UNT+{len(segments) + 2}+{reference}", "UNZ+1+77"] if trailer else []
    begin = ["UNB+UNOC:3+DISTY+VENDOR+260105:0900+77", f"UNH+{reference}+{header}"]
    return "".join(f"{segment}'" for segment in [*begin, *segments, *end])


def read(*segments: str, profile: EdifactProfile = DEFAULT_EDIFACT, trailer: bool = True) -> ReportFrame:
    return read_slsrpt(interchange(*HEAD, *segments, trailer=trailer).encode(), RULES, profile)


def changed(*changes: tuple[str, str]) -> list[str]:
    """A sale, with segments that begin as the first of each pair replaced by the second; '' leaves the segment out."""
    segments = SALE
    for begin, instead in changes:
        segments = [instead if segment.startswith(begin) else segment for segment in segments]
    return [segment for segment in segments if segment]


def codes(frame: ReportFrame, row: int) -> list[IssueCode]:
    return [issue.code for issue in frame.found() if issue.row == row]


def refusal(text: str | bytes) -> UnreadableReport:
    with pytest.raises(UnreadableReport) as refused:
        read_slsrpt(text.encode() if isinstance(text, str) else text, RULES)
    return refused.value
