"""What is asked of the database about what was decided on volume commitments."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.identifiers import Key
from app.store.database import Reader, Row


async def settlements(db: Reader, periods: Sequence[tuple[UUID, UUID, date]]) -> dict[tuple[Key, date], Row]:
    """The decision that stands on each of these periods (vendor, agreement, first day), by agreement and first day."""
    rows = await db.rows(
        "SELECT DISTINCT ON (c.vendor_id, c.agreement_id, c.period_start) c.vendor_id, c.agreement_id, c.period_start,"
        " c.currency, c.waived, c.note, c.decided_at, c.settled_at, c.actual, c.shortfall, c.consequence, c.fee_minor"
        " FROM commitment_settlement c JOIN unnest($1::uuid[], $2::uuid[], $3::date[])"
        " AS k (vendor_id, agreement_id, period_start) USING (vendor_id, agreement_id, period_start)"
        " WHERE c.vendor_id = ANY ($1::uuid[])"
        " ORDER BY c.vendor_id, c.agreement_id, c.period_start, c.sequence DESC",
        *([list(column) for column in zip(*periods, strict=True)] or [[], [], []]),
    )
    return {(Key(row["vendor_id"], row["agreement_id"]), row["period_start"]): row for row in rows}
