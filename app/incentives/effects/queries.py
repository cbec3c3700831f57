"""What is asked of what reports changed in what incentives have earned. Row-level security cuts every answer to the
asker's own: what a report changed for other distributors, whose volumes are added up with its own, the vendor alone reads.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS
from app.store.database import Reader, Row

EFFECT_ORDER = Order(
    (SortKey("e.period_start", "period_start", date, "date"), SortKey("e.term_id", "term_id", UUID, "uuid"))
)
_UNITS = "t.rule #>> '{qualifying,unit}' AS qualifying_unit, t.rule #>> '{paying,unit}' AS paying_unit"
_OF_SUBMISSION = "e.vendor_id = k.vendor_id AND e.submission_id = k.id"


async def effects_of(db: Reader, submissions: Sequence[Key], window: Window) -> list[Row]:
    """A page of what each report changed, by period and term."""
    arguments: list[object] = [[key.vendor_id for key in submissions], [key.id for key in submissions]]
    cut = window.sql(arguments)
    return await db.rows(
        f"SELECT k.ordinal, x.* FROM {KEYS} CROSS JOIN LATERAL (SELECT e.vendor_id, e.term_id, e.period_start,"
        " e.period_end, e.currency, e.qualifying_before, e.qualifying_after, e.paying_before, e.paying_after,"
        f" e.earned_before, e.earned_after, {_UNITS} FROM submission_money_effect e JOIN incentive_term t"
        f" ON t.vendor_id = e.vendor_id AND t.id = e.term_id WHERE {_OF_SUBMISSION}{cut}) x",
        *arguments,
    )


async def count_effects_of(db: Reader, submissions: Sequence[Key]) -> dict[int, int]:
    """How many accruals each report changed, by its ordinal from 1."""
    rows = await db.rows(
        f"SELECT k.ordinal, (SELECT count(*) FROM submission_money_effect e WHERE {_OF_SUBMISSION}) AS total FROM {KEYS}",
        [key.vendor_id for key in submissions],
        [key.id for key in submissions],
    )
    return {row["ordinal"]: row["total"] for row in rows}


async def readable_terms(db: Reader, keys: Sequence[Key]) -> dict[UUID, Row]:
    """Those of these terms that the asker may read, with their vendor and the units of their measures."""
    rows = await db.rows(
        f"SELECT t.vendor_id, t.id, {_UNITS} FROM {KEYS} JOIN incentive_term t ON t.vendor_id = k.vendor_id"
        " AND t.id = k.id",
        [key.vendor_id for key in keys],
        [key.id for key in keys],
    )
    return {row["id"]: row for row in rows}
