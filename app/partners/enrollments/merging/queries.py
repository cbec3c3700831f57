"""What is asked and written of the enrolments of two records that become one. All run as `worker`."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from app.store.database import Row, Session

KEPT = ("program_id", "status", "tier_id", "since", "pinned_until", "planned_status", "planned_on", "planned_reason")
_COLUMNS = ", ".join(f"e.{name}" for name in ("id", "reseller_id", "version", *KEPT))


async def enrollments_of(session: Session, vendor_id: UUID, reseller_id: UUID) -> list[Row]:
    """Every enrolment of a record, held until the transaction ends."""
    return await session.rows(
        f"SELECT {_COLUMNS} FROM enrollment e WHERE e.vendor_id = $1 AND e.reseller_id = $2 ORDER BY e.id FOR UPDATE",
        vendor_id,
        reseller_id,
    )


async def enrollment(session: Session, vendor_id: UUID, id: UUID) -> Row:
    """An enrolment as it is now, with the names of its reseller and programme."""
    found = await session.row(
        f"SELECT {_COLUMNS}, p.name AS reseller, g.name AS program FROM enrollment e"
        " JOIN party p ON p.vendor_id = e.vendor_id AND p.id = e.reseller_id"
        " JOIN program g ON g.vendor_id = e.vendor_id AND g.id = e.program_id WHERE e.vendor_id = $1 AND e.id = $2",
        vendor_id,
        id,
    )
    assert found is not None, "an enrolment is never deleted"
    return found


async def put_back(session: Session, vendor_id: UUID, id: UUID, before: Mapping[str, Any]) -> None:
    """Let the days and plans of an enrolment be what they were."""
    days = {name: date.fromisoformat(before[name]) if before[name] else None for name in ("since", "pinned_until")}
    await session.execute(
        "UPDATE enrollment SET since = $3, pinned_until = $4, planned_status = $5, planned_on = $6, planned_reason = $7"
        " WHERE vendor_id = $1 AND id = $2",
        vendor_id,
        id,
        days["since"],
        days["pinned_until"],
        before["planned_status"],
        date.fromisoformat(before["planned_on"]) if before["planned_on"] else None,
        before["planned_reason"],
    )
