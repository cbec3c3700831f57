"""How the lines of a CSV file become records, so that one bad record spoils no other.

A line that has the right number of values, with its quotes in order, is read in bulk. Only what is left is read one
by one: a value that runs over several lines is put together again, a quote in the middle of a value is taken as it
stands, and what then still does not fit the header is one malformed record. Lines without any value are skipped and
counted. A file is read in batches of lines, cut where no record is cut; where they are cut makes no difference.
"""

import csv
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import polars as pl

_WHOLE, _BLANK, _DOUBTFUL = 0, 1, 2
_IN_PATTERN = {",": ",", ";": ";", "\t": r"\t", "|": r"\|"}
LONGEST_RECORD = 2_000
"""Lines of one record; a value with more line ends is none, but a quote that is never closed."""
MOST_CHARACTERS = 8 * 1024 * 1024
"""A batch of long lines ends with the line that passes this."""


class Record(NamedTuple):
    """A record that was read by itself: the line it begins on, its values, and what is wrong with it, if anything."""

    line: int
    cells: list[str]
    problem: str | None
    text: str


class Records(NamedTuple):
    """Records in their order.

    `cells` has `line` (the physical line on which the record begins), `c0` … for the values, and for a malformed
    record, whose values are null, `problem` and `text`.
    """

    cells: pl.DataFrame
    blank: int


class _Read(NamedTuple):
    """Records read one by one, how many blank lines turned out to be inside of a value, and the line from which on the
    next lines have to be known first, if there is one."""

    records: list[Record]
    consumed: int
    open_from: int | None


def records_of(texts: Iterable[str], first_line: int, delimiter: str, width: int, most: int) -> Iterator[Records]:
    """The records of this text in batches of about `most` lines, at least one. It begins on line `first_line` of the
    file, comes in any pieces, and ends its lines with LF alone.

    `width` is the number of values that the header asks for; further values are no error where they are empty.
    """
    waiting = ""
    line = first_line
    for body in _line_batches(texts, most):
        lines = _lines(waiting + body)
        found, open_from = _records(lines, line, delimiter, width, ended=False)
        cut = len(lines) if open_from is None else open_from
        waiting = "".join(f"{text}\n" for text in lines[cut:])
        line += cut
        if cut:
            yield found
    if waiting or line == first_line:
        yield _records(_lines(waiting), line, delimiter, width, ended=True)[0]


def _line_batches(texts: Iterable[str], most: int) -> Iterator[str]:
    """The text cut behind line ends, about `most` lines at a time; its last line always has its end."""
    pieces: list[str] = []
    lines = characters = 0
    for text in texts:
        pieces.append(text)
        lines += text.count("\n")
        characters += len(text)
        if lines >= most or (lines and characters > MOST_CHARACTERS):
            body, _, rest = "".join(pieces).rpartition("\n")
            yield body + "\n"
            pieces, lines, characters = [rest], 0, len(rest)
    if last := "".join(pieces):
        yield last if last.endswith("\n") else last + "\n"


def _lines(body: str) -> pl.Series:
    """The lines of a text, each of which has its end."""
    return pl.Series("text", [body[:-1]] if body else [], pl.String()).str.split("\n").explode(empty_as_null=False)


def _records(
    lines: pl.Series, first_line: int, delimiter: str, width: int, *, ended: bool
) -> tuple[Records, int | None]:
    """The records of these lines, and from which line on they are left to whoever knows the lines that follow."""
    physical = lines.to_frame().with_row_index("line")
    quotes = bool(lines.str.contains('"', literal=True).any())
    state = physical.select(_state(delimiter, width, quotes=quotes)).to_series()
    read = _read_singly(lines, state, delimiter, width, ended=ended)
    if read.open_from is not None:
        physical, state = physical.head(read.open_from), state.head(read.open_from)
    bulk = _in_bulk(physical.filter(state == _WHOLE), delimiter, width)
    cells = pl.concat([bulk, _as_frame(read.records, width)]).sort("line") if read.records else bulk
    blank = int((state == _BLANK).sum()) - read.consumed
    return Records(cells.with_columns(pl.col("line").cast(pl.Int64) + first_line), blank), read.open_from


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


def _read_singly(text: pl.Series, state: pl.Series, delimiter: str, width: int, *, ended: bool) -> _Read:
    """The records that begin on doubtful lines."""
    doubtful = (state == _DOUBTFUL).arg_true().to_list()
    if not doubtful:
        return _Read([], 0, None)
    lines, states = text.to_list(), state.to_list()
    found: list[Record] = []
    consumed = reached = 0
    for start in doubtful:
        if start < reached:
            continue
        run = _Run(lines, states, start)
        record, used = _one(run, lines[start], start, delimiter, width)
        if run.exhausted and not ended:
            return _Read(found, consumed, start)
        found.append(record)
        reached = start + used
        consumed += states[start:reached].count(_BLANK)
    return _Read(found, consumed, None)


class _Run:
    """The line and those after it, up to the next that is a whole record by itself: no value swallows such a line.

    `exhausted` says that more lines were asked for than there are.
    """

    def __init__(self, lines: list[str], states: list[int], start: int) -> None:
        self.exhausted = False
        self._lines, self._states, self._start = lines, states, start

    def __iter__(self) -> Iterator[str]:
        yield self._lines[self._start] + "\n"
        for i in range(self._start + 1, self._start + LONGEST_RECORD):
            if i == len(self._lines):
                self.exhausted = True
                return
            if self._states[i] == _WHOLE:
                return
            yield self._lines[i] + "\n"


def _one(run: _Run, text: str, start: int, delimiter: str, width: int) -> tuple[Record, int]:
    """The record that begins on this line and how many lines it takes: one, where what follows does not complete it."""
    reader = csv.reader(iter(run), delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        cells = next(reader)
    except csv.Error as refused:
        return Record(start, [], f"its quotes are not in order ({refused})", text), 1
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) != width:
        return Record(start, [], f"it has {len(cells)} values for {width} columns", text), 1
    return Record(start, cells, None, text), reader.line_num


def _as_frame(single: list[Record], width: int) -> pl.DataFrame:
    """Records read one by one, in the columns of those read in bulk."""
    columns: dict[str, list[str | None]] = {
        f"c{i}": [record.cells[i] or None if record.cells else None for record in single] for i in range(width)
    }
    columns["problem"] = [record.problem for record in single]
    columns["text"] = [record.text if record.problem else None for record in single]
    line = pl.Series("line", [record.line for record in single], dtype=pl.UInt32)
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String())).select(line, pl.all())
