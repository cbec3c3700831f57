"""What every reader makes of a report: the same columns, whatever the report was written in.

A row of the frame is a row of the report, readable or not: no row vanishes. Beside the typed values it carries what
was received, word for word, and where it stood. A row that cannot be read as a fact is marked `rejected` and has its
issues; values that could not be read are null.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from app.programme.currencies import CURRENCIES
from app.programme.terms import SubmissionKind
from app.reports.formats.profiles import ColumnProfile
from app.reports.issues import Issue, IssueCode

FIELDS: tuple[str, ...] = (
    "document_number",
    "document_line",
    "document_kind",
    "return_of",
    "sold_on",
    "product_code",
    "reseller_account",
    "quantity",
    "unit",
    "unit_price",
    "currency",
    "sale_type",
    "ship_to_country",
    "end_customer",
    "special_price_number",
    "serial_numbers",
)
"""The canonical header of a sell-through report, in its order."""

STOCK_FIELDS: tuple[str, ...] = (
    "warehouse",
    "product_code",
    "counted_on",
    "quantity",
    "unit",
    "status",
    "movement",
    "reference",
    "reference_line",
    "lot",
)
"""The canonical header of an inventory report, in its order."""

STATED: dict[str, str] = {"amount": "line_amount", "lineamount": "line_amount"}
"""How a report of sales may call the amount that it states for a whole line, squeezed, and under what name it is kept: apart
from the line's amount, which is always quantity × unit price. A report need not state it, and most do not."""

RESELLER_FIELDS: frozenset[str] = frozenset({"reseller_account", "ship_to_country", "end_customer"})
"""What a sell-in report has no room for: it is between vendor and distributor."""

DISTRIBUTOR_FIELDS: frozenset[str] = frozenset({"reseller_account", "special_price_number"})
"""What a report of sell-out has no room for: it is between distributor and reseller."""

REQUIRED: dict[SubmissionKind, frozenset[str]] = {
    SubmissionKind.SELL_THROUGH: frozenset(
        {"document_number", "sold_on", "product_code", "reseller_account", "quantity"}
    ),
    SubmissionKind.SELL_IN: frozenset({"document_number", "sold_on", "product_code", "quantity", "unit_price"}),
    SubmissionKind.INVENTORY: frozenset({"warehouse", "product_code", "counted_on", "quantity"}),
    SubmissionKind.SELL_OUT: frozenset({"document_number", "sold_on", "product_code", "quantity"}),
}
"""What no report of this kind can do without, whatever the agreement says."""

ROWS: dict[str, pl.DataType] = {
    "row": pl.Int64(),
    "source": pl.String(),
    "document_kind": pl.String(),
    "document_number": pl.String(),
    "document_line": pl.String(),
    "line_given": pl.Boolean(),
    "return_of": pl.String(),
    "sold_on": pl.Date(),
    "product_code": pl.String(),
    "reseller_account": pl.String(),
    "quantity_milli": pl.Int64(),
    "unit": pl.String(),
    "unit_price_micros": pl.Int64(),
    "amount_micros": pl.Int64(),
    "currency": pl.String(),
    "sale_type": pl.String(),
    "ship_to_country": pl.String(),
    "end_customer": pl.String(),
    "special_price_number": pl.String(),
    "serial_numbers": pl.List(pl.String()),
    "content_hash": pl.String(),
    "rejected": pl.Boolean(),
}
"""The typed columns of a frame; `received`, a struct of texts whose fields depend on the report, follows them."""

STOCK_ROWS: dict[str, pl.DataType] = {
    "row": pl.Int64(),
    "source": pl.String(),
    "warehouse": pl.String(),
    "product_code": pl.String(),
    "counted_on": pl.Date(),
    "quantity_milli": pl.Int64(),
    "unit": pl.String(),
    "status": pl.String(),
    "movement": pl.String(),
    "reference": pl.String(),
    "reference_line": pl.String(),
    "lot": pl.String(),
    "content_hash": pl.String(),
    "rejected": pl.Boolean(),
}
"""The typed columns of the frame of an inventory report; `received` follows them."""

ISSUES: dict[str, pl.DataType] = {
    "row": pl.Int64(),
    "field": pl.String(),
    "code": pl.String(),
    "value": pl.String(),
}
"""The columns of a frame's issues, as in `Issue`."""

LONGEST_VALUE = 200
"""Characters of a received value that an issue quotes; the whole of it is in `received` and in the stored report."""


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """What the agreement and the day say about how a report is read.

    `today` is the last day on which something may have been sold. `mandatory` are the fields that the agreement asks
    for beyond those that no report can do without; `layout` is the sender's profile of a table, if there is one. Raises
    ValueError for a field or currency that does not exist.
    """

    kind: SubmissionKind
    today: date
    default_currency: str
    mandatory: frozenset[str] = frozenset()
    currencies: frozenset[str] = CURRENCIES
    received_at: datetime | None = None
    layout: ColumnProfile | None = None

    def __post_init__(self) -> None:
        unknown = self.mandatory - set(self.fields)
        if unknown:
            raise ValueError(f"A {self.kind} report has no field {', '.join(sorted(unknown))}.")
        if self.default_currency not in self.currencies:
            raise ValueError(f"{self.default_currency} is not among the currencies of this report.")

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that a report of this kind has, in the order of the canonical header."""
        if self.kind is SubmissionKind.INVENTORY:
            return STOCK_FIELDS
        if self.kind is SubmissionKind.SELL_IN:
            return tuple(name for name in FIELDS if name not in RESELLER_FIELDS)
        if self.kind is SubmissionKind.SELL_OUT:
            return tuple(name for name in FIELDS if name not in DISTRIBUTOR_FIELDS)
        return FIELDS

    @property
    def columns(self) -> tuple[str, ...]:
        """The texts that the checks of such a report ask for; a reader gives those that it has no room for as null."""
        return STOCK_FIELDS if self.kind is SubmissionKind.INVENTORY else FIELDS

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns that hold numbers."""
        return ("quantity",) if self.kind is SubmissionKind.INVENTORY else ("quantity", "unit_price")

    @property
    def day(self) -> str:
        """The column that holds the day of a row."""
        return "counted_on" if self.kind is SubmissionKind.INVENTORY else "sold_on"

    @property
    def required(self) -> frozenset[str]:
        """The fields without which a row is rejected."""
        return REQUIRED[self.kind] | self.mandatory


@dataclass(slots=True)
class ReportFrame:
    """A report as it was read: its rows, all of their issues, and what was detected about how it is written.

    `rows` has the columns of ROWS and `received`; `issues` those of ISSUES, in the order of the rows.
    `acknowledgement` is the X12 997 where one is due.
    """

    rows: pl.DataFrame
    issues: pl.DataFrame
    detected: dict[str, object] = field(default_factory=dict)
    acknowledgement: str | None = None

    def found(self) -> list[Issue]:
        """The issues one by one, in the order of the rows."""
        return [Issue(row, name, IssueCode(code), value) for row, name, code, value in self.issues.iter_rows()]

    def received_as_json(self) -> pl.Series:
        """What was received of every row, as a JSON object of texts, in the order of `rows`."""
        return self.rows.get_column("received").struct.json_encode()


def issue_frame(found: Iterable[Issue]) -> pl.DataFrame:
    """Issues as a frame, their values cut to what an issue quotes."""
    rows = [(row, name, str(code), None if value is None else quoted(value)) for row, name, code, value in found]
    return pl.DataFrame(rows, schema=ISSUES, orient="row")


def quoted(value: str) -> str:
    """The value as an issue quotes it."""
    return value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"
