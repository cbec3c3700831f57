"""A payout as CSV, for whoever moves the money: a line for each representative.

A text that a spreadsheet would run as a formula is disarmed by an apostrophe before it: names and references are written
by partners.
"""

import csv
import io
from collections.abc import AsyncIterator, Sequence

from app.access.actor import Actor
from app.execution.identifiers import Key
from app.execution.scalars import exact
from app.files.queries import Download
from app.programme.money import places_of
from app.programme.terms import Level
from app.programme.wording import disarmed
from app.rewards.payouts import queries
from app.store.database import Database, Row

HEADER = ("payout_reference", "name", "firm", "amount", "currency", "claims")


async def as_csv(database: Database, actor: Actor, key: Key) -> Download | None:
    """The file; None where the asker sees no such payout."""
    if actor.level is not Level.VENDOR:
        return None
    async with database.reading(actor.context()) as db:
        found = await queries.payouts(db, [key])
        if not found or not found[0]["amount_minor"]:
            return None
        lines = await queries.lines(db, key)
    return Download(f"payout-{found[0]['created_at']:%Y-%m-%d}.csv", _pieces(found[0]["currency"], lines), "text/csv")


async def _pieces(currency: str, lines: Sequence[Row]) -> AsyncIterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in lines:
        told = [disarmed(row[name] or "") for name in ("payout_reference", "name", "firm")]
        paid = format(exact(row["amount_minor"], places_of(currency)), "f")
        writer.writerow([*told, paid, currency, row["claims"]])
    yield text.getvalue().encode("utf-8-sig")
