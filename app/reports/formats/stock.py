"""How the rows of an inventory report become facts, and what makes one unreadable, all of it at once.

A row without a movement is a count: so many of a product lie in a warehouse, in one state, at the end of a day. A row with
one says what went into the warehouse or, with a negative quantity, out of it, by which document. Goods are good unless the
report says otherwise. A count may be zero and not negative; a movement may be negative and not zero, and one that takes
goods away is.
"""

from collections.abc import Iterable
from hashlib import blake2b

import polars as pl

from app.programme.terms import StockMovementKind, StockStatus
from app.reports.formats.arrangement import arranged
from app.reports.formats.checks import EARLIEST, Rule, found_by, number_rules, rule
from app.reports.formats.columns import BESIDE
from app.reports.formats.frame import STOCK_FIELDS, STOCK_ROWS, ReadingRules, issue_frame
from app.reports.formats.notation import Notation, date_is_ambiguous, dates_of, number_text
from app.reports.formats.text import REPLACED
from app.reports.formats.values import QUANTITY_DECIMALS, digits_of, fixed_point, term_of
from app.reports.issues import Issue, IssueCode, Severity

LONGEST: dict[str, int] = {
    "warehouse": 80,
    "product_code": 80,
    "unit": 20,
    "reference": 80,
    "reference_line": 40,
    "lot": 80,
}
"""Field → characters that it may have."""
IDENTIFYING = ("warehouse", "product_code", "reference", "reference_line", "lot")
"""A character that could not be read makes these name something else."""
TAKES_AWAY = (StockMovementKind.RETURN_TO_VENDOR, StockMovementKind.SCRAPPED, StockMovementKind.DELIVERY)
"""Movements out of a warehouse; the others go both ways."""
_CONTENT = (
    "warehouse",
    "product_code",
    "counted_on",
    "quantity_milli",
    "unit",
    "status",
    "movement",
    "reference",
    "lot",
)


