"""What is asked of the database about how incentives perform: which were in force, and what each cost under each agreement.
All run as the vendor that asks."""

from collections.abc import Sequence
from uuid import UUID

from app.execution.listings.queries import List
from app.programme.spans import Span
from app.store.database import Reader, Row

IN_FORCE = List(
    "incentive i WHERE i.vendor_id = k.id AND EXISTS (SELECT FROM incentive_term t WHERE t.vendor_id = i.vendor_id"
    " AND t.incentive_id = i.id AND t.activated_at IS NOT NULL AND t.effective_start < $4 AND t.effective_end > $3)",
    "i.vendor_id, i.id, i.created_at",
)
"The incentives of a vendor that were in force on some of the days from $3 to before $4."


async def offers(db: Reader, vendor_id: UUID, incentive_ids: Sequence[UUID], days: Span) -> list[Row]:
    """Under which agreements these incentives were in force on some of the days: the latest such version, its rule and
    currency, and the days of the agreement; and in minor units of the rule's currency what the pay periods that begin in
    these days have accrued, what statements of them approve, and what of that was credited. The latest version first."""
    return await db.rows(
        "SELECT DISTINCT ON (t.incentive_id, t.agreement_id) t.incentive_id, t.version, t.rule::text AS rule, t.currency,"
        " t.agreement_id, t.distributor_id, a.effective_start, a.effective_end, m.accrued, s.approved, s.paid"
        " FROM incentive_term t JOIN agreement a ON a.vendor_id = t.vendor_id AND a.id = t.agreement_id"
        " CROSS JOIN LATERAL (SELECT coalesce(sum(x.earned_minor), 0)::bigint AS accrued FROM incentive_term o"
        " JOIN accrual x ON x.vendor_id = o.vendor_id AND x.term_id = o.id WHERE o.vendor_id = t.vendor_id"
        " AND o.incentive_id = t.incentive_id AND o.agreement_id = t.agreement_id AND x.currency = t.currency"
        " AND x.period_start >= $3 AND x.period_start < $4) m"
        " CROSS JOIN LATERAL (SELECT coalesce(sum(q.payable_minor), 0)::bigint AS approved,"
        " coalesce(sum(q.payable_minor) FILTER (WHERE q.stands = 'CREDITED'), 0)::bigint AS paid FROM ("
        " SELECT y.payable_minor, coalesce(y.disputed_from, y.status) AS stands FROM statement y"
        " WHERE y.vendor_id = t.vendor_id AND y.incentive_id = t.incentive_id AND y.agreement_id = t.agreement_id"
        " AND y.currency = t.currency AND y.period_start >= $3 AND y.period_start < $4) q"
        " WHERE q.stands IN ('APPROVED', 'CREDITED')) s"
        " WHERE t.vendor_id = $1 AND t.incentive_id = ANY ($2::uuid[]) AND t.activated_at IS NOT NULL"
        " AND t.effective_start < $4 AND t.effective_end > $3"
        " ORDER BY t.incentive_id, t.agreement_id, t.version DESC",
        vendor_id,
        list(incentive_ids),
        days.start,
        days.end,
    )
