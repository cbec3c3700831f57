"""How the texts of a report become facts.

Texts are trimmed; an empty one is a missing one. Quantities become whole thousandths and prices whole millionths of a
currency unit, exactly, and a line's amount is quantity × unit price, rounded half away from zero to a millionth. A
negative quantity is a return, unless the report calls it something other than a sale. A missing document kind is an
invoice, a missing currency the agreement's. Where a document has no line numbers at all, a row's line is its place
within the document.

What is asked of every batch in the same words is put into words once: of a small report that took longer than the answer.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from hashlib import blake2b

import polars as pl

from app.programme.terms import DocumentKind, SaleType
from app.reports.formats.countries import COUNTRIES
from app.reports.formats.frame import FIELDS, ReadingRules
from app.reports.formats.notation import Notation, dates_of, number_is_ambiguous, number_text

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


DOCUMENT = ["kind", "document_number"]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rows of a report stand within their documents, for a report that is read in parts.

    `counted` is whether any row of the report that names its document names no line: only then is anything counted.
    `documents` has of each document how many rows of it came `earlier`, and whether any row of it `names_lines`.
    """

    counted: bool = True
    documents: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"kind": pl.String, "document_number": pl.String, "earlier": pl.Int64, "names_lines": pl.Boolean}
        )
    )

    def after(self, rows: pl.DataFrame) -> "Places":
        """Where the rows that follow these stand."""
        if not self.counted:
            return self
        found = rows.lazy().select(
            pl.col("document_kind").alias("kind"),
            "document_number",
            pl.lit(1, pl.Int64).alias("earlier"),
            pl.lit(False).alias("names_lines"),
        )
        return replace(self, documents=_summed(self.documents.lazy(), found))

    def naming(self, text: pl.LazyFrame) -> "Places":
        """The same, where these rows, their texts as `texts` leaves them, are known to name lines."""
        found = text.filter(pl.col("document_line").is_not_null()).select(
            document_kind().alias("kind"),
            "document_number",
            pl.lit(0, pl.Int64).alias("earlier"),
            pl.lit(True).alias("names_lines"),
        )
        return replace(self, documents=_summed(self.documents.lazy(), found))


def _summed(*parts: pl.LazyFrame) -> pl.DataFrame:
    numbered = pl.concat(parts).filter(pl.col("document_number").is_not_null())
    return numbered.group_by(DOCUMENT).agg(pl.col("earlier").sum(), pl.col("names_lines").any()).collect()


def document_kind() -> pl.Expr:
    """Whether a row is of an invoice or of a credit note; null where it calls its document something else."""
    return term_of("document_kind", DocumentKind, DocumentKind.INVOICE)


def texts(received: pl.LazyFrame) -> pl.LazyFrame:
    """The canonical fields as trimmed text, null where nothing was received."""
    return received.with_columns(_trimmed())


@cache
def _trimmed() -> list[pl.Expr]:
    trimmed = {name: pl.col(name).str.strip_chars() for name in FIELDS}
    return [pl.when(text.str.len_bytes() > 0).then(text).alias(name) for name, text in trimmed.items()]


def facts(text: pl.LazyFrame, rules: ReadingRules, notation: Notation, places: Places) -> pl.LazyFrame:
    """The typed values beside the texts, null where a text cannot be read. The texts keep their names.

    Of a number, `<name>_whole` and `<name>_fraction` keep the digits, for those who ask why it is null.
    `places` says where the rows stand within their documents.
    """
    typed = (
        text.with_columns(_typed(rules.default_currency, notation))
        .with_columns(*digits_of("quantity"), *digits_of("unit_price"))
        .with_columns(
            fixed_point("quantity", QUANTITY_DECIMALS).alias("quantity_milli"),
            fixed_point("unit_price", PRICE_DECIMALS).alias("unit_price_micros"),
        )
        .with_columns(_amount().alias("amount_micros"), _sale_type().alias("effective_sale_type"))
    )
    return _with_lines(typed, places)


@cache
def _typed(default_currency: str, notation: Notation) -> list[pl.Expr]:
    return [
        term_of("document_kind", DocumentKind, DocumentKind.INVOICE).alias("kind"),
        term_of("sale_type", SaleType, SaleType.SALE).alias("stated_sale_type"),
        pl.col("currency").str.to_uppercase().fill_null(default_currency).alias("currency_code"),
        pl.col("ship_to_country").str.to_uppercase().replace_strict(COUNTRIES, default=None).alias("country"),
        pl.col("unit").str.to_uppercase().alias("unit_code"),
        dates_of("sold_on", notation).alias("sold"),
        number_text("quantity", notation).alias("quantity_text"),
        number_text("unit_price", notation).alias("unit_price_text"),
        _serials().alias("serials"),
    ]


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


@cache
def term_of(name: str, terms: type[StrEnum], missing: str | None) -> pl.Expr:
    """A term however it is cased and spaced; the usual one where it is missing; null where it is unknown."""
    spellings = {str(term).replace("_", ""): str(term) for term in terms}
    squeezed = pl.col(name).str.to_uppercase().str.replace_all("[ _-]", "")
    return (
        pl.when(pl.col(name).is_null())
        .then(pl.lit(missing, pl.String()))
        .otherwise(squeezed.replace_strict(spellings, default=None))
    )


