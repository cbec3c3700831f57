"""What is asked of facts that began or ended to count between two moments. It is put together from the pieces of the cube's
own statement: the same scopes, filters and prices, so that what it says before and after is what the cube says.

Row-level security cuts the rows to what the asker's level may see, and every source is also asked for its vendor by name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.network.comparison import Era
from app.network.cube import LINES_IN_TIME, SELL_IN_LINES_IN_TIME, SELL_OUT_LINES_IN_TIME, Cube, Slice
from app.network.sales.parts.queries import Asking, Value
from app.programme.changes import ChangedFigure
from app.programme.terms import Level
from app.store.database import Reader, Row
from app.tables.queries import recorded_at, times_before

SOURCES = {
    ChangedFigure.SELL_THROUGH: LINES_IN_TIME,
    ChangedFigure.SELL_IN: SELL_IN_LINES_IN_TIME,
    ChangedFigure.SELL_OUT: SELL_OUT_LINES_IN_TIME,
}


@dataclass(frozen=True, slots=True)
class Question:
    """A figure whose changes are asked for: whose, in which span and filtered how (`cube`, grouped by nothing), and between
    which moments; until now, where no end is given."""

    cube: Cube
    figure: ChangedFigure
    since: datetime
    until: datetime | None

    @property
    def slice(self) -> Slice:
        """The lines that are read."""
        return Slice(SOURCES[self.figure], self.cube.span, Era(self.cube.span))


def _value(asking: Asking, asked: Question) -> Value:
    """What a line is worth: sell-in as invoiced, sell-out nothing, sell-through by its valuation."""
    if asked.figure is ChangedFigure.SELL_THROUGH:
        return asking.value(asked.slice.source)
    return Value("f.currency", "f.amount" if asked.figure is ChangedFigure.SELL_IN else "0", "false")


async def lived(db: Reader, asked: Question) -> list[Row]:
    """What lines come to that counted at either moment or in between, for each parent (`ordinal`), network and currency: by
    the knowledge by which they began to count in between (`began`; null: before), and by which they ended (`ended`; null:
    not by then)."""
    asking = Asking(asked.cube)
    value, write, units = _value(asking, asked), asking.write, asked.slice.source.units
    since, until = write.argument(asked.since, "timestamptz"), write.argument(asked.until, "timestamptz")
    told = (
        f"SELECT vendor_id, id, known_at > {since} AS is_new FROM knowledge WHERE vendor_id = ANY ({asking.vendors})"
        f" AND known_at IS NOT NULL AND ({until} IS NULL OR known_at <= {until})"
    )
    chosen = [
        "a.ordinal",
        "f.vendor_id",
        f"{value.currency} AS currency",
        "CASE WHEN b.is_new THEN b.id END AS began",
        "e.id AS ended",
        f"{units} AS units",
        f"coalesce({value.amount}, 0) AS amount",
        f"CASE WHEN {value.lacking} THEN {units} ELSE 0 END AS unvalued",
    ]
    joins = (
        " JOIN told b ON b.vendor_id = f.vendor_id AND b.id = f.recorded"
        " LEFT JOIN told e ON e.vendor_id = f.vendor_id AND e.id = f.superseded"
    )
    facts = asking.facts(asked.slice, chosen, joins, "(e.id IS NULL OR e.is_new)")
    lists = ", ".join([*asking.lists(), f"told AS MATERIALIZED ({told})"])
    named = "ordinal, vendor_id, currency, began, ended"
    return await db.rows(
        f"WITH {lists} SELECT {named}, count(*) AS lines, sum(units)::bigint AS units, sum(amount)::numeric AS amount,"
        f" sum(unvalued)::bigint AS unvalued FROM ({facts}) line GROUP BY {named}",
        *write.arguments,
    )


async def causes(db: Reader, level: Level, named: Sequence[tuple[UUID, int]]) -> list[Row]:
    """What each of these changes was caused by, as far as the level reads it, and when it became known; and the mode of the
    report that caused it, where the asker may read that one."""
    cause = "cause" if level is Level.VENDOR else "disclosed_cause"
    return await db.rows(
        f"SELECT k.vendor_id, k.id, k.known_at, k.{cause} AS cause, s.mode"
        " FROM unnest($1::uuid[], $2::bigint[]) AS n (vendor_id, id)"
        " JOIN knowledge k ON k.vendor_id = n.vendor_id AND k.id = n.id"
        " LEFT JOIN submission s ON s.vendor_id = k.vendor_id AND s.id ="
        f" CASE WHEN k.{cause} LIKE 'submission %' THEN split_part(k.{cause}, ' ', 2)::uuid END"
        " WHERE k.vendor_id = ANY ($1::uuid[])",
        [vendor_id for vendor_id, _ in named],
        [number for _, number in named],
    )


def lines_order(figure: ChangedFigure) -> Order:
    """By the day in whose figures a line counts, then by where it was reported."""
    return Order(
        (
            SortKey("f.counts_on", "counts_on", date, "date"),
            SortKey("f.submission_id", "submission_id", UUID, "uuid"),
            SortKey("f.row_number", "row_number", int, "bigint"),
            SortKey("f.component", "component", int, "integer"),
            SortKey("f.recorded", "times", int, "bigint", recorded_at(SOURCES[figure].table)),
        )
    )


@dataclass(frozen=True, slots=True)
class Changed:
    """A part of a question's answer: the parent, the change and the currency of which it is."""

    ordinal: int
    vendor_id: UUID
    knowledge: int
    currency: str


