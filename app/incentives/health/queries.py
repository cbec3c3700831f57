"""What findings about a programme's design stand on. All run as the vendor that asks, and name it explicitly."""

from uuid import UUID

from app.store.database import Reader, Row

_LAST_SOLD = {
    "SELL_IN": "SELECT max(d.day) FROM sell_in_day d",
    "SELL_THROUGH": "SELECT max(d.day) FROM sell_through_day d",
}
"The last day with anything sold, by the basis on which a rule pays."


async def offers(db: Reader, vendor_id: UUID) -> list[Row]:
    """What is in force today, under which agreement: with the kinds that fit by its programme's matrix, for how many days,
    whether it earned anything in the periods of the last year, and how many days ago something was sold on its basis."""
    last = " ".join(
        f"WHEN '{basis}' THEN ({statement} WHERE d.vendor_id = t.vendor_id AND d.distributor_id = t.distributor_id"
        " AND d.lines <> 0)"
        for basis, statement in _LAST_SOLD.items()
    )
    return await db.rows(
        "SELECT t.incentive_id, t.name, t.agreement_id, p.name AS distributor, t.kind,"
        " t.rule -> 'paying' ->> 'basis' AS basis,"
        " g.name AS program, ARRAY(SELECT f.kind FROM program_fit f WHERE f.vendor_id = a.vendor_id"
        " AND f.program_id = a.program_id ORDER BY f.kind) AS fitting, current_date - b.began AS days_in_force,"
        " EXISTS (SELECT FROM incentive_term o JOIN accrual x ON x.vendor_id = o.vendor_id AND x.term_id = o.id"
        " WHERE o.vendor_id = t.vendor_id AND o.incentive_id = t.incentive_id AND o.agreement_id = t.agreement_id"
        " AND x.period_end > current_date - 366 AND x.earned_minor > 0) AS earns,"
        f" current_date - CASE t.rule -> 'paying' ->> 'basis' {last} END AS quiet_days"
        " FROM incentive_term t JOIN agreement a ON a.vendor_id = t.vendor_id AND a.id = t.agreement_id"
        " JOIN party p ON p.vendor_id = t.vendor_id AND p.id = t.distributor_id"
        " JOIN program g ON g.vendor_id = a.vendor_id AND g.id = a.program_id"
        " CROSS JOIN LATERAL (SELECT min(o.effective_start) AS began FROM incentive_term o"
        " WHERE o.vendor_id = t.vendor_id AND o.incentive_id = t.incentive_id AND o.agreement_id = t.agreement_id"
        " AND o.activated_at IS NOT NULL) b"
        " WHERE t.vendor_id = $1 AND t.activated_at IS NOT NULL AND t.status = 'ACTIVE'"
        " AND t.effective_start <= current_date AND t.effective_end > current_date"
        " ORDER BY t.name, t.incentive_id, p.name, t.agreement_id",
        vendor_id,
    )


async def gates(db: Reader, vendor_id: UUID) -> list[Row]:
    """The gates of incentives in force today, over the statements of periods that ended within a year, each as it stands:
    how many there were, in how many the gate was measured, and in how many it was met."""
    return await db.rows(
        "SELECT s.incentive_id, i.name, g.gate ->> 'name' AS gate, count(*) AS statements,"
        " count(q.evidence ->> 'measured') AS measured,"
        " count(*) FILTER (WHERE (q.evidence ->> 'measured')::numeric >= (g.gate ->> 'needed')::numeric) AS met"
        " FROM statement s JOIN incentive i ON i.vendor_id = s.vendor_id AND i.id = s.incentive_id"
        " JOIN incentive_term t ON t.vendor_id = s.vendor_id AND t.id = s.term_id"
        " CROSS JOIN LATERAL jsonb_array_elements(t.rule -> 'gates') AS g (gate)"
        " JOIN statement_step q ON q.vendor_id = s.vendor_id AND q.statement_id = s.id AND q.revision = s.revision"
        " AND q.kind = 'GATE' AND q.evidence ->> 'gate' = g.gate ->> 'name'"
        " WHERE s.vendor_id = $1 AND s.status <> 'ACCRUING' AND s.period_end > current_date - 366"
        " AND EXISTS (SELECT FROM incentive_term o WHERE o.vendor_id = s.vendor_id AND o.incentive_id = s.incentive_id"
        " AND o.status = 'ACTIVE' AND o.effective_end > current_date)"
        " GROUP BY s.incentive_id, i.name, g.gate ->> 'name' ORDER BY i.name, s.incentive_id, gate",
        vendor_id,
    )


async def agreed(db: Reader, vendor_id: UUID) -> list[Row]:
    """What agreements in effect today oblige to, and what that is measured by."""
    return await db.rows(
        "SELECT a.id AS agreement_id, p.name AS distributor, o.enabled,"
        " (SELECT count(*) FROM required_certification c WHERE c.vendor_id = a.vendor_id) AS required_certifications,"
        " EXISTS (SELECT FROM inventory_standard n WHERE n.vendor_id = a.vendor_id AND n.agreement_id = a.id"
        " AND n.effective_from <= current_date) AS has_stock_standard,"
        " current_date - (SELECT max(n.counted_on) FROM inventory_count n WHERE n.vendor_id = a.vendor_id"
        " AND n.distributor_id = a.distributor_id AND n.superseded IS NULL) AS stock_quiet_days"
        " FROM agreement a JOIN party p ON p.vendor_id = a.vendor_id AND p.id = a.distributor_id"
        " LEFT JOIN reseller_obligation o ON o.vendor_id = a.vendor_id AND o.agreement_id = a.id"
        " WHERE a.vendor_id = $1 AND a.effective_start <= current_date AND a.effective_end > current_date"
        " ORDER BY p.name, a.id",
        vendor_id,
    )
