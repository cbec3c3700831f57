"""What is asked of the database about how agreements are kept. All run as `worker`: only numbers leave here.

Every statement answers for several agreements of one network: their ids and their distributors' stand in its second and
third argument, and `ordinal` counts them from 1.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.programme.spans import Span
from app.store.database import Reader, Row

_ASKED = "unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS k(agreement_id, distributor_id, ordinal)"
Agreements = Sequence[tuple[UUID, UUID]]


def _of(agreements: Agreements) -> tuple[list[UUID], list[UUID]]:
    return [agreement for agreement, _ in agreements], [distributor for _, distributor in agreements]


async def agreed(db: Reader, vendor_id: UUID, agreements: Agreements) -> list[Row]:
    """What was agreed about reporting, resellers and their certifications."""
    return await db.rows(
        "SELECT k.ordinal, a.cadence, a.effective_start, a.effective_end, a.due_days, a.grace_days, a.time_zone,"
        f" a.closed_before, c.business_days, c.holidays, o.active, o.enabled FROM {_ASKED}"
        " JOIN agreement a ON a.vendor_id = $1 AND a.id = k.agreement_id AND a.distributor_id = k.distributor_id"
        " LEFT JOIN reporting_calendar c ON c.vendor_id = a.vendor_id AND c.agreement_id = a.id"
        " LEFT JOIN reseller_obligation o ON o.vendor_id = a.vendor_id AND o.agreement_id = a.id ORDER BY k.ordinal",
        vendor_id,
        *_of(agreements),
    )


async def receipts(db: Reader, vendor_id: UUID, agreements: Agreements, span: Span) -> list[Row]:
    """For which days reports were received that are about some of these, how many, and when the first of each came."""
    return await db.rows(
        "SELECT k.ordinal, s.period_start, s.period_end, count(*) AS reports, min(s.received_at) AS received_at"
        f" FROM {_ASKED} JOIN submission s ON s.vendor_id = $1 AND s.agreement_id = k.agreement_id"
        " AND s.period_end > $4 AND s.period_start < $5 AND s.kind = 'SELL_THROUGH' AND s.mode <> 'CORRECT'"
        " AND s.previewed_by IS NULL AND s.status NOT IN ('FAILED', 'CANCELLED') GROUP BY 1, 2, 3",
        vendor_id,
        *_of(agreements),
        span.start,
        span.end,
    )


async def rows_reported(db: Reader, vendor_id: UUID, agreements: Agreements, span: Span) -> list[Row]:
    """How many rows of sell-through were reported for some of these days, how many of them twice, and how many count."""
    return await db.rows(
        "SELECT k.ordinal, sum(s.rows_received)::bigint AS received, sum(s.rows_duplicate)::bigint AS duplicate,"
        f" sum(s.rows_accepted)::bigint AS accepted FROM {_ASKED} JOIN submission s ON s.vendor_id = $1"
        " AND s.agreement_id = k.agreement_id AND s.period_end > $4 AND s.period_start < $5 AND s.kind = 'SELL_THROUGH'"
        " AND s.previewed_by IS NULL AND s.status = 'PROCESSED' GROUP BY 1",
        vendor_id,
        *_of(agreements),
        span.start,
        span.end,
    )


async def active_resellers(db: Reader, vendor_id: UUID, agreements: Agreements, end: date) -> list[Row]:
    """How many resellers bought under each agreement, net of returns, in the 90 days before a day."""
    return await db.rows(
        f"SELECT k.ordinal, count(*) AS active FROM {_ASKED} CROSS JOIN LATERAL (SELECT d.reseller_id"
        " FROM sell_through_reseller_day d WHERE d.vendor_id = $1 AND d.distributor_id = k.distributor_id"
        " AND d.agreement_id = k.agreement_id AND d.day >= $4::date - 90 AND d.day < $4"
        " GROUP BY d.reseller_id HAVING sum(d.units) > 0) bought GROUP BY 1",
        vendor_id,
        *_of(agreements),
        end,
    )


async def weights(db: Reader, vendor_id: UUID, agreements: Agreements, day: date) -> list[Row]:
    """What was agreed about scorecards for a day, where anything was."""
    return await db.rows(
        f"SELECT k.ordinal, w.* FROM {_ASKED} CROSS JOIN LATERAL (SELECT s.version, s.weights, s.days"
        " FROM scorecard_weights s WHERE s.vendor_id = $1 AND s.agreement_id = k.agreement_id AND s.effective_from <= $4"
        " ORDER BY s.effective_from DESC, s.version DESC LIMIT 1) w",
        vendor_id,
        *_of(agreements),
        day,
    )


_CREDITED = """
  SELECT s.agreement_id, s.approved_at AS owed_at, s.credited_at FROM statement s
  WHERE s.vendor_id = $1 AND s.agreement_id = ANY ($2::uuid[]) AND s.approved_at IS NOT NULL AND s.payable_minor > 0
  UNION ALL
  SELECT c.agreement_id, c.decided_at, c.credited_at FROM debit_claim c
  WHERE c.vendor_id = $1 AND c.agreement_id = ANY ($2::uuid[]) AND c.decided_at IS NOT NULL AND c.amount_minor > 0
    AND c.status <> 'WITHDRAWN'
  UNION ALL
  SELECT t.agreement_id, t.decided_at, t.credited_at FROM stock_credit t
  WHERE t.vendor_id = $1 AND t.agreement_id = ANY ($2::uuid[]) AND t.decided_at IS NOT NULL AND t.approved_minor > 0
    AND t.status <> 'WITHDRAWN'
