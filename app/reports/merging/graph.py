"""Merges as a vendor sees them: which record went into which, since when, and what moved; and what one would do."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.accruals.actions import Change
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.listings.queries import pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import Money, money, quantity
from app.programme.claim_effects import ClaimEffect
from app.programme.party_merges import MergeRow, MergeState
from app.programme.terms import EnrollmentStatus
from app.reports.merging import queries
from app.reports.merging.enrolling import Changed
from app.reports.merging.lines.actions import Figures, Month
from app.reports.merging.trying.actions import Effect
from app.store.database import Row

T = TypeVar("T")
for enum in (MergeState, MergeRow, EnrollmentStatus):
    values(enum)


@visible("party:merge")
class PartyMergePart:
    """What moves under one agreement that discloses its resellers. Under any other everything stays as it is."""

    agreement_key: strawberry.Private[Key]
    lines: int
    "Rows of reports whose lines go over."
    accounts: int
    "Account numbers that stand for the survivor from then on."
    aliases: int
    "The distributor's own codes that do."


@visible("party:merge")
class PartyMergeRows:
    """How many rows of one kind move."""

    kind: MergeRow
    "What kind of thing it is."
    rows: int
    "How many of them change."


async def _parts(
    request: Request[Actor], parents: "Sequence[PartyMerge]", selection: Selection
) -> list[list[PartyMergePart]]:
    """What moved under each agreement; empty until it is applied."""
    rows = await queries.parts_of_merges(await request.reader(), [parent.key for parent in parents])
    return _by_parent(rows, len(parents), _part)


async def _changes(
    request: Request[Actor], parents: "Sequence[PartyMerge]", selection: Selection
) -> list[list[PartyMergeRows]]:
    """What moved beside lines, by kind; empty until it is applied."""
    rows = await queries.changes_of_merges(await request.reader(), [parent.key for parent in parents])
    return _by_parent(rows, len(parents), lambda row: PartyMergeRows(kind=MergeRow(row["row_kind"]), rows=row["rows"]))


def _part(row: Row) -> PartyMergePart:
    agreement = Key(row["vendor_id"], row["agreement_id"])
    return PartyMergePart(agreement_key=agreement, lines=row["lines"], accounts=row["accounts"], aliases=row["aliases"])


def _by_parent(rows: Sequence[Row], parents: int, build: Callable[[Row], T]) -> list[list[T]]:
    found: list[list[T]] = [[] for _ in range(parents)]
    for row in rows:
        found[row["ordinal"] - 1].append(build(row))
    return found


@visible("party:merge")
class PartyMerge(Node):
    """Two of your records of resellers that you made one. Every figure reads the survivor's from then on; asked as of an
    earlier moment, it reads both as they were."""

    id: strawberry.ID
    "Its global id."
    key: strawberry.Private[Key]
    from_key: strawberry.Private[Key]
    into_key: strawberry.Private[Key]
    effective_from: date | None
    "Lines sold on this day or later went over; null: all of them."
    state: MergeState
    "Where it stands."
    reason: str
    "Why they are one, as it was said."
    refusal: str | None
    "Why it could not be applied, or not be undone, when that was last asked for; null where it was."
    asked_by: str
    "Who asked for it."
    asked_at: datetime
    "When it was asked for."
    applied_at: datetime | None
    "When it was applied; null where it is not."
    undone_by: str | None
    "Who asked for it to be undone; null where nobody did."
    undone_at: datetime | None
    "When it was undone; null while it stands."
    lines: int
    "Rows of reports whose lines went over."
    version: int
    "Counts its changes."
    parts = edge(_parts)
    rows = edge(_changes)


@visible("party:merge")
class PartyMergeMonth:
    """What goes over from one record to the other, in one month and pair of currencies."""

    month: date
    "The first day of the calendar month in which it counts for the survivor; of a closed month, an open one."
    units: Decimal
    "Base units, net of returns."
    lines: int
    "Lines."
    amount: Money | None
    "What was invoiced, as far as you are told; null where that is nothing."
    book_amount: Money | None
    "The units at the price book of the days of the sales; null where it has no price."


@visible("party:merge")
class PartyMergeEnrollment:
    """What becomes of an enrolment."""

    reseller_key: strawberry.Private[Key]
    program_key: strawberry.Private[Key]
    status_before: EnrollmentStatus | None
    "Its status now; null where there is no such enrolment yet."
    status_after: EnrollmentStatus
    "Its status then. The record that goes has none that goes on."


@visible("party:merge")
class PartyMergeEffect:
    """What a merge, or undoing one, would do. Nothing of it has happened."""

    changes: strawberry.Private[Sequence[Change]]
    vendor_id: strawberry.Private[UUID]
    claims: strawberry.Private[Sequence[ClaimEffect]]
    lines: int
    "Rows of reports whose lines would go over."
    months: list[PartyMergeMonth]
    "The figures that would go from one record to the other, by month and currency."
    parts: list[PartyMergePart]
    "What would move under each agreement."
    rows: list[PartyMergeRows]
    "What else would move, by kind."
    enrollments: list[PartyMergeEnrollment]
    "Which enrolments would be otherwise than now; of undoing, see the merge itself."


def effect_shown(found: Effect, vendor_id: UUID) -> PartyMergeEffect:
    """An effect as the vendor sees it."""
    return PartyMergeEffect(
        changes=found.accrued,
        vendor_id=vendor_id,
        claims=found.claims,
        lines=sum(part.lines for part in found.parts),
        months=[_month(month, figures) for month, figures in found.months.items()],
        parts=[
            PartyMergePart(
                agreement_key=Key(vendor_id, part.agreement_id),
                lines=part.lines,
                accounts=part.accounts,
                aliases=part.aliases,
            )
            for part in found.parts
        ],
        rows=[PartyMergeRows(kind=kind, rows=rows) for kind, rows in found.rows.items()],
        enrollments=[_enrollment(vendor_id, each) for each in found.enrollments],
    )


def _month(month: Month, figures: Figures) -> PartyMergeMonth:
    first, currency, book = month
    return PartyMergeMonth(
        month=first,
        units=quantity(figures.units),
        lines=figures.lines,
        amount=money(figures.amount or None, currency),
        book_amount=money(figures.book_amount or None, book),
    )


def _enrollment(vendor_id: UUID, changed: Changed) -> PartyMergeEnrollment:
    before: Mapping[str, Any] | None = changed.before
    return PartyMergeEnrollment(
        reseller_key=Key(vendor_id, changed.reseller_id),
        program_key=Key(vendor_id, changed.program_id),
        status_before=None if before is None else EnrollmentStatus(before["status"]),
        status_after=EnrollmentStatus(changed.after["status"]),
    )


async def merges_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[PartyMerge | None]:
    """Merges of the asking vendor."""
    found: list[PartyMerge | None] = [None] * len(keys)
    if request.actor.vendor_id is None:
        return found
    for row in await queries.merges_by_key(await request.reader(), keys):
        found[row["ordinal"] - 1] = _merge(row)
    return found


async def merges_of_vendors(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[PartyMerge]]:
    """Your records of resellers that you made one, the latest first, those that were undone or refused included."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before)
    return await pages(request, [parent.key for parent in parents], queries.OF_VENDOR, window, selection, _merge)


async def survivor_keys(request: Request[Actor], keys: Sequence[Key]) -> list[Key | None]:
    """Into which record each reseller is merged, for the vendor; for everybody else none is."""
    found: list[Key | None] = [None] * len(keys)
    if request.actor.vendor_id is None:
        return found
    for row in await queries.survivors(await request.reader(), keys):
        found[row["ordinal"] - 1] = Key(row["vendor_id"], row["merged_into"])
    return found


def _merge(row: Row) -> PartyMerge:
    vendor = row["vendor_id"]
    key = Key(vendor, row["id"])
    return PartyMerge(
        id=strawberry.ID(global_id("PartyMerge", key)),
        key=key,
        from_key=Key(vendor, row["from_id"]),
        into_key=Key(vendor, row["into_id"]),
        effective_from=row["effective_from"],
        state=MergeState(row["state"]),
        reason=row["reason"],
        refusal=row["refusal"],
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        applied_at=row["applied_at"],
        undone_by=row["undone_by"],
        undone_at=row["undone_at"],
        lines=row["lines"],
        version=row["version"],
    )
