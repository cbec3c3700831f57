"""What is asked of open alerts, kind by kind."""

from datetime import date

from app.access.actor import Actor
from app.alerts.queries import own_and_open
from app.store.database import Reader, Row


async def open_by_kind(db: Reader, actor: Actor, today: date, most: int) -> list[Row]:
    """Of each kind of what the asker is told and is open: how many, since when, due when, how many overdue and with nobody,
    the one to begin with, and what the most urgent ones are about, one more than `most` where there are more."""
    condition, arguments = own_and_open(actor)
    first = len(arguments) + 1
    urgent = "ORDER BY a.due_on NULLS LAST, a.raised_at, a.id"
    return await db.rows(
        "SELECT a.kind, count(*) AS count, min(a.raised_at) AS oldest, min(a.due_on) AS due_on,"
        f" count(*) FILTER (WHERE a.due_on < ${first}) AS overdue,"
        " count(*) FILTER (WHERE a.assignee_id IS NULL) AS unassigned,"
        f" (array_agg(a.vendor_id {urgent}))[1] AS vendor_id, (array_agg(a.id {urgent}))[1] AS id,"
        f" (array_agg(a.subject {urgent}))[1:${first + 1}] AS subjects"
        f" FROM alert a WHERE {condition} GROUP BY a.kind",
        *arguments,
        today,
        most + 1,
    )