@cache
def digits_of(name: str) -> list[pl.Expr]:
    """The significant digits before and after the decimal point of `<name>_text`; null where it is no number."""
    text = pl.col(f"{name}_text")
    parts = pl.when(text.str.contains(_NUMBER)).then(text).str.strip_chars("+-").str.splitn(".", 2)
    return [
        parts.struct.field("field_0").str.strip_chars_start("0").alias(f"{name}_whole"),
        parts.struct.field("field_1").fill_null("").str.strip_chars_end("0").alias(f"{name}_fraction"),
    ]


@cache
def fixed_point(name: str, decimals: int) -> pl.Expr:
    """The number in whole units of its last decimal; null where it does not fit."""
    whole, fraction, text = pl.col(f"{name}_whole"), pl.col(f"{name}_fraction"), pl.col(f"{name}_text")
    fits = number_fits(name, decimals) & (fraction.str.len_bytes() <= decimals)
    magnitude = (
        pl.when(fits).then(pl.concat_str(whole, fraction.str.pad_end(decimals, "0"))).cast(pl.Int64, strict=False)
    )
    negative = text.str.starts_with("-") | text.str.ends_with("-")
    return pl.when(negative).then(-magnitude).otherwise(magnitude)


@cache
def number_fits(name: str, decimals: int) -> pl.Expr:
    """Whether the number's part before the decimal point is within what is kept."""
    return pl.col(f"{name}_whole").str.len_bytes() <= _DIGITS - decimals


@cache
def _amount() -> pl.Expr:
    """Quantity × unit price in millionths, half away from zero; null where either is, or beyond range."""
    exact = pl.col("quantity_milli").cast(pl.Int128) * pl.col("unit_price_micros").cast(pl.Int128)
    rounded = (exact.abs() + 500) // 1000
    kept = pl.when(rounded <= _LARGEST).then(rounded).cast(pl.Int64, strict=False)
    return pl.when(exact < 0).then(-kept).otherwise(kept)


def stated_amount(read: pl.DataFrame, notation: Notation) -> pl.DataFrame:
    """The rows with the amounts that they state for whole lines: `stated_micros` in millionths, null where it is no number,
    `stated_apart` by how much it is not quantity × unit price, `stated_unclear` whether it could be read in two ways.

    A finer amount is cut to millionths. Of what came back, an amount may stand with its sign or without.
    """
    notation = replace(notation, typed=notation.typed and "line_amount_typed" in read.columns)
    text = pl.col("line_amount").str.strip_chars()
    signless = pl.col("quantity_milli") < 0
    stated, amount = pl.col("stated_micros"), pl.col("amount_micros")
    return (
        read.with_columns(pl.when(text.str.len_bytes() > 0).then(text).alias("line_amount"))
        .with_columns(
            number_text("line_amount", notation).alias("line_amount_text"),
            number_is_ambiguous("line_amount", notation).alias("stated_unclear"),
        )
        .with_columns(digits_of("line_amount"))
        .with_columns(pl.col("line_amount_fraction").str.head(PRICE_DECIMALS))
        .with_columns(fixed_point("line_amount", PRICE_DECIMALS).alias("stated_micros"))
        .with_columns(
            pl.when(signless)
            .then((stated.abs() - amount.abs()).abs())
            .otherwise((stated - amount).abs())
            .alias("stated_apart")
        )
    )


@cache
def _sale_type() -> pl.Expr:
    returned = (pl.col("stated_sale_type") == SaleType.SALE) & (pl.col("quantity_milli") < 0)
    return pl.when(returned).then(pl.lit(str(SaleType.RETURN))).otherwise(pl.col("stated_sale_type"))


def _with_lines(rows: pl.LazyFrame, places: Places) -> pl.LazyFrame:
    """The line as received, or the place within the document; and whether other rows of the document name theirs.

    A row that has no document number has no place in one. Rows that are rejected keep their place, so that repairing
    one does not move the others.
    """
    given, numbered = pl.col("document_line").is_not_null(), pl.col("document_number").is_not_null()
    if not places.counted:
        return rows.with_columns(
            given.alias("line_given"), pl.col("document_line").alias("line"), pl.lit(False).alias("line_withheld")
        )
    joined = rows.join(places.documents.lazy(), on=DOCUMENT, how="left", nulls_equal=True, maintain_order="left")
    place = pl.int_range(1, pl.len() + 1).over(DOCUMENT) + pl.col("earlier").fill_null(0)
    named = pl.col("names_lines").fill_null(False) | given.any().over(DOCUMENT)
    return joined.with_columns(
        given.alias("line_given"),
        pl.coalesce("document_line", pl.when(numbered).then(place).cast(pl.String)).alias("line"),
        (~given & named & numbered).alias("line_withheld"),
    )


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
