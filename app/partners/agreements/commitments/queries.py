"""What is asked and written about decisions on missed volume commitments."""

from datetime import date, datetime
from uuid import UUID

from app.execution.identifiers import Key
from app.programme.spans import Span
from app.store.database import Row, Session
from app.store.turns import Turn, take


async def take_turn(session: Session, agreement_id: UUID) -> None:
    """Hold an agreement's commitments to the end of the transaction: they are settled one at a time."""
    await take(session, Turn.COMMITMENT, agreement_id)


async def last_decision(session: Session, key: Key, period_start: date) -> Row | None:
    """The last decision about a period."""
    return await session.row(
        "SELECT c.id, c.sequence, c.waived, c.actual, c.fee_minor, c.consequence, c.settled_at"
        " FROM commitment_settlement c WHERE c.vendor_id = $1 AND c.agreement_id = $2 AND c.period_start = $3"
        " ORDER BY c.sequence DESC LIMIT 1",
        key.vendor_id,
        key.id,
        period_start,
    )


async def decide(
    session: Session,
    key: Key,
    id: UUID,
    distributor_id: UUID,
    period: Span,
    sequence: int,
    currency: str,
    waived: bool,
    note: str | None,
    decided_by: str,
    at: datetime,
) -> None:
    """Write a decision down, still to be carried out."""
    await session.execute(
        "INSERT INTO commitment_settlement (vendor_id, id, agreement_id, distributor_id, period_start, period_end, sequence,"
        " currency, waived, note, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        key.vendor_id,
        id,
        key.id,
        distributor_id,
        period.start,
        period.end,
        sequence,
        currency,
        waived,
        note,
        decided_by,
        at,
    )


async def decision(session: Session, vendor_id: UUID, id: UUID) -> Row | None:
    """A decision. Runs as `worker`."""
    return await session.row(
        "SELECT c.agreement_id, c.distributor_id, c.period_start, c.period_end, c.sequence, c.currency, c.waived,"
        " c.settled_at FROM commitment_settlement c WHERE c.vendor_id = $1 AND c.id = $2",
        vendor_id,
        id,
    )


async def posted_before(
    session: Session, vendor_id: UUID, agreement_id: UUID, period_start: date, sequence: int
) -> int:
    """What earlier decisions about a period have posted in all, in minor units. Runs as `worker`."""
    found: int = await session.value(
        "SELECT coalesce(sum(c.posted_minor), 0)::bigint FROM commitment_settlement c WHERE c.vendor_id = $1"
        " AND c.agreement_id = $2 AND c.period_start = $3 AND c.sequence < $4",
        vendor_id,
        agreement_id,
        period_start,
        sequence,
    )
    return found


async def settle(
    session: Session,
    vendor_id: UUID,
    id: UUID,
    actual: int,
    commitment: int,
    shortfall: int,
    consequence: str,
    fee_minor: int,
    posted_minor: int,
    at: datetime,
) -> None:
    """Write down what became of a decision. Runs as `worker`."""
    await session.execute(
        "UPDATE commitment_settlement SET actual = $3, commitment = $4, shortfall = $5, consequence = $6, fee_minor = $7,"
        " posted_minor = $8, settled_at = $9 WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        id,
        actual,
        commitment,
        shortfall,
        consequence,
        fee_minor,
        posted_minor,
        at,
    )
