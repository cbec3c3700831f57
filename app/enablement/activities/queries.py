"""What is asked of the database about what distributors did for their resellers."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import List
from app.store.database import Reader, Row, Session

LATEST: Final = Order(
    (SortKey("x.held_on", "held_on", date, "date"), SortKey("x.id", "id", UUID, "uuid")), descending=True
)
_ACTIVITY: Final = "x.vendor_id, x.id, x.kind, x.title, x.held_on, x.participants, x.note, x.recorded_at"
OF_AUTHORIZATION: Final = List(
    "enablement_activity x WHERE x.vendor_id = k.vendor_id AND x.authorization_id = k.id", _ACTIVITY
)


async def activity(db: Reader, key: Key) -> Row | None:
    """One thing that was done, by its id."""
    return await db.row(
        f"SELECT {_ACTIVITY} FROM enablement_activity x WHERE x.vendor_id = $1 AND x.id = $2", key.vendor_id, key.id
    )


async def authorization(session: Session, key: Key) -> Row | None:
    """An authorisation of the asking distributor."""
    return await session.row(
        "SELECT r.id, r.agreement_id, r.distributor_id, r.reseller_id, r.status,"
        " r.disclosed_reseller_id = r.reseller_id AS disclosed FROM reseller_authorization r"
        " WHERE r.vendor_id = $1 AND r.id = $2",
        key.vendor_id,
        key.id,
    )


async def insert(session: Session, vendor_id: UUID, under: Row, values: Sequence[object]) -> None:
    """Write down what was done: id, kind, title, day, participants, note, when."""
    await session.execute(
        "INSERT INTO enablement_activity (vendor_id, authorization_id, agreement_id, distributor_id, reseller_id, disclosed,"
        " id, kind, title, held_on, participants, note, recorded_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        vendor_id,
        under["id"],
        under["agreement_id"],
        under["distributor_id"],
        under["reseller_id"],
        under["disclosed"],
        *values,
    )
