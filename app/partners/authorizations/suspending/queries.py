"""What is asked of the database about authorisations that are suspended, or are to be."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.execution.identifiers import Key
from app.programme.suspensions import Standing
from app.programme.terms import AuthorizationStatus, Level
from app.store.database import Row, Session

_STANDING = "r.id, r.status, r.suspended_by, r.planned_status, r.planned_by, r.planned_on, r.planned_reason"


def standing(row: Row) -> Standing:
    """How the authorisation of a row stands."""
    return Standing(
        status=AuthorizationStatus(row["status"]),
        suspended_by=_level(row["suspended_by"]),
        planned=None if row["planned_status"] is None else AuthorizationStatus(row["planned_status"]),
        planned_by=_level(row["planned_by"]),
        planned_on=row["planned_on"],
    )


def _level(name: str | None) -> Level | None:
    return None if name is None else Level(name)


async def set_status(
    session: Session,
    key: Key,
    status: AuthorizationStatus,
    suspended_by: Level | None,
    reason: str | None,
    *,
    drop_plan: bool,
) -> None:
    """Set the status from now on; what was planned is dropped, or stands."""
    dropped = ", ".join(f"{name} = NULL" for name in ("planned_status", "planned_on", "planned_by", "planned_reason"))
    await session.execute(
        "UPDATE reseller_authorization SET status = $3, suspended_by = $4, suspension_reason = $5,"
        f" version = version + 1{', ' + dropped if drop_plan else ''} WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        status,
        suspended_by,
        reason,
    )


async def set_plan(
    session: Session,
    key: Key,
    status: AuthorizationStatus | None,
    on: date | None,
    by: Level | None,
    reason: str | None,
) -> None:
    """Set what is to become of it on a day to come; or nothing."""
    await session.execute(
        "UPDATE reseller_authorization SET planned_status = $3, planned_on = $4, planned_by = $5, planned_reason = $6,"
        " version = version + 1 WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        key.id,
        status,
        on,
        by,
        reason,
    )


async def fallen_due(session: Session, vendor_id: UUID, today: date) -> Sequence[Row]:
    """The authorisations of a network whose planned day has come; nobody else changes them meanwhile."""
    return await session.rows(
        f"SELECT {_STANDING} FROM reseller_authorization r WHERE r.vendor_id = $1 AND r.planned_on <= $2"
        " ORDER BY r.id FOR UPDATE",
        vendor_id,
        today,
    )
