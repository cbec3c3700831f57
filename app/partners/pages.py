"""Pages of rows that are all at hand: what was counted, or answered, as a whole."""

from collections.abc import Sequence

from app.execution.connections import Window
from app.store.database import Row


def page_of(rows: Sequence[Row], window: Window, name: str) -> list[Row]:
    """Those of the page, and one more where there is one, in the direction in which the page is read. The rows rise by the
    one key that the window is ordered by, which they carry under a name."""
    ordered = list(reversed(rows)) if window.backward else list(rows)
    if window.position is not None:
        (at,) = window.position
        ordered = [row for row in ordered if (row[name] < at if window.backward else row[name] > at)]
    return ordered[: window.size + 1]
