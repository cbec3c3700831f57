"""Advances as they are recorded, approved, posted, and taken off a payment."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.store.database import Reader, Row, Session
from app.store.turns import Turn, take

_ADVANCE = (
    "a.vendor_id, a.id, a.statement_id, a.amount_minor, a.paid_on, a.reference, a.recorded_by_name, a.recorded_at,"
    " a.approved, a.reason, a.decided_by_name, a.decided_at, a.posted_at, a.refused, s.currency"
)
_FROM = "advance a JOIN statement s ON s.vendor_id = a.vendor_id AND s.id = a.statement_id"
_OF_PERIOD = "o.vendor_id = s.vendor_id AND o.term_id = s.term_id AND o.period_start = s.period_start"
FIRST_RECORDED = Order(
    (SortKey("a.recorded_at", "recorded_at", datetime, "timestamptz"), SortKey("a.id", "id", UUID, "uuid"))
)
OF_STATEMENT = List(f"{_FROM} WHERE a.vendor_id = k.vendor_id AND a.statement_id = k.id", _ADVANCE)


async def advances(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """A vendor's own advances by their ids."""
    return await db.rows(
        f"SELECT {_ADVANCE} FROM {KEYS} JOIN {_FROM} ON a.vendor_id = k.vendor_id AND a.id = k.id", *keys_apart(keys)
    )


async def one_at_a_time(session: Session, agreement_id: UUID) -> None:
    """Wait until nobody else pays in advance under this agreement, and keep others waiting until the transaction ends."""
    await take(session, Turn.ADVANCES, agreement_id)


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


async def for_act(session: Session, key: Key) -> Row | None:
    """An advance as it stands, with its statement and rule."""
    return await session.row(
        f"SELECT a.id, a.statement_id, a.agreement_id, a.amount_minor, a.recorded_by, a.approved, a.posted_at, a.refused,"
        f" s.status, s.disputed_from, s.currency FROM {_FROM} WHERE a.vendor_id = $1 AND a.id = $2",
        key.vendor_id,
        key.id,
    )


async def room(session: Session, key: Key, today: date, but: UUID | None = None) -> Row:
    """What may be paid in advance on the pay period of a statement, as `AdvanceRoom` has it; what one advance takes of it
    left out."""
    found = await session.row(
        "SELECT coalesce((SELECT c.earned_minor FROM accrual c WHERE c.vendor_id = s.vendor_id AND c.term_id = s.term_id"
        " AND c.period_start = s.period_start), 0)::bigint AS accrued,"
        f" coalesce((SELECT sum(o.payable_minor) FROM statement o WHERE {_OF_PERIOD}"
        " AND o.approved_at IS NOT NULL), 0)::bigint AS settled,"
        " coalesce((SELECT sum(a.amount_minor) FROM statement o JOIN advance a ON a.vendor_id = o.vendor_id"
        f" AND a.statement_id = o.id WHERE {_OF_PERIOD} AND a.refused IS NULL AND a.approved IS DISTINCT FROM false"
        " AND a.id IS DISTINCT FROM $4), 0)::bigint AS advanced,"
        " (SELECT t.advance_share FROM agreement_money_terms t WHERE t.vendor_id = s.vendor_id"
        " AND t.agreement_id = s.agreement_id AND t.effective_from <= $3 ORDER BY t.effective_from DESC LIMIT 1) AS share"
        " FROM statement s WHERE s.vendor_id = $1 AND s.id = $2",
        key.vendor_id,
        key.id,
        today,
        but,
    )
    assert found is not None
    return found


async def decide(
    session: Session, key: Key, approved: bool, reason: str | None, by: str, name: str, at: datetime
) -> int:
    """Write down what the second person said; how many advances were waiting for that."""
    return await session.execute(
        "UPDATE advance SET approved = $3, reason = $4, decided_by = $5, decided_by_name = $6, decided_at = $7"
        " WHERE vendor_id = $1 AND id = $2 AND approved IS NULL AND posted_at IS NULL AND refused IS NULL",
        key.vendor_id,
        key.id,
        approved,
        reason,
        by,
        name,
        at,
    )


async def agreement_of(session: Reader, vendor_id: UUID, advance_id: UUID) -> UUID | None:
    """Under which agreement an advance was recorded. Runs as `worker`."""
    found: UUID | None = await session.value(
        "SELECT agreement_id FROM advance WHERE vendor_id = $1 AND id = $2", vendor_id, advance_id
    )
    return found


async def unposted(session: Session, vendor_id: UUID, advance_id: UUID) -> Row | None:
    """An advance that is neither in the ledger nor refused, held until the transaction ends with every statement of its pay
    period, and whether one of these is settled; the vendor's threshold in its currency. Runs as `worker`."""
    await session.rows(
        f"SELECT o.id FROM statement s JOIN statement o ON {_OF_PERIOD} WHERE s.vendor_id = $1 AND s.id ="
        " (SELECT statement_id FROM advance WHERE vendor_id = $1 AND id = $2) ORDER BY o.id FOR UPDATE OF o",
        vendor_id,
        advance_id,
    )
    return await session.row(
        "SELECT a.amount_minor, a.approved, a.approvals_needed, s.id AS statement_id, s.incentive_id, s.agreement_id,"
        " s.distributor_id, s.currency, coalesce(s.disputed_from, s.status) AS status, h.above_minor"
        f" FROM {_FROM} LEFT JOIN approval_threshold h ON h.vendor_id = s.vendor_id AND h.currency = s.currency"
        " WHERE a.vendor_id = $1 AND a.id = $2 AND a.posted_at IS NULL AND a.refused IS NULL"
        " AND a.approved IS DISTINCT FROM false FOR UPDATE OF a",
        vendor_id,
        advance_id,
    )


async def needs(session: Session, vendor_id: UUID, advance_id: UUID, approvals: int) -> None:
    """Say how many people have to agree to an advance. Runs as `worker`."""
    await session.execute(
        "UPDATE advance SET approvals_needed = $3 WHERE vendor_id = $1 AND id = $2", vendor_id, advance_id, approvals
    )


async def posted(session: Session, vendor_id: UUID, advance_id: UUID, at: datetime | None, refused: str | None) -> None:
    """Say that the ledger has it, or why it does not. Runs as `worker`."""
    await session.execute(
        "UPDATE advance SET posted_at = $3, refused = $4 WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        advance_id,
        at,
        refused,
    )


async def paid_in_advance(session: Reader, vendor_id: UUID, term_id: UUID, start: date) -> int:
    """What the ledger says was paid in advance on a pay period of a term, in minor units."""
    found: int = await session.value(
        f"SELECT coalesce(sum(a.amount_minor), 0)::bigint FROM {_FROM} WHERE a.vendor_id = $1 AND s.term_id = $2"
        " AND s.period_start = $3 AND a.posted_at IS NOT NULL",
        vendor_id,
        term_id,
        start,
    )
    return found
