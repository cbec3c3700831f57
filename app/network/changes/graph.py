"""Why a figure changed, as vendor and distributor see it: what it came to at two moments of knowledge, and the part of each
cause in the difference, down to the lines that it brought and those that it ended.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Order, SortKey, Window, by_parent, counts
from app.execution.described import entered, values, visible
from app.execution.edges import Selection
from app.execution.errors import bad_input
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRangeInput, Money, exact, quantity
from app.network.asking import HasKey, scopes_of, span_of
from app.network.changes import queries
from app.network.changes.queries import Changed, Question
from app.network.cube import Cube, Filters, Scope, Whose
from app.network.filters import SalesFilter
from app.network.graph import At, Network
from app.network.knowledge.moments import knowable
from app.programme.changes import (
    Attributed,
    ChangeCause,
    ChangedFigure,
    Lived,
    Part,
    Worth,
    attributed,
    cause_kind,
)
from app.programme.sales import Valuation
from app.store.database import Row

for enumeration in (ChangedFigure, ChangeCause):
    values(enumeration)
ORDER = Order(
    (SortKey("known_at", "known_at", datetime, "timestamptz"), SortKey("place", "place", int, "bigint")),
)
"In the order in which they became known."
CAUSE_OBJECTS = {"submission": "Submission", "alias": "Alias", "decision": "HeldDecision", "merge": "PartyMerge"}
"What causes are called in the graph; others lead to no object."


@entered
class MomentsInput:
    """Two moments, each with its offset, between which something may have become known."""

    since: datetime
    "What was known at this moment stands before the change."
    until: datetime | None = None
    "What was known at this moment stands after it; what is known now, unless given."


@visible("analytics:read")
class ChangedSum:
    """A figure at both moments, in one currency; its changes in that currency add up to the difference."""

    currency: CurrencyCode
    "In which currency."
    units_before: Decimal
    "Base units by what was known at the first moment."
    units_after: Decimal
    "Base units by what was known at the second moment."
    units_difference: Decimal
    "How many more, or fewer."
    amount_before: Money | None
    "The amount by what was known at the first moment; null for sell-out, which has none here."
    amount_after: Money | None
    "The amount by what was known at the second moment."
    amount_difference: Money | None
    "How much more, or less."
    lines_before: int
    "How many lines counted by what was known at the first moment."
    lines_after: int
    "How many lines counted by what was known at the second moment."


@visible("analytics:read")
class FigureChange:
    """What one cause changed of a figure, in one currency."""

    asked: strawberry.Private[Question]
    changed: strawberry.Private[Changed]
    cause_id: strawberry.Private[str]
    kind: ChangeCause
    "What kind of cause it is."
    known_at: datetime
    "When it became known."
    currency: CurrencyCode
    "In which currency the lines stand."
    units: Decimal
    "By how many base units the figure changed."
    amount: Money | None
    "By how much the amount changed; null for sell-out."
    unvalued_units: Decimal
    "Of these units those that have no price at the valuation, and are in no amount."
    added_lines: int
    "How many lines it made count."
    ended_lines: int
    "How many lines count no more because of it."


@visible("analytics:read", name="FigureChangeConnection")
class FigureChangeConnection(Connection[FigureChange]):
    """A page of what changed a figure, in the order in which it became known."""

    sums: list[ChangedSum]
    "The figure at both moments, whatever the page: one for each currency."


Between = Annotated[MomentsInput, strawberry.argument(description="From which moment of knowledge to which.")]
Of = Annotated[ChangedFigure, strawberry.argument(description="Which figure.")]


async def changes_of_network(
    request: Request[Actor],
    parents: Sequence[Network],
    selection: Selection,
    between: Between,
    period: DateRangeInput,
    of: Of = ChangedFigure.SELL_THROUGH,
    filter: SalesFilter | None = None,
    valuation: At = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[FigureChangeConnection]:
    """
    Why a figure of these days is otherwise at one moment than at another: every report, correction and decision that became
    known in between, with its exact part in the difference.
    """
    scopes = tuple(Scope(number, parent.key.vendor_id) for number, parent in enumerate(parents, 1))
    asked = _question(request, Whose.NETWORK, scopes, between, period, of, filter, valuation)
    window = Window.of(ORDER, first=first, after=after, last=last, before=before, of=asked)
    return await _pages(request, asked, len(parents), window, selection)


async def changes_of_distributor(
    request: Request[Actor],
    parents: Sequence[HasKey],
    selection: Selection,
    between: Between,
    period: DateRangeInput,
    of: Of = ChangedFigure.SELL_THROUGH,
    filter: SalesFilter | None = None,
    valuation: At = None,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[FigureChangeConnection]:
    """
    Why a figure of the distributor for these days is otherwise at one moment than at another: every report, correction and
    decision that became known in between, with its exact part in the difference.
    """
    scopes = tuple(scopes_of(request.actor, parents))
    asked = _question(request, Whose.DISTRIBUTOR, scopes, between, period, of, filter, valuation)
    window = Window.of(ORDER, first=first, after=after, last=last, before=before, of=asked)
    return await _pages(request, asked, len(parents), window, selection)


def _question(
    request: Request[Actor],
    whose: Whose,
    scopes: tuple[Scope, ...],
    between: MomentsInput,
    period: DateRangeInput,
    of: ChangedFigure,
    given: SalesFilter | None,
    valuation: Valuation | None,
) -> Question:
    """The question. Raises BAD_USER_INPUT where the figure has no such changes."""
    vendors = frozenset(scope.vendor_id for scope in scopes)
    asked = Cube(
        level=request.actor.level,
        whose=whose,
        scopes=scopes,
        span=span_of(period),
        by=(),
        measures=frozenset(),
        valuation=valuation or Valuation.BOOK,
        filters=given.within(vendors, request.actor) if given is not None else Filters(),
    )
    if asked.valuation is Valuation.PURCHASE_COST:
        raise bad_input(
            "At PURCHASE_COST a sale is worth what the purchases say that are known: a change of it belongs to no line "
            "of its own. Ask at BOOK or REPORTED_RESALE, and for SELL_IN beside it."
        )
    if of is ChangedFigure.SELL_IN and not asked.has_sell_in:
        raise bad_input("Sell-in has no reseller: ask for its changes without a filter by resellers.")
    if of is ChangedFigure.SELL_OUT and not asked.has_sell_out:
        raise bad_input(
            "Sell-out has no distributor: its changes are the vendor's to ask, without a filter by distributors."
        )
    _ordered(between)
    return Question(asked, of, between.since, between.until)


def _ordered(between: MomentsInput) -> None:
    if any(each is not None and each.tzinfo is None for each in (between.since, between.until)):
        raise bad_input("`since` and `until` are moments with their offset, such as 2026-01-31T12:00:00Z.")
    if between.until is not None and between.until < between.since:
        raise bad_input(f"`until` comes after `since`; {between.until.isoformat()} lies before it.")


async def _pages(
    request: Request[Actor], asked: Question, parents: int, window: Window, selection: Selection
) -> list[FigureChangeConnection]:
    for vendor_id in sorted({scope.vendor_id for scope in asked.cube.scopes}):
        await knowable(request, vendor_id, asked.since)
        if asked.until is not None:
            await knowable(request, vendor_id, asked.until)
    db = await request.reader()
    rows = await queries.lived(db, asked)
    named = {(row["vendor_id"], row[name]) for row in rows for name in ("began", "ended") if row[name] is not None}
    causes = (
        {(row["vendor_id"], row["id"]): row for row in await queries.causes(db, request.actor.level, sorted(named))}
        if named
        else {}
    )
    return [
        _page(asked, place, own, causes, window, selection) for place, own in enumerate(by_parent(rows, parents), 1)
    ]


Named = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class _Found:
    """A change with its place among all, in the order in which they became known."""

    known_at: datetime
    place: int
    currency: str
    named: Named
    part: Part

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


def _page(
    asked: Question, ordinal: int, rows: Sequence[Row], causes: dict[Named, Row], window: Window, selection: Selection
) -> FigureChangeConnection:
    sums = _attributed(rows)
    found = [
        (causes[named]["known_at"], named[1], currency, named, part)
        for currency, each in sums.items()
        for named, part in each.parts.items()
    ]
    found.sort(key=lambda each: each[:3])
    placed = [
        _Found(known, place, currency, named, part) for place, (known, _, currency, named, part) in enumerate(found)
    ]

    def node(each: _Found) -> FigureChange:
        return _change(asked, ordinal, each, causes[each.named])

    page = window.connection(_window(placed, window), node, len(placed) if counts(selection) else None, selection)
    return FigureChangeConnection(
        edges=page.edges,
        page_info=page.page_info,
        total_count=page.total_count,
        sums=[_sum(asked, currency, sums[currency]) for currency in sorted(sums)],
    )


def _attributed(rows: Iterable[Row]) -> dict[str, Attributed[Named]]:
    apart: dict[str, list[Lived[Named]]] = {}
    for row in rows:
        vendor_id, worth = row["vendor_id"], Worth(row["lines"], row["units"], int(row["amount"]), row["unvalued"])
        began = None if row["began"] is None else (vendor_id, row["began"])
        ended = None if row["ended"] is None else (vendor_id, row["ended"])
        apart.setdefault(row["currency"], []).append(Lived(began, ended, worth))
    return {currency: attributed(own) for currency, own in apart.items()}


def _window(placed: list[_Found], window: Window) -> list[_Found]:
    """What `Window.sql` would have fetched of them: the page, and one more where more follow."""
    ordered = placed[::-1] if window.backward else placed
    if window.position is not None:
        at: Any = tuple(window.position)
        places = [((each.known_at, each.place), each) for each in ordered]
        ordered = [each for place, each in places if (place < at if window.backward else place > at)]
    return ordered[: window.size + 1]


def _change(asked: Question, ordinal: int, found: _Found, row: Row) -> FigureChange:
    vendor_id, number = found.named
    word, _, rest = str(row["cause"]).partition(" ")
    named = CAUSE_OBJECTS.get(word)
    worth = found.part.difference
    return FigureChange(
        asked=asked,
        changed=Changed(ordinal, vendor_id, number, found.currency),
        cause_id="" if named is None or not rest else global_id(named, Key(vendor_id, UUID(rest.split(" ")[0]))),
        kind=cause_kind(row["cause"], row["mode"]),
        known_at=found.known_at,
        currency=CurrencyCode(found.currency),
        units=quantity(worth.units),
        amount=_amount(asked, worth, found.currency),
        unvalued_units=quantity(worth.unvalued),
        added_lines=found.part.added.lines,
        ended_lines=found.part.ended.lines,
    )


def _sum(asked: Question, currency: str, found: Attributed[Named]) -> ChangedSum:
    return ChangedSum(
        currency=CurrencyCode(currency),
        units_before=quantity(found.before.units),
        units_after=quantity(found.after.units),
        units_difference=quantity(found.difference.units),
        amount_before=_amount(asked, found.before, currency),
        amount_after=_amount(asked, found.after, currency),
        amount_difference=_amount(asked, found.difference, currency),
        lines_before=found.before.lines,
        lines_after=found.after.lines,
    )


def _amount(asked: Question, worth: Worth, currency: str) -> Money | None:
    if asked.figure is ChangedFigure.SELL_OUT:
        return None
    return Money(amount=exact(worth.amount, 6), currency=CurrencyCode(currency))