"""
_DECIDED = """
  SELECT c.agreement_id, c.filed_at, CASE WHEN c.deemed IS NULL THEN c.decided_at END AS decided_at FROM debit_claim c
  WHERE c.vendor_id = $1 AND c.agreement_id = ANY ($2::uuid[]) AND c.status <> 'WITHDRAWN' AND c.adjusts_id IS NULL
  UNION ALL
  SELECT t.agreement_id, t.filed_at, t.decided_at FROM stock_credit t
  WHERE t.vendor_id = $1 AND t.agreement_id = ANY ($2::uuid[]) AND t.status NOT IN ('WITHDRAWN', 'NOTHING_DUE')
"""


async def credits_owed(
    db: Reader, vendor_id: UUID, agreements: Agreements, days: Sequence[int], span: Span, at: datetime
) -> list[Row]:
    """Of the statements, claims and credits for stock whose credit memo was due in these days, so many days (UTC) after
    they were approved, and up to a moment: how many there are, and how many were credited by then."""
    return await _in_days(db, vendor_id, agreements, days, span, at, _CREDITED, "owed_at", "credited_at")


async def claims_filed(
    db: Reader, vendor_id: UUID, agreements: Agreements, days: Sequence[int], span: Span, at: datetime
) -> list[Row]:
    """Of the claims and credits for stock on which a decision was due in these days, so many days (UTC) after they were
    filed, and up to a moment: how many there are, and how many were decided by then. What was deemed decided because
    nobody did is late."""
    return await _in_days(db, vendor_id, agreements, days, span, at, _DECIDED, "filed_at", "decided_at")


async def _in_days(
    db: Reader,
    vendor_id: UUID,
    agreements: Agreements,
    days: Sequence[int],
    span: Span,
    at: datetime,
    source: str,
    since: str,
    done: str,
) -> list[Row]:
    due = f"(x.{since} AT TIME ZONE 'UTC')::date + k.within"
    return await db.rows(
        f"SELECT k.ordinal, count(*) AS whole, count(*) FILTER (WHERE (x.{done} AT TIME ZONE 'UTC')::date <= {due}) AS part"
        " FROM unnest($2::uuid[], $3::integer[]) WITH ORDINALITY AS k(agreement_id, within, ordinal)"
        f" JOIN ({source}) x ON x.agreement_id = k.agreement_id"
        f" AND {due} >= $4 AND {due} < $5 AND ({due} < ($6::timestamptz AT TIME ZONE 'UTC')::date"
        f" OR x.{done} <= $6) GROUP BY 1",
        vendor_id,
        _of(agreements)[0],
        list(days),
        span.start,
        span.end,
        at,
    )


async def prices_changed(
    db: Reader, vendor_id: UUID, agreements: Agreements, days: Sequence[int], span: Span, at: datetime
) -> list[Row]:
    """Of the wholesale prices in an agreement's currency that took the place of another in these days, up to a moment: how
    many there are, and how many were announced so many days (UTC) before."""
    return await db.rows(
        "SELECT k.ordinal, count(*) AS whole,"
        " count(*) FILTER (WHERE (p.announced_at AT TIME ZONE 'UTC')::date + k.within <= p.effective_from) AS part"
        " FROM unnest($2::uuid[], $3::integer[]) WITH ORDINALITY AS k(agreement_id, within, ordinal)"
        " JOIN agreement a ON a.vendor_id = $1 AND a.id = k.agreement_id"
        " JOIN book_price p ON p.vendor_id = $1 AND p.currency = a.currency AND p.effective_from >= $4"
        " AND p.effective_from < $5 AND p.effective_from <= ($6::timestamptz AT TIME ZONE 'UTC')::date"
        " AND p.effective_from >= a.effective_start AND p.effective_from < a.effective_end"
        " JOIN LATERAL (SELECT o.price FROM book_price o WHERE o.vendor_id = p.vendor_id AND o.product_id = p.product_id"
        " AND o.currency = p.currency AND o.effective_from < p.effective_from"
        " ORDER BY o.effective_from DESC LIMIT 1) old ON old.price <> p.price GROUP BY 1",
        vendor_id,
        _of(agreements)[0],
        list(days),
        span.start,
        span.end,
        at,
    )
