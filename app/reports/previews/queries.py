"""The statements that forget what previews said. All run as `worker`, which may delete what is a preview's alone."""

from datetime import datetime
from uuid import UUID

from app.store.database import Session

OF_PREVIEWS = (
    "stock_row",
    "submission_issue",
    "submission_effect",
    "submission_money_effect",
    "submission_claim_effect",
    "report_row",
)
"In this order: a row of stock stands on the row of its report."


async def old_previews(session: Session, vendor_id: UUID, before: datetime, most: int) -> list[UUID]:
    """Previews received before a moment of which something is still kept beside their counts."""
    kept = " OR ".join(
        f"EXISTS (SELECT FROM {table} k WHERE k.vendor_id = s.vendor_id AND k.submission_id = s.id)"
        for table in OF_PREVIEWS
    )
    rows = await session.rows(
        "SELECT s.id FROM submission s WHERE s.vendor_id = $1 AND s.previewed_by IS NOT NULL AND s.received_at < $2"
        f" AND ({kept}) ORDER BY s.received_at LIMIT $3",
        vendor_id,
        before,
        most,
    )
    return [row["id"] for row in rows]


async def forget(session: Session, vendor_id: UUID, submission_id: UUID) -> int:
    """Delete the rows, issues and effects of a preview; how many there were."""
    gone = 0
    for table in OF_PREVIEWS:
        gone += await session.execute(
            f"DELETE FROM {table} WHERE vendor_id = $1 AND submission_id = $2 AND previewed_by IS NOT NULL",
            vendor_id,
            submission_id,
        )
    return gone
