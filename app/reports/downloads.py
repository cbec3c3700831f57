"""A report given back: its bytes as they were received, and its rows with what became of them.

Only who handed a report in gets its bytes, and columns of its own making. The rows go to everybody who sees the report,
with the columns that the agreement discloses to them. Values that a spreadsheet would run as a formula are disarmed. A
report is never held as a whole: it is handed on in pieces, each from a snapshot of its own.
"""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import zstandard

from app.access.actor import Actor
from app.execution.identifiers import Key
from app.programme.terms import SubmissionKind
from app.reports import queries
from app.reports.counting.actions import disclosed_fields
from app.reports.counting.reading import Reading, opened
from app.reports.formats import ReportFrame
from app.reports.issues import IssueCode
from app.reports.rows import queries as outcomes_of
from app.store.database import Database, Row

_FORMULA = re.compile(r"((?:^|[;\t\r\n])[^\S\t\r\n]*)(?=[=+\-@＝＋－＠])")
"Where a value begins that a spreadsheet would run."
_NUMBER = re.compile(r"[+-]?\d[\d.,]*(?:[Ee][+-]?\d+)?", re.ASCII)
PAGE = 4
"Compressed chunks, of a mebibyte each, that are fetched at once."


@dataclass(frozen=True, slots=True)
class Download:
    """A file by its name, piece by piece."""

    name: str
    pieces: AsyncIterator[bytes]


async def raw(database: Database, actor: Actor, key: Key) -> Download | None:
    """The report's bytes; None unless the asker's organisation handed it in."""
    async with database.reading(actor.context()) as db:
        found = await queries.submissions_by_key(db, actor.level, [key])
    if not found or found[0]["organization_id"] != actor.organization_id:
        return None

    async def pieces() -> AsyncIterator[bytes]:
        position = 0
        while True:
            async with database.reading(actor.context()) as db:
                page = await queries.chunk_page(db, actor.organization_id, found[0]["file_id"], position, PAGE)
            for chunk in page:
                yield zstandard.decompress(chunk)
            position += len(page)
            if len(page) < PAGE:
                return

    return Download(found[0]["filename"], pieces())


async def rows(database: Database, actor: Actor, key: Key) -> Download | None:
    """The report's rows as CSV, each with its outcome and reasons; None where the asker sees no such report.

    What a row said is read from the stored report itself, as the worker does; what became of it as the asker sees it.
    """
    async with database.reading(actor.context()) as db:
        found = await queries.submissions_by_key(db, actor.level, [key])
        agreement = await queries.agreement(db, Key(key.vendor_id, found[0]["agreement_id"])) if found else None
    if agreement is None:
        return None
    submission = found[0]
    settled = submission["status"] == "PROCESSED"
    reading = await opened(database, key.vendor_id, {**agreement, **submission}) if settled else None
    own = submission["organization_id"] == actor.organization_id
    kept = None if own else disclosed_fields(agreement, SubmissionKind(submission["kind"]))
    name = f"{submission['filename'].rsplit('.', 1)[0]}-outcomes.csv"
    return Download(name, _rows(database, actor, key, reading, kept))


async def _rows(
    database: Database, actor: Actor, key: Key, reading: Reading | None, kept: frozenset[str] | None
) -> AsyncIterator[bytes]:
    batches: Iterator[ReportFrame] = reading.batches() if reading is not None else iter(())
    names: list[str] | None = None
    while (frame := await asyncio.to_thread(next, batches, None)) is not None:
        if names is None:
            names = [name for name in _said_fields(frame) if kept is None or name in kept]
            yield _csv([["row", "source", "outcome", "reasons", *names]]).encode("utf-8-sig")
        numbers = frame.rows.get_column("row")
        if not len(numbers):
            continue
        first, last = numbers[0], numbers[-1]
        async with database.reading(actor.context()) as db:
            outcomes = await outcomes_of.row_outcomes(db, key, first, last)
            reasons = _reasons(await outcomes_of.issue_texts(db, actor.level, key, first, last))
        yield await asyncio.to_thread(_table, frame, outcomes, reasons, names)
    if names is None:
        yield _csv([["row", "source", "outcome", "reasons"]]).encode("utf-8-sig")


def _said_fields(frame: ReportFrame) -> list[str]:
    """What the report's rows say, in its order."""
    fields = frame.rows.get_column("received").struct.fields
    return [name for name in fields if name not in {"row", "source"}]


def _reasons(issues: Sequence[Row]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for issue in issues:
        text = IssueCode(issue["code"]).message(issue["field"], issue["value"])
        found.setdefault(issue["row_number"], []).append(f"{issue['code']}: {text}")
    return {row: " | ".join(texts) for row, texts in found.items()}


def _table(frame: ReportFrame, outcomes: Sequence[Row], reasons: dict[int, str], names: Sequence[str]) -> bytes:
    said = {
        row: (source, received or {})
        for row, source, received in frame.rows.select("row", "source", "received").iter_rows()
    }
    lines = []
    for outcome in outcomes:
        number = outcome["row_number"]
        source, received = said.get(number, (None, {}))
        cells = [number, source, outcome["outcome"], reasons.get(number, ""), *(received.get(name) for name in names)]
        lines.append(cells)
    return _csv(lines).encode()


def _csv(lines: Sequence[Sequence[Any]]) -> str:
    """The lines, their values and the names of their columns disarmed."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\r\n").writerows([disarmed(cell) for cell in line] for line in lines)
    return target.getvalue()


def disarmed(value: object) -> object:
    """The value as a spreadsheet shows it and does not run it; numbers stay numbers.

    A spreadsheet that separates values by something else than commas finds a value after a semicolon, a tab or a line end
    too, so these are disarmed as well.
    """
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    return _FORMULA.sub(r"\1'", value)
