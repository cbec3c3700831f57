"""How the header of a report names its columns, in a text file or in a workbook.

Columns are recognised by their canonical name, in any order, whatever their case and spacing. A column that is not
known is kept but not read, and said so. A header that names no known column, lacks a mandatory one, names one twice or
is too wide is refused as a whole.
"""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

import polars as pl

from app.programme.terms import SubmissionKind
from app.reports.formats.frame import FIELDS, ReadingRules
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

MOST_COLUMNS = 500
"""A wider report is none of ours; it is refused, not cut."""

_SYNONYMS: dict[SubmissionKind, dict[str, str]] = {SubmissionKind.SELL_IN: {"invoicedon": "sold_on"}}


class Columns(NamedTuple):
    """The names in a header as they stand there, and which canonical field each of them is."""

    names: list[str]
    fields: list[str | None]

    @property
    def labels(self) -> list[str]:
        """The names, or the number of a column that has none."""
        return [name or f"column {i}" for i, name in enumerate(self.names, 1)]


def columns_of(names: Sequence[str], rules: ReadingRules) -> Columns:
    """The columns that these names stand for in a report of this kind."""
    known = {field.replace("_", ""): field for field in rules.fields} | _SYNONYMS.get(rules.kind, {})
    tidy = [name.strip().strip("\ufeff").strip() for name in names]
    return Columns(tidy, [known.get(_squeezed(name)) for name in tidy])


def refuse_unusable(columns: Columns, first: str, rules: ReadingRules) -> None:
    """Raises UnreadableReport where no report can be read under these columns. `first` is the header as it stands."""
    present = [name for name in columns.fields if name]
    if len(columns.names) > MOST_COLUMNS:
        raise UnreadableReport(
            FailureCode.TOO_MANY_COLUMNS,
            f"The header has {len(columns.names)} columns; at most {MOST_COLUMNS} are read.",
        )
    if not present:
        raise UnreadableReport(
            FailureCode.HEADER_MISSING,
            f"The first line, “{first[:120]}”, names no known column. Begin with the header {','.join(rules.fields)}.",
        )
    missing = [name for name in FIELDS if name in rules.required and name not in present]
    if missing:
        told = "; ".join(_missing(name, columns) for name in missing)
        raise UnreadableReport(FailureCode.COLUMN_MISSING, f"The header lacks mandatory columns: {told}.")
    repeated = sorted({name for name in present if present.count(name) > 1})
    if repeated:
        raise UnreadableReport(
            FailureCode.COLUMN_REPEATED,
            f"The header names {', '.join(repeated)} more than once. Keep one column of each.",
        )


def under_their_fields(columns: Columns, taken: Sequence[str] = ()) -> list[pl.Expr]:
    """The cells `c0`, `c1` … under the names of their fields, then those that are not read under the names they came with.

    A name that is `taken`, by a field or by what else a reader keeps, gets a number.
    """
    by_field = {field: f"c{i}" for i, field in enumerate(columns.fields) if field}
    canonical = [pl.col(by_field[name]).alias(name) if name in by_field else _nothing(name) for name in FIELDS]
    used = {*FIELDS, "row", "source", *taken}
    further = [
        pl.col(f"c{i}").alias(_unused(label, used))
        for i, (label, field) in enumerate(zip(columns.labels, columns.fields, strict=True))
        if field is None
    ]
    return [*canonical, *further]


def unread_columns(columns: Columns) -> list[Issue]:
    """The columns without a meaning for us, as issues of the report as a whole."""
    labels = zip(columns.labels, columns.fields, strict=True)
    return [Issue(0, None, IssueCode.UNKNOWN_COLUMN, label) for label, field in labels if field is None]


def columns_detected(columns: Columns) -> dict[str, str | None]:
    """Which field each column was taken for."""
    return dict(zip(columns.labels, columns.fields, strict=True))


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _missing(name: str, columns: Columns) -> str:
    unread = {
        other.lower().replace(" ", "_"): other
        for other, field in zip(columns.names, columns.fields, strict=True)
        if not field
    }
    near = get_close_matches(name, list(unread), n=1, cutoff=0.5)
    return f"{name} (nearest: “{unread[near[0]][:60]}”)" if near else name


def _nothing(name: str) -> pl.Expr:
    return pl.lit(None, dtype=pl.String()).alias(name)


def _unused(name: str, taken: set[str]) -> str:
    """The name, or with a number where it is taken, and takes it."""
    label, n = name, 1
    while label in taken:
        n += 1
        label = f"{name} ({n})"
    taken.add(label)
    return label
