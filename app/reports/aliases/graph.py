"""Aliases as partners see them: a code, what it stands for, the held rows that it released, and what it would do."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from app.access.actor import Actor as Asker
from app.accruals.actions import Change
from app.execution.connections import Connection, Window, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection
from app.execution.identifiers import Key, global_id
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import Money, money, quantity
from app.programme import terms
from app.programme.claim_effects import ClaimEffect
from app.reports.aliases import queries
from app.reports.aliases.trying.actions import Effect
from app.reports.aliases.trying.queries import Figures, Month
from app.reports.aliases.undoing.trying.actions import UndoneEffect
from app.reports.issues import IssueCode

for enum in (terms.AliasKind, terms.SubmissionKind, IssueCode):
    values(enum)


@visible("submission:read")
class Alias(Node):
    """What a distributor's own code stands for under one agreement."""

    id: strawberry.ID
    "Its global id."
    key: strawberry.Private[Key]
    product_key: strawberry.Private[Key | None]
    reseller_key: strawberry.Private[Key | None]
    kind: terms.AliasKind
    "Whether it stands for a product or a reseller."
    code: str
    "The distributor's code."
    confirmed_by: str
    "Who confirmed it."
    confirmed_at: datetime
    "When it was confirmed."
    waiting_rows: int
    "Held rows that name this code and do not count yet; 0 once it is undone."
    released_rows: int | None
    "Held rows that counted because of it; null until they have been looked at."
    undone_by: str | None
    "Who undid it; null while it stands."
    undone_at: datetime | None
    "When it was undone; null while it stands."
    returned_rows: int | None
    "Rows that count no more since it was undone, held again most of them; null until they have been looked at."


@entered
class AliasFilter:
    """Which aliases."""

    kinds: list[terms.AliasKind] | None = None
    "Only of these kinds."
    live: bool | None = None
    "Only those that stand, or only those that were undone."
    codes: list[str] | None = None
    "Only of these codes."


@visible("submission:read")
class AliasEffectMonth:
    """What an alias would change in the figures of one month."""

    kind: terms.SubmissionKind
    "Whether in what the distributor sold, or in what it bought."
    month: date
    "The first day of the calendar month in which it would count."
    units: Decimal
    "Base units, net of returns."
    lines: int
    "Lines more, or fewer."
    amount: Money | None
    "What was invoiced; null where no line has a price."
    book_amount: Money | None
    "The units at the price book of the days of the sales; null where it has no price, and for sell-in."


@visible("submission:read")
class AliasEffectTotal:
    """What an alias would change over all months, in one pair of currencies."""

    kind: terms.SubmissionKind
    "Whether in what the distributor sold, or in what it bought."
    units: Decimal
    "Base units, net of returns."
    lines: int
    "Lines more, or fewer."
    amount: Money | None
    "What was invoiced; null where no line has a price."
    book_amount: Money | None
    "The units at the price book of the days of the sales; null where it has no price, and for sell-in."


@visible("submission:read")
class AliasHold:
    """Something that would still hold rows."""

    hold: IssueCode
    "What holds them."
    rows: int
    "How many rows it holds; a row that two things hold is counted under both."


@visible("submission:read")
class AliasEffect:
    """What confirming an alias would do. Nothing of it has happened."""

    changes: strawberry.Private[Sequence[Change]]
    vendor_id: strawberry.Private[UUID]
    claims: strawberry.Private[Sequence[ClaimEffect]]
    released_rows: int
    "Held rows that would count."
    still_held_rows: int
    "Held rows that name the code and that something else would still hold."
    still_held_for: list[AliasHold]
    "What would hold these rows, most rows first."
    settled_otherwise_rows: int
    "Held rows that would turn out to be said already, or otherwise, by another line."
    months: list[AliasEffectMonth]
    "How the figures of each month would change, by month and currency."
    totals: list[AliasEffectTotal]
    "How they would change altogether, one total for each pair of currencies."


@visible("submission:read")
class AliasUndoEffect:
    """What undoing an alias would do. Nothing of it has happened."""

    changes: strawberry.Private[Sequence[Change]]
    vendor_id: strawberry.Private[UUID]
    claims: strawberry.Private[Sequence[ClaimEffect]]
    returned_rows: int
    "Rows that would count no more."
    held_again_rows: int
    "How many of them would be held; the others would turn out to be said already, or otherwise, by another line."
    months: list[AliasEffectMonth]
    "How the figures of each month would change, by month and currency."
    totals: list[AliasEffectTotal]
    "How they would change altogether, one total for each pair of currencies."


