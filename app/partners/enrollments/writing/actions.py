"""What every change of an enrolment has in common: it waits its turn, leaves a trace in the history, and reaches what the
distributors know. The vendor changes enrolments as itself, and the worker where a rule of the programme or a reseller does.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.execution.identifiers import Key, global_id
from app.programme.eligibility import DecidedBy
from app.programme.terms import EnrollmentStatus
from app.programme.webhook_events import WebhookEvent
from app.store.database import Session
from app.store.identity import new_id
from app.store.turns import Turn, named, take
from app.webhooks.telling import Event, tell


@dataclass(frozen=True, slots=True)
class Change:
    """What an enrolment becomes, why, and who decided it."""

    status: EnrollmentStatus
    tier_id: UUID | None
    reason: str | None
    by: DecidedBy = DecidedBy.VENDOR


async def line_up(session: Session, vendor_id: UUID, reseller_id: UUID) -> None:
    """One after the other, to the end of the transaction: who changes a reseller's enrolments or passes them on."""
    await take(session, Turn.ENROLLMENTS, named(vendor_id, reseller_id))


async def begin(session: Session, key: Key, program_id: UUID, reseller_id: UUID, change: Change) -> bool:
    """Write an enrolment; False where the reseller has one in the programme already."""
    now = datetime.now(UTC)
    written = await session.execute(
        "INSERT INTO enrollment (vendor_id, id, program_id, reseller_id, status, tier_id, since, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (vendor_id, program_id, reseller_id) DO NOTHING",
        key.vendor_id,
        key.id,
        program_id,
        reseller_id,
        change.status,
        change.tier_id,
        now.date(),
        now,
    )
    if written:
        await _remember(session, key, reseller_id, change)
    return bool(written)


async def become(session: Session, key: Key, reseller_id: UUID, change: Change) -> None:
    """Change an enrolment's status and tier. With another status, what was planned for a day to come is dropped."""
    await session.execute(
        "UPDATE enrollment SET status = $3, tier_id = $4, since = $5, version = version + 1,"
        " planned_status = CASE WHEN status = $3 THEN planned_status END,"
        " planned_on = CASE WHEN status = $3 THEN planned_on END,"
        " planned_reason = CASE WHEN status = $3 THEN planned_reason END WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        change.status,
        change.tier_id,
        datetime.now(UTC).date(),
    )
    await session.execute(
        "UPDATE distributor_enrollment SET status = $3, tier_id = $4 WHERE vendor_id = $1 AND enrollment_id = $2",
        key.vendor_id,
        key.id,
        change.status,
        change.tier_id,
    )
    await _remember(session, key, reseller_id, change)


async def note(session: Session, key: Key, reseller_id: UUID, change: Change) -> None:
    """Leave a trace of what changes neither status nor tier."""
    await _remember(session, key, reseller_id, change)


async def align(session: Session, vendor_id: UUID, reseller_id: UUID) -> None:
    """As the worker: bring what distributors know of a reseller's enrolments in line with them."""
    await session.execute(
        """
        INSERT INTO distributor_enrollment AS d (vendor_id, authorization_id, enrollment_id, distributor_id,
                                                 reseller_id, agreement_id, program_id, status, tier_id)
        SELECT a.vendor_id, a.id, e.id, a.distributor_id, a.reseller_id, a.agreement_id, e.program_id, e.status,
               e.tier_id
        FROM reseller_authorization a JOIN enrollment e ON e.vendor_id = a.vendor_id AND e.reseller_id = a.reseller_id
        WHERE a.vendor_id = $1 AND a.reseller_id = $2
        ON CONFLICT (vendor_id, authorization_id, enrollment_id)
          DO UPDATE SET status = excluded.status, tier_id = excluded.tier_id
          WHERE (d.status, d.tier_id) IS DISTINCT FROM (excluded.status, excluded.tier_id)
        """,
        vendor_id,
        reseller_id,
    )


async def _remember(session: Session, key: Key, reseller_id: UUID, change: Change) -> None:
    subject = global_id("Enrollment", key)
    told = Event(key.vendor_id, WebhookEvent.ENROLLMENT_CHANGED, subject, True, None, reseller_id, change.status.value)
    await tell(session, [told])
    await session.execute(
        "INSERT INTO enrollment_event (vendor_id, id, enrollment_id, reseller_id, status, tier_id, reason, decided_by,"
        " happened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        key.vendor_id,
        new_id(),
        key.id,
        reseller_id,
        change.status,
        change.tier_id,
        change.reason,
        change.by,
        datetime.now(UTC),
    )
