"""What is asked of the database about the certifications that active resellers need and hold. All run as `worker`, which
reads every certification, whoever recorded it; only numbers of resellers leave here."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from app.programme.certifications import Enablement, enablement
from app.store.database import Reader

VALID: Final = "c.status = 'VERIFIED' AND c.issued_on <= {day} AND (c.valid_until IS NULL OR c.valid_until >= {day})"
"Which certifications `c` count on a day."


async def requires_any(db: Reader, vendor_id: UUID) -> bool:
    """Whether any programme of a network requires a certification."""
    found: bool = await db.value("SELECT EXISTS (SELECT FROM required_certification WHERE vendor_id = $1)", vendor_id)
    return found


async def enablements(
    db: Reader, vendor_id: UUID, agreements: Sequence[tuple[UUID, UUID]], end: date
) -> list[Enablement]:
    """How many resellers bought under each agreement (with its distributor), net of returns, in the 90 days before a day,
    and how many of these held on the last of them every certification that their active enrolments require."""
    rows = await db.rows(
        "SELECT k.ordinal, a.reseller_id, EXISTS ("
        "SELECT FROM enrollment e JOIN required_certification r ON r.vendor_id = e.vendor_id"
        " AND r.program_id = e.program_id"
        " LEFT JOIN program_tier t ON t.vendor_id = e.vendor_id AND t.id = e.tier_id"
        " WHERE e.vendor_id = $1 AND e.reseller_id = a.reseller_id AND e.status = 'ACTIVE'"
        " AND r.from_rank <= coalesce(t.rank, 0) AND r.needed > ("
        "SELECT count(DISTINCT c.holder_key) FROM certification c WHERE c.vendor_id = $1 AND c.reseller_id = e.reseller_id"
        f" AND c.name_key = r.name_key AND {VALID.format(day='$5::date')})) AS lacks"
        " FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS k(agreement_id, distributor_id, ordinal)"
        " CROSS JOIN LATERAL (SELECT s.reseller_id FROM sell_through_reseller_day s WHERE s.vendor_id = $1"
        " AND s.distributor_id = k.distributor_id AND s.agreement_id = k.agreement_id"
        " AND s.day >= $4::date - 90 AND s.day < $4 GROUP BY s.reseller_id HAVING sum(s.units) > 0) a",
        vendor_id,
        [agreement for agreement, _ in agreements],
        [distributor for _, distributor in agreements],
        end,
        end - timedelta(days=1),
    )
    lacks: list[list[bool]] = [[] for _ in agreements]
    for row in rows:
        lacks[row["ordinal"] - 1].append(row["lacks"])
    return [enablement(each) for each in lacks]
