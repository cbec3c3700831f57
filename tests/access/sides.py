"""What one side of an agreement may not see or do although the rows are of its own agreement: the other side's dry runs,
decisions that are the other's to take, and what only the worker writes.

Rows are made from rows that are there, in a transaction that is rolled back.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import asyncpg

from app.programme.terms import Level
from app.store.database import Context
from tests.access.rows import acting

Row = dict[str, Any]
SIDES = (Level.VENDOR, Level.DISTRIBUTOR)
PREVIEWED = ("submission", "report_row", "submission_issue", "submission_effect", "stock_row")
"The tables of which a dry run has rows."


async def preview_faults(db: asyncpg.Connection, contexts: Iterable[tuple[Level, Context]]) -> list[str]:
    """Whether a dry run is seen by anybody but the side that asked for it, or asked for in the name of the other."""
    faults: list[str] = []
    made = db.transaction()
    await made.start()
    for side in SIDES:
        await _previews(db, side)
    for level, context in contexts:
        if level is Level.RESELLER:
            continue
        faults += await _seen(db, level, context)
        faults += await _handed_in(db, level, context)
    await made.rollback()
    return faults


async def _seen(db: asyncpg.Connection, level: Level, context: Context) -> list[str]:
    faults = []
    async with acting(db, context):
        for table in PREVIEWED:
            rows = await db.fetch(f"SELECT DISTINCT previewed_by FROM {table} WHERE previewed_by IS NOT NULL")
            found = {row[0] for row in rows}
            faults += [f"{level} sees in {table} what {other} tries out" for other in found - {level.value}]
            if not found and table == "submission":
                faults.append(f"{level} does not see its own dry runs")
    return faults


async def _previews(db: asyncpg.Connection, side: Level) -> None:
    """A dry run of this side for every agreement that has a report, with a row of each kind."""
    reports = await db.fetch(
        "SELECT DISTINCT ON (agreement_id) * FROM submission WHERE previewed_by IS NULL AND agreement_id IS NOT NULL"
    )
    rows = {table: await _samples(db, table) for table in PREVIEWED}
    for report in reports:
        own = rows["submission"][str(report["id"])] | {"id": str(uuid4()), "previewed_by": side.value}
        await _add(db, "submission", own)
        given = {name: own[name] for name in ("vendor_id", "agreement_id", "distributor_id", "previewed_by")}
        for table in PREVIEWED[1:]:
            for sample in list(rows[table].values())[:1]:
                await _add(db, table, sample | given | {"submission_id": own["id"], "row_number": 1})


async def _samples(db: asyncpg.Connection, table: str) -> dict[str, Row]:
    name = "id" if table == "submission" else "submission_id"
    under = f"SELECT to_jsonb(t)::text FROM {table} t WHERE agreement_id IS NOT NULL"
    rows = [json.loads(row[0]) for row in await db.fetch(under)]
    return {row[name]: row for row in rows}


async def _add(db: asyncpg.Connection, table: str, row: Row) -> None:
    columns = await db.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attidentity <> 'a' AND attgenerated = ''",
        table,
    )
    names = ", ".join(f'"{each[0]}"' for each in columns if each[0] in row)
    await db.execute(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_record(NULL::{table}, $1::text::jsonb)",
        json.dumps(row),
    )


async def _handed_in(db: asyncpg.Connection, level: Level, context: Context) -> list[str]:
    """A report of one's own that only the other side would see."""
    kind, other = ("SELL_IN", "DISTRIBUTOR") if level is Level.VENDOR else ("SELL_THROUGH", "VENDOR")
    faults: list[str] = []
    rows = await db.fetch(
        "SELECT to_jsonb(t)::text FROM submission t WHERE organization_id = $1 AND kind = $2 LIMIT 1",
        context.organization_id,
        kind,
    )
    for row in rows:
        forged = json.loads(row[0]) | {"id": str(uuid4()), "status": "RECEIVED", "previewed_by": other}
        if await _is_added(db, "submission", forged, context):
            faults.append(f"{level} tries a report out in the name of {other}")
    return faults


async def _is_added(db: asyncpg.Connection, table: str, row: Row, context: Context) -> bool:
    with suppress(asyncpg.InsufficientPrivilegeError):
        async with acting(db, context):
            await _add(db, table, row)
        return True
    return False


_DONE = {"carried_out_at": None, "rows_released": 0, "rows_dismissed": 0, "rows_still_held": 0}


async def decision_faults(db: asyncpg.Connection, contexts: Iterable[tuple[Level, Context]]) -> list[str]:
    """Whether a side decides what is the other's to decide, reads what is between the other and its resellers, or brings an
    alias back that was undone."""
    faults: list[str] = []
    made = db.transaction()
    await made.start()
    for row in await db.fetch("SELECT to_jsonb(t)::text FROM held_decision t"):
        about_accounts = {"id": str(uuid4()), "hold": "UNKNOWN_RESELLER_ACCOUNT", "decision": "DISMISS"}
        await _add(db, "held_decision", json.loads(row[0]) | about_accounts)
    await db.execute("UPDATE alias SET undone_at = now(), undone_by = 'them'")
    decisions = [json.loads(row[0]) for row in await db.fetch("SELECT to_jsonb(t)::text FROM held_decision t")]
    for level, context in contexts:
        if level is Level.VENDOR:
            async with acting(db, context):
                hidden = "SELECT count(*) FROM held_decision WHERE hold = 'UNKNOWN_RESELLER_ACCOUNT'"
                faults += [f"{level} reads decisions about accounts"] if await db.fetchval(hidden) else []
        if level is Level.DISTRIBUTOR:
            faults += await _taken(db, decisions, context)
            faults += await _undone_again(db, context)
    await made.rollback()
    return faults


async def _taken(db: asyncpg.Connection, decisions: list[Row], context: Context) -> list[str]:
    """Decisions of a distributor about its own rows that it may not take."""
    own = {str(each) for each in context.party_ids}
    forgeries: dict[str, Row] = {
        "in the vendor's name": {"decided_as": "VENDOR"},
        "what its agreement holds": {"decided_as": "DISTRIBUTOR", "decision": "RELEASE", "hold": "OUTSIDE_TERRITORY"},
        "an unknown code": {"decided_as": "DISTRIBUTOR", "decision": "RELEASE", "hold": "UNKNOWN_PRODUCT"},
        "as carried out": {"decided_as": "DISTRIBUTOR", "decision": "DISMISS", "rows_dismissed": 1},
    }
    faults = []
    for row in [each for each in decisions if each["distributor_id"] in own][:1]:
        for name, changed in forgeries.items():
            if await _is_added(db, "held_decision", row | _DONE | changed | {"id": str(uuid4())}, context):
                faults.append(f"a distributor decides {name}")
    return faults


async def _undone_again(db: asyncpg.Connection, context: Context) -> list[str]:
    with suppress(asyncpg.InsufficientPrivilegeError):
        async with acting(db, context):
            async with db.transaction():
                status = await db.execute("UPDATE alias SET undone_at = NULL, undone_by = NULL")
            return [f"a distributor brings aliases back to life: {status}"] if status != "UPDATE 0" else []
    return []
