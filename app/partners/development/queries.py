"""What is asked of the database about the development of resellers.

What they bought is measured as `worker`, of agreements that the asker reads: whether a reseller is new to the whole network
is known to nobody else, and only that it is leaves here, for the vendor.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.program_access.bought.queries import windows
from app.programme.development import earlier, window, window_before, year, years_before
from app.store.database import Reader, Row, Session


async def obligations(db: Reader, agreements: Sequence[Key]) -> list[Row]:
    """What was agreed, by the ordinal of the agreement."""
    return await db.rows(
        f"SELECT k.ordinal, o.active, o.new, o.enabled, o.version FROM {KEYS}"
        " JOIN reseller_obligation o ON o.vendor_id = k.vendor_id AND o.agreement_id = k.id",
        *keys_apart(agreements),
    )


async def agreement(session: Session, key: Key) -> Row | None:
    """An agreement, and what was agreed under it."""
    return await session.row(
        "SELECT a.distributor_id, a.status, coalesce(o.version, 0) AS version, o.active, o.new, o.enabled FROM agreement a"
        " LEFT JOIN reseller_obligation o ON o.vendor_id = a.vendor_id AND o.agreement_id = a.id"
        " WHERE a.vendor_id = $1 AND a.id = $2",
        key.vendor_id,
        key.id,
    )


async def set_obligation(
    session: Session, key: Key, distributor_id: UUID, version: int, agreed: Mapping[str, object]
) -> bool:
    """Write what is agreed from now on in place of a version (0: none); False where somebody was first."""
    written = await session.execute(
        "INSERT INTO reseller_obligation AS o (vendor_id, agreement_id, distributor_id, active, new, enabled, version,"
        " set_at) VALUES ($1, $2, $3, $4, $5, $6, $7::integer + 1, $8) ON CONFLICT (vendor_id, agreement_id) DO UPDATE"
        " SET active = excluded.active, new = excluded.new, enabled = excluded.enabled, version = excluded.version,"
        " set_at = excluded.set_at WHERE o.version = $7",
        key.vendor_id,
        key.id,
        distributor_id,
        agreed["active"],
        agreed["new"],
        agreed["enabled"],
        version,
        agreed["set_at"],
    )
    return written == 1


async def bought(
    db: Reader, vendor_id: UUID, agreements: Sequence[tuple[UUID, UUID]], day: date, network: bool
) -> list[Row]:
    """As the worker: of each agreement (with its distributor) the resellers that are authorised under it, or bought lately,
    in the order in which they were recorded: net units (10⁻³) in the 90 days up to a day and in those before at this
    distributor, whether they had bought there in the 24 months before, whether they are new there in twelve months, and,
    where it is asked for (`network`), to the whole network in these months."""
    spans = {
        "now": window(day),
        "before": window_before(day),
        "earlier": earlier(day),
        "year": year(day),
        "years": years_before(day),
    }
    joins, arguments = windows(spans, 6)
    here = " UNION ALL ".join(
        f"SELECT w.tag, f.reseller_id, f.units, f.returned_units FROM {each} AND f.distributor_id = k.distributor_id"
        for each in joins
    )
    anywhere = (
        "coalesce((SELECT sum(m.units + m.returned_units) FROM sell_through_reseller_month m WHERE m.vendor_id = $1"
        " AND m.reseller_id = c.reseller_id AND m.month >= $4::date AND m.month < $5::date), 0) <= 0"
        if network
        else "$4::date > $5::date"
    )
    sums = ", ".join(
        f"coalesce(sum({measure}) FILTER (WHERE x.tag = '{tag}'), 0)::bigint AS {name}"
        for name, tag, measure in (
            ("now", "now", "x.units"),
            ("before", "before", "x.units"),
            ("earlier", "earlier", "x.units + x.returned_units"),
            ("in_year", "year", "x.units"),
            ("in_years", "years", "x.units + x.returned_units"),
        )
    )
    return await db.rows(
        f"""
        WITH asked AS (
          SELECT * FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS k(agreement_id, distributor_id, ordinal)
        ), bought AS (
          SELECT k.ordinal, x.reseller_id, {sums} FROM asked k CROSS JOIN LATERAL ({here}) x GROUP BY 1, 2
        ), authorized AS (
          SELECT k.ordinal, r.reseller_id
          FROM asked k JOIN reseller_authorization r ON r.vendor_id = $1 AND r.agreement_id = k.agreement_id
            AND r.status = 'ACTIVE'
          GROUP BY 1, 2
        )
        SELECT c.ordinal, c.reseller_id, c.now, c.before, c.now > 0 AND c.earlier > 0 AS bought_earlier, c.authorized,
               c.in_year > 0 AND c.in_years <= 0 AS new_in_year, c.in_year > 0 AND {anywhere} AS new_to_network
        FROM (
          SELECT ordinal, reseller_id, a.reseller_id IS NOT NULL AS authorized, b.reseller_id IS NOT NULL AS bought,
                 coalesce(b.now, 0) AS now, coalesce(b.before, 0) AS before, coalesce(b.earlier, 0) AS earlier,
                 coalesce(b.in_year, 0) AS in_year, coalesce(b.in_years, 0) AS in_years
          FROM authorized a FULL JOIN bought b USING (ordinal, reseller_id)
        ) c
        WHERE c.authorized OR c.now <> 0 OR c.before <> 0 OR c.in_year > 0
        ORDER BY c.ordinal, c.reseller_id
        """,
        vendor_id,
        [agreement for agreement, _ in agreements],
        [distributor for _, distributor in agreements],
        spans["years"].start,
        spans["years"].end,
        *arguments,
    )
