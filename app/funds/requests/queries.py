"""What is asked of the database, and written, about requests for funds."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.execution.identifiers import Key
from app.store.database import Reader, Row, Session
from app.tables.metadata import DatabaseRole


async def agreement_status(db: Reader, vendor_id: UUID, agreement_id: UUID) -> str | None:
    """Whether the agreement of a fund is in force."""
    found: str | None = await db.value(
        "SELECT status FROM agreement WHERE vendor_id = $1 AND id = $2", vendor_id, agreement_id
    )
    return found


async def insert_request(session: Session, fund: Row, values: Sequence[object]) -> None:
    """Write a request down: id, activity, description, first day, day after the last, planned, asked, when."""
    await session.execute(
        "INSERT INTO fund_request (vendor_id, fund_id, agreement_id, distributor_id, reseller_id, currency,"
        " reimbursement_share, claim_days, id, activity, description, starts_on, ends_on, planned_minor, asked_minor,"
        " filed_at, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'SUBMITTED')",
        fund["vendor_id"],
        fund["id"],
        fund["agreement_id"],
        fund["distributor_id"],
        fund["reseller_id"],
        fund["currency"],
        fund["reimbursement_share"],
        fund["claim_days"],
        *values,
    )


async def withdraw(session: Session, key: Key, at: datetime) -> bool:
    """Take a request back that nobody decided; False where somebody did."""
    changed = await session.execute(
        "UPDATE fund_request SET status = 'WITHDRAWN', closed_at = $3"
        " WHERE vendor_id = $1 AND id = $2 AND status = 'SUBMITTED'",
        key.vendor_id,
        key.id,
        at,
    )
    return changed == 1


async def decide(
    session: Session,
    key: Key,
    approved: int | None,
    reason: str | None,
    at: datetime,
    by: tuple[str, UUID],
) -> bool:
    """Write the vendor's decision: the amount that is approved, none where it is rejected; False where it is decided."""
    changed = await session.execute(
        "UPDATE fund_request SET status = CASE WHEN $3::bigint IS NULL THEN 'REJECTED' ELSE 'APPROVED' END,"
        " approved_minor = $3, reason = $4, decided_at = $5, decided_by = $6, decided_by_id = $7"
        " WHERE vendor_id = $1 AND id = $2 AND status = 'SUBMITTED'",
        key.vendor_id,
        key.id,
        approved,
        reason,
        at,
        *by,
    )
    return changed == 1


async def approved_by_terms(session: Session, fund: Key, since: datetime) -> int:
    """What the terms of a fund have approved since a moment, whatever was given back of it. In the fund's turn."""
    found: int = await session.value(
        "SELECT coalesce(sum(r.approved_minor), 0)::bigint FROM fund_request r WHERE r.vendor_id = $1 AND r.fund_id = $2"
        " AND r.decided_at >= $3 AND r.decided_by_id IS NULL AND r.approved_minor IS NOT NULL",
        fund.vendor_id,
        fund.id,
        since,
    )
    return found


async def approve_by_terms(session: Session, key: Key, reason: str, at: datetime) -> bool:
    """Approve all that a request asks for, by the fund's terms; False where it is decided. Runs as `worker`."""
    changed = await session.execute(
        "UPDATE fund_request SET status = 'APPROVED', approved_minor = asked_minor, reason = $3, decided_at = $4"
        " WHERE vendor_id = $1 AND id = $2 AND status = 'SUBMITTED'",
        key.vendor_id,
        key.id,
        reason,
        at,
    )
    return changed == 1


async def close(session: Session, key: Key, status: str, released: int, reason: str | None, at: datetime) -> bool:
    """End a request; what it does not need goes back. What is said about it is kept where nothing new is said. False where
    it has ended. In the fund's turn."""
    stands = "SELECT status IN ('SUBMITTED', 'APPROVED') FROM fund_request WHERE vendor_id = $1 AND id = $2"
    if not await session.value(stands, key.vendor_id, key.id):
        return False
    await session.execute_as(
        DatabaseRole.WORKER,
        "UPDATE fund_request SET status = $3, released_minor = released_minor + $4, reason = coalesce($5, reason),"
        " closed_at = $6 WHERE vendor_id = $1 AND id = $2 AND status IN ('SUBMITTED', 'APPROVED')",
        key.vendor_id,
        key.id,
        status,
        released,
        reason,
        at,
    )
    return True


async def open_claims(db: Reader, key: Key) -> int:
    """How many claims against a request wait for a decision."""
    found: int = await db.value(
        "SELECT count(*) FROM fund_claim WHERE vendor_id = $1 AND request_id = $2 AND status = 'SUBMITTED'",
        key.vendor_id,
        key.id,
    )
    return found


async def for_terms(db: Reader, key: Key) -> Row | None:
    """A request as the fund's terms decide about it. Runs as `worker`."""
    return await db.row(
        "SELECT fund_id, status, asked_minor, approved_minor, claimed_minor, released_minor FROM fund_request"
        " WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
    )
