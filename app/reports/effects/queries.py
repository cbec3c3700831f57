"""What is asked of what reports changed in the figures. Row-level security cuts every answer to the asker's own."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.programme.terms import Level
from app.store.database import Reader, Row

EFFECT_ORDER = Order(
    (
        SortKey("e.month", "month", date, "date"),
        SortKey("e.product_id", "product_id", UUID, "uuid"),
        SortKey("e.currency", "currency", str, "text"),
        SortKey("e.book_currency", "book_currency", str, "text"),
    )
)


async def effects_of(db: Reader, level: Level, submissions: Sequence[Key], window: Window) -> list[Row]:
    """A page of what each report changed in the figures, or would change, by month and product."""
    amount = "e.disclosed_resale_amount" if level is Level.VENDOR else "e.resale_amount"
    arguments: list[object] = [[key.vendor_id for key in submissions], [key.id for key in submissions]]
    return await db.rows(
        "SELECT p.ordinal, x.* FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        " CROSS JOIN LATERAL (SELECT e.vendor_id, e.month, e.product_id, e.currency, e.book_currency, e.units,"
        f" e.returned_units, e.lines, {amount} AS amount, e.book_amount FROM submission_effect e"
        f" WHERE e.vendor_id = p.vendor_id AND e.submission_id = p.id{window.sql(arguments)}) x",
        *arguments,
    )


async def count_effects_of(db: Reader, submissions: Sequence[Key]) -> dict[int, int]:
    """How many months × products each report changed, by its ordinal from 1."""
    rows = await db.rows(
        "SELECT p.ordinal, count(*) AS total"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)"
        " JOIN submission_effect e ON e.vendor_id = p.vendor_id AND e.submission_id = p.id GROUP BY p.ordinal",
        [key.vendor_id for key in submissions],
        [key.id for key in submissions],
    )
    return {row["ordinal"]: row["total"] for row in rows}
