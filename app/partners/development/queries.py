"""What is asked of the database about the development of resellers.

What they bought is measured as `worker`, of agreements that the asker reads: whether a reseller is new to the whole network
is known to nobody else, and only that it is leaves here, for the vendor.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.programme.development import earlier, window, window_before, year, years_before
from app.programme.sale_types import COUNTED
from app.store.database import Reader, Row, Session

_COUNTED = ", ".join(f"'{each}'" for each in sorted(COUNTED))
_BOUGHT = (
    "EXISTS (SELECT FROM {table} b WHERE b.vendor_id = $1 AND b.reseller_id = c.reseller_id{where}"
    " AND b.{day} >= {start}::date AND b.{day} < {end}::date AND {bought})"
)
_LINES = {
    "table": "sell_through_line",
    "day": "counts_on",
    "bought": f"b.superseded IS NULL AND b.sale_type IN ({_COUNTED}) AND b.quantity > 0",
}
_MONTHS = {
    "table": "sell_through_reseller_month",
    "day": "month",
    "bought": "b.units + b.returned_units > 0",
}
_HERE = " AND b.distributor_id = c.distributor_id"


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
    now, before, year_now = window(day), window_before(day), year(day)
    past = _BOUGHT.format(where=_HERE, start="$8", end="$5", **_LINES)
    earlier_here = _BOUGHT.format(where=_HERE, start="$9", end="$10", **_MONTHS)
    earlier_anywhere = _BOUGHT.format(where="", start="$9", end="$10", **_MONTHS) if network else "NULL::boolean"
    return await db.rows(
        f"""
        WITH asked AS (
          SELECT * FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS k(agreement_id, distributor_id, ordinal)
        ), recent AS (
          SELECT k.ordinal, k.distributor_id, l.reseller_id,
                 coalesce(sum(l.quantity) FILTER (WHERE l.counts_on >= $5), 0)::bigint AS now,
                 coalesce(sum(l.quantity) FILTER (WHERE l.counts_on < $5), 0)::bigint AS before
          FROM asked k JOIN sell_through_line l ON l.vendor_id = $1 AND l.distributor_id = k.distributor_id
            AND l.counts_on >= $4::date AND l.counts_on < $6::date AND l.superseded IS NULL
            AND l.sale_type IN ({_COUNTED})
          GROUP BY 1, 2, 3
        ), of_year AS (
          SELECT k.ordinal, k.distributor_id, m.reseller_id
          FROM asked k JOIN sell_through_reseller_month m ON m.vendor_id = $1 AND m.distributor_id = k.distributor_id
            AND m.month >= $10::date AND m.month < $7::date
          GROUP BY 1, 2, 3 HAVING sum(m.units) > 0
        ), authorized AS (
          SELECT k.ordinal, k.distributor_id, r.reseller_id
          FROM asked k JOIN reseller_authorization r ON r.vendor_id = $1 AND r.agreement_id = k.agreement_id
            AND r.status = 'ACTIVE'
        ), candidates AS (
          SELECT ordinal, distributor_id, reseller_id FROM recent
          UNION SELECT ordinal, distributor_id, reseller_id FROM of_year
          UNION SELECT ordinal, distributor_id, reseller_id FROM authorized
        )
        SELECT c.ordinal, c.reseller_id, coalesce(r.now, 0) AS now, coalesce(r.before, 0) AS before,
               coalesce(r.now, 0) > 0 AND {past} AS bought_earlier, a.reseller_id IS NOT NULL AS authorized,
               y.reseller_id IS NOT NULL AND NOT {earlier_here} AS new_in_year,
               y.reseller_id IS NOT NULL AND NOT {earlier_anywhere} AS new_to_network
        FROM candidates c
        LEFT JOIN recent r ON r.ordinal = c.ordinal AND r.reseller_id = c.reseller_id
        LEFT JOIN of_year y ON y.ordinal = c.ordinal AND y.reseller_id = c.reseller_id
        LEFT JOIN authorized a ON a.ordinal = c.ordinal AND a.reseller_id = c.reseller_id
        ORDER BY c.ordinal, c.reseller_id
        """,
        vendor_id,
        [agreement for agreement, _ in agreements],
        [distributor for _, distributor in agreements],
        before.start,
        now.start,
        now.end,
        year_now.end,
        earlier(day).start,
        years_before(day).start,
        year_now.start,
    )
