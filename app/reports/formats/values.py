"""How the texts of a report become facts.

Texts are trimmed; an empty one is a missing one. Quantities become whole thousandths and prices whole millionths of a
currency unit, exactly, and a line's amount is quantity × unit price, rounded half away from zero to a millionth. A
negative quantity is a return, unless the report calls it something other than a sale. A missing document kind is an
invoice, a missing currency the agreement's. Where a document has no line numbers at all, a row's line is its place
within the document.
"""

from hashlib import blake2b

import polars as pl

from app.programme.terms import DocumentKind, SaleType
from app.reports.formats.countries import COUNTRIES
from app.reports.formats.frame import FIELDS, ReadingRules
from app.reports.formats.notation import Notation, dates_of, number_text

QUANTITY_DECIMALS = 3
PRICE_DECIMALS = 6
_DIGITS = 18
"""Whole thousandths and millionths have at most 18 digits: below 10^18, so that sums of some fit in 64 bits."""
_LARGEST = 10**_DIGITS - 1
_NUMBER = r"^(?:[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)|(?:[0-9]+\.?[0-9]*|\.[0-9]+)-)$"
_CONTENT = (
    "document_kind",
    "document_number",
    "return_of",
    "sold_on",
    "product_code",
    "reseller_account",
    "quantity_milli",
    "unit",
    "unit_price_micros",
    "currency",
    "sale_type",
    "ship_to_country",
    "end_customer",
    "special_price_number",
    "serials",
)


def texts(received: pl.LazyFrame) -> pl.LazyFrame:
    """The canonical fields as trimmed text, null where nothing was received."""
    trimmed = {name: pl.col(name).str.strip_chars() for name in FIELDS}
    return received.with_columns(
        **{name: pl.when(text.str.len_bytes() > 0).then(text) for name, text in trimmed.items()}
    )


def facts(text: pl.LazyFrame, rules: ReadingRules, notation: Notation, all_lines_given: bool) -> pl.LazyFrame:
    """The typed values beside the texts, null where a text cannot be read. The texts keep their names.

    Of a number, `<name>_whole` and `<name>_fraction` keep the digits, for those who ask why it is null.
    `all_lines_given` spares counting the places within documents.
    """
    return (
        text.with_columns(
            _term("document_kind", DocumentKind, DocumentKind.INVOICE).alias("kind"),
            _term("sale_type", SaleType, SaleType.SALE).alias("stated_sale_type"),
            pl.col("currency").str.to_uppercase().fill_null(rules.default_currency).alias("currency_code"),
            pl.col("ship_to_country").str.to_uppercase().replace_strict(COUNTRIES, default=None).alias("country"),
            pl.col("unit").str.to_uppercase().alias("unit_code"),
            dates_of("sold_on", notation).alias("sold"),
            number_text("quantity", notation).alias("quantity_text"),
            number_text("unit_price", notation).alias("unit_price_text"),
            _serials().alias("serials"),
        )
        .with_columns(*_digits("quantity"), *_digits("unit_price"))
        .with_columns(
            _fixed("quantity", QUANTITY_DECIMALS).alias("quantity_milli"),
            _fixed("unit_price", PRICE_DECIMALS).alias("unit_price_micros"),
        )
        .with_columns(_amount().alias("amount_micros"), _sale_type().alias("effective_sale_type"))
        .with_columns(_lines_as_given() if all_lines_given else _line())
    )


def content_hashes(rows: pl.DataFrame) -> pl.Series:
    """What each row says, as 32 hexadecimal digits: equal for equal facts, whatever the report was written in.

    It covers the normalised values as received, before any alias, and not the line number: a document without line
    numbers says the same wherever its lines stand. Rejected rows say nothing and have none.
    """
    serials = pl.col("serial_numbers").list.sort().list.join("|").alias("serials")
    values = rows.with_columns(pl.col("sold_on").cast(pl.Int32), serials)
    said = pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in _CONTENT], separator="\x1f")
    content = values.select(pl.when(~pl.col("rejected")).then(said)).to_series()
    hashes = [
        None if text is None else blake2b(text.encode(), digest_size=16).hexdigest() for text in content.to_list()
    ]
    return pl.Series("content_hash", hashes, dtype=pl.String())