def effect_shown(found: Effect, vendor_id: UUID) -> AliasEffect:
    """An effect as partners see it."""
    return AliasEffect(
        changes=found.accrued,
        vendor_id=vendor_id,
        claims=found.claims,
        released_rows=found.released,
        still_held_rows=found.still_held,
        still_held_for=[AliasHold(hold=IssueCode(hold), rows=rows) for hold, rows in found.held_for],
        settled_otherwise_rows=found.settled_otherwise,
        months=_months(found.months),
        totals=_totals(found.months),
    )


def undoing_shown(found: UndoneEffect, vendor_id: UUID) -> AliasUndoEffect:
    """What undoing would do, as partners see it."""
    return AliasUndoEffect(
        changes=found.accrued,
        vendor_id=vendor_id,
        claims=found.claims,
        returned_rows=found.returned,
        held_again_rows=found.held,
        months=_months(found.months),
        totals=_totals(found.months),
    )


def _months(months: Mapping[Month, Figures]) -> list[AliasEffectMonth]:
    return [AliasEffectMonth(month=key[1], **_figures(key, figures)) for key, figures in months.items()]


def _totals(months: Mapping[Month, Figures]) -> list[AliasEffectTotal]:
    sums: dict[tuple[str, str, str], Figures] = {}
    for (kind, _, currency, book), figures in months.items():
        before = sums.get((kind, currency, book), Figures(0, 0, 0, 0))
        sums[kind, currency, book] = Figures(*map(sum, zip(before, figures, strict=True)))
    return [
        AliasEffectTotal(**_figures((kind, date.min, currency, book), figures))
        for (kind, currency, book), figures in sums.items()
    ]


def _figures(key: Month, figures: Figures) -> Mapping[str, Any]:
    kind, _, currency, book = key
    return {
        "kind": terms.SubmissionKind(kind),
        "units": quantity(figures.units),
        "lines": figures.lines,
        "amount": money(figures.amount or None, currency),
        "book_amount": money(figures.book_amount or None, book),
    }


async def aliases_of_agreement(
    request: Request[Asker],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: AliasFilter | None = None,
) -> list[Connection[Alias]]:
    """What codes stand for under this agreement, by code, those undone included; a vendor sees codes of products alone."""
    kinds = [each.value for each in filter.kinds] if filter and filter.kinds else None
    live, codes = (filter.live, filter.codes) if filter else (None, None)
    window = Window.of(
        queries.ALIAS_ORDER, first=first, after=after, last=last, before=before, of=("aliases", kinds, live, codes)
    )
    db, keys = await request.reader(), [parent.key for parent in parents]
    found = await queries.aliases_of(db, request.actor.level, keys, window, kinds, live, codes)
    totals = await queries.count_aliases_of(db, keys, kinds, live, codes) if counts(selection) else None
    return window.pages(found, len(keys), _alias, selection, totals)


async def aliases_by_key(request: Request[Asker], keys: Sequence[Key]) -> list[Alias | None]:
    """Aliases in the order of their keys; None where the asker sees none."""
    rows = await queries.aliases_by_key(await request.reader(), request.actor.level, keys)
    found = {Key(row["vendor_id"], row["id"]): row for row in rows}
    return [_alias(found[key]) if key in found else None for key in keys]


def _alias(row: Any) -> Alias:
    vendor, key = row["vendor_id"], Key(row["vendor_id"], row["id"])
    return Alias(
        id=strawberry.ID(global_id("Alias", key)),
        key=key,
        product_key=Key(vendor, row["product_id"]) if row["product_id"] else None,
        reseller_key=Key(vendor, row["reseller_id"]) if row["reseller_id"] else None,
        kind=terms.AliasKind(row["kind"]),
        code=row["code"],
        confirmed_by=row["confirmed_by"],
        confirmed_at=row["confirmed_at"],
        waiting_rows=row["waiting_rows"],
        released_rows=row["released_rows"],
        undone_by=row["undone_by"],
        undone_at=row["undone_at"],
        returned_rows=row["returned_rows"],
    )
