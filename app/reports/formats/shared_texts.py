"""The texts that the sheets of a workbook share: few of them in memory, many in a file without a name.

A workbook may share more text than a report may take up in memory. Then only where each text begins is kept at hand, and
texts are read from the file as rows refer to them.

A text stands once in the workbook and may be referred to from every cell, so a few kilobytes could become gigabytes of
cells. What cells refer to is added up before anything is put together, and a workbook that repeats that much is refused.
"""

import tempfile
import weakref
from array import array
from typing import IO

import polars as pl

from app.reports.formats.package import LARGEST_OF_ALL, too_large

HELD = 32 * 1024 * 1024
"""Bytes of shared texts that are kept in memory."""
MOST_REPEATED = 64 * 1024 * 1024
"""Bytes of text to which the cells that are read together may refer, unless they refer to many different ones."""
MOST_REPEATS = 4
"""How many times as much as those different texts they may refer to otherwise."""


class SharedTexts:
    """Texts by their number, from 0."""

    def __init__(self) -> None:
        self._bytes, self._count = 0, 0
        self._held: list[pl.Series] = []
        self._together: pl.Series | None = None
        self._lengths = pl.Series("length", [], pl.UInt64())
        self._given = 0
        self._begins = array("Q", [0])
        self._file: IO[bytes] | None = None

    def __len__(self) -> int:
        return self._count

    def add(self, texts: list[str]) -> None:
        """More of them."""
        self._count += len(texts)
        if self._file is None:
            series = pl.Series("text", texts, pl.String())
            self._held.append(series)
            self._bytes += int(series.estimated_size())
            if self._bytes > HELD:
                self._move()
        else:
            self._write(texts)

    def gather(self, places: pl.Series) -> pl.Series:
        """The text at each place; null where there is no place. Raises UnreadableReport where they are too much text."""
        if self._file is None:
            if self._together is None or len(self._together) < self._count:
                self._together = pl.concat([pl.Series("text", [], pl.String()), *self._held])
                self._held = [self._together]
                self._lengths = self._together.str.len_bytes().cast(pl.UInt64)
            self._refuse_repeated(self._lengths.gather(places.drop_nulls().unique()), self._lengths.gather(places))
            return self._together.gather(places)
        wanted = places.drop_nulls().unique().sort()
        lengths = pl.Series([self._begins[at + 1] - self._begins[at] for at in wanted.to_list()], dtype=pl.UInt64)
        each = places.replace_strict(wanted, lengths, default=None, return_dtype=pl.UInt64)
        self._refuse_repeated(lengths, each)
        texts = [self._at(self._file, place) for place in wanted.to_list()]
        return places.replace_strict(wanted, pl.Series(texts, dtype=pl.String()), default=None, return_dtype=pl.String)

    def _refuse_repeated(self, different: pl.Series, each: pl.Series) -> None:
        """By the lengths of the different texts that some cells refer to, and of the text of each of them."""
        whole = int(each.sum())
        self._given += whole
        if whole > max(MOST_REPEATED, MOST_REPEATS * int(different.sum())) or self._given > LARGEST_OF_ALL:
            raise too_large("its cells repeat shared texts to more than any report has")

    def _at(self, file: IO[bytes], place: int) -> str:
        begin, end = self._begins[place], self._begins[place + 1]
        if begin == end:
            return ""
        file.seek(begin)
        return file.read(end - begin).decode()

    def _move(self) -> None:
        """From here on the texts are in a file."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed with the texts)
        weakref.finalize(self, self._file.close)
        held, self._held = self._held, []
        for series in held:
            self._write(series.to_list())

    def _write(self, texts: list[str]) -> None:
        if self._file is None:
            return
        begin = self._begins[-1]
        self._file.seek(begin)
        for text in texts:
            packed = text.encode()
            begin += len(packed)
            self._begins.append(begin)
            self._file.write(packed)
