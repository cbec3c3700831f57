"""What a distributor may still claim under a special price: the lines that carry its number or match it and have units that
nobody claimed, each with what it would pay if it were claimed by itself today."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.connections import Connection, Window
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.errors import bad_input
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRangeInput, Money, exact, quantity
from app.pricing.claims.costs import queries
from app.pricing.claims.costs.actions import costs_of
from app.pricing.claims.graph import Denial
from app.pricing.claims.offers import Decided, Offer, decided, free_units
from app.pricing.claims.queries import time_zone
from app.pricing.special_prices import queries as special_prices
from app.pricing.special_prices.graph import SpecialPrice, minor_money
from app.programme.ageing import last_day
from app.programme.claim_terms import WaitsFor
from app.programme.line_places import line_place
from app.programme.money import rounded
from app.programme.periods import today_in
from app.programme.spans import Span
from app.store.database import Reader

MOST_OFFERS = 10
"Of so many special prices at most the lines are looked for in one request."


@visible("claim:submit")
class MatchingLine:
    """A line that could be claimed under a special price, and what it would pay by itself today."""

    line_key: strawberry.Private[Key]
    product_key: strawberry.Private[Key]
    sold_on: date
    "The day of the sale."
    free: Decimal
    "How many base units of it no claim holds and nobody gave back."
    approved: Decimal
    "How many of them would be paid for."
    per_unit: Money | None
    "What would be paid for a unit, rounded at six decimals; null where none would be."
    amount: Money
    "What would be paid, rounded once."
    waits_for: WaitsFor | None
    "Why it would be left to a person, where it would."
    denials: list[Denial]
    "Why others would not be paid for."
    explanation: str
    "The decision in words."
    file_by: date | None
    "The last day for filing it; null without deadline."


def _of(found: Decided, offer: Offer) -> MatchingLine:
    fact, decision, own = found.fact, found.decision, offer.row
    currency, debit = CurrencyCode(own["currency"]), decision.debit
    amount = minor_money(debit.amount, currency)
    assert amount is not None
    per_unit = Money(amount=exact(rounded(debit.per_unit), 6), currency=currency)
    days = own["days_to_file"]
    place = line_place(fact["row_number"], fact["component"], fact["times"])
    return MatchingLine(
        line_key=Key(fact["vendor_id"], fact["submission_id"], place),
        product_key=Key(fact["vendor_id"], fact["product_id"]),
        sold_on=fact["sold_on"],
        free=quantity(fact["quantity"] - fact["returned"] - fact["consumed"]),
        approved=quantity(decision.approved),
        per_unit=per_unit if decision.approved else None,
        amount=amount,
        waits_for=found.waits_for,
        denials=[Denial(reason=why, quantity=quantity(units)) for why, units in decision.denials],
        explanation=decision.explanation,
        file_by=None if days is None else last_day(fact["sold_on"], days),
    )


async def matching_lines(
    request: Request[Actor],
    parents: Sequence[SpecialPrice],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    *,
    period: DateRangeInput,
) -> list[Connection[MatchingLine]]:
    """The lines sold in a period that you may still claim under it, by the day of the sale: those that carry its number, and
    those without a number that match it. For the distributor alone, and of at most ten special prices at once."""
    keys = [parent.key for parent in parents]
    if len(keys) > MOST_OFFERS:
        raise bad_input(f"Ask for the matching lines of at most {MOST_OFFERS} special prices at once, not {len(keys)}.")
    days = Span(period.checked().start, period.end)
    of = (days.start, days.end)
    window = Window.of(queries.LINES_IN_ORDER, first=first, after=after, last=last, before=before, of=of)
    db = await request.reader()
    offers = await _offers(db, keys)
    return [await _page(db, offers.get(key), days, window, selection) for key in keys]


async def _offers(db: Reader, keys: Sequence[Key]) -> dict[Key, Offer]:
    rows = await special_prices.special_prices(db, keys)
    products: dict[int, list[object]] = {}
    for row in await special_prices.products(db, keys):
        products.setdefault(row["ordinal"], []).append(row)
    return {Key(row["vendor_id"], row["id"]): Offer.of(row, products[row["ordinal"]]) for row in rows}  # type: ignore[arg-type]


async def _page(
    db: Reader, offer: Offer | None, days: Span, window: Window, selection: Selection
) -> Connection[MatchingLine]:
    if offer is None:
        return window.connection([], lambda row: row, 0, selection)
    own = offer.row
    vendor_id: UUID = own["vendor_id"]
    of = (vendor_id, own["agreement_id"], offer.matched_by(days))
    rows = await queries.matching(db, *of, window)
    today = today_in(await time_zone(db, vendor_id, own["agreement_id"]), datetime.now(UTC))
    costs = await costs_of(db, vendor_id, offer, rows)
    shown = {
        id(row): _of(decided(offer, row, free_units(row), cost, today), offer)
        for row, cost in zip(rows, costs, strict=True)
    }
    total = await queries.how_many_match(db, *of) if selection.wants("totalCount") else None
    return window.connection(rows, lambda row: shown[id(row)], total, selection)
