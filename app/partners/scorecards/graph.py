"""Scorecards as both sides of an agreement read them, and a vendor of its whole network.

A distributor reads its own agreements' alone, and beside them how it stands among its peers, where there are enough: never
another one's score, nor how many others there are.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Protocol, TypeVar
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.access.roles import Permission
from app.execution.connections import Connection, Window
from app.execution.described import values, visible
from app.execution.edges import Selection, edge, reference
from app.execution.errors import bad_input
from app.execution.identifiers import Key
from app.execution.listings.queries import pages
from app.execution.request import Request
from app.execution.scalars import DateRange, DateRangeInput, exact
from app.partners.agreements.graph import DistributionAgreement, agreements_by_key
from app.partners.scorecards import queries
from app.partners.scorecards.scoring import Card, Sided, Weighing, benchmarks, sides
from app.programme.compliance import Component, ComponentKind, Side
from app.programme.spans import Span, span_before
from app.store.database import Reader, Row, acting_as_worker

values(ComponentKind)
MOST_PERIODS = 8
T = TypeVar("T")
Periods = Annotated[int, strawberry.argument(description="How many periods before, 1 to 8, each as long as this one.")]
K = ComponentKind


@visible("agreement:read")
class ScorecardWeight:
    """What a component of a scorecard weighs."""

    component: ComponentKind
    "Which component."
    weight: int
    "What it weighs beside the others of its side."
    days: int | None
    "Of what the vendor owes: within, or before, how many days; null for the distributor's."


@visible("agreement:read")
class ScorecardWeights:
    """By what an agreement's scorecards are weighed."""

    version: int
    "The version, which a change names; 0 where nothing was set, and the usual weights count."
    effective_from: date | None
    "From which day on; null for the usual weights."
    weights: list[ScorecardWeight]
    "What each component weighs."


async def weights_of_agreements(
    request: Request[Actor], parents: Sequence[DistributionAgreement], selection: Selection
) -> list[ScorecardWeights]:
    """What the components of its scorecards weigh today (UTC)."""
    keys = [parent.key for parent in parents]
    rows = await queries.versions(await request.reader(), keys, datetime.now(UTC).date())
    found: dict[int, Row] = {row["ordinal"] - 1: row for row in rows}
    return [_weights(found.get(place)) for place in range(len(parents))]


def _weights(row: Row | None) -> ScorecardWeights:
    said = Weighing.of(row)
    return ScorecardWeights(
        version=said.version,
        effective_from=None if row is None else row["effective_from"],
        weights=[
            ScorecardWeight(component=kind, weight=weight, days=said.days.get(kind))
            for kind, weight in said.weights.items()
        ],
    )


@visible("analytics:read")
class ScoredComponent:
    """A component of a scorecard, with its evidence."""

    component: ComponentKind
    "Which component."
    weight: int
    "What it weighs by what was agreed."
    share: Decimal
    """Its share of the score: its weight ÷ the weights of all that could be measured, rounded down to six decimals; 0
    where it drops out."""
    measured: Decimal | None
    "What was found: a share from 0 to 1, or a number of resellers; null where it cannot be measured."
    needed: Decimal | None
    "What was agreed; null where the whole is what counts."
    score: Decimal | None
    """What was found ÷ what was agreed, from 0 to 1, rounded down to six decimals; null where it drops out, and the others
    share its weight."""
    evidence: str
    "How it was found, with the numbers; or why it cannot be measured."
    rows: str
    "Where the rows behind it are: the field to ask, and its filter."


@visible("analytics:read")
class ScoredSide:
    """How one side kept the agreement."""

    score: Decimal | None
    "The weighted mean of what could be measured, from 0 to 1, rounded down to six decimals; null where nothing could."
    weights_version: int
    "By which version of the weights; 0 is the usual ones."
    components: list[ScoredComponent]
    "Each component with its evidence."


@visible("analytics:read")
class ScoredPeriod:
    """How both sides kept the agreement in another period."""

    period: DateRange
    "Its days."
    distributor_score: Decimal | None
    "The distributor's score; null where nothing could be measured."
    vendor_score: Decimal | None
    "The vendor's score; null where nothing could be measured, and for whoever does not read statements."


