"""The short way of a CSV: where the database itself can tell every column of a list, no row passes through the graph.

The statement is the list's own: the query is executed as far as that, with all that it checks on the way, and then the
database is asked for the same rows as cells, by what the list's feature says of its columns (`listings.queries.TOLD`). What
comes is what the graph would answer, byte for byte.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import strawberry

from app.access.actor import Actor
from app.execution.connections import Through
from app.execution.listings.queries import TOLD
from app.execution.request import Request
from app.exports.asking import Question
from app.exports.queries import told_by


@dataclass(frozen=True, slots=True)
class Told:
    """A statement that tells cells, and its arguments."""

    statement: str
    arguments: Sequence[object]


async def statement_of(request: Request[Actor], schema: strawberry.Schema, asking: Question) -> Told | None:
    """The statement that tells a list; None where only the graph can, or the query leads to nothing."""
    known, columns = TOLD.get(asking.table.node, {}), asking.table.columns
    if any(column.many or column.reads not in known for column in columns):
        return None
    asked = Through(1, only_asking=True)
    with asked.reading():
        await asking.query.execute(request, asking.page(asked.size, None), schema.config)
    if asked.asked is None:
        return None
    statement, arguments = asked.asked
    return Told(told_by([known[column.reads] for column in columns], statement), arguments)


class CsvLines:
    """Lines of CSV as the database writes them, turned into those of RFC 4180: they end in CR LF, and what stands in quotes
    stays as it is."""

    def __init__(self) -> None:
        self.rows = 0
        self._quoted = False

    def turned(self, data: bytes) -> bytes:
        """The next bytes. A line may begin in one piece and end in another."""
        if b'"' not in data and not self._quoted:
            self.rows += data.count(b"\n")
            return data.replace(b"\n", b"\r\n")
        parts = data.split(b'"')
        for place, part in enumerate(parts):
            if place:
                self._quoted = not self._quoted
            if not self._quoted:
                self.rows += part.count(b"\n")
                parts[place] = part.replace(b"\n", b"\r\n")
        return b'"'.join(parts)
