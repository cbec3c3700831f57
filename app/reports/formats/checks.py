"""What makes a row unreadable as a fact, all of it at once.

Each rule is a column expression named after the issue that it finds: a mandatory value missing, a number or date that
is none, a date in the future, a quantity of zero, an unknown currency, a value beyond range. Rules look at single
rows; whether a product or an account is known, and what was reported before, is asked of the database afterwards.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from app.programme.currencies import MINOR_UNITS, NO_CURRENCY
from app.programme.erasures import ERASED
from app.programme.terms import DocumentKind, SaleType, SubmissionKind
from app.reports.formats.arrangement import arranged
from app.reports.formats.columns import BESIDE
from app.reports.formats.frame import FIELDS, LONGEST_VALUE, ROWS, ReadingRules, issue_frame
from app.reports.formats.notation import Notation, date_is_ambiguous, number_is_ambiguous
from app.reports.formats.text import REPLACED
from app.reports.formats.values import (
    PRICE_DECIMALS,
    QUANTITY_DECIMALS,
    Places,
    content_hashes,
    facts,
    number_fits,
    stated_amount,
    texts,
)
from app.reports.issues import Issue, IssueCode, Severity

EARLIEST = date(2000, 1, 1)
"""Nothing was sold before; an earlier date is a slip of the pen."""

LONGEST: dict[str, int] = {
    "document_number": 80,
    "document_line": 40,
    "return_of": 130,
    "product_code": 80,
    "reseller_account": 80,
    "unit": 20,
    "end_customer": 300,
    "special_price_number": 80,
}
"""Field → characters that it may have. A serial number may have LONGEST_SERIAL."""
LONGEST_SERIAL = 80

IDENTIFYING = ("document_number", "document_line", "return_of", "product_code", "reseller_account")
"""A character that could not be read makes these name something else; anywhere else it is a blemish."""


class Rule(NamedTuple):
    """The rows in which `found` is true have this issue in this field; `value` is what the issue quotes."""

    code: IssueCode
    field: str
    found: pl.Expr
    value: pl.Expr


def checked(
    received: pl.DataFrame,
    rules: ReadingRules,
    notation: Notation,
    found: Iterable[Issue] = (),
    places: Places | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The typed rows of a report, and all of their issues in the order of the rows.

    `received` has `row`, `source`, the canonical fields as text, any further column that was received, and what the
    notation asks for where values are typed; `found` are the issues that the reader met on the way. A row with an issue
    that is an ERROR is rejected. A row that the reader found to be malformed has that one issue and no other. Where these
    are not all rows of the report, `places` knows of the others.
    """
    in_order, told, notation = arranged(received, rules, notation)
    earlier = issue_frame([*found, *told])
    malformed = earlier.filter(pl.col("code") == IssueCode.MALFORMED_ROW).get_column("row")
    text = texts(in_order.lazy()).collect()
    within = places or Places(counted=text.get_column("document_line").null_count() > 0)
    read = facts(text.lazy(), rules, notation, within).collect()
    asked = _rules_of(rules, notation)
    if "line_amount" in read.columns and read.get_column("line_amount").null_count() < read.height:
        read, asked = stated_amount(read, notation), (*asked, *_amount_rules())
    issues = pl.concat([earlier, found_by(read, asked, malformed)]).sort("row", maintain_order=True)
    errors = [str(code) for code in IssueCode if code.severity is Severity.ERROR]
    rejected = issues.filter(pl.col("code").is_in(errors)).get_column("row").unique()
    rows = _rows(read, rejected)
    beside = [name for name in received.columns if name in BESIDE]
    kept = pl.struct(received.drop("row", "source", *beside)).alias("received")
    return rows.with_columns(received.select(kept).to_series()), issues


