"""How the cells of a sheet become texts.

Each row that stands in the sheet is a row, whatever number it gives itself. A number becomes its exact text, with the
fifteen digits that a spreadsheet keeps: 0.1 and not 0.10000000000000001, 3 and not 3.0, and with the leading zeros that
its format shows. A date becomes YYYY-MM-DD by the workbook's own system (from 1900 or from 1904), with its time only
where it is not midnight. Of a formula the stored result counts.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import polars as pl

from app.reports.formats.package import Elements, damaged, too_large, walk
from app.reports.formats.shared_texts import SharedTexts
from app.reports.formats.workbook import DAY, LONGEST_TEXT, PLAIN, Workbook, unescaped

MOST_ROWS, MOST_CELLS = 1_048_576, 16_384
"""Rows of a sheet and cells of a row that a spreadsheet program has room for."""
MOST_VALUES = 32_000_000
"""Cells of a sheet with something in them: a full sheet of thirty columns."""
MOST_MERGED = 1_000_000
DIGITS = 15
"""Digits of a number that a spreadsheet keeps."""

CELLS: dict[str, pl.DataType] = {
    "row": pl.UInt32(),
    "number": pl.UInt32(),
    "ref": pl.String(),
    "type": pl.String(),
    "style": pl.String(),
    "value": pl.String(),
    "calculated": pl.Boolean(),
}
"""A cell as it stands in the sheet: its row's place among the rows and its number, its own place, type, style, value."""

_BATCH = 100_000
_NO_DAY = 60
"""The number of 29 February 1900, a day that never was, in the system that counts from 1900."""
_LAST_DAY = 2_958_465
_LONGEST_NUMBER = 100
_DIGITS_LOST = rf"^-?[1-9][0-9]{{{DIGITS - 1}}}0+$"
_NO_NUMBERS = ["s", "str", "inlineStr", "b", "e", "d"]
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_PLAIN_NUMBER = r"^(?:0|-?[1-9][0-9]{0,14}|-?(?:0|[1-9][0-9]*)\.[0-9]*[1-9])$"


class SheetCells:
    """The cells of one sheet, batch by batch; its merged ranges and the number of its rows, once all are read."""

    def __init__(self, book: Workbook, part: str) -> None:
        self.merged: list[str] = []
        self.rows = 0
        self._listening = _Sheet(self.merged)
        self._walk = walk(book.package.pieces(part), self._listening)

    def batches(self) -> Iterator[pl.DataFrame]:
        """Frames of CELLS, in the order of the sheet; no row is in two of them. The first is small."""
        listening, least = self._listening, 1
        for _ in self._walk:
            if listening.row_start >= least:
                yield listening.taken(listening.row_start)
                least = _BATCH
            if listening.row >= MOST_ROWS or len(listening.refs) - listening.row_start > MOST_CELLS:
                raise damaged(f"a sheet has at most {MOST_ROWS:,} rows of {MOST_CELLS:,} cells")
        if listening.root != "worksheet":
            raise damaged("a part that should be a sheet is none")
        self.rows = listening.row + 1
        yield listening.taken(len(listening.refs))


