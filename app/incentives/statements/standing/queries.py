"""What is kept and asked of where statements stood, moment by moment."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, keys_apart
from app.store.database import Reader, Row, Session


async def keep(session: Session, vendor_id: UUID, statement_id: UUID) -> None:
    """Write down where a calculated statement stands from now on, beside what has just been written of it. As `worker`."""
    await session.execute(
        "INSERT INTO statement_standing (vendor_id, statement_id, agreement_id, distributor_id, known_at, status, revision,"
        " entitled_minor, settled_minor, payable_minor) SELECT vendor_id, id, agreement_id, distributor_id,"
        " clock_timestamp(), status, revision, entitled_minor, settled_minor, payable_minor FROM statement"
        " WHERE vendor_id = $1 AND id = $2 AND payable_minor IS NOT NULL",
        vendor_id,
        statement_id,
    )


async def standings(db: Reader, statements: Sequence[Key], as_of: datetime) -> list[Row]:
    """Where each statement stood at a moment, with its ordinal; nothing of one that was not calculated by then."""
    return await db.rows(
        f"SELECT k.ordinal, n.known_at, n.status, n.revision, n.entitled_minor, n.settled_minor, n.payable_minor FROM {KEYS}"
        " CROSS JOIN LATERAL (SELECT * FROM statement_standing s WHERE s.vendor_id = k.vendor_id AND s.statement_id = k.id"
        " AND s.known_at <= $3::timestamptz ORDER BY s.known_at DESC LIMIT 1) n",
        *keys_apart(statements),
        as_of,
    )
