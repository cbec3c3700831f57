"""What the evidence of gates is read from. All run as `worker`, in the distributor's turn."""

from datetime import date
from uuid import UUID

from app.programme.inventory import ON_HAND, TRAILING_DAYS
from app.programme.sale_types import COUNTED
from app.store.database import Reader, Row
from app.tables.queries import covering_days, standing_on

_SALES = ", ".join(f"'{sale_type}'" for sale_type in sorted(COUNTED))


async def reporting_terms(db: Reader, vendor_id: UUID, agreement_id: UUID) -> Row | None:
    """What was agreed about reporting and volume."""
    return await db.row(
        "SELECT a.cadence, a.effective_start, a.effective_end, a.due_days, a.grace_days, a.time_zone, a.closed_before,"
        " a.volume_period, a.threshold_rule, a.currency, c.business_days, c.holidays FROM agreement a"
        " LEFT JOIN reporting_calendar c ON c.vendor_id = a.vendor_id AND c.agreement_id = a.id"
        " WHERE a.vendor_id = $1 AND a.id = $2",
        vendor_id,
        agreement_id,
    )


async def receipts(db: Reader, vendor_id: UUID, agreement_id: UUID, start: date, end: date) -> list[Row]:
    """For which days reports were received that are about some of these, how many, and when the first of each came."""
    return await db.rows(
        "SELECT s.period_start, s.period_end, count(*) AS reports, min(s.received_at) AS received_at FROM submission s"
        " WHERE s.vendor_id = $1 AND s.agreement_id = $2 AND s.period_end > $3 AND s.period_start < $4"
        " AND s.kind = 'SELL_THROUGH' AND s.mode <> 'CORRECT' AND s.previewed_by IS NULL"
        " AND s.status NOT IN ('FAILED', 'CANCELLED') GROUP BY 1, 2",
        vendor_id,
        agreement_id,
        start,
        end,
    )


async def rows_reported(db: Reader, vendor_id: UUID, agreement_id: UUID, start: date, end: date) -> Row | None:
    """How many rows of sell-through were reported for some of these days, how many of them twice, and how many count."""
    return await db.row(
        "SELECT coalesce(sum(rows_received), 0)::bigint AS received, coalesce(sum(rows_duplicate), 0)::bigint AS duplicate,"
        " coalesce(sum(rows_accepted), 0)::bigint AS accepted FROM submission s WHERE s.vendor_id = $1"
        " AND s.agreement_id = $2 AND s.period_end > $3 AND s.period_start < $4 AND s.kind = 'SELL_THROUGH'"
        " AND s.previewed_by IS NULL AND s.status = 'PROCESSED'",
        vendor_id,
        agreement_id,
        start,
        end,
    )


async def active_resellers(db: Reader, vendor_id: UUID, agreement_id: UUID, distributor_id: UUID, end: date) -> int:
    """How many resellers bought under an agreement, net of returns, in the 90 days before a day."""
    found: int = await db.value(
        "SELECT count(*) FROM (SELECT reseller_id FROM sell_through_line WHERE vendor_id = $1 AND distributor_id = $2"
        " AND agreement_id = $3 AND counts_on >= $4::date - 90 AND counts_on < $4 AND superseded IS NULL"
        f" AND sale_type IN ({_SALES}) GROUP BY reseller_id HAVING sum(quantity) > 0) bought",
        vendor_id,
        distributor_id,
        agreement_id,
        end,
    )
    return found


async def tiers(db: Reader, vendor_id: UUID, agreement_id: UUID) -> list[Row]:
    """The volume tiers of an agreement, the lowest first."""
    return await db.rows(
        "SELECT rank, name, threshold FROM volume_tier WHERE vendor_id = $1 AND agreement_id = $2 ORDER BY rank",
        vendor_id,
        agreement_id,
    )


