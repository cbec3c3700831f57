"""How a statement explains itself: its bands, the steps from rates to payment with the evidence of gates, and its lines."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

import strawberry

from app.access.actor import Actor
from app.accruals.measures.queries import Asking, Slot
from app.accruals.shares import queries as shares
from app.execution.connections import Connection, Window, counts
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import DateRange, Money, exact, quantity
from app.incentives.accrued.graph import MeasuredVolume, volume
from app.incentives.rules.graph import paid, rate_scale
from app.incentives.statements import queries
from app.programme.incentives import Rule
from app.programme.money import places_of, rounded
from app.programme.money_terms import Basis, StepKind
from app.programme.spans import Span
from app.store.database import Reader, Row

values(StepKind)


class Explained(Protocol):
    """A statement, as far as explaining it needs to know."""

    @property
    def key(self) -> Key: ...
    @property
    def row(self) -> Row: ...
    @property
    def terms(self) -> Rule: ...


@visible("statement:read")
class ExactMoney:
    """An amount before it is rounded."""

    exact_minor_units: str
    "Exactly, in minor units of the currency: a whole number, or a fraction of two such as 16500/7."
    rounded: Money
    "The same at six decimals, half away from zero."


@visible("statement:read")
class StatementBand:
    """What a band of the rule came to."""

    threshold: MeasuredVolume
    "Where it begins, as prorated or over the baseline."
    upto: MeasuredVolume | None
    "Where the next one begins; null for the last."
    measure: MeasuredVolume
    "What lies in it of the qualifying measure."
    rate: Decimal
    "A share such as 0.02, an amount of the currency for each unit, or a sum of the currency."
    payment: ExactMoney
    "What its rate comes to."


@visible("statement:read")
class GateFinding:
    """What was found about a gate when the period was calculated."""

    gate: str
    "The gate's name."
    measured: Decimal | None
    "The figure, such as 0.95 or 12; null where nothing could be measured, so that the gate is missed."
    found: str
    "How it was found."


@visible("statement:read")
class StatementStep:
    """A step from the rates to the payment, in the order of operations."""

    kind: StepKind
    "What kind of step it is."
    description: str
    "What it does, in a sentence."
    before: ExactMoney
    "The amount before it."
    after: ExactMoney
    "The amount after it."
    evidence: GateFinding | None
    "What a gate rests on."


@visible("statement:read")
class StatementLine:
    """A line behind a statement, and its share of what the period is worth."""

    row: strawberry.Private[Row]
    basis: strawberry.Private[Basis]
    product_key: strawberry.Private[Key]
    counts_on: date
    "The day in whose figures it counts."
    quantity: Decimal
    "In base units; returns are negative."
    measure: MeasuredVolume | None
    "What it adds to the paying measure; null where it has no value in the statement's currency."
    counts_for_band_alone: bool
    "Whether it was sold under a special price and so attains a band, while nothing is paid on it."
    share: Money | None
    """Its part of what the period is worth: payment × measure ÷ V, by largest remainder, so that all lines add up to the
    payment. Null where the lines come to nothing or less, so that none has a share."""
    returns_sale_of: DateRange | None
    """The earlier pay period of which it returns a sale, where the rule reverses returns at the rate of then: it adds
    nothing to this period and takes back its part of what that one came to. Null for all others, and for a return that
    names no sale of an earlier period: it counts in its own."""


Shown = Callable[[Request[Actor], Sequence[Row]], Awaitable[Sequence[Any]]]
"""Lines in the order of the rows that name them: by vendor_id, submission_id, row_number, component and recorded."""


def line_shown(shown: Shown, basis: Basis, returns: object, description: str) -> Any:
    """The edge from a line of a statement to the line of a report, of this basis, that `shown` shows as `returns`."""

    async def line_of(request: Request[Actor], parents: Sequence[StatementLine], selection: Selection) -> list[Any]:
        named = list(dict.fromkeys(parent.row for parent in parents if parent.basis is basis))
        found = dict(zip(named, await shown(request, named), strict=True)) if named else {}
        return [found.get(parent.row) for parent in parents]

    line_of.__annotations__["return"] = list[returns]  # type: ignore[valid-type]
    line_of.__doc__ = description
    return edge(line_of)


async def bands_of(
    request: Request[Actor], parents: Sequence[Explained], selection: Selection
) -> list[list[StatementBand]]:
    """The bands of the rule, and what each came to; none until it is calculated."""
    keys, revisions = [parent.key for parent in parents], [parent.row["revision"] for parent in parents]
    found: list[list[StatementBand]] = [[] for _ in parents]
    for row in await queries.bands(await request.reader(), keys, revisions):
        parent = parents[row["ordinal"] - 1]
        found[row["ordinal"] - 1].append(_band(parent.terms, row))
    return found


async def steps_of(
    request: Request[Actor], parents: Sequence[Explained], selection: Selection
) -> list[list[StatementStep]]:
    """The steps from the rates to the payment, each with the amount before and after it; none until it is calculated."""
    keys, revisions = [parent.key for parent in parents], [parent.row["revision"] for parent in parents]
    found: list[list[StatementStep]] = [[] for _ in parents]
    for row in await queries.steps(await request.reader(), keys, revisions):
        parent = parents[row["ordinal"] - 1]
        found[row["ordinal"] - 1].append(_step(parent.terms.currency, row))
    return found


async def lines_of(
    request: Request[Actor],
    parents: Sequence[Explained],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[StatementLine]]:
    """The lines behind it that were known when it was calculated, by the day on which they count, each with its share. Where
    a rule asks for kinds of resellers that an agreement does not disclose, its vendor reads only the lines of those that it
    knows. None until it is calculated."""
    found = []
    for parent in parents:
        of = (str(parent.key.id), parent.row["revision"])
        window = Window.of(shares.order_of(parent.terms), first=first, after=after, last=last, before=before, of=of)
        behind = behind_statement(request.actor, parent.row, parent.terms)
        rows: list[Row] = []
        total = 0
        if behind is not None:
            db = await request.reader()
            rows = await shares.page(db, *behind, window)
            total = await _count(db, behind[0], parent.row["lines"]) if counts(selection) else 0
        node = _line(parent.terms)
        found.append(window.connection(rows, node, total if counts(selection) else None, selection))
    return found


async def _count(db: Reader, behind: shares.Behind, calculated: int) -> int:
    """How many lines there are: as many as were calculated with, unless a scope asks for kinds of resellers, of which a
    vendor or distributor may know fewer."""
    scopes = (behind.rule.paying.scope, *behind.above)
    if any(scope.partner_types or scope.excluded_partner_types for scope in scopes):
        return await shares.count(db, behind)
    return calculated


def behind_statement(actor: Actor, row: Row, rule: Rule) -> tuple[shares.Behind, shares.Cut] | None:
    """By what the lines behind a statement are read, with whose eyes; None until it is calculated."""
    if row["share_cutoff"] is None:
        return None
    slot = Slot(row["agreement_id"], row["distributor_id"], Span(row["period_start"], row["period_end"]), whole=False)
    asking, calculated = Asking(row["vendor_id"], actor.level), shares.Calculated(row["id"], row["revision"])
    return shares.behind(asking, rule, slot, row["share_cutoff"], row["calculated_at"], calculated)


def exactly(value: str, currency: str) -> ExactMoney:
    """An amount as it is kept: a number of minor units, or a fraction of two."""
    places = places_of(currency)
    micros = rounded(Fraction(value) / 10**places, 6)
    return ExactMoney(
        exact_minor_units=value, rounded=Money(amount=exact(micros, 6), currency=paid(0, currency).currency)
    )


def _band(rule: Rule, row: Row) -> StatementBand:
    unit, currency = rule.qualifying.unit, rule.currency
    return StatementBand(
        threshold=volume(unit, row["threshold"], currency),
        upto=None if row["upto"] is None else volume(unit, row["upto"], currency),
        measure=volume(unit, row["measure"], currency),
        rate=exact(row["rate"], rate_scale(rule.structure, currency)),
        payment=exactly(row["payment"], currency),
    )


def _step(currency: str, row: Row) -> StatementStep:
    evidence: dict[str, Any] = row["evidence"]
    measured = evidence.get("measured")
    return StatementStep(
        kind=StepKind(row["kind"]),
        description=row["description"],
        before=exactly(row["before"], currency),
        after=exactly(row["after"], currency),
        evidence=GateFinding(
            gate=evidence["gate"],
            measured=None if measured is None else exact(measured, 6),
            found=evidence["found"],
        )
        if evidence
        else None,
    )


def _line(rule: Rule) -> Any:
    unit, currency = rule.paying.unit, rule.currency

    def line(row: Row) -> StatementLine:
        return StatementLine(
            row=row,
            basis=rule.paying.basis,
            product_key=Key(row["vendor_id"], row["product_id"]),
            counts_on=row["counts_on"],
            quantity=quantity(row["quantity"]),
            measure=None if row["value"] is None else volume(unit, int(row["value"]), currency),
            counts_for_band_alone=row["special"] and not row["weight"] and bool(row["value"]),
            share=None if row["share"] is None else paid(int(row["share"]), currency),
            returns_sale_of=None
            if row["returns_from"] is None
            else DateRange(start=row["returns_from"], end=row["returns_to"]),
        )

    return line
