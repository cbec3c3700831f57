"""How a sample would be read under a profile: its first rows with their values, and everything there is to say of them.

Only reading is tried: whether a product or an account is known, and what was reported before, shows when the report is
handed in.
"""

from typing import NamedTuple

import polars as pl

from app.programme.terms import SubmissionKind
from app.reports.formats import Issue, IssueCode, ReadingRules
from app.reports.formats.profiles import Profile
from app.reports.formats.sales import read_sales
from app.reports.formats.stock_files import read_stock
from app.reports.profiles.samples import Sample

MOST_ROWS = 50
MOST_ISSUES = 250
"Rows, and issues of each row and of the whole, that a preview shows."


class Preview(NamedTuple):
    """The first rows of a sample as they would be read; the issues of each, and under 0 those of the whole."""

    rows: pl.DataFrame
    received: list[str]
    issues: dict[int, list[Issue]]
    read: int
    rejected: int
    detected: dict[str, object]


def previewed(sample: Sample, rules: ReadingRules, profile: Profile | None) -> Preview:
    """The sample read under this profile, or without one. Raises UnreadableReport where nothing of it can be read."""
    read = read_stock if rules.kind is SubmissionKind.INVENTORY else read_sales
    frame = read(sample.data, sample.format, rules, profile)
    shown = frame.rows.head(MOST_ROWS)
    found = frame.issues.filter(pl.col("row") <= shown.height).rows()
    issues: dict[int, list[Issue]] = {}
    for row, name, code, value in found:
        told = issues.setdefault(row, [])
        if len(told) < MOST_ISSUES:
            told.append(Issue(row, name, IssueCode(code), value))
    return Preview(
        rows=shown,
        received=frame.received_as_json().head(MOST_ROWS).to_list(),
        issues=issues,
        read=frame.rows.height,
        rejected=int(frame.rows.get_column("rejected").sum()),
        detected=frame.detected,
    )
