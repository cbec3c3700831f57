"""Acts on credits for stock as they are carried out. All run as `worker`, in the turn of the agreement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.store.database import Reader, Row, Session

_SHARED = (
    "SELECT FROM stock_credit o JOIN stock_credit_line l ON l.vendor_id = o.vendor_id AND l.stock_credit_id = o.id"
    " JOIN stock_credit_line m ON m.vendor_id = l.vendor_id AND m.product_id = l.product_id"
    " AND m.stock_credit_id = c.id WHERE o.vendor_id = c.vendor_id AND o.agreement_id = c.agreement_id"
)
"Other credits of the agreement for units of a product that this one is for."
_TURN = "(o.effective_on, o.kind, o.id) {0} (c.effective_on, c.kind, c.id)"


async def undone(db: Reader, vendor_id: UUID, agreement_id: UUID) -> list[Row]:
    """The acts of an agreement that are neither carried out nor refused, in the order in which they came."""
    return await db.rows(
        "SELECT a.id, a.stock_credit_id, a.revision, a.act, a.approves, a.reason, a.credit_number FROM stock_credit_act a"
        " WHERE a.vendor_id = $1 AND a.agreement_id = $2 AND a.carried_out_at IS NULL AND a.refused IS NULL"
        " ORDER BY a.acted_at, a.id",
        vendor_id,
        agreement_id,
    )


async def credit(db: Reader, vendor_id: UUID, id: UUID) -> Row | None:
    """A credit, with whether an earlier one waits, or a later one is approved, for units of the same product."""
    return await db.row(
        f"SELECT c.*, EXISTS ({_SHARED} AND o.status IN ('OPEN', 'DISPUTED') AND {_TURN.format('<')}) AS earlier_waits,"
        f" EXISTS ({_SHARED} AND o.status IN ('APPROVED', 'CREDITED') AND {_TURN.format('>')}) AS later_approved"
        " FROM stock_credit c WHERE c.vendor_id = $1 AND c.id = $2",
        vendor_id,
        id,
    )


async def approve_lines(session: Session, vendor_id: UUID, id: UUID, approved: dict[int, int]) -> None:
    """Say how many units of each line are approved."""
    await session.execute_many(
        "UPDATE stock_credit_line SET approved = $4 WHERE vendor_id = $1 AND stock_credit_id = $2 AND position = $3",
        [(vendor_id, id, position, units) for position, units in approved.items()],
    )


async def decide(
    session: Session, vendor_id: UUID, id: UUID, status: str, units: int, minor: int, reason: str | None, at: datetime
) -> None:
    """Write a decision: where the credit stands, the units and minor units approved, and why."""
    await session.execute(
        "UPDATE stock_credit SET status = $3, approved_units = $4, approved_minor = $5, reason = $6, decided_at = $7,"
        " accepted_at = NULL WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        id,
        status,
        units,
        minor,
        reason,
        at,
    )


async def move(
    session: Session,
    vendor_id: UUID,
    id: UUID,
    status: str,
    reason: str | None,
    accepted_at: datetime | None,
    credited_at: datetime | None,
    credit_number: str | None,
) -> None:
    """Bring a credit to where an act moves it; what is not said anew stays."""
    await session.execute(
        "UPDATE stock_credit SET status = $3, reason = coalesce($4, reason), accepted_at = coalesce($5, accepted_at),"
        " credited_at = coalesce($6, credited_at), credit_number = coalesce($7, credit_number)"
        " WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        id,
        status,
        reason,
        accepted_at,
        credited_at,
        credit_number,
    )


async def reduce_costs(session: Session, credit: Row, rows: Sequence[Sequence[object]], at: datetime) -> None:
    """Add what a credit takes of the cost of units on hand: id, product, units, per unit and amount; below zero it is taken
    back."""
    await session.execute_many(
        "INSERT INTO cost_reduction (vendor_id, agreement_id, distributor_id, cause, cause_id, effective_on, currency,"
        " recorded_at, id, product_id, quantity, per_unit, amount)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        [
            (
                credit["vendor_id"],
                credit["agreement_id"],
                credit["distributor_id"],
                credit["kind"],
                credit["id"],
                credit["effective_on"],
                credit["currency"],
                at,
                *row,
            )
            for row in rows
        ],
    )


async def settle(session: Session, vendor_id: UUID, act_id: UUID, at: datetime | None, refused: str | None) -> None:
    """Say when an act was carried out, or why it was not."""
    await session.execute(
        "UPDATE stock_credit_act SET carried_out_at = $3, refused = $4 WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        act_id,
        at,
        refused,
    )
