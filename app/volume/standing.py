"""What an agreement says about volume, put to the rules: its tiers, the tier that sets the price of a day, and from when
until when each discount holds.

An order is dated by its invoice, which is all that a vendor's sell-in report tells of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from app.programme.claim_terms import ShortfallConsequence
from app.programme.spans import Span
from app.programme.terms import ThresholdRule, VolumePeriod
from app.programme.tiers import Tier, volume_period, whole_volume_period
from app.programme.volume import (
    Commitment,
    CommitmentStanding,
    carried_tier,
    commitment_standing,
    discount_of,
    rank_of,
    renewed_tier,
    tier_on,
    tiers_in_force,
)
from app.store.database import Row


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed about volume. `commitment` is None where the distributor committed to nothing."""

    kind: VolumePeriod
    effective: Span
    rule: ThresholdRule
    currency: str
    commitment: Commitment | None

    @classmethod
    def of(cls, row: Row) -> "Terms":
        amount, share = row["volume_commitment"], row["shortfall_share"]
        consequence = ShortfallConsequence(row["shortfall_consequence"])
        return cls(
            VolumePeriod(row["volume_period"]),
            Span(row["effective_start"], row["effective_end"]),
            ThresholdRule(row["threshold_rule"]),
            row["currency"],
            None if amount is None else Commitment(amount, consequence, share or 0),
        )

    def period_of(self, day: date) -> Span:
        """The volume period of a day; the first one before the agreement takes effect, the last one after its end."""
        return volume_period(self.kind, day, self.effective)

    def period_before(self, period: Span) -> Span | None:
        """The volume period before this one; None where it is the first."""
        if period.start <= self.effective.start:
            return None
        return self.period_of(period.start - timedelta(days=1))

    def whole(self, period: Span) -> Span:
        """The calendar quarter or year that a volume period is, or is a part of."""
        return whole_volume_period(self.kind, period.start)

    def commitment_of(self, period: Span) -> Commitment | None:
        """What was committed for a volume period: prorated by days where the agreement begins or ends within it."""
        return None if self.commitment is None else self.commitment.prorated(period, self.whole(period))

    def commitment_told(self, period: Span) -> str | None:
        """What was committed for a volume period, in a sentence."""
        return None if self.commitment is None else self.commitment.told(period, self.whole(period), self.currency)

    def committed(self, volume: int, period: Span, today: date) -> CommitmentStanding | None:
        """Where the commitment of a period stands, with this volume (10⁻⁶ currency units)."""
        commitment = self.commitment_of(period)
        if commitment is None:
            return None
        return commitment_standing(commitment, volume, period, today, self.currency)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The volume tiers of an agreement, the lowest first; their discounts (10⁻⁶) and which earn rebates, by rank."""

    tiers: tuple[Tier, ...]
    discounts: dict[int, int]
    rebates: frozenset[int]

    @classmethod
    def of(cls, row: Row) -> "Ladder":
        tiers = tuple(Tier(*each) for each in zip(row["ranks"], row["names"], row["thresholds"], strict=True))
        discounts = zip(row["ranks"], row["discounts"], strict=True)
        eligible = zip(row["ranks"], row["eligible"], strict=True)
        return cls(
            tiers,
            {rank: share for rank, share in discounts if share is not None},
            frozenset(rank for rank, earns in eligible if earns),
        )

    def earns_rebates(self, tier: Tier | None) -> bool:
        """Whether a tier earns rebates; where every tier does, so does what lies below the first."""
        return len(self.rebates) == len(self.tiers) if tier is None else tier.rank in self.rebates


@dataclass(frozen=True, slots=True)
class Renewed:
    """The agreement that another one renews, and the net sell-in of its last period (10⁻⁶ currency units)."""

    terms: Terms
    ladder: Ladder
    volume: int

    def carries(self, today: date) -> Tier | None:
        """The tier that its last period carries on, one lower where a missed commitment drops it."""
        last = self.terms.period_of(self.terms.effective.end)
        missed = self.terms.committed(self.volume, last, today)
        return carried_tier(self.ladder.tiers, self.terms.rule, self.volume, missed)


@dataclass(frozen=True, slots=True)
class Volume:
    """Net sell-in in 10⁻⁶ currency units: of the period, of its days before the one in question, of the period before. In
    the first period of an agreement that renews another, that one stands for the period before."""

    actual: int
    before: int
    previous: int
    renewed: Renewed | None = None


@dataclass(frozen=True, slots=True)
class Discount:
    """The discount (10⁻⁶) off the price book for the orders of these days, and the rank of the tier that gives it."""

    days: Span
    rank: int
    share: int


def carried_into(
    terms: Terms, ladder: Ladder, period: Span, previous_volume: int, today: date, renewed: Renewed | None = None
) -> Tier | None:
    """The tier that the period before carries into this one, one lower where a missed commitment drops it. Into the first
    period, what the agreement carries on that it renews."""
    earlier = terms.period_before(period)
    if earlier is None:
        return None if renewed is None else renewed_tier(ladder.tiers, renewed.carries(today))
    return carried_tier(ladder.tiers, terms.rule, previous_volume, terms.committed(previous_volume, earlier, today))


def in_force(terms: Terms, ladder: Ladder, volume: Volume, day: date, today: date) -> Tier | None:
    """The tier that sets the price of a day's orders: of a day to come, as the volume stands. `volume` is that of the
    day's period."""
    period = terms.period_of(day)
    carried = carried_into(terms, ladder, period, volume.previous, min(day, today), volume.renewed)
    bought = [(day - timedelta(days=1), volume.before)]
    found = tiers_in_force(ladder.tiers, terms.rule, period, bought, carried)
    return tier_on(found, min(max(day, period.start), period.end - timedelta(days=1)))


def discounts_over(
    terms: Terms,
    ladder: Ladder,
    bought: Sequence[tuple[date, int]],
    over: Span,
    today: date,
    renewed: Renewed | None = None,
) -> list[Discount]:
    """The discounts that held on the days of the agreement within `over`, from net sell-in by day.

    `bought` reaches back to the beginning of the period before that of the first day.
    """
    found: list[Discount] = []
    day = max(over.start, terms.effective.start)
    while day < min(over.end, terms.effective.end):
        period = terms.period_of(day)
        earlier = terms.period_before(period)
        previous = 0 if earlier is None else sum(amount for on, amount in bought if earlier.start <= on < earlier.end)
        carried = carried_into(terms, ladder, period, previous, today, renewed)
        changes = tiers_in_force(ladder.tiers, terms.rule, period, bought, carried)
        ends = [*(each.since for each in changes[1:]), period.end]
        for each, end in zip(changes, ends, strict=True):
            share = discount_of(ladder.discounts, each.tier)
            found.append(Discount(Span(each.since, end), rank_of(each.tier), share))
        day = period.end
    assert all(earlier.days.end <= later.days.start for earlier, later in pairwise(found))
    return found


def periods_so_far(terms: Terms, today: date) -> list[Span]:
    """The volume periods of an agreement up to the present one, the latest first."""
    found = [terms.period_of(today)]
    while (earlier := terms.period_before(found[-1])) is not None:
        found.append(earlier)
    return found