class _Sheet(Elements):
    """Collects cells as the XML names them. What it does for every cell is as little as possible."""

    def __init__(self, merged: list[str]) -> None:
        super().__init__()
        self.root: str | None = None
        self.cell = self.item = self.value = self.formula = self.inline = self.run = self.aid = self.merge = ""
        self.merged = merged
        self.row, self.number, self.row_start = -1, 0, 0
        self.rows: list[int] = []
        self.numbers: list[int] = []
        self.refs: list[str] = []
        self.types: list[str | None] = []
        self.styles: list[str | None] = []
        self.values: list[str | None] = []
        self.calculated: list[bool] = []
        self.wanted = self.aiding = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.opened += 1
        if name == self.cell:
            given = attributes.get
            self.rows.append(self.row)
            self.numbers.append(self.number)
            self.refs.append(given("r") or self._next_place())
            self.types.append(given("t"))
            self.styles.append(given("s"))
            self.values.append(None)
            self.calculated.append(False)
            self.wanted = self.aiding = False
        elif name == self.value:
            self._want(bool(self.values) and self.values[-1] is None)
        else:
            self.wanted = False
            self._rarer(name, attributes)

    def text(self, text: str) -> None:
        if self.wanted and not self.ended:
            before = self.values[-1]
            if before is None:
                self.values[-1] = text
            elif len(before) <= LONGEST_TEXT:
                self.values[-1] = before + text

    def taken(self, count: int) -> pl.DataFrame:
        """The first so many cells, which are forgotten here."""
        lists = (self.rows, self.numbers, self.refs, self.types, self.styles, self.values, self.calculated)
        columns = dict(zip(CELLS, (each[:count] for each in lists), strict=True))
        for each in lists:
            del each[:count]
        self.row_start -= count
        return pl.DataFrame(columns, schema=CELLS)

    def _rarer(self, name: str, attributes: dict[str, str]) -> None:
        if self.root is None:
            self._name(name)
        elif name == self.item:
            self._begin_row(attributes.get("r", ""))
        elif name == self.formula and self.calculated:
            self.calculated[-1] = True
        elif name == self.run and self.types:
            self._want(self.types[-1] == "inlineStr" and not self.aiding)
        elif name == self.inline and self.types and self.types[-1] == "inlineStr":
            self.values[-1] = None
        elif name == self.aid:
            self.aiding = True
        elif name == self.merge:
            self.merged.append(attributes.get("ref", ""))
            if len(self.merged) > MOST_MERGED:
                raise too_large(f"a sheet has more than {MOST_MERGED:,} merged ranges")

    def _want(self, wanted: bool) -> None:
        """Whether the text that follows is wanted, until the element ends."""
        self.wanted = wanted
        self.closed += len(self.ended)
        self.ended.clear()

    def _name(self, root: str) -> None:
        """The names of the elements, with the prefix that the root has."""
        prefix, colon, self.root = root.rpartition(":")
        names = ("c", "row", "v", "f", "is", "t", "rPh", "mergeCell")
        named = [f"{prefix}{colon}{name}" for name in names]
        self.cell, self.item, self.value, self.formula, self.inline, self.run, self.aid, self.merge = named

    def _begin_row(self, number: str) -> None:
        self.row += 1
        self.number = int(number) if number.isdecimal() and len(number) < 8 else self.number + 1
        self.row_start = len(self.refs)

    def _next_place(self) -> str:
        """A cell that does not say where it stands is to the right of the one before."""
        before = self.refs[-1] if len(self.refs) > self.row_start else ""
        letters = re.match("[A-Z]*", before)
        return f"{_letters(_column(letters[0] if letters else '') + 1)}{self.number}"


def texts_of(cells: pl.DataFrame, book: Workbook) -> pl.DataFrame:
    """The cells that have something in them, as `row`, `number`, `column` (from 1) and `text`.

    Also whether a cell is a `typed` number, whether it is one that `lost` digits, whether it `failed` (an error, or a
    formula without a result), and the `problem` of one that contradicts itself.
    """
    kind = pl.col("type").fill_null("n")
    place = pl.col("ref").str.extract_groups(r"^([A-Z]{1,3})([0-9]{1,7})$").struct
    known = cells.with_columns(
        kind.alias("type"),
        pl.when(kind.is_in(["str", "inlineStr"]))
        .then("value")
        .otherwise(pl.col("value").str.strip_chars())
        .alias("value"),
        place.field("1").alias("letters"),
        (place.field("2").cast(pl.UInt32) == pl.col("number")).fill_null(False).alias("placed"),
        _shown(book.styles).alias("shown"),
        (kind.is_in(_NO_NUMBERS).not_() & pl.col("value").is_not_null()).alias("is_number"),
    )
    known = known.with_columns(
        _unescaped(known.get_column("value")),
        _columns(known.get_column("letters")),
        _shared(known, book.texts),
        _numbers(known, book.from_1904),
    ).with_columns(_text().alias("text"))
    text, failed = pl.col("text"), pl.col("calculated") & pl.col("value").is_null() & (pl.col("type") != "str")
    return known.select(
        "row",
        "number",
        "column",
        "text",
        (pl.col("is_number") & (pl.col("shown") != DAY)).alias("typed"),
        (pl.col("is_number") & text.str.contains(_DIGITS_LOST)).fill_null(False).alias("lost"),
        (failed | (pl.col("type") == "e")).alias("failed"),
        _problem().alias("problem"),
    ).filter((text.str.strip_chars().str.len_bytes() > 0) | pl.col("failed") | pl.col("problem").is_not_null())


def _shown(styles: list[int]) -> pl.Expr:
    """How the number of a cell is shown, by its style."""
    special = {str(style): shown for style, shown in enumerate(styles) if shown != PLAIN}
    if not special:
        return pl.lit(PLAIN, dtype=pl.Int32)
    return pl.col("style").replace_strict(special, default=PLAIN, return_dtype=pl.Int32)


