"""What a back-test asks of the database beside the lines: versions, agreements, and what was paid. All run as the vendor
that asks."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.identifiers import Key
from app.programme.spans import Span
from app.store.database import Reader, Row


async def versions(db: Reader, key: Key) -> list[Row]:
    """The versions of an incentive, the first one first, with its budget for each pay period."""
    return await db.rows(
        "SELECT v.version, v.status, v.rule::text AS rule, v.currency, v.agreement_ids, v.proposed_at,"
        " v.activated_at, i.budget_minor"
        " FROM incentive_version v JOIN incentive i ON i.vendor_id = v.vendor_id AND i.id = v.incentive_id"
        " WHERE v.vendor_id = $1 AND v.incentive_id = $2 ORDER BY v.version",
        key.vendor_id,
        key.id,
    )


async def agreements(db: Reader, vendor_id: UUID, ids: Sequence[UUID] | None, currency: str) -> list[Row]:
    """Agreements with the names of their distributors: these, or all in a currency."""
    return await db.rows(
        "SELECT a.id, a.distributor_id, a.currency, a.effective_start, a.effective_end, p.name"
        " FROM agreement a JOIN party p ON p.vendor_id = a.vendor_id AND p.id = a.distributor_id"
        " WHERE a.vendor_id = $1 AND CASE WHEN $2::uuid[] IS NULL THEN a.currency = $3 ELSE a.id = ANY ($2) END"
        " ORDER BY p.name, a.id",
        vendor_id,
        None if ids is None else list(ids),
        currency,
    )


async def paid(
    db: Reader, vendor_id: UUID, agreement_ids: Sequence[UUID], days: Span, currency: str, incentive_id: UUID | None
) -> list[tuple[UUID, date, int]]:
    """What statements that were approved pay, of an incentive or of all, whose periods begin on these days: agreement,
    first day, minor units. One that is contested after approval stays among them."""
    rows = await db.rows(
        "SELECT agreement_id, period_start, sum(payable_minor)::bigint AS payable FROM statement WHERE vendor_id = $1"
        " AND agreement_id = ANY ($2::uuid[]) AND period_start >= $3 AND period_start < $4 AND currency = $5"
        " AND ($6::uuid IS NULL OR incentive_id = $6)"
        " AND coalesce(disputed_from, status) IN ('APPROVED', 'CREDITED') GROUP BY 1, 2",
        vendor_id,
        list(agreement_ids),
        days.start,
        days.end,
        currency,
        incentive_id,
    )
    return [(row["agreement_id"], row["period_start"], row["payable"]) for row in rows]
