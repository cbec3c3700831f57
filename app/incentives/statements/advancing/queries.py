"""Advances as they are recorded, posted, and taken off a payment."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.execution.identifiers import Key
from app.store.database import Reader, Row, Session


async def insert(session: Session, key: Key, row: Sequence[object]) -> None:
    """Record an advance on the pay period of a statement: id, agreement, distributor, amount, day, reference, by id, by
    name, when."""
    await session.execute(
        "INSERT INTO advance (vendor_id, statement_id, id, agreement_id, distributor_id, amount_minor, paid_on, reference,"
        " recorded_by, recorded_by_name, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        key.vendor_id,
        key.id,
        *row,
    )


async def unposted(session: Session, vendor_id: UUID, advance_id: UUID) -> Row | None:
    """An advance that the ledger does not have yet, held until the transaction ends."""
    return await session.row(
        "SELECT a.amount_minor, s.incentive_id, s.agreement_id, s.distributor_id, s.currency FROM advance a"
        " JOIN statement s ON s.vendor_id = a.vendor_id AND s.id = a.statement_id WHERE a.vendor_id = $1 AND a.id = $2"
        " AND a.posted_at IS NULL FOR UPDATE OF a",
        vendor_id,
        advance_id,
    )


async def posted(session: Session, vendor_id: UUID, advance_id: UUID, at: datetime) -> None:
    """Say that the ledger has it."""
    await session.execute(
        "UPDATE advance SET posted_at = $3 WHERE vendor_id = $1 AND id = $2", vendor_id, advance_id, at
    )


async def paid_in_advance(session: Reader, vendor_id: UUID, term_id: UUID, start: date) -> int:
    """What the ledger says was paid in advance on a pay period of a term, in minor units."""
    found: int = await session.value(
        "SELECT coalesce(sum(a.amount_minor), 0)::bigint FROM advance a JOIN statement s ON s.vendor_id = a.vendor_id"
        " AND s.id = a.statement_id WHERE a.vendor_id = $1 AND s.term_id = $2 AND s.period_start = $3"
        " AND a.posted_at IS NOT NULL",
        vendor_id,
        term_id,
        start,
    )
    return found
