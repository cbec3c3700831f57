"""What the evidence of gates is read from. All run as `worker`, in the distributor's turn."""

from datetime import date
from uuid import UUID

from app.store.database import Reader, Row


async def volume_terms(db: Reader, vendor_id: UUID, agreement_id: UUID) -> Row | None:
    """What was agreed about volume."""
    return await db.row(
        "SELECT a.effective_start, a.effective_end, a.volume_period, a.threshold_rule, a.currency FROM agreement a"
        " WHERE a.vendor_id = $1 AND a.id = $2",
        vendor_id,
        agreement_id,
    )


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
