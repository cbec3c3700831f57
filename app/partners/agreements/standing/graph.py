"""Where a distributor stands among the volume tiers of its agreement: in the present volume period and in those before.

Measured is net sell-in: what the vendor invoiced under the agreement, less what it credited, at invoiced prices in the
agreement's currency, computed from the lines whenever it is asked for. The tier in force sets the price of orders: the one
attained by the end of the day before, or the one carried from the period before, whichever is higher.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from app.access.actor import Actor
from app.execution.connections import Connection, Order, Window
from app.execution.described import visible
from app.execution.edges import Selection
from app.execution.identifiers import Key
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, Money, exact
from app.partners.agreements.standing import queries
from app.partners.queries import day_key
from app.partners.terms import ShortfallConsequence, ThresholdRule, VolumePeriod
from app.programme import tiers
from app.programme.money import micros
from app.programme.spans import Span
from app.programme.tiers import Tier
from app.programme.volume import projection
from app.store.database import Row
from app.volume.discounts import asked_volumes, today_in
from app.volume.queries import Asked
from app.volume.standing import Ladder, Terms, Volume, carried_into, in_force, periods_so_far

BY_PERIOD = Order((day_key("period_start", "period_start"),), descending=True)


class Agreed(Protocol):
    """An agreement."""

    @property
    def key(self) -> Key: ...
    @property
    def distributor_key(self) -> Key: ...
    @property
    def terms(self) -> Terms: ...
    @property
    def time_zone(self) -> str: ...


@lru_cache(maxsize=1_000)
def span(start: date, end: date) -> DateRange:
    """The span of days; agreements and what hangs on them share few of them."""
    return DateRange(start=start, end=end)


def share(micro: int | None) -> Decimal | None:
    """A share of 10⁻⁶ as a number from 0 to 1."""
    return None if micro is None else exact(micro, 6)


@visible("agreement:read")
class VolumeTier:
    """A volume tier of an agreement."""

    rank: int
    "Its place: 1 is the lowest."
    name: str
    "Its name, such as Gold."
    threshold: Money
    "The net sell-in per volume period at which it is attained, or above which where thresholds are exceeded."
    discount: Decimal | None
    "The share off the price book while it is in force, 0.05 for 5 %; where null, that of the tier below holds."
    rebate_eligible: bool
    "Whether a distributor in it is eligible for rebates."


@visible("agreement:read")
class VolumeStanding:
    """Where a distributor stands among the volume tiers of its agreement, in the present volume period.

    Measured is net sell-in: what the vendor invoiced under this agreement, less what it credited, at invoiced prices in the
    agreement's currency. Before the agreement takes effect the first period is meant, after its end the last one.
    """

    volume_period: VolumePeriod
    "Over which span volume is measured."
    period: DateRange
    "The present volume period, as far as the agreement is in effect."
    threshold_rule: ThresholdRule
    "When a threshold counts as met."
    tiers: list[VolumeTier]
    "The volume tiers, the lowest first."
    actual: Money
    "Net sell-in in the period so far."
    other_currencies: list[CurrencyCode]
    "Currencies of sell-in in the period that `actual` leaves out, because no rate converts them."
    projected: Money | None
    """What the period ends at, at today's pace: `actual` × its days ÷ the days that have passed, today included; null before
    it begins."""
    attained: VolumeTier | None
    "The highest tier that the period's net sell-in attains so far."
    next: VolumeTier | None
    "The tier above; null at the highest."
    missing_to_next: Money | None
    "What more attains the next tier; where thresholds are exceeded, anything beyond it does."
    carried: VolumeTier | None
    """The tier that the period before carries into this one; one lower where a missed commitment drops it. Into the first
    period of an agreement that renews another of the same programme, the other's last period carries it."""
    in_force: VolumeTier | None
    """The tier that sets the price of today's orders: the one attained by the end of yesterday, or the carried one if that
    is higher; null below the first."""
    rebate_eligible: bool
    "Whether the tier attained so far is eligible for rebates; below the first tier, whether every tier is."
    commitment: Money | None
    "The net sell-in of the period that the distributor committed to; by days where the agreement begins or ends within it."
    commitment_told: str | None
    "The same in a sentence; null without a commitment."
    shortfall: Money | None
    "What the commitment still lacks; null without a commitment."
    consequence: ShortfallConsequence
    "What follows if the commitment is missed."
    shortfall_share: Decimal | None
    "The share of the shortfall that is owed as a fee, where that was agreed."


