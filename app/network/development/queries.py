"""What is asked of the database about the development of a network's resellers.

All but certifications is read with the asker's own rights: a distributor counts its own sales alone, and a vendor reads only
the identities that agreements disclose, so that one it may not know counts once for each distributor. Nothing here reads a
line: what is kept by months and days answers, so that it costs no more when there are more lines.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.network.queries import COLUMNS
from app.program_access.bought.queries import windows
from app.programme.development import depth_months, earlier, window, window_before
from app.programme.spans import Span, month_of
from app.programme.terms import Level
from app.segments.queries import members
from app.store.database import Reader, Row

_OF = "$1::uuid"


def _resellers(level: Level) -> str:
    """Who resellers are, as a level knows them."""
    return COLUMNS[level].resellers.format(vendors=f"ARRAY[{_OF}]")


async def developing(
    db: Reader,
    level: Level,
    vendor_id: UUID,
    day: date,
    *,
    apart: bool,
    distributors: Sequence[UUID],
) -> list[Row]:
    """Each reseller that bought of some distributors (`apart`: of each by itself) in the 180 days up to a day or in the 24
    months before: net units (10⁻³) in the last 90 days and in those before, whether it bought in the 24 months before the
    last 90 days, of how many families it bought in the three calendar months, and who it is."""
    reseller = COLUMNS[level].reseller
    distributor = "f.distributor_id" if apart else "NULL::uuid"
    only = " AND f.distributor_id = ANY ($2::uuid[])"
    spans = {"now": window(day), "before": window_before(day), "earlier": earlier(day)}
    joins, arguments = windows(spans, 5)
    sources = " UNION ALL ".join(
        f"SELECT w.tag, {distributor} AS distributor_id, {reseller} AS reseller_id, f.units, f.returned_units"
        f" FROM {each}{only}"
        for each in joins
    )
    return await db.rows(
        f"""
        WITH bought AS (
          SELECT distributor_id, reseller_id,
                 coalesce(sum(units) FILTER (WHERE tag = 'now'), 0)::bigint AS now,
                 coalesce(sum(units) FILTER (WHERE tag = 'before'), 0)::bigint AS before,
                 coalesce(sum(units + returned_units) FILTER (WHERE tag = 'earlier'), 0) > 0 AS bought_earlier
          FROM ({sources}) x GROUP BY 1, 2
        ), deep AS (
          SELECT distributor_id, reseller_id, count(*) AS families FROM (
            SELECT {distributor} AS distributor_id, {reseller} AS reseller_id, p.family
            FROM sell_through_month f JOIN product p ON p.vendor_id = f.vendor_id AND p.id = f.product_id
            WHERE f.vendor_id = $1 AND f.month >= $3::date AND f.month < $4::date{only}
            GROUP BY 1, 2, 3 HAVING sum(f.units) > 0
          ) each GROUP BY 1, 2
        )
        SELECT b.*, coalesce(d.families, 0) AS families, r.reseller_id IS NOT NULL AS known, coalesce(r.name, '') AS name,
               r.partner_type, r.country, r.region, coalesce(s.name, '') AS distributor_name
        FROM bought b
        LEFT JOIN deep d ON d.reseller_id = b.reseller_id AND d.distributor_id IS NOT DISTINCT FROM b.distributor_id
        LEFT JOIN ({_resellers(level)}) r ON r.vendor_id = $1 AND r.reseller_id = b.reseller_id
        LEFT JOIN ({COLUMNS[level].distributors.format(vendors=f"ARRAY[{_OF}]")}) s
          ON s.vendor_id = $1 AND s.distributor_id = b.distributor_id
        WHERE b.now <> 0 OR b.before <> 0 OR b.bought_earlier
        """,
        vendor_id,
        list(distributors),
        depth_months(day).start,
        depth_months(day).end,
        *arguments,
    )


async def distributors_of(db: Reader, vendor_id: UUID) -> list[UUID]:
    """The distributors that ever had an agreement in a network, as far as the asker sees them. Facts are found by them: they
    lie by distributor and day."""
    rows = await db.rows("SELECT DISTINCT distributor_id FROM agreement WHERE vendor_id = $1", vendor_id)
    return [row["distributor_id"] for row in rows]


async def segments_of(db: Reader, vendor_id: UUID) -> list[Row]:
    """Who belongs to which of a vendor's segments today, and the segments' names. As the vendor."""
    return await db.rows(
        f"SELECT m.reseller_id, m.segment_id, s.name FROM ({members(f'ARRAY[{_OF}]')}) m"
        " JOIN segment s ON s.vendor_id = m.vendor_id AND s.id = m.segment_id WHERE m.vendor_id = $1",
        vendor_id,
    )


async def agreements_on(db: Reader, vendor_id: UUID, day: date, distributors: Sequence[UUID] | None) -> list[Row]:
    """The agreements that the asker sees that were in effect on a day, with what was agreed about active resellers."""
    return await db.rows(
        "SELECT a.id, a.distributor_id, o.active FROM agreement a LEFT JOIN reseller_obligation o"
        " ON o.vendor_id = a.vendor_id AND o.agreement_id = a.id WHERE a.vendor_id = $1 AND a.effective_start <= $2"
        " AND a.effective_end > $2 AND ($3::uuid[] IS NULL OR a.distributor_id = ANY ($3::uuid[])) ORDER BY a.id",
        vendor_id,
        day,
        None if distributors is None else list(distributors),
    )


async def cohorts(db: Reader, level: Level, vendor_id: UUID, span: Span, on_day: date) -> list[Row]:
    """Of the resellers that first bought in a quarter of a span: how many, and how many of them bought more than they
    returned in each quarter from then to a day's, what units, and for how much at book prices in each currency.
    The row without a currency is all of it."""
    reseller = COLUMNS[level].reseller
    return await db.rows(
        f"""
        WITH bought AS (
          SELECT {reseller} AS reseller_id, date_trunc('quarter', f.month)::date AS quarter, f.book_currency AS currency,
                 sum(f.units) AS units, sum(f.units + f.returned_units) AS gross, sum(f.book_amount) AS amount
          FROM sell_through_reseller_month f WHERE f.vendor_id = $1 AND f.month <= $4::date GROUP BY 1, 2, 3
        ), first AS (
          SELECT reseller_id, min(quarter) AS quarter FROM (
            SELECT reseller_id, quarter FROM bought GROUP BY 1, 2 HAVING sum(gross) > 0
          ) each GROUP BY 1
        ), sized AS (
          SELECT quarter, count(*) AS resellers FROM first GROUP BY 1
        ), net AS (
          SELECT b.*, sum(b.units) OVER (PARTITION BY b.reseller_id, b.quarter) > 0 AS buys FROM bought b
        )
        SELECT s.quarter AS first_quarter, s.resellers, n.quarter, n.currency,
               count(DISTINCT n.reseller_id) FILTER (WHERE n.buys) AS buying,
               sum(n.units)::bigint AS units, sum(n.amount)::bigint AS amount
        FROM sized s JOIN first f ON f.quarter = s.quarter
        JOIN net n ON n.reseller_id = f.reseller_id AND n.quarter >= s.quarter
        WHERE s.quarter >= $2::date AND s.quarter < $3::date
        GROUP BY GROUPING SETS ((1, 2, 3), (1, 2, 3, 4)) ORDER BY 1, 3, 4 NULLS FIRST
        """,
        vendor_id,
        span.start,
        span.end,
        month_of(on_day),
    )


async def active_of_cohorts(
    db: Reader, level: Level, vendor_id: UUID, span: Span, day: date, distributors: Sequence[UUID]
) -> list[Row]:
    """How many of the resellers that first bought in each quarter of a span are active on a day."""
    reseller = COLUMNS[level].reseller
    joins, arguments = windows({"now": window(day)}, 5)
    sources = " UNION ALL ".join(
        f"SELECT {reseller} AS reseller_id, f.units FROM {each} AND f.distributor_id = ANY ($4::uuid[])"
        for each in joins
    )
    return await db.rows(
        f"""
        WITH first AS (
          SELECT reseller_id, min(quarter) AS quarter FROM (
            SELECT {reseller} AS reseller_id, date_trunc('quarter', f.month)::date AS quarter
            FROM sell_through_reseller_month f WHERE f.vendor_id = $1 GROUP BY 1, 2
            HAVING sum(f.units + f.returned_units) > 0
          ) each GROUP BY 1
        ), active AS (
          SELECT reseller_id FROM ({sources}) x GROUP BY 1 HAVING sum(units) > 0
        )
        SELECT f.quarter, count(*) AS active FROM first f JOIN active USING (reseller_id)
        WHERE f.quarter >= $2::date AND f.quarter < $3::date GROUP BY 1
        """,
        vendor_id,
        span.start,
        span.end,
        list(distributors),
        *arguments,
    )


async def families(db: Reader, level: Level, vendor_id: UUID, span: Span) -> list[Row]:
    """What each reseller whose identity the asker knows bought of each family, net of returns, in whole months; its kind of
    firm and region, and its name."""
    return await db.rows(
        f"""
        SELECT f.reseller_id, r.name, r.partner_type, coalesce(r.region, '') AS region, p.family, f.units
        FROM (SELECT {COLUMNS[level].reseller} AS reseller_id, f.product_id, sum(f.units)::bigint AS units
              FROM sell_through_month f WHERE f.vendor_id = $1 AND f.month >= $2::date AND f.month < $3::date
              GROUP BY 1, 2) f
        JOIN ({_resellers(level)}) r ON r.vendor_id = $1 AND r.reseller_id = f.reseller_id
        JOIN product p ON p.vendor_id = $1 AND p.id = f.product_id
        """,
        vendor_id,
        span.start,
        span.end,
    )
