"""Claims against special prices as the vendor and the distributor that filed them see them; nobody else does.

Each line says how many of its units are paid for, what they had cost, what is paid for each, step by step, and why others
are denied; it leads to the line of the report that it is about.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window, counts
from app.execution.described import values, visible
from app.execution.edges import Selection, edge
from app.execution.identifiers import NO_NETWORK, Key, global_id, key_of
from app.execution.listings.queries import List, pages
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, Money, exact, quantity
from app.pricing.claims import queries
from app.pricing.claims.inputs import DebitClaimFilter
from app.pricing.special_prices.graph import minor_money
from app.programme.ageing import age_bucket
from app.programme.claim_terms import (
    AgeBucket,
    ClaimAct,
    ClaimStatus,
    DeemedDecision,
    DenialReason,
    LineDecision,
    ReductionKind,
    WaitsFor,
)
from app.programme.line_places import line_place, place_of
from app.programme.money import rounded
from app.programme.terms import Level
from app.store.database import Row

values(ReductionKind)
values(Level)
T = TypeVar("T")
_AGES = {AgeBucket.DAYS_0_30: (0, 30), AgeBucket.DAYS_31_60: (31, 60), AgeBucket.DAYS_61_90: (61, 90)}


@visible("claim:read")
class Denial:
    """Why units of a claim line are not paid."""

    reason: DenialReason
    "The reason."
    quantity: Decimal
    "How many base units it denied; where a line is denied as a whole, each reason has all of them."


@visible("claim:read")
class DebitClaimLine:
    """A line of a claim: units of one sale, and what was decided of them."""

    product_key: strawberry.Private[Key]
    line_key: strawberry.Private[Key]
    position: int
    "Its place on the claim, by which it is decided."
    sold_on: date
    "The day of the sale."
    claimed: Decimal
    "How many base units are claimed; below zero where a claim takes back."
    decision: LineDecision | None
    "What was decided; null while it waits."
    waits_for: WaitsFor | None
    "Why it is left to a person, as long as it waits; units and amount are then what the engine proposes."
    approved: Decimal
    "How many base units are paid for."
    denials: list[Denial]
    "Why others are not, in the order in which the limits were found."
    unit_cost: Money | None
    "What an approved unit had cost after every earlier reduction, on average; null where none is approved."
    authorised_price: Money | None
    "What an approved unit may cost: its cost less what is paid for it, on average."
    per_unit: Money | None
    "What is paid for a unit, rounded at six decimals."
    exact_per_unit: str | None
    'The same exactly, in currency units: a number such as "1.25", or a fraction such as "4/3".'
    amount: Money
    "What is paid, rounded once."
    steps: list[str]
    "How that was computed."
    explanation: str | None
    "The decision in words; null until there is one."
    reason: str | None
    "Why a person decided so."
    taken_back: Decimal
    "How many of the approved units were taken back since, by claims that adjust this one."
    taken_back_amount: Money
    "How much was taken back for them."

    @classmethod
    def of(cls, row: Row) -> "DebitClaimLine":
        vendor_id, currency = row["vendor_id"], CurrencyCode(row["currency"])
        exactly = None if row["per_unit"] is None else Fraction(row["per_unit"])
        each = None if exactly is None else rounded(exactly)
        cost = row["unit_cost"]
        place = line_place(row["row_number"], row["component"], row["times"])

        def price(micros: int | None) -> Money | None:
            return None if micros is None else Money(amount=exact(micros, 6), currency=currency)

        return cls(
            product_key=Key(vendor_id, row["product_id"]),
            line_key=Key(vendor_id, row["submission_id"], place),
            position=row["position"],
            sold_on=row["sold_on"],
            claimed=quantity(row["asked"]),
            decision=LineDecision(row["decision"]) if row["decision"] and not row["waits_for"] else None,
            waits_for=WaitsFor(row["waits_for"]) if row["waits_for"] else None,
            approved=quantity(row["approved"]),
            denials=[Denial(reason=DenialReason(why), quantity=quantity(units)) for why, units in row["denials"]],
            unit_cost=price(cost),
            authorised_price=None if cost is None or each is None else price(cost - each),
            per_unit=price(each),
            exact_per_unit=None if exactly is None else str(exactly / 10**6),
            amount=_minor(row["amount_minor"], currency),
            steps=list(row["steps"]),
            explanation=row["explanation"],
            reason=row["reason"],
            taken_back=quantity(row["taken_back"]),
            taken_back_amount=_minor(row["taken_back_minor"], currency),
        )


@visible("claim:read")
class DebitClaimDecision:
    """What people of either side did about a claim."""

    act: ClaimAct
    "What was done."
    by: Level
    "Which side did it."
    at: datetime
    "When."
    positions: list[int]
    "Which lines were decided."
    reason: str | None
    "Why."
    credit_number: str | None
    "The credit memo that was issued."

    @classmethod
    def of(cls, row: Row) -> "DebitClaimDecision":
        return cls(
            act=ClaimAct(row["act"]),
            by=Level(row["acted_as"]),
            at=row["acted_at"],
            positions=list(row["positions"]),
            reason=row["reason"],
            credit_number=row["credit_number"],
        )


def _minor(minor_units: int, currency: str) -> Money:
    found = minor_money(minor_units, currency)
    assert found is not None
    return found


async def _pages(
    request: Request[Actor],
    of: List,
    parents: Sequence[Any],
    window: Window,
    selection: Selection,
    node: Callable[[Row], T],
    further: Sequence[object] = (),
) -> list[Connection[T]]:
    return await pages(request, [parent.key for parent in parents], of, window, selection, node, further)


async def _lines(
    request: Request[Actor],
    parents: "Sequence[DebitClaim]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[DebitClaimLine]]":
    """What is claimed, in the order in which it was filed."""
    window = Window.of(queries.BY_POSITION, first=first, after=after, last=last, before=before)
    return await _pages(request, queries.LINES, parents, window, selection, DebitClaimLine.of)


async def _decisions(
    request: Request[Actor],
    parents: "Sequence[DebitClaim]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[DebitClaimDecision]]":
    """What people did about it, the first act first."""
    window = Window.of(queries.OLDEST_ACTS, first=first, after=after, last=last, before=before)
    return await _pages(request, queries.ACTS, parents, window, selection, DebitClaimDecision.of)


async def _adjustments(
    request: Request[Actor],
    parents: "Sequence[DebitClaim]",
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[DebitClaim]]":
    """The claims that take something of it back, the newest first."""
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of="adjustments")
    return await _pages(request, queries.ADJUSTMENTS, parents, window, selection, DebitClaim.of)


@visible("claim:read")
class DebitClaim(Node):
    """A claim against a special price: what the distributor wants paid for units that it sold under it."""

    key: strawberry.Private[Key]
    agreement_key: strawberry.Private[Key]
    special_price_key: strawberry.Private[Key]
    adjusts_key: strawberry.Private[Key | None]
    status: ClaimStatus
    "Where it stands."
    filed_on: date
    "The day on which it was filed, in the agreement's time zone; of one that takes back, the day of that."
    filed_at: datetime
    "The moment of it."
    amount: Money | None
    "What is approved of it; below zero where it takes back; null until the engine has looked at it."
    decide_by: date | None
    "The last day on which the vendor decides what waits, before it is deemed decided; null without deadline."
    deemed: DeemedDecision | None
    "What it was deemed, where nobody decided in time."
    age: AgeBucket | None
    "How long ago it was filed; null once it is credited or withdrawn."
    decided_at: datetime | None
    "When it was decided."
    credit_number: str | None
    "The credit memo, once it is credited."
    credited_at: datetime | None
    "When it was credited."
    lines = edge(_lines)
    decisions = edge(_decisions)
    adjustments = edge(_adjustments)

    @classmethod
    def of(cls, row: Row) -> "DebitClaim":
        vendor_id, status, deemed_on = row["vendor_id"], ClaimStatus(row["status"]), row["deemed_on"]
        key, adjusts = Key(vendor_id, row["id"]), row["adjusts_id"]
        over = status in {ClaimStatus.CREDITED, ClaimStatus.WITHDRAWN}
        return cls(
            id=strawberry.ID(global_id("DebitClaim", key)),
            key=key,
            agreement_key=Key(vendor_id, row["agreement_id"]),
            special_price_key=Key(vendor_id, row["special_price_id"]),
            adjusts_key=Key(vendor_id, adjusts) if adjusts else None,
            status=status,
            filed_on=row["filed_on"],
            filed_at=row["filed_at"],
            amount=minor_money(row["amount_minor"], row["currency"]),
            decide_by=None if deemed_on is None else deemed_on - timedelta(days=1),
            deemed=DeemedDecision(row["deemed"]) if row["deemed"] else None,
            age=None if over else age_bucket((datetime.now(UTC).date() - row["filed_on"]).days),
            decided_at=row["decided_at"],
            credit_number=row["credit_number"],
            credited_at=row["credited_at"],
        )


async def claims_of_agreement(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: DebitClaimFilter | None = None,
) -> list[Connection[DebitClaim]]:
    """The claims against special prices under this agreement, those that take back among them, the newest first."""
    which = _which(filter or DebitClaimFilter(), datetime.now(UTC).date())
    of = [str(value) for value in which.values]
    window = Window.of(queries.NEWEST, first=first, after=after, last=last, before=before, of=of)
    return await _pages(request, queries.CLAIMS, parents, window, selection, DebitClaim.of, which.values)


def _which(given: DebitClaimFilter, today: date) -> queries.Which:
    """The filter; an id that is no special price's finds nothing."""
    special_price: UUID | None = None
    if given.special_price_id is not None:
        special_price = (key_of("SpecialPrice", given.special_price_id) or Key(NO_NETWORK, NO_NETWORK)).id
    since = until = None
    if given.age is AgeBucket.OVER_90:
        until = today - timedelta(days=91)
    elif given.age is not None:
        least, most = _AGES[given.age]
        since, until = today - timedelta(days=most), today - timedelta(days=least) if least else None
    return queries.Which(None if given.status is None else given.status.value, special_price, since, until)


