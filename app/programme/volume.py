"""A distributor's volume agreement: the projection at today's pace, the commitment, and the tier that sets the price.

The volume is net sell-in of the agreement's period, in 10⁻⁶ currency units. At today's pace a period ends at what was bought
so far × its days ÷ the days that have passed, today included. A missed commitment has the consequence that was agreed, once
the period is over.

The tier attained by the end of a day sets the price from the next day's orders on; what was ordered before is not billed
again unless that was agreed. A tier attained at the end of a period carries through the whole next one: there the price is
that of the carried tier or of the one attained anew, whichever is higher. If goods go back and the volume falls below a
threshold, so does the tier from the next day on, though never below the carried one.

A commitment is for a whole calendar quarter or year. Where the agreement begins or ends within one, it is prorated by days;
thresholds of tiers are not. An agreement that renews another carries on the tier that the other's last period attained.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from app.programme.claim_terms import ShortfallConsequence
from app.programme.money import MICRO, minor, minor_units, rounded, spoken
from app.programme.spans import Span
from app.programme.terms import ThresholdRule
from app.programme.tiers import Tier, standing


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a distributor undertakes to buy in a period (10⁻⁶ currency units), and what follows if it does not; a fee is a
    share (10⁻⁶) of what is missing."""

    amount: int
    consequence: ShortfallConsequence = ShortfallConsequence.NONE
    fee_rate: int = 0

    def prorated(self, period: Span, whole: Span) -> "Commitment":
        """What is undertaken for the days of a whole period on which the agreement is in effect: the amount × these ÷ all,
        half away from zero. Raises ValueError where the period does not lie in the whole, or has no day."""
        if not whole.start <= period.start < period.end <= whole.end:
            raise ValueError("The days of the agreement are some of those of the whole period.")
        days, of = (period.end - period.start).days, (whole.end - whole.start).days
        return replace(self, amount=rounded(Fraction(self.amount * days, of)))

    def told(self, period: Span, whole: Span, currency: str) -> str:
        """What is undertaken for a period, in a sentence."""
        agreed = spoken(minor(self.amount, currency), currency)
        if period == whole:
            return f"{agreed} is committed for the period."
        days, of = (period.end - period.start).days, (whole.end - whole.start).days
        own = spoken(minor(self.prorated(period, whole).amount, currency), currency)
        return (
            f"{agreed} is committed for a whole period; the agreement is in effect on {days} of the {of} days from"
            f" {whole.start} until {whole.end}, so {own} for these, by days."
        )


@dataclass(frozen=True, slots=True)
class CommitmentStanding:
    """Where a commitment stands: what was bought, what is missing (never negative), and what the period would end at. The
    consequence applies if it is `due`; until the period is over it only threatens. `fee` is in minor units."""

    commitment: Commitment
    actual: int
    shortfall: int
    projected: int | None
    due: bool
    fee: int

    @property
    def follows(self) -> ShortfallConsequence:
        """What follows now."""
        return self.commitment.consequence if self.due else ShortfallConsequence.NONE


@dataclass(frozen=True, slots=True)
class TierInForce:
    """The tier that sets the price of orders from a day on, until the next one begins; None below the first tier."""

    since: date
    tier: Tier | None


def projection(volume: int, period: Span, today: date) -> int | None:
    """What the period ends at, at today's pace: in the unit of the volume, half away from zero. None before it begins; the
    volume itself once it is over.

    Raises ValueError where the period has no day. Source: domain.md, "Volume tier".
    """
    if not period.start < period.end:
        raise ValueError("A period ends after it starts.")
    if today < period.start:
        return None
    if today >= period.end:
        return volume
    passed = (today - period.start).days + 1
    return rounded(Fraction(volume * (period.end - period.start).days, passed))


def commitment_standing(
    commitment: Commitment, actual: int, period: Span, today: date, currency: str
) -> CommitmentStanding:
    """Where a commitment stands today; the fee is computed on what is missing now, due or not, rounded once.

    Raises ValueError for a negative commitment, and for a fee without a rate above zero or a rate without a fee.
    """
    asks_fee = commitment.consequence is ShortfallConsequence.SHORTFALL_FEE
    if commitment.amount < 0 or asks_fee != (commitment.fee_rate > 0):
        raise ValueError("A commitment is not negative, and has a rate above zero exactly where a fee is agreed.")
    shortfall = max(0, commitment.amount - actual)
    fee = minor_units(Fraction(shortfall * commitment.fee_rate, MICRO), currency)
    due = today >= period.end and shortfall > 0
    return CommitmentStanding(commitment, actual, shortfall, projection(actual, period, today), due, fee)