@visible("analytics:read")
class ScorecardBenchmark:
    """How a distributor's score compares with those of its peers in the network, at least five: its affiliates are none."""

    median: Decimal
    "The median of the peers' scores, rounded down to two decimals."
    quarter: int
    "In which quarter of all it stands: 1 is the best, 4 the last."


async def _distributor_side(
    request: Request[Actor], parents: "Sequence[ComplianceScorecard]", selection: Selection
) -> list[ScoredSide]:
    """How the distributor kept it: reports, data, stock, resellers, plan."""
    return await _sides(request, parents, Side.DISTRIBUTOR)


async def _vendor_side(
    request: Request[Actor], parents: "Sequence[ComplianceScorecard]", selection: Selection
) -> list[ScoredSide]:
    """How the vendor kept it: credits, decisions, notice of prices."""
    return await _sides(request, parents, Side.VENDOR)


async def _trend(
    request: Request[Actor], parents: "Sequence[ComplianceScorecard]", selection: Selection, periods: Periods = 4
) -> list[list[ScoredPeriod]]:
    """The scores of the periods before, the last first, each as its own weights said."""
    if not 1 <= periods <= MOST_PERIODS:
        raise bad_input(f"`periods` is from 1 to {MOST_PERIODS}, not {periods}.")
    cards = [card for parent in parents for card in _before(parent.card, periods)]
    theirs = await _scored(request, cards, Side.DISTRIBUTOR)
    reads = Permission.STATEMENT_READ in request.actor.permissions
    ours = await _scored(request, cards, Side.VENDOR) if reads else [None] * len(cards)
    found = [
        ScoredPeriod(
            period=DateRange(start=card.span.start, end=card.span.end),
            distributor_score=_decimal(one.scored.score),
            vendor_score=None if other is None else _decimal(other.scored.score),
        )
        for card, one, other in zip(cards, theirs, ours, strict=True)
    ]
    return [found[place * periods : (place + 1) * periods] for place in range(len(parents))]


def _before(card: Card, periods: int) -> list[Card]:
    found = [card]
    for _ in range(periods):
        found.append(found[-1]._replace(span=span_before(found[-1].span)))
    return found[1:]


async def _benchmark(
    request: Request[Actor], parents: "Sequence[ComplianceScorecard]", selection: Selection
) -> list[ScorecardBenchmark | None]:
    """How the distributor's score compares with its peers'; null where it has fewer than five, or no score, and unless the
    period is a calendar quarter that is over."""

    async def ask(db: Reader, cards: Sequence[Card]) -> list[ScorecardBenchmark | None]:
        return [
            None if each is None else ScorecardBenchmark(median=exact(int(each.median * 100), 2), quarter=each.quarter)
            for each in await benchmarks(db, cards, datetime.now(UTC))
        ]

    return await _by_network(request, [parent.card for parent in parents], ask)


@visible("analytics:read")
class ComplianceScorecard:
    """How both sides kept an agreement over a span of days; of days that are still to come nothing is said."""

    card: strawberry.Private[Card]
    period: DateRange
    "The days."
    agreement = reference(
        agreements_by_key,
        DistributionAgreement | None,
        key=lambda parent: Key(parent.card.vendor_id, parent.card.agreement_id),
        description="The agreement.",
    )
    distributor_side = edge(_distributor_side)
    vendor_side = edge(_vendor_side, permission=Permission.STATEMENT_READ)
    trend = edge(_trend)
    benchmark = edge(_benchmark)

    @classmethod
    def of(cls, card: Card) -> "ComplianceScorecard":
        return cls(card=card, period=DateRange(start=card.span.start, end=card.span.end))


async def compliance_of_agreements(
    request: Request[Actor],
    parents: Sequence[DistributionAgreement],
    selection: Selection,
    period: DateRangeInput,
) -> list[ComplianceScorecard]:
    """How both sides kept it."""
    span = _span(period)
    return [
        ComplianceScorecard.of(Card(parent.key.vendor_id, parent.key.id, parent.distributor_key.id, span))
        for parent in parents
    ]


class IsNetwork(Protocol):
    """A vendor's network, now or as it was known."""

    @property
    def key(self) -> Key: ...
    @property
    def as_of(self) -> datetime | None: ...


