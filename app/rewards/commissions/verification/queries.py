"""What is asked to verify a vendor's commissions, as the worker."""

from uuid import UUID

from app.store.database import Reader, Row


async def otherwise(session: Reader, vendor_id: UUID) -> list[Row]:
    """Statements of which something is otherwise than lines, facts and approvals say: what, expected and found."""
    return await session.rows(
        """
WITH s AS (
    SELECT s.*, p.valuation, coalesce(l.lines, 0) AS has, coalesce(l.base, 0) AS sum, coalesce(l.shares, 0) AS shared,
        coalesce((SELECT sum((d ->> 'amount')::bigint) FROM jsonb_array_elements(s.differences) d), 0) AS differing,
        (SELECT count(*) FROM commission_approval a WHERE a.vendor_id = s.vendor_id AND a.statement_id = s.id
            AND a.revision = s.revision AND a.approved_by_id <> s.calculated_by_id) AS approvals
    FROM commission_statement s JOIN commission_plan p ON p.vendor_id = s.vendor_id AND p.id = s.plan_id
    LEFT JOIN (
        SELECT statement_id, count(*) AS lines, sum(amount) AS base, sum(share_minor) AS shares FROM commission_line
        WHERE vendor_id = $1 GROUP BY 1
    ) l ON l.statement_id = s.id
    WHERE s.vendor_id = $1
), unlike AS (
    SELECT id, 'lines' AS name, has AS expected, lines::numeric AS found FROM s
    UNION ALL SELECT id, 'base', sum, base FROM s
    UNION ALL SELECT id, 'earned by lines', shared, earned_minor FROM s
    UNION ALL SELECT id, 'adjusted', differing, adjusted_minor FROM s
    UNION ALL SELECT id, 'approvals', approvals_needed, approvals FROM s
        WHERE status IN ('APPROVED', 'PAID') AND approvals < approvals_needed
    UNION ALL SELECT s.id, 'amount of line ' || c.position, f.worth, c.amount FROM s
        JOIN commission_line c ON c.vendor_id = s.vendor_id AND c.statement_id = s.id
        LEFT JOIN LATERAL (
            SELECT CASE s.valuation WHEN 'BOOK' THEN l.book_amount ELSE l.disclosed_amount END AS worth,
                CASE s.valuation WHEN 'BOOK' THEN l.book_currency ELSE l.currency END AS currency
            FROM sell_through_line l WHERE l.vendor_id = s.vendor_id AND l.submission_id = c.submission_id
                AND l.row_number = c.row_number AND l.component = c.component AND l.recorded = c.recorded
        ) f ON true
        WHERE coalesce(f.currency, s.currency) = s.currency
    UNION ALL SELECT (array_agg(s.id))[1], 'agents of a line', 1, count(DISTINCT s.reseller_id) FROM s
        JOIN commission_line c ON c.vendor_id = s.vendor_id AND c.statement_id = s.id
        WHERE s.status = 'ACCRUING' GROUP BY s.plan_id, c.submission_id, c.row_number, c.component, c.recorded
)
SELECT id, name, coalesce(expected, 0) AS expected, found FROM unlike WHERE expected IS DISTINCT FROM found
ORDER BY id, name""",
        vendor_id,
    )


async def earnings(session: Reader, vendor_id: UUID) -> list[Row]:
    """What each statement earned, of which base at which rate and cap, and whether it is its agent's first of the plan, into
    which nothing is carried."""
    return await session.rows(
        "SELECT s.id, s.base, s.earned_minor, s.currency, p.rate, p.cap_minor, NOT EXISTS (SELECT FROM"
        " commission_statement e WHERE e.vendor_id = s.vendor_id AND e.plan_id = s.plan_id"
        " AND e.reseller_id = s.reseller_id AND e.starts_on < s.starts_on) AS first FROM commission_statement s"
        " JOIN commission_plan p ON p.vendor_id = s.vendor_id AND p.id = s.plan_id WHERE s.vendor_id = $1 ORDER BY s.id",
        vendor_id,
    )
