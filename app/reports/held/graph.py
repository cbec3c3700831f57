"""Held rows as partners see them: a queue across reports, worked by code, and what people decided."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry

from app.access.actor import Actor as Asker
from app.execution.connections import Connection, Window, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection, edge, reference
from app.execution.identifiers import Key, global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import quantity
from app.programme import terms
from app.reports.aliases.suggestions.graph import KINDS, Suggestion, suggestions_for
from app.reports.aliases.suggestions.queries import Asked
from app.reports.graph import Submission, submissions_by_key
from app.reports.held import queries
from app.reports.issues import IssueCode

for enum in (terms.HeldDecisionKind, terms.Level, IssueCode):
    values(enum)

_FIELDS = {
    IssueCode.UNKNOWN_PRODUCT: "product_code",
    IssueCode.UNKNOWN_RESELLER_ACCOUNT: "reseller_account",
    IssueCode.OUTSIDE_AGREEMENT_DATES: "sold_on",
    IssueCode.OUTSIDE_TERRITORY: "ship_to_country",
}


@visible("submission:read")
class HeldRow:
    """A row that waits to be resolved."""

    row: int
    "The row of its report, from 1."
    document_number: str | None
    "The invoice or credit note, or the document that moved stock; null for a count."
    document_line: str | None
    "The line on the document."
    sold_on: date | None
    "The day of the sale, or of the count or movement of stock."
    product_code: str | None
    "The product's code as it was reported."
    quantity: Decimal | None
    "The quantity as it was reported, returns negative."
    unit: str | None
    "The unit of the quantity, where the row says one."
    waits_for: list[IssueCode]
    "Everything that holds it: it counts once nothing does."
    submission_key: strawberry.Private[Key]

    submission = reference(
        submissions_by_key,
        Submission | None,
        key=lambda parent: parent.submission_key,
        description="The report that it stands in.",
    )


async def suggestions_of_code(
    request: Request[Asker], parents: "Sequence[HeldCode]", selection: Selection
) -> list[list[Suggestion]]:
    """What the code may stand for, the likeliest first, at most three; none where the code is not an unknown one."""
    asked = [
        (KINDS[each.hold], Asked(each.agreement_key.vendor_id, each.agreement_key.id, each.code))
        if each.hold in KINDS and each.code is not None
        else None
        for each in parents
    ]
    return await suggestions_for(request, asked)


async def rows_of_code(
    request: Request[Asker],
    parents: "Sequence[HeldCode]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[HeldRow]]:
    """The rows that wait for it, by report and row."""
    window = Window.of(queries.HELD_ROW_ORDER, first=first, after=after, last=last, before=before, of="held rows")
    db, level = await request.reader(), request.actor.level
    of = [(each.agreement_key, each.hold.value, each.code) for each in parents]
    found = await queries.held_rows(db, level, of, window)
    totals = await queries.count_held_rows(db, level, of) if counts(selection) else None
    return window.pages(found, len(of), _row, selection, totals)


@visible("submission:read")
class HeldCode:
    """A code that held rows of one agreement wait for, across its reports."""

    hold: IssueCode
    "What holds the rows."
    code: str | None
    """The product code, customer account, country (outside the territory), day (outside the agreement), document (possible
    duplicate), or product and unit (unknown unit). Null for accounts that are not disclosed to you: their rows stand
    together."""
    message: str
    "What is wrong, and what would be right."
    held_rows: int
    "How many rows wait for it."
    units: Decimal
    "Their quantities together as they were reported, returns negative; what inventory reports count or move is in it."
    first_sold_on: date
    "The earliest day of a sale, count or movement among them."
    last_sold_on: date
    "The latest such day among them."
    reports: int
    "In how many reports they stand."
    since: datetime
    "Since when the first of these reports has been processed."
    agreement_key: strawberry.Private[Key]

    suggestions = edge(suggestions_of_code)
    rows = edge(rows_of_code)


@entered
class HeldCodeFilter:
    """Which held codes."""

    holds: list[IssueCode] | None = None
    "Only what these hold."
    codes: list[str] | None = None
    "Only these codes."


async def held_codes_of_agreement(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: HeldCodeFilter | None = None,
) -> list[Connection[HeldCode]]:
    """What the held rows under this agreement wait for, in reports of sales and of stock, most rows first. A row that waits
    for two things stands under both. The queue is worked while it is read, so an entry may move between two pages."""
    holds = [each.value for each in filter.holds] if filter and filter.holds else None
    codes = list(filter.codes) if filter and filter.codes else None
    window = Window.of(queries.CODE_ORDER, first=first, after=after, last=last, before=before, of=(holds, codes))
    db, keys, level = await request.reader(), [parent.key for parent in parents], request.actor.level
    found = await queries.held_codes(db, level, keys, window, holds, codes)
    totals = await queries.count_held_codes(db, level, keys, holds, codes) if counts(selection) else None
    return window.pages(found, len(keys), _code, selection, totals)


@visible("submission:read")
class HeldDecision(Node):
    """What somebody decided about held rows, and what came of it."""

    id: strawberry.ID
    "Its global id."
    key: strawberry.Private[Key]
    decision: terms.HeldDecisionKind
    "Whether the hold was waived, or the rows dismissed."
    hold: IssueCode
    "The hold that it is about."
    code: str | None
    "The code whose rows it is about; null where rows were named one by one."
    named_rows: int
    "How many rows were named one by one; 0 where a code was."
    reason: str
    "Why, for whoever reads the report's rows."
    decided_by: str
    "Who decided."
    decided_as: terms.Level
    "For which side."
    decided_at: datetime
    "When."
    carried_out_at: datetime | None
    "When it took effect; null until the worker has seen to it."
    released_rows: int
    "Rows that count because of it."
    dismissed_rows: int
    "Rows that were rejected by it."
    still_held_rows: int
    "Rows whose hold it waived, and that something else still holds."


async def held_decisions_by_key(request: Request[Asker], keys: Sequence[Key]) -> list[HeldDecision | None]:
    """Decisions in the order of their keys; None where the asker sees none."""
    rows = await queries.decisions_by_key(await request.reader(), keys)
    found = {Key(row["vendor_id"], row["id"]): row for row in rows}
    return [_decision(found[key]) if key in found else None for key in keys]


async def held_decisions_of_agreement(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[HeldDecision]]:
    """What was decided about held rows under this agreement, the newest first."""
    window = Window.of(queries.DECISION_ORDER, first=first, after=after, last=last, before=before)
    db, keys = await request.reader(), [parent.key for parent in parents]
    found = await queries.decisions_of(db, keys, window)
    totals = await queries.count_decisions_of(db, keys) if counts(selection) else None
    return window.pages(found, len(keys), _decision, selection, totals)


def _code(row: Any) -> HeldCode:
    hold = IssueCode(row["hold"])
    return HeldCode(
        hold=hold,
        code=row["code"],
        message=hold.message(_FIELDS.get(hold), row["code"] if row["code"] is not None else "…"),
        held_rows=row["held_rows"],
        units=quantity(int(row["units"])),
        first_sold_on=row["first_sold_on"],
        last_sold_on=row["last_sold_on"],
        reports=row["reports"],
        since=row["since"],
        agreement_key=Key(row["vendor_id"], row["agreement_id"]),
    )


def _row(row: Any) -> HeldRow:
    return HeldRow(
        row=row["row_number"],
        document_number=row["document_number"],
        document_line=row["document_line"],
        sold_on=row["sold_on"],
        product_code=row["product_code"],
        quantity=None if row["quantity"] is None else quantity(row["quantity"]),
        unit=row["unit"],
        waits_for=[IssueCode(code) for code in row["waits_for"]],
        submission_key=Key(row["vendor_id"], row["submission_id"]),
    )


def _decision(row: Any) -> HeldDecision:
    key = Key(row["vendor_id"], row["id"])
    return HeldDecision(
        id=strawberry.ID(global_id("HeldDecision", key)),
        key=key,
        decision=terms.HeldDecisionKind(row["decision"]),
        hold=IssueCode(row["hold"]),
        code=row["code"],
        named_rows=row["rows_named"],
        reason=row["reason"],
        decided_by=row["decided_by"],
        decided_as=terms.Level(row["decided_as"]),
        decided_at=row["decided_at"],
        carried_out_at=row["carried_out_at"],
        released_rows=row["rows_released"],
        dismissed_rows=row["rows_dismissed"],
        still_held_rows=row["rows_still_held"],
    )
