"""What is asked of the database about accruals: those of terms, and all of an agreement."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS
from app.programme.spans import Span
from app.store.database import Reader, Row

_ACCRUAL = (
    "c.vendor_id, c.term_id, c.period_start, c.period_end, c.currency, c.qualifying, c.paying, c.lines, c.unvalued,"
    " c.earned_minor, c.carried_minor, t.rule #>> '{qualifying,unit}' AS qualifying_unit,"
    " t.rule #>> '{paying,unit}' AS paying_unit"
)
_FROM = "accrual c JOIN incentive_term t ON t.vendor_id = c.vendor_id AND t.id = c.term_id"
OF_TERM = "c.term_id = k.id"
OF_AGREEMENT = "c.agreement_id = k.id"
"By what a parent finds its accruals."
NEWEST = Order(
    (SortKey("c.period_start", "period_start", date, "date"), SortKey("c.term_id", "term_id", UUID, "uuid")),
    descending=True,
)
_WITHIN = " AND ($3::date IS NULL OR c.period_end > $3) AND ($4::date IS NULL OR c.period_start < $4)"


def _arguments(keys: Sequence[Key], days: Span | None) -> list[object]:
    start, end = (days.start, days.end) if days is not None else (None, None)
    return [[key.vendor_id for key in keys], [key.id for key in keys], start, end]


async def accruals(db: Reader, of: str, keys: Sequence[Key], days: Span | None, window: Window) -> list[Row]:
    """A page of the accruals of each parent, the latest period first: of the pay periods in which some of the days lie."""
    arguments = _arguments(keys, days)
    cut = window.sql(arguments)
    return await db.rows(
        f"SELECT k.ordinal, x.* FROM {KEYS} CROSS JOIN LATERAL (SELECT {_ACCRUAL} FROM {_FROM}"
        f" WHERE c.vendor_id = k.vendor_id AND {of}{_WITHIN}{cut}) x",
        *arguments,
    )


async def totals(db: Reader, of: str, keys: Sequence[Key], days: Span | None) -> dict[int, int]:
    """How many accruals each parent has, by its ordinal."""
    rows = await db.rows(
        f"SELECT k.ordinal, (SELECT count(*) FROM accrual c WHERE c.vendor_id = k.vendor_id AND {of}{_WITHIN}) AS total"
        f" FROM {KEYS}",
        *_arguments(keys, days),
    )
    return {row["ordinal"]: row["total"] for row in rows}
