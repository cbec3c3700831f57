"""What is asked of a report's difference to stock: product by product, what is expected without it and with it.

A report of sales or purchases says by month what it changes, so its products are rolled forward from the newest count
before the first of these months to the end of the last one. A report of stock is taken at the days that it counts, against
the count before; what it only moves, at the day of its last movement. Days are covered as in `rolling`. What a preview
counts is laid over the live counts as it would stand once committed. Quantities are 10⁻³ base units.
"""

from collections.abc import Sequence
from datetime import date

from app.execution.connections import Order, SortKey, Window
from app.execution.identifiers import Key
from app.reports.stock.rolling.queries import flows
from app.store.database import Reader, Row
from app.tables.queries import BESIDE, covering_days

DIFFERENCE_ORDER = Order((SortKey("q.sku", "sku", str, "text"), SortKey("t.day", "day", date, "date")))

_REPORTS = """
WITH s AS (
    SELECT p.ordinal, s.vendor_id, s.id, s.agreement_id, s.distributor_id, s.kind, s.mode, s.period_start, s.period_end,
        s.previewed_by IS NOT NULL AS previewed
    FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS p (vendor_id, id, ordinal)
    JOIN submission s ON s.vendor_id = p.vendor_id AND s.id = p.id
)"""
_TOLD = """, told AS (
    SELECT s.ordinal, c.product_id, c.warehouse, c.status, c.lot, c.counted_on AS day, NULL AS movement,
        NULL AS document, NULL AS line, c.quantity, 'ACCEPTED' AS outcome
    FROM s JOIN inventory_count c ON c.vendor_id = s.vendor_id AND c.submission_id = s.id AND c.superseded IS NULL
    WHERE s.kind = 'INVENTORY' AND NOT s.previewed
    UNION ALL
    SELECT s.ordinal, m.product_id, m.warehouse, m.status, m.lot, m.moved_on, m.movement, m.reference, m.reference_line,
        m.quantity, 'ACCEPTED'
    FROM s JOIN stock_movement m ON m.vendor_id = s.vendor_id AND m.submission_id = s.id AND m.superseded IS NULL
    WHERE s.kind = 'INVENTORY' AND NOT s.previewed
    UNION ALL
    SELECT s.ordinal, coalesce(by_sku.id, by_gtin.id, by_alias.id), t.warehouse, t.status, coalesce(t.lot, ''), r.sold_on,
        t.movement, r.document_number, r.document_line, round(r.quantity::numeric / 1000 * CASE
            WHEN r.unit IS NULL OR r.unit = coalesce(by_sku.base_unit, by_gtin.base_unit, by_alias.base_unit) THEN 1000
            ELSE u.factor END)::bigint, r.outcome
    FROM s
    JOIN report_row r ON r.vendor_id = s.vendor_id AND r.submission_id = s.id AND r.outcome <> 'REJECTED'
    CROSS JOIN LATERAL (
        SELECT t.warehouse, t.status, t.movement, t.lot FROM stock_row t
        WHERE t.vendor_id = r.vendor_id AND t.submission_id = r.submission_id AND t.row_number = r.row_number OFFSET 0
    ) t -- row by row through its key: a fresh report has no statistics yet
    LEFT JOIN product by_sku ON by_sku.vendor_id = s.vendor_id AND by_sku.sku = r.product_code
    LEFT JOIN product by_gtin ON by_gtin.vendor_id = s.vendor_id AND by_gtin.gtin = r.product_code
    LEFT JOIN alias a ON a.vendor_id = s.vendor_id AND a.agreement_id = s.agreement_id AND a.kind = 'PRODUCT'
        AND a.code = r.product_code AND a.undone_at IS NULL
    LEFT JOIN product by_alias ON by_alias.vendor_id = s.vendor_id AND by_alias.id = a.product_id
    LEFT JOIN product_unit u ON u.vendor_id = s.vendor_id AND u.unit = r.unit
        AND u.product_id = coalesce(by_sku.id, by_gtin.id, by_alias.id)
    WHERE s.kind = 'INVENTORY' AND s.previewed
)"""
"""What a report of stock says, by product in base units; of a preview as its codes and units are known by now."""