def tiers_in_force(
    tiers: Sequence[Tier],
    rule: ThresholdRule,
    period: Span,
    bought: Iterable[tuple[date, int]],
    carried: Tier | None = None,
) -> tuple[TierInForce, ...]:
    """Which tier sets the price of the period's orders, from its first day on, whenever it changes.

    `bought` is net sell-in by day (10⁻⁶ currency units) in any order; days outside the period are passed over. `carried` is
    the tier that the previous period ended with. Raises ValueError where the tiers do not ascend.
    """
    by_day: dict[date, int] = {}
    for day, amount in bought:
        if period.start <= day < period.end:
            by_day[day] = by_day.get(day, 0) + amount
    volume = 0
    found = [TierInForce(period.start, _higher(standing(tiers, 0, rule).attained, carried))]
    for day in sorted(by_day):
        volume += by_day[day]
        tier = _higher(standing(tiers, volume, rule).attained, carried)
        next_day = day + timedelta(days=1)
        if tier != found[-1].tier and next_day < period.end:
            found.append(TierInForce(next_day, tier))
    return tuple(found)


def tier_on(in_force: Sequence[TierInForce], day: date) -> Tier | None:
    """The tier that sets the price of an order of a day. Raises ValueError for a day before the first."""
    if not in_force or day < in_force[0].since:
        raise ValueError(f"No tier is known for {day}.")
    return [each.tier for each in in_force if each.since <= day][-1]


def carried_tier(
    tiers: Sequence[Tier], rule: ThresholdRule, volume: int, missed: CommitmentStanding | None = None
) -> Tier | None:
    """The tier that a period's final volume carries into the next one: the one it attained, or the one below where a missed
    commitment drops it."""
    attained = [tier for tier in tiers if tier.rank <= rank_of(standing(tiers, volume, rule).attained)]
    if missed is not None and missed.follows is ShortfallConsequence.TIER_DROP:
        attained = attained[:-1]
    return attained[-1] if attained else None


def renewed_tier(tiers: Sequence[Tier], carried: Tier | None) -> Tier | None:
    """The tier that an agreement begins with which renews another: of its own `tiers`, the highest whose rank is no higher
    than that of the tier which the other carries on."""
    held = [tier for tier in tiers if tier.rank <= rank_of(carried)]
    return max(held, key=rank_of, default=None)


def price_in_force(book_price: int, discounts: Mapping[int, int], tier: Tier | None) -> int:
    """What a unit costs in a tier: the price in the book less the discount (10⁻⁶) of the highest tier up to it that has one.

    In 10⁻⁶ currency units, half away from zero. Raises ValueError for a discount below 0 or above the whole.
    """
    return rounded(Fraction(book_price * (MICRO - discount_of(discounts, tier)), MICRO))


def discount_of(discounts: Mapping[int, int], tier: Tier | None) -> int:
    """The discount (10⁻⁶) of the highest tier, up to this one, that has one; `discounts` by rank."""
    if any(not 0 <= share <= MICRO for share in discounts.values()):
        raise ValueError("A tier's discount is from 0 to the whole price.")
    ranks = [rank for rank in discounts if rank <= rank_of(tier)]
    return discounts[max(ranks)] if ranks else 0


def billed_again(
    orders: Iterable[tuple[int, Tier | None]],
    discounts: Mapping[int, int],
    attained: Tier | None,
    currency: str,
    *,
    agreed: bool,
) -> int:
    """What is credited for orders that were placed before the tier was attained: nothing unless that was agreed.

    An order is its amount at book prices (10⁻⁶ currency units) and the tier that set its price. In minor units, rounded
    once; orders of a tier that is as good or better add nothing.
    """
    if not agreed:
        return 0
    discount = discount_of(discounts, attained)
    owed = sum(amount * max(0, discount - discount_of(discounts, tier)) for amount, tier in orders)
    return minor_units(Fraction(owed, MICRO), currency)


def earns_rebate(attained: Tier | None, from_rank: int, missed: CommitmentStanding | None = None) -> bool:
    """Whether a period in which this tier was attained earns the rebates that are given from a rank on (0: to everyone):
    not where a missed commitment voids them."""
    void = missed is not None and missed.follows is ShortfallConsequence.REBATE_VOID
    return not void and rank_of(attained) >= from_rank


def rank_of(tier: Tier | None) -> int:
    """The rank of a tier; 0 below the first."""
    return 0 if tier is None else tier.rank


def _higher(one: Tier | None, other: Tier | None) -> Tier | None:
    return one if rank_of(one) >= rank_of(other) else other
