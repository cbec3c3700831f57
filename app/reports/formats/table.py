"""How a sheet becomes a table: its first row with anything on it names the columns, every further one is a row. Where the
sender's profile says that there is no header, the first is a row, too."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import polars as pl

from app.reports.formats.cells import MOST_VALUES, SheetCells, range_of, texts_of
from app.reports.formats.columns import FURTHER_NUMBERS, NUMBERS, Columns, columns_of
from app.reports.formats.frame import ReadingRules
from app.reports.formats.package import damaged, too_large
from app.reports.formats.workbook import LONGEST_TEXT, Sheet, Workbook
from app.reports.issues import Issue, IssueCode

_NOT_CODES = {*NUMBERS, *FURTHER_NUMBERS, "sold_on", "counted_on"}
_SELF_LIMITED = "serial_numbers"


class Begun(NamedTuple):
    """A sheet whose header was read: where the header stands, what it names, and the cells below it."""

    sheet: Sheet
    place: int
    number: int
    columns: Columns
    cells: SheetCells
    below: Iterator[pl.DataFrame]

    @property
    def first(self) -> str:
        """The header as it stands."""
        return ",".join(self.columns.names)


class Part(NamedTuple):
    """Some rows of a sheet: `at`, their place among all of them from 1, their `number`, the cells `c0`, `c1` …, what
    stands `beyond` the header's columns, and which quantities and prices are numbers by themselves (`quantity_typed`);
    and their issues."""

    rows: pl.DataFrame
    issues: list[Issue]


def begun(book: Workbook, sheet: Sheet, rules: ReadingRules) -> Begun | None:
    """The sheet with its header read; None where nothing stands on it."""
    cells = SheetCells(book, sheet.part)
    skipped = rules.layout.skip_lines if rules.layout else 0
    batches = (texts_of(batch, book) for batch in cells.batches())
    for every in batches:
        texts = every.filter(pl.col("number") > skipped)
        if not texts.height:
            continue
        place, number = texts.row(0)[:2]
        head = texts.filter(pl.col("row") == place)
        if head.get_column("problem").is_not_null().any():
            raise damaged("its header row contradicts itself")
        named = dict(head.select("column", "text").iter_rows())
        names = [named.get(column) or "" for column in range(1, max(named) + 1)]
        if rules.layout is not None and rules.layout.headerless:
            return Begun(sheet, place - 1, number - 1, columns_of(names, rules), cells, chain([texts], batches))
        below = chain([texts.filter(pl.col("row") > place)], batches)
        return Begun(sheet, place, number, columns_of(names, rules), cells, below)
    return None


def parts_of(begun: Begun) -> Iterator[Part]:
    """All rows below the header, in their order, each with anything on it, some at a time; at least one part."""
    fields = begun.columns.fields
    values = before = 0
    for texts in begun.below:
        values += texts.height
        if values > MOST_VALUES:
            raise too_large(f"a sheet has more than {MOST_VALUES:,} values")
        rows = _wide(texts, fields).with_columns(pl.int_range(before + 1, before + pl.len() + 1).alias("at"))
        flaws = _flawed(texts, len(fields))
        flaws = flaws.join(rows.select("row", "at"), on="row", how="inner", maintain_order="left")
        problems = rows.select("at", "problem").drop_nulls()
        malformed = [Issue(at, None, IssueCode.MALFORMED_ROW, problem) for at, problem in problems.iter_rows()]
        yield Part(rows, [*malformed, *_flaws(flaws.join(problems, on="at", how="anti"), fields)])
        before += rows.height


def _wide(texts: pl.DataFrame, fields: list[str | None]) -> pl.DataFrame:
    """The rows of a batch, with a column for each of the header's."""
    inside, numbers = pl.col("column") <= len(fields), numbers_in(fields)
    rows = texts.group_by("row", maintain_order=True).agg(pl.col("number", "problem").drop_nulls().first())
    cells = texts.filter(inside).pivot("column", index="row", values="text", aggregate_function="first")
    missing = [
        pl.lit(None, pl.String()).alias(str(i + 1)) for i in range(len(fields)) if str(i + 1) not in cells.columns
    ]
    return (
        rows.join(cells.with_columns(missing), on="row", how="left", maintain_order="left")
        .join(_beyond(texts.filter(~inside)), on="row", how="left", maintain_order="left")
        .with_columns(_typed(texts, name, fields) for name in numbers)
        .select(
            "row",
            "number",
            "problem",
            *(pl.col(str(i + 1)).alias(f"c{i}") for i in range(len(fields))),
            "beyond",
            *(f"{name}_typed" for name in numbers),
        )
    )


