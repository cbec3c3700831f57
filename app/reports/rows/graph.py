"""Rows of reports as partners see them: what became of each, and everything there is to say about it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from app.access.actor import Actor as Asker
from app.execution.connections import Connection, Window, by_parent, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import quantity
from app.programme import terms
from app.reports.aliases.suggestions.graph import KINDS, Suggestion, suggestions_for
from app.reports.aliases.suggestions.queries import Asked
from app.reports.issues import IssueCode, Severity
from app.reports.rows import queries

for enum in (terms.Outcome, IssueCode, Severity):
    values(enum)


async def suggestion_of_issue(
    request: Request[Asker], parents: "Sequence[SubmissionIssue]", selection: Selection
) -> list[Suggestion | None]:
    """What an unknown code most likely stands for; null where nothing is alike, and where nothing is asked any more."""
    asked = [
        (KINDS[each.code], Asked(each.vendor_id, each.agreement_id, each.value))
        if each.code in KINDS and each.value is not None and each.settled_at is None
        else None
        for each in parents
    ]
    return [next(iter(found), None) for found in await suggestions_for(request, asked)]


@visible("submission:read")
class SubmissionIssue:
    """Something about one row, or about the whole report (row 0)."""

    row: int
    "The row of the report, from 1; 0 is the report as a whole."
    field: str | None
    "The field, by its name in the canonical header."
    code: IssueCode
    "What it is, for programs."
    severity: Severity
    "What it does to its row."
    value: str | None
    "The value as it was received, where you may read it."
    message: str
    "What is wrong, and what would be right."
    settled_at: datetime | None
    "Since when it is resolved; null while it is open."
    vendor_id: strawberry.Private[UUID]
    agreement_id: strawberry.Private[UUID | None]

    suggestion = edge(suggestion_of_issue)


async def issues_of_row(
    request: Request[Asker], parents: "Sequence[SubmissionRow]", selection: Selection
) -> list[list[SubmissionIssue]]:
    """What there is to say about this row; at most fifty issues."""
    rows = await queries.issues_of_rows(
        await request.reader(),
        request.actor.level,
        [parent.submission_key for parent in parents],
        [parent.row for parent in parents],
    )
    return [[_issue(row) for row in found] for found in by_parent(rows, len(parents))]


@visible("submission:read")
class SubmissionRow:
    """A row of a report, and what became of it."""

    row: int
    "The row of the report, from 1."
    outcome: terms.Outcome
    "What became of it."
    document_number: str | None
    "The invoice or credit note, or the document that moved stock; null where it could not be read or there is none."
    document_line: str | None
    "The line on the document."
    sold_on: date | None
    "The day of the sale, or of the count or movement of stock; null where it could not be read."
    quantity: Decimal | None
    "The quantity, returns negative; null where it could not be read."
    submission_key: strawberry.Private[Key]

    issues = edge(issues_of_row)


@entered
class IssueFilter:
    """Which issues of a report."""

    severities: list[Severity] | None = None
    "Only of these severities."
    row: int | None = None
    "Only of this row."


@entered
class RowFilter:
    """Which rows of a report."""

    outcomes: list[terms.Outcome] | None = None
    "Only with these outcomes."


async def issues_of_submission(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: IssueFilter | None = None,
) -> list[Connection[SubmissionIssue]]:
    """Everything there is to say about the report's rows, by row; row 0 is the report as a whole."""
    severities = [each.value for each in filter.severities] if filter and filter.severities else None
    row = filter.row if filter else None
    window = Window.of(
        queries.ISSUE_ORDER, first=first, after=after, last=last, before=before, of=("issues", severities, row)
    )
    db, keys = await request.reader(), [parent.key for parent in parents]
    found = await queries.issues_of(db, request.actor.level, keys, window, severities, row)
    totals = await queries.count_issues_of(db, keys, severities, row) if counts(selection) else None
    return window.pages(found, len(keys), _issue, selection, totals)


async def rows_of_submission(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: RowFilter | None = None,
) -> list[Connection[SubmissionRow]]:
    """The report's rows in their order, each with what became of it."""
    outcomes = [each.value for each in filter.outcomes] if filter and filter.outcomes else None
    window = Window.of(queries.ROW_ORDER, first=first, after=after, last=last, before=before, of=("rows", outcomes))
    db, keys = await request.reader(), [parent.key for parent in parents]
    found = await queries.rows_of(db, request.actor.level, keys, window, outcomes)
    totals = await queries.count_rows_of(db, request.actor.level, keys, outcomes) if counts(selection) else None
    return window.pages(found, len(keys), _row, selection, totals)


def _issue(row: Any) -> SubmissionIssue:
    code = IssueCode(row["code"])
    return SubmissionIssue(
        row=row["row_number"],
        field=row["field"],
        code=code,
        severity=Severity(row["severity"]),
        value=row["value"],
        message=code.message(row["field"], row["value"]),
        settled_at=row["settled_at"],
        vendor_id=row["vendor_id"],
        agreement_id=row["agreement_id"],
    )


def _row(row: Any) -> SubmissionRow:
    return SubmissionRow(
        row=row["row_number"],
        outcome=terms.Outcome(row["outcome"]),
        document_number=row["document_number"],
        document_line=row["document_line"],
        sold_on=row["sold_on"],
        quantity=None if row["quantity"] is None else quantity(row["quantity"]),
        submission_key=Key(row["vendor_id"], row["submission_id"]),
    )