def _term(name: str, terms: type[DocumentKind] | type[SaleType], missing: str) -> pl.Expr:
    """A term however it is cased and spaced; the usual one where it is missing; null where it is unknown."""
    spellings = {str(term).replace("_", ""): str(term) for term in terms}
    squeezed = pl.col(name).str.to_uppercase().str.replace_all("[ _-]", "")
    return (
        pl.when(pl.col(name).is_null())
        .then(pl.lit(missing))
        .otherwise(squeezed.replace_strict(spellings, default=None))
    )


def _digits(name: str) -> list[pl.Expr]:
    """The significant digits before and after the decimal point; null where the text is no number."""
    text = pl.col(f"{name}_text")
    parts = pl.when(text.str.contains(_NUMBER)).then(text).str.strip_chars("+-").str.splitn(".", 2)
    return [
        parts.struct.field("field_0").str.strip_chars_start("0").alias(f"{name}_whole"),
        parts.struct.field("field_1").fill_null("").str.strip_chars_end("0").alias(f"{name}_fraction"),
    ]


def _fixed(name: str, decimals: int) -> pl.Expr:
    """The number in whole units of its last decimal; null where it does not fit."""
    whole, fraction, text = pl.col(f"{name}_whole"), pl.col(f"{name}_fraction"), pl.col(f"{name}_text")
    fits = number_fits(name, decimals) & (fraction.str.len_bytes() <= decimals)
    magnitude = (
        pl.when(fits).then(pl.concat_str(whole, fraction.str.pad_end(decimals, "0"))).cast(pl.Int64, strict=False)
    )
    negative = text.str.starts_with("-") | text.str.ends_with("-")
    return pl.when(negative).then(-magnitude).otherwise(magnitude)


def number_fits(name: str, decimals: int) -> pl.Expr:
    """Whether the number's part before the decimal point is within what is kept."""
    return pl.col(f"{name}_whole").str.len_bytes() <= _DIGITS - decimals


def _amount() -> pl.Expr:
    """Quantity × unit price in millionths, half away from zero; null where either is, or beyond range."""
    exact = pl.col("quantity_milli").cast(pl.Int128) * pl.col("unit_price_micros").cast(pl.Int128)
    rounded = (exact.abs() + 500) // 1000
    kept = pl.when(rounded <= _LARGEST).then(rounded).cast(pl.Int64, strict=False)
    return pl.when(exact < 0).then(-kept).otherwise(kept)


def _sale_type() -> pl.Expr:
    returned = (pl.col("stated_sale_type") == SaleType.SALE) & (pl.col("quantity_milli") < 0)
    return pl.when(returned).then(pl.lit(str(SaleType.RETURN))).otherwise(pl.col("stated_sale_type"))


def _lines_as_given() -> list[pl.Expr]:
    """Where every row has its line, nothing has to be counted."""
    return [
        pl.lit(True).alias("line_given"),
        pl.col("document_line").alias("line"),
        pl.lit(False).alias("line_withheld"),
    ]


def _line() -> list[pl.Expr]:
    """The line as received, or the place within the document; and whether other rows of the document name theirs.

    A row that has no document number has no place in one. Rows that are rejected keep their place, so that repairing
    one does not move the others.
    """
    document = ["kind", "document_number"]
    given, numbered = pl.col("document_line").is_not_null(), pl.col("document_number").is_not_null()
    place = pl.when(numbered).then(pl.int_range(1, pl.len() + 1).over(document)).cast(pl.String)
    return [
        given.alias("line_given"),
        pl.coalesce("document_line", place).alias("line"),
        (~given & given.any().over(document) & numbered).alias("line_withheld"),
    ]


def _serials() -> pl.Expr:
    """Serial numbers as a list without repetitions, in the order received; null where there are none."""
    numbers = (
        pl.col("serial_numbers")
        .str.split("|")
        .list.eval(pl.element().str.strip_chars())
        .list.unique(maintain_order=True)
    )
    present = numbers.list.eval(pl.element().filter(pl.element() != ""))
    return pl.when(present.list.len() > 0).then(present)
