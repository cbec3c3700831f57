"""How the lines of a CSV file become records, so that one bad record spoils no other.

A line that has the right number of values, with its quotes in order, is read in bulk. Only what is left is read one
by one: a value that runs over several lines is put together again, a quote in the middle of a value is taken as it
stands, and what then still does not fit the header is one malformed record. Lines without any value are skipped and
counted.
"""

import csv
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

_WHOLE, _BLANK, _DOUBTFUL = 0, 1, 2
_IN_PATTERN = {",": ",", ";": ";", "\t": r"\t", "|": r"\|"}


class Record(NamedTuple):
    """A record that was read by itself: the line it begins on, its values, and what is wrong with it, if anything."""

    line: int
    cells: list[str]
    problem: str | None
    text: str


class Records(NamedTuple):
    """All records in their order.

    `cells` has `line` (the physical line on which the record begins), `c0` … for the values, and for a malformed
    record, whose values are null, `problem` and `text`.
    """

    cells: pl.DataFrame
    blank: int


def records(body: str, first_line: int, delimiter: str, width: int) -> Records:
    """The records of this text, which begins on line `first_line` of the file and ends its lines with LF alone.

    `width` is the number of values that the header asks for; further values are no error where they are empty.
    """
    body = body.removesuffix("\n")
    physical = (
        pl.Series("text", [body] if body else [], pl.String())
        .str.split("\n")
        .explode()
        .to_frame()
        .with_row_index("line")
    )
    state = physical.select(_state(delimiter, width, quotes='"' in body)).to_series()
    single, consumed = _read_singly(physical.get_column("text"), state, delimiter, width)
    bulk = _in_bulk(physical.filter(state == _WHOLE), delimiter, width)
    cells = pl.concat([bulk, _as_frame(single, width)]).sort("line") if single else bulk
    blank = int((state == _BLANK).sum()) - consumed
    return Records(cells.with_columns(pl.col("line").cast(pl.Int64) + first_line), blank)


def _state(delimiter: str, width: int, quotes: bool) -> pl.Expr:
    """Whether a line is whole, blank, or has to be looked at by itself."""
    text = pl.col("text")
    if quotes:
        separator = _IN_PATTERN[delimiter]
        value = f'(?:"(?:[^"]|"")*"|[^"{separator}]*)'
        whole = text.str.contains(f"^{value}(?:{separator}{value}){{{width - 1}}}$")
    else:
        whole = text.str.count_matches(delimiter, literal=True) == width - 1
    blank = text.str.contains(f'^(?:""|[{_IN_PATTERN[delimiter]}\\s])*$')
    return pl.when(blank).then(_BLANK).when(whole).then(_WHOLE).otherwise(_DOUBTFUL)


def _in_bulk(whole: pl.DataFrame, delimiter: str, width: int) -> pl.DataFrame:
    """Lines that are known to be whole records, read by polars with every value as text."""
    schema: dict[str, pl.DataType] = {f"c{i}": pl.String() for i in range(width)}
    if whole.height == 0:
        cells = pl.DataFrame(schema=schema)
    else:
        body = whole.get_column("text").str.join("\n").item().encode()
        cells = pl.read_csv(body, separator=delimiter, has_header=False, infer_schema=False, schema=schema)
    if cells.height != whole.height:
        raise AssertionError(f"{whole.height} whole lines were read as {cells.height} records")
    nothing = pl.lit(None, dtype=pl.String())
    return cells.select(whole.get_column("line"), pl.all(), nothing.alias("problem"), nothing.alias("text"))


def _read_singly(text: pl.Series, state: pl.Series, delimiter: str, width: int) -> tuple[list[Record], int]:
    """The records that begin on doubtful lines, and how many blank lines turned out to be inside of a value."""
    doubtful = (state == _DOUBTFUL).arg_true().to_list()
    if not doubtful:
        return [], 0
    lines, states = text.to_list(), state.to_list()
    found: list[Record] = []
    consumed = reached = 0
    for start in doubtful:
        if start < reached:
            continue
        record, used = _one(lines, states, start, delimiter, width)
        found.append(record)
        reached = start + used
        consumed += states[start:reached].count(_BLANK)
    return found, consumed


def _one(lines: list[str], states: list[int], start: int, delimiter: str, width: int) -> tuple[Record, int]:
    """The record that begins on this line and how many lines it takes: one, where what follows does not complete it."""
    reader = csv.reader(_run(lines, states, start), delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        cells = next(reader)
    except csv.Error as refused:
        return Record(start, [], f"its quotes are not in order ({refused})", lines[start]), 1
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) != width:
        return Record(start, [], f"it has {len(cells)} values and the header has {width}", lines[start]), 1
    return Record(start, cells, None, lines[start]), reader.line_num


def _run(lines: list[str], states: list[int], start: int) -> Iterator[str]:
    """The line and those after it, up to the next that is a whole record by itself: no value swallows such a line."""
    yield lines[start] + "\n"
    for i in range(start + 1, len(lines)):
        if states[i] == _WHOLE:
            return
        yield lines[i] + "\n"


def _as_frame(single: list[Record], width: int) -> pl.DataFrame:
    """Records read one by one, in the columns of those read in bulk."""
    columns: dict[str, list[str | None]] = {
        f"c{i}": [record.cells[i] or None if record.cells else None for record in single] for i in range(width)
    }
    columns["problem"] = [record.problem for record in single]
    columns["text"] = [record.text if record.problem else None for record in single]
    line = pl.Series("line", [record.line for record in single], dtype=pl.UInt32)
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String())).select(line, pl.all())
