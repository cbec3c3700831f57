"""Money found as each side sees it: what is owed to it and nobody has asked for yet, the largest first, down to the rows."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.execution.scalars import Money, exact, money
from app.ledger.found import queries
from app.ledger.graph import minor_money
from app.programme.findings import OWED_TO, FindingKind
from app.programme.line_places import line_place
from app.programme.terms import Level
from app.store.database import Row

values(FindingKind)
values(Level)


@visible("ledger:read")
class FoundRow:
    """What a finding stands on: a line, a statement, a claim or a deduction."""

    about_id: strawberry.Private[str]
    agreement_key: strawberry.Private[Key]
    amount: Money
    "What of the finding's amount is here."
    until: date | None
    "The last day on which it can be asked for; null where there is none."
    units: Decimal | None
    "Of a line that may be claimed, how many units."
    remaining: Decimal | None
    "Of a line that may be claimed, how many units its special price has left for all such lines; null where any number."


async def _rows(
    request: Request[Actor],
    parents: "Sequence[MoneyFinding]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[FoundRow]]":
    """What it stands on, the largest first. The amounts add up to the finding's."""
    db, found = await request.reader(), dict[int, Connection[FoundRow]]()
    for kind in dict.fromkeys(parent.kind for parent in parents):
        window = Window.of(queries.LARGEST, first=first, after=after, last=last, before=before, of=kind)
        places = [place for place, parent in enumerate(parents) if parent.kind is kind]
        own = [parents[place] for place in places]
        scopes, currencies = [each.scope for each in own], [each.amount.currency for each in own]
        rows = await queries.rows(db, kind, scopes, currencies, window)
        totals = {place: each.row_count for place, each in enumerate(own, 1)}
        pages = window.pages(rows, len(own), partial(_row, kind), selection, totals)
        found.update(zip(places, pages, strict=True))
    return [found[place] for place in range(len(parents))]


@visible("ledger:read")
class MoneyFinding:
    """Money that is owed to you and that nobody has asked for yet, of one kind and currency."""

    scope: strawberry.Private[queries.Scope]
    kind: FindingKind
    "What was found."
    owed_to: Level
    "Whose money it is."
    amount: Money
    "How much: the sum of its rows."
    row_count: int
    "On how many rows it stands."
    until: date | None
    "The day after which a part of it is lost; null where there is no such day."
    rows = edge(_rows)


async def found_of_agreement(
    request: Request[Actor], parents: Sequence[Any], selection: Selection
) -> list[list[MoneyFinding]]:
    """Money that is owed to you under it and that nobody has asked for yet, the largest amount first."""
    return await _findings(request, [(parent.key.vendor_id, parent.key.id) for parent in parents])


async def found_of_vendor(
    request: Request[Actor], parents: Sequence[Any], selection: Selection
) -> list[list[MoneyFinding] | None]:
    """Money that is owed to the vendor and that nobody has asked for yet, the largest amount first; null for who is not the
    vendor."""
    if request.actor.level is not Level.VENDOR:
        return [None] * len(parents)
    return [*await _findings(request, [(parent.key.vendor_id, None) for parent in parents])]


async def _findings(request: Request[Actor], scopes: Sequence[queries.Scope]) -> list[list[MoneyFinding]]:
    kinds = [kind for kind, level in OWED_TO.items() if level is request.actor.level]
    found: list[list[MoneyFinding]] = [[] for _ in scopes]
    if not kinds:
        return found
    for row in await queries.sums(await request.reader(), kinds, scopes):
        place = row["ordinal"] - 1
        found[place].append(_finding(scopes[place], row))
    for own in found:
        own.sort(key=lambda each: -each.amount.amount)
    return found


def _amount(kind: FindingKind, amount: int, currency: str) -> Money:
    found = money(amount, currency) if kind in queries.IN_MICROS else minor_money(amount, currency)
    assert found is not None
    return found


def _finding(scope: queries.Scope, row: Row) -> MoneyFinding:
    kind = FindingKind(row["kind"])
    return MoneyFinding(
        scope=scope,
        kind=kind,
        owed_to=OWED_TO[kind],
        amount=_amount(kind, int(row["amount"]), row["currency"]),
        row_count=row["rows"],
        until=row["until"],
    )


def _row(kind: FindingKind, row: Row) -> FoundRow:
    vendor_id = row["vendor_id"]
    place = 0 if row["row_number"] is None else line_place(row["row_number"], row["component"], row["times"])
    return FoundRow(
        about_id=global_id(row["about"], Key(vendor_id, row["about_id"], place)),
        agreement_key=Key(vendor_id, row["agreement_id"]),
        amount=_amount(kind, row["amount"], row["currency"]),
        until=row["until"],
        units=None if row["units"] is None else exact(row["units"], 3),
        remaining=None if row["remaining"] is None else exact(row["remaining"], 3),
    )
