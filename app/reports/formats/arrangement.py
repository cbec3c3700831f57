"""How the rows of a table are put in order by the sender's profile, before they are read.

A value that the profile knows under another name gets ours; a field that the row does not say gets the profile's
constant. A row that is marked as a return, or has a quantity in the column of returns, gets a negative quantity; one that
has both a sale and a return in it is no single fact. So it is with stock that went into a warehouse or out of it. Where
only the amount of a line is stated, the price of one unit is taken from it if it is exact to the millionth. What was
received is kept as it was.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from app.programme.terms import SaleType
from app.reports.formats.columns import RETURN_MARK
from app.reports.formats.frame import ReadingRules
from app.reports.formats.notation import Notation, number_text
from app.reports.formats.profiles import ColumnField, ColumnProfile, ReturnDialect
from app.reports.formats.values import PRICE_DECIMALS, QUANTITY_DECIMALS, digits_of, fixed_point
from app.reports.issues import Issue, IssueCode

_NOTHING = r"^[+-]?[0.,]*-?$"
_UNSIGNED = r"^[0-9.,]"
_ONE = 10**PRICE_DECIMALS
_NUMBERS = ("quantity", "unit_price")
_TAKEN_BACK = ("return_quantity", "quantity_out")


class Arranged(NamedTuple):
    """The rows as they are to be read, what was found on the way, and the notation that they are written in."""

    rows: pl.DataFrame
    issues: list[Issue]
    notation: Notation


def settled(found: Notation, rules: ReadingRules) -> Notation:
    """The notation that the profile states, and for what it leaves open the one that was found."""
    layout = rules.layout
    if layout is None:
        return found
    mark = type(found.decimal_mark)(layout.decimal_mark or found.decimal_mark)
    order = type(found.date_order)(layout.date_order or found.date_order)
    return replace(
        found,
        decimal_mark=mark,
        date_order=order,
        date_format=layout.date_format,
        month_language=layout.month_language,
    )


def arranged(received: pl.DataFrame, rules: ReadingRules, notation: Notation) -> Arranged:
    """The rows put in order; as they are where the sender has no profile for tables."""
    layout = rules.layout
    if layout is None:
        return Arranged(received, [], notation)
    rows = received.with_columns(*_meant(layout.meanings, received.columns))
    rows = rows.with_columns(*_constants(layout, rows.columns))
    rows, issues = _returns(rows, layout)
    if "line_amount" in rows.columns:
        rows, notation = _priced(rows, notation)
    return Arranged(rows, issues, notation)


def _meant(meanings: Mapping[ColumnField, Mapping[str, str]], columns: list[str]) -> list[pl.Expr]:
    """Values under our names, whatever their case; those that the profile does not name stay."""
    found = []
    for name, named in meanings.items():
        if str(name) in columns and named:
            ours = {value.strip().lower(): meaning for value, meaning in named.items()}
            text = pl.col(str(name)).str.strip_chars().str.to_lowercase()
            found.append(pl.coalesce(text.replace_strict(ours, default=None), str(name)).alias(str(name)))
    return found


def _constants(layout: ColumnProfile, columns: list[str]) -> list[pl.Expr]:
    return [_or_else(str(name), value) for name, value in layout.constants.items() if str(name) in columns]


def _or_else(name: str, value: str) -> pl.Expr:
    """The column, with this value where it has none."""
    return pl.when(_blank(name)).then(pl.lit(value)).otherwise(name).alias(name)


def _blank(name: str) -> pl.Expr:
    return pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "")


def _returns(rows: pl.DataFrame, layout: ColumnProfile) -> tuple[pl.DataFrame, list[Issue]]:
    """Returns below zero, however the sender tells them."""
    if layout.returns.dialect is ReturnDialect.MARKED and RETURN_MARK in rows.columns:
        marks = [value.strip().lower() for value in layout.returns.values]
        marked = pl.col(RETURN_MARK).str.strip_chars().str.to_lowercase().is_in(marks).fill_null(False)
        return _taken_back(rows, marked, pl.col("quantity")), []
    taken = next((name for name in _TAKEN_BACK if name in rows.columns), None)
    if layout.returns.dialect is ReturnDialect.OWN_COLUMN and taken is not None:
        returned, sold = _says_something(taken), _says_something("quantity")
        both = rows.filter(returned & sold).select("row", "quantity", taken)
        told = [Issue(row, "quantity", IssueCode.SEVERAL_QUANTITIES, f"{a}, {b}") for row, a, b in both.iter_rows()]
        return _taken_back(rows, returned & ~sold, pl.col(taken)), told
    return rows, []


def _says_something(name: str) -> pl.Expr:
    return ~_blank(name) & ~pl.col(name).str.strip_chars().str.contains(_NOTHING)


def _taken_back(rows: pl.DataFrame, where: pl.Expr, quantity: pl.Expr) -> pl.DataFrame:
    """The rows with this quantity below zero, whatever its sign, `where` something came back."""
    bare = quantity.str.strip_chars().str.strip_chars("+-")
    below = pl.when(bare.str.contains(_UNSIGNED)).then(pl.lit("-") + bare).otherwise(quantity)
    changed = [pl.when(where).then(below).otherwise("quantity").alias("quantity")]
    if "sale_type" in rows.columns:
        kind = pl.when(where & _blank("sale_type")).then(pl.lit(str(SaleType.RETURN))).otherwise("sale_type")
        changed.append(kind.alias("sale_type"))
    name = f"{quantity.meta.output_name()}_typed"
    if name != "quantity_typed" and name in rows.columns:
        changed.append(pl.when(where).then(name).otherwise("quantity_typed").alias("quantity_typed"))
    return rows.with_columns(changed)


def _priced(rows: pl.DataFrame, notation: Notation) -> tuple[pl.DataFrame, Notation]:
    """The rows with the price of one unit from the amount of the line, where no price stands and it is exact."""
    numbers = rows.lazy().select("quantity", "line_amount", *(name for name in rows.columns if name.endswith("_typed")))
    texts = [_plain(name, rows.columns, notation) for name in ("quantity", "line_amount")]
    read = numbers.with_columns(texts).with_columns(*digits_of("quantity"), *digits_of("line_amount"))
    quantity = fixed_point("quantity", QUANTITY_DECIMALS).cast(pl.Int128)
    amount = fixed_point("line_amount", PRICE_DECIMALS).cast(pl.Int128) * 10**QUANTITY_DECIMALS
    divided = pl.when((quantity != 0) & (amount % quantity == 0)).then(amount // quantity)
    price = pl.when(quantity < 0).then(divided.abs()).otherwise(divided)
    exact = read.select(price.alias("price")).collect().get_column("price")
    text = exact.to_frame().select(_decimal(pl.col("price")).alias("text")).to_series()
    taken = text.is_not_null() & rows.select(_blank("unit_price")).to_series()
    typed = [
        (pl.col(f"{name}_typed") if f"{name}_typed" in rows.columns else pl.lit(False)).alias(f"{name}_typed")
        for name in _NUMBERS
    ]
    rows = rows.with_columns(typed).with_columns(
        pl.when(taken).then(text).otherwise("unit_price").alias("unit_price"),
        pl.when(taken).then(pl.lit(True)).otherwise("unit_price_typed").alias("unit_price_typed"),
    )
    return rows, replace(notation, typed=True)


def _plain(name: str, columns: list[str], notation: Notation) -> pl.Expr:
    """The number with a decimal point, as it is or by the notation."""
    noted = number_text(name, replace(notation, typed=False)).str.strip_chars()
    typed = f"{name}_typed"
    return (pl.when(typed).then(name).otherwise(noted) if typed in columns else noted).alias(f"{name}_text")


def _decimal(micros: pl.Expr) -> pl.Expr:
    """Millionths as a number with a decimal point."""
    size = micros.abs()
    sign = pl.when(micros < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole, fraction = (size // _ONE).cast(pl.String), (size % _ONE).cast(pl.String).str.zfill(PRICE_DECIMALS)
    return pl.concat_str(sign, whole, pl.lit("."), fraction)
