"""What agents are paid under a plan as CSV, for whoever moves the money: a line for each statement that is approved or paid
and owes something, what is still to be paid first.

A text that a spreadsheet would run as a formula is disarmed by an apostrophe before it.
"""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from app.access.actor import Actor
from app.execution.identifiers import Key, global_id
from app.execution.scalars import exact
from app.files.queries import Download
from app.programme.money import places_of
from app.programme.terms import Level
from app.programme.wording import disarmed
from app.rewards.commissions import queries
from app.rewards.commissions.paying.queries import payments
from app.store.database import Database, Row

HEADER = (
    *("statement", "agent", "country", "first_day", "last_day", "amount", "currency", "status", "payment_reference"),
    "paid_at",
)
AT_ONCE = 500


async def as_csv(database: Database, actor: Actor, key: Key) -> Download | None:
    """The file; None where the asker sees no such plan."""
    if actor.level is not Level.VENDOR:
        return None
    async with database.reading(actor.context()) as db:
        found = await queries.plans(db, actor, [key])
        if not found:
            return None
        rows = await payments(db, key)
    return Download(f"commissions-{found[0]['created_at']:%Y-%m-%d}.csv", _pieces(rows), "text/csv")


async def _pieces(rows: Sequence[Row]) -> AsyncIterator[bytes]:
    yield _written([HEADER]).encode("utf-8-sig")
    for place in range(0, len(rows), AT_ONCE):
        yield _written([_line(row) for row in rows[place : place + AT_ONCE]]).encode()


def _written(lines: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue()


def _line(row: Row) -> list[str]:
    paid_at = row["paid_at"]
    return [
        global_id("CommissionStatement", Key(row["vendor_id"], row["id"])),
        disarmed(row["agent"]),
        row["country"],
        f"{row['starts_on']}",
        f"{row['ends_on'] - timedelta(days=1)}",
        format(exact(row["amount_minor"], places_of(row["currency"])), "f"),
        row["currency"],
        row["status"],
        disarmed(row["payment_reference"] or ""),
        "" if paid_at is None else paid_at.isoformat(timespec="seconds"),
    ]
