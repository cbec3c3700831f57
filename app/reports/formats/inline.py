"""How lines that are sent inside the request are read.

Each line is a mapping from field to value: text, a date, an exact number, or a list of serial numbers. They are
written out as text first and go through the same checks as any other report, so the same line means the same however
it was sent.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum

import polars as pl

from app.programme.terms import SubmissionKind
from app.reports.formats.frame import STATED, ReadingRules, ReportFrame
from app.reports.formats.kinds import checked
from app.reports.formats.notation import Notation
from app.reports.formats.text import REPLACED
from app.reports.issues import Issue, IssueCode

_SURROGATES = re.compile("[\ud800-\udfff]")
_PLAIN_EXPONENT = 30
"""A decimal with more zeros than this is written with its exponent, and then is no number of ours."""


def read_inline(lines: Sequence[Mapping[str, object]], rules: ReadingRules) -> ReportFrame:
    """The report in these lines. Fields are named as in the canonical header, or in camel case. Nothing raises."""
    stated = {} if rules.kind is SubmissionKind.INVENTORY else STATED
    known = {name.replace("_", ""): name for name in rules.fields} | stated
    rows: list[dict[str, str | None]] = []
    issues: list[Issue] = []
    for row, line in enumerate(lines, 1):
        texts: dict[str, str | None] = {}
        for key, value in line.items():
            name = known.get(str(key).replace("_", "").lower())
            if name is None:
                issues.append(Issue(row, None, IssueCode.UNKNOWN_COLUMN, _storable(str(key))))
            else:
                texts[name] = _text(value)
        rows.append(texts)
    further = sorted({name for name in stated.values() if any(name in texts for texts in rows)})
    names = (*rules.columns, *further)
    columns: dict[str, list[str | None]] = {name: [texts.get(name) for texts in rows] for name in names}
    received = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String())).select(
        pl.int_range(1, pl.len() + 1).alias("row"),
        pl.format("lines[{}]", pl.int_range(pl.len())).alias("source"),
        pl.all(),
    )
    checked_rows, all_issues = checked(received, rules, Notation(), issues)
    return ReportFrame(checked_rows, all_issues)


def _text(value: object) -> str | None:
    """The value as it would stand in a CSV file."""
    match value:
        case None:
            return None
        case Enum():
            return _text(value.value)
        case date():
            return str(value)
        case Decimal():
            return _decimal(value)
        case list() | tuple():
            return "|".join(part for item in value if (part := _text(item)))
        case _:
            return _storable(str(value))


def _decimal(value: Decimal) -> str:
    plain = value.is_finite() and abs(value.adjusted()) <= _PLAIN_EXPONENT
    return format(value, "f") if plain else str(value)


def _storable(text: str) -> str:
    """Without NULs, and with halves of characters replaced: neither can be kept as text."""
    return _SURROGATES.sub(REPLACED, text.replace("\0", ""))
