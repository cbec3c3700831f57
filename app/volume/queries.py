"""What is asked of the database about volume: what an agreement says of it, what was bought, and what was invoiced at
another price than the one in force.

A line stands in the volume on the day on which it counts; its price is that of the day of its invoice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.programme.currencies import MINOR_UNITS
from app.programme.spans import Span
from app.store.database import Reader, Row
from app.volume.standing import Discount

TERMS = (
    "volume_period",
    "volume_commitment",
    "shortfall_consequence",
    "shortfall_share",
    "threshold_rule",
    "currency",
    "effective_start",
    "effective_end",
)
"The columns of an agreement that `Terms` is made of."
_LADDER = """
    SELECT coalesce(array_agg(v.rank ORDER BY v.rank), '{}') AS ranks,
           coalesce(array_agg(v.name ORDER BY v.rank), '{}') AS names,
           coalesce(array_agg(v.threshold ORDER BY v.rank), '{}') AS thresholds,
           coalesce(array_agg(v.discount ORDER BY v.rank), '{}') AS discounts,
           coalesce(array_agg(v.rebate_eligible ORDER BY v.rank), '{}') AS eligible
    FROM volume_tier v"""
"What `Ladder` is made of."


@dataclass(frozen=True, slots=True)
class Asked:
    """An agreement, and the volume period that is asked about: its days, those of the period before it, and a day of it."""

    vendor_id: UUID
    agreement_id: UUID
    distributor_id: UUID
    currency: str
    period: Span
    previous: Span | None
    day: date


async def volumes(db: Reader, asked: Sequence[Asked]) -> list[Row]:
    """The volume tiers of agreements, and net sell-in under each in its currency: of the period, of its days before the day,
    and of the period before; and which other currencies there are in the period. Read from the lines, because the rollup
    does not tell a distributor's agreements apart."""
    return await db.rows(
        f"""
        SELECT k.ordinal, t.*, s.*
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::date[], $5::date[], $6::date[], $7::date[], $8::text[])
          WITH ORDINALITY AS k(vendor_id, id, distributor_id, previous_start, start, finish, day, currency, ordinal)
        CROSS JOIN LATERAL ({_LADDER} WHERE v.vendor_id = k.vendor_id AND v.agreement_id = k.id) t
        CROSS JOIN LATERAL (
          SELECT coalesce(sum(l.amount) FILTER (WHERE own AND l.counts_on >= k.start), 0) AS actual,
                 coalesce(sum(l.amount) FILTER (WHERE own AND l.counts_on >= k.start AND l.counts_on < k.day), 0) AS before,
                 coalesce(sum(l.amount) FILTER (WHERE own AND l.counts_on < k.start), 0) AS previous,
                 coalesce(array_agg(DISTINCT l.currency) FILTER (WHERE NOT own AND l.counts_on >= k.start), '{{}}')
                   AS other_currencies
          FROM sell_in_line l CROSS JOIN LATERAL (SELECT l.currency = k.currency AS own) c
          WHERE l.vendor_id = k.vendor_id AND l.distributor_id = k.distributor_id AND l.agreement_id = k.id
            AND l.counts_on >= k.previous_start AND l.counts_on < k.finish AND l.superseded IS NULL
        ) s
        ORDER BY k.ordinal
        """,
        [each.vendor_id for each in asked],
        [each.agreement_id for each in asked],
        [each.distributor_id for each in asked],
        [(each.previous or each.period).start for each in asked],
        [each.period.start for each in asked],
        [each.period.end for each in asked],
        [each.day for each in asked],
        [each.currency for each in asked],
    )


async def agreed(db: Reader, keys: Sequence[tuple[UUID, UUID]]) -> list[Row]:
    """What agreements (vendor, id) say of volume, their tiers, whose they are, and where their days begin."""
    return await db.rows(
        f"SELECT a.vendor_id, a.id, a.distributor_id, a.time_zone, {', '.join(f'a.{name}' for name in TERMS)}, t.*"
        " FROM unnest($1::uuid[], $2::uuid[]) AS k (vendor_id, id)"
        " JOIN agreement a ON a.vendor_id = k.vendor_id AND a.id = k.id"
        f" CROSS JOIN LATERAL ({_LADDER} WHERE v.vendor_id = a.vendor_id AND v.agreement_id = a.id) t"
        " WHERE a.vendor_id = ANY ($1::uuid[])",
        [vendor for vendor, _ in keys],
        [id for _, id in keys],
    )


