"""Which lines a row of the cube is the sum of. It is put together from the pieces of the cube's own statement: the same
scopes, filters, keys and prices, so that a line stands under the row in which it is counted.

Row-level security cuts the lines to what the asker's level may see, and every source is also asked for its vendor by name.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.network.cube import Slice
from app.network.proof.standing import Figure, Standing, names, narrowed, read_from
from app.network.sales.parts.queries import Asking
from app.store.database import Reader, Row
from app.tables.queries import recorded_at, times_before


def order_of(figure: Figure) -> Order:
    """By the day in whose figures a line counts, then by where it was reported."""
    return Order(
        (
            SortKey("f.counts_on", "counts_on", date, "date"),
            SortKey("f.submission_id", "submission_id", UUID, "uuid"),
            SortKey("f.row_number", "row_number", int, "bigint"),
            SortKey("f.component", "component", int, "integer"),
            SortKey("f.recorded", "times", int, "bigint", recorded_at(_table(figure))),
        )
    )


_NAME = ("f.vendor_id", "f.counts_on", "f.submission_id", "f.row_number", "f.component", "f.recorded")
"What names a line, and the day in whose figures it counts."


def _table(figure: Figure) -> str:
    return "sell_in_line" if figure is Figure.SELL_IN else "sell_through_line"


async def lines_standing(db: Reader, rows: Sequence[Standing], figure: Figure, window: Window) -> list[Row]:
    """A page of the lines of each row of one question: the row's ordinal from 1, and what names a line: vendor, report, row,
    component, the knowledge that recorded it, and how often all of these had been recorded before.

    The page of a single row is read in its order up to its end. Those of several are numbered in one pass over the lines,
    however many rows there are.
    """
    proof = _Proof(list(rows), figure)
    told = f"SELECT l.*, {times_before(_table(figure))} AS times"
    if len(rows) == 1:
        lines = f"{proof.facts(['o.ordinal', *_NAME])}{window.sql(proof.arguments)}"
        return await db.rows(f"{told} FROM ({lines}) l ORDER BY {window.ordered.replace('f.', 'l.')}", *proof.arguments)
    numbered = f"row_number() OVER (PARTITION BY o.ordinal ORDER BY {window.ordered}) AS place"
    lines = f"{proof.facts(['o.ordinal', *_NAME, numbered])}{window.beyond(proof.arguments)}"
    return await db.rows(
        f"{told} FROM ({lines}) l WHERE l.place <= {window.size + 1} ORDER BY l.ordinal, l.place", *proof.arguments
    )


async def lines_counted(db: Reader, rows: Sequence[Standing], figure: Figure) -> dict[int, int]:
    """How many lines each row of one question has, by its ordinal from 1."""
    proof = _Proof(list(rows), figure)
    found = await db.rows(f"{proof.facts(['o.ordinal', 'count(*) AS total'])} GROUP BY o.ordinal", *proof.arguments)
    return {row["ordinal"]: row["total"] for row in found}


class _Proof:
    """The statement that finds the lines of some rows of one question."""

    def __init__(self, rows: list[Standing], figure: Figure) -> None:
        self.rows, self.figure = rows, figure
        self.asking = Asking(narrowed(rows, figure))
        self.arguments = self.asking.write.arguments
        self.names = names(self.asking.cube)

    def facts(self, chosen: list[str]) -> str:
        """The lines `f` of the rows `o`."""
        part = read_from(self.asking.cube, self.figure)
        lists = ", ".join([*self.asking.lists(), f"standing AS ({self._standing()})"])
        priced = self.asking.priced_by(part.source) if self.figure is Figure.UNITS else ""
        joins = f"{priced} JOIN standing o ON {' AND '.join(self._of_row(part))}"
        return f"WITH {lists} {self.asking.facts(part, chosen, joins)}"

    def _standing(self) -> str:
        """The rows, each with its days, its keys and its currency."""
        write, rows = self.asking.write, self.rows
        spans = [each.span for each in rows]
        held = {
            "ordinal": write.argument(list(range(1, len(rows) + 1)), "int[]"),
            "parent": write.argument([each.parent for each in rows], "bigint[]"),
            "starts": write.argument([span.start for span in spans], "date[]"),
            "ends": write.argument([span.end for span in spans], "date[]"),
            "currency": write.argument([each.currency for each in rows], "text[]"),
            **{
                name: write.argument([each.key(name) for each in rows], f"{kind}[]")
                for name, kind in self.names.items()
            },
        }
        return f"SELECT * FROM unnest({', '.join(held.values())}) AS standing ({', '.join(held)})"

    def _of_row(self, part: Slice) -> Iterator[str]:
        """What makes a line one of the row's."""
        day, told_apart = part.source.day, self.asking.told_apart()
        yield f"o.parent = a.ordinal AND {day} >= o.starts AND {day} < o.ends"
        for name in self.names:
            yield f"{told_apart[name]} = o.{name}"
        if self.figure is Figure.RESALE_AMOUNT:
            yield f"{self.asking.columns.line_amount} IS NOT NULL"
        if self.rows[0].asked.convert_to is None:
            own = self.asking.value(part.source).currency if self.figure is Figure.UNITS else "f.currency"
            yield f"{own} = o.currency"
