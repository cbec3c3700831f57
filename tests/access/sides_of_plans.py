"""What one side of an agreement may not do to its business plans although their rows are its own: agree to the version that
it wrote itself, countersign its own review, or say what became of what the other side is to do."""

from collections.abc import Iterable

import asyncpg

from app.programme.terms import Level
from app.store.database import Context
from tests.access.rows import acting

ACTS = {
    "agrees to what it wrote itself": (
        "UPDATE business_plan_version SET status = 'AGREED', answered_at = now() WHERE side = '{own}' RETURNING id"
    ),
    "countersigns its own review": "UPDATE plan_review SET acknowledged_at = now() WHERE side = '{own}' RETURNING id",
    "says what the other side did": "UPDATE plan_activity SET note = 'done' WHERE side <> '{own}' RETURNING id",
}


async def plan_faults(db: asyncpg.Connection, contexts: Iterable[tuple[Level, Context]]) -> list[str]:
    """Which of these a vendor or a distributor can do in SQL."""
    faults = []
    for level, context in contexts:
        for what, statement in ACTS.items() if level is not Level.RESELLER else ():
            async with acting(db, context):
                try:
                    async with db.transaction():
                        done = await db.fetch(statement.format(own=level.value))
                except asyncpg.InsufficientPrivilegeError:
                    done = []
            faults += [f"{level} {what}"] if done else []
    return faults
