"""A report given back: its bytes as they were received, and its rows with what became of them.

Only who handed a report in gets its bytes, and columns of its own making. The rows go to everybody who sees the report,
with the columns that the agreement discloses to them. Values that a spreadsheet would run as a formula are disarmed.
"""

import asyncio
import csv
import io
from collections.abc import Sequence
from typing import Any

from app.access.actor import Actor
from app.execution.identifiers import Key
from app.programme.terms import SubmissionKind
from app.reports import queries
from app.reports.counting.actions import disclosed_fields, read_report, unpacked
from app.reports.issues import IssueCode
from app.store.database import Database, Row

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


async def raw(database: Database, actor: Actor, key: Key) -> tuple[str, bytes] | None:
    """The file's name and bytes; None unless the asker's organisation handed the report in."""
    async with database.reading(actor.context()) as db:
        found = await queries.submissions_by_key(db, actor.level, [key])
        if not found or found[0]["organization_id"] != actor.organization_id:
            return None
        chunks = await queries.chunks(db, actor.organization_id, found[0]["file_id"])
    return found[0]["filename"], await asyncio.to_thread(unpacked, chunks)


async def rows(database: Database, actor: Actor, key: Key) -> tuple[str, bytes] | None:
    """The report's rows as CSV, each with its outcome and reasons; None where the asker sees no such report.

    What a row said is read from the stored report itself, as the worker does; what became of it as the asker sees it.
    """
    async with database.reading(actor.context()) as db:
        found = await queries.submissions_by_key(db, actor.level, [key])
        if not found:
            return None
        submission = found[0]
        agreement = await queries.agreement(db, Key(key.vendor_id, submission["agreement_id"]))
        outcomes = await queries.row_outcomes(db, key)
        reasons = _reasons(await queries.issue_texts(db, actor.level, key))
    if agreement is None:
        return None
    said = await _said(database, key, submission, agreement) if submission["status"] == "PROCESSED" else []
    own = submission["organization_id"] == actor.organization_id
    kept = None if own else disclosed_fields(agreement, SubmissionKind(submission["kind"]))
    name = f"{submission['filename'].rsplit('.', 1)[0]}-outcomes.csv"
    return name, await asyncio.to_thread(_table, said, outcomes, reasons, kept)


async def _said(database: Database, key: Key, submission: Row, agreement: Row) -> list[dict[str, Any]]:
    """What each row said, by the reader's account of the stored bytes."""
    frame = await read_report(database, key.vendor_id, {**agreement, **submission})
    return [
        {"row": row, "source": source, **(received or {})}
        for row, source, received in frame.rows.select("row", "source", "received").iter_rows()
    ]


def _reasons(issues: Sequence[Row]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for issue in issues:
        text = IssueCode(issue["code"]).message(issue["field"], issue["value"])
        found.setdefault(issue["row_number"], []).append(f"{issue['code']}: {text}")
    return {row: " | ".join(texts) for row, texts in found.items()}


def _table(
    said: Sequence[dict[str, Any]], outcomes: Sequence[Row], reasons: dict[int, str], kept: frozenset[str] | None
) -> bytes:
    names = [
        name for name in (said[0] if said else ()) if name not in {"row", "source"} and (kept is None or name in kept)
    ]
    by_row = {row["row"]: row for row in said}
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(["row", "source", "outcome", "reasons", *names])
    for outcome in outcomes:
        number = outcome["row_number"]
        row = by_row.get(number, {})
        cells = [number, row.get("source"), outcome["outcome"], reasons.get(number, ""), *(row.get(n) for n in names)]
        writer.writerow([disarmed(cell) for cell in cells])
    return target.getvalue().encode("utf-8-sig")


def disarmed(value: object) -> object:
    """The value as a spreadsheet shows it and does not run it; numbers stay numbers."""
    if not isinstance(value, str) or not value.startswith(FORMULA_STARTS):
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value
