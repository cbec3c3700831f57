"""A report given back: its bytes as they were received, and its rows with what became of them.

Only who handed a report in gets its bytes, and columns of its own making. The rows go to everybody who sees the report,
with the columns that the agreement discloses to them, in the format in which the report came in: see `outcomes`. A
report is never held as a whole: it is handed on in pieces, each from a snapshot of its own.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

import zstandard

from app.access.actor import Actor
from app.execution.identifiers import Key
from app.programme.terms import SubmissionFormat, SubmissionKind
from app.reports import queries
from app.reports.counting.disclosure import disclosed_fields
from app.reports.counting.reading import Reading, opened
from app.reports.formats import ReportFrame
from app.reports.issues import IssueCode
from app.reports.outcomes import OutcomeRow, Reason, Written, written_in
from app.reports.rows import queries as outcomes_of
from app.store.database import Database, Row

PAGE = 4
"Compressed chunks, of a mebibyte each, that are fetched at once."


@dataclass(frozen=True, slots=True)
class Download:
    """A file by its name, piece by piece, and what kind of file it is."""

    name: str
    pieces: AsyncIterator[bytes]
    media_type: str = "application/octet-stream"


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
    """The report's rows in its own format, each with its outcome and reasons; None where the asker sees no such report.

    What a row said is read from the stored report itself, as the worker does; what became of it as the asker sees it. An
    interchange (X12, EDIFACT) has no segment that could say it: its rows are told as CSV, with where in the interchange
    each stands and, for who sent it, its segments. Lines that were sent inside a request are told as lines of JSON.
    """
    async with database.reading(actor.context()) as db:
        found = await queries.submissions_by_key(db, actor.level, [key])
        agreement = await queries.reading_terms(db, found[0]) if found else None
    if agreement is None:
        return None
    submission = found[0]
    settled = submission["status"] == "PROCESSED"
    reading = await opened(database, key.vendor_id, {**agreement, **submission}) if settled else None
    own = submission["organization_id"] == actor.organization_id
    kept = None if own else disclosed_fields(agreement, SubmissionKind(submission["kind"]))
    sheet = written_in(SubmissionFormat(submission["format"]), reading.detected if reading is not None else {})
    name = f"{submission['filename'].rsplit('.', 1)[0]}-outcomes.{sheet.suffix}"
    return Download(name, _rows(database, actor, key, reading, kept, sheet), sheet.media_type)


async def _rows(
    database: Database, actor: Actor, key: Key, reading: Reading | None, kept: frozenset[str] | None, sheet: Written
) -> AsyncIterator[bytes]:
    batches: Iterator[ReportFrame] = reading.batches() if reading is not None else iter(())
    names: list[str] | None = None
    try:
        while (frame := await asyncio.to_thread(next, batches, None)) is not None:
            if names is None:
                names = [name for name in _said_fields(frame) if kept is None or name in kept]
                yield sheet.begin(names)
            numbers = frame.rows.get_column("row")
            if not len(numbers):
                continue
            first, last = numbers[0], numbers[-1]
            async with database.reading(actor.context()) as db:
                outcomes = await outcomes_of.row_outcomes(db, actor.level, key, first, last)
                reasons = _reasons(await outcomes_of.issue_texts(db, actor.level, key, first, last))
            yield await asyncio.to_thread(_told, sheet, frame, outcomes, reasons, names)
        if names is None:
            yield sheet.begin([])
        for piece in await asyncio.to_thread(sheet.end):
            yield piece
    finally:
        sheet.close()


def _said_fields(frame: ReportFrame) -> list[str]:
    """What the report's rows say, in its order."""
    fields = frame.rows.get_column("received").struct.fields
    return [name for name in fields if name not in {"row", "source"}]


def _reasons(issues: Sequence[Row]) -> dict[int, list[Reason]]:
    found: dict[int, list[Reason]] = {}
    for issue in issues:
        text = IssueCode(issue["code"]).message(issue["field"], issue["value"])
        found.setdefault(issue["row_number"], []).append(Reason(issue["code"], issue["field"], text))
    return found


def _told(
    sheet: Written, frame: ReportFrame, outcomes: Sequence[Row], reasons: dict[int, list[Reason]], names: Sequence[str]
) -> bytes:
    said = {
        row: (source, received or {})
        for row, source, received in frame.rows.select("row", "source", "received").iter_rows()
    }
    lines = []
    for outcome in outcomes:
        number = outcome["row_number"]
        source, received = said.get(number, (None, {}))
        values = [received.get(name) for name in names]
        lines.append(OutcomeRow(number, source, outcome["outcome"], reasons.get(number, []), values))
    return sheet.rows(lines)
