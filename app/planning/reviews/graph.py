"""Reviews of plans as both sides see them: what was decided, and the figures as they were known, beside today's."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import strawberry

from app.access.actor import Actor
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.planning.activities.graph import PlanActivity
from app.planning.activities.queries import follow_ups
from app.planning.reviews import queries
from app.planning.standing import PlanFigure, measured
from app.program_access.planned.attainment import Plan
from app.programme.terms import Level
from app.store.database import Row

values(Level)


async def _figures_today(
    request: Request[Actor], parents: "Sequence[PlanReview]", selection: Selection
) -> list[list[PlanFigure]]:
    """How the same targets stood by the end of the day of the review, as it is known now."""
    wanted = [(parent.key.vendor_id, parent.plan, parent.held_on + timedelta(days=1)) for parent in parents]
    return await measured(request, wanted)


async def _follow_ups(
    request: Request[Actor], parents: "Sequence[PlanReview]", selection: Selection
) -> list[list[PlanActivity]]:
    """What each side is to do as a consequence, at most 50."""
    found: list[list[PlanActivity]] = [[] for _ in parents]
    for row in await follow_ups(await request.reader(), [parent.key for parent in parents]):
        found[row["ordinal"] - 1].append(PlanActivity.of(row))
    return found


@visible("plan:read")
class PlanReview(Node):
    """A review of a plan that both sides held. Nothing of it ever changes."""

    key: strawberry.Private[Key]
    plan_key: strawberry.Private[Key]
    plan: strawberry.Private[Plan]
    held_on: date
    "On which day it was held."
    recorded_by: Level
    "The side that recorded it."
    recorded_at: datetime
    "When it was recorded."
    plan_version: int
    "The number of the version that was in force."
    attendees: str
    "Who took part."
    decisions: str
    "What was decided."
    figures: list[PlanFigure]
    "How the targets stood by the end of the day, as it was known when the review was recorded."
    known_at: datetime | None
    "When these figures were written down; null for the moment until they are."
    acknowledged_at: datetime | None
    "When the other side countersigned it; null while it has not."
    figures_today = edge(_figures_today)
    follow_ups = edge(_follow_ups)

    @classmethod
    def of(cls, row: Row) -> "PlanReview":
        key = Key(row["vendor_id"], row["id"])
        kept: list[dict[str, Any]] = row["figures"] or []
        names = ("held_on", "recorded_at", "plan_version", "attendees", "decisions", "known_at", "acknowledged_at")
        return cls(
            id=strawberry.ID(global_id("PlanReview", key)),
            key=key,
            plan_key=Key(key.vendor_id, row["plan_id"]),
            plan=Plan.of(row),
            recorded_by=Level(row["side"]),
            figures=[PlanFigure.of(each) for each in kept],
            **{name: row[name] for name in names},
        )


async def reviews_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[PlanReview | None]:
    """The reviews with these ids that the asker may see."""
    found: list[PlanReview | None] = [None] * len(keys)
    for row in await queries.reviews(await request.reader(), keys):
        found[row["ordinal"] - 1] = PlanReview.of(row)
    return found
