"""The runs that a vendor asked for: which pay periods were calculated, and what came of it."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from app.access.actor import Actor
from app.execution.described import visible
from app.execution.identifiers import Key, global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import DateRange
from app.incentives.statements import queries
from app.programme.terms import Level
from app.store.database import Row


@visible("statement:read")
class StatementRun(Node):
    """Pay periods that the vendor had calculated. Where reports are being counted meanwhile, it takes until they are."""

    key: strawberry.Private[Key]
    period: DateRange
    "The days in which the pay periods end."
    asked_by: str
    "Who had them calculated."
    asked_at: datetime
    "When that was asked for."
    finished_at: datetime | None
    "When it was done; null while it is under way."
    calculated: int
    "How many statements say something new."
    unchanged: int
    "How many were right as they stood."
    failed: str | None
    "Why some were not calculated; null where all were."


async def runs_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[StatementRun | None]:
    """The asking vendor's own runs, in the order of their keys; None for everybody else."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(keys)
    found = {Key(row["vendor_id"], row["id"]): row for row in await queries.runs(await request.reader(), keys)}
    return [_run(found[key]) if key in found else None for key in keys]


def _run(row: Row) -> StatementRun:
    key = Key(row["vendor_id"], row["id"])
    return StatementRun(
        id=strawberry.ID(global_id("StatementRun", key)),
        key=key,
        period=DateRange(start=row["period_start"], end=row["period_end"]),
        asked_by=row["asked_by_name"],
        asked_at=row["asked_at"],
        finished_at=row["finished_at"],
        calculated=row["calculated"],
        unchanged=row["unchanged"],
        failed=row["failed"],
    )
