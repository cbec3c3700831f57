"""What counts of stock say against what was expected, for all products of a report at once. Run as `worker`.

Quantities are 10⁻³ base units. A product is taken at the days of the report whose counts cover it, against the day before
that do.
"""

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Row, Session
from app.tables.queries import BESIDE, covering_days

_COUNTS = """
    SELECT i.product_id, i.warehouse, i.status, i.counted_on, i.quantity FROM inventory_count i
    WHERE i.vendor_id = $1 AND i.agreement_id = $2 AND i.superseded IS NULL
        AND i.product_id IN (SELECT c.product_id FROM counted c)"""


async def counts_set_against(
    session: Session, vendor_id: UUID, agreement: Row, submissions: Sequence[UUID]
) -> list[Row]:
    """Each product and day that these reports under an agreement count, with how many of the report's rows do, what lay
    there, what was counted the time before, and what came and went in between; by report, product and day. What was never
    counted before is left out."""
    return await session.rows(
        f"""
WITH counted AS MATERIALIZED (
    SELECT c.submission_id, c.product_id, c.counted_on, count(*) AS rows FROM inventory_count c
    WHERE c.vendor_id = $1 AND c.submission_id = ANY ($4::uuid[]) AND c.superseded IS NULL GROUP BY 1, 2, 3
), days AS (
    SELECT d.product_id, d.counted_on, d.units, lag(d.counted_on) OVER earlier AS opened_on,
        lag(d.units) OVER earlier AS opening
    FROM {covering_days(_COUNTS, per=("product_id",))} d
    WINDOW earlier AS (PARTITION BY d.product_id ORDER BY d.counted_on)
), reported AS MATERIALIZED (
    SELECT c.submission_id, c.rows, d.* FROM counted c JOIN days d USING (product_id, counted_on)
    WHERE d.opened_on IS NOT NULL
), flows AS (
    SELECT r.product_id, r.counted_on, f.units AS received, 0::bigint AS sold, 0::bigint AS moved
    FROM reported r JOIN sell_in_day f ON f.vendor_id = $1 AND f.distributor_id = $3 AND f.product_id = r.product_id
        AND f.day > r.opened_on AND f.day <= r.counted_on
    UNION ALL
    SELECT r.product_id, r.counted_on, 0, f.units, 0
    FROM reported r JOIN sell_through_day f ON f.vendor_id = $1 AND f.distributor_id = $3
        AND f.product_id = r.product_id AND f.day > r.opened_on AND f.day <= r.counted_on
    UNION ALL
    SELECT r.product_id, r.counted_on, 0, 0, f.quantity
    FROM reported r JOIN stock_movement f ON f.vendor_id = $1 AND f.distributor_id = $3
        AND f.product_id = r.product_id AND f.moved_on > r.opened_on AND f.moved_on <= r.counted_on
        AND f.superseded IS NULL AND f.movement IN ({BESIDE})
), between_counts AS (
    SELECT product_id, counted_on, sum(received)::bigint AS received, sum(sold)::bigint AS sold, sum(moved)::bigint AS moved
    FROM flows GROUP BY 1, 2
)
SELECT r.submission_id, r.product_id, r.rows, r.units, r.opening, coalesce(b.received, 0) AS received,
    coalesce(b.sold, 0) AS sold, coalesce(b.moved, 0) AS moved, s.period_start, s.period_end
FROM reported r JOIN submission s ON s.vendor_id = $1 AND s.id = r.submission_id
LEFT JOIN between_counts b USING (product_id, counted_on)
ORDER BY r.submission_id, r.product_id, r.counted_on""",
        vendor_id,
        agreement["id"],
        agreement["distributor_id"],
        list(submissions),
    )
