"""How a report writes its numbers and dates: decimal mark, thousands separators, day or month first.

It is settled once for the whole report, from values that can be read in one way only: “12,5” has a decimal comma,
“1,234.5” a decimal point, 25/12/2025 puts the day first. A value that could be read in two ways counts in the way
that the rest of the report proves; where nothing proves it, or the report contradicts itself, such a value is
ambiguous and its row is rejected. ISO dates and numbers as 1234.5 are always understood. Where the sender's profile
states the format of its days, they are read by it.
"""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from app.reports.formats.days import Language, days_in

_GROUPS = " '’\u00a0\u202f"
_SIGNED = r"^[+-]?(?:{})-?$"


class DecimalMark(StrEnum):
    """What separates the decimals."""

    POINT = "POINT"
    COMMA = "COMMA"
    UNDECIDED = "UNDECIDED"


class DateOrder(StrEnum):
    """What comes first in a date that does not begin with its year."""

    DAY_FIRST = "DAY_FIRST"
    MONTH_FIRST = "MONTH_FIRST"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True, slots=True)
class Notation:
    """How numbers and dates are written; `grouped` understands thousands separators. By default ISO and 1234.5.

    Where values are `typed`, as in a workbook, a column `quantity_typed` says which quantities are numbers by
    themselves, written as 1234.5 whatever the notation of the others; likewise for prices. `date_format` and
    `month_language` are those that the sender's profile states.
    """

    decimal_mark: DecimalMark = DecimalMark.POINT
    grouped: bool = False
    date_order: DateOrder = DateOrder.UNDECIDED
    typed: bool = False
    date_format: str | None = None
    month_language: Language | None = None

    def detected(self) -> dict[str, object]:
        """How numbers and dates are written, as a report says it of itself."""
        return {
            "decimal_mark": str(self.decimal_mark),
            "date_order": str(self.date_order),
            "date_format": self.date_format,
            "month_language": self.month_language,
        }


@dataclass(frozen=True, slots=True)
class Evidence:
    """What values prove about how a report is written: of its decimal mark, and of which comes first in its dates.

    What parts of a report prove, the whole of it proves: evidence adds up.
    """

    point: bool = False
    comma: bool = False
    marked: bool = False
    day_first: bool = False
    month_first: bool = False

    def __or__(self, other: "Evidence") -> "Evidence":
        return Evidence(
            self.point or other.point,
            self.comma or other.comma,
            self.marked or other.marked,
            self.day_first or other.day_first,
            self.month_first or other.month_first,
        )


def evidence(numbers: list[pl.Series], dates: pl.Series) -> Evidence:
    """What these numbers and dates prove."""
    values = pl.concat(numbers).drop_nulls().unique()
    parts = dates.drop_nulls().unique().str.extract_groups("^([0-9]{1,2})[/-]([0-9]{1,2})[/-][0-9]{4}").struct.unnest()
    first, second = (bool((parts.to_series(i).cast(pl.Int64) > 12).any()) for i in (0, 1))
    return Evidence(
        point=_proves(values, r"\.", ","),
        comma=_proves(values, ",", r"\."),
        marked=bool(values.str.contains("[.,]").any()),
        day_first=first,
        month_first=second,
    )


def notation_of(found: Evidence, delimiter: str) -> Notation:
    """The notation that a CSV file's own numbers and dates prove.

    A file whose values are separated by commas has a decimal point. Any other has what its values prove, and where they
    prove nothing, a single separator before three digits stays ambiguous.
    """
    return Notation(_mark_of(found, delimiter), grouped=True, date_order=_order_of(found))


def detected_notation(numbers: list[pl.Series], dates: pl.Series, delimiter: str) -> Notation:
    """The notation that a report proves whose numbers and dates are all known; see `notation_of`."""
    return notation_of(evidence(numbers, dates), delimiter)


def number_text(name: str, notation: Notation) -> pl.Expr:
    """The column's numbers as they are written with a decimal point and without thousands separators."""
    noted = _noted(pl.col(name), notation)
    return pl.when(f"{name}_typed").then(name).otherwise(noted) if notation.typed else noted


