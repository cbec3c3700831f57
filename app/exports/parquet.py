"""Parquet: columns with types, every decimal exact.

How many places a column's decimals have is known when the last row is, so rows are laid down in parts beside and become
one file at the end, which is streamed from part to part. Decimals that do not fit into 38 digits stay texts.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from app.exports.columns import Column
from app.exports.writing import Node, column_of, pieces_of, said

MOST_DIGITS = 38
ROWS_OF_A_GROUP = 100_000
_KINDS: dict[str, Any] = {
    "Int": pl.Int64,
    "Float": pl.Float64,
    "Boolean": pl.Boolean,
    "Date": pl.Date,
    "DateTime": pl.Datetime("us", "UTC"),
}
_READ: dict[str, Callable[[str], object]] = {"Date": date.fromisoformat, "DateTime": datetime.fromisoformat}
_TEXTS = frozenset({"String", "ID", "CurrencyCode", "Enum", "Decimal"})


class Parquet:
    """One file of row groups, with the columns' types."""

    suffix = "parquet"
    media_type = "application/vnd.apache.parquet"

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="export-")
        self._parts = 0

    def begin(self, columns: Sequence[Column]) -> bytes:
        """Nothing yet."""
        self._columns = list(columns)
        self._schema = {each.name: pl.List(pl.String) if each.many else _stored(each) for each in columns}
        self._digits = {each.name: (1, 0) for each in columns if each.kind == "Decimal" and not each.many}
        self._lay([])
        return b""

    def rows(self, nodes: Sequence[Node]) -> bytes:
        """Nothing yet."""
        if nodes:
            self._lay(nodes)
        return b""

    def end(self) -> Iterator[bytes]:
        """The file."""
        made = Path(self._folder.name) / "export.parquet"
        parts = [self._part(number) for number in range(self._parts)]
        exact = [
            pl.col(name).cast(pl.Decimal(MOST_DIGITS, places))
            for name, (whole, places) in self._digits.items()
            if whole + places <= MOST_DIGITS
        ]
        pl.scan_ipc(parts).with_columns(exact).sink_parquet(made, compression="zstd", row_group_size=ROWS_OF_A_GROUP)
        return pieces_of(made)

    def close(self) -> None:
        """Removes the parts and the file."""
        self._folder.cleanup()

    def _part(self, number: int) -> Path:
        return Path(self._folder.name) / f"{number:08}.arrow"

    def _lay(self, nodes: Sequence[Node]) -> None:
        data = {each.name: self._values(each, column_of(nodes, each.path)) for each in self._columns}
        pl.DataFrame(data, schema=self._schema).write_ipc(self._part(self._parts), compression="zstd")
        self._parts += 1

    def _values(self, column: Column, values: list[Any]) -> list[Any]:
        if column.many:
            return [None if each is None else list(map(said, each)) for each in values]
        if column.name in self._digits:
            self._measure(column.name, values)
        read = _READ.get(column.kind)
        if read is not None:
            return [None if each is None else read(each) for each in values]
        if column.kind in _KINDS or column.kind in _TEXTS:
            return values
        return [None if each is None else said(each) for each in values]

    def _measure(self, name: str, values: Sequence[str | None]) -> None:
        """How many digits the decimals of a column have before and after the point."""
        whole, places = self._digits[name]
        for each in set(values):
            if each is not None:
                before, _, after = each.lstrip("-").partition(".")
                whole, places = max(whole, len(before)), max(places, len(after))
        self._digits[name] = whole, places


def _stored(column: Column) -> Any:
    return _KINDS.get(column.kind, pl.String)
