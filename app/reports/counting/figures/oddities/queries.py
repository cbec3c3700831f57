"""What is to be looked at once the rows of a report count: units that were sold twice, and more sold than there was.

All run as `worker`, within one vendor's network.
"""

from uuid import UUID

from app.programme.inventory import BESIDE_INVOICES
from app.programme.sale_types import COUNTED
from app.store.database import Row, Session

_COUNTED = ", ".join(f"'{sale_type}'" for sale_type in sorted(COUNTED))


async def sold_twice(session: Session, vendor_id: UUID, distributor_id: UUID) -> list[Row]:
    """The accepted rows of `placed`, now counted, that sell a unit which the same distributor has sold already and which
    did not come back. What another distributor sold is not its to know."""
    return await session.rows(
        "SELECT p.submission_id, p.row_number FROM placed p WHERE p.vendor_id = $1 AND p.outcome = 'ACCEPTED'"
        " AND p.serial_numbers IS NOT NULL AND p.quantity > 0 AND EXISTS (SELECT FROM unnest(p.serial_numbers) n (serial)"
        " WHERE (SELECT sum(m.direction) FROM serial_movement m WHERE m.vendor_id = $1 AND m.serial = n.serial"
        " AND m.distributor_id = $2 AND m.product_id = p.product_id) > 1)",
        vendor_id,
        distributor_id,
    )


_BESIDE_INVOICES = ", ".join(f"'{kind}'" for kind in sorted(BESIDE_INVOICES))


async def oversold(session: Session, vendor_id: UUID, distributor_id: UUID) -> list[Row]:
    """The accepted rows of `placed`, now counted, that sell a product of which more was sold since its last count than
    there can be: counted, plus bought, less sold, and what else moved. Where nothing was ever counted, nothing is said."""
    return await session.rows(
        f"""
WITH sold AS (
    SELECT DISTINCT product_id FROM placed WHERE outcome = 'ACCEPTED' AND units > 0 AND sale_type IN ({_COUNTED})
), stocked AS (
    SELECT DISTINCT ON (c.product_id) c.product_id, c.counted_on AS day, sum(c.quantity) AS units
    FROM inventory_count c JOIN sold USING (product_id)
    WHERE c.vendor_id = $1 AND c.distributor_id = $2 AND c.superseded IS NULL
    GROUP BY 1, 2 ORDER BY 1, 2 DESC
), flows AS (
    SELECT d.product_id, d.units FROM sell_in_day d JOIN stocked s USING (product_id)
    WHERE d.vendor_id = $1 AND d.distributor_id = $2 AND d.day > s.day
    UNION ALL
    SELECT d.product_id, -d.units FROM sell_through_day d JOIN stocked s USING (product_id)
    WHERE d.vendor_id = $1 AND d.distributor_id = $2 AND d.day > s.day
    UNION ALL
    SELECT m.product_id, m.quantity FROM stock_movement m JOIN stocked s USING (product_id)
    WHERE m.vendor_id = $1 AND m.distributor_id = $2 AND m.moved_on > s.day AND m.superseded IS NULL
        AND m.movement IN ({_BESIDE_INVOICES})
), short AS (
    SELECT s.product_id, s.day FROM stocked s LEFT JOIN flows f USING (product_id)
    GROUP BY s.product_id, s.day, s.units HAVING s.units + coalesce(sum(f.units), 0) < 0
)
SELECT p.submission_id, p.row_number FROM placed p JOIN short s USING (product_id)
WHERE p.vendor_id = $1 AND p.outcome = 'ACCEPTED' AND p.units > 0 AND p.sold_on > s.day""",
        vendor_id,
        distributor_id,
    )
