"""Where a line stands in its report, as one number: the row, the component of what was sold, and how often that place had
been recorded before. A line's global id holds it."""

from typing import NamedTuple

_COMPONENTS = 4096
"""How many places a row has: its components, their reversals, and room between."""
_ROWS = 2**28
"""More rows than a report may have."""


class Place(NamedTuple):
    """Where a line stands in its report, and how often that had been recorded before."""

    row: int
    component: int
    times: int


def line_place(row: int, component: int, times: int = 0) -> int:
    """A row of a report, a component of what was sold, and the recordings of both before it, as one number."""
    return (times * _ROWS + row) * _COMPONENTS + component + _COMPONENTS // 2


def place_of(number: int) -> Place:
    """What such a number says."""
    rows, component = divmod(number, _COMPONENTS)
    times, row = divmod(rows, _ROWS)
    return Place(row, component - _COMPONENTS // 2, times)
