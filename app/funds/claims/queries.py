"""What is asked of the database, and written, about claims against requests for funds."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.execution.identifiers import Key
from app.store.database import Reader, Row, Session
from app.tables.metadata import DatabaseRole


async def insert_claim(session: Session, request: Row, owner: Row, values: Sequence[object]) -> None:
    """Write a claim down: id, cost, invoice number, note, when."""
    await session.execute(
        "INSERT INTO fund_claim (vendor_id, request_id, agreement_id, distributor_id, reseller_id, currency, id, cost_minor,"
        " invoice_number, note, filed_at, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'SUBMITTED')",
        request["vendor_id"],
        request["id"],
        owner["agreement_id"],
        owner["distributor_id"],
        owner["reseller_id"],
        request["currency"],
        *values,
    )


async def insert_proofs(session: Session, owner: Row, claim_id: UUID, proofs: Sequence[Sequence[object]]) -> None:
    """Add the proofs of a claim: id, organisation, file, name, media type, size, hash, when."""
    await session.execute_many(
        "INSERT INTO fund_proof (vendor_id, claim_id, agreement_id, distributor_id, reseller_id, id, organization_id,"
        " file_id, filename, media_type, byte_size, sha256, added_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        [
            (
                owner["vendor_id"],
                claim_id,
                owner["agreement_id"],
                owner["distributor_id"],
                owner["reseller_id"],
                *proof,
            )
            for proof in proofs
        ],
    )


async def proving_before(db: Reader, fund: Row, hashes: Sequence[str]) -> set[str]:
    """Which of these files prove another claim of the same partner in this network that was not rejected."""
    rows = await db.rows(
        "SELECT p.sha256 FROM fund_proof p JOIN fund_claim c ON c.vendor_id = p.vendor_id AND c.id = p.claim_id"
        " WHERE p.vendor_id = $1 AND p.sha256 = ANY ($2::text[]) AND c.status <> 'REJECTED'"
        " AND (p.distributor_id = $3 OR p.reseller_id = $4)",
        fund["vendor_id"],
        list(hashes),
        fund["distributor_id"],
        fund["reseller_id"],
    )
    return {row["sha256"] for row in rows}


async def decide(
    session: Session,
    key: Key,
    amounts: tuple[int, int] | None,
    reason: str | None,
    at: datetime,
    by: tuple[str, UUID],
) -> bool:
    """Write the decision: the cost that counts and what is paid of it, nothing where it is rejected; False where it is
    decided."""
    cost, amount = amounts or (None, None)
    changed = await session.execute(
        "UPDATE fund_claim SET status = CASE WHEN $3::bigint IS NULL THEN 'REJECTED' ELSE 'APPROVED' END,"
        " approved_cost_minor = $3, approved_minor = $4, reason = $5, decided_at = $6, decided_by = $7,"
        " decided_by_id = $8 WHERE vendor_id = $1 AND id = $2 AND status = 'SUBMITTED'",
        key.vendor_id,
        key.id,
        cost,
        amount,
        reason,
        at,
        *by,
    )
    return changed == 1


async def add_claimed(session: Session, request: Key, amount: int) -> None:
    """Say that so much more of a request is claimed."""
    await session.execute_as(
        DatabaseRole.WORKER,
        "UPDATE fund_request SET claimed_minor = claimed_minor + $3 WHERE vendor_id = $1 AND id = $2",
        request.vendor_id,
        request.id,
        amount,
    )


async def pay(session: Session, key: Key, request: Key, reference: str, amount: int, at: datetime) -> bool:
    """Say that a claim is paid; False where it was not to be. In the fund's turn."""
    approved = "SELECT status = 'APPROVED' FROM fund_claim WHERE vendor_id = $1 AND id = $2"
    if not await session.value(approved, key.vendor_id, key.id):
        return False
    await session.execute_as(
        DatabaseRole.WORKER,
        "UPDATE fund_claim SET status = 'PAID', payment_reference = $3, paid_at = $4 WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        reference,
        at,
    )
    await session.execute_as(
        DatabaseRole.WORKER,
        "UPDATE fund_request SET paid_minor = paid_minor + $3 WHERE vendor_id = $1 AND id = $2",
        request.vendor_id,
        request.id,
        amount,
    )
    return True
