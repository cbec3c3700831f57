"""What is to be looked at once the rows of a report count: units that were sold twice, by the same distributor or by two,
or outside their territory, and more sold than there was.

All run as `worker`, within one vendor's network.
"""

from collections.abc import Sequence
from uuid import UUID

from app.programme.inventory import BESIDE_INVOICES
from app.programme.sale_types import COUNTED
from app.programme.terms import SaleType
from app.store.database import Row, Session

_COUNTED = ", ".join(f"'{sale_type}'" for sale_type in sorted(COUNTED))


_OF_UNIT = "m.vendor_id = $1 AND m.serial = n.serial AND m.distributor_id = $2 AND m.product_id = p.product_id"
"What a distributor did with the unit of a serial number `n` of a row `p`."


async def sold_twice(session: Session, vendor_id: UUID, distributor_id: UUID) -> list[Row]:
    """The accepted rows of `placed`, now counted, that sell a unit which the same distributor has sold already and which
    did not come back. What it passed on to a branch or to another distributor it has not sold by that; what another
    distributor sold is not its to know."""
    return await session.rows(
        f"""
SELECT p.submission_id, p.row_number FROM placed p
WHERE p.vendor_id = $1 AND p.outcome = 'ACCEPTED' AND p.serial_numbers IS NOT NULL AND p.quantity > 0
    AND p.sale_type <> '{SaleType.TRANSFER}' AND EXISTS (
        SELECT FROM unnest(p.serial_numbers) n (serial) WHERE CASE
            WHEN (SELECT count(*) FROM serial_movement m WHERE {_OF_UNIT}) > 1
            THEN (SELECT sum(m.direction) FROM serial_movement m WHERE {_OF_UNIT} AND NOT EXISTS (
                SELECT FROM sell_through_line l WHERE l.vendor_id = $1 AND l.submission_id = m.submission_id
                    AND l.row_number = m.row_number AND l.component = m.component
                    AND l.sale_type = '{SaleType.TRANSFER}')) > 1 END
    )""",
        vendor_id,
        distributor_id,
    )


_PASSED_ON = (
    "EXISTS (SELECT FROM serial_movement m JOIN sell_through_line l ON l.vendor_id = $1"
    " AND l.submission_id = m.submission_id AND l.row_number = m.row_number AND l.component = m.component"
    " AND l.superseded IS NULL AND l.sale_type = 'TRANSFER' WHERE m.vendor_id = $1 AND m.serial = n.serial"
    " AND m.product_id = p.product_id AND m.distributor_id <> $2 AND m.direction > 0)"
)


async def out_of_territory(session: Session, vendor_id: UUID, distributor_id: UUID) -> list[Row]:
    """The accepted rows of `placed`, now counted, that sell a unit outside its territory. A unit's territory is that of the
    agreement under which the vendor sold it in: it is left by a ship-to country outside of it, and by a sale of another
    distributor to whom nobody passed the unit on. Of units that no sell-in report named, nothing is said."""
    return await session.rows(
        f"""
SELECT p.submission_id, p.row_number FROM placed p
WHERE p.vendor_id = $1 AND p.outcome = 'ACCEPTED' AND p.serial_numbers IS NOT NULL AND p.quantity > 0
    AND p.sale_type IN ({_COUNTED}) AND EXISTS (
        SELECT FROM unnest(p.serial_numbers) n (serial) CROSS JOIN LATERAL (
            SELECT bool_or(d.distributor_id = $2) AS own,
                bool_or(p.ship_to_country IS NULL OR cardinality(d.territory) = 0 OR p.ship_to_country = ANY (d.territory))
                    AS inside
            FROM (
                SELECT a.distributor_id, a.territory FROM serial_delivery s
                JOIN submission r ON r.vendor_id = $1 AND r.id = s.submission_id
                JOIN agreement a ON a.vendor_id = $1 AND a.id = r.agreement_id
                WHERE s.vendor_id = $1 AND s.serial = n.serial AND s.product_id = p.product_id
                GROUP BY a.id, a.distributor_id, a.territory HAVING sum(s.direction) > 0
            ) d HAVING count(*) > 0
        ) sold_in
        WHERE NOT inside OR (NOT own AND NOT {_PASSED_ON})
    )""",
        vendor_id,
        distributor_id,
    )


_BESIDE_INVOICES = ", ".join(f"'{kind}'" for kind in sorted(BESIDE_INVOICES))


