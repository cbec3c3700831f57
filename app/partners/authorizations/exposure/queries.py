"""What is asked of the database about what of a reseller's credit is used.

It is added up as `worker`, of authorisations whose credit terms the asker reads: a reseller reads its lines, and not under
which agreement they were reported.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.programme.sale_types import COUNTED
from app.store.database import Reader, Row

_COUNTED = ", ".join(f"'{each}'" for each in sorted(COUNTED))


async def open_amounts(
    db: Reader, vendor_id: UUID, given: Sequence[tuple[UUID, UUID, str, date]], disclosed: bool
) -> list[Row]:
    """As the worker: what was invoiced under agreements to resellers after a day and stands, in 10⁻⁶ units of a currency,
    less what was credited; how many of these lines have no price; and in which other currencies there are some. What is
    `disclosed` of it alone, for a vendor, where the agreement discloses resale prices; else nothing."""
    amount = "l.disclosed_amount" if disclosed else "l.amount"
    known = " AND a.discloses_resale_price" if disclosed else ""
    return await db.rows(
        f"""
        SELECT k.ordinal, x.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::date[]) WITH ORDINALITY
          AS k(agreement_id, reseller_id, currency, since, ordinal)
        JOIN agreement a ON a.vendor_id = $1 AND a.id = k.agreement_id{known}
        CROSS JOIN LATERAL (
          SELECT coalesce(sum({amount}) FILTER (WHERE l.currency = k.currency), 0)::bigint AS open,
                 count(*) FILTER (WHERE {amount} IS NULL) AS unpriced,
                 coalesce(array_agg(DISTINCT l.currency ORDER BY l.currency)
                   FILTER (WHERE l.currency <> k.currency AND {amount} IS NOT NULL), '{{}}') AS others
          FROM sell_through_line l
          WHERE l.vendor_id = $1 AND l.reseller_id = k.reseller_id AND l.agreement_id = k.agreement_id
            AND l.counts_on > k.since AND l.sold_on > k.since AND l.replaced IS NULL AND l.component >= 0
            AND l.sale_type IN ({_COUNTED})
        ) x
        """,
        vendor_id,
        [agreement for agreement, _, _, _ in given],
        [reseller for _, reseller, _, _ in given],
        [currency for _, _, currency, _ in given],
        [since for _, _, _, since in given],
    )
