"""Decisions about statements as they are carried out. All run as `worker`."""

from datetime import datetime
from uuid import UUID

from app.incentives.statements.standing import queries as standing
from app.store.database import Reader, Row, Session


async def statement_of(session: Session, vendor_id: UUID, decision_id: UUID) -> Row | None:
    """The statement that a decision is about, held until the transaction ends."""
    return await session.row(
        "SELECT s.id, s.incentive_id, s.agreement_id, s.distributor_id, s.currency, s.status, s.revision, s.disputed_from,"
        " s.calculated_by, s.approvals_needed, s.payable_minor FROM statement s WHERE s.vendor_id = $1 AND s.id ="
        " (SELECT statement_id FROM statement_decision WHERE vendor_id = $1 AND id = $2) FOR UPDATE",
        vendor_id,
        decision_id,
    )


async def decision(session: Reader, vendor_id: UUID, decision_id: UUID) -> Row | None:
    """A decision that is neither carried out nor refused."""
    return await session.row(
        "SELECT id, revision, decision, credit_number, decided_by FROM statement_decision WHERE vendor_id = $1 AND id = $2"
        " AND carried_out_at IS NULL AND refused IS NULL",
        vendor_id,
        decision_id,
    )


async def approved_by(session: Reader, vendor_id: UUID, statement_id: UUID, revision: int) -> frozenset[str]:
    """Who has approved a revision, by id."""
    rows = await session.rows(
        "SELECT decided_by FROM statement_decision WHERE vendor_id = $1 AND statement_id = $2 AND revision = $3"
        " AND decision = 'APPROVE' AND carried_out_at IS NOT NULL",
        vendor_id,
        statement_id,
        revision,
    )
    return frozenset(row["decided_by"] for row in rows)


async def prepared(session: Reader, vendor_id: UUID, statement_id: UUID, by: str) -> Row:
    """What happened to the pay period of a statement before it is approved by somebody: whether an advance was paid on it
    that its calculation does not know, or waits for a second person, and whether the same person or
    integration has confirmed one of its gates."""
    same = "JOIN statement o ON o.vendor_id = s.vendor_id AND o.term_id = s.term_id AND o.period_start = s.period_start"
    found = await session.row(
        f"SELECT EXISTS (SELECT FROM statement s {same} JOIN advance a ON a.vendor_id = o.vendor_id"
        " AND a.statement_id = o.id WHERE s.vendor_id = $1 AND s.id = $2"
        " AND a.posted_at > s.calculated_at) AS advanced,"
        f" EXISTS (SELECT FROM statement s {same} JOIN advance a ON a.vendor_id = o.vendor_id"
        " AND a.statement_id = o.id WHERE s.vendor_id = $1 AND s.id = $2 AND a.posted_at IS NULL AND a.refused IS NULL"
        " AND a.approved IS DISTINCT FROM false) AS waiting,"
        f" EXISTS (SELECT FROM statement s {same} JOIN gate_proof g ON g.vendor_id = o.vendor_id"
        " AND g.statement_id = o.id WHERE s.vendor_id = $1 AND s.id = $2 AND g.confirmed_by = $3) AS confirmed",
        vendor_id,
        statement_id,
        by,
    )
    assert found is not None
    return found


async def move(
    session: Session,
    vendor_id: UUID,
    statement_id: UUID,
    status: str,
    disputed_from: str | None,
    approved_at: datetime | None,
    credited_at: datetime | None,
    credit_number: str | None,
) -> None:
    """Bring a statement to where a decision moves it; when it was approved or credited stays where it is not said anew."""
    await session.execute(
        "UPDATE statement SET status = $3, disputed_from = $4, approved_at = coalesce($5, approved_at),"
        " credited_at = coalesce($6, credited_at), credit_number = coalesce($7, credit_number)"
        " WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        statement_id,
        status,
        disputed_from,
        approved_at,
        credited_at,
        credit_number,
    )
    await standing.keep(session, vendor_id, statement_id)


async def settle(
    session: Session, vendor_id: UUID, decision_id: UUID, at: datetime | None, refused: str | None
) -> None:
    """Say when a decision was carried out, or why it was not."""
    await session.execute(
        "UPDATE statement_decision SET carried_out_at = $3, refused = $4 WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        decision_id,
        at,
        refused,
    )
