"""Business plans that wait for an answer, told to the side that has to give it; and what a side was to do by one and did
not, told to that side alone."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.alerts.raising import NewAlert
from app.alerts.watching import queries
from app.execution.identifiers import Key, global_id
from app.programme.alert_kinds import AlertKind
from app.programme.terms import Level
from app.store.database import Session

_ANSWERS: Final = {Level.VENDOR: Level.DISTRIBUTOR, Level.DISTRIBUTOR: Level.VENDOR}


async def to_answer(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    """For the side that did not write the version that waits."""
    return [
        NewAlert(
            vendor_id,
            _ANSWERS[Level(row["side"])],
            AlertKind.PLAN_TO_ANSWER,
            global_id("BusinessPlanVersion", Key(vendor_id, row["id"])),
            agreement_id=row["agreement_id"],
            distributor_id=row["distributor_id"],
            facts=(f"Plan of {row['period_start']} to {row['period_end'] - timedelta(days=1)}",),
        )
        for row in await queries.plans_to_answer(session, vendor_id)
    ]


async def activities_overdue(session: Session, vendor_id: UUID, now: datetime) -> list[NewAlert]:
    """For the side whose part it is."""
    return [
        NewAlert(
            vendor_id,
            Level(row["side"]),
            AlertKind.PLAN_ACTIVITY_OVERDUE,
            global_id("PlanActivity", Key(vendor_id, row["id"])),
            agreement_id=row["agreement_id"],
            distributor_id=row["distributor_id"],
            facts=(row["title"],),
            due_on=row["due_on"],
        )
        for row in await queries.plan_activities_overdue(session, vendor_id, now)
    ]