async def lines_changed(
    db: Reader, asked: Question, parts: Sequence[Changed], ended: bool, window: Window
) -> list[Row]:
    """A page of the lines of each part of one question: those that it made count, or those that it ended. Each row has the
    part's place among these (`ordinal`, from 1), and what names a line."""
    asking = Asking(asked.cube)
    names = ("f.vendor_id", "f.counts_on", "f.submission_id", "f.row_number", "f.component", "f.recorded")
    numbered = f"row_number() OVER (PARTITION BY o.ordinal ORDER BY {window.ordered}) AS place"
    facts = _of_parts(asking, asked, parts, ended, ["o.ordinal", *names, numbered])
    return await db.rows(
        f"{facts[0]} SELECT l.*, {times_before(asked.slice.source.table)} AS times FROM"
        f" ({facts[1]}{window.beyond(asking.write.arguments)}) l WHERE l.place <= {window.size + 1}"
        " ORDER BY l.ordinal, l.place",
        *asking.write.arguments,
    )


async def lines_counted(db: Reader, asked: Question, parts: Sequence[Changed], ended: bool) -> Mapping[int, int]:
    """How many such lines each part has, by its place among these from 1."""
    asking = Asking(asked.cube)
    lists, facts = _of_parts(asking, asked, parts, ended, ["o.ordinal"])
    rows = await db.rows(
        f"{lists} SELECT l.ordinal, count(*) AS total FROM ({facts}) l GROUP BY l.ordinal", *asking.write.arguments
    )
    return {row["ordinal"]: row["total"] for row in rows}


def _of_parts(
    asking: Asking, asked: Question, parts: Sequence[Changed], ended: bool, chosen: list[str]
) -> tuple[str, str]:
    """WITH …, and the lines `f` of the parts `o`."""
    held = {
        "ordinal": asking.write.argument(list(range(1, len(parts) + 1)), "bigint[]"),
        "parent": asking.write.argument([each.ordinal for each in parts], "bigint[]"),
        "vendor_id": asking.write.argument([each.vendor_id for each in parts], "uuid[]"),
        "knowledge": asking.write.argument([each.knowledge for each in parts], "bigint[]"),
        "currency": asking.write.argument([each.currency for each in parts], "text[]"),
    }
    wanted = f"SELECT * FROM unnest({', '.join(held.values())}) AS wanted ({', '.join(held)})"
    joins = (
        " JOIN wanted o ON o.parent = a.ordinal AND o.vendor_id = f.vendor_id"
        f" AND o.knowledge = f.{'superseded' if ended else 'recorded'}"
        f" AND o.currency = {_value(asking, asked).currency}"
    )
    lists = ", ".join([*asking.lists(), f"wanted AS ({wanted})"])
    return f"WITH {lists}", asking.facts(asked.slice, chosen, joins, "f.recorded IS DISTINCT FROM f.superseded")