def numbers_in(fields: list[str | None]) -> list[str]:
    """The fields of which it is kept whether they are numbers by themselves."""
    return [*NUMBERS, *(name for name in FURTHER_NUMBERS if name in fields)]


def _beyond(texts: pl.DataFrame) -> pl.DataFrame:
    """What stands to the right of the header's columns, as one text for each row."""
    told = pl.lit("column ") + pl.col("column").cast(pl.String) + ": " + pl.col("text").fill_null("")
    return texts.group_by("row", maintain_order=True).agg(told.str.join(" | ").alias("beyond"))


def _typed(texts: pl.DataFrame, name: str, fields: list[str | None]) -> pl.Expr:
    """Whether the row's quantity or price is a number by itself."""
    column = fields.index(name) + 1 if name in fields else 0
    rows = texts.filter((pl.col("column") == column) & pl.col("typed")).get_column("row")
    return pl.col("row").is_in(rows.implode()).alias(f"{name}_typed")


def _flawed(texts: pl.DataFrame, width: int) -> pl.DataFrame:
    """The cells below the header's columns whose value is not there, or not whole."""
    long = pl.col("text").str.len_chars() > LONGEST_TEXT
    found = texts.filter((pl.col("failed") | pl.col("lost") | long) & (pl.col("column") <= width))
    return found.select("row", "column", "text", "failed", "lost")


def _flaws(flaws: pl.DataFrame, fields: list[str | None]) -> Iterator[Issue]:
    for column, text, failed, lost, at in flaws.select("column", "text", "failed", "lost", "at").iter_rows():
        field = fields[column - 1]
        if field is None:
            continue
        if failed:
            yield Issue(at, field, IssueCode.FORMULA_WITHOUT_RESULT, text or "a formula")
        elif lost and field not in _NOT_CODES:
            yield Issue(at, field, IssueCode.DIGITS_LOST, text)
        elif not lost and field == _SELF_LIMITED:
            yield Issue(at, field, IssueCode.TEXT_TOO_LONG, text)


class Merged:
    """The rows that have no value because their cell is merged with one above or to the left that has one, told of each
    part of the rows in its turn. A range of cells is told of its first row on."""

    def __init__(self, begun: Begun) -> None:
        ranges = {found for ref in set(begun.cells.merged) if (found := range_of(ref))}
        self._waiting = sorted(sorted(ranges), key=lambda found: found[1])[::-1]
        self._open: list[tuple[int, int, int, int]] = []
        self._header = begun.number
        self._fields = [(column, field) for column, field in enumerate(begun.columns.fields, 1) if field]
        self._width = len(begun.columns.fields)

    @property
    def any(self) -> bool:
        """Whether any cells are merged."""
        return bool(self._waiting or self._open)

    def issues(self, rows: pl.DataFrame) -> Iterator[Issue]:
        """The issues of the next rows."""
        if not (self.any and rows.height):
            return
        numbers = rows.get_column("number").to_list()
        first, last = rows.item(0, "at"), numbers[-1]
        while self._waiting and self._waiting[-1][1] <= last:
            left, top, right, bottom = self._waiting.pop()
            if self._holds(rows, numbers, left, top):
                self._open.append((left, top, right, bottom))
        done = dict.fromkeys(self._fields, 0)
        for left, top, right, bottom in self._open:
            for column, field in self._fields:
                if left <= column <= right:
                    start = max(bisect_left(numbers, top + (column == left)), done[column, field])
                    end = bisect_right(numbers, bottom)
                    done[column, field] = max(done[column, field], end)
                    told = f"rows {top} to {bottom}, columns {left} to {right}"
                    yield from (Issue(first + i, field, IssueCode.MERGED_CELL, told) for i in range(start, end))
        self._open = [each for each in self._open if each[3] > last]

    def _holds(self, rows: pl.DataFrame, numbers: list[int], column: int, number: int) -> bool:
        """Whether something stands in this cell."""
        at = bisect_left(numbers, number)
        if at == len(numbers) or numbers[at] != number:
            return number == self._header
        return column <= self._width and rows[f"c{column - 1}"][at] is not None
