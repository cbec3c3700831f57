"""The lists of resellers that are frozen with a version of an incentive, and how they are read."""

from collections.abc import Sequence
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.listings.queries import List
from app.segments.queries import own_members
from app.store.database import Session

IN_ORDER = Order((SortKey("n.reseller_id", "id", UUID, "uuid"),))
OF_SCOPE = List(
    "incentive_reseller n LEFT JOIN party p ON p.vendor_id = n.vendor_id AND p.id = n.reseller_id AND p.kind = 'RESELLER'"
    " LEFT JOIN LATERAL (SELECT r.reseller_name AS name, r.reseller_country AS country, r.reseller_region AS region,"
    " r.partner_type FROM reseller_authorization r WHERE p.id IS NULL AND r.vendor_id = n.vendor_id"
    " AND r.agreement_id = n.agreement_id AND r.reseller_id = n.reseller_id ORDER BY r.id LIMIT 1) a ON true"
    " WHERE n.vendor_id = k.vendor_id AND n.agreement_id = k.id AND n.list_id = ($3::uuid[])[k.ordinal]"
    " AND n.replaced IS NULL AND (p.id IS NOT NULL OR a.name IS NOT NULL)",
    "n.vendor_id, n.reseller_id AS id, coalesce(p.name, a.name) AS name, coalesce(p.country, a.country) AS country,"
    " coalesce(p.region, a.region) AS region, coalesce(p.partner_type, a.partner_type) AS partner_type",
)
"""Where the scope of each of several terms finds its resellers, by the vendor's record of them or, for a distributor, as its
authorisations name them: the parents are agreements, the third argument the names of the lists in the same order."""


async def freeze(
    session: Session, vendor_id: UUID, list_id: UUID, agreement_ids: Sequence[UUID], segments: frozenset[str]
) -> None:
    """Write down which own resellers of each agreement's distributor belong to one of these segments today."""
    await session.execute(
        "INSERT INTO incentive_reseller (vendor_id, id, list_id, agreement_id, distributor_id, reseller_id)"
        " SELECT a.vendor_id, gen_random_uuid(), $2, a.id, a.distributor_id, w.reseller_id"
        f" FROM ({own_members('$1', '$4::uuid[]')}) w JOIN agreement a ON a.vendor_id = $1 AND a.id = w.agreement_id"
        " WHERE a.id = ANY ($3::uuid[])",
        vendor_id,
        list_id,
        list(agreement_ids),
        [UUID(each) for each in sorted(segments)],
    )
