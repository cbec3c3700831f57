"""Tiers that have changed: told to the reseller and to the vendor for 30 days, and once more where a tier changes again."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.alerts.raising import NewAlert
from app.alerts.watching import queries
from app.execution.identifiers import Key, global_id
from app.programme.alert_kinds import AlertKind
from app.programme.terms import Level
from app.store.database import Session
from app.store.identity import first_id_of

TOLD_FOR: Final = timedelta(days=30)
"For how long a tier counts as changed."


async def tiers_changed(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    """For both sides of each enrolment. The tier that it began with is no change."""
    return [
        NewAlert(
            vendor_id,
            audience,
            AlertKind.TIER_CHANGED,
            global_id("Enrollment", Key(vendor_id, row["id"])),
            reseller_id=row["reseller_id"],
            facts=(
                f"{row['program']}: {row['after'] or 'no tier'} instead of {row['before'] or 'no tier'} since"
                f" {row['happened_at']:%Y-%m-%d %H:%M} UTC",
            ),
        )
        for row in await queries.tiers_changed(session, vendor_id, first_id_of(now - TOLD_FOR))
        for audience in (Level.VENDOR, Level.RESELLER)
    ]
