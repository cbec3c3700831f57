"""How a list of stock is read whose rows have several quantities: so many on hand, so many reserved, so many on their way.

The sender's profile says which columns these are, and in which state the goods of each lie. Every quantity that a row states
becomes a row of its own, in the order of the columns, with the number that follows; where it stands is told by its line and
its state. A blank cell states nothing, a zero states that nothing lies there. A row in which no quantity stands stays one
row, which lacks it: no row vanishes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import polars as pl

from app.programme.terms import StockStatus
from app.reports.issues import Issue

WIDE: dict[str, StockStatus] = {f"quantity {status}": status for status in StockStatus}
"""Under what name a reader keeps the quantity of goods in one state, and which state that is."""
_NAMES = {status: name for name, status in WIDE.items()}


def quantity_of(status: StockStatus) -> str:
    """Under what name the quantity of goods in this state is kept."""
    return _NAMES[status]


def quantities_in(names: Iterable[str | None]) -> list[str]:
    """Those of these columns that are quantities of goods in one state, in their order."""
    return [name for name in names if name in WIDE]


def height_of(received: pl.DataFrame) -> int:
    """How many rows these rows of a table become."""
    wide = quantities_in(received.columns)
    if not wide:
        return received.height
    stated = pl.sum_horizontal(_says(name).cast(pl.Int64) for name in wide)
    found: int = received.select(pl.max_horizontal(stated, pl.lit(1)).sum()).item()
    return found


def spread(
    received: pl.DataFrame, issues: Sequence[Issue], before: int | None = None
) -> tuple[pl.DataFrame, list[Issue]]:
    """The rows, each with one quantity and its state, and what was found of each; numbered from `before`, the rows before
    them, or from the first of theirs. A quantity at which something was found has its row, though nothing stands there."""
    wide = quantities_in(received.columns)
    if not wide:
        return received, list(issues)
    start = before if before is not None else (received.item(0, "row") - 1 if received.height else 0)
    flawed = defaultdict[str, list[int]](list)
    for issue in issues:
        if issue.field in WIDE:
            flawed[issue.field].append(issue.row)
    stated = {name: _says(name) | pl.col("row").is_in(flawed[name]) for name in wide}
    parts = [_one(received.filter(stated[name]), name, place) for place, name in enumerate(wide)]
    nothing = received.filter(~pl.any_horizontal(stated.values()))
    parts.append(nothing.with_columns(pl.lit(len(wide)).alias("place"), pl.lit(None, pl.String()).alias("of")))
    rows = pl.concat(parts).sort("row", "place", maintain_order=True).rename({"row": "table_row"})
    rows = rows.with_columns(pl.int_range(start + 1, start + pl.len() + 1).alias("row"))
    numbers = defaultdict[int, dict[str | None, int]](dict)
    for table_row, of, row in rows.select("table_row", "of", "row").iter_rows():
        numbers[table_row][of] = row
    told = [each for issue in issues for each in _of_rows(issue, numbers)]
    typed = [f"{name}_typed" for name in wide if f"{name}_typed" in received.columns]
    return rows.select(received.columns).drop(typed), told


def _one(rows: pl.DataFrame, name: str, place: int) -> pl.DataFrame:
    """The rows that state this quantity, with it alone."""
    found = [
        pl.col(name).alias("quantity"),
        pl.lit(str(WIDE[name])).alias("status"),
        pl.format("{}, {}", "source", pl.lit(str(WIDE[name]))).alias("source"),
    ]
    if f"{name}_typed" in rows.columns:
        found.append(pl.col(f"{name}_typed").alias("quantity_typed"))
    return rows.with_columns(*found, pl.lit(place).alias("place"), pl.lit(name).alias("of"))


def _says(name: str) -> pl.Expr:
    return (pl.col(name).str.strip_chars().str.len_bytes() > 0).fill_null(False)


def _of_rows(issue: Issue, numbers: dict[int, dict[str | None, int]]) -> Iterable[Issue]:
    """What was found of a row of the table, of the rows that it became: all of them, or the one of that quantity."""
    own = numbers.get(issue.row)
    if issue.row == 0 or own is None:
        return [issue]
    if issue.field in WIDE:
        return [issue._replace(row=own[issue.field], field="quantity")]
    return [issue._replace(row=row) for row in own.values()]