def _restated(fact: str, day: str, mentioned: str) -> str:
    """Whether a live fact lies in the period that a preview restates, and the preview does not say it again."""
    return (
        f"s.mode = 'REPLACE_PERIOD' AND {fact}.{day} >= s.period_start AND {fact}.{day} < s.period_end"
        f" AND NOT EXISTS (SELECT FROM told o WHERE o.ordinal = s.ordinal AND {mentioned})"
    )


_SAME_MOVEMENT = "o.movement IS NOT NULL AND o.document = m.reference AND o.line = m.reference_line"
_MOVED = f""", moved AS (
    SELECT o.ordinal, o.product_id, o.day, o.quantity FROM told o WHERE o.outcome = 'ACCEPTED' AND o.movement IN ({BESIDE})
    UNION ALL
    SELECT s.ordinal, m.product_id, m.moved_on, -m.quantity
    FROM s JOIN stock_movement m ON m.vendor_id = s.vendor_id AND m.corrected_by = s.id AND m.submission_id <> s.id
    WHERE s.kind = 'INVENTORY' AND m.movement IN ({BESIDE})
    UNION ALL
    SELECT s.ordinal, m.product_id, m.moved_on, -m.quantity
    FROM s JOIN told o ON o.ordinal = s.ordinal AND o.outcome = 'ACCEPTED'
    JOIN stock_movement m ON m.vendor_id = s.vendor_id AND m.distributor_id = s.distributor_id AND {_SAME_MOVEMENT}
    WHERE s.previewed AND m.superseded IS NULL AND m.movement IN ({BESIDE})
    UNION ALL
    SELECT s.ordinal, m.product_id, m.moved_on, -m.quantity
    FROM s JOIN stock_movement m ON m.vendor_id = s.vendor_id AND m.distributor_id = s.distributor_id
    WHERE s.kind = 'INVENTORY' AND s.previewed AND m.agreement_id = s.agreement_id AND m.superseded IS NULL
        AND m.movement IN ({BESIDE}) AND {_restated("m", "moved_on", _SAME_MOVEMENT)}
)"""
"""What a report of stock moves beside invoices, and what it ends is moved no more."""
_TARGETS = """, counted AS (
    SELECT DISTINCT o.ordinal, o.product_id, o.day FROM told o WHERE o.outcome = 'ACCEPTED' AND o.movement IS NULL
), targets AS (
    SELECT s.ordinal, e.product_id, (max(e.month) + interval '1 month - 1 day')::date AS day, min(e.month) AS since,
        (sum(e.units) * CASE s.kind WHEN 'SELL_IN' THEN 1 ELSE -1 END)::bigint AS change
    FROM s JOIN submission_effect e ON e.vendor_id = s.vendor_id AND e.submission_id = s.id
    GROUP BY s.ordinal, s.kind, e.product_id HAVING sum(e.units) <> 0
    UNION ALL
    SELECT c.ordinal, c.product_id, c.day, c.day, NULL FROM counted c
    UNION ALL
    SELECT m.ordinal, m.product_id, max(m.day), min(m.day), NULL FROM moved m
    WHERE NOT EXISTS (SELECT FROM counted c WHERE c.ordinal = m.ordinal AND c.product_id = m.product_id)
    GROUP BY 1, 2
)"""
"""Which products on which day: rolled forward from before `since`; of stock the change follows from `moved`."""
_OF_REPORTS = f"{_REPORTS}{_TOLD}{_MOVED}{_TARGETS}"
_SAME_COUNT = (
    "o.movement IS NULL AND o.product_id = i.product_id AND o.warehouse = i.warehouse AND o.status = i.status"
    " AND o.day = i.counted_on"
)
_RESTATED_COUNT = _restated("i", "counted_on", f"{_SAME_COUNT} AND o.lot = i.lot").replace("told o", "near o")
_COUNTS = f"""
    SELECT i.warehouse, i.status, i.counted_on, i.quantity FROM inventory_count i
    WHERE i.vendor_id = t.vendor_id AND i.agreement_id = s.agreement_id AND i.product_id = t.product_id
        AND i.superseded IS NULL AND i.counted_on <= t.day AND NOT (s.previewed AND s.kind = 'INVENTORY' AND (
            EXISTS (SELECT FROM near o WHERE o.ordinal = s.ordinal AND o.outcome = 'ACCEPTED' AND {_SAME_COUNT}
                AND (o.lot = i.lot OR (o.lot = '') <> (i.lot = '')))
            OR {_RESTATED_COUNT}))
    UNION ALL
    SELECT o.warehouse, o.status, o.day, o.quantity FROM near o
    WHERE s.previewed AND o.ordinal = s.ordinal AND o.product_id = t.product_id AND o.day <= t.day
        AND o.outcome = 'ACCEPTED' AND o.movement IS NULL"""