async def renewed_by(db: Reader, keys: Sequence[tuple[UUID, UUID]]) -> dict[UUID, Row]:
    """What agreements (vendor, id) renew, by their ids: the agreement of the same distributor and programme that ends on the
    day on which they begin, the one of the same territory first, and net sell-in of its last volume period."""
    unit = "CASE p.volume_period WHEN 'QUARTER' THEN 'quarter' ELSE 'year' END"
    rows = await db.rows(
        f"SELECT a.id, {', '.join(f'p.{name}' for name in TERMS)}, t.*, s.volume"
        " FROM unnest($1::uuid[], $2::uuid[]) AS k (vendor_id, id)"
        " JOIN agreement a ON a.vendor_id = k.vendor_id AND a.id = k.id CROSS JOIN LATERAL ("
        f"SELECT o.vendor_id, o.id, o.distributor_id, {', '.join(f'o.{name}' for name in TERMS)}"
        " FROM agreement o WHERE o.vendor_id = a.vendor_id AND o.distributor_id = a.distributor_id"
        " AND o.program_id = a.program_id AND o.effective_end = a.effective_start AND o.territory && a.territory"
        " ORDER BY o.territory = a.territory DESC, o.currency = a.currency DESC, o.id LIMIT 1) p"
        f" CROSS JOIN LATERAL ({_LADDER} WHERE v.vendor_id = p.vendor_id AND v.agreement_id = p.id) t"
        " CROSS JOIN LATERAL (SELECT coalesce(sum(l.amount), 0)::bigint AS volume FROM sell_in_line l"
        " WHERE l.vendor_id = p.vendor_id AND l.distributor_id = p.distributor_id AND l.agreement_id = p.id"
        " AND l.currency = p.currency AND l.superseded IS NULL AND l.counts_on < p.effective_end"
        f" AND l.counts_on >= greatest(p.effective_start, date_trunc({unit}, p.effective_end - 1)::date)) s"
        " WHERE a.vendor_id = ANY ($1::uuid[])",
        [vendor for vendor, _ in keys],
        [id for _, id in keys],
    )
    return {row["id"]: row for row in rows}


async def bought_by_day(db: Reader, agreements: Sequence[Row], over: Sequence[Span]) -> list[Row]:
    """Net sell-in by day under agreements, each a row of `agreed`, on its days of `over`: agreement_id, day, amount in its
    currency (10⁻⁶)."""
    return await db.rows(
        "SELECT l.agreement_id, l.counts_on AS day, sum(l.amount)::bigint AS amount"
        " FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::date[], $6::date[])"
        " AS k (vendor_id, id, distributor_id, currency, start, finish)"
        " JOIN sell_in_line l ON l.vendor_id = k.vendor_id AND l.distributor_id = k.distributor_id"
        " AND l.agreement_id = k.id AND l.currency = k.currency AND l.superseded IS NULL"
        " AND l.counts_on >= k.start AND l.counts_on < k.finish"
        " WHERE l.vendor_id = ANY ($1::uuid[]) GROUP BY 1, 2",
        [row["vendor_id"] for row in agreements],
        [row["id"] for row in agreements],
        [row["distributor_id"] for row in agreements],
        [row["currency"] for row in agreements],
        [span.start for span in over],
        [span.end for span in over],
    )


_ONE_MINOR_UNIT = (
    "CASE l.currency "
    + " ".join(f"WHEN '{code}' THEN {10 ** (6 - places)}" for code, places in MINOR_UNITS.items() if places != 2)
    + " ELSE 10000 END"
)


def otherwise_priced(at: int) -> str:
    """The lines `l` of sell-in that were invoiced at another price than the one in force, by more than a minor unit per
    line, as SQL from FROM to WHERE; the arguments from `$at` on are those of `discount_arguments`.

    `f` is the discount in force and `p` the price (10⁻⁶, half away from zero). Credit notes, and components of kits, which
    have no price of their own, are passed over, and so are lines without a price in the book in their currency.
    """
    return f"""
FROM sell_in_line l
JOIN unnest(${at}::uuid[], ${at + 1}::date[], ${at + 2}::date[], ${at + 3}::int[], ${at + 4}::bigint[])
    AS f (agreement_id, since, until, rank, share)
    ON f.agreement_id = l.agreement_id AND l.sold_on >= f.since AND l.sold_on < f.until
JOIN book_price b ON b.vendor_id = l.vendor_id AND b.product_id = l.product_id AND b.currency = l.currency
    AND b.effective_from <= l.sold_on AND (b.effective_until IS NULL OR b.effective_until > l.sold_on)
CROSS JOIN LATERAL (SELECT round(b.price::numeric * (1000000 - f.share) / 1000000)::bigint AS price) p
WHERE l.component = 0 AND l.superseded IS NULL AND l.quantity > 0
    AND abs(l.amount - round(l.quantity::numeric * p.price / 1000)) > {_ONE_MINOR_UNIT}"""


def discount_arguments(discounts: Mapping[UUID, Sequence[Discount]]) -> list[object]:
    """The discounts that held under agreements, as `otherwise_priced` takes them."""
    every = [(agreement_id, each) for agreement_id, own in discounts.items() for each in own]
    return [
        [agreement_id for agreement_id, _ in every],
        [each.days.start for _, each in every],
        [each.days.end for _, each in every],
        [each.rank for _, each in every],
        [each.share for _, each in every],
    ]