async def compliance_of_network(
    request: Request[Actor],
    parents: Sequence[IsNetwork],
    selection: Selection,
    period: DateRangeInput,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[ComplianceScorecard]]:
    """The scorecards of all agreements that were in effect in these days, in the order in which these were recorded: for a
    distributor its own."""
    if any(parent.as_of is not None for parent in parents):
        raise bad_input(
            "Scorecards are told as they are known now: what was received and decided when, they keep by themselves."
            " Ask without `asOf`; `trend` tells earlier periods."
        )
    span = _span(period)
    window = Window.of(queries.ORDER, first=first, after=after, last=last, before=before, of=(span.start, span.end))
    keys = [parent.key for parent in parents]

    def node(row: Row) -> ComplianceScorecard:
        return ComplianceScorecard.of(Card(row["vendor_id"], row["id"], row["distributor_id"], span))

    return await pages(request, keys, queries.AGREEMENTS, window, selection, node, (span.start, span.end))


def _span(period: DateRangeInput) -> Span:
    within = period.checked()
    return Span(within.start, within.end)


async def _sides(request: Request[Actor], parents: "Sequence[ComplianceScorecard]", side: Side) -> list[ScoredSide]:
    cards = [parent.card for parent in parents]
    return [_told(card, one) for card, one in zip(cards, await _scored(request, cards, side), strict=True)]


async def _scored(request: Request[Actor], cards: Sequence[Card], side: Side) -> list[Sided]:
    at = datetime.now(UTC)

    async def ask(db: Reader, own: Sequence[Card]) -> list[Sided]:
        return await sides(db, own, side, at)

    return await _by_network(request, cards, ask)


async def _by_network(
    request: Request[Actor], cards: Sequence[Card], ask: Callable[[Reader, Sequence[Card]], Awaitable[list[T]]]
) -> list[T]:
    """Ask as the worker of each network, of the cards that lie in it."""
    found: dict[int, T] = {}
    for vendor_id in sorted({card.vendor_id for card in cards}, key=UUID.__str__):
        places = [place for place, card in enumerate(cards) if card.vendor_id == vendor_id]
        async with request.database.reading(acting_as_worker(vendor_id)) as db:
            found.update(zip(places, await ask(db, [cards[place] for place in places]), strict=True))
    return [found[place] for place in range(len(cards))]


def _told(card: Card, found: Sided) -> ScoredSide:
    pairs = zip(found.scored.components, found.scored.shares, strict=True)
    return ScoredSide(
        score=_decimal(found.scored.score),
        weights_version=found.weighing.version,
        components=[_component(card, each, share) for each, share in pairs],
    )


def _component(card: Card, each: Component, share: Fraction) -> ScoredComponent:
    value = each.measured.value
    return ScoredComponent(
        component=each.kind,
        weight=each.weight,
        share=exact(int(share * 1_000_000), 6),
        measured=None if value is None else exact(value, 6),
        needed=None if each.needed is None else exact(each.needed, 6),
        score=_decimal(each.score),
        evidence=each.measured.text,
        rows=_ROWS[each.kind].format(start=card.span.start, end=card.span.end, last=card.span.end - timedelta(days=1)),
    )


_ROWS = {
    K.REPORTING_IN_TIME: 'DistributionAgreement.reportingPeriods(filter: {{from: "{start}", until: "{end}"}})',
    K.DATA_QUALITY: "DistributionAgreement.submissions(filter: {{kinds: [SELL_THROUGH]}}), by their `counts`",
    K.STOCK_IN_BAND: "DistributionAgreement.stock, counted up to {last}",
    K.ACTIVE_RESELLERS: 'DistributionAgreement.resellerDevelopment(onDate: "{last}"), its `resellers`',
    K.ENABLEMENT: 'DistributionAgreement.resellerDevelopment(onDate: "{last}"), its `certified`',
    K.PLAN_ATTAINMENT: 'DistributionAgreement.businessPlans, their `attainment(onDate: "{last}")`',
    K.CREDITS_ON_TIME: "DistributionAgreement.statements and .debitClaims, by `approvedAt` and `creditedAt`",
    K.CLAIMS_DECIDED: "DistributionAgreement.debitClaims, by `filedAt` and `decidedAt`",
    K.PRICE_NOTICE: "DistributionAgreement.prices, by their first days and announcements",
}


def _decimal(share: Fraction | None) -> Decimal | None:
    return None if share is None else exact(int(share * 1_000_000), 6)