def _noted(text: pl.Expr, notation: Notation) -> pl.Expr:
    if not notation.grouped:
        return text
    if notation.decimal_mark is DecimalMark.UNDECIDED:
        return _without(text, _GROUPS, r"\.")
    if notation.decimal_mark is DecimalMark.POINT:
        return _without(text, _GROUPS + ",", r"\.")
    plain = _without(text, _GROUPS + ".", ",")
    return (
        pl.when(plain.str.contains(r"^[+-]?[0-9]*,[0-9]+-?$"))
        .then(plain.str.replace(",", ".", literal=True))
        .otherwise(plain)
    )


def number_is_ambiguous(name: str, notation: Notation) -> pl.Expr:
    """Whether the value has one mark before three digits, and the report does not settle what it separates."""
    if notation.decimal_mark is not DecimalMark.UNDECIDED:
        return pl.lit(False)
    typed = pl.col(f"{name}_typed") if notation.typed else pl.lit(False)
    return typed.not_() & pl.col(name).str.contains(_SIGNED.format(r"[1-9][0-9]{0,2}[.,][0-9]{3}"))


def dates_of(name: str, notation: Notation) -> pl.Expr:
    """The column's dates, null where it is none. A time of midnight, as databases write it, is no part of the date."""
    text = pl.col(name).str.replace(r"[T ]00:00(?::00(?:\.0+)?)?$", "")
    iso = pl.when(text.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")).then(text).str.to_date("%Y-%m-%d", strict=False)
    if notation.date_format is not None:
        return pl.coalesce(days_in(text, notation.date_format, notation.month_language), iso)
    tidy = text.str.replace(r"^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})$", "$1/$2/$3")
    ways = [
        iso,
        pl.when(text.str.contains("^[0-9]{8}$")).then(text).str.to_date("%Y%m%d", strict=False),
        pl.when(text.str.contains(r"^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}$"))
        .then(tidy)
        .str.to_date("%d/%m/%Y", strict=False),
    ]
    slashed = pl.when(text.str.contains("^[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{4}$")).then(tidy)
    if notation.date_order is DateOrder.DAY_FIRST:
        ways.append(slashed.str.to_date("%d/%m/%Y", strict=False))
    if notation.date_order is DateOrder.MONTH_FIRST:
        ways.append(slashed.str.to_date("%m/%d/%Y", strict=False))
    return pl.coalesce(ways)


def date_is_ambiguous(name: str, notation: Notation) -> pl.Expr:
    """Whether the value may put the day or the month first, in a report that does not settle which."""
    if notation.date_order is not DateOrder.UNDECIDED or notation.date_format is not None:
        return pl.lit(False)
    return pl.col(name).str.contains("^[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{4}$")


def _without(text: pl.Expr, separators: str, mark: str) -> pl.Expr:
    """The text without thousands separators, where they stand before three digits each and are all the same."""
    runs = "|".join(f"(?:[{separator}][0-9]{{3}})+" for separator in separators)
    grouped = text.str.contains(_SIGNED.format(f"[0-9]{{1,3}}(?:{runs})(?:{mark}[0-9]+)?"))
    return pl.when(grouped).then(text.str.replace_all(f"[{separators}]", "")).otherwise(text)


def _mark_of(found: Evidence, delimiter: str) -> DecimalMark:
    if delimiter == ",":
        return DecimalMark.POINT
    if found.point == found.comma:
        return DecimalMark.UNDECIDED if found.marked else DecimalMark.POINT
    return DecimalMark.POINT if found.point else DecimalMark.COMMA


def _proves(values: pl.Series, mark: str, separator: str) -> bool:
    """Whether a value can be read only with this decimal mark."""
    shapes = (
        f"[0-9]+{mark}(?:[0-9]{{1,2}}|[0-9]{{4,}})",
        f"(?:0|[0-9]{{4,}})?{mark}[0-9]+",
        f"[0-9]{{1,3}}(?:{separator}[0-9]{{3}})+{mark}[0-9]+",
        f"[0-9]{{1,3}}(?:{separator}[0-9]{{3}}){{2,}}",
        f"[0-9]{{1,3}}(?:[{_GROUPS}][0-9]{{3}})+{mark}[0-9]+",
    )
    return bool(values.str.contains(_SIGNED.format("|".join(shapes))).any())


def _order_of(found: Evidence) -> DateOrder:
    if found.day_first == found.month_first:
        return DateOrder.UNDECIDED
    return DateOrder.DAY_FIRST if found.day_first else DateOrder.MONTH_FIRST
