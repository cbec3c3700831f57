"""What is to be looked at once the rows of a sell-in report count: prices other than the one in force.

All run as `worker`, within one vendor's network.
"""

from datetime import timedelta
from uuid import UUID

from app.programme.spans import Span
from app.store.database import Row, Session
from app.volume.discounts import discounts_held
from app.volume.queries import discount_arguments, otherwise_priced


async def invoiced_otherwise(session: Session, vendor_id: UUID, agreement: Row) -> list[Row]:
    """The accepted rows of `placed`, now counted, that the vendor invoiced at another price than the one in force, by more
    than a minor unit per line. Where no volume tier of the agreement has a discount, nothing is said."""
    days = await session.row(
        "SELECT min(sold_on) AS first, max(sold_on) AS last FROM placed WHERE outcome = 'ACCEPTED'"
    )
    if days is None or days["first"] is None:
        return []
    id, over = agreement["id"], Span(days["first"], days["last"] + timedelta(days=1))
    discounts = await discounts_held(session, [(vendor_id, id)], {id: over})
    if not discounts:
        return []
    return await session.rows(
        f"SELECT l.submission_id, l.row_number{otherwise_priced(4)} AND l.vendor_id = $1 AND l.distributor_id = $2"
        " AND l.agreement_id = $3 AND (l.submission_id, l.row_number) IN"
        " (SELECT p.submission_id, p.row_number FROM placed p WHERE p.outcome = 'ACCEPTED')",
        vendor_id,
        agreement["distributor_id"],
        id,
        *discount_arguments(discounts),
    )