def checked_stock(
    received: pl.DataFrame, rules: ReadingRules, notation: Notation, found: Iterable[Issue] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The typed rows of an inventory report (STOCK_ROWS), and all of their issues in the order of the rows.

    As `checked` does it for sales: `received` has `row`, `source`, the canonical fields as text and any further column
    that was received; `found` are the issues that the reader met on the way; a row with an ERROR is rejected.
    """
    in_order, told, notation = arranged(received, rules, notation)
    earlier = issue_frame([*found, *told])
    malformed = earlier.filter(pl.col("code") == IssueCode.MALFORMED_ROW).get_column("row")
    read = _facts(_texts(in_order), notation)
    issues = pl.concat([earlier, found_by(read, _rules(rules, notation), malformed)]).sort("row", maintain_order=True)
    errors = [str(code) for code in IssueCode if code.severity is Severity.ERROR]
    rejected = issues.filter(pl.col("code").is_in(errors)).get_column("row").unique()
    rows = _rows(read, rejected)
    beside = [name for name in received.columns if name in BESIDE]
    kept = pl.struct(received.drop("row", "source", *beside)).alias("received")
    return rows.with_columns(received.select(kept).to_series()), issues


def _texts(received: pl.DataFrame) -> pl.DataFrame:
    """The canonical fields as trimmed text, null where nothing was received."""
    trimmed = {name: pl.col(name).str.strip_chars() for name in STOCK_FIELDS}
    return received.with_columns(
        **{name: pl.when(text.str.len_bytes() > 0).then(text) for name, text in trimmed.items()}
    )


def _facts(text: pl.DataFrame, notation: Notation) -> pl.DataFrame:
    """The typed values beside the texts, null where a text cannot be read. The texts keep their names."""
    movement = term_of("movement", StockMovementKind, None)
    return (
        text.with_columns(
            term_of("status", StockStatus, StockStatus.GOOD).alias("state"),
            movement.alias("moved_by"),
            pl.col("unit").str.to_uppercase().alias("unit_code"),
            dates_of("counted_on", notation).alias("day"),
            number_text("quantity", notation).alias("quantity_text"),
        )
        .with_columns(*digits_of("quantity"))
        .with_columns(fixed_point("quantity", QUANTITY_DECIMALS).alias("quantity_milli"))
    )


def _rules(rules: ReadingRules, notation: Notation) -> list[Rule]:
    """Every rule, in the order in which a row's issues are listed."""
    moves = pl.col("movement").is_not_null()
    return [
        *(
            rule(IssueCode.MISSING_VALUE, name, pl.col(name).is_null())
            for name in STOCK_FIELDS
            if name in rules.required
        ),
        rule(IssueCode.MISSING_VALUE, "reference", moves & pl.col("reference").is_null()),
        *_date_rules(rules, notation),
        *number_rules("quantity", "quantity_milli", QUANTITY_DECIMALS, notation),
        *_stock_rules(),
        *_text_rules(),
    ]


def _date_rules(rules: ReadingRules, notation: Notation) -> list[Rule]:
    unread, day = pl.col("counted_on").is_not_null() & pl.col("day").is_null(), pl.col("day")
    ambiguous = date_is_ambiguous("counted_on", notation)
    return [
        rule(IssueCode.AMBIGUOUS_DATE, "counted_on", unread & ambiguous),
        rule(IssueCode.MALFORMED_DATE, "counted_on", unread & ~ambiguous),
        rule(IssueCode.DATE_IN_FUTURE, "counted_on", day > pl.lit(rules.today)),
        rule(IssueCode.DATE_TOO_OLD, "counted_on", day < pl.lit(EARLIEST)),
    ]


def _stock_rules() -> list[Rule]:
    quantity, moves = pl.col("quantity_milli"), pl.col("movement").is_not_null()
    takes_away = pl.col("moved_by").is_in([str(each) for each in TAKES_AWAY])
    return [
        rule(IssueCode.COUNT_NEGATIVE, "quantity", ~moves & (quantity < 0)),
        rule(IssueCode.QUANTITY_ZERO, "quantity", moves & (quantity == 0)),
        rule(IssueCode.MOVEMENT_NOT_NEGATIVE, "quantity", takes_away & (quantity > 0)),
        rule(IssueCode.UNKNOWN_STATUS, "status", pl.col("state").is_null()),
        rule(IssueCode.UNKNOWN_MOVEMENT, "movement", moves & pl.col("moved_by").is_null()),
    ]


def _text_rules() -> list[Rule]:
    damaged = {name: pl.col(name).str.contains(REPLACED, literal=True) for name in STOCK_FIELDS}
    return [
        *(rule(IssueCode.TEXT_TOO_LONG, name, pl.col(name).str.len_chars() > most) for name, most in LONGEST.items()),
        *(rule(IssueCode.TEXT_DAMAGED, name, damaged[name]) for name in IDENTIFYING),
        *(rule(IssueCode.CHARACTER_REPLACED, name, damaged[name]) for name in STOCK_FIELDS if name not in IDENTIFYING),
    ]


def _rows(read: pl.DataFrame, rejected: pl.Series) -> pl.DataFrame:
    """The columns of STOCK_ROWS: typed values under their names, in place of the texts they were read from."""
    rows = read.select(
        "row",
        "source",
        "warehouse",
        "product_code",
        pl.col("day").alias("counted_on"),
        "quantity_milli",
        pl.col("unit_code").alias("unit"),
        pl.col("state").alias("status"),
        pl.col("moved_by").alias("movement"),
        "reference",
        "reference_line",
        "lot",
        pl.col("row").is_in(rejected.implode()).alias("rejected"),
    )
    return rows.with_columns(_content_hashes(rows)).select(list(STOCK_ROWS))


def _content_hashes(rows: pl.DataFrame) -> pl.Series:
    """What each row says, as 32 hexadecimal digits: equal for equal facts, whatever the report was written in.

    It covers the normalised values as received, before any alias, and not the line of the document, which names the row.
    Rejected rows say nothing and have none.
    """
    said = pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in _CONTENT], separator="\x1f")
    content = rows.select(pl.when(~pl.col("rejected")).then(said)).to_series()
    hashes = [
        None if text is None else blake2b(text.encode(), digest_size=16).hexdigest() for text in content.to_list()
    ]
    return pl.Series("content_hash", hashes, dtype=pl.String())
