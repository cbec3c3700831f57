"""What is asked of the database about what programmes open."""

from uuid import UUID

from app.programme.program_access import Offer, Opening, ProgramAccess, access
from app.programme.terms import EnrollmentStatus
from app.store.database import Reader


async def access_of(db: Reader, vendor_id: UUID, reseller_id: UUID, opening: Opening) -> ProgramAccess:
    """Whether a reseller may use something in a vendor's network now: by its enrolments and the benefits that open it."""
    rows = await db.rows(
        "SELECT p.name AS program, b.name AS benefit, b.from_rank, f.name AS from_tier, e.status, t.rank AS own_rank,"
        " t.name AS own_tier FROM enrollment e"
        " JOIN program p ON p.vendor_id = e.vendor_id AND p.id = e.program_id"
        " JOIN benefit b ON b.vendor_id = e.vendor_id AND b.program_id = e.program_id AND b.opens = $3"
        " AND b.ended_at IS NULL"
        " LEFT JOIN program_tier f ON f.vendor_id = b.vendor_id AND f.program_id = b.program_id AND f.rank = b.from_rank"
        " LEFT JOIN program_tier t ON t.vendor_id = e.vendor_id AND t.id = e.tier_id"
        " WHERE e.vendor_id = $1 AND e.reseller_id = $2 ORDER BY p.name, b.from_rank, b.id",
        vendor_id,
        reseller_id,
        opening,
    )
    offers = [Offer(**{**dict(row.items()), "status": EnrollmentStatus(row["status"])}) for row in rows]
    return access(opening, offers)
