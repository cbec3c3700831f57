"""What is asked of the database about suspensions that lie ahead."""

from datetime import date
from uuid import UUID

from app.store.database import Row, Session


async def vendors(session: Session) -> list[UUID]:
    """All networks."""
    return [row["id"] for row in await session.rows("SELECT v.id FROM vendor v ORDER BY v.id")]


async def fallen_due(session: Session, vendor_id: UUID, today: date) -> list[Row]:
    """The enrolments of a network that take on another status today, or should have before."""
    return await session.rows(
        "SELECT e.id, e.reseller_id FROM enrollment e WHERE e.vendor_id = $1 AND e.planned_on <= $2 ORDER BY e.id",
        vendor_id,
        today,
    )