def _rows(read: pl.DataFrame, rejected: pl.Series) -> pl.DataFrame:
    """The columns of ROWS: typed values under their names, in place of the texts they were read from."""
    rows = read.select(
        "row",
        "source",
        pl.col("kind").alias("document_kind"),
        "document_number",
        pl.col("line").alias("document_line"),
        "line_given",
        "return_of",
        pl.col("sold").alias("sold_on"),
        "product_code",
        "reseller_account",
        "quantity_milli",
        pl.col("unit_code").alias("unit"),
        "unit_price_micros",
        "amount_micros",
        pl.col("currency_code").alias("currency"),
        pl.col("effective_sale_type").alias("sale_type"),
        pl.col("country").alias("ship_to_country"),
        "end_customer",
        "special_price_number",
        pl.col("serials").alias("serial_numbers"),
        pl.col("row").is_in(rejected.implode()).alias("rejected"),
    )
    return rows.with_columns(content_hashes(rows)).select(list(ROWS))


def found_by(read: pl.DataFrame, rules: Sequence[Rule], malformed: pl.Series) -> pl.DataFrame:
    """The rows × rules that are true, row by row; of rows that are malformed nothing more is said."""
    masks = read.select(each.found.alias(str(i)) for i, each in enumerate(rules))
    if malformed.len():
        readable = ~read.get_column("row").is_in(malformed.implode())
        masks = masks.select(pl.all() & readable)
    found = [
        read.filter(mask).select(
            "row",
            pl.lit(each.field).alias("field"),
            pl.lit(str(each.code)).alias("code"),
            _quoted(each.value.cast(pl.String)).alias("value"),
        )
        for each, mask in zip(rules, masks, strict=True)
        if mask.any()
    ]
    return pl.concat([issue_frame([]), *found])


def _quoted(value: pl.Expr) -> pl.Expr:
    """The value as an issue quotes it; see `quoted`."""
    long = value.str.len_chars() > LONGEST_VALUE
    return pl.when(long).then(value.str.head(LONGEST_VALUE - 1) + "…").otherwise(value)


def _rules_of(rules: ReadingRules, notation: Notation) -> tuple[Rule, ...]:
    return _rules(rules.kind, rules.required, rules.today, rules.currencies, notation)


@lru_cache(maxsize=64)
def _rules(
    kind: SubmissionKind, required: frozenset[str], today: date, currencies: frozenset[str], notation: Notation
) -> tuple[Rule, ...]:
    """Every rule, in the order in which a row's issues are listed: put into words once for all batches and reports that are
    read alike."""
    return (
        *(rule(IssueCode.MISSING_VALUE, name, pl.col(name).is_null()) for name in FIELDS if name in required),
        *_document_rules(),
        *_date_rules(today, notation),
        *number_rules("quantity", "quantity_milli", QUANTITY_DECIMALS, notation),
        *number_rules("unit_price", "unit_price_micros", PRICE_DECIMALS, notation),
        *_movement_rules(kind, required, currencies),
        *_text_rules(),
    )


def rule(code: IssueCode, name: str, found: pl.Expr, value: pl.Expr | None = None) -> Rule:
    """A rule about a field, which quotes the field's text unless it is told what else. What cannot be said is not true."""
    return Rule(code, name, found.fill_null(False), pl.col(name) if value is None else value)


def _document_rules() -> list[Rule]:
    number = pl.col("document_number")
    return [
        rule(IssueCode.UNKNOWN_DOCUMENT_KIND, "document_kind", pl.col("kind").is_null()),
        rule(IssueCode.MISSING_LINE_NUMBER, "document_line", pl.col("line_withheld"), number),
    ]


def _date_rules(today: date, notation: Notation) -> list[Rule]:
    unread = pl.col("sold_on").is_not_null() & pl.col("sold").is_null()
    ambiguous = date_is_ambiguous("sold_on", notation)
    return [
        rule(IssueCode.AMBIGUOUS_DATE, "sold_on", unread & ambiguous),
        rule(IssueCode.MALFORMED_DATE, "sold_on", unread & ~ambiguous),
        rule(IssueCode.DATE_IN_FUTURE, "sold_on", pl.col("sold") > pl.lit(today)),
        rule(IssueCode.DATE_TOO_OLD, "sold_on", pl.col("sold") < pl.lit(EARLIEST)),
    ]


