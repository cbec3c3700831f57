"""What the rows of a report name, gathered while they are read, so that the database need not look for it in all of them.

These are the codes of products and the accounts, each once, and whether a document's line stands twice. Of a report that
names too many, or is too long, nothing is kept.
"""

from dataclasses import dataclass, field

import polars as pl

from app.reports.counting.placing.queries import Named

MOST_NAMES = 20_000
"Codes, and accounts, that are kept in mind."
MOST_KEYS = 1_000_000
"Rows whose keys are, at eight bytes each."


@dataclass(slots=True)
class Names:
    """What was named so far."""

    _products: set[str] = field(default_factory=set)
    _accounts: set[str] = field(default_factory=set)
    _keys: list[pl.Series] = field(default_factory=list)
    _rows: int = 0

    def add(self, rows: pl.DataFrame) -> None:
        """What further rows name; see `frame.ROWS`."""
        self._rows += rows.height
        if not self._within():
            self._keys.clear()
            return
        for column, names in (("product_code", self._products), ("reseller_account", self._accounts)):
            names.update(rows.get_column(column).drop_nulls().unique())
        key = pl.struct("document_kind", "document_number", "document_line")
        self._keys.append(rows.filter(~pl.col("rejected")).select(key.hash().alias("key")).to_series())

    def found(self) -> Named | None:
        """All that was named, where it could be kept. Two keys are taken for one if their hashes are the same, which the
        database then finds out."""
        if not self._keys or not self._within():
            return None
        keys = pl.concat(self._keys)
        return Named(sorted(self._products), sorted(self._accounts), repeats=keys.n_unique() < keys.len())

    def _within(self) -> bool:
        return self._rows <= MOST_KEYS and max(len(self._products), len(self._accounts)) <= MOST_NAMES