async def bought(
    db: Reader, vendor_id: UUID, agreement_id: UUID, distributor_id: UUID, start: date, end: date, currency: str
) -> int:
    """Net sell-in under an agreement on these days, in its currency: 10⁻⁶ currency units."""
    found: int = await db.value(
        "SELECT coalesce(sum(amount), 0)::bigint FROM sell_in_line WHERE vendor_id = $1 AND distributor_id = $2"
        " AND agreement_id = $3 AND counts_on >= $4 AND counts_on < $5 AND superseded IS NULL AND currency = $6",
        vendor_id,
        distributor_id,
        agreement_id,
        start,
        end,
        currency,
    )
    return found


async def proof(db: Reader, vendor_id: UUID, term_id: UUID, start: date, gate: str) -> Row | None:
    """What a person last confirmed about a gate of a term in a period."""
    return await db.row(
        "SELECT p.is_met, p.note, p.confirmed_at FROM gate_proof p JOIN statement s ON s.vendor_id = p.vendor_id"
        " AND s.id = p.statement_id WHERE p.vendor_id = $1 AND s.term_id = $2 AND s.period_start = $3 AND p.gate = $4"
        " ORDER BY p.confirmed_at DESC, p.id DESC LIMIT 1",
        vendor_id,
        term_id,
        start,
        gate,
    )


async def voided(db: Reader, vendor_id: UUID, agreement_id: UUID, day: date) -> Row | None:
    """The volume period of a day, where the last decision about its missed commitment stands that it earns no rebate."""
    return await db.row(
        "SELECT v.period_start, v.period_end FROM (SELECT c.period_start, c.period_end, c.consequence"
        " FROM commitment_settlement c WHERE c.vendor_id = $1 AND c.agreement_id = $2 AND c.period_start <= $3"
        " AND c.period_end > $3 AND c.settled_at IS NOT NULL ORDER BY c.sequence DESC LIMIT 1) v"
        " WHERE v.consequence = 'REBATE_VOID'",
        vendor_id,
        agreement_id,
        day,
    )


async def inventory_standard(db: Reader, vendor_id: UUID, agreement_id: UUID, day: date) -> Row | None:
    """For how many weeks stock should last by what is agreed for a day: `least` and `most`, hundredths of weeks."""
    return await db.row(
        "SELECT s.least, s.most FROM (SELECT t.stock_min_weeks AS least, t.stock_max_weeks AS most"
        " FROM agreement_money_terms t WHERE t.vendor_id = $1 AND t.agreement_id = $2 AND t.effective_from <= $3"
        " ORDER BY t.effective_from DESC LIMIT 1) s WHERE s.least IS NOT NULL",
        vendor_id,
        agreement_id,
        day,
    )


_COUNTS = standing_on(
    "inventory_count",
    "i.product_id, i.warehouse, i.status, i.counted_on, i.quantity",
    "i.vendor_id = $1 AND i.agreement_id = $2 AND i.counted_on <= $4",
    "$4::date",
)
_ON_HAND = {"on_hand": f"s.status IN ({', '.join(repr(each.value) for each in sorted(ON_HAND))})"}


async def counted_stock(db: Reader, vendor_id: UUID, agreement_id: UUID, distributor_id: UUID, day: date) -> list[Row]:
    """Each product's newest count up to a day that covers all warehouses, as `stock` shows it: when, what could be sold,
    and what the 13 weeks to it had sold net."""
    newest = covering_days(_COUNTS, apart=_ON_HAND, per=("product_id",))
    return await db.rows(
        "SELECT n.counted_on, n.on_hand, q.introduced_on, (SELECT coalesce(sum(f.units), 0)::bigint FROM sell_through_day f"
        " WHERE f.vendor_id = $1 AND f.distributor_id = $3 AND f.product_id = n.product_id"
        f" AND f.day > n.counted_on - {TRAILING_DAYS} AND f.day <= n.counted_on) AS demanded"
        f" FROM (SELECT DISTINCT ON (d.product_id) d.product_id, d.counted_on, d.on_hand FROM {newest} d"
        " ORDER BY d.product_id, d.counted_on DESC) n JOIN product q ON q.vendor_id = $1 AND q.id = n.product_id",
        vendor_id,
        agreement_id,
        distributor_id,
        day,
    )