def number_rules(name: str, typed: str, decimals: int, notation: Notation) -> list[Rule]:
    """What can be wrong with a number, whose digits `digits_of` took apart."""
    ambiguous = number_is_ambiguous(name, notation)
    is_number = pl.col(f"{name}_whole").is_not_null()
    return [
        rule(IssueCode.AMBIGUOUS_NUMBER, name, ambiguous),
        rule(IssueCode.MALFORMED_NUMBER, name, pl.col(name).is_not_null() & ~is_number & ~ambiguous),
        rule(IssueCode.TOO_MANY_DECIMALS, name, (pl.col(f"{name}_fraction").str.len_bytes() > decimals) & ~ambiguous),
        rule(IssueCode.VALUE_OUT_OF_RANGE, name, ~number_fits(name, decimals)),
    ]


def _movement_rules(kind: SubmissionKind, required: frozenset[str], currencies: frozenset[str]) -> list[Rule]:
    quantity, price = pl.col("quantity_milli"), pl.col("unit_price_micros")
    gives_back = (pl.col("kind") == DocumentKind.CREDIT_NOTE) | (pl.col("stated_sale_type") == SaleType.RETURN)
    beyond = quantity.is_not_null() & price.is_not_null() & pl.col("amount_micros").is_null()
    sold_out = kind is SubmissionKind.SELL_OUT
    unpriced = pl.col("unit_price").is_null() & pl.lit("unit_price" not in required and not sold_out)
    in_no_currency = pl.lit(sold_out) & pl.col("unit_price").is_not_null() & (pl.col("currency_code") == NO_CURRENCY)
    return [
        rule(IssueCode.QUANTITY_ZERO, "quantity", quantity == 0),
        rule(IssueCode.QUANTITY_NOT_NEGATIVE, "quantity", (quantity > 0) & gives_back),
        rule(IssueCode.PRICE_NEGATIVE, "unit_price", price < 0),
        rule(IssueCode.VALUE_OUT_OF_RANGE, "unit_price", beyond, pl.col("quantity") + " × " + pl.col("unit_price")),
        rule(IssueCode.PRICE_MISSING, "unit_price", unpriced),
        rule(IssueCode.MISSING_VALUE, "currency", in_no_currency),
        rule(IssueCode.UNKNOWN_CURRENCY, "currency", ~pl.col("currency_code").is_in(sorted(currencies))),
        rule(IssueCode.UNKNOWN_SALE_TYPE, "sale_type", pl.col("stated_sale_type").is_null()),
        rule(
            IssueCode.UNKNOWN_COUNTRY,
            "ship_to_country",
            pl.col("ship_to_country").is_not_null() & pl.col("country").is_null(),
        ),
    ]


MINOR_UNIT = {code: 10 ** (PRICE_DECIMALS - places) for code, places in MINOR_UNITS.items()}
"""Currency → millionths in its minor unit."""


@lru_cache(maxsize=1)
def _amount_rules() -> tuple[Rule, ...]:
    """What can be wrong with the amount that is stated for a line. It does not count: nothing of it rejects a row."""
    one = pl.col("currency_code").replace_strict(MINOR_UNIT, default=None, return_dtype=pl.Int64)
    compared = pl.col("line_amount").is_not_null() & pl.col("amount_micros").is_not_null() & ~pl.col("stated_unclear")
    apart = pl.col("stated_micros").is_null() | (pl.col("stated_apart") > one)
    return (rule(IssueCode.AMOUNT_DIFFERS, "amount", compared & apart, pl.col("line_amount")),)


def _text_rules() -> list[Rule]:
    damaged = {name: pl.col(name).str.contains(REPLACED, literal=True) for name in FIELDS}
    serials = pl.col("serials").list.eval(pl.element().str.len_chars()).list.max() > LONGEST_SERIAL
    return [
        *(rule(IssueCode.TEXT_TOO_LONG, name, pl.col(name).str.len_chars() > most) for name, most in LONGEST.items()),
        rule(IssueCode.TEXT_TOO_LONG, "serial_numbers", serials),
        rule(
            IssueCode.NAME_RESERVED, "end_customer", pl.col("end_customer").str.to_lowercase().str.starts_with(ERASED)
        ),
        *(rule(IssueCode.TEXT_DAMAGED, name, damaged[name]) for name in IDENTIFYING),
        *(rule(IssueCode.CHARACTER_REPLACED, name, damaged[name]) for name in FIELDS if name not in IDENTIFYING),
    ]
