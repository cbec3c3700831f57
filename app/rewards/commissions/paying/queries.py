"""What is asked of the database about paying commissions, by the vendor."""

from app.execution.identifiers import Key
from app.store.database import Reader, Row


async def payments(db: Reader, key: Key) -> list[Row]:
    """What is approved and what is paid of a plan and owes something, with the name of each agent: the former first, by
    period and agent."""
    return await db.rows(
        "SELECT s.vendor_id, s.id, s.starts_on, s.ends_on, s.amount_minor, s.currency, s.status, s.payment_reference,"
        " s.paid_at, p.name AS agent, p.country FROM commission_statement s JOIN party p ON p.vendor_id = s.vendor_id"
        " AND p.id = s.reseller_id WHERE s.vendor_id = $1 AND s.plan_id = $2 AND s.status IN ('APPROVED', 'PAID')"
        " AND s.amount_minor > 0 ORDER BY s.status, s.starts_on, p.name, s.id",
        key.vendor_id,
        key.id,
    )
