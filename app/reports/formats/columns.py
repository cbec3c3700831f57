"""How the header of a report names its columns, in a text file or in a workbook.

Columns are recognised by the name that the sender's profile has for them, else by their canonical name, in any order,
whatever their case and spacing; in a file without a header, by the position that the profile gives. A column that is not
known is kept but not read, and said so, unless the profile leaves it out. A header that names no known column, lacks a
mandatory one, names one twice or is too wide is refused as a whole.
"""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

import polars as pl

from app.programme.terms import SubmissionKind
from app.reports.formats.frame import FIELDS, STATED, ReadingRules
from app.reports.formats.profiles import ColumnProfile
from app.reports.formats.wide import WIDE, quantities_in
from app.reports.issues import FailureCode, Issue, IssueCode, UnreadableReport

RETURN_MARK = "return_mark"
"""Under what name a reader keeps the column that marks a return."""
NUMBERS = ("quantity", "unit_price")
FURTHER_NUMBERS = ("return_quantity", "line_amount", "quantity_out", *WIDE)
"""The fields that are numbers; of a workbook, `quantity_typed` says which quantities are numbers by themselves."""
BESIDE = frozenset({RETURN_MARK, *(f"{name}_typed" for name in (*NUMBERS, *FURTHER_NUMBERS))})
"""What a reader keeps beside what was received."""
MOST_COLUMNS = 500
"""A wider report is none of ours; it is refused, not cut."""

_SYNONYMS: dict[SubmissionKind, dict[str, str]] = {
    SubmissionKind.SELL_THROUGH: STATED,
    SubmissionKind.SELL_IN: {"invoicedon": "sold_on", **STATED},
    SubmissionKind.INVENTORY: {"movedon": "counted_on"},
    SubmissionKind.SELL_OUT: STATED,
}


class Columns(NamedTuple):
    """The names in a header as they stand there, and which canonical field each of them is."""

    names: list[str]
    fields: list[str | None]
    left_out: frozenset[int] = frozenset()
    """The places, from 0, of columns that the sender's profile leaves out."""
    marker: int | None = None
    """The place of the column that marks a return."""
    canonical: tuple[str, ...] = FIELDS
    """The fields that the checks of such a report ask for."""

    @property
    def labels(self) -> list[str]:
        """The names, or the number of a column that has none."""
        return [name or f"column {i}" for i, name in enumerate(self.names, 1)]


def columns_of(names: Sequence[str], rules: ReadingRules) -> Columns:
    """The columns that these names stand for in a report of this kind; without a header, so many columns at least."""
    if rules.layout is not None and rules.layout.headerless:
        return _by_position(len(names), rules.layout, rules.columns)
    tidy = [name.strip().strip("\ufeff").strip() for name in names]
    short = [squeezed(name) for name in tidy]
    canonical = {field.replace("_", ""): field for field in rules.fields} | _SYNONYMS.get(rules.kind, {})
    if rules.layout is None:
        return Columns(tidy, [canonical.get(name) for name in short], canonical=rules.columns)
    listed = {squeezed(column.header): column.kept_as for column in rules.layout.columns}
    taken = {field for name, field in listed.items() if name in short}
    taken |= {"quantity"} if quantities_in(taken) else set()
    by_name = {name: field for name, field in canonical.items() if field not in taken}
    known = (by_name if rules.layout.canonical_names else {}) | listed
    marker = squeezed(rules.layout.returns.header or "")
    return Columns(
        tidy,
        [known.get(name) for name in short],
        frozenset(i for i, name in enumerate(short) if name in listed and listed[name] is None),
        short.index(marker) if marker in short and marker else None,
        rules.columns,
    )


def _by_position(width: int, layout: ColumnProfile, canonical: tuple[str, ...]) -> Columns:
    """The columns of a file that names none, as many as its first row has, or the profile lists."""
    listed = {column.position: column for column in layout.columns if column.position is not None}
    marker = layout.returns.position
    places = range(1, max(width, *listed, marker or 0) + 1)
    fields = [each.kept_as if (each := listed.get(at)) else None for at in places]
    return Columns(
        [each.header.strip() if (each := listed.get(at)) else "" for at in places],
        fields,
        frozenset(at - 1 for at, column in listed.items() if column.field is None),
        marker - 1 if marker else None,
        canonical,
    )


def refuse_unusable(columns: Columns, first: str, rules: ReadingRules) -> None:
    """Raises UnreadableReport where no report can be read under these columns. `first` is the header as it stands."""
    present = [name for name in columns.fields if name]
    if len(columns.names) > MOST_COLUMNS:
        raise UnreadableReport(
            FailureCode.TOO_MANY_COLUMNS,
            f"The header has {len(columns.names)} columns; at most {MOST_COLUMNS} are read.",
        )
    headerless = rules.layout is not None and rules.layout.headerless
    if not present:
        known = "The profile says that there is no header, and gives no column a field."
        named = (
            f"The first line, “{first[:120]}”, names no known column. Begin with the header {','.join(rules.fields)}"
        )
        told = known if headerless else f"{named}, or save a profile that says what your columns are."
        raise UnreadableReport(FailureCode.HEADER_MISSING, told)
    supplied = rules.layout.supplied if rules.layout else frozenset()
    supplied |= {"quantity"} if quantities_in(present) else frozenset()
    missing = [name for name in rules.columns if name in rules.required and name not in {*present, *supplied}]
    if missing:
        told = "; ".join(_missing(name, columns) for name in missing)
        lacking = (
            "The profile gives no position to mandatory columns" if headerless else "The header lacks mandatory columns"
        )
        raise UnreadableReport(FailureCode.COLUMN_MISSING, f"{lacking}: {told}.")
    repeated = sorted({name for name in present if present.count(name) > 1})
    if repeated:
        raise UnreadableReport(
            FailureCode.COLUMN_REPEATED,
            f"The header names {', '.join(repeated)} more than once. Keep one column of each.",
        )


def under_their_fields(columns: Columns, taken: Sequence[str] = ()) -> list[pl.Expr]:
    """The cells `c0`, `c1` … under the names of their fields, then those that are not read under the names they came with.

    A name that is `taken`, by a field or by what else a reader keeps, gets a number. What marks a return stands under
    RETURN_MARK once more.
    """
    by_field = {field: f"c{i}" for i, field in enumerate(columns.fields) if field}
    canonical = [
        pl.col(by_field[name]).alias(name) if name in by_field else _nothing(name) for name in columns.canonical
    ]
    used = {*columns.canonical, *by_field, "row", "source", *taken, RETURN_MARK}
    further = [
        pl.col(f"c{i}").alias(field or _unused(label, used))
        for i, (label, field) in enumerate(zip(columns.labels, columns.fields, strict=True))
        if field not in columns.canonical
    ]
    marks = [] if columns.marker is None else [pl.col(f"c{columns.marker}").alias(RETURN_MARK)]
    return [*canonical, *further, *marks]


def unread_columns(columns: Columns) -> list[Issue]:
    """The columns without a meaning for us, as issues of the report as a whole."""
    labels = enumerate(zip(columns.labels, columns.fields, strict=True))
    known = {*columns.left_out, columns.marker}
    return [
        Issue(0, None, IssueCode.UNKNOWN_COLUMN, label) for i, (label, field) in labels if not field and i not in known
    ]


def columns_detected(columns: Columns) -> dict[str, str | None]:
    """Which field each column was taken for."""
    return dict(zip(columns.labels, columns.fields, strict=True))


def squeezed(name: str) -> str:
    """The name without its case and spacing; one of signs alone as it stands."""
    return re.sub(r"[\W_]", "", name).lower() or name.strip()


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