async def claims_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[DebitClaim | None]:
    """Claims of the asking vendor's network, or of the asking distributor."""
    found: list[DebitClaim | None] = [None] * len(keys)
    if request.actor.level is Level.RESELLER:
        return found
    for row in await queries.claims(await request.reader(), keys):
        found[row["ordinal"] - 1] = DebitClaim.of(row)
    return found


@visible("claim:read")
class CostReduction:
    """What one cause took of the cost of units of a sale; below zero where it was taken back."""

    claim_key: strawberry.Private[Key | None]
    cause: ReductionKind
    "What it was."
    effective_on: date
    "From which day."
    quantity: Decimal
    "Of how many base units."
    per_unit: Money
    "How much of the cost of each, rounded at six decimals."
    amount: Money
    "How much all together."
    recorded_at: datetime
    "When it was written down."

    @classmethod
    def of(cls, row: Row) -> "CostReduction":
        cause, currency = ReductionKind(row["cause"]), CurrencyCode(row["currency"])
        claimed = cause is ReductionKind.SPECIAL_PRICE
        return cls(
            claim_key=Key(row["vendor_id"], row["cause_id"]) if claimed else None,
            cause=cause,
            effective_on=row["effective_on"],
            quantity=quantity(row["quantity"]),
            per_unit=Money(amount=exact(row["per_unit"], 6), currency=currency),
            amount=Money(amount=exact(row["amount"], 6), currency=currency),
            recorded_at=row["recorded_at"],
        )


async def cost_reductions_of_lines(
    request: Request[Actor],
    parents: Sequence[Any],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[CostReduction]]:
    """What has reduced the cost of its units, in turn: the debits that claims were paid, and what was taken back. Known to
    the vendor and the distributor."""
    window = Window.of(queries.REDUCTIONS_IN_ORDER, first=first, after=after, last=last, before=before)
    db, vendors = await request.reader(), [parent.key.vendor_id for parent in parents]
    places = [place_of(parent.key.row) for parent in parents]
    refs = [(parent.key.id, place.row, place.component) for parent, place in zip(parents, places, strict=True)]
    rows = await queries.reductions(db, vendors, refs, window)
    totals = await queries.count_reductions(db, vendors, refs) if counts(selection) else None
    return window.pages(rows, len(parents), CostReduction.of, selection, totals)