async def oversold(session: Session, vendor_id: UUID, distributor_id: UUID) -> list[Row]:
    """The accepted rows of `placed`, now counted, that sell a product of which more was sold since its last count than
    there can be: counted, plus bought, less sold, and what else moved. Where nothing was ever counted, nothing is said.

    Each part is reckoned once (MATERIALIZED): the planner expects a row of each, and would reckon it for every row sold."""
    return await session.rows(
        f"""
WITH sold AS MATERIALIZED (
    SELECT DISTINCT product_id FROM placed WHERE outcome = 'ACCEPTED' AND units > 0 AND sale_type IN ({_COUNTED})
), stocked AS MATERIALIZED (
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
), short AS MATERIALIZED (
    SELECT s.product_id, s.day FROM stocked s LEFT JOIN flows f USING (product_id)
    GROUP BY s.product_id, s.day, s.units HAVING s.units + coalesce(sum(f.units), 0) < 0
)
SELECT p.submission_id, p.row_number FROM placed p JOIN short s USING (product_id)
WHERE p.vendor_id = $1 AND p.outcome = 'ACCEPTED' AND p.units > 0 AND p.sold_on > s.day""",
        vendor_id,
        distributor_id,
    )


async def may_be_anothers(session: Session, vendor_id: UUID, distributor_id: UUID) -> list[UUID]:
    """The reports with accepted rows of `placed` that name a serial number under which another distributor has sold."""
    rows = await session.rows(
        "SELECT DISTINCT p.submission_id FROM placed p WHERE p.outcome = 'ACCEPTED' AND p.serial_numbers IS NOT NULL"
        " AND p.quantity > 0 AND EXISTS (SELECT FROM serial_movement m WHERE m.vendor_id = $1"
        " AND m.serial = ANY (p.serial_numbers) AND m.distributor_id <> $2 AND m.direction > 0)",
        vendor_id,
        distributor_id,
    )
    return [row["submission_id"] for row in rows]


_STILL_SOLD = (
    "(SELECT sum(n.direction) FROM serial_movement n WHERE n.vendor_id = $1 AND n.serial = o.serial"
    " AND n.product_id = o.product_id AND n.distributor_id = {distributor}) > 0"
)
_SELLS = f"superseded IS NULL AND component >= 0 AND quantity > 0 AND sale_type IN ({_COUNTED})"


async def sold_by_another(
    session: Session, vendor_id: UUID, distributor_id: UUID, submissions: Sequence[UUID]
) -> list[Row]:
    """The lines of these reports of a distributor that sell a unit which another distributor has sold as well, and which
    came back to neither; each with a line of the other's, with the span of its report, and with how many rows of the report
    there are like it. What is passed on to another distributor counts as no sale."""
    return await session.rows(
        f"""
WITH own AS MATERIALIZED (
    SELECT l.submission_id, l.row_number, l.component, l.product_id, n.serial
    FROM sell_through_line l CROSS JOIN LATERAL unnest(l.serial_numbers) AS n (serial)
    WHERE l.vendor_id = $1 AND l.submission_id = ANY ($3::uuid[]) AND l.serial_numbers IS NOT NULL AND {_SELLS}
), pairs AS (
    SELECT DISTINCT ON (o.submission_id, o.row_number, o.component) o.submission_id, o.row_number, o.component,
        x.submission_id AS other_submission_id, x.row_number AS other_row, x.component AS other_component
    FROM own o
    JOIN serial_movement m ON m.vendor_id = $1 AND m.serial = o.serial AND m.product_id = o.product_id
        AND m.distributor_id <> $2 AND m.direction > 0
    CROSS JOIN LATERAL (
        SELECT l.submission_id, l.row_number, l.component FROM sell_through_line l WHERE l.vendor_id = $1
            AND l.submission_id = m.submission_id AND l.row_number = m.row_number AND l.component = m.component
            AND {_SELLS} LIMIT 1
    ) x
    WHERE {_STILL_SOLD.format(distributor="$2")} AND {_STILL_SOLD.format(distributor="m.distributor_id")}
    ORDER BY 1, 2, 3, 4, 5, 6
)
SELECT p.submission_id, p.row_number AS row, p.component, p.other_submission_id, p.other_row, p.other_component,
    s.agreement_id, s.distributor_id, s.period_start, s.period_end, c.rows
FROM pairs p
JOIN submission s ON s.vendor_id = $1 AND s.id = p.submission_id
JOIN (SELECT submission_id, count(DISTINCT row_number) AS rows FROM pairs GROUP BY 1) c USING (submission_id)
ORDER BY p.submission_id, p.row_number, p.component""",
        vendor_id,
        distributor_id,
        list(submissions),
    )
