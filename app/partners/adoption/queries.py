"""What is asked of the database about how far programmes are taken up. The vendor's alone."""

from collections.abc import Sequence

from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.store.database import Reader, Row


async def adoption(db: Reader, programs: Sequence[Key]) -> list[Row]:
    """How many parties known to the vendor are eligible for each programme, how many have applied, and how many take part:
    resellers by active enrolments, distributors by active agreements. Of distributors, how many a statement of the last
    twelve months owes something."""
    return await db.rows(
        f"""
        SELECT k.ordinal, p.audience,
          (SELECT count(*) FROM party y WHERE y.vendor_id = p.vendor_id AND y.kind = p.audience
             AND (cardinality(p.partner_types) = 0 OR y.partner_type = ANY(p.partner_types))
             AND (cardinality(p.countries) = 0 OR y.country = ANY(p.countries))) AS eligible,
          (SELECT count(*) FROM enrollment e WHERE e.vendor_id = p.vendor_id AND e.program_id = p.id
             AND e.status = 'APPLIED') AS applied,
          CASE p.audience WHEN 'RESELLER'
            THEN (SELECT count(*) FROM enrollment e WHERE e.vendor_id = p.vendor_id AND e.program_id = p.id
                    AND e.status = 'ACTIVE')
            ELSE (SELECT count(DISTINCT a.distributor_id) FROM agreement a WHERE a.vendor_id = p.vendor_id
                    AND a.program_id = p.id AND a.status = 'ACTIVE'
                    AND a.effective_start <= current_date AND a.effective_end > current_date)
          END AS active,
          CASE WHEN p.audience = 'DISTRIBUTOR' THEN (
            SELECT count(DISTINCT a.distributor_id) FROM agreement a JOIN statement s
              ON s.vendor_id = a.vendor_id AND s.agreement_id = a.id
            WHERE a.vendor_id = p.vendor_id AND a.program_id = p.id AND s.entitled_minor > 0
              AND s.period_end > current_date - interval '12 months')
          END AS earning
        FROM {KEYS} JOIN program p ON p.vendor_id = k.vendor_id AND p.id = k.id
        """,
        *keys_apart(programs),
    )


async def by_tier(db: Reader, programs: Sequence[Key]) -> list[Row]:
    """How many active enrolments there are in each tier of programmes, the lowest first."""
    return await db.rows(
        f"""
        SELECT k.ordinal, t.vendor_id, t.id, t.rank, t.name,
          (SELECT count(*) FROM enrollment e WHERE e.vendor_id = t.vendor_id AND e.program_id = t.program_id
             AND e.tier_id = t.id AND e.status = 'ACTIVE') AS active
        FROM {KEYS} JOIN program_tier t ON t.vendor_id = k.vendor_id AND t.program_id = k.id
        ORDER BY k.ordinal, t.rank
        """,
        *keys_apart(programs),
    )