@visible("ledger:read")
class CommitmentSettlement:
    """What the vendor's finance decided about the commitment of a volume period, and what followed."""

    waived: bool
    "Whether the vendor forgoes what was agreed."
    note: str | None
    "What the vendor says about it."
    decided_at: datetime
    "When it was decided."
    settled_at: datetime | None
    "When it was carried out; null for a moment only."
    actual: Money | None
    "Net sell-in of the period when it was carried out."
    shortfall: Money | None
    "What the commitment lacked then."
    consequence: ShortfallConsequence | None
    "What follows; NONE where it was waived, or nothing is missing any more."
    fee: Money | None
    "What the distributor owes for the period."


@visible("ledger:read")
class VolumePeriodResult:
    """A volume period of an agreement: what was bought, which tier that attained, and what came of the commitment."""

    period: DateRange
    "Its days, as far as the agreement was in effect."
    ended: bool
    "Whether it is over."
    actual: Money
    "Net sell-in in it."
    other_currencies: list[CurrencyCode]
    "Currencies of sell-in in it that `actual` leaves out, because no rate converts them."
    carried: VolumeTier | None
    "The tier that the period before carried into it."
    attained: VolumeTier | None
    "The highest tier that its net sell-in attains."
    rebate_eligible: bool
    "Whether that tier is eligible for rebates; below the first tier, whether every tier is."
    commitment: Money | None
    "The net sell-in that the distributor committed to; by days where the agreement began or ended within the period."
    commitment_told: str | None
    "The same in a sentence; null without a commitment."
    shortfall: Money | None
    "What the commitment lacks; null without a commitment."
    consequence: ShortfallConsequence
    "What follows by the agreement: NONE unless the period is over and the commitment was missed."
    fee: Money | None
    "What the distributor owes by the agreement, where a missed commitment costs a fee; posted once finance has settled it."
    settlement: CommitmentSettlement | None
    "The last decision of the vendor's finance; null where none was taken."


async def volume_of_agreements(
    request: Request[Actor], parents: Sequence[Agreed], selection: Selection
) -> list[VolumeStanding]:
    """Where the distributor stands among the volume tiers."""
    days = [today_in(parent.time_zone) for parent in parents]
    asked = [_asked(parent, parent.terms.period_of(day), day) for parent, day in zip(parents, days, strict=True)]
    found = await asked_volumes(await request.reader(), asked)
    return [_standing(parent.terms, day, *each) for parent, day, each in zip(parents, days, found, strict=True)]


def _asked(agreement: Agreed, period: Span, day: date) -> Asked:
    terms = agreement.terms
    vendor_id, agreement_id, distributor_id = (*agreement.key[:2], agreement.distributor_key.id)
    return Asked(vendor_id, agreement_id, distributor_id, terms.currency, period, terms.period_before(period), day)


def shown_tiers(ladder: Ladder, currency: str) -> dict[Tier | None, VolumeTier | None]:
    """Each tier as partners see it; None for None."""
    found: dict[Tier | None, VolumeTier | None] = {None: None}
    for tier in ladder.tiers:
        threshold = _amount(tier.threshold, currency)
        discount, eligible = share(ladder.discounts.get(tier.rank)), tier.rank in ladder.rebates
        found[tier] = VolumeTier(
            rank=tier.rank, name=tier.name, threshold=threshold, discount=discount, rebate_eligible=eligible
        )
    return found


def _amount(amount: int, currency: str) -> Money:
    return Money(amount=exact(amount, 6), currency=CurrencyCode(currency))


def _standing(terms: Terms, today: date, row: Row, volume: Volume) -> VolumeStanding:
    ladder, period = Ladder.of(row), terms.period_of(today)
    shown, commitment = shown_tiers(ladder, terms.currency), terms.commitment_of(period)
    found = tiers.standing(ladder.tiers, volume.actual, terms.rule, None if commitment is None else commitment.amount)
    projected = projection(volume.actual, period, today)
    return VolumeStanding(
        volume_period=terms.kind,
        period=span(period.start, period.end),
        threshold_rule=terms.rule,
        tiers=[each for each in shown.values() if each is not None],
        actual=_amount(volume.actual, terms.currency),
        other_currencies=[CurrencyCode(code) for code in row["other_currencies"]],
        projected=None if projected is None else _amount(projected, terms.currency),
        attained=shown[found.attained],
        next=shown[found.next],
        missing_to_next=None if found.missing is None else _amount(found.missing, terms.currency),
        carried=shown[carried_into(terms, ladder, period, volume.previous, today, volume.renewed)],
        in_force=shown[in_force(terms, ladder, volume, today, today)],
        rebate_eligible=ladder.earns_rebates(found.attained),
        commitment=None if commitment is None else _amount(commitment.amount, terms.currency),
        commitment_told=terms.commitment_told(period),
        shortfall=None if found.shortfall is None else _amount(found.shortfall, terms.currency),
        consequence=ShortfallConsequence.NONE if commitment is None else commitment.consequence,
        shortfall_share=None if commitment is None else share(commitment.fee_rate or None),
    )


