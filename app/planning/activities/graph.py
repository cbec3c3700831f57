"""What each side of an agreed plan is to do, as both see it."""

from collections.abc import Sequence
from datetime import date

import strawberry

from app.access.actor import Actor
from app.execution.described import values, visible
from app.execution.identifiers import Key, global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.planning.activities import queries
from app.programme.plans import PlanActivityStatus
from app.programme.terms import Level
from app.store.database import Row

values(Level)
values(PlanActivityStatus)


@visible("plan:read")
class PlanActivity(Node):
    """Something that one side is to do, by the plan or as a consequence of a review."""

    key: strawberry.Private[Key]
    plan_key: strawberry.Private[Key]
    review_key: strawberry.Private[Key | None]
    title: str
    "What."
    side: Level
    "Whose part it is; that side says what becomes of it."
    person: str
    "Who of that side sees to it."
    agreed_due_on: date
    "The last day in time, as it was agreed."
    due_on: date
    "The last day in time, as its side says now."
    status: PlanActivityStatus
    "How it stands."
    done_on: date | None
    "On which day it was done (UTC); null while it is not."
    note: str | None
    "What its side said about it."
    version: int
    "Its version, which a change names."

    @classmethod
    def of(cls, row: Row) -> "PlanActivity":
        key, review_id = Key(row["vendor_id"], row["id"]), row["review_id"]
        names = ("title", "person", "agreed_due_on", "due_on", "done_on", "note", "version")
        return cls(
            id=strawberry.ID(global_id("PlanActivity", key)),
            key=key,
            plan_key=Key(key.vendor_id, row["plan_id"]),
            review_key=None if review_id is None else Key(key.vendor_id, review_id),
            side=Level(row["side"]),
            status=PlanActivityStatus(row["status"]),
            **{name: row[name] for name in names},
        )


async def activities_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[PlanActivity | None]:
    """The activities with these ids that the asker may see."""
    found: list[PlanActivity | None] = [None] * len(keys)
    for row in await queries.activities(await request.reader(), keys):
        found[row["ordinal"] - 1] = PlanActivity.of(row)
    return found