def _unescaped(values: pl.Series) -> pl.Series:
    """The values with characters that XML cannot hold, where they are written as such."""
    escaped = values.filter(values.str.contains("_x", literal=True)).unique().to_list()
    return values.replace(escaped, [unescaped(each) for each in escaped]) if escaped else values


def range_of(ref: str) -> tuple[int, int, int, int] | None:
    """The first column and row and the last ones of a range such as A2:B5; None where it is none."""
    found = re.fullmatch("([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})", ref)
    return (_column(found[1]), int(found[2]), _column(found[3]), int(found[4])) if found else None


def _columns(letters: pl.Series) -> pl.Series:
    """The numbers of the columns that are named by letters: A is 1, AA is 27."""
    numbers = {each: _column(each) for each in letters.unique().drop_nulls().to_list()}
    return letters.replace_strict(numbers, default=None, return_dtype=pl.UInt32).alias("column")


def _shared(known: pl.DataFrame, texts: SharedTexts) -> pl.Series:
    """The shared text that a cell refers to; null where there is none."""
    index = known.select(pl.when(pl.col("type") == "s").then(pl.col("value")).cast(pl.UInt32, strict=False))
    place = index.select(pl.when(pl.col("value") < len(texts)).then(pl.col("value"))).to_series()
    found = texts.gather(place) if len(texts) else place.cast(pl.String)
    return found.alias("shared")


def _numbers(known: pl.DataFrame, from_1904: bool) -> pl.Series:
    """The text of every number; null for other cells."""
    value, shown = pl.col("value"), pl.col("shown")
    plain = (shown == PLAIN) & value.str.contains(_PLAIN_NUMBER) & (value.str.len_bytes() <= DIGITS + 1)
    numbers = known.select(pl.when("is_number").then("value").alias("value"), "shown")
    other = numbers.filter(plain.not_(), value.is_not_null()).unique()
    texts = [number_text(text, how, from_1904) for text, how in other.iter_rows()]
    named = other.with_columns(pl.Series("shown_as", texts, pl.String()))
    joined = numbers.join(named, on=["value", "shown"], how="left", maintain_order="left")
    return joined.select(pl.coalesce("shown_as", "value")).to_series().alias("number_text")


def _text() -> pl.Expr:
    kind, value = pl.col("type"), pl.col("value")
    return (
        pl.when(kind == "s")
        .then("shared")
        .when(kind == "b")
        .then(value.replace({"1": "TRUE", "0": "FALSE"}))
        .when("is_number")
        .then("number_text")
        .otherwise(value)
    )


def _problem() -> pl.Expr:
    """What is wrong with a cell by itself."""
    ref = pl.col("ref").str.head(20)
    missing = (pl.col("type") == "s") & pl.col("value").is_not_null() & pl.col("shared").is_null()
    backwards = (pl.col("row") == pl.col("row").shift()) & (pl.col("column") <= pl.col("column").shift())
    return (
        pl.when(pl.col("placed").not_())
        .then(pl.lit("the cell ") + ref + " stands in row " + pl.col("number").cast(pl.String))
        .when(backwards)
        .then(pl.format("the cell {} stands there twice, or out of its order", ref))
        .when(missing)
        .then(pl.format("the cell {} refers to a text that the workbook does not hold", ref))
    )


def number_text(text: str, shown: int, from_1904: bool) -> str:
    """A number as a text, exact to the digits that a spreadsheet keeps, in the way in which it is `shown`.

    What is no number stays as it is. Whole numbers that are written with all of their digits keep them.
    """
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return text
    if shown == DAY:
        return day_text(float(text), from_1904) or text
    whole = re.fullmatch("[+]?(-?)0*([0-9]+)", text)
    exact = f"{whole[1]}{whole[2]}" if whole else format(Decimal(format(float(text), f".{DIGITS}g")), "f")
    if "." in exact:
        exact = exact.rstrip("0").removesuffix(".")
    exact = "0" if exact in {"-0", ""} else exact
    return exact.zfill(shown) if shown > 0 and exact.isdecimal() else exact


def day_text(serial: float, from_1904: bool) -> str | None:
    """The day, and the time if it is not midnight, that a number stands for; None where it stands for none."""
    seconds = round(serial * 86_400) if abs(serial) <= _LAST_DAY + 1 else -1
    days = seconds // 86_400
    if not 0 <= days <= _LAST_DAY - 1462 * from_1904 or (not from_1904 and days in {0, _NO_DAY}):
        return None
    begin = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 + (days < _NO_DAY))  # noqa: DTZ001
    moment = begin + timedelta(seconds=seconds)
    return str(moment.date() if seconds % 86_400 == 0 else moment)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
