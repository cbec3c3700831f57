"""What is asked of the database about stock rotation: what is agreed, what was bought, and how much was used."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.identifiers import Key
from app.programme.spans import Span
from app.store.database import Reader, Row


async def terms(db: Reader, agreements: Sequence[Key], on: date) -> list[Row]:
    """The agreements that the asker sees, each with its ordinal and what it says of rotation on a day; shares are NULL where
    nothing is agreed."""
    return await db.rows(
        "SELECT k.ordinal, a.vendor_id, a.id AS agreement_id, a.distributor_id, a.currency, a.status, a.effective_start,"
        " a.effective_end, t.rotation_share, t.offsetting_share, t.rotation_excludes"
        " FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS k (vendor_id, id, ordinal)"
        " JOIN agreement a ON a.vendor_id = k.vendor_id AND a.id = k.id LEFT JOIN LATERAL ("
        "SELECT t.rotation_share, t.offsetting_share, t.rotation_excludes FROM agreement_money_terms t"
        " WHERE t.vendor_id = a.vendor_id AND t.agreement_id = a.id AND t.effective_from <= $3"
        " ORDER BY t.effective_from DESC LIMIT 1) t ON true"
        " WHERE a.vendor_id = ANY ($1::uuid[]) ORDER BY k.ordinal",
        [key.vendor_id for key in agreements],
        [key.id for key in agreements],
        on,
    )


async def net_sell_in(db: Reader, terms: Sequence[Row], days: Sequence[Span]) -> list[int]:
    """What was bought net under each agreement in its currency on some days of its own, in 10⁻⁶ currency units."""
    rows = await db.rows(
        "SELECT (SELECT coalesce(sum(f.amount), 0)::bigint FROM sell_in_line f WHERE f.vendor_id = k.vendor_id"
        " AND f.distributor_id = k.distributor_id AND f.agreement_id = k.id AND f.currency = k.currency"
        " AND f.counts_on >= k.first AND f.counts_on < k.until AND f.superseded IS NULL) AS amount"
        " FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::date[], $6::date[]) WITH ORDINALITY"
        " AS k (vendor_id, distributor_id, id, currency, first, until, ordinal) ORDER BY k.ordinal",
        *[[row[name] for row in terms] for name in ("vendor_id", "distributor_id", "agreement_id", "currency")],
        [each.start for each in days],
        [each.end for each in days],
    )
    return [row["amount"] for row in rows]


async def used(db: Reader, terms: Sequence[Row], starts: Sequence[date], but: UUID | None = None) -> list[int]:
    """What other requests than one use of each agreement's allowance for the quarter that begins on a day, in 10⁻⁶ currency
    units, rounded up: what is approved, and all of what waits for a decision."""
    rows = await db.rows(
        "SELECT (SELECT coalesce(ceil(sum(CASE WHEN c.status IN ('OPEN', 'DISPUTED') THEN l.quantity ELSE l.approved END"
        "::numeric * l.per_unit) / 1000), 0)::bigint FROM stock_credit c JOIN stock_credit_line l"
        " ON l.vendor_id = c.vendor_id AND l.stock_credit_id = c.id WHERE c.vendor_id = k.vendor_id"
        " AND c.agreement_id = k.id AND c.kind = 'STOCK_ROTATION' AND c.period_start = k.first"
        " AND c.id IS DISTINCT FROM $4 AND c.status IN ('OPEN', 'DISPUTED', 'APPROVED', 'CREDITED')) AS amount"
        " FROM unnest($1::uuid[], $2::uuid[], $3::date[]) WITH ORDINALITY AS k (vendor_id, id, first, ordinal)"
        " ORDER BY k.ordinal",
        [row["vendor_id"] for row in terms],
        [row["agreement_id"] for row in terms],
        list(starts),
        but,
    )
    return [row["amount"] for row in rows]


async def families(db: Reader, vendor_id: UUID, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Those of these products that the vendor has, each with its family."""
    rows = await db.rows(
        "SELECT id, family FROM product WHERE vendor_id = $1 AND id = ANY ($2::uuid[])", vendor_id, list(ids)
    )
    return {row["id"]: row["family"] for row in rows}


async def not_reckoned(db: Reader, vendor_id: UUID, agreement_id: UUID) -> list[Row]:
    """The requests of an agreement about which nothing is reckoned yet, in the order in which they came."""
    return await db.rows(
        "SELECT c.* FROM stock_credit c WHERE c.vendor_id = $1 AND c.agreement_id = $2 AND c.kind = 'STOCK_ROTATION'"
        " AND c.revision = 0 ORDER BY c.filed_at, c.id",
        vendor_id,
        agreement_id,
    )