async def differences_of(db: Reader, submissions: Sequence[Key], window: Window) -> list[Row]:
    """A page of each report's difference to stock, by SKU and day: the count from which a product is rolled forward, what
    came and went since by the facts of now, what the report changes, and what was counted on the day itself."""
    arguments: list[object] = [[key.vendor_id for key in submissions], [key.id for key in submissions]]
    descending = " DESC" if window.backward else ""
    return await db.rows(
        f"""{_OF_REPORTS}, page AS MATERIALIZED (
    SELECT s.ordinal, s.vendor_id, t.product_id, t.sku, t.day, t.since, t.change FROM s CROSS JOIN LATERAL (
        SELECT t.product_id, t.day, t.since, t.change, q.sku FROM targets t
        JOIN product q ON q.vendor_id = s.vendor_id AND q.id = t.product_id
        WHERE t.ordinal = s.ordinal{window.sql(arguments)}
    ) t
), near AS MATERIALIZED (
    SELECT o.* FROM told o WHERE (o.ordinal, o.product_id) IN (SELECT t.ordinal, t.product_id FROM page t)
)
SELECT t.ordinal, t.vendor_id, t.product_id, t.sku, t.day, s.previewed, n.opened_on, n.opening, n.reported,
    coalesce(t.change, o.change) AS change, x.received, x.sold, x.moved
FROM page t
JOIN s ON s.ordinal = t.ordinal
CROSS JOIN LATERAL (
    SELECT max(d.counted_on) FILTER (WHERE d.counted_on < t.since) AS opened_on,
        (array_agg(d.units ORDER BY d.counted_on DESC) FILTER (WHERE d.counted_on < t.since))[1] AS opening,
        max(d.units) FILTER (WHERE d.counted_on = t.day) AS reported
    FROM {covering_days(_COUNTS)} d
) n
CROSS JOIN LATERAL (
    SELECT coalesce(sum(f.received), 0)::bigint AS received, coalesce(sum(f.sold), 0)::bigint AS sold,
        coalesce(sum(f.moved), 0)::bigint AS moved
    FROM {flows("t.vendor_id", "s.distributor_id", "t.product_id", "n.opened_on", "t.day")} f
) x
CROSS JOIN LATERAL (
    SELECT coalesce(sum(m.quantity), 0)::bigint AS change FROM moved m
    WHERE m.ordinal = t.ordinal AND m.product_id = t.product_id AND m.day <= t.day
        AND (n.opened_on IS NULL OR m.day > n.opened_on)
) o
ORDER BY t.ordinal, t.sku{descending}, t.day{descending}""",
        *arguments,
    )


async def count_differences_of(db: Reader, submissions: Sequence[Key]) -> dict[int, int]:
    """On how many products and days each report changes or checks what is expected, by the report's ordinal from 1."""
    rows = await db.rows(
        f"{_OF_REPORTS} SELECT s.ordinal, count(*) AS total FROM s JOIN targets t ON t.ordinal = s.ordinal"
        " JOIN product q ON q.vendor_id = s.vendor_id AND q.id = t.product_id GROUP BY s.ordinal",
        [key.vendor_id for key in submissions],
        [key.id for key in submissions],
    )
    return {row["ordinal"]: row["total"] for row in rows}