async def volume_periods(
    request: Request[Actor],
    parents: Sequence[Agreed],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Connection[VolumePeriodResult]]:
    """Its volume periods up to the present one, the latest first, with what came of each."""
    window = Window.of(BY_PERIOD, first=first, after=after, last=last, before=before)
    every = [periods_so_far(parent.terms, today_in(parent.time_zone)) for parent in parents]
    pages = [_page(periods, window) for periods in every]
    db = await request.reader()
    asked = [_asked(each, period, period.end) for each, page in zip(parents, pages, strict=True) for period in page]
    rows = iter(await asked_volumes(db, asked) if asked else [])
    settled = await queries.settlements(db, [(each.vendor_id, each.agreement_id, each.period.start) for each in asked])
    found: list[Connection[VolumePeriodResult]] = []
    for parent, periods, page in zip(parents, every, pages, strict=True):
        made = [_result(parent, period, *next(rows), settled) for period in page]
        by_start = dict(zip((period.start for period in page), made, strict=True))
        keyed = [{"period_start": period.start} for period in page]
        found.append(window.connection(keyed, _by(by_start), len(periods), selection))
    return found


def _by(made: dict[date, VolumePeriodResult]) -> Callable[[dict[str, date]], VolumePeriodResult]:
    return lambda row: made[row["period_start"]]


def _page(periods: Sequence[Span], window: Window) -> list[Span]:
    """Those of the page, and one more where there is one; in the direction in which the page is read."""
    ordered = list(reversed(periods)) if window.backward else list(periods)
    if window.position is not None:
        (at,) = window.position
        assert isinstance(at, date)
        ordered = [each for each in ordered if (each.start > at if window.backward else each.start < at)]
    return ordered[: window.size + 1]


def _result(
    agreement: Agreed, period: Span, row: Row, volume: Volume, settled: dict[tuple[Key, date], Row]
) -> VolumePeriodResult:
    terms, ladder = agreement.terms, Ladder.of(row)
    today = today_in(agreement.time_zone)
    shown = shown_tiers(ladder, terms.currency)
    attained = tiers.standing(ladder.tiers, volume.actual, terms.rule).attained
    missed = terms.committed(volume.actual, period, today)
    fee = missed is not None and missed.follows is ShortfallConsequence.SHORTFALL_FEE
    decision = settled.get((agreement.key, period.start))
    return VolumePeriodResult(
        period=span(period.start, period.end),
        ended=today >= period.end,
        actual=_amount(volume.actual, terms.currency),
        other_currencies=[CurrencyCode(code) for code in row["other_currencies"]],
        carried=shown[carried_into(terms, ladder, period, volume.previous, today, volume.renewed)],
        attained=shown[attained],
        rebate_eligible=ladder.earns_rebates(attained),
        commitment=None if missed is None else _amount(missed.commitment.amount, terms.currency),
        commitment_told=terms.commitment_told(period),
        shortfall=None if missed is None else _amount(missed.shortfall, terms.currency),
        consequence=ShortfallConsequence.NONE if missed is None else missed.follows,
        fee=_amount(micros(missed.fee, terms.currency), terms.currency) if missed is not None and fee else None,
        settlement=None if decision is None else _settlement(decision),
    )


def _settlement(row: Row) -> CommitmentSettlement:
    def amount(value: int | None) -> Money | None:
        return None if value is None else _amount(value, row["currency"])

    fee = row["fee_minor"]
    return CommitmentSettlement(
        waived=row["waived"],
        note=row["note"],
        decided_at=row["decided_at"],
        settled_at=row["settled_at"],
        actual=amount(row["actual"]),
        shortfall=amount(row["shortfall"]),
        consequence=None if row["consequence"] is None else ShortfallConsequence(row["consequence"]),
        fee=None if fee is None else amount(micros(fee, row["currency"])),
    )
