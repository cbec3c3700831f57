"""Reports as partners see them: what was handed in, what became of every row, why, and the lines that count."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from app.access.actor import Actor as Asker
from app.execution.connections import Connection, Window, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import DateRange
from app.programme import terms
from app.programme.terms import SubmissionKind
from app.reports import queries
from app.reports.calendar import due_on, received_on
from app.reports.effects.graph import effects_of_submission
from app.reports.lines.graph import lines_of_submission
from app.reports.rows.graph import issues_of_submission, rows_of_submission

for enum in (
    terms.SubmissionKind,
    terms.SubmissionMode,
    terms.SubmissionFormat,
    terms.SubmissionStatus,
):
    values(enum)


@visible("submission:read")
class Actor:
    """Who handed a report in."""

    name: str
    "The user's or integration's name."


@visible("submission:read")
class SubmissionCounts:
    """How many rows a report has, by what became of them. They sum to `received` once it is processed."""

    received: int
    "Rows in the report."
    accepted: int
    "Rows that count, those released later included."
    held: int
    "Rows that wait for somebody to resolve them, and count as soon as it is done."
    rejected: int
    "Rows that cannot be read as a fact; they count nowhere."
    duplicate: int
    "Rows that say again what a live line says already."
    conflict: int
    "Rows with the key of a live line and another content; the live line stands."
    superseded: int
    "Rows that were held until a correction took their place."
    progress: float
    "How far the report is, from 0 to 1."


@visible("submission:read")
class Timeliness:
    """When a report was due, and whether it came in time."""

    due_on: date
    "The last day in time, grace included, in the agreement's time zone."
    late: bool
    "Whether it was received after that day."


@visible("submission:read")
class SubmissionFailure:
    """Why a report could not be read at all. Nothing of it counts."""

    code: str
    "The reason, for programs."
    message: str
    "What is wrong, and what would be right."


@entered
class SubmissionFilter:
    """Which reports."""

    kinds: list[terms.SubmissionKind] | None = None
    "Only of these kinds."
    statuses: list[terms.SubmissionStatus] | None = None
    "Only where they stand so."


async def raw_url_of_submission(
    request: Request[Asker], parents: "Sequence[Submission]", selection: Selection
) -> list[str | None]:
    """A link to the bytes as they were received, for minutes and for you alone; null unless you handed the report in."""
    own = request.actor.organization_id
    return [
        await request.links.download(request.actor, "raw", parent.key) if parent.organization_id == own else None
        for parent in parents
    ]


async def report_url_of_submission(
    request: Request[Asker], parents: "Sequence[Submission]", selection: Selection
) -> list[str]:
    """A link to the report's rows with their outcomes and reasons, for minutes and for you alone.

    It answers in the format that the report came in: CSV as CSV with its delimiter, XLSX as XLSX. INLINE lines come back as
    lines of JSON. X12 and EDIFACT cannot say what became of a row: they come back as CSV, where `source` says at which
    segment of which transaction a row begins, and `segments` what they say, if you sent it.
    """
    return [await request.links.download(request.actor, "rows", parent.key) for parent in parents]


@visible("submission:read")
class Submission(Node):
    """One report as it was received, and what became of it."""

    id: strawberry.ID
    "Its global id."
    key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key | None]
    profile_key: strawberry.Private[Key | None]
    organization_id: strawberry.Private[UUID]
    kind: terms.SubmissionKind
    "What it is about."
    period: DateRange
    "The days that it reports."
    mode: terms.SubmissionMode
    "What it does to what was reported before."
    format: terms.SubmissionFormat
    "How it is written."
    status: terms.SubmissionStatus
    "Where it stands."
    filename: str
    "The name under which it was sent."
    byte_size: int
    "Its size in bytes."
    sha256: str
    "The SHA-256 of its bytes as they were received, in hexadecimal."
    redacted_at: datetime | None
    "When a name that was erased was last taken out of its stored bytes; null where they are those received."
    received_at: datetime
    "When it was received: from then on it is durable."
    processed_at: datetime | None
    "When its rows were counted, or found unreadable; null before."
    submitted_by: Actor
    "Who handed it in."
    preview: bool
    """Whether it was tried out and counts nowhere: its rows say what would become of them, its effects what would change.
    They are kept for thirty days, the counts for good."""
    counts: SubmissionCounts
    "Its rows by what became of them."
    corrected_lines: int
    "How many lines of earlier reports it corrects, or leaves out of the period that it restates."
    timeliness: Timeliness | None
    "Whether it came in time; null for sell-out, which nobody has to report."
    failure: SubmissionFailure | None
    "Why it could not be read; null unless it FAILED."
    acknowledgement: str | None
    "The functional acknowledgement (997) of an X12 report, once it has been read; null for other formats."
    detected: JSON | None
    """How the reader understood the file: delimiter, encoding, dates, columns, envelope. Null for a vendor where a
    distributor handed it in."""

    issues = edge(issues_of_submission)
    rows = edge(rows_of_submission)
    lines = edge(lines_of_submission)
    effects = edge(effects_of_submission)
    raw_url = edge(raw_url_of_submission)
    report_url = edge(report_url_of_submission)


async def submissions_by_key(request: Request[Asker], keys: Sequence[Key]) -> list[Submission | None]:
    """Submissions in the order of their keys; None where the asker sees none."""
    rows = await queries.submissions_by_key(await request.reader(), request.actor.level, keys)
    found = {Key(row["vendor_id"], row["id"]): row for row in rows}
    return [_submission(found[key]) if key in found else None for key in keys]


async def submissions_of_agreement(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: SubmissionFilter | None = None,
) -> list[Connection[Submission]]:
    """The reports under this agreement, the newest first."""
    kinds = [each.value for each in filter.kinds] if filter and filter.kinds else None
    statuses = [each.value for each in filter.statuses] if filter and filter.statuses else None
    window = Window.of(
        queries.SUBMISSION_ORDER, first=first, after=after, last=last, before=before, of=(kinds, statuses)
    )
    db, keys = await request.reader(), [parent.key for parent in parents]
    level = request.actor.level
    found = await queries.submissions_of(db, level, keys, window, kinds, statuses)
    totals = await queries.count_submissions_of(db, keys, kinds, statuses) if counts(selection) else None
    return window.pages(found, len(keys), _submission, selection, totals)


def _submission(row: Any) -> Submission:
    key = Key(row["vendor_id"], row["id"])
    return Submission(
        id=strawberry.ID(global_id("Submission", key)),
        key=key,
        agreement_key=Key(row["vendor_id"], row["agreement_id"]) if row["agreement_id"] else None,
        profile_key=Key(row["vendor_id"], row["profile_id"], row["profile_version"]) if row["profile_id"] else None,
        organization_id=row["organization_id"],
        kind=SubmissionKind(row["kind"]),
        period=DateRange(start=row["period_start"], end=row["period_end"]),
        mode=terms.SubmissionMode(row["mode"]),
        format=terms.SubmissionFormat(row["format"]),
        status=terms.SubmissionStatus(row["status"]),
        filename=row["filename"],
        byte_size=row["byte_size"],
        sha256=row["sha256"],
        redacted_at=row["redacted_at"],
        received_at=row["received_at"],
        processed_at=row["processed_at"],
        submitted_by=Actor(name=row["submitted_by"]),
        preview=row["previewed_by"] is not None,
        counts=_counts(row),
        corrected_lines=row["corrected_lines"],
        timeliness=_timeliness(row),
        failure=SubmissionFailure(code=row["failure_code"], message=row["failure_message"])
        if row["failure_code"]
        else None,
        acknowledgement=row["acknowledgement"],
        detected=row["detected"],
    )


def _timeliness(row: Any) -> Timeliness | None:
    if row["cadence"] is None:
        return None
    due = due_on(row)
    return Timeliness(due_on=due, late=received_on(row) > due)


_PROGRESS = {"RECEIVED": 0.0, "PROCESSED": 1.0, "FAILED": 1.0, "CANCELLED": 1.0}


def _counts(row: Any) -> SubmissionCounts:
    return SubmissionCounts(
        received=row["rows_received"],
        accepted=row["rows_accepted"],
        held=row["rows_held"],
        rejected=row["rows_rejected"],
        duplicate=row["rows_duplicate"],
        conflict=row["rows_conflict"],
        superseded=row["rows_superseded"],
        progress=_PROGRESS.get(row["status"], row["progress"]),
    )
