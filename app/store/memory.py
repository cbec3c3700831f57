"""What the store remembers of acts: the answer that an idempotency key got, and who did what."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from app.store.database import Row, Session
from app.store.identity import new_id
from app.store.turns import Turn, named, take


async def wait_for_twin(session: Session, organization_id: UUID, act: str, key: str) -> None:
    """Hold the key to the end of the transaction; another transaction with the same key waits here."""
    await take(session, Turn.TWIN, named(organization_id, act, key))


async def remembered(session: Session, organization_id: UUID, act: str, key: str) -> Row | None:
    """The input's hash and the result of the act that had this key, if it was done."""
    return await session.row(
        "SELECT input_hash, result FROM remembered_result"
        " WHERE organization_id = $1 AND act = $2 AND idempotency_key = $3",
        organization_id,
        act,
        key,
    )


async def remember(session: Session, organization_id: UUID, act: str, key: str, input_hash: str, result: str) -> None:
    """Keep an act's result for good, in the transaction of its effect."""
    await session.execute(
        "INSERT INTO remembered_result (organization_id, act, idempotency_key, input_hash, result, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        organization_id,
        act,
        key,
        input_hash,
        result,
        datetime.now(UTC),
    )


async def record(
    session: Session,
    *,
    organization_id: UUID,
    vendor_id: UUID | None,
    level: str,
    actor: str,
    act: str,
    subject: str,
    before: object,
    after: object,
    request_id: str,
) -> None:
    """Write down who did what to which object, and at which level: only that level of the organisation reads it."""
    await session.execute(
        "INSERT INTO audit_event"
        " (organization_id, id, vendor_id, level, actor, act, subject, before, after, request_id, happened_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        organization_id,
        new_id(),
        vendor_id,
        level,
        actor,
        act,
        subject,
        before,
        after,
        request_id,
        datetime.now(UTC),
    )


async def give_notice(
    session: Session,
    vendor_id: UUID,
    told: Sequence[tuple[str, UUID | None]],
    act: str,
    subject: str,
    level: str,
    parties: Sequence[UUID],
) -> None:
    """Tell levels and parties of an act that concerns them: what was done to what, and by which party of those that the
    actor is. A vendor is none."""
    party = await session.value(
        "SELECT p.id FROM party p WHERE p.vendor_id = $1 AND p.id = ANY ($2::uuid[]) AND p.kind = $3"
        " ORDER BY p.created_at, p.id LIMIT 1",
        vendor_id,
        list(parties),
        level,
    )
    await session.execute_many(
        "INSERT INTO audit_notice (vendor_id, id, audience, distributor_id, reseller_id, act, subject, actor_level,"
        " actor_party_id, happened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            (
                vendor_id,
                new_id(),
                audience,
                owner if audience == "DISTRIBUTOR" else None,
                owner if audience == "RESELLER" else None,
                act,
                subject,
                level,
                party,
                datetime.now(UTC),
            )
            for audience, owner in told
        ],
    )
